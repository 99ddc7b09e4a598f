/* SPDX-License-Identifier: MIT */
/* parse/event.h - the private part of an event: tokens, items, what was parsed. */
#ifndef I4_PARSE_EVENT_H
#define I4_PARSE_EVENT_H

#include "imap4/data.h"
#include "imap4/event.h"

#include "base/arena.h"
#include "parse/registry.h"
#include "wire/lex.h"

#include <string.h>

/* A datum that is parsed on demand: not yet, or the result. */
typedef struct i4_lazy {
    const void *value;
    int32_t     rc;
    bool        is_known;
} i4_lazy;

/* One item of a FETCH response.  Offsets count from the start of the response.  Small,
 * because four bytes on the wire can be one. */
typedef struct i4_item {
    uint32_t           name_at;
    uint32_t           name_len;   /* with section and origin */
    uint32_t           token;      /* index of the value's token; I4_NO_TOKEN: no value */
    uint16_t           origin_len; /* of "<n>" at the end of the name, 0: none */
    uint8_t            id;         /* an imap4_fetch_id */
    bool               is_section : 1; /* "[...]" stands in the name */
    bool               is_damaged : 1; /* the value's extent is not certain */
    const i4_item_row *row;            /* of an extension's item, else NULL */
    uint64_t           size;           /* of a streamed literal */
} i4_item;

#define I4_NO_TOKEN UINT32_MAX

enum {
    I4_FETCH_IDS = IMAP4_FETCH_RFC822_TEXT + 1
};

/* What is found on demand, one slot for each kind of datum. */
typedef enum i4_lazy_slot {
    I4_LAZY_FLAGS,
    I4_LAZY_STRINGS,
    I4_LAZY_DATA,     /* the typed data of a response: LIST, STATUS, ESEARCH */
    I4_LAZY_EXTENDED, /* what an extension adds to them */
    I4_LAZY_ENVELOPE,
    I4_LAZY_BODYSTRUCTURE,
    I4_LAZY_SLOTS
} i4_lazy_slot;

typedef struct i4_event {
    imap4_event        pub;  /* first: accessors get its address */
    const char        *base; /* first byte of the response; token offsets count from it */
    const i4_token    *tokens; /* behind the name; of a FETCH: of the whole response */
    size_t             token_count;
    i4_arena          *arena;
    const i4_item     *items;
    size_t             item_count;
    const i4_resp_row *row;
    const i4_code_row *code_row; /* NULL: no code, or an unknown one */
    imap4_view         behind;   /* number lists: what stands behind the numbers */
    imap4_view   list; /* number lists: what row->piece was given, and in which state: */
    int32_t      list_state;
    int32_t      piece_state; /* number lists: kept from piece to piece by row->piece */
    i4_diag_log *log;         /* NULL: of a copy */
    uint32_t     max_depth;
    bool         is_strict;
    bool         is_utf8;    /* mailbox names come in UTF-8 (RFC 6855 section 3) */
    bool         is_damaged; /* open damage somewhere: typed data of a response without
                                      items is not to be had */
    bool         is_quick;   /* FLAGS and ENVELOPE are typed, and have no tokens */
    const i4_item *asked;    /* the item that is being read: findings name it */
    const uint32_t *item_at; /* by imap4_fetch_id: index + 1 of the first such item, 0: none */
    i4_lazy         lazy[I4_LAZY_SLOTS];
} i4_event;

/* The event that a public pointer belongs to. */
static inline i4_event *i4_event_of(const imap4_event *ev)
{
    return (i4_event *)(uintptr_t)ev;
}

/* A cursor over all tokens of a response, or over the value of one item. */
static inline i4_cursor i4_event_cursor(const i4_event *ev)
{
    return (i4_cursor){
        .t         = ev->tokens,
        .end       = ev->token_count == 0 ? ev->tokens : ev->tokens + ev->token_count,
        .base      = ev->base,
        .arena     = ev->arena,
        .log       = ev->log,
        .is_strict = ev->is_strict,
    };
}

static inline i4_cursor i4_item_cursor(const i4_event *ev, const i4_item *item)
{
    i4_cursor c = i4_event_cursor(ev);
    c.t += item->token;
    c.end = i4_token_skip(c.t);
    return c;
}

static inline bool i4_event_has_code(const i4_event *ev, i4_code_arg arg)
{
    return ev->code_row != NULL && ev->code_row->arg == (int32_t)arg;
}

/* A cursor over the tokens of `text`, which need not be a part of the response (the
 * arguments of a code); the tokens go to the arena.  IMAP4_E_SYNTAX if it is damaged. */
int i4_event_lex(i4_event *ev, imap4_view text, i4_cursor *out);

/* As i4_odd(), of a response that has no tokens.  Who cannot refuse a datum goes on: in
 * strict mode the event is marked. */
int i4_event_odd(i4_event *ev, imap4_diag_kind kind, imap4_view bytes, const char *rule);

/* Marks that a datum cannot be read.  `bytes`: where it stands; empty: somewhere. */
void i4_event_invalid(i4_event *ev, imap4_view bytes, const char *rule);

/* An item with its value as it stands on the wire. */
imap4_view i4_item_raw(const i4_event *ev, const i4_item *item);

/* Keeps a result; returns its rc.  A datum that cannot be read marks the event. */
int i4_lazy_keep(i4_event *ev, i4_lazy_slot slot, int rc, const void *value);

/* Runs `parse` once per event and slot, and keeps what it gives. */
typedef int (*i4_parse_fn)(i4_event *ev, const void **value);
int i4_lazy_make(i4_event *ev, i4_lazy_slot slot, i4_parse_fn parse, const void **value);

static inline int i4_lazy_get(i4_event *ev, i4_lazy_slot slot, i4_parse_fn parse,
                              const void **value)
{
    const i4_lazy *lazy = &ev->lazy[slot];
    if (!lazy->is_known || lazy->rc < 0)
        return i4_lazy_make(ev, slot, parse, value);
    *value = lazy->value;
    return IMAP4_OK;
}

/* As i4_lazy_get() with I4_LAZY_DATA, which is of another type in every response: who
 * asks for what the response is not learns, and spoils, nothing. */
static inline int i4_data_get(i4_event *ev, int32_t type, i4_parse_fn parse,
                              const void **value)
{
    return ev->pub.type == type ? i4_lazy_get(ev, I4_LAZY_DATA, parse, value)
                                : IMAP4_E_ABSENT;
}

#endif
