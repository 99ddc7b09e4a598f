/* SPDX-License-Identifier: MIT */
/* parse/envelope.h - ENVELOPE from tokens: of a FETCH item, or of a message/rfc822 part. */
#ifndef I4_PARSE_ENVELOPE_H
#define I4_PARSE_ENVELOPE_H

#include "parse/event.h"

/* Takes an envelope.  IMAP4_OK; IMAP4_E_SYNTAX; IMAP4_E_NOMEM, IMAP4_E_LIMIT. */
int i4_take_envelope(i4_cursor *c, imap4_envelope *out);

#endif
