/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/specialuse.h - SPECIAL-USE (RFC 6154): which mailbox holds drafts, which junk.
 *
 * The bits IMAP4_LIST_ALL to IMAP4_LIST_IMPORTANT of imap4_list_data tell it.  Many servers send them
 * with every LIST; to be sure, put "SPECIAL-USE" into `returns` of imap4_list_options, or into
 * `selection` for no other mailboxes, where the server announces it.
 *
 * The command is as all of imap4/command.h.
 */
#ifndef IMAP4_EXT_SPECIALUSE_H
#define IMAP4_EXT_SPECIALUSE_H

#include "imap4/command.h"

IMAP4_BEGIN_DECLS

/**
 * CREATE, with what the mailbox is for (RFC 6154 section 3).  NO with IMAP4_CODE_USEATTR: not
 * for that.  Ends as IMAP4_R_REFUSED with IMAP4_E_NOCAP where CREATE-SPECIAL-USE is not
 * announced.
 *
 * @param mailbox  [copied] UTF-8.
 * @param use      [copied] "\\Drafts \\Sent"; may be empty.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_create_use(imap4_engine *engine,
                                                  imap4_view mailbox, imap4_view use,
                                                  void *ctx, imap4_cmd *out);

IMAP4_END_DECLS

#endif
