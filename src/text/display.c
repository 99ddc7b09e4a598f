/* SPDX-License-Identifier: MIT */
/* text/display.c - text of foreign origin, made harmless for terminals and logs. */
#include "imap4/text.h"

#include "text/display.h"
#include "text/utf8.h"

static bool is_space(uint32_t cp)
{
    return cp >= '\t' && cp <= '\r';
}

/* Characters that steer a terminal, end a line or turn the direction of what follows. */
static bool is_harmful(uint32_t cp)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        { 0x00, 0x1f },     { 0x7f, 0x9f },     { 0x061c, 0x061c },
        { 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (cp >= ranges[i].first && cp <= ranges[i].last)
            return true;
    return false;
}

void i4_display_put(i4_display *display, uint32_t cp)
{
    const bool was_spaces = display->was_spaces;
    display->was_spaces   = is_space(cp);
    if (!display->was_spaces)
        i4_utf8_put(&display->out, is_harmful(cp) ? I4_UTF8_BAD : cp);
    else if (!was_spaces)
        i4_sink_byte(&display->out, ' ');
}

ptrdiff_t imap4_text_display(imap4_view in, char *buf, size_t size)
{
    i4_display display = { .out = { buf, size, 0 } };
    size_t     i       = 0;
    while (i < in.len) {
        uint32_t cp;
        i += i4_utf8_take(in.ptr + i, in.len - i, &cp);
        i4_display_put(&display, cp);
    }
    return i4_sink_length(&display.out);
}
