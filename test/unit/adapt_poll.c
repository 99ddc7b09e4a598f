/* SPDX-License-Identifier: MIT */
/* adapt_poll.c - the driver of adapt/poll.h against servers on loopback, good and bad. */
#include "server_help.h"

#include <errno.h>
#include <imap4/adapt/poll.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>

/* ---- in clear --------------------------------------------------------------------- */

static imap4_poll           p;
static const imap4_event   *ev;
static imap4_engine_options plain_tags; /* tags are A1, A2, ... */

static int events_until_done(void)
{
    int rc = 0;
    while ((rc = imap4_poll_next(&p, UINT64_MAX, &ev)) == 1)
        if (ev->type == IMAP4_EV_DONE)
            return 1;
    return rc;
}

static void a_session_from_hello_to_bye(void **state)
{
    server s = { .talk = talk_politely };
    server_start(&s, "imap+insecure://");
    assert_int_equal(imap4_poll_open(&p, s.url, &plain_tags, NULL), IMAP4_OK);
    assert_int_equal(imap4_cmd_noop(p.engine, NULL, NULL), IMAP4_OK);
    assert_int_equal(imap4_cmd_logout(p.engine, NULL, NULL), IMAP4_OK);
    assert_int_equal(imap4_poll_next(&p, UINT64_MAX, &ev), 1);
    assert_int_equal(ev->type, IMAP4_EV_GREETING);
    assert_int_equal(imap4_poll_next(&p, UINT64_MAX, &ev), 1);
    assert_int_equal(ev->type, IMAP4_EV_EXISTS);
    assert_int_equal(events_until_done(), 1);
    assert_int_equal(events_until_done(), 1);
    assert_int_equal(imap4_poll_next(&p, UINT64_MAX, &ev), 0);
    assert_int_equal(imap4_poll_next(&p, UINT64_MAX, &ev), 0);
    imap4_poll_close(&p);
    imap4_poll_close(&p);
    server_join(&s);
}

static void talk_late(server *s)
{
    say(s, GREETING);
    (void)hear(s, "A1 NOOP\r\n");
    say(s, "A1 OK done\r\n");
    hear_out(s);
}

static void a_deadline_of_the_caller_loses_nothing(void **state)
{
    server s = { .talk = talk_late };
    server_start(&s, "imap+insecure://");
    assert_int_equal(imap4_poll_open(&p, s.url, &plain_tags, NULL), IMAP4_OK);
    assert_int_equal(imap4_poll_next(&p, UINT64_MAX, &ev), 1);
    const uint64_t start = imap4_now_ms();
    assert_int_equal(imap4_poll_next(&p, start + 60, &ev), IMAP4_E_BUSY);
    assert_true(imap4_now_ms() >= start + 60);
    assert_null(ev);
    assert_int_equal(imap4_cmd_noop(p.engine, NULL, NULL), IMAP4_OK);
    assert_int_equal(events_until_done(), 1);
    imap4_poll_close(&p);
    server_join(&s);
}

static void on_alarm(int number)
{
    (void)number;
}

static void a_signal_ends_a_wait(void **state)
{
    struct sigaction action = { .sa_handler = on_alarm }, before;
    struct itimerval timer = { .it_value.tv_usec = 50 * 1000 }, none = { 0 };
    server           s = { .talk = talk_late };
    server_start(&s, "imap+insecure://");
    assert_int_equal(imap4_poll_open(&p, s.url, &plain_tags, NULL), IMAP4_OK);
    assert_int_equal(imap4_poll_next(&p, UINT64_MAX, &ev), 1);
    assert_int_equal(pthread_kill(s.thread, 0), 0);
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    /* The signal goes to any thread that does not block it: until it meets this one. */
    timer.it_interval = timer.it_value;
    assert_int_equal(setitimer(ITIMER_REAL, &timer, NULL), 0);
    assert_int_equal(imap4_poll_next(&p, imap4_now_ms() + 10000, &ev),
                     IMAP4_E_INTERRUPTED);
    assert_int_equal(setitimer(ITIMER_REAL, &none, NULL), 0);
    assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
    imap4_poll_close(&p);
    server_join(&s);
}

