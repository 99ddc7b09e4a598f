/* SPDX-License-Identifier: MIT */
/* engine_session.c - states, capabilities, login, layers, the end of a session. */
#include "session_help.h"

/* ---- greeting ------------------------------------------------------------------- */

static void nothing_is_sent_before_the_greeting(void **state)
{
    session *s = session_new();
    queue(s, "NOOP", NULL);
    assert_sent(s, "");
    greet(s, "");
    assert_sent(s, "A1 NOOP\r\n");
    session_free(s);
}

static void greeting_without_capabilities_asks_for_them(void **state)
{
    session *s = session_new();
    server(s, "* OK hello\r\n");
    assert_events(s, "GREETING OK\n");
    assert_int_equal(imap4_engine_has(s->e, IMAP4_V("IDLE")), -1);
    assert_sent(s, "A1 CAPABILITY\r\n");
    server(s, "* CAPABILITY IMAP4rev1 IDLE\r\nA1 OK done\r\n");
    assert_events(s, "CAPABILITY\n");
    assert_int_equal(imap4_engine_has(s->e, IMAP4_V("idle")), 1);
    assert_int_equal(imap4_engine_has(s->e, IMAP4_V("ID")), 0);
    session_free(s);
}

static void capability_of_the_caller_is_enough(void **state)
{
    session *s = session_new();
    assert_int_equal(imap4_cmd_capability(s->e, NULL, NULL), IMAP4_OK);
    server(s, "* OK hello\r\n");
    assert_sent(s, "");
    assert_events(s, "GREETING OK\n");
    assert_sent(s, "A1 CAPABILITY\r\n");
    server(s, "* CAPABILITY IMAP4rev1\r\nA1 OK done\r\n");
    assert_events(s, "CAPABILITY #1\nDONE #1 OK\n");
    session_free(s);
}

static void auto_capability_can_be_turned_off(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    opt.secure               = 1;
    opt.no_auto_capability   = 1;
    session *s               = session_with(&opt);
    server(s, "* OK hello\r\n");
    assert_events(s, "GREETING OK\n");
    assert_sent(s, "");
    assert_int_equal(imap4_engine_has(s->e, IMAP4_V("IDLE")), -1);
    session_free(s);
}

static void capability_that_is_refused_is_not_asked_again(void **state)
{
    session *s = session_new();
    server(s, "* OK hello\r\n");
    queue(s, "NOOP", NULL);
    assert_events(s, "GREETING OK\n");
    assert_sent(s, "A1 CAPABILITY\r\n");
    server(s, "A1 BAD what\r\n");
    assert_events(s, "");
    assert_sent(s, "A2 NOOP\r\n");
    session_free(s);
}

static void preauth_skips_login_and_what_stands_behind(void **state)
{
    session *s = session_new();
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("pw"), NULL, NULL), 0);
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("INBOX"), NULL, NULL, NULL), 0);
    queue(s, "NOOP", NULL);
    server(s, "* PREAUTH [CAPABILITY IMAP4rev1] as joe\r\n");
    assert_events(s, "GREETING PREAUTH\nDONE #1 REFUSED E_STATE\nDONE #2 SKIPPED\n");
    assert_int_equal(imap4_engine_state(s->e), IMAP4_STATE_AUTH);
    assert_sent(s, "A1 NOOP\r\n");
    session_free(s);
}

static void greeting_of_another_protocol_is_fatal(void **state)
{
    static const char *const lines[] = {
        "+OK POP3 server ready\r\n",
        "220 mail ESMTP\r\n",
        "* CAPABILITY IMAP4rev1\r\n",
        "A1 OK hello\r\n",
        "* NO hello\r\n",
        "* BAD hello\r\n",
        "HTTP/1.1 400 Bad Request\r\n",
        "Server Unavailable. 15\r\n",
    };
    static const int32_t hints[] = {
        IMAP4_HINT_NOT_IMAP, IMAP4_HINT_NOT_IMAP,    IMAP4_HINT_NONE,
        IMAP4_HINT_NONE,     IMAP4_HINT_NONE,        IMAP4_HINT_NONE,
        IMAP4_HINT_NOT_IMAP, IMAP4_HINT_UNAVAILABLE,
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        session *s = session_new();
        queue(s, "NOOP", NULL);
        server(s, lines[i]);
        assert_events(s, "DONE #1 SKIPPED E_PROTOCOL\n= E_PROTOCOL\n");
        const imap4_error *err = imap4_engine_error(s->e);
        assert_int_equal(err->code, IMAP4_E_PROTOCOL);
        assert_memory_equal(err->where.ptr, lines[i], 5);
        assert_int_equal(err->hint, hints[i]);
        assert_null(memchr(err->where.ptr, '\r', err->where.len));
        assert_int_equal(imap4_engine_want(s->e, 0, NULL), IMAP4_WANT_CLOSE);
        session_free(s);
    }
}

