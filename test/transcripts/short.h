/* SPDX-License-Identifier: MIT */
/* test/transcripts/short.h - an event as a person would note it: the E: lines. */
#ifndef TRANSCRIPT_SHORT_H
#define TRANSCRIPT_SHORT_H

#include "imap4/event.h"

#include "../support/dump.h"

#include <stdbool.h>

typedef struct short_state {
    text out;
    text body; /* what BODY_DATA events told since the last other event */
    bool is_in_body;
} short_state;

/* Adds the event's lines to `s->out`; BODY_DATA of one literal make one line.  Memory that
 * is refused once is asked for again. */
void short_event(short_state *s, const imap4_event *ev);

/* No more events come, because of `rc` if it is negative. */
void short_end(short_state *s, int rc);

/* " hint expired", if there is one. */
void short_hint(text *t, int32_t hint);

/* "E_NOMEM" */
void short_rc(text *t, int rc);

/* In quotes, with escapes; of a long one the first and last bytes, length and sum. */
void short_bytes(text *t, imap4_view v);

/* Adds bytes as they are, and a NUL behind them. */
void bytes_add(text *t, const char *ptr, size_t len);

#endif
