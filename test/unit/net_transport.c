/* SPDX-License-Identifier: MIT */
/* test/unit/net_transport.c - transports on sockets, the caller's own, and waiting on them. */
#include "transport_help.h"

#include "net/transport.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* Two sockets, the first as a transport. */
static int open_pair(imap4_transport *t)
{
    int fd[2];
    *t = IMAP4_TRANSPORT;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
    assert_int_equal(imap4_transport_socket(fd[0], 0, t), IMAP4_OK);
    return fd[1];
}

/* ---- a socket -------------------------------------------------------------- */

static void a_socket_moves_bytes_and_does_not_block(void **state)
{
    char            buf[8];
    int             error  = 0;
    const int       before = open_descriptors();
    imap4_transport t;
    const int       peer = open_pair(&t);
    const intptr_t  fd   = t.fd(t.ctx);
    assert_int_equal(t.is_private, 0);
    assert_int_not_equal(fcntl((int)fd, F_GETFL) & O_NONBLOCK, 0);
    assert_int_not_equal(fcntl((int)fd, F_GETFD) & FD_CLOEXEC, 0);
    assert_int_equal(t.recv(t.ctx, buf, sizeof buf, &error), IMAP4_E_BUSY);
    assert_int_equal(t.send(t.ctx, IMAP4_V("abc"), &error), 3);
    assert_int_equal(recv(peer, buf, sizeof buf, 0), 3);
    assert_int_equal(send(peer, "xy", 2, 0), 2);
    assert_receives(&t, "xy");
    (void)close(peer);
    assert_ends(&t);
    assert_int_equal(t.send(t.ctx, IMAP4_V("abc"), &error), IMAP4_E_IO); /* no SIGPIPE */
    assert_int_equal(error, EPIPE);
    close_transport(&t);
    assert_int_equal(open_descriptors(), before);
}

static void after_shutdown_the_peer_sees_the_end_and_can_still_send(void **state)
{
    char            byte;
    imap4_transport t;
    const int       peer = open_pair(&t);
    t.shutdown(t.ctx);
    assert_int_equal(recv(peer, &byte, 1, 0), 0);
    assert_int_equal(send(peer, "bye", 3, 0), 3);
    assert_receives(&t, "bye");
    close_transport(&t);
    (void)close(peer);
}

static void what_cannot_be_taken_over_stays_the_callers(void **state)
{
    int             fd[2];
    imap4_transport t = IMAP4_TRANSPORT;
    assert_int_equal(imap4_transport_socket(-1, 0, &t), IMAP4_E_IO);
    assert_int_equal(errno, EBADF);
    assert_null(t.recv);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
    assert_int_equal(imap4_transport_socket(fd[0], 2, &t), IMAP4_E_ARG);
    assert_int_equal(imap4_transport_socket(fd[0], 0, NULL), IMAP4_E_ARG);
    t.size = 0;
    assert_int_equal(imap4_transport_socket(fd[0], 0, &t), IMAP4_E_ARG);
    t.size = sizeof t - 1;
    assert_int_equal(imap4_transport_socket(fd[0], 0, &t), IMAP4_E_ARG);
    t.size = 4097;
    assert_int_equal(imap4_transport_socket(fd[0], 0, &t), IMAP4_E_ARG);
    (void)close(fd[0]);
    assert_int_equal(close(fd[1]), 0);
}

/* ---- waiting --------------------------------------------------------------- */

static void a_wait_tells_what_is_ready_or_ends_at_the_deadline(void **state)
{
    imap4_transport t;
    const int       peer  = open_pair(&t);
    const unsigned  both  = IMAP4_WANT_READ | IMAP4_WANT_WRITE;
    const uint64_t  start = imap4_now_ms();
    assert_int_equal(imap4_transport_wait(&t, NULL, IMAP4_WANT_READ, start + 30), 0);
    assert_in_range(imap4_now_ms(), start + 30, start + FAR);
    assert_int_equal(imap4_transport_wait(&t, NULL, IMAP4_WANT_READ, 0), 0);
    assert_int_equal(imap4_transport_wait(&t, NULL, both, UINT64_MAX), IMAP4_WANT_WRITE);
    assert_int_equal(send(peer, "x", 1, 0), 1);
    assert_int_equal(imap4_transport_wait(&t, NULL, both, UINT64_MAX), both);
    assert_int_equal(imap4_transport_wait(&t, NULL, 0, imap4_now_ms() + 5), 0);
    (void)close(peer);
    assert_int_equal(imap4_transport_wait(&t, NULL, IMAP4_WANT_READ, UINT64_MAX), both);
    close_transport(&t);
}

