/* SPDX-License-Identifier: MIT */
/* mime/text.c - header text in any charset (RFC 2047), both ways. */
#include "imap4/mime.h"
#include "imap4/text.h"

#include "base/mem.h"
#include "mime/convert.h"
#include "mime/scratch.h"
#include "text/word2047.h"

#include <string.h>

ptrdiff_t imap4_mime_text(imap4_view in, char *buf, size_t size)
{
    i4_converter c;
    i4_converter_init(&c);
    const ptrdiff_t len = i4_word2047_decode(in, &c.more, buf, size);
    i4_converter_close(&c);
    return len;
}

int imap4_mime_charset(imap4_view name)
{
    if (name.len != 0 && i4_charset_find(name) != I4_CHARSET_FOREIGN)
        return 1;
    i4_converter c;
    i4_converter_init(&c);
    const int rc = c.more.choose(&c, name);
    i4_converter_close(&c);
    return rc == 1;
}

/* ---- text that is looked at ------------------------------------------------ */

int i4_scratch_reserve(i4_scratch *s, size_t size)
{
    if (size <= s->size)
        return IMAP4_OK;
    char *block = i4_mem_alloc(&i4_mem_default, size);
    if (block == NULL)
        return IMAP4_E_NOMEM;
    i4_scratch_free(s);
    s->ptr  = block;
    s->size = size;
    return IMAP4_OK;
}

int i4_scratch_text(i4_scratch *s, imap4_view in)
{
    ptrdiff_t len = imap4_mime_text(in, s->ptr, s->size);
    if (len > 0 && (size_t)len > s->size) {
        const int rc = i4_scratch_reserve(s, (size_t)len);
        if (rc < 0)
            return rc;
        len = imap4_mime_text(in, s->ptr, s->size);
    }
    if (len < 0)
        return (int)len;
    s->len = (size_t)len;
    return IMAP4_OK;
}

void i4_scratch_free(i4_scratch *s)
{
    if (s->ptr != s->small)
        i4_mem_free(&i4_mem_default, s->ptr, s->size);
    i4_scratch_init(s);
}

/* ---- the way back ---------------------------------------------------------- */

enum {
    TEXT_MAX = 75 -
               12, /* RFC 2047 section 2: a word has 75 characters, 12 round its text */
    B_BYTES = TEXT_MAX / 4 * 3
};

/* Can it stand in a header as it is?  A "=?" would be read as a word, and blanks at the
 * ends would be lost. */
static bool is_plain(imap4_view text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c < ' ' || c > '~' || (c == '=' && i + 1 < text.len && text.ptr[i + 1] == '?'))
            return false;
    }
    return text.len == 0 || (text.ptr[0] != ' ' && text.ptr[text.len - 1] != ' ');
}

/* RFC 2047 section 5 (3): what may stand in a word wherever the word does. */
static bool is_q_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && memchr("!*+-/", c, 5) != NULL);
}

static size_t q_length(const char *ptr, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += is_q_plain(ptr[i]) || ptr[i] == ' ' ? 1 : 3;
    return n;
}

static void put_q(i4_sink *out, imap4_view text)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char byte = (unsigned char)text.ptr[i];
        if (is_q_plain(text.ptr[i])) {
            i4_sink_byte(out, byte);
        } else if (byte == ' ') {
            i4_sink_byte(out, '_');
        } else {
            i4_sink_byte(out, '=');
            i4_sink_byte(out, (unsigned char)digits[byte >> 4]);
            i4_sink_byte(out, (unsigned char)digits[byte & 15]);
        }
    }
}

static void put_b(i4_sink *out, imap4_view text)
{
    char            coded[TEXT_MAX + 4];
    const ptrdiff_t len = imap4_base64_encode(text, coded, sizeof coded);
    i4_sink_bytes(out, coded, (size_t)len);
}

/* How much of `text` goes into one word: whole characters (RFC 2047 section 5). */
static size_t fit_word(imap4_view text, bool is_q)
{
    size_t taken = 0, coded = 0;
    while (taken < text.len) {
        uint32_t     cp;
        const size_t n = i4_utf8_take(text.ptr + taken, text.len - taken, &cp);
        coded += is_q ? q_length(text.ptr + taken, n) : n;
        if (coded > (size_t)(is_q ? TEXT_MAX : B_BYTES))
            break;
        taken += n;
    }
    return taken;
}

ptrdiff_t imap4_mime_word_encode(imap4_view text, char *buf, size_t size)
{
    i4_sink out = { buf, size, 0 };
    if (!imap4_utf8_valid(text))
        return IMAP4_E_SYNTAX;
    if (is_plain(text)) {
        i4_sink_bytes(&out, text.ptr, text.len);
        return i4_sink_length(&out);
    }
    const bool is_q = q_length(text.ptr, text.len) <= text.len / 3 * 4 + 4;
    while (text.len != 0) {
        const imap4_view word = { text.ptr, fit_word(text, is_q) };
        if (out.len != 0)
            i4_sink_bytes(&out, "\r\n ", 3);
        i4_sink_bytes(&out, is_q ? "=?utf-8?Q?" : "=?utf-8?B?", 10);
        if (is_q)
            put_q(&out, word);
        else
            put_b(&out, word);
        i4_sink_bytes(&out, "?=", 2);
        text.ptr += word.len;
        text.len -= word.len;
    }
    return i4_sink_length(&out);
}

/* ---- for a screen --------------------------------------------------------------------- */

/* As much of it as fits into `size` - 1 bytes, no character broken. */
static size_t cut(imap4_view text, size_t size)
{
    size_t len = text.len < size ? text.len : size - 1;
    while (len != 0 && len < text.len && ((unsigned char)text.ptr[len] & 0xc0) == 0x80)
        len--;
    return len;
}

const char *imap4_mime_show(imap4_view in, char *buf, size_t size)
{
    i4_scratch text, shown;
    i4_scratch_init(&text);
    i4_scratch_init(&shown);
    buf[0] = '\0';
    if (i4_scratch_text(&text, in) == IMAP4_OK) {
        const ptrdiff_t need = imap4_text_display(i4_scratch_view(&text), NULL, 0);
        if (need > 0 && i4_scratch_reserve(&shown, (size_t)need) == IMAP4_OK) {
            (void)!imap4_text_display(i4_scratch_view(&text), shown.ptr, shown.size);
            shown.len = cut((imap4_view){ shown.ptr, (size_t)need }, size);
            memcpy(buf, shown.ptr, shown.len);
            buf[shown.len] = '\0';
        }
    }
    i4_scratch_free(&text);
    i4_scratch_free(&shown);
    return buf;
}
