/* SPDX-License-Identifier: MIT */
/* test/unit/net_pair.c - two ends in memory, used by one thread and by two. */
#include "transport_help.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    ROOM = 64 * 1024
};

static void make_pair(imap4_transport *a, imap4_transport *b)
{
    *a = *b = IMAP4_TRANSPORT;
    assert_int_equal(imap4_transport_pair(a, b), IMAP4_OK);
}

static void one_thread_can_use_both_ends(void **state)
{
    char            buf[8];
    const int       before = open_descriptors();
    imap4_transport a, b;
    make_pair(&a, &b);
    assert_int_equal(a.is_private, 1);
    assert_int_equal(b.is_private, 1);
    assert_int_equal(open_descriptors(), before);
    assert_int_equal(a.recv(a.ctx, buf, sizeof buf, NULL), IMAP4_E_BUSY);
    assert_int_equal(a.send(a.ctx, IMAP4_V("to b"), NULL), 4);
    assert_int_equal(b.send(b.ctx, IMAP4_V("to a"), NULL), 4);
    assert_int_equal(b.recv(b.ctx, buf, 1, NULL), 1);
    assert_int_equal(buf[0], 't');
    assert_receives(&b, "o b");
    assert_receives(&a, "to a");
    assert_int_equal(b.recv(b.ctx, buf, sizeof buf, NULL), IMAP4_E_BUSY);
    close_transport(&a);
    close_transport(&b);
}

static void a_direction_holds_64_kib(void **state)
{
    static char     block[ROOM + 1], back[ROOM + 1];
    imap4_transport a, b;
    make_pair(&a, &b);
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = byte_at(1, i);
    assert_int_equal(a.send(a.ctx, (imap4_view){ block, sizeof block }, NULL), ROOM);
    assert_int_equal(a.send(a.ctx, IMAP4_V("x"), NULL), IMAP4_E_BUSY);
    assert_int_equal(imap4_transport_wait(&a, NULL, IMAP4_WANT_WRITE, imap4_now_ms() + 5),
                     0);
    assert_int_equal(b.send(b.ctx, IMAP4_V("y"), NULL), 1); /* the other is not full */
    assert_int_equal(b.recv(b.ctx, back, 100, NULL), 100);
    assert_int_equal(wait_for(&a, IMAP4_WANT_WRITE), IMAP4_WANT_WRITE);
    /* Around the end of the ring. */
    assert_int_equal(a.send(a.ctx, (imap4_view){ block, sizeof block }, NULL), 100);
    assert_int_equal(b.recv(b.ctx, back + 100, sizeof back - 100, NULL), ROOM - 99);
    assert_memory_equal(back, block, ROOM);
    assert_int_equal(back[ROOM], block[0]);
    assert_int_equal(b.recv(b.ctx, back, sizeof back, NULL), 99);
    assert_memory_equal(back, block + 1, 99);
    assert_int_equal(b.recv(b.ctx, back, sizeof back, NULL), IMAP4_E_BUSY);
    close_transport(&b);
    close_transport(&a);
}

static void a_closed_end_is_the_end_behind_what_was_sent(void **state)
{
    int             error = 0;
    imap4_transport a, b;
    make_pair(&a, &b);
    assert_sends(&a, "last words");
    close_transport(&a);
    assert_int_equal(b.send(b.ctx, IMAP4_V("x"), &error), IMAP4_E_IO);
    assert_int_equal(error, EPIPE);
    assert_int_equal(b.send(b.ctx, IMAP4_V("x"), NULL), IMAP4_E_IO);
    assert_receives(&b, "last words");
    assert_ends(&b);
    assert_ends(&b);
    close_transport(&b);
}

static void shutdown_ends_one_direction(void **state)
{
    int             error = 0;
    imap4_transport a, b;
    make_pair(&a, &b);
    assert_sends(&a, "bye");
    a.shutdown(a.ctx);
    assert_int_equal(a.send(a.ctx, IMAP4_V("x"), &error), IMAP4_E_IO);
    assert_int_equal(error, EPIPE);
    assert_receives(&b, "bye");
    assert_ends(&b);
    assert_sends(&b, "still here");
    assert_receives(&a, "still here");
    close_transport(&b);
    assert_ends(&a);
    close_transport(&a);
}

