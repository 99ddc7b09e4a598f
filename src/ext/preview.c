/* SPDX-License-Identifier: MIT */
/* ext/preview.c - RFC 8970, PREVIEW: the beginning of a message as plain text. */
#include "imap4/ext/preview.h"

#include "base/try.h"
#include "parse/fetch.h"

static const i4_item_row items[] = {
    { "PREVIEW", 0 },
    { 0 },
};

extern const i4_ext i4_ext_preview;
const i4_ext        i4_ext_preview = {
           .name       = "preview",
           .capability = "PREVIEW",
           .rfc        = 8970,
           .items      = items,
};

/* RFC 8970 section 6: "PREVIEW" SP nstring.  NIL is an answer, unlike no item (3.2).
 *
 * An atom is no text here, though i4_take_nstring() would take one: in "(PREVIEW FLAGS ())" it
 * is the next item's name, in "(PREVIEW two words)" the first word.
 *
 * Text that is not UTF-8 breaks 3.3, not the grammar: a server that cuts by bytes leaves half a
 * character at the end, and all before it can still be shown. */
int imap4_fetch_preview(const imap4_event *ev, imap4_view *out)
{
    i4_cursor  c;
    imap4_view text = IMAP4_NIL;
    I4_TRY(i4_fetch_value(ev, &items[0], &c));
    if (i4_cursor_is_at(&c, I4_TOK_ATOM) && !i4_cursor_is_nil(&c))
        return i4_fetch_judge(i4_event_of(ev), IMAP4_E_SYNTAX);
    I4_TRY(i4_fetch_judge(i4_event_of(ev), i4_take_nstring(&c, &text)));
    if (text.len != 0 && !imap4_utf8_valid(text))
        I4_TRY(i4_fetch_judge(i4_event_of(ev), i4_odd(&c, IMAP4_DIAG_CHARSET, c.t - 1,
                                                      "RFC 8970 5, preview")));
    *out = text;
    return IMAP4_OK;
}
