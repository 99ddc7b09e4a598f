/* SPDX-License-Identifier: MIT */
/* client/reply.h - filling a reply. */
#ifndef I4_CLIENT_REPLY_H
#define I4_CLIENT_REPLY_H

#include "imap4/client.h"

#include "client/record.h"

/* NULL without memory. */
imap4_reply *i4_reply_new(const i4_mem *mem);

/* Appends a response, which it takes over. */
void       i4_reply_add(imap4_reply *r, i4_record *record);
/* Puts responses that were kept before all others. */
void       i4_reply_prepend(imap4_reply *r, i4_record *list);
/* Takes what is marked as data out again. */
i4_record *i4_reply_take_data(imap4_reply *r);
/* Bytes that it holds. */
size_t     i4_reply_weight(const imap4_reply *r);

/* The tagged answer.  IMAP4_OK; IMAP4_E_NOMEM. */
int  i4_reply_end(imap4_reply *r, const imap4_event *done);
/* Without one: the seed's type of it, an imap4_status_word. */
void i4_reply_set_type(imap4_reply *r, int32_t type);

/* Its data are the responses of these types that are marked as data, "QUOTAROOT QUOTA",
 * in this order; NIL: the tagged text.  Static. */
void i4_reply_answer(imap4_reply *r, imap4_view types);
/* The same for a type that is copied.  False without memory. */
bool i4_reply_answer_copy(imap4_reply *r, imap4_view type);

#endif
