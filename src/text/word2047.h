/* SPDX-License-Identifier: MIT */
/* text/word2047.h - encoded words, also of charsets that the caller can read. */
#ifndef I4_TEXT_WORD2047_H
#define I4_TEXT_WORD2047_H

#include "text/charset.h"

/* As imap4_word2047_decode(); `more` may be NULL.  Negative too if `more` says so. */
ptrdiff_t i4_word2047_decode(imap4_view in, const i4_charset_more *more, char *buf,
                             size_t size);

/* The value of a hexadecimal digit, 16 if it is none. */
static inline unsigned i4_hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 16;
}

#endif
