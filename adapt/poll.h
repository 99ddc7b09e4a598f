/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/adapt/poll.h - the simplest driver: one connection, poll(), blocking calls.
 *
 * Header only; public headers only.  imap4_poll_open() connects, imap4_poll_next() blocks
 * for the next event and moves bytes both ways meanwhile; commands are queued with
 * imap4_cmd_*() on imap4_poll_engine().  An event loop of your own can use
 * imap4_poll_step() and wait for the socket itself.
 */
#ifndef IMAP4_ADAPT_POLL_H
#define IMAP4_ADAPT_POLL_H

#include "imap4/command.h"
#include "imap4/net.h"
#include "imap4/stack.h"

#include <string.h>

/** A connection.  Zero it before imap4_poll_open(); read its members, do not write them. */
typedef struct imap4_poll {
    imap4_engine *engine;
    imap4_stack  *stack;
    intptr_t      fd;
    uint64_t      deadline_ms; /**< until when TCP and TLS must be up */
    imap4_error   error;       /**< why a call failed, if the stack does not say it */
    char          text[512];
} imap4_poll;

/** Keeps an error whose owner goes away. */
static inline int imap4_poll_fail(imap4_poll *p, const imap4_error *e)
{
    const size_t room = sizeof p->text;
    const size_t text = e->text.len < room / 2 ? e->text.len : room / 2;
    const size_t more = e->where.len < room / 4 ? e->where.len : room / 4;
    p->error          = *e;
    if (text != 0)
        memmove(p->text, e->text.ptr, text);
    if (more != 0)
        memmove(p->text + room / 2, e->where.ptr, more);
    p->error.text.ptr  = p->text;
    p->error.text.len  = text;
    p->error.where.ptr = p->text + room / 2;
    p->error.where.len = more;
    return e->code;
}

/** Frees all, sets `p->fd` to -1; imap4_poll_error() still tells. */
static inline void imap4_poll_close(imap4_poll *p)
{
    if (p->stack != NULL && imap4_stack_error(p->stack)->code < 0)
        (void)imap4_poll_fail(p, imap4_stack_error(p->stack));
    if (p->stack != NULL && p->fd >= 0) {
        imap4_stack_shutdown(p->stack); /* TLS says goodbye, if that goes at once */
        const imap4_view last = imap4_stack_send_buf(p->stack);
        if (last.len != 0 && imap4_sock_send(p->fd, last, NULL) < 0)
            imap4_stack_send_ack(p->stack, 0);
    }
    imap4_sock_close(p->fd);
    p->fd = -1;
    imap4_stack_free(&p->stack);
    imap4_engine_free(&p->engine);
}

/** Why the last call failed; good as long as `p`. */
static inline const imap4_error *imap4_poll_error(const imap4_poll *p)
{
    const imap4_error *e = p->stack != NULL ? imap4_stack_error(p->stack) : &p->error;
    return e->code != IMAP4_OK ? e : &p->error;
}

static inline imap4_engine *imap4_poll_engine(imap4_poll *p)
{
    return p->engine;
}

/**
 * Connects (30 seconds for TCP and TLS), and makes the engine.  Nothing is read yet: the
 * handshake and the greeting come with imap4_poll_next().
 *
 * @param p       zeroed; imap4_poll_close() it, after a failure too.
 * @param url     NUL-terminated "imaps://host" (imap4_url_parse()).
 * @param engine  options of the engine, NULL for defaults; tags get random ones if it has none.
 * @param tls     options of TLS, NULL for defaults.
 * @return IMAP4_OK; IMAP4_E_ARG; IMAP4_E_NOTIMPL for imap:// (STARTTLS is not there yet);
 *         IMAP4_E_IO, IMAP4_E_TIMEOUT, IMAP4_E_TLS, IMAP4_E_NOMEM.  See imap4_poll_error().
 */
static inline int imap4_poll_open(imap4_poll *p, const char *url,
                                  const imap4_engine_options *engine,
                                  const imap4_tls_options    *tls)
{
    static const unsigned char none[16] = {0};
    imap4_url                  u;
    imap4_error                e;
    imap4_dial                *dial = NULL;
    imap4_engine_options       opt;
    int                        rc;
    memset(p, 0, sizeof *p);
    memset(&opt, 0, sizeof opt);
    opt.size       = sizeof opt;
    p->fd          = -1;
    p->deadline_ms = imap4_now_ms() + 30000;
    if (engine != NULL)
        memcpy(&opt, engine, engine->size < sizeof opt ? engine->size : sizeof opt);
    if ((rc = imap4_url_parse(imap4_view_of(url), &u, &e)) < 0)
        return imap4_poll_fail(p, &e);
    memset(&e, 0, sizeof e);
    if (u.security == IMAP4_SECURITY_STARTTLS) {
        e.code = IMAP4_E_NOTIMPL;
        e.text = imap4_view_of("STARTTLS is not built yet: use imaps://");
        return imap4_poll_fail(p, &e);
    }
    if (memcmp(opt.tag_seed, none, sizeof none) == 0 && opt.tag_prefix == NULL &&
        imap4_entropy(opt.tag_seed, sizeof opt.tag_seed) < 0)
        opt.tag_prefix = "T";
    if (u.security == IMAP4_SECURITY_INSECURE)
        opt.insecure_allow_plaintext = 1;
    if ((rc = imap4_dial_new(u.host, u.port, &dial)) == IMAP4_OK) {
        p->fd = imap4_dial_wait(dial, p->deadline_ms);
        rc    = p->fd < 0 ? (int)p->fd : IMAP4_OK;
    }
    if (rc < 0 && dial != NULL)
        (void)imap4_poll_fail(p, imap4_dial_error(dial));
    imap4_dial_free(&dial);
    if (rc == IMAP4_OK)
        rc = imap4_engine_new(&opt, &p->engine);
    if (rc == IMAP4_OK)
        rc = imap4_stack_new(p->engine, opt.allocator, &p->stack);
    if (rc == IMAP4_OK && u.security == IMAP4_SECURITY_TLS)
        rc = imap4_stack_add_tls(p->stack, u.host, tls);
    if (rc < 0 && imap4_poll_error(p)->code == IMAP4_OK) {
        e.code = rc;
        e.text = imap4_view_of(imap4_strerror(rc));
        (void)imap4_poll_fail(p, &e);
    }
    return rc;
}

