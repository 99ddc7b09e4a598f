/* SPDX-License-Identifier: MIT */
/**
 * @file imap4/adapt/poll.h - the simplest driver: one connection, poll(), blocking calls.
 *
 * imap4_poll_open() connects, imap4_poll_next() blocks for the next event and moves bytes
 * both ways meanwhile; commands are queued with imap4_cmd_*() on `p.engine`.
 */
#ifndef IMAP4_ADAPT_POLL_H
#define IMAP4_ADAPT_POLL_H

#include "imap4/command.h"
#include "imap4/net.h"
#include "imap4/stack.h"

#include <string.h>

/** A connection.  Read its members, do not write them. */
typedef struct imap4_poll {
    imap4_engine *engine;
    imap4_stack  *stack;
    imap4_dial   *dial;
    intptr_t      fd;
    uint64_t      deadline_ms; /**< until when TCP and TLS must be up */
    imap4_error   error; /**< why a call failed, if neither dial nor stack says it */
    imap4_url     url;
    int           os_errno; /**< the socket failed: what came before is read first */
} imap4_poll;

/** Says goodbye if that goes at once, and frees all. */
static inline void imap4_poll_close(imap4_poll *p)
{
    if (p->stack != NULL && p->fd >= 0) {
        imap4_stack_shutdown(p->stack); /* close_notify, or the alert that is due */
        (void)!imap4_sock_send(p->fd, imap4_stack_send_buf(p->stack), NULL);
    }
    imap4_sock_close(p->fd);
    p->fd = -1;
    imap4_dial_free(&p->dial);
    imap4_stack_free(&p->stack);
    imap4_engine_free(&p->engine);
}

/** Why the last call on `p` or its engine failed; good until the next one. */
static inline const imap4_error *imap4_poll_error(const imap4_poll *p)
{
    if (p->error.code != IMAP4_OK || p->stack == NULL)
        return &p->error;
    if (p->fd < 0 && p->dial != NULL && imap4_dial_error(p->dial)->code != IMAP4_OK)
        return imap4_dial_error(p->dial);
    return imap4_stack_error(p->stack)->code != IMAP4_OK
               ? imap4_stack_error(p->stack)
               : imap4_engine_refusal(p->engine);
}

/** For an event loop of your own: moves what goes now.  1: imap4_engine_next() has something;
 *  0: wait for `want` (IMAP4_WANT_READ, _WRITE) or `deadline_ms`, then call again. */
static inline int imap4_poll_step(imap4_poll *p, unsigned *want, uint64_t *deadline_ms)
{
    for (;;) {
        const uint64_t now = imap4_now_ms();
        ptrdiff_t      got = IMAP4_E_BUSY, sent = IMAP4_E_BUSY;
        size_t         room = 0;
        char          *buf  = NULL;
        *want               = imap4_stack_want(p->stack, now, deadline_ms);
        if ((*want & (IMAP4_WANT_NEXT | IMAP4_WANT_CLOSE)) != 0)
            return 1;
        if (!imap4_stack_is_open(p->stack)) {
            if (now >= p->deadline_ms)
                imap4_engine_fail(p->engine, IMAP4_E_TIMEOUT, 0,
                                  imap4_view_of("the TLS handshake took too long"));
            if (*deadline_ms > p->deadline_ms)
                *deadline_ms = p->deadline_ms;
        }
        if ((*want & IMAP4_WANT_READ) != 0)
            buf = imap4_stack_recv_buf(p->stack, &room);
        if (buf != NULL) {
            got = imap4_sock_recv(p->fd, buf, room, &p->os_errno);
            (void)!imap4_stack_recv_commit(p->stack, got > 0 ? (size_t)got : 0);
        }
        if (got == 0)
            (void)!imap4_stack_recv_eof(p->stack); /* what went wrong is for next() */
        if ((*want & IMAP4_WANT_WRITE) != 0 && p->os_errno == 0) {
            const imap4_view out = imap4_stack_send_buf(p->stack);
            if (out.len != 0 && (sent = imap4_sock_send(p->fd, out, &p->os_errno)) > 0)
                imap4_stack_send_ack(p->stack, (size_t)sent);
        }
        /* A server that closes says why before: its BYE may still be in the socket. */
        if (p->os_errno != 0 && got < 0)
            imap4_engine_fail(p->engine, IMAP4_E_IO, p->os_errno,
                              imap4_view_of(strerror(p->os_errno)));
        else if (got < 0 && sent < 0) {
            /* Asked again, so that buffers which were lent for nothing are given back. */
            *want = imap4_stack_want(p->stack, now, NULL);
            return (*want & (IMAP4_WANT_NEXT | IMAP4_WANT_CLOSE)) != 0;
        }
    }
}

/** Blocks until the next event.
 *  @param deadline_ms  on the clock of imap4_now_ms(); UINT64_MAX: none but the engine's.
 *  @param ev           receives the event [borrowed E].
 *  @return 1 with an event; 0: closed, as LOGOUT wanted it; IMAP4_E_BUSY: the deadline has
 *          passed, _INTERRUPTED: a signal came, _NOMEM: after these three call again; else
 *          what ended the session, see imap4_poll_error(). */
