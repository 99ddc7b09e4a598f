/* SPDX-License-Identifier: MIT */
/* cli/write_event.h - events become JSON objects, one a response (doc/json.md). */
#ifndef IMAP4_CLI_WRITE_EVENT_H
#define IMAP4_CLI_WRITE_EVENT_H

#include "imap4/data.h"

#include "out_json.h"
#include "values.h"

enum {
    WRITE_INVALID = 16
};

typedef struct event_writer {
    out_json    out;
    values      values;
    const char *invalid[WRITE_INVALID]; /* what could not be read in this response */
    size_t      invalid_count;
    bool        is_bad;    /* this response, also in a piece before */
    uint64_t    responses; /* counts of all responses so far */
    uint64_t    bad;
    uint64_t    unknown;
} event_writer;

/* Takes the next event of a reader; writes a line unless the event is a piece of a body.
 * False on failure: `out.error` says which. */
bool write_event(event_writer *w, const imap4_event *ev);

/* ---- for the files that write parts of an object ---------------------------- */

/* Of an accessor's result: true if the datum can be written.  What cannot be read is noted
 * as `name`, memory that is missing as a failure. */
bool write_can(event_writer *w, int rc, const char *name);

/* Notes that `name` could not be read. */
void write_note(event_writer *w, const char *name);

/* The number before the response's name. */
void write_number(event_writer *w, const imap4_event *ev);
void write_flags(event_writer *w, const char *key, const imap4_flags *flags);
void write_strings(event_writer *w, const char *key, const imap4_strings *strings);

/* write_fetch.c: the members of a FETCH response. */
void write_fetch(event_writer *w, const imap4_event *ev);

/* write_body.c */
void write_envelope(event_writer *w, const char *key, const imap4_envelope *envelope);
void write_body(event_writer *w, const char *key, const imap4_body *body);
/* "1994-02-07T21:52:25-08:00"; without zone if it is not known. */
void write_date(event_writer *w, const char *key, const imap4_date *date);

#endif