/* The words stand in the text for people; OK says nothing of the kind, whatever its text. */
static void hints_of_refusals(void **state)
{
    static const struct {
        const char *answer;
        int32_t     hint;
    } rows[] = {
        { "A1 NO basic authentication is DISABLED.\r\n", IMAP4_HINT_MECHANISM_DISABLED },
        { "A1 BAD User is authenticated but not connected.\r\n",
          IMAP4_HINT_NOT_CONNECTED },
        { "A1 NO [ALERT] Please log in via your web browser: x\r\n",
          IMAP4_HINT_WEB_LOGIN },
        { "A1 NO [EXPIRED] no\r\n", IMAP4_HINT_EXPIRED },
        { "A1 BAD Command Argument Error. 11\r\n", IMAP4_HINT_LONG_LINE },
        { "A1 BAD Command Argument Error. 10\r\n", IMAP4_HINT_NONE },
        { "A1 NO [UNAVAILABLE] no\r\n", IMAP4_HINT_UNAVAILABLE },
        { "A1 NO Please enable IMAP access\r\n", IMAP4_HINT_ACCESS_DISABLED },
        { "A1 NO Please enable IMAP acces\r\n", IMAP4_HINT_NONE },
        { "A1 OK Please enable IMAP access\r\n", IMAP4_HINT_NONE },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        session *s = session_new();
        greet(s, "");
        queue(s, "NOOP", NULL);
        assert_sent(s, "A1 NOOP\r\n");
        server(s, rows[i].answer);
        const imap4_event *ev = NULL;
        assert_int_equal(imap4_engine_next(s->e, &ev), 1);
        assert_int_equal(ev->type, IMAP4_EV_DONE);
        assert_int_equal(ev->hint, rows[i].hint);
        session_free(s);
    }
}

static void greeting_bye_is_told_and_ends(void **state)
{
    session *s = session_new();
    queue(s, "NOOP", NULL);
    server(s, "* BYE too many connections\r\n");
    assert_events(s, "TEXT BYE\nDONE #1 SKIPPED E_BYE\n= E_BYE\n");
    assert_int_equal(imap4_engine_state(s->e), IMAP4_STATE_LOGOUT);
    session_free(s);
}

/* ---- login ----------------------------------------------------------------------- */

static void login_asks_for_capabilities_that_did_not_come(void **state)
{
    session *s = session_new();
    greet(s, "IDLE");
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("secret"), NULL, NULL),
                     0);
    assert_sent(s, "A1 LOGIN joe \"secret\"\r\n");
    server(s, "A1 OK in\r\n");
    assert_events(s, "DONE #1 OK\n");
    assert_int_equal(imap4_engine_has(s->e, IMAP4_V("IDLE")), -1);
    assert_sent(s, "A2 CAPABILITY\r\n");
    session_free(s);
}

static void login_takes_an_untagged_list_that_came_with_it(void **state)
{
    session *s = session_new();
    greet(s, "IDLE");
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("secret"), NULL, NULL),
                     0);
    assert_sent(s, "A1 LOGIN joe \"secret\"\r\n");
    server(s, "* CAPABILITY IMAP4rev1 MOVE\r\nA1 OK in\r\n");
    assert_events(s, "CAPABILITY #1\nDONE #1 OK\n");
    assert_int_equal(imap4_engine_has(s->e, IMAP4_V("MOVE")), 1);
    assert_int_equal(imap4_engine_has(s->e, IMAP4_V("IDLE")), 0);
    assert_sent(s, "");
    session_free(s);
}

static void failed_login_skips_what_needs_it(void **state)
{
    session *s = session_new();
    greet(s, "");
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("wrong"), NULL, NULL),
                     0);
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("INBOX"), NULL, NULL, NULL), 0);
    fetch(s, "1:*", 0, "FLAGS");
    queue(s, "NOOP", NULL);
    assert_sent(s, "A1 LOGIN joe \"wrong\"\r\n");
    server(s, "A1 NO no\r\n");
    assert_events(s, "DONE #1 NO\nDONE #2 SKIPPED\nDONE #3 SKIPPED\n");
    assert_sent(s, "A2 NOOP\r\n");
    session_free(s);
}

static void login_select_and_fetch_can_be_queued_at_once(void **state)
{
    session *s = session_new();
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("pw"), NULL, NULL), 0);
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("INBOX"), NULL, NULL, NULL), 0);
    fetch(s, "1:*", 1, "FLAGS");
    greet(s, "");
    assert_sent(s, "A1 LOGIN joe \"pw\"\r\n");
    server(s, "A1 OK [CAPABILITY IMAP4rev1] in\r\n");
    assert_events(s, "DONE #1 OK\n");
    assert_sent(s, "A2 SELECT INBOX\r\n");
    server(s, "* 1 EXISTS\r\nA2 OK done\r\n");
    assert_events(s, "EXISTS 1 #2\nDONE #2 OK\n");
    assert_sent(s, "A3 UID FETCH 1:* (FLAGS)\r\n");
    server(s, "* 1 FETCH (UID 5 FLAGS ())\r\nA3 OK done\r\n");
    assert_events(s, "FETCH 1 #3\nDONE #3 OK\n");
    session_free(s);
}

static void failed_select_leaves_no_mailbox(void **state)
{
    session *s = selected("");
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("none"), NULL, NULL, NULL), 0);
    fetch(s, "1", 0, "FLAGS");
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("INBOX"), NULL, NULL, NULL), 0);
    fetch(s, "2", 0, "FLAGS");
    assert_sent(s, "A3 SELECT none\r\n");
    assert_int_equal(imap4_engine_state(s->e), IMAP4_STATE_AUTH);
    server(s, "A3 NO no such mailbox\r\n");
    assert_events(s, "DONE #3 NO\nDONE #4 SKIPPED\n");
    assert_null(imap4_engine_mailbox(s->e));
    assert_int_equal(imap4_engine_state(s->e), IMAP4_STATE_AUTH);
    assert_sent(s, "A4 SELECT INBOX\r\n");
    server(s, "A4 OK done\r\n");
    assert_events(s, "DONE #5 OK\n");
    assert_sent(s, "A5 FETCH 2 (FLAGS)\r\n");
    session_free(s);
}

