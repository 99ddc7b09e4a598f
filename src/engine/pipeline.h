/* SPDX-License-Identifier: MIT */
/* engine/pipeline.h - commands from the queue to their answer: which goes out when. */
#ifndef I4_ENGINE_PIPELINE_H
#define I4_ENGINE_PIPELINE_H

#include "imap4/engine.h"

#include "parse/registry.h"
#include "wire/out.h"

#include <stdbool.h>

/* ---- jobs -------------------------------------------------------------------- */

typedef enum i4_stage {
    I4_JOB_QUEUED,  /* it, or the next line of it, has not been sent */
    I4_JOB_SENDING, /* its line is in e->out */
    I4_JOB_SENT,    /* waits for its tagged answer */
    I4_JOB_ENDED,   /* in e->over: its DONE is to be made */
    I4_JOB_OVER     /* its DONE was told; kept only because bytes of it are going out */
} i4_stage;

/* Where a command with I4_CMD_CONTINUES stands, once it was sent. */
typedef enum i4_talk {
    I4_TALK_WAITS,  /* for "+" */
    I4_TALK_IDLING, /* IDLE: "+" came */
    I4_TALK_ENDING, /* IDLE: DONE was said */
    I4_TALK_ASKED   /* AUTHENTICATE: a challenge waits for imap4_cmd_respond() */
} i4_talk;

enum {
    I4_NEEDS_MAX = 4,
    I4_ALSO_MAX  = 2
};

/* What the server must offer when the command is about to go out. */
typedef struct i4_needs {
    const char *at[I4_NEEDS_MAX]; /* static; each "A" or "A B": one of them */
    unsigned    count;
    const char *enabled; /* by ENABLE; NULL: nothing */
} i4_needs;

/* What must come before its OK. */
typedef enum i4_expects {
    I4_EXPECTS_NOTHING,
    I4_EXPECTS_MAILBOX, /* LIST "" INBOX: there always is one */
    I4_EXPECTS_ROOT     /* LIST "" "" (RFC 3501 6.3.8) */
} i4_expects;

typedef struct i4_job i4_job;
struct i4_job {
    i4_job           *next;
    imap4_cmd         id;
    void             *user;
    const i4_cmd_row *row; /* NULL: a command that we do not know */
    i4_needs          needs;
    int32_t     also[I4_ALSO_MAX]; /* what answers it besides its row's events; or 0 */
    size_t      size;              /* of the block; 0: not on the heap */
    i4_stage    stage;
    i4_talk     talk;
    bool        is_out;       /* some of it was lent to the driver */
    bool        is_internal;  /* the engine asked: nobody is told its end */
    bool        wants_stop;   /* IDLE: say DONE; AUTHENTICATE: say "*" */
    bool        is_renewing;  /* IDLE: it ends only to be begun again */
    bool        was_told;     /* IDLE: the "+" was told */
    bool        is_cancelled; /* AUTHENTICATE: "*" was said */
    bool        has_secret;
    bool        is_read_only;
    bool        is_binary;        /* its data may hold NUL */
    bool        is_raw;           /* its line is the caller's */
    bool        is_synchronizing; /* its literals wait for "+" */
    bool        enables;          /* its answer can change how names are spelt */
    bool        is_ours;          /* all in its line is the library's, or a set of UIDs */
    bool        was_beside;       /* another one was on the wire when it was sent */
    bool        ends_bare;        /* the last byte of its data so far is no LF */
    uint8_t     expects;          /* an i4_expects */
    uint64_t    since;            /* responses before it was sent */
    int32_t     challenge_rc;     /* why we cancelled by ourselves */
    /* Its end, if it is not a response. */
    int32_t     result;
    int32_t     rc;
    const char *why;     /* static */
    const char *missing; /* what the server does not offer: static; or NULL */
    /* Its line. */
    char       *base;
    size_t      base_len;
    i4_part    *parts;
    size_t      part_count;
    uint64_t    end_at; /* of a gathered line: where it ends in the outbound stream */
    char        tag[I4_TAG_ROOM];
    size_t      tag_len; /* without the space; 0: it was never begun */
    /* A set that is too long for one line: each line is made when it is sent. */
    imap4_view  rest; /* of the set's text */
    imap4_view  tail; /* what follows the set in each line */
    size_t      head_len;
    size_t      room;     /* for the set in a line */
    uint32_t    per_line; /* messages; 0: as many as fit */
    uint32_t    resume;   /* the first range of `rest` begins here; 0: as it is written */
    /* Data by imap4_cmd_write(). */
    uint64_t    data_size;
    bool        has_data;
    i4_chunks   chunks;
    char       *reply; /* what was said last in its dialogue */
    size_t      reply_size;
    /* What it is about. */
    imap4_view  mailbox;
    bool        has_set;
    bool        set_is_uid;
    uint32_t    set_first;
    uint32_t    set_last;
    uint64_t    set_size; /* numbers in it; 0: not known */
};

