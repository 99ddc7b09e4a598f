/* SPDX-License-Identifier: MIT */
/* client/client.c - the object's life, and its attributes. */
#include "client/client.h"

#include "base/try.h"
#include "base/view.h"

enum {
    LOGOUT_MS  = 1000, /* imap4_free(): the server's time to say goodbye */
    CONNECT_MS = 30000
};

/* ---- options ------------------------------------------------------------------------- */

static bool copy_options(void *to, const void *from, size_t size, size_t known)
{
    if (size == 0 || size > 4096)
        return false;
    memcpy(to, from, size < known ? size : known);
    return true;
}

/* The engine's options are used again by imap4_open(). */
static int keep_text(imap4 *m, const char **text, char **copy)
{
    if (*text == NULL)
        return IMAP4_OK;
    const size_t size = strlen(*text) + 1;
    *copy             = i4_mem_alloc(&m->mem, size);
    if (*copy == NULL)
        return i4_report(m, IMAP4_E_NOMEM, "out of memory");
    *text = memcpy(*copy, *text, size);
    return IMAP4_OK;
}

static void drop_text(imap4 *m, char *copy)
{
    if (copy != NULL)
        i4_mem_free(&m->mem, copy, strlen(copy) + 1);
}

static int take_options(imap4 *m, const imap4_options *opt)
{
    m->engine_opt = IMAP4_ENGINE_OPTIONS;
    m->tls_opt    = (imap4_tls_options){ .size = sizeof m->tls_opt };
    if (opt != NULL && !copy_options(&m->opt, opt, opt->size, sizeof m->opt))
        return i4_report(m, IMAP4_E_ARG, "the options have no size");
    if (m->opt.engine != NULL && !copy_options(&m->engine_opt, m->opt.engine,
                                               m->opt.engine->size, sizeof m->engine_opt))
        return i4_report(m, IMAP4_E_ARG, "the engine's options have no size");
    if (m->opt.tls != NULL &&
        !copy_options(&m->tls_opt, m->opt.tls, m->opt.tls->size, sizeof m->tls_opt))
        return i4_report(m, IMAP4_E_ARG, "the options of TLS have no size");
    m->opt.size        = sizeof m->opt;
    m->engine_opt.size = sizeof m->engine_opt;
    m->tls_opt.size    = sizeof m->tls_opt;
    I4_TRY(keep_text(m, &m->engine_opt.tag_prefix, &m->tag_prefix));
    I4_TRY(keep_text(m, &m->engine_opt.quirks, &m->quirks));
    if (m->opt.connect_timeout_ms == 0)
        m->opt.connect_timeout_ms = CONNECT_MS;
    if (m->opt.max_reply == 0)
        m->opt.max_reply = (size_t)64 * 1024 * 1024;
    m->debug = m->opt.debug;
    return IMAP4_OK;
}

static int take_url(imap4 *m, const char *url)
{
    imap4_error error = { 0 };
    if (url == NULL)
        return IMAP4_OK;
    const int rc = imap4_url_parse(imap4_view_of(url), &m->url, &error);
    return rc < 0 ? i4_report_view(m, rc, error.text, error.where) : rc;
}

/* ---- life ------------------------------------------------------------------------------ */

static imap4 *new_object(const imap4_options *opt)
{
    const imap4_allocator *given = NULL;
    i4_mem                 mem;
    if (opt != NULL && opt->size >= offsetof(imap4_options, tls) && opt->engine != NULL)
        given = opt->engine->allocator;
    if (!i4_mem_choose(given, &mem))
        return NULL;
    imap4 *m = i4_mem_zalloc(&mem, sizeof *m);
    if (m != NULL) {
        m->mem         = mem;
        m->deadline_ms = UINT64_MAX;
        m->pipe        = IMAP4_TRANSPORT;
        i4_report_clear(m);
    }
    return m;
}

int imap4_connect(const char *url, const imap4_options *opt, imap4 **out)
{
    if (out == NULL)
        return IMAP4_E_ARG;
    imap4 *m = *out = new_object(opt);
    if (m == NULL)
        return IMAP4_E_NOMEM;
    I4_TRY(take_options(m, opt));
    I4_TRY(take_url(m, url));
    const int rc = imap4_wake_new(&m->wake);
    if (rc < 0)
        return i4_report(m, rc, "no event descriptor can be had");
    return m->opt.no_open != 0 ? IMAP4_OK : i4_connect(m);
}

