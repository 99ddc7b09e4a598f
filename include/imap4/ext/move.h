/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/move.h - MOVE (RFC 6851): messages to another mailbox, in one step.
 *
 * The command is as all of imap4/command.h.
 */
#ifndef IMAP4_EXT_MOVE_H
#define IMAP4_EXT_MOVE_H

#include "imap4/command.h"

IMAP4_BEGIN_DECLS

/**
 * MOVE, or UID MOVE if `set` holds UIDs.  The messages are expunged here
 * (IMAP4_EV_EXPUNGE, or IMAP4_EV_VANISHED where QRESYNC is enabled); imap4_code_copyuid() of an
 * untagged OK or of the end tells where they are now.  Ends as IMAP4_R_REFUSED with
 * IMAP4_E_NOCAP where MOVE is not announced; COPY, STORE and UID EXPUNGE do the same in three
 * steps, each of which may fail.
 *
 * @param set      [copied], not empty.
 * @param mailbox  [copied] UTF-8.
 * @param opt      [copied] as for imap4_cmd_copy(); message numbers cannot be moved in parts,
 *                 because each part shifts them.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_move(imap4_engine *engine, const imap4_seqset *set, imap4_view mailbox,
               const imap4_copy_options *opt, void *ctx, imap4_cmd *out);

IMAP4_END_DECLS

#endif
