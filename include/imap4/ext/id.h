/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/id.h - ID (RFC 2971): who is there.
 *
 * The command is as all of imap4/command.h.
 */
#ifndef IMAP4_EXT_ID_H
#define IMAP4_EXT_ID_H

#include "imap4/command.h"
#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/**
 * ID (RFC 2971 section 3.1), in any state.  The library never sends it by itself, and nothing
 * but what it is given: behind the login, where TLS protects it, is the best place.  What the
 * server says of itself comes as IMAP4_EV_ID; do not decide anything by it, that is what
 * capabilities are for.  Ends as IMAP4_R_REFUSED with IMAP4_E_NOCAP where ID is not announced.
 *
 * @param params  [copied] `count` of them: `name` "name", "version", "vendor", "support-url",
 *                ...; `value` may be NIL.
 * @param count   0: sends NIL.  IMAP4_E_ARG beyond the limits of the RFC: 30 pairs, names of 30
 *                octets, values of 1024, no name twice.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_id(imap4_engine *engine, const imap4_param *params,
                                          size_t count, void *ctx, imap4_cmd *out);

/**
 * Reads an ID response.
 *
 * @param ev   an event of type IMAP4_EV_ID.
 * @param out  receives a pointer [borrowed E]: pairs as sent, of which a `value` may be NIL;
 *             none if the server said NIL.
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_id_get(const imap4_event *ev, const imap4_params **out);

IMAP4_END_DECLS

#endif
