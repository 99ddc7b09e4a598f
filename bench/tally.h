/* SPDX-License-Identifier: MIT */
/* bench/tally.h - sums over all that was sent: one datum that was misread changes them. */
#ifndef BENCH_TALLY_H
#define BENCH_TALLY_H

#include <stdint.h>

typedef struct tally {
    uint64_t messages; /* or numbers, or mailboxes */
    uint64_t numbers;  /* UIDs, sizes, lines, INTERNALDATEs in Unix seconds, delimiters */
    uint64_t flags;    /* bits of system flags, of mailbox attributes */
    uint64_t keywords; /* flags without a bit, attributes */
    uint64_t strings;  /* NIL not counted */
    uint64_t bytes;    /* of keywords and strings, without quotes and escapes */
} tally;

enum {
    TALLY_TEXT = 160
};

/* "check 5 100 ...", which is also a line that the server sends behind all it has. */
void tally_text(const tally *t, char out[TALLY_TEXT]);

#endif
