/* SPDX-License-Identifier: MIT */
/* parse/keep.c - events that stand alone.
 *
 * A copy has the bytes of the response without what was streamed, its tokens and items with
 * offsets into these, and an arena of its own: typed data are found in it as they are found
 * in the original.  All but the arena is one block of memory. */
#include "parse/keep.h"

#include "base/num.h"
#include "base/try.h"
#include "parse/incoming.h"

#include <string.h>

enum {
    ARENA_LIMIT = 64 * 1024 * 1024, /* as that of a reader */
    SLACK       = I4_INBUF_SLACK    /* numbers are read eight bytes at a time */
};

typedef struct i4_kept {
    i4_event event; /* first: imap4_event_free() gets its address */
    i4_mem   mem;
    i4_arena arena;
    size_t   size; /* of the block */
    uint32_t item_at[I4_FETCH_IDS];
} i4_kept;

/* ---- which bytes a response holds -------------------------------------------- */

/* Lines and held literals, one behind the other.  Where a literal was streamed the original
 * has a gap; the copy has none. */
typedef struct held {
    const imap4_segment *raw;
    size_t               count;
    size_t               size;
    imap4_segment        all; /* of an event that shows no segments */
} held;

/* BODY_* have what came before the literal, and show it only as items. */
static size_t size_of_tokens(const i4_event *src)
{
    size_t size = 0;
    for (size_t i = 0; i < src->token_count; i++) {
        const i4_token t   = src->tokens[i];
        /* A quote may follow. */
        const size_t   end = (size_t)t.at + i4_token_len(t) + 1;
        switch (i4_token_kind_of(t)) {
        case I4_TOK_OPEN: break;
        case I4_TOK_STREAMED: break;
        case I4_TOK_ATOM:
        case I4_TOK_QUOTED:
        case I4_TOK_ESCAPED:
        case I4_TOK_LITERAL:
        case I4_TOK_CLOSE: size = end > size ? end : size; break;
        }
    }
    return size;
}

static void find_held(const i4_event *src, held *h)
{
    *h = (held){ .raw = src->pub.raw, .count = src->pub.raw_count };
    if (h->count == 0 && src->token_count != 0) {
        const size_t size = size_of_tokens(src);
        h->all   = (imap4_segment){ .view = { src->base, size }, .kind = IMAP4_SEG_LINE };
        h->raw   = &h->all;
        h->count = 1;
    }
    for (size_t i = 0; i < h->count; i++)
        h->size += h->raw[i].view.len;
}

/* Where `v` lies among the held bytes; false if it does not.  It may reach over several
 * segments, as `rest` does, if they follow each other. */
static bool find_view(const held *h, imap4_view v, size_t *at)
{
    const uintptr_t from = (uintptr_t)v.ptr;
    uintptr_t       run = 0, end = 0; /* segments without a gap between them */
    size_t          run_at = 0, next = 0;
    for (size_t i = 0; i < h->count; i++) {
        const imap4_view seg = h->raw[i].view;
        if (seg.ptr == NULL)
            continue;
        if ((uintptr_t)seg.ptr != end) {
            run    = (uintptr_t)seg.ptr;
            run_at = next;
        }
        end = (uintptr_t)seg.ptr + seg.len;
        next += seg.len;
        if (from >= run && from <= end && v.len <= end - from) {
            *at = run_at + (size_t)(from - run);
            return true;
        }
    }
    return false;
}

/* Offsets that only grow, from the original to the copy. */
typedef struct walk {
    const held *h;
    const char *base;
    size_t      i;
    size_t      at; /* of segment `i` in the copy */
} walk;

static uint32_t moved(walk *w, uint32_t old)
{
    const char *ptr = w->base + old;
    size_t      at  = w->at;
    for (size_t i = w->i; i < w->h->count; i++) {
        const imap4_view seg = w->h->raw[i].view;
        if (seg.ptr == NULL)
            continue;
        if (seg.ptr > ptr)
            break;
        w->i  = i;
        w->at = at;
        at += seg.len;
    }
    return (uint32_t)(w->at + (size_t)(ptr - w->h->raw[w->i].view.ptr));
}

