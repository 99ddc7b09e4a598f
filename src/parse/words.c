/* SPDX-License-Identifier: MIT */
/* parse/words.c - CAPABILITY and FLAGS, as responses, in codes and in FETCH. */
#include "parse/words.h"

#include "base/try.h"
#include "base/view.h"
#include "parse/fetch.h"
#include "text/flags.h"

int i4_take_words(i4_cursor *c, imap4_strings *out)
{
    const size_t most = (size_t)(c->end - c->t);
    imap4_view  *at   = i4_arena_array(c->arena, most, sizeof *at);
    size_t       n    = 0;
    if (at == NULL)
        return i4_arena_rc(c->arena);
    while (c->t < c->end)
        I4_TRY(i4_take_astring(c, &at[n++]));
    *out = (imap4_strings){ at, n };
    return IMAP4_OK;
}

/* ---- CAPABILITY, [CAPABILITY ...], [BADCHARSET (...)] ------------------------ */

static int parse_strings(i4_event *ev, const void **value)
{
    i4_cursor c = i4_event_cursor(ev);
    if (i4_event_has_code(ev, I4_ARG_WORDS)) {
        if (ev->pub.code_args.ptr == NULL)
            return IMAP4_E_ABSENT;
        I4_TRY(i4_event_lex(ev, ev->pub.code_args, &c));
        if (i4_cursor_is_at(&c, I4_TOK_OPEN)) {
            i4_cursor in;
            I4_TRY(i4_take_list(&c, &in));
            c = in;
        }
    } else if (ev->row == NULL || (ev->row->marks & I4_RESP_WORDS) == 0) {
        return IMAP4_E_ABSENT;
    } else if (ev->is_damaged) {
        return IMAP4_E_SYNTAX;
    }
    imap4_strings *words = i4_arena_alloc(ev->arena, sizeof *words);
    if (words == NULL)
        return i4_arena_rc(ev->arena);
    *value = words;
    return i4_take_words(&c, words);
}

int imap4_event_strings(const imap4_event *ev, const imap4_strings **out)
{
    const void *value = NULL;
    I4_TRY(i4_lazy_get(i4_event_of(ev), I4_LAZY_STRINGS, parse_strings, &value));
    *out = value;
    return IMAP4_OK;
}

/* ---- flags ----------------------------------------------------------------- */

/* Where the flag list of this event stands. */
static int flag_list(i4_event *ev, i4_cursor *out)
{
    if (ev->pub.type == IMAP4_EV_FETCH) {
        const i4_item *item = i4_fetch_item_of(ev, IMAP4_FETCH_FLAGS);
        if (item == NULL)
            return IMAP4_E_ABSENT;
        if (item->token == I4_NO_TOKEN || item->is_damaged)
            return IMAP4_E_SYNTAX;
        i4_cursor c = i4_item_cursor(ev, item);
        return i4_take_list(&c, out);
    }
    i4_cursor c = i4_event_cursor(ev);
    if (i4_event_has_code(ev, I4_ARG_FLAGS)) {
        if (ev->pub.code_args.ptr == NULL)
            return IMAP4_E_SYNTAX;
        I4_TRY(i4_event_lex(ev, ev->pub.code_args, &c));
    } else if (ev->pub.type != IMAP4_EV_FLAGS) {
        return IMAP4_E_ABSENT;
    } else if (ev->is_damaged) {
        return IMAP4_E_SYNTAX;
    }
    I4_TRY(i4_take_list(&c, out));
    return c.t == c.end ? IMAP4_OK
                        : i4_odd(&c, IMAP4_DIAG_EXTRA, c.t, "RFC 3501 9, flag-list");
}

/* "\\*" stands in PERMANENTFLAGS only; "]" is no part of an atom (RFC 3501 section 9), though
 * known servers have both. */
