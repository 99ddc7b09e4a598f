/* SPDX-License-Identifier: MIT */
/* wire/lex.c - one walk over a response that records where its tokens are. */
#include "wire/lex.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"
#include "wire/scan.h"

#include <string.h>

void i4_lex_init(i4_lex *lex, const i4_mem *mem, size_t max_tokens)
{
    *lex = (i4_lex){ .mem = mem, .max_tokens = max_tokens };
}

void i4_lex_free(i4_lex *lex)
{
    i4_mem_free(lex->mem, lex->tape.at, lex->tape.cap * sizeof *lex->tape.at);
    lex->tape = (i4_tape){ 0 };
}

enum {
    FIRST_TOKENS = 64
};

void i4_lex_reset(i4_lex *lex)
{
    if (lex->tape.cap > I4_KEPT_TOKENS)
        i4_lex_free(lex);
    lex->next       = 0;
    lex->tape.count = 0;
    lex->open       = 0;
    lex->depth      = 0;
    lex->is_damaged = false;
    lex->is_behind  = false;
    lex->odd        = 0;
}

void i4_lex_settle(i4_lex *lex)
{
    i4_tape *tape = &lex->tape;
    if (tape->count == tape->cap)
        return;
    i4_token *at = i4_mem_resize(lex->mem, tape->at, tape->cap * sizeof *at,
                                 tape->count * sizeof *at);
    if (at == NULL)
        return; /* as it is, it is good enough */
    tape->at  = at;
    tape->cap = tape->count;
}

void i4_lex_damage(i4_lex *lex, uint32_t at)
{
    if (lex->is_damaged)
        return;
    lex->is_damaged = true;
    lex->damage_at  = at;
    /* A list that was left open has no extent: a distance of 0 tells it. */
    while (lex->open != 0) {
        i4_token *t = &lex->tape.at[lex->open - 1];
        lex->open   = i4_token_len(*t);
        t->info     = (uint32_t)I4_TOK_OPEN << I4_TOKEN_SHIFT;
    }
}

static int no_room(i4_lex *lex, uint32_t at)
{
    if (lex->tape.count >= lex->max_tokens) {
        i4_lex_damage(lex, at);
        return 1;
    }
    const size_t more = lex->tape.cap == 0 ? FIRST_TOKENS : 1;
    return i4_mem_grow(lex->mem, (void **)&lex->tape.at, &lex->tape.cap, lex->tape.count,
                       more, sizeof *lex->tape.at);
}

#define NO_END SIZE_MAX

static inline i4_token token(i4_token_kind kind, size_t at, size_t len)
{
    return (i4_token){ (uint32_t)at, (uint32_t)kind << I4_TOKEN_SHIFT | (uint32_t)len };
}

/* The first of each kind is enough: the others are counted with it. */
void i4_lex_note(i4_lex *lex, i4_odd_kind kind, size_t at)
{
    if ((lex->odd & 1u << kind) == 0)
        lex->odd_at[kind] = (uint32_t)at;
    lex->odd |= 1u << kind;
}

/* A space at `at` is one too many, unless it is the last byte of a literal. */
static void note_space(i4_lex *lex, size_t count, size_t at)
{
    const i4_token last = count == 0 ? (i4_token){ 0 } : lex->tape.at[count - 1];
    if (i4_token_kind_of(last) == I4_TOK_STREAMED ||
        (i4_token_kind_of(last) == I4_TOK_LITERAL && last.at + i4_token_len(last) > at))
        return;
    i4_lex_note(lex, I4_ODD_SPACES, at);
}

/* The length of a quoted string of which `len` bytes are harmless; NO_END if the line ends
 * before. */
static size_t len_of_quoted(i4_lex *lex, const char *base, const char *p, size_t len,
                            i4_token_kind *kind)
{
    for (;; len += i4_span_quoted(p + len)) {
        switch (p[len]) {
        case '"': return len;
        case '\r':
        case '\n': return NO_END;
        case '\\':
            /* RFC 3501 9, QUOTED-CHAR: only '"' and '\' may be escaped; servers escape more. */
            len++;
            if (p[len] == '\r' || p[len] == '\n')
                return NO_END;
            if (p[len] != '"' && p[len] != '\\')
                i4_lex_note(lex, I4_ODD_ESCAPE, (size_t)(p - base) + len - 1);
            *kind = I4_TOK_ESCAPED;
            len++;
            break;
        default: /* another control: not allowed, but it ends nothing */
            i4_lex_note(lex, I4_ODD_CONTROL, (size_t)(p - base) + len);
            len++;
            break;
        }
    }
}

/* The extent of a string is certain only if what follows it can follow it: else a quote
 * was not escaped, and whoever wrote the string may have written what comes next. */
static inline bool may_follow_quote(const char *p, const char *end)
{
    return *p == ' ' || *p == ')' || (*p == '\r' && p == end);
}

/* The length of an atom of which `len` bytes are harmless and at most `room` are its line's;
 * NO_END if it runs into a quote, a literal header, a bare CR, LF or NUL, or over the end
 * of the line. */
