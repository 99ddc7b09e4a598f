/* SPDX-License-Identifier: MIT */
/* engine_pipeline.c - what goes out beside what (RFC 9051 section 5.5), and long sets. */
#include "session_help.h"

static void one_command_until_the_first_ok(void **state)
{
    session *s = session_new();
    greet(s, "");
    for (int i = 0; i < 3; i++)
        queue(s, "NOOP", NULL);
    assert_sent(s, "A1 NOOP\r\n");
    server(s, "A1 BAD no\r\n");
    assert_events(s, "DONE #1 BAD\n");
    assert_sent(s, "A2 NOOP\r\n");
    server(s, "A2 OK done\r\n");
    assert_events(s, "DONE #2 OK\n");
    assert_sent(s, "A3 NOOP\r\n");
    session_free(s);
}

static void window_is_an_option(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    opt.max_pipeline         = 2;
    session *s               = session_with(&opt);
    greet(s, "");
    queue(s, "NOOP", NULL);
    assert_sent(s, "A1 NOOP\r\n");
    server(s, "A1 OK done\r\n");
    assert_events(s, "DONE #1 OK\n");
    for (int i = 0; i < 3; i++)
        queue(s, "NOOP", NULL);
    assert_sent(s, "A2 NOOP\r\nA3 NOOP\r\n");
    server(s, "A3 OK out of order\r\n");
    assert_events(s, "DONE #3 OK\n");
    assert_sent(s, "A4 NOOP\r\n");
    session_free(s);
}

static void number_commands_wait_for_what_lets_expunge_come(void **state)
{
    session *s = selected("");
    fetch(s, "1", 0, "FLAGS");
    queue(s, "NOOP", NULL);
    fetch(s, "2", 0, "FLAGS");
    assert_sent(
        s, "A3 FETCH 1 (FLAGS)\r\nA4 NOOP\r\n"); /* FETCH + NOOP + FETCH is invalid */
    server(s, "A3 OK done\r\n");
    assert_sent(s, "");
    server(s, "A4 OK done\r\n");
    assert_events(s, "DONE #3 OK\nDONE #4 OK\n");
    assert_sent(s, "A5 FETCH 2 (FLAGS)\r\n");
    session_free(s);
}

static void fetch_store_search_noop_overlap(void **state)
{
    session      *s   = selected("");
    imap4_seqset *set = set_of("2", 0);
    fetch(s, "1", 0, "FLAGS");
    assert_int_equal(
        imap4_cmd_store(s->e, set, IMAP4_STORE_ADD, IMAP4_V("\\Seen"), NULL, NULL, NULL),
        0);
    assert_int_equal(imap4_cmd_search(s->e, IMAP4_V("ALL"), NULL, NULL, NULL), 0);
    queue(s, "NOOP", NULL);
    assert_sent(s, "A3 FETCH 1 (FLAGS)\r\nA4 STORE 2 +FLAGS (\\Seen)\r\nA5 SEARCH ALL\r\n"
                   "A6 NOOP\r\n");
    imap4_seqset_free(&set);
    session_free(s);
}

static void copies_by_number_do_not_overlap(void **state)
{
    session *s = selected("");
    queue(s, "COPY", "1 x");
    queue(s, "COPY", "2 x");
    queue(s, "UID COPY", "3 x");
    assert_sent(s, "A3 COPY 1 x\r\n");
    server(s, "A3 OK done\r\n");
    assert_events(s, "DONE #3 OK\n");
    assert_sent(s, "A4 COPY 2 x\r\nA5 UID COPY 3 x\r\n");
    session_free(s);
}

static void fetches_of_different_messages_overlap(void **state)
{
    session *s = selected("");
    fetch(s, "1:3", 1, "FLAGS");
    fetch(s, "4:9", 1, "FLAGS");
    fetch(s, "9:12", 1, "FLAGS");
    assert_sent(s, "A3 UID FETCH 1:3 (FLAGS)\r\nA4 UID FETCH 4:9 (FLAGS)\r\n");
    server(s, "A3 OK done\r\n");
    assert_sent(s, "");
    server(s, "A4 OK done\r\n");
    assert_events(s, "DONE #3 OK\nDONE #4 OK\n");
    assert_sent(s, "A5 UID FETCH 9:12 (FLAGS)\r\n");
    session_free(s);
}

