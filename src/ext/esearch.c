/* SPDX-License-Identifier: MIT */
/* ext/esearch.c - RFC 4731, the ESEARCH response, with MODSEQ of RFC 7162.
 *
 * "* ESEARCH (TAG "A1") UID MIN 1 COUNT 3 ALL 1:5,7".  The set may be longer than any
 * buffer, so the response is not tokenized: each piece is read from its bytes.  What
 * stands before the set comes with the first piece, what stands behind with the last. */
#include "base/num.h"
#include "base/try.h"
#include "base/view.h"
#include "parse/event.h"
#include "parse/registry.h"
#include "wire/frame.h"

/* What a piece ended in. */
enum {
    AT_ITEMS,
    IN_SET,
    LOST
};

static bool is_set_byte(char c)
{
    return i4_is_digit(c) || c == ',' || c == ':' || c == '*';
}

static const char *skip_spaces(const char *p, const char *end)
{
    while (p < end && *p == ' ')
        p++;
    return p;
}

/* Behind an atom or a literal at p; NULL if it goes on behind `end`. */
static const char *skip_word(const char *p, const char *end)
{
    uint64_t    n     = 0;
    const char *bytes = i4_frame_header(p, end, &n);
    if (bytes != NULL)
        return n <= (uint64_t)(end - bytes) ? bytes + n : NULL;
    while (p < end && *p != ' ' && *p != '(' && *p != ')' && *p != '"')
        p++;
    return p;
}

/* Behind one value: a number, an atom, a string, a list (RFC 4466 tagged-ext-val). */
static const char *skip_value(const char *p, const char *end)
{
    int depth = 0;
    do {
        p = skip_spaces(p, end);
        if (p == end)
            return depth == 0 ? p : NULL;
        if (*p == '(') {
            depth++;
            p++;
        } else if (*p == ')') {
            if (--depth < 0)
                return NULL;
            p++;
        } else if (*p == '"') {
            for (p++; p < end && *p != '"'; p++)
                if (*p == '\\')
                    p++;
            if (p >= end)
                return NULL;
            p++;
        } else {
            p = skip_word(p, end);
            if (p == NULL)
                return NULL;
        }
    } while (depth != 0);
    return p;
}

/* "(" "TAG" SP string ... ")": only the tag is kept. */
static int read_correlator(i4_event *ev, imap4_view list, imap4_esearch *out)
{
    i4_cursor c, in;
    I4_TRY(i4_event_lex(ev, list, &c));
    I4_TRY(i4_take_list(&c, &in));
    while (in.t < in.end) {
        imap4_view name, value;
        I4_TRY(i4_take_astring(&in, &name));
        if (!i4_view_eq_nocase(name, IMAP4_V("TAG"))) {
            I4_TRY(i4_take_raw(&in, &value));
            continue;
        }
        I4_TRY(i4_take_astring(&in, &out->tag));
    }
    return IMAP4_OK;
}

static int read_u64(imap4_view value, uint64_t max, uint64_t *out, int32_t *has)
{
    *has = i4_num_view(value, max, out);
    return *has ? IMAP4_OK : IMAP4_E_SYNTAX;
}

static int read_item(imap4_esearch *out, imap4_view name, imap4_view value)
{
    uint64_t n  = 0;
    int      rc = IMAP4_OK;
    if (i4_view_eq_nocase(name, IMAP4_V("MIN"))) {
        rc       = read_u64(value, UINT32_MAX, &n, &out->has_min);
        out->min = (uint32_t)n;
    } else if (i4_view_eq_nocase(name, IMAP4_V("MAX"))) {
        rc       = read_u64(value, UINT32_MAX, &n, &out->has_max);
        out->max = (uint32_t)n;
    } else if (i4_view_eq_nocase(name, IMAP4_V("COUNT"))) {
        rc = read_u64(value, UINT32_MAX, &out->count, &out->has_count);
    } else if (i4_view_eq_nocase(name, IMAP4_V("MODSEQ"))) {
        rc = read_u64(value, INT64_MAX, &out->modseq, &out->has_modseq);
    } else if (i4_view_eq_nocase(name, IMAP4_V("ALL"))) {
        out->all = value;
        for (size_t i = 0; i < value.len; i++)
            if (!is_set_byte(value.ptr[i]))
                rc = IMAP4_E_SYNTAX;
    } else { /* of an extension that has no file yet */
        out->other = out->other.ptr == NULL
                         ? i4_view(name.ptr, value.ptr + value.len)
                         : i4_view(out->other.ptr, value.ptr + value.len);
    }
    return rc;
}

