/* SPDX-License-Identifier: MIT */
/* The table of quirks, its switches, capabilities that do not work, and waits.
 * What each row does on the wire: test/transcripts/quirks. */
#include "imap4/quirk.h"

#include "session_help.h"

static session *session_of(const char *quirks)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    opt.secure               = 1;
    opt.quirks               = quirks;
    return session_with(&opt);
}

static int state_of(const session *s, int quirk, imap4_quirk_state *now)
{
    *now = (imap4_quirk_state){ .size = sizeof *now };
    return imap4_engine_quirk(s->e, quirk, now);
}

static void noop(session *s)
{
    imap4_cmd cmd = 0;
    assert_int_equal(imap4_cmd_noop(s->e, NULL, &cmd), IMAP4_OK);
}

/* ---- the table --------------------------------------------------------------------------- */

static void test_every_row_says_all(void **state)
{
    (void)state;
    for (int i = 0; i < IMAP4_QUIRK_COUNT; i++) {
        const imap4_quirk_row *row = imap4_quirk_list((size_t)i);
        assert_non_null(row);
        assert_int_equal(row->id, i);
        assert_int_equal(imap4_quirk_find(imap4_view_of(row->name)), i);
        assert_true(strlen(row->trigger) > 10 && strlen(row->change) > 10);
        assert_non_null(strstr(row->anchor, "RFC "));
        assert_non_null(row->caps);
    }
    assert_null(imap4_quirk_list(IMAP4_QUIRK_COUNT));
    assert_int_equal(imap4_quirk_find(IMAP4_V("SHORT-Lines")), IMAP4_QUIRK_SHORT_LINES);
    assert_int_equal(imap4_quirk_find(IMAP4_V("short")), IMAP4_E_ARG);
    assert_int_equal(imap4_quirk_find(IMAP4_NIL), IMAP4_E_ARG);
}

static void test_options(void **state)
{
    static const char *const wrong[] = { "no-such", "short-lines,back-off", "!",
                                         "! back-off" };
    imap4_quirk_state        now;
    session                 *s = session_of(" short-lines  !BACK-OFF ");
    (void)state;
    assert_int_equal(state_of(s, IMAP4_QUIRK_SHORT_LINES, &now), 1);
    assert_int_equal(now.setting, IMAP4_QUIRK_ON);
    assert_string_equal(now.why.ptr, "it was switched on");
    assert_int_equal(state_of(s, IMAP4_QUIRK_BACK_OFF, &now), 0);
    assert_int_equal(now.setting, IMAP4_QUIRK_OFF);
    assert_null(now.why.ptr);
    session_free(s);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
        imap4_engine        *e   = NULL;
        opt.quirks               = wrong[i];
        assert_int_equal(imap4_engine_new(&opt, &e), IMAP4_E_ARG);
        assert_null(e);
    }
}

static void test_switches(void **state)
{
    imap4_quirk_state now;
    imap4_quirk_state bare = { 0 };
    session          *s    = session_of(NULL);
    (void)state;
    assert_int_equal(imap4_quirk_set(s->e, -1, IMAP4_QUIRK_ON), IMAP4_E_ARG);
    assert_int_equal(imap4_quirk_set(s->e, IMAP4_QUIRK_COUNT, IMAP4_QUIRK_ON),
                     IMAP4_E_ARG);
    assert_int_equal(imap4_quirk_set(s->e, 0, 3), IMAP4_E_ARG);
    assert_int_equal(imap4_quirk_set(s->e, 0, -1), IMAP4_E_ARG);
    assert_int_equal(state_of(s, -1, &now), IMAP4_E_ARG);
    assert_int_equal(state_of(s, IMAP4_QUIRK_COUNT, &now), IMAP4_E_ARG);
    assert_int_equal(imap4_engine_quirk(s->e, 0, &bare), IMAP4_E_ARG);
    assert_int_equal(imap4_quirk_set(s->e, IMAP4_QUIRK_LITERALS_WAIT, IMAP4_QUIRK_ON), 0);
    assert_int_equal(imap4_engine_quirk(s->e, IMAP4_QUIRK_LITERALS_WAIT, NULL), 1);
    assert_int_equal(imap4_quirk_set(s->e, IMAP4_QUIRK_LITERALS_WAIT, IMAP4_QUIRK_AUTO),
                     0);
    assert_int_equal(imap4_engine_quirk(s->e, IMAP4_QUIRK_LITERALS_WAIT, NULL), 0);
    session_free(s);
}

