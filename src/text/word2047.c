/* SPDX-License-Identifier: MIT */
/* text/word2047.c - encoded words in header fields (RFC 2047).
 * What mail programs send is looser than the RFC; this reads what they send. */
#include "imap4/text.h"

#include "base/view.h"
#include "text/base64.h"
#include "text/word2047.h"

/* Bytes of neighbouring words go through one state, so that a character may begin in
 * one word and end in the next. */
typedef struct decoder {
    i4_sink          out;
    i4_charset_state state;
    imap4_view       charset; /* its name, if it is foreign; else NIL */
} decoder;

static void flush(decoder *d)
{
    if (d->state.charset != I4_CHARSET_FOREIGN || d->charset.ptr != NULL)
        i4_charset_end(&d->state, &d->out);
    d->charset = IMAP4_NIL;
}

static void put_byte(decoder *d, unsigned char byte)
{
    i4_charset_put(&d->state, byte, &d->out);
}

/* What stands outside of words. */
static void put_plain(i4_sink *out, imap4_view text)
{
    if (imap4_utf8_valid(text)) {
        i4_sink_bytes(out, text.ptr, text.len);
        return;
    }
    i4_charset_state s = { .charset = I4_CHARSET_WINDOWS_1252 };
    for (size_t i = 0; i < text.len; i++)
        i4_charset_put(&s, (unsigned char)text.ptr[i], out);
}

/* ---- words ---------------------------------------------------------------- */

typedef struct word {
    i4_charset charset;
    imap4_view name; /* of the charset */
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
    out->charset   = i4_charset_find(name);
    out->name      = name;
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

/* RFC 2047 4.2.  A "=" without two digits behind it stays. */
static void put_q(decoder *d, imap4_view text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '=' && text.len - i > 2 && i4_hex_value(text.ptr[i + 1]) < 16 &&
            i4_hex_value(text.ptr[i + 2]) < 16) {
            put_byte(d, (unsigned char)(i4_hex_value(text.ptr[i + 1]) << 4 |
                                        i4_hex_value(text.ptr[i + 2])));
            i += 2;
        } else {
            put_byte(d, c == '_' ? ' ' : (unsigned char)c);
        }
    }
}

static void put_word(decoder *d, const word *w)
{
    if (w->is_base64)
        put_base64(d, w->text);
    else
        put_q(d, w->text);
}

/* Goes on with the charset of a word, or begins with it.  1; 0 if nobody can read it; a
 * negative imap4_rc. */
static int choose(decoder *d, const word *w)
{
    const bool is_foreign = w->charset == I4_CHARSET_FOREIGN;
    if (w->charset == d->state.charset &&
        (!is_foreign ||
         (d->charset.ptr != NULL && i4_view_eq_nocase(w->name, d->charset))))
        return 1;
    flush(d);
    d->state.charset = w->charset;
    if (!is_foreign)
        return 1;
    const i4_charset_more *more = d->state.more;
    const int              rc   = more == NULL ? 0 : more->choose(more->ctx, w->name);
    if (rc == 1)
        d->charset = w->name;
    return rc;
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

ptrdiff_t i4_word2047_decode(imap4_view in, const i4_charset_more *more, char *buf,
                             size_t size)
{
    if (in.len == 0)
        return 0;
    decoder d             = { .out = { buf, size, 0 }, .state = { .more = more } };
    size_t  plain         = 0; /* from here on nothing was written */
    bool    is_after_word = false;
    for (size_t at = find_start(in, 0); at < in.len; at = find_start(in, at)) {
        word w;
        if (!read_word(in, at, &w)) {
            at++;
            continue;
        }
        const imap4_view between   = { in.ptr + plain, at - plain };
        const bool       is_joined = is_after_word && is_white(between);
        if (!is_joined)
            flush(&d);
        const int known = choose(&d, &w);
        if (known < 0)
            return known;
        if (known == 1) {
            if (!is_joined)
                put_plain(&d.out, between);
            put_word(&d, &w);
            plain = w.end;
        }
        is_after_word = known == 1;
        at            = w.end;
    }
    flush(&d);
    put_plain(&d.out, (imap4_view){ in.ptr + plain, in.len - plain });
    return i4_sink_length(&d.out);
}

ptrdiff_t imap4_word2047_decode(imap4_view in, char *buf, size_t size)
{
    return i4_word2047_decode(in, NULL, buf, size);
}
