/* SPDX-License-Identifier: MIT */
/* read_help.h - one response in, its event out, for the tests of src/parse.
 *
 *     reading *g = read_text("* 5 EXISTS\r\n");
 *     assert_int_equal(g->ev->number, 5);
 *     read_end(g);
 */
#ifndef READ_HELP_H
#define READ_HELP_H

#include "imap4/data.h"
#include "imap4/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct reading {
    imap4_reader      *r;
    const imap4_event *ev;
} reading;

__attribute__((unused)) static void feed(imap4_reader *r, const char *bytes, size_t len)
{
    while (len != 0) {
        const ptrdiff_t n = imap4_reader_feed(r, (imap4_view){ bytes, len });
        assert_true(n > 0);
        bytes += n;
        len -= (size_t)n;
    }
}

/* The first event of these bytes. */
__attribute__((unused)) static reading *read_bytes(const imap4_reader_options *opt,
                                                   const char *bytes, size_t len)
{
    reading *g = calloc(1, sizeof *g);
    assert_non_null(g);
    assert_int_equal(imap4_reader_new(opt, &g->r), IMAP4_OK);
    feed(g->r, bytes, len);
    assert_int_equal(imap4_reader_next(g->r, &g->ev), 1);
    return g;
}

__attribute__((unused)) static reading *read_text(const char *text)
{
    return read_bytes(NULL, text, strlen(text));
}

__attribute__((unused)) static reading *read_strict(const char *text)
{
    imap4_reader_options opt = IMAP4_READER_OPTIONS;
    opt.mode                 = IMAP4_MODE_STRICT;
    return read_bytes(&opt, text, strlen(text));
}

__attribute__((unused)) static void read_next(reading *g)
{
    assert_int_equal(imap4_reader_next(g->r, &g->ev), 1);
}

__attribute__((unused)) static void read_end(reading *g)
{
    imap4_reader_free(&g->r);
    assert_null(g->r);
    free(g);
}

/* Both sides in print; NIL is told from "". */
static inline void same_view(imap4_view got, const char *want, const char *file, int line)
{
    char left[2048], right[2048];
    (void)snprintf(left, sizeof left, got.ptr == NULL ? "NIL" : "\"%.*s\"",
                   IMAP4_ARG(got));
    (void)snprintf(right, sizeof right, want == NULL ? "NIL" : "\"%s\"", want);
    _assert_string_equal(left, right, file, line);
}

#define assert_view(got, want) same_view(got, want, __FILE__, __LINE__)

#endif
