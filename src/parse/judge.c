/* SPDX-License-Identifier: MIT */
/* parse/judge.c - what is odd about a response as a whole: where it cannot be trusted any more,
 * and what the tokens of its lines were marked with. */
#include "parse/judge.h"

static const struct {
    imap4_diag_kind kind;
    const char     *rule;
} odd_rows[I4_ODD_KINDS] = {
    [I4_ODD_ESCAPE]      = { IMAP4_DIAG_ESCAPE, "RFC 3501 9, QUOTED-CHAR" },
    [I4_ODD_CONTROL]     = { IMAP4_DIAG_CONTROL, "RFC 3501 9, TEXT-CHAR and ATOM-CHAR" },
    [I4_ODD_SPACES]      = { IMAP4_DIAG_SPACES, "RFC 3501 9, formal syntax (2)" },
    [I4_ODD_NO_SPACE]    = { IMAP4_DIAG_NO_SPACE, "RFC 3501 9" },
    [I4_ODD_PARENTHESES] = { IMAP4_DIAG_PARENTHESES, "RFC 3501 9, msg-att" },
};

/* A few bytes from `p` on, of this line. */
static imap4_view around(const char *p, const char *end)
{
    enum {
        ENOUGH = 16
    };
    size_t len = 0;
    while (len < ENOUGH && p + len < end && p[len] != '\r')
        len++;
    return (imap4_view){ p, len };
}

/* What follows damage is raw, and nobody takes it for data. */
static void judge_damage(imap4_reader *r, size_t end)
{
    i4_event     *ev   = &r->event;
    const i4_lex *lex  = &r->lex;
    uint32_t      from = (uint32_t)end;
    if (i4_incoming_is_fetch(r) && !lex->is_damaged && r->fetch.is_over &&
        r->fetch.next < lex->tape.count) {
        from = lex->tape.at[r->fetch.next].at; /* something stands behind the last ")" */
        ev->is_damaged = true;
    } else if (lex->is_damaged) {
        from           = lex->damage_at;
        ev->is_damaged = true;
    } else if (lex->open != 0 || (i4_incoming_is_fetch(r) && !r->fetch.is_over)) {
        ev->is_damaged = true; /* a "(" was not closed, or none was opened */
        if (i4_incoming_is_fetch(r) && r->fetch.next == 0)
            from = (uint32_t)r->head.body_at;
    }
    if (ev->is_damaged) {
        ev->pub.marks |= IMAP4_MARK_UNTRUSTED;
        ev->pub.rest = (imap4_view){ ev->base + from, from < end ? end - from : 0 };
        if (ev->pub.rest.len != 0)
            i4_diag_note(ev->log, IMAP4_DIAG_UNTRUSTED, ev->pub.rest, "RFC 3501 9");
        else if (!r->is_truncated)
            i4_diag_note(ev->log, IMAP4_DIAG_PARENTHESES, (imap4_view){ ev->base, 0 },
                         "RFC 3501 9");
    }
}

static void judge_tokens(imap4_reader *r, size_t end)
{
    i4_event     *ev  = &r->event;
    const i4_lex *lex = &r->lex;
    for (int i = 0; lex->odd != 0 && i < I4_ODD_KINDS; i++)
        if ((lex->odd & 1u << i) != 0)
            i4_event_odd(ev, odd_rows[i].kind,
                         around(ev->base + lex->odd_at[i], ev->base + end),
                         odd_rows[i].rule);
}

/* RFC 3501 7.4.2 lets no server send what no extension defines; clients need not mind. */
static void judge_names(i4_event *ev)
{
    for (size_t i = 0; i < ev->item_count; i++) {
        const i4_item *item = &ev->items[i];
        if (item->id == IMAP4_FETCH_OTHER && item->row == NULL)
            i4_diag_note(ev->log, IMAP4_DIAG_EXTRA, i4_item_raw(ev, item),
                         "RFC 3501 9, msg-att: an item that is not known");
    }
}

void i4_judge(imap4_reader *r, size_t end)
{
    if (!i4_incoming_has_tokens(r))
        return;
    judge_damage(r, end);
    judge_tokens(r, end);
    if (r->event.is_strict && i4_incoming_is_fetch(r))
        judge_names(&r->event);
}
