/* SPDX-License-Identifier: MIT */
/* net/dial.c - connect to the first address of a host that answers (RFC 8305).
 *
 * Addresses of both families take turns; each gets a head start of 250 ms before the next
 * one is tried beside it. */
#include "imap4/net.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MAX_ADDRESSES = 16,
    HEAD_START_MS = 250 /* RFC 8305 section 5, Connection Attempt Delay */
};

struct imap4_dial {
    struct addrinfo *list;
    struct addrinfo *at[MAX_ADDRESSES]; /* in the order of trying */
    size_t           count;
    size_t           next; /* the address to try next */
    int              fd[MAX_ADDRESSES];
    uint64_t         next_ms; /* when to try it */
    int              done;    /* the connected socket, -1 */
    imap4_error      error;
    char             text[160];
};

static void say(imap4_dial *d, int code, int os_errno, const char *what)
{
    (void)snprintf(d->text, sizeof d->text, "%s", what);
    d->error = (imap4_error){
        .code = code, .os_errno = os_errno, .text = imap4_view_of(d->text)};
}

/* Families in turn, beginning with the one the system prefers (RFC 8305 section 4). */
static void put_in_order(imap4_dial *d)
{
    struct addrinfo *a = d->list, *b = d->list;
    const int        family = d->list == NULL ? 0 : d->list->ai_family;
    bool             first  = true;
    while ((a != NULL || b != NULL) && d->count < MAX_ADDRESSES) {
        while (a != NULL && a->ai_family != family)
            a = a->ai_next;
        while (b != NULL && b->ai_family == family)
            b = b->ai_next;
        struct addrinfo **from = (first && a != NULL) || b == NULL ? &a : &b;
        if (*from != NULL) {
            d->at[d->count++] = *from;
            *from             = (*from)->ai_next;
        }
        first = !first;
    }
}

int imap4_dial_new(const char *host, uint16_t port, imap4_dial **out)
{
    if (host == NULL || host[0] == '\0' || port == 0 || out == NULL)
        return IMAP4_E_ARG;
    imap4_dial *d = i4_mem_zalloc(&i4_mem_default, sizeof *d);
    if (d == NULL)
        return IMAP4_E_NOMEM;
    for (size_t i = 0; i < MAX_ADDRESSES; i++)
        d->fd[i] = -1;
    d->done = -1;
    *out    = d;

    char                  service[8];
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags    = AI_ADDRCONFIG | AI_NUMERICSERV};
    (void)snprintf(service, sizeof service, "%u", (unsigned)port);
    int rc = getaddrinfo(host, service, &hints, &d->list);
    if (rc != 0) {
        /* AI_ADDRCONFIG leaves loopback out on a machine that has nothing else. */
        struct addrinfo any = hints;
        any.ai_flags        = AI_NUMERICSERV;
        rc                  = getaddrinfo(host, service, &any, &d->list);
    }
    if (rc != 0) {
        d->list = NULL;
        say(d, IMAP4_E_IO, rc == EAI_SYSTEM ? errno : 0, gai_strerror(rc));
        return IMAP4_E_IO;
    }
    put_in_order(d);
    return IMAP4_OK;
}

static void failed(imap4_dial *d, int os_errno)
{
    char text[128];
    say(d, IMAP4_E_IO, os_errno, strerror_r(os_errno, text, sizeof text));
}

/* Starts the next address.  false if it failed at once. */
static bool start_next(imap4_dial *d)
{
    const size_t           i = d->next++;
    const struct addrinfo *a = d->at[i];
    const int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        failed(d, errno);
        return false;
    }
    if (imap4_sock_prepare(fd) < 0 ||
        (connect(fd, a->ai_addr, a->ai_addrlen) < 0 && errno != EINPROGRESS)) {
        failed(d, errno);
        (void)close(fd);
        return false;
    }
    d->fd[i] = fd;
    return true;
}

