/* SPDX-License-Identifier: MIT */
/* engine_idle.c - IDLE (RFC 2177): started, ended, renewed. */
#include "session_help.h"

static imap4_cmd idle(session *s)
{
    imap4_cmd cmd = 0;
    assert_int_equal(imap4_cmd_idle(s->e, NULL, &cmd), IMAP4_OK);
    return cmd;
}

static session *idling(imap4_cmd *cmd)
{
    session *s = selected("IDLE");
    *cmd       = idle(s);
    assert_sent(s, "A3 IDLE\r\n");
    server(s, "+ idling\r\n");
    assert_events(s, "CONTINUE #3\n");
    return s;
}

static void idle_runs_until_it_is_stopped(void **state)
{
    imap4_cmd cmd;
    session  *s = idling(&cmd);
    server(s, "* 4 EXISTS\r\n* 1 EXPUNGE\r\n");
    assert_events(s, "EXISTS 4 #3\nEXPUNGE 1 #3\n");
    assert_int_equal(imap4_cmd_stop(s->e, cmd), IMAP4_OK);
    assert_sent(s, "DONE\r\n");
    server(s, "A3 OK done\r\n");
    assert_events(s, "DONE #3 OK\n");
    assert_int_equal(imap4_engine_mailbox(s->e)->exists, 3);
    session_free(s);
}

static void another_command_ends_it(void **state)
{
    imap4_cmd cmd;
    session  *s = idling(&cmd);
    queue(s, "NOOP", NULL);
    assert_sent(s, "DONE\r\n");
    server(s, "A3 OK done\r\n");
    assert_events(s, "DONE #3 OK\n");
    assert_sent(s, "A4 NOOP\r\n");
    session_free(s);
}

static void done_waits_for_the_plus(void **state)
{
    session  *s   = selected("IDLE");
    imap4_cmd cmd = idle(s);
    assert_sent(s, "A3 IDLE\r\n");
    assert_int_equal(imap4_cmd_stop(s->e, cmd), IMAP4_OK);
    assert_sent(s, "");
    server(s, "+ idling\r\n");
    assert_events(s, "CONTINUE #3\n");
    assert_sent(s, "DONE\r\n");
    session_free(s);
}

static void idle_that_was_not_sent_is_taken_back(void **state)
{
    session *s = selected("IDLE");
    queue(s, "NOOP", NULL);
    assert_sent(s, "A3 NOOP\r\n");
    idle(s);
    queue(s, "NOOP", NULL);
    assert_events(s, "DONE #4 SKIPPED\n");
    server(s, "A3 OK done\r\n");
    assert_events(s, "DONE #3 OK\n");
    assert_sent(s, "A4 NOOP\r\n");
    session_free(s);
}

static void refusal_in_place_of_the_plus(void **state)
{
    static const char *const answers[] = { "NO", "BAD" };
    for (size_t i = 0; i < 2; i++) {
        session *s = selected("IDLE");
        char     line[64];
        idle(s);
        assert_sent(s, "A3 IDLE\r\n");
        snprintf(line, sizeof line, "A3 %s not here\r\n", answers[i]);
        server(s, line);
        /* BAD: it is announced, and does not work. */
        assert_events(s, i == 0 ? "DONE #3 NO\n" : "DONE #3 BAD\nQUIRK\n");
        assert_int_equal(imap4_engine_has(s->e, IMAP4_V("IDLE")), i == 0);
        queue(s, "NOOP", NULL);
        assert_sent(s, "A4 NOOP\r\n");
        session_free(s);
    }
}

static void server_may_end_it(void **state)
{
    imap4_cmd cmd;
    session  *s = idling(&cmd);
    server(s, "A3 OK enough\r\n");
    assert_events(s, "DONE #3 OK\n");
    assert_int_equal(imap4_cmd_stop(s->e, cmd), IMAP4_E_ARG);
    assert_sent(s, "");
    session_free(s);
}

static void idle_without_the_capability_is_refused(void **state)
{
    session *s = selected("");
    idle(s);
    assert_sent(s, "");
    assert_events(s, "DONE #3 REFUSED E_NOCAP\n");
    session_free(s);
}

static void nothing_goes_out_while_it_starts(void **state)
{
    session *s = selected("IDLE");
    queue(s, "NOOP", NULL);
    idle(s);
    assert_sent(s, "A3 NOOP\r\n");
    server(s, "A3 OK done\r\n");
    assert_events(s, "DONE #3 OK\n");
    assert_sent(s, "A4 IDLE\r\n");
    session_free(s);
}

static void it_is_renewed_and_nobody_is_told(void **state)
{
    imap4_cmd cmd;
    session  *s        = idling(&cmd);
    uint64_t  deadline = 0;
    (void)imap4_engine_want(s->e, 0, &deadline);
    assert_int_equal(deadline, 540000);
    s->now = 539999;
    assert_sent(s, "");
    s->now = 540000;
    assert_sent(s, "DONE\r\n");
    server(s, "* 9 EXISTS\r\nA3 OK done\r\n");
    assert_events(s, "EXISTS 9 #3\n");
    assert_sent(s, "A4 IDLE\r\n");
    server(s, "+ idling again\r\n");
    assert_events(s, "");
    (void)imap4_engine_want(s->e, s->now, &deadline);
    assert_int_equal(deadline, 1080000);
    assert_int_equal(imap4_cmd_stop(s->e, cmd), IMAP4_OK);
    assert_sent(s, "DONE\r\n");
    server(s, "A4 OK done\r\n");
    assert_events(s, "DONE #3 OK\n");
    session_free(s);
}

