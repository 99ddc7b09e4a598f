/* SPDX-License-Identifier: MIT */
/* test/servers/methods.h - one method of the IMAP4 object on one server: a row of the table.
 *
 *     static void row_noop(run *s)
 *     {
 *         CALL(s, imap4_noop(s->m, out(s)));
 *         is(s, IMAP4_OK);
 *         sent(s, "NOOP");
 *     }
 *
 * What CALL() sends and what it is answered with stand in the table; what is called behind it
 * only checks. */
#ifndef TEST_METHODS_H
#define TEST_METHODS_H

#include <imap4.h>
#include <imap4/client.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LINES_MAX = 64,
    LINE_MAX_ = 600
};

/* A server, or a script in memory. */
typedef struct column {
    const char *name;
    const char *url;
    const char *ca;
    const char *user;
    const char *password;
    const char *admin; /* who may set quotas; his password is as everybody's; NULL: nobody */
} column;

typedef struct run {
    const column *col;
    imap4 *m;     /* logged in, with the mailbox of messages() selected; NULL: not yet */
    imap4 *other; /* of this row, freed behind it */
    imap4_reply *r;
    int          rc;
    /* What CALL() sent, masked, without tags: "NOOP". */
    char         lines[LINES_MAX][LINE_MAX_];
    size_t       line_count;
    bool         is_recording;
    char         answer[LINE_MAX_];
    char         why[LINE_MAX_]; /* the first check that failed; "": none */
    bool         has_shown_secret;
    unsigned     masked; /* lines in which a secret was hidden */
} run;

typedef struct row {
    const char *name;
    void (*go)(run *s);
} row;

/* Sections of the table; each ends with a NULL name. */
extern const row rows_session[], rows_mailbox[], rows_message[], rows_large[],
    rows_script[];

#define CALL(s, call)                                                                    \
    do {                                                                                 \
        run_begin(s);                                                                    \
        (s)->rc = (call);                                                                \
        run_end(s);                                                                      \
    } while (0)

/* Where the next reply goes; the one before is freed. */
imap4_reply **out(run *s);
void          run_begin(run *s);
void          run_end(run *s);

/* What a method gave that has no reply, for the table. */
void answered(run *s, imap4_view what);

/* Checks; each says what it wanted and what it found. */
void check(run *s, bool ok, const char *what);
void is(run *s, int rc);
/* Line `i` that was sent, as a pattern of fnmatch(). */
void sent_at(run *s, size_t i, const char *pattern);
void sent(run *s, const char *pattern);
void sent_nothing(run *s);
/* The reply's word, number of data, and datum. */
void type_is(run *s, int status);
void count_is(run *s, size_t count);
void datum(run *s, size_t k, const char *pattern);
void literal_is(run *s, size_t k, const char *text);
/* Response `i` of the reply. */
void event_is(run *s, size_t i, int type);
/* The server's tagged answer, or the error's words. */
void says(run *s, const char *pattern);
void state_is(run *s, int state);
/* Refused on this side because the server does not announce it. */
void is_not_offered(run *s, const char *capability);
bool view_is(imap4_view view, const char *pattern);
bool has(const run *s, const char *capability);

/* Options that record what the connection sends. */
void        watch(run *s, imap4_options *opt);
/* A connection of the row's own, logged in or not; NULL if it failed, which is noted. */
imap4      *another(run *s, const char *url, bool logs_in);
/* "imap+insecure://localhost:PORT" of the column. */
const char *plain_url(const run *s);
bool        is_tls_column(const run *s);
bool        is_dovecot(const run *s);

/* An empty mailbox of this name, with `count` messages in it, selected in `s->m`. */
void    messages(run *s, const char *mailbox, unsigned count);
/* Number of messages of a mailbox, by STATUS; -1: there is none. */
int64_t count_of(run *s, const char *mailbox);
bool    is_listed(run *s, const char *mailbox);

#endif
