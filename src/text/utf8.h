/* SPDX-License-Identifier: MIT */
/* text/utf8.h - UTF-8 (RFC 3629), character by character and byte by byte. */
#ifndef I4_TEXT_UTF8_H
#define I4_TEXT_UTF8_H

#include "imap4/base.h"

#include "text/sink.h"

#include <stdbool.h>

/* What is read where the bytes are no character, and what is written for them. */
#define I4_UTF8_BAD         UINT32_MAX
#define I4_UTF8_REPLACEMENT 0xfffdu

/* A character whose bytes come one at a time. */
typedef struct i4_utf8_state {
    uint32_t      cp;   /* the bits so far */
    unsigned      need; /* bytes to come, 0 between characters */
    unsigned char low;  /* the next byte is in low..high */
    unsigned char high;
} i4_utf8_state;

/* Begins a character.  False if no character begins with `byte`; else it is complete
 * if `need` is 0. */
bool i4_utf8_begin(i4_utf8_state *state, unsigned char byte);

/* Goes on while `need` is not 0.  False if `byte` does not belong to the character. */
static inline bool i4_utf8_continue(i4_utf8_state *state, unsigned char byte)
{
    if (byte < state->low || byte > state->high)
        return false;
    state->cp   = state->cp << 6 | (byte & 0x3fu);
    state->low  = 0x80;
    state->high = 0xbf;
    state->need--;
    return true;
}

/* Reads one character from `n` > 0 bytes and returns its length.  Where there is none,
 * *cp is I4_UTF8_BAD, and the length is that of the longest beginning of a character,
 * at least 1: one U+FFFD stands for it (Unicode 3.9, maximal subpart). */
size_t i4_utf8_take(const char *ptr, size_t n, uint32_t *cp);

/* Writes one character; I4_UTF8_BAD and whatever is no character as U+FFFD. */
void i4_utf8_put(i4_sink *out, uint32_t cp);

/* The length of the ASCII at the start of `n` bytes, counted in steps of 8. */
size_t i4_utf8_skip_ascii(const char *ptr, size_t n);

#endif
