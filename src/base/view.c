/* SPDX-License-Identifier: MIT */
/* base/view.c - the public functions on views. */
#include "base/view.h"

imap4_view imap4_view_of(const char *text)
{
    size_t len = 0;
    if (text == NULL)
        return IMAP4_NIL;
    while (text[len] != '\0')
        len++;
    return (imap4_view){ text, len };
}

int imap4_view_equal(imap4_view a, imap4_view b)
{
    if (a.ptr == NULL || b.ptr == NULL)
        return a.ptr == b.ptr;
    return i4_view_eq(a, b);
}

int imap4_view_equal_nocase(imap4_view a, imap4_view b)
{
    if (a.ptr == NULL || b.ptr == NULL)
        return a.ptr == b.ptr;
    return i4_view_eq_nocase(a, b);
}