/* Has one of the sockets connected?  Those that failed are closed. */
static bool look(imap4_dial *d)
{
    for (size_t i = 0; i < d->next; i++) {
        struct pollfd p = {.fd = d->fd[i], .events = POLLOUT};
        if (d->fd[i] < 0 || poll(&p, 1, 0) <= 0)
            continue;
        int       err = 0;
        socklen_t len = sizeof err;
        if (getsockopt(d->fd[i], SOL_SOCKET, SO_ERROR, &err, &len) == 0 && err == 0) {
            d->done  = d->fd[i];
            d->fd[i] = -1;
            return true;
        }
        failed(d, err);
        (void)close(d->fd[i]);
        d->fd[i]   = -1;
        d->next_ms = 0; /* no need to wait for this one */
    }
    return false;
}

static bool is_waiting(const imap4_dial *d)
{
    for (size_t i = 0; i < d->next; i++)
        if (d->fd[i] >= 0)
            return true;
    return false;
}

int imap4_dial_step(imap4_dial *d, uint64_t now_ms, uint64_t *deadline_ms)
{
    uint64_t ignored = 0;
    if (deadline_ms == NULL)
        deadline_ms = &ignored;
    *deadline_ms = UINT64_MAX;
    if (d->done >= 0 || look(d))
        return 1;
    while (d->next < d->count && (now_ms >= d->next_ms || !is_waiting(d))) {
        if (start_next(d))
            d->next_ms = now_ms + HEAD_START_MS;
    }
    if (look(d))
        return 1;
    if (d->next < d->count)
        *deadline_ms = d->next_ms;
    else if (!is_waiting(d)) {
        if (d->error.code == IMAP4_OK)
            say(d, IMAP4_E_IO, 0, "the host has no address");
        return IMAP4_E_IO;
    }
    return 0;
}

size_t imap4_dial_sockets(const imap4_dial *d, intptr_t *fds, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < d->next; i++) {
        if (d->fd[i] < 0)
            continue;
        if (n < count)
            fds[n] = d->fd[i];
        n++;
    }
    return n;
}

intptr_t imap4_dial_take(imap4_dial *d)
{
    const int fd = d->done;
    d->done      = -1;
    return fd;
}

const imap4_error *imap4_dial_error(const imap4_dial *d)
{
    return &d->error;
}

void imap4_dial_free(imap4_dial **dial)
{
    if (dial == NULL || *dial == NULL)
        return;
    imap4_dial *d = *dial;
    for (size_t i = 0; i < MAX_ADDRESSES; i++)
        if (d->fd[i] >= 0)
            (void)close(d->fd[i]);
    if (d->done >= 0)
        (void)close(d->done);
    if (d->list != NULL)
        freeaddrinfo(d->list);
    i4_mem_free(&i4_mem_default, d, sizeof *d);
    *dial = NULL;
}

intptr_t imap4_dial_wait(imap4_dial *d, uint64_t deadline_ms)
{
    for (;;) {
        uint64_t       again = UINT64_MAX;
        const uint64_t now   = imap4_now_ms();
        const int      rc    = imap4_dial_step(d, now, &again);
        if (rc == 1)
            return imap4_dial_take(d);
        if (rc < 0)
            return rc;
        if (now >= deadline_ms) {
            say(d, IMAP4_E_TIMEOUT, 0, "no answer in time");
            return IMAP4_E_TIMEOUT;
        }
        const uint64_t until = again < deadline_ms ? again : deadline_ms;
        struct pollfd  p[MAX_ADDRESSES];
        nfds_t         n = 0;
        for (size_t i = 0; i < d->next; i++)
            if (d->fd[i] >= 0)
                p[n++] = (struct pollfd){.fd = d->fd[i], .events = POLLOUT};
        const int wait = until == UINT64_MAX ? -1 : (int)(until > now ? until - now : 0);
        if (poll(p, n, wait) < 0 && errno != EINTR) {
            failed(d, errno);
            return IMAP4_E_IO;
        }
    }
}
