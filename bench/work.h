/* SPDX-License-Identifier: MIT */
/* bench/work.h - what is measured: server, clients and peers do the same work. */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include <stdint.h>

typedef enum work_kind {
    WORK_FETCH,  /* one FETCH of all messages: COUNT of them */
    WORK_BODY,   /* the same with literals */
    WORK_LARGE,  /* one message, COUNT times a million octets */
    WORK_SEARCH, /* one SEARCH that finds COUNT numbers */
    WORK_LIST,   /* one LIST of COUNT mailboxes */
    WORK_NOOP,   /* COUNT commands, each when the one before was answered */
    WORK_PIPE,   /* COUNT commands, PIPELINE of them on the wire */
    WORK_APPEND  /* COUNT messages are sent, PIPELINE on the wire, with LITERAL+ */
} work_kind;

/* What is to be read of each message. */
typedef enum work_items {
    WORK_FLAGS     = 1,
    WORK_METADATA  = 2, /* INTERNALDATE, RFC822.SIZE */
    WORK_ENVELOPE  = 4,
    WORK_STRUCTURE = 8
} work_items;

typedef struct work {
    const char *name;
    work_kind   kind;
    unsigned    what;   /* bits of work_items */
    uint32_t    octets; /* of each literal */
    const char *items;  /* of the FETCH, without parentheses */
} work;

enum {
    /* Six digits, as in a mailbox that is worth measuring. */
    FIRST_NUMBER = 100001,
    PIPELINE     = 16
};

/* Exits if there is no such work. */
const work *work_of(const char *name);

/* Octets like those of an attachment in base64, with lines of 76. */
void work_fill(char *at, uint64_t octets);

#endif
