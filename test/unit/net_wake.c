/* SPDX-License-Identifier: MIT */
/* test/unit/net_wake.c - no wake is lost: from threads, from signal handlers, in any order. */
#include "transport_help.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    TIMES = 1000
};

static void open_pair(imap4_transport *t, int *peer)
{
    int fd[2];
    *t = IMAP4_TRANSPORT;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
    assert_int_equal(imap4_transport_socket(fd[0], 0, t), IMAP4_OK);
    *peer = fd[1];
}

static void it_is_up_until_it_is_taken(void **state)
{
    int             peer;
    const int       before = open_descriptors();
    imap4_wake     *wake   = NULL;
    imap4_transport t;
    open_pair(&t, &peer);
    assert_int_equal(imap4_wake_new(&wake), IMAP4_OK);
    assert_int_equal(imap4_wake_take(wake), 0);
    assert_int_equal(imap4_transport_wait(&t, wake, IMAP4_WANT_READ, 0), 0);
    errno = 4711;
    for (int i = 0; i < 100000; i++) /* more than a pipe holds */
        imap4_wake_up(wake);
    assert_int_equal(errno, 4711);
    /* Also if the transport is ready. */
    for (int i = 0; i < 2; i++)
        assert_int_equal(imap4_transport_wait(&t, wake, IMAP4_WANT_WRITE, UINT64_MAX),
                         IMAP4_E_INTERRUPTED);
    assert_int_equal(imap4_wake_take(wake), 1);
    assert_int_equal(imap4_wake_take(wake), 0);
    assert_int_equal(imap4_transport_wait(&t, wake, IMAP4_WANT_READ, 0), 0);
    imap4_wake_free(&wake);
    assert_null(wake);
    close_transport(&t);
    (void)close(peer);
    assert_int_equal(open_descriptors(), before);
}

static void none_is_never_up(void **state)
{
    imap4_wake *wake = NULL;
    imap4_wake_up(NULL);
    assert_int_equal(imap4_wake_take(NULL), 0);
    imap4_wake_free(NULL);
    imap4_wake_free(&wake);
    assert_int_equal(imap4_wake_new(NULL), IMAP4_E_ARG);
}

static void what_is_ready_is_told_beside_a_wake_that_was_taken(void **state)
{
    int             peer;
    imap4_wake     *wake = NULL;
    imap4_transport t;
    open_pair(&t, &peer);
    assert_int_equal(imap4_wake_new(&wake), IMAP4_OK);
    for (int i = 0; i < 100; i++) {
        imap4_wake_up(wake);
        assert_int_equal(imap4_wake_take(wake), 1);
        assert_int_equal(imap4_transport_wait(&t, wake, IMAP4_WANT_WRITE, UINT64_MAX),
                         IMAP4_WANT_WRITE);
    }
    imap4_wake_free(&wake);
    close_transport(&t);
    (void)close(peer);
}

/* ---- from a thread --------------------------------------------------------- */

typedef struct waker {
    imap4_wake *wake;
    atomic_int  taken; /* by who waits */
} waker;

/* One wake-up for each that was taken, at moments that wander through what the other does. */
static void *wake_often(void *arg)
{
    waker *w = arg;
    for (int i = 0; i < TIMES; i++) {
        while (atomic_load(&w->taken) < i)
            ;
        for (volatile int spin = 0; spin < i * 7 % 3000; spin++)
            ;
        imap4_wake_up(w->wake);
    }
    return NULL;
}

static void assert_each_wake_ends_a_wait(const imap4_transport *t)
{
    pthread_t other;
    waker     w = { 0 };
    assert_int_equal(imap4_wake_new(&w.wake), IMAP4_OK);
    assert_int_equal(pthread_create(&other, NULL, wake_often, &w), 0);
    for (int i = 0; i < TIMES; i++) {
        assert_int_equal(
            imap4_transport_wait(t, w.wake, IMAP4_WANT_READ, imap4_now_ms() + FAR),
            IMAP4_E_INTERRUPTED);
        assert_int_equal(imap4_wake_take(w.wake), 1);
        atomic_store(&w.taken, i + 1);
    }
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_int_equal(imap4_wake_take(w.wake), 0);
    imap4_wake_free(&w.wake);
}

static void each_wake_of_a_thread_ends_a_wait(void **state)
{
    int             peer;
    imap4_transport t;
    open_pair(&t, &peer);
    assert_each_wake_ends_a_wait(&t);
    close_transport(&t);
    (void)close(peer);
}

