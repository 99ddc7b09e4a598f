/* SPDX-License-Identifier: MIT */
/* text/charset.c - bytes of a charset to UTF-8, one at a time. */
#include "text/charset.h"

#include "base/ascii.h"

/* As browsers and mail programs do, ISO-8859-1 and US-ASCII are read as windows-1252:
 * they differ only in control characters that no text holds. */
static const struct {
    char    name[15];
    uint8_t charset;
} names[] = {
    { "utf-8", I4_CHARSET_UTF8 },
    { "utf8", I4_CHARSET_UTF8 },
    { "us-ascii", I4_CHARSET_WINDOWS_1252 },
    { "ascii", I4_CHARSET_WINDOWS_1252 },
    { "ansi_x3.4-1968", I4_CHARSET_WINDOWS_1252 },
    { "iso-8859-1", I4_CHARSET_WINDOWS_1252 },
    { "iso8859-1", I4_CHARSET_WINDOWS_1252 },
    { "iso_8859-1", I4_CHARSET_WINDOWS_1252 },
    { "latin1", I4_CHARSET_WINDOWS_1252 },
    { "latin-1", I4_CHARSET_WINDOWS_1252 },
    { "l1", I4_CHARSET_WINDOWS_1252 },
    { "windows-1252", I4_CHARSET_WINDOWS_1252 },
    { "cp1252", I4_CHARSET_WINDOWS_1252 },
    { "cp-1252", I4_CHARSET_WINDOWS_1252 },
    { "x-cp1252", I4_CHARSET_WINDOWS_1252 },
    { "iso-8859-15", I4_CHARSET_ISO_8859_15 },
    { "iso8859-15", I4_CHARSET_ISO_8859_15 },
    { "iso_8859-15", I4_CHARSET_ISO_8859_15 },
    { "latin9", I4_CHARSET_ISO_8859_15 },
    { "latin-9", I4_CHARSET_ISO_8859_15 },
    { "l9", I4_CHARSET_ISO_8859_15 },
};

i4_charset i4_charset_find(imap4_view name)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (name.len < sizeof names[i].name && names[i].name[name.len] == '\0' &&
            i4_equal_nocase(name.ptr, names[i].name, name.len))
            return (i4_charset)names[i].charset;
    return I4_CHARSET_FOREIGN;
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

static void put_code(i4_charset_state *s, uint32_t cp, i4_sink *out)
{
    s->bad += cp == I4_UTF8_BAD;
    i4_utf8_put(out, cp);
}

/* A character of UTF-8 that is not complete and will not be. */
static void give_up(i4_charset_state *s, i4_sink *out)
{
    if (s->utf8.need != 0 && s->charset == I4_CHARSET_UTF8)
        put_code(s, I4_UTF8_BAD, out);
    for (unsigned i = 0; i < s->held_len; i++)
        put_code(s, from_windows_1252(s->held[i]), out);
    s->held_len  = 0;
    s->utf8.need = 0;
}

static void put_utf8(i4_charset_state *s, unsigned char byte, i4_sink *out)
{
    if (s->utf8.need != 0) {
        if (i4_utf8_continue(&s->utf8, byte)) {
            if (s->utf8.need == 0)
                i4_utf8_put(out, s->utf8.cp);
            return;
        }
        give_up(s, out);
    }
    if (!i4_utf8_begin(&s->utf8, byte))
        put_code(s, I4_UTF8_BAD, out);
    else if (s->utf8.need == 0)
        i4_sink_byte(out, byte);
}

static void put_guess(i4_charset_state *s, unsigned char byte, i4_sink *out)
{
    if (s->utf8.need != 0) {
        if (i4_utf8_continue(&s->utf8, byte)) {
            s->held[s->held_len++] = byte;
            if (s->utf8.need == 0) {
                i4_utf8_put(out, s->utf8.cp);
                s->held_len = 0;
            }
            return;
        }
        give_up(s, out);
    }
    if (!i4_utf8_begin(&s->utf8, byte)) {
        s->utf8.need = 0;
        put_code(s, from_windows_1252(byte), out);
    } else if (s->utf8.need == 0) {
        i4_sink_byte(out, byte);
    } else {
        s->held[0]  = byte;
        s->held_len = 1;
    }
}

void i4_charset_put(i4_charset_state *s, unsigned char byte, i4_sink *out)
{
    switch (s->charset) {
    case I4_CHARSET_UTF8: put_utf8(s, byte, out); break;
    case I4_CHARSET_WINDOWS_1252: put_code(s, from_windows_1252(byte), out); break;
    case I4_CHARSET_ISO_8859_15: put_code(s, from_iso_8859_15(byte), out); break;
    case I4_CHARSET_GUESS: put_guess(s, byte, out); break;
    case I4_CHARSET_FOREIGN: s->more->put(s->more->ctx, byte, out); break;
    }
}

void i4_charset_end(i4_charset_state *s, i4_sink *out)
{
    give_up(s, out);
    if (s->charset == I4_CHARSET_FOREIGN && s->more != NULL)
        s->more->end(s->more->ctx, out);
}
