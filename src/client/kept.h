/* SPDX-License-Identifier: MIT */
/* client/kept.h - responses that no method has given yet. */
#ifndef I4_CLIENT_KEPT_H
#define I4_CLIENT_KEPT_H

#include "client/record.h"

enum {
    I4_KEPT_COUNT = 64,          /* of one type */
    I4_KEPT_BYTES = 64 * 1024,   /* of one type */
    I4_KEPT_ALL   = 1024 * 1024, /* of all */
};

typedef struct i4_kept {
    i4_record *first;
    i4_record *last;
    size_t     weight;
} i4_kept;

/* Keeps a record, and drops the oldest of its type, then of all, that are too many.  One
 * that alone is too large is dropped itself. */
void i4_kept_add(i4_kept *kept, const i4_mem *mem, i4_record *record);

/* Takes all of a type out (NIL: of any), in their order; NULL: there are none. */
i4_record *i4_kept_take(i4_kept *kept, imap4_view type);

/* Frees all of a type, or all (NIL). */
void i4_kept_drop(i4_kept *kept, const i4_mem *mem, imap4_view type);

/* Is there one that says something (a number but 0)? */
bool i4_kept_has(const i4_kept *kept, imap4_view type);

#endif