static size_t len_of_atom(i4_lex *lex, const char *base, const char *p, size_t len,
                          size_t room)
{
    /* TAB and other controls in names: known servers send them. */
    while ((unsigned char)p[len] < 0x20 && p[len] != '\r' && p[len] != '\n' &&
           p[len] != '\0') {
        i4_lex_note(lex, I4_ODD_CONTROL, (size_t)(p - base) + len);
        len++;
        len += i4_span_atom(p + len);
    }
    if (len == 0 || len > room || p[len] == '"' || p[len] == '{')
        return NO_END;
    if (p[len] == '(')
        i4_lex_note(lex, I4_ODD_NO_SPACE, (size_t)(p - base) + len);
    return len < room && (unsigned char)p[len] < 0x20 ? NO_END : len;
}

typedef enum walk_end {
    WALK_DONE,
    WALK_FULL,  /* the tape must grow first */
    WALK_DAMAGE /* nothing is certain from lex->next on */
} walk_end;

/* Nothing in the library runs more often: what changes per token is in local variables,
 * the frequent comes first, and the end of the line is looked for only where no token can
 * be, because none begins there. */
static walk_end walk(i4_lex *lex, const char *base, const char *end)
{
    i4_token *const tape = lex->tape.at;
    const size_t cap = lex->tape.cap < lex->max_tokens ? lex->tape.cap : lex->max_tokens;
    size_t       count = lex->tape.count;
    size_t       at    = lex->next;
    uint32_t     open  = lex->open;
    uint32_t     depth = lex->depth;
    walk_end     how   = WALK_FULL;
    while (count != cap) {
        const char *p = base + at;
        size_t      len;
        if (*p == '"') {
            i4_token_kind kind = I4_TOK_QUOTED;
            len                = i4_span_quoted(++p);
            if (p[len] != '"')
                len = len_of_quoted(lex, base, p, len, &kind);
            if (len == NO_END || !may_follow_quote(p + len + 1, end)) {
                how = WALK_DAMAGE;
                break;
            }
            tape[count++] = token(kind, at + 1, len);
            at += len + 2;
            at += base[at] == ' ';
        } else if (*p == ')') {
            if (open == 0) {
                how = WALK_DAMAGE;
                break;
            }
            if (p[-1] == ' ')
                note_space(lex, count, at - 1);
            i4_token *was = &tape[open - 1];
            len           = count - (open - 1);
            open          = i4_token_len(*was);
            was->info     = token(I4_TOK_OPEN, 0, len).info;
            tape[count++] = token(I4_TOK_CLOSE, at++, 1);
            depth--;
            /* Inside of a value nobody is hurt, and the quick way does not look. */
            if (depth <= 1 && ((p[1] > ')' && p[1] != ']') || p[1] == '"'))
                i4_lex_note(lex, I4_ODD_NO_SPACE, at);
        } else if (*p == '(') {
            if (depth++ == 1)
                lex->list_at = (uint32_t)count;
            tape[count++] = token(I4_TOK_OPEN, at++, open);
            open          = (uint32_t)count;
        } else if (memcmp(p, "NIL ", 4) == 0) { /* one token in eight of an ENVELOPE */
            tape[count++] = token(I4_TOK_ATOM, at, 3);
            at += 4;
        } else if (*p == ' ') {
            if (at != 0 && (p[-1] == ' ' || p[-1] == '('))
                note_space(lex, count, at - 1);
            at++;
        } else if (p >= end) {
            how = WALK_DONE;
            break;
        } else {
            len = i4_span_atom(p);
            if (p[len] != ' ' && p[len] != ')') {
                len = len_of_atom(lex, base, p, len, (size_t)(end - p));
                if (len == NO_END) {
                    how = WALK_DAMAGE;
                    break;
                }
            }
            tape[count++] = token(I4_TOK_ATOM, at, len);
            at += len;
            at += base[at] == ' ';
        }
    }
    lex->tape.count = count;
    lex->next       = (uint32_t)at;
    lex->open       = open;
    lex->depth      = depth;
    return how;
}

int i4_lex_line(i4_lex *lex, const char *base, const char *end)
{
    bool is_done = false;
    /* What follows a string that was not counted right may have been written by its sender. */
    if (lex->is_behind && base + lex->next < end && base[lex->next] != ' ' &&
        base[lex->next] != ')')
        i4_lex_damage(lex, lex->next);
    lex->is_behind = false;
    while (!is_done && !lex->is_damaged && base + lex->next < end) {
        switch (walk(lex, base, end)) {
        case WALK_DONE: is_done = true; break;
        case WALK_FULL:
            if (base + lex->next < end)
                I4_TRY(no_room(lex, lex->next));
            break;
        case WALK_DAMAGE: i4_lex_damage(lex, lex->next); break;
        }
    }
    if (!lex->is_damaged && end > base && end[-1] == ' ' && *end == '\r')
        note_space(lex, lex->tape.count, (size_t)(end - base) - 1);
    return IMAP4_OK;
}

