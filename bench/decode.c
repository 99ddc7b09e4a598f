/* SPDX-License-Identifier: MIT */
/* bench/decode.c - decoders with arguments of their own, as one that only takes text. */
#include "shapes.h"

#include "imap4.h"

#include <stdio.h>
#include <stdlib.h>

static _Noreturn void stop(const char *what)
{
    fprintf(stderr, "decode: %s\n", what);
    exit(1);
}

/* As many parameters as the text has quotes, all pieces of one. */
ptrdiff_t decode_param(imap4_view in, char *buf, size_t size)
{
    const size_t count = in.len / 10;
    imap4_param *at    = calloc(count + 1, sizeof *at);
    char(*names)[16]   = calloc(count + 1, sizeof *names);
    if (at == NULL || names == NULL)
        stop("memory");
    for (size_t i = 0; i < count; i++) {
        const int len = snprintf(names[i], sizeof names[i], "name*%zu*", i % 300);
        at[i] = (imap4_param){ { names[i], (size_t)len }, { in.ptr + i * 10, 10 } };
    }
    const imap4_params params = { at, count };
    const ptrdiff_t    len    = imap4_mime_param(&params, IMAP4_V("name"), buf, size);
    free(at);
    free(names);
    return len;
}

ptrdiff_t decode_date(imap4_view in, char *buf, size_t size)
{
    imap4_date date = { 0 };
    (void)buf;
    (void)size;
    return imap4_date_parse_message(in, &date) == IMAP4_OK ? (ptrdiff_t)date.unix_seconds
                                                           : 1;
}

ptrdiff_t decode_set(imap4_view in, char *buf, size_t size)
{
    imap4_seqset *set = NULL;
    if (imap4_seqset_parse(in, 0, &set) < 0)
        stop("the set is none");
    const ptrdiff_t len = imap4_seqset_format(set, buf, size);
    imap4_seqset_free(&set);
    return len;
}

static ptrdiff_t decode_all(imap4_view encoding, imap4_view in, char *buf, size_t size)
{
    imap4_decoder *d   = NULL;
    ptrdiff_t      sum = 0;
    if (imap4_decoder_new(encoding, IMAP4_NIL, NULL, &d) < 0)
        stop("decoder");
    while (in.len != 0) {
        size_t          used = 0;
        const ptrdiff_t n = imap4_decoder_feed(d, in, buf, size < 512 ? size : 512, &used);
        if (n < 0 || (n == 0 && used == 0))
            stop("the decoder stands still");
        sum += n;
        in = (imap4_view){ in.ptr + used, in.len - used };
    }
    for (ptrdiff_t n = 1; n > 0; sum += n)
        n = imap4_decoder_finish(d, buf, size);
    imap4_decoder_free(&d);
    return sum + 1;
}

ptrdiff_t decode_quoted_printable(imap4_view in, char *buf, size_t size)
{
    return decode_all(IMAP4_V("quoted-printable"), in, buf, size);
}

ptrdiff_t decode_base64(imap4_view in, char *buf, size_t size)
{
    return decode_all(IMAP4_V("base64"), in, buf, size);
}