static void commands_are_checked_against_the_state_to_come(void **state)
{
    session *s = session_new();
    greet(s, "");
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("x"), NULL, NULL, NULL),
                     IMAP4_E_STATE);
    assert_int_equal(imap4_engine_refusal(s->e)->code, IMAP4_E_STATE);
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("a"), IMAP4_V("b"), NULL, NULL), 0);
    assert_int_equal(imap4_engine_refusal(s->e)->code, IMAP4_OK);
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("a"), IMAP4_V("b"), NULL, NULL),
                     IMAP4_E_STATE);
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("x"), NULL, NULL, NULL), 0);
    queue(s, "CLOSE", NULL);
    const imap4_arg arg = { .kind = IMAP4_ARG_RAW, .text = IMAP4_V("1 FLAGS") };
    assert_int_equal(imap4_cmd_args(s->e, IMAP4_V("fetch"), &arg, 1, NULL, NULL),
                     IMAP4_E_STATE);
    assert_int_equal(imap4_cmd_logout(s->e, NULL, NULL), 0);
    assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_E_STATE);
    session_free(s);
}

static void password_does_not_go_over_a_pipe_that_is_not_private(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    session             *s   = session_with(&opt);
    greet(s, "LOGINDISABLED");
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("pw"), NULL, NULL), 0);
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("x"), NULL, NULL, NULL), 0);
    assert_sent(s, "");
    assert_events(s, "DONE #1 REFUSED E_INSECURE\nDONE #2 SKIPPED\n");
    session_free(s);

    opt.insecure_allow_plaintext = 1;
    s                            = session_with(&opt);
    greet(s, "");
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("pw"), NULL, NULL), 0);
    assert_sent(s, "A1 LOGIN joe \"pw\"\r\n");
    session_free(s);
}

static void logindisabled_is_obeyed(void **state)
{
    session *s = session_new();
    greet(s, "LOGINDISABLED");
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("pw"), NULL, NULL), 0);
    assert_sent(s, "");
    assert_events(s, "DONE #1 REFUSED E_NOCAP\n");
    session_free(s);
}

static void what_needs_a_capability_waits_until_the_list_is_known(void **state)
{
    session             *s   = session_new();
    imap4_search_options opt = { .size = sizeof opt, .results = IMAP4_V("COUNT") };
    greet(s, "");
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("pw"), NULL, NULL), 0);
    assert_int_equal(imap4_cmd_append(s->e, IMAP4_V("x"), 3, NULL, NULL, NULL), 0);
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("x"), NULL, NULL, NULL), 0);
    assert_int_equal(imap4_cmd_search(s->e, IMAP4_V("ALL"), &opt, NULL, NULL), 0);
    assert_sent(s, "A1 LOGIN joe \"pw\"\r\n");
    server(s, "A1 OK in\r\n");
    assert_events(s, "DONE #1 OK\n");
    assert_sent(s, "A2 CAPABILITY\r\n");
    server(s, "* CAPABILITY IMAP4rev1 LITERAL+ ESEARCH\r\nA2 OK done\r\n");
    assert_events(s, "CAPABILITY\n");
    assert_sent(s, "A3 APPEND x {3+}\r\n");
    assert_int_equal(imap4_cmd_write(s->e, 2, IMAP4_V("abc")), IMAP4_OK);
    assert_sent(s, "abc\r\n");
    server(s, "A3 OK done\r\n");
    assert_events(s, "DONE #2 OK\n");
    assert_sent(s, "A4 SELECT x\r\n");
    server(s, "A4 OK done\r\n");
    assert_events(s, "DONE #3 OK\n");
    assert_sent(s, "A5 SEARCH RETURN (COUNT) ALL\r\n");
    session_free(s);
}

static void search_without_esearch_is_refused(void **state)
{
    session             *s   = selected("");
    imap4_search_options opt = { .size = sizeof opt, .uid = 1, .results = IMAP4_V("") };
    assert_int_equal(imap4_cmd_search(s->e, IMAP4_V("ALL"), &opt, NULL, NULL), 0);
    assert_sent(s, "");
    assert_events(s, "DONE #3 REFUSED E_NOCAP\n");
    session_free(s);
}

static void search_beyond_ascii_names_its_charset(void **state)
{
    session             *s   = selected("LITERAL+ ESEARCH");
    imap4_search_options opt = { .size = sizeof opt, .uid = 1, .results = IMAP4_V("ALL") };
    assert_int_equal(
        imap4_cmd_search(s->e, IMAP4_V("FROM \"\xc3\xa4\" UNSEEN"), &opt, NULL, NULL), 0);
    assert_sent(
        s, "A3 UID SEARCH RETURN (ALL) CHARSET UTF-8 FROM {2+}\r\n\xc3\xa4 UNSEEN\r\n");
    assert_int_equal(imap4_cmd_search(s->e, IMAP4_V("FROM \"\xff\""), NULL, NULL, NULL),
                     IMAP4_E_ARG);
    assert_int_equal(imap4_cmd_search(s->e, IMAP4_V("ALL\r\nA9 LOGOUT"), NULL, NULL, NULL),
                     IMAP4_E_ARG);
    session_free(s);
}

