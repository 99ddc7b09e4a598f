/* SPDX-License-Identifier: MIT */
/* engine/session.h - the states of RFC 3501 section 3, and what leads from one to another. */
#ifndef I4_ENGINE_SESSION_H
#define I4_ENGINE_SESSION_H

#include "engine/engine.h"

/* The state after a command has succeeded. */
int32_t i4_session_after(const i4_cmd_row *row, int32_t state);
/* A command without a row may be sent in any state but the last two. */
bool    i4_session_allows(const i4_cmd_row *row, int32_t state);

/* Why a command may not go out now; IMAP4_OK if it may.  `job->missing` is set if something
 * is. */
int i4_session_check(const imap4_engine *e, i4_job *job, const char **why);

enum {
    I4_NEED_ROOM = 64
};

/* What satisfies the i-th of a command's needs, with spaces between; "THREAD=" is joined with the
 * argument in `buf`.  NIL: nothing does. */
imap4_view i4_session_need(const i4_job *job, size_t i, char buf[I4_NEED_ROOM]);
/* One of these extensions would be used: the server offers it, and it is not broken. */
bool       i4_session_offers(const imap4_engine *e, imap4_view names);

/* A command goes out. */
void i4_session_sent(imap4_engine *e, const i4_job *job);
/* A command ended as `result`.  IMAP4_OK; IMAP4_E_NOMEM with nothing changed. */
int  i4_session_done(imap4_engine *e, const i4_job *job, int32_t result);

/* The first line.  IMAP4_OK; IMAP4_E_NOMEM with nothing changed. */
int  i4_session_greet(imap4_engine *e, i4_event *ev);
/* Takes the capability list out of an event, if there is one. */
int  i4_session_learn(imap4_engine *e, const imap4_event *ev);
/* BYE, and what it says. */
void i4_session_bye(imap4_engine *e, const imap4_event *ev);

/* The stream has ended, `code` says how; complete events come first. */
void i4_session_end(imap4_engine *e, int code, int os_errno, imap4_view text);
/* ... and now they have come. */
void i4_session_ended(imap4_engine *e);
/* Over at once.  `text`: static or copied. */
void i4_session_fatal(imap4_engine *e, int code, imap4_view text, imap4_view where,
                      uint64_t offset);

#endif
