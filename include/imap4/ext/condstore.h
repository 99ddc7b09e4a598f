/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/condstore.h - CONDSTORE and QRESYNC (RFC 7162): what changed since then.
 *
 * Options: `condstore`, `uidvalidity` and `modseq` of imap4_select_options, `changedsince`
 * and `vanished` of imap4_fetch_options, `unchangedsince` of imap4_store_options;
 * imap4_query_modseq().  State: `highestmodseq` of imap4_mailbox.
 *
 * To resynchronise: keep UIDVALIDITY, HIGHESTMODSEQ and the UIDs of a mailbox; when you
 * come back, imap4_cmd_enable(QRESYNC), then SELECT with `uidvalidity` and `modseq`.
 * IMAP4_EV_VANISHED tells what is gone, IMAP4_EV_FETCH what is new or changed.
 */
#ifndef IMAP4_EXT_CONDSTORE_H
#define IMAP4_EXT_CONDSTORE_H

#include "imap4/command.h"
#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/**
 * MODSEQ of a FETCH response.
 *
 * @param ev   an event of type IMAP4_EV_FETCH.
 * @param out  receives the mod-sequence.
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX.
 */
IMAP4_API IMAP4_MUST_USE int imap4_fetch_modseq(const imap4_event *ev, uint64_t *out);

/**
 * The mod-sequence behind the numbers of a SEARCH or SORT response (RFC 7162 3.1.5): the
 * highest of the messages found.  imap4_esearch has it for ESEARCH.
 *
 * @param ev   an event of type IMAP4_EV_SEARCH or IMAP4_EV_SORT; of one that comes in pieces,
 *             the last one.
 * @param out  receives the mod-sequence.
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX.
 */
IMAP4_API IMAP4_MUST_USE int imap4_search_modseq(const imap4_event *ev, uint64_t *out);

/**
 * The messages that a conditional STORE did not change: [MODIFIED 7,9] (RFC 7162 3.1.3).
 *
 * @param ev   an event with that code.
 * @param out  receives the set as sent [borrowed E], for imap4_seqset_parse() or
 *             imap4_setiter: UIDs if the command was UID STORE, else message numbers.
 * @return IMAP4_OK; IMAP4_E_ABSENT; IMAP4_E_SYNTAX.
 */
IMAP4_API IMAP4_MUST_USE int imap4_code_modified(const imap4_event *ev, imap4_view *out);

/** A VANISHED response (RFC 7162 3.2.10).  The library makes it and may append members. */
typedef struct imap4_vanished {
    imap4_view uids; /**< the set as sent, or this piece of it */
    int32_t earlier; /**< 1: expunged in an earlier session; no message number shifts */
    int32_t reserved;
} imap4_vanished;

/**
 * Reads a VANISHED response.  A long one comes in pieces, each with its UIDs.
 *
 * @param ev   an event of type IMAP4_EV_VANISHED.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX; IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_vanished_get(const imap4_event     *ev,
                                                const imap4_vanished **out);

IMAP4_END_DECLS

#endif
