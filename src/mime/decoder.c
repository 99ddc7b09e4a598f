/* SPDX-License-Identifier: MIT */
/* mime/decoder.c - the bytes of a part, decoded piece by piece.
 * Each encoding is a machine that takes one byte at a time, so it cannot matter how the
 * bytes come.  What they make waits in `out` for the caller's buffer. */
#include "mime/decoder.h"

#include "imap4/mime.h"

#include "base/mem.h"
#include "base/view.h"
#include "mime/convert.h"

enum {
    /* What a machine makes at once, and what the charset held: of no byte more than 16 of
     * UTF-8 are made. */
    OUT = 16 * (I4_UNPACKED + I4_CONVERT_AT_ONCE)
};

typedef enum stage {
    RUNNING,
    ENDING, /* imap4_decoder_finish() was called */
} stage;

struct imap4_decoder {
    i4_mem           mem;
    const i4_unpack *unpack;
    i4_unpack_state  state;
    stage            stage;
    bool             has_charset;
    i4_charset_state charset;
    i4_converter     converter;
    size_t           out_at;
    size_t           out_len;
    char             out[OUT];
};

static const struct {
    const char      *name;
    const i4_unpack *unpack;
} encodings[] = {
    { "base64", &i4_unpack_base64 }, { "quoted-printable", &i4_unpack_qp },
    { "x-uuencode", &i4_unpack_uu }, { "uuencode", &i4_unpack_uu },
    { "x-uue", &i4_unpack_uu },      { "uue", &i4_unpack_uu },
};

/* RFC 2045 6.1; some senders put blanks around it. */
static const i4_unpack *find_encoding(imap4_view name)
{
    while (name.len != 0 && (unsigned char)name.ptr[0] <= ' ') {
        name.ptr++;
        name.len--;
    }
    while (name.len != 0 && (unsigned char)name.ptr[name.len - 1] <= ' ')
        name.len--;
    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++)
        if (i4_view_eq_nocase(name, imap4_view_of(encodings[i].name)))
            return encodings[i].unpack;
    return &i4_unpack_nothing;
}

static int choose_charset(imap4_decoder *d, imap4_view name)
{
    d->has_charset = name.ptr != NULL;
    if (name.len == 0) {
        d->charset.charset = I4_CHARSET_GUESS;
        return IMAP4_OK;
    }
    d->charset.charset = i4_charset_find(name);
    if (d->charset.charset != I4_CHARSET_FOREIGN)
        return IMAP4_OK;
    d->charset.more = &d->converter.more;
    const int rc    = d->charset.more->choose(d->charset.more->ctx, name);
    return rc == 0 ? IMAP4_E_NOTIMPL : rc < 0 ? rc : IMAP4_OK;
}

int imap4_decoder_new(imap4_view encoding, imap4_view charset,
                      const imap4_allocator *alloc, imap4_decoder **out)
{
    i4_mem mem;
    if (out == NULL || !i4_mem_choose(alloc, &mem))
        return IMAP4_E_ARG;
    imap4_decoder *d = i4_mem_zalloc(&mem, sizeof *d);
    if (d == NULL)
        return IMAP4_E_NOMEM;
    d->mem    = mem;
    d->unpack = find_encoding(encoding);
    i4_converter_init(&d->converter);
    const int rc = choose_charset(d, charset);
    if (rc < 0) {
        imap4_decoder_free(&d);
        return rc;
    }
    *out = d;
    return IMAP4_OK;
}

void imap4_decoder_free(imap4_decoder **d)
{
    if (d == NULL || *d == NULL)
        return;
    const i4_mem mem = (*d)->mem;
    i4_converter_close(&(*d)->converter);
    i4_mem_free(&mem, *d, sizeof **d);
    *d = NULL;
}

uint64_t imap4_decoder_damage(const imap4_decoder *d)
{
    return d->state.damage + d->charset.bad + d->converter.bad;
}

/* ---- output ---------------------------------------------------------------- */

/* Moves what waits to the caller's buffer. */
static size_t drain(imap4_decoder *d, char *buf, size_t size)
{
    size_t n = d->out_len - d->out_at;
    if (n > size)
        n = size;
    if (n != 0)
        memcpy(buf, d->out + d->out_at, n);
    d->out_at += n;
    if (d->out_at == d->out_len)
        d->out_at = d->out_len = 0;
    return n;
}

/* `raw` is what the encoding made; a part of it may be held back by the charset. */
static void convert(imap4_decoder *d, imap4_view raw, i4_sink *out)
{
    if (!d->has_charset) {
        i4_sink_bytes(out, raw.ptr, raw.len);
        return;
    }
    for (size_t i = 0; i < raw.len; i++)
        i4_charset_put(&d->charset, (unsigned char)raw.ptr[i], out);
}

/* The machine's result through the charset, to where it waits. */
static int step(imap4_decoder *d, imap4_view in, bool is_end)
{
    char    raw[I4_UNPACKED];
    i4_sink made = { raw, sizeof raw, 0 };
    i4_sink out  = { d->out, sizeof d->out, 0 };
    d->unpack->take(&d->state, in, &made);
    if (is_end)
        d->unpack->end(&d->state, &made);
    convert(d, (imap4_view){ raw, made.len }, &out);
    if (is_end && d->has_charset)
        i4_charset_end(&d->charset, &out);
    /* Cannot be: see OUT.  If a system's iconv makes more of a byte, nothing is lost unsaid. */
    if (out.len > sizeof d->out)
        return IMAP4_E_LIMIT;
    d->out_at  = 0;
    d->out_len = out.len;
    return IMAP4_OK;
}

ptrdiff_t imap4_decoder_feed(imap4_decoder *d, imap4_view in, char *buf, size_t size,
                             size_t *used)
{
    if (d == NULL || used == NULL || (buf == NULL && size != 0))
        return IMAP4_E_ARG;
    *used = 0;
    if (d->stage != RUNNING)
        return IMAP4_E_STATE;
    size_t done = drain(d, buf, size);
    while (*used < in.len && done < size && size - done <= PTRDIFF_MAX) {
        imap4_view now = { in.ptr + *used, in.len - *used };
        if (now.len > d->unpack->at_once)
            now.len = d->unpack->at_once;
        const int rc = step(d, now, false);
        if (rc < 0)
            return rc;
        *used += now.len;
        done += drain(d, buf + done, size - done);
    }
    return (ptrdiff_t)done;
}

ptrdiff_t imap4_decoder_finish(imap4_decoder *d, char *buf, size_t size)
{
    if (d == NULL || buf == NULL || size == 0)
        return IMAP4_E_ARG;
    size_t done = drain(d, buf, size);
    if (d->out_len == 0 && d->stage == RUNNING) {
        const int rc = step(d, IMAP4_NIL, true);
        if (rc < 0)
            return rc;
        d->stage = ENDING;
        done += drain(d, buf + done, size - done);
    }
    return (ptrdiff_t)done;
}
