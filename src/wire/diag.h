/* SPDX-License-Identifier: MIT */
/* wire/diag.h - the findings of one reader: what the grammar does not allow (imap4/diag.h).
 *
 * Every tolerated deviation is reported through one call that also decides by the mode:
 *
 *     if (i4_cursor_is_nil(&in))
 *         I4_TRY(i4_odd(&in, IMAP4_DIAG_NIL, in.t, "RFC 3501 9, env-from"));
 *
 * goes on in tolerant mode and is IMAP4_E_SYNTAX in strict mode.  Nothing is allocated,
 * and a response without deviations costs nothing. */
#ifndef I4_WIRE_DIAG_H
#define I4_WIRE_DIAG_H

#include "imap4/diag.h"
#include "imap4/event.h"

#include <stdbool.h>

enum {
    I4_DIAG_WAITING = 16
};

typedef struct i4_finding {
    uint64_t    offset;
    uint64_t    count;
    const char *rule;
    int32_t     kind;
    uint32_t    len;
    char        bytes[IMAP4_DIAG_BYTES];
} i4_finding;

typedef struct i4_diag_log {
    const imap4_event *ev;   /* whose bytes are looked at */
    const char        *copy; /* a part of them that was copied, and where it came from */
    size_t             copy_len;
    const char        *copy_of;
    bool               is_strict;
    unsigned           first; /* of those that wait, and how many do */
    unsigned           waiting;
    i4_finding         at[I4_DIAG_WAITING];
    uint64_t           count[IMAP4_DIAG_KINDS];
} i4_diag_log;

/* Notes what stands at `bytes`, which lie in the event, or in the copy. */
void i4_diag_note(i4_diag_log *log, imap4_diag_kind kind, imap4_view bytes,
                  const char *rule);

/* The same where the place in the stream is known. */
void i4_diag_note_at(i4_diag_log *log, imap4_diag_kind kind, imap4_view bytes,
                     uint64_t offset, const char *rule);

/* Takes the first that waits: imap4_reader_diag(). */
int i4_diag_take(i4_diag_log *log, imap4_diag *out);

/* imap4_reader_diag_count() */
uint64_t i4_diag_count(const i4_diag_log *log, int32_t kind);

#endif