int imap4_open(imap4 *m, const char *url)
{
    i4_report_clear(m);
    if (m->holder != NULL)
        return i4_report(m, IMAP4_E_BUSY, "a fetch or an IDLE is open");
    if (m->engine != NULL && imap4_engine_state(m->engine) < IMAP4_STATE_LOGOUT)
        return i4_report(m, IMAP4_E_STATE, "it is connected: imap4_logout() first");
    if (m->wake == NULL)
        return i4_report(m, IMAP4_E_STATE,
                         "imap4_connect() has failed: make a new object");
    i4_run_close(m);
    if (url != NULL)
        i4_habit_forget(m); /* that is another server */
    I4_TRY(take_url(m, url));
    return i4_connect(m);
}

void imap4_shutdown(imap4 *m)
{
    i4_report_clear(m);
    m->holder = NULL;
    m->left   = 0;
    i4_run_close(m);
}

/* Nobody waits long for somebody who leaves. */
static void say_goodbye(imap4 *m)
{
    const uint64_t     until = imap4_now_ms() + LOGOUT_MS;
    const imap4_event *ev    = NULL;
    imap4_cmd          cmd   = 0;
    if (m->engine == NULL || m->holder != NULL || m->left != 0 ||
        imap4_engine_state(m->engine) >= IMAP4_STATE_LOGOUT ||
        imap4_cmd_logout(m->engine, NULL, &cmd) != IMAP4_OK)
        return;
    while (i4_run_next(m, until, &ev) == 1)
        if (ev->type == IMAP4_EV_DONE && ev->cmd == cmd)
            return;
}

void imap4_free(imap4 **object)
{
    if (object == NULL || *object == NULL)
        return;
    imap4 *m = *object;
    say_goodbye(m);
    i4_run_close(m);
    m->name.mem = &m->mem;
    i4_text_free(&m->name);
    i4_habit_forget(m);
    drop_text(m, m->tag_prefix);
    drop_text(m, m->quirks);
    i4_kept_drop(&m->kept, &m->mem, IMAP4_NIL);
    i4_states_forget(m);
    imap4_wake_free(&m->wake);
    const i4_mem mem = m->mem;
    i4_mem_free(&mem, m, sizeof *m);
    *object = NULL;
}

void imap4_interrupt(imap4 *m)
{
    if (m != NULL)
        imap4_wake_up(m->wake);
}

/* ---- attributes --------------------------------------------------------------------------- */

const char *imap4_protocol_version(const imap4 *m)
{
    return m->version[0] == '\0' ? NULL : m->version;
}

int imap4_has(const imap4 *m, const char *name)
{
    return m->engine == NULL ? -1 : imap4_engine_has(m->engine, imap4_view_of(name));
}

int imap4_state_of(const imap4 *m)
{
    if (m->engine == NULL)
        return IMAP4_STATE_LOGOUT;
    return (m->opt.profile & IMAP4_STATES_SEED) != 0 ? m->seed_state
                                                     : imap4_engine_state(m->engine);
}

const imap4_mailbox *imap4_mailbox_state(const imap4 *m)
{
    return m->engine == NULL ? NULL : imap4_engine_mailbox(m->engine);
}

imap4_engine *imap4_engine_of(imap4 *m)
{
    return m->engine;
}

imap4_stack *imap4_stack_of(imap4 *m)
{
    return m->stack;
}

intptr_t imap4_socket(const imap4 *m)
{
    return !m->has_pipe || m->pipe.fd == NULL ? -1 : m->pipe.fd(m->pipe.ctx);
}

int imap4_next(imap4 *m, uint64_t deadline_ms, const imap4_event **ev)
{
    i4_report_clear(m);
    *ev = NULL;
    if (m->engine == NULL)
        return i4_report(m, IMAP4_E_STATE, "not connected: imap4_open()");
    const int rc = i4_run_next(m, deadline_ms, ev);
    if (rc == IMAP4_E_BUSY)
        return i4_report(m, rc, "the deadline has passed");
    return rc < 0 ? i4_report_engine(m, rc) : rc;
}

struct ssl_st *imap4_ssl(imap4 *m)
{
    return m->stack == NULL ? NULL : imap4_stack_ssl(m->stack);
}
