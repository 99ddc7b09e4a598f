/* SPDX-License-Identifier: MIT */
/* parse/envelope.c - ENVELOPE (RFC 3501 7.4.2), read from tokens when asked for. */
#include "parse/envelope.h"

#include "base/try.h"
#include "parse/fetch.h"

#include <string.h>

/* "(" name SP adl SP mailbox SP host ")" */
static int take_address(i4_cursor *c, imap4_address *out)
{
    i4_cursor in;
    I4_TRY(i4_take_list(c, &in));
    I4_TRY(i4_take_nstring(&in, &out->name));
    I4_TRY(i4_take_nstring(&in, &out->route));
    I4_TRY(i4_take_nstring(&in, &out->mailbox));
    I4_TRY(i4_take_nstring(&in, &out->host));
    return in.t == in.end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

/* "(" 1*address ")" / NIL.  Known servers send "()" and NIL within the list. */
static int take_addresses(i4_cursor *c, imap4_addresses *out)
{
    *out = (imap4_addresses){ 0 };
    i4_cursor in;
    const int has = i4_take_list_or_nil(c, &in);
    if (has != 1)
        return has;
    /* Each address is six tokens, so this is enough. */
    const size_t   most = (size_t)(in.end - in.t) / 6;
    imap4_address *at   = i4_arena_array(c->arena, most, sizeof *at);
    size_t         n    = 0;
    if (at == NULL)
        return i4_arena_rc(c->arena);
    while (in.t < in.end) {
        if (i4_cursor_is_nil(&in)) {
            I4_TRY(i4_odd(&in, IMAP4_DIAG_NIL, in.t, "RFC 3501 9, env-from"));
            in.t++;
            continue;
        }
        if (n == most)
            return IMAP4_E_SYNTAX;
        I4_TRY(take_address(&in, &at[n]));
        n++;
    }
    *out = (imap4_addresses){ at, n };
    return IMAP4_OK;
}

int i4_take_envelope(i4_cursor *c, imap4_envelope *out)
{
    i4_cursor in;
    memset(out, 0, sizeof *out);
    I4_TRY(i4_take_list(c, &in));
    I4_TRY(i4_take_nstring(&in, &out->date));
    I4_TRY(i4_take_nstring(&in, &out->subject));
    I4_TRY(take_addresses(&in, &out->from));
    I4_TRY(take_addresses(&in, &out->sender));
    I4_TRY(take_addresses(&in, &out->reply_to));
    I4_TRY(take_addresses(&in, &out->to));
    I4_TRY(take_addresses(&in, &out->cc));
    I4_TRY(take_addresses(&in, &out->bcc));
    /* Known servers leave out the last one or two fields. */
    if (in.t == in.end)
        return i4_odd(&in, IMAP4_DIAG_MISSING, in.t, "RFC 3501 9, env-in-reply-to");
    I4_TRY(i4_take_nstring(&in, &out->in_reply_to));
    if (in.t == in.end)
        return i4_odd(&in, IMAP4_DIAG_MISSING, in.t, "RFC 3501 9, env-message-id");
    I4_TRY(i4_take_nstring(&in, &out->message_id));
    return in.t == in.end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

static int parse_item(i4_event *ev, const void **value)
{
    const i4_item *item = i4_fetch_item_of(ev, IMAP4_FETCH_ENVELOPE);
    if (item == NULL)
        return IMAP4_E_ABSENT;
    if (item->token == I4_NO_TOKEN)
        return IMAP4_E_SYNTAX;
    imap4_envelope *envelope = i4_arena_alloc(ev->arena, sizeof *envelope);
    if (envelope == NULL)
        return i4_arena_rc(ev->arena);
    i4_cursor c = i4_item_cursor(ev, item);
    *value      = envelope;
    return i4_take_envelope(&c, envelope);
}

int imap4_fetch_envelope(const imap4_event *ev, const imap4_envelope **out)
{
    const void *value = NULL;
    I4_TRY(i4_lazy_get(i4_event_of(ev), I4_LAZY_ENVELOPE, parse_item, &value));
    *out = value;
    return IMAP4_OK;
}
