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

static void test_bye_without_a_tagged_answer(void **state)
{
    script       s;
    imap4_reply *r = NULL;
    imap4       *m = script_connect(&s, PREAUTH "C: T1 LOGOUT\nS: * BYE see you\n");
    (void)state;
    assert_int_equal(imap4_logout(m, &r), IMAP4_OK);
    assert_int_equal(imap4_reply_type(r), IMAP4_STATUS_BYE);
    assert_int_equal(imap4_reply_count(r), 1);
    assert_datum(r, 0, "see you", NULL);
    imap4_reply_free(&r);
    script_end(&s, &m);
}

static void test_names(void **state)
{
    script        s;
    imap4_options opt = IMAP4_OPTIONS;
    imap4 *m = script_connect(&s, PREAUTH "C: T1 CREATE Entw&APw-rfe\nS: T1 OK done\n"
                                          "C: T2 CREATE \"\\\"x\\\"\"\nS: T2 OK done\n");
    (void)state;
    assert_int_equal(imap4_create(m, "Entw\xc3\xbcrfe", NULL), IMAP4_OK);
    /* Nothing is passed through because it looks quoted. */
    assert_int_equal(imap4_create(m, "\"x\"", NULL), IMAP4_OK);
    assert_int_equal(imap4_create(m, "a\xff", NULL), IMAP4_E_ARG);
    imap4_shutdown(m);
    script_end(&s, &m);

    opt.profile = IMAP4_NAMES_RAW;
    m           = script_connect_as(&s,
                                    PREAUTH "C: T1 CREATE Entw&APw-rfe\nS: T1 OK done\n"
                                                      "C: T2 SELECT &-broken\nS: T2 OK done\n"
                                                      "C: T3 UID COPY 7 &x\nS: T3 NO what\n",
                                    &opt, NULL);
    assert_int_equal(imap4_create(m, "Entw&APw-rfe", NULL), IMAP4_OK);
    assert_int_equal(imap4_select(m, "&-broken", 0, NULL), IMAP4_OK);
    assert_int_equal(imap4_state_of(m), IMAP4_STATE_SELECTED);
    const char *const copy[] = { "7", "&x" };
    assert_int_equal(imap4_uid(m, "copy", copy, 2, NULL), IMAP4_NO);
    assert_view(imap4_last_failure(m)->command, "UID COPY");
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_searches(void **state)
{
    script       s;
    imap4_reply *r  = NULL;
    size_t       at = 0;
    imap4       *m  = script_connect(
               &s,
               SELECTED "C: T2 SEARCH UNSEEN FROM \"a\"\nS: * SEARCH 2 84 882\nS: T2 OK done\n"
                               "C: T3 SEARCH CHARSET UTF-8 SUBJECT {3}\nS: + go\nC: h\xc3\xa9\n"
                               "S: * SEARCH\nS: T3 OK done\nC: T4 SEARCH ALL\nS: T4 OK done\n"
                               "C: T5 UID SORT (REVERSE DATE) US-ASCII ALL\nS: * SORT 3 1\n"
                               "S: T5 OK done\nC: T6 SEARCH CHARSET ISO-8859-1 TEXT {3}\nS: + go\nC: "
                               "\xe9\\y OR SEEN FROM \"x\"\n"
                               "S: * SEARCH 1\nS: T6 OK done\n");
    (void)state;
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
    assert_int_equal(imap4_search(m, NULL, "UNSEEN FROM \"a\"", &r), IMAP4_OK);
    assert_datum(r, 0, "2 84 882", NULL);
    assert_non_null(imap4_reply_find(r, IMAP4_EV_SEARCH, &at));
    imap4_reply_free(&r);
    /* Nothing found, and nothing said, are two things. */
    assert_int_equal(imap4_search(m, "UTF-8", "SUBJECT \"h\xc3\xa9\"", &r), IMAP4_OK);
    assert_int_equal(imap4_reply_count(r), 1);
    assert_datum(r, 0, "", NULL);
    imap4_reply_free(&r);
    assert_int_equal(imap4_search(m, NULL, "ALL", &r), IMAP4_OK);
    assert_int_equal(imap4_reply_count(r), 0);
    imap4_reply_free(&r);
    const char *const sort[] = { "(REVERSE DATE)", NULL, "ALL" };
    assert_int_equal(imap4_uid(m, "SORT", sort, 3, &r), IMAP4_OK);
    assert_datum(r, 0, "3 1", NULL);
    imap4_reply_free(&r);
    assert_int_equal(
        imap4_search(m, "ISO-8859-1", "TEXT \"\xe9\\\\y\" OR SEEN FROM \"x\"", NULL),
        IMAP4_OK);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_read_only_mailboxes(void **state)
{
    script       s;
    imap4_reply *r = NULL;
    imap4       *m = script_connect(&s, PREAUTH
                                    "C: T1 SELECT x\nS: * 2 EXISTS\nS: T1 OK [READ-ONLY] done\n"
                                          "C: T2 EXAMINE x\nS: T2 OK [READ-ONLY] done\n"
                                          "C: T3 SELECT y\nS: T3 OK [READ-WRITE] done\n"
                                          "C: T4 NOOP\nS: * OK [READ-ONLY] changed\nS: T4 OK done\n"
                                          "C: T5 NOOP\nS: T5 OK done\n");
    (void)state;
    assert_int_equal(imap4_select(m, "x", 0, &r), IMAP4_E_READONLY);
    assert_datum(r, 0, "2", NULL);
    imap4_reply_free(&r);
    assert_int_equal(imap4_state_of(m), IMAP4_STATE_SELECTED);
    assert_int_equal(imap4_select(m, "x", 1, NULL), IMAP4_OK);
    assert_int_equal(imap4_select(m, "y", 0, NULL), IMAP4_OK);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
    assert_int_equal(imap4_store(m, "1", "FLAGS", "", NULL), IMAP4_E_READONLY);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_failures(void **state)
{
    script s;
    imap4 *m = script_connect(
        &s, PREAUTH "C: T1 SELECT x\nS: T1 NO [UNAVAILABLE] Suggested Backoff Time: 2500 "
                    "milliseconds\nC: T2 CREATE y\nS: * BYE too many\n");
    (void)state;
    assert_int_equal(imap4_select(m, "x", 0, NULL), IMAP4_NO);
    assert_int_equal(imap4_last_failure(m)->retry_after_ms, 2500);
    assert_int_equal(imap4_last_failure(m)->is_temporary, 1);
    assert_int_equal(imap4_last_failure(m)->may_have_effect, 0);
    assert_int_equal(imap4_create(m, "y", NULL), IMAP4_E_BYE);
    assert_view(imap4_last_failure(m)->command, "CREATE");
    assert_int_equal(imap4_last_failure(m)->may_have_effect, 1);
    assert_view(imap4_last_error(m)->where, "too many");
    script_end(&s, &m);
}

static void test_debug_levels(void **state)
{
    static const struct {
        int         level;
        const char *has[3]; /* of what is shown */
        const char *lacks;
    } levels[] = {
        { 1,
          { "error: CREATE: the server said NO: no", "server: no", "" },
          "capabilities" },
        { 3, { "error: ", "capabilities: ", "" }, "> T1" },
        { 4, { "> T2 CREATE x", "< * 3 EXISTS", "< T2 NO no" }, "kept: " },
        { 5, { "kept: EXISTS", "taken: EXISTS", "> T1" }, "secret" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        script        s;
        imap4_options opt = IMAP4_OPTIONS;
        opt.debug         = levels[i].level;
        opt.debug_hook    = script_trace;
        opt.hook_user     = &s;
        imap4 *m          = script_connect_as(&s,
                                              GREET "C: T1 LOGIN alice \"secret\"\n"
                                                             "S: T1 OK [CAPABILITY IMAP4rev1] in\n"
                                                             "C: T2 CREATE x\nS: * 3 EXISTS\nS: T2 NO no\n"
                                                             "C: T3 NOOP\nS: T3 OK done\n",
                                              &opt, NULL);
        assert_int_equal(imap4_login(m, "alice", "secret", NULL), IMAP4_OK);
        assert_int_equal(imap4_create(m, "x", NULL), IMAP4_NO);
        assert_int_equal(imap4_response(m, "EXISTS", NULL), IMAP4_OK);
        for (size_t k = 0; k < 3; k++)
            if (strstr(s.traced, levels[i].has[k]) == NULL)
                fail_msg("level %d lacks \"%s\":\n%s", levels[i].level, levels[i].has[k],
                         s.traced);
        assert_null(strstr(s.traced, levels[i].lacks));
        /* Off is off. */
        imap4_set_debug(m, 0, script_trace, &s);
        const size_t before = s.traced_len;
        assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
        assert_int_equal(s.traced_len, before);
        imap4_shutdown(m);
        script_end(&s, &m);
    }
}

static void hear_alert(void *user, imap4_view line)
{
    (void)snprintf(user, 64, "%.*s", IMAP4_ARG(line));
}

static void test_alerts(void **state)
{
    script        s;
    char          heard[64] = "";
    imap4_options opt       = IMAP4_OPTIONS;
    opt.alert_hook          = hear_alert;
    opt.hook_user           = heard;
    opt.debug               = -1;
    imap4 *m                = script_connect_as(&s,
                                                PREAUTH "C: T1 NOOP\nS: * OK [ALERT] disk \x1b[31mfull\n"
                                                                       "S: T1 OK done\n",
                                                &opt, NULL);
    (void)state;
    assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
    assert_string_equal(heard, "disk \xef\xbf\xbd[31mfull");
    imap4_shutdown(m);
    script_end(&s, &m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connects_and_logs_in),
        cmocka_unit_test(test_refused_logins),
        cmocka_unit_test(test_fetch_flattens),
        cmocka_unit_test(test_bye_without_a_tagged_answer),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_searches),
        cmocka_unit_test(test_read_only_mailboxes),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_debug_levels),
        cmocka_unit_test(test_alerts),
        cmocka_unit_test(test_errors_name_the_argument),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
