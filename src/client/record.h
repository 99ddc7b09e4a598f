/* SPDX-License-Identifier: MIT */
/* client/record.h - one response as it came in, in one block of memory. */
#ifndef I4_CLIENT_RECORD_H
#define I4_CLIENT_RECORD_H

#include "imap4/event.h"

#include "base/mem.h"

#include <stdbool.h>

/* Bytes that grow: a literal that is streamed, or a line that comes in pieces. */
typedef struct i4_pile {
    struct i4_pile *next;
    size_t          len;
    size_t          cap;
    char           *at;
} i4_pile;

/* Adds bytes, at most up to `max` in all.  IMAP4_OK; IMAP4_E_LIMIT; IMAP4_E_NOMEM. */
int  i4_pile_add(const i4_mem *mem, i4_pile *b, imap4_view more, size_t max);
void i4_pile_free(const i4_mem *mem, i4_pile **list);

typedef struct i4_record {
    struct i4_record *next;
    size_t            size;   /* of the block */
    size_t            weight; /* with its bodies */
    i4_pile          *bodies; /* literals that were streamed */
    int32_t           type;   /* an imap4_event_type */
    int32_t           status; /* an imap4_status_word */
    uint32_t          number;
    bool              is_numbered; /* "* 5 NAME" */
    bool              is_datum;    /* of the reply that it is in */
    bool              is_code;     /* it is kept for its response code */
    bool              is_utf8;     /* mailbox names in it are (RFC 6855) */
    imap4_view        name;        /* "FETCH", or the status word, as sent */
    imap4_view        code;        /* NIL: none */
    imap4_view        code_args;
    imap4_view rest; /* of its first line, behind the name, without CRLF and "{n}" kept */
    size_t     count;
    imap4_segment raw[];
} i4_record;

/* What a record is made of, besides the event: literals that were streamed, in their
 * order (taken over), and what came in pieces before (NULL: it is whole). */
typedef struct i4_parts {
    i4_pile       *bodies;
    const i4_pile *line;
} i4_parts;

/* Bytes that such a record takes, bodies included. */
size_t i4_record_weight(const imap4_event *ev, const i4_parts *parts);

/* NULL without memory; then `parts` is as before. */
i4_record *i4_record_new(const i4_mem *mem, const imap4_event *ev, i4_parts *parts);
void       i4_record_free(const i4_mem *mem, i4_record *record);

/* Is it called so, without regard to case?  Of a code: that. */
bool i4_record_is(const i4_record *record, imap4_view type);

#endif
