/* SPDX-License-Identifier: MIT */
/* test/support/dump.h - an event, with all its typed data, as lines of text.
 *
 * Two readings of the same bytes must dump the same: transcripts, chopping and fuzzers
 * compare these lines. */
#ifndef TEST_DUMP_H
#define TEST_DUMP_H

#include "imap4/data.h"
#include "imap4/event.h"

#include <stddef.h>

/* A growing text; zero it to begin. */
typedef struct text {
    char  *at; /* NUL-terminated if not NULL; free() it */
    size_t len;
    size_t cap;
} text;

void text_free(text *t);
void text_add(text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Bytes in quotes: NIL, or "..." with \xNN for what is not printable ASCII. */
void text_add_view(text *t, imap4_view v);

/* Adds one line per event.  BODY_DATA of one literal are joined: call with every event of a
 * reading, in order, and the same `text`. */
void dump_event(text *t, const imap4_event *ev);

#endif
