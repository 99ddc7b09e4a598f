/* SPDX-License-Identifier: MIT */
/* text/sink.h - the result of an encoder: counted always, written where it fits. */
#ifndef I4_TEXT_SINK_H
#define I4_TEXT_SINK_H

#include "imap4/base.h"

#include <string.h>

typedef struct i4_sink {
    char  *buf;  /* the caller's, may be NULL if `size` is 0 */
    size_t size; /* room in it */
    size_t len;  /* of the whole result so far; stays at SIZE_MAX */
} i4_sink;

static inline void i4_sink_byte(i4_sink *s, unsigned byte)
{
    if (s->len < s->size)
        s->buf[s->len] = (char)(unsigned char)byte;
    if (s->len != SIZE_MAX)
        s->len++;
}

static inline void i4_sink_bytes(i4_sink *s, const char *ptr, size_t n)
{
    if (n != 0 && s->len <= s->size && n <= s->size - s->len)
        memcpy(s->buf + s->len, ptr, n);
    s->len = n <= SIZE_MAX - s->len ? s->len + n : SIZE_MAX;
}

/* What the public functions return. */
static inline ptrdiff_t i4_sink_length(const i4_sink *s)
{
    return s->len <= PTRDIFF_MAX ? (ptrdiff_t)s->len : IMAP4_E_LIMIT;
}

#endif
