/* SPDX-License-Identifier: MIT */
/* wire/out.h - one command line on its way out: text, literals, the waits between.
 *
 *     [bytes] [wait for "+"] [the caller's n bytes] [bytes] ...
 *
 * Adjacent bytes go out as one view (a "run").  It knows when it may go on, not what the
 * bytes mean. */
#ifndef I4_WIRE_OUT_H
#define I4_WIRE_OUT_H

#include "base/mem.h"
#include "wire/part.h"
#include "wire/trace.h"

#include <stdbool.h>

/* What the caller gave with imap4_cmd_write(): one stream over all literals. */
typedef struct i4_chunks {
    imap4_view *at;
    size_t      cap;
    size_t      head;    /* the first one that has not gone out */
    size_t      count;   /* from `head` on */
    uint64_t    given;   /* bytes, ever */
    uint64_t    waiting; /* bytes not gone out */
} i4_chunks;

enum {
    I4_CHUNKS_MAX = 64
};

/* IMAP4_OK; IMAP4_E_NOMEM; IMAP4_E_LIMIT. */
int  i4_chunks_add(i4_chunks *chunks, const i4_mem *mem, imap4_view chunk);
void i4_chunks_free(i4_chunks *chunks, const i4_mem *mem);

/* Which literals need not wait for "+" (RFC 7888). */
typedef enum i4_literals {
    I4_LITERALS_WAIT,  /* none */
    I4_LITERALS_SMALL, /* LITERAL-: up to 4096 bytes */
    I4_LITERALS_ALL    /* LITERAL+ */
} i4_literals;

/* What follows the run. */
typedef enum i4_out_then {
    I4_OUT_END,
    I4_OUT_PLUS, /* a wait for "+" */
    I4_OUT_DATA  /* the caller's bytes */
} i4_out_then;

typedef struct i4_out {
    bool        is_open; /* a line is being sent */
    char       *base;
    i4_part    *parts;
    size_t      count;
    size_t      next; /* the first part behind the run */
    size_t      from; /* the run: what of it was not acknowledged */
    size_t      to;
    i4_out_then then;
    uint64_t    data_left; /* of the caller's bytes, in I4_OUT_DATA */
    i4_chunks  *chunks;
    bool        has_plus;      /* it came while what it answers was lent */
    size_t      lent;          /* bytes of the view lent last, not acknowledged */
    bool        is_data_lent;  /* they are the caller's */
    bool        is_secret;     /* i4_out_say(): wipe it all */
    bool        is_discarding; /* nobody reads the rest, but it has to be sent */
    /* What goes out when the line is over: i4_out_say(), i4_out_initial(). */
    char       *later;
    size_t      later_len;
    bool        is_later_secret;
    bool        wants_initial;
    i4_trace   *trace;
} i4_out;

/* Begins a line whose tag and space, `tag_len` bytes, stand right before its first part.
 * With `initial`, an initial response goes with the command (RFC 4959), else
 * i4_out_initial() sends it.  Nothing may be open. */
void i4_out_start(i4_out *out, char *base, i4_part *parts, size_t count, size_t tag_len,
                  i4_literals literals, bool initial, i4_chunks *chunks);

/* Sends the initial response that was not sent yet; false if there is none. */
bool i4_out_initial(i4_out *out);

/* Sends a line that is no command: an answer to a challenge, DONE.  It waits for the line
 * before it, which may be lent still. */
void i4_out_say(i4_out *out, char *line, size_t len, bool secret);

/* What can be sent now; {NULL, 0} if there is nothing. */
imap4_view i4_out_view(i4_out *out);
/* Whether i4_out_view() would give something. */
bool       i4_out_has_view(const i4_out *out);
/* The bytes of ours that i4_out_view() would give; 0 if there are none, or the caller's
 * are next. */
size_t     i4_out_text_len(const i4_out *out);
/* The line ends with them. */
bool       i4_out_ends_line(const i4_out *out);
/* `len` bytes of the lent view were sent; what was secret in them is wiped. */
void       i4_out_ack(i4_out *out, size_t len);

/* Waits for "+" and for nothing else. */
bool i4_out_wants_plus(const i4_out *out);
/* "+" came. */
void i4_out_plus(i4_out *out);
/* Waits for bytes of the caller. */
bool i4_out_wants_data(const i4_out *out);

/* All of the line has been sent, or at least lent: with a completion-based driver an
 * answer may come before it says that the bytes went out. */
bool i4_out_is_sent(const i4_out *out);
/* At least a part of a literal has been announced in it. */
bool i4_out_has_literal(const i4_out *out);

/* Nothing more is sent at all: the connection is over. */
void i4_out_abort(i4_out *out);
/* The server has refused the command but reads on.  The rest of the line is dropped
 * from the next wait for "+" on; up to there it is sent (RFC 7888 section 4), with
 * spaces for the caller's bytes. */
void i4_out_discard(i4_out *out);

#endif