static void it_can_be_stopped_while_it_is_renewed(void **state)
{
    imap4_cmd cmd;
    session  *s = idling(&cmd);
    (void)imap4_engine_want(s->e, 0, NULL);
    s->now = 540000;
    assert_sent(s, "DONE\r\n");
    assert_int_equal(imap4_cmd_stop(s->e, cmd), IMAP4_OK);
    server(s, "A3 OK done\r\n");
    assert_events(s, "DONE #3 OK\n");
    assert_sent(s, "");
    session_free(s);
}

static void renewal_may_be_refused(void **state)
{
    imap4_cmd cmd;
    session  *s = idling(&cmd);
    (void)imap4_engine_want(s->e, 0, NULL);
    s->now = 540000;
    assert_sent(s, "DONE\r\n");
    server(s, "A3 OK done\r\n");
    assert_events(s, "");
    assert_sent(s, "A4 IDLE\r\n");
    server(s, "A4 NO not again\r\n");
    assert_events(s, "DONE #3 NO\n");
    session_free(s);
}

static void done_without_an_answer_times_out(void **state)
{
    imap4_cmd cmd;
    session  *s        = idling(&cmd);
    uint64_t  deadline = 0;
    assert_int_equal(imap4_cmd_stop(s->e, cmd), IMAP4_OK);
    s->now = 10;
    assert_sent(s, "DONE\r\n");
    (void)imap4_engine_want(s->e, 10, &deadline);
    assert_int_equal(deadline, 120010);
    (void)imap4_engine_want(s->e, 120010, &deadline);
    assert_events(s, "DONE #3 LOST E_TIMEOUT\n= E_TIMEOUT\n");
    session_free(s);
}

static void second_plus_is_stray(void **state)
{
    imap4_cmd cmd;
    session  *s = idling(&cmd);
    server(s, "+ 1\r\n+ 2\r\n+ 3\r\n");
    assert_events(s, "");
    server(s, "+ 4\r\n");
    assert_events(s, "DONE #3 LOST E_PROTOCOL\n= E_PROTOCOL\n");
    session_free(s);
}

static void buffer_is_given_back_while_it_runs(void **state)
{
    imap4_cmd            cmd;
    session             *s   = idling(&cmd);
    imap4_engine_figures now = { .size = sizeof now };
    (void)imap4_engine_want(s->e, 0, NULL);
    assert_int_equal(imap4_engine_stats(s->e, &now), IMAP4_OK);
    assert_int_equal(now.inbound_held, 0);
    assert_int_equal(imap4_engine_want(s->e, 0, NULL), IMAP4_WANT_READ);
    server(s, "* 4 EXISTS\r\n");
    assert_events(s, "EXISTS 4 #3\n");
    session_free(s);
}

static void logout_ends_it(void **state)
{
    imap4_cmd cmd;
    session  *s = idling(&cmd);
    assert_int_equal(imap4_cmd_logout(s->e, NULL, NULL), IMAP4_OK);
    assert_sent(s, "DONE\r\n");
    server(s, "A3 OK done\r\n");
    assert_events(s, "DONE #3 OK\n");
    assert_sent(s, "A4 LOGOUT\r\n");
    session_free(s);
}

static void plus_may_overtake_the_word_that_the_line_was_sent(void **state)
{
    session  *s   = selected("IDLE");
    imap4_cmd cmd = idle(s);
    assert_int_equal(imap4_engine_send_buf(s->e).len, 9);
    server(s, "+ idling\r\n");
    assert_events(s, "CONTINUE #3\n");
    assert_int_equal(imap4_cmd_stop(s->e, cmd), IMAP4_OK);
    imap4_engine_send_ack(s->e, 9);
    assert_sent(s, "DONE\r\n");
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idle_runs_until_it_is_stopped),
        cmocka_unit_test(another_command_ends_it),
        cmocka_unit_test(done_waits_for_the_plus),
        cmocka_unit_test(idle_that_was_not_sent_is_taken_back),
        cmocka_unit_test(refusal_in_place_of_the_plus),
        cmocka_unit_test(server_may_end_it),
        cmocka_unit_test(idle_without_the_capability_is_refused),
        cmocka_unit_test(nothing_goes_out_while_it_starts),
        cmocka_unit_test(it_is_renewed_and_nobody_is_told),
        cmocka_unit_test(it_can_be_stopped_while_it_is_renewed),
        cmocka_unit_test(renewal_may_be_refused),
        cmocka_unit_test(done_without_an_answer_times_out),
        cmocka_unit_test(second_plus_is_stray),
        cmocka_unit_test(buffer_is_given_back_while_it_runs),
        cmocka_unit_test(logout_ends_it),
        cmocka_unit_test(plus_may_overtake_the_word_that_the_line_was_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
