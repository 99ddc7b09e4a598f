/* SPDX-License-Identifier: MIT */
/* test/support/ext.h - what extensions tell, for dump.c and for the E: lines of transcripts.
 *
 * A row in ext.c for each event, code and item that has typed data. */
#ifndef TEST_EXT_H
#define TEST_EXT_H

#include "dump.h"

/* The typed data of an event beyond RFC 3501, each behind a space. */
void ext_event(text *t, const imap4_event *ev);
/* The same of its code. */
void ext_code(text *t, const imap4_event *ev);
/* The same of the items of a FETCH, each in a line "  MODSEQ = 5". */
void ext_items(text *t, const imap4_event *ev);

#endif
