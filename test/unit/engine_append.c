/* SPDX-License-Identifier: MIT */
/* engine_append.c - literals on their way out: waits, refusals, data of the caller. */
#include "session_help.h"

static imap4_cmd append(session *s, uint64_t length)
{
    imap4_cmd cmd = 0;
    assert_int_equal(imap4_cmd_append(s->e, IMAP4_V("Sent"), length, NULL, NULL, &cmd),
                     IMAP4_OK);
    return cmd;
}

static void data_waits_for_the_plus(void **state)
{
    session  *s   = logged_in("");
    imap4_cmd cmd = append(s, 10);
    assert_sent(s, "A2 APPEND Sent {10}\r\n");
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("01234")), IMAP4_OK);
    assert_sent(s, "");
    assert_int_equal(imap4_cmd_pending(s->e, cmd), 5);
    server(s, "+ go\r\n");
    assert_events(s, "CONTINUE #2\n");
    assert_sent(s, "01234");
    assert_int_equal(imap4_cmd_pending(s->e, cmd), 0);
    assert_true((imap4_engine_want(s->e, 0, NULL) & IMAP4_WANT_DATA) != 0);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("567")), IMAP4_OK);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("89")), IMAP4_OK);
    assert_sent(s, "56789\r\n");
    server(s, "A2 OK done\r\n");
    assert_events(s, "DONE #2 OK\n");
    session_free(s);
}

static void literal_plus_does_not_wait(void **state)
{
    session  *s   = logged_in("LITERAL+");
    imap4_cmd cmd = append(s, 5000);
    char      data[5000];
    memset(data, 'x', sizeof data);
    assert_sent(s, "A2 APPEND Sent {5000+}\r\n");
    assert_int_equal(imap4_cmd_write(s->e, cmd, (imap4_view){ data, sizeof data }),
                     IMAP4_OK);
    take_sent(s);
    assert_int_equal(s->sent_len, 5002);
    session_free(s);
}

static void literal_minus_does_not_wait_up_to_4096(void **state)
{
    session *s = logged_in("LITERAL-");
    append(s, 4096);
    assert_sent(s, "A2 APPEND Sent {4096+}\r\n");
    session_free(s);
    s = logged_in("LITERAL-");
    append(s, 4097);
    assert_sent(s, "A2 APPEND Sent {4097}\r\n");
    session_free(s);
}

static void how_it_goes_is_decided_when_it_goes(void **state)
{
    session *s = session_new();
    assert_int_equal(
        imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("\xc3\xa4"), NULL, NULL), 0);
    append(s, 3);
    greet(s, "LITERAL+");
    assert_sent(s, "A1 LOGIN joe {2+}\r\n\xc3\xa4\r\n");
    server(s, "A1 OK [CAPABILITY IMAP4rev1] in\r\n");
    assert_events(s, "DONE #1 OK\n");
    assert_sent(s, "A2 APPEND Sent {3}\r\n");
    session_free(s);
}

static void flags_and_date_are_written(void **state)
{
    session             *s   = logged_in("LITERAL+");
    imap4_append_options opt = { .size  = sizeof opt,
                                 .flags = IMAP4_V("\\Seen $x"),
                                 .date  = IMAP4_V("7-Feb-1994 21:52:25 -0800") };
    assert_int_equal(
        imap4_cmd_append(s->e, IMAP4_V("Entw\xc3\xbcrfe"), 1, &opt, NULL, NULL), 0);
    assert_sent(
        s, "A2 APPEND Entw&APw-rfe (\\Seen $x) \" 7-Feb-1994 21:52:25 -0800\" {1+}\r\n");
    opt.date = IMAP4_V("yesterday");
    assert_int_equal(imap4_cmd_append(s->e, IMAP4_V("x"), 1, &opt, NULL, NULL),
                     IMAP4_E_ARG);
    opt.date  = IMAP4_NIL;
    opt.flags = IMAP4_V("a) {1}");
    assert_int_equal(imap4_cmd_append(s->e, IMAP4_V("x"), 1, &opt, NULL, NULL),
                     IMAP4_E_ARG);
    opt.flags = IMAP4_V("");
    assert_int_equal(imap4_cmd_append(s->e, IMAP4_V("x\r\n"), 1, &opt, NULL, NULL),
                     IMAP4_E_ARG);
    assert_memory_equal(imap4_engine_refusal(s->e)->where.ptr, "x\r\n", 3);
    session_free(s);
}

static void empty_message_needs_no_data(void **state)
{
    session *s = logged_in("");
    append(s, 0);
    assert_sent(s, "A2 APPEND Sent {0}\r\n");
    server(s, "+ go\r\n");
    assert_events(s, "CONTINUE #2\n");
    assert_sent(s, "\r\n");
    session_free(s);
}

