/* SPDX-License-Identifier: MIT */
/* bench/canned.h - what a server would send, and what a client should find in it. */
#ifndef BENCH_CANNED_H
#define BENCH_CANNED_H

#include <stdint.h>

/* Sums over all messages: one that was misread changes them. */
typedef struct tally {
    uint64_t messages;
    uint64_t numbers;  /* UIDs, sizes, INTERNALDATEs in Unix seconds */
    uint64_t flags;    /* bits of system flags */
    uint64_t keywords; /* flags without a bit */
    uint64_t strings;  /* of envelopes, NIL not counted */
    uint64_t bytes;    /* of keywords and strings, without quotes and escapes */
} tally;

enum {
    TALLY_TEXT = 160
};

/* "check 5 100 ...", which is also the text of the last line that the server sends. */
void tally_text(const tally *t, char out[TALLY_TEXT]);

/* A greeting, `count` FETCH responses of the workload "flags" or "env", and an OK with the
 * tally, in a file in memory.  Returns its descriptor; exits if that cannot be had. */
int canned_file(const char *workload, uint32_t count);

#endif
