/* SPDX-License-Identifier: MIT */
/* client/fetching.c - a FETCH taken response by response, and one section to a sink. */
#include "client/method.h"

#include "imap4/data.h"

#include "base/num.h"
#include "base/try.h"
#include "base/view.h"

struct imap4_fetching {
    imap4       *m;
    i4_collector c;
    imap4_cmd    cmd;
    imap4_reply *reply;
    int          rc; /* once it is over */
    bool         is_over;
};

/* ---- begin, next, end ------------------------------------------------------------------- */

static int begin(imap4 *m, imap4_view set, bool uid, imap4_view items,
                 imap4_fetching **out)
{
    imap4_seqset *numbers = NULL;
    imap4_cmd     cmd     = 0;
    int           rc      = imap4_seqset_new(uid, &m->mem, &numbers);
    if (rc == IMAP4_OK)
        rc = imap4_seqset_add_text(numbers, set);
    if (rc == IMAP4_E_SYNTAX || (rc == IMAP4_OK && set.len == 0))
        rc = i4_report_view(m, IMAP4_E_ARG,
                            IMAP4_V("not a set of messages, as \"1:3,7\" is"), set);
    else if (rc < 0)
        (void)i4_report(m, rc, imap4_strerror(rc));
    imap4_fetching *f = rc < 0 ? NULL : i4_mem_zalloc(&m->mem, sizeof *f);
    if (rc == IMAP4_OK && f == NULL)
        rc = i4_report(m, IMAP4_E_NOMEM, "out of memory");
    if (rc == IMAP4_OK) {
        rc = imap4_cmd_fetch(m->engine, numbers, i4_without_parens(items), NULL, NULL,
                             &cmd);
        if (rc < 0)
            (void)i4_report_refusal(m, rc);
    }
    if (rc < 0) {
        imap4_seqset_free(&numbers);
        i4_mem_free(&m->mem, f, f == NULL ? 0 : sizeof *f);
        return rc;
    }
    i4_collect_init(m, &f->c, IMAP4_V("FETCH"), numbers);
    f->c.takes = true;
    f->m       = m;
    f->cmd     = cmd;
    m->holder  = f;
    *out       = f;
    return IMAP4_OK;
}

int imap4_fetch_begin(imap4 *m, const char *set, int uid, const char *items,
                      imap4_fetching **out)
{
    I4_TRY(i4_begin(m, uid != 0 ? "UID FETCH" : "FETCH", NULL));
    return begin(m, imap4_view_of(set), uid != 0, imap4_view_of(items), out);
}

/* The tagged answer is here, or will never come. */
static void finish(imap4_fetching *f, int rc, const imap4_event *done)
{
    f->is_over   = true;
    f->c.answers = IMAP4_NIL; /* its data are the tagged text */
    f->c.reply   = rc == 1 ? i4_reply_new(&f->m->mem) : NULL;
    f->rc        = i4_collect_finish(f->m, &f->c, rc, f->cmd, done, &f->reply);
    f->m->holder = NULL;
}

int imap4_fetch_next(imap4_fetching *f, const imap4_event **ev)
{
    for (;;) {
        *ev = NULL;
        if (f->is_over)
            return f->rc < 0 && f->reply == NULL ? f->rc : 0;
        const int rc = i4_run_next(f->m, UINT64_MAX, ev);
        if (rc == IMAP4_E_INTERRUPTED || rc == IMAP4_E_NOMEM)
            return i4_report(f->m, rc, imap4_strerror(rc));
        const imap4_event *e = *ev;
        if (rc != 1 || (e->type == IMAP4_EV_DONE && e->cmd == f->cmd))
            finish(f, rc, e);
        else if (e->type == IMAP4_EV_BODY_BEGIN || e->type == IMAP4_EV_BODY_DATA ||
                 e->type == IMAP4_EV_BODY_END || i4_collect_is_datum(f->m, &f->c, e))
            return 1;
        else
            i4_collect_event(f->m, &f->c, e);
    }
}

