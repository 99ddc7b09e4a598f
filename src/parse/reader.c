/* SPDX-License-Identifier: MIT */
/* parse/reader.c - bytes in, events out: framing, holding, streaming, one response at a time.
 *
 * `advance` is the only place that moves on: it frames, records tokens line by line, and
 * stops as soon as an event can be made.  Nothing in it looks at a byte twice, however the
 * input was cut.  Offsets count from the start of the response. */
#include "parse/reader.h"

#include "base/inbuf.h"
#include "base/num.h"
#include "base/try.h"
#include "base/view.h"
#include "parse/fetch.h"
#include "parse/response.h"
#include "wire/frame.h"

#include <string.h>

enum {
    PIECE             = 64 * 1024, /* a longer number list comes in pieces of at most this */
    DEFAULT_DEPTH     = 100,
    DEFAULT_RESPONSE  = 8 * 1024 * 1024,
    MAX_RESPONSE      = 256 * 1024 * 1024 - 1, /* what a token can count */
    DEFAULT_INLINE    = 64 * 1024,
    DEFAULT_ITEMS     = 4 * 1024 * 1024,
    ARENA_LIMIT       = 64 * 1024 * 1024,
    MAX_EMPTY         = 1000 /* empty lines in a row */
};

typedef enum phase {
    IN_LINE,      /* looking for the end of a line */
    LINE_ENDED,   /* found; its tokens are still to be recorded */
    HOLDING,      /* waiting for a literal that is kept */
    STREAM_BEGIN, /* a literal that is told as events */
    STREAMING,
    STREAM_END,
    DROPPING,     /* beyond max_response: framed, not kept */
    CUTTING,      /* a number list longer than PIECE */
    CUT,          /* a piece of it is complete: its event comes next */
    RESPONSE,     /* complete: its event comes next */
    FAILED
} phase;

struct imap4_reader {
    i4_mem               mem;
    imap4_reader_options opt;
    const i4_registry   *reg;
    i4_index             index;
    const i4_resp_row   *last_row;
    i4_inbuf             in;
    i4_frame             frame;
    phase                phase;

    /* the response that is coming in */
    i4_head        head;
    bool           has_head;
    int            stop;    /* how the line ended: an imap4_frame_stop */
    uint64_t       literal; /* its size, and what of it is still to come */
    uint64_t       literal_left;
    size_t         scan; /* framed up to here */
    size_t         line; /* where the line began */
    size_t         held; /* kept up to here, when the rest is dropped */
    bool           is_truncated;
    bool           is_cut;  /* a number list in pieces */
    size_t         piece;   /* length of the piece that is out */
    uint32_t       part;
    uint64_t       dropped; /* bytes that were not kept */
    uint64_t       closed;  /* bytes of the response that are no longer in the buffer */
    uint64_t       offset;  /* of the response's first byte in the stream */
    unsigned       empty_lines;
    i4_lex         lex;
    i4_fetch       fetch;
    i4_item       *stream; /* the item that is being streamed */
    imap4_segment *seg; /* until the event is made, `view.len` is the offset */
    size_t         seg_count;
    size_t         seg_cap;

    i4_arena    arena;
    i4_event    event;
    bool        is_out; /* the event is out */
    size_t      out_len; /* BODY_DATA: its length */
    bool        is_eof;
    imap4_error error;
    char        where[80];
};

/* ---- life ------------------------------------------------------------------ */

