/* SPDX-License-Identifier: MIT */
/* base/num.h - arithmetic on foreign numbers, always checked. */
#ifndef I4_BASE_NUM_H
#define I4_BASE_NUM_H

#include "imap4/base.h"

#include "base/ascii.h"

#include <string.h>

/* a + b; false if that does not fit. */
static inline bool i4_add_size(size_t a, size_t b, size_t *sum)
{
    *sum = a + b;
    return *sum >= a;
}

/* a * b; false if that does not fit. */
static inline bool i4_mul_size(size_t a, size_t b, size_t *product)
{
    *product = a * b;
    /* Two halves always fit: no division, which is slow. */
    return ((a | b) >> (sizeof(size_t) * 4)) == 0 || a == 0 || *product / a == b;
}

/* Reads 1*DIGIT, at most `max`.  Leading zeros are accepted: servers send them.
 * Moves *p behind the digits; false (and *p where it was) if there is no digit or
 * the value is larger than `max`. */
static inline bool i4_num_read(const char **p, const char *end, uint64_t max,
                               uint64_t *out)
{
    /* 19 digits fit, whatever they are. */
    const char *safe = end - *p > 19 ? *p + 19 : end;
    const char *c    = *p;
    uint64_t    n    = 0;
    while (c < safe && i4_is_digit(*c))
        n = n * 10 + (unsigned char)(*c++ - '0');
    for (; c < end && i4_is_digit(*c); c++) {
        const unsigned digit = (unsigned char)(*c - '0');
        if (digit > max || n > (max - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    if (c == *p || n > max)
        return false;
    *p   = c;
    *out = n;
    return true;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

/* Reads 1 to 7 digits that stand at `p`, of which 8 bytes are readable; returns how many,
 * 0 if there are none or more.  All at once: the digits are brought to the high end of a
 * word and added up in pairs. */
static inline size_t i4_num_short(const char *p, uint64_t *out)
{
    uint64_t w;
    memcpy(&w, p, 8);
    uint64_t       x   = w ^ UINT64_C(0x3030303030303030); /* digits become 0 to 9 */
    const uint64_t bad = ((x + UINT64_C(0x7676767676767676)) | x) &
                         UINT64_C(0x8080808080808080);
    if (bad == 0)
        return 0;
    const size_t len = (size_t)__builtin_ctzll(bad) / 8;
    if (len == 0)
        return 0;
    x <<= 64 - 8 * len;
    x    = x * 10 + (x >> 8);
    *out = ((x & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064) +
            ((x >> 16) & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001)) >>
           32;
    return len;
}

#else

static inline size_t i4_num_short(const char *p, uint64_t *out)
{
    size_t   len = 0;
    uint64_t n   = 0;
    for (; len < 8 && i4_is_digit(p[len]); len++)
        n = n * 10 + (unsigned char)(p[len] - '0');
    *out = n;
    return len == 8 ? 0 : len;
}

#endif

/* The whole view as a number of at most `max`; *out stays as it was if it is none. */
static inline bool i4_num_view(imap4_view text, uint64_t max, uint64_t *out)
{
    const char *p = text.ptr;
    uint64_t    n = 0;
    if (text.len == 0 || !i4_num_read(&p, p + text.len, max, &n) ||
        p != text.ptr + text.len)
        return false;
    *out = n;
    return true;
}

/* Writes `n` in decimal; returns the length, at most 20. */
static inline size_t i4_num_write(uint64_t n, char buf[20])
{
    char   rev[20];
    size_t len = 0;
    do {
        rev[len++] = (char)('0' + (char)(n % 10));
        n /= 10;
    } while (n != 0);
    for (size_t i = 0; i < len; i++)
        buf[i] = rev[len - 1 - i];
    return len;
}

#endif
