/* SPDX-License-Identifier: MIT */
/* wire/scan_sse2.h - scan.h with SSE2, the baseline of x86-64. */
#ifndef I4_WIRE_SCAN_SSE2_H
#define I4_WIRE_SCAN_SSE2_H

#include <emmintrin.h>
#include <stddef.h>

/* How many bytes come before a '"', a '\\' or a control (< 0x20). */
static inline size_t i4_span_quoted(const char *p)
{
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i slash = _mm_set1_epi8('\\');
    const __m128i ctl   = _mm_set1_epi8(0x1f);
    for (size_t n = 0;; n += 16) {
        const __m128i x   = _mm_loadu_si128((const __m128i *)(const void *)(p + n));
        const __m128i hit = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)),
            _mm_cmpeq_epi8(_mm_min_epu8(x, ctl), x));
        const unsigned bits = (unsigned)_mm_movemask_epi8(hit);
        if (bits != 0)
            return n + (size_t)__builtin_ctz(bits);
    }
}

/* How many bytes come before one that ends an atom here: SP and controls, '(' ')' '"' '{'. */
static inline size_t i4_span_atom(const char *p)
{
    const __m128i space = _mm_set1_epi8(0x20);
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i paren = _mm_set1_epi8('(');
    const __m128i pair  = _mm_set1_epi8((char)0xfe); /* '(' and ')' differ in bit 0 */
    const __m128i brace = _mm_set1_epi8('{');
    for (size_t n = 0;; n += 16) {
        const __m128i x   = _mm_loadu_si128((const __m128i *)(const void *)(p + n));
        const __m128i hit = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(x, space), x),
                         _mm_cmpeq_epi8(x, quote)),
            _mm_or_si128(_mm_cmpeq_epi8(_mm_and_si128(x, pair), paren),
                         _mm_cmpeq_epi8(x, brace)));
        const unsigned bits = (unsigned)_mm_movemask_epi8(hit);
        if (bits != 0)
            return n + (size_t)__builtin_ctz(bits);
    }
}

#endif
