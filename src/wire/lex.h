/* SPDX-License-Identifier: MIT */
/* wire/lex.h - one walk over a response that records where its tokens are.
 *
 * The walk finds where values end; the lazy readers of parse/ use the tokens and do
 * not look at the bytes again.  It takes a response line by line: the caller says
 * where a line ends, in CRLF or in a literal header, and what became of the literal. */
#ifndef I4_WIRE_LEX_H
#define I4_WIRE_LEX_H

#include "imap4/base.h"

#include "base/arena.h"
#include "base/mem.h"
#include "base/num.h"
#include "wire/diag.h"

#include <stdbool.h>

typedef enum i4_token_kind {
    I4_TOK_ATOM,     /* also numbers and NIL */
    I4_TOK_QUOTED,   /* without its quotes */
    I4_TOK_ESCAPED,  /* the same, with backslashes in it */
    I4_TOK_LITERAL,  /* the bytes of a held literal */
    I4_TOK_STREAMED, /* a literal that was told as events: no bytes */
    I4_TOK_OPEN, /* "(": the length is the distance to its I4_TOK_CLOSE in tokens; while
                    it is open, the index + 1 of the one around it; 0: never closed */
    I4_TOK_CLOSE /* ")" */
} i4_token_kind;

/* Eight bytes, because a response may have millions. */
typedef struct i4_token {
    uint32_t at; /* of its first byte (of the content), from the start of the response */
    uint32_t info; /* kind and length */
} i4_token;

enum {
    I4_TOKEN_SHIFT = 28,
    I4_TOKEN_MAX   = (1 << I4_TOKEN_SHIFT) - 1 /* the largest length */
};

static inline i4_token_kind i4_token_kind_of(i4_token t)
{
    return (i4_token_kind)(t.info >> I4_TOKEN_SHIFT);
}

static inline uint32_t i4_token_len(i4_token t)
{
    return t.info & I4_TOKEN_MAX;
}

typedef struct i4_tape {
    i4_token *at;
    size_t    count;
    size_t    cap;
} i4_tape;

/* What the walk itself finds odd. */
typedef enum i4_odd_kind {
    I4_ODD_ESCAPE,
    I4_ODD_CONTROL,
    I4_ODD_SPACES,
    I4_ODD_NO_SPACE,
    I4_ODD_PARENTHESES,
    I4_ODD_KINDS
} i4_odd_kind;

typedef struct i4_lex {
    i4_tape       tape;
    const i4_mem *mem;
    size_t        max_tokens;
    uint32_t next;    /* where i4_lex_line() goes on: the caller sets it for each line */
    uint32_t open;    /* index + 1 of the innermost "(" that is not closed, 0: none */
    uint32_t depth;   /* of open parentheses */
    uint32_t list_at; /* index of the last "(" that stood within one other */
    bool     is_behind;  /* the line that comes follows a literal */
    bool     is_damaged; /* from `damage_at` on nothing is certain: no more tokens */
    uint32_t damage_at;
    uint32_t odd; /* i4_odd_kind bits: contained, but the grammar does not allow it */
    uint32_t odd_at[I4_ODD_KINDS]; /* the first of each */
} i4_lex;

void i4_lex_init(i4_lex *lex, const i4_mem *mem, size_t max_tokens);
void i4_lex_free(i4_lex *lex);
/* For a new response; the memory stays. */
void i4_lex_reset(i4_lex *lex);

enum {
    I4_KEPT_TOKENS = 4096 /* a larger tape is not kept for the next response */
};

/* The response is over: of more than I4_KEPT_TOKENS, the room that they did not need is
 * given back, because typed data come on top. */
void i4_lex_settle(i4_lex *lex);

/* Records the tokens from lex->next up to `end`; `base` is the start of the response.
 * `end` is where the line's CR stands or where its literal header begins; it must be
 * readable, and so must I4_SCAN_SLACK bytes behind the next CR.  IMAP4_OK, also when
 * damage was found; IMAP4_E_NOMEM: call again with the same arguments. */
int i4_lex_line(i4_lex *lex, const char *base, const char *end);

/* Records the literal that follows the line: `at` from the start of the response. */
int i4_lex_literal(i4_lex *lex, uint32_t at, uint64_t len, bool is_streamed);

/* Cuts an atom after `len` octets: what is behind them is not recorded any more. */
void i4_lex_split(i4_lex *lex, size_t token, uint32_t len);

/* Notes what a reader of the tokens finds odd. */
void i4_lex_note(i4_lex *lex, i4_odd_kind kind, size_t at);

/* The bytes of the response were cut off at `at`: so may be the last atom. */
void i4_lex_cut(i4_lex *lex, uint32_t at);

/* Says that what follows `at` is not certain. */
void i4_lex_damage(i4_lex *lex, uint32_t at);

/* ---- reading tokens -------------------------------------------------------- */

