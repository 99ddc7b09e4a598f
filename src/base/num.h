/* SPDX-License-Identifier: MIT */
/* base/num.h - arithmetic on foreign numbers, always checked. */
#ifndef I4_BASE_NUM_H
#define I4_BASE_NUM_H

#include "imap4/base.h"

#include "base/ascii.h"

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
    return a == 0 || *product / a == b;
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

/* The whole view as a number of at most `max`; *out stays as it was if it is none. */
static inline bool i4_num_view(imap4_view text, uint64_t max, uint64_t *out)
{
    const char *p   = text.ptr;
    const char *end = text.ptr + text.len;
    uint64_t    n   = 0;
    if (text.len == 0 || !i4_num_read(&p, end, max, &n) || p != end)
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
