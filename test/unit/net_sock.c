/* SPDX-License-Identifier: MIT */
/* test/unit/net_sock.c - sockets, waiting, the clock, random bytes. */
#include "imap4/engine.h"
#include "imap4/net.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* Two ends, both prepared. */
static void pair(int fd[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(imap4_sock_prepare(fd[i]), IMAP4_OK);
}

static void a_prepared_socket_does_not_block_and_is_not_inherited(void **state)
{
    int fd[2];
    pair(fd);
    assert_int_not_equal(fcntl(fd[0], F_GETFL) & O_NONBLOCK, 0);
    assert_int_not_equal(fcntl(fd[0], F_GETFD) & FD_CLOEXEC, 0);
    assert_int_equal(imap4_sock_prepare(-1), IMAP4_E_IO);
    imap4_sock_close(fd[0]);
    imap4_sock_close(fd[1]);
}

static void nothing_there_is_busy_and_the_end_is_0(void **state)
{
    int  fd[2], error = 7;
    char buf[8];
    pair(fd);
    assert_int_equal(imap4_sock_recv(fd[0], buf, sizeof buf, &error), IMAP4_E_BUSY);
    assert_int_equal(imap4_sock_send(fd[1], IMAP4_V("abc"), &error), 3);
    imap4_sock_close(fd[1]);
    assert_int_equal(imap4_sock_recv(fd[0], buf, sizeof buf, &error), 3);
    assert_int_equal(imap4_sock_recv(fd[0], buf, sizeof buf, &error), 0);
    assert_int_equal(error, 7);
    imap4_sock_close(fd[0]);
}

static void a_full_socket_is_busy(void **state)
{
    static char block[1 << 16];
    int         fd[2], error = 0;
    ptrdiff_t   n = 0;
    pair(fd);
    while ((n = imap4_sock_send(fd[0], (imap4_view){ block, sizeof block }, &error)) > 0)
        ;
    assert_int_equal(n, IMAP4_E_BUSY);
    assert_int_equal(imap4_sock_wait(fd[0], IMAP4_WANT_WRITE, imap4_now_ms()), 0);
    imap4_sock_close(fd[0]);
    imap4_sock_close(fd[1]);
}

static void a_closed_peer_is_an_error_and_no_signal(void **state)
{
    int fd[2], error = 0;
    pair(fd);
    imap4_sock_close(fd[1]);
    /* SIGPIPE would end this program. */
    assert_int_equal(imap4_sock_send(fd[0], IMAP4_V("abc"), &error), IMAP4_E_IO);
    assert_int_equal(error, EPIPE);
    assert_int_equal(imap4_sock_send(fd[0], IMAP4_V("abc"), NULL), IMAP4_E_IO);
    imap4_sock_close(fd[0]);
}

static void what_is_no_socket_is_an_error(void **state)
{
    char buf[8];
    int  error = 0;
    assert_int_equal(imap4_sock_recv(-1, buf, sizeof buf, &error), IMAP4_E_IO);
    assert_int_equal(error, EBADF);
    imap4_sock_close(-1);
}

static void waiting_tells_which_is_ready(void **state)
{
    int fd[2];
    pair(fd);
    const unsigned both = IMAP4_WANT_READ | IMAP4_WANT_WRITE;
    assert_int_equal(imap4_sock_wait(fd[0], both, UINT64_MAX), IMAP4_WANT_WRITE);
    assert_int_equal(imap4_sock_send(fd[1], IMAP4_V("x"), NULL), 1);
    assert_int_equal(imap4_sock_wait(fd[0], both, UINT64_MAX), both);
    assert_int_equal(imap4_sock_wait(fd[0], IMAP4_WANT_READ, UINT64_MAX), IMAP4_WANT_READ);
    imap4_sock_close(fd[1]);
    assert_int_equal(imap4_sock_wait(fd[0], 0, UINT64_MAX), both); /* a hang-up is both */
    imap4_sock_close(fd[0]);
}

static void a_deadline_has_passed_when_the_wait_ends(void **state)
{
    int fd[2];
    pair(fd);
    const uint64_t start = imap4_now_ms();
    assert_int_equal(imap4_sock_wait(fd[0], IMAP4_WANT_READ, start + 30), 0);
    assert_in_range(imap4_now_ms(), start + 30, start + 20000);
    assert_int_equal(imap4_sock_wait(fd[0], IMAP4_WANT_READ, 0), 0);
    assert_int_equal(imap4_sock_wait(fd[0], 0, imap4_now_ms() + 5), 0);
    imap4_sock_close(fd[0]);
    imap4_sock_close(fd[1]);
}

static void on_signal(int signo)
{
    (void)signo;
}

static void *interrupt(void *thread)
{
    for (int i = 0; i < 50; i++) { /* more than one: the first may come too early */
        (void)usleep(10 * 1000);
        (void)pthread_kill(*(pthread_t *)thread, SIGUSR1);
    }
    return NULL;
}

static void a_signal_ends_a_wait(void **state)
{
    int              fd[2];
    pthread_t        me = pthread_self(), other;
    struct sigaction old, action = { .sa_handler = on_signal };
    pair(fd);
    assert_int_equal(sigaction(SIGUSR1, &action, &old), 0);
    assert_int_equal(pthread_create(&other, NULL, interrupt, &me), 0);
    assert_int_equal(imap4_sock_wait(fd[0], IMAP4_WANT_READ, UINT64_MAX),
                     IMAP4_E_INTERRUPTED);
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_int_equal(sigaction(SIGUSR1, &old, NULL), 0);
    imap4_sock_close(fd[0]);
    imap4_sock_close(fd[1]);
}

static void the_clock_does_not_go_back(void **state)
{
    uint64_t last = imap4_now_ms();
    for (int i = 0; i < 1000; i++) {
        const uint64_t now = imap4_now_ms();
        assert_true(now >= last);
        last = now;
    }
}

static void random_bytes_are_not_the_same_twice(void **state)
{
    unsigned char a[256] = { 0 }, b[256] = { 0 };
    assert_int_equal(imap4_entropy(a, sizeof a), IMAP4_OK);
    assert_int_equal(imap4_entropy(b, sizeof b), IMAP4_OK);
    assert_memory_not_equal(a, b, sizeof a);
    assert_int_equal(imap4_entropy(a, 257), IMAP4_E_ARG);
    assert_int_equal(imap4_entropy(NULL, 1), IMAP4_E_ARG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prepared_socket_does_not_block_and_is_not_inherited),
        cmocka_unit_test(nothing_there_is_busy_and_the_end_is_0),
        cmocka_unit_test(a_full_socket_is_busy),
        cmocka_unit_test(a_closed_peer_is_an_error_and_no_signal),
        cmocka_unit_test(what_is_no_socket_is_an_error),
        cmocka_unit_test(waiting_tells_which_is_ready),
        cmocka_unit_test(a_deadline_has_passed_when_the_wait_ends),
        cmocka_unit_test(a_signal_ends_a_wait),
        cmocka_unit_test(the_clock_does_not_go_back),
        cmocka_unit_test(random_bytes_are_not_the_same_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
