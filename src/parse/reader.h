/* SPDX-License-Identifier: MIT */
/* parse/reader.h - what the engine asks of the reader beyond imap4/reader.h. */
#ifndef I4_PARSE_READER_H
#define I4_PARSE_READER_H

#include "imap4/reader.h"

#include "parse/event.h"
#include "parse/registry.h"

/* As imap4_reader_new(), with the rows to know.  `reg` must outlive the reader. */
int i4_reader_new(const imap4_reader_options *opt, const i4_registry *reg,
                  imap4_reader **out);

/* Reads what a new reader holds, which must be one response: in one piece, however long.
 * IMAP4_OK; IMAP4_E_ARG if it is none, or more; IMAP4_E_NOMEM. */
int i4_reader_whole(imap4_reader *reader, i4_event **ev);

/* The event that imap4_reader_next() gave last, to be changed by the engine before it is
 * handed on: type, cmd, user, result, data.  NULL if none is out. */
i4_event *i4_reader_event(imap4_reader *reader);

/* imap4_reader_next() would not return 0 now.  Frames, does not parse. */
bool i4_reader_is_ready(imap4_reader *reader);

/* imap4_reader_buf() would lend room now (memory permitting): nothing is lent, no fatal
 * error, and either no event is out or the tail has room. */
bool i4_reader_can_lend(imap4_reader *reader);

/* Mailbox names come in UTF-8 from now on (RFC 6855 section 3), or do not. */
void i4_reader_set_utf8(imap4_reader *reader, bool is_utf8);

/* Reads nothing that follows the event that is out, a whole response: the bytes are those of a
 * layer. */
void       i4_reader_hold(imap4_reader *reader);
/* What has come since; good until more comes. */
imap4_view i4_reader_held(const imap4_reader *reader);
/* Forgets it and reads on. */
void       i4_reader_go_on(imap4_reader *reader);

/* Gives the event back that is out, and reads nothing more: i4_reader_held() has all that comes.
 * IMAP4_OK; IMAP4_E_BUSY with nothing done: a part of a response was told already. */
int  i4_reader_to_bytes(imap4_reader *reader);
/* Takes the first of what i4_reader_held() has. */
void i4_reader_take(imap4_reader *reader, size_t len);
/* Reads responses again. */
void i4_reader_to_responses(imap4_reader *reader);

/* Bytes committed that belong to no event taken yet. */
size_t i4_reader_unread(const imap4_reader *reader);

/* Bytes of the inbound buffer now. */
size_t i4_reader_capacity(const imap4_reader *reader);

#endif
