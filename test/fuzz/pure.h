/* SPDX-License-Identifier: MIT */
/* pure.h - the functions of imap4/text.h in front of a fuzzer: in blocks of exactly the size
 * that is needed, in which a sanitizer sees each byte too many. */
#ifndef FUZZ_PURE_H
#define FUZZ_PURE_H

#include "imap4/base.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef ptrdiff_t pure_function(imap4_view in, char *buf, size_t size);

/* The bytes of a result; freed by pure_free(). */
typedef struct pure {
    char     *at; /* NULL: refused */
    ptrdiff_t len;
} pure;

static inline void check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "not so: %s\n", what);
    abort();
}

static inline void pure_free(pure *p)
{
    free(p->at);
    *p = (pure){ NULL, 0 };
}

static inline imap4_view pure_view(const pure *p)
{
    return (imap4_view){ p->at, p->at == NULL ? 0 : (size_t)p->len };
}

static inline bool pure_is(const pure *p, imap4_view wanted)
{
    return p->at != NULL && imap4_view_equal(pure_view(p), wanted) == 1;
}

/* The bytes alone, in a block of exactly their size; freed by pure_free(). */
static inline pure pure_copy(const void *bytes, size_t len)
{
    pure p = { malloc(len + (len == 0)), (ptrdiff_t)len };
    check(p.at != NULL, "there is memory");
    if (len != 0)
        memcpy(p.at, bytes, len);
    return p;
}

/* Measured, written, and written where a byte is missing: the same answer. */
static inline pure pure_run(pure_function *f, imap4_view in)
{
    pure             copy  = pure_copy(in.ptr, in.len);
    const imap4_view alone = pure_view(&copy);
    pure             p     = { NULL, f(alone, NULL, 0) };
    if (p.len >= 0) {
        p.at = malloc((size_t)p.len + (p.len == 0));
        check(p.at != NULL, "there is memory");
        if (p.len > 1) {
            char *less = malloc((size_t)p.len - 1);
            check(less != NULL && f(alone, less, (size_t)p.len - 1) == p.len,
                  "one byte less gives the same length");
            free(less);
        }
        check(f(alone, p.at, (size_t)p.len) == p.len,
              "writing gives what measuring gave");
    }
    pure_free(&copy);
    return p;
}

#endif
