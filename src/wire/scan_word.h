/* SPDX-License-Identifier: MIT */
/* wire/scan_word.h - scan.h eight bytes at a time, for machines without SSE2. */
#ifndef I4_WIRE_SCAN_WORD_H
#define I4_WIRE_SCAN_WORD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define I4_EACH(byte) (0x0101010101010101u * (uint64_t)(byte))

/* Not 0 if a byte of `w` is smaller than `n` (n <= 128), or may be: exact up to the
 * first hit, which the byte loop finds. */
static inline uint64_t i4_word_less(uint64_t w, unsigned n)
{
    return (w - I4_EACH(n)) & ~w & I4_EACH(0x80);
}

static inline uint64_t i4_word_has(uint64_t w, char byte)
{
    return i4_word_less(w ^ I4_EACH((unsigned char)byte), 1);
}

static inline size_t i4_span_quoted(const char *p)
{
    for (size_t n = 0;; n += 8) {
        uint64_t w;
        memcpy(&w, p + n, 8);
        if ((i4_word_less(w, 0x20) | i4_word_has(w, '"') | i4_word_has(w, '\\')) == 0)
            continue;
        for (size_t i = n; i < n + 8; i++)
            if ((unsigned char)p[i] < 0x20 || p[i] == '"' || p[i] == '\\')
                return i;
    }
}

static inline size_t i4_span_atom(const char *p)
{
    for (size_t n = 0;; n += 8) {
        uint64_t w;
        memcpy(&w, p + n, 8);
        if ((i4_word_less(w, 0x21) | i4_word_has(w, '(') | i4_word_has(w, ')') |
             i4_word_has(w, '"') | i4_word_has(w, '{')) == 0)
            continue;
        for (size_t i = n; i < n + 8; i++) {
            const char c = p[i];
            if ((unsigned char)c <= 0x20 || c == '(' || c == ')' || c == '"' || c == '{')
                return i;
        }
    }
}

#endif
