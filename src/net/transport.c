/* SPDX-License-Identifier: MIT */
/* net/transport.c - byte pipes on sockets: the caller's, TCP, Unix; and waiting on any.
 *
 * Such a transport has no memory of its own: its ctx is the socket. */
#include "net/transport.h"

#include "imap4/engine.h"
#include "imap4/net.h"

#include "base/try.h"
#include "net/dial.h"
#include "net/wait.h"
#include "net/wake.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

enum {
    SLICE_MS = 100, /* between two looks at the wake */
    RETRY_MS = 10   /* between two tries to connect to a full Unix socket */
};

/* ---- the struct ------------------------------------------------------------ */

enum {
    OLDEST  = offsetof(imap4_transport, reserved) + sizeof(int32_t),
    LARGEST = 4096
};

int i4_transport_take(const imap4_transport *from, imap4_transport *to)
{
    imap4_transport copy = { 0 };
    if (from == NULL || from->size < OLDEST || from->size > LARGEST)
        return IMAP4_E_ARG;
    memcpy(&copy, from, from->size < sizeof copy ? from->size : sizeof copy);
    if (copy.recv == NULL || copy.send == NULL || (copy.wait == NULL && copy.fd == NULL))
        return IMAP4_E_ARG;
    copy.size = sizeof copy;
    *to       = copy;
    return IMAP4_OK;
}

int i4_transport_can_give(const imap4_transport *out)
{
    return out == NULL || out->size < OLDEST || out->size > LARGEST ? IMAP4_E_ARG
                                                                    : IMAP4_OK;
}

void i4_transport_give(const imap4_transport *from, imap4_transport *out)
{
    const size_t size = out->size;
    memset(out, 0, size);
    memcpy(out, from, size < sizeof *from ? size : sizeof *from);
    out->size = size;
}

/* ---- waiting --------------------------------------------------------------- */

static int wait_on_fd(intptr_t fd, const imap4_wake *wake, unsigned want,
                      uint64_t deadline_ms)
{
    struct pollfd p[2] = { { .fd = (int)fd, .events = i4_wait_events(want) } };
    const int     n    = i4_wake_poll(wake, p, 1, deadline_ms);
    return n <= 0 ? n : i4_wait_ready(p[0].revents);
}

/* Nothing to poll() beside the wake: look at it now and then. */
static int wait_in_slices(const imap4_transport *t, const imap4_wake *wake, unsigned want,
                          uint64_t deadline_ms)
{
    for (;;) {
        if (i4_wake_is_up(wake))
            return IMAP4_E_INTERRUPTED;
        const uint64_t now   = imap4_now_ms();
        uint64_t       until = deadline_ms;
        if (wake != NULL && until > now && until - now > SLICE_MS)
            until = now + SLICE_MS;
        const int ready = t->wait(t->ctx, want, until);
        if (ready != 0 && ready != IMAP4_E_INTERRUPTED)
            return ready;
        if (imap4_now_ms() >= deadline_ms)
            return 0;
    }
}

int imap4_transport_wait(const imap4_transport *t, const imap4_wake *wake, unsigned want,
                         uint64_t deadline_ms)
{
    imap4_transport copy;
    I4_TRY(i4_transport_take(t, &copy));
    const intptr_t fd = copy.fd == NULL ? -1 : copy.fd(copy.ctx);
    if (fd >= 0)
        return wait_on_fd(fd, wake, want, deadline_ms);
    if (copy.wait == NULL)
        return IMAP4_E_ARG;
    return wait_in_slices(&copy, wake, want, deadline_ms);
}

/* ---- a socket -------------------------------------------------------------- */

static ptrdiff_t sock_recv(void *ctx, char *buf, size_t len, int *os_errno)
{
    return imap4_sock_recv((intptr_t)ctx, buf, len, os_errno);
}

static ptrdiff_t sock_send(void *ctx, imap4_view bytes, int *os_errno)
{
    return imap4_sock_send((intptr_t)ctx, bytes, os_errno);
}

static intptr_t sock_fd(void *ctx)
{
    return (intptr_t)ctx;
}

static void sock_shutdown(void *ctx)
{
    (void)shutdown((int)(intptr_t)ctx, SHUT_WR);
}