static void star_may_be_any_message(void **state)
{
    session *s = selected("");
    fetch(s, "1:3", 1, "FLAGS");
    fetch(s, "10:*", 1, "FLAGS");
    assert_sent(s, "A3 UID FETCH 1:3 (FLAGS)\r\n");
    session_free(s);
}

static void overlap_can_be_allowed(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    opt.secure               = 1;
    opt.allow_overlap        = 1;
    session *s               = session_with(&opt);
    server(s, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
    assert_events(s, "GREETING PREAUTH\n");
    queue(s, "SELECT", "x");
    assert_sent(s, "A1 SELECT x\r\n");
    server(s, "A1 OK done\r\n");
    assert_events(s, "DONE #1 OK\n");
    fetch(s, "1:3", 1, "FLAGS");
    fetch(s, "1:3", 1, "UID");
    queue(s, "UID SEARCH", "ALL");
    queue(s, "UID SEARCH", "ALL");
    assert_sent(s, "A2 UID FETCH 1:3 (FLAGS)\r\nA3 UID FETCH 1:3 (UID)\r\n");
    session_free(s);
}

static void searches_do_not_overlap(void **state)
{
    session *s = selected("");
    queue(s, "SEARCH", "ALL");
    queue(s, "SEARCH", "NEW");
    assert_sent(s, "A3 SEARCH ALL\r\n");
    session_free(s);
}

static void unknown_commands_go_alone(void **state)
{
    session *s = logged_in("");
    queue(s, "NOOP", NULL);
    queue(s, "x-foo", "bar");
    queue(s, "NOOP", NULL);
    assert_sent(s, "A2 NOOP\r\n");
    server(s, "A2 OK done\r\n");
    assert_sent(s, "");
    assert_events(s, "DONE #2 OK\n");
    assert_sent(s, "A3 x-foo bar\r\n");
    server(s, "* FOO 1\r\nA3 OK done\r\n");
    assert_events(s, "UNKNOWN #3\nDONE #3 OK\n");
    assert_sent(s, "A4 NOOP\r\n");
    session_free(s);
}

static void busy_can_be_refused(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    opt.secure               = 1;
    opt.refuse_busy          = 1;
    session *s               = session_with(&opt);
    server(s, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
    assert_events(s, "GREETING PREAUTH\n");
    queue(s, "SELECT", "x");
    assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_E_BUSY);
    assert_int_equal(imap4_engine_refusal(s->e)->code, IMAP4_E_BUSY);
    assert_sent(s, "A1 SELECT x\r\n");
    server(s, "A1 OK done\r\n");
    assert_events(s, "DONE #1 OK\n");
    fetch(s, "1", 0, "FLAGS");
    assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A2 FETCH 1 (FLAGS)\r\nA3 NOOP\r\n");
    session_free(s);
}

static void queue_is_bounded(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    opt.max_queue            = 3;
    session *s               = session_with(&opt);
    for (int i = 0; i < 3; i++)
        queue(s, "NOOP", NULL);
    assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_E_LIMIT);
    assert_non_null(strstr(imap4_engine_refusal(s->e)->text.ptr, "max_queue"));
    session_free(s);
}

static void data_belongs_to_the_only_command_that_can_have_asked(void **state)
{
    session *s = selected("");
    fetch(s, "1:3", 1, "FLAGS");
    queue(s, "LIST", "\"\" \"*\"");
    assert_sent(s, "A3 UID FETCH 1:3 (FLAGS)\r\nA4 LIST \"\" \"*\"\r\n");
    server(s, "* 1 FETCH (UID 1 FLAGS ())\r\n* LIST () \"/\" INBOX\r\n* 4 EXISTS\r\n");
    assert_events(s, "FETCH 1 #3\nLIST #4\nEXISTS 4\n");
    fetch(s, "4:6", 1, "FLAGS");
    assert_sent(s, "A5 UID FETCH 4:6 (FLAGS)\r\n");
    server(s,
           "* 1 FETCH (UID 1 FLAGS ())\r\nA3 OK done\r\n* 4 FETCH (UID 4 FLAGS ())\r\n");
    assert_events(s, "FETCH 1\nDONE #3 OK\nFETCH 4 #5\n");
    session_free(s);
}

