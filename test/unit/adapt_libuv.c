/* SPDX-License-Identifier: MIT */
/* adapt_libuv.c - the driver of adapt/libuv.h against servers on loopback, good and bad. */
#include "server_help.h"

#include <imap4/adapt/libuv.h>
#include <signal.h>

/* ---- a client that notes what it is told -------------------------------------------- */

typedef struct client {
    imap4_uv u;
    char     told[1024]; /* names of events; of DONE with its result */
    int      rc;         /* what ended the session */
    int      error;      /* imap4_poll_error() then */
    int      close_at;   /* close inside of `on_ready` when an event of this type comes */
    size_t   count;      /* EXISTS */
    const char *body;    /* APPENDed at the greeting, ... */
    size_t      given;   /* ... piece by piece */
    imap4_cmd   append;
    int         is_lazy; /* takes nothing by itself */
    int         ready, is_closed;
} client;

static uv_loop_t            loop;
static imap4_engine_options plain_tags; /* tags are A1, A2, ... */
static imap4_tls_options    trust;

static void on_closed(imap4_uv *u)
{
    client *c    = u->data;
    c->is_closed = 1;
}

static void note(client *c, const imap4_event *ev)
{
    char word[64];
    (void)snprintf(word, sizeof word, ev->type == IMAP4_EV_DONE ? "%s%d " : "%s ",
                   imap4_event_name(ev->type), ev->result);
    if (ev->type == IMAP4_EV_EXISTS)
        c->count++;
    else if (strlen(c->told) + strlen(word) < sizeof c->told)
        (void)strcat(c->told, word);
    if (ev->type == IMAP4_EV_GREETING && c->body != NULL)
        assert_int_equal(
            imap4_cmd_append(c->u.p.engine, IMAP4_V("X"), MUCH, NULL, NULL, &c->append),
            IMAP4_OK);
}

static void give_more(client *c)
{
    const size_t left = MUCH - c->given, len = left < 100000 ? left : 100000;
    if (c->append == 0 || len == 0 || imap4_cmd_pending(c->u.p.engine, c->append) != 0)
        return;
    assert_int_equal(imap4_cmd_write(c->u.p.engine, c->append,
                                     (imap4_view){ c->body + c->given, len }),
                     IMAP4_OK);
    c->given += len;
}

static void take_all(client *c)
{
    const imap4_event *ev = NULL;
    int                rc = 0;
    while ((rc = imap4_uv_next(&c->u, &ev)) == 1) {
        note(c, ev);
        if (ev->type == c->close_at) {
            imap4_uv_close(&c->u, on_closed);
            return;
        }
    }
    if (rc == IMAP4_E_BUSY) {
        give_more(c);
        return;
    }
    c->rc    = rc;
    c->error = imap4_poll_error(&c->u.p)->code;
    imap4_uv_close(&c->u, on_closed);
}

static void on_ready(imap4_uv *u)
{
    client *c = u->data;
    c->ready++;
    if (c->is_lazy)
        uv_stop(&loop); /* the test takes them */
    else
        take_all(c);
}

static int open_client(client *c, const char *url)
{
    assert_int_equal(uv_loop_init(&loop), 0);
    c->rc        = 99;
    const int rc = imap4_uv_open(&c->u, &loop, url, &plain_tags, &trust, on_ready);
    c->u.data    = c;
    return rc;
}

