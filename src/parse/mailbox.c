/* SPDX-License-Identifier: MIT */
/* parse/mailbox.c - LIST, LSUB and STATUS (RFC 3501 7.2). */
#include "parse/mailbox.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"
#include "parse/event.h"
#include "parse/words.h"

/* There is no name for people; the bytes remain the mailbox's identity. */
static int not_decoded(const i4_event *ev, imap4_view wire, imap4_view *out)
{
    bool is_8bit = false;
    for (size_t i = 0; i < wire.len && !is_8bit; i++)
        is_8bit = (unsigned char)wire.ptr[i] >= 0x80;
    *out = IMAP4_NIL;
    i4_event_odd(i4_event_of(&ev->pub), is_8bit ? IMAP4_DIAG_CHARSET : IMAP4_DIAG_NAME,
                 wire, ev->is_utf8 ? "RFC 6855 3" : "RFC 3501 5.1.3");
    return IMAP4_OK;
}

int i4_mailbox_decode(const i4_event *ev, imap4_view wire, imap4_view *out)
{
    i4_arena *arena = ev->arena;
    *out            = wire;
    if (wire.len == 0)
        return IMAP4_OK;
    if (ev->is_utf8) { /* RFC 6855 section 3 */
        return imap4_utf8_valid(wire) ? IMAP4_OK : not_decoded(ev, wire, out);
    }
    const ptrdiff_t len = imap4_utf7_decode(wire, NULL, 0);
    if (len < 0)
        return not_decoded(ev, wire, out);
    if ((size_t)len == wire.len && memchr(wire.ptr, '&', wire.len) == NULL)
        return IMAP4_OK;
    char *text = i4_arena_alloc(arena, (size_t)len);
    if (text == NULL)
        return i4_arena_rc(arena);
    if (imap4_utf7_decode(wire, text, (size_t)len) != len)
        return IMAP4_E_SYNTAX;
    *out = (imap4_view){ text, (size_t)len };
    return IMAP4_OK;
}

int i4_take_delimiter(i4_cursor *c, int32_t *out)
{
    imap4_view text;
    I4_TRY(i4_take_nstring(c, &text));
    if (text.len > 1)
        return IMAP4_E_SYNTAX;
    /* NIL: a flat name; a known server sends "" for it. */
    if (text.len == 0 && text.ptr != NULL)
        I4_TRY(i4_odd(c, IMAP4_DIAG_DELIMITER, c->t - 1, "RFC 3501 9, mailbox-list"));
    *out = text.len == 0 ? -1 : (int32_t)(unsigned char)text.ptr[0];
    return IMAP4_OK;
}

/* ---- LIST, LSUB ------------------------------------------------------------ */