static int ticks;

static void on_tick(int number)
{
    (void)number;
    ticks++;
}

static void a_signal_does_not_end_a_wait(void **state)
{
    const struct itimerval every = { .it_interval.tv_usec = 2000,
                                     .it_value.tv_usec    = 2000 };
    const struct itimerval never = { 0 };
    struct sigaction       old, action = { .sa_handler = on_tick };
    imap4_transport        t;
    const int              peer = open_pair(&t);
    assert_int_equal(sigaction(SIGALRM, &action, &old), 0);
    ticks                = 0;
    const uint64_t start = imap4_now_ms();
    assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
    assert_int_equal(imap4_transport_wait(&t, NULL, IMAP4_WANT_READ, start + 100), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_true(imap4_now_ms() >= start + 100);
    assert_true(ticks > 0);
    assert_int_equal(sigaction(SIGALRM, &old, NULL), 0);
    close_transport(&t);
    (void)close(peer);
}

/* A transport of the caller's that has no descriptor. */
typedef struct own {
    int      calls;
    int      answers[8]; /* of wait, one a call; then 0 at the deadline */
    uint64_t longest;
    int      closed;
} own;

static ptrdiff_t own_recv(void *ctx, char *buf, size_t len, int *os_errno)
{
    return IMAP4_E_BUSY;
}

static ptrdiff_t own_send(void *ctx, imap4_view bytes, int *os_errno)
{
    return IMAP4_E_BUSY;
}

static int own_wait(void *ctx, unsigned want, uint64_t deadline_ms)
{
    own           *o   = ctx;
    const uint64_t now = imap4_now_ms();
    if (deadline_ms > now && deadline_ms - now > o->longest)
        o->longest = deadline_ms - now;
    if (o->calls < 8 && o->answers[o->calls] != 0)
        return o->answers[o->calls++];
    o->calls++;
    while (imap4_now_ms() < deadline_ms)
        (void)usleep(1000);
    return 0;
}

static void own_close(void *ctx)
{
    ((own *)ctx)->closed++;
}

static intptr_t own_fd(void *ctx)
{
    return -1;
}

static imap4_transport own_transport(own *o)
{
    imap4_transport t = IMAP4_TRANSPORT;
    t.ctx             = o;
    t.recv            = own_recv;
    t.send            = own_send;
    t.wait            = own_wait;
    t.close           = own_close;
    return t;
}

static void a_wait_of_the_callers_own_is_called_in_slices_beside_a_wake(void **state)
{
    own             o    = { .answers = { IMAP4_E_INTERRUPTED, IMAP4_E_INTERRUPTED } };
    imap4_wake     *wake = NULL;
    imap4_transport t    = own_transport(&o);
    assert_int_equal(imap4_wake_new(&wake), IMAP4_OK);
    const uint64_t start = imap4_now_ms();
    assert_int_equal(imap4_transport_wait(&t, wake, IMAP4_WANT_READ, start + 250), 0);
    assert_in_range(imap4_now_ms(), start + 250, start + FAR);
    assert_true(o.calls >= 5); /* two signals, three slices */
    assert_in_range(o.longest, 1, 100);
    o = (own){ .answers = { IMAP4_WANT_READ, IMAP4_E_IO } };
    assert_int_equal(imap4_transport_wait(&t, wake, IMAP4_WANT_READ, UINT64_MAX),
                     IMAP4_WANT_READ);
    assert_int_equal(imap4_transport_wait(&t, wake, IMAP4_WANT_READ, UINT64_MAX),
                     IMAP4_E_IO);
    imap4_wake_up(wake);
    assert_int_equal(imap4_transport_wait(&t, wake, IMAP4_WANT_READ, UINT64_MAX),
                     IMAP4_E_INTERRUPTED);
    assert_int_equal(o.calls, 2);
    imap4_wake_free(&wake);
    /* Without a wake there is nothing to look at. */
    o = (own){ 0 };
    assert_int_equal(
        imap4_transport_wait(&t, NULL, IMAP4_WANT_READ, imap4_now_ms() + 150), 0);
    assert_int_equal(o.calls, 1);
    assert_in_range(o.longest, 101, 150);
    assert_int_equal(o.closed, 0);
}

static void a_transport_that_lacks_a_function_is_refused(void **state)
{
    own             o    = { 0 };
    imap4_transport good = own_transport(&o);
    imap4_transport t;
#define REFUSED(change)                                                                  \
    do {                                                                                 \
        t = good;                                                                        \
        change;                                                                          \
        assert_int_equal(imap4_transport_wait(&t, NULL, 1, 0), IMAP4_E_ARG);             \
    } while (0)
    REFUSED(t.recv = NULL);
    REFUSED(t.send = NULL);
    REFUSED(t.wait = NULL);
    REFUSED(t.size = 0);
    REFUSED(t.size = sizeof t - 1);
    REFUSED((t.wait = NULL, t.fd = own_fd));
#undef REFUSED
    assert_int_equal(imap4_transport_wait(NULL, NULL, 1, 0), IMAP4_E_ARG);
    assert_int_equal(o.calls, 0);
}

static void a_struct_of_another_size_is_taken_and_given(void **state)
{
    struct {
        imap4_transport t;
        char            more[16]; /* members of a program that is newer than we */
    } big, back;
    own             o = { 0 };
    imap4_transport taken;
    memset(&big, 'x', sizeof big);
    big.t      = own_transport(&o);
    big.t.size = sizeof big;
    assert_int_equal(i4_transport_take(&big.t, &taken), IMAP4_OK);
    assert_int_equal(taken.size, sizeof taken);
    assert_ptr_equal(taken.ctx, &o);
    memset(&back, 'x', sizeof back);
    back.t.size = sizeof back;
    assert_int_equal(i4_transport_can_give(&back.t), IMAP4_OK);
    i4_transport_give(&taken, &back.t);
    assert_int_equal(back.t.size, sizeof back);
    assert_ptr_equal(back.t.ctx, &o);
    for (size_t i = 0; i < sizeof back.more; i++)
        assert_int_equal(back.more[i], 0);
}

/* ---- Unix ------------------------------------------------------------------ */

static char folder[64];
static char path[96];

static int make_folder(void **state)
{
    (void)snprintf(folder, sizeof folder, "/tmp/net_transport.XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/socket", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)unlink(path);
    return rmdir(folder);
}

static int listen_unix(int backlog)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const int          fd      = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    (void)unlink(path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, backlog), 0);
    return fd;
}

