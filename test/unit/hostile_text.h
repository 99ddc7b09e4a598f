/* SPDX-License-Identifier: MIT */
/* test/unit/hostile_text.h - what servers and senders could want a terminal to see, and what
 * it may see.  The judge reads UTF-8 by itself. */
#ifndef HOSTILE_TEXT_H
#define HOSTILE_TEXT_H

#include "imap4/base.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define H(text)                                                                          \
    {                                                                                    \
        text, sizeof(text) - 1                                                           \
    }

static const imap4_view hostile_texts[] = {
    /* Sequences of terminals (ECMA-48): escapes, CSI, OSC, DCS, SOS, PM, APC. */
    H("\x1b"),
    H("\x1b[2J"),
    H("\x1b[31mred\x1b[0m"),
    H("\x1b[?1049h"),
    H("\x1b[6n"),
    H("\x1b[5;1HYou have been logged out"),
    H("\x1b]0;title\x07"),
    H("\x1b]8;;http://a.example/\x1b\\b.example\x1b]8;;\x1b\\"),
    H("\x1b]52;c;cm0gLXJm\x07"),
    H("\x1bP$q\"p\x1b\\"),
    H("\x1b^private\x1b\\"),
    H("\x1b_command\x1b\\"),
    H("\x1b"
      "c"),
    H("\x1b(0lqk"),
    /* Controls of one byte. */
    H("\x07\x07"),
    H("over\rwritten"),
    H("two\nlines"),
    H("\r\nA1 OK forged"),
    H("\tx\v\f"),
    H("pass\b\b\b\bword"),
    H("a\0b"),
    H("\x0e\x0f"),
    H("\x01\x02\x03\x04\x05\x06\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1c\x1d\x1e"
      "\x1f"),
    H("\x7f\x7f"),
    /* C1 as one byte, and in UTF-8. */
    H("\x9b"
      "2J"),
    H("\x9d"
      "0;title\x9c"),
    H("\x80\x84\x85\x88\x8d\x8e\x8f\x90\x98\x9a\x9e\x9f"),
    H("\xc2\x9b"
      "2J"),
    H("\xc2\x9d"
      "52;c;eA==\xc2\x9c"),
    H("\xc2\x85\xc2\x80\xc2\x9f"),
    /* What turns the direction of text, and ends lines. */
    H("invoice\xe2\x80\xaegpj.exe"),
    H("\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad"),
    H("\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9"),
    H("\xe2\x80\x8e\xe2\x80\x8f"),
    H("\xd8\x9c"),
    H("one\xe2\x80\xa8two\xe2\x80\xa9three"),
    /* No UTF-8: overlong, surrogates, beyond, cut off, alone. */
    H("\xc0\x9b[2J"),
    H("\xc1\x9b"),
    H("\xe0\x80\x9b[2J"),
    H("\xf0\x80\x80\x9b"),
    H("\xc0\x80"),
    H("\xed\xa0\x80\xed\xb0\x80"),
    H("\xf4\x90\x80\x80"),
    H("\xf8\x88\x80\x80\x80"),
    H("\xe2\x80"),
    H("\xe2\x80\x1b[2J"),
    H("\xf0\x9f\x98"),
    H("\xbf\xbf"),
    H("\xff\xfe\x1b\x00"),
    H("caf\xe9\x9b"),
    /* Noncharacters, marks and zero width: harmless, but are they still UTF-8? */
    H("\xef\xbf\xbe\xef\xbf\xbf\xef\xb7\x90\xf4\x8f\xbf\xbf"),
    H("pay\xe2\x80\x8bpal\xe2\x80\x8c\xe2\x80\x8d\xef\xbb\xbf"),
    H("z\xcc\xb7\xcc\xb8\xcd\x9c"),
    H("\xc2\xad\xe2\x81\xa0"),
    H("%s%n%99999d"),
};

enum {
    HOSTILE_TEXTS = sizeof hostile_texts / sizeof hostile_texts[0]
};

/* The character at `p`, and how long it is; 0 if none is. */
static inline size_t judge_take(const unsigned char *p, size_t n, uint32_t *cp)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const size_t          len     = p[0] < 0x80   ? 1
                                    : p[0] < 0xc0 ? 0
                                    : p[0] < 0xe0 ? 2
                                    : p[0] < 0xf0 ? 3
                                    : p[0] < 0xf8 ? 4
                                                  : 0;
    if (len == 0 || len > n)
        return 0;
    *cp = len == 1 ? p[0] : p[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        *cp = *cp << 6 | (p[i] & 0x3f);
    }
    return *cp < least[len] || *cp > 0x10ffff || (*cp >= 0xd800 && *cp <= 0xdfff) ? 0
                                                                                  : len;
}

/* One line of UTF-8 without a control, DEL, C1, a line separator or what turns text. */
static inline bool is_fit_for_people(const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t     cp = 0;
        const size_t n  = judge_take((const unsigned char *)text + i, len - i, &cp);
        if (n == 0 || cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || cp == 0x61c ||
            cp == 0x200e || cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
            (cp >= 0x2066 && cp <= 0x2069))
            return false;
        i += n;
    }
    return true;
}

#endif
