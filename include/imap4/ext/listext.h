/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/listext.h - LIST-EXTENDED (RFC 5258), LIST-STATUS (RFC 5819): LIST that knows
 * more.
 *
 * Options: `selection`, `returns`, `status` and `patterns` of imap4_list_options.  Attributes:
 * imap4_list_attribute; with LIST-EXTENDED some servers tell only those that were asked for in
 * `returns`.
 *
 * A LIST with `status` is answered by IMAP4_EV_LIST and IMAP4_EV_STATUS, in any order; both
 * have its `cmd`.  A mailbox may lack its STATUS: it cannot be selected, or the server could not
 * look.
 *
 * A few servers announce LIST-EXTENDED and then answer BAD, or OK and nothing: ask again
 * without options.
 */
#ifndef IMAP4_EXT_LISTEXT_H
#define IMAP4_EXT_LISTEXT_H

#include "imap4/command.h"
#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/**
 * CHILDINFO of a LIST response (RFC 5258 3.5): the selection criteria, "SUBSCRIBED", that some
 * mailbox below this one meets.  Servers send it if RECURSIVEMATCH was in `selection`.
 *
 * @param ev   an event of type IMAP4_EV_LIST.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_list_childinfo(const imap4_event    *ev,
                                                  const imap4_strings **out);

/**
 * OLDNAME of a LIST response (RFC 5465 5.4, RFC 9051 6.3.9.7): the mailbox was renamed, or is
 * spelt otherwise than it was asked for.
 *
 * @param ev         an event of type IMAP4_EV_LIST.
 * @param name       receives the name before, in UTF-8; NIL if it cannot be decoded.
 * @param wire_name  receives it as sent, unquoted; NULL if not wanted.  Both [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_list_oldname(const imap4_event *ev, imap4_view *name,
                                                imap4_view *wire_name);

IMAP4_END_DECLS

#endif