static void user_pointer_comes_back(void **state)
{
    session           *s    = logged_in("");
    int                mine = 0;
    const imap4_event *ev   = NULL;
    assert_int_equal(imap4_cmd_noop(s->e, &mine, NULL), IMAP4_OK);
    assert_sent(s, "A2 NOOP\r\n");
    server(s, "A2 OK [X-CODE 1 2] done\r\n");
    assert_int_equal(imap4_engine_next(s->e, &ev), 1);
    assert_ptr_equal(ev->user, &mine);
    assert_int_equal(ev->type, IMAP4_EV_DONE);
    assert_int_equal(ev->result, IMAP4_R_OK);
    assert_true(imap4_view_equal(ev->text, IMAP4_V("done")));
    assert_true(imap4_view_equal(ev->code, IMAP4_V("X-CODE")));
    session_free(s);
}

static void command_that_was_not_sent_can_be_taken_back(void **state)
{
    session  *s = selected("");
    imap4_cmd a = queue(s, "NOOP", NULL);
    imap4_cmd b = queue(s, "SELECT", "x");
    fetch(s, "1", 0, "FLAGS");
    assert_sent(s, "A3 NOOP\r\n");
    assert_int_equal(imap4_cmd_stop(s->e, a), IMAP4_E_STATE);
    assert_int_equal(imap4_cmd_stop(s->e, b), IMAP4_OK);
    assert_int_equal(imap4_cmd_stop(s->e, b), IMAP4_E_ARG);
    assert_int_equal(imap4_cmd_stop(s->e, 99), IMAP4_E_ARG);
    assert_events(s, "DONE #4 SKIPPED\n");
    server(s, "A3 OK done\r\n");
    assert_events(s, "DONE #3 OK\n");
    assert_sent(s, "A4 FETCH 1 (FLAGS)\r\n"); /* in the mailbox that stays selected */
    session_free(s);
}

static void select_that_nobody_saw_can_be_taken_back(void **state)
{
    session  *s = selected("");
    imap4_cmd b = queue(s, "SELECT", "x");
    assert_true((imap4_engine_want(s->e, 0, NULL) & IMAP4_WANT_WRITE) != 0);
    assert_int_equal(imap4_engine_state(s->e), IMAP4_STATE_SELECTED);
    assert_int_equal(imap4_cmd_stop(s->e, b), IMAP4_OK);
    assert_events(s, "DONE #3 SKIPPED\n");
    assert_int_equal(imap4_engine_mailbox(s->e)->exists, 3);
    assert_sent(s, "");
    session_free(s);
}

/* ---- long sets ------------------------------------------------------------------- */

static session *short_lines(void)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    opt.secure               = 1;
    opt.max_line             = 80; /* a tag counts at its longest: 22 */
    session *s               = session_with(&opt);
    server(s, "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n");
    assert_events(s, "GREETING PREAUTH\n");
    queue(s, "SELECT", "x");
    assert_sent(s, "A1 SELECT x\r\n");
    server(s, "A1 OK done\r\n");
    assert_events(s, "DONE #1 OK\n");
    return s;
}

#define LONG_SET "100,200,300,400,500,600,700,800,900,1000,1100,1200,1300,1400,1500"

static void long_set_goes_as_several_commands_with_one_done(void **state)
{
    session *s = short_lines();
    fetch(s, LONG_SET, 1, "FLAGS");
    queue(s, "NOOP", NULL);
    assert_sent(s, "A2 UID FETCH 100,200,300,400,500,600,700,800,900 (FLAGS)\r\n");
    server(s, "* 1 FETCH (UID 100 FLAGS ())\r\nA2 OK done\r\n");
    assert_events(s, "FETCH 1 #2\n");
    assert_sent(s, "A3 UID FETCH 1000,1100,1200,1300,1400,1500 (FLAGS)\r\nA4 NOOP\r\n");
    server(s, "* 2 FETCH (UID 1100 FLAGS ())\r\nA3 OK all\r\n");
    assert_events(s, "FETCH 2 #2\nDONE #2 OK\n");
    session_free(s);
}

static void first_failure_ends_a_long_set(void **state)
{
    session      *s   = short_lines();
    imap4_seqset *set = set_of(LONG_SET, 1);
    assert_int_equal(
        imap4_cmd_store(s->e, set, IMAP4_STORE_ADD, IMAP4_V("$x"), NULL, NULL, NULL), 0);
    imap4_seqset_free(&set);
    assert_sent(s, "A2 UID STORE 100,200,300,400,500,600,700,800 +FLAGS ($x)\r\n");
    server(s, "A2 NO cannot\r\n");
    assert_events(s, "DONE #2 NO\n");
    assert_sent(s, "");
    session_free(s);
}

