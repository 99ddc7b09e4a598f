/* SPDX-License-Identifier: MIT */
/* parse/incoming.h - the reader's state: the response that is coming in.
 *
 * parse/incoming.c moves it on, parse/reader.c makes events of it.  Offsets count from the
 * start of the response. */
#ifndef I4_PARSE_INCOMING_H
#define I4_PARSE_INCOMING_H

#include "base/inbuf.h"
#include "parse/fetch.h"
#include "parse/reader.h"
#include "parse/response.h"
#include "wire/frame.h"

typedef enum i4_phase {
    I4_IN_LINE,      /* looking for the end of a line */
    I4_OVER,         /* it passed max_response: to be cut off */
    I4_LINE_ENDED,   /* found; its tokens are still to be recorded */
    I4_HOLDING,      /* waiting for a literal that is kept */
    I4_STREAM_BEGIN, /* a literal that is told as events */
    I4_STREAMING,
    I4_STREAM_END,
    I4_DROPPING, /* beyond max_response: framed, not kept */
    I4_CUTTING,  /* a number list longer than PIECE */
    I4_CUT,      /* a piece of it is complete: its event comes next */
    I4_RESPONSE, /* complete: its event comes next */
    I4_FAILED
} i4_phase;

struct imap4_reader {
    i4_mem               mem;
    imap4_reader_options opt;
    const i4_registry   *reg;
    i4_index             index;
    const i4_resp_row   *last_row;
    i4_inbuf             in;
    i4_frame             frame;
    i4_phase             phase;

    /* the response that is coming in */
    i4_head  head;
    bool     has_head;
    bool     is_no_list; /* what came so far begins no number list */
    int      stop;       /* how the line ended: an imap4_frame_stop */
    uint64_t literal;    /* its size, and what of it is still to come */
    uint64_t literal_left;
    size_t   scan; /* framed up to here */
    size_t   line; /* where the line began */
    size_t   held; /* kept up to here, when the rest is dropped */
    bool     is_truncated;
    bool     is_cut; /* a number list in pieces */
    size_t   piece;  /* length of the piece that is out */
    uint32_t part;
    uint64_t dropped; /* bytes that were not kept */
    uint64_t closed;  /* bytes of the response that are no longer in the buffer */
    uint64_t offset;  /* of the response's first byte in the stream */
    unsigned empty_lines;
    i4_lex   lex;
    i4_fetch fetch;
    i4_item *stream;   /* the item that is being streamed */
    bool     is_quick; /* it went the quick way: what is typed already */
    const imap4_flags    *flags;
    const imap4_envelope *envelope;
    imap4_segment        *seg; /* until the event is made, `view.len` is the offset */
    size_t                seg_count;
    size_t                seg_cap;

    i4_arena    arena;
    i4_diag_log log;
    i4_event    event;
    bool        is_out;         /* the event is out */
    bool        is_quick_event; /* it is, or was, one of quick_event() */
    size_t      out_len;        /* BODY_DATA: its length */
    bool        is_eof;
    bool        is_utf8; /* mailbox names come in UTF-8 */
    bool        is_held; /* what follows the event is not ours to read */
    size_t      skip;    /* so much of it goes when the event is given back */
    imap4_error error;
    char        where[80];
};

/* Bytes of the response, and of what follows it, that have been committed. */
static inline size_t i4_incoming_size(const imap4_reader *r)
{
    return r->in.end - r->in.start;
}

static inline bool i4_incoming_has_tokens(const imap4_reader *r)
{
    return r->head.kind == I4_KIND_DATA && (r->head.row->marks & I4_RESP_NUMBERS) == 0;
}

static inline bool i4_incoming_is_fetch(const imap4_reader *r)
{
    return r->head.kind == I4_KIND_DATA && (r->head.row->marks & I4_RESP_ITEMS) != 0;
}

static inline bool i4_incoming_is_numbers(const imap4_reader *r)
{
    return r->head.kind == I4_KIND_DATA && (r->head.row->marks & I4_RESP_NUMBERS) != 0;
}

/* parse/quick.c: reads the response that starts where the reader stands, if all of it is there
 * and it is of the usual form: FETCH in one line, spelled as RFC 3501 does, with UID, FLAGS,
 * RFC822.SIZE, INTERNALDATE, ENVELOPE and structures of plain strings.  true: the reader
 * stands where the general way would have brought it.  false: nothing has happened. */
bool i4_quick_fetch(imap4_reader *r);

/* The general way: frames, records tokens line by line, looks at no byte twice, however the
 * input was cut. */
int i4_incoming_go_on(imap4_reader *r);

/* Back to the first byte of the response that comes in; none of it is forgotten. */
void i4_incoming_restart(imap4_reader *r);

/* Moves on until an event can be made: 1; 0 if more bytes must come; IMAP4_E_NOMEM (call
 * again); or the fatal error. */
static inline int i4_incoming_advance(imap4_reader *r)
{
    if (r->is_held)
        return r->phase == I4_FAILED ? r->error.code : 0;
    if (r->phase == I4_IN_LINE && r->scan == 0 && i4_quick_fetch(r))
        return 1;
    return i4_incoming_go_on(r);
}

/* The stream is lost at `at`; the events before this come first. */
void i4_incoming_fail(imap4_reader *r, int code, imap4_view text, size_t at);

/* The response that starts at `base` is complete: its segments get their views. */
void i4_incoming_segments(imap4_reader *r, const char *base);
/* The event could not be made: they are offsets again, the buffer may move. */
void i4_incoming_segments_again(imap4_reader *r, const char *base);

/* The buffer closed its gap, which was at `gap_at`: what lies behind came nearer. */
void i4_incoming_closed(imap4_reader *r, size_t gap_at, size_t closed);

/* The response, or a piece of one, was told and is done with. */
void i4_incoming_end(imap4_reader *r);
void i4_incoming_end_piece(imap4_reader *r);

#endif
