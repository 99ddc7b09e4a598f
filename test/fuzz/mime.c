/* SPDX-License-Identifier: MIT */
/* mime.c - words, parameters and encodings that senders make up.
 *
 * The first byte says what the rest is: 0 a header field, 1 parameters ("name=value", one a
 * line), 2 a part (a byte for encoding and charset, one for how it is cut, then its bytes),
 * 3 text to be encoded. */
#include "imap4/mime.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_PARAMS = 64
};

static void must(int is_true)
{
    if (!is_true)
        abort();
}

static void must_be_utf8(const char *buf, ptrdiff_t len)
{
    must(len >= 0 && imap4_utf8_valid((imap4_view){ buf, (size_t)len }));
}

/* ---- what is measured is what is written ------------------------------------------- */

static void text(imap4_view in)
{
    const ptrdiff_t len = imap4_mime_text(in, NULL, 0);
    must(len >= 0);
    char *buf = malloc((size_t)len + 1);
    must(buf != NULL && imap4_mime_text(in, buf, (size_t)len) == len);
    must_be_utf8(buf, len);
    free(buf);
}

static void address(imap4_view in)
{
    const size_t        third = in.len / 3;
    const imap4_address a     = {
            .name    = { in.ptr, third },
            .mailbox = { in.ptr + third, third },
            .host    = { in.ptr + 2 * third, third },
    };
    const ptrdiff_t len = imap4_address_text(&a, NULL, 0);
    must(len >= 0);
    char *buf = malloc((size_t)len + 1);
    must(buf != NULL && imap4_address_text(&a, buf, (size_t)len) == len);
    must_be_utf8(buf, len);
    must(memchr(buf, '\n', (size_t)len) == NULL);
    free(buf);
}

static void param(imap4_view in)
{
    imap4_param at[MAX_PARAMS];
    size_t      count = 0;
    const char *end   = in.ptr + in.len;
    for (const char *p = in.ptr; p < end && count < MAX_PARAMS; count++) {
        const char *stop   = memchr(p, '\n', (size_t)(end - p));
        const char *line   = stop != NULL ? stop : end;
        const char *equals = memchr(p, '=', (size_t)(line - p));
        const char *value  = equals != NULL ? equals + 1 : line;
        at[count]          = (imap4_param){
                     { p, (size_t)((equals != NULL ? equals : line) - p) },
                     { value, (size_t)(line - value) },
        };
        p = line + 1;
    }
    const imap4_body part = { .index = 1, .disposition_params = { at, count } };
    char             safe[200];
    const ptrdiff_t  len = imap4_part_safe_filename(&part, safe, sizeof safe);
    must(len > 0 && len <= 200);
    must_be_utf8(safe, len);
    must(memchr(safe, '/', (size_t)len) == NULL && safe[0] != '.');
    const ptrdiff_t n = imap4_part_filename(&part, NULL, 0);
    must(n > 0 || n == IMAP4_E_ABSENT);
    char *buf = n > 0 ? malloc((size_t)n) : NULL;
    must(buf == NULL || imap4_part_filename(&part, buf, (size_t)n) == n);
    if (buf != NULL)
        must_be_utf8(buf, n);
    free(buf);
}

/* ---- however it is cut ---------------------------------------------------------------- */

static const char *const encodings[] = { "base64", "quoted-printable", "uuencode",
                                         "8bit" };
static const char *const charsets[]  = {
     NULL,   "utf-8",  "iso-2022-jp", "gb18030",      "",          "utf-7",
     "big5", "utf-16", "euc-kr",      "windows-1258", "shift_jis", "koi8-r",
     "hz",   "tscii",  "iso-2022-kr", "euc-jp"
};

static size_t decode(imap4_view in, unsigned how, unsigned cut, char *out, size_t size,
                     uint64_t *damage)
{
    imap4_decoder *d    = NULL;
    size_t         len  = 0;
    imap4_view     name = imap4_view_of(charsets[how / 4 % 16]);
    if (name.len != 0 && !imap4_mime_charset(name))
        name = IMAP4_V("utf-8");
    must(imap4_decoder_new(imap4_view_of(encodings[how % 4]), name, NULL, &d) == IMAP4_OK);
    while (in.len != 0) {
        size_t          used = 0;
        const size_t    n    = cut == 0 || in.len < cut ? in.len : cut;
        const size_t    room = cut == 0 || size - len < cut ? size - len : cut;
        const ptrdiff_t got  = imap4_decoder_feed(d, (imap4_view){ in.ptr, n }, out + len,
                                                  room, &used);
        must(got >= 0 && (used != 0 || got != 0));
        len += (size_t)got;
        in.ptr += used;
        in.len -= used;
    }
    ptrdiff_t got;
    while ((got = imap4_decoder_finish(d, out + len, size - len)) > 0)
        len += (size_t)got;
    must(got == 0);
    *damage = imap4_decoder_damage(d);
    imap4_decoder_free(&d);
    must(name.ptr == NULL || imap4_utf8_valid((imap4_view){ out, len }));
    return len;
}

static void part(imap4_view in)
{
    if (in.len < 2)
        return;
    const unsigned how   = (unsigned char)in.ptr[0];
    const unsigned cut   = (unsigned char)in.ptr[1] % 32u + 1;
    uint64_t       whole = 0, parts = 0;
    in.ptr += 2;
    in.len -= 2;
    /* Of uuencode two bytes can make 63, and each of them 16 in UTF-8. */
    const size_t size = 1024 + in.len * 1024;
    char        *a    = malloc(size);
    char        *b    = malloc(size);
    must(a != NULL && b != NULL);
    const size_t len = decode(in, how, 0, a, size, &whole);
    must(decode(in, how, cut, b, size, &parts) == len && whole == parts);
    must(memcmp(a, b, len) == 0);
    free(a);
    free(b);
}

static void encode(imap4_view in)
{
    const ptrdiff_t len = imap4_mime_word_encode(in, NULL, 0);
    if (len < 0)
        return;
    char *coded = malloc((size_t)len + 1);
    char *back  = malloc(in.len + 1);
    must(coded != NULL && back != NULL);
    must(imap4_mime_word_encode(in, coded, (size_t)len) == len);
    const ptrdiff_t n = imap4_mime_text((imap4_view){ coded, (size_t)len }, back, in.len);
    must(n == (ptrdiff_t)in.len && memcmp(back, in.ptr, in.len) == 0);
    free(coded);
    free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 20000)
        return 0;
    const imap4_view in = { (const char *)data + 1, size - 1 };
    switch (data[0] % 4) {
    case 0:
        text(in);
        address(in);
        break;
    case 1: param(in); break;
    case 2: part(in); break;
    case 3: encode(in); break;
    }
    return 0;
}
