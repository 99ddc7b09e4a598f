/* SPDX-License-Identifier: MIT */
/* net/wait.c - what Linux tells a driver: when a socket is ready, the time, random bytes. */
#include "imap4/engine.h"
#include "imap4/net.h"

#include "net/wait.h"

#include <errno.h>
#include <poll.h>
#include <sys/random.h>
#include <time.h>

uint64_t imap4_now_ms(void)
{
    struct timespec t = { 0 };
    /* Counts while the machine sleeps: a deadline is over when it wakes up. */
    if (clock_gettime(CLOCK_BOOTTIME, &t) != 0)
        (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

int imap4_entropy(void *buf, size_t len)
{
    if (buf == NULL || len > 256)
        return IMAP4_E_ARG;
    /* Up to 256 bytes come whole or not at all: getrandom(2). */
    ssize_t n = 0;
    do
        n = getrandom(buf, len, 0);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)len ? IMAP4_OK : IMAP4_E_IO;
}

int i4_wait_poll(struct pollfd *fds, size_t count, uint64_t deadline_ms)
{
    for (;;) {
        const uint64_t now     = imap4_now_ms();
        const uint64_t left    = deadline_ms > now ? deadline_ms - now : 0;
        /* poll() counts in an int, and on a clock that may stop while the machine sleeps. */
        const int      most    = 60 * 1000;
        const int      timeout = deadline_ms == UINT64_MAX ? -1
                                 : left > (uint64_t)most   ? most
                                                           : (int)left;
        const int      n       = poll(fds, (nfds_t)count, timeout);
        if (n < 0)
            return errno == EINTR ? IMAP4_E_INTERRUPTED : IMAP4_E_IO;
        if (n > 0 || imap4_now_ms() >= deadline_ms)
            return n;
    }
}

short i4_wait_events(unsigned want)
{
    return (short)(((want & IMAP4_WANT_READ) != 0 ? POLLIN : 0) |
                   ((want & IMAP4_WANT_WRITE) != 0 ? POLLOUT : 0));
}

int i4_wait_ready(short revents)
{
    enum {
        BROKEN = POLLERR | POLLHUP | POLLNVAL
    };
    return ((revents & (POLLIN | BROKEN)) != 0 ? IMAP4_WANT_READ : 0) |
           ((revents & (POLLOUT | BROKEN)) != 0 ? IMAP4_WANT_WRITE : 0);
}

int imap4_sock_wait(intptr_t fd, unsigned want, uint64_t deadline_ms)
{
    struct pollfd p = { .fd = (int)fd, .events = i4_wait_events(want) };
    const int     n = i4_wait_poll(&p, 1, deadline_ms);
    return n <= 0 ? n : i4_wait_ready(p.revents);
}
