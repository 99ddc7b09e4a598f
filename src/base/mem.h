/* SPDX-License-Identifier: MIT */
/* base/mem.h - the only way to memory: an allocator given by the caller. */
#ifndef I4_BASE_MEM_H
#define I4_BASE_MEM_H

#include "imap4/base.h"

#include <string.h>

typedef imap4_allocator i4_mem;

/* malloc, realloc and free. */
extern const i4_mem i4_mem_default;

/* `given` if it is usable, the default if NULL; false if it lacks a function. */
_Bool i4_mem_choose(const imap4_allocator *given, i4_mem *out);

/* NULL if there is no memory.  `size` may be 0: then one byte is taken. */
void *i4_mem_alloc(const i4_mem *mem, size_t size);
void *i4_mem_zalloc(const i4_mem *mem, size_t size);
/* As realloc(); `ptr` may be NULL with `old_size` 0.  On NULL `ptr` is as before. */
void *i4_mem_resize(const i4_mem *mem, void *ptr, size_t old_size, size_t size);
/* `size` as asked for. */
void  i4_mem_free(const i4_mem *mem, void *ptr, size_t size);

/* As memset(ptr, 0, size) of a size that the compiler knows, and which may be some
 * hundred bytes: for these memset is a slow instruction or a call. */
static inline void i4_mem_clear(void *ptr, size_t size)
{
    enum {
        STEP = 64
    };
    char *p = ptr;
    for (size_t i = 0; i < size / STEP; i++)
        memset(p + i * STEP, 0, STEP);
    memset(p + size / STEP * STEP, 0, size % STEP);
}

/* Copies, also nothing from nowhere; behind the copy. */
static inline char *i4_mem_put(char *to, const char *from, size_t len)
{
    if (len != 0)
        memcpy(to, from, len);
    return to + len;
}

/* Overwrites in a way the compiler keeps: for secrets. */
void i4_mem_wipe(void *ptr, size_t size);

/* Makes room for `count` + `more` elements of `each` bytes in an array that holds
 * room for *cap, by doubling.  IMAP4_OK, or IMAP4_E_NOMEM with nothing changed. */
int i4_mem_grow(const i4_mem *mem, void **array, size_t *cap, size_t count, size_t more,
                size_t each);

#endif
