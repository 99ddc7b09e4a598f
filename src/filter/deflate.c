/* SPDX-License-Identifier: MIT */
/* filter/deflate.c - raw deflate (RFC 1951) as a byte layer, both ways; the only user of zlib.
 *
 * What comes in is inflated right into the buffer that is lent from above, so there is never
 * more of it than there is room for: a few bytes that stand for gigabytes wait as a few bytes. */
#include "base/inbuf.h"
#include "base/num.h"
#include "base/try.h"
#include "filter/layer.h"
#include "filter/outbuf.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#define ZLIB_CONST /* it does not write to its input */
#include <zlib.h>

enum {
    OUT_ENOUGH  = 64 * 1024, /* compressed bytes that may wait to be sent */
    OUT_STEP    = 16 * 1024,
    READ_ENOUGH = 64 * 1024,  /* compressed bytes that may wait for the engine */
    AT_ONCE     = 256 * 1024, /* what zlib is given in one call; it counts in 32 bits */
    WINDOW      = 32 * 1024,  /* of the inflating side: the server may use all of it */
    /* What we say are commands and now and then a message: 8 KiB of window are enough, and
     * cost 96 KiB instead of 256. */
    OUR_WINDOW_BITS = 13,
    OUR_MEM_LEVEL   = 7,
    HEAD            = 16 /* before each block of zlib: its size */
};

typedef struct deflater {
    i4_layer  base;
    i4_mem    mem;
    i4_inbuf  in;  /* compressed, from the peer */
    i4_outbuf out; /* compressed, for the peer */
    z_stream  from;
    z_stream  to;
    char     *window;         /* zlib asks for it late, when nothing may fail */
    bool      is_window_free; /* it has not asked */
    bool has_more;    /* inflate() may have bytes that did not fit, without more input */
    bool has_ended;   /* the peer ended its stream */
    bool is_dirty;    /* bytes went into deflate() and were not flushed */
    bool is_flushing; /* begun, and there was no room for all */
    imap4_error error;
    char        text[96];
} deflater;

static deflater *deflater_of(const i4_layer *layer)
{
    return (
        deflater *)(uintptr_t)layer; /* its first member; const is for the user of ops */
}

/* ---- memory ---------------------------------------------------------------- */

static void *give(void *opaque, unsigned items, unsigned each)
{
    deflater *d    = opaque;
    size_t    size = 0;
    if (!i4_mul_size(items, each, &size) || !i4_add_size(size, HEAD, &size))
        return Z_NULL;
    if (d->is_window_free && size == WINDOW + HEAD) {
        d->is_window_free = false;
        return d->window;
    }
    char *block = i4_mem_alloc(&d->mem, size);
    if (block == NULL)
        return Z_NULL;
    memcpy(block, &size, sizeof size);
    return block + HEAD;
}

static void take(void *opaque, void *ptr)
{
    deflater *d    = opaque;
    size_t    size = 0;
    if (ptr == NULL || ptr == d->window)
        return;
    char *block = (char *)ptr - HEAD;
    memcpy(&size, block, sizeof size);
    i4_mem_free(&d->mem, block, size);
}

/* ---- life ------------------------------------------------------------------ */

static const i4_layer_ops ops;

const bool i4_deflate_is_built = true;

static void deflate_free(i4_layer *layer)
{
    deflater    *d   = deflater_of(layer);
    const i4_mem mem = d->mem;
    (void)inflateEnd(&d->from); /* no harm if it was never begun */
    (void)deflateEnd(&d->to);
    i4_mem_free(&mem, d->window, WINDOW);
    i4_inbuf_free(&d->in);
    i4_outbuf_free(&d->out, &mem);
    i4_mem_free(&mem, d, sizeof *d);
}

