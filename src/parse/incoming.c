/* SPDX-License-Identifier: MIT */
/* parse/incoming.c - the response that is coming in: framing, holding, streaming, dropping. */
#include "parse/incoming.h"

#include "base/try.h"

#include <string.h>

enum {
    PIECE     = 64 * 1024, /* a longer number list comes in pieces of at most this */
    MAX_EMPTY = 1000       /* empty lines in a row */
};

/* The stream is lost; the events before this come first. */
void i4_incoming_fail(imap4_reader *r, int code, imap4_view text, size_t at)
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
    r->error = (imap4_error){ .code   = code,
                              .text   = text,
                              .where  = { r->where, len },
                              /* what is gone stood behind the first byte */
                              .offset = r->offset + (at == 0 ? 0 : r->closed + at) };
    r->phase = I4_FAILED;
}

/* ---- segments -------------------------------------------------------------- */

static int room_for_segment(imap4_reader *r)
{
    if (r->seg_count < r->seg_cap)
        return IMAP4_OK;
    return i4_mem_grow(&r->mem, (void **)&r->seg, &r->seg_cap, r->seg_count, 1,
                       sizeof *r->seg);
}

/* Records [from, to) of the response; room was made.  The buffer may move until the event
 * is made, so the offset is kept where the length will be. */
static void add_segment(imap4_reader *r, imap4_segment_kind kind, size_t from,
                        uint64_t size)
{
    r->seg[r->seg_count++] = (imap4_segment){ .view = { NULL, from },
                                              .size = size,
                                              .kind = (int32_t)kind };
}

void i4_incoming_segments(imap4_reader *r, const char *base)
{
    for (size_t i = 0; i < r->seg_count; i++) {
        imap4_segment *s = &r->seg[i];
        if (s->kind == IMAP4_SEG_LINE || s->kind == IMAP4_SEG_LITERAL)
            s->view = (imap4_view){ base + s->view.len, (size_t)s->size };
        else
            s->view = IMAP4_NIL;
    }
}

void i4_incoming_segments_again(imap4_reader *r, const char *base)
{
    for (size_t i = 0; i < r->seg_count; i++) {
        imap4_view *view = &r->seg[i].view;
        if (view->ptr != NULL)
            *view = (imap4_view){ NULL, (size_t)(view->ptr - base) };
    }
}

/* ---- the response that is coming in ------------------------------------------ */

