/* SPDX-License-Identifier: MIT */
/* text/base64.c - base64 (RFC 4648 section 4), strict. */
#include "text/base64.h"

#include "imap4/text.h"

#include <stdbool.h>

static const char
    digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* clang-format off */
const unsigned char i4_base64_values[256] = {
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 62, 64, 64, 64, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64, 64, 64, 64, 64, 64,
    64, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 64, 64, 64, 64, 64,
    64, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
};
/* clang-format on */

ptrdiff_t imap4_base64_encode(imap4_view in, char *buf, size_t size)
{
    const size_t groups = in.len / 3 + (in.len % 3 != 0);
    if (groups > PTRDIFF_MAX / 4)
        return IMAP4_E_LIMIT;
    const size_t len = groups * 4;
    if (len > size)
        return (ptrdiff_t)len;

    size_t i = 0;
    for (size_t out = 0; out < len; out += 4) {
        const size_t left = in.len - i;
        uint32_t     bits = (uint32_t)(unsigned char)in.ptr[i] << 16;
        if (left > 1)
            bits |= (uint32_t)(unsigned char)in.ptr[i + 1] << 8;
        if (left > 2)
            bits |= (unsigned char)in.ptr[i + 2];
        buf[out]     = digits[bits >> 18];
        buf[out + 1] = digits[bits >> 12 & 0x3f];
        buf[out + 2] = left > 1 ? digits[bits >> 6 & 0x3f] : '=';
        buf[out + 3] = left > 2 ? digits[bits & 0x3f] : '=';
        i += left > 2 ? 3 : left;
    }
    return (ptrdiff_t)len;
}

/* Four characters, of which the last `pad` are "=" and not looked at.  False if one is
 * no digit, or if bits are left over which are not zero. */
static bool take_group(const char *ptr, unsigned pad, uint32_t *bits)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < 4 - pad; i++) {
        const uint32_t value = i4_base64_values[(unsigned char)ptr[i]];
        if (value > 63)
            return false;
        sum = sum << 6 | value;
    }
    *bits = sum << (6 * pad);
    return (*bits & ((1u << (8 * pad)) - 1)) == 0;
}

ptrdiff_t imap4_base64_decode(imap4_view in, char *buf, size_t size)
{
    if (in.len % 4 != 0)
        return IMAP4_E_SYNTAX;
    unsigned pad = 0;
    if (in.len != 0 && in.ptr[in.len - 1] == '=')
        pad = in.ptr[in.len - 2] == '=' ? 2 : 1;

    const size_t len = in.len / 4 * 3 - pad;
    for (size_t i = 0, out = 0; i < in.len; i += 4, out += 3) {
        const unsigned missing = i + 4 == in.len ? pad : 0;
        uint32_t       bits;
        if (!take_group(in.ptr + i, missing, &bits))
            return IMAP4_E_SYNTAX;
        if (len > size)
            continue;
        buf[out] = (char)(unsigned char)(bits >> 16);
        if (missing < 2)
            buf[out + 1] = (char)(unsigned char)(bits >> 8);
        if (missing < 1)
            buf[out + 2] = (char)(unsigned char)bits;
    }
    return len <= PTRDIFF_MAX ? (ptrdiff_t)len : IMAP4_E_LIMIT;
}
