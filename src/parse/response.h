/* SPDX-License-Identifier: MIT */
/* parse/response.h - what kind of response a first line begins. */
#ifndef I4_PARSE_RESPONSE_H
#define I4_PARSE_RESPONSE_H

#include "parse/event.h"

typedef enum i4_kind {
    I4_KIND_EMPTY,    /* nothing but NUL and spaces: no event */
    I4_KIND_CONTINUE, /* "+ text" */
    I4_KIND_STATUS,   /* "* OK text", "tag OK text" */
    I4_KIND_DATA,     /* "* NAME ...", "* n NAME ..." with a row */
    I4_KIND_UNKNOWN   /* anything else */
} i4_kind;

/* The head of a response.  Offsets count from its first byte. */
typedef struct i4_head {
    i4_kind            kind;
    const i4_resp_row *row; /* I4_KIND_DATA */
    int32_t            status;
    uint32_t           number;
    bool               is_odd;  /* the number is not one */
    size_t             tag_len; /* from `tag_at`; 0: untagged */
    size_t             tag_at;
    size_t             name_at;
    size_t             name_len;
    size_t             body_at; /* what follows the name, or the text of a status line */
} i4_head;

/* Reads the head of the line [base, end), without its CRLF.  `last` is the row that was
 * found before: responses come in runs. */
void i4_head_read(i4_head *head, const i4_index *index, const i4_resp_row *last,
                  const char *base, const char *end);

/* Fills the event of a whole response (or of a piece of one) whose bytes are [base, end),
 * without the last CRLF. */
void i4_response_event(i4_event *ev, const i4_head *head, const i4_registry *reg,
                       const char *base, const char *end);

#endif