static void refusal_before_the_plus_drops_the_rest(void **state)
{
    session  *s   = logged_in("");
    imap4_cmd cmd = append(s, 1000000);
    queue(s, "NOOP", NULL);
    assert_sent(s, "A2 APPEND Sent {1000000}\r\n");
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("abc")), IMAP4_OK);
    server(s, "A2 NO [OVERQUOTA] no\r\n");
    assert_events(s, "DONE #2 NO\n");
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("def")), IMAP4_E_STATE);
    assert_int_equal(imap4_cmd_pending(s->e, cmd), 0);
    assert_sent(s, "A3 NOOP\r\n");
    session_free(s);
}

static void ok_before_the_plus_is_fatal(void **state)
{
    session *s = logged_in("");
    append(s, 10);
    assert_sent(s, "A2 APPEND Sent {10}\r\n");
    server(s, "A2 OK done\r\n");
    assert_events(s, "DONE #2 LOST E_PROTOCOL\n= E_PROTOCOL\n");
    session_free(s);
}

/* RFC 7888 section 4: the server reads the literal all the same. */
static void early_refusal_without_a_wait_is_filled_up(void **state)
{
    session  *s   = logged_in("LITERAL+");
    imap4_cmd cmd = append(s, 3000);
    queue(s, "NOOP", NULL);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("0123456789")), IMAP4_OK);
    assert_sent(s, "A2 APPEND Sent {3000+}\r\n0123456789");
    server(s, "A2 NO [OVERQUOTA] no\r\n");
    assert_events(s, "DONE #2 NO\n");
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("x")), IMAP4_E_STATE);
    take_sent(s);
    assert_int_equal(s->sent_len, 2990 + 2 + strlen("A3 NOOP\r\n"));
    for (size_t i = 0; i < 2990; i++)
        assert_int_equal(s->sent[i], ' ');
    assert_memory_equal(s->sent + 2990, "\r\nA3 NOOP\r\n", 11);
    session_free(s);
}

static void refusal_in_the_middle_of_the_data_is_filled_up(void **state)
{
    session  *s   = logged_in("");
    imap4_cmd cmd = append(s, 20);
    assert_sent(s, "A2 APPEND Sent {20}\r\n");
    server(s, "+ go\r\n");
    assert_events(s, "CONTINUE #2\n");
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("0123456789")), IMAP4_OK);
    assert_sent(s, "0123456789");
    server(s, "A2 NO disk full\r\n");
    assert_events(s, "DONE #2 NO\n");
    assert_sent(s, "          \r\n");
    session_free(s);
}

static void lent_data_is_pending_behind_its_end(void **state)
{
    session   *s       = logged_in("LITERAL+");
    const char data[6] = "01234";
    imap4_cmd  cmd     = append(s, 10);
    assert_sent(s, "A2 APPEND Sent {10+}\r\n");
    assert_int_equal(imap4_cmd_write(s->e, cmd, (imap4_view){ data, 5 }), IMAP4_OK);
    assert_ptr_equal(imap4_engine_send_buf(s->e).ptr, data);
    server(s, "A2 NO no\r\n");
    assert_events(s, "DONE #2 NO\n");
    assert_int_equal(imap4_cmd_pending(s->e, cmd), 5);
    imap4_engine_send_ack(s->e, 5);
    assert_int_equal(imap4_cmd_pending(s->e, cmd), 0);
    assert_sent(s, "     \r\n");
    session_free(s);
}

static void data_is_counted_and_checked(void **state)
{
    session  *s   = logged_in("");
    imap4_cmd cmd = append(s, 5);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("123456")), IMAP4_E_ARG);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("a\0b")), IMAP4_E_ARG);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("")), IMAP4_OK);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("1234")), IMAP4_OK);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("56")), IMAP4_E_ARG);
    assert_int_equal(imap4_cmd_write(s->e, 77, IMAP4_V("5")), IMAP4_E_STATE);
    cmd = append(s, 100);
    for (int i = 0; i < 64; i++)
        assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("x")), IMAP4_OK);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("x")), IMAP4_E_LIMIT);
    session_free(s);
}

static void waiting_for_the_caller_is_no_time_out(void **state)
{
    session  *s        = logged_in("LITERAL+");
    uint64_t  deadline = 0;
    imap4_cmd cmd      = append(s, 5);
    assert_sent(s, "A2 APPEND Sent {5+}\r\n");
    (void)imap4_engine_want(s->e, 1000000000, &deadline);
    assert_true(deadline == UINT64_MAX);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("12345")), IMAP4_OK);
    s->now = 1000000000;
    assert_sent(s, "12345\r\n");
    (void)imap4_engine_want(s->e, s->now, &deadline);
    assert_int_equal(deadline, 1000120000);
    session_free(s);
}