/* ---- from threads that count --------------------------------------------------- */

enum {
    WAKERS = 3,
    EACH   = 20000
};

typedef struct crowd {
    imap4_wake *wake;
    atomic_int  said; /* before each wake-up */
} crowd;

static void *say_and_wake(void *arg)
{
    crowd *c = arg;
    for (int i = 0; i < EACH; i++) {
        (void)atomic_fetch_add(&c->said, 1);
        imap4_wake_up(c->wake);
    }
    return NULL;
}

/* Wakes may be one for many, but the last thing said is always heard. */
static void nothing_is_said_without_being_heard(void **state)
{
    int             peer, heard = 0;
    pthread_t       others[WAKERS];
    crowd           c = { 0 };
    imap4_transport t;
    open_pair(&t, &peer);
    assert_int_equal(imap4_wake_new(&c.wake), IMAP4_OK);
    for (int i = 0; i < WAKERS; i++)
        assert_int_equal(pthread_create(&others[i], NULL, say_and_wake, &c), 0);
    while (heard < WAKERS * EACH) {
        assert_int_equal(
            imap4_transport_wait(&t, c.wake, IMAP4_WANT_READ, imap4_now_ms() + FAR),
            IMAP4_E_INTERRUPTED);
        assert_int_equal(imap4_wake_take(c.wake), 1);
        heard = atomic_load(&c.said);
    }
    for (int i = 0; i < WAKERS; i++)
        assert_int_equal(pthread_join(others[i], NULL), 0);
    imap4_wake_free(&c.wake);
    close_transport(&t);
    (void)close(peer);
}

/* ---- from a signal handler ------------------------------------------------- */

static imap4_wake *wake_of_signal;

static void on_signal(int number)
{
    (void)number;
    imap4_wake_up(wake_of_signal);
}

static void each_wake_of_a_signal_handler_ends_a_wait(void **state)
{
    int              peer;
    struct sigaction old, action = { .sa_handler = on_signal };
    imap4_transport  t;
    open_pair(&t, &peer);
    assert_int_equal(imap4_wake_new(&wake_of_signal), IMAP4_OK);
    assert_int_equal(sigaction(SIGALRM, &action, &old), 0);
    for (int i = 0; i < TIMES; i++) {
        /* Some come before the wait, some within. */
        const struct itimerval once = { .it_value.tv_usec = 1 + i * 13 % 400 };
        assert_int_equal(setitimer(ITIMER_REAL, &once, NULL), 0);
        assert_int_equal(imap4_transport_wait(&t, wake_of_signal, IMAP4_WANT_READ,
                                              imap4_now_ms() + FAR),
                         IMAP4_E_INTERRUPTED);
        assert_int_equal(imap4_wake_take(wake_of_signal), 1);
    }
    assert_int_equal(sigaction(SIGALRM, &old, NULL), 0);
    imap4_wake_free(&wake_of_signal);
    close_transport(&t);
    (void)close(peer);
}

static void a_memory_pair_is_woken_too(void **state)
{
    pthread_t       other;
    waker           w = { 0 };
    imap4_transport a = IMAP4_TRANSPORT, b = IMAP4_TRANSPORT;
    assert_int_equal(imap4_transport_pair(&a, &b), IMAP4_OK);
    assert_int_equal(imap4_wake_new(&w.wake), IMAP4_OK);
    assert_int_equal(pthread_create(&other, NULL, wake_often, &w), 0);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(
            imap4_transport_wait(&a, w.wake, IMAP4_WANT_READ, imap4_now_ms() + FAR),
            IMAP4_E_INTERRUPTED);
        assert_int_equal(imap4_wake_take(w.wake), 1);
        atomic_store(&w.taken, i + 1);
    }
    atomic_store(&w.taken, TIMES); /* let it go home */
    assert_int_equal(pthread_join(other, NULL), 0);
    imap4_wake_free(&w.wake);
    close_transport(&a);
    close_transport(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_up_until_it_is_taken),
        cmocka_unit_test(none_is_never_up),
        cmocka_unit_test(what_is_ready_is_told_beside_a_wake_that_was_taken),
        cmocka_unit_test(each_wake_of_a_thread_ends_a_wait),
        cmocka_unit_test(nothing_is_said_without_being_heard),
        cmocka_unit_test(each_wake_of_a_signal_handler_ends_a_wait),
        cmocka_unit_test(a_memory_pair_is_woken_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
