/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/wire.h - bytes and tokens, without meaning: the framer.
 *
 * For code that reads by itself: "do I have a whole response?", "do I need a line
 * or n bytes?".  The reader (imap4/reader.h) stands on the same framer.
 */
#ifndef IMAP4_WIRE_H
#define IMAP4_WIRE_H

#include "imap4/base.h"

IMAP4_BEGIN_DECLS

/** Where in a response the bytes are that came so far. */
typedef struct imap4_framer imap4_framer;

/** What the framer came to. */
typedef enum imap4_frame_stop {
    IMAP4_FRAME_MORE = 0, /**< all bytes were used; nothing ended in them */
    IMAP4_FRAME_END  = 1, /**< a line ended, and with it the response */
    IMAP4_FRAME_LITERAL = 2 /**< a line ended in a literal header: `literal` bytes follow, then
                                  the response goes on */
} imap4_frame_stop;

/**
 * Makes a framer, which stands at the start of a response.
 *
 * @param allocator  [copied] NULL: malloc and friends.
 * @param out        receives the framer [owned: imap4_framer_free()].
 * @return IMAP4_OK; IMAP4_E_NOMEM; IMAP4_E_ARG if the allocator lacks a function.
 */
IMAP4_API IMAP4_MUST_USE int imap4_framer_new(const imap4_allocator *allocator,
                                              imap4_framer         **out);

/**
 * Frees a framer and sets `*framer` to NULL.
 *
 * @param framer  NULL, or address of NULL, is allowed.
 */
IMAP4_API void imap4_framer_free(imap4_framer **framer);

/**
 * Looks for the next stop.  Framing is a function of the bytes of this response
 * only, never of a command: a line ends with CRLF; "{n}" before it announces a
 * literal, except in a continuation ("+ ...") and in a status line (OK, NO, BAD,
 * BYE, PREAUTH) outside the [code] that begins its text (RFC 3501 sections 4.3, 7.1).
 * Bytes of literals are passed over, not looked at.
 *
 * @param framer   the framer.
 * @param in       the next bytes of the stream.
 * @param used     receives how many of them belong to what was looked at: up to and
 *                 with the CRLF at a stop, all of them otherwise.
 * @param literal  receives the size at IMAP4_FRAME_LITERAL; may be NULL.
 * @return an imap4_frame_stop; IMAP4_E_FRAMING for a literal header whose number does
 *         not fit 64 bits: then the stream is lost.
 */
IMAP4_API IMAP4_MUST_USE int imap4_framer_feed(imap4_framer *framer, imap4_view in,
                                               size_t *used, uint64_t *literal);

IMAP4_END_DECLS

#endif