static void start_response(imap4_reader *r)
{
    r->phase        = I4_IN_LINE;
    r->has_head     = false;
    r->is_no_list   = false;
    r->is_quick     = false;
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

void i4_incoming_restart(imap4_reader *r)
{
    start_response(r);
    i4_frame_init(&r->frame);
    i4_arena_reset(&r->arena);
}

void i4_incoming_end(imap4_reader *r)
{
    r->offset += r->scan + r->closed;
    i4_inbuf_consume(&r->in, r->scan);
    start_response(r);
}

static void read_head(imap4_reader *r, size_t line_end)
{
    const char *base = r->in.ptr + r->in.start;
    i4_head_read(&r->head, &r->index, r->last_row, base, base + line_end);
    r->has_head = true;
    if (r->head.row != NULL)
        r->last_row = r->head.row;
    if (i4_incoming_has_tokens(r)) {
        i4_lex_reset(&r->lex);
        r->lex.next = (uint32_t)r->head.body_at;
        if (i4_incoming_is_fetch(r))
            i4_fetch_reset(&r->fetch, &r->mem);
    }
}

/* Records the tokens of the line up to `end`. */
static int record(imap4_reader *r, size_t end)
{
    const char *base = r->in.ptr + r->in.start;
    if (!i4_incoming_has_tokens(r))
        return IMAP4_OK;
    I4_TRY(i4_lex_line(&r->lex, base, base + end));
    return i4_incoming_is_fetch(r) ? i4_fetch_advance(&r->fetch, &r->lex, base) : IMAP4_OK;
}

/* From here on nothing is kept: the response passed its limit at `at`.  To be called again
 * if there was no memory. */
static int cut_off(imap4_reader *r, size_t at)
{
    char *base = r->in.ptr + r->in.start;
    if (!r->has_head)
        read_head(r, at);
    I4_TRY(room_for_segment(r));
    if (i4_incoming_has_tokens(r)) {
        if (r->line < at) {
            /* The byte at the cut is dropped anyway; a CR there stops the lexer. */
            base[at] = '\r';
            I4_TRY(i4_lex_line(&r->lex, base, base + at));
        }
        i4_lex_cut(&r->lex, (uint32_t)at);
    }
    if (i4_incoming_is_fetch(r)) { /* not before: the last token may be half of one */
        I4_TRY(i4_fetch_advance(&r->fetch, &r->lex, base));
        i4_fetch_finish(&r->fetch, &r->lex);
    }
    if (r->line < at)
        add_segment(r, IMAP4_SEG_LINE, r->line, at - r->line);
    r->is_truncated = true;
    r->held         = at;
    r->line         = at;
    r->dropped      = r->scan - at;
    return IMAP4_OK;
}

void i4_incoming_closed(imap4_reader *r, size_t gap_at, size_t closed)
{
    r->scan -= closed;
    if (r->line > gap_at) {
        r->line -= closed;
        r->lex.next = (uint32_t)r->line;
    }
    if (r->lex.is_damaged && r->lex.damage_at > gap_at)
        r->lex.damage_at -= (uint32_t)closed;
    r->closed += closed;
}

/* ---- moving on ------------------------------------------------------------- */

/* Frames what is there.  1 if a line ended. */
static int frame_more(imap4_reader *r)
{
    size_t       used  = 0;
    const size_t avail = i4_incoming_size(r) - r->scan;
    if (avail == 0)
        return 0;
    const char *at   = r->in.ptr + r->in.start + r->scan;
    const int   stop = i4_frame_feed(&r->frame, at, avail, &used, &r->literal);
    if (stop < 0) {
        i4_incoming_fail(r, IMAP4_E_FRAMING,
                         IMAP4_V("a literal header whose number does not fit 64 bits"),
                         r->line);
        return stop;
    }
    r->scan += used;
    r->stop = stop;
    if (stop == IMAP4_FRAME_LITERAL) {
        /* The bytes of the literal are ours to skip. */
        r->frame.literal = 0;
        if (r->literal > r->opt.max_literal) {
            i4_incoming_fail(r, IMAP4_E_LIMIT,
                             IMAP4_V("a literal is longer than max_literal"), r->line);
            return IMAP4_E_LIMIT;
        }
    }
    return stop == IMAP4_FRAME_MORE ? 0 : 1;
}

/* Where the text of the line that ends at `line_end` ends: before its CRLF, and before a
 * literal header. */
static size_t text_end(const imap4_reader *r, size_t line_end)
{
    const char *base = r->in.ptr + r->in.start;
    size_t      end  = line_end - 2;
    if (r->stop != IMAP4_FRAME_LITERAL)
        return end;
    while (base[end] != '{')
        end--;
    return end > r->line && base[end - 1] == '~' ? end - 1 : end; /* RFC 3516: literal8 */
}

/* Is this a number list, to be cut in pieces?  Decided by the first PIECE bytes, so that it
 * does not matter what else came. */
static bool is_long_list(imap4_reader *r)
{
    if (r->has_head || r->is_no_list || r->scan <= PIECE || r->opt.max_response < PIECE)
        return false;
    read_head(r, PIECE);
    r->is_cut     = i4_incoming_is_numbers(r) && r->head.body_at < PIECE;
    r->has_head   = r->is_cut;
    r->is_no_list = !r->is_cut;
    return r->is_cut;
}

/* Moves the `len` bytes behind the gap before it, and gives their new place.  The rest of the
 * buffer stays where it is, so that of a response with many streamed literals every byte is
 * moved once. */
static size_t over_gap(imap4_reader *r, size_t len)
{
    i4_inbuf    *in = &r->in;
    const size_t at = in->gap_from - in->start;
    memmove(in->ptr + in->gap_from, in->ptr + in->gap_to, len);
    in->gap_from += len;
    in->gap_to += len;
    return at;
}

/* 1: go on; 0: more bytes must come. */
static int in_line(imap4_reader *r)
{
    const int ended = frame_more(r);
    if (ended < 0)
        return ended;
    if (is_long_list(r)) {
        r->phase = I4_CUTTING;
        return 1;
    }
    const size_t live = r->scan - (r->in.gap_to - r->in.gap_from);
    if (live > r->opt.max_response) {
        const size_t at = r->scan - (live - r->opt.max_response);
        /* The limit may lie before this line if a literal filled it. */
        r->held         = at < r->line ? r->line : at;
        r->phase        = I4_OVER;
        return 1;
    }
    if (ended)
        r->phase = I4_LINE_ENDED;
    return ended;
}

static int over(imap4_reader *r)
{
    I4_TRY(cut_off(r, r->held));
    r->phase = I4_DROPPING;
    return 1;
}

static int line_ended(imap4_reader *r)
{
    if (!r->has_head)
        read_head(r, r->scan - 2);
    if (r->head.kind == I4_KIND_EMPTY && r->stop == IMAP4_FRAME_END) {
        if (++r->empty_lines > MAX_EMPTY) {
            i4_incoming_fail(r, IMAP4_E_LIMIT,
                             IMAP4_V("more than 1000 empty lines in a row"), 0);
            return IMAP4_E_LIMIT;
        }
        i4_diag_note_at(&r->log, IMAP4_DIAG_EMPTY_LINE, IMAP4_NIL, r->offset,
                        "RFC 3501 9, response");
        i4_incoming_end(r);
        return 1;
    }
    r->empty_lines = 0;
    I4_TRY(room_for_segment(r));
    /* Behind a streamed literal: the line goes next to the others, because a value that is
     * asked for as it stands may begin in one and end in another. */
    const size_t gap = r->in.gap_to - r->in.gap_from;
    if (gap != 0 && r->in.start + r->line == r->in.gap_to) {
        r->line     = over_gap(r, r->scan - r->line);
        r->lex.next = (uint32_t)r->line;
    }
    const size_t end = r->scan - gap;
    I4_TRY(record(r, text_end(r, end)));
    add_segment(r, IMAP4_SEG_LINE, r->line, end - r->line);
    r->line = r->scan;
    if (r->stop == IMAP4_FRAME_END) {
        if (r->lex.tape.cap > I4_KEPT_TOKENS)
            i4_lex_settle(&r->lex);
        if (i4_incoming_is_fetch(r))
            i4_fetch_finish(&r->fetch, &r->lex);
        r->phase = I4_RESPONSE;
        return 1;
    }
    const bool fits = r->literal <= r->opt.max_response &&
                      end + (size_t)r->literal <= r->opt.max_response;
    if (i4_incoming_is_fetch(r) && (!fits || r->literal > r->opt.inline_literal)) {
        r->stream = i4_fetch_streamable(&r->fetch, &r->lex);
        if (r->stream != NULL) {
            r->literal_left = r->literal;
            r->phase        = I4_STREAM_BEGIN;
            return 1;
        }
    }
    if (!fits) {
        I4_TRY(cut_off(r, r->scan));
        r->phase = I4_DROPPING;
        return 1;
    }
    r->phase = I4_HOLDING;
    return 1;
}

static int holding(imap4_reader *r)
{
    if (i4_incoming_size(r) - r->scan < r->literal)
        return 0;
    I4_TRY(room_for_segment(r));
    const size_t at = r->scan - (r->in.gap_to - r->in.gap_from);
    if (i4_incoming_has_tokens(r))
        I4_TRY(i4_lex_literal(&r->lex, (uint32_t)at, r->literal, false));
    if (at != r->scan)
        (void)over_gap(r, (size_t)r->literal);
    add_segment(r, IMAP4_SEG_LITERAL, at, r->literal);
    r->scan += (size_t)r->literal;
    r->line     = r->scan;
    r->lex.next = (uint32_t)r->scan;
    r->phase    = I4_IN_LINE;
    if (i4_incoming_is_fetch(r))
        I4_TRY(i4_fetch_advance(&r->fetch, &r->lex, r->in.ptr + r->in.start));
    return 1;
}

static int stream_ended(imap4_reader *r)
{
    I4_TRY(room_for_segment(r));
    /* Where the line behind it will be. */
    const size_t at = r->scan - (r->in.gap_to - r->in.gap_from);
    I4_TRY(i4_lex_literal(&r->lex, (uint32_t)at, 0, true));
    r->stream->size = r->literal;
    add_segment(r, IMAP4_SEG_STREAMED, 0, r->literal);
    r->line     = r->scan;
    r->lex.next = (uint32_t)r->scan;
    r->phase    = I4_IN_LINE;
    return i4_fetch_advance(&r->fetch, &r->lex, r->in.ptr + r->in.start) < 0
               ? IMAP4_E_NOMEM
               : 1;
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
        const size_t avail = i4_incoming_size(r) - r->scan;
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
    r->phase = I4_RESPONSE;
    return 1;
}

/* ---- number lists in pieces ---------------------------------------------------- */

/* Behind the last separator of the first PIECE bytes; 0 if there is none. */
static size_t cut_at(const imap4_reader *r)
{
    const char  *base = r->in.ptr + r->in.start;
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
    if (r->stop == IMAP4_FRAME_MORE && r->scan < i4_incoming_size(r)) {
        const int ended = frame_more(r);
        if (ended < 0)
            return ended;
    }
    if (r->stop == IMAP4_FRAME_END && r->scan <= PIECE) {
        I4_TRY(room_for_segment(r));
        add_segment(r, IMAP4_SEG_LINE, 0, r->scan);
        r->phase = I4_RESPONSE;
        return 1;
    }
    if (r->scan <= PIECE && r->stop != IMAP4_FRAME_LITERAL)
        return 0;
    r->piece = r->scan <= PIECE ? 0 : cut_at(r);
    if (r->piece == 0) {
        /* No list of numbers after all, or one with a literal: keep what is here, drop the
         * rest. */
        I4_TRY(cut_off(r, r->scan <= PIECE ? r->scan : (size_t)PIECE));
        r->phase = I4_DROPPING;
        return 1;
    }
    I4_TRY(room_for_segment(r));
    add_segment(r, IMAP4_SEG_LINE, 0, r->piece);
    r->phase = I4_CUT;
    return 1;
}

void i4_incoming_end_piece(imap4_reader *r)
{
    i4_inbuf_consume(&r->in, r->piece);
    r->offset += r->piece;
    r->scan -= r->piece;
    r->part++;
    r->seg_count     = 0;
    r->head.body_at  = 0; /* name and number came with the first piece */
    r->head.name_len = 0;
    r->phase         = I4_CUTTING;
}

/* Moves on until an event can be made: 1; 0 if more bytes must come; IMAP4_E_NOMEM; or the
 * fatal error. */
int i4_incoming_go_on(imap4_reader *r)
{
    for (;;) {
        int rc = 0;
        switch (r->phase) {
        case I4_IN_LINE: rc = in_line(r); break;
        case I4_OVER: rc = over(r); break;
        case I4_LINE_ENDED: rc = line_ended(r); break;
        case I4_HOLDING: rc = holding(r); break;
        case I4_STREAM_BEGIN: return 1;
        case I4_STREAMING: return r->literal_left == 0 || i4_incoming_size(r) > r->scan;
        case I4_STREAM_END: rc = stream_ended(r); break;
        case I4_DROPPING: rc = dropping(r); break;
        case I4_CUTTING: rc = cutting(r); break;
        case I4_CUT:
        case I4_RESPONSE: return 1;
        case I4_FAILED: return r->error.code;
        }
        if (rc != 1)
            return rc;
    }
}
