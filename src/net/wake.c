/* SPDX-License-Identifier: MIT */
/* net/wake.c - end a wait from another thread or from a signal handler.
 *
 * The flag is the truth, the pipe only ends poll(): it may hold a byte while the flag is
 * down, never the other way round for longer than imap4_wake_up() takes. */
#include "net/wake.h"

#include "base/mem.h"
#include "net/wait.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <unistd.h>

/* A signal handler may use atomics only if they hide no lock (C17 7.14.1.1). */
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "atomic_int must be lock-free");

struct imap4_wake {
    atomic_int is_up;
    int        in;  /* poll() looks at it */
    int        out; /* imap4_wake_up() writes to it */
};

int imap4_wake_new(imap4_wake **out)
{
    int fd[2];
    if (out == NULL)
        return IMAP4_E_ARG;
    imap4_wake *w = i4_mem_zalloc(&i4_mem_default, sizeof *w);
    if (w == NULL)
        return IMAP4_E_NOMEM;
    if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) < 0) {
        const int os_errno = errno;
        i4_mem_free(&i4_mem_default, w, sizeof *w);
        errno = os_errno;
        return IMAP4_E_IO;
    }
    atomic_init(&w->is_up, 0);
    w->in  = fd[0];
    w->out = fd[1];
    *out   = w;
    return IMAP4_OK;
}

void imap4_wake_free(imap4_wake **wake)
{
    if (wake == NULL || *wake == NULL)
        return;
    (void)close((*wake)->in);
    (void)close((*wake)->out);
    i4_mem_free(&i4_mem_default, *wake, sizeof **wake);
    *wake = NULL;
}

void imap4_wake_up(imap4_wake *w)
{
    if (w == NULL)
        return;
    const int os_errno = errno;
    /* The flag first: who finds the byte must find the flag. */
    atomic_store(&w->is_up, 1);
    ssize_t n = 0;
    do
        n = write(w->out, "", 1);
    while (n < 0 && errno == EINTR); /* EAGAIN: the pipe is full, so poll() ends anyway */
    errno = os_errno;
}

static void drain(const imap4_wake *w)
{
    char    buf[64];
    ssize_t n = 0;
    do
        n = read(w->in, buf, sizeof buf);
    while (n > 0 || (n < 0 && errno == EINTR));
}

int imap4_wake_take(imap4_wake *w)
{
    if (w == NULL || !i4_wake_is_up(w))
        return 0;
    /* The pipe first: a byte that comes in between is found, with the flag down, by
     * i4_wake_poll(); the other way round a byte could be lost with the flag up. */
    drain(w);
    return atomic_exchange(&w->is_up, 0);
}

bool i4_wake_is_up(const imap4_wake *w)
{
    return w != NULL && atomic_load(&w->is_up) != 0;
}

int i4_wake_poll(const imap4_wake *w, struct pollfd *fds, size_t count,
                 uint64_t deadline_ms)
{
    for (;;) {
        if (i4_wake_is_up(w))
            return IMAP4_E_INTERRUPTED;
        fds[count]  = (struct pollfd){ .fd = w == NULL ? -1 : w->in, .events = POLLIN };
        const int n = i4_wait_poll(fds, count + 1, deadline_ms);
        if (n == IMAP4_E_INTERRUPTED)
            continue;
        if (n <= 0 || fds[count].revents == 0)
            return n;
        if (i4_wake_is_up(w))
            return IMAP4_E_INTERRUPTED;
        drain(w); /* of a wake that was taken already */
        if (n > 1)
            return n - 1;
    }
}
