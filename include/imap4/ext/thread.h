/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/thread.h - THREAD (RFC 5256): search, and who replied to whom.
 *
 * The command is as all of imap4/command.h.
 */
#ifndef IMAP4_EXT_THREAD_H
#define IMAP4_EXT_THREAD_H

#include "imap4/command.h"
#include "imap4/data.h"

IMAP4_BEGIN_DECLS

/**
 * THREAD or UID THREAD (RFC 5256 section 3): IMAP4_EV_THREAD answers.  Ends as
 * IMAP4_R_REFUSED with IMAP4_E_NOCAP if the server does not announce THREAD= with that
 * algorithm.
 *
 * @param algorithm  [copied] "REFERENCES", "ORDEREDSUBJECT", "REFS": an atom.
 * @param criteria   [copied] as for imap4_cmd_search().  The charset is sent before it, as in
 *                   imap4_cmd_sort().
 * @param opt        [copied] as for imap4_cmd_search(), but `results` must be NIL; NULL for
 *                   THREAD by message numbers.  The command is never sent in parts.
 */
IMAP4_API IMAP4_MUST_USE int
imap4_cmd_thread(imap4_engine *engine, imap4_view algorithm, imap4_view criteria,
                 const imap4_search_options *opt, void *ctx, imap4_cmd *out);

/** A message in its thread.  Frozen. */
typedef struct imap4_thread_node {
    uint32_t number; /**< message number or UID, as it was asked for; 0: a message that is not
                          there, only its replies are */
    int32_t  parent; /**< its index, which is smaller; -1: none, a thread begins */
    uint32_t depth;  /**< how many are above it: 0 where a thread begins */
    uint32_t size; /**< it and all that is below it: the next sibling is at [i + size] */
} imap4_thread_node;

/** A THREAD response.  The library makes it and may append members. */
typedef struct imap4_threads {
    const imap4_thread_node *at; /**< `count` of them: each thread from the top, parents
                                         before their replies, in the order of the server */
    size_t                   count; /**< 0: nothing was found */
} imap4_threads;

/**
 * Reads a THREAD response.
 *
 * @param ev   an event of type IMAP4_EV_THREAD.
 * @param out  receives a pointer [borrowed E].
 * @return IMAP4_OK; IMAP4_E_ABSENT for other events; IMAP4_E_SYNTAX, also if lists nest deeper
 *         than `max_depth` (a chain of replies, however long, is one list); IMAP4_E_NOMEM.
 */
IMAP4_API IMAP4_MUST_USE int imap4_thread_get(const imap4_event    *ev,
                                              const imap4_threads **out);

IMAP4_END_DECLS

#endif
