/* SPDX-License-Identifier: MIT */
/* bench/work.c - the table of what is measured. */
#include "work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORK_ALL_BUT_STRUCTURE (WORK_FLAGS | WORK_METADATA | WORK_ENVELOPE)

/* clang-format off */
static const work all[] = {
    { "flags",   WORK_FETCH,  WORK_FLAGS,                     0,          "UID FLAGS" },
    { "env",     WORK_FETCH,  WORK_ALL_BUT_STRUCTURE,         0,
      "UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE" },
    { "bs",      WORK_FETCH,  WORK_ENVELOPE | WORK_STRUCTURE, 0,          "UID ENVELOPE BODYSTRUCTURE" },
    { "search",  WORK_SEARCH, 0,                              0,          NULL },
    { "list",    WORK_LIST,   0,                              0,          NULL },
    { "body50",  WORK_BODY,   0,                              50 * 1024,  "UID BODY.PEEK[]" },
    { "body100", WORK_BODY,   0,                              100 * 1024, "UID BODY.PEEK[]" },
    { "literal", WORK_LARGE,  0,                              1000000,    "UID BODY.PEEK[]" },
    { "noop",    WORK_NOOP,   0,                              0,          NULL },
    { "pipe",    WORK_PIPE,   0,                              0,          NULL },
    { "append",  WORK_APPEND, 0,                              50 * 1024,  NULL },
};
/* clang-format on */

const work *work_of(const char *name)
{
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(name, all[i].name) == 0)
            return &all[i];
    fprintf(stderr, "bench: no such work: %s\n", name);
    exit(2);
}

void work_fill(char *at, uint64_t octets)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789+/";
    uint32_t          random   = 4;
    for (uint64_t i = 0; i < octets; i++) {
        random = random * 1664525 + 1013904223;
        at[i]  = i % 78 == 76 ? '\r' : i % 78 == 77 ? '\n' : digits[random >> 26];
    }
}
