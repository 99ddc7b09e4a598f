/* SPDX-License-Identifier: MIT */
/* client/connect.c - from a URL to an engine that knows what the server can do. */
#include "client/client.h"

#include "base/try.h"
#include "net/transport.h"

#include <errno.h>

/* ---- the pipe ------------------------------------------------------------------------ */

static int dial(imap4 *m)
{
    imap4_transport_error error;
    const int rc = imap4_transport_dial(m->url.host, m->url.port, m->deadline_ms, m->wake,
                                        &m->pipe, &error);
    if (rc == IMAP4_E_INTERRUPTED)
        (void)!imap4_wake_take(m->wake);
    if (rc < 0 && error.error.code == rc) {
        (void)i4_report_view(m, rc, error.error.text, IMAP4_NIL);
        m->words.pub.os_errno = error.error.os_errno;
    } else if (rc < 0) {
        (void)i4_report(m, rc, imap4_strerror(rc));
    }
    return rc;
}

static int take_transport(imap4 *m)
{
    if (m->is_pipe_used)
        return i4_report(m, IMAP4_E_ARG, "the transport is used up: make a new object");
    if (i4_transport_take(m->opt.transport, &m->pipe) != IMAP4_OK)
        return i4_report(m, IMAP4_E_ARG, "the transport lacks a function");
    m->is_pipe_used = true;
    return IMAP4_OK;
}

static int run_pipe(imap4 *m, const char *what)
{
    const int rc       = m->opt.command != NULL
                             ? imap4_transport_command(m->opt.command, &m->pipe)
                             : imap4_transport_unix(m->opt.unix_path, m->deadline_ms, &m->pipe);
    const int os_errno = rc == IMAP4_E_IO ? errno : 0;
    if (rc < 0) {
        (void)i4_report_view(m, rc, imap4_view_of(what),
                             os_errno == 0 ? IMAP4_NIL
                                           : imap4_view_of(strerror(os_errno)));
        m->words.pub.os_errno = os_errno;
    }
    return rc;
}

static int open_pipe(imap4 *m)
{
    int rc  = IMAP4_OK;
    m->pipe = IMAP4_TRANSPORT;
    if (m->opt.transport != NULL)
        rc = take_transport(m);
    else if (m->opt.command != NULL)
        rc = run_pipe(m, "the command cannot be run");
    else if (m->opt.unix_path != NULL)
        rc = run_pipe(m, "the Unix socket cannot be connected");
    else if (m->url.security == 0)
        rc = i4_report(m, IMAP4_E_ARG, "no URL was given, and no other pipe");
    else
        rc = dial(m);
    m->has_pipe = rc == IMAP4_OK;
    return rc;
}

/* ---- engine and layers ------------------------------------------------------------------ */

static int security_of(const imap4 *m)
{
    if (m->pipe.is_private != 0 || m->url.security == 0)
        return IMAP4_SECURITY_INSECURE; /* nothing is put on it */
    return m->url.security;
}

