/* SPDX-License-Identifier: MIT */
/* mime/convert_iconv.c - the charsets of the system, by iconv (POSIX.1-2017). */
#include "mime/convert.h"

#include <errno.h>
#include <iconv.h>

enum {
    OUT_AT_ONCE = 1024
};

int i4_iconv_open(const char *name, void **handle)
{
    const iconv_t cd = iconv_open("UTF-8", name);
    if (cd != (iconv_t)-1) { // NOLINT: what POSIX says
        *handle = cd;
        return 1;
    }
    return errno == EINVAL ? 0 : IMAP4_E_NOMEM;
}

void i4_iconv_close(void *handle)
{
    (void)iconv_close(handle);
}

static void put_bad(i4_converter *c, i4_sink *out)
{
    i4_utf8_put(out, I4_UTF8_BAD);
    c->bad++;
}

void i4_iconv_convert(i4_converter *c, i4_sink *out)
{
    char  *in   = c->in;
    size_t left = c->in_len;
    while (left != 0) {
        char         buf[OUT_AT_ONCE];
        char        *to     = buf;
        size_t       room   = sizeof buf;
        const size_t before = left;
        errno               = 0;
        const size_t rc     = iconv(c->handle, &in, &left, &to, &room);
        const int    why    = rc == (size_t)-1 ? errno : 0;
        i4_sink_bytes(out, buf, sizeof buf - room);
        if (why == EINVAL && left < sizeof c->in)
            break; /* a character that is not complete: the rest is to come */
        if (why == E2BIG && (left != before || room != sizeof buf))
            continue;
        if (left == 0)
            break;
        /* Nothing can be made of this byte, or the system does not move. */
        put_bad(c, out);
        in++;
        left--;
    }
    memmove(c->in, in, left);
    c->in_len = left;
}

void i4_iconv_end(i4_converter *c, i4_sink *out)
{
    char   buf[OUT_AT_ONCE];
    char  *to   = buf;
    size_t room = sizeof buf;
    /* Some charsets hold a letter back until it is known that no accent follows. */
    (void)iconv(c->handle, NULL, NULL, &to, &room);
    i4_sink_bytes(out, buf, sizeof buf - room);
}