static void lost_in_the_middle_of_a_long_set(void **state)
{
    session *s = short_lines();
    fetch(s, LONG_SET, 1, "FLAGS");
    take_sent(s);
    server(s, "A2 OK done\r\n");
    assert_events(s, "");
    assert_int_equal(imap4_engine_recv_eof(s->e), IMAP4_OK);
    assert_events(s, "DONE #2 LOST E_EOF\n= E_EOF\n");
    session_free(s);
}

static void long_line_of_another_command_is_refused(void **state)
{
    session        *s      = short_lines();
    imap4_seqset   *set    = set_of(LONG_SET, 1);
    const imap4_arg copy[] = { { .kind = IMAP4_ARG_SET, .set = set },
                               { .kind = IMAP4_ARG_MAILBOX, .text = IMAP4_V("x") } };
    assert_int_equal(imap4_cmd_args(s->e, IMAP4_V("UID COPY"), copy, 2, NULL, NULL),
                     IMAP4_E_LIMIT);
    assert_non_null(strstr(imap4_engine_refusal(s->e)->text.ptr, "max_line"));
    assert_int_equal(
        imap4_cmd_fetch(s->e, set,
                        IMAP4_V("BODY[HEADER.FIELDS (FROM TO CC DATE SUBJECT)]"), NULL,
                        NULL, NULL),
        IMAP4_E_LIMIT);
    imap4_seqset_free(&set);
    session_free(s);
}

static void no_line_is_longer_than_the_limit(void **state)
{
    session      *s   = selected("");
    imap4_seqset *set = NULL;
    assert_int_equal(imap4_seqset_new(1, NULL, &set), IMAP4_OK);
    for (uint32_t i = 0; i < 10000; i++)
        assert_int_equal(
            imap4_seqset_add(set, 4000000000u + i * 3, 4000000000u + i * 3 + 1), 0);
    assert_int_equal(imap4_cmd_fetch(s->e, set, IMAP4_V("UID FLAGS"), NULL, NULL, NULL),
                     IMAP4_OK);
    imap4_seqset *back = NULL;
    assert_int_equal(imap4_seqset_new(1, NULL, &back), IMAP4_OK);
    for (unsigned tag = 3;; tag++) {
        s->sent_len = 0;
        take_sent(s);
        if (s->sent_len == 0)
            break;
        assert_in_range(s->sent_len, 30, 8000);
        s->sent[s->sent_len] = '\0';
        char *from           = strstr(s->sent, "UID FETCH ") + 10;
        assert_int_equal(
            imap4_seqset_add_text(back, (imap4_view){ from, strcspn(from, " ") }), 0);
        char answer[64];
        snprintf(answer, sizeof answer, "A%u OK done\r\n", tag);
        server(s, answer);
        take_events(s);
    }
    assert_events(s, "DONE #3 OK\n");
    assert_int_equal(imap4_seqset_cardinality(back), 20000);
    imap4_seqset_free(&back);
    imap4_seqset_free(&set);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_command_until_the_first_ok),
        cmocka_unit_test(window_is_an_option),
        cmocka_unit_test(number_commands_wait_for_what_lets_expunge_come),
        cmocka_unit_test(fetch_store_search_noop_overlap),
        cmocka_unit_test(copies_by_number_do_not_overlap),
        cmocka_unit_test(fetches_of_different_messages_overlap),
        cmocka_unit_test(star_may_be_any_message),
        cmocka_unit_test(overlap_can_be_allowed),
        cmocka_unit_test(searches_do_not_overlap),
        cmocka_unit_test(unknown_commands_go_alone),
        cmocka_unit_test(busy_can_be_refused),
        cmocka_unit_test(queue_is_bounded),
        cmocka_unit_test(data_belongs_to_the_only_command_that_can_have_asked),
        cmocka_unit_test(user_pointer_comes_back),
        cmocka_unit_test(command_that_was_not_sent_can_be_taken_back),
        cmocka_unit_test(select_that_nobody_saw_can_be_taken_back),
        cmocka_unit_test(long_set_goes_as_several_commands_with_one_done),
        cmocka_unit_test(first_failure_ends_a_long_set),
        cmocka_unit_test(lost_in_the_middle_of_a_long_set),
        cmocka_unit_test(long_line_of_another_command_is_refused),
        cmocka_unit_test(no_line_is_longer_than_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
