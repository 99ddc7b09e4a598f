/* SPDX-License-Identifier: MIT */
/* The IMAP4 object: methods, replies, what is kept. */
#include "client_help.h"

#include "imap4/data.h"

#include <stdbool.h>

static void test_connects_and_logs_in(void **state)
{
    script       s;
    imap4_reply *r = NULL;
    imap4       *m = script_connect(&s, "S: * OK hello\nC: T1 CAPABILITY\n"
                                              "S: * CAPABILITY IMAP4rev1\nS: T1 OK done\n"
                                              "C: T2 LOGIN alice \"secret\"\nS: T2 OK in\n"
                                              "C: T3 CAPABILITY\nS: * CAPABILITY IMAP4rev1 IDLE\n"
                                              "S: T3 OK done\nC: T4 LOGOUT\nS: * BYE see you\n"
                                              "S: T4 OK done\n");
    (void)state;
    assert_string_equal(imap4_protocol_version(m), "IMAP4REV1");
    assert_int_equal(imap4_has(m, "IDLE"), 0);
    assert_int_equal(imap4_login(m, "alice", "secret", &r), IMAP4_OK);
    assert_int_equal(imap4_reply_type(r), IMAP4_STATUS_OK);
    assert_int_equal(imap4_reply_count(r), 1);
    assert_datum(r, 0, "in", NULL);
    imap4_reply_free(&r);
    assert_int_equal(imap4_has(m, "IDLE"), 1);
    assert_int_equal(imap4_logout(m, &r), IMAP4_OK);
    assert_int_equal(imap4_reply_type(r), IMAP4_STATUS_BYE);
    assert_int_equal(imap4_reply_count(r), 1);
    assert_datum(r, 0, "see you", NULL);
    imap4_reply_free(&r);
    assert_int_equal(imap4_state_of(m), IMAP4_STATE_LOGOUT);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_E_STATE);
    script_end(&s, &m);
}

static void test_refused_logins(void **state)
{
    script       s;
    imap4_reply *r = NULL;
    imap4       *m = script_connect(
              &s, GREET "C: T1 LOGIN alice \"wrong\"\n"
                              "S: T1 NO [AUTHENTICATIONFAILED] no such\nC: T2 LOGIN a \"b\"\n"
                              "S: T2 BAD what\nC: T3 LOGOUT\nS: * BYE\nS: T3 OK done\n");
    (void)state;
    assert_int_equal(imap4_login(m, "alice", "wrong", &r), IMAP4_NO);
    assert_int_equal(imap4_reply_type(r), IMAP4_STATUS_NO);
    assert_int_equal(imap4_reply_status(r)->code_id, IMAP4_CODE_AUTHENTICATIONFAILED);
    assert_datum(r, 0, "[AUTHENTICATIONFAILED] no such", NULL);
    assert_view(imap4_last_error(m)->text, "LOGIN: the server said NO: no such");
    assert_view(imap4_last_failure(m)->command, "LOGIN");
    assert_int_equal(imap4_last_failure(m)->may_have_effect, 0);
    imap4_reply_free(&r);
    assert_int_equal(imap4_login(m, "a", "b", NULL), IMAP4_E_BAD);
    assert_int_equal(imap4_logout(m, NULL), IMAP4_OK);
    script_end(&s, &m);
}

static void test_fetch_flattens(void **state)
{
    script       s;
    size_t       at = 0, event = 9;
    imap4_view   head;
    imap4_reply *r = NULL;
    imap4       *m = script_connect(&s, SELECTED
                                    "C: T2 FETCH 1 (BODY[1] BODY[2] FLAGS)\n"
                                          "S: * 1 FETCH (BODY[1] {3}\ns: abc\nS:  BODY[2] {2}\n"
                                          "s: de\nS:  FLAGS (\\Seen))\nS: * 3 FETCH (FLAGS ())\n"
                                          "S: * 6 EXISTS\nS: T2 OK done\n");
    (void)state;
    assert_int_equal(imap4_select(m, NULL, 0, &r), IMAP4_OK);
    assert_int_equal(imap4_reply_count(r), 1);
    assert_datum(r, 0, "5", NULL);
    imap4_reply_free(&r);
    assert_int_equal(imap4_fetch(m, "1", "BODY[1] BODY[2] FLAGS", &r), IMAP4_OK);
    /* The FETCH of message 3 was not asked for. */
    assert_int_equal(imap4_reply_count(r), 3);
    assert_datum(r, 0, "1 (BODY[1] {3}", "abc");
    assert_datum(r, 1, " BODY[2] {2}", "de");
    assert_datum(r, 2, " FLAGS (\\Seen))", NULL);
    assert_int_equal(imap4_reply_datum(r, 0, &head, NULL, &event), 1);
    assert_int_equal(event, 0);
    assert_int_equal(imap4_reply_events(r), 3);
    const imap4_event *ev = imap4_reply_find(r, IMAP4_EV_FETCH, &at);
    assert_int_equal(ev->number, 1);
    imap4_view body;
    assert_int_equal(imap4_fetch_get(ev, IMAP4_V("BODY[2]"), &body), IMAP4_OK);
    assert_view(body, "de");
    assert_int_equal(imap4_reply_find(r, IMAP4_EV_FETCH, &at)->number, 3);
    assert_null(imap4_reply_find(r, IMAP4_EV_FETCH, &at));
    imap4_reply_free(&r);
    assert_int_equal(imap4_mailbox_state(m)->exists, 6);
    /* It was kept. */
    assert_int_equal(imap4_response(m, "fetch", &r), IMAP4_OK);
    assert_int_equal(imap4_reply_count(r), 1);
    assert_datum(r, 0, "3 (FLAGS ())", NULL);
    imap4_reply_free(&r);
    assert_int_equal(imap4_response(m, "UIDVALIDITY", &r), IMAP4_OK);
    assert_datum(r, 0, "7", NULL);
    imap4_reply_free(&r);
    assert_int_equal(imap4_response(m, "UIDVALIDITY", &r), IMAP4_OK);
    assert_int_equal(imap4_reply_count(r), 0);
    imap4_reply_free(&r);
    assert_int_equal(imap4_recent(m, &r), IMAP4_OK);
    assert_datum(r, 0, "1", NULL);
    imap4_reply_free(&r);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_errors_name_the_argument(void **state)
{
    script s;
    imap4 *m = script_connect(&s, SELECTED);
    (void)state;
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
    assert_int_equal(imap4_fetch(m, "1;2", "FLAGS", NULL), IMAP4_E_ARG);
    assert_view(imap4_last_error(m)->where, "1;2");
    assert_int_equal(imap4_fetch(m, "1", "FLAGS\r\nT9 DELETE x", NULL), IMAP4_E_ARG);
    assert_int_equal(imap4_create(m, NULL, NULL), IMAP4_E_ARG);
    assert_int_equal(imap4_store(m, "1", "*FLAGS", "\\Seen", NULL), IMAP4_E_ARG);
    assert_view(imap4_last_error(m)->where, "*FLAGS");
    imap4_shutdown(m);
    script_end(&s, &m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connects_and_logs_in),
        cmocka_unit_test(test_refused_logins),
        cmocka_unit_test(test_fetch_flattens),
        cmocka_unit_test(test_errors_name_the_argument),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