/* ---- the copy ------------------------------------------------------------------ */

enum {
    VIEWS = 9
};

/* All views of an event. */
static void list_views(i4_event *ev, imap4_view *at[VIEWS])
{
    imap4_view *const views[VIEWS] = { &ev->pub.tag,  &ev->pub.name,      &ev->pub.text,
                                       &ev->pub.code, &ev->pub.code_args, &ev->pub.data,
                                       &ev->pub.rest, &ev->behind,        &ev->list };
    memcpy(at, views, sizeof views);
}

/* Bytes that views have beside those of the response: what SASL sent, decoded; words of ours. */
static size_t loose_size(i4_event *ev, const held *h)
{
    imap4_view *views[VIEWS];
    size_t      size = 0, at = 0;
    list_views(ev, views);
    for (size_t i = 0; i < VIEWS; i++)
        if (views[i]->ptr != NULL && !find_view(h, *views[i], &at))
            size += views[i]->len;
    return size;
}

static bool add_array(size_t *size, size_t count, size_t each)
{
    size_t bytes = 0;
    return i4_mul_size(count, each, &bytes) && i4_add_size(*size, bytes, size);
}

static void copy_bytes(const i4_event *src, const held *h, i4_kept *kept,
                       imap4_segment *raw, char *bytes)
{
    i4_event   *ev    = &kept->event;
    char       *next  = bytes;
    char       *loose = bytes + h->size;
    imap4_view *views[VIEWS];
    for (size_t i = 0; i < h->count; i++) {
        const imap4_view seg = h->raw[i].view;
        if (seg.ptr != NULL && seg.len != 0)
            memcpy(next, seg.ptr, seg.len);
        if (i < src->pub.raw_count) {
            raw[i] = h->raw[i];
            if (seg.ptr != NULL)
                raw[i].view.ptr = next;
        }
        next += seg.len;
    }
    list_views(ev, views);
    for (size_t i = 0; i < VIEWS; i++) {
        imap4_view *v  = views[i];
        size_t      at = 0;
        if (v->ptr == NULL)
            continue;
        if (find_view(h, *v, &at)) {
            v->ptr = bytes + at;
            continue;
        }
        if (v->len != 0)
            memcpy(loose, v->ptr, v->len);
        v->ptr = loose;
        loose += v->len;
    }
    memset(loose, 0, SLACK);
}

static void copy_tokens(const i4_event *src, const held *h, i4_token *tokens,
                        i4_item *items)
{
    walk w = { .h = h, .base = src->base };
    for (size_t i = 0; i < src->token_count; i++) {
        tokens[i]    = src->tokens[i];
        /* A streamed literal has no bytes, so it is nowhere. */
        tokens[i].at = i4_token_kind_of(tokens[i]) == I4_TOK_STREAMED
                           ? 0
                           : moved(&w, tokens[i].at);
    }
    w = (walk){ .h = h, .base = src->base };
    for (size_t i = 0; i < src->item_count; i++) {
        items[i]         = src->items[i];
        items[i].name_at = moved(&w, items[i].name_at);
    }
}

/* Number lists are read at once, not on demand. */
static int read_list(i4_event *ev)
{
    if (ev->list.ptr == NULL)
        return IMAP4_OK;
    ev->pub.data    = ev->list;
    ev->piece_state = ev->list_state;
    return ev->row->piece(ev) == IMAP4_E_NOMEM ? IMAP4_E_NOMEM : IMAP4_OK;
}

