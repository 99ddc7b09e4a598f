/* SPDX-License-Identifier: MIT */
/* cli/values.h - the long values of responses: which are shown, and what stands for the rest.
 *
 * A value is shown if it has at most `max` bytes, and if all such values of its response
 * up to it have at most VALUES_ROOM bytes together.  For another its size and its SHA-256
 * stand.  So the memory is bounded, and whether the library held a value or told it in
 * pieces makes no difference. */
#ifndef IMAP4_CLI_VALUES_H
#define IMAP4_CLI_VALUES_H

#include "imap4/event.h"

#include "out_json.h"
#include "sha256.h"

enum {
    VALUES_MAX  = 64 * 1024,
    VALUES_ROOM = 8 * 1024 * 1024
};

/* A literal that came as IMAP4_EV_BODY_*. */
typedef struct value_streamed {
    uint64_t size;
    char    *text; /* `size` bytes; NULL: see `hex` */
    char     hex[SHA256_HEX + 1];
} value_streamed;

typedef struct values {
    size_t          max;
    sha256         *hash;
    value_streamed *at; /* of the response that is being read, in its order */
    size_t          count;
    size_t          room;
    uint64_t        kept;  /* bytes of those that may be shown */
    uint64_t        came;  /* of the one that is coming */
    uint64_t        shown; /* bytes, by values_is_shown() */
    size_t          next;  /* for values_next() */
} values;

/* False: no memory. */
bool values_init(values *v, size_t max);
void values_free(values *v);

/* Takes IMAP4_EV_BODY_BEGIN, _DATA or _END.  False: no memory. */
bool values_take(values *v, const imap4_event *ev);

/* Forgets what was kept for a response. */
void values_reset(values *v);

/* The next streamed value of this response; NULL if there is none. */
const value_streamed *values_next(values *v);

/* To be asked once for each value, in the order of the response. */
bool values_is_shown(values *v, uint64_t size);

/* Writes "KEY" (or "KEY_b64") if the value is short enough; else "KEY_size" and
 * "KEY_sha256". */
void values_out(values *v, out_json *out, const char *key, imap4_view value);

/* Writes "sha256" of some bytes. */
void values_out_hash(values *v, out_json *out, const char *key, imap4_view value);

#endif