static uint32_t attribute_bit(imap4_view name)
{
    static const struct {
        imap4_view name;
        uint32_t   bit;
    } rows[] = {
        { { "\\Noinferiors", 12 }, IMAP4_LIST_NOINFERIORS | IMAP4_LIST_HASNOCHILDREN },
        { { "\\Noselect", 9 }, IMAP4_LIST_NOSELECT },
        { { "\\Marked", 7 }, IMAP4_LIST_MARKED },
        { { "\\Unmarked", 9 }, IMAP4_LIST_UNMARKED },
        { { "\\NonExistent", 12 }, IMAP4_LIST_NONEXISTENT | IMAP4_LIST_NOSELECT },
        { { "\\Subscribed", 11 }, IMAP4_LIST_SUBSCRIBED },
        { { "\\Remote", 7 }, IMAP4_LIST_REMOTE },
        { { "\\HasChildren", 12 }, IMAP4_LIST_HASCHILDREN },
        { { "\\HasNoChildren", 14 }, IMAP4_LIST_HASNOCHILDREN },
        { { "\\All", 4 }, IMAP4_LIST_ALL },
        { { "\\Archive", 8 }, IMAP4_LIST_ARCHIVE },
        { { "\\Drafts", 7 }, IMAP4_LIST_DRAFTS },
        { { "\\Flagged", 8 }, IMAP4_LIST_FLAGGED },
        { { "\\Junk", 5 }, IMAP4_LIST_JUNK },
        { { "\\Sent", 5 }, IMAP4_LIST_SENT },
        { { "\\Trash", 6 }, IMAP4_LIST_TRASH },
        { { "\\Important", 10 }, IMAP4_LIST_IMPORTANT },
        /* Of XLIST; servers that learned SPECIAL-USE later send them in LIST too. */
        { { "\\Inbox", 6 }, IMAP4_LIST_INBOX },
        { { "\\AllMail", 8 }, IMAP4_LIST_ALL },
        { { "\\Spam", 5 }, IMAP4_LIST_JUNK },
        { { "\\Starred", 8 }, IMAP4_LIST_FLAGGED },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (i4_view_eq_nocase(name, rows[i].name))
            return rows[i].bit;
    return 0;
}

/* RFC 3348 section 3: "it is an error for the server to return both". */
static bool is_contradiction(const imap4_list_data *list)
{
    const uint32_t both = IMAP4_LIST_HASCHILDREN | IMAP4_LIST_HASNOCHILDREN;
    return (list->attributes & both) == both;
}

/* The first attribute that is none: "\\" alone (a known server's). */
static int check_attributes(const i4_cursor *c, const i4_cursor *in,
                            const imap4_list_data *list)
{
    for (size_t i = 0; i < list->attribute.count; i++)
        if (i4_view_eq(list->attribute.at[i], IMAP4_V("\\")))
            return i4_odd(c, IMAP4_DIAG_ATOM, in->t + i, "RFC 3501 9, mbx-list-flags");
    return IMAP4_OK;
}

/* A known server writes names that need quotes without them: what follows the first word is
 * the rest of the name, up to the end of the line.  `at`: its first token. */
static int take_rest_as_name(const i4_event *ev, i4_cursor *c, const i4_token *at,
                             imap4_list_data *list)
{
    const imap4_segment *line = ev->pub.raw;
    if (i4_token_kind_of(*at) != I4_TOK_ATOM || !i4_cursor_is_at(c, I4_TOK_ATOM) ||
        ev->pub.raw_count != 1)
        return IMAP4_E_SYNTAX;
    I4_TRY(i4_odd(c, IMAP4_DIAG_NAME, at, "RFC 3501 9, astring"));
    const char *from = i4_token_view(c->base, *at).ptr;
    list->wire_name  = i4_view(from, line->view.ptr + line->view.len - 2);
    list->extended   = IMAP4_NIL;
    c->t             = c->end;
    return i4_mailbox_decode(ev, list->wire_name, &list->name);
}

static int parse_list(i4_event *ev, const void **value)
{
    if (ev->is_damaged)
        return IMAP4_E_SYNTAX;
    imap4_list_data *list = i4_arena_alloc(ev->arena, sizeof *list);
    if (list == NULL)
        return i4_arena_rc(ev->arena);
    memset(list, 0, sizeof *list);
    i4_cursor c = i4_event_cursor(ev), in;
    I4_TRY(i4_take_list(&c, &in));
    const i4_cursor attributes = in;
    I4_TRY(i4_take_words(&in, &list->attribute));
    I4_TRY(check_attributes(&c, &attributes, list));
    for (size_t i = 0; i < list->attribute.count; i++)
        list->attributes |= attribute_bit(list->attribute.at[i]);
    if (is_contradiction(list))
        I4_TRY(i4_odd(&c, IMAP4_DIAG_CONTRADICTION, in.t - (in.t != in.end),
                      "RFC 5258 4, RFC 3348 3"));
    I4_TRY(i4_take_delimiter(&c, &list->delimiter));
    const i4_token *const name = c.t;
    I4_TRY(i4_take_astring(&c, &list->wire_name));
    I4_TRY(i4_mailbox_decode(ev, list->wire_name, &list->name));
    if (i4_cursor_is_at(&c, I4_TOK_OPEN)) /* RFC 5258 section 6, mbox-list-extended */
        I4_TRY(i4_take_raw(&c, &list->extended));
    if (c.t != c.end)
        I4_TRY(take_rest_as_name(ev, &c, name, list));
    *value = list;
    return IMAP4_OK;
}

int imap4_list_get(const imap4_event *ev, const imap4_list_data **out)
{
    const void *value = NULL;
    const int   type  = ev->type == IMAP4_EV_LSUB ? IMAP4_EV_LSUB : IMAP4_EV_LIST;
    I4_TRY(i4_data_get(i4_event_of(ev), type, parse_list, &value));
    *out = value;
    return IMAP4_OK;
}

/* ---- STATUS ---------------------------------------------------------------- */

static int take_status_item(i4_cursor *c, imap4_status_item *out)
{
    *out = (imap4_status_item){ 0 };
    if (!i4_cursor_is_at(c, I4_TOK_ATOM))
        return IMAP4_E_SYNTAX;
    I4_TRY(i4_take_astring(c, &out->name));
    if (c->t == c->end)
        return IMAP4_E_SYNTAX;
    const bool is_atom = i4_cursor_is_at(c, I4_TOK_ATOM);
    I4_TRY(i4_take_raw(c, &out->value));
    out->has_number = is_atom && i4_num_view(out->value, UINT64_MAX, &out->number);
    return IMAP4_OK;
}

static int parse_status(i4_event *ev, const void **value)
{
    if (ev->is_damaged)
        return IMAP4_E_SYNTAX;
    i4_cursor          c    = i4_event_cursor(ev), in;
    imap4_status_data *data = i4_arena_alloc(ev->arena, sizeof *data);
    if (data == NULL)
        return i4_arena_rc(ev->arena);
    memset(data, 0, sizeof *data);
    I4_TRY(i4_take_astring(&c, &data->wire_name));
    I4_TRY(i4_mailbox_decode(ev, data->wire_name, &data->name));
    I4_TRY(i4_take_list(&c, &in));
    const size_t       most = (size_t)(in.end - in.t) / 2;
    imap4_status_item *at   = i4_arena_array(ev->arena, most, sizeof *at);
    if (at == NULL)
        return i4_arena_rc(ev->arena);
    while (in.t < in.end) {
        if (data->count == most)
            return IMAP4_E_SYNTAX;
        I4_TRY(take_status_item(&in, &at[data->count]));
        data->count++;
    }
    data->at = at;
    *value   = data;
    return c.t == c.end ? IMAP4_OK : IMAP4_E_SYNTAX;
}

int imap4_status_get(const imap4_event *ev, const imap4_status_data **out)
{
    const void *value = NULL;
    I4_TRY(i4_data_get(i4_event_of(ev), IMAP4_EV_STATUS, parse_status, &value));
    *out = value;
    return IMAP4_OK;
}

int imap4_status_number(const imap4_event *ev, imap4_view item, uint64_t *out)
{
    const imap4_status_data *data = NULL;
    I4_TRY(imap4_status_get(ev, &data));
    for (size_t i = 0; i < data->count; i++) {
        if (!i4_view_eq_nocase(data->at[i].name, item))
            continue;
        if (!data->at[i].has_number)
            return IMAP4_E_ABSENT;
        *out = data->at[i].number;
        return IMAP4_OK;
    }
    return IMAP4_E_ABSENT;
}
