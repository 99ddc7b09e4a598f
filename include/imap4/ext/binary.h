/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/binary.h - BINARY (RFC 3516): parts of messages that the server has decoded.
 *
 * Ask with imap4_cmd_fetch() for "BINARY.PEEK[1.2]", "BINARY[1.2]<0.1000>" (octets of the decoded
 * part), "BINARY.SIZE[1.2]", where the server announces BINARY or IMAP4rev2.  A part may hold any
 * bytes, NUL too.  A long one is streamed like others: IMAP4_EV_BODY_BEGIN has the name
 * "BINARY[1.2]".  A server that cannot decode a part says NO with IMAP4_CODE_UNKNOWN_CTE: fetch
 * BODY[1.2] then, and decode it.
 *
 * `binary` of imap4_append_options sends a message that may hold NUL.
 */
#ifndef IMAP4_EXT_BINARY_H
#define IMAP4_EXT_BINARY_H

#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/**
 * The decoded part in a FETCH response: BINARY[section].  An origin, "<0>", is ignored; of
 * several pieces of one part it is the first, imap4_fetch_at() has all.
 *
 * @param ev       an event of type IMAP4_EV_FETCH.
 * @param section  "1.2"; empty: the message.
 * @param out      receives the bytes [borrowed E]; NIL if there is no such part.
 * @return IMAP4_OK; IMAP4_E_ABSENT (also if it was streamed); IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch_binary(const imap4_event *ev, imap4_view section,
                                                imap4_view *out);

/**
 * The size of a decoded part: BINARY.SIZE[section].  A hint, as RFC822.SIZE: never allocate by
 * it.
 *
 * @param ev       an event of type IMAP4_EV_FETCH.
 * @param section  "1.2"; empty: the message.
 * @param out      receives the size in bytes.
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX.
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch_binary_size(const imap4_event *ev,
                                                     imap4_view section, uint64_t *out);

IMAP4_END_DECLS

#endif
