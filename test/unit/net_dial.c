/* SPDX-License-Identifier: MIT */
/* test/unit/net_dial.c - connecting: refusals, several addresses, deadlines. */
#include "imap4/net.h"

#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* Listens on 127.0.0.1; backlog -1: only keeps the port, so that it refuses. */
static int listener(int backlog, uint16_t *port)
{
    struct sockaddr_in address = { .sin_family      = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t          len     = sizeof address;
    const int          fd      = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
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

static void assert_connects(const char *host, uint16_t port)
{
    imap4_dial *dial = NULL;
    assert_int_equal(imap4_dial_new(host, port, &dial), IMAP4_OK);
    const intptr_t fd = imap4_dial_wait(dial, imap4_now_ms() + 10000);
    if (fd < 0)
        fail_msg("%.*s", IMAP4_ARG(imap4_dial_error(dial)->text));
    assert_int_equal(imap4_dial_take(dial), -1); /* it was taken */
    imap4_dial_free(&dial);
    assert_null(dial);
    assert_int_equal(imap4_sock_send(fd, IMAP4_V("x"), NULL), 1); /* it is ours */
    imap4_sock_close(fd);
}

static void a_server_that_listens_is_reached(void **state)
{
    uint16_t  port;
    const int fd = listener(5, &port);
    assert_connects("127.0.0.1", port);
    (void)close(fd);
}

static void a_dead_address_does_not_hide_one_that_answers(void **state)
{
    uint16_t  port; /* "localhost" is ::1 too, where nobody listens */
    const int fd = listener(5, &port);
    assert_connects("localhost", port);
    (void)close(fd);
}

static void a_refusal_names_host_and_port(void **state)
{
    uint16_t    port;
    char        word[16];
    imap4_dial *dial = NULL;
    const int   fd   = listener(-1, &port);
    (void)snprintf(word, sizeof word, "%u", port);
    assert_int_equal(imap4_dial_new("127.0.0.1", port, &dial), IMAP4_OK);
    assert_int_equal(imap4_dial_wait(dial, imap4_now_ms() + 10000), IMAP4_E_IO);
    const imap4_error *error = imap4_dial_error(dial);
    assert_int_equal(error->code, IMAP4_E_IO);
    assert_int_equal(error->os_errno, ECONNREFUSED);
    assert_true(holds(error->text, "127.0.0.1") && holds(error->text, word));
    /* It stays so. */
    assert_int_equal(imap4_dial_step(dial, imap4_now_ms(), NULL), IMAP4_E_IO);
    assert_int_equal(imap4_dial_sockets(dial, NULL, 0), 0);
    assert_int_equal(imap4_dial_take(dial), -1);
    imap4_dial_free(&dial);
    (void)close(fd);
}

static void an_unknown_host_is_named(void **state)
{
    imap4_dial *dial = NULL;
    /* RFC 6761: .invalid never exists. */
    assert_int_equal(imap4_dial_new("no-such-host.invalid", 993, &dial), IMAP4_E_IO);
    assert_non_null(dial);
    assert_int_equal(imap4_dial_error(dial)->code, IMAP4_E_IO);
    assert_true(holds(imap4_dial_error(dial)->text, "no-such-host.invalid"));
    assert_int_equal(imap4_dial_step(dial, imap4_now_ms(), NULL), IMAP4_E_IO);
    imap4_dial_free(&dial);
}

/* Fills the queue of a listener that nobody accepts from: then Linux drops what comes. */
static void nobody_answers_until_the_deadline(void **state)
{
    enum {
        FILL = 4
    };
    uint16_t           port;
    int                waiting[FILL];
    imap4_dial        *dial    = NULL;
    const int          fd      = listener(0, &port);
    struct sockaddr_in address = { .sin_family      = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                   .sin_port        = htons(port) };
    for (int i = 0; i < FILL; i++) {
        waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)connect(waiting[i], (struct sockaddr *)&address, sizeof address);
    }
    (void)usleep(20 * 1000);
    assert_int_equal(imap4_dial_new("127.0.0.1", port, &dial), IMAP4_OK);
    const uint64_t start = imap4_now_ms();
    assert_int_equal(imap4_dial_wait(dial, start + 50), IMAP4_E_TIMEOUT);
    assert_in_range(imap4_now_ms(), start + 50, start + 20000);
    assert_int_equal(imap4_dial_error(dial)->code, IMAP4_E_TIMEOUT);
    imap4_dial_free(&dial);
    for (int i = 0; i < FILL; i++)
        imap4_sock_close(waiting[i]);
    (void)close(fd);
}

static void a_loop_of_ones_own_can_connect(void **state)
{
    uint16_t    port;
    intptr_t    fds[16];
    imap4_dial *dial = NULL;
    const int   fd   = listener(5, &port);
    int         rc   = 0;
    assert_int_equal(imap4_dial_new("localhost", port, &dial), IMAP4_OK);
    for (int i = 0; i < 100 && rc == 0; i++) {
        uint64_t again = 0;
        rc             = imap4_dial_step(dial, imap4_now_ms(), &again);
        const size_t n = imap4_dial_sockets(dial, fds, 16);
        if (rc == 0) {
            assert_in_range(n, 1, 16);
            assert_true(imap4_sock_wait(fds[0], 2, imap4_now_ms() + 1000) >= 0);
        }
    }
    assert_int_equal(rc, 1);
    const intptr_t got = imap4_dial_take(dial);
    assert_true(got >= 0);
    imap4_sock_close(got);
    imap4_dial_free(&dial);
    (void)close(fd);
}

static void a_dial_that_is_not_taken_closes_its_socket(void **state)
{
    uint16_t    port;
    imap4_dial *dial = NULL;
    char        byte;
    const int   fd = listener(5, &port);
    assert_int_equal(imap4_dial_new("127.0.0.1", port, &dial), IMAP4_OK);
    while (imap4_dial_step(dial, imap4_now_ms(), NULL) == 0)
        (void)usleep(1000);
    imap4_dial_free(&dial);
    const int peer = accept(fd, NULL, NULL);
    assert_int_equal(recv(peer, &byte, 1, 0), 0);
    (void)close(peer);
    (void)close(fd);
}

static void arguments_are_checked(void **state)
{
    imap4_dial *dial = NULL;
    char        name[300];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(imap4_dial_new("", 993, &dial), IMAP4_E_ARG);
    assert_int_equal(imap4_dial_new(NULL, 993, &dial), IMAP4_E_ARG);
    assert_int_equal(imap4_dial_new("localhost", 0, &dial), IMAP4_E_ARG);
    assert_int_equal(imap4_dial_new(name, 993, &dial), IMAP4_E_ARG);
    assert_null(dial);
    imap4_dial_free(&dial);
    imap4_dial_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_that_listens_is_reached),
        cmocka_unit_test(a_dead_address_does_not_hide_one_that_answers),
        cmocka_unit_test(a_refusal_names_host_and_port),
        cmocka_unit_test(an_unknown_host_is_named),
        cmocka_unit_test(nobody_answers_until_the_deadline),
        cmocka_unit_test(a_loop_of_ones_own_can_connect),
        cmocka_unit_test(a_dial_that_is_not_taken_closes_its_socket),
        cmocka_unit_test(arguments_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