static bool is_zero(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static int make_engine(imap4 *m)
{
    imap4_engine_options opt = m->engine_opt;
    opt.allocator            = &m->mem;
    opt.secure |= m->pipe.is_private;
    opt.no_auto_capability = 1; /* i4_connect_learn() does: it waits for the answer */
    opt.trace |= m->opt.debug >= 4;
    opt.insecure_allow_plaintext |= m->url.security == IMAP4_SECURITY_INSECURE;
    if (opt.tag_prefix == NULL && is_zero(opt.tag_seed, sizeof opt.tag_seed))
        (void)!imap4_entropy(opt.tag_seed, sizeof opt.tag_seed);
    int rc = imap4_engine_new(&opt, &m->engine);
    if (rc == IMAP4_OK)
        rc = imap4_stack_new(m->engine, &m->mem, &m->stack);
    if (rc == IMAP4_OK)
        rc = i4_habit_resume(m);
    return rc < 0 ? i4_report(m, rc, imap4_strerror(rc)) : rc;
}

int i4_connect_tls(imap4 *m)
{
    const int rc = imap4_stack_add_tls(m->stack, m->url.host,
                                       m->opt.tls == NULL ? NULL : &m->tls_opt);
    if (rc < 0) {
        imap4_engine_fail(m->engine, IMAP4_E_TLS, 0, IMAP4_V("TLS cannot be begun"));
        return i4_report_engine(m, rc);
    }
    return rc;
}

int i4_connect_upgrade(imap4 *m)
{
    I4_TRY(i4_connect_tls(m));
    /* What can be done is known from before TLS until the handshake is over (RFC 3501 6.2.1), so
     * that must be over before anybody asks. */
    const int rc = i4_run_open(m);
    if (rc < 0)
        return i4_report_engine(m, rc);
    return i4_connect_learn(m);
}

/* ---- the greeting --------------------------------------------------------------------- */

static int wait_for_greeting(imap4 *m)
{
    i4_collector       c;
    const imap4_event *ev = NULL;
    int                rc = 1;
    i4_collect_init(m, &c, IMAP4_NIL, NULL);
    while (imap4_engine_state(m->engine) == IMAP4_STATE_GREETING &&
           (rc = i4_run_next(m, UINT64_MAX, &ev)) == 1)
        i4_collect_event(m, &c, ev);
    i4_collect_free(m, &c);
    if (rc == 1 && imap4_engine_error(m->engine)->code < 0)
        rc = imap4_engine_error(m->engine)->code;
    return rc == 1 ? IMAP4_OK : i4_report_engine(m, rc == 0 ? IMAP4_E_EOF : rc);
}

/* Nothing but STARTTLS happens in clear, and what the server says before is not shown to
 * anybody (RFC 8314, RFC 3501 6.2.1). */
static int require_starttls(imap4 *m)
{
    i4_collector       c;
    imap4_cmd          cmd  = 0;
    const imap4_event *done = NULL;
    I4_TRY(imap4_cmd_starttls(m->engine, NULL, &cmd));
    i4_collect_init(m, &c, IMAP4_NIL, NULL);
    const int rc = i4_collect_until(m, &c, cmd, &done);
    i4_collect_free(m, &c);
    i4_kept_drop(&m->kept, &m->mem, IMAP4_NIL);
    if (rc != 1)
        return i4_report_engine(m, rc == 0 ? IMAP4_E_EOF : rc);
    if (done->result == IMAP4_R_LOST || imap4_engine_error(m->engine)->code < 0)
        return i4_report_engine(m, imap4_engine_error(m->engine)->code);
    if (done->result != IMAP4_R_OK)
        return i4_report(m, IMAP4_E_INSECURE,
                         "the server offers no STARTTLS: use imaps://, or, if nobody can "
                         "listen, imap+insecure://");
    return i4_connect_upgrade(m);
}

static void find_version(imap4 *m)
{
    static const char *const names[] = { "IMAP4REV1", "IMAP4", "IMAP4REV2" };
    m->version[0]                    = '\0';
    for (size_t i = 0; i < sizeof names / sizeof names[0] && m->version[0] == '\0'; i++)
        if (imap4_engine_has(m->engine, imap4_view_of(names[i])) == 1)
            memcpy(m->version, names[i], imap4_view_of(names[i]).len + 1);
}

int i4_connect_learn(imap4 *m)
{
    i4_collector c;
    imap4_cmd    cmd = 0;
    int          rc  = IMAP4_OK;
    if (imap4_engine_has(m->engine, IMAP4_V("IMAP4rev1")) == -1 &&
        m->engine_opt.no_auto_capability == 0) {
        i4_collect_init(m, &c, IMAP4_V("CAPABILITY"), NULL);
        c.takes = true;
        rc      = imap4_cmd_capability(m->engine, NULL, &cmd);
        rc      = i4_collect(m, &c, rc, cmd, NULL);
        /* Refused: then nothing is announced, and each command finds out for itself. */
        if (rc == IMAP4_NO || rc == IMAP4_E_BAD)
            rc = IMAP4_OK;
    }
    i4_kept_drop(&m->kept, &m->mem, IMAP4_V("CAPABILITY")); /* imap4_has() knows */
    find_version(m);
    return rc;
}

static int greet(imap4 *m)
{
    const int security = security_of(m);
    if (security == IMAP4_SECURITY_TLS)
        I4_TRY(i4_connect_tls(m));
    I4_TRY(wait_for_greeting(m));
    i4_states_begin(m);
    if (security == IMAP4_SECURITY_STARTTLS) {
        I4_TRY(i4_connect_learn(m));
        return require_starttls(m);
    }
    return i4_connect_learn(m);
}

int i4_connect(imap4 *m)
{
    m->deadline_ms         = imap4_now_ms() + m->opt.connect_timeout_ms;
    m->os_errno            = 0;
    m->has_become_readonly = false;
    m->is_readonly_wanted  = false;
    m->version[0]          = '\0';
    m->left                = 0;
    i4_kept_drop(&m->kept, &m->mem, IMAP4_NIL);
    I4_TRY(open_pipe(m));
    int rc = make_engine(m);
    if (rc == IMAP4_OK)
        rc = greet(m);
    m->deadline_ms = UINT64_MAX;
    if (rc < 0)
        i4_run_close(m);
    return rc;
}
