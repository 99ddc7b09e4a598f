/* SPDX-License-Identifier: MIT */
/* net/sock.c - sockets of POSIX: bytes, waiting, closing; the clock; entropy. */
#include "imap4/engine.h"
#include "imap4/net.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int imap4_sock_prepare(intptr_t fd)
{
    const int one   = 1;
    const int flags = fcntl((int)fd, F_GETFL);
    if (flags < 0 || fcntl((int)fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
        fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0)
        return IMAP4_E_IO;
    /* A Unix socket has neither; that is no error. */
    (void)setsockopt((int)fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void)setsockopt((int)fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
    return IMAP4_OK;
}

static ptrdiff_t io_result(ptrdiff_t n, int *os_errno)
{
    if (n >= 0)
        return n;
    if (errno == EAGAIN)
        return IMAP4_E_BUSY;
    if (os_errno != NULL)
        *os_errno = errno;
    return IMAP4_E_IO;
}

ptrdiff_t imap4_sock_recv(intptr_t fd, char *buf, size_t len, int *os_errno)
{
    ptrdiff_t n = 0;
    do
        n = recv((int)fd, buf, len, 0);
    while (n < 0 && errno == EINTR);
    return io_result(n, os_errno);
}

ptrdiff_t imap4_sock_send(intptr_t fd, imap4_view bytes, int *os_errno)
{
    ptrdiff_t n = 0;
    do
        n = send((int)fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return io_result(n, os_errno);
}

/* Milliseconds until a deadline, for poll(): rounded so that it has passed afterwards. */
static int until(uint64_t deadline_ms)
{
    if (deadline_ms == UINT64_MAX)
        return -1;
    const uint64_t now = imap4_now_ms();
    if (deadline_ms <= now)
        return 0;
    return deadline_ms - now > 1000 * 1000 ? 1000 * 1000 : (int)(deadline_ms - now);
}

int imap4_sock_wait(intptr_t fd, unsigned want, uint64_t deadline_ms)
{
    struct pollfd p = {.fd = (int)fd};
    if ((want & IMAP4_WANT_READ) != 0)
        p.events = (short)(p.events | POLLIN);
    if ((want & IMAP4_WANT_WRITE) != 0)
        p.events = (short)(p.events | POLLOUT);
    const int n = poll(&p, 1, until(deadline_ms));
    if (n < 0)
        return errno == EINTR ? IMAP4_E_INTERRUPTED : IMAP4_E_IO;
    int ready = 0;
    if ((p.revents & (POLLIN | POLLERR | POLLHUP | POLLNVAL)) != 0)
        ready |= IMAP4_WANT_READ;
    if ((p.revents & (POLLOUT | POLLERR | POLLHUP | POLLNVAL)) != 0)
        ready |= IMAP4_WANT_WRITE;
    return n == 0 ? 0 : ready;
}

void imap4_sock_close(intptr_t fd)
{
    if (fd >= 0)
        (void)close((int)fd);
}

uint64_t imap4_now_ms(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_BOOTTIME, &t) != 0)
        (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

int imap4_entropy(void *buf, size_t len)
{
    if (len > 256)
        return IMAP4_E_ARG;
    /* Up to 256 bytes come whole or not at all: getrandom(2). */
    ssize_t n = 0;
    do
        n = getrandom(buf, len, 0);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)len ? IMAP4_OK : IMAP4_E_IO;
}