/* What was switched on, or off, is no news when it is seen. */
static void test_news_is_told_once(void **state)
{
    static const char *const settings[] = { NULL, "small-batches", "!small-batches" };
    imap4_quirk_state        now;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        session *s = session_of(settings[i]);
        server(s,
               "* PREAUTH [CAPABILITY IMAP4rev1] Microsoft Exchange IMAP4 is ready\r\n");
        assert_events(s, i == 0 ? "GREETING PREAUTH\nQUIRK\n" : "GREETING PREAUTH\n");
        assert_int_equal(state_of(s, IMAP4_QUIRK_SMALL_BATCHES, &now), i != 2);
        assert_int_equal(now.why.ptr != NULL, i != 2);
        session_free(s);
    }
}

/* What is switched before it was told is no news, and holds nothing up. */
static void test_switched_before_it_is_told(void **state)
{
    const imap4_event *ev = NULL;
    session           *s  = session_of(NULL);
    (void)state;
    server(s, "* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi\r\n");
    assert_events(s, "GREETING PREAUTH\n");
    noop(s);
    assert_sent(s, "A1 NOOP\r\n");
    server(s, "A1 NO slower [THROTTLED]\r\n");
    assert_int_equal(imap4_engine_next(s->e, &ev), 1);
    assert_int_equal(ev->type, IMAP4_EV_DONE);
    assert_int_equal(imap4_quirk_set(s->e, IMAP4_QUIRK_BACK_OFF, IMAP4_QUIRK_OFF),
                     IMAP4_OK);
    /* It is queued behind the news, and never sent. */
    imap4_cmd cmd = 0;
    assert_int_equal(imap4_cmd_noop(s->e, NULL, &cmd), IMAP4_OK);
    assert_int_equal(imap4_cmd_stop(s->e, cmd), IMAP4_OK);
    assert_int_equal(imap4_engine_next(s->e, &ev), 1);
    assert_int_equal(ev->type, IMAP4_EV_DONE);
    assert_int_equal(ev->cmd, cmd);
    assert_int_equal(imap4_engine_next(s->e, &ev), 0);
    session_free(s);
}

/* ---- capabilities ---------------------------------------------------------------------------- */

static session *greeted(const char *quirks)
{
    session *s = session_of(quirks);
    server(
        s,
        "* PREAUTH [CAPABILITY IMAP4rev1 IDLE LIST-EXTENDED SPECIAL-USE UIDPLUS] hi\r\n");
    assert_events(s, "GREETING PREAUTH\n");
    return s;
}

