/* SPDX-License-Identifier: MIT */
/* engine/engine.h - the session's state, shared by the files of this folder. */
#ifndef I4_ENGINE_ENGINE_H
#define I4_ENGINE_ENGINE_H

#include "imap4/engine.h"

#include "base/mem.h"
#include "engine/caps.h"
#include "engine/gather.h"
#include "engine/mailbox.h"
#include "engine/pipeline.h"
#include "engine/queue.h"
#include "engine/quirk.h"
#include "parse/reader.h"
#include "parse/registry.h"
#include "wire/out.h"
#include "wire/trace.h"

#include <stdbool.h>

enum {
    I4_TEXT_MAX   = 160,
    I4_PREFIX_MAX = 16
};

/* An imap4_error with memory of its own. */
typedef struct i4_error {
    imap4_error pub;
    char        text[I4_TEXT_MAX];
    char        where[I4_WHERE_MAX];
} i4_error;

void i4_error_set(i4_error *err, int code, imap4_view text, imap4_view where);

typedef enum i4_life {
    I4_LIFE_OPEN,
    I4_LIFE_ENDING, /* no more bytes come; events that are complete are still given */
    I4_LIFE_CLOSED, /* as LOGOUT wanted it */
    I4_LIFE_FATAL
} i4_life;

/* A deadline that is set when the driver tells the time next. */
typedef struct i4_timer {
    uint64_t since;
    bool     is_running;
} i4_timer;

struct imap4_engine {
    i4_mem               mem;
    const i4_registry   *reg;
    imap4_engine_options opt; /* defaults filled in */
    imap4_reader        *reader;

    /* The session. */
    i4_life    life;
    int32_t    state;   /* an imap4_state: confirmed */
    i4_error   error;   /* what ended it */
    bool       is_told; /* imap4_engine_next() has returned it */
    bool       is_secure;
    int32_t    layer;   /* the one that is wanted: an imap4_layer */
    bool       has_ok;  /* some command was answered OK: pipelining may begin */
    bool       has_bye; /* BYE, as LOGOUT wanted it */
    i4_caps    caps;
    bool       caps_seen;    /* since the login command went out */
    i4_caps    enabled;      /* by ENABLE */
    bool       enabled_seen; /* since the ENABLE went out */
    bool       is_utf8;      /* that changed how mailbox names are spelt */
    i4_mailbox mailbox;
    unsigned   stray_plus; /* "+" that were not due */
    uint32_t unsolicited; /* responses that no command asked for, since one was answered */
    i4_quirks quirks;

    /* Commands. */
    i4_jobs   jobs; /* on the wire, then queued, in the order in which they are sent */
    i4_jobs   over; /* their DONE is to be made */
    unsigned  in_flight;
    unsigned  queued;
    imap4_cmd last_id;
    uint64_t  last_tag;
    char      prefix[I4_PREFIX_MAX];
    size_t    prefix_len;
    i4_draft  draft;
    i4_error  refusal; /* of the last imap4_cmd_*() */
    i4_job    asks;    /* the engine's own CAPABILITY */
    i4_part   asks_part;
    char      asks_text[I4_TAG_ROOM + 16];
    bool      is_asking;
    i4_job    news; /* in `over`: makes the events of quirks */
    bool      is_news_listed;

    /* Out. */
    i4_out    out;
    i4_job   *sender; /* whose line is, or was last, in `out` */
    i4_gather gather;
    i4_trace  trace;

    /* Bytes of the caller's, instead of commands and responses. */
    bool       is_bytes;
    imap4_view loose; /* those that are to be sent */

    /* In. */
    char    *lent; /* of the reader's buffer, by recv_buf */
    size_t   lent_len;
    i4_event made;        /* an event that is no response */
    bool     is_unrouted; /* the reader's event was not routed yet: memory was short */

    /* Time. */
    bool     has_activity; /* bytes came or went since imap4_engine_want() */
    bool     has_progress; /* ... and some that a command needs */
    i4_timer quiet;        /* since when nothing came that is due */
    i4_timer stalled;      /* since when no command came further, whatever else came */
    uint32_t renewals;     /* how often that took as long as a command may */
    i4_timer idle;         /* since when IDLE runs */
    i4_timer hold;         /* since when nothing goes out: quirks.hold_ms */

    /* Figures. */
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t responses;
    uint64_t commands;
    size_t   inbound_peak;
};

/* As imap4_engine_new(), with the rows to know.  `reg` must outlive the engine. */
int i4_engine_new(const imap4_engine_options *opt, const i4_registry *reg,
                  imap4_engine **out);

#endif