static int choose_options(const imap4_reader_options *opt, imap4_reader_options *out)
{
    *out = (imap4_reader_options){.size = sizeof *out};
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

int i4_reader_new(const imap4_reader_options *opt, const i4_registry *reg, imap4_reader **out)
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

/* The stream is lost; the events before this come first. */
static void fail(imap4_reader *r, int code, imap4_view text, size_t at)
{
    const char *from = r->in.ptr + r->in.start + at;
    size_t      len  = r->in.end - r->in.start - at;
    if (len > sizeof r->where)
        len = sizeof r->where;
    /* One line of it: what follows may or may not be in the buffer. */
    for (size_t i = 0; i < len; i++)
        if (from[i] == '\r')
            len = i;
    if (len != 0)
        memcpy(r->where, from, len);
    r->error = (imap4_error){.code   = code,
                             .text   = text,
                             .where  = {r->where, len},
                             /* what is gone stood behind the first byte */
                             .offset = r->offset + (at == 0 ? 0 : r->closed + at)};
    r->phase = FAILED;
}

/* ---- segments -------------------------------------------------------------- */

static int room_for_segment(imap4_reader *r)
{
    if (r->seg_count < r->seg_cap)
        return IMAP4_OK;
    return i4_mem_grow(&r->mem, (void **)&r->seg, &r->seg_cap, r->seg_count, 1, sizeof *r->seg);
}

/* Records [from, to) of the response; room was made.  The buffer may move until the event
 * is made, so the offset is kept where the length will be. */
static void add_segment(imap4_reader *r, imap4_segment_kind kind, size_t from, uint64_t size)
{
    r->seg[r->seg_count++] = (imap4_segment){
        .view = {NULL, from}, .size = size, .kind = (int32_t)kind};
}

static void place_segments(imap4_reader *r, const char *base)
{
    for (size_t i = 0; i < r->seg_count; i++) {
        imap4_segment *s = &r->seg[i];
        if (s->kind == IMAP4_SEG_LINE || s->kind == IMAP4_SEG_LITERAL)
            s->view = (imap4_view){base + s->view.len, (size_t)s->size};
        else
            s->view = IMAP4_NIL;
    }
}

/* ---- the response that is coming in ------------------------------------------ */

static void start_response(imap4_reader *r)
{
    r->phase        = IN_LINE;
    r->has_head     = false;
    r->scan         = 0;
    r->line         = 0;
    r->is_truncated = false;
    r->is_cut       = false;
    r->part         = 0;
    r->dropped      = 0;
    r->closed       = 0;
    r->seg_count    = 0;
    r->stop         = IMAP4_FRAME_MORE;
}

static void end_response(imap4_reader *r)
{
    r->offset += r->scan + r->closed;
    i4_inbuf_consume(&r->in, r->scan);
    start_response(r);
}

static bool has_tokens(const imap4_reader *r)
{
    return r->head.kind == I4_KIND_DATA && (r->head.row->marks & I4_RESP_NUMBERS) == 0;
}

static bool is_fetch(const imap4_reader *r)
{
    return r->head.kind == I4_KIND_DATA && (r->head.row->marks & I4_RESP_ITEMS) != 0;
}

static bool is_numbers(const imap4_reader *r)
{
    return r->head.kind == I4_KIND_DATA && (r->head.row->marks & I4_RESP_NUMBERS) != 0;
}

static void read_head(imap4_reader *r, size_t line_end)
{
    const char *base = r->in.ptr + r->in.start;
    i4_head_read(&r->head, &r->index, r->last_row, base, base + line_end);
    r->has_head = true;
    if (r->head.row != NULL)
        r->last_row = r->head.row;
    if (has_tokens(r)) {
        i4_lex_reset(&r->lex);
        r->lex.next = (uint32_t)r->head.body_at;
        if (is_fetch(r))
            i4_fetch_reset(&r->fetch, &r->mem);
    }
}

/* Records the tokens of the line up to `end`. */
static int record(imap4_reader *r, size_t end)
{
    const char *base = r->in.ptr + r->in.start;
    if (!has_tokens(r))
        return IMAP4_OK;
    I4_TRY(i4_lex_line(&r->lex, base, base + end));
    return is_fetch(r) ? i4_fetch_advance(&r->fetch, &r->lex, base) : IMAP4_OK;
}

/* From here on nothing is kept: the response passed its limit at `at`. */
static int cut_off(imap4_reader *r, size_t at)
{
    if (!r->has_head)
        read_head(r, at);
    if (r->line < at) {
        I4_TRY(room_for_segment(r));
        if (has_tokens(r)) {
            /* The byte at the cut is dropped anyway; a CR there stops the lexer. */
            r->in.ptr[r->in.start + at] = '\r';
            I4_TRY(record(r, at));
        }
        add_segment(r, IMAP4_SEG_LINE, r->line, at - r->line);
    }
    if (has_tokens(r)) {
        i4_lex_cut(&r->lex, (uint32_t)at);
        if (is_fetch(r))
            I4_TRY(i4_fetch_finish(&r->fetch, &r->lex));
    }
    r->is_truncated = true;
    r->held         = at;
    r->line         = at;
    r->dropped      = r->scan - at;
    return IMAP4_OK;
}

/* ---- moving on ------------------------------------------------------------- */

static size_t committed(const imap4_reader *r)
{
    return r->in.end - r->in.start;
}

/* Frames what is there.  1 if a line ended. */
static int frame_more(imap4_reader *r)
{
    size_t       used  = 0;
    const size_t avail = committed(r) - r->scan;
    if (avail == 0)
        return 0;
    const char *at   = r->in.ptr + r->in.start + r->scan;
    const int   stop = i4_frame_feed(&r->frame, at, avail, &used, &r->literal);
    if (stop < 0) {
        fail(r, IMAP4_E_FRAMING, IMAP4_V("a literal header whose number does not fit 64 bits"),
             r->line);
        return stop;
    }
    r->scan += used;
    r->stop = stop;
    if (stop == IMAP4_FRAME_LITERAL) {
        /* The bytes of the literal are ours to skip. */
        r->frame.literal = 0;
        if (r->literal > r->opt.max_literal) {
            fail(r, IMAP4_E_LIMIT, IMAP4_V("a literal is longer than max_literal"), r->line);
            return IMAP4_E_LIMIT;
        }
    }
    return stop == IMAP4_FRAME_MORE ? 0 : 1;
}

/* Where the text of the line that ended at `scan` ends: before its CRLF, and before a
 * literal header. */
static size_t text_end(const imap4_reader *r)
{
    const char *base = r->in.ptr + r->in.start;
    size_t      end  = r->scan - 2;
    if (r->stop != IMAP4_FRAME_LITERAL)
        return end;
    while (base[end] != '{')
        end--;
    return end > r->line && base[end - 1] == '~' ? end - 1 : end; /* RFC 3516: literal8 */
}

/* 1: go on; 0: more bytes must come. */
static int in_line(imap4_reader *r)
{
    const int ended = frame_more(r);
    if (ended < 0)
        return ended;
    if (!r->has_head && r->scan > PIECE) {
        read_head(r, ended ? r->scan - 2 : r->scan);
        if (is_numbers(r)) {
            r->is_cut = true;
            r->phase  = CUTTING;
            return 1;
        }
    }
    const size_t live = r->scan - (r->in.gap_to - r->in.gap_from);
    if (live > r->opt.max_response) {
        const size_t at = r->scan - (live - r->opt.max_response);
        /* The limit may lie before this line if a literal filled it. */
        I4_TRY(cut_off(r, at < r->line ? r->line : at));
        r->phase = DROPPING;
        return 1;
    }
    if (ended)
        r->phase = LINE_ENDED;
    return ended;
}

static int line_ended(imap4_reader *r)
{
    if (!r->has_head)
        read_head(r, r->scan - 2);
    if (r->head.kind == I4_KIND_EMPTY && r->stop == IMAP4_FRAME_END) {
        if (++r->empty_lines > MAX_EMPTY) {
            fail(r, IMAP4_E_LIMIT, IMAP4_V("more than 1000 empty lines in a row"), 0);
            return IMAP4_E_LIMIT;
        }
        end_response(r);
        return 1;
    }
    r->empty_lines = 0;
    if (r->in.gap_to != r->in.gap_from) {
        /* Behind a streamed literal: a line that is not the last goes next to the others,
         * so that what is kept of a response never holds more than one gap. */
        if (r->stop == IMAP4_FRAME_LITERAL) {
            if (r->in.lent != 0)
                return 0;
            const size_t gap = i4_inbuf_close_gap(&r->in);
            r->scan -= gap;
            r->line -= gap;
            r->lex.next -= (uint32_t)gap;
            r->closed += gap;
        }
    }
    I4_TRY(room_for_segment(r));
    I4_TRY(record(r, text_end(r)));
    r->in.gap_from = r->in.gap_to = 0; /* what is recorded cannot move over it any more */
    add_segment(r, IMAP4_SEG_LINE, r->line, r->scan - r->line);
    r->line = r->scan;
    if (r->stop == IMAP4_FRAME_END) {
        if (is_fetch(r))
            I4_TRY(i4_fetch_finish(&r->fetch, &r->lex));
        r->phase = RESPONSE;
        return 1;
    }
    const bool fits = r->literal <= r->opt.max_response &&
                      r->scan + (size_t)r->literal <= r->opt.max_response;
    if (is_fetch(r) && (!fits || r->literal > r->opt.inline_literal)) {
        r->stream = i4_fetch_streamable(&r->fetch, &r->lex, r->in.ptr + r->in.start);
        if (r->stream != NULL) {
            r->literal_left = r->literal;
            r->phase        = STREAM_BEGIN;
            return 1;
        }
    }
    if (!fits) {
        I4_TRY(cut_off(r, r->scan));
        r->phase = DROPPING;
        return 1;
    }
    r->phase = HOLDING;
    return 1;
}

static int holding(imap4_reader *r)
{
    if (committed(r) - r->scan < r->literal)
        return 0;
    I4_TRY(room_for_segment(r));
    if (has_tokens(r))
        I4_TRY(i4_lex_literal(&r->lex, (uint32_t)r->scan, r->literal, false));
    add_segment(r, IMAP4_SEG_LITERAL, r->scan, r->literal);
    r->scan += (size_t)r->literal;
    r->line     = r->scan;
    r->lex.next = (uint32_t)r->scan;
    r->phase    = IN_LINE;
    if (is_fetch(r))
        I4_TRY(i4_fetch_advance(&r->fetch, &r->lex, r->in.ptr + r->in.start));
    return 1;
}

static int stream_ended(imap4_reader *r)
{
    I4_TRY(room_for_segment(r));
    I4_TRY(i4_lex_literal(&r->lex, (uint32_t)r->scan, 0, true));
    r->stream->size = r->literal;
    add_segment(r, IMAP4_SEG_STREAMED, 0, r->literal);
    r->line     = r->scan;
    r->lex.next = (uint32_t)r->scan;
    r->phase    = IN_LINE;
    return i4_fetch_advance(&r->fetch, &r->lex, r->in.ptr + r->in.start) < 0 ? IMAP4_E_NOMEM : 1;
}

/* Drops what was framed since `before`: all behind `held` is dead. */
static void drop_framed(imap4_reader *r, size_t before)
{
    r->dropped += r->scan - before;
    r->in.gap_from = r->in.start + r->held;
    r->in.gap_to   = r->in.start + r->scan;
}

static int dropping(imap4_reader *r)
{
    const size_t before = r->scan;
    if (r->literal_left != 0) {
        const size_t avail = committed(r) - r->scan;
        const size_t skip  = r->literal_left < avail ? (size_t)r->literal_left : avail;
        r->scan += skip;
        r->literal_left -= skip;
        drop_framed(r, before);
        r->stop = IMAP4_FRAME_MORE;
        return r->literal_left == 0;
    }
    if (r->stop == IMAP4_FRAME_MORE) {
        const int ended = frame_more(r);
        if (ended < 0)
            return ended;
        drop_framed(r, before);
        if (!ended)
            return 0;
    }
    if (r->stop == IMAP4_FRAME_LITERAL) {
        r->literal_left = r->literal;
        r->stop         = IMAP4_FRAME_MORE;
        return 1;
    }
    I4_TRY(room_for_segment(r));
    drop_framed(r, r->scan);
    add_segment(r, IMAP4_SEG_DROPPED, 0, r->dropped);
    r->phase = RESPONSE;
    return 1;
}

/* ---- number lists in pieces ---------------------------------------------------- */

/* Behind the last separator of the first PIECE bytes; 0 if there is none. */
static size_t cut_at(const imap4_reader *r)
{
    const char *base = r->in.ptr + r->in.start;
    const size_t from = r->part == 0 ? r->head.body_at + 1 : 0;
    for (size_t at = PIECE; at > from; at--)
        if (base[at - 1] == ' ' || base[at - 1] == ',')
            return at;
    return 0;
}

/* Cuts depend on the list's own bytes only: a piece ends where it would end if all had come
 * at once. */
static int cutting(imap4_reader *r)
{
    if (r->stop == IMAP4_FRAME_MORE && r->scan < committed(r)) {
        const int ended = frame_more(r);
        if (ended < 0)
            return ended;
    }
    if (r->stop == IMAP4_FRAME_END && r->scan <= PIECE) {
        I4_TRY(room_for_segment(r));
        add_segment(r, IMAP4_SEG_LINE, 0, r->scan);
        r->phase = RESPONSE;
        return 1;
    }
    if (r->scan <= PIECE && r->stop != IMAP4_FRAME_LITERAL)
        return 0;
    r->piece = r->scan <= PIECE ? 0 : cut_at(r);
    if (r->piece == 0) {
        /* No list of numbers after all, or one with a literal: keep what is here, drop the
         * rest. */
        I4_TRY(cut_off(r, r->scan <= PIECE ? r->scan : (size_t)PIECE));
        r->phase = DROPPING;
        return 1;
    }
    I4_TRY(room_for_segment(r));
    add_segment(r, IMAP4_SEG_LINE, 0, r->piece);
    r->phase = CUT;
    return 1;
}

static void end_piece(imap4_reader *r)
{
    i4_inbuf_consume(&r->in, r->piece);
    r->offset += r->piece;
    r->scan -= r->piece;
    r->part++;
    r->seg_count    = 0;
    r->head.body_at = 0; /* name and number came with the first piece */
    r->head.name_len = 0;
    r->phase         = CUTTING;
}

/* Moves on until an event can be made: 1; 0 if more bytes must come; IMAP4_E_NOMEM; or the
 * fatal error. */
static int advance(imap4_reader *r)
{
    for (;;) {
        int rc = 0;
        switch (r->phase) {
        case IN_LINE:      rc = in_line(r); break;
        case LINE_ENDED:   rc = line_ended(r); break;
        case HOLDING:      rc = holding(r); break;
        case STREAM_BEGIN: return 1;
        case STREAMING:    return r->literal_left == 0 || committed(r) > r->scan;
        case STREAM_END:   rc = stream_ended(r); break;
        case DROPPING:     rc = dropping(r); break;
        case CUTTING:      rc = cutting(r); break;
        case CUT:
        case RESPONSE:     return 1;
        case FAILED:       return r->error.code;
        }
        if (rc != 1)
            return rc;
    }
}

/* ---- events ---------------------------------------------------------------- */

static void new_event(imap4_reader *r)
{
    i4_event *ev = &r->event;
    /* What a number list keeps from piece to piece. */
    const int32_t piece_state = ev->piece_state;
    i4_event_clear(ev);
    ev->piece_state = piece_state;
    ev->base        = r->in.ptr + r->in.start;
    ev->arena       = &r->arena;
    ev->max_depth   = r->opt.max_depth;
    ev->is_strict   = r->opt.mode == IMAP4_MODE_STRICT;
    ev->pub.offset  = r->offset;
}

/* The tokens and items recorded so far. */
static void give_tokens(imap4_reader *r)
{
    i4_event *ev    = &r->event;
    ev->tokens      = r->lex.tape.at;
    ev->token_count = r->lex.tape.count;
    if (is_fetch(r))
        i4_fetch_event(&r->fetch, ev);
}

/* What follows damage is raw, and nobody takes it for data. */
static void judge(imap4_reader *r, size_t end)
{
    i4_event *ev   = &r->event;
    i4_lex   *lex  = &r->lex;
    uint32_t  from = (uint32_t)end;
    if (!has_tokens(r))
        return;
    if (is_fetch(r) && !lex->is_damaged && r->fetch.is_over && r->fetch.next < lex->tape.count) {
        from = lex->tape.at[r->fetch.next].at; /* something stands behind the last ")" */
        ev->is_damaged = true;
    } else if (lex->is_damaged) {
        from           = lex->damage_at;
        ev->is_damaged = true;
    } else if (lex->open != 0 || (is_fetch(r) && !r->fetch.is_over)) {
        ev->is_damaged = true; /* a "(" was not closed, or none was opened */
    }
    if (ev->is_damaged) {
        ev->pub.marks |= IMAP4_MARK_UNTRUSTED;
        ev->pub.rest = (imap4_view){ev->base + from, from < end ? end - from : 0};
    }
    if (lex->is_odd && ev->is_strict)
        ev->pub.marks |= IMAP4_MARK_INVALID;
}

/* The event of a response, or of a piece of one, that ends at `end`. */
static int response_event(imap4_reader *r, size_t end)
{
    i4_event *ev = &r->event;
    new_event(r);
    if (has_tokens(r))
        give_tokens(r);
    if (r->is_cut && (r->part != 0 || r->phase == CUT)) {
        ev->pub.marks = r->phase == CUT ? IMAP4_MARK_PIECE | IMAP4_MARK_MORE : IMAP4_MARK_PIECE;
        ev->pub.part  = r->part;
    }
    i4_response_event(ev, &r->head, r->reg, ev->base, ev->base + end);
    if (r->part != 0)
        ev->pub.name = imap4_view_of(r->head.row->name);
    judge(r, end);
    if (is_numbers(r)) {
        const int rc = r->head.row->piece(ev);
        if (rc == IMAP4_E_NOMEM)
            return rc;
        if (rc < 0)
            ev->pub.marks |= IMAP4_MARK_INVALID;
    }
    if (r->is_truncated)
        ev->pub.marks |= IMAP4_MARK_TRUNCATED;
    place_segments(r, ev->base);
    ev->pub.raw       = r->seg;
    ev->pub.raw_count = r->seg_count;
    return IMAP4_OK;
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
    ev->pub.name = (imap4_view){ev->base + r->stream->name_at, r->stream->name_len};
    if (r->stream->origin_len != 0) {
        const char *p   = ev->pub.name.ptr + ev->pub.name.len - r->stream->origin_len + 1;
        const char *end = ev->pub.name.ptr + ev->pub.name.len;
        if (!i4_num_read(&p, end, UINT64_MAX, &ev->pub.origin))
            ev->pub.marks |= IMAP4_MARK_INVALID;
    }
    if (type == IMAP4_EV_BODY_DATA) {
        const size_t avail = committed(r) - r->scan;
        r->out_len   = r->literal_left < avail ? (size_t)r->literal_left : avail;
        ev->pub.data = (imap4_view){ev->base + r->scan, r->out_len};
    }
}

static int make_event(imap4_reader *r)
{
    r->out_len = 0;
    switch (r->phase) {
    case RESPONSE:
        I4_TRY(response_event(r, r->is_truncated ? r->held : r->scan - 2));
        break;
    case CUT:
        I4_TRY(response_event(r, r->piece));
        break;
    case STREAM_BEGIN:
        body_event(r, IMAP4_EV_BODY_BEGIN);
        break;
    case STREAMING:
        body_event(r, r->literal_left == 0 ? IMAP4_EV_BODY_END : IMAP4_EV_BODY_DATA);
        break;
    case IN_LINE:
    case LINE_ENDED:
    case HOLDING:
    case STREAM_END:
    case DROPPING:
    case CUTTING:
    case FAILED:
        break;
    }
    r->is_out = true;
    return IMAP4_OK;
}

/* The event that is out is given back. */
static void release(imap4_reader *r)
{
    if (!r->is_out)
        return;
    r->is_out = false;
    i4_arena_reset(&r->arena);
    switch (r->phase) {
    case RESPONSE:
        end_response(r);
        break;
    case CUT:
        end_piece(r);
        break;
    case STREAM_BEGIN:
        r->in.gap_from = r->in.gap_to = r->in.start + r->scan;
        r->phase                      = STREAMING;
        break;
    case STREAMING:
        if (r->event.pub.type == IMAP4_EV_BODY_END) {
            r->phase = STREAM_END;
            break;
        }
        if (r->in.gap_to == r->in.gap_from) /* closed since: it opens again here */
            r->in.gap_from = r->in.gap_to = r->in.start + r->scan;
        r->scan += r->out_len;
        r->literal_left -= r->out_len;
        r->in.gap_to += r->out_len;
        break;
    case IN_LINE:
    case LINE_ENDED:
    case HOLDING:
    case STREAM_END:
    case DROPPING:
    case CUTTING:
    case FAILED:
        break;
    }
}

int imap4_reader_next(imap4_reader *r, const imap4_event **ev)
{
    *ev = NULL;
    release(r);
    int rc = advance(r);
    if (rc == 0 && r->is_eof && committed(r) != 0 && r->in.lent == 0) {
        fail(r, IMAP4_E_EOF, IMAP4_V("the stream ended inside a response"), 0);
        rc = IMAP4_E_EOF;
    }
    if (rc != 1)
        return rc;
    I4_TRY(make_event(r));
    *ev = &r->event.pub;
    return 1;
}

/* ---- bytes ----------------------------------------------------------------- */

char *imap4_reader_buf(imap4_reader *r, size_t *len)
{
    size_t closed = 0;
    *len          = 0;
    if (r->phase == FAILED || r->is_eof)
        return NULL;
    /* What is complete waits in place until it is taken: back-pressure, not growth. */
    const bool   is_pinned = r->is_out || r->in.lent != 0 || advance(r) != 0;
    const size_t gap_at    = r->in.gap_from - r->in.start;
    char        *at        = i4_inbuf_lend(&r->in, is_pinned, len, &closed);
    r->scan -= closed;
    if (r->line > gap_at) {
        r->line -= closed;
        r->lex.next = (uint32_t)r->line;
    }
    r->closed += closed;
    return r->phase == FAILED ? NULL : at;
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
        if (r->phase == FAILED)
            return r->error.code;
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

const imap4_error *imap4_reader_error(const imap4_reader *r)
{
    return &r->error;
}

/* ---- for the engine ---------------------------------------------------------- */

i4_event *i4_reader_event(imap4_reader *r)
{
    return r->is_out ? &r->event : NULL;
}

bool i4_reader_is_ready(imap4_reader *r)
{
    if (!r->is_out)
        return advance(r) != 0;
    /* What comes next cannot be framed over the event that is out; it may be there. */
    return committed(r) > r->scan + r->out_len || r->phase == STREAMING || r->phase == FAILED;
}

bool i4_reader_can_lend(const imap4_reader *r)
{
    if (r->phase == FAILED || r->is_eof || r->in.lent != 0)
        return false;
    return !r->is_out || r->in.end < r->in.cap;
}

bool i4_reader_has_lent(const imap4_reader *r)
{
    return r->in.lent != 0;
}

size_t i4_reader_unread(const imap4_reader *r)
{
    return r->is_out ? committed(r) - r->scan - r->out_len
                     : committed(r) - (r->in.gap_to - r->in.gap_from);
}

size_t i4_reader_capacity(const imap4_reader *r)
{
    return r->in.cap;
}