static int keep(i4_event *src, const i4_mem *mem, imap4_event **out)
{
    held h;
    find_held(src, &h);
    size_t size = sizeof(i4_kept);
    if (!add_array(&size, src->item_count, sizeof *src->items) ||
        !add_array(&size, src->pub.raw_count, sizeof *src->pub.raw) ||
        !add_array(&size, src->token_count, sizeof *src->tokens) ||
        !i4_add_size(size, h.size, &size) ||
        !i4_add_size(size, loose_size(src, &h) + SLACK, &size))
        return IMAP4_E_NOMEM;
    i4_kept *kept = i4_mem_alloc(mem, size);
    if (kept == NULL)
        return IMAP4_E_NOMEM;
    kept->event       = *src;
    kept->event.log   = NULL; /* what is found in a copy is not told */
    kept->event.asked = NULL;
    kept->mem         = *mem;
    kept->size        = size;
    i4_arena_init(&kept->arena, &kept->mem, ARENA_LIMIT);
    memset(kept->item_at, 0, sizeof kept->item_at);
    if (src->item_at != NULL)
        memcpy(kept->item_at, src->item_at, sizeof kept->item_at);

    i4_event      *ev     = &kept->event;
    i4_item       *items  = (i4_item *)(kept + 1);
    imap4_segment *raw    = (imap4_segment *)(items + src->item_count);
    i4_token      *tokens = (i4_token *)(raw + src->pub.raw_count);
    char          *bytes  = (char *)(tokens + src->token_count);
    copy_bytes(src, &h, kept, raw, bytes);
    copy_tokens(src, &h, tokens, items);
    ev->base    = bytes;
    ev->tokens  = tokens;
    ev->items   = items;
    ev->item_at = src->item_at == NULL ? NULL : kept->item_at;
    ev->pub.raw = src->pub.raw_count == 0 ? NULL : raw;
    ev->arena   = &kept->arena;
    memset(ev->lazy, 0, sizeof ev->lazy);
    *out = &ev->pub;
    return IMAP4_OK;
}

/* A copy, with what is read at once. */
static int make_copy(i4_event *src, const i4_mem *mem, imap4_event **out)
{
    imap4_event *made = NULL;
    I4_TRY(keep(src, mem, &made));
    const int rc = read_list(i4_event_of(made));
    if (rc < 0) {
        imap4_event_free(&made);
        return rc;
    }
    *out = made;
    return IMAP4_OK;
}

/* ---- events of others ------------------------------------------------------------ */

/* The quick way types FLAGS and ENVELOPE and records no tokens of them: the copy is made of
 * what the general way would have told. */
static int copy_quick(const i4_event *quick, const i4_mem *mem, imap4_event **out)
{
    i4_event src           = *quick;
    src.log                = NULL;
    const imap4_view line  = src.pub.raw[0].view;
    i4_index         none  = { 0 }; /* all its items are of RFC 3501 */
    i4_fetch         fetch = { .index = &none };
    i4_lex           lex;
    i4_lex_init(&lex, mem, I4_TOKEN_MAX);
    lex.next = (uint32_t)(src.pub.name.ptr + src.pub.name.len - src.base);
    int rc   = i4_lex_line(&lex, src.base, line.ptr + line.len - 2);
    if (rc == IMAP4_OK)
        rc = i4_fetch_advance(&fetch, &lex, src.base);
    if (rc == IMAP4_OK) {
        src.tokens      = lex.tape.at;
        src.token_count = lex.tape.count;
        src.items       = fetch.items;
        src.item_count  = fetch.count;
        src.item_at     = fetch.item_at;
        src.is_quick    = false;
        rc              = make_copy(&src, mem, out);
    }
    i4_fetch_free(&fetch, mem);
    i4_lex_free(&lex);
    return rc;
}

int imap4_event_dup(const imap4_event *ev, const imap4_allocator *allocator,
                    imap4_event **out)
{
    i4_mem mem;
    if (ev == NULL || out == NULL || !i4_mem_choose(allocator, &mem))
        return IMAP4_E_ARG;
    i4_event *src = i4_event_of(ev);
    return src->is_quick ? copy_quick(src, &mem, out) : make_copy(src, &mem, out);
}

void imap4_event_free(imap4_event **ev)
{
    if (ev == NULL || *ev == NULL)
        return;
    i4_kept     *kept = (i4_kept *)i4_event_of(*ev);
    const i4_mem mem  = kept->mem;
    i4_arena_free(&kept->arena);
    i4_mem_free(&mem, kept, kept->size);
    *ev = NULL;
}

/* ---- events from bytes ------------------------------------------------------------ */

