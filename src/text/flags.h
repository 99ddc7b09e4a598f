/* SPDX-License-Identifier: MIT */
/* text/flags.h - the bit of a system flag, fast: every FETCH response asks for it. */
#ifndef I4_TEXT_FLAGS_H
#define I4_TEXT_FLAGS_H

#include "imap4/text.h"

/* Four bytes as a number, the same on every machine; the compiler makes one load of it. */
static inline uint32_t i4_flag_word(const char *p)
{
    return (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8 |
           (uint32_t)(unsigned char)p[2] << 16 | (uint32_t)(unsigned char)p[3] << 24;
}

#define I4_FLAG_WORD(a, b, c, d)                                                         \
    ((uint64_t)(a) | (uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24)
/* A name of 4 to 8 letters by its first and its last four, which may overlap. */
#define I4_FLAG_NAME(a, b, c, d, e, f, g, h)                                             \
    (I4_FLAG_WORD(a, b, c, d) | I4_FLAG_WORD(e, f, g, h) << 32)

/* imap4_flag_bit() of the `n` bytes at `p`, which are read as whole words. */
static inline uint32_t i4_flag_bit(const char *p, size_t n)
{
    if (n < 2 || p[0] != '\\')
        return 0;
    if (n < 5 || n > 9)
        return n == 2 && p[1] == '*' ? IMAP4_FLAG_ANY : 0;

    /* Setting 0x20 makes a letter small, and makes no letter of what is none. */
    const uint64_t name = ((uint64_t)i4_flag_word(p + n - 4) << 32 | i4_flag_word(p + 1)) |
                          UINT64_C(0x2020202020202020);
    switch (n) {
    case 5:
        return name == I4_FLAG_NAME('s', 'e', 'e', 'n', 's', 'e', 'e', 'n')
                   ? IMAP4_FLAG_SEEN
                   : 0;
    case 6:
        return name == I4_FLAG_NAME('d', 'r', 'a', 'f', 'r', 'a', 'f', 't')
                   ? IMAP4_FLAG_DRAFT
                   : 0;
    case 7:
        return name == I4_FLAG_NAME('r', 'e', 'c', 'e', 'c', 'e', 'n', 't')
                   ? IMAP4_FLAG_RECENT
                   : 0;
    case 8:
        if (name == I4_FLAG_NAME('d', 'e', 'l', 'e', 'e', 't', 'e', 'd'))
            return IMAP4_FLAG_DELETED;
        return name == I4_FLAG_NAME('f', 'l', 'a', 'g', 'g', 'g', 'e', 'd')
                   ? IMAP4_FLAG_FLAGGED
                   : 0;
    default:
        return name == I4_FLAG_NAME('a', 'n', 's', 'w', 'e', 'r', 'e', 'd')
                   ? IMAP4_FLAG_ANSWERED
                   : 0;
    }
}

#endif