/* Items up to the end of the piece.  A set that reaches the end goes on in the next one. */
static int read_items(i4_event *ev, const char *p, const char *end, imap4_esearch *out)
{
    const bool more = (ev->pub.marks & IMAP4_MARK_MORE) != 0;
    for (;;) {
        p = skip_spaces(p, end);
        if (p == end)
            return IMAP4_OK;
        const char *name_end = p;
        while (name_end < end && *name_end != ' ' && *name_end != '(')
            name_end++;
        const imap4_view name  = i4_view(p, name_end);
        const char      *value = skip_spaces(name_end, end);
        if (out->is_uid == 0 && i4_view_eq_nocase(name, IMAP4_V("UID"))) {
            out->is_uid = 1;
            p           = value;
            continue;
        }
        const char *after = skip_value(value, end);
        if (name.len == 0 || after == NULL || after == value)
            return IMAP4_E_SYNTAX;
        I4_TRY(read_item(out, name, i4_view(value, after)));
        if (after == end && more) {
            const bool in_set = out->all.ptr == value;
            ev->piece_state = in_set ? IN_SET : LOST; /* cut in something that is no set */
            return in_set ? IMAP4_OK : IMAP4_E_SYNTAX;
        }
        p = after;
    }
}

static int read_piece(i4_event *ev, imap4_esearch *out)
{
    const char *p   = ev->pub.data.ptr;
    const char *end = ev->pub.data.ptr + ev->pub.data.len;
    p               = skip_spaces(p, end);
    if (ev->pub.part == 0) {
        ev->piece_state = AT_ITEMS;
        if (p < end && *p == '(') {
            const char *after = skip_value(p, end);
            if (after == NULL)
                return IMAP4_E_SYNTAX;
            I4_TRY(read_correlator(ev, i4_view(p, after), out));
            p = after;
        }
    } else if (ev->piece_state == IN_SET) {
        const char *from = p;
        while (p < end && is_set_byte(*p))
            p++;
        out->all = i4_view(from, p);
        if (p == end)
            return IMAP4_OK;
        if (*p != ' ')
            return IMAP4_E_SYNTAX;
        ev->piece_state = AT_ITEMS;
    } else if (ev->piece_state == LOST) {
        return IMAP4_E_SYNTAX;
    }
    return read_items(ev, p, end, out);
}

/* Read at once, because the next piece must know where this one ended. */
static int esearch_piece(i4_event *ev)
{
    imap4_esearch *out = i4_arena_alloc(ev->arena, sizeof *out);
    if (out == NULL)
        return i4_arena_rc(ev->arena);
    memset(out, 0, sizeof *out);
    const int rc = read_piece(ev, out);
    ev->pub.data = rc == IMAP4_OK ? out->all : IMAP4_NIL;
    return i4_lazy_keep(ev, I4_LAZY_DATA, rc, out);
}

int imap4_esearch_get(const imap4_event *pub, const imap4_esearch **out)
{
    i4_event *ev = i4_event_of(pub);
    if (pub->type != IMAP4_EV_ESEARCH || !ev->lazy[I4_LAZY_DATA].is_known)
        return IMAP4_E_ABSENT;
    I4_TRY(ev->lazy[I4_LAZY_DATA].rc);
    *out = ev->lazy[I4_LAZY_DATA].value;
    return IMAP4_OK;
}

extern const i4_ext i4_ext_esearch;

const i4_ext i4_ext_esearch = {
    .name       = "esearch",
    .capability = "ESEARCH",
    .rfc        = 4731,
    .responses =
        (const i4_resp_row[]){
            { "ESEARCH", IMAP4_EV_ESEARCH, I4_RESP_NUMBERS, esearch_piece },
            { 0 },
        },
};