static void sock_close(void *ctx)
{
    imap4_sock_close((intptr_t)ctx);
}

static void give_socket(intptr_t fd, int32_t is_private, imap4_transport *out)
{
    const imap4_transport t = { .ctx        = (void *)fd,
                                .recv       = sock_recv,
                                .send       = sock_send,
                                .fd         = sock_fd,
                                .shutdown   = sock_shutdown,
                                .close      = sock_close,
                                .is_private = is_private };
    i4_transport_give(&t, out);
}

int imap4_transport_socket(intptr_t fd, int32_t is_private, imap4_transport *out)
{
    if (is_private != 0 && is_private != 1)
        return IMAP4_E_ARG;
    I4_TRY(i4_transport_can_give(out));
    I4_TRY(imap4_sock_prepare(fd));
    give_socket(fd, is_private, out);
    return IMAP4_OK;
}

/* ---- Unix ------------------------------------------------------------------ */

/* A full queue is EAGAIN at once, and nothing tells when it has room (unix(7)). */
static int connect_unix(int fd, const struct sockaddr_un *to, uint64_t deadline_ms)
{
    while (connect(fd, (const struct sockaddr *)to, sizeof *to) < 0) {
        if (errno != EAGAIN && errno != EINTR)
            return IMAP4_E_IO;
        const uint64_t now = imap4_now_ms();
        if (now >= deadline_ms)
            return IMAP4_E_TIMEOUT;
        const uint64_t left = deadline_ms - now;
        (void)i4_wait_poll(NULL, 0, now + (left < RETRY_MS ? left : RETRY_MS));
    }
    return IMAP4_OK;
}

int imap4_transport_unix(const char *path, uint64_t deadline_ms, imap4_transport *out)
{
    const imap4_view   name = imap4_view_of(path);
    struct sockaddr_un to   = { .sun_family = AF_UNIX };
    I4_TRY(i4_transport_can_give(out));
    if (name.len == 0 || name.len >= sizeof to.sun_path)
        return IMAP4_E_ARG;
    memcpy(to.sun_path, name.ptr, name.len);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return IMAP4_E_IO;
    const int rc = connect_unix(fd, &to, deadline_ms);
    if (rc < 0) {
        const int os_errno = errno;
        imap4_sock_close(fd);
        errno = os_errno;
        return rc;
    }
    give_socket(fd, 1, out);
    return IMAP4_OK;
}

/* ---- TCP ------------------------------------------------------------------- */

static int say(imap4_transport_error *to, int code, int os_errno, imap4_view words)
{
    if (to == NULL)
        return code;
    (void)snprintf(to->text, sizeof to->text, "%.*s", IMAP4_ARG(words));
    to->error = (imap4_error){ .code     = code,
                               .os_errno = os_errno,
                               .text     = imap4_view_of(to->text) };
    return code;
}

static int say_code(imap4_transport_error *to, int code)
{
    return say(to, code, 0, imap4_view_of(imap4_strerror(code)));
}

/* Taken from the dial, which does not outlive this. */
static int say_dial(imap4_transport_error *to, int code, const imap4_dial *dial)
{
    const imap4_error *from = imap4_dial_error(dial);
    if (code == IMAP4_E_INTERRUPTED || from->text.ptr == NULL)
        return say_code(to, code);
    return say(to, code, from->os_errno, from->text);
}

int imap4_transport_dial(const char *host, uint16_t port, uint64_t deadline_ms,
                         const imap4_wake *wake, imap4_transport *out,
                         imap4_transport_error *error)
{
    imap4_dial *dial = NULL;
    if (i4_transport_can_give(out) < 0)
        return say_code(error, IMAP4_E_ARG);
    int rc = imap4_dial_new(host, port, &dial);
    if (dial == NULL)
        return say_code(error, rc);
    const intptr_t fd = rc < 0 ? rc : i4_dial_wait(dial, deadline_ms, wake);
    if (fd >= 0)
        give_socket(fd, 0, out);
    rc = fd < 0 ? say_dial(error, (int)fd, dial) : IMAP4_OK;
    imap4_dial_free(&dial);
    return rc;
}
