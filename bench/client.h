/* SPDX-License-Identifier: MIT */
/* bench/client.h - what every client has, ours and the peers': a clock, and the one line
 * that it prints. */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include "work.h"

#include <stdbool.h>

/* The arguments CLIENT WORK COUNT PORT of every client; exits if they are others. */
typedef struct arguments {
    const char *client;
    const work *work;
    uint32_t    count;
    const char *port;
} arguments;

arguments arguments_of(int argc, char **argv);

typedef struct figures {
    double   cpu;  /* when the work began; then how long it took, in seconds */
    double   wall; /* the same */
    uint64_t seen; /* messages, numbers, mailboxes, commands: as many as were asked for */
    uint64_t bytes;       /* received, or sent if that is the work; 0: not known */
    uint64_t allocs;      /* calls of the allocator */
    uint64_t late_allocs; /* those in the second half of the work */
    bool     is_checked;  /* the server's sums came, and they are ours */
} figures;

void figures_begin(figures *f);
void figures_end(figures *f);
/* Prints them, and the peak of memory, as key=value. */
void figures_print(const figures *f);

/* A socket to the server on this machine, without Nagle's delay. */
int connect_to(const char *port);

_Noreturn void die(const char *what); /* with the words of errno */
_Noreturn void fail(const char *what);

#endif
