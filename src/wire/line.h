/* SPDX-License-Identifier: MIT */
/* wire/line.h - the bytes and parts of a command while it is written.
 *
 * Beneath wire/write.h, which knows what may stand where.  After a refusal nothing is put. */
#ifndef I4_WIRE_LINE_H
#define I4_WIRE_LINE_H

#include "wire/write.h"

/* Room for `more` bytes behind those of `b`; NULL if there is no memory. */
char *i4_line_room(i4_cmd *c, i4_bytes *b, size_t more);
void  i4_line_wipe(i4_bytes *b);
void  i4_line_no_memory(i4_cmd *c);

/* Room for `len` bytes more of one kind; NULL after a refusal.  Text joins the text
 * before it; the caller fills all that it asked for. */
char *i4_line_put(i4_cmd *c, i4_part_kind kind, size_t len);
void  i4_line_text(i4_cmd *c, imap4_view text);
/* Spaces between arguments are never secret, so that a trace shows how many there are. */
void  i4_line_space(i4_cmd *c);
/* RFC 3501 section 9, literal: its size and kind are fixed when it is sent. */
void  i4_line_header(i4_cmd *c, uint64_t size);
void  i4_line_literal(i4_cmd *c, imap4_view bytes);

#endif
