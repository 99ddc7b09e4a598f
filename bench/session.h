/* SPDX-License-Identifier: MIT */
/* bench/session.h - the work as a session on an engine; who moves the bytes is another. */
#ifndef BENCH_SESSION_H
#define BENCH_SESSION_H

#include "take.h"

#include "imap4/engine.h"

typedef struct session {
    taker         taker;
    const work   *work;
    imap4_engine *engine;
    uint64_t      left; /* commands to be queued */
    uint64_t      open; /* commands that are not done */
    char         *message;
    bool          is_working;
} session;

/* Makes the engine, queues LOGIN and SELECT.  When they are done the clock starts. */
void session_start(session *s, const arguments *a);
/* Takes all events that there are.  False when the session is over. */
bool session_take(session *s);
void session_end(session *s);

#endif
