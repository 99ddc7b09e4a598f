/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/preview.h - PREVIEW (RFC 8970): a short text that shows what a message is.
 *
 * Ask for it in the items of imap4_cmd_fetch(): "PREVIEW", or "PREVIEW (LAZY)" for what the
 * server has at hand, beside ENVELOPE in a listing.  Then ask in small sets, without LAZY,
 * for those that were NIL.
 */
#ifndef IMAP4_EXT_PREVIEW_H
#define IMAP4_EXT_PREVIEW_H

#include "imap4/command.h"
#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/**
 * PREVIEW of a FETCH response: plain text in UTF-8, of at most 256 characters (RFC 8970 3.3).
 * The next answer of the server may be another one.
 *
 * The text is a stranger's, given as sent: it may have line ends and controls, be longer than
 * the RFC allows, or not be UTF-8, when a server cut it within a character
 * (imap4_utf8_valid(); strict mode refuses that).  To show it: imap4_text_display().
 *
 * @param ev   an event of type IMAP4_EV_FETCH.
 * @param out  receives the text [borrowed E].  Empty (`ptr` not NULL): the server has none for
 *             this message, do not ask again.  NIL (`ptr` NULL): none yet, which only LAZY
 *             allows; ask without it.
 * @return IMAP4_OK, also for NIL; IMAP4_E_ABSENT if the response says nothing of it;
 *         IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch_preview(const imap4_event *ev, imap4_view *out);

IMAP4_END_DECLS

#endif
