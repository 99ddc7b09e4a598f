/* SPDX-License-Identifier: MIT */
/* net/dial.c - connect to the first address of a host that answers (RFC 8305).
 *
 * Addresses of both families take turns; each gets a head start of 250 ms before the next
 * one is tried beside it. */
#include "imap4/net.h"

#include "base/mem.h"
#include "net/dial.h"
#include "net/wait.h"
#include "net/wake.h"

#include <errno.h>
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
    size_t           next;              /* the address to try next */
    uint64_t         next_ms;           /* when to try it */
    int              fd[MAX_ADDRESSES]; /* -1: not tried yet, or failed */
    int              done;              /* the connected socket, -1 */
    unsigned         port;
    imap4_error      error;
    char             host[256];
    char             text[512];
};

/* ---- errors ---------------------------------------------------------------- */

static int say(imap4_dial *d, int code, int os_errno)
{
    d->error = (imap4_error){ .code     = code,
                              .os_errno = os_errno,
                              .text     = imap4_view_of(d->text) };
    return code;
}

static int say_lookup(imap4_dial *d, int rc)
{
    const int os_errno = rc == EAI_SYSTEM ? errno : 0;
    (void)snprintf(d->text, sizeof d->text, "cannot find the host %s: %s", d->host,
                   os_errno != 0 ? strerror(os_errno) : gai_strerror(rc));
    return say(d, IMAP4_E_IO, os_errno);
}

/* The address that failed last stands for all.  strerror() may be called by several threads
 * with glibc (2.32) and musl; strerror_r() is another function in each. */
static void say_connect(imap4_dial *d, size_t i, int os_errno)
{
    char address[NI_MAXHOST] = "?";
    (void)getnameinfo(d->at[i]->ai_addr, d->at[i]->ai_addrlen, address, sizeof address,
                      NULL, 0, NI_NUMERICHOST);
    (void)snprintf(d->text, sizeof d->text, "cannot connect to %s (%.60s) port %u: %s",
                   d->host, address, d->port, strerror(os_errno));
    (void)say(d, IMAP4_E_IO, os_errno);
}

static int say_timeout(imap4_dial *d)
{
    (void)snprintf(d->text, sizeof d->text,
                   "cannot connect to %s port %u: no answer in time", d->host, d->port);
    return say(d, IMAP4_E_TIMEOUT, 0);
}

/* ---- addresses ------------------------------------------------------------- */

/* Families in turn, beginning with the one the system prefers (RFC 8305 section 4). */
static void put_in_order(imap4_dial *d)
{
    struct addrinfo *preferred = d->list, *other = d->list;
    const int        family = d->list == NULL ? 0 : d->list->ai_family;
    bool             turn   = true;
    while (d->count < MAX_ADDRESSES) {
        while (preferred != NULL && preferred->ai_family != family)
            preferred = preferred->ai_next;
        while (other != NULL && other->ai_family == family)
            other = other->ai_next;
        struct addrinfo **from = (turn && preferred != NULL) || other == NULL ? &preferred
                                                                              : &other;
        if (*from == NULL)
            return;
        d->at[d->count++] = *from;
        *from             = (*from)->ai_next;
        turn              = !turn;
    }
}

static int look_up(imap4_dial *d)
{
    char            service[8];
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
                              .ai_flags    = AI_ADDRCONFIG | AI_NUMERICSERV };
    (void)snprintf(service, sizeof service, "%u", d->port);
    int rc = getaddrinfo(d->host, service, &hints, &d->list);
    if (rc == EAI_NONAME || rc == EAI_ADDRFAMILY || rc == EAI_NODATA) {
        /* AI_ADDRCONFIG leaves out the loopback address of a family that no other
         * interface has. */
        hints.ai_flags = AI_NUMERICSERV;
        rc             = getaddrinfo(d->host, service, &hints, &d->list);
    }
    if (rc != 0) {
        d->list = NULL;
        return say_lookup(d, rc);
    }
    put_in_order(d);
    return IMAP4_OK;
}

/* ---- life ------------------------------------------------------------------ */

int imap4_dial_new(const char *host, uint16_t port, imap4_dial **out)
{
    const size_t len = imap4_view_of(host).len;
    if (len == 0 || len >= sizeof(*out)->host || port == 0)
        return IMAP4_E_ARG;
    imap4_dial *d = i4_mem_zalloc(&i4_mem_default, sizeof *d);
    if (d == NULL)
        return IMAP4_E_NOMEM;
    for (size_t i = 0; i < MAX_ADDRESSES; i++)
        d->fd[i] = -1;
    d->done = -1;
    d->port = port;
    *out    = d;
    memcpy(d->host, host, len);
    return look_up(d);
}

