/* SPDX-License-Identifier: MIT */
/* text/word2047.c - encoded words in header fields (RFC 2047).
 * What mail programs send is looser than the RFC; this reads what they send. */
#include "imap4/text.h"

#include "base/ascii.h"
#include "text/base64.h"
#include "text/sink.h"
#include "text/utf8.h"

/* ---- charsets ------------------------------------------------------------- */

typedef enum charset {
    FOREIGN, /* not known here */
    UTF8,
    WINDOWS_1252,
    ISO_8859_15
} charset;

/* As browsers and mail programs do, ISO-8859-1 and US-ASCII are read as windows-1252:
 * they differ only in control characters that no text holds. */
static const struct {
    char    name[15];
    uint8_t charset;
} names[] = {
    { "utf-8", UTF8 },
    { "utf8", UTF8 },
    { "us-ascii", WINDOWS_1252 },
    { "ascii", WINDOWS_1252 },
    { "ansi_x3.4-1968", WINDOWS_1252 },
    { "iso-8859-1", WINDOWS_1252 },
    { "iso8859-1", WINDOWS_1252 },
    { "iso_8859-1", WINDOWS_1252 },
    { "latin1", WINDOWS_1252 },
    { "latin-1", WINDOWS_1252 },
    { "l1", WINDOWS_1252 },
    { "windows-1252", WINDOWS_1252 },
    { "cp1252", WINDOWS_1252 },
    { "cp-1252", WINDOWS_1252 },
    { "x-cp1252", WINDOWS_1252 },
    { "iso-8859-15", ISO_8859_15 },
    { "iso8859-15", ISO_8859_15 },
    { "iso_8859-15", ISO_8859_15 },
    { "latin9", ISO_8859_15 },
    { "latin-9", ISO_8859_15 },
    { "l9", ISO_8859_15 },
};

static charset find_charset(imap4_view name)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (name.len < sizeof names[i].name && names[i].name[name.len] == '\0' &&
            i4_equal_nocase(name.ptr, names[i].name, name.len))
            return (charset)names[i].charset;
    return FOREIGN;
}

static uint32_t from_windows_1252(unsigned char byte)
{
    /* 0: not in use. */
    static const uint16_t upper[32] = {
        0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
        0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
        0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
        0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
    };
    if (byte < 0x80 || byte >= 0xa0)
        return byte;
    return upper[byte - 0x80] != 0 ? upper[byte - 0x80] : I4_UTF8_BAD;
}

static uint32_t from_iso_8859_15(unsigned char byte)
{
    switch (byte) {
    case 0xa4: return 0x20ac;
    case 0xa6: return 0x0160;
    case 0xa8: return 0x0161;
    case 0xb4: return 0x017d;
    case 0xb8: return 0x017e;
    case 0xbc: return 0x0152;
    case 0xbd: return 0x0153;
    case 0xbe: return 0x0178;
    default: return byte < 0x80 || byte >= 0xa0 ? byte : I4_UTF8_BAD;
    }
}

/* Bytes of neighbouring words go through one decoder, so that a character may begin in
 * one word and end in the next. */
typedef struct decoder {
    i4_sink       out;
    charset       charset;
    i4_utf8_state utf8;
} decoder;

static void flush(decoder *d)
{
    if (d->utf8.need != 0)
        i4_utf8_put(&d->out, I4_UTF8_BAD);
    d->utf8.need = 0;
}

static void put_utf8(decoder *d, unsigned char byte)
{
    if (d->utf8.need != 0) {
        if (i4_utf8_continue(&d->utf8, byte)) {
            if (d->utf8.need == 0)
                i4_utf8_put(&d->out, d->utf8.cp);
            return;
        }
        flush(d);
    }
    if (!i4_utf8_begin(&d->utf8, byte))
        i4_utf8_put(&d->out, I4_UTF8_BAD);
    else if (d->utf8.need == 0)
        i4_sink_byte(&d->out, byte);
}

static void put_byte(decoder *d, unsigned char byte)
{
    switch (d->charset) {
    case UTF8: put_utf8(d, byte); break;
    case WINDOWS_1252: i4_utf8_put(&d->out, from_windows_1252(byte)); break;
    case ISO_8859_15: i4_utf8_put(&d->out, from_iso_8859_15(byte)); break;
    case FOREIGN: break;
    }
}

/* What stands outside of words. */
static void put_plain(i4_sink *out, imap4_view text)
{
    if (imap4_utf8_valid(text)) {
        i4_sink_bytes(out, text.ptr, text.len);
        return;
    }
    for (size_t i = 0; i < text.len; i++)
        i4_utf8_put(out, from_windows_1252((unsigned char)text.ptr[i]));
}

/* ---- words ---------------------------------------------------------------- */

typedef struct word {
    charset    charset;
    bool       is_base64;
    imap4_view text;
    size_t     end; /* where it ends in the field */
} word;

/* Digits, then at most two "=".  Padding may be missing, as it often is. */
static bool is_base64(imap4_view text)
{
    size_t pad = 0;
    while (pad < 2 && pad < text.len && text.ptr[text.len - 1 - pad] == '=')
        pad++;
    for (size_t i = 0; i < text.len - pad; i++)
        if (i4_base64_values[(unsigned char)text.ptr[i]] > 63)
            return false;
    return (text.len - pad) % 4 != 1 && (pad == 0 || text.len != pad);
}

