/* SPDX-License-Identifier: MIT */
/* parse/code.h - the text of a status line, and the [code] that begins it. */
#ifndef I4_PARSE_CODE_H
#define I4_PARSE_CODE_H

#include "parse/event.h"

/* Splits resp-text into code, arguments and text (RFC 3501 section 7.1) and finds the
 * code's row.  What is no code is text. */
void i4_code_read(i4_event *ev, const i4_registry *reg, imap4_view text);

extern const i4_code_row i4_code_rows[];

#endif
