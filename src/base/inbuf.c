/* SPDX-License-Identifier: MIT */
/* base/inbuf.c - the inbound buffer: lends its free end, keeps what is in use together. */
#include "base/inbuf.h"

#include "base/num.h"

#include <string.h>

void i4_inbuf_init(i4_inbuf *b, const i4_mem *mem)
{
    *b = (i4_inbuf){ .mem = mem };
}

void i4_inbuf_free(i4_inbuf *b)
{
    i4_mem_free(b->mem, b->ptr, b->cap + I4_INBUF_SLACK);
    b->ptr   = NULL;
    b->cap   = 0;
    b->start = b->end = b->gap_from = b->gap_to = b->lent = 0;
}

/* The scanners look at what lies behind the data: it must be something, and end what they
 * look for. */
static void end_with_zeros(i4_inbuf *b)
{
    memset(b->ptr + b->end, 0, I4_INBUF_SLACK);
}

size_t i4_inbuf_close_gap(i4_inbuf *b)
{
    const size_t gap = b->gap_to - b->gap_from;
    if (gap != 0) {
        if (b->end != b->gap_to)
            memmove(b->ptr + b->gap_from, b->ptr + b->gap_to, b->end - b->gap_to);
        b->end -= gap;
        end_with_zeros(b);
    }
    b->gap_from = b->gap_to = 0;
    return gap;
}

/* A block of `cap` bytes with what is in use at its front. */
static bool move_to(i4_inbuf *b, size_t cap, size_t *closed)
{
    size_t size = 0;
    if (!i4_add_size(cap, I4_INBUF_SLACK, &size))
        return false;
    if (b->ptr != NULL && cap > b->cap && b->start == 0 && b->gap_from == b->gap_to) {
        /* All stays where it is: who has the memory may not even have to copy it. */
        char *grown = i4_mem_resize(b->mem, b->ptr, b->cap + I4_INBUF_SLACK, size);
        if (grown == NULL)
            return false;
        b->ptr = grown;
        b->cap = cap;
        if (cap > b->peak)
            b->peak = cap;
        return true;
    }
    char *block = i4_mem_alloc(b->mem, size);
    if (block == NULL)
        return false;
    *closed += i4_inbuf_close_gap(b);
    const size_t live = b->end - b->start;
    if (live != 0)
        memcpy(block, b->ptr + b->start, live);
    i4_mem_free(b->mem, b->ptr, b->cap + I4_INBUF_SLACK);
    b->ptr   = block;
    b->cap   = cap;
    b->start = 0;
    b->end   = live;
    if (cap > b->peak)
        b->peak = cap;
    return true;
}

/* The size that the buffer should have to go on. */
static size_t wanted_cap(const i4_inbuf *b, size_t live)
{
    size_t cap = b->cap < I4_INBUF_FIRST ? I4_INBUF_FIRST : b->cap;
    if (live == 0 && cap > I4_INBUF_READ)
        cap = I4_INBUF_READ; /* it grew for one response; that is over */
    if (b->was_filled && cap < I4_INBUF_READ)
        cap *= 2;
    while (cap < live || cap - live < cap / 4) {
        if (!i4_add_size(cap, cap / 2, &cap))
            return SIZE_MAX;
    }
    return cap;
}

char *i4_inbuf_lend(i4_inbuf *b, bool is_pinned, size_t *len, size_t *closed)
{
    *closed = 0;
    *len    = 0;
    if (b->lent == 0 && !is_pinned) {
        if (b->gap_to != 0 && b->gap_to == b->end)
            *closed += i4_inbuf_close_gap(b);
        if (b->start == b->end)
            b->start = b->end = 0;
        const size_t gap  = b->gap_to - b->gap_from;
        const size_t live = b->end - b->start - gap;
        const size_t cap  = wanted_cap(b, live);
        if (cap != b->cap) {
            if (!move_to(b, cap, closed) && b->cap == b->end)
                return NULL;
        } else if (b->cap - b->end < b->cap / 4) {
            /* At least as much is free in front as has to be moved: every byte is moved a
             * constant number of times. */
            *closed += i4_inbuf_close_gap(b);
            if (b->start != 0)
                memmove(b->ptr, b->ptr + b->start, b->end - b->start);
            b->end -= b->start;
            b->start = 0;
        }
        b->was_filled = false;
    }
    if (b->lent == 0)
        b->lent = b->cap - b->end;
    if (b->lent == 0)
        return NULL;
    *len = b->lent;
    return b->ptr + b->end;
}

void i4_inbuf_commit(i4_inbuf *b, size_t len)
{
    b->was_filled = len == b->lent;
    b->end += len;
    b->lent = 0;
    end_with_zeros(b);
}

void i4_inbuf_trim(i4_inbuf *b)
{
    if (b->lent == 0 && b->start == b->end)
        i4_inbuf_free(b);
}