static void made_events_have_no_data(void **state)
{
    session                 *s  = selected("");
    const imap4_event       *ev = NULL;
    const imap4_strings     *strings;
    const imap4_flags       *flags;
    const imap4_list_data   *list;
    const imap4_status_data *status;
    const imap4_envelope    *envelope;
    const imap4_body        *body;
    imap4_numbers            numbers;
    imap4_view               value;
    uint64_t                 size;
    assert_int_equal(imap4_cmd_idle(s->e, NULL, NULL), IMAP4_OK);
    assert_int_equal(imap4_engine_next(s->e, &ev), 1);
    assert_int_equal(ev->type, IMAP4_EV_DONE);
    assert_true(ev->text.len != 0);
    assert_int_equal(imap4_event_strings(ev, &strings), IMAP4_E_ABSENT);
    assert_int_equal(imap4_event_flags(ev, &flags), IMAP4_E_ABSENT);
    assert_int_equal(imap4_list_get(ev, &list), IMAP4_E_ABSENT);
    assert_int_equal(imap4_status_get(ev, &status), IMAP4_E_ABSENT);
    assert_int_equal(imap4_fetch_count(ev), 0);
    assert_int_equal(imap4_fetch_envelope(ev, &envelope), IMAP4_E_ABSENT);
    assert_int_equal(imap4_fetch_bodystructure(ev, &body), IMAP4_E_ABSENT);
    assert_int_equal(imap4_search_numbers(ev, &numbers), IMAP4_E_ABSENT);
    assert_int_equal(imap4_fetch_get(ev, IMAP4_V("UID"), &value), IMAP4_E_ABSENT);
    assert_int_equal(imap4_fetch_size(ev, &size), IMAP4_E_ABSENT);
    session_free(s);
}

static void lent_buffer_outlives_the_end(void **state)
{
    session *s    = logged_in("");
    size_t   room = 0;
    char    *held = imap4_engine_recv_buf(s->e, &room);
    imap4_engine_fail(s->e, IMAP4_E_TIMEOUT, 0, IMAP4_V("too slow"));
    assert_events(s, "= E_TIMEOUT\n");
    memset(held, 'x', room); /* the kernel writes late */
    assert_int_equal(imap4_engine_recv_commit(s->e, room), IMAP4_E_TIMEOUT);
    assert_int_equal(imap4_engine_recv_commit(s->e, 0), IMAP4_E_TIMEOUT);
    session_free(s);
}

static void timer_of_the_engine_leaves_the_lent_buffer(void **state)
{
    session *s = logged_in("");
    queue(s, "NOOP", NULL);
    assert_sent(s, "A2 NOOP\r\n");
    size_t room = 0;
    char  *held = imap4_engine_recv_buf(s->e, &room);
    (void)imap4_engine_want(s->e, 0, NULL);
    assert_int_equal(imap4_engine_want(s->e, 120000, NULL), IMAP4_WANT_NEXT);
    assert_events(s, "DONE #2 LOST E_TIMEOUT\n= E_TIMEOUT\n");
    memset(held, 'x', room);
    session_free(s);
}

/* ---- tags ------------------------------------------------------------------------- */

static void unknown_tag_is_fatal(void **state)
{
    session *s = logged_in("");
    queue(s, "NOOP", NULL);
    assert_sent(s, "A2 NOOP\r\n");
    server(s, "A7 OK done\r\n");
    assert_events(s, "DONE #2 LOST E_PROTOCOL\n= E_PROTOCOL\n");
    assert_memory_equal(imap4_engine_error(s->e)->where.ptr, "A7", 2);
    session_free(s);
}

static void tag_that_was_answered_is_unknown(void **state)
{
    session *s = logged_in("");
    server(s, "A1 OK again\r\n");
    assert_events(s, "= E_PROTOCOL\n");
    session_free(s);
}

static void tag_of_a_command_that_was_not_sent_is_unknown(void **state)
{
    session *s = logged_in("");
    queue(s, "NOOP", NULL);
    server(s, "A2 OK done\r\n");
    assert_events(s, "DONE #2 SKIPPED E_PROTOCOL\n= E_PROTOCOL\n");
    session_free(s);
}

/* CVE-2026-42246 */
static void answer_before_the_line_was_sent_is_fatal(void **state)
{
    session *s = logged_in("");
    queue(s, "NOOP", NULL);
    assert_true((imap4_engine_want(s->e, 0, NULL) & IMAP4_WANT_WRITE) != 0);
    assert_int_equal(imap4_engine_send_buf(s->e).len, 9);
    imap4_engine_send_ack(s->e, 4);
    server(s, "A2 OK done\r\n");
    assert_events(s, "DONE #2 LOST E_PROTOCOL\n= E_PROTOCOL\n");
    session_free(s);
}

static void answer_may_overtake_the_word_that_the_line_was_sent(void **state)
{
    session *s = logged_in("");
    queue(s, "NOOP", NULL);
    queue(s, "NOOP", NULL);
    const imap4_view view = imap4_engine_send_buf(s->e);
    assert_int_equal(view.len, 18);
    server(s, "A2 OK done\r\n");
    assert_events(s, "DONE #2 OK\n");
    assert_memory_equal(view.ptr, "A2 NOOP\r\nA3 NOOP\r\n", 18); /* still lent */
    imap4_engine_send_ack(s->e, 9);
    assert_sent(s, "A3 NOOP\r\n");
    server(s, "A3 OK done\r\n");
    assert_events(s, "DONE #3 OK\n");
    session_free(s);
}

