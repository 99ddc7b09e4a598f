/* SPDX-License-Identifier: MIT */
/* engine/quirk.h - what is done otherwise because of the server: rows, and which are active.
 *
 * A row is looked at when a command is written, sent or over; never while responses come in. */
#ifndef I4_ENGINE_QUIRK_H
#define I4_ENGINE_QUIRK_H

#include "imap4/quirk.h"

#include <stdbool.h>

struct i4_job;
struct i4_event;

enum {
    I4_STANDINGS_MAX  = 16, /* doc/limits.md */
    I4_CAPABILITY_MAX = 40,
    I4_SHORT_LINE     = 1000, /* RFC 2683 section 3.2.1.5 */
    I4_BATCH_MAX      = 100
};

/* What is known of a capability from the answers to commands that need it. */
typedef enum i4_standing_kind {
    I4_CAP_UNKNOWN,   /* free */
    I4_CAP_SUSPECTED, /* refused once, which the arguments may explain */
    I4_CAP_PROVED,    /* it has worked */
    I4_CAP_BROKEN
} i4_standing_kind;

typedef struct i4_standing {
    char        name[I4_CAPABILITY_MAX];
    uint8_t     len;
    uint8_t     kind; /* an i4_standing_kind */
    bool        is_news;
    int32_t     result;  /* of the command that was refused; 0: it was set */
    const char *command; /* static */
    uint32_t    line;    /* a hash of it: the same one again proves nothing */
} i4_standing;

typedef struct i4_quirks {
    uint32_t    seen; /* bits 1 << imap4_quirk */
    uint32_t    on;
    uint32_t    off;
    uint32_t    active;                 /* what follows from these */
    uint32_t    news;                   /* to be told */
    const char *why[IMAP4_QUIRK_COUNT]; /* static; of those that were seen */
    i4_standing standing[I4_STANDINGS_MAX];
    uint32_t    hold_ms; /* "back-off": nothing goes out so long; 0: it may */
    uint32_t    slow_ms; /* the one before, of a server that does not say how long */
} i4_quirks;

/* Defaults, and what the options say.  IMAP4_OK or IMAP4_E_ARG. */
int i4_quirk_init(imap4_engine *e, const char *text);

static inline bool i4_quirk_is_on(const i4_quirks *q, imap4_quirk quirk)
{
    return (((q->seen | q->on) & ~q->off) >> quirk & 1) != 0;
}

/* It was switched off. */
static inline bool i4_quirk_is_off(const i4_quirks *q, imap4_quirk quirk)
{
    return (q->off >> quirk & 1) != 0;
}

/* It was seen to be needed.  `why`: static. */
void i4_quirk_see(imap4_engine *e, imap4_quirk quirk, const char *why);

/* What the server says of itself. */
void i4_quirk_greeted(imap4_engine *e, imap4_view text);
void i4_quirk_announced(imap4_engine *e);

/* There is news to be told. */
void i4_quirk_announce_news(imap4_engine *e);

/* Makes the event of one piece of news.  False: there is none. */
bool i4_quirk_tell(imap4_engine *e, struct i4_event *made);

#endif
