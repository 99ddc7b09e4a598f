/* SPDX-License-Identifier: MIT */
/* base/view.h - small helpers for views. */
#ifndef I4_BASE_VIEW_H
#define I4_BASE_VIEW_H

#include "imap4/base.h"

#include "base/ascii.h"

#include <string.h>

/* A view from two pointers into the same run of bytes. */
static inline imap4_view i4_view(const char *from, const char *to)
{
    return (imap4_view){ from, (size_t)(to - from) };
}

static inline bool i4_view_eq(imap4_view a, imap4_view b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool i4_view_eq_nocase(imap4_view a, imap4_view b)
{
    return a.len == b.len && i4_equal_nocase(a.ptr, b.ptr, a.len);
}

/* Where some words begin in a text, without regard to case; NULL: nowhere. */
static inline const char *i4_view_find(imap4_view text, imap4_view words)
{
    for (size_t i = 0; i + words.len <= text.len; i++)
        if (i4_equal_nocase(text.ptr + i, words.ptr, words.len))
            return text.ptr + i;
    return NULL;
}

/* Cuts the next word off, and the one space behind it. */
static inline imap4_view i4_view_word(imap4_view *rest)
{
    const imap4_view all   = *rest;
    const char      *space = all.len == 0 ? NULL : memchr(all.ptr, ' ', all.len);
    if (space == NULL) {
        rest->len = 0;
        return all;
    }
    *rest = i4_view(space + 1, all.ptr + all.len);
    return i4_view(all.ptr, space);
}

/* Is this one of the words, without regard to case? */
static inline bool i4_view_has_word(imap4_view words, imap4_view name)
{
    while (words.len != 0)
        if (i4_view_eq_nocase(i4_view_word(&words), name))
            return true;
    return false;
}

#endif
