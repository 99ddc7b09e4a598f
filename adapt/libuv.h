/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/adapt/libuv.h - a driver for libuv: one connection on a loop of yours.
 *
 * imap4_uv_open() returns at once; commands can be queued on `u.p.engine` right then.  The
 * loop calls `on_ready` when imap4_uv_next() has something to tell, or when a command waits
 * for imap4_cmd_write(); nothing is received until the former has said IMAP4_E_BUSY.  Whoever
 * does such things elsewhere calls imap4_uv_wake() then.  imap4_poll_step() moves the bytes.
 */
#ifndef IMAP4_ADAPT_LIBUV_H
#define IMAP4_ADAPT_LIBUV_H

#include "poll.h"

#include <uv.h>

typedef struct imap4_uv imap4_uv;
typedef void (*imap4_uv_cb)(imap4_uv *u);

/** A connection.  Read its members, do not write them, but for `data`. */
struct imap4_uv {
    imap4_poll               p;    /**< `p.engine`, `p.stack`; imap4_poll_error(&u.p) */
    void                    *data; /**< yours */
    imap4_uv_cb              on_ready, on_closed;
    const imap4_tls_options *tls;
    imap4_cmd                starttls;
    uv_work_t                lookup;
    uv_poll_t                socket;
    uv_timer_t               timer;
    imap4_dial *found; /* during the look-up this and the next belong to its thread */
    int         found_rc, callbacks_due, is_drained, is_over, is_closing;
};

static inline int imap4_uv_is_up(const imap4_uv *u)
{
    return u->p.fd >= 0 && (u->p.url.security == IMAP4_SECURITY_INSECURE ||
                            imap4_stack_protection(u->p.stack).ptr != NULL);
}

static inline void imap4_uv_turn(imap4_uv *u);

static inline void imap4_uv_on_socket(uv_poll_t *socket, int status, int events)
{
    (void)status, (void)events; /* recv() and send() will see */
    imap4_uv_turn((imap4_uv *)socket->data);
}

/* Goes on connecting, too: a dial has several sockets, and they change. */
static inline void imap4_uv_on_timer(uv_timer_t *timer)
{
    imap4_uv *u     = (imap4_uv *)timer->data;
    uint64_t  until = 0;
    int       rc    = 0;
    if (u->p.fd < 0 && u->p.deadline_ms != UINT64_MAX) /* not during the look-up */
        rc = u->found_rc < 0 ? u->found_rc
                             : imap4_dial_step(u->p.dial, imap4_now_ms(), &until);
    if (rc == 1) {
        const intptr_t fd = imap4_dial_take(u->p.dial);
        rc = uv_poll_init_socket(timer->loop, &u->socket, (uv_os_sock_t)fd);
        u->callbacks_due += rc == 0;
        u->p.fd = rc == 0 ? fd : (imap4_sock_close(fd), -1);
    }
    if (rc < 0)
        imap4_engine_fail(u->p.engine, IMAP4_E_IO, 0, imap4_poll_error(&u->p)->text);
    imap4_uv_turn(u);
}

/** Makes the loop look at what was done outside of `on_ready`. */
static inline void imap4_uv_wake(imap4_uv *u)
{
    (void)uv_timer_start(&u->timer, imap4_uv_on_timer, 0, 0);
}

/** Takes the next event.
 *  @param ev  receives the event [borrowed E].
 *  @return as imap4_poll_next(), with IMAP4_E_BUSY for: no more now.  After 0, or what ended
 *          the session, `on_ready` is not called again. */
static inline int imap4_uv_next(imap4_uv *u, const imap4_event **ev)
{
    int rc;
    /* Nothing but STARTTLS happens in clear, and nothing of it is shown (RFC 8314). */
    while ((rc = imap4_engine_next(u->p.engine, ev)) == 1 && !imap4_uv_is_up(u)) {
        if ((*ev)->type != IMAP4_EV_DONE)
            continue;
        if ((*ev)->cmd != u->starttls)
            break; /* of a command that was never sent */
        if ((*ev)->result != IMAP4_R_OK)
            imap4_engine_fail(u->p.engine, IMAP4_E_TLS, 0,
                              IMAP4_V("no STARTTLS there: use imaps://"));
        else if ((rc = imap4_stack_add_tls(u->p.stack, u->p.url.host, u->tls)) < 0)
            imap4_engine_fail(u->p.engine, rc, 0, imap4_view_of(imap4_strerror(rc)));
    }
    if (rc == 0 && imap4_stack_want(u->p.stack, imap4_now_ms(), NULL) != IMAP4_WANT_CLOSE)
        rc = IMAP4_E_BUSY;
    u->is_drained = rc == IMAP4_E_BUSY;
    u->is_over |= rc != 1 && rc != IMAP4_E_BUSY && rc != IMAP4_E_NOMEM;
    return rc;
}

