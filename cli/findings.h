/* SPDX-License-Identifier: MIT */
/* cli/findings.h - what strict reading finds, as compilers say it: FILE:LINE:COLUMN. */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include "imap4/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct findings {
    const char *file; /* what people see */
    uint64_t   *lf;   /* offsets of line ends that a finding may still need */
    size_t      first, count, cap;
    uint64_t    passed; /* line ends before them, and the end of the last of those */
    uint64_t    begin;
    uint64_t    read; /* bytes so far */
} findings;

/* Bytes were read.  false: no memory. */
bool findings_look(findings *f, const char *bytes, size_t len);

/* Says all that the reader has found, on standard error; nothing found later stands
 * before `offset`. */
void findings_tell(findings *f, imap4_reader *reader, uint64_t offset);

void findings_free(findings *f);

#endif
