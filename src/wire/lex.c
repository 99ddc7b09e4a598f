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
    *lex = (i4_lex){.mem = mem, .max_tokens = max_tokens};
}

void i4_lex_free(i4_lex *lex)
{
    i4_mem_free(lex->mem, lex->tape.at, lex->tape.cap * sizeof *lex->tape.at);
    lex->tape = (i4_tape){0};
}

enum { KEPT_TOKENS = 16384 };

void i4_lex_reset(i4_lex *lex)
{
    if (lex->tape.cap > KEPT_TOKENS)
        i4_lex_free(lex);
    lex->next       = 0;
    lex->tape.count = 0;
    lex->open       = 0;
    lex->depth      = 0;
    lex->is_damaged = false;
    lex->is_odd     = false;
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
    return i4_mem_grow(lex->mem, (void **)&lex->tape.at, &lex->tape.cap, lex->tape.count, 1,
                       sizeof *lex->tape.at);
}

static inline void put(i4_lex *lex, i4_token_kind kind, uint32_t at, uint32_t len)
{
    lex->tape.at[lex->tape.count++] =
        (i4_token){at, ((uint32_t)kind << I4_TOKEN_SHIFT) | len};
}

/* From behind the opening quote to the closing one; NULL if the line ends before. */
static const char *end_of_quoted(const char *p, i4_token_kind *kind, bool *is_odd)
{
    for (;;) {
        p = i4_scan_quoted(p);
        switch (*p) {
        case '"': return p;
        case '\r':
        case '\n': return NULL;
        case '\\':
            /* RFC 3501 9, QUOTED-CHAR: only '"' and '\' may be escaped; servers escape more. */
            if (p[1] == '\r' || p[1] == '\n')
                return NULL;
            if (p[1] != '"' && p[1] != '\\')
                *is_odd = true;
            *kind = I4_TOK_ESCAPED;
            p += 2;
            break;
        default: /* another control: not allowed, but it ends nothing */
            *is_odd = true;
            p++;
            break;
        }
    }
}

/* The extent of a string is certain only if what follows it can follow it: else a quote
 * was not escaped, and whoever wrote the string may have written what comes next. */
static inline bool may_follow_quote(char c)
{
    return c == ' ' || c == ')' || c == '\r';
}

static inline const char *lex_open(i4_lex *lex, const char *base, const char *p)
{
    if (lex->depth++ == 1)
        lex->list_at = (uint32_t)lex->tape.count;
    put(lex, I4_TOK_OPEN, (uint32_t)(p - base), lex->open);
    lex->open = (uint32_t)lex->tape.count;
    return p + 1;
}

static const char *lex_close(i4_lex *lex, const char *base, const char *p)
{
    if (lex->open == 0) {
        i4_lex_damage(lex, (uint32_t)(p - base));
        return NULL;
    }
    const uint32_t at   = lex->open - 1;
    i4_token      *open = &lex->tape.at[at];
    lex->open           = i4_token_len(*open);
    open->info = ((uint32_t)I4_TOK_OPEN << I4_TOKEN_SHIFT) | (uint32_t)(lex->tape.count - at);
    put(lex, I4_TOK_CLOSE, (uint32_t)(p - base), 1);
    lex->depth--;
    return p + 1;
}

static const char *lex_quoted(i4_lex *lex, const char *base, const char *p)
{
    i4_token_kind kind  = I4_TOK_QUOTED;
    const char   *start = p + 1;
    const char   *close = i4_scan_quoted(start);
    if (*close != '"')
        close = end_of_quoted(close, &kind, &lex->is_odd);
    if (close == NULL || !may_follow_quote(close[1])) {
        i4_lex_damage(lex, (uint32_t)(p - base));
        return NULL;
    }
    put(lex, kind, (uint32_t)(start - base), (uint32_t)(close - start));
    return close + 1;
}

static const char *lex_atom(i4_lex *lex, const char *base, const char *p, const char *end)
{
    const char *start = p;
    for (;;) {
        p = i4_scan_atom(p);
        /* TAB and other controls in names: known servers send them. */
        if ((unsigned char)*p >= 0x20 || *p == '\r' || *p == '\n' || *p == '\0')
            break;
        lex->is_odd = true;
        p++;
    }
    /* An atom that runs into a quote or a literal header, or over the end of the line. */
    if (p == start || p > end || *p == '"' || *p == '{') {
        i4_lex_damage(lex, (uint32_t)(start - base));
        return NULL;
    }
    put(lex, I4_TOK_ATOM, (uint32_t)(start - base), (uint32_t)(p - start));
    return p;
}

