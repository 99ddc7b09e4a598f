/* SPDX-License-Identifier: MIT */
/* meter.c - memory that is counted. */
#include "meter.h"

#include <stdlib.h>

static void count(meter *m, size_t from, size_t to)
{
    m->calls += to != 0;
    m->live    = m->live - from + to;
    m->peak    = m->live > m->peak ? m->live : m->peak;
    m->largest = to > m->largest ? to : m->largest;
}

static void *meter_alloc(void *ctx, size_t size)
{
    count(ctx, 0, size);
    return malloc(size);
}

static void *meter_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    count(ctx, old_size, size);
    return realloc(ptr, size);
}

static void meter_release(void *ctx, void *ptr, size_t size)
{
    if (ptr != NULL)
        count(ctx, size, 0);
    free(ptr);
}

imap4_allocator meter_allocator(meter *m)
{
    return (imap4_allocator){ meter_alloc, meter_resize, meter_release, m };
}
