/* SPDX-License-Identifier: MIT */
/* hostile_engine.c - a server that talks without end, of wrong tags, or not at all. */
#include "session_help.h"

/* ---- S07: floods ------------------------------------------------------------------- */

typedef struct flood {
    session *s;
    unsigned events;
    int      rc; /* what ended it */
} flood;

/* Events are counted, not noted. */
static void swallow(flood *f)
{
    const imap4_event *ev = NULL;
    int                rc;
    while ((rc = imap4_engine_next(f->s->e, &ev)) == 1)
        f->events += ev->type != IMAP4_EV_DONE;
    if (rc < 0)
        f->rc = rc;
}

static void pour(flood *f, const char *text, unsigned count)
{
    const size_t len = strlen(text);
    while (count-- != 0 && f->rc == 0) {
        for (size_t at = 0; at < len && f->rc == 0;) {
            size_t room = 0;
            char  *to   = imap4_engine_recv_buf(f->s->e, &room);
            if (to != NULL) {
                const size_t n = len - at < room ? len - at : room;
                memcpy(to, text + at, n);
                at += n;
                if (imap4_engine_recv_commit(f->s->e, n) != IMAP4_OK)
                    at = len; /* over; the events say how */
            }
            swallow(f);
        }
    }
}

static session *session_of(uint32_t max_unsolicited, uint32_t max_renewals)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    opt.secure               = 1;
    opt.max_unsolicited      = max_unsolicited;
    opt.max_renewals         = max_renewals;
    session *s               = session_with(&opt);
    server(s, "* PREAUTH [CAPABILITY IMAP4rev1 IDLE LITERAL-] hello\r\n");
    assert_events(s, "GREETING PREAUTH\n");
    return s;
}

static void error_names(session *s, int code, const char *word)
{
    const imap4_error *err = imap4_engine_error(s->e);
    assert_int_equal(err->code, code);
    assert_true(err->text.len >= strlen(word));
    assert_non_null(strstr(err->text.ptr, word));
}

static void what_nobody_asked_for_is_counted(void **state)
{
    static const char *const lines[] = { "* 5 EXISTS\r\n",
                                         "* 1 FETCH (FLAGS ())\r\n",
                                         "* OK [INPROGRESS (\"A1\" 1 2)] soon\r\n",
                                         "* FOO bar\r\n",
                                         "* CAPABILITY IMAP4rev1\r\n",
                                         "* SEARCH 1\r\n",
                                         "* LIST () \"/\" a\r\n" };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        session *s = session_of(1000, 0);
        flood    f = { .s = s };
        assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_OK);
        assert_sent(s, "A1 NOOP\r\n");
        pour(&f, lines[i], 1000);
        assert_int_equal(f.rc, 0);
        assert_int_equal(f.events, 1000);
        pour(&f, lines[i], 1);
        assert_int_equal(f.rc, IMAP4_E_LIMIT);
        assert_int_equal(f.events, 1000);
        error_names(s, IMAP4_E_LIMIT, "max_unsolicited");
        session_free(s);
    }
}

static void an_answer_begins_the_count_again(void **state)
{
    session *s = session_of(1000, 0);
    flood    f = { .s = s };
    for (unsigned i = 1; i <= 5; i++) {
        char text[64];
        assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_OK);
        snprintf(text, sizeof text, "A%u NOOP\r\n", i);
        assert_sent(s, text);
        pour(&f, "* 5 EXISTS\r\n", 1000);
        snprintf(text, sizeof text, "A%u OK done\r\n", i);
        pour(&f, text, 1);
        assert_int_equal(f.rc, 0);
    }
    session_free(s);
}

static void what_was_asked_for_is_not_counted(void **state)
{
    session *s = session_of(10, 0);
    flood    f = { .s = s };
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("INBOX"), NULL, NULL, NULL), 0);
    assert_sent(s, "A1 SELECT INBOX\r\n");
    pour(&f, "* 5 EXISTS\r\nA1 OK [READ-WRITE] done\r\n", 1);
    (void)fetch(s, "1:*", 1, "FLAGS");
    assert_sent(s, "A2 UID FETCH 1:* (FLAGS)\r\n");
    pour(&f, "* 1 FETCH (UID 1 FLAGS ())\r\n", 5000);
    assert_int_equal(f.rc, 0);
    assert_int_equal(f.events, 5001);
    session_free(s);
}

static void there_may_be_no_limit(void **state)
{
    session *s = session_of(UINT32_MAX, 0);
    flood    f = { .s = s };
    pour(&f, "* 5 EXISTS\r\n", 100000);
    assert_int_equal(f.rc, 0);
    assert_int_equal(f.events, 100000);
    session_free(s);
}

/* Says `line` every 100 seconds, and how often it could. */
static unsigned talks_for(session *s, const char *line)
{
    flood f = { .s = s };
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t deadline = 0;
        (void)imap4_engine_want(s->e, s->now, &deadline);
        swallow(&f);
        if (f.rc != 0)
            return i;
        pour(&f, line, 1);
        s->now += 100000;
    }
    return 1000;
}

