/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/enable.h - ENABLE (RFC 5161): extensions that change what a server sends.
 *
 * The command is as all of imap4/command.h.
 */
#ifndef IMAP4_EXT_ENABLE_H
#define IMAP4_EXT_ENABLE_H

#include "imap4/command.h"

IMAP4_BEGIN_DECLS

/**
 * ENABLE (RFC 5161 section 3.1), between login and SELECT.  IMAP4_EV_ENABLED tells what the
 * server took, and imap4_engine_enabled() from then on.  QRESYNC is one (RFC 7162).  With
 * UTF8=ACCEPT (RFC 6855) or IMAP4rev2 (RFC 9051) mailbox names travel in UTF-8; the engine
 * does the right thing, but cannot spell a name beyond ASCII before it knows the answer:
 * queueing one meanwhile is IMAP4_E_BUSY.
 *
 * @param capabilities  [copied] "CONDSTORE QRESYNC": one or several, a space between them.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_enable(imap4_engine *engine, imap4_view capabilities, void *ctx, imap4_cmd *out);

IMAP4_END_DECLS

#endif