void imap4_dial_free(imap4_dial **dial)
{
    if (dial == NULL || *dial == NULL)
        return;
    imap4_dial *d = *dial;
    for (size_t i = 0; i < MAX_ADDRESSES; i++)
        imap4_sock_close(d->fd[i]);
    imap4_sock_close(d->done);
    if (d->list != NULL)
        freeaddrinfo(d->list);
    i4_mem_free(&i4_mem_default, d, sizeof *d);
    *dial = NULL;
}

const imap4_error *imap4_dial_error(const imap4_dial *d)
{
    return &d->error;
}

/* ---- connecting ------------------------------------------------------------ */

/* Starts the next address.  False if it failed at once. */
static bool start_next(imap4_dial *d)
{
    const size_t           i = d->next++;
    const struct addrinfo *a = d->at[i];
    const int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* An interrupted connect() goes on by itself (POSIX). */
    if (fd >= 0 && imap4_sock_prepare(fd) == IMAP4_OK &&
        (connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS ||
         errno == EINTR)) {
        d->fd[i] = fd;
        return true;
    }
    say_connect(d, i, errno);
    imap4_sock_close(fd);
    return false;
}

/* Has one of the sockets connected?  Those that failed are closed. */
static bool look(imap4_dial *d)
{
    for (size_t i = 0; i < d->next; i++) {
        struct pollfd p = { .fd = d->fd[i], .events = POLLOUT };
        if (d->fd[i] < 0 || poll(&p, 1, 0) <= 0)
            continue;
        int       err = 0;
        socklen_t len = sizeof err;
        if (getsockopt(d->fd[i], SOL_SOCKET, SO_ERROR, &err, &len) < 0)
            err = errno;
        if (err == 0) {
            d->done  = d->fd[i];
            d->fd[i] = -1;
            d->error = (imap4_error){ 0 }; /* of an address that is not needed any more */
            return true;
        }
        say_connect(d, i, err);
        imap4_sock_close(d->fd[i]);
        d->fd[i]   = -1;
        d->next_ms = 0; /* the next one need not wait for this one */
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
    while (d->next < d->count && (now_ms >= d->next_ms || !is_waiting(d)))
        if (start_next(d))
            d->next_ms = now_ms + HEAD_START_MS;
    if (look(d))
        return 1;
    if (!is_waiting(d) && d->next == d->count) {
        if (d->error.code == IMAP4_OK)
            return say_lookup(d, EAI_NODATA);
        return IMAP4_E_IO;
    }
    if (d->next < d->count)
        *deadline_ms = d->next_ms;
    return 0;
}

size_t imap4_dial_sockets(const imap4_dial *d, intptr_t *fds, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < d->next && n < count; i++)
        if (d->fd[i] >= 0)
            fds[n++] = d->fd[i];
    return n;
}

intptr_t imap4_dial_take(imap4_dial *d)
{
    const int fd = d->done;
    d->done      = -1;
    return fd;
}

/* One step of a wait.  The socket; IMAP4_E_BUSY: poll `p` until *again; the end. */
static intptr_t turn(imap4_dial *d, uint64_t deadline_ms, struct pollfd *p, size_t *count,
                     uint64_t *again)
{
    intptr_t       fds[MAX_ADDRESSES];
    const uint64_t now = imap4_now_ms();
    const int      rc  = imap4_dial_step(d, now, again);
    if (rc == 1)
        return imap4_dial_take(d);
    if (rc < 0)
        return rc;
    if (now >= deadline_ms)
        return say_timeout(d);
    if (*again > deadline_ms)
        *again = deadline_ms;
    *count = imap4_dial_sockets(d, fds, MAX_ADDRESSES);
    for (size_t i = 0; i < *count; i++)
        p[i] = (struct pollfd){ .fd = (int)fds[i], .events = POLLOUT };
    return IMAP4_E_BUSY;
}

static int say_poll(imap4_dial *d, int rc)
{
    if (rc == IMAP4_E_IO)
        say_connect(d, d->next - 1, errno);
    return rc;
}

intptr_t imap4_dial_wait(imap4_dial *d, uint64_t deadline_ms)
{
    for (;;) {
        struct pollfd  p[MAX_ADDRESSES];
        size_t         count = 0;
        uint64_t       again = UINT64_MAX;
        const intptr_t fd    = turn(d, deadline_ms, p, &count, &again);
        if (fd != IMAP4_E_BUSY)
            return fd;
        const int ready = i4_wait_poll(p, count, again);
        if (ready < 0)
            return say_poll(d, ready);
    }
}

intptr_t i4_dial_wait(imap4_dial *d, uint64_t deadline_ms, const imap4_wake *wake)
{
    for (;;) {
        struct pollfd  p[MAX_ADDRESSES + 1];
        size_t         count = 0;
        uint64_t       again = UINT64_MAX;
        const intptr_t fd    = turn(d, deadline_ms, p, &count, &again);
        if (fd != IMAP4_E_BUSY)
            return fd;
        const int ready = i4_wake_poll(wake, p, count, again);
        if (ready < 0)
            return say_poll(d, ready);
    }
}