/* RFC 9585: it says that the server lives, and not that it will ever be ready. */
static void progress_is_believed_for_a_while(void **state)
{
    static const char *const lines[] = { "* OK [INPROGRESS (\"A1\" 5 10)] working\r\n",
                                         "* 5 EXISTS\r\n", "\r\n", "x" };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        session *s = session_of(0, 0);
        assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_OK);
        assert_sent(s, "A1 NOOP\r\n");
        const unsigned n = talks_for(s, lines[i]);
        assert_in_range(n, 13, 23); /* eleven deadlines of 120 seconds, seen every 100 */
        error_names(s, IMAP4_E_TIMEOUT, "max_renewals");
        session_free(s);
    }
}

static void progress_may_be_believed_for_ever(void **state)
{
    session *s = session_of(0, UINT32_MAX);
    assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A1 NOOP\r\n");
    assert_int_equal(talks_for(s, "* OK [INPROGRESS] working\r\n"), 1000);
    session_free(s);
}

static void a_long_answer_is_no_stall(void **state)
{
    session *s = session_of(0, 0);
    server(s, "");
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("INBOX"), NULL, NULL, NULL), 0);
    assert_sent(s, "A1 SELECT INBOX\r\n");
    server(s, "A1 OK done\r\n");
    assert_events(s, "DONE #1 OK\n");
    (void)fetch(s, "1:*", 1, "FLAGS");
    assert_sent(s, "A2 UID FETCH 1:* (FLAGS)\r\n");
    assert_int_equal(talks_for(s, "* 1 FETCH (UID 1 FLAGS ())\r\n"), 1000);
    session_free(s);
}

static void idle_is_no_stall(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    opt.secure               = 1;
    opt.idle_renew_ms        = UINT32_MAX;
    session *s               = session_with(&opt);
    server(s, "* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hello\r\n");
    assert_events(s, "GREETING PREAUTH\n");
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("INBOX"), NULL, NULL, NULL), 0);
    assert_sent(s, "A1 SELECT INBOX\r\n");
    server(s, "A1 OK done\r\n");
    assert_events(s, "DONE #1 OK\n");
    assert_int_equal(imap4_cmd_idle(s->e, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A2 IDLE\r\n");
    server(s, "+ idling\r\n");
    take_events(s);
    assert_int_equal(talks_for(s, "* OK still here\r\n"), 1000);
    session_free(s);
}

/* A caller who was away for hours finds what came meanwhile. */
static void a_caller_who_was_away_is_not_blamed(void **state)
{
    session *s = session_of(0, 0);
    flood    f = { .s = s };
    assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A1 NOOP\r\n");
    pour(&f, "* 5 EXISTS\r\n", 1);
    s->now += 86400000;
    pour(&f, "* 6 EXISTS\r\n", 1);
    (void)imap4_engine_want(s->e, s->now, NULL);
    pour(&f, "A1 OK done\r\n", 1);
    assert_int_equal(f.rc, 0);
    session_free(s);
}

static void pluses_are_counted_too(void **state)
{
    session *s = session_of(0, 0);
    flood    f = { .s = s };
    pour(&f, "+ go\r\n", 3);
    assert_int_equal(f.rc, 0);
    pour(&f, "+ go\r\n", 1);
    assert_int_equal(f.rc, IMAP4_E_PROTOCOL);
    assert_int_equal(f.events, 0);
    session_free(s);
}

static void empty_lines_are_counted_too(void **state)
{
    session *s = session_of(0, 0);
    flood    f = { .s = s };
    pour(&f, "\r\n", 1000);
    assert_int_equal(f.rc, 0);
    pour(&f, "\r\n", 1);
    assert_int_equal(f.rc, IMAP4_E_LIMIT);
    session_free(s);
}

/* ---- S13: tags --------------------------------------------------------------------- */

static void only_tags_on_the_wire_are_answered(void **state)
{
    static const char *const forged[] = {
        "A9 OK x\r\n", /* never sent */
        "A1 OK x\r\n", /* over */
        "A3 OK x\r\n", /* it waits: not sent */
        "a2 OK x\r\n", /* tags are compared by octets */
        "A02 OK x\r\n",     "A2A OK x\r\n",           "2 OK x\r\n",
        "** OK x\r\n",      "A2 OK x\r\nA2 OK x\r\n", /* twice */
        "A2 PREAUTH x\r\n",
    };
    for (size_t i = 0; i < sizeof forged / sizeof forged[0]; i++) {
        session *s = session_of(0, 0);
        flood    f = { .s = s };
        assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_OK);
        assert_sent(s, "A1 NOOP\r\n");
        pour(&f, "A1 OK done\r\n", 1);
        /* Nothing goes beside a command that is not known. */
        (void)queue(s, "XFOO", NULL);
        assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_OK);
        assert_sent(s, "A2 XFOO\r\n");
        pour(&f, forged[i], 1);
        /* The second answer of two finds the next command, with a tag of its own. */
        if (f.rc != IMAP4_E_PROTOCOL)
            fail_msg("%s: %d", forged[i], f.rc);
        session_free(s);
    }
}

