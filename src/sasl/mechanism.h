/* SPDX-License-Identifier: MIT */
/* sasl/mechanism.h - a mechanism is a row: what it needs, and the texts it says. */
#ifndef I4_SASL_MECHANISM_H
#define I4_SASL_MECHANISM_H

#include "imap4/sasl.h"

#include <stdbool.h>

/* Bytes that are counted first (`at` NULL) and then written. */
typedef struct i4_saying {
    char  *at;
    size_t len;
} i4_saying;

void i4_say(i4_saying *to, imap4_view text);

enum {
    I4_SAYINGS_MAX = 2
};

/* Members of the credentials that must not be NIL. */
enum {
    I4_NEEDS_USER     = 1,
    I4_NEEDS_PASSWORD = 2,
    I4_NEEDS_TOKEN    = 4
};

typedef struct i4_mechanism {
    const char *name;
    unsigned    needs;
    bool        is_first; /* its first saying is the initial response */
    unsigned    count;    /* of sayings, at most I4_SAYINGS_MAX */
    /* Writes saying `i`. */
    void (*say)(i4_saying *to, unsigned i, const imap4_credentials *c);
    /* What answers a challenge that tells of an error; NULL: there is none. */
    const char *answer_to_error;
    char        separator; /* a byte that no member may hold, besides NUL */
} i4_mechanism;

extern const i4_mechanism i4_mechanisms[];
extern const size_t       i4_mechanisms_count;

#endif
