/* SPDX-License-Identifier: MIT */
/* test/transcripts/script.h - a transcript as steps; README.md has the format. */
#ifndef TRANSCRIPT_SCRIPT_H
#define TRANSCRIPT_SCRIPT_H

#include "imap4/base.h"

#include "../support/dump.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum step_kind {
    STEP_SERVER, /* bytes that the server sends */
    STEP_CLIENT, /* bytes that must have been sent by now */
    STEP_CALL,   /* what the user of the library does */
    STEP_END     /* the server closes the stream */
} step_kind;

typedef struct step {
    step_kind kind;
    text      bytes;
    int       line; /* in the file */
    int       last_line;
} step;

typedef struct script {
    const char *name;
    step       *steps;
    size_t      count;
    text        expected;     /* the E: lines */
    text        findings;     /* the D: lines */
    bool        has_engine;   /* else only the reader is tried */
    size_t      server_bytes; /* of all steps */
    /* Options, the lines that begin with "@". */
    int32_t     mode;
    int32_t     is_open; /* the pipe is not private */
    int32_t     no_auto_capability;
    int32_t     allow_overlap;
    uint32_t    max_depth;
    size_t      max_response;
    size_t      inline_literal;
    uint64_t    max_literal;
    size_t      max_items;
    uint32_t    max_line;
    char        quirks[256]; /* "@ quirks short-lines !back-off" */
    size_t      step_size;   /* "@ every N": cut at every N-th byte only (large files) */
} script;

/* NULL, with a message on stderr, if the file cannot be read. */
script *script_read(const char *path);
void    script_free(script *s);

/* Replaces \r \n \t \0 \\ \xNN; false if there is another escape. */
bool script_unescape(const char *from, size_t len, text *out);

#endif