typedef struct i4_jobs {
    i4_job *first;
    i4_job *last;
} i4_jobs;

/* ---- on the wire ------------------------------------------------------------- */

/* Puts what may be sent now into e->out; ends what must not be sent. */
void       i4_pipeline_pump(imap4_engine *e);
/* When the line in e->out ends, another one may follow it at once. */
bool       i4_pipeline_has_next(const imap4_engine *e);
/* Lends bytes of it. */
imap4_view i4_pipeline_lend(imap4_engine *e);

i4_job *i4_pipeline_find(const imap4_engine *e, imap4_cmd id);
i4_job *i4_pipeline_by_tag(const imap4_engine *e, imap4_view tag);
/* The only command on the wire that an event of this type can come from; or NULL.  `is_asked`:
 * one can, or more. */
i4_job *i4_pipeline_asker(const imap4_engine *e, int32_t type, bool *is_asked);
/* The command on the wire whose dialogue is open, or NULL. */
i4_job *i4_pipeline_talker(const imap4_engine *e);
/* All of its line, and of what was said since, has gone out. */
bool    i4_job_is_sent(const imap4_engine *e, const i4_job *job);
/* `job` may not go out while `before` is on the wire. */
bool i4_pipeline_conflict(const imap4_engine *e, const i4_job *before, const i4_job *job);

static inline uint32_t i4_job_marks(const i4_job *job)
{
    return job->row == NULL ? 0 : job->row->marks;
}

/* What stands behind its name, up to the end of its first part. */
imap4_view  i4_job_arguments(const i4_job *job);
/* How its literals are sent. */
i4_literals i4_pipeline_literals(const imap4_engine *e, const i4_job *job);

/* Puts the engine's own CAPABILITY before all that was not sent. */
void    i4_pipeline_ask(imap4_engine *e);
/* Ends a job without a response: its IMAP4_EV_DONE is made by i4_route_made(). */
void    i4_pipeline_finish(imap4_engine *e, i4_job *job, int32_t result, int32_t rc,
                           const char *why);
/* Forgets a job that was answered; its memory goes when nothing of it is lent. */
void    i4_pipeline_forget(imap4_engine *e, i4_job *job);
/* Behind all whose end is to be told: i4_route_made() does. */
void    i4_pipeline_put_over(imap4_engine *e, i4_job *job);
/* Takes a job out of e->over; call i4_pipeline_drop() then.  NULL: there is none. */
i4_job *i4_pipeline_take_over(imap4_engine *e);
void    i4_pipeline_drop(imap4_engine *e, i4_job *job);
/* It ends as IMAP4_R_SKIPPED, and so do those that depend on it. */
void    i4_pipeline_take_back(imap4_engine *e, i4_job *job);
/* Ends all commands: `rc` says why. */
void    i4_pipeline_finish_all(imap4_engine *e, int32_t rc, const char *why);
/* Ends those in the queue that the state after those before them does not allow. */
void    i4_pipeline_prune(imap4_engine *e);
void    i4_pipeline_free_job(imap4_engine *e, i4_job *job);
/* Frees everything; no event will tell. */
void    i4_pipeline_free(imap4_engine *e);

#endif