int imap4_fetch_end(imap4_fetching **fetching, imap4_reply **out)
{
    const imap4_event *ev = NULL;
    if (out != NULL)
        *out = NULL;
    if (fetching == NULL || *fetching == NULL)
        return IMAP4_E_ARG;
    imap4_fetching *f  = *fetching;
    imap4          *m  = f->m;
    int             rc = 1;
    while (!f->is_over && rc == 1)
        rc = imap4_fetch_next(f, &ev);
    if (!f->is_over) { /* interrupted: the next method collects what still comes */
        m->holder = NULL;
        f->rc     = i4_collect_finish(m, &f->c, rc, f->cmd, NULL, NULL);
    }
    rc = f->rc;
    if (out != NULL)
        *out = f->reply;
    else
        imap4_reply_free(&f->reply);
    i4_mem_free(&m->mem, f, sizeof *f);
    *fetching = NULL;
    return rc;
}

/* ---- one section to a sink ----------------------------------------------------------------- */

typedef struct pouring {
    imap4_view section;
    imap4_sink sink;
    void      *user;
    int64_t    count;
    int        rc;
    bool       is_found;
} pouring;

static void pour(pouring *p, imap4_view bytes)
{
    p->is_found = true;
    if (p->rc != 0 || bytes.len == 0)
        return;
    p->rc = p->sink(p->user, bytes);
    if (p->rc == 0)
        p->count += (int64_t)bytes.len;
}

/* A short one stands in the response itself. */
static void pour_item(pouring *p, const imap4_event *ev)
{
    imap4_fetch_item item;
    for (size_t i = 0; i < imap4_fetch_count(ev) && !p->is_found; i++)
        if (imap4_fetch_at(ev, i, &item) == IMAP4_OK && item.id == IMAP4_FETCH_SECTION &&
            i4_view_eq_nocase(item.section, p->section) && item.value.ptr != NULL)
            pour(p, item.value);
}

static int pour_all(imap4_fetching *f, pouring *p)
{
    const imap4_event *ev = NULL;
    int                rc = 0;
    while ((rc = imap4_fetch_next(f, &ev)) == 1) {
        if (ev->type == IMAP4_EV_BODY_BEGIN)
            p->is_found = true;
        else if (ev->type == IMAP4_EV_BODY_DATA)
            pour(p, ev->data);
        else if (ev->type == IMAP4_EV_FETCH)
            pour_item(p, ev);
    }
    return rc;
}

static bool is_section(imap4_view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == ']' || text.ptr[i] == '[' || text.ptr[i] == '{')
            return false;
    return true;
}

int64_t imap4_fetch_to(imap4 *m, uint32_t uid, const char *section, imap4_sink sink,
                       void *user)
{
    char            set[20];
    i4_text         items = { .mem = &m->mem };
    imap4_fetching *f     = NULL;
    pouring         p = { .section = imap4_view_of(section), .sink = sink, .user = user };
    I4_TRY(i4_begin(m, "UID FETCH", NULL));
    if (section == NULL || sink == NULL || uid == 0 || !is_section(p.section))
        return i4_report_view(m, IMAP4_E_ARG, IMAP4_V("not a UID, a section and a sink"),
                              p.section);
    i4_text_add(&items, IMAP4_V("BODY.PEEK["));
    i4_text_add(&items, p.section);
    i4_text_add(&items, IMAP4_V("]"));
    int rc = items.has_failed ? i4_report(m, IMAP4_E_NOMEM, "out of memory")
                              : begin(m, (imap4_view){ set, i4_num_write(uid, set) },
                                      true, (imap4_view){ items.at, items.len }, &f);
    i4_text_free(&items);
    if (rc < 0)
        return rc;
    rc            = pour_all(f, &p);
    const int end = imap4_fetch_end(&f, NULL);
    if (rc < 0 || end != IMAP4_OK)
        return rc < 0 ? rc : end == IMAP4_NO ? IMAP4_E_ABSENT : end;
    if (p.rc < 0)
        return i4_report(m, p.rc, "the sink took no more");
    return p.is_found
               ? p.count
               : i4_report(m, IMAP4_E_ABSENT, "no such message, or no such section");
}