/* Events to the caller, bytes to and fro; then the loop is told what to wait for. */
static inline void imap4_uv_turn(imap4_uv *u)
{
    imap4_poll    *p     = &u->p;
    const uint64_t now   = imap4_now_ms();
    uint64_t       until = UINT64_MAX;
    unsigned       want = 0, asked = 0;
    u->is_drained = 1;
    while (u->is_drained && !u->is_over) {
        if (!imap4_uv_is_up(u) && now >= p->deadline_ms)
            imap4_engine_fail(p->engine, IMAP4_E_TIMEOUT, 0,
                              IMAP4_V("no TCP or TLS in time"));
        if ((p->fd >= 0 ? !imap4_poll_step(p, &want, &until)
                        : !(imap4_stack_want(p->stack, now, NULL) & IMAP4_WANT_NEXT)) &&
            ((want & IMAP4_WANT_DATA) == 0 || asked != 0))
            break;
        u->is_drained = 0;
        u->on_ready(u);
        if (u->is_closing)
            return;
        asked = imap4_stack_want(p->stack, now, NULL) & IMAP4_WANT_DATA; /* in vain? */
    }
    if (u->is_over || !u->is_drained)
        want = 0, until = UINT64_MAX; /* imap4_uv_wake() goes on */
    else if (!imap4_uv_is_up(u) && p->deadline_ms != UINT64_MAX && until > now + 10)
        until = now + 10;
    want &= IMAP4_WANT_READ | IMAP4_WANT_WRITE; /* libuv's bits are the same */
    if (p->fd >= 0)
        (void)uv_poll_start(&u->socket, (int)want, imap4_uv_on_socket);
    (void)uv_timer_start(&u->timer, imap4_uv_on_timer, until > now ? until - now : 0, 0);
}

static inline void imap4_uv_release(uv_handle_t *handle)
{
    imap4_uv *u = (imap4_uv *)handle->data;
    if (--u->callbacks_due != 0)
        return;
    imap4_poll_close(&u->p);
    u->on_closed(u);
}

static inline void imap4_uv_look_up(uv_work_t *lookup) /* in a thread of libuv's */
{
    imap4_uv *u = (imap4_uv *)lookup->data;
    u->found_rc = imap4_dial_new(u->p.url.host, u->p.url.port, &u->found);
}

static inline void imap4_uv_on_lookup(uv_work_t *lookup, int status)
{
    imap4_uv *u      = (imap4_uv *)lookup->data;
    u->p.dial        = u->found;
    u->p.deadline_ms = imap4_now_ms() + 30000;
    (void)status; /* it is cancelled only by imap4_uv_close() */
    imap4_uv_wake(u);
    imap4_uv_release((uv_handle_t *)&u->timer);
}

/** Says goodbye if that goes at once, and frees all; also in a callback.
 *  @param on_closed  called when `u` is not needed any more. */
static inline void imap4_uv_close(imap4_uv *u, imap4_uv_cb on_closed)
{
    if (u->is_closing)
        return;
    u->is_closing = 1;
    u->on_closed  = on_closed;
    (void)uv_cancel((uv_req_t *)&u->lookup);
    if (u->p.fd >= 0)
        uv_close((uv_handle_t *)&u->socket, imap4_uv_release);
    uv_close((uv_handle_t *)&u->timer, imap4_uv_release);
}

/** Makes the engine and begins to connect; 30 seconds for TCP and TLS.
 *  @param u       [kept] until `on_closed`; imap4_uv_close() it, after a failure too.
 *  @param url, engine, tls  as for imap4_poll_open(); `tls` is [kept] until TLS is up.
 *  @return IMAP4_OK; else see imap4_poll_error(). */
static inline int imap4_uv_open(imap4_uv *u, uv_loop_t *loop, const char *url,
                                const imap4_engine_options *engine,
                                const imap4_tls_options *tls, imap4_uv_cb on_ready)
{
    memset(u, 0, sizeof *u);
    int rc         = imap4_poll_prepare(&u->p, url, engine);
    u->on_ready    = on_ready;
    u->tls         = tls;
    u->lookup.data = u->socket.data = u->timer.data = u;
    u->p.deadline_ms                                = UINT64_MAX;
    (void)uv_timer_init(loop, &u->timer);
    if (rc == IMAP4_OK && u->p.url.security == IMAP4_SECURITY_TLS)
        rc = imap4_stack_add_tls(u->p.stack, u->p.url.host, tls);
    if (rc == IMAP4_OK && u->p.url.security == IMAP4_SECURITY_STARTTLS)
        rc = imap4_cmd_starttls(u->p.engine, NULL, &u->starttls);
    if (rc == IMAP4_OK)
        rc = uv_queue_work(loop, &u->lookup, imap4_uv_look_up, imap4_uv_on_lookup);
    u->callbacks_due = 1 + (rc == IMAP4_OK);
    if (rc < 0 && imap4_poll_error(&u->p)->code == IMAP4_OK)
        (void)imap4_poll_refuse(&u->p, rc, imap4_strerror(rc));
    return rc;
}

#endif
