/* SPDX-License-Identifier: MIT */
/* ext/binary.c - RFC 3516, BINARY: parts that the server decodes. */
#include "imap4/ext/binary.h"

#include "base/try.h"
#include "base/view.h"
#include "parse/fetch.h"

/* ---- the rows ------------------------------------------------------------------------ */

enum {
    CONTENT,
    SIZE
};

static const i4_item_row items[] = {
    [CONTENT] = { "BINARY", I4_ITEM_SECTION | I4_ITEM_STREAMS },
    [SIZE]    = { "BINARY.SIZE", I4_ITEM_SECTION },
    { 0 },
};

static const i4_code_row codes[] = {
    { "UNKNOWN-CTE", IMAP4_CODE_UNKNOWN_CTE, I4_ARG_NONE },
    { 0 },
};

extern const i4_ext i4_ext_binary;
const i4_ext        i4_ext_binary = {
           .name       = "binary",
           .capability = "BINARY",
           .rfc        = 3516,
           .codes      = codes,
           .items      = items,
};

/* ---- the items ----------------------------------------------------------------------- */

/* "BINARY[1.2]<0>": what stands in the brackets. */
static imap4_view section_of(const i4_event *ev, const i4_item *item)
{
    const char *name = ev->base + item->name_at;
    const char *from = name + imap4_view_of(item->row->name).len + 1;
    const char *to   = name + item->name_len - item->origin_len - 1;
    return to < from || *to != ']' ? IMAP4_NIL : i4_view(from, to);
}

/* The value of the item with that section. */
static int find(const imap4_event *pub, const i4_item_row *row, imap4_view section,
                i4_cursor *out)
{
    i4_event *ev = i4_event_of(pub);
    for (size_t i = 0; i < ev->item_count; i++) {
        const i4_item *item = &ev->items[i];
        if (item->row != row)
            continue;
        const imap4_view own = section_of(ev, item);
        if (own.ptr == NULL || !i4_view_eq_nocase(own, section))
            continue;
        if (item->token == I4_NO_TOKEN || item->is_damaged)
            return i4_fetch_judge(ev, IMAP4_E_SYNTAX);
        *out = i4_item_cursor(ev, item);
        return IMAP4_OK;
    }
    return IMAP4_E_ABSENT;
}

/* RFC 3516 section 7: "BINARY" section-binary SP (nstring / literal8) */
int imap4_fetch_binary(const imap4_event *ev, imap4_view section, imap4_view *out)
{
    i4_cursor c;
    I4_TRY(find(ev, &items[CONTENT], section, &c));
    if (i4_cursor_is_at(&c, I4_TOK_STREAMED))
        return IMAP4_E_ABSENT;
    return i4_fetch_judge(i4_event_of(ev), i4_take_nstring(&c, out));
}

/* "BINARY.SIZE" section-binary SP number */
int imap4_fetch_binary_size(const imap4_event *ev, imap4_view section, uint64_t *out)
{
    i4_cursor c;
    I4_TRY(find(ev, &items[SIZE], section, &c));
    return i4_fetch_judge(i4_event_of(ev), i4_take_number(&c, UINT64_MAX, out));
}
