/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/reply.h - the answer to one command of the IMAP4 object.
 *
 * A reply has three sides: the tagged answer; the responses that came while the command ran, as
 * events, for typed access; and the list of data that Python's imaplib gives.  It is the
 * caller's, and lives on when the object is gone.  One thread uses it at a time.
 */
#ifndef IMAP4_REPLY_H
#define IMAP4_REPLY_H

#include "imap4/event.h"

IMAP4_BEGIN_DECLS

/** The seed's (type, [data, ...]): the answer to one command. */
typedef struct imap4_reply imap4_reply;

/**
 * The word of the tagged answer.
 *
 * @param r  the reply; NULL has none.
 * @return an imap4_status_word: OK, NO, BAD; BYE of imap4_logout().
 */
IMAP4_API int imap4_reply_type(const imap4_reply *r);

/**
 * The tagged answer: `status`, `text`, `code`, and what imap4_code_copyuid() and friends ask.
 *
 * @param r  the reply.
 * @return IMAP4_EV_DONE, good as long as `r`; NULL of imap4_response(), imap4_recent() and
 *         partial replies.
 */
IMAP4_API const imap4_event *imap4_reply_status(const imap4_reply *r);

/**
 * Counts the responses that came while the command ran, asked for or not, in their order.
 *
 * @param r  the reply; NULL counts 0.
 * @return how many.
 */
IMAP4_API size_t imap4_reply_events(const imap4_reply *r);

/**
 * One of them, for the functions of imap4/data.h and imap4/ext/.  It is read when it is asked
 * for, once.
 *
 * @param r  the reply.
 * @param i  below imap4_reply_events().
 * @return good as long as `r`; NULL beyond the end, or if there is no memory for it.
 */
IMAP4_API const imap4_event *imap4_reply_event(imap4_reply *r, size_t i);

/**
 * The next one of a type: for (i = 0; (ev = imap4_reply_find(r, IMAP4_EV_FETCH, &i)) != NULL;)
 *
 * @param r     the reply; NULL has none.
 * @param type  an imap4_event_type.
 * @param at    where to begin, 0; receives the index behind the one that was found.
 * @return good as long as `r`; NULL: there is no other, or no memory for it.
 */
IMAP4_API const imap4_event *imap4_reply_find(imap4_reply *r, int type, size_t *at);

/**
 * Counts the seed's data list.  One FETCH with two literals has three: head and literal, head
 * and literal, the rest.  An answer with nothing in it has 0, the seed's [None].
 *
 * @param r  the reply; NULL counts 0.
 * @return how many.
 */
IMAP4_API size_t imap4_reply_count(const imap4_reply *r);

/**
 * One datum of it, as imaplib gives it.
 *
 * @param r        the reply.
 * @param k        below imap4_reply_count().
 * @param head     receives the bytes, "1 (BODY[] {5}"; good as long as `r`.
 * @param literal  receives the literal behind it; NIL: there is none.  NULL if not wanted.
 * @param event    receives the index of the response it is of; SIZE_MAX: of none.  NULL if not
 *                 wanted.
 * @return 1; 0 beyond the end, or if there is no memory for it.
 */
IMAP4_API int imap4_reply_datum(imap4_reply *r, size_t k, imap4_view *head,
                                imap4_view *literal, size_t *event);

/** Frees a reply, also when the object is gone, and sets `*r` to NULL.
 *  @param r  NULL, or address of NULL, is allowed. */
IMAP4_API void imap4_reply_free(imap4_reply **r);

IMAP4_END_DECLS

#endif
