/* SPDX-License-Identifier: MIT */
/* parse/reader.c - bytes in, events out: lending, and an event for what has come in. */
#include "parse/reader.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"
#include "parse/incoming.h"
#include "parse/judge.h"

#include <string.h>

enum {
    DEFAULT_DEPTH    = 100,
    DEFAULT_RESPONSE = 8 * 1024 * 1024,
    MAX_RESPONSE     = 256 * 1024 * 1024 - 1, /* what a token can count */
    DEFAULT_INLINE   = 64 * 1024,
    DEFAULT_ITEMS    = 4 * 1024 * 1024,
    ARENA_LIMIT      = 64 * 1024 * 1024
};

/* ---- life ------------------------------------------------------------------ */

static int choose_options(const imap4_reader_options *opt, imap4_reader_options *out)
{
    *out = (imap4_reader_options){ .size = sizeof *out };
    if (opt != NULL) {
        if (opt->size < offsetof(imap4_reader_options, mode) || opt->size > sizeof *out)
            return IMAP4_E_ARG;
        memcpy(out, opt, opt->size);
    }
    if (out->max_depth == 0)
        out->max_depth = DEFAULT_DEPTH;
    if (out->max_response == 0)
        out->max_response = DEFAULT_RESPONSE;
    if (out->inline_literal == 0)
        out->inline_literal = DEFAULT_INLINE;
    if (out->max_literal == 0)
        out->max_literal = UINT64_MAX;
    if (out->max_items == 0)
        out->max_items = DEFAULT_ITEMS;
    if (out->max_response > MAX_RESPONSE || out->max_items > I4_TOKEN_MAX ||
        (out->mode != IMAP4_MODE_TOLERANT && out->mode != IMAP4_MODE_STRICT))
        return IMAP4_E_ARG;
    return IMAP4_OK;
}

int i4_reader_new(const imap4_reader_options *opt, const i4_registry *reg,
                  imap4_reader **out)
{
    imap4_reader_options chosen;
    i4_mem               mem;
    if (out == NULL)
        return IMAP4_E_ARG;
    I4_TRY(choose_options(opt, &chosen));
    if (!i4_mem_choose(chosen.allocator, &mem))
        return IMAP4_E_ARG;
    imap4_reader *r = i4_mem_zalloc(&mem, sizeof *r);
    if (r == NULL)
        return IMAP4_E_NOMEM;
    r->mem           = mem;
    r->opt           = chosen;
    r->opt.allocator = NULL;
    r->reg           = reg;
    r->fetch.index   = &r->index;
    r->log.ev        = &r->event.pub;
    r->log.is_strict = chosen.mode == IMAP4_MODE_STRICT;
    i4_inbuf_init(&r->in, &r->mem);
    i4_frame_init(&r->frame);
    i4_lex_init(&r->lex, &r->mem, chosen.max_items);
    i4_arena_init(&r->arena, &r->mem, ARENA_LIMIT);
    if (i4_index_new(&r->index, reg, &r->mem) < 0) {
        i4_mem_free(&mem, r, sizeof *r);
        return IMAP4_E_NOMEM;
    }
    *out = r;
    return IMAP4_OK;
}

void imap4_reader_free(imap4_reader **reader)
{
    if (reader == NULL || *reader == NULL)
        return;
    imap4_reader *r   = *reader;
    const i4_mem  mem = r->mem;
    i4_inbuf_free(&r->in);
    i4_lex_free(&r->lex);
    i4_fetch_free(&r->fetch, &r->mem);
    i4_arena_free(&r->arena);
    i4_index_free(&r->index, &r->mem);
    i4_mem_free(&mem, r->seg, r->seg_cap * sizeof *r->seg);
    i4_mem_free(&mem, r, sizeof *r);
    *reader = NULL;
}

/* ---- events ---------------------------------------------------------------- */

static void new_event(imap4_reader *r)
{
    i4_event     *ev          = &r->event;
    /* What a number list keeps from piece to piece. */
    const int32_t piece_state = ev->piece_state;
    i4_mem_clear(ev, sizeof *ev);
    r->is_quick_event = false;
    ev->piece_state   = piece_state;
    ev->base          = r->in.ptr + r->in.start;
    ev->arena         = &r->arena;
    ev->max_depth     = r->opt.max_depth;
    ev->is_strict     = r->log.is_strict;
    ev->log           = &r->log;
    r->log.copy_len   = 0;
    ev->is_utf8       = r->is_utf8;
    ev->pub.offset    = r->offset;
}

/* The tokens and items recorded so far. */
static void give_tokens(imap4_reader *r)
{
    i4_event *ev    = &r->event;
    ev->tokens      = r->lex.tape.at;
    ev->token_count = r->lex.tape.count;
    if (i4_incoming_is_fetch(r))
        i4_fetch_event(&r->fetch, ev);
}