int i4_lex_line(i4_lex *lex, const char *base, const char *end)
{
    const char *p = base + lex->next;
    while (p < end && !lex->is_damaged) {
        if (lex->tape.count == lex->tape.cap) {
            lex->next = (uint32_t)(p - base);
            I4_TRY(no_room(lex, lex->next));
            continue;
        }
        switch (*p) {
        case ' ':
            p++;
            break;
        case '(':
            p = lex_open(lex, base, p);
            break;
        case ')':
            p = lex_close(lex, base, p);
            break;
        case '"':
            p = lex_quoted(lex, base, p);
            break;
        default:
            p = lex_atom(lex, base, p, end);
            break;
        }
        if (p == NULL)
            return IMAP4_OK;
    }
    return IMAP4_OK;
}

int i4_lex_literal(i4_lex *lex, uint32_t at, uint64_t len, bool is_streamed)
{
    if (lex->is_damaged)
        return IMAP4_OK;
    if (lex->tape.count == lex->tape.cap) {
        const int rc = no_room(lex, at);
        if (rc != IMAP4_OK)
            return rc < 0 ? rc : IMAP4_OK;
    }
    if (is_streamed)
        put(lex, I4_TOK_STREAMED, at, 0);
    else
        put(lex, I4_TOK_LITERAL, at, (uint32_t)len);
    return IMAP4_OK;
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
    *out = (imap4_view){text, len};
    return IMAP4_OK;
}

static int take_string(i4_cursor *c, bool is_nil_nil, imap4_view *out)
{
    if (c->t >= c->end)
        return IMAP4_E_SYNTAX;
    const i4_token t = *c->t;
    switch (i4_token_kind_of(t)) {
    case I4_TOK_QUOTED:
    case I4_TOK_LITERAL:
        *out = i4_token_view(c->base, t);
        break;
    case I4_TOK_ATOM:
        if (is_nil_nil && i4_token_is_nil(c->base, t))
            *out = IMAP4_NIL;
        else if (is_nil_nil && c->is_strict)
            return IMAP4_E_SYNTAX;
        else
            *out = i4_token_view(c->base, t);
        break;
    case I4_TOK_ESCAPED:
        I4_TRY(unescape(c, t, out));
        break;
    case I4_TOK_STREAMED:
    case I4_TOK_OPEN:
    case I4_TOK_CLOSE:
        return IMAP4_E_SYNTAX;
    }
    c->t++;
    return IMAP4_OK;
}

int i4_take_nstring(i4_cursor *c, imap4_view *out)
{
    return take_string(c, true, out);
}

int i4_take_astring(i4_cursor *c, imap4_view *out)
{
    return take_string(c, false, out);
}

int i4_take_number(i4_cursor *c, uint64_t max, uint64_t *out)
{
    if (!i4_cursor_is_at(c, I4_TOK_ATOM) ||
        !i4_num_view(i4_token_view(c->base, *c->t), max, out))
        return IMAP4_E_SYNTAX;
    c->t++;
    return IMAP4_OK;
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
    case I4_TOK_LITERAL:
        *out = i4_token_view(c->base, t);
        break;
    case I4_TOK_QUOTED:
    case I4_TOK_ESCAPED:
        *out = i4_view(at - 1, at + i4_token_len(t) + 1);
        break;
    case I4_TOK_OPEN:
        *out = i4_view(at, c->base + after[-1].at + 1);
        break;
    case I4_TOK_STREAMED:
        *out = IMAP4_NIL;
        break;
    case I4_TOK_CLOSE:
        return IMAP4_E_SYNTAX;
    }
    c->t = after;
    return IMAP4_OK;
}

int i4_take_list(i4_cursor *c, i4_cursor *in)
{
    if (!i4_cursor_is_at(c, I4_TOK_OPEN))
        return IMAP4_E_SYNTAX;
    *in     = *c;
    in->t   = c->t + 1;
    c->t    = i4_token_skip(c->t);
    in->end = c->t - 1;
    return IMAP4_OK;
}
