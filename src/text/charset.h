/* SPDX-License-Identifier: MIT */
/* text/charset.h - bytes of a charset to UTF-8, one at a time.
 * The few charsets that need no table of the system; for others the caller may bring more. */
#ifndef I4_TEXT_CHARSET_H
#define I4_TEXT_CHARSET_H

#include "imap4/base.h"

#include "text/sink.h"
#include "text/utf8.h"

#include <stdbool.h>

typedef enum i4_charset {
    I4_CHARSET_FOREIGN, /* not known here */
    I4_CHARSET_UTF8,
    I4_CHARSET_WINDOWS_1252,
    I4_CHARSET_ISO_8859_15,
    /* Nobody said: UTF-8 where the bytes are a character of it, else windows-1252. */
    I4_CHARSET_GUESS
} i4_charset;

/* The charset of a name, as mail has them; I4_CHARSET_FOREIGN if it is not known here. */
i4_charset i4_charset_find(imap4_view name);

/* Who can read the charsets that are foreign here. */
typedef struct i4_charset_more {
    void *ctx;
    /* Bytes of the charset `name` follow.  1; 0 if it is not known; a negative imap4_rc. */
    int (*choose)(void *ctx, imap4_view name);
    void (*put)(void *ctx, unsigned char byte, i4_sink *out);
    /* No more of them follow: what is incomplete becomes U+FFFD. */
    void (*end)(void *ctx, i4_sink *out);
} i4_charset_more;

/* Bytes on their way to UTF-8.  Start with zeros and `charset`; for a foreign one, `more`
 * has chosen it. */
typedef struct i4_charset_state {
    i4_charset    charset;
    i4_utf8_state utf8;
    unsigned char held[4]; /* I4_CHARSET_GUESS: the character that is not complete */
    unsigned      held_len;
    const i4_charset_more *more;
    uint64_t               bad; /* places without meaning in the charset */
} i4_charset_state;

void i4_charset_put(i4_charset_state *s, unsigned char byte, i4_sink *out);

/* The end of the bytes: a character that is not complete becomes U+FFFD. */
void i4_charset_end(i4_charset_state *s, i4_sink *out);

#endif