static void a_wait_tells_what_is_ready_or_ends_at_the_deadline(void **state)
{
    const unsigned  both = IMAP4_WANT_READ | IMAP4_WANT_WRITE;
    imap4_transport a, b;
    make_pair(&a, &b);
    const uint64_t start = imap4_now_ms();
    assert_int_equal(imap4_transport_wait(&a, NULL, IMAP4_WANT_READ, start + 30), 0);
    assert_in_range(imap4_now_ms(), start + 30, start + FAR);
    assert_int_equal(imap4_transport_wait(&a, NULL, 0, imap4_now_ms() + 5), 0);
    assert_int_equal(imap4_transport_wait(&a, NULL, IMAP4_WANT_READ, 0), 0);
    assert_int_equal(imap4_transport_wait(&a, NULL, both, UINT64_MAX), IMAP4_WANT_WRITE);
    assert_sends(&b, "x");
    assert_int_equal(imap4_transport_wait(&a, NULL, both, UINT64_MAX), both);
    assert_int_equal(imap4_transport_wait(&a, NULL, IMAP4_WANT_READ, 0), IMAP4_WANT_READ);
    assert_receives(&a, "x");
    close_transport(&b);
    assert_int_equal(imap4_transport_wait(&a, NULL, both, UINT64_MAX), both);
    close_transport(&a);
}

static void arguments_are_checked(void **state)
{
    imap4_transport a = IMAP4_TRANSPORT, b = IMAP4_TRANSPORT, none = { 0 };
    assert_int_equal(imap4_transport_pair(NULL, &b), IMAP4_E_ARG);
    assert_int_equal(imap4_transport_pair(&a, NULL), IMAP4_E_ARG);
    assert_int_equal(imap4_transport_pair(&a, &a), IMAP4_E_ARG);
    assert_int_equal(imap4_transport_pair(&a, &none), IMAP4_E_ARG);
    assert_null(a.recv);
}

/* ---- two threads ------------------------------------------------------------- */

enum {
    MUCH = 25 * 1000 * 1000, /* bytes each way */
};

/* One end: sends MUCH and receives MUCH at the same time, and sees the end. */
typedef struct mover {
    imap4_transport t;
    uint32_t        sends;    /* seed */
    uint32_t        receives; /* seed */
    size_t          sent, received;
    size_t          wrong;
    int             failed;
    bool            is_ended;
} mover;

static bool send_some(mover *m)
{
    char         chunk[4096];
    const size_t left = MUCH - m->sent;
    /* Lengths that wander: never the same place in the ring. */
    size_t       len  = 1 + m->sent * 31 % sizeof chunk;
    if (left == 0)
        return false;
    len = len < left ? len : left;
    for (size_t i = 0; i < len; i++)
        chunk[i] = byte_at(m->sends, m->sent + i);
    const ptrdiff_t n = m->t.send(m->t.ctx, (imap4_view){ chunk, len }, NULL);
    if (n < 0 && n != IMAP4_E_BUSY)
        m->failed = (int)n;
    if (n <= 0)
        return false;
    m->sent += (size_t)n;
    if (m->sent == MUCH)
        m->t.shutdown(m->t.ctx);
    return true;
}

static bool receive_some(mover *m)
{
    char            chunk[5000];
    const ptrdiff_t n = m->t.recv(m->t.ctx, chunk, sizeof chunk, NULL);
    if (n == 0)
        m->is_ended = true;
    if (n < 0 && n != IMAP4_E_BUSY)
        m->failed = (int)n;
    for (ptrdiff_t i = 0; i < n; i++)
        m->wrong += chunk[i] != byte_at(m->receives, m->received + (size_t)i);
    m->received += n > 0 ? (size_t)n : 0;
    return n > 0;
}

static void *move(void *arg)
{
    mover *m = arg;
    while (m->failed == 0 && (m->sent < MUCH || !m->is_ended)) {
        const bool     has_sent     = send_some(m);
        const bool     has_received = !m->is_ended && receive_some(m);
        const unsigned want         = (m->sent < MUCH ? (unsigned)IMAP4_WANT_WRITE : 0) |
                              (m->is_ended ? 0 : (unsigned)IMAP4_WANT_READ);
        if (!has_sent && !has_received && want != 0 && wait_for(&m->t, want) <= 0)
            m->failed = IMAP4_E_TIMEOUT;
    }
    m->t.close(m->t.ctx);
    return NULL;
}

