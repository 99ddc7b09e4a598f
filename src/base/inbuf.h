/* SPDX-License-Identifier: MIT */
/* base/inbuf.h - the inbound buffer: lends its free end, keeps what is in use together.
 *
 *     [ free | start ... gap_from | dead | gap_to ... end | free (lent) | slack ]
 *
 * Bytes move only in i4_inbuf_lend() and i4_inbuf_close_gap(), and never while they are
 * lent.  Offsets that a user keeps count from `start`; those behind the gap shrink by
 * what i4_inbuf_lend() says it closed. */
#ifndef I4_BASE_INBUF_H
#define I4_BASE_INBUF_H

#include "base/mem.h"

#include <stdbool.h>

enum {
    I4_INBUF_FIRST = 16 * 1024,
    I4_INBUF_READ  = 256 * 1024, /* what reads grow it to: stays in the L2 cache */
    I4_INBUF_SLACK = 64          /* readable behind the end */
};

typedef struct i4_inbuf {
    const i4_mem *mem;
    char         *ptr;
    size_t        cap; /* without the slack */
    size_t        start;
    size_t        gap_from;
    size_t        gap_to; /* equal to gap_from: no gap */
    size_t        end;
    size_t        lent;       /* 0: nothing is lent */
    size_t        peak;       /* the most `cap` ever was */
    bool          was_filled; /* the last read filled all that was lent */
} i4_inbuf;

void i4_inbuf_init(i4_inbuf *b, const i4_mem *mem);
void i4_inbuf_free(i4_inbuf *b);

/* Lends the free end; grows by what came, not by what was announced.  `is_pinned`:
 * nothing may move or grow.  NULL: no room (pinned) or no memory.  *closed: by how much
 * offsets behind the gap shrank. */
char *i4_inbuf_lend(i4_inbuf *b, bool is_pinned, size_t *len, size_t *closed);

/* Takes the lent end back with `len` bytes in it. */
void i4_inbuf_commit(i4_inbuf *b, size_t len);

/* Moves what is behind the gap down to it; returns the gap's size.  Nothing is lent. */
size_t i4_inbuf_close_gap(i4_inbuf *b);

/* The bytes up to `n` behind the start are done with. */
static inline void i4_inbuf_consume(i4_inbuf *b, size_t n)
{
    b->start += n;
    b->gap_from = b->gap_to = 0;
    if (b->start == b->end && b->lent == 0)
        b->start = b->end = 0;
}

/* Gives the memory back if nothing is in it and nothing is lent. */
void i4_inbuf_trim(i4_inbuf *b);

#endif
