/* SPDX-License-Identifier: MIT */
/* filter/outbuf.h - bytes of a layer that wait to be sent: they stay where they are while
 * a driver looks at them. */
#ifndef I4_FILTER_OUTBUF_H
#define I4_FILTER_OUTBUF_H

#include "base/mem.h"

#include <stdbool.h>

typedef struct i4_outbuf {
    char  *ptr; /* the bytes are [at, len) */
    size_t at, len, cap;
    bool   is_lent; /* the driver looks at them until the ack */
} i4_outbuf;

static inline size_t i4_outbuf_size(const i4_outbuf *b)
{
    return b->len - b->at;
}

/* Makes room for `len` bytes at ptr + b->len.  False without memory, or if bytes that are
 * lent would move: a driver may still be sending them. */
static inline bool i4_outbuf_room(i4_outbuf *b, const i4_mem *mem, size_t len)
{
    if (b->is_lent)
        return b->cap - b->len >= len;
    const size_t live = i4_outbuf_size(b);
    if (b->cap - b->len < len && live <= b->at) {
        if (live != 0)
            memmove(b->ptr, b->ptr + b->at, live);
        b->at  = 0;
        b->len = live;
    }
    void     *ptr = b->ptr;
    const int rc  = i4_mem_grow(mem, &ptr, &b->cap, b->len, len, 1);
    b->ptr        = ptr;
    return rc == IMAP4_OK;
}

static inline imap4_view i4_outbuf_lend(i4_outbuf *b)
{
    if (b->at == b->len)
        return IMAP4_NIL;
    b->is_lent = true;
    return (imap4_view){ b->ptr + b->at, i4_outbuf_size(b) };
}

static inline void i4_outbuf_ack(i4_outbuf *b, size_t len)
{
    b->at += len < i4_outbuf_size(b) ? len : i4_outbuf_size(b);
    b->is_lent = false;
}

static inline void i4_outbuf_free(i4_outbuf *b, const i4_mem *mem)
{
    i4_mem_free(mem, b->ptr, b->cap);
    *b = (i4_outbuf){ 0 };
}

/* Gives the memory back if nothing is in it. */
static inline void i4_outbuf_trim(i4_outbuf *b, const i4_mem *mem)
{
    if (b->at == b->len && !b->is_lent)
        i4_outbuf_free(b, mem);
}

#endif
