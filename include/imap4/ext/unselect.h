/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/unselect.h - UNSELECT (RFC 3691): leave a mailbox without expunging.
 *
 * The command is as all of imap4/command.h.
 */
#ifndef IMAP4_EXT_UNSELECT_H
#define IMAP4_EXT_UNSELECT_H

#include "imap4/command.h"

IMAP4_BEGIN_DECLS

/** UNSELECT: as imap4_cmd_close(), but what is \Deleted stays.  IMAP4_E_NOCAP as in
 *  imap4_cmd_move(). */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_unselect(imap4_engine *engine, void *ctx,
                                                imap4_cmd *out);

IMAP4_END_DECLS

#endif
