/* SPDX-License-Identifier: MIT */
/* base/mem.c - the only file that calls malloc(). */
#include "base/mem.h"

#include "base/num.h"

#include <stdlib.h>
#include <string.h>

static void *default_alloc(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(size);
}

static void *default_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    (void)ctx;
    (void)old_size;
    return realloc(ptr, size);
}

static void default_release(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    (void)size;
    free(ptr);
}

const i4_mem i4_mem_default = { default_alloc, default_resize, default_release, NULL };

_Bool i4_mem_choose(const imap4_allocator *given, i4_mem *out)
{
    if (given == NULL) {
        *out = i4_mem_default;
        return 1;
    }
    if (given->alloc == NULL || given->resize == NULL || given->release == NULL)
        return 0;
    *out = *given;
    return 1;
}

void *i4_mem_alloc(const i4_mem *mem, size_t size)
{
    return mem->alloc(mem->ctx, size == 0 ? 1 : size);
}

void *i4_mem_zalloc(const i4_mem *mem, size_t size)
{
    void *ptr = i4_mem_alloc(mem, size);
    if (ptr != NULL)
        memset(ptr, 0, size);
    return ptr;
}

void *i4_mem_resize(const i4_mem *mem, void *ptr, size_t old_size, size_t size)
{
    if (ptr == NULL)
        return i4_mem_alloc(mem, size);
    return mem->resize(mem->ctx, ptr, old_size == 0 ? 1 : old_size, size == 0 ? 1 : size);
}

void i4_mem_free(const i4_mem *mem, void *ptr, size_t size)
{
    if (ptr != NULL)
        mem->release(mem->ctx, ptr, size == 0 ? 1 : size);
}

void i4_mem_wipe(void *ptr, size_t size)
{
    /* The volatile store cannot be left out, even if `ptr` is freed next. */
    volatile unsigned char *p = (volatile unsigned char *)ptr;
    while (size-- != 0)
        *p++ = 0;
}

static size_t step_of(size_t room)
{
    return room < 64 ? room : room < 1024 ? room / 4 : room / 8;
}

int i4_mem_grow(const i4_mem *mem, void **array, size_t *cap, size_t count, size_t more,
                size_t each)
{
    size_t need = 0, bytes = 0;
    if (!i4_add_size(count, more, &need))
        return IMAP4_E_NOMEM;
    if (need <= *cap)
        return IMAP4_OK;
    size_t room = *cap < 8 ? 8 : *cap;
    /* A large array grows by a quarter, then by an eighth: what it has in vain counts
     * against the bytes that made it large (doc/limits.md), and is moved a constant
     * number of times all the same. */
    while (room < need) {
        if (!i4_add_size(room, step_of(room), &room))
            return IMAP4_E_NOMEM;
    }
    if (!i4_mul_size(room, each, &bytes))
        return IMAP4_E_NOMEM;
    void *grown = i4_mem_resize(mem, *array, *cap * each, bytes);
    if (grown == NULL)
        return IMAP4_E_NOMEM;
    *array = grown;
    *cap   = room;
    return IMAP4_OK;
}
