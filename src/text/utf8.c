/* SPDX-License-Identifier: MIT */
/* text/utf8.c - UTF-8 (RFC 3629), character by character and byte by byte. */
#include "text/utf8.h"

#include "imap4/text.h"

/* RFC 3629 section 4: the second byte's range depends on the first, which keeps out
 * overlong forms, surrogates and what is above U+10FFFF. */
bool i4_utf8_begin(i4_utf8_state *state, unsigned char byte)
{
    state->low  = 0x80;
    state->high = 0xbf;
    if (byte < 0x80) {
        state->need = 0;
        state->cp   = byte;
        return true;
    }
    if (byte < 0xc2 || byte > 0xf4)
        return false;
    if (byte < 0xe0) {
        state->need = 1;
        state->cp   = byte & 0x1fu;
    } else if (byte < 0xf0) {
        state->need = 2;
        state->cp   = byte & 0x0fu;
        if (byte == 0xe0)
            state->low = 0xa0;
        if (byte == 0xed)
            state->high = 0x9f;
    } else {
        state->need = 3;
        state->cp   = byte & 0x07u;
        if (byte == 0xf0)
            state->low = 0x90;
        if (byte == 0xf4)
            state->high = 0x8f;
    }
    return true;
}

size_t i4_utf8_take(const char *ptr, size_t n, uint32_t *cp)
{
    i4_utf8_state state;
    size_t        len = 1;
    *cp               = I4_UTF8_BAD;
    if (!i4_utf8_begin(&state, (unsigned char)ptr[0]))
        return 1;
    while (state.need != 0) {
        if (len == n || !i4_utf8_continue(&state, (unsigned char)ptr[len]))
            return len;
        len++;
    }
    *cp = state.cp;
    return len;
}

void i4_utf8_put(i4_sink *out, uint32_t cp)
{
    if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
        cp = I4_UTF8_REPLACEMENT;
    if (cp < 0x80) {
        i4_sink_byte(out, cp);
        return;
    }
    if (cp < 0x800) {
        i4_sink_byte(out, 0xc0 | cp >> 6);
    } else {
        if (cp < 0x10000) {
            i4_sink_byte(out, 0xe0 | cp >> 12);
        } else {
            i4_sink_byte(out, 0xf0 | cp >> 18);
            i4_sink_byte(out, 0x80 | (cp >> 12 & 0x3f));
        }
        i4_sink_byte(out, 0x80 | (cp >> 6 & 0x3f));
    }
    i4_sink_byte(out, 0x80 | (cp & 0x3f));
}

size_t i4_utf8_skip_ascii(const char *ptr, size_t n)
{
    size_t i = 0;
    while (n - i >= 8) {
        uint64_t word;
        memcpy(&word, ptr + i, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
        i += 8;
    }
    return i;
}

int imap4_utf8_valid(imap4_view in)
{
    size_t i = 0;
    while (i < in.len) {
        const size_t ascii = i4_utf8_skip_ascii(in.ptr + i, in.len - i);
        if (ascii != 0) {
            i += ascii;
            continue;
        }
        uint32_t cp;
        i += i4_utf8_take(in.ptr + i, in.len - i, &cp);
        if (cp == I4_UTF8_BAD)
            return 0;
    }
    return 1;
}