static int choose_options(const imap4_event_options *opt, imap4_event_options *out)
{
    *out = (imap4_event_options){ .size = sizeof *out };
    if (opt == NULL)
        return IMAP4_OK;
    if (opt->size < offsetof(imap4_event_options, mode) || opt->size > sizeof *out)
        return IMAP4_E_ARG;
    memcpy(out, opt, opt->size);
    return out->reserved == 0 && (out->is_utf8 == 0 || out->is_utf8 == 1) ? IMAP4_OK
                                                                          : IMAP4_E_ARG;
}

static int total_size(const imap4_segment *raw, size_t count, size_t *out)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        if (raw[i].view.ptr == NULL || raw[i].view.len != raw[i].size ||
            (raw[i].kind != IMAP4_SEG_LINE && raw[i].kind != IMAP4_SEG_LITERAL))
            return IMAP4_E_ARG;
        /* What a token can count. */
        if (!i4_add_size(size, raw[i].view.len, &size) || size > I4_TOKEN_MAX)
            return IMAP4_E_LIMIT;
    }
    *out = size;
    return size == 0 ? IMAP4_E_ARG : IMAP4_OK;
}

/* Puts the bytes where the reader has what came in. */
static int fill(imap4_reader *r, const imap4_segment *raw, size_t count, size_t size)
{
    r->in.ptr = i4_mem_alloc(&r->mem, size + SLACK);
    if (r->in.ptr == NULL)
        return IMAP4_E_NOMEM;
    r->in.cap = r->in.peak = size;
    for (size_t i = 0; i < count; i++) {
        if (raw[i].view.len != 0)
            memcpy(r->in.ptr + r->in.end, raw[i].view.ptr, raw[i].view.len);
        r->in.end += raw[i].view.len;
    }
    memset(r->in.ptr + size, 0, SLACK);
    return IMAP4_OK;
}

/* Whoever made the segments must have found the literals where the bytes have them. */
static bool is_same_literals(const i4_event *ev, const imap4_segment *raw, size_t count)
{
    size_t at = 0, own_at = 0, own = 0;
    for (size_t i = 0; i < count; at += raw[i++].view.len) {
        if (raw[i].kind != IMAP4_SEG_LITERAL)
            continue;
        while (own < ev->pub.raw_count && ev->pub.raw[own].kind != IMAP4_SEG_LITERAL)
            own_at += ev->pub.raw[own++].view.len;
        if (own == ev->pub.raw_count || own_at != at ||
            ev->pub.raw[own].size != raw[i].size)
            return false;
        own_at += ev->pub.raw[own++].view.len;
    }
    while (own < ev->pub.raw_count && ev->pub.raw[own].kind != IMAP4_SEG_LITERAL)
        own++;
    return own == ev->pub.raw_count;
}

int i4_event_read(const imap4_segment *raw, size_t count, const imap4_event_options *opt,
                  const i4_registry *reg, imap4_event **out)
{
    imap4_event_options chosen;
    imap4_reader       *r    = NULL;
    i4_event           *ev   = NULL;
    size_t              size = 0;
    if (raw == NULL || out == NULL)
        return IMAP4_E_ARG;
    I4_TRY(choose_options(opt, &chosen));
    I4_TRY(total_size(raw, count, &size));
    const imap4_reader_options ropt = {
        .size           = sizeof ropt,
        .allocator      = chosen.allocator,
        .mode           = chosen.mode,
        .max_depth      = chosen.max_depth,
        .max_response   = size,
        .inline_literal = SIZE_MAX,
        .max_items      = chosen.max_items,
    };
    I4_TRY(i4_reader_new(&ropt, reg, &r));
    i4_reader_set_utf8(r, chosen.is_utf8 != 0);
    const i4_mem mem = r->mem;
    int          rc  = fill(r, raw, count, size);
    if (rc == IMAP4_OK)
        rc = i4_reader_whole(r, &ev);
    if (rc == IMAP4_OK)
        rc = is_same_literals(ev, raw, count) ? make_copy(ev, &mem, out) : IMAP4_E_ARG;
    imap4_reader_free(&r);
    return rc;
}
