/* SPDX-License-Identifier: MIT */
/* base/arena.c - memory that is given out in slices and taken back at once. */
#include "base/arena.h"

#include "base/num.h"

enum {
    FIRST_BLOCK = 4096,
    KEPT_BLOCK  = 256 * 1024 /* a larger one is not kept for the next event */
};

struct i4_arena_block {
    i4_arena_block *older;
    size_t          size; /* with this head */
};

void i4_arena_init(i4_arena *arena, const i4_mem *mem, size_t limit)
{
    *arena = (i4_arena){ .mem = mem, .limit = limit };
}

static void free_blocks(i4_arena *arena)
{
    while (arena->head != NULL) {
        i4_arena_block *block = arena->head;
        arena->head           = block->older;
        i4_mem_free(arena->mem, block, block->size);
    }
    arena->at = arena->end = arena->only = NULL;
    arena->used                          = 0;
}

void i4_arena_free(i4_arena *arena)
{
    free_blocks(arena);
}

void i4_arena_merge(i4_arena *arena)
{
    /* The newest one alone would not hold what this event took: make one of the size of all,
     * next time it is enough. */
    const size_t all = arena->used;
    free_blocks(arena);
    if (all > KEPT_BLOCK)
        return;
    i4_arena_block *block = i4_mem_alloc(arena->mem, all);
    if (block == NULL)
        return;
    *block      = (i4_arena_block){ .size = all };
    arena->head = block;
    arena->only = arena->at = (char *)(block + 1);
    arena->end              = (char *)block + all;
    arena->used             = all;
}

void *i4_arena_more(i4_arena *arena, size_t size)
{
    size_t need = 0;
    if (!i4_add_size(size, sizeof(i4_arena_block) + 8, &need))
        return NULL;
    /* Half as much again: what is not used of a block counts against the bytes of the response
     * (doc/limits.md), and blocks stay few. */
    size_t room = FIRST_BLOCK;
    if (arena->head != NULL && arena->head->size <= KEPT_BLOCK)
        room = arena->head->size + arena->head->size / 2;
    if (room > KEPT_BLOCK)
        room = KEPT_BLOCK;
    const bool is_apart = room < need && arena->head != NULL;
    if (room < need)
        room = need;
    if (room > arena->limit - arena->used) {
        if (need > arena->limit - arena->used) {
            arena->is_over = true;
            return NULL;
        }
        room = need;
    }
    i4_arena_block *block = i4_mem_alloc(arena->mem, room);
    if (block == NULL)
        return NULL;
    arena->used += room;
    if (is_apart) {
        /* A block for one large slice; the small ones go on where they are. */
        *block = (i4_arena_block){ .older = arena->head->older, .size = room };
        arena->head->older = block;
        arena->only        = NULL;
        return block + 1;
    }
    *block      = (i4_arena_block){ .older = arena->head, .size = room };
    arena->head = block;
    arena->at   = (char *)(block + 1);
    arena->end  = (char *)block + room;
    arena->only = block->older == NULL && room <= KEPT_BLOCK ? arena->at : NULL;
    /* The head's size is a multiple of 8 and so is what is given out. */
    void *slice = arena->at;
    arena->at += (size + 7) & ~(size_t)7;
    return slice;
}
