/* SPDX-License-Identifier: MIT */
/* base/arena.h - memory that is given out in slices and taken back at once.
 *
 * One arena serves all events of a reader: reset keeps what the last event needed, so
 * that in steady state no response costs a malloc. */
#ifndef I4_BASE_ARENA_H
#define I4_BASE_ARENA_H

#include "base/mem.h"
#include "base/num.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct i4_arena_block i4_arena_block;

typedef struct i4_arena {
    const i4_mem *mem;
    char         *at;  /* free from here */
    char         *end; /* to here */
    char *only;        /* where the slices begin if one block, to be kept, has them all */
    i4_arena_block *head; /* the block in use, older ones behind it */
    size_t          used; /* bytes of all blocks */
    size_t          limit;
    bool            is_over; /* an allocation was refused because of the limit */
} i4_arena;

/* `limit`: bytes of all blocks together. */
void i4_arena_init(i4_arena *arena, const i4_mem *mem, size_t limit);
void i4_arena_free(i4_arena *arena);
/* Makes one block of several. */
void i4_arena_merge(i4_arena *arena);

/* All slices are gone; a block of the size that was needed stays, if it is not huge. */
static inline void i4_arena_reset(i4_arena *arena)
{
    arena->at      = arena->only;
    arena->is_over = false;
    if (arena->only == NULL && arena->head != NULL)
        i4_arena_merge(arena);
}

void *i4_arena_more(i4_arena *arena, size_t size);

/* `size` bytes, aligned to 8; NULL if there is no memory (see i4_arena_rc). */
static inline void *i4_arena_alloc(i4_arena *arena, size_t size)
{
    const size_t rounded = (size + 7) & ~(size_t)7;
    if (rounded < size || rounded > (size_t)(arena->end - arena->at))
        return i4_arena_more(arena, size);
    void *slice = arena->at;
    arena->at += rounded;
    return slice;
}

/* An array; NULL also if the product does not fit. */
static inline void *i4_arena_array(i4_arena *arena, size_t count, size_t each)
{
    size_t bytes = 0;
    if (!i4_mul_size(count, each, &bytes))
        return NULL;
    return i4_arena_alloc(arena, bytes);
}

/* Why the last allocation gave NULL: IMAP4_E_NOMEM or IMAP4_E_LIMIT. */
static inline int i4_arena_rc(const i4_arena *arena)
{
    return arena->is_over ? IMAP4_E_LIMIT : IMAP4_E_NOMEM;
}

#endif