static void two_literals_of_a_command_are_one_stream(void **state)
{
    session        *s      = logged_in("");
    imap4_cmd       cmd    = 0;
    const imap4_arg args[] = { { .kind = IMAP4_ARG_LITERAL, .number = 3 },
                               { .kind = IMAP4_ARG_OPEN },
                               { .kind = IMAP4_ARG_LITERAL, .number = 4 },
                               { .kind = IMAP4_ARG_CLOSE } };
    assert_int_equal(imap4_cmd_args(s->e, IMAP4_V("X-TWO"), args, 4, NULL, &cmd),
                     IMAP4_OK);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("abcdefg")), IMAP4_OK);
    assert_sent(s, "A2 X-TWO {3}\r\n");
    server(s, "+ go\r\n");
    assert_events(s, "CONTINUE #2\n");
    assert_sent(s, "abc ({4}\r\n");
    server(s, "+ go\r\n");
    assert_events(s, "CONTINUE #2\n");
    assert_sent(s, "defg)\r\n");
    session_free(s);
}

static void literal_and_what_follows_go_in_one_view(void **state)
{
    session *s = logged_in("LITERAL+");
    assert_int_equal(imap4_cmd_list(s->e, IMAP4_V(""), IMAP4_V("*"), NULL, NULL, NULL),
                     IMAP4_OK);
    assert_sent(s, "A2 LIST \"\" \"*\"\r\n");
    const imap4_arg args[] = { { .kind = IMAP4_ARG_LITERAL, .text = IMAP4_V("abc") },
                               { .kind = IMAP4_ARG_STRING, .text = IMAP4_V("x") } };
    server(s, "A2 OK done\r\n");
    assert_events(s, "DONE #2 OK\n");
    assert_int_equal(imap4_cmd_args(s->e, IMAP4_V("X"), args, 2, NULL, NULL), IMAP4_OK);
    const imap4_view view = imap4_engine_send_buf(s->e);
    assert_true(imap4_view_equal(view, IMAP4_V("A3 X {3+}\r\nabc \"x\"\r\n")));
    session_free(s);
}

static void what_waits_for_a_plus_blocks_what_is_behind(void **state)
{
    session *s = logged_in("");
    queue(s, "NOOP", NULL);
    append(s, 2);
    queue(s, "NOOP", NULL);
    assert_sent(s, "A2 NOOP\r\nA3 APPEND Sent {2}\r\n");
    server(s, "A2 OK done\r\n");
    assert_events(s, "DONE #2 OK\n");
    assert_sent(s, "");
    session_free(s);
}

static void data_goes_out_byte_by_byte(void **state)
{
    session  *s   = logged_in("");
    imap4_cmd cmd = append(s, 4);
    s->step       = 1;
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("ab")), IMAP4_OK);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("cd")), IMAP4_OK);
    assert_sent(s, "A2 APPEND Sent {4}\r\n");
    server(s, "+\r\n");
    assert_events(s, "CONTINUE #2\n");
    assert_sent(s, "abcd\r\n");
    session_free(s);
}

static void lost_in_the_middle_of_the_data(void **state)
{
    session  *s   = logged_in("LITERAL+");
    imap4_cmd cmd = append(s, 4);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("ab")), IMAP4_OK);
    assert_sent(s, "A2 APPEND Sent {4+}\r\nab");
    assert_int_equal(imap4_engine_recv_eof(s->e), IMAP4_OK);
    assert_events(s, "DONE #2 LOST E_EOF\n= E_EOF\n");
    assert_int_equal(imap4_engine_send_buf(s->e).len, 0);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_waits_for_the_plus),
        cmocka_unit_test(literal_plus_does_not_wait),
        cmocka_unit_test(literal_minus_does_not_wait_up_to_4096),
        cmocka_unit_test(how_it_goes_is_decided_when_it_goes),
        cmocka_unit_test(flags_and_date_are_written),
        cmocka_unit_test(empty_message_needs_no_data),
        cmocka_unit_test(refusal_before_the_plus_drops_the_rest),
        cmocka_unit_test(ok_before_the_plus_is_fatal),
        cmocka_unit_test(early_refusal_without_a_wait_is_filled_up),
        cmocka_unit_test(refusal_in_the_middle_of_the_data_is_filled_up),
        cmocka_unit_test(lent_data_is_pending_behind_its_end),
        cmocka_unit_test(data_is_counted_and_checked),
        cmocka_unit_test(waiting_for_the_caller_is_no_time_out),
        cmocka_unit_test(two_literals_of_a_command_are_one_stream),
        cmocka_unit_test(literal_and_what_follows_go_in_one_view),
        cmocka_unit_test(what_waits_for_a_plus_blocks_what_is_behind),
        cmocka_unit_test(data_goes_out_byte_by_byte),
        cmocka_unit_test(lost_in_the_middle_of_the_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
