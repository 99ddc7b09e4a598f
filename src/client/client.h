/* SPDX-License-Identifier: MIT */
/* client/client.h - the IMAP4 object, shared by the files of this folder.
 *
 *   client.c  life, attributes      run.c     bytes: the loop       collect.c  events: the reply
 *   method.c  the table of methods  seed.c    lines as imaplib writes them
 *   report.c  errors, debug         states.c  imaplib's states
 *   habits.c  quirks of servers */
#ifndef I4_CLIENT_CLIENT_H
#define I4_CLIENT_CLIENT_H

#include "imap4/client.h"
#include "imap4/net.h"
#include "imap4/quirk.h"

#include "base/mem.h"
#include "client/kept.h"
#include "client/reply.h"

#include <stdbool.h>

enum {
    I4_WORDS_MAX   = 768, /* of an error */
    I4_COMMAND_MAX = 32
};

/* An error and its words. */
typedef struct i4_words {
    imap4_error pub;
    char        text[I4_WORDS_MAX];
    char        where[I4_WORDS_MAX];
} i4_words;

/* Text that grows, for lines and names. */
typedef struct i4_text {
    const i4_mem *mem;
    char         *at;
    size_t        len, cap;
    bool          has_failed;
} i4_text;

void i4_text_add(i4_text *t, imap4_view text);
void i4_text_free(i4_text *t);

/* What becomes of the events of one command. */
typedef struct i4_collector {
    imap4_cmd     cmd;
    imap4_reply  *reply;      /* NULL: nobody wants one */
    imap4_view    answers;    /* types whose responses are data; NIL: none */
    imap4_seqset *set;        /* FETCH: only of these; NULL: of all */
    bool          takes;      /* what is data is not kept */
    bool          keeps_none; /* for imap4_response() */
    bool          is_quiet;   /* the reply gets no responses */
    bool          is_full;    /* max_reply was reached: the rest is dropped */
    bool          is_short_of_memory;
    i4_pile      *bodies; /* of the response that comes in, the last one first */
    i4_pile      *line;   /* one that comes in pieces; NULL: none */
    /* Answers a challenge of AUTHENTICATE; NULL: cancels.  What it returns is kept. */
    int (*answer)(void *user, imap4_view challenge, imap4_view *response);
    void *answer_user;
    int   answer_rc;
} i4_collector;

struct imap4 {
    i4_mem        mem;
    imap4_options opt; /* `engine` and `tls` point to the two below, or are NULL */

    imap4_engine_options engine_opt;
    imap4_tls_options    tls_opt;

    imap4_engine   *engine;
    imap4_stack    *stack;
    imap4_transport pipe;
    bool            has_pipe;
    bool            is_pipe_used; /* the caller's transport was */
    imap4_wake     *wake;
    imap4_url       url; /* security 0: none was given */
    int             os_errno;
    uint64_t        deadline_ms; /* until when it must be connected */

    i4_words      words; /* the last error */
    imap4_failure failure;
    char          command[I4_COMMAND_MAX]; /* the one in flight */

    i4_kept          kept;
    const void      *holder; /* an imap4_fetching, an IDLE: no other method may run */
    imap4_cmd        left;   /* a command whose wait was interrupted; 0: none */
    bool             is_readonly_wanted; /* EXAMINE */
    bool             has_become_readonly;
    int32_t          seed_state; /* IMAP4_STATES_SEED: the one that imaplib would be in */
    int32_t          engine_state; /* when seed_state was set */
    struct i4_known *known;        /* commands of imap4_xatom() */
    int              debug;
    char             version[16];
    i4_text          name; /* what imap4_role() or imap4_join() gave */
    i4_text          lost; /* capabilities that cost a connection before, with spaces */
    bool             is_small;            /* "small-batches" was active then */
    char            *tag_prefix, *quirks; /* copies of the engine's options; NULL: none */
};

/* ---- run.c ---- */

/* Moves bytes until there is an event: as imap4_next(). */
int  i4_run_next(imap4 *m, uint64_t deadline_ms, const imap4_event **ev);
/* The same, but 0 too as soon as all that was given to `cmd` by imap4_cmd_write() is out. */
int  i4_run_until_sent(imap4 *m, imap4_cmd cmd, const imap4_event **ev);
/* Moves what goes now.  1: the engine has something; 0: wait for `want` or `deadline_ms`. */
int  i4_run_step(imap4 *m, unsigned *want, uint64_t *deadline_ms);
/* Until the TLS handshake is over. */
int  i4_run_open(imap4 *m);
int  i4_run_wait(imap4 *m, unsigned want, uint64_t deadline_ms);
/* Closes the pipe; engine and stack go too. */
void i4_run_close(imap4 *m);

