/* SPDX-License-Identifier: MIT */
/* cli/write_ext.h - what extensions tell, as members of a response's object.
 *
 * A row in write_ext.c for each event, code and item of FETCH. */
#ifndef IMAP4_CLI_WRITE_EXT_H
#define IMAP4_CLI_WRITE_EXT_H

#include "write_event.h"

/* How an event beyond RFC 3501 is written; NULL: there is no such row. */
typedef struct ext_event_row {
    int32_t     type;
    const char *name; /* of the response in JSON */
    void (*write)(event_writer *w, const imap4_event *ev);
} ext_event_row;

const ext_event_row *write_ext_row(const imap4_event *ev);

/* Writes the arguments of a code; false if there is no row, or they cannot be read: then they
 * are to be shown as they are. */
bool write_ext_code(event_writer *w, const imap4_event *ev);

/* Writes the items of a FETCH that have a row; a bit of the result is a row that was written. */
uint32_t write_ext_items(event_writer *w, const imap4_event *ev);
/* The item was written by that, so it need not be shown as it stands.  The second of its name
 * was not: its bit is taken from `written`. */
bool     write_ext_has(uint32_t *written, const imap4_fetch_item *item);

/* [[1,5],[7,7]]: the ranges of a set, in the order of the server. */
void write_set(event_writer *w, const char *key, imap4_view set);

/* What stands behind the name of a LIST. */
void write_list_extended(event_writer *w, const imap4_event *ev);

/* write_account.c: rows of write_ext.c. */
void write_acl(event_writer *w, const imap4_event *ev);
void write_listrights(event_writer *w, const imap4_event *ev);
void write_myrights(event_writer *w, const imap4_event *ev);
void write_quota(event_writer *w, const imap4_event *ev);
void write_quotaroot(event_writer *w, const imap4_event *ev);
void write_metadata(event_writer *w, const imap4_event *ev);
int  write_metadata_code(event_writer *w, const imap4_event *ev);
void write_annotation(event_writer *w, const imap4_event *ev);
void write_id(event_writer *w, const imap4_event *ev);
void write_namespace(event_writer *w, const imap4_event *ev);

/* "name", and "wire_name" if that says something else. */
void write_mailbox(event_writer *w, imap4_view name, imap4_view wire_name);

#endif
