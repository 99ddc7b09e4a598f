/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/proxyauth.h - PROXYAUTH: an administrator goes on as another user.
 *
 * A command of Netscape, iPlanet and Sun servers, in no RFC.  They do not announce it, so it
 * is sent to every server; one that does not know it says BAD.  The command is as all of
 * imap4/command.h.  Elsewhere the authzid of imap4_cmd_auth_plain() does the same.
 */
#ifndef IMAP4_EXT_PROXYAUTH_H
#define IMAP4_EXT_PROXYAUTH_H

#include "imap4/command.h"

IMAP4_BEGIN_DECLS

/**
 * PROXYAUTH: the session is the other user's from its OK on.  Legal only while no mailbox is
 * selected (else IMAP4_E_STATE), and nothing goes out behind it until it is answered.
 *
 * @param user  [copied] the bytes of a user's name.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_proxyauth(imap4_engine *engine, imap4_view user,
                                                 void *ctx, imap4_cmd *out);

IMAP4_END_DECLS

#endif
