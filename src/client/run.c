/* SPDX-License-Identifier: MIT */
/* client/run.c - the loop: bytes between the transport and the stack, nothing else. */
#include "client/client.h"

#include "net/wake.h"

#include <string.h>

/* Receives what is there.  > 0; 0: the end; < 0: nothing, or m->os_errno is set. */
static ptrdiff_t receive(imap4 *m)
{
    size_t    room = 0;
    ptrdiff_t got  = IMAP4_E_BUSY;
    char     *buf  = imap4_stack_recv_buf(m->stack, &room);
    if (buf == NULL)
        return IMAP4_E_BUSY;
    got = m->pipe.recv(m->pipe.ctx, buf, room, &m->os_errno);
    if (got == IMAP4_E_IO && m->os_errno == 0)
        m->os_errno = -1; /* a transport that does not say why */
    (void)!imap4_stack_recv_commit(m->stack, got > 0 ? (size_t)got : 0);
    if (got == 0)
        (void)!imap4_stack_recv_eof(m->stack); /* what went wrong is for next() */
    return got;
}

static ptrdiff_t transmit(imap4 *m)
{
    const imap4_view out  = imap4_stack_send_buf(m->stack);
    ptrdiff_t        sent = IMAP4_E_BUSY;
    if (out.len == 0)
        return sent;
    sent = m->pipe.send(m->pipe.ctx, out, &m->os_errno);
    if (sent > 0)
        imap4_stack_send_ack(m->stack, (size_t)sent);
    if (sent == IMAP4_E_IO && m->os_errno == 0)
        m->os_errno = -1;
    return sent;
}

static void fail_io(imap4 *m)
{
    const int os_errno = m->os_errno > 0 ? m->os_errno : 0;
    imap4_engine_fail(m->engine, IMAP4_E_IO, os_errno,
                      os_errno == 0 ? IMAP4_V("the transport failed")
                                    : imap4_view_of(strerror(os_errno)));
}

/* TCP, TLS and the greeting have one deadline. */
static void check_deadline(imap4 *m, uint64_t now, uint64_t *deadline_ms)
{
    if (now >= m->deadline_ms)
        imap4_engine_fail(m->engine, IMAP4_E_TIMEOUT, 0,
                          imap4_stack_is_open(m->stack)
                              ? IMAP4_V("no greeting in time")
                              : IMAP4_V("the TLS handshake took too long"));
    if (*deadline_ms > m->deadline_ms)
        *deadline_ms = m->deadline_ms;
}

static bool is_connecting(const imap4 *m)
{
    return !imap4_stack_is_open(m->stack) ||
           imap4_engine_state(m->engine) == IMAP4_STATE_GREETING;
}

int i4_run_step(imap4 *m, unsigned *want, uint64_t *deadline_ms)
{
    for (;;) {
        const uint64_t now  = imap4_now_ms();
        ptrdiff_t      got  = IMAP4_E_BUSY;
        ptrdiff_t      sent = IMAP4_E_BUSY;
        *want               = imap4_stack_want(m->stack, now, deadline_ms);
        if ((*want & (IMAP4_WANT_NEXT | IMAP4_WANT_CLOSE)) != 0)
            return 1;
        if (is_connecting(m))
            check_deadline(m, now, deadline_ms);
        if ((*want & IMAP4_WANT_READ) != 0)
            got = receive(m);
        if ((*want & IMAP4_WANT_WRITE) != 0 && m->os_errno == 0)
            sent = transmit(m);
        /* A server that closes says why before: its BYE may still be in the pipe. */
        if (m->os_errno != 0 && got < 0) {
            fail_io(m);
        } else if (got < 0 && sent < 0) {
            /* Asked again, so that buffers which were lent for nothing are given back. */
            *want = imap4_stack_want(m->stack, now, NULL);
            return (*want & (IMAP4_WANT_NEXT | IMAP4_WANT_CLOSE)) != 0;
        }
        if (i4_wake_is_up(m->wake))
            return 0;
    }
}

int i4_run_wait(imap4 *m, unsigned want, uint64_t deadline_ms)
{
    const unsigned bits = want & (IMAP4_WANT_READ | IMAP4_WANT_WRITE);
    const int      rc   = imap4_transport_wait(&m->pipe, m->wake, bits, deadline_ms);
    if (rc == IMAP4_E_INTERRUPTED)
        (void)!imap4_wake_take(m->wake);
    if (rc == IMAP4_E_IO) {
        m->os_errno = -1;
        fail_io(m); /* next() tells it */
        return IMAP4_OK;
    }
    return rc;
}

static int next(imap4 *m, uint64_t deadline_ms, imap4_cmd sending, const imap4_event **ev)
{
    unsigned want = 0;
    for (;;) {
        uint64_t until = UINT64_MAX;
        int      rc    = imap4_engine_next(m->engine, ev);
        i4_debug_trace(m);
        if (rc != 0 || (want & IMAP4_WANT_CLOSE) != 0)
            return rc;
        const int has = i4_run_step(m, &want, &until);
        if (has == 1)
            continue;
        if (sending != 0 && imap4_cmd_pending(m->engine, sending) == 0)
            return 0;
        if (imap4_now_ms() >= deadline_ms)
            return IMAP4_E_BUSY;
        rc = i4_run_wait(m, want, until < deadline_ms ? until : deadline_ms);
        if (rc < 0)
            return rc;
    }
}

int i4_run_next(imap4 *m, uint64_t deadline_ms, const imap4_event **ev)
{
    return next(m, deadline_ms, 0, ev);
}

int i4_run_until_sent(imap4 *m, imap4_cmd cmd, const imap4_event **ev)
{
    return next(m, UINT64_MAX, cmd, ev);
}

int i4_run_open(imap4 *m)
{
    unsigned want = 0;
    while (!imap4_stack_is_open(m->stack)) {
        uint64_t   until     = UINT64_MAX;
        const bool has_event = i4_run_step(m, &want, &until) == 1;
        if (has_event || imap4_stack_is_open(m->stack))
            break;
        const int rc = i4_run_wait(m, want, until);
        if (rc < 0)
            return rc;
    }
    return imap4_engine_error(m->engine)->code;
}

void i4_run_close(imap4 *m)
{
    if (m->stack != NULL && m->has_pipe) {
        imap4_stack_shutdown(m->stack); /* close_notify, or the alert that is due */
        const imap4_view last = imap4_stack_send_buf(m->stack);
        if (last.len != 0)
            (void)m->pipe.send(m->pipe.ctx, last, NULL);
    }
    if (m->has_pipe && m->pipe.close != NULL)
        m->pipe.close(m->pipe.ctx);
    m->has_pipe = false;
    m->pipe     = IMAP4_TRANSPORT;
    i4_habit_remember(m);
    imap4_stack_free(&m->stack);
    imap4_engine_free(&m->engine);
}