static void test_broken_at_the_limit(void **state)
{
    char         name[42];
    imap4_broken one   = { .size = sizeof one };
    imap4_broken bare  = { 0 };
    session     *s     = greeted(NULL);
    const size_t limit = 16;
    (void)state;
    memset(name, 'X', sizeof name);
    assert_int_equal(imap4_engine_set_broken(s->e, (imap4_view){ name, 41 }, 1),
                     IMAP4_E_ARG);
    assert_int_equal(imap4_engine_set_broken(s->e, IMAP4_NIL, 1), IMAP4_E_ARG);
    assert_int_equal(imap4_engine_set_broken(s->e, IMAP4_V("A B"), 1), IMAP4_E_ARG);
    for (size_t i = 0; i < limit; i++) {
        name[39] = (char)('A' + i);
        assert_int_equal(imap4_engine_set_broken(s->e, (imap4_view){ name, 40 }, 1), 0);
        assert_int_equal(imap4_engine_set_broken(s->e, (imap4_view){ name, 40 }, 1), 0);
    }
    assert_int_equal(imap4_engine_set_broken(s->e, IMAP4_V("ONE-MORE"), 1), IMAP4_E_LIMIT);
    assert_int_equal(imap4_engine_set_broken(s->e, IMAP4_V("SPECIAL-USE"), 1),
                     IMAP4_E_LIMIT);
    assert_int_equal(imap4_engine_quirk(s->e, IMAP4_QUIRK_LIST_PLAIN, NULL), 0);
    assert_int_equal(imap4_engine_broken(s->e, limit - 1, &one), 1);
    assert_int_equal(one.capability.len, 40);
    assert_int_equal(one.result, 0);
    assert_null(one.command.ptr);
    assert_int_equal(imap4_engine_broken(s->e, limit, &one), 0);
    assert_int_equal(imap4_engine_broken(s->e, 0, &bare), IMAP4_E_ARG);
    assert_int_equal(imap4_engine_broken(s->e, 0, NULL), IMAP4_E_ARG);
    session_free(s);
}

/* Three capabilities are one row: who breaks one breaks all. */
static void test_capabilities_of_a_row(void **state)
{
    imap4_broken one = { .size = sizeof one };
    session     *s   = greeted(NULL);
    (void)state;
    assert_int_equal(imap4_engine_offers(s->e, IMAP4_V("special-use")), 1);
    assert_int_equal(imap4_engine_set_broken(s->e, IMAP4_V("Special-Use"), 1), IMAP4_OK);
    assert_int_equal(imap4_engine_has(s->e, IMAP4_V("LIST-EXTENDED")), 0);
    assert_int_equal(imap4_engine_offers(s->e, IMAP4_V("LIST-EXTENDED")), 0);
    assert_int_equal(imap4_engine_quirk(s->e, IMAP4_QUIRK_LIST_PLAIN, NULL), 1);
    assert_int_equal(imap4_engine_broken(s->e, 2, &one), 1);
    assert_string_equal(one.capability.ptr, "SPECIAL-USE");
    assert_int_equal(imap4_engine_broken(s->e, 3, &one), 0);
    assert_int_equal(imap4_engine_has(s->e, IMAP4_V("UIDPLUS")), 1);
    assert_int_equal(imap4_engine_set_broken(s->e, IMAP4_V("LIST-EXTENDED"), 0), IMAP4_OK);
    assert_int_equal(imap4_engine_has(s->e, IMAP4_V("SPECIAL-USE")), 1);
    session_free(s);
}

/* Refuses IDLE, and says what the engine made of it. */
static int after_idle(session *s, const char *answer)
{
    imap4_cmd cmd = 0;
    char      line[128];
    assert_int_equal(imap4_cmd_idle(s->e, NULL, &cmd), IMAP4_OK);
    take_sent(s);
    const char *tag = s->sent + (s->sent_len - strlen("A1 IDLE\r\n"));
    snprintf(line, sizeof line, "%.2s %s\r\n", tag, answer);
    server(s, line);
    take_events(s);
    s->sent_len = s->events_len = 0;
    return imap4_engine_has(s->e, IMAP4_V("IDLE"));
}

