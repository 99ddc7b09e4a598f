/* SPDX-License-Identifier: MIT */
/* test/servers/driver_completion.c - a driver in the manner of io_uring, without a ring.
 *
 * A receive is posted into the lent buffer as soon as the stack wants to read, before the
 * events of what came last are taken; bytes appear in it while commands are queued, and are
 * committed some turns later.  What is sent is held until later, too.  Both are out of step
 * with each other, so that what the engine promises about lent memory is put to use; what it
 * must not do ends the program. */
#include "driver.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NOTHING_YET = IMAP4_E_BUSY
};

/* An operation of the "kernel". */
typedef struct operation {
    char     *at;
    size_t    len;
    uint64_t  sum; /* of what is sent: it must stay as it is */
    ptrdiff_t result;
    int       os_errno;
    unsigned  delay; /* turns until the completion is told */
    bool      is_posted;
} operation;

static imap4_engine *engine;
static imap4_stack  *stack;
static imap4_url     url;
static intptr_t      fd = -1;
static operation     in, out;
static const char   *ca_file;
static unsigned      dice = 1;

static void must(bool claim, const char *what)
{
    if (!claim) {
        (void)fprintf(stderr, "# the contract is broken: %s\n", what);
        abort();
    }
}

static unsigned throw_dice(unsigned sides)
{
    dice = dice * 1103515245u + 12345u;
    return (dice >> 16) % sides;
}

static uint64_t sum_of(const char *at, size_t len)
{
    uint64_t sum = 14695981039346656037u;
    for (size_t i = 0; i < len; i++)
        sum = (sum ^ (unsigned char)at[i]) * 1099511628211u;
    return sum;
}

/* ---- posting --------------------------------------------------------------- */

static void post(operation *op, char *at, size_t len)
{
    *op = (operation){ .at        = at,
                       .len       = len,
                       .result    = NOTHING_YET,
                       .delay     = throw_dice(4),
                       .is_posted = true };
}

static void post_receive(void)
{
    size_t room = 0;
    char  *at   = imap4_stack_recv_buf(stack, &room);
    if (in.is_posted)
        must(at == in.at && room == in.len, "the lent buffer has moved");
    else if (at != NULL)
        post(&in, at, room);
}

static void post_send(void)
{
    const imap4_view view = imap4_stack_send_buf(stack);
    if (view.len == 0)
        return;
    post(&out, (char *)(uintptr_t)view.ptr, view.len);
    out.sum = sum_of(view.ptr, view.len);
}

/* A receive that is not wanted any more is cancelled, if it is not done already. */
static void cancel_receive(void)
{
    if (in.is_posted && in.result == NOTHING_YET) {
        in.is_posted = false;
        must(imap4_stack_recv_commit(stack, 0) == IMAP4_OK ||
                 imap4_engine_error(engine)->code != IMAP4_OK,
             "a buffer that was lent cannot be given back");
    }
}

/* ---- the kernel -------------------------------------------------------------- */

/* True if there was something to do. */
static bool work(void)
{
    bool did = false;
    if (in.is_posted && in.result == NOTHING_YET) {
        in.result = imap4_sock_recv(fd, in.at, in.len, &in.os_errno);
        did       = in.result != NOTHING_YET;
    }
    if (out.is_posted && out.result == NOTHING_YET) {
        const size_t part = out.len < 2 ? out.len : 1 + throw_dice(2) * (out.len - 1);
        out.result = imap4_sock_send(fd, (imap4_view){ out.at, part }, &out.os_errno);
        did |= out.result != NOTHING_YET;
    }
    return did;
}

static bool is_told(operation *op)
{
    if (!op->is_posted || op->result == NOTHING_YET)
        return false;
    if (op->delay != 0) {
        op->delay--;
        return false;
    }
    op->is_posted = false;
    return true;
}

static void fail(const operation *op)
{
    imap4_engine_fail(engine, IMAP4_E_IO, op->os_errno,
                      imap4_view_of(strerror(op->os_errno)));
}

/* True if something was told: then there is more to post. */
static bool tell(void)
{
    bool did = false;
    if (is_told(&in)) {
        did = true;
        (void)!imap4_stack_recv_commit(stack, in.result > 0 ? (size_t)in.result : 0);
        if (in.result == 0)
            (void)!imap4_stack_recv_eof(stack);
        else if (in.result < 0)
            fail(&in);
    }
    if (is_told(&out)) {
        did = true;
        must(sum_of(out.at, out.len) == out.sum, "what was lent for sending has changed");
        imap4_stack_send_ack(stack, out.result > 0 ? (size_t)out.result : 0);
        if (out.result < 0)
            fail(&out);
    }
    return did;
}

