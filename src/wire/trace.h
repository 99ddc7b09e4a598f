/* SPDX-License-Identifier: MIT */
/* wire/trace.h - the last lines of a session, already masked, in bounded memory.
 *
 * Only the places that know what is secret write here, so a secret never gets in:
 * no filter over bytes could take it out again. */
#ifndef I4_WIRE_TRACE_H
#define I4_WIRE_TRACE_H

#include "base/mem.h"

#include <stdbool.h>

enum {
    I4_TRACE_SIZE = 64 * 1024,
    I4_TRACE_LINE = 4096 /* the rest of a longer line is left out */
};

/* A ring of records, each in one piece. */
typedef struct i4_trace {
    char  *buf;   /* NULL: nothing is traced */
    size_t first; /* the oldest record */
    size_t next;  /* where the next one goes */
    size_t wrap;  /* behind the last record before the end of the ring */
    size_t count;
    size_t line;    /* length of the line being written */
    bool   is_lost; /* records were overwritten since the last i4_trace_take() */
} i4_trace;

int  i4_trace_init(i4_trace *t, const i4_mem *mem);
void i4_trace_free(i4_trace *t, const i4_mem *mem);

static inline bool i4_trace_is_on(const i4_trace *t)
{
    return t->buf != NULL;
}

/* A line is begun, gets its pieces, and is ended.  All do nothing if tracing is off. */
void i4_trace_begin(i4_trace *t, char direction);
/* CR LF at its end is left out. */
void i4_trace_text(i4_trace *t, imap4_view text);
void i4_trace_secret(i4_trace *t);
void i4_trace_octets(i4_trace *t, uint64_t count);
void i4_trace_end(i4_trace *t);

/* The oldest line; good until the next i4_trace_begin().  1; 0 if there is none. */
int i4_trace_take(i4_trace *t, int32_t *direction, imap4_view *text);

#endif
