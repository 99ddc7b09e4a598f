/* SPDX-License-Identifier: MIT */
/* test/servers/truth.h - what test/mail/generate.py knows of a message, against events. */
#ifndef TEST_TRUTH_H
#define TEST_TRUTH_H

#include "imap4/data.h"

#include <stdbool.h>

typedef struct truth truth;

/* Reads DIR/NNNNNN.json; NULL (and a line on stderr) if that cannot be done. */
truth *truth_load(const char *dir, unsigned number);
void   truth_free(truth *t);

/* For APPEND: views into the truth. */
imap4_view truth_flags(const truth *t);
imap4_view truth_internaldate(const truth *t);
uint64_t   truth_size(const truth *t);
imap4_view truth_sha256(const truth *t);
bool       truth_has_flag(const truth *t, const char *flag);

/* Compares flags, date, size, envelope and structure of a FETCH; says each difference on
 * stderr and returns their number. */
unsigned truth_compare(const truth *t, const imap4_event *ev);

/* The i-th section: its name, its size and its SHA-256 in hex; false past the end. */
bool truth_section(const truth *t, size_t i, imap4_view *name, uint64_t *size,
                   imap4_view *sha256);

/* What is true of the content of a leaf. */
typedef struct truth_leaf {
    uint64_t   size; /* after the transfer encoding */
    imap4_view sha256;
    uint64_t   text_size; /* the same in UTF-8; text_sha256 is NIL if it has no charset */
    imap4_view text_sha256;
    imap4_view filename; /* NIL if it has none */
} truth_leaf;

/* The leaf of a number as of imap4_body_number(); false if there is none. */
bool truth_find_leaf(const truth *t, imap4_view number, truth_leaf *leaf);

/* The decoded subject; NIL if there is none. */
imap4_view truth_subject(const truth *t);

/* SHA-256 of bytes that come in pieces. */
typedef struct digest digest;
digest               *digest_new(void);
void                  digest_add(digest *d, imap4_view bytes);
/* Gives 64 hex digits and begins again; *size: how many bytes were added. */
void                  digest_end(digest *d, char hex[65], uint64_t *size);
void                  digest_free(digest *d);

#endif