static int check_flag(const i4_event *ev, const i4_cursor *c, const i4_token *t,
                      imap4_view flag, uint32_t bit)
{
    /* Not in a FETCH: the quick way reads millions of those, and both must tell the same. */
    if (ev->pub.type == IMAP4_EV_FETCH)
        return IMAP4_OK;
    if (bit == IMAP4_FLAG_ANY && !i4_event_has_code(ev, I4_ARG_FLAGS))
        I4_TRY(i4_odd(c, IMAP4_DIAG_EXTRA, t, "RFC 3501 9, flag"));
    if (bit == 0 && flag.len != 0 && memchr(flag.ptr, ']', flag.len) != NULL)
        I4_TRY(i4_odd(c, IMAP4_DIAG_ATOM, t, "RFC 3501 9, ATOM-CHAR"));
    return IMAP4_OK;
}

/* S10: a flag is two bytes of the wire and four words here. */
enum {
    FLAGS_MAX = 65536
};

/* The `count` keywords among all flags.  Mostly they stand together, and need no array of their
 * own: a flag of one byte shall not cost two views. */
static int find_keywords(i4_arena *arena, imap4_strings all, size_t count,
                         imap4_strings *out)
{
    size_t first = 0;
    *out         = (imap4_strings){ all.at, count };
    if (count == 0)
        return IMAP4_OK;
    while (i4_flag_bit(all.at[first].ptr, all.at[first].len) != 0)
        first++;
    size_t n = 1;
    while (n < count && i4_flag_bit(all.at[first + n].ptr, all.at[first + n].len) == 0)
        n++;
    out->at += first;
    if (n == count)
        return IMAP4_OK;
    imap4_view *at = i4_arena_array(arena, count, sizeof *at);
    if (at == NULL)
        return i4_arena_rc(arena);
    n = 0;
    for (size_t i = first; n < count; i++)
        if (i4_flag_bit(all.at[i].ptr, all.at[i].len) == 0)
            at[n++] = all.at[i];
    *out = (imap4_strings){ at, n };
    return IMAP4_OK;
}

static int parse_flags(i4_event *ev, const void **value)
{
    i4_cursor c;
    I4_TRY(flag_list(ev, &c));
    const size_t most = (size_t)(c.end - c.t);
    if (most > FLAGS_MAX)
        return IMAP4_E_LIMIT;
    imap4_flags *flags = i4_arena_alloc(ev->arena,
                                        sizeof *flags + most * sizeof(imap4_view));
    if (flags == NULL)
        return i4_arena_rc(ev->arena);
    imap4_view *all = (imap4_view *)(void *)(flags + 1);
    size_t      n = 0, words = 0;
    uint32_t    bits = 0;
    for (const i4_token *t = c.t; t < c.end; t++) {
        if (i4_token_kind_of(*t) != I4_TOK_ATOM) {
            /* A known server puts a list in the list; it means nothing. */
            I4_TRY(i4_odd(&c,
                          i4_token_kind_of(*t) == I4_TOK_OPEN ? IMAP4_DIAG_LIST
                                                              : IMAP4_DIAG_STRING,
                          t, "RFC 3501 9, flag-list"));
            t = i4_token_skip(t) - 1;
            continue;
        }
        const imap4_view flag = i4_token_view(c.base, *t);
        const uint32_t   bit  = i4_flag_bit(flag.ptr, flag.len);
        I4_TRY(check_flag(ev, &c, t, flag, bit));
        all[n++] = flag;
        bits |= bit;
        words += bit == 0;
    }
    *flags = (imap4_flags){ .system = bits, .all = { all, n } };
    I4_TRY(find_keywords(ev->arena, flags->all, words, &flags->keywords));
    *value = flags;
    return IMAP4_OK;
}

int imap4_event_flags(const imap4_event *ev, const imap4_flags **out)
{
    const void *value = NULL;
    I4_TRY(i4_lazy_get(i4_event_of(ev), I4_LAZY_FLAGS, parse_flags, &value));
    *out = value;
    return IMAP4_OK;
}