static void two_threads_move_50_mb_unchanged(void **state)
{
    pthread_t other;
    mover     here  = { .t = IMAP4_TRANSPORT, .sends = 1, .receives = 2 };
    mover     there = { .t = IMAP4_TRANSPORT, .sends = 2, .receives = 1 };
    assert_int_equal(imap4_transport_pair(&here.t, &there.t), IMAP4_OK);
    assert_int_equal(pthread_create(&other, NULL, move, &there), 0);
    (void)move(&here);
    assert_int_equal(pthread_join(other, NULL), 0);
    const mover *both[] = { &here, &there };
    for (int i = 0; i < 2; i++) {
        assert_int_equal(both[i]->failed, 0);
        assert_int_equal(both[i]->sent, MUCH);
        assert_int_equal(both[i]->received, MUCH);
        assert_int_equal(both[i]->wrong, 0);
    }
}

static void *close_later(void *arg)
{
    (void)usleep(20 * 1000);
    close_transport(arg);
    return NULL;
}

static void an_end_that_is_closed_ends_the_wait_of_the_other(void **state)
{
    static char     block[ROOM];
    pthread_t       other;
    imap4_transport a, b;
    make_pair(&a, &b);
    assert_int_equal(pthread_create(&other, NULL, close_later, &b), 0);
    assert_int_equal(wait_for(&a, IMAP4_WANT_READ), IMAP4_WANT_READ);
    assert_ends(&a);
    assert_int_equal(pthread_join(other, NULL), 0);
    close_transport(&a);

    make_pair(&a, &b);
    assert_true(send_all(&a, block, sizeof block)); /* full */
    assert_int_equal(pthread_create(&other, NULL, close_later, &b), 0);
    assert_int_equal(wait_for(&a, IMAP4_WANT_WRITE), IMAP4_WANT_WRITE);
    assert_int_equal(a.send(a.ctx, IMAP4_V("x"), NULL), IMAP4_E_IO);
    assert_int_equal(pthread_join(other, NULL), 0);
    close_transport(&a);
}

static void *receive_later(void *arg)
{
    char                   byte;
    const imap4_transport *t = arg;
    (void)usleep(20 * 1000);
    return t->recv(t->ctx, &byte, 1, NULL) == 1 ? arg : NULL;
}

static void *send_later(void *arg)
{
    const imap4_transport *t = arg;
    (void)usleep(20 * 1000);
    return t->send(t->ctx, IMAP4_V("x"), NULL) == 1 ? arg : NULL;
}

static void bytes_and_room_end_the_wait_of_the_other_at_once(void **state)
{
    static char     block[ROOM];
    pthread_t       other;
    void           *done = NULL;
    imap4_transport a, b;
    make_pair(&a, &b);
    assert_int_equal(pthread_create(&other, NULL, send_later, &b), 0);
    const uint64_t start = imap4_now_ms();
    assert_int_equal(wait_for(&a, IMAP4_WANT_READ), IMAP4_WANT_READ);
    assert_int_equal(pthread_join(other, &done), 0);
    assert_ptr_equal(done, &b);
    assert_true(send_all(&a, block, sizeof block)); /* full */
    assert_int_equal(pthread_create(&other, NULL, receive_later, &b), 0);
    assert_int_equal(wait_for(&a, IMAP4_WANT_WRITE), IMAP4_WANT_WRITE);
    assert_int_equal(pthread_join(other, &done), 0);
    assert_ptr_equal(done, &b);
    assert_true(imap4_now_ms() < start + FAR / 2);
    close_transport(&a);
    close_transport(&b);
}

/* Who is last frees, whoever that is. */
static void *close_now(void *arg)
{
    close_transport(arg);
    return NULL;
}

static void both_ends_can_be_closed_at_once(void **state)
{
    for (int i = 0; i < 500; i++) {
        pthread_t       other;
        imap4_transport a, b;
        make_pair(&a, &b);
        assert_int_equal(pthread_create(&other, NULL, close_now, &b), 0);
        for (volatile int spin = 0; spin < i * 37 % 5000; spin++)
            ;
        close_transport(&a);
        assert_int_equal(pthread_join(other, NULL), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_can_use_both_ends),
        cmocka_unit_test(a_direction_holds_64_kib),
        cmocka_unit_test(a_closed_end_is_the_end_behind_what_was_sent),
        cmocka_unit_test(shutdown_ends_one_direction),
        cmocka_unit_test(a_wait_tells_what_is_ready_or_ends_at_the_deadline),
        cmocka_unit_test(arguments_are_checked),
        cmocka_unit_test(two_threads_move_50_mb_unchanged),
        cmocka_unit_test(an_end_that_is_closed_ends_the_wait_of_the_other),
        cmocka_unit_test(bytes_and_room_end_the_wait_of_the_other_at_once),
        cmocka_unit_test(both_ends_can_be_closed_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