int i4_lex_literal(i4_lex *lex, uint32_t at, uint64_t len, bool is_streamed)
{
    if (lex->is_damaged)
        return IMAP4_OK;
    lex->is_behind = true;
    if (lex->tape.count == lex->tape.cap || lex->tape.count >= lex->max_tokens) {
        const int rc = no_room(lex, at);
        if (rc != IMAP4_OK)
            return rc < 0 ? rc : IMAP4_OK;
    }
    lex->tape.at[lex->tape.count++] = is_streamed
                                          ? token(I4_TOK_STREAMED, at, 0)
                                          : token(I4_TOK_LITERAL, at, (size_t)len);
    return IMAP4_OK;
}

void i4_lex_split(i4_lex *lex, size_t token, uint32_t len)
{
    i4_token *t = &lex->tape.at[token];
    i4_lex_note(lex, I4_ODD_NO_SPACE, t->at + len);
    t->info = (uint32_t)i4_token_kind_of(*t) << I4_TOKEN_SHIFT | len;
}

void i4_lex_cut(i4_lex *lex, uint32_t at)
{
    if (!lex->is_damaged && lex->tape.count != 0) {
        const i4_token last = lex->tape.at[lex->tape.count - 1];
        if (i4_token_kind_of(last) == I4_TOK_ATOM && last.at + i4_token_len(last) == at)
            lex->tape.count--;
    }
    i4_lex_damage(lex, at);
}

/* ---- reading tokens -------------------------------------------------------- */

int i4_odd(const i4_cursor *c, imap4_diag_kind kind, const i4_token *t, const char *rule)
{
    imap4_view bytes = IMAP4_NIL;
    i4_cursor  at    = *c;
    at.t             = t;
    if (t < c->end && i4_take_raw(&at, &bytes) < 0)
        bytes = i4_token_view(c->base, *t);
    if (t >= c->end) /* something is missing: behind what is there */
        bytes = (imap4_view){ c->base + c->end[-1].at + i4_token_len(c->end[-1]), 0 };
    i4_diag_note(c->log, kind, bytes, rule);
    return c->is_strict ? IMAP4_E_SYNTAX : IMAP4_OK;
}

/* The text of a quoted string with escapes, in the arena.  What is escaped needlessly
 * loses its backslash all the same. */
static int unescape(i4_cursor *c, i4_token t, imap4_view *out)
{
    const char *from = c->base + t.at;
    const char *end  = from + i4_token_len(t);
    char       *text = i4_arena_alloc(c->arena, i4_token_len(t));
    size_t      len  = 0;
    if (text == NULL)
        return i4_arena_rc(c->arena);
    while (from < end) {
        if (*from == '\\')
            from++;
        text[len++] = *from++;
    }
    *out = (imap4_view){ text, len };
    return IMAP4_OK;
}

static int take_string(i4_cursor *c, bool is_nil_nil, imap4_view *out)
{
    if (c->t >= c->end)
        return IMAP4_E_SYNTAX;
    const i4_token t = *c->t;
    switch (i4_token_kind_of(t)) {
    case I4_TOK_QUOTED:
    case I4_TOK_LITERAL: *out = i4_token_view(c->base, t); break;
    case I4_TOK_ATOM:
        if (is_nil_nil && i4_token_is_nil(c->base, t))
            *out = IMAP4_NIL;
        else {
            if (is_nil_nil)
                I4_TRY(i4_odd(c, IMAP4_DIAG_ATOM, c->t, "RFC 3501 9, nstring"));
            *out = i4_token_view(c->base, t);
        }
        break;
    case I4_TOK_ESCAPED: I4_TRY(unescape(c, t, out)); break;
    case I4_TOK_STREAMED:
    case I4_TOK_OPEN:
    case I4_TOK_CLOSE: return IMAP4_E_SYNTAX;
    }
    c->t++;
    return IMAP4_OK;
}

int i4_take_other_nstring(i4_cursor *c, imap4_view *out)
{
    return take_string(c, true, out);
}

int i4_take_astring(i4_cursor *c, imap4_view *out)
{
    return take_string(c, false, out);
}

int i4_take_raw(i4_cursor *c, imap4_view *out)
{
    if (c->t >= c->end)
        return IMAP4_E_SYNTAX;
    const i4_token  t     = *c->t;
    const i4_token *after = i4_token_skip(c->t);
    const char     *at    = c->base + t.at;
    switch (i4_token_kind_of(t)) {
    case I4_TOK_ATOM:
    case I4_TOK_LITERAL: *out = i4_token_view(c->base, t); break;
    case I4_TOK_QUOTED:
    case I4_TOK_ESCAPED: *out = i4_view(at - 1, at + i4_token_len(t) + 1); break;
    case I4_TOK_OPEN: *out = i4_view(at, c->base + after[-1].at + 1); break;
    case I4_TOK_STREAMED: *out = IMAP4_NIL; break;
    case I4_TOK_CLOSE: return IMAP4_E_SYNTAX;
    }
    c->t = after;
    return IMAP4_OK;
}