/* Of lines that are lent as one view each counts for itself. */
static void answer_before_a_gathered_line_was_sent_is_fatal(void **state)
{
    session *s = logged_in("");
    queue(s, "NOOP", NULL);
    queue(s, "NOOP", NULL);
    assert_int_equal(imap4_engine_send_buf(s->e).len, 18);
    imap4_engine_send_ack(s->e, 12);
    server(s, "A2 OK done\r\nA3 OK done\r\n");
    assert_events(s, "DONE #2 OK\nDONE #3 LOST E_PROTOCOL\n= E_PROTOCOL\n");
    session_free(s);
}

/* Short lines, the head of an APPEND and what follows its data: three views, not five. */
static void lines_that_may_go_together_are_one_view(void **state)
{
    session  *s   = logged_in("LITERAL+");
    imap4_cmd cmd = 0;
    queue(s, "NOOP", NULL);
    assert_int_equal(imap4_cmd_append(s->e, IMAP4_V("x"), 3, NULL, NULL, &cmd), 0);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("abc")), 0);
    queue(s, "NOOP", NULL);
    imap4_view view = imap4_engine_send_buf(s->e);
    assert_true(imap4_view_equal(view, IMAP4_V("A2 NOOP\r\nA3 APPEND x {3+}\r\n")));
    imap4_engine_send_ack(s->e, view.len);
    view = imap4_engine_send_buf(s->e);
    assert_true(imap4_view_equal(view, IMAP4_V("abc")));
    imap4_engine_send_ack(s->e, 2);
    assert_true(imap4_view_equal(imap4_engine_send_buf(s->e), IMAP4_V("c")));
    imap4_engine_send_ack(s->e, 1);
    view = imap4_engine_send_buf(s->e);
    assert_true(imap4_view_equal(view, IMAP4_V("\r\nA4 NOOP\r\n")));
    imap4_engine_send_ack(s->e, view.len);
    assert_int_equal(imap4_engine_send_buf(s->e).len, 0);
    session_free(s);
}

static void tags_begin_with_a_prefix_from_the_seed(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    memcpy(opt.tag_seed, "0123456789abcdef", 16);
    session *s = session_with(&opt);
    greet(s, "");
    queue(s, "NOOP", NULL);
    take_sent(s);
    assert_int_equal(s->sent_len, 13 + 1 + sizeof " NOOP\r\n" - 1);
    assert_true(s->sent[0] >= 'a' && s->sent[0] <= 'p');
    session_free(s);

    opt.tag_prefix = "x9";
    s              = session_with(&opt);
    greet(s, "");
    queue(s, "NOOP", NULL);
    assert_sent(s, "x91 NOOP\r\n");
    session_free(s);
}

static void prefix_that_is_no_tag_is_refused(void **state)
{
    static const char *const prefixes[] = {
        "", "9", "a+", "a b", "abcdefghijklmnopq", "\xc3\xa4"
    };
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
        imap4_engine        *e   = NULL;
        opt.tag_prefix           = prefixes[i];
        assert_int_equal(imap4_engine_new(&opt, &e), IMAP4_E_ARG);
        assert_null(e);
    }
}

/* ---- the end ------------------------------------------------------------------------ */

