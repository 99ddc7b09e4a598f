/* SPDX-License-Identifier: MIT */
/* net/child.c - a program that talks on its standard input and output, as a transport.
 *
 * fork() and exec(), not posix_spawn(): that cannot close descriptors it does not know. */
#include "imap4/engine.h"
#include "imap4/net.h"

#include "base/mem.h"
#include "base/try.h"
#include "net/closefrom.h"
#include "net/transport.h"
#include "net/wait.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 1000, /* before the next harder way to end the program */
    LOOK_MS     = 10,   /* between two looks whether it is gone */
    REPORT_FD   = 3,    /* in the child, behind the standard three */
    CANNOT_EXEC = 127   /* as the shell exits; nobody sees it */
};

typedef struct child {
    intptr_t fd;
    pid_t    pid;
} child;

/* ---- in the child: only what a signal handler may call --------------------- */

/* What the parent set up is not the program's.  What is ignored stays so (nohup), but for
 * SIGPIPE, which only a program like ours ignores. */
static void reset_signals(void)
{
    sigset_t         none;
    struct sigaction action;
    for (int i = 1; i < NSIG; i++) {
        if (sigaction(i, NULL, &action) < 0)
            continue;
        if (action.sa_handler == SIG_IGN && i != SIGPIPE)
            continue;
        action = (struct sigaction){ .sa_handler = SIG_DFL };
        (void)sigaction(i, &action, NULL);
    }
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The socket becomes 0 and 1, the pipe 3, nothing else stays but 2.  First both go up, out
 * of the way: any of them may be what another one is to become. */
static bool place_descriptors(int sock, int report)
{
    const int high_sock   = fcntl(sock, F_DUPFD_CLOEXEC, REPORT_FD + 1);
    const int high_report = fcntl(report, F_DUPFD_CLOEXEC, REPORT_FD + 1);
    if (high_sock < 0 || high_report < 0 || dup2(high_sock, STDIN_FILENO) < 0 ||
        dup2(high_sock, STDOUT_FILENO) < 0 || dup3(high_report, REPORT_FD, O_CLOEXEC) < 0)
        return false;
    i4_closefrom(REPORT_FD + 1);
    return true;
}

static void run(const char *const *argv, int sock, int report)
{
    int os_errno = 0;
    reset_signals();
    if (place_descriptors(sock, report)) {
        report = REPORT_FD;
        /* Neither glibc's nor musl's allocates.  exec() does not write to the strings, its
         * type is older than const. */
        (void)execvp(argv[0], (char *const *)(uintptr_t)argv);
    }
    os_errno = errno;
    (void)!write(report, &os_errno, sizeof os_errno);
    _exit(CANNOT_EXEC);
}

/* ---- starting -------------------------------------------------------------- */

/* With all signals blocked: a handler of ours must not run in the child. */
static pid_t fork_quietly(void)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = fork();
    if (pid != 0) {
        const int os_errno = errno;
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        errno = os_errno;
    }
    return pid;
}

/* The pipe ends without a word when the program runs: 0.  Else errno of the child. */
static int read_report(int fd)
{
    int     os_errno = 0;
    ssize_t n        = 0;
    do
        n = read(fd, &os_errno, sizeof os_errno);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof os_errno ? os_errno : 0;
}

static void reap(pid_t pid)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* IMAP4_OK; IMAP4_E_IO with errno set. */
static int start(child *c, const char *const *argv, const int sock[2], const int report[2])
{
    c->pid = fork_quietly();
    if (c->pid == 0)
        run(argv, sock[1], report[1]);
    const int os_errno = errno;
    imap4_sock_close(sock[1]);
    imap4_sock_close(report[1]);
    if (c->pid < 0) {
        errno = os_errno;
        return IMAP4_E_IO;
    }
    const int failed = read_report(report[0]);
    if (failed == 0)
        return IMAP4_OK;
    reap(c->pid);
    errno = failed;
    return IMAP4_E_IO;
}

