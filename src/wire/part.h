/* SPDX-License-Identifier: MIT */
/* wire/part.h - what the text of a command is made of.
 *
 * The bytes of all parts of a line lie one behind the other in one block, so that they
 * can go out in one view.  How a literal is announced is not known before the command
 * is about to be sent (RFC 7888), so its header is only reserved. */
#ifndef I4_WIRE_PART_H
#define I4_WIRE_PART_H

#include "imap4/base.h"

#include <stdbool.h>

typedef enum i4_part_kind {
    I4_PART_TEXT,
    I4_PART_HEADER, /* "{n}" CRLF, and one byte more for the "+" of "{n+}" */
    I4_PART_BYTES,  /* the bytes of a literal */
    I4_PART_DATA,   /* a literal whose bytes the caller gives: none in the block */
    I4_PART_INITIAL /* an initial response with its CRLF: RFC 4959, or the first answer */
} i4_part_kind;

typedef struct i4_part {
    size_t       at;   /* in the block */
    size_t       len;  /* in the block */
    uint64_t     size; /* HEADER and DATA: bytes of the literal */
    i4_part_kind kind;
    bool         is_secret;
} i4_part;

enum {
    /* Left free before each line for its tag and a space: a prefix of 16, 20 digits. */
    I4_TAG_ROOM = 40
};

/* The bytes of them that are on the command's line: no data. */
static inline size_t i4_parts_line(const i4_part *parts, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        if (parts[i].kind == I4_PART_TEXT || parts[i].kind == I4_PART_HEADER)
            len += parts[i].len;
    return len;
}

#endif
