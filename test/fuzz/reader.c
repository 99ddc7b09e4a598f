/* SPDX-License-Identifier: MIT */
/* reader.c - the reader tells the same, however the bytes arrive and the events are taken.
 *
 * The first two bytes of the input choose the options and the cuts; the rest comes from the
 * server.  It is read whole, in pieces, and in pieces with memory that is refused; a copy of each
 * event, and a copy of that, tell the same as well. */
#include "imap4/keep.h"
#include "imap4/reader.h"

#include "../support/dump.h"
#include "../transcripts/short.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct memory {
    size_t calls;
    size_t fail_at;
    size_t live;
} memory;

static void *take(void *ctx, size_t size)
{
    memory *m = ctx;
    if (m->calls++ == m->fail_at)
        return NULL;
    m->live += size;
    return malloc(size);
}

static void *resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    memory *m = ctx;
    if (m->calls++ == m->fail_at)
        return NULL;
    void *to = malloc(size);
    if (to == NULL)
        abort();
    memcpy(to, ptr, old_size < size ? old_size : size);
    free(ptr);
    m->live = m->live - old_size + size;
    return to;
}

static void release(void *ctx, void *ptr, size_t size)
{
    memory *m = ctx;
    if (ptr != NULL)
        m->live -= size;
    free(ptr);
}

typedef struct reading {
    memory        mem;
    imap4_reader *r;
    uint32_t      cuts; /* 0: whole */
    text          dump;
    text          copies;
    short_state   told;
    int           rc;
} reading;

static uint32_t next_cut(reading *g)
{
    g->cuts = g->cuts * 1664525u + 1013904223u;
    return g->cuts >> 8;
}

static imap4_reader_options options(uint8_t chosen, const imap4_allocator *mem)
{
    imap4_reader_options opt = IMAP4_READER_OPTIONS;
    opt.allocator            = mem;
    opt.mode                 = chosen & 1;
    if ((chosen & 2) != 0)
        opt.max_response = 20 + (chosen >> 4) * 8u;
    if ((chosen & 4) != 0)
        opt.inline_literal = 1 + (chosen >> 5);
    if ((chosen & 8) != 0) {
        opt.max_items   = 4 + (chosen >> 4);
        opt.max_depth   = 1 + (chosen >> 5);
        opt.max_literal = 1000;
    }
    return opt;
}

static void dump_copy(text *t, const imap4_event *ev)
{
    imap4_event *first = NULL, *second = NULL;
    if (imap4_event_dup(ev, NULL, &first) < 0 || imap4_event_dup(first, NULL, &second) < 0)
        abort();
    imap4_event_free(&first);
    dump_event(t, second);
    imap4_event_free(&second);
}

/* One event at most; 1 if there was one. */
static int take_event(reading *g)
{
    const imap4_event *ev = NULL;
    int                rc;
    do {
        rc = imap4_reader_next(g->r, &ev);
    } while (rc == IMAP4_E_NOMEM);
    if ((rc == 1) != (ev != NULL))
        abort();
    if (rc == 1) {
        if (g->rc < 0)
            abort();
        short_event(&g->told, ev);
        if (g->mem.fail_at == SIZE_MAX) {
            dump_copy(&g->copies, ev);
            dump_event(&g->dump, ev);
        }
    }
    if (rc < 0)
        g->rc = rc;
    return rc == 1;
}

static void take_all(reading *g)
{
    while (take_event(g) == 1) {
    }
}

static void give(reading *g, const uint8_t *data, size_t size)
{
    for (size_t at = 0, idle = 0; at < size && g->rc >= 0;) {
        size_t room = 0;
        char  *to   = imap4_reader_buf(g->r, &room);
        if (to == NULL) {
            if (room != 0)
                abort();
            if (take_event(g) == 0 && ++idle > 8)
                abort(); /* it would wait for ever */
            continue;
        }
        size_t len = size - at < room ? size - at : room;
        idle       = 0;
        if (g->cuts != 0) {
            const uint32_t cut = next_cut(g);
            const size_t   max = (cut & 7) == 0 ? cut >> 3 & 255 : 1 + (cut >> 3 & 15);
            if ((cut & 8) != 0) { /* events are taken while the buffer is lent */
                (void)take_event(g);
                size_t again = 0;
                if (g->rc >= 0 && (imap4_reader_buf(g->r, &again) != to || again != room))
                    abort();
            }
            if (len > max)
                len = max;
        }
        memcpy(to, data + at, len);
        if (imap4_reader_commit(g->r, len) != IMAP4_OK)
            abort();
        at += len;
        if (g->cuts == 0)
            continue;
        switch (next_cut(g) & 3) {
        case 0: take_all(g); break;
        case 1: (void)take_event(g); break;
        case 2: imap4_reader_trim(g->r); break;
        default: break;
        }
    }
}

static void read_all(reading *g, uint8_t chosen, const uint8_t *data, size_t size)
{
    const imap4_allocator      mem = { take, resize, release, &g->mem };
    const imap4_reader_options opt = options(chosen, &mem);
    while (imap4_reader_new(&opt, &g->r) != IMAP4_OK) {
    }
    give(g, data, size);
    take_all(g);
    if (g->rc >= 0) {
        imap4_reader_eof(g->r);
        take_all(g);
    }
    short_end(&g->told, g->rc);
    if (imap4_reader_error(g->r)->code != g->rc)
        abort();
    imap4_reader_free(&g->r);
    if (g->mem.live != 0)
        abort();
}

static void finish(reading *g)
{
    text_free(&g->dump);
    text_free(&g->copies);
    text_free(&g->told.out);
    text_free(&g->told.body);
}

static void compare(const text *a, const text *b)
{
    if (a->len == b->len && (a->len == 0 || memcmp(a->at, b->at, a->len) == 0))
        return;
    fprintf(stderr, "whole:\n%s\nin pieces:\n%s\n", a->at == NULL ? "" : a->at,
            b->at == NULL ? "" : b->at);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    reading whole = { .mem.fail_at = SIZE_MAX };
    read_all(&whole, data[0], data + 2, size - 2);
    for (uint32_t i = 0; i < 3; i++) {
        reading parts = { .mem.fail_at = SIZE_MAX, .cuts = 1 + data[1] + i * 256 };
        if (i == 2)
            parts.mem.fail_at = data[1] % 64;
        read_all(&parts, data[0], data + 2, size - 2);
        compare(&whole.told.out, &parts.told.out);
        compare(&parts.dump, &parts.copies);
        if (i != 2)
            compare(&whole.dump, &parts.dump);
        finish(&parts);
    }
    compare(&whole.dump, &whole.copies);
    finish(&whole);
    return 0;
}
