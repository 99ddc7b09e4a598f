/* SPDX-License-Identifier: MIT */
/* client/idle.c - IDLE (RFC 2177): wait until something happens. */
#include "client/method.h"

#include "base/try.h"

typedef struct idling {
    imap4_event_hook   hook;
    void              *user;
    imap4_cmd          cmd;
    const imap4_event *done;
    bool               has_heard; /* enough */
} idling;

static bool is_response(const imap4_event *ev)
{
    return ev->type != IMAP4_EV_CONTINUE && ev->type != IMAP4_EV_DONE &&
           (ev->marks & IMAP4_MARK_MORE) == 0;
}

static void hear(imap4 *m, i4_collector *c, idling *i, const imap4_event *ev)
{
    if (ev->type == IMAP4_EV_DONE && ev->cmd == i->cmd)
        i->done = ev;
    if (is_response(ev) && i->hook == NULL)
        i->has_heard = true;
    if (is_response(ev) && i->hook != NULL && i->hook(i->user, ev) != 0)
        i->has_heard = true;
    i4_collect_event(m, c, ev);
}

/* Until the time is over, somebody has heard enough, or it ends by itself. */
static int listen(imap4 *m, i4_collector *c, idling *i, uint64_t deadline_ms)
{
    int rc = 1;
    while (rc == 1 && !i->has_heard && i->done == NULL) {
        const imap4_event *ev = NULL;
        rc                    = i4_run_next(m, deadline_ms, &ev);
        if (rc == 1)
            hear(m, c, i, ev);
    }
    return rc;
}

/* Says DONE, and collects what still comes. */
static int stop(imap4 *m, i4_collector *c, idling *i)
{
    int rc = imap4_cmd_stop(m->engine, i->cmd);
    while (i->done == NULL) {
        const imap4_event *ev = NULL;
        rc                    = i4_run_next(m, UINT64_MAX, &ev);
        if (rc != 1)
            return rc;
        hear(m, c, i, ev);
    }
    return 1;
}

int imap4_idle(imap4 *m, uint32_t timeout_ms, imap4_event_hook hook, void *user,
               imap4_reply **out)
{
    const uint64_t deadline = timeout_ms == UINT32_MAX ? UINT64_MAX
                                                       : imap4_now_ms() + timeout_ms;
    i4_collector   c;
    idling         i = { .hook = hook, .user = user };
    I4_TRY(i4_begin(m, "IDLE", out));
    i4_collect_init(m, &c, IMAP4_NIL, NULL);
    c.keeps_none = true;
    I4_TRY(i4_collect_start(m, &c, imap4_cmd_idle(m->engine, NULL, &i.cmd), out));
    c.is_quiet                 = hook != NULL; /* who has heard it has it */
    m->holder                  = &i;           /* the hook must not call a method */
    int        rc              = listen(m, &c, &i, deadline);
    const bool was_interrupted = rc == IMAP4_E_INTERRUPTED;
    if (rc == 1 || rc == IMAP4_E_BUSY || was_interrupted)
        rc = i.done != NULL ? 1 : stop(m, &c, &i);
    m->holder = NULL;
    rc        = i4_collect_finish(m, &c, rc, i.cmd, i.done, out);
    if (rc == IMAP4_OK && was_interrupted)
        rc = i4_report(m, IMAP4_E_INTERRUPTED, "interrupted; IDLE has ended");
    return rc;
}