static void talk_rudely(server *s)
{
    const struct linger reset = { .l_onoff = 1 };
    say(s, GREETING);
    (void)hear(s, "A1 NOOP\r\n");
    (void)!read(s->go[0], &(char){ 0 }, 1);
    say(s, "* BYE too many commands\r\n");
    (void)setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

/* No SIGPIPE, and not "Broken pipe" either. */
static void the_last_words_of_a_server_are_heard(void **state)
{
    unsigned want  = 0;
    uint64_t until = 0;
    server   s     = { .talk = talk_rudely };
    assert_int_equal(pipe(s.go), 0);
    server_start(&s, "imap+insecure://");
    assert_int_equal(imap4_poll_open(&p, s.url, &plain_tags, NULL), IMAP4_OK);
    assert_int_equal(imap4_poll_next(&p, UINT64_MAX, &ev), 1);
    assert_int_equal(imap4_cmd_noop(p.engine, NULL, NULL), IMAP4_OK);
    assert_int_equal(imap4_poll_next(&p, 0, &ev), IMAP4_E_BUSY); /* it went out */
    assert_int_equal(write(s.go[1], "", 1), 1);
    server_join(&s); /* he has gone away */
    assert_int_equal(imap4_sock_send(p.fd, IMAP4_V("x"), NULL), IMAP4_E_IO);
    assert_int_equal(imap4_cmd_noop(p.engine, NULL, NULL), IMAP4_OK);
    assert_int_equal(imap4_poll_step(&p, &want, &until), 1);
    assert_int_equal(events_until_done(), 1);
    assert_int_equal(ev->result, IMAP4_R_LOST);
    assert_int_equal(events_until_done(), 1);
    assert_int_equal(imap4_poll_next(&p, UINT64_MAX, &ev), IMAP4_E_BYE);
    assert_int_equal(imap4_poll_error(&p)->code, IMAP4_E_BYE);
    imap4_poll_close(&p);
    (void)close(s.go[0]);
    (void)close(s.go[1]);
}

static void what_cannot_be_opened_says_why(void **state)
{
    static const struct {
        const char *url;
        int         rc;
        const char *text;
    } rows[] = {
        { "imaps://joe:secret@127.0.0.1", IMAP4_E_ARG, "password" },
        { "http://127.0.0.1", IMAP4_E_ARG, "imaps://" },
        { "imaps://127.0.0.1:1", IMAP4_E_IO, "cannot connect to 127.0.0.1" },
    };
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(imap4_poll_open(&p, rows[i].url, NULL, NULL), rows[i].rc);
        const imap4_view text = imap4_poll_error(&p)->text;
        assert_non_null(memmem(text.ptr, text.len, rows[i].text, strlen(rows[i].text)));
        imap4_poll_close(&p);
    }
}

/* ---- TLS -------------------------------------------------------------------------- */

static void a_silent_server_is_not_waited_for(void **state)
{
    server s = { .talk = hear_out };
    server_start(&s, "imaps://");
    assert_int_equal(imap4_poll_open(&p, s.url, NULL, NULL), IMAP4_OK);
    assert_true(p.deadline_ms > imap4_now_ms() + 25000);
    p.deadline_ms = imap4_now_ms() + 60; /* a test waits no 30 seconds */
    assert_int_equal(imap4_poll_next(&p, UINT64_MAX, &ev), IMAP4_E_TIMEOUT);
    assert_string_equal(imap4_poll_error(&p)->text.ptr,
                        "the TLS handshake took too long");
    imap4_poll_close(&p);
    server_join(&s);
}

static void a_refused_command_is_explained(void **state)
{
    server s = { .talk = hear_out };
    server_start(&s, "imap+insecure://");
    assert_int_equal(imap4_poll_open(&p, s.url, NULL, NULL), IMAP4_OK);
    assert_int_equal(imap4_cmd_select(p.engine, IMAP4_V("INBOX"), NULL, NULL, NULL),
                     IMAP4_E_STATE);
    assert_int_equal(imap4_poll_error(&p)->code, IMAP4_E_STATE);
    assert_int_equal(imap4_cmd_login(p.engine, IMAP4_V("a\0b"), IMAP4_V("x"), NULL, NULL),
                     IMAP4_E_ARG);
    assert_int_equal(imap4_poll_error(&p)->code, IMAP4_E_ARG);
    assert_int_equal(imap4_cmd_noop(p.engine, NULL, NULL), IMAP4_OK);
    assert_int_equal(imap4_poll_error(&p)->code, IMAP4_OK);
    imap4_poll_close(&p);
    server_join(&s);
}

static void talk_goodbye(server *s)
{
    say(s, "* BYE too many of you\r\n");
    hear_out(s);
}

/* STARTTLS was not refused: it was never asked for. */
static void a_bye_before_starttls_is_a_bye(void **state)
{
    server s = { .talk = talk_goodbye };
    server_start(&s, "imap://");
    assert_int_equal(imap4_poll_open(&p, s.url, NULL, NULL), IMAP4_E_BYE);
    assert_int_equal(imap4_poll_error(&p)->code, IMAP4_E_BYE);
    imap4_poll_close(&p);
    server_join(&s);
}

