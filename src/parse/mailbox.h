/* SPDX-License-Identifier: MIT */
/* parse/mailbox.h - mailbox names in responses. */
#ifndef I4_PARSE_MAILBOX_H
#define I4_PARSE_MAILBOX_H

#include "parse/event.h"

/* A wire name as UTF-8; NIL if it is no modified UTF-7 (RFC 3501 5.1.3).  Such a name
 * keeps its identity, the wire name.  IMAP4_OK; IMAP4_E_NOMEM, IMAP4_E_LIMIT. */
int i4_mailbox_decode(const i4_event *ev, imap4_view wire, imap4_view *out);

/* Takes a hierarchy delimiter: a byte, -1 for NIL (RFC 3501 7.2.2). */
int i4_take_delimiter(i4_cursor *c, int32_t *out);

#endif
