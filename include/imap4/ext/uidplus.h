/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/ext/uidplus.h - UIDPLUS (RFC 4315): UID EXPUNGE; which UIDs APPEND, COPY and
 * MOVE gave.
 *
 * The command is as all of imap4/command.h.
 */
#ifndef IMAP4_EXT_UIDPLUS_H
#define IMAP4_EXT_UIDPLUS_H

#include "imap4/command.h"
#include "imap4/event.h"

IMAP4_BEGIN_DECLS

/**
 * UID EXPUNGE (RFC 4315 section 2.1): removes those messages of a set that are \Deleted.  A
 * long set is sent as several commands, as in imap4_cmd_fetch().  Ends as IMAP4_R_REFUSED
 * with IMAP4_E_NOCAP where UIDPLUS is not announced: EXPUNGE would remove others too.
 *
 * @param set  [copied] UIDs, not empty.
 */
IMAP4_API IMAP4_MUST_USE int imap4_cmd_uid_expunge(imap4_engine       *engine,
                                                   const imap4_seqset *set, void *ctx,
                                                   imap4_cmd *out);

/** [APPENDUID ...]: where the message is now.  The caller owns the struct; it is filled. */
typedef struct imap4_appenduid {
    uint32_t   uidvalidity; /**< of the mailbox appended to */
    uint32_t   reserved;
    imap4_view uids; /**< as sent [borrowed E]: one UID, several after MULTIAPPEND */
} imap4_appenduid;

/**
 * Reads the code of an APPEND's end.
 *
 * @param ev   IMAP4_EV_DONE, or an event with that code.
 * @param out  is filled; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_ABSENT (the server need not tell); IMAP4_E_SYNTAX.
 */
IMAP4_API IMAP4_MUST_USE int imap4_code_appenduid(const imap4_event *ev,
                                                  imap4_appenduid   *out);

/** UIDs before and after, of the same length; each may run downwards.  Frozen. */
typedef struct imap4_uidpair {
    uint32_t from_first;
    uint32_t from_last;
    uint32_t to_first;
    uint32_t to_last;
} imap4_uidpair;

/** [COPYUID ...], and a walk over it.  The caller owns the struct; it is filled. */
typedef struct imap4_copyuid {
    uint32_t      uidvalidity; /**< of the mailbox copied to */
    uint32_t      reserved;
    imap4_view    from; /**< as sent [borrowed E]; the walk takes from it; NIL: nothing */
    imap4_view    to;   /**< the same */
    imap4_uidpair left; /**< private: of the walk */
} imap4_copyuid;

/**
 * Reads the code of a COPY or MOVE: of its end (IMAP4_EV_DONE), of a part of it
 * (IMAP4_EV_PART), or, for MOVE, of an untagged OK before that (RFC 6851 section 4.3).
 *
 * @param ev   an event with that code.
 * @param out  is filled; untouched on failure.
 * @return IMAP4_OK; IMAP4_E_ABSENT (the server need not tell); IMAP4_E_SYNTAX, also if there
 *         are not as many UIDs on both sides.
 */
IMAP4_API IMAP4_MUST_USE int imap4_code_copyuid(const imap4_event *ev, imap4_copyuid *out);

/**
 * Takes the next pair of ranges; nothing is expanded, whatever the server claims.
 *
 * @param walk  what imap4_code_copyuid() filled; changed.
 * @param out   is filled: the n-th UID of one range became the n-th of the other.
 * @return 1; 0 at the end; IMAP4_E_SYNTAX.
 */
IMAP4_API IMAP4_MUST_USE int imap4_copyuid_next(imap4_copyuid *walk, imap4_uidpair *out);

IMAP4_END_DECLS

#endif
