/* SPDX-License-Identifier: MIT */
/* mime/param.c - parameters of body parts: charsets, languages and pieces (RFC 2231). */
#include "imap4/mime.h"

#include "base/num.h"
#include "base/view.h"
#include "mime/convert.h"
#include "mime/scratch.h"
#include "text/word2047.h"

enum {
    MAX_PIECES = 256
};

typedef struct piece {
    imap4_view value;
    bool       is_here;
    bool       is_encoded; /* its name ends with "*" */
} piece;

typedef struct found {
    piece whole;              /* name* */
    piece plain;              /* name */
    piece pieces[MAX_PIECES]; /* name*0, name*1* */
} found;

static void keep_first(piece *p, imap4_view value, bool is_encoded)
{
    if (!p->is_here)
        *p = (piece){ value, true, is_encoded };
}

/* What `suffix` behind the parameter's name makes of it: "", "*", "*1", "*1*".  RFC 2231
 * section 3: no leading zeros, but some senders write them. */
static void sort_in(found *f, imap4_view suffix, imap4_view value)
{
    if (suffix.len == 0) {
        keep_first(&f->plain, value, false);
        return;
    }
    const char *p      = suffix.ptr + 1;
    const char *end    = suffix.ptr + suffix.len;
    uint64_t    number = 0;
    if (*suffix.ptr != '*')
        return;
    if (p == end) {
        keep_first(&f->whole, value, true);
        return;
    }
    if (!i4_num_read(&p, end, MAX_PIECES - 1, &number))
        return;
    if (p == end || (end - p == 1 && *p == '*'))
        keep_first(&f->pieces[number], value, p != end);
}

static void find(const imap4_params *params, imap4_view name, found *f)
{
    for (size_t i = 0; i < params->count; i++) {
        const imap4_param *p = &params->at[i];
        if (p->name.len < name.len || !i4_equal_nocase(p->name.ptr, name.ptr, name.len))
            continue;
        sort_in(f, i4_view(p->name.ptr + name.len, p->name.ptr + p->name.len), p->value);
    }
}

/* ---- percent-encoding ------------------------------------------------------- */

typedef struct extended {
    i4_converter     converter;
    i4_charset_state state;
    i4_sink          out;
} extended;

/* "charset'language'text" (RFC 2231 section 4).  Without two quotes all is text. */
static imap4_view cut_charset(imap4_view value, imap4_view *charset)
{
    *charset            = IMAP4_NIL;
    const char *end     = value.ptr + value.len;
    const char *quote   = value.len == 0 ? NULL : memchr(value.ptr, '\'', value.len);
    const char *another = quote == NULL
                              ? NULL
                              : memchr(quote + 1, '\'', (size_t)(end - quote - 1));
    if (another == NULL)
        return value;
    *charset = i4_view(value.ptr, quote);
    return i4_view(another + 1, end);
}

static int choose_charset(extended *x, imap4_view name)
{
    x->state = (i4_charset_state){ .charset = I4_CHARSET_GUESS };
    if (name.len == 0)
        return IMAP4_OK;
    const i4_charset known = i4_charset_find(name);
    if (known != I4_CHARSET_FOREIGN) {
        x->state.charset = known;
        return IMAP4_OK;
    }
    const int rc = x->converter.more.choose(&x->converter, name);
    if (rc == 1)
        x->state = (i4_charset_state){ .charset = known, .more = &x->converter.more };
    return rc < 0 ? rc : IMAP4_OK;
}

/* A "%" with no two digits behind it stays. */
static void put_piece(extended *x, imap4_view text, bool is_encoded)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned byte = (unsigned char)text.ptr[i];
        if (is_encoded && byte == '%' && text.len - i > 2) {
            const unsigned high = i4_hex_value(text.ptr[i + 1]);
            const unsigned low  = i4_hex_value(text.ptr[i + 2]);
            if (high < 16 && low < 16) {
                byte = high << 4 | low;
                i += 2;
            }
        }
        i4_charset_put(&x->state, (unsigned char)byte, &x->out);
    }
}

/* A character may be split over pieces, so all go through one conversion. */
static ptrdiff_t decode_extended(const piece *pieces, size_t count, char *buf, size_t size)
{
    extended   x       = { .out = { buf, size, 0 } };
    imap4_view charset = IMAP4_NIL, first = pieces[0].value;
    if (pieces[0].is_encoded)
        first = cut_charset(first, &charset);
    i4_converter_init(&x.converter);
    ptrdiff_t rc = choose_charset(&x, charset);
    for (size_t i = 0; rc >= 0 && i < count; i++)
        put_piece(&x, i == 0 ? first : pieces[i].value, pieces[i].is_encoded);
    if (rc >= 0) {
        i4_charset_end(&x.state, &x.out);
        rc = i4_sink_length(&x.out);
    }
    i4_converter_close(&x.converter);
    return rc;
}

/* Pieces of a value that nobody encoded are one string, and may hold words. */
static ptrdiff_t decode_joined(const piece *pieces, size_t count, char *buf, size_t size)
{
    i4_scratch joined;
    size_t     len = 0;
    i4_scratch_init(&joined);
    for (size_t i = 0; i < count; i++)
        if (!i4_add_size(len, pieces[i].value.len, &len))
            return IMAP4_E_LIMIT;
    ptrdiff_t rc = i4_scratch_reserve(&joined, len);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < count; i++) {
        const imap4_view value = pieces[i].value;
        if (value.len != 0)
            memcpy(joined.ptr + joined.len, value.ptr, value.len);
        joined.len += value.len;
    }
    rc = imap4_mime_text(i4_scratch_view(&joined), buf, size);
    i4_scratch_free(&joined);
    return rc;
}

ptrdiff_t imap4_mime_param(const imap4_params *params, imap4_view name, char *buf,
                           size_t size)
{
    found f = { 0 };
    if (params == NULL || name.len == 0)
        return IMAP4_E_ARG;
    find(params, name, &f);
    if (f.whole.is_here)
        return decode_extended(&f.whole, 1, buf, size);

    const piece *first      = f.pieces[0].is_here ? f.pieces : f.pieces + 1;
    const piece *last       = first;
    bool         is_encoded = false;
    for (; last < f.pieces + MAX_PIECES && last->is_here; last++)
        is_encoded |= last->is_encoded;
    const size_t count = (size_t)(last - first);
    if (count != 0)
        return is_encoded ? decode_extended(first, count, buf, size)
                          : decode_joined(first, count, buf, size);
    return f.plain.is_here ? imap4_mime_text(f.plain.value, buf, size) : IMAP4_E_ABSENT;
}
