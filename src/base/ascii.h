/* SPDX-License-Identifier: MIT */
/* base/ascii.h - classes and case of ASCII bytes, without locale. */
#ifndef I4_BASE_ASCII_H
#define I4_BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

/* RFC 3501 section 9: ATOM-CHAR. */
static inline bool i4_is_atom_char(char c)
{
    const unsigned char u = (unsigned char)c;
    return u > ' ' && u < 0x7f && memchr("(){%*\"\\]", u, 8) == NULL;
}

/* Compares `n` bytes without regard to the case of ASCII letters. */
static inline bool i4_equal_nocase(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i] && i4_lower(a[i]) != i4_lower(b[i]))
            return false;
    return true;
}

/* Compares at most 16 bytes, for names: as words that may overlap, without a call. */
static inline bool i4_equal_short(const char *a, const char *b, size_t n)
{
    uint64_t a8[2], b8[2];
    uint32_t a4[2], b4[2];
    if (n >= 8) {
        memcpy(&a8[0], a, 8);
        memcpy(&b8[0], b, 8);
        memcpy(&a8[1], a + n - 8, 8);
        memcpy(&b8[1], b + n - 8, 8);
        return ((a8[0] ^ b8[0]) | (a8[1] ^ b8[1])) == 0;
    }
    if (n >= 4) {
        memcpy(&a4[0], a, 4);
        memcpy(&b4[0], b, 4);
        memcpy(&a4[1], a + n - 4, 4);
        memcpy(&b4[1], b + n - 4, 4);
        return ((a4[0] ^ b4[0]) | (a4[1] ^ b4[1])) == 0;
    }
    return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
}

#endif
