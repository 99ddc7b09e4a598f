/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/xlist.h - XLIST: what mailboxes are for, before SPECIAL-USE (RFC 6154).
 *
 * Gmail's own, also of Zimbra, Yandex, Zoho and QQ; in no RFC.  Use it where SPECIAL-USE is not
 * announced.  The command is as all of imap4/command.h.  It ends as IMAP4_R_REFUSED with
 * IMAP4_E_NOCAP where XLIST is not announced.
 */
#ifndef IMAP4_EXT_XLIST_H
#define IMAP4_EXT_XLIST_H

#include "imap4/command.h"
#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/**
 * XLIST: as LIST; answered by IMAP4_EV_LIST whose `name` is "XLIST", for imap4_list_get().
 * \\AllMail, \\Spam and \\Starred set the bits of \\All, \\Junk and \\Flagged, and \\Inbox sets
 * IMAP4_LIST_INBOX: that mailbox is INBOX, whatever the server calls it in the user's language.
 *
 * @param reference  [copied] UTF-8, usually empty.
 * @param pattern    [copied] UTF-8 with "*" and "%".
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_xlist(imap4_engine *engine, imap4_view reference,
                                             imap4_view pattern, void *ctx,
                                             imap4_cmd *out);

IMAP4_END_DECLS

#endif
