/* SPDX-License-Identifier: MIT */
/* net/sock.c - sockets of POSIX: what they are to be like, bytes in and out, the end. */
#include "imap4/net.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

int imap4_sock_prepare(intptr_t fd)
{
    const int one          = 1;
    const int idle_seconds = 300; /* the system's own two hours are too long for routers */
    const int flags        = fcntl((int)fd, F_GETFL);
    if (flags < 0 || fcntl((int)fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
        fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0)
        return IMAP4_E_IO;
    /* A command must not wait for the answer to the one before (Nagle); a peer that is gone
     * must be noticed while nothing is said.  A Unix socket has neither; that is no error. */
    (void)setsockopt((int)fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void)setsockopt((int)fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
    (void)setsockopt((int)fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds,
                     sizeof idle_seconds);
    return IMAP4_OK;
}

static ptrdiff_t result_of(ptrdiff_t n, int *os_errno)
{
    if (n >= 0)
        return n;
    if (errno == EAGAIN) /* EWOULDBLOCK is the same on Linux and the BSDs */
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
    return result_of(n, os_errno);
}

ptrdiff_t imap4_sock_send(intptr_t fd, imap4_view bytes, int *os_errno)
{
    ptrdiff_t n = 0;
    do
        n = send((int)fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return result_of(n, os_errno);
}

void imap4_sock_close(intptr_t fd)
{
    if (fd >= 0)
        (void)close((int)fd);
}