static void test_what_refuses_a_capability(void **state)
{
    static const struct {
        const char *answer;
        int         has; /* afterwards */
    } rows[] = {
        { "BAD Command unrecognized", 0 },
        { "BAD [ALERT] what", 0 },
        { "BAD [X-NEW] what", 0 },
        { "NO [CANNOT] never", 0 },
        { "NO [SERVERBUG] oops", 0 },
        { "NO", 1 },
        { "NO [UNAVAILABLE] later", 1 },
        { "NO [LIMIT] too many", 1 },
        { "BAD [CLIENTBUG] you", 1 },
        { "BAD Request is throttled. Suggested Backoff Time: 1 milliseconds", 1 },
        { "BAD slower [THROTTLED]", 1 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        session *s = greeted(NULL);
        if (after_idle(s, rows[i].answer) != rows[i].has)
            fail_msg("%s", rows[i].answer);
        session_free(s);
    }
}

static void test_what_is_known_of_a_capability(void **state)
{
    imap4_broken one = { .size = sizeof one };
    session     *s   = greeted(NULL);
    (void)state;
    assert_int_equal(after_idle(s, "BAD what"), 0);
    assert_int_equal(imap4_engine_broken(s->e, 0, &one), 1);
    assert_int_equal(one.result, IMAP4_R_BAD);
    assert_memory_equal(one.capability.ptr, "IDLE", 4);
    assert_string_equal(one.command.ptr, "IDLE");
    /* A list that names it again proves nothing. */
    server(s, "* CAPABILITY IMAP4rev1 IDLE\r\n");
    assert_events(s, "CAPABILITY\n");
    assert_int_equal(imap4_engine_has(s->e, IMAP4_V("IDLE")), 0);
    /* Whoever knows better says so, for good. */
    assert_int_equal(imap4_engine_set_broken(s->e, IMAP4_V("IDLE"), 0), IMAP4_OK);
    assert_int_equal(after_idle(s, "BAD what"), 1);
    assert_int_equal(imap4_engine_broken(s->e, 0, &one), 0);
    session_free(s);

    /* The row is off: nothing is concluded. */
    s = greeted("!capability-refused");
    assert_int_equal(after_idle(s, "BAD what"), 1);
    session_free(s);

    /* It has worked before: then it was something else. */
    s             = greeted(NULL);
    imap4_cmd cmd = 0;
    assert_int_equal(imap4_cmd_idle(s->e, NULL, &cmd), IMAP4_OK);
    assert_sent(s, "A1 IDLE\r\n");
    server(s, "+ idling\r\n");
    take_events(s);
    assert_int_equal(imap4_cmd_stop(s->e, cmd), IMAP4_OK);
    take_sent(s);
    server(s, "A1 OK done\r\n");
    take_events(s);
    assert_int_equal(after_idle(s, "BAD what"), 1);
    session_free(s);
}

/* ---- "back-off" --------------------------------------------------------------------------------- */

static void test_what_was_said_is_waited(void **state)
{
    uint64_t deadline = 0;
    session *s        = greeted(NULL);
    (void)state;
    s->now = 1000;
    noop(s);
    assert_sent(s, "A1 NOOP\r\n");
    server(s,
           "A1 BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds\r\n");
    noop(s);
    assert_events(s, "DONE #1 BAD\nQUIRK\n");
    assert_sent(s, "");
    (void)imap4_engine_want(s->e, s->now, &deadline);
    assert_int_equal(deadline, 1000 + 92415);
    s->now += 92414;
    assert_sent(s, "");
    s->now += 1;
    assert_sent(s, "A2 NOOP\r\n");
    session_free(s);
}

static void test_longest_wait(void **state)
{
    static const char *const times[] = { "300001", "99999999999999999999999" };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char     line[128];
        session *s = greeted(NULL);
        noop(s);
        assert_sent(s, "A1 NOOP\r\n");
        snprintf(line, sizeof line, "A1 NO Suggested Backoff Time: %s ms\r\n", times[i]);
        server(s, line);
        noop(s);
        assert_events(s, "DONE #1 NO\nQUIRK\n");
        assert_sent(s, "");
        s->now += 299999;
        assert_sent(s, "");
        s->now += 1;
        assert_sent(s, "A2 NOOP\r\n");
        session_free(s);
    }
}