static void a_unix_socket_is_reached_and_private(void **state)
{
    const int       before = open_descriptors();
    const int       server = listen_unix(5);
    imap4_transport t      = IMAP4_TRANSPORT;
    assert_int_equal(imap4_transport_unix(path, imap4_now_ms() + FAR, &t), IMAP4_OK);
    assert_int_equal(t.is_private, 1);
    assert_int_equal(t.size, sizeof t);
    const int peer = accept(server, NULL, NULL);
    assert_int_equal(send(peer, "* OK\r\n", 6, 0), 6);
    assert_receives(&t, "* OK\r\n");
    close_transport(&t);
    char byte;
    assert_int_equal(recv(peer, &byte, 1, 0), 0);
    (void)close(peer);
    (void)close(server);
    assert_int_equal(open_descriptors(), before);
}

static void a_unix_socket_that_is_not_there_or_dead_is_an_error(void **state)
{
    char            name[200];
    imap4_transport t      = IMAP4_TRANSPORT;
    const int       before = open_descriptors();
    (void)unlink(path);
    assert_int_equal(imap4_transport_unix(path, UINT64_MAX, &t), IMAP4_E_IO);
    assert_int_equal(errno, ENOENT);
    (void)close(listen_unix(1));
    assert_int_equal(imap4_transport_unix(path, UINT64_MAX, &t), IMAP4_E_IO);
    assert_int_equal(errno, ECONNREFUSED);
    memset(name, 'a', sizeof name);
    name[108] = '\0';
    assert_int_equal(imap4_transport_unix(name, UINT64_MAX, &t), IMAP4_E_ARG);
    name[107] = '\0'; /* the longest there can be */
    assert_int_equal(imap4_transport_unix(name, UINT64_MAX, &t), IMAP4_E_IO);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(imap4_transport_unix("", UINT64_MAX, &t), IMAP4_E_ARG);
    assert_int_equal(imap4_transport_unix(NULL, UINT64_MAX, &t), IMAP4_E_ARG);
    assert_int_equal(imap4_transport_unix(path, UINT64_MAX, NULL), IMAP4_E_ARG);
    assert_null(t.recv);
    assert_int_equal(open_descriptors(), before);
}

static void *accept_later(void *arg)
{
    (void)usleep(50 * 1000);
    (void)close(accept(*(int *)arg, NULL, NULL));
    return NULL;
}

