/* SPDX-License-Identifier: MIT */
/* bench/session.c - what a program would do: log in, select, work, log out. */
#include "session.h"

#include "imap4/command.h"

#include <stdlib.h>

static void must(int rc, const char *what)
{
    if (rc < 0)
        fail(what);
}

static int queue_fetch(session *s)
{
    imap4_seqset *all = NULL;
    must(imap4_seqset_parse(IMAP4_V("1:*"), 1, &all), "set");
    const int rc = imap4_cmd_fetch(s->engine, all, imap4_view_of(s->work->items), NULL, s,
                                   NULL);
    imap4_seqset_free(&all);
    return rc;
}

static int queue_search(session *s)
{
    imap4_search_options opt = { .size = sizeof opt, .uid = 1 };
    return imap4_cmd_search(s->engine, IMAP4_V("ALL"), &opt, s, NULL);
}

static int queue_append(session *s)
{
    imap4_cmd cmd = 0;
    const int rc = imap4_cmd_append(s->engine, IMAP4_V("INBOX"), s->work->octets, NULL, s,
                                    &cmd);
    if (rc < 0)
        return rc;
    s->taker.figures.bytes += s->work->octets;
    const imap4_view message = { s->message, s->work->octets };
    return imap4_cmd_write(s->engine, cmd, message);
}

static int queue_one(session *s)
{
    switch (s->work->kind) {
    case WORK_FETCH:
    case WORK_BODY:
    case WORK_LARGE: return queue_fetch(s);
    case WORK_SEARCH: return queue_search(s);
    case WORK_LIST:
        return imap4_cmd_list(s->engine, IMAP4_V(""), IMAP4_V("*"), NULL, s, NULL);
    case WORK_NOOP:
    case WORK_PIPE: return imap4_cmd_noop(s->engine, s, NULL);
    case WORK_APPEND: return queue_append(s);
    }
    return IMAP4_E_ARG;
}

static bool is_counted_in_commands(const work *w)
{
    return w->kind == WORK_NOOP || w->kind == WORK_PIPE || w->kind == WORK_APPEND;
}

/* As many as may be open at once. */
static void queue(session *s)
{
    const uint64_t most = s->work->kind == WORK_PIPE || s->work->kind == WORK_APPEND
                              ? PIPELINE
                              : 1;
    for (; s->left != 0 && s->open < most; s->left--, s->open++)
        must(queue_one(s), "a command was not queued");
    if (s->open == 0) {
        taker_finish(&s->taker);
        must(imap4_cmd_logout(s->engine, NULL, NULL), "logout");
    }
}

void session_start(session *s, const arguments *a)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    *s      = (session){ .work = a->work, .message = malloc(a->work->octets + 1) };
    s->left = is_counted_in_commands(a->work) ? a->count : a->count != 0;
    if (s->message == NULL)
        fail("memory");
    if (a->work->kind == WORK_APPEND)
        work_fill(s->message, a->work->octets);
    taker_init(&s->taker, a);
    opt.allocator                = &s->taker.allocator;
    opt.max_pipeline             = PIPELINE;
    opt.insecure_allow_plaintext = 1;
    must(imap4_engine_new(&opt, &s->engine), "engine");
    must(imap4_cmd_login(s->engine, IMAP4_V("u"), IMAP4_V("p"), NULL, NULL), "login");
    must(imap4_cmd_select(s->engine, IMAP4_V("INBOX"), NULL, s, NULL), "select");
}

static void take_done(session *s, const imap4_event *ev)
{
    if (ev->result != IMAP4_R_OK)
        fail("a command failed");
    if (ev->user != s) /* LOGIN, LOGOUT */
        return;
    if (!s->is_working) {
        s->is_working = true;
        figures_begin(&s->taker.figures);
    } else {
        s->open--;
        if (is_counted_in_commands(s->work))
            take_command(&s->taker);
    }
    queue(s);
}

bool session_take(session *s)
{
    const imap4_event *ev;
    int                rc;
    while ((rc = imap4_engine_next(s->engine, &ev)) == 1) {
        if (ev->type == IMAP4_EV_DONE)
            take_done(s, ev);
        else if (s->is_working)
            take_event(&s->taker, ev);
    }
    if (rc < 0)
        fail("the connection ended");
    return (imap4_engine_want(s->engine, 0, NULL) & IMAP4_WANT_CLOSE) == 0;
}

void session_end(session *s)
{
    imap4_engine_free(&s->engine);
    free(s->message);
}
