/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/partial.h - PARTIAL of RFC 1730: a piece of a message's text.
 *
 * Obsolete since RFC 2060, which has "BODY[]<0.1024>" for imap4_cmd_fetch().  No server
 * announces it, so it is sent to every one; one that does not know it says BAD.  PARTIAL of
 * RFC 9394 is another thing.  The command is as all of imap4/command.h.
 */
#ifndef IMAP4_EXT_PARTIAL_H
#define IMAP4_EXT_PARTIAL_H

#include "imap4/command.h"

IMAP4_BEGIN_DECLS

/**
 * PARTIAL (RFC 1730 6.4.6).  IMAP4_EV_FETCH has the piece, under the item's name without
 * ".PEEK" ("RFC822", "BODY[1]") and without a word about where it begins; imap4_fetch_at().
 *
 * @param number  of the message, not its UID; not 0.
 * @param item    [copied] "RFC822", "RFC822.HEADER", "RFC822.TEXT", "BODY[section]", or one of
 *                them with ".PEEK" ("BODY.PEEK[1]"); else IMAP4_E_ARG.
 * @param start   the first octet, from 1.
 * @param octets  how many octets; the server sends fewer where the text ends.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_partial(imap4_engine *engine, uint32_t number, imap4_view item, uint32_t start,
                  uint32_t octets, void *ctx, imap4_cmd *out);

IMAP4_END_DECLS

#endif