/* The event of a response, or of a piece of one, that ends at `end`. */
static int response_event(imap4_reader *r, size_t end)
{
    i4_event *ev = &r->event;
    new_event(r);
    if (i4_incoming_has_tokens(r))
        give_tokens(r);
    if (r->is_cut && (r->part != 0 || r->phase == I4_CUT)) {
        ev->pub.marks = r->phase == I4_CUT ? IMAP4_MARK_PIECE | IMAP4_MARK_MORE
                                           : IMAP4_MARK_PIECE;
        ev->pub.part  = r->part;
    }
    i4_incoming_segments(r, ev->base);
    ev->pub.raw       = r->seg;
    ev->pub.raw_count = r->seg_count;
    i4_response_event(ev, &r->head, r->reg, ev->base, ev->base + end);
    if (r->part != 0)
        ev->pub.name = imap4_view_of(r->head.row->name);
    i4_judge(r, end);
    if (i4_incoming_is_numbers(r)) {
        ev->list       = ev->pub.data;
        ev->list_state = ev->piece_state;
        const int rc   = r->head.row->piece(ev);
        if (rc == IMAP4_E_NOMEM) {
            i4_incoming_segments_again(r, ev->base);
            return rc;
        }
        if (rc < 0)
            i4_event_invalid(ev, ev->pub.data, "RFC 3501 7.2.5, 9");
    }
    if (r->is_truncated)
        ev->pub.marks |= IMAP4_MARK_TRUNCATED;
    return IMAP4_OK;
}

static inline void give_typed(i4_event *ev, i4_lazy_slot slot, const void *value)
{
    ev->lazy[slot].value    = value;
    ev->lazy[slot].rc       = IMAP4_OK;
    ev->lazy[slot].is_known = value != NULL;
}

/* What an event of this kind, once told, may have become otherwise. */
static inline void refresh(imap4_reader *r)
{
    i4_event *ev   = &r->event;
    ev->base       = r->in.ptr + r->in.start;
    ev->pub.offset = r->offset;
    ev->pub.marks  = 0;
    ev->pub.cmd    = 0;
    ev->pub.user   = NULL;
    for (size_t i = 0; i < I4_LAZY_SLOTS; i++)
        ev->lazy[i].is_known = false;
}

/* The event of a FETCH that went the quick way: nothing is odd about it. */
static inline void quick_event(imap4_reader *r)
{
    i4_event *ev = &r->event;
    if (r->is_quick_event)
        refresh(r);
    else
        new_event(r);
    r->is_quick_event = true;
    r->out_len        = 0;
    ev->is_quick      = true;
    ev->row           = r->last_row;
    ev->tokens        = r->lex.tape.at;
    ev->token_count   = r->lex.tape.count;
    ev->items         = r->fetch.items;
    ev->item_count    = r->fetch.count;
    ev->item_at       = r->fetch.item_at;
    ev->pub.type      = r->last_row->event;
    ev->pub.number    = r->head.number;
    ev->pub.uid       = r->fetch.uid;
    ev->pub.name      = (imap4_view){ ev->base + r->head.name_at, sizeof "FETCH" - 1 };
    r->seg[0]         = (imap4_segment){ .view = { ev->base, r->scan },
                                         .size = r->scan,
                                         .kind = IMAP4_SEG_LINE };
    ev->pub.raw       = r->seg;
    ev->pub.raw_count = 1;
    give_typed(ev, I4_LAZY_FLAGS, r->flags);
    give_typed(ev, I4_LAZY_ENVELOPE, r->envelope);
}

/* BODY_BEGIN, BODY_DATA, BODY_END. */
static void body_event(imap4_reader *r, imap4_event_type type)
{
    i4_event *ev = &r->event;
    new_event(r);
    ev->pub.type         = (int32_t)type;
    ev->pub.number       = r->head.number;
    ev->pub.literal_size = r->literal;
    give_tokens(r);
    ev->row      = r->head.row;
    ev->pub.name = (imap4_view){ ev->base + r->stream->name_at, r->stream->name_len };
    if (r->stream->origin_len != 0) {
        const char *p   = ev->pub.name.ptr + ev->pub.name.len - r->stream->origin_len + 1;
        const char *end = ev->pub.name.ptr + ev->pub.name.len;
        if (!i4_num_read(&p, end, UINT64_MAX, &ev->pub.origin))
            i4_event_invalid(ev, ev->pub.name, "RFC 3501 9, msg-att-static");
    }
    if (type == IMAP4_EV_BODY_DATA) {
        const size_t avail = i4_incoming_size(r) - r->scan;
        r->out_len         = r->literal_left < avail ? (size_t)r->literal_left : avail;
        ev->pub.data       = (imap4_view){ ev->base + r->scan, r->out_len };
    }
}

