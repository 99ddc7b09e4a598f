/* SPDX-License-Identifier: MIT */
/* test/unit/text_check.h - how the tests of src/text compare: both sides in print. */
#ifndef TEXT_CHECK_H
#define TEXT_CHECK_H

#include "imap4/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef ptrdiff_t text_function(imap4_view in, char *buf, size_t size);

/* A small generator (xorshift), so that every run sees the same values. */
typedef struct random_source {
    uint64_t state;
} random_source;

static inline uint32_t random_below(random_source *r, uint32_t limit)
{
    r->state ^= r->state << 13;
    r->state ^= r->state >> 7;
    r->state ^= r->state << 17;
    return (uint32_t)(r->state >> 32) % limit;
}

/* The bytes with "\xNN" for those which do not print; freed by the caller. */
static inline char *escaped(const char *ptr, size_t len)
{
    char  *text = malloc(len * 4 + 1);
    size_t at   = 0;
    assert_non_null(text);
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)ptr[i];
        if (c >= 0x20 && c < 0x7f && c != '\\')
            text[at++] = (char)c;
        else
            at += (size_t)sprintf(text + at, "\\x%02x", c);
    }
    text[at] = '\0';
    return text;
}

static inline void same_bytes(const char *a, size_t a_len, const char *b, size_t b_len,
                              const char *file, int line)
{
    char *left  = escaped(a, a_len);
    char *right = escaped(b, b_len);
    _assert_string_equal(left, right, file, line);
    free(left);
    free(right);
}

/* The name of a code or "length N", so that a failure can be read. */
static inline void same_rc(ptrdiff_t got, ptrdiff_t wanted, const char *file, int line)
{
    char left[80], right[80];
    (void)snprintf(left, sizeof left, "returns %td", got);
    (void)snprintf(right, sizeof right, "returns %td", wanted);
    _assert_string_equal(left, right, file, line);
}

/* Runs `f` at every room from none to more than enough, in blocks of exactly that size,
 * in which a sanitizer sees each byte too many. */
static inline void all_sizes(text_function *f, imap4_view in, const char *want,
                             size_t want_len, const char *file, int line)
{
    /* A block of its own: nothing may be read behind the input either. */
    char *copy = malloc(in.len != 0 ? in.len : 1);
    assert_non_null(copy);
    if (in.len != 0)
        memcpy(copy, in.ptr, in.len);
    const imap4_view alone = { copy, in.len };

    same_rc(f(alone, NULL, 0), (ptrdiff_t)want_len, file, line);
    for (size_t size = 1; size <= want_len + 2; size++) {
        if (want_len > 300 && size == 20)
            size = want_len - 20;
        char *buf = malloc(size);
        assert_non_null(buf);
        memset(buf, '\xa5', size);
        const ptrdiff_t len = f(alone, buf, size);
        same_rc(len, (ptrdiff_t)want_len, file, line);
        if ((size_t)len <= size) {
            same_bytes(buf, (size_t)len, want, want_len, file, line);
            for (size_t i = want_len; i < size; i++)
                same_bytes(buf + i, 1, "\xa5", 1, file, line);
        }
        free(buf);
    }
    free(copy);
}

static inline void refused(text_function *f, imap4_view in, int rc, const char *file,
                           int line)
{
    const size_t size = 8 * in.len + 8;
    char        *buf  = malloc(size);
    char        *copy = malloc(in.len != 0 ? in.len : 1);
    assert_non_null(buf);
    assert_non_null(copy);
    memcpy(copy, in.ptr, in.len);
    same_rc(f((imap4_view){ copy, in.len }, NULL, 0), rc, file, line);
    same_rc(f((imap4_view){ copy, in.len }, buf, size), rc, file, line);
    free(copy);
    free(buf);
}

#define assert_bytes(got, got_len, want)                                                 \
    same_bytes(got, got_len, want, sizeof(want) - 1, __FILE__, __LINE__)
#define assert_rc(got, wanted) same_rc(got, wanted, __FILE__, __LINE__)
/* `f` makes the literal `want` of the literal `in`, whatever the room. */
#define assert_makes(f, in, want)                                                        \
    all_sizes(f, IMAP4_V(in), "" want, sizeof(want) - 1, __FILE__, __LINE__)
/* `f` refuses the literal `in`, whatever the room. */
#define assert_refuses(f, in, rc) refused(f, IMAP4_V(in), rc, __FILE__, __LINE__)

#endif