/* A walk over recorded tokens. */
typedef struct i4_cursor {
    const i4_token *t;    /* the next one */
    const i4_token *end;  /* behind the last one */
    const char     *base; /* the response */
    i4_arena       *arena;
    i4_diag_log    *log; /* NULL: nobody wants to know */
    bool            is_strict;
} i4_cursor;

/* Notes a deviation whose meaning is certain: it is tolerated, IMAP4_OK, but not in
 * strict mode, IMAP4_E_SYNTAX.  `t` is what is odd; c->end: something is missing there,
 * and at least one token stands before it. */
int i4_odd(const i4_cursor *c, imap4_diag_kind kind, const i4_token *t, const char *rule);

static inline imap4_view i4_token_view(const char *base, i4_token t)
{
    return (imap4_view){ base + t.at, i4_token_len(t) };
}

/* The token behind the value that starts with `t`. */
static inline const i4_token *i4_token_skip(const i4_token *t)
{
    return i4_token_kind_of(*t) == I4_TOK_OPEN ? t + i4_token_len(*t) + 1 : t + 1;
}

static inline bool i4_token_is_nil(const char *base, i4_token t)
{
    /* Two pairs of bytes that overlap: no call, and no loop. */
    const char *p = base + t.at;
    uint16_t    ni, il, head, tail;
    if (t.info != (((uint32_t)I4_TOK_ATOM << I4_TOKEN_SHIFT) | 3))
        return false;
    memcpy(&ni, "ni", 2);
    memcpy(&il, "il", 2);
    memcpy(&head, p, 2);
    memcpy(&tail, p + 1, 2);
    return (head | 0x2020) == ni && (tail | 0x2020) == il;
}

/* Takes an nstring: NIL is {NULL, 0}.  An atom in its place is taken as its text where
 * reading is tolerant.  IMAP4_OK; IMAP4_E_SYNTAX; IMAP4_E_NOMEM, IMAP4_E_LIMIT. */
static inline int i4_take_nstring(i4_cursor *c, imap4_view *out);
/* Takes an astring: NIL is a name of three letters (RFC 3501 section 9). */
int               i4_take_astring(i4_cursor *c, imap4_view *out);
/* Takes a number of at most `max`. */
static inline int i4_take_number(i4_cursor *c, uint64_t max, uint64_t *out);
/* Takes one value of any kind: as it stands on the wire, with parentheses or quotes. */
int               i4_take_raw(i4_cursor *c, imap4_view *out);
/* Goes into a list; the cursor `in` then covers what is inside. */
static inline int i4_take_list(i4_cursor *c, i4_cursor *in);

static inline bool i4_cursor_is_at(const i4_cursor *c, i4_token_kind kind)
{
    return c->t < c->end && i4_token_kind_of(*c->t) == kind;
}

static inline bool i4_cursor_is_nil(const i4_cursor *c)
{
    return c->t < c->end && i4_token_is_nil(c->base, *c->t);
}

/* A string that is neither quoted without escapes nor NIL. */
int i4_take_other_nstring(i4_cursor *c, imap4_view *out);

static inline int i4_take_nstring(i4_cursor *c, imap4_view *out)
{
    if (i4_cursor_is_at(c, I4_TOK_QUOTED))
        *out = i4_token_view(c->base, *c->t);
    else if (i4_cursor_is_nil(c))
        *out = IMAP4_NIL;
    else
        return i4_take_other_nstring(c, out);
    c->t++;
    return IMAP4_OK;
}

static inline int i4_take_number(i4_cursor *c, uint64_t max, uint64_t *out)
{
    if (!i4_cursor_is_at(c, I4_TOK_ATOM))
        return IMAP4_E_SYNTAX;
    const imap4_view text = i4_token_view(c->base, *c->t);
    uint64_t         n    = 0;
    /* The slack behind a response lets eight bytes be read, wherever the token stands. */
    if (i4_num_short(text.ptr, &n) == text.len && n <= max && text.len != 0)
        *out = n;
    else if (!i4_num_view(text, max, out))
        return IMAP4_E_SYNTAX;
    c->t++;
    return IMAP4_OK;
}

static inline int i4_take_list(i4_cursor *c, i4_cursor *in)
{
    if (!i4_cursor_is_at(c, I4_TOK_OPEN))
        return IMAP4_E_SYNTAX;
    *in     = *c;
    in->t   = c->t + 1;
    c->t    = i4_token_skip(c->t);
    in->end = c->t - 1;
    return IMAP4_OK;
}

/* As i4_take_list() where NIL stands for nothing: 1 with a list that is not empty, 0 for
 * NIL and, because known servers send it, for "()". */
static inline int i4_take_list_or_nil(i4_cursor *c, i4_cursor *in)
{
    if (i4_take_list(c, in) == IMAP4_OK) {
        return in->t != in->end
                   ? 1
                   : i4_odd(in, IMAP4_DIAG_EMPTY_LIST, in->t - 1, "RFC 3501 9, nil");
    }
    if (!i4_cursor_is_nil(c))
        return IMAP4_E_SYNTAX;
    c->t++;
    return 0;
}

#endif