/* What was streamed, and not closed, stands between the last line and `scan`. */
static size_t end_of_text(const imap4_reader *r)
{
    return r->scan - (r->in.gap_to - r->in.gap_from) - 2;
}

static int make_event(imap4_reader *r)
{
    r->out_len = 0;
    switch (r->phase) {
    case I4_RESPONSE:
        I4_TRY(response_event(r, r->is_truncated ? r->held : end_of_text(r)));
        break;
    case I4_CUT: I4_TRY(response_event(r, r->piece)); break;
    case I4_STREAM_BEGIN: body_event(r, IMAP4_EV_BODY_BEGIN); break;
    case I4_STREAMING:
        body_event(r, r->literal_left == 0 ? IMAP4_EV_BODY_END : IMAP4_EV_BODY_DATA);
        break;
    case I4_IN_LINE:
    case I4_OVER:
    case I4_LINE_ENDED:
    case I4_HOLDING:
    case I4_STREAM_END:
    case I4_DROPPING:
    case I4_CUTTING:
    case I4_FAILED: break;
    }
    return IMAP4_OK;
}

/* As release() does it for a response that went the quick way. */
static inline void quick_release(imap4_reader *r)
{
    r->is_out = false;
    r->offset += r->scan;
    i4_inbuf_consume(&r->in, r->scan);
    i4_arena_reset(&r->arena);
    r->is_quick = false;
    r->scan     = 0;
    r->phase    = I4_IN_LINE;
}

/* The event that is out is given back. */
static void release(imap4_reader *r)
{
    r->is_out = false;
    i4_arena_reset(&r->arena);
    switch (r->phase) {
    case I4_RESPONSE:
        i4_incoming_end(r);
        i4_inbuf_consume(&r->in, r->skip);
        r->skip = 0;
        break;
    case I4_CUT: i4_incoming_end_piece(r); break;
    case I4_STREAM_BEGIN:
        if (r->in.gap_to ==
            r->in.gap_from) /* else it goes on: this stands right behind it */
            r->in.gap_from = r->in.gap_to = r->in.start + r->scan;
        r->phase = I4_STREAMING;
        break;
    case I4_STREAMING:
        if (r->event.pub.type == IMAP4_EV_BODY_END) {
            r->phase = I4_STREAM_END;
            break;
        }
        if (r->in.gap_to == r->in.gap_from) /* closed since: it opens again here */
            r->in.gap_from = r->in.gap_to = r->in.start + r->scan;
        r->scan += r->out_len;
        r->literal_left -= r->out_len;
        r->in.gap_to += r->out_len;
        break;
    case I4_IN_LINE:
    case I4_OVER:
    case I4_LINE_ENDED:
    case I4_HOLDING:
    case I4_STREAM_END:
    case I4_DROPPING:
    case I4_CUTTING:
    case I4_FAILED: break;
    }
}

int imap4_reader_next(imap4_reader *r, const imap4_event **ev)
{
    *ev = NULL;
    if (r->is_out && r->is_quick)
        quick_release(r);
    else if (r->is_out)
        release(r);
    int rc = i4_incoming_advance(r);
    if (rc == 0 && r->is_eof && i4_incoming_size(r) != 0 && r->in.lent == 0) {
        i4_incoming_fail(r, IMAP4_E_EOF, IMAP4_V("the stream ended inside a response"), 0);
        rc = IMAP4_E_EOF;
    }
    if (rc != 1)
        return rc;
    if (r->is_quick)
        quick_event(r);
    else
        I4_TRY(make_event(r));
    r->is_out = true;
    *ev       = &r->event.pub;
    return 1;
}

/* ---- bytes ----------------------------------------------------------------- */

char *imap4_reader_buf(imap4_reader *r, size_t *len)
{
    size_t closed = 0;
    *len          = 0;
    if (r->phase == I4_FAILED || r->is_eof)
        return NULL;
    /* What is complete waits in place until it is taken: back-pressure, not growth. */
    const bool is_pinned = r->is_out || r->in.lent != 0 || i4_incoming_advance(r) != 0;
    if (r->phase == I4_FAILED)
        return NULL;
    const size_t gap_at = r->in.gap_from - r->in.start;
    char        *at     = i4_inbuf_lend(&r->in, is_pinned, len, &closed);
    i4_incoming_closed(r, gap_at, closed);
    return at;
}

int imap4_reader_commit(imap4_reader *r, size_t len)
{
    if (len > r->in.lent || r->in.lent == 0)
        return IMAP4_E_ARG;
    i4_inbuf_commit(&r->in, len);
    return IMAP4_OK;
}

