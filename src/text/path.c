/* SPDX-License-Identifier: MIT */
/* text/path.c - mailbox names as paths that are harmless below any root, and back.
 *
 * A path holds letters, digits and "_-%=+/" only, so it cannot say "..", "/etc", "C:" or
 * "x.lock", and none of its components is empty. */
#include "imap4/text.h"

#include "text/sink.h"

#include <stdbool.h>

enum {
    MAX_NAME = 1024, /* bytes of a name on the wire */
    MAX_TEXT = 1152, /* of what it says: at most 9 for 8 (three of 16 bits) */
    MAX_PATH = 3600, /* of its path: three bytes for one, and a "/=" for each MAX_PART */
    MAX_PART = 250   /* of a component: file systems have 255, often */
};

typedef struct rules {
    int  delimiter; /* -1: none */
    bool is_caseless;
} rules;

typedef struct writer {
    i4_sink out;
    size_t  part; /* bytes of the component so far */
    rules   how;
} writer;

static bool is_upper(unsigned char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_plain(unsigned char c)
{
    return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/* Devices of Windows in every directory.  Those with a "$" or a "." cannot come up. */
static bool is_device(imap4_view part)
{
    static const char names[][4] = { "CON", "PRN", "AUX", "NUL" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (imap4_view_equal_nocase(part, (imap4_view){ names[i], 3 }))
            return true;
    return part.len == 4 && part.ptr[3] >= '0' && part.ptr[3] <= '9' &&
           (imap4_view_equal_nocase((imap4_view){ part.ptr, 3 }, IMAP4_V("COM")) ||
            imap4_view_equal_nocase((imap4_view){ part.ptr, 3 }, IMAP4_V("LPT")));
}

/* "+con" is no device: only what begins with a letter that stays can be one. */
static bool is_reserved(imap4_view part, bool is_caseless)
{
    return is_device(part) && !(is_caseless && is_upper((unsigned char)part.ptr[0]));
}

/* ---- to a path ------------------------------------------------------------- */

static void put_token(writer *w, const char *token, size_t len)
{
    if (w->part + len > MAX_PART) {
        i4_sink_bytes(&w->out, "/=", 2);
        w->part = 1;
    }
    i4_sink_bytes(&w->out, token, len);
    w->part += len;
}

static void put_escaped(writer *w, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char        token[3] = { '%', digits[c >> 4], digits[c & 15] };
    put_token(w, token, sizeof token);
}

static void put_byte(writer *w, unsigned char c)
{
    const char plain     = (char)c;
    const char folded[2] = { '+', (char)(c | 0x20) };
    if (!is_plain(c))
        put_escaped(w, c);
    else if (w->how.is_caseless && is_upper(c))
        put_token(w, folded, sizeof folded);
    else
        put_token(w, &plain, 1);
}

static void put_part(writer *w, imap4_view part)
{
    size_t i = 0;
    if (part.len == 0) {
        put_token(w, "%", 1);
        return;
    }
    if (part.ptr[0] == '-' || is_reserved(part, w->how.is_caseless))
        put_escaped(w, (unsigned char)part.ptr[i++]);
    for (; i < part.len; i++)
        put_byte(w, (unsigned char)part.ptr[i]);
}

static size_t part_length(imap4_view rest, int delimiter)
{
    size_t n = 0;
    while (n < rest.len && (unsigned char)rest.ptr[n] != delimiter)
        n++;
    return n;
}

static void put_path(writer *w, imap4_view text, bool is_raw)
{
    if (is_raw)
        put_token(w, "=", 1);
    for (;;) {
        const size_t n = part_length(text, w->how.delimiter);
        put_part(w, (imap4_view){ text.ptr, n });
        if (n == text.len)
            return;
        text = (imap4_view){ text.ptr + n + 1, text.len - n - 1 };
        i4_sink_byte(&w->out, '/');
        w->part = 0;
    }
}

static bool are_rules(int delimiter, uint32_t flags, rules *how)
{
    /* RFC 3501 section 9, mailbox-list: a QUOTED-CHAR, so it is in ASCII. */
    if (delimiter < -1 || delimiter > 127 || (flags & ~(uint32_t)IMAP4_PATH_CASELESS) != 0)
        return false;
    *how = (rules){ delimiter == 0 ? -1 : delimiter, flags != 0 };
    return true;
}

ptrdiff_t imap4_mailbox_to_path(imap4_view name, int delimiter, uint32_t flags, char *buf,
                                size_t size)
{
    char   decoded[MAX_TEXT];
    writer w = { .out = { buf, size, 0 } };
    if (!are_rules(delimiter, flags, &w.how))
        return IMAP4_E_ARG;
    if (name.len > MAX_NAME)
        return IMAP4_E_LIMIT;
    const ptrdiff_t len = imap4_utf7_decode(name, decoded, sizeof decoded);
    if (len < 0)
        put_path(&w, name, true);
    else
        put_path(&w, (imap4_view){ decoded, (size_t)len }, false);
    return i4_sink_length(&w.out);
}

/* ---- and back --------------------------------------------------------------- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte of the token at *at, behind it; -1 for a "%" by itself: nothing.  What no path
 * has is read somehow: the caller compares. */
static int take_byte(imap4_view path, size_t *at)
{
    const char   c    = path.ptr[(*at)++];
    const size_t left = path.len - *at;
    if (c == '%') {
        const int high = left < 2 ? -1 : hex_value(path.ptr[*at]);
        const int low  = left < 2 ? -1 : hex_value(path.ptr[*at + 1]);
        if (high < 0 || low < 0)
            return -1;
        *at += 2;
        return high << 4 | low;
    }
    if (c == '+' && left != 0)
        return (unsigned char)path.ptr[(*at)++] & 0xdf;
    return (unsigned char)c;
}

/* The text that a path stands for, if it is one; at most MAX_TEXT bytes. */
static size_t read_path(imap4_view path, int delimiter, char *text)
{
    size_t at  = path.len != 0 && path.ptr[0] == '=' ? 1 : 0;
    size_t len = 0;
    while (at < path.len && len < MAX_TEXT) {
        int byte = delimiter;
        if (path.ptr[at] != '/') {
            byte = take_byte(path, &at);
        } else if (++at < path.len && path.ptr[at] == '=') {
            at++; /* only a part goes on */
            byte = -1;
        }
        if (byte >= 0)
            text[len++] = (char)(unsigned char)byte;
    }
    return len;
}

/* Is this the path that imap4_mailbox_to_path() makes of the text? */
static bool is_path_of(imap4_view path, const rules *how, imap4_view text, bool is_raw)
{
    char   again[MAX_PATH];
    writer w = { .out = { again, sizeof again, 0 }, .how = *how };
    put_path(&w, text, is_raw);
    return w.out.len <= sizeof again &&
           imap4_view_equal(path, (imap4_view){ again, w.out.len });
}

ptrdiff_t imap4_mailbox_from_path(imap4_view path, int delimiter, uint32_t flags,
                                  char *buf, size_t size)
{
    char  bytes[MAX_TEXT];
    rules how;
    if (!are_rules(delimiter, flags, &how))
        return IMAP4_E_ARG;
    if (path.len > MAX_PATH)
        return IMAP4_E_LIMIT;
    const imap4_view text   = { bytes, read_path(path, how.delimiter, bytes) };
    const bool       is_raw = path.len != 0 && path.ptr[0] == '=';
    if (!is_path_of(path, &how, text, is_raw))
        return IMAP4_E_SYNTAX;
    if (!is_raw) {
        const ptrdiff_t len = imap4_utf7_encode(text, buf, size);
        return len <= MAX_NAME ? len : IMAP4_E_LIMIT;
    }
    /* A name that can be decoded has another path. */
    if (imap4_utf7_decode(text, NULL, 0) >= 0)
        return IMAP4_E_SYNTAX;
    if (text.len > MAX_NAME)
        return IMAP4_E_LIMIT;
    i4_sink out = { buf, size, 0 };
    i4_sink_bytes(&out, text.ptr, text.len);
    return i4_sink_length(&out);
}
