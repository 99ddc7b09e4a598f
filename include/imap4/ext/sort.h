/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/sort.h - SORT (RFC 5256, RFC 5267, RFC 5957): search, in an order.
 *
 * The command is as all of imap4/command.h.
 */
#ifndef IMAP4_EXT_SORT_H
#define IMAP4_EXT_SORT_H

#include "imap4/command.h"
#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/**
 * SORT or UID SORT (RFC 5256 section 3).  IMAP4_EV_SORT answers, or IMAP4_EV_ESEARCH if
 * `opt->results` is not NIL; imap4_search_numbers() walks over both in the order of the sort,
 * while imap4_search_collect() makes a set, which has no order.  In an ESEARCH the messages of a
 * range follow each other upwards, also if it is written "12:10" (RFC 5267 3.2).
 *
 * Ends as IMAP4_R_REFUSED with IMAP4_E_NOCAP where SORT is not announced.
 *
 * @param program   [copied] "REVERSE DATE SUBJECT": ARRIVAL, CC, DATE, FROM, SIZE, SUBJECT, TO;
 *                  DISPLAYFROM, DISPLAYTO (RFC 5957, which the server must announce as
 *                  SORT=DISPLAY); or a key of another extension.  REVERSE stands before the key
 *                  that it turns.
 * @param criteria  [copied] as for imap4_cmd_search().  The charset is sent before it: UTF-8 if
 *                  some string is not ASCII, else US-ASCII, or that of imap4_query_charset().
 * @param opt       [copied] as for imap4_cmd_search(); NULL for plain SORT.  `results` needs
 *                  ESORT.  The command is never sent in parts: a set that makes the line too
 *                  long is IMAP4_E_LIMIT.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_sort(imap4_engine *engine, imap4_view program, imap4_view criteria,
               const imap4_search_options *opt, void *ctx, imap4_cmd *out);

IMAP4_END_DECLS

#endif