static inline void imap4_poll_broken(imap4_poll *p, const char *doing, int os_errno)
{
    const char *why = os_errno == 0 ? "" : strerror(os_errno);
    char        text[128];
    size_t      len = strlen(doing), more = strlen(why);
    if (more > sizeof text - len)
        more = sizeof text - len;
    memcpy(text, doing, len);
    memcpy(text + len, why, more);
    imap4_view v;
    v.ptr = text;
    v.len = len + more;
    imap4_engine_fail(p->engine, IMAP4_E_IO, os_errno, v);
}

/**
 * Moves what can be moved now, without blocking.
 *
 * @param p            the connection.
 * @param want         receives IMAP4_WANT_READ and _WRITE: what to wait for.
 * @param deadline_ms  receives until when.
 * @return 1: imap4_engine_next() has something; 0: wait.
 */
static inline int imap4_poll_step(imap4_poll *p, unsigned *want, uint64_t *deadline_ms)
{
    for (;;) {
        const uint64_t now   = imap4_now_ms();
        ptrdiff_t      moved = 0;
        size_t         room  = 0;
        int            err   = 0;
        *want                = imap4_stack_want(p->stack, now, deadline_ms);
        if (!imap4_stack_is_open(p->stack) && p->deadline_ms < *deadline_ms)
            *deadline_ms = p->deadline_ms;
        if (!imap4_stack_is_open(p->stack) && now >= p->deadline_ms)
            imap4_engine_fail(p->engine, IMAP4_E_TIMEOUT, 0,
                              imap4_view_of("the TLS handshake took too long"));
        if ((*want & (IMAP4_WANT_NEXT | IMAP4_WANT_CLOSE)) != 0)
            return 1;
        if ((*want & IMAP4_WANT_WRITE) != 0) {
            const imap4_view out = imap4_stack_send_buf(p->stack);
            moved = out.len == 0 ? IMAP4_E_BUSY : imap4_sock_send(p->fd, out, &err);
            if (moved > 0)
                imap4_stack_send_ack(p->stack, (size_t)moved);
            else if (moved == IMAP4_E_IO)
                imap4_poll_broken(p, "cannot send: ", err);
        }
        if ((*want & IMAP4_WANT_READ) != 0) {
            char *buf = imap4_stack_recv_buf(p->stack, &room);
            const ptrdiff_t n = buf == NULL ? IMAP4_E_BUSY : imap4_sock_recv(p->fd, buf, room, &err);
            if (buf != NULL && imap4_stack_recv_commit(p->stack, n > 0 ? (size_t)n : 0) < 0)
                return 1;
            if (n == 0 && imap4_stack_recv_eof(p->stack) < 0)
                return 1;
            if (n == IMAP4_E_IO)
                imap4_poll_broken(p, "cannot receive: ", err);
            if (n >= 0 || n == IMAP4_E_IO)
                continue;
        }
        if (moved == 0 || moved == IMAP4_E_BUSY)
            return 0;
    }
}

/**
 * Blocks until the next event.
 *
 * @param p            the connection.
 * @param deadline_ms  on the clock of imap4_now_ms(); UINT64_MAX: none but the engine's.
 * @param ev           receives the event [borrowed E].
 * @return 1 with an event; 0: the connection was closed as LOGOUT wanted it; IMAP4_E_BUSY: the
 *         deadline passed, nothing is lost; IMAP4_E_INTERRUPTED: a signal came, call again;
 *         IMAP4_E_NOMEM: call again; else what ended the connection: imap4_poll_error().
 */
static inline int imap4_poll_next(imap4_poll *p, uint64_t deadline_ms, const imap4_event **ev)
{
    for (;;) {
        unsigned  want  = 0;
        uint64_t  until = UINT64_MAX;
        const int rc    = imap4_engine_next(p->engine, ev);
        if (rc != 0)
            return rc;
        if (imap4_poll_step(p, &want, &until) == 1) {
            if ((want & IMAP4_WANT_CLOSE) != 0)
                return imap4_engine_next(p->engine, ev);
            continue;
        }
        if (imap4_now_ms() >= deadline_ms)
            return IMAP4_E_BUSY;
        const int ready = imap4_sock_wait(p->fd, want, until < deadline_ms ? until : deadline_ms);
        if (ready < 0)
            return ready;
    }
}

#endif
