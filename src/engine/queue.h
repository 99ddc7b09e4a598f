/* SPDX-License-Identifier: MIT */
/* engine/queue.h - what cmd/ and ext/ use: write a command, queue it.
 *
 * A command is written into the engine's draft (i4_cmd_begin, i4_write_*), and becomes
 * one block of memory, a job, when it is queued. */
#ifndef I4_ENGINE_QUEUE_H
#define I4_ENGINE_QUEUE_H

#include "imap4/engine.h"

#include "engine/pipeline.h"
#include "parse/registry.h"
#include "wire/write.h"

/* The one command that is being written. */
typedef struct i4_draft {
    i4_cmd            cmd; /* first: i4_cmd_queue() gets its address */
    const i4_cmd_row *row;
    i4_needs          needs;
    int32_t also[I4_ALSO_MAX]; /* what answers it besides its row's events; 0: free */
    void   *user;
    bool    is_raw;           /* its text is the caller's */
    bool    is_synchronizing; /* all its literals wait for "+" */
    uint8_t expects;          /* an i4_expects */
} i4_draft;

/* Begins a command that has a row, by its name in upper case. */
int  i4_cmd_begin(imap4_engine *e, const char *name, void *ctx, i4_cmd **out);
/* Begins any command; without a row it may be sent in any state, alone. */
int  i4_cmd_begin_any(imap4_engine *e, imap4_view name, void *ctx, i4_cmd **out);
/* Begins a line of the caller's own, which is whatever `row` says and needs no extension;
 * NULL: unknown. */
int  i4_cmd_begin_raw(imap4_engine *e, imap4_view name, const i4_cmd_row *row,
                      bool is_synchronizing, void *ctx, i4_cmd **out);
/* It will be refused as NOCAP unless the server announces `capability` then, or one of
 * several: "CONDSTORE QRESYNC"; or, if it ends with "=", that and the first argument of the
 * command behind it: "THREAD=".  Static. */
void i4_cmd_need(imap4_engine *e, const char *capability);
/* The same, unless it was enabled by then (RFC 5161). */
void i4_cmd_need_enabled(imap4_engine *e, const char *capability);
/* Events of this type can answer it as well. */
void i4_cmd_answered_by(imap4_engine *e, int32_t event);
/* What must come before its OK, or the server does not do what it says. */
void i4_cmd_expect(imap4_engine *e, i4_expects expects);
/* Writes what extensions have to say at a spot, in parentheses; `open`: "(", "RETURN (". */
void i4_cmd_tails(imap4_engine *e, i4_cmd *c, i4_spot spot, imap4_view open,
                  const void *opt);
/* Ends the line and queues it.  What stuck in `c` comes out here. */
int  i4_cmd_queue(imap4_engine *e, i4_cmd *c, imap4_cmd *out);

/* Refuses options whose `size` is not the `wanted` one: IMAP4_OK or IMAP4_E_ARG. */
int i4_cmd_check_options(imap4_engine *e, size_t size, size_t wanted);
#define I4_TRY_OPTIONS(e, opt)                                                           \
    I4_TRY(i4_cmd_check_options(e, (opt) == NULL ? sizeof *(opt) : (opt)->size,          \
                                sizeof *(opt)))

/* Says why an imap4_cmd_*() call is refused, or that it succeeded; returns `rc`. */
int i4_cmd_refuse(imap4_engine *e, int rc, const char *why, imap4_view where);
int i4_cmd_accept(imap4_engine *e);

#endif