int i4_deflate_new(const i4_mem *mem, i4_layer **out)
{
    deflater *d = i4_mem_zalloc(mem, sizeof *d);
    if (d == NULL)
        return IMAP4_E_NOMEM;
    d->base.ops = &ops;
    d->mem      = *mem;
    i4_inbuf_init(&d->in, &d->mem);
    d->from.zalloc = d->to.zalloc = give;
    d->from.zfree = d->to.zfree = take;
    d->from.opaque = d->to.opaque = d;
    /* A negative number of bits: without the header and the sum of zlib (RFC 1950). */
    if (inflateInit2(&d->from, -MAX_WBITS) != Z_OK ||
        deflateInit2(&d->to, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -OUR_WINDOW_BITS,
                     OUR_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK ||
        (d->window = i4_mem_alloc(mem, WINDOW)) == NULL) {
        deflate_free(&d->base);
        return IMAP4_E_NOMEM;
    }
    d->is_window_free = true;
    *out              = &d->base;
    return IMAP4_OK;
}

/* ---- the compressed pipes ---------------------------------------------------- */

static char *deflate_recv_buf(i4_layer *layer, size_t *len)
{
    size_t closed = 0;
    return i4_inbuf_lend(&deflater_of(layer)->in, false, len, &closed);
}

static int deflate_recv_commit(i4_layer *layer, size_t len)
{
    deflater *d = deflater_of(layer);
    if (d->in.lent == 0 || len > d->in.lent)
        return IMAP4_E_ARG;
    i4_inbuf_commit(&d->in, len);
    return IMAP4_OK;
}

static imap4_view deflate_send_buf(i4_layer *layer)
{
    return i4_outbuf_lend(&deflater_of(layer)->out);
}

static void deflate_send_ack(i4_layer *layer, size_t len)
{
    i4_outbuf_ack(&deflater_of(layer)->out, len);
}

static bool deflate_has_output(const i4_layer *layer)
{
    return i4_outbuf_size(&deflater_of(layer)->out) != 0;
}

static bool deflate_has_room(const i4_layer *layer)
{
    const deflater *d = deflater_of(layer);
    return !d->has_ended && (d->in.lent != 0 || d->in.end - d->in.start < READ_ENOUGH);
}

static void deflate_trim(i4_layer *layer)
{
    deflater *d = deflater_of(layer);
    i4_inbuf_trim(&d->in);
    i4_outbuf_trim(&d->out, &d->mem);
}

/* ---- moving ---------------------------------------------------------------- */

static int fail(deflater *d, int code, const char *what, const char *why)
{
    (void)snprintf(d->text, sizeof d->text, "%s%s%s", what, why == NULL ? "" : ": ",
                   why == NULL ? "" : why);
    d->error = (imap4_error){ .code = code, .text = imap4_view_of(d->text) };
    return code;
}

static bool has_input(const deflater *d)
{
    return !d->has_ended && (d->in.end != d->in.start || d->has_more);
}

static unsigned at_most(size_t len)
{
    return len < AT_ONCE ? (unsigned)len : AT_ONCE;
}

/* As many bytes as there is room for; what came of them. */
static int inflate_into(deflater *d, char *at, size_t room, size_t *made)
{
    const unsigned size = at_most(room), have = at_most(d->in.end - d->in.start);
    d->from.next_in   = (const Bytef *)(d->in.ptr == NULL ? "" : d->in.ptr + d->in.start);
    d->from.avail_in  = have;
    d->from.next_out  = (Bytef *)at;
    d->from.avail_out = size;
    const int rc      = inflate(&d->from, Z_SYNC_FLUSH);
    *made             = size - d->from.avail_out;
    d->has_more       = d->from.avail_out == 0;
    if (have != 0)
        i4_inbuf_consume(&d->in, have - d->from.avail_in);
    return rc;
}

/* What inflate() returned. */
static int judge(deflater *d, int rc)
{
    switch (rc) {
    case Z_OK:
    case Z_BUF_ERROR: /* there was nothing to do */ return IMAP4_OK;
    case Z_STREAM_END: d->has_ended = true; return IMAP4_OK;
    case Z_MEM_ERROR: return fail(d, IMAP4_E_IO, "no memory to inflate what came", NULL);
    default:
        return fail(d, IMAP4_E_FRAMING, "the compressed stream is damaged", d->from.msg);
    }
}

static int pump_in(deflater *d, const i4_above *up)
{
    while (has_input(d)) {
        size_t room = 0, made = 0;
        char  *at = up->recv_buf(up->ctx, &room);
        if (at == NULL)
            return IMAP4_OK;
        const int rc = inflate_into(d, at, room, &made);
        I4_TRY(up->recv_commit(up->ctx, made));
        I4_TRY(judge(d, rc));
    }
    return IMAP4_OK;
}

/* One call of deflate(); how many of `bytes` it took. */
static int deflate_step(deflater *d, imap4_view bytes, int flush, size_t *took)
{
    const unsigned have = at_most(bytes.len);
    const unsigned room = at_most(d->out.cap - d->out.len);
    d->to.next_in       = (const Bytef *)(bytes.ptr == NULL ? "" : bytes.ptr);
    d->to.avail_in      = have;
    d->to.next_out      = (Bytef *)d->out.ptr + d->out.len;
    d->to.avail_out     = room;
    const int rc        = deflate(&d->to, flush);
    d->out.len += room - d->to.avail_out;
    *took = have - d->to.avail_in;
    return rc == Z_OK || rc == Z_BUF_ERROR
               ? IMAP4_OK
               : fail(d, IMAP4_E_IO, "zlib failed", d->to.msg);
}

/* Bytes of the engine, not more than can wait; when it has no more, all go out at once
 * (RFC 4978 section 4). */
static int pump_out(deflater *d, const i4_above *up)
{
    while (i4_outbuf_size(&d->out) < OUT_ENOUGH &&
           i4_outbuf_room(&d->out, &d->mem, OUT_STEP)) {
        size_t           took  = 0;
        const imap4_view bytes = d->is_flushing ? IMAP4_NIL : up->send_buf(up->ctx);
        if (bytes.len == 0 && !d->is_dirty)
            return IMAP4_OK;
        d->is_flushing = bytes.len == 0;
        I4_TRY(deflate_step(d, bytes, d->is_flushing ? Z_SYNC_FLUSH : Z_NO_FLUSH, &took));
        if (bytes.len != 0)
            up->send_ack(up->ctx, took);
        else /* zlib.h: once more with the same flush if there was no room left */
            d->is_flushing = d->to.avail_out == 0;
        d->is_dirty = bytes.len != 0 || d->is_flushing;
    }
    return IMAP4_OK;
}

static int deflate_pump(i4_layer *layer, const i4_above *up)
{
    deflater *d = deflater_of(layer);
    if (d->error.code != IMAP4_OK)
        return d->error.code;
    I4_TRY(pump_in(d, up));
    return pump_out(d, up);
}

static bool deflate_has_ended(const i4_layer *layer)
{
    return deflater_of(layer)->has_ended;
}

static bool deflate_is_drained(const i4_layer *layer)
{
    const deflater *d = deflater_of(layer);
    return d->error.code != IMAP4_OK || !has_input(d);
}

/* RFC 4978 has no farewell. */
static void deflate_shutdown(i4_layer *layer)
{
    (void)layer;
}

static bool deflate_is_open(const i4_layer *layer)
{
    (void)layer;
    return true;
}

static imap4_view deflate_protection(const i4_layer *layer)
{
    (void)layer;
    return IMAP4_NIL;
}

static const imap4_error *deflate_error(const i4_layer *layer)
{
    return &deflater_of(layer)->error;
}

static const i4_layer_ops ops = {
    .recv_buf    = deflate_recv_buf,
    .recv_commit = deflate_recv_commit,
    .send_buf    = deflate_send_buf,
    .send_ack    = deflate_send_ack,
    .has_output  = deflate_has_output,
    .has_room    = deflate_has_room,
    .pump        = deflate_pump,
    .has_ended   = deflate_has_ended,
    .is_drained  = deflate_is_drained,
    .shutdown    = deflate_shutdown,
    .trim        = deflate_trim,
    .is_open     = deflate_is_open,
    .protection  = deflate_protection,
    .error       = deflate_error,
    .free        = deflate_free,
};