static inline int imap4_poll_next(imap4_poll *p, uint64_t deadline_ms,
                                  const imap4_event **ev)
{
    unsigned want = 0;
    for (;;) {
        uint64_t until = UINT64_MAX;
        int      rc    = imap4_engine_next(p->engine, ev);
        if (rc != 0 || (want & IMAP4_WANT_CLOSE) != 0)
            return rc;
        if (imap4_poll_step(p, &want, &until) == 1)
            continue;
        if (imap4_now_ms() >= deadline_ms)
            return IMAP4_E_BUSY;
        rc = imap4_sock_wait(p->fd, want, until < deadline_ms ? until : deadline_ms);
        if (rc < 0)
            return rc;
    }
}

static inline int imap4_poll_refuse(imap4_poll *p, int code, const char *text)
{
    p->error.code = code;
    p->error.text = imap4_view_of(text);
    if (p->engine != NULL)
        imap4_engine_fail(p->engine, code, 0, p->error.text); /* all is over */
    return code;
}

/* Nothing but STARTTLS happens in clear, and what the server says before is not shown to
 * anybody (RFC 8314, RFC 3501 6.2.1). */
static inline int imap4_poll_starttls(imap4_poll *p, const imap4_tls_options *tls)
{
    const imap4_event *ev = NULL;
    int                rc = imap4_cmd_starttls(p->engine, NULL, NULL);
    while (rc >= 0 || rc == IMAP4_E_INTERRUPTED) {
        rc = imap4_poll_next(p, p->deadline_ms, &ev);
        if (rc != 1 || ev->type != IMAP4_EV_DONE ||
            imap4_engine_error(p->engine)->code < 0)
            continue; /* what ended the session comes next */
        if (ev->result == IMAP4_R_OK)
            return imap4_stack_add_tls(p->stack, p->url.host, tls);
        return imap4_poll_refuse(p, IMAP4_E_TLS, "no STARTTLS there: use imaps://");
    }
    if (rc == IMAP4_E_BUSY)
        rc = imap4_poll_refuse(p, IMAP4_E_TIMEOUT, "no answer to STARTTLS in time");
    return rc;
}

/** For an event loop of your own: makes engine and stack, and connects nothing. */
static inline int imap4_poll_prepare(imap4_poll *p, const char *url,
                                     const imap4_engine_options *engine)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS, zero = opt;
    memset(p, 0, sizeof *p);
    p->fd = -1;
    if (engine != NULL)
        memcpy(&opt, engine, engine->size < sizeof opt ? engine->size : sizeof opt);
    opt.size = sizeof opt;
    int rc   = imap4_url_parse(imap4_view_of(url), &p->url, &p->error);
    if (rc < 0)
        return rc;
    if (memcmp(opt.tag_seed, zero.tag_seed, sizeof opt.tag_seed) == 0)
        (void)!imap4_entropy(opt.tag_seed, sizeof opt.tag_seed);
    opt.insecure_allow_plaintext |= p->url.security == IMAP4_SECURITY_INSECURE;
    if ((rc = imap4_engine_new(&opt, &p->engine)) == IMAP4_OK)
        rc = imap4_stack_new(p->engine, opt.allocator, &p->stack);
    return rc;
}

/** Connects and makes the engine.  TLS and the greeting come with imap4_poll_next(); only
 *  imap:// waits for the answer to STARTTLS.  30 seconds for TCP and TLS.
 *  @param p       receives the connection; imap4_poll_close() it, after a failure too.
 *  @param url     [kept] NUL-terminated "imaps://host", see imap4_url_parse().
 *  @param engine, tls  options, NULL for defaults; tags get random ones.
 *  @return IMAP4_OK; else see imap4_poll_error(). */
static inline int imap4_poll_open(imap4_poll *p, const char *url,
                                  const imap4_engine_options *engine,
                                  const imap4_tls_options    *tls)
{
    int rc = imap4_poll_prepare(p, url, engine);
    if (rc == IMAP4_OK && p->url.security == IMAP4_SECURITY_TLS)
        rc = imap4_stack_add_tls(p->stack, p->url.host, tls);
    if (rc == IMAP4_OK)
        rc = imap4_dial_new(p->url.host, p->url.port, &p->dial);
    p->deadline_ms = imap4_now_ms() + 30000;
    while (rc == IMAP4_OK && (p->fd = imap4_dial_wait(p->dial, p->deadline_ms)) < 0)
        rc = p->fd == IMAP4_E_INTERRUPTED ? IMAP4_OK : (int)p->fd;
    if (rc == IMAP4_OK && p->url.security == IMAP4_SECURITY_STARTTLS)
        rc = imap4_poll_starttls(p, tls);
    if (rc < 0 && imap4_poll_error(p)->code == IMAP4_OK)
        (void)imap4_poll_refuse(p, rc, imap4_strerror(rc));
    return rc;
}

#endif