/* The charset's name from *at on, which moves behind the "?" (RFC 2047 section 2). */
static bool read_charset(imap4_view in, size_t *at, imap4_view *name)
{
    const size_t start = *at;
    size_t       i = start, len = 0;
    while (i < in.len && in.ptr[i] > ' ' && in.ptr[i] < 0x7f && in.ptr[i] != '?' &&
           in.ptr[i] != '=')
        i++;
    if (i == start || i == in.len || in.ptr[i] != '?')
        return false;
    /* RFC 2231 section 5: "charset*language". */
    while (start + len < i && in.ptr[start + len] != '*')
        len++;
    *name = (imap4_view){ in.ptr + start, len };
    *at   = i + 1;
    return true;
}

/* The encoded text from *at on, which moves behind the "?=".  Spaces and question marks
 * inside are against the RFC, but sent; "=?" begins another word, so this one has no
 * end.  No byte before that is looked at for two words, so time stays linear. */
static bool read_text(imap4_view in, size_t *at, imap4_view *text)
{
    const size_t start = *at;
    for (size_t i = start; i + 1 < in.len; i++) {
        const unsigned char c = (unsigned char)in.ptr[i];
        if (c < ' ' || c == 0x7f)
            return false;
        if (c != '?')
            continue;
        if (in.ptr[i + 1] == '=') {
            *text = (imap4_view){ in.ptr + start, i - start };
            *at   = i + 2;
            return true;
        }
        if (i > start && in.ptr[i - 1] == '=')
            return false;
    }
    return false;
}

/* Reads the encoded word at "=?".  False if there is none. */
static bool read_word(imap4_view in, size_t at, word *out)
{
    imap4_view name;
    at += 2;
    if (!read_charset(in, &at, &name) || in.len - at < 2 || in.ptr[at + 1] != '?')
        return false;
    const char encoding = in.ptr[at];
    at += 2;
    if (!read_text(in, &at, &out->text))
        return false;
    out->charset   = find_charset(name);
    out->is_base64 = encoding == 'B' || encoding == 'b';
    out->end       = at;
    return out->is_base64 ? is_base64(out->text) : encoding == 'Q' || encoding == 'q';
}

static void put_base64(decoder *d, imap4_view text)
{
    uint32_t bits  = 0;
    unsigned count = 0;
    for (size_t i = 0; i < text.len && text.ptr[i] != '='; i++) {
        bits = (bits << 6 | i4_base64_values[(unsigned char)text.ptr[i]]) & 0xffff;
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        put_byte(d, (unsigned char)(bits >> count));
    }
}

/* The value of a hexadecimal digit, 16 if it is none. */
static unsigned hex(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    const unsigned char low = i4_lower(c);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10u : 16;
}

/* RFC 2047 4.2.  A "=" without two digits behind it stays. */
static void put_q(decoder *d, imap4_view text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '=' && text.len - i > 2 && hex(text.ptr[i + 1]) < 16 &&
            hex(text.ptr[i + 2]) < 16) {
            put_byte(d, (unsigned char)(hex(text.ptr[i + 1]) << 4 | hex(text.ptr[i + 2])));
            i += 2;
        } else {
            put_byte(d, c == '_' ? ' ' : (unsigned char)c);
        }
    }
}

static void put_word(decoder *d, const word *w)
{
    if (w->charset != d->charset)
        flush(d);
    d->charset = w->charset;
    if (w->is_base64)
        put_base64(d, w->text);
    else
        put_q(d, w->text);
}

/* ---- the field ------------------------------------------------------------ */

static bool is_white(imap4_view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != ' ' && text.ptr[i] != '\t' && text.ptr[i] != '\r' &&
            text.ptr[i] != '\n')
            return false;
    return true;
}

/* The next "=?" at or behind `at`; in.len if there is none. */
static size_t find_start(imap4_view in, size_t at)
{
    while (in.len - at >= 2) {
        const char *equals = memchr(in.ptr + at, '=', in.len - at - 1);
        if (equals == NULL)
            break;
        if (equals[1] == '?')
            return (size_t)(equals - in.ptr);
        at = (size_t)(equals - in.ptr) + 1;
    }
    return in.len;
}

ptrdiff_t imap4_word2047_decode(imap4_view in, char *buf, size_t size)
{
    if (in.len == 0)
        return 0;
    decoder d             = { .out = { buf, size, 0 } };
    size_t  plain         = 0; /* from here on nothing was written */
    bool    is_after_word = false;
    for (size_t at = find_start(in, 0); at < in.len; at = find_start(in, at)) {
        word w;
        if (!read_word(in, at, &w)) {
            at++;
            continue;
        }
        if (w.charset != FOREIGN) {
            const imap4_view between = { in.ptr + plain, at - plain };
            if (!is_after_word || !is_white(between)) {
                flush(&d);
                put_plain(&d.out, between);
            }
            put_word(&d, &w);
            plain         = w.end;
            is_after_word = true;
        }
        at = w.end;
    }
    flush(&d);
    put_plain(&d.out, (imap4_view){ in.ptr + plain, in.len - plain });
    return i4_sink_length(&d.out);
}