static bool is_waiting(const operation *op)
{
    return op->is_posted && op->result == NOTHING_YET;
}

static void turn(uint64_t deadline_ms)
{
    uint64_t       until = UINT64_MAX;
    const unsigned want  = imap4_stack_want(stack, imap4_now_ms(), &until);
    if ((want & IMAP4_WANT_READ) != 0)
        post_receive();
    else
        cancel_receive();
    if ((want & IMAP4_WANT_LAYER) != 0 && !in.is_posted) {
        const imap4_tls_options tls = { .size = sizeof tls, .ca_file = ca_file };
        if (imap4_stack_add_tls(stack, url.host, &tls) < 0)
            imap4_engine_fail(engine, IMAP4_E_TLS, 0, IMAP4_V("no layer"));
        return;
    }
    if ((want & IMAP4_WANT_WRITE) != 0 && !out.is_posted)
        post_send();
    bool did = work();
    did |= tell();
    const bool is_late = (in.is_posted && !is_waiting(&in)) ||
                         (out.is_posted && !is_waiting(&out));
    const unsigned ready = (is_waiting(&in) ? IMAP4_WANT_READ : 0u) |
                           (is_waiting(&out) ? IMAP4_WANT_WRITE : 0u);
    if (!did && !is_late && ready != 0 &&
        (want & (IMAP4_WANT_NEXT | IMAP4_WANT_CLOSE)) == 0)
        (void)!imap4_sock_wait(fd, ready, until < deadline_ms ? until : deadline_ms);
}

static int next(uint64_t deadline_ms, const imap4_event **ev)
{
    for (;;) {
        const int rc = imap4_engine_next(engine, ev);
        if (rc != 0 || imap4_stack_want(stack, imap4_now_ms(), NULL) == IMAP4_WANT_CLOSE)
            return rc;
        if (imap4_now_ms() >= deadline_ms)
            return IMAP4_E_BUSY;
        turn(deadline_ms);
    }
}

/* ---- life ------------------------------------------------------------------ */

static int starttls(uint64_t deadline_ms)
{
    const imap4_event *ev = NULL;
    int                rc = imap4_cmd_starttls(engine, NULL, NULL);
    while (rc >= 0 && (rc = next(deadline_ms, &ev)) == 1) {
        /* The next receive is on its way before we know that TLS has to begin. */
        turn(0);
        if (ev->type == IMAP4_EV_DONE)
            return ev->result == IMAP4_R_OK ? IMAP4_OK : IMAP4_E_TLS;
    }
    return rc;
}

static int open_completion(const char *text, const char *ca, imap4_engine **made)
{
    const uint64_t deadline = imap4_now_ms() + 30000;
    imap4_dial    *dial     = NULL;
    imap4_error    error;
    ca_file                     = ca;
    const imap4_tls_options tls = { .size = sizeof tls, .ca_file = ca };
    int                     rc  = imap4_url_parse(imap4_view_of(text), &url, &error);
    if (rc == IMAP4_OK)
        rc = imap4_engine_new(NULL, &engine);
    if (rc == IMAP4_OK)
        rc = imap4_stack_new(engine, NULL, &stack);
    if (rc == IMAP4_OK)
        rc = imap4_dial_new(url.host, url.port, &dial);
    if (rc == IMAP4_OK && (fd = imap4_dial_wait(dial, deadline)) < 0)
        rc = (int)fd;
    imap4_dial_free(&dial);
    if (rc == IMAP4_OK && url.security == IMAP4_SECURITY_TLS)
        rc = imap4_stack_add_tls(stack, url.host, &tls);
    if (rc == IMAP4_OK && url.security == IMAP4_SECURITY_STARTTLS)
        rc = starttls(deadline);
    *made = engine;
    return rc;
}

static const imap4_error *error(void)
{
    return imap4_stack_error(stack)->code != IMAP4_OK ? imap4_stack_error(stack)
                                                      : imap4_engine_refusal(engine);
}

static void close_completion(void)
{
    cancel_receive();
    imap4_stack_free(&stack);
    imap4_engine_free(&engine);
    imap4_sock_close(fd);
    fd = -1;
}

const driver driver_completion = { "completion", open_completion, next,
                                   turn,         error,           close_completion };
