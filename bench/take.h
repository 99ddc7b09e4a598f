/* SPDX-License-Identifier: MIT */
/* bench/take.h - takes all typed data of events, and sums them up. */
#ifndef BENCH_TAKE_H
#define BENCH_TAKE_H

#include "client.h"
#include "tally.h"

#include "imap4/event.h"

typedef struct taker {
    const work     *work;
    figures         figures;
    tally           tally;
    unsigned        what;       /* of `work` */
    uint64_t        half;       /* messages (or octets) after which memory is steady */
    uint64_t        half_calls; /* of the allocator until then */
    bool            is_half;
    imap4_allocator allocator; /* malloc, counted */
} taker;

void taker_init(taker *t, const arguments *a);

/* An untagged response; others are ignored. */
void take_event(taker *t, const imap4_event *ev);
/* A command is done, if they are what is counted. */
void take_command(taker *t);

/* Ends the clock and prints. */
void taker_finish(taker *t);

#endif
