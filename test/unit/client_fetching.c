/* SPDX-License-Identifier: MIT */
/* FETCH response by response, and one section to a sink. */
#include "client_help.h"

#include "imap4/data.h"

static void test_goes_response_by_response(void **state)
{
    script             s;
    imap4_fetching    *f  = NULL;
    imap4_reply       *r  = NULL;
    const imap4_event *ev = NULL;
    imap4             *m  = script_connect(
                     &s, SELECTED "C: T2 FETCH 1:2 (FLAGS)\nS: * 1 FETCH (FLAGS ())\n"
                                               "S: * 4 FETCH (FLAGS (\\Seen))\nS: * 6 EXISTS\n"
                                               "S: * 2 FETCH (FLAGS (\\Seen))\nS: T2 OK fetched\nC: T3 NOOP\n"
                                               "S: T3 OK done\n");
    (void)state;
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
    assert_int_equal(imap4_fetch_begin(m, "1:2", 0, "(FLAGS)", &f), IMAP4_OK);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_E_BUSY);
    assert_int_equal(imap4_fetch_next(f, &ev), 1);
    assert_int_equal(ev->number, 1);
    assert_int_equal(imap4_fetch_next(f, &ev), 1);
    assert_int_equal(ev->number, 2);
    assert_int_equal(imap4_fetch_next(f, &ev), 0);
    assert_int_equal(imap4_fetch_next(f, &ev), 0);
    assert_int_equal(imap4_fetch_end(&f, &r), IMAP4_OK);
    assert_null(f);
    assert_datum(r, 0, "fetched", NULL);
    imap4_reply_free(&r);
    assert_int_equal(imap4_response(m, "FETCH", &r), IMAP4_OK);
    assert_datum(r, 0, "4 (FLAGS (\\Seen))", NULL);
    imap4_reply_free(&r);
    assert_int_equal(imap4_noop(m, NULL), IMAP4_OK);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void test_ends_before_its_end(void **state)
{
    script             s;
    imap4_fetching    *f  = NULL;
    const imap4_event *ev = NULL;
    imap4             *m  = script_connect(
                     &s, SELECTED "C: T2 UID FETCH 7:9 (FLAGS)\nS: * 1 FETCH (UID 7 FLAGS ())\n"
                                               "S: * 2 FETCH (UID 9 FLAGS ())\nS: T2 OK done\n"
                                               "C: T3 FETCH 1 (X)\nS: T3 BAD what\n");
    (void)state;
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
    assert_int_equal(imap4_fetch_begin(m, "7:9", 1, "FLAGS", &f), IMAP4_OK);
    assert_int_equal(imap4_fetch_next(f, &ev), 1);
    assert_int_equal(imap4_fetch_end(&f, NULL), IMAP4_OK);
    assert_int_equal(imap4_fetch_begin(m, "1", 0, "X", &f), IMAP4_OK);
    assert_int_equal(imap4_fetch_next(f, &ev), 0);
    assert_int_equal(imap4_fetch_end(&f, NULL), IMAP4_E_BAD);
    assert_int_equal(imap4_fetch_begin(m, "x", 0, "X", &f), IMAP4_E_ARG);
    assert_null(f);
    imap4_shutdown(m);
    script_end(&s, &m);
}

typedef struct poured {
    char   at[256];
    size_t len, most;
} poured;

static int pour(void *user, imap4_view bytes)
{
    poured *p = user;
    if (p->most != 0 && p->len + bytes.len > p->most)
        return IMAP4_E_LIMIT;
    assert_true(p->len + bytes.len < sizeof p->at);
    memcpy(p->at + p->len, bytes.ptr, bytes.len);
    p->len += bytes.len;
    return 0;
}

#define SECTION                                                                          \
    "C: T2 UID FETCH 7 (BODY.PEEK[1.2])\nS: * 1 FETCH (UID 7 BODY[1.2] {5}\ns: hello\n"  \
    "S: )\nS: T2 OK done\n"