/* ---- report.c ---- */

/* At the start of each call: no error. */
void i4_report_clear(imap4 *m);
/* Says why a call failed, and returns `code`. */
int  i4_report(imap4 *m, int code, const char *text);
int  i4_report_view(imap4 *m, int code, imap4_view text, imap4_view where);
/* The error of stack or engine, or of the command that was refused. */
int  i4_report_engine(imap4 *m, int code);
int  i4_report_refusal(imap4 *m, int code);
/* NO, BAD, or why it was not answered. */
int  i4_report_done(imap4 *m, const imap4_event *done);
/* A line of debug output of this level; both parts are shown. */
void i4_debug(imap4 *m, int level, const char *what, imap4_view text);
/* Writes the lines of the engine's trace. */
void i4_debug_trace(imap4 *m);
void i4_alert(imap4 *m, const imap4_event *ev);

/* ---- habits.c ---- */

/* A quirk of the object holds. */
bool i4_habit_is_on(const imap4 *m, imap4_quirk quirk);
/* Says who we are, where that is needed before a mailbox can be selected. */
void i4_habit_identify(imap4 *m);
/* What the connection showed that has failed; the next one does without. */
void i4_habit_remember(imap4 *m);
void i4_habit_forget(imap4 *m);
int  i4_habit_resume(imap4 *m);

/* ---- collect.c ---- */

void i4_collect_init(imap4 *m, i4_collector *c, imap4_view answers, imap4_seqset *set);
/* What an event is for.  IMAP4_OK; IMAP4_E_NOMEM: it was not taken. */
void i4_collect_event(imap4 *m, i4_collector *c, const imap4_event *ev);
/* Does it answer the command? */
bool i4_collect_is_datum(const imap4 *m, const i4_collector *c, const imap4_event *ev);
/* Runs until `cmd` is done.  1 with its IMAP4_EV_DONE; else as imap4_next(). */
int  i4_collect_until(imap4 *m, i4_collector *c, imap4_cmd cmd, const imap4_event **done);
void i4_collect_free(imap4 *m, i4_collector *c);
/* All from the queueing's `rc` to the reply: what each method ends with. */
int  i4_collect(imap4 *m, i4_collector *c, int rc, imap4_cmd cmd, imap4_reply **out);
/* Its two ends, for methods that run a loop of their own: `rc` is that of the queueing,
 * and 1 or what i4_run_next() said. */
int  i4_collect_start(imap4 *m, i4_collector *c, int rc, imap4_reply **out);
int  i4_collect_finish(imap4 *m, i4_collector *c, int rc, imap4_cmd cmd,
                       const imap4_event *done, imap4_reply **out);
/* What begins each method: IMAP4_OK if the object can run one now. */
int  i4_begin(imap4 *m, const char *command, imap4_reply **out);

/* ---- states.c ---- */

/* In states in which imaplib does not allow it (IMAP4_STATES_SEED): IMAP4_E_STATE. */
int      i4_states_check(imap4 *m, imap4_view name, unsigned states);
/* The state now, and those that a command is allowed in; 0: it does not know that one. */
unsigned i4_states_now(const imap4 *m);
unsigned i4_states_of(const imap4 *m, imap4_view name);
/* The state in which xatom() is given a new command is the only one for it. */
int      i4_states_learn(imap4 *m, imap4_view name);
void     i4_states_forget(imap4 *m);
/* After the greeting; after each command, with an imap4_result, or 0. */
void     i4_states_begin(imap4 *m);
void     i4_states_follow(imap4 *m, int result);

/* ---- connect.c ---- */

int i4_connect(imap4 *m);
/* Puts TLS in place, for the host of the URL. */
int i4_connect_tls(imap4 *m);
/* The same behind STARTTLS, until it is open and the capabilities are known again. */
int i4_connect_upgrade(imap4 *m);
/* Asks for the capabilities unless they are known. */
int i4_connect_learn(imap4 *m);

#endif