static void logout_ends_in_zero(void **state)
{
    session *s = logged_in("");
    assert_int_equal(imap4_cmd_logout(s->e, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A2 LOGOUT\r\n");
    server(s, "* BYE see you\r\nA2 OK bye\r\n");
    assert_events(s, "TEXT BYE\nDONE #2 OK\n= 0\n");
    assert_int_equal(imap4_engine_state(s->e), IMAP4_STATE_LOGOUT);
    assert_int_equal(imap4_engine_recv_eof(s->e), IMAP4_OK);
    assert_events(s, "= 0\n");
    assert_int_equal(imap4_engine_error(s->e)->code, IMAP4_OK);
    session_free(s);
}

static void logout_needs_no_tagged_answer(void **state)
{
    session *s = logged_in("");
    assert_int_equal(imap4_cmd_logout(s->e, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A2 LOGOUT\r\n");
    server(s, "* BYE see you\r\n");
    assert_int_equal(imap4_engine_recv_eof(s->e), IMAP4_OK);
    assert_events(s, "TEXT BYE\nDONE #2 OK\n= 0\n");
    session_free(s);
}

static void unexpected_bye_tells_sent_from_unsent(void **state)
{
    session *s = selected("");
    queue(s, "NOOP", NULL);
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("x"), NULL, NULL, NULL), 0);
    assert_sent(s, "A3 NOOP\r\n");
    server(s, "* BYE idle for too long\r\n* BYE idle for too long\r\nA3 OK done\r\n");
    assert_events(s, "TEXT BYE\nDONE #3 LOST E_BYE\nDONE #4 SKIPPED E_BYE\n= E_BYE\n");
    assert_true(imap4_engine_error(s->e)->where.len != 0);
    assert_null(imap4_engine_mailbox(s->e));
    assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_E_STATE);
    session_free(s);
}

static void end_of_stream_comes_behind_what_was_complete(void **state)
{
    session *s = selected("");
    queue(s, "NOOP", NULL);
    assert_sent(s, "A3 NOOP\r\n");
    server(s, "* 5 EXISTS\r\n* 6 EXI");
    assert_int_equal(imap4_engine_recv_eof(s->e), IMAP4_OK);
    assert_true((imap4_engine_want(s->e, 0, NULL) & IMAP4_WANT_NEXT) != 0);
    assert_events(s, "EXISTS 5\nDONE #3 LOST E_EOF\n= E_EOF\n");
    assert_int_equal(imap4_engine_state(s->e), IMAP4_STATE_DEAD);
    assert_int_equal(imap4_engine_want(s->e, 0, NULL), IMAP4_WANT_CLOSE);
    session_free(s);
}

static void failure_of_the_pipe_keeps_its_words(void **state)
{
    session *s = logged_in("");
    server(s, "* OK still here\r\n");
    imap4_engine_fail(s->e, IMAP4_E_IO, 104, IMAP4_V("connection reset by peer"));
    imap4_engine_fail(s->e, IMAP4_E_TLS, 0, IMAP4_V("later"));
    assert_events(s, "TEXT OK\n= E_IO\n");
    assert_events(s, "= E_IO\n");
    assert_int_equal(imap4_engine_error(s->e)->os_errno, 104);
    assert_memory_equal(imap4_engine_error(s->e)->text.ptr, "connection reset", 16);
    session_free(s);
}

static void tagged_bye_ends_logout(void **state)
{
    session *s = logged_in("");
    assert_int_equal(imap4_cmd_logout(s->e, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A2 LOGOUT\r\n");
    server(s, "A2 BYE logging out\r\n");
    assert_events(s, "DONE #2 OK\n= 0\n");
    session_free(s);
}

/* ---- layers --------------------------------------------------------------------------- */

static void starttls_wants_a_layer_and_forgets_capabilities(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    session             *s   = session_with(&opt);
    greet(s, "STARTTLS LOGINDISABLED");
    queue(s, "STARTTLS", NULL);
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("pw"), NULL, NULL), 0);
    assert_sent(s, "A1 STARTTLS\r\n");
    assert_int_equal(imap4_engine_layer_ready(s->e, 1), IMAP4_E_STATE);
    server(s, "A1 OK begin\r\n");
    assert_events(s, "DONE #1 OK\n");
    assert_int_equal(imap4_engine_want(s->e, 0, NULL), IMAP4_WANT_LAYER);
    size_t room = 0;
    assert_null(imap4_engine_recv_buf(s->e, &room));
    assert_sent(s, "");
    assert_int_equal(imap4_engine_layer_ready(s->e, 1), IMAP4_OK);
    assert_int_equal(imap4_engine_has(s->e, IMAP4_V("LOGINDISABLED")), -1);
    assert_sent(s, "A2 CAPABILITY\r\n");
    server(s, "* CAPABILITY IMAP4rev1\r\nA2 OK done\r\n");
    assert_events(s, "CAPABILITY\n");
    assert_sent(s, "A3 LOGIN joe \"pw\"\r\n");
    session_free(s);
}

static void bytes_behind_the_ok_of_starttls_are_fatal(void **state)
{
    for (size_t cut = 0; cut < 2; cut++) {
        imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
        session             *s   = session_with(&opt);
        greet(s, "STARTTLS");
        queue(s, "STARTTLS", NULL);
        assert_sent(s, "A1 STARTTLS\r\n");
        if (cut == 0) {
            server(s, "A1 OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=LOGIN\r\n");
        } else {
            server(s, "A1 OK begin\r\n");
            size_t room = 0;
            char *held = imap4_engine_recv_buf(s->e, &room); /* a completion-based loop */
            assert_events(s, "DONE #1 OK\n");
            held[0] = '*';
            assert_int_equal(imap4_engine_recv_commit(s->e, 1), IMAP4_E_INJECTION);
        }
        assert_events(s, cut == 0 ? "DONE #1 LOST E_INJECTION\n= E_INJECTION\n"
                                  : "= E_INJECTION\n");
        assert_sent(s, "");
        session_free(s);
    }
}

static void refused_starttls_does_not_let_the_password_out(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    session             *s   = session_with(&opt);
    greet(s, "STARTTLS");
    queue(s, "STARTTLS", NULL);
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("pw"), NULL, NULL), 0);
    assert_sent(s, "A1 STARTTLS\r\n");
    server(s, "A1 NO not today\r\n");
    assert_events(s, "DONE #1 NO\nDONE #2 REFUSED E_INSECURE\n");
    assert_sent(s, "");
    session_free(s);
}

static void pipe_may_become_private_before_the_greeting(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    session             *s   = session_with(&opt);
    assert_int_equal(imap4_engine_layer_ready(s->e, 1), IMAP4_OK);
    greet(s, "");
    assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("pw"), NULL, NULL), 0);
    assert_sent(s, "A1 LOGIN joe \"pw\"\r\n");
    session_free(s);
}

/* ---- time, figures, traces --------------------------------------------------------------- */

static void command_without_an_answer_times_out(void **state)
{
    session *s        = logged_in("");
    uint64_t deadline = 0;
    (void)imap4_engine_want(s->e, 1000, &deadline);
    assert_true(deadline == UINT64_MAX);
    queue(s, "NOOP", NULL);
    s->now = 1000;
    assert_sent(s, "A2 NOOP\r\n");
    (void)imap4_engine_want(s->e, 1000, &deadline);
    assert_int_equal(deadline, 121000);
    s->now = 50000;
    server(s, "* 1 EXISTS\r\n");
    assert_events(s, "EXISTS 1\n");
    (void)imap4_engine_want(s->e, 50000, &deadline);
    assert_int_equal(deadline, 170000);
    (void)imap4_engine_want(s->e, 169999, &deadline);
    assert_int_equal(deadline, 170000);
    assert_int_equal(imap4_engine_want(s->e, 170000, &deadline), IMAP4_WANT_NEXT);
    assert_events(s, "DONE #2 LOST E_TIMEOUT\n= E_TIMEOUT\n");
    session_free(s);
}