/* Until the client has closed itself; nothing of it is left in the loop. */
static void run(client *c)
{
    assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(c->is_closed, 1);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void close_and_run(client *c)
{
    imap4_uv_close(&c->u, on_closed);
    imap4_uv_close(&c->u, on_closed);
    run(c);
}

/* ---- sessions ------------------------------------------------------------------------ */

static void a_session_from_hello_to_bye(void **state)
{
    server s = { .talk = talk_politely };
    client c = { 0 };
    server_start(&s, "imap+insecure://");
    assert_int_equal(open_client(&c, s.url), IMAP4_OK);
    assert_int_equal(imap4_cmd_noop(c.u.p.engine, NULL, NULL), IMAP4_OK);
    assert_int_equal(imap4_cmd_logout(c.u.p.engine, NULL, NULL), IMAP4_OK);
    run(&c);
    server_join(&s);
    assert_int_equal(c.rc, 0);
    assert_int_equal(c.count, 1);
    assert_string_equal(c.told, "GREETING DONE1 TEXT DONE1 ");
}

static void talk_slowly(server *s)
{
    say(s, GREETING);
    (void)!read(s->go[0], &(char){ 0 }, 1);
    say(s, "* 1 EXISTS\r\n* 2 EXISTS\r\n");
    hear_out(s);
}

static void nothing_is_received_while_events_wait(void **state)
{
    server             s  = { .talk = talk_slowly };
    client             c  = { .is_lazy = 1 };
    const imap4_event *ev = NULL;
    assert_int_equal(pipe(s.go), 0);
    server_start(&s, "imap+insecure://");
    assert_int_equal(open_client(&c, s.url), IMAP4_OK);
    while (c.ready == 0)
        (void)uv_run(&loop, UV_RUN_ONCE);
    assert_int_equal(write(s.go[1], "", 1), 1);
    for (int i = 0; i < 20; i++) {
        (void)uv_run(&loop, UV_RUN_NOWAIT);
        (void)usleep(1000);
    }
    assert_int_equal(c.ready, 1);
    assert_int_equal(imap4_uv_next(&c.u, &ev), 1);
    assert_int_equal(ev->type, IMAP4_EV_GREETING);
    assert_int_equal(imap4_uv_next(&c.u, &ev), IMAP4_E_BUSY);
    imap4_uv_wake(&c.u);
    while (c.ready == 1)
        (void)uv_run(&loop, UV_RUN_ONCE);
    assert_int_equal(imap4_uv_next(&c.u, &ev), 1);
    assert_int_equal(ev->type, IMAP4_EV_EXISTS);
    close_and_run(&c);
    server_join(&s);
    (void)close(s.go[0]);
    (void)close(s.go[1]);
}

static void queue_late(uv_timer_t *timer)
{
    client *c = timer->data;
    assert_int_equal(imap4_cmd_noop(c->u.p.engine, NULL, NULL), IMAP4_OK);
    assert_int_equal(imap4_cmd_logout(c->u.p.engine, NULL, NULL), IMAP4_OK);
    imap4_uv_wake(&c->u);
    uv_close((uv_handle_t *)timer, NULL);
}

static void commands_can_be_queued_from_elsewhere(void **state)
{
    server     s = { .talk = talk_politely };
    client     c = { 0 };
    uv_timer_t timer;
    server_start(&s, "imap+insecure://");
    assert_int_equal(open_client(&c, s.url), IMAP4_OK);
    assert_int_equal(uv_timer_init(&loop, &timer), 0);
    timer.data = &c;
    assert_int_equal(uv_timer_start(&timer, queue_late, 60, 0), 0);
    run(&c);
    server_join(&s);
    assert_int_equal(c.rc, 0);
    assert_string_equal(c.told, "GREETING DONE1 TEXT DONE1 ");
}

static void talk_rudely(server *s)
{
    const struct linger reset = { .l_onoff = 1 };
    say(s, GREETING);
    (void)hear(s, "A1 NOOP\r\n");
    say(s, "* BYE too many commands\r\n");
    (void)usleep(50 * 1000); /* else the reset would overtake it */
    (void)setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

static void the_last_words_of_a_server_are_heard(void **state)
{
    server s = { .talk = talk_rudely };
    client c = { 0 };
    server_start(&s, "imap+insecure://");
    assert_int_equal(open_client(&c, s.url), IMAP4_OK);
    assert_int_equal(imap4_cmd_noop(c.u.p.engine, NULL, NULL), IMAP4_OK);
    run(&c);
    server_join(&s);
    assert_string_equal(c.told, "GREETING TEXT DONE5 ");
    assert_int_equal(c.rc, IMAP4_E_BYE);
    assert_int_equal(c.error, IMAP4_E_BYE);
}

static void the_engines_deadlines_are_kept(void **state)
{
    server s = { .talk = talk_slowly };
    client c = { 0 };
    assert_int_equal(pipe(s.go), 0);
    server_start(&s, "imap+insecure://");
    plain_tags.command_timeout_ms = 60;
    assert_int_equal(open_client(&c, s.url), IMAP4_OK);
    plain_tags.command_timeout_ms = 0;
    assert_int_equal(imap4_cmd_noop(c.u.p.engine, NULL, NULL), IMAP4_OK);
    run(&c);
    assert_int_equal(write(s.go[1], "", 1), 1);
    server_join(&s);
    assert_string_equal(c.told, "GREETING DONE5 ");
    assert_int_equal(c.rc, IMAP4_E_TIMEOUT);
    (void)close(s.go[0]);
    (void)close(s.go[1]);
}

static void it_reads_while_it_writes(void **state)
{
    server s    = { .talk = talk_much };
    char  *body = malloc(MUCH);
    client c    = { .body = body, .close_at = IMAP4_EV_DONE };
    assert_non_null(body);
    memset(body, 'x', MUCH);
    server_start(&s, "imaps://");
    assert_int_equal(open_client(&c, s.url), IMAP4_OK);
    run(&c);
    server_join(&s);
    assert_string_equal(c.told, "GREETING DONE1 ");
    assert_int_equal(c.count, MUCH / 16);
    free(body);
}

/* ---- no connection ------------------------------------------------------------------- */

static void what_cannot_be_opened_says_why(void **state)
{
    client c = { 0 };
    assert_int_equal(open_client(&c, "imaps://joe:secret@127.0.0.1"), IMAP4_E_ARG);
    const imap4_view text = imap4_poll_error(&c.u.p)->text;
    assert_non_null(memmem(text.ptr, text.len, "password", 8));
    close_and_run(&c);
}

static void a_refused_connection_ends_what_was_queued(void **state)
{
    static const char *const urls[] = { "imaps://127.0.0.1:1", "imaps://name.invalid" };
    for (size_t i = 0; i < 2; i++) {
        client c = { 0 };
        assert_int_equal(open_client(&c, urls[i]), IMAP4_OK);
        assert_int_equal(imap4_cmd_noop(c.u.p.engine, NULL, NULL), IMAP4_OK);
        run(&c);
        assert_string_equal(c.told, "DONE4 ");
        assert_int_equal(c.rc, IMAP4_E_IO);
        assert_int_equal(c.error, IMAP4_E_IO);
    }
}

static void it_can_be_closed_at_any_time(void **state)
{
    /* At once, after the look-up, while connecting, in the handshake, ... */
    for (int turns = 0; turns < 12; turns++) {
        server s = { .talk = hear_out };
        client c = { 0 };
        server_start(&s, turns % 2 != 0 ? "imaps://" : "imap://");
        assert_int_equal(open_client(&c, s.url), IMAP4_OK);
        for (int i = 0; i < turns; i++)
            (void)uv_run(&loop, i < 4 ? UV_RUN_ONCE : UV_RUN_NOWAIT);
        const int is_connected = c.u.p.fd >= 0;
        close_and_run(&c);
        assert_string_equal(c.told, "");
        if (!is_connected) /* the server waits for somebody */
            (void)shutdown(s.listener, SHUT_RDWR);
        server_join(&s);
    }
}

static void it_can_be_closed_inside_a_callback(void **state)
{
    server s = { .talk = talk_politely };
    client c = { .close_at = IMAP4_EV_GREETING };
    server_start(&s, "imap+insecure://");
    assert_int_equal(open_client(&c, s.url), IMAP4_OK);
    assert_int_equal(imap4_cmd_noop(c.u.p.engine, NULL, NULL), IMAP4_OK);
    run(&c);
    server_join(&s);
    assert_string_equal(c.told, "GREETING ");
}

/* ---- TLS ----------------------------------------------------------------------------- */

static void talk_nothing(server *s)
{
    (void)recv(s->fd, s->heard, 1, 0);
}

static void a_server_that_closes_in_the_handshake_ends_it(void **state)
{
    server s = { .talk = talk_nothing };
    client c = { 0 };
    server_start(&s, "imaps://");
    assert_int_equal(open_client(&c, s.url), IMAP4_OK);
    run(&c);
    server_join(&s);
    assert_string_equal(c.told, "");
    assert_true(c.rc == IMAP4_E_TLS || c.rc == IMAP4_E_IO); /* it may be a reset */
    assert_int_equal(c.error, c.rc);
}

static void a_silent_server_is_not_waited_for(void **state)
{
    static const char *const schemes[] = { "imaps://", "imap://" };
    for (size_t i = 0; i < 2; i++) {
        server s = { .talk = hear_out };
        client c = { 0 };
        server_start(&s, schemes[i]);
        assert_int_equal(open_client(&c, s.url), IMAP4_OK);
        while (c.u.p.fd < 0)
            (void)uv_run(&loop, UV_RUN_ONCE);
        assert_true(c.u.p.deadline_ms > imap4_now_ms() + 25000);
        c.u.p.deadline_ms = imap4_now_ms() + 60; /* a test waits no 30 seconds */
        run(&c);
        server_join(&s);
        assert_int_equal(c.rc, IMAP4_E_TIMEOUT);
        assert_int_equal(c.error, IMAP4_E_TIMEOUT);
    }
}

static void starttls_comes_before_all_else(void **state)
{
    server s = { .talk = talk_starttls };
    client c = { .close_at = IMAP4_EV_DONE };
    server_start(&s, "imap://");
    assert_int_equal(open_client(&c, s.url), IMAP4_OK);
    assert_int_equal(
        imap4_cmd_login(c.u.p.engine, IMAP4_V("joe"), IMAP4_V("pass"), NULL, NULL),
        IMAP4_OK);
    run(&c);
    server_join(&s);
    assert_string_equal(c.told, "CAPABILITY DONE1 ");
    assert_string_equal(s.heard, "A3 LOGIN joe \"pass\"\r\n");
}

/* What was queued behind STARTTLS never leaves, and what the server said is not shown. */
static void starttls_that_is_tampered_with_ends_the_session(void **state)
{
    for (const tampering *row = tamperings; row->script != NULL; row++) {
        server s = { .talk = talk_script, .script = row->script };
        client c = { 0 };
        server_start(&s, "imap://");
        assert_int_equal(open_client(&c, s.url), IMAP4_OK);
        imap4_engine *e = c.u.p.engine;
        assert_int_equal(imap4_cmd_noop(e, NULL, NULL), IMAP4_OK);
        assert_int_equal(imap4_cmd_login(e, IMAP4_V("joe"), IMAP4_V("pass"), NULL, NULL),
                         IMAP4_OK);
        assert_int_equal(
            imap4_cmd_list(e, IMAP4_V(""), IMAP4_V("secret"), NULL, NULL, NULL), IMAP4_OK);
        run(&c);
        server_join(&s);
        if (c.rc != row->rc || c.error != row->rc)
            fail_msg("%s: %d, error %d, not %d", row->script, c.rc, c.error, row->rc);
        if (strcmp(c.told, "DONE4 DONE4 DONE4 ") != 0)
            fail_msg("%s: %s", row->script, c.told);
        if (s.heard_len != 0 && strcmp(s.heard, "A1 STARTTLS\r\n") != 0 &&
            strcmp(s.heard, "A1 CAPABILITY\r\n") != 0)
            fail_msg("%s: the client said %s", row->script, s.heard);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_from_hello_to_bye),
        cmocka_unit_test(nothing_is_received_while_events_wait),
        cmocka_unit_test(commands_can_be_queued_from_elsewhere),
        cmocka_unit_test(the_last_words_of_a_server_are_heard),
        cmocka_unit_test(the_engines_deadlines_are_kept),
        cmocka_unit_test(it_reads_while_it_writes),
        cmocka_unit_test(what_cannot_be_opened_says_why),
        cmocka_unit_test(a_refused_connection_ends_what_was_queued),
        cmocka_unit_test(it_can_be_closed_at_any_time),
        cmocka_unit_test(it_can_be_closed_inside_a_callback),
        cmocka_unit_test(a_server_that_closes_in_the_handshake_ends_it),
        cmocka_unit_test(a_silent_server_is_not_waited_for),
        cmocka_unit_test(starttls_comes_before_all_else),
        cmocka_unit_test(starttls_that_is_tampered_with_ends_the_session),
    };
    (void)signal(SIGPIPE, SIG_IGN); /* of the server; the library raises none */
    plain_tags            = IMAP4_ENGINE_OPTIONS;
    plain_tags.tag_prefix = "A";
    trust = (imap4_tls_options){ .size = sizeof trust, .ca_file = ca_file };
    return cmocka_run_group_tests_name("adapt_libuv", tests, make_authorities,
                                       free_authorities);
}
