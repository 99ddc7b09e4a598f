/* SPDX-License-Identifier: MIT */
/* parse/fetch.h - the items of a FETCH response. */
#ifndef I4_PARSE_FETCH_H
#define I4_PARSE_FETCH_H

#include "parse/event.h"

/* The walk over the tokens of one FETCH response, as they are recorded. */
typedef struct i4_fetch {
    i4_item        *items;
    size_t          count;
    size_t          cap;
    size_t          next;     /* the next token to look at */
    bool            is_named; /* items[count] has its name and waits for its value */
    bool            is_over;  /* the list of items was closed */
    uint32_t        uid;      /* 0: not read yet, or none */
    uint32_t        groups;   /* lists around items that are open */
    uint32_t        glued_at; /* a name that stood behind a number, without a space */
    uint32_t        glued_len;
    const i4_index *index;   /* where items beyond RFC 3501 are looked up */
    size_t          hunted;  /* the name at `next` has no "]" before this token */
    bool     is_bracketless; /* no "]" stands between the last items and their ")" */
    bool     is_double;      /* some typed item came twice */
    bool     is_forged;      /* and was not the same */
    size_t   judged;         /* items that were compared */
    uint32_t item_at[I4_FETCH_IDS]; /* index + 1 of the first such item, 0: none */
} i4_fetch;

void i4_fetch_reset(i4_fetch *fetch, const i4_mem *mem);
void i4_fetch_free(i4_fetch *fetch, const i4_mem *mem);

/* items[count] is complete. */
static inline void i4_fetch_add(i4_fetch *fetch)
{
    uint32_t *at = &fetch->item_at[fetch->items[fetch->count].id];
    fetch->count++;
    if (*at == 0)
        *at = (uint32_t)fetch->count;
    else
        fetch->is_double |= fetch->items[fetch->count - 1].id != IMAP4_FETCH_OTHER;
}

/* Takes the items that are complete by now.  IMAP4_OK; IMAP4_E_NOMEM: call again. */
int i4_fetch_advance(i4_fetch *fetch, i4_lex *lex, const char *base);

/* The response is over, or damaged: an item that has a name and no value gets none. */
void i4_fetch_finish(i4_fetch *fetch, const i4_lex *lex);

/* The item whose value a literal would be that comes now, if it is one that may be
 * streamed (architecture, "Holding policy"); else NULL. */
i4_item *i4_fetch_streamable(i4_fetch *fetch, const i4_lex *lex);

/* Puts items, number of the item ids and UID into the event. */
void i4_fetch_event(i4_fetch *fetch, i4_event *ev);

/* Marks the event when a datum that is not kept cannot be read; returns `rc`. */
int i4_fetch_judge(i4_event *ev, int rc);

/* Finds an item that has a type; NULL if there is none. */
static inline const i4_item *i4_fetch_item_of(const i4_event *ev, imap4_fetch_id id)
{
    const uint32_t at = ev->item_at == NULL ? 0 : ev->item_at[id];
    return at == 0 ? NULL : &ev->items[at - 1];
}

/* A cursor over the value of an extension's item, for i4_take_*().  IMAP4_OK;
 * IMAP4_E_ABSENT; IMAP4_E_SYNTAX if it has no value, or one of uncertain extent. */
int i4_fetch_value(const imap4_event *ev, const i4_item_row *row, i4_cursor *out);

/* Finds an extension's item by its row; NULL if there is none. */
static inline const i4_item *i4_fetch_item_with(const i4_event *ev, const i4_item_row *row)
{
    for (size_t i = 0; i < ev->item_count; i++)
        if (ev->items[i].row == row)
            return &ev->items[i];
    return NULL;
}

#endif