static void it_reads_while_it_writes(void **state)
{
    const imap4_tls_options tls    = { .size = sizeof tls, .ca_file = ca_file };
    server                  s      = { .talk = talk_much };
    imap4_cmd               append = 0;
    size_t                  count  = 0;
    char                   *body   = malloc(MUCH);
    int                     rc     = 0;
    assert_non_null(body);
    memset(body, 'x', MUCH);
    server_start(&s, "imaps://");
    assert_int_equal(imap4_poll_open(&p, s.url, &plain_tags, &tls), IMAP4_OK);
    while ((rc = imap4_poll_next(&p, imap4_now_ms() + 20000, &ev)) == 1) {
        if (ev->type == IMAP4_EV_GREETING) {
            assert_int_equal(
                imap4_cmd_append(p.engine, IMAP4_V("X"), MUCH, NULL, NULL, &append), 0);
            assert_int_equal(
                imap4_cmd_write(p.engine, append, (imap4_view){ body, MUCH }), 0);
        }
        count += ev->type == IMAP4_EV_EXISTS;
        if (ev->type == IMAP4_EV_DONE) {
            assert_int_equal(ev->result, IMAP4_R_OK);
            break;
        }
    }
    assert_int_equal(rc, 1);
    assert_int_equal(count, MUCH / 16);
    imap4_poll_close(&p);
    server_join(&s);
    free(body);
}

/* ---- STARTTLS --------------------------------------------------------------------- */

static void starttls_comes_before_all_else(void **state)
{
    const imap4_tls_options tls = { .size = sizeof tls, .ca_file = ca_file };
    server                  s   = { .talk = talk_starttls };
    server_start(&s, "imap://");
    assert_int_equal(imap4_poll_open(&p, s.url, &plain_tags, &tls), IMAP4_OK);
    assert_int_equal(
        imap4_cmd_login(p.engine, IMAP4_V("joe"), IMAP4_V("pass"), NULL, NULL), IMAP4_OK);
    assert_int_equal(events_until_done(), 1);
    assert_int_equal(ev->result, IMAP4_R_OK);
    imap4_poll_close(&p);
    server_join(&s);
    assert_string_equal(s.heard, "A3 LOGIN joe \"pass\"\r\n");
}

/* After any of these no secret and no name of a mailbox may ever leave. */
static void starttls_that_is_tampered_with_ends_the_session(void **state)
{
    for (const tampering *row = tamperings; row->script != NULL; row++) {
        server s = { .talk = talk_script, .script = row->script };
        server_start(&s, "imap://");
        const int rc = imap4_poll_open(&p, s.url, &plain_tags, NULL);
        if (rc == IMAP4_OK || imap4_poll_error(&p)->code != rc)
            fail_msg("%s: %d, error %d", row->script, rc, imap4_poll_error(&p)->code);
        if (rc != row->rc)
            fail_msg("%s: %d, not %d", row->script, rc, row->rc);
        /* Even who does not look sends nothing more. */
        (void)!imap4_cmd_list(p.engine, IMAP4_V(""), IMAP4_V("secret"), NULL, NULL, NULL);
        for (int more = 0; more < 5; more++)
            (void)!imap4_poll_next(&p, 0, &ev);
        imap4_poll_close(&p);
        server_join(&s);
        if (s.heard_len != 0 && strcmp(s.heard, "A1 STARTTLS\r\n") != 0 &&
            strcmp(s.heard, "A1 CAPABILITY\r\n") != 0)
            fail_msg("%s: the client said %s", row->script, s.heard);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_from_hello_to_bye),
        cmocka_unit_test(a_deadline_of_the_caller_loses_nothing),
        cmocka_unit_test(a_signal_ends_a_wait),
        cmocka_unit_test(the_last_words_of_a_server_are_heard),
        cmocka_unit_test(what_cannot_be_opened_says_why),
        cmocka_unit_test(a_silent_server_is_not_waited_for),
        cmocka_unit_test(a_refused_command_is_explained),
        cmocka_unit_test(a_bye_before_starttls_is_a_bye),
        cmocka_unit_test(it_reads_while_it_writes),
        cmocka_unit_test(starttls_comes_before_all_else),
        cmocka_unit_test(starttls_that_is_tampered_with_ends_the_session),
    };
    plain_tags            = IMAP4_ENGINE_OPTIONS;
    plain_tags.tag_prefix = "A";
    return cmocka_run_group_tests_name("adapt_poll", tests, make_authorities,
                                       free_authorities);
}
