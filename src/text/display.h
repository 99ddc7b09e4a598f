/* SPDX-License-Identifier: MIT */
/* text/display.h - text made harmless for people, character by character. */
#ifndef I4_TEXT_DISPLAY_H
#define I4_TEXT_DISPLAY_H

#include "text/sink.h"

#include <stdbool.h>

typedef struct i4_display {
    i4_sink out;
    bool    was_spaces; /* the last one was HT, LF, VT, FF or CR: one space for all */
} i4_display;

/* Writes what may be shown of one character; I4_UTF8_BAD is one, too. */
void i4_display_put(i4_display *display, uint32_t cp);

#endif