static int open_and_start(child *c, const char *const *argv)
{
    int sock[2], report[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sock) < 0)
        return IMAP4_E_IO;
    int rc = pipe2(report, O_CLOEXEC) < 0 ? IMAP4_E_IO : IMAP4_OK;
    if (rc < 0) {
        imap4_sock_close(sock[1]);
    } else {
        rc                 = start(c, argv, sock, report);
        const int os_errno = errno;
        imap4_sock_close(report[0]);
        errno = os_errno;
    }
    c->fd = sock[0];
    /* Ours only: the program expects its own end to block. */
    if (rc == IMAP4_OK && imap4_sock_prepare(c->fd) == IMAP4_OK)
        return IMAP4_OK;
    const int os_errno = errno;
    imap4_sock_close(c->fd);
    errno = os_errno;
    return IMAP4_E_IO;
}

/* ---- ending ---------------------------------------------------------------- */

/* Gone, or no child of ours any more (SIGCHLD is ignored, or somebody else reaped it):
 * then its number may be another's, and must not be used. */
static bool is_gone(pid_t pid)
{
    pid_t rc = 0;
    do
        rc = waitpid(pid, NULL, WNOHANG);
    while (rc < 0 && errno == EINTR);
    return rc != 0;
}

/* Drops some of what came: a program that cannot write does not end.  False at the end. */
static bool drop(intptr_t fd)
{
    char            buf[16 * 1024];
    const ptrdiff_t n = imap4_sock_recv(fd, buf, sizeof buf, NULL);
    return n > 0 || n == IMAP4_E_BUSY;
}

/* Waits for the end of the program, at most PATIENCE_MS. */
static bool ends(child *c)
{
    const uint64_t deadline_ms = imap4_now_ms() + PATIENCE_MS;
    bool           is_open     = true;
    for (uint64_t pause_ms = 1;; pause_ms = pause_ms < LOOK_MS ? pause_ms * 2 : LOOK_MS) {
        if (is_gone(c->pid))
            return true;
        const uint64_t now = imap4_now_ms();
        if (now >= deadline_ms)
            return false;
        is_open         = is_open && drop(c->fd);
        struct pollfd p = { .fd = is_open ? (int)c->fd : -1, .events = POLLIN };
        (void)i4_wait_poll(&p, 1, now + pause_ms);
    }
}

static void child_shutdown(void *ctx)
{
    const child *c = ctx;
    (void)shutdown((int)c->fd, SHUT_WR);
}

static void child_close(void *ctx)
{
    child *c = ctx;
    child_shutdown(c);
    if (!ends(c)) {
        (void)kill(c->pid, SIGTERM);
        if (!ends(c)) {
            (void)kill(c->pid, SIGKILL);
            reap(c->pid);
        }
    }
    imap4_sock_close(c->fd);
    i4_mem_free(&i4_mem_default, c, sizeof *c);
}

/* ---- the transport --------------------------------------------------------- */

static ptrdiff_t child_recv(void *ctx, char *buf, size_t len, int *os_errno)
{
    const child *c = ctx;
    return imap4_sock_recv(c->fd, buf, len, os_errno);
}

static ptrdiff_t child_send(void *ctx, imap4_view bytes, int *os_errno)
{
    const child *c = ctx;
    return imap4_sock_send(c->fd, bytes, os_errno);
}

static intptr_t child_fd(void *ctx)
{
    const child *c = ctx;
    return c->fd;
}

int imap4_transport_child(const char *const *argv, imap4_transport *out)
{
    I4_TRY(i4_transport_can_give(out));
    if (argv == NULL || argv[0] == NULL || argv[0][0] == '\0')
        return IMAP4_E_ARG;
    child *c = i4_mem_zalloc(&i4_mem_default, sizeof *c);
    if (c == NULL)
        return IMAP4_E_NOMEM;
    const int rc = open_and_start(c, argv);
    if (rc < 0) {
        const int os_errno = errno;
        i4_mem_free(&i4_mem_default, c, sizeof *c);
        errno = os_errno;
        return rc;
    }
    const imap4_transport t = { .ctx        = c,
                                .recv       = child_recv,
                                .send       = child_send,
                                .fd         = child_fd,
                                .shutdown   = child_shutdown,
                                .close      = child_close,
                                .is_private = 1 };
    i4_transport_give(&t, out);
    return IMAP4_OK;
}

int imap4_transport_command(const char *command, imap4_transport *out)
{
    const char *const argv[] = { "/bin/sh", "-c", command, NULL };
    return command == NULL ? IMAP4_E_ARG : imap4_transport_child(argv, out);
}
