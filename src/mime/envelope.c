/* SPDX-License-Identifier: MIT */
/* mime/envelope.c - addresses and dates of an ENVELOPE, for people. */
#include "imap4/mime.h"

#include "base/try.h"
#include "base/view.h"
#include "mime/scratch.h"
#include "text/sink.h"

#include <stdbool.h>

/* RFC 5322 3.2.3, specials: a phrase, or a local part, that holds one is quoted.  A dot
 * may stand in a local part, between atoms; in a phrase only old mail has it. */
static bool needs_quotes(imap4_view text, bool is_local)
{
    static const char specials[]   = "()<>[]:;@\\,\"";
    bool              is_after_dot = true;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '\0' || memchr(specials, c, sizeof specials - 1) != NULL)
            return true;
        if (c == '.' && (!is_local || is_after_dot))
            return true;
        if (is_local && (unsigned char)c <= ' ')
            return true;
        is_after_dot = c == '.';
    }
    return is_local && is_after_dot;
}

/* One line, whatever was encoded in it: a CR LF here would begin another header field. */
static void put_line(i4_sink *out, char c)
{
    const unsigned char byte = (unsigned char)c;
    i4_sink_byte(out, byte < ' ' || byte == 0x7f ? ' ' : byte);
}

static void put(i4_sink *out, imap4_view text, bool is_local)
{
    const bool quoted = needs_quotes(text, is_local);
    if (quoted)
        i4_sink_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (quoted && (text.ptr[i] == '"' || text.ptr[i] == '\\'))
            i4_sink_byte(out, '\\');
        put_line(out, text.ptr[i]);
    }
    if (quoted)
        i4_sink_byte(out, '"');
}

/* Decoded; a domain as it is. */
typedef enum how {
    NAME,
    LOCAL,
    DOMAIN_NAME
} how;

static int put_text(i4_sink *out, imap4_view text, how kind)
{
    i4_scratch s;
    i4_scratch_init(&s);
    const int rc = i4_scratch_text(&s, text);
    if (rc == IMAP4_OK && kind == DOMAIN_NAME)
        for (size_t i = 0; i < s.len; i++)
            put_line(out, s.ptr[i]);
    else if (rc == IMAP4_OK)
        put(out, i4_scratch_view(&s), kind == LOCAL);
    i4_scratch_free(&s);
    return rc;
}

/* RFC 3501 7.4.2: a group begins with an address without host, and ends with one that has
 * no mailbox either. */
static bool is_group_start(const imap4_address *a)
{
    return a->host.ptr == NULL && a->mailbox.ptr != NULL;
}

static bool is_group_end(const imap4_address *a)
{
    return a->host.ptr == NULL && a->mailbox.ptr == NULL;
}

static int put_address(i4_sink *out, const imap4_address *a)
{
    if (is_group_end(a)) {
        i4_sink_byte(out, ';');
        return IMAP4_OK;
    }
    if (is_group_start(a)) {
        I4_TRY(put_text(out, a->mailbox, NAME));
        i4_sink_byte(out, ':');
        return IMAP4_OK;
    }
    if (a->name.len != 0) {
        I4_TRY(put_text(out, a->name, NAME));
        i4_sink_bytes(out, " <", 2);
    }
    I4_TRY(put_text(out, a->mailbox, LOCAL));
    i4_sink_byte(out, '@');
    I4_TRY(put_text(out, a->host, DOMAIN_NAME));
    if (a->name.len != 0)
        i4_sink_byte(out, '>');
    return IMAP4_OK;
}

ptrdiff_t imap4_address_text(const imap4_address *address, char *buf, size_t size)
{
    i4_sink out = { buf, size, 0 };
    if (address == NULL)
        return IMAP4_E_ARG;
    I4_TRY(put_address(&out, address));
    return i4_sink_length(&out);
}

ptrdiff_t imap4_addresses_text(const imap4_addresses *addresses, char *buf, size_t size)
{
    i4_sink out = { buf, size, 0 };
    if (addresses == NULL)
        return IMAP4_E_ARG;
    for (size_t i = 0; i < addresses->count; i++) {
        const imap4_address *a = &addresses->at[i];
        if (i != 0 && !is_group_end(a)) {
            if (!is_group_start(a - 1))
                i4_sink_byte(&out, ',');
            i4_sink_byte(&out, ' ');
        }
        I4_TRY(put_address(&out, a));
    }
    return i4_sink_length(&out);
}

int imap4_envelope_time(const imap4_envelope *envelope, int64_t *unix_seconds)
{
    imap4_date date;
    if (envelope == NULL || unix_seconds == NULL)
        return IMAP4_E_ARG;
    if (envelope->date.ptr == NULL)
        return IMAP4_E_ABSENT;
    I4_TRY(imap4_date_parse_message(envelope->date, &date));
    *unix_seconds = date.unix_seconds;
    return IMAP4_OK;
}