ptrdiff_t imap4_reader_feed(imap4_reader *r, imap4_view bytes)
{
    size_t room = 0;
    if (bytes.len == 0)
        return 0;
    char *at = imap4_reader_buf(r, &room);
    if (at == NULL) {
        if (r->phase == I4_FAILED)
            return r->error.code;
        if (r->is_eof)
            return IMAP4_E_STATE;
        return r->is_out || i4_reader_is_ready(r) ? IMAP4_E_BUSY : IMAP4_E_NOMEM;
    }
    const size_t n = bytes.len < room ? bytes.len : room;
    memcpy(at, bytes.ptr, n);
    I4_TRY(imap4_reader_commit(r, n));
    return (ptrdiff_t)n;
}

void imap4_reader_eof(imap4_reader *r)
{
    r->is_eof = true;
}

void imap4_reader_trim(imap4_reader *r)
{
    if (!r->is_out)
        i4_inbuf_trim(&r->in);
}

int imap4_reader_diag(imap4_reader *r, imap4_diag *out)
{
    return i4_diag_take(&r->log, out);
}

uint64_t imap4_reader_diag_count(const imap4_reader *r, int32_t kind)
{
    return i4_diag_count(&r->log, kind);
}

const imap4_error *imap4_reader_error(const imap4_reader *r)
{
    return &r->error;
}

int i4_reader_whole(imap4_reader *r, i4_event **ev)
{
    r->is_no_list = true;
    const int rc  = i4_incoming_go_on(r);
    if (rc == IMAP4_E_NOMEM)
        return rc;
    if (rc != 1 || r->phase != I4_RESPONSE || r->scan != i4_incoming_size(r))
        return IMAP4_E_ARG;
    I4_TRY(make_event(r));
    r->is_out = true;
    *ev       = &r->event;
    return IMAP4_OK;
}

/* ---- for the engine ---------------------------------------------------------- */

i4_event *i4_reader_event(imap4_reader *r)
{
    return r->is_out ? &r->event : NULL;
}

void i4_reader_set_utf8(imap4_reader *r, bool is_utf8)
{
    r->is_utf8 = is_utf8;
}

bool i4_reader_is_ready(imap4_reader *r)
{
    if (!r->is_out)
        return i4_incoming_advance(r) != 0;
    if (r->is_held)
        return false;
    /* What comes next cannot be framed over the event that is out; it may be there. */
    return i4_incoming_size(r) > r->scan + r->out_len || r->phase == I4_STREAMING ||
           r->phase == I4_FAILED;
}

bool i4_reader_can_lend(imap4_reader *r)
{
    if (r->phase == I4_FAILED || r->is_eof || r->in.lent != 0)
        return false;
    const bool is_pinned = r->is_out || i4_incoming_advance(r) != 0;
    return r->phase != I4_FAILED && (!is_pinned || r->in.end < r->in.cap);
}

void i4_reader_hold(imap4_reader *r)
{
    r->is_held = true;
}

imap4_view i4_reader_held(const imap4_reader *r)
{
    const size_t from = r->is_out ? r->scan + r->skip : 0;
    return (imap4_view){ r->in.ptr + r->in.start + from, i4_incoming_size(r) - from };
}

void i4_reader_go_on(imap4_reader *r)
{
    const size_t len = i4_reader_held(r).len;
    r->is_held       = false;
    if (r->is_out)
        r->skip += len;
    else
        i4_inbuf_consume(&r->in, len);
}

static bool is_between(const imap4_reader *r)
{
    const bool is_whole = r->phase == I4_RESPONSE || r->phase == I4_IN_LINE;
    if (r->is_out)
        return is_whole;
    return (is_whole || r->phase == I4_LINE_ENDED || r->phase == I4_HOLDING ||
            r->phase == I4_STREAM_BEGIN) &&
           r->closed == 0 && r->in.gap_from == r->in.gap_to;
}

int i4_reader_to_bytes(imap4_reader *r)
{
    if (!is_between(r))
        return IMAP4_E_BUSY;
    if (r->is_out && r->is_quick)
        quick_release(r);
    else if (r->is_out)
        release(r);
    i4_incoming_restart(r);
    r->is_held = true;
    return IMAP4_OK;
}

void i4_reader_take(imap4_reader *r, size_t len)
{
    const size_t held = i4_reader_held(r).len;
    len               = len < held ? len : held;
    r->offset += len;
    i4_inbuf_consume(&r->in, len);
}

void i4_reader_to_responses(imap4_reader *r)
{
    r->is_held = false;
}

size_t i4_reader_unread(const imap4_reader *r)
{
    return r->is_out ? i4_incoming_size(r) - r->scan - r->out_len
                     : i4_incoming_size(r) - (r->in.gap_to - r->in.gap_from);
}

size_t i4_reader_capacity(const imap4_reader *r)
{
    return r->in.cap;
}
