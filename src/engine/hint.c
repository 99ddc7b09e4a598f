/* SPDX-License-Identifier: MIT */
/* engine/hint.c - what a text for people means for a program.
 *
 * Servers that have no response code for it (RFC 5530 came late) say in words why they refuse.
 * The words are those of servers that were seen; who says anything else gets no hint. */
#include "engine/hint.h"

#include "base/view.h"

enum {
    LOOKED_AT = 512 /* the words stand at the beginning */
};

static const struct {
    imap4_view words;
    int32_t    hint;
} rows[] = {
    { { "AccessTokenExpired", 18 }, IMAP4_HINT_EXPIRED },
    { { "authenticated but not connected", 31 }, IMAP4_HINT_NOT_CONNECTED },
    { { "Command Argument Error. 11", 26 }, IMAP4_HINT_LONG_LINE },
    { { "Basic authentication is disabled", 32 }, IMAP4_HINT_MECHANISM_DISABLED },
    { { "enable IMAP access", 18 }, IMAP4_HINT_ACCESS_DISABLED },
    { { "via your web browser", 20 }, IMAP4_HINT_WEB_LOGIN },
    { { "Web login required", 18 }, IMAP4_HINT_WEB_LOGIN },
    { { "Server Unavailable", 18 }, IMAP4_HINT_UNAVAILABLE },
};

int32_t i4_hint_of(int32_t code_id, imap4_view text)
{
    /* RFC 5530 section 3: these are no guess. */
    if (code_id == IMAP4_CODE_EXPIRED)
        return IMAP4_HINT_EXPIRED;
    if (code_id == IMAP4_CODE_UNAVAILABLE)
        return IMAP4_HINT_UNAVAILABLE;
    if (text.len > LOOKED_AT)
        text.len = LOOKED_AT;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (i4_view_find(text, rows[i].words) != NULL)
            return rows[i].hint;
    return IMAP4_HINT_NONE;
}

void i4_hint_set(imap4_event *ev)
{
    if (ev->status == IMAP4_STATUS_NO || ev->status == IMAP4_STATUS_BAD ||
        ev->status == IMAP4_STATUS_BYE)
        ev->hint = i4_hint_of(ev->code_id, ev->text);
}

imap4_view i4_hint_line(const imap4_event *ev)
{
    if ((ev->type != IMAP4_EV_UNKNOWN && ev->type != IMAP4_EV_CONTINUE) ||
        ev->raw_count != 1 || ev->raw[0].kind != IMAP4_SEG_LINE || ev->raw[0].view.len < 2)
        return IMAP4_NIL;
    return (imap4_view){ ev->raw[0].view.ptr, ev->raw[0].view.len - 2 };
}

imap4_view i4_hint_show(imap4_view line, char shown[I4_HINT_SHOWN])
{
    size_t len = 0;
    while (len < line.len && len < I4_HINT_SHOWN && line.ptr[len] != '\r') {
        const char c = line.ptr[len];
        shown[len++] = c >= 0x20 && c < 0x7f ? c : '.';
    }
    return (imap4_view){ shown, len };
}
