/* SPDX-License-Identifier: MIT */
/* inflate.c - the deflate layer: what comes out is what zlib makes of it in one go, however the
 * bytes arrive and however little room there is above; and what goes down comes back.
 *
 * The first byte of the input chooses cuts and room; the rest comes from the peer. */
#include "filter/layer.h"

#define ZLIB_CONST
#include <zlib.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST = 1 << 20 /* of what is inflated; a bomb ends here */
};

static void check(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* ---- what zlib says --------------------------------------------------------------- */

typedef struct reference {
    char  *ptr;
    size_t len;
    int    rc; /* of the last call */
} reference;

static reference inflate_whole(const uint8_t *data, size_t size)
{
    reference r = { .ptr = malloc(MOST) };
    z_stream  z = { .next_in = data, .avail_in = (unsigned)size };
    if (r.ptr == NULL || inflateInit2(&z, -15) != Z_OK)
        abort();
    z.next_out  = (Bytef *)r.ptr;
    z.avail_out = MOST;
    r.rc        = inflate(&z, Z_SYNC_FLUSH);
    r.len       = MOST - z.avail_out;
    (void)inflateEnd(&z);
    return r;
}

/* ---- what is above the layer --------------------------------------------------------- */

typedef struct above {
    uint32_t   random;
    char       room[512]; /* what is lent; behind it stands a mark */
    size_t     lent;
    char      *got;
    size_t     len;
    imap4_view down; /* to be sent */
} above;

static uint32_t any(above *a, uint32_t below)
{
    a->random = a->random * 1664525u + 1013904223u;
    return (a->random >> 8) % below;
}

static char *recv_buf(void *ctx, size_t *len)
{
    above *a = ctx;
    *len     = 0;
    if (any(a, 4) == 0 || a->len == MOST) /* an event waits */
        return NULL;
    a->lent = 1 + any(a, sizeof a->room - 2);
    a->lent = a->lent < MOST - a->len ? a->lent : MOST - a->len;
    memset(a->room, '#', sizeof a->room);
    *len = a->lent;
    return a->room;
}

static int recv_commit(void *ctx, size_t len)
{
    above *a = ctx;
    check(a->lent != 0 && len <= a->lent, "more than there was room for");
    check(a->room[a->lent] == '#', "a byte behind the room");
    memcpy(a->got + a->len, a->room, len);
    a->len += len;
    a->lent = 0;
    return IMAP4_OK;
}

static imap4_view send_buf(void *ctx)
{
    above     *a = ctx;
    imap4_view v = a->down;
    if (v.len > 1)
        v.len = 1 + any(a, (uint32_t)v.len);
    return v;
}

static void send_ack(void *ctx, size_t len)
{
    above *a = ctx;
    check(len <= a->down.len, "more is taken than was there");
    a->down.ptr += len;
    a->down.len -= len;
}

/* ---- the layer ------------------------------------------------------------------------ */

static void pump(i4_layer *layer, above *a)
{
    const i4_above up = { recv_buf, recv_commit, send_buf, send_ack, a };
    const int      rc = layer->ops->pump(layer, &up);
    check(rc == layer->ops->error(layer)->code, "the error is another one");
}

static void give(i4_layer *layer, above *a, const uint8_t *data, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t room = 0;
        if (layer->ops->error(layer)->code != IMAP4_OK || layer->ops->has_ended(layer) ||
            a->len == MOST)
            return;
        char *to = layer->ops->has_room(layer) ? layer->ops->recv_buf(layer, &room) : NULL;
        if (to == NULL) {
            pump(layer, a);
            continue;
        }
        size_t n = 1 + any(a, 2000);
        n        = n < size - at ? n : size - at;
        n        = n < room ? n : room;
        memcpy(to, data + at, n);
        check(layer->ops->recv_commit(layer, n) == IMAP4_OK, "commit");
        at += n;
        if (any(a, 3) != 0)
            pump(layer, a);
    }
}

static void drain(i4_layer *layer, above *a)
{
    while (!layer->ops->is_drained(layer) && a->len < MOST)
        pump(layer, a);
}

static void compare(const i4_layer *layer, const above *a, const reference *r)
{
    const int code = layer->ops->error(layer)->code;
    check(code == IMAP4_OK || code == IMAP4_E_FRAMING, "an error of another kind");
    check(a->len == r->len, "more or less comes out");
    check(memcmp(a->got, r->ptr, a->len) == 0, "other bytes come out");
    if (a->len == MOST)
        return; /* zlib was stopped there */
    check((code == IMAP4_E_FRAMING) == (r->rc == Z_DATA_ERROR || r->rc == Z_NEED_DICT),
          "damage");
    check(layer->ops->has_ended(layer) == (r->rc == Z_STREAM_END), "the end");
}

/* What was inflated goes down, and must come back. */
static void send_back(i4_layer *layer, above *a, const reference *r)
{
    z_stream z    = { 0 };
    char    *back = malloc(r->len + 1);
    if (back == NULL || inflateInit2(&z, -15) != Z_OK)
        abort();
    a->down     = (imap4_view){ r->ptr, r->len };
    z.next_out  = (Bytef *)back;
    z.avail_out = (unsigned)r->len + 1;
    do {
        pump(layer, a);
        imap4_view out = layer->ops->send_buf(layer);
        if (out.len > 1 && any(a, 2) == 0)
            out.len = 1 + any(a, (uint32_t)out.len);
        z.next_in     = (const Bytef *)out.ptr;
        z.avail_in    = (unsigned)out.len;
        const int got = out.len == 0 ? Z_OK : inflate(&z, Z_SYNC_FLUSH);
        check(got == Z_OK || got == Z_BUF_ERROR, "what goes down is no deflate");
        layer->ops->send_ack(layer, out.len);
    } while (a->down.len != 0 || layer->ops->has_output(layer));
    check(z.total_out == r->len, "not all comes back");
    check(r->len == 0 || memcmp(back, r->ptr, r->len) == 0, "other bytes come back");
    (void)inflateEnd(&z);
    free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    i4_mem    own;
    i4_layer *layer = NULL;
    if (size < 1)
        return 0;
    reference r = inflate_whole(data + 1, size - 1);
    above     a = { .random = data[0], .got = malloc(MOST) };
    if (a.got == NULL || !i4_mem_choose(NULL, &own) ||
        i4_deflate_new(&own, &layer) != IMAP4_OK)
        abort();
    give(layer, &a, data + 1, size - 1);
    drain(layer, &a);
    compare(layer, &a, &r);
    if (layer->ops->error(layer)->code == IMAP4_OK && a.len < MOST)
        send_back(layer, &a, &r);
    layer->ops->trim(layer);
    layer->ops->free(layer);
    free(a.got);
    free(r.ptr);
    return 0;
}