static void star_and_plus_are_no_tags(void **state)
{
    session *s = session_of(0, 0);
    assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A1 NOOP\r\n");
    server(s, "* OK x\r\n+ OK x\r\n");
    assert_events(s, "TEXT OK\n");
    server(s, "A1 OK done\r\n");
    assert_events(s, "DONE #1 OK\n");
    session_free(s);
}

/* ---- S14: "+" ---------------------------------------------------------------------- */

static imap4_cmd begin_append(session *s, uint64_t size)
{
    imap4_cmd cmd = 0;
    assert_int_equal(imap4_cmd_append(s->e, IMAP4_V("Sent"), size, NULL, NULL, &cmd),
                     IMAP4_OK);
    return cmd;
}

static void literals_wait_for_the_plus(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    opt.secure               = 1;
    session *s               = session_with(&opt);
    server(s, "* PREAUTH [CAPABILITY IMAP4rev1] hello\r\n");
    assert_events(s, "GREETING PREAUTH\n");
    const imap4_cmd cmd = begin_append(s, 5);
    assert_int_equal(imap4_cmd_write(s->e, cmd, IMAP4_V("hello")), IMAP4_OK);
    assert_sent(s, "A1 APPEND Sent {5}\r\n");
    /* Whatever else comes, none of it goes out. */
    server(s, "* OK go ahead\r\n* 5 EXISTS\r\n* + go\r\n");
    take_events(s);
    assert_sent(s, "");
    server(s, "+ go\r\n");
    take_events(s);
    assert_sent(s, "hello\r\n");
    session_free(s);
}

static void ok_instead_of_the_plus_is_forged(void **state)
{
    session *s = session_of(0, 0);
    flood    f = { .s = s };
    (void)begin_append(s, 100000);
    assert_sent(s, "A1 APPEND Sent {100000}\r\n");
    pour(&f, "A1 OK [APPENDUID 1 1] done\r\n", 1);
    assert_int_equal(f.rc, IMAP4_E_PROTOCOL);
    assert_sent(s, "");
    session_free(s);
}

static void no_instead_of_the_plus_takes_the_literal_back(void **state)
{
    session        *s   = session_of(0, 0);
    flood           f   = { .s = s };
    const imap4_cmd cmd = begin_append(s, 100000);
    assert_sent(s, "A1 APPEND Sent {100000}\r\n");
    pour(&f, "A1 NO quota\r\n", 1);
    assert_int_equal(f.rc, 0);
    assert_true(imap4_cmd_write(s->e, cmd, IMAP4_V("hello")) < 0);
    assert_int_equal(imap4_cmd_noop(s->e, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A2 NOOP\r\n");
    session_free(s);
}

static void two_pluses_in_idle_are_one(void **state)
{
    session *s = session_of(0, 0);
    flood    f = { .s = s };
    assert_int_equal(imap4_cmd_select(s->e, IMAP4_V("INBOX"), NULL, NULL, NULL), 0);
    assert_sent(s, "A1 SELECT INBOX\r\n");
    pour(&f, "A1 OK done\r\n", 1);
    assert_int_equal(imap4_cmd_idle(s->e, NULL, NULL), IMAP4_OK);
    assert_sent(s, "A2 IDLE\r\n");
    pour(&f, "+ idling\r\n", 1);
    const unsigned events = f.events;
    pour(&f, "+ idling\r\n", 3);
    assert_int_equal(f.rc, 0);
    assert_int_equal(f.events, events);
    assert_sent(s, "");
    pour(&f, "+ idling\r\n", 1);
    assert_int_equal(f.rc, IMAP4_E_PROTOCOL);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_asked_for_is_counted),
        cmocka_unit_test(an_answer_begins_the_count_again),
        cmocka_unit_test(what_was_asked_for_is_not_counted),
        cmocka_unit_test(there_may_be_no_limit),
        cmocka_unit_test(progress_is_believed_for_a_while),
        cmocka_unit_test(progress_may_be_believed_for_ever),
        cmocka_unit_test(a_long_answer_is_no_stall),
        cmocka_unit_test(idle_is_no_stall),
        cmocka_unit_test(a_caller_who_was_away_is_not_blamed),
        cmocka_unit_test(pluses_are_counted_too),
        cmocka_unit_test(empty_lines_are_counted_too),
        cmocka_unit_test(only_tags_on_the_wire_are_answered),
        cmocka_unit_test(star_and_plus_are_no_tags),
        cmocka_unit_test(literals_wait_for_the_plus),
        cmocka_unit_test(ok_instead_of_the_plus_is_forged),
        cmocka_unit_test(no_instead_of_the_plus_takes_the_literal_back),
        cmocka_unit_test(two_pluses_in_idle_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
