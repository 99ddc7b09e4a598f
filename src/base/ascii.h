/* SPDX-License-Identifier: MIT */
/* base/ascii.h - classes and case of ASCII bytes, without locale. */
#ifndef I4_BASE_ASCII_H
#define I4_BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>

static inline unsigned char i4_lower(char c)
{
    const unsigned char u = (unsigned char)c;
    return (unsigned char)((unsigned)u - 'A' < 26u ? u | 0x20u : u);
}

static inline unsigned char i4_upper(char c)
{
    const unsigned char u = (unsigned char)c;
    return (unsigned char)((unsigned)u - 'a' < 26u ? u & 0xdfu : u);
}

static inline bool i4_is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* Compares `n` bytes without regard to the case of ASCII letters. */
static inline bool i4_equal_nocase(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (i4_lower(a[i]) != i4_lower(b[i]))
            return false;
    return true;
}

#endif
