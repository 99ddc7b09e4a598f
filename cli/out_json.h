/* SPDX-License-Identifier: MIT */
/* cli/out_json.h - JSON, one object a line, written while it is made.
 *
 * Nothing is built up in memory but one string at a time, so a line may be long.  The
 * output is valid UTF-8 and safe to show on a terminal: control characters, and those
 * that turn the direction of text, are escaped.
 *
 * A key is a name from doc/json.md; it is NULL inside arrays.  After a failure (`error`)
 * nothing more is written. */
#ifndef IMAP4_CLI_OUT_JSON_H
#define IMAP4_CLI_OUT_JSON_H

#include "imap4/base.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct out_json {
    FILE  *file;
    int    error;      /* errno of the first failure, 0: none */
    bool   has_member; /* the next one needs a comma before it */
    char  *scratch;    /* room that grows: see out_room() */
    size_t scratch_size;
} out_json;

/* `file` stays the caller's. */
void out_init(out_json *out, FILE *file);
void out_free(out_json *out);

/* An object that is a line of its own: {"v":1,"type":TYPE, ... */
void out_line(out_json *out, const char *type);
void out_end_line(out_json *out);

void out_object(out_json *out, const char *key);
void out_end_object(out_json *out);
void out_array(out_json *out, const char *key);
void out_end_array(out_json *out);

/* Bytes from a server: a string if they are UTF-8, else "KEY_b64"; NIL is null.  Inside an
 * array they must be UTF-8. */
void out_text(out_json *out, const char *key, imap4_view text);
/* The same, with ASCII letters made upper or lower case. */
void out_text_upper(out_json *out, const char *key, imap4_view text);
void out_text_lower(out_json *out, const char *key, imap4_view text);
/* The encoded words of a header decoded (RFC 2047); NIL writes nothing. */
void out_header_text(out_json *out, const char *key, imap4_view text);
void out_base64(out_json *out, const char *key, imap4_view bytes);

void out_word(out_json *out, const char *key, const char *word);
/* A JSON integer; above 2^63 - 1 a string of digits. */
void out_number(out_json *out, const char *key, uint64_t number);
void out_bool(out_json *out, const char *key, bool value);
void out_null(out_json *out, const char *key);

/* Room for at least `size` bytes, good until the next call with this `out`; NULL if there
 * is none: then `error` is set. */
char *out_room(out_json *out, size_t size);

/* Notes a failure; the first one stays. */
void out_fail(out_json *out, int error);

#endif
