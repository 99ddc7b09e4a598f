/* SPDX-License-Identifier: MIT */
/* client/method.h - a method is a row: its arguments, what answers it, where it is allowed. */
#ifndef I4_CLIENT_METHOD_H
#define I4_CLIENT_METHOD_H

#include "client/client.h"

enum {
    I4_ARGS_MAX = 64 /* of one method */
};

/* States in which imaplib allows a command. */
enum {
    I4_IN_NONAUTH  = 1,
    I4_IN_AUTH     = 2,
    I4_IN_SELECTED = 4,
    I4_IN_LOGOUT   = 8,
    I4_IN_ANY      = 15
};

typedef struct i4_known i4_known;

/* One run of a method. */
typedef struct i4_call {
    const struct i4_method *method;
    const imap4_view       *args; /* NIL: left out */
    size_t                  count;
    bool                    is_uid;
    imap4_seqset           *set; /* of the messages that it is about; for the collector */
    imap4_cmd               cmd;
} i4_call;

typedef struct i4_method {
    const char *name;
    /* A letter an argument:
     *   m mailbox   p pattern    d directory   a astring   q password, always quoted
     *   s set       l list, parentheses are added          f items of FETCH
     *   c charset   r as it is on the wire                 R all that follow, as r
     * with "?" behind it if it may be left out. */
    const char *kinds;
    const char *answers;  /* types of its data; NULL: the tagged text */
    const char *uid_data; /* the same of its UID form; "-": it has none */
    unsigned    states;
    bool        writes;                    /* not in a mailbox that became read-only */
    int (*queue)(imap4 *m, i4_call *call); /* NULL: imap4_cmd_args() by its kinds */
} i4_method;

/* By its name without regard to case; NULL: there is none. */
const i4_method *i4_method_find(imap4_view name);

/* Runs one: what the public functions do. */
int i4_method_run(imap4 *m, const char *name, const imap4_view *args, size_t count,
                  bool is_uid, imap4_reply **out);
int i4_method_run_row(imap4 *m, const i4_method *method, const imap4_view *args,
                      size_t count, bool is_uid, imap4_reply **out);

/* ---- seed.c ---- */

/* imap4_append(); a mailbox that is NIL is INBOX. */
int i4_append(imap4 *m, imap4_view mailbox, const imap4_append_options *opt,
              imap4_view message, imap4_reply **out);

/* Queues the line that imaplib sends. */
int        i4_seed_queue(imap4 *m, i4_call *call);
/* Writes it. */
void       i4_seed_line(i4_text *t, const i4_call *call);
/* "a b", or what stands between its outer parentheses. */
imap4_view i4_without_parens(imap4_view list);
/* Argument `i`; NIL beyond the end. */
imap4_view i4_call_arg(const i4_call *call, size_t i);

#endif
