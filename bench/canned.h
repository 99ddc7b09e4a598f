/* SPDX-License-Identifier: MIT */
/* bench/canned.h - what a server would send, and what a client should find in it. */
#ifndef BENCH_CANNED_H
#define BENCH_CANNED_H

#include "tally.h"
#include "work.h"

/* Untagged responses, whole, in a file in memory. */
typedef struct canned {
    int         fd;
    const char *bytes;
    uint64_t    size;
    uint32_t    count;  /* of responses */
    uint64_t   *starts; /* of each, and the end of the last */
    tally       tally;
} canned;

/* The same bytes every time.  Exits if memory cannot be had. */
void canned_make(canned *c, const work *w, uint32_t count);

#endif