/* [THROTTLED]: 50 ms, then twice as long each time, at most 16 s. */
static void test_slower_each_time(void **state)
{
    session *s = greeted(NULL);
    char     line[64];
    uint64_t deadline = 0;
    uint64_t wait     = 50;
    (void)state;
    noop(s);
    assert_sent(s, "A1 NOOP\r\n");
    for (unsigned i = 1; i < 13; i++) {
        snprintf(line, sizeof line, "A%u OK NOOP completed. [THROTTLED] \r\n", i);
        server(s, line);
        take_events(s);
        noop(s);
        s->events_len = 0;
        assert_sent(s, "");
        (void)imap4_engine_want(s->e, s->now, &deadline);
        assert_int_equal(deadline - s->now, wait);
        s->now += wait;
        snprintf(line, sizeof line, "A%u NOOP\r\n", i + 1);
        assert_sent(s, line);
        wait = wait <= 8000 ? wait * 2 : 16000;
    }
    assert_int_equal(wait, 16000);
    session_free(s);
}

static void test_no_wait_where_it_is_off(void **state)
{
    session *s = greeted("!back-off");
    (void)state;
    noop(s);
    assert_sent(s, "A1 NOOP\r\n");
    server(s, "A1 NO Suggested Backoff Time: 5000 ms\r\n");
    noop(s);
    assert_events(s, "DONE #1 NO\n");
    assert_sent(s, "A2 NOOP\r\n");
    session_free(s);
    /* It is switched off while it waits. */
    s = greeted(NULL);
    noop(s);
    assert_sent(s, "A1 NOOP\r\n");
    server(s, "A1 NO Suggested Backoff Time: 5000 ms\r\n");
    noop(s);
    assert_events(s, "DONE #1 NO\nQUIRK\n");
    assert_sent(s, "");
    assert_int_equal(imap4_quirk_set(s->e, IMAP4_QUIRK_BACK_OFF, IMAP4_QUIRK_OFF),
                     IMAP4_OK);
    assert_sent(s, "A2 NOOP\r\n");
    session_free(s);
}

/* Each wait begins when it is asked for, whatever became of the one before. */
static void test_second_wait_is_a_whole_one(void **state)
{
    session *s = greeted(NULL);
    (void)state;
    noop(s);
    assert_sent(s, "A1 NOOP\r\n");
    server(s, "A1 NO Suggested Backoff Time: 5000 ms\r\n");
    noop(s);
    assert_events(s, "DONE #1 NO\nQUIRK\n");
    assert_sent(s, "");
    assert_int_equal(imap4_quirk_set(s->e, IMAP4_QUIRK_BACK_OFF, IMAP4_QUIRK_AUTO),
                     IMAP4_OK);
    assert_sent(s, "A2 NOOP\r\n");
    s->now += 4000;
    server(s, "A2 NO Suggested Backoff Time: 5000 ms\r\n");
    noop(s);
    assert_events(s, "DONE #2 NO\nQUIRK\n");
    assert_sent(s, "");
    s->now += 4999;
    assert_sent(s, "");
    s->now += 1;
    assert_sent(s, "A3 NOOP\r\n");
    session_free(s);
}

static void test_logout_does_not_wait(void **state)
{
    imap4_cmd cmd = 0;
    session  *s   = greeted(NULL);
    (void)state;
    noop(s);
    assert_sent(s, "A1 NOOP\r\n");
    server(s, "A1 NO Suggested Backoff Time: 5000 ms\r\n");
    assert_events(s, "DONE #1 NO\nQUIRK\n");
    assert_int_equal(imap4_cmd_logout(s->e, NULL, &cmd), IMAP4_OK);
    assert_sent(s, "A2 LOGOUT\r\n");
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_says_all),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_switches),
        cmocka_unit_test(test_news_is_told_once),
        cmocka_unit_test(test_switched_before_it_is_told),
        cmocka_unit_test(test_broken_at_the_limit),
        cmocka_unit_test(test_capabilities_of_a_row),
        cmocka_unit_test(test_what_refuses_a_capability),
        cmocka_unit_test(test_what_is_known_of_a_capability),
        cmocka_unit_test(test_what_was_said_is_waited),
        cmocka_unit_test(test_longest_wait),
        cmocka_unit_test(test_slower_each_time),
        cmocka_unit_test(test_no_wait_where_it_is_off),
        cmocka_unit_test(test_second_wait_is_a_whole_one),
        cmocka_unit_test(test_logout_does_not_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