static void figures_count(void **state)
{
    session             *s   = selected("");
    imap4_engine_figures now = { .size = sizeof now };
    queue(s, "NOOP", NULL);
    assert_sent(s, "A3 NOOP\r\n");
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("x"), NULL, NULL, NULL), 0);
    assert_int_equal(imap4_engine_stats(s->e, &now), IMAP4_OK);
    assert_int_equal(now.commands, 4);
    assert_int_equal(now.in_flight, 1);
    assert_int_equal(now.queued, 1);
    assert_int_equal(now.responses, 4);
    assert_int_equal(now.bytes_out,
                     strlen("A1 LOGIN joe \"secret\"\r\nA2 SELECT INBOX\r\nA3 NOOP\r\n"));
    session_free(s);
}

static void next_trace(session *s, char *text, size_t size)
{
    imap4_trace line;
    text[0] = '\0';
    while (imap4_engine_trace(s->e, &line) == 1) {
        const size_t len = strlen(text);
        snprintf(text + len, size - len, "%c %.*s\n", (char)line.direction,
                 IMAP4_ARG(line.text));
    }
}

static void trace_shows_no_secret(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    char                 text[4096];
    opt.secure = 1;
    opt.trace  = 1;
    session *s = session_with(&opt);
    greet(s, "LITERAL+ AUTH=PLAIN");
    assert_int_equal(
        imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("p\xc3\xa4ss"), NULL, NULL), 0);
    assert_sent(s, "A1 LOGIN joe {5+}\r\np\xc3\xa4ss\r\n");
    server(s, "A1 NO no\r\n");
    assert_events(s, "DONE #1 NO\n");
    assert_int_equal(
        imap4_cmd_auth_plain(s->e, IMAP4_NIL, IMAP4_V("joe"), IMAP4_V("pw"), NULL, NULL),
        0);
    assert_sent(s, "A2 AUTHENTICATE PLAIN\r\n");
    server(s, "+ \r\n");
    assert_events(s, "");
    assert_sent(s, "AGpvZQBwdw==\r\n");
    next_trace(s, text, sizeof text);
    assert_string_equal(text, "S * OK [CAPABILITY IMAP4rev1 LITERAL+ AUTH=PLAIN] hello\n"
                              "C A1 LOGIN *** ******\n"
                              "S A1 NO no\n"
                              "C A2 AUTHENTICATE PLAIN\n"
                              "S + ***\n"
                              "C ***\n");
    session_free(s);
}

static void trace_is_bounded_and_says_so(void **state)
{
    imap4_engine_options opt  = IMAP4_ENGINE_OPTIONS;
    imap4_trace          line = { 0 };
    opt.trace                 = 1;
    session *s                = session_with(&opt);
    greet(s, "");
    for (int i = 0; i < 5000; i++) {
        server(s, "* OK a line of text that is to be traced\r\n");
        take_events(s);
        s->events_len = 0;
    }
    assert_int_equal(imap4_engine_trace(s->e, &line), 1);
    assert_int_equal(line.direction, '!');
    size_t count = 0;
    while (imap4_engine_trace(s->e, &line) == 1) {
        assert_int_equal(line.direction, 'S');
        assert_int_equal(line.text.len, 40);
        count++;
    }
    assert_in_range(count, 1000, 1500);
    session_free(s);
}

static void options_of_another_size_are_understood(void **state)
{
    struct {
        imap4_engine_options opt;
        char                 more[16];
    } future        = { .opt = IMAP4_ENGINE_OPTIONS };
    imap4_engine *e = NULL;
    future.opt.size = sizeof future;
    assert_int_equal(imap4_engine_new(&future.opt, &e), IMAP4_OK);
    imap4_engine_free(&e);
    future.more[3] = 1;
    assert_int_equal(imap4_engine_new(&future.opt, &e), IMAP4_E_ARG);
    future.opt.size = 0;
    assert_int_equal(imap4_engine_new(&future.opt, &e), IMAP4_E_ARG);
    assert_int_equal(imap4_engine_new(NULL, &e), IMAP4_OK);
    imap4_engine_free(&e);
    imap4_engine_free(&e);
}

static void stray_continuations_are_ignored_three_times(void **state)
{
    session *s = logged_in("");
    server(s, "+ 1\r\n+ 2\r\n+ 3\r\n");
    assert_events(s, "");
    server(s, "+ 4\r\n");
    assert_events(s, "= E_PROTOCOL\n");
    session_free(s);
}

static void lent_buffer_stays_while_commands_are_queued(void **state)
{
    session *s    = logged_in("");
    size_t   room = 0, again = 0;
    char    *held = imap4_engine_recv_buf(s->e, &room);
    assert_non_null(held);
    for (int i = 0; i < 100; i++)
        queue(s, "NOOP", NULL);
    assert_sent(
        s, "A2 NOOP\r\nA3 NOOP\r\nA4 NOOP\r\nA5 NOOP\r\nA6 NOOP\r\nA7 NOOP\r\nA8 NOOP\r\n"
           "A9 NOOP\r\nA10 NOOP\r\nA11 NOOP\r\nA12 NOOP\r\nA13 NOOP\r\nA14 NOOP\r\n"
           "A15 NOOP\r\nA16 NOOP\r\nA17 NOOP\r\n");
    assert_events(s, "");
    assert_true((imap4_engine_want(s->e, 0, NULL) & IMAP4_WANT_READ) != 0);
    assert_ptr_equal(imap4_engine_recv_buf(s->e, &again), held);
    assert_int_equal(again, room);
    memcpy(held, "A2 OK done\r\n", 12);
    assert_int_equal(imap4_engine_recv_commit(s->e, room + 1), IMAP4_E_ARG);
    assert_int_equal(imap4_engine_recv_commit(s->e, 12), IMAP4_OK);
    assert_int_equal(imap4_engine_recv_commit(s->e, 0), IMAP4_E_ARG);
    assert_events(s, "DONE #2 OK\n");
    assert_sent(s, "A18 NOOP\r\n");
    session_free(s);
}

