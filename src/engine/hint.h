/* SPDX-License-Identifier: MIT */
/* engine/hint.h - what a text for people means for a program. */
#ifndef I4_ENGINE_HINT_H
#define I4_ENGINE_HINT_H

#include "imap4/event.h"

#include <stdbool.h>

/* An imap4_hint of what a server says when it refuses, or goes; IMAP4_HINT_NONE: no idea. */
int32_t i4_hint_of(int32_t code_id, imap4_view text);

/* Sets `hint` of a status response that says NO, BAD or BYE. */
void i4_hint_set(imap4_event *ev);

/* A line that is no response of IMAP, without its CRLF; NIL if the event is none. */
imap4_view i4_hint_line(const imap4_event *ev);

enum {
    I4_HINT_SHOWN = 80 /* doc/limits.md: bytes of a foreign greeting that are shown */
};

/* The beginning of a line, fit for any screen: "." stands for what is not printable ASCII. */
imap4_view i4_hint_show(imap4_view line, char shown[I4_HINT_SHOWN]);

#endif
