/* SPDX-License-Identifier: MIT */
/* parse/event.c - what all typed data share: cursors, and parse-once. */
#include "parse/event.h"

#include "base/try.h"
#include "base/view.h"
#include "wire/frame.h"
#include "wire/scan.h"

int i4_event_lex(i4_event *ev, imap4_view text, i4_cursor *out)
{
    /* The lexer stops at a CR and looks beyond it: give it a copy with both. */
    char *copy = i4_arena_alloc(ev->arena, text.len + 1 + I4_SCAN_SLACK);
    if (copy == NULL)
        return i4_arena_rc(ev->arena);
    memcpy(copy, text.ptr, text.len);
    memset(copy + text.len, '\r', 1 + I4_SCAN_SLACK);
    if (ev->log != NULL) {
        ev->log->copy     = copy;
        ev->log->copy_len = text.len;
        ev->log->copy_of  = text.ptr;
    }
    i4_lex lex;
    i4_lex_init(&lex, ev->arena->mem, text.len + 1);
    int rc = IMAP4_OK;
    /* Literals inside: "{n}" CRLF and n bytes (RFC 3501 7.1, BADCHARSET). */
    for (size_t at = 0; rc == IMAP4_OK && !lex.is_damaged;) {
        const char *lf = memchr(copy + at, '\n', text.len - at);
        if (lf == NULL) {
            rc = i4_lex_line(&lex, copy, copy + text.len);
            break;
        }
        uint64_t n = 0;
        if (lf == copy + at || lf[-1] != '\r' ||
            i4_frame_literal(copy + at, lf - 1, &n) != 1 ||
            n > text.len - (size_t)(lf + 1 - copy)) {
            i4_lex_damage(&lex, (uint32_t)at);
            break;
        }
        const char *brace = lf;
        while (*brace != '{')
            brace--;
        rc = i4_lex_line(&lex, copy, brace > copy && brace[-1] == '~' ? brace - 1 : brace);
        if (rc == IMAP4_OK)
            rc = i4_lex_literal(&lex, (uint32_t)(lf + 1 - copy), n, false);
        at       = (size_t)(lf + 1 - copy) + (size_t)n;
        lex.next = (uint32_t)at;
    }
    if (rc == IMAP4_OK && (lex.is_damaged || lex.open != 0))
        rc = IMAP4_E_SYNTAX;
    i4_token *tokens = NULL;
    if (rc == IMAP4_OK) {
        tokens = i4_arena_array(ev->arena, lex.tape.count, sizeof *tokens);
        if (tokens == NULL)
            rc = i4_arena_rc(ev->arena);
        else if (lex.tape.count != 0)
            memcpy(tokens, lex.tape.at, lex.tape.count * sizeof *tokens);
    }
    *out      = i4_event_cursor(ev);
    out->base = copy;
    out->t    = tokens;
    out->end  = tokens == NULL ? NULL : tokens + lex.tape.count;
    i4_lex_free(&lex);
    return rc;
}

static const char *const slot_rules[I4_LAZY_SLOTS] = {
    [I4_LAZY_FLAGS]         = "RFC 3501 9, flag-list",
    [I4_LAZY_STRINGS]       = "RFC 3501 9",
    [I4_LAZY_DATA]          = "RFC 3501 9, response-data",
    [I4_LAZY_EXTENDED]      = "RFC 4466 2.6.1, tagged-ext",
    [I4_LAZY_ENVELOPE]      = "RFC 3501 9, envelope",
    [I4_LAZY_BODYSTRUCTURE] = "RFC 3501 9, body",
};

imap4_view i4_item_raw(const i4_event *ev, const i4_item *item)
{
    const char *from  = ev->base + item->name_at;
    imap4_view  value = { from, item->name_len };
    if (item->token != I4_NO_TOKEN) {
        i4_cursor c = i4_event_cursor(ev);
        c.t += item->token;
        if (i4_take_raw(&c, &value) < 0 || value.ptr == NULL)
            value = (imap4_view){ from, item->name_len };
    }
    return (imap4_view){ from, (size_t)(value.ptr + value.len - from) };
}

/* What cannot be read: the item's value, or all that the response says. */
static imap4_view value_of(const i4_event *ev, i4_lazy_slot slot)
{
    static const imap4_fetch_id ids[I4_LAZY_SLOTS] = {
        [I4_LAZY_FLAGS]         = IMAP4_FETCH_FLAGS,
        [I4_LAZY_ENVELOPE]      = IMAP4_FETCH_ENVELOPE,
        [I4_LAZY_BODYSTRUCTURE] = IMAP4_FETCH_BODYSTRUCTURE,
    };
    for (size_t i = 0; i < ev->item_count; i++) {
        const int32_t id = ev->items[i].id;
        if (ids[slot] != 0 && (id == (int32_t)ids[slot] ||
                               (id == IMAP4_FETCH_BODY && slot == I4_LAZY_BODYSTRUCTURE)))
            return i4_item_raw(ev, &ev->items[i]);
    }
    if (ev->pub.raw_count == 0)
        return (imap4_view){ ev->base, 0 };
    const imap4_view line = ev->pub.raw[0].view;
    const char      *from = ev->pub.name.ptr == NULL ? line.ptr : ev->pub.name.ptr;
    return (imap4_view){ from, (size_t)(line.ptr + line.len - from) };
}

int i4_event_odd(i4_event *ev, imap4_diag_kind kind, imap4_view bytes, const char *rule)
{
    i4_diag_note(ev->log, kind, bytes, rule);
    if (!ev->is_strict)
        return IMAP4_OK;
    ev->pub.marks |= IMAP4_MARK_INVALID;
    return IMAP4_E_SYNTAX;
}

void i4_event_invalid(i4_event *ev, imap4_view bytes, const char *rule)
{
    ev->pub.marks |= IMAP4_MARK_INVALID;
    i4_diag_note(ev->log, IMAP4_DIAG_INVALID, bytes, rule);
}

int i4_lazy_keep(i4_event *ev, i4_lazy_slot slot, int rc, const void *value)
{
    if (rc == IMAP4_E_NOMEM)
        return rc; /* may be had the next time */
    ev->lazy[slot] = (i4_lazy){ .value = value, .rc = rc, .is_known = true };
    if (rc == IMAP4_E_SYNTAX)
        i4_event_invalid(ev, value_of(ev, slot), slot_rules[slot]);
    return rc;
}

int i4_lazy_make(i4_event *ev, i4_lazy_slot slot, i4_parse_fn parse, const void **value)
{
    if (!ev->lazy[slot].is_known) {
        const void *made = NULL;
        const int   rc   = parse(ev, &made);
        I4_TRY(i4_lazy_keep(ev, slot, rc, made));
    }
    I4_TRY(ev->lazy[slot].rc);
    *value = ev->lazy[slot].value;
    return IMAP4_OK;
}