static void test_one_section_to_a_sink(void **state)
{
    /* A literal that is streamed, and one that stands in the response. */
    for (size_t inline_literal = 1; inline_literal <= 1024; inline_literal += 1023) {
        script               s;
        poured               p      = { 0 };
        imap4_options        opt    = IMAP4_OPTIONS;
        imap4_engine_options engine = IMAP4_ENGINE_OPTIONS;
        engine.tag_prefix           = "T";
        engine.inline_literal       = inline_literal;
        opt.engine                  = &engine;
        imap4 *m                    = script_connect_as(&s,
                                                        SELECTED SECTION
                                                        "C: T3 UID FETCH 9 (BODY.PEEK[])\nS: T3 OK none\n"
                                                                           "C: T4 UID FETCH 7 (BODY.PEEK[])\n"
                                                                           "S: * 1 FETCH (UID 7 BODY[] {5}\ns: hello\nS: )\n"
                                                                           "S: T4 OK done\n",
                                                        &opt, NULL);
        (void)state;
        assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
        assert_int_equal(imap4_fetch_to(m, 7, "1.2", pour, &p), 5);
        assert_memory_equal(p.at, "hello", 5);
        assert_int_equal(imap4_fetch_to(m, 9, "", pour, &p), IMAP4_E_ABSENT);
        assert_int_equal(imap4_fetch_to(m, 9, "1] BODY[", pour, &p), IMAP4_E_ARG);
        p.most = 3;
        assert_int_equal(imap4_fetch_to(m, 7, "", pour, &p), IMAP4_E_LIMIT);
        imap4_shutdown(m);
        script_end(&s, &m);
    }
}

/* A streamed literal comes whole in an ordinary reply, unless it is too large. */
static void test_streamed_literals_in_replies(void **state)
{
    script               s;
    imap4_reply         *r      = NULL;
    size_t               at     = 0;
    imap4_view           body   = IMAP4_NIL;
    imap4_options        opt    = IMAP4_OPTIONS;
    imap4_engine_options engine = IMAP4_ENGINE_OPTIONS;
    engine.tag_prefix           = "T";
    engine.inline_literal       = 2;
    opt.engine                  = &engine;
    opt.max_reply               = 2000;
    char        big[4096]       = "";
    const char *text            = SELECTED
        "C: T2 FETCH 1 (BODY[1] BODY[2])\nS: * 1 FETCH (BODY[1] {5}\ns: hello\n"
        "S:  BODY[2] {3}\ns: abc\nS: )\nS: T2 OK done\n"
        "C: T3 FETCH 1:2 (BODY[])\nS: * 1 FETCH (BODY[] {5}\ns: hello\nS: )\n"
        "S: * 2 FETCH (BODY[] {3000}\ns: ";
    const size_t len = strlen(text);
    char         whole[8192];
    (void)state;
    memset(big, 'x', 3000);
    memcpy(whole, text, len);
    (void)snprintf(whole + len, sizeof whole - len, "%s\nS: )\nS: T3 OK done\n", big);
    imap4 *m = script_connect_as(&s, whole, &opt, NULL);
    assert_int_equal(imap4_select(m, NULL, 0, NULL), IMAP4_OK);
    assert_int_equal(imap4_fetch(m, "1", "(BODY[1] BODY[2])", &r), IMAP4_OK);
    assert_datum(r, 0, "1 (BODY[1] {5}", "hello");
    assert_datum(r, 1, " BODY[2] {3}", "abc");
    assert_datum(r, 2, ")", NULL);
    const imap4_event *ev = imap4_reply_find(r, IMAP4_EV_FETCH, &at);
    assert_non_null(ev);
    assert_int_equal(imap4_fetch_get(ev, IMAP4_V("BODY[2]"), &body), IMAP4_OK);
    assert_view(body, "abc");
    imap4_reply_free(&r);
    assert_int_equal(imap4_fetch(m, "1:2", "BODY[]", &r), IMAP4_E_LIMIT);
    assert_int_equal(imap4_reply_count(r), 2);
    assert_datum(r, 0, "1 (BODY[] {5}", "hello");
    imap4_reply_free(&r);
    imap4_shutdown(m);
    script_end(&s, &m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goes_response_by_response),
        cmocka_unit_test(test_ends_before_its_end),
        cmocka_unit_test(test_one_section_to_a_sink),
        cmocka_unit_test(test_streamed_literals_in_replies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