static void a_full_unix_socket_is_waited_for_until_the_deadline(void **state)
{
    pthread_t       other;
    const int       before = open_descriptors();
    int             server = listen_unix(0);
    imap4_transport first = IMAP4_TRANSPORT, second = IMAP4_TRANSPORT;
    assert_int_equal(imap4_transport_unix(path, 0, &first), IMAP4_OK);
    const uint64_t start = imap4_now_ms();
    assert_int_equal(imap4_transport_unix(path, start + 30, &second), IMAP4_E_TIMEOUT);
    assert_in_range(imap4_now_ms(), start + 30, start + FAR);
    assert_int_equal(imap4_transport_unix(path, 0, &second), IMAP4_E_TIMEOUT);
    assert_int_equal(pthread_create(&other, NULL, accept_later, &server), 0);
    assert_int_equal(imap4_transport_unix(path, imap4_now_ms() + FAR, &second), IMAP4_OK);
    assert_int_equal(pthread_join(other, NULL), 0);
    close_transport(&first);
    close_transport(&second);
    (void)close(server);
    assert_int_equal(open_descriptors(), before);
}

/* ---- TCP ------------------------------------------------------------------- */

/* backlog -1: only keeps the port, so that it refuses. */
static int listen_tcp(int backlog, uint16_t *port)
{
    struct sockaddr_in address = { .sin_family      = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t          len     = sizeof address;
    const int          fd      = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    if (backlog >= 0)
        assert_int_equal(listen(fd, backlog), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static bool holds(imap4_view text, const char *word)
{
    return text.len != 0 && memmem(text.ptr, text.len, word, strlen(word)) != NULL;
}

static void a_server_is_dialled(void **state)
{
    uint16_t              port;
    imap4_transport_error error;
    imap4_wake           *wake   = NULL;
    const int             before = open_descriptors();
    const int             server = listen_tcp(5, &port);
    imap4_transport       t      = IMAP4_TRANSPORT;
    assert_int_equal(imap4_wake_new(&wake), IMAP4_OK);
    assert_int_equal(
        imap4_transport_dial("localhost", port, imap4_now_ms() + FAR, wake, &t, &error),
        IMAP4_OK);
    assert_int_equal(t.is_private, 0); /* loopback is not special */
    const int peer = accept(server, NULL, NULL);
    assert_sends(&t, "x");
    char byte;
    assert_int_equal(recv(peer, &byte, 1, 0), 1);
    close_transport(&t);
    assert_int_equal(imap4_transport_dial("127.0.0.1", port, UINT64_MAX, NULL, &t, NULL),
                     IMAP4_OK);
    close_transport(&t);
    imap4_wake_free(&wake);
    (void)close(peer);
    (void)close(server);
    assert_int_equal(open_descriptors(), before);
}

static void words_of_a_dial_that_failed_outlive_it(void **state)
{
    uint16_t              port;
    char                  word[16];
    imap4_transport_error error;
    const int             fd = listen_tcp(-1, &port);
    imap4_transport       t  = IMAP4_TRANSPORT;
    (void)snprintf(word, sizeof word, "%u", port);
    assert_int_equal(imap4_transport_dial("127.0.0.1", port, UINT64_MAX, NULL, &t, &error),
                     IMAP4_E_IO);
    assert_int_equal(error.error.code, IMAP4_E_IO);
    assert_int_equal(error.error.os_errno, ECONNREFUSED);
    assert_ptr_equal(error.error.text.ptr, error.text);
    assert_int_equal(error.error.text.len, strlen(error.text));
    assert_true(holds(error.error.text, "127.0.0.1") && holds(error.error.text, word));
    (void)close(fd);

    /* RFC 6761: .invalid never exists. */
    assert_int_equal(
        imap4_transport_dial("no-such-host.invalid", 993, UINT64_MAX, NULL, &t, &error),
        IMAP4_E_IO);
    assert_true(holds(error.error.text, "no-such-host.invalid"));
    assert_int_equal(imap4_transport_dial("", 993, UINT64_MAX, NULL, &t, &error),
                     IMAP4_E_ARG);
    assert_int_equal(error.error.code, IMAP4_E_ARG);
    assert_true(error.error.text.len != 0);
    assert_int_equal(imap4_transport_dial(NULL, 993, UINT64_MAX, NULL, &t, NULL),
                     IMAP4_E_ARG);
    assert_int_equal(
        imap4_transport_dial("localhost", 993, UINT64_MAX, NULL, NULL, &error),
        IMAP4_E_ARG);
    assert_null(t.recv);
}

/* A listener whose queue is full: Linux drops what comes. */
enum {
    FILL = 4
};

static int listen_full(uint16_t *port, int waiting[FILL])
{
    const int          fd      = listen_tcp(0, port);
    struct sockaddr_in address = { .sin_family      = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                   .sin_port        = htons(*port) };
    for (int i = 0; i < FILL; i++) {
        waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)connect(waiting[i], (struct sockaddr *)&address, sizeof address);
    }
    (void)usleep(20 * 1000);
    return fd;
}

static void close_full(int fd, const int waiting[FILL])
{
    for (int i = 0; i < FILL; i++)
        (void)close(waiting[i]);
    (void)close(fd);
}

static void *wake_later(void *arg)
{
    (void)usleep(50 * 1000);
    imap4_wake_up(arg);
    return NULL;
}

static void a_dial_that_nobody_answers_ends_by_deadline_or_wake(void **state)
{
    uint16_t              port;
    int                   waiting[FILL];
    pthread_t             other;
    imap4_transport_error error;
    imap4_wake           *wake   = NULL;
    const int             before = open_descriptors();
    const int             fd     = listen_full(&port, waiting);
    imap4_transport       t      = IMAP4_TRANSPORT;
    assert_int_equal(imap4_wake_new(&wake), IMAP4_OK);
    uint64_t start = imap4_now_ms();
    assert_int_equal(imap4_transport_dial("127.0.0.1", port, start + 50, wake, &t, &error),
                     IMAP4_E_TIMEOUT);
    assert_in_range(imap4_now_ms(), start + 50, start + FAR);
    assert_int_equal(error.error.code, IMAP4_E_TIMEOUT);
    assert_true(holds(error.error.text, "127.0.0.1"));

    assert_int_equal(pthread_create(&other, NULL, wake_later, wake), 0);
    start = imap4_now_ms();
    assert_int_equal(
        imap4_transport_dial("127.0.0.1", port, start + FAR, wake, &t, &error),
        IMAP4_E_INTERRUPTED);
    assert_in_range(imap4_now_ms(), start + 40, start + FAR - 1);
    assert_int_equal(error.error.code, IMAP4_E_INTERRUPTED);
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_int_equal(imap4_wake_take(wake), 1);
    assert_null(t.recv);
    imap4_wake_free(&wake);
    close_full(fd, waiting);
    assert_int_equal(open_descriptors(), before);
}

static void a_signal_does_not_end_a_dial(void **state)
{
    const struct itimerval every = { .it_interval.tv_usec = 2000,
                                     .it_value.tv_usec    = 2000 };
    const struct itimerval never = { 0 };
    struct sigaction       old, action = { .sa_handler = on_tick };
    uint16_t               port;
    int                    waiting[FILL];
    const int              fd = listen_full(&port, waiting);
    imap4_transport        t  = IMAP4_TRANSPORT;
    assert_int_equal(sigaction(SIGALRM, &action, &old), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
    assert_int_equal(
        imap4_transport_dial("127.0.0.1", port, imap4_now_ms() + 100, NULL, &t, NULL),
        IMAP4_E_TIMEOUT);
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_int_equal(sigaction(SIGALRM, &old, NULL), 0);
    close_full(fd, waiting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_moves_bytes_and_does_not_block),
        cmocka_unit_test(after_shutdown_the_peer_sees_the_end_and_can_still_send),
        cmocka_unit_test(what_cannot_be_taken_over_stays_the_callers),
        cmocka_unit_test(a_wait_tells_what_is_ready_or_ends_at_the_deadline),
        cmocka_unit_test(a_signal_does_not_end_a_wait),
        cmocka_unit_test(a_wait_of_the_callers_own_is_called_in_slices_beside_a_wake),
        cmocka_unit_test(a_transport_that_lacks_a_function_is_refused),
        cmocka_unit_test(a_struct_of_another_size_is_taken_and_given),
        cmocka_unit_test(a_unix_socket_is_reached_and_private),
        cmocka_unit_test(a_unix_socket_that_is_not_there_or_dead_is_an_error),
        cmocka_unit_test(a_full_unix_socket_is_waited_for_until_the_deadline),
        cmocka_unit_test(a_server_is_dialled),
        cmocka_unit_test(words_of_a_dial_that_failed_outlive_it),
        cmocka_unit_test(a_dial_that_nobody_answers_ends_by_deadline_or_wake),
        cmocka_unit_test(a_signal_does_not_end_a_dial),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
