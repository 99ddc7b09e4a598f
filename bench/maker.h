/* SPDX-License-Identifier: MIT */
/* bench/maker.h - what the makers of responses share: chance, output, sums. */
#ifndef BENCH_MAKER_H
#define BENCH_MAKER_H

#include "canned.h"

#include <stdio.h>
#include <time.h>

typedef struct maker {
    FILE    *out;
    uint64_t size; /* written so far */
    uint64_t random;
    tally    tally;
} maker;

/* From 0 to n - 1. */
uint32_t below(maker *m, uint32_t n);
uint64_t next_random(maker *m);

#define PICK(m, array) ((array)[below(m, (uint32_t)(sizeof(array) / sizeof(array)[0]))])

void put(maker *m, const char *text);
void put_bytes(maker *m, const char *at, size_t len);
__attribute__((format(printf, 2, 3))) void put_format(maker *m, const char *format, ...);

/* A string that a client has to find, with escapes. */
void   put_quoted(maker *m, const char *text);
/* A moment between 2005 and 2025. */
time_t some_time(maker *m);

void put_envelope(maker *m);
void put_structure(maker *m);

#endif
