/* SPDX-License-Identifier: MIT */
/* ext/thread.c - RFC 5256, the THREAD extension. */
#include "imap4/ext/thread.h"

#include "base/try.h"
#include "engine/query.h"
#include "parse/event.h"

/* ---- the command ------------------------------------------------------------------- */

int imap4_cmd_thread(imap4_engine *engine, imap4_view algorithm, imap4_view criteria,
                     const imap4_search_options *opt, void *ctx, imap4_cmd *out)
{
    i4_cmd *c = NULL;
    I4_TRY_OPTIONS(engine, opt);
    const bool uid = opt != NULL && opt->uid != 0;
    I4_TRY(i4_cmd_begin(engine, uid ? "UID THREAD" : "THREAD", ctx, &c));
    i4_write_atom(c, algorithm);
    if (opt != NULL && opt->results.ptr != NULL)
        i4_write_refuse(c, IMAP4_E_ARG, "THREAD has no RETURN", opt->results);
    /* Whole: the parts of a set have other threads. */
    i4_query_write(engine, c, criteria, opt == NULL ? NULL : opt->query, I4_CHARSET_BARE,
                   true);
    return i4_cmd_queue(engine, c, out);
}

/* ---- the response ------------------------------------------------------------------ */

/* A list that is open. */
typedef struct open_list {
    int32_t  parent; /* what it replies to; -1: nothing */
    uint32_t lists;  /* how many there were in it */
} open_list;

/* The walk over "(3 6 (4 23)(44 7 96))": each number is a reply to the one before it, and the
 * lists behind the numbers are replies to the last one (RFC 5256 section 4). */
typedef struct thread_walk {
    imap4_thread_node *at;
    uint32_t           count;
    int32_t            last; /* what comes next is a reply to it */
    open_list         *open;
    uint32_t           depth; /* of open lists */
} thread_walk;

static void add_node(thread_walk *w, uint32_t number)
{
    const uint32_t depth = w->last < 0 ? 0 : w->at[w->last].depth + 1;
    w->at[w->count]      = (imap4_thread_node){ number, w->last, depth, 1 };
    w->last              = (int32_t)w->count++;
}

/* "((3)(5))": the message above both is missing. */
static bool lacks_parent(const i4_token *t)
{
    return i4_token_kind_of(t[0]) == I4_TOK_OPEN && i4_token_kind_of(t[1]) == I4_TOK_OPEN;
}

static int open_one(thread_walk *w, const i4_token *t, uint32_t max_depth)
{
    if (w->depth == max_depth)
        return IMAP4_E_SYNTAX; /* as in a body: what nests so deep is an attack */
    if (w->depth != 0)
        w->open[w->depth - 1].lists++;
    w->open[w->depth++] = (open_list){ w->last, 0 };
    if (lacks_parent(t))
        add_node(w, 0);
    return IMAP4_OK;
}

/* thread-nested = 2*thread-list.  One alone says nothing that a number would not, but what it
 * says is clear. */
static int close_one(thread_walk *w, const i4_cursor *c)
{
    const open_list *list = &w->open[--w->depth];
    if (w->last == list->parent)
        return IMAP4_E_SYNTAX;
    if (list->lists == 1)
        I4_TRY(i4_odd(c, IMAP4_DIAG_SHAPE, c->t, "RFC 5256 5, thread-nested"));
    w->last = list->parent;
    return IMAP4_OK;
}

static int take_message(thread_walk *w, i4_cursor *c)
{
    uint64_t n = 0;
    if (w->depth == 0 || w->open[w->depth - 1].lists != 0)
        return IMAP4_E_SYNTAX;
    I4_TRY(i4_take_number(c, UINT32_MAX, &n));
    if (n == 0)
        return IMAP4_E_SYNTAX;
    add_node(w, (uint32_t)n);
    return IMAP4_OK;
}

static int walk_over(thread_walk *w, i4_cursor *c, uint32_t max_depth)
{
    while (c->t < c->end) {
        if (i4_cursor_is_at(c, I4_TOK_OPEN)) {
            I4_TRY(open_one(w, c->t, max_depth));
            c->t++;
        } else if (i4_cursor_is_at(c, I4_TOK_CLOSE)) {
            I4_TRY(close_one(w, c));
            c->t++;
        } else {
            I4_TRY(take_message(w, c));
        }
    }
    /* Children stand behind their parents. */
    for (uint32_t i = w->count; i-- != 0;)
        if (w->at[i].parent >= 0)
            w->at[w->at[i].parent].size += w->at[i].size;
    return IMAP4_OK;
}

static int parse_thread(i4_event *ev, const void **value)
{
    if (ev->is_damaged)
        return IMAP4_E_SYNTAX;
    i4_cursor      c    = i4_event_cursor(ev);
    size_t         most = 0, lists = 0;
    imap4_threads *all = i4_arena_alloc(ev->arena, sizeof *all);
    if (all == NULL)
        return i4_arena_rc(ev->arena);
    for (const i4_token *t = c.t; t < c.end; t++) {
        most += i4_token_kind_of(*t) == I4_TOK_ATOM || lacks_parent(t);
        lists += i4_token_kind_of(*t) == I4_TOK_OPEN;
    }
    if (lists > ev->max_depth)
        lists = ev->max_depth;
    thread_walk w = { .last = -1 };
    w.at          = i4_arena_array(ev->arena, most, sizeof *w.at);
    w.open        = i4_arena_array(ev->arena, lists, sizeof *w.open);
    if (w.at == NULL || w.open == NULL)
        return i4_arena_rc(ev->arena);
    I4_TRY(walk_over(&w, &c, ev->max_depth));
    *all   = (imap4_threads){ w.at, w.count };
    *value = all;
    return IMAP4_OK;
}

int imap4_thread_get(const imap4_event *ev, const imap4_threads **out)
{
    const void *value = NULL;
    I4_TRY(i4_data_get(i4_event_of(ev), IMAP4_EV_THREAD, parse_thread, &value));
    *out = value;
    return IMAP4_OK;
}

/* ---- the rows ---------------------------------------------------------------------- */

static const i4_resp_row responses[] = {
    { "THREAD", IMAP4_EV_THREAD, 0 },
    { 0 },
};

/* RFC 5256 section 3: EXPUNGE may not come while THREAD runs, but while UID THREAD does. */
static const i4_cmd_row commands[] = {
    { "THREAD",
      I4_ST_SELECTED,
      I4_BY_NUMBER,
      I4_CMD_NEEDS_CAP | I4_CMD_NO_EXPUNGE | I4_CMD_MIXES,
      { IMAP4_EV_THREAD } },
    { "UID THREAD",
      I4_ST_SELECTED,
      I4_BY_NUMBER,
      I4_CMD_NEEDS_CAP | I4_CMD_MIXES,
      { IMAP4_EV_THREAD } },
    { 0 },
};

extern const i4_ext i4_ext_thread;
const i4_ext        i4_ext_thread = {
           .name       = "thread",
           .capability = "THREAD=",
           .rfc        = 5256,
           .responses  = responses,
           .commands   = commands,
};
