/* SPDX-License-Identifier: MIT */
/* test/transcripts/calls.h - a line "> select INBOX" becomes a call of the library. */
#ifndef TEST_TRANSCRIPTS_CALLS_H
#define TEST_TRANSCRIPTS_CALLS_H

#include "../support/dump.h"

#include "imap4/engine.h"

#include <stdbool.h>

typedef struct caller {
    imap4_engine *engine;
    imap4_cmd     last;     /* command */
    unsigned      commands; /* queued so far; `user` of an event counts from 1 */
    text          kept;     /* words: imap4_cmd_write() keeps what it is given */
    const char   *problem;  /* what of the line is not understood; NULL: nothing */
} caller;

/* Calls once; IMAP4_E_NOMEM: again.  `*is_command`: if it succeeds, it is a command. */
int caller_call(caller *c, const char *line, bool *is_command);

void caller_free(caller *c);

#endif