static void sessions_do_not_depend_on_how_bytes_are_cut(void **state)
{
    for (size_t step = 1; step < 20; step++) {
        session *s = session_new();
        s->step    = step;
        assert_int_equal(imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V("pw"), NULL, NULL),
                         0);
        assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("INBOX"), NULL, NULL, NULL), 0);
        server(s, "* OK [CAPABILITY IMAP4rev1] hello\r\n");
        assert_events(s, "GREETING OK\n");
        assert_sent(s, "A1 LOGIN joe \"pw\"\r\n");
        server(s, "A1 OK in\r\n");
        assert_events(s, "DONE #1 OK\n");
        assert_sent(s, "A2 CAPABILITY\r\n");
        server(s, "* CAPABILITY IMAP4rev1\r\nA2 OK done\r\n");
        assert_events(s, "CAPABILITY\n");
        assert_sent(s, "A3 SELECT INBOX\r\n");
        server(s, "* 2 EXISTS\r\n* FLAGS (\\Seen)\r\nA3 OK done\r\n");
        assert_events(s, "EXISTS 2 #2\nFLAGS #2\nDONE #2 OK\n");
        session_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_sent_before_the_greeting),
        cmocka_unit_test(greeting_without_capabilities_asks_for_them),
        cmocka_unit_test(capability_of_the_caller_is_enough),
        cmocka_unit_test(auto_capability_can_be_turned_off),
        cmocka_unit_test(capability_that_is_refused_is_not_asked_again),
        cmocka_unit_test(preauth_skips_login_and_what_stands_behind),
        cmocka_unit_test(greeting_of_another_protocol_is_fatal),
        cmocka_unit_test(hints_of_refusals),
        cmocka_unit_test(greeting_bye_is_told_and_ends),
        cmocka_unit_test(login_asks_for_capabilities_that_did_not_come),
        cmocka_unit_test(login_takes_an_untagged_list_that_came_with_it),
        cmocka_unit_test(failed_login_skips_what_needs_it),
        cmocka_unit_test(login_select_and_fetch_can_be_queued_at_once),
        cmocka_unit_test(failed_select_leaves_no_mailbox),
        cmocka_unit_test(commands_are_checked_against_the_state_to_come),
        cmocka_unit_test(password_does_not_go_over_a_pipe_that_is_not_private),
        cmocka_unit_test(logindisabled_is_obeyed),
        cmocka_unit_test(what_needs_a_capability_waits_until_the_list_is_known),
        cmocka_unit_test(search_without_esearch_is_refused),
        cmocka_unit_test(search_beyond_ascii_names_its_charset),
        cmocka_unit_test(made_events_have_no_data),
        cmocka_unit_test(lent_buffer_outlives_the_end),
        cmocka_unit_test(timer_of_the_engine_leaves_the_lent_buffer),
        cmocka_unit_test(unknown_tag_is_fatal),
        cmocka_unit_test(tag_that_was_answered_is_unknown),
        cmocka_unit_test(tag_of_a_command_that_was_not_sent_is_unknown),
        cmocka_unit_test(answer_before_the_line_was_sent_is_fatal),
        cmocka_unit_test(answer_may_overtake_the_word_that_the_line_was_sent),
        cmocka_unit_test(answer_before_a_gathered_line_was_sent_is_fatal),
        cmocka_unit_test(lines_that_may_go_together_are_one_view),
        cmocka_unit_test(tags_begin_with_a_prefix_from_the_seed),
        cmocka_unit_test(prefix_that_is_no_tag_is_refused),
        cmocka_unit_test(logout_ends_in_zero),
        cmocka_unit_test(logout_needs_no_tagged_answer),
        cmocka_unit_test(tagged_bye_ends_logout),
        cmocka_unit_test(unexpected_bye_tells_sent_from_unsent),
        cmocka_unit_test(end_of_stream_comes_behind_what_was_complete),
        cmocka_unit_test(failure_of_the_pipe_keeps_its_words),
        cmocka_unit_test(starttls_wants_a_layer_and_forgets_capabilities),
        cmocka_unit_test(bytes_behind_the_ok_of_starttls_are_fatal),
        cmocka_unit_test(refused_starttls_does_not_let_the_password_out),
        cmocka_unit_test(pipe_may_become_private_before_the_greeting),
        cmocka_unit_test(command_without_an_answer_times_out),
        cmocka_unit_test(figures_count),
        cmocka_unit_test(trace_shows_no_secret),
        cmocka_unit_test(trace_is_bounded_and_says_so),
        cmocka_unit_test(options_of_another_size_are_understood),
        cmocka_unit_test(stray_continuations_are_ignored_three_times),
        cmocka_unit_test(lent_buffer_stays_while_commands_are_queued),
        cmocka_unit_test(sessions_do_not_depend_on_how_bytes_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
