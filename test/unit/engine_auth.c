/* SPDX-License-Identifier: MIT */
/* engine_auth.c - AUTHENTICATE: challenges, initial responses, cancelling. */
#include "session_help.h"

static imap4_cmd authenticate(session *s, const char *mechanism, imap4_view initial)
{
    imap4_cmd cmd = 0;
    assert_int_equal(
        imap4_cmd_authenticate(s->e, view_of(mechanism), initial, NULL, &cmd), IMAP4_OK);
    return cmd;
}

static session *ready(const char *capabilities)
{
    session *s = session_new();
    greet(s, capabilities);
    return s;
}

static void challenges_are_events(void **state)
{
    session  *s   = ready("AUTH=SCRAM-SHA-256");
    imap4_cmd cmd = authenticate(s, "SCRAM-SHA-256", IMAP4_NIL);
    assert_sent(s, "A1 AUTHENTICATE SCRAM-SHA-256\r\n");
    assert_int_equal(imap4_cmd_respond(s->e, cmd, IMAP4_V("early")), IMAP4_E_STATE);
    server(s, "+ \r\n");
    assert_events(s, "CHALLENGE #1 <>\n");
    assert_int_equal(imap4_cmd_respond(s->e, cmd, IMAP4_V("first")), IMAP4_OK);
    assert_int_equal(imap4_cmd_respond(s->e, cmd, IMAP4_V("twice")), IMAP4_E_STATE);
    assert_sent(s, "Zmlyc3Q=\r\n");
    server(s, "+ cj1hYmM=\r\n");
    assert_events(s, "CHALLENGE #1 <r=abc>\n");
    assert_int_equal(imap4_cmd_respond(s->e, cmd, IMAP4_V("")), IMAP4_OK);
    assert_sent(s, "\r\n");
    server(s, "A1 OK [CAPABILITY IMAP4rev1] in\r\n");
    assert_events(s, "DONE #1 OK\n");
    assert_int_equal(imap4_engine_state(s->e), IMAP4_STATE_AUTH);
    session_free(s);
}

static void initial_response_goes_with_sasl_ir(void **state)
{
    session *s = ready("AUTH=PLAIN SASL-IR");
    assert_int_equal(
        imap4_cmd_auth_plain(s->e, IMAP4_NIL, IMAP4_V("joe"), IMAP4_V("pw"), NULL, NULL),
        0);
    assert_sent(s, "A1 AUTHENTICATE PLAIN AGpvZQBwdw==\r\n");
    server(s, "A1 OK [CAPABILITY IMAP4rev1] in\r\n");
    assert_events(s, "DONE #1 OK\n");
    session_free(s);
}

static void empty_initial_response_is_an_equals_sign(void **state)
{
    session *s = ready("AUTH=EXTERNAL SASL-IR");
    authenticate(s, "EXTERNAL", IMAP4_V(""));
    assert_sent(s, "A1 AUTHENTICATE EXTERNAL =\r\n");
    session_free(s);
    s = ready("AUTH=EXTERNAL");
    authenticate(s, "EXTERNAL", IMAP4_V(""));
    assert_sent(s, "A1 AUTHENTICATE EXTERNAL\r\n");
    server(s, "+\r\n");
    assert_events(s, "");
    assert_sent(s, "\r\n");
    session_free(s);
}

static void initial_response_waits_for_the_first_challenge(void **state)
{
    session *s = ready("AUTH=PLAIN");
    assert_int_equal(imap4_cmd_auth_plain(s->e, IMAP4_V("admin"), IMAP4_V("joe"),
                                          IMAP4_V("pw"), NULL, NULL),
                     IMAP4_OK);
    assert_sent(s, "A1 AUTHENTICATE PLAIN\r\n");
    server(s, "+ whatever it says\r\n");
    assert_events(s, "");
    assert_sent(s, "YWRtaW4Aam9lAHB3\r\n");
    server(s, "+ Z28gb24=\r\n"); /* and another, which is told */
    assert_events(s, "CHALLENGE #1 <go on>\n");
    session_free(s);
}

static void plus_may_overtake_the_word_that_it_was_sent(void **state)
{
    session *s = ready("AUTH=PLAIN");
    assert_int_equal(
        imap4_cmd_auth_plain(s->e, IMAP4_NIL, IMAP4_V("joe"), IMAP4_V("pw"), NULL, NULL),
        0);
    assert_int_equal(imap4_engine_send_buf(s->e).len, 23);
    server(s, "+ \r\n");
    assert_events(s, "");
    imap4_engine_send_ack(s->e, 23);
    assert_sent(s, "AGpvZQBwdw==\r\n");
    session_free(s);
}

static void caller_can_cancel(void **state)
{
    session  *s   = ready("AUTH=SCRAM-SHA-1");
    imap4_cmd cmd = authenticate(s, "SCRAM-SHA-1", IMAP4_NIL);
    assert_sent(s, "A1 AUTHENTICATE SCRAM-SHA-1\r\n");
    server(s, "+ \r\n");
    assert_events(s, "CHALLENGE #1 <>\n");
    assert_int_equal(imap4_cmd_respond(s->e, cmd, IMAP4_NIL), IMAP4_OK);
    assert_sent(s, "*\r\n");
    server(s, "A1 BAD cancelled\r\n");
    assert_events(s, "DONE #1 BAD\n");
    session_free(s);
}

static void stop_cancels_at_the_next_challenge(void **state)
{
    session  *s   = ready("AUTH=SCRAM-SHA-1");
    imap4_cmd cmd = authenticate(s, "SCRAM-SHA-1", IMAP4_NIL);
    assert_sent(s, "A1 AUTHENTICATE SCRAM-SHA-1\r\n");
    assert_int_equal(imap4_cmd_stop(s->e, cmd), IMAP4_OK);
    assert_sent(s, "");
    server(s, "+ \r\n");
    assert_events(s, "");
    assert_sent(s, "*\r\n");
    server(s, "A1 BAD cancelled\r\n");
    assert_events(s, "DONE #1 BAD\n");

    cmd = authenticate(s, "SCRAM-SHA-1", IMAP4_NIL);
    assert_sent(s, "A2 AUTHENTICATE SCRAM-SHA-1\r\n");
    server(s, "+ \r\n");
    assert_events(s, "CHALLENGE #2 <>\n");
    assert_int_equal(imap4_cmd_stop(s->e, cmd), IMAP4_OK);
    assert_sent(s, "*\r\n");
    session_free(s);
}

static void ok_behind_a_cancel_is_fatal(void **state)
{
    session  *s   = ready("AUTH=SCRAM-SHA-1");
    imap4_cmd cmd = authenticate(s, "SCRAM-SHA-1", IMAP4_NIL);
    assert_sent(s, "A1 AUTHENTICATE SCRAM-SHA-1\r\n");
    server(s, "+ \r\n");
    assert_events(s, "CHALLENGE #1 <>\n");
    assert_int_equal(imap4_cmd_respond(s->e, cmd, IMAP4_NIL), IMAP4_OK);
    assert_sent(s, "*\r\n");
    server(s, "A1 OK you are in\r\n");
    assert_events(s, "DONE #1 LOST E_PROTOCOL\n= E_PROTOCOL\n");
    session_free(s);
}

static void challenge_that_is_not_base64_is_cancelled(void **state)
{
    session *s = ready("AUTH=SCRAM-SHA-1");
    authenticate(s, "SCRAM-SHA-1", IMAP4_NIL);
    assert_sent(s, "A1 AUTHENTICATE SCRAM-SHA-1\r\n");
    server(s, "+ this is not base64\r\n");
    assert_events(s, "");
    assert_sent(s, "*\r\n");
    server(s, "A1 BAD cancelled\r\n");
    assert_events(s, "DONE #1 BAD E_SYNTAX\n");
    session_free(s);
}

static void huge_challenge_is_cancelled(void **state)
{
    session *s = ready("AUTH=SCRAM-SHA-1");
    authenticate(s, "SCRAM-SHA-1", IMAP4_NIL);
    assert_sent(s, "A1 AUTHENTICATE SCRAM-SHA-1\r\n");
    char *line = malloc(100003);
    assert_non_null(line);
    memset(line, 'A', 100002);
    memcpy(line, "+ ", 2);
    memcpy(line + 100000, "\r\n", 3);
    server(s, line);
    free(line);
    assert_events(s, "");
    assert_sent(s, "*\r\n");
    session_free(s);
}

static void mechanism_that_is_not_announced_is_refused(void **state)
{
    session *s = ready("AUTH=PLAIN");
    authenticate(s, "SCRAM-SHA-256", IMAP4_NIL);
    assert_sent(s, "");
    assert_events(s, "DONE #1 REFUSED E_NOCAP\n");
    session_free(s);
}

static void plain_mechanisms_need_a_private_pipe(void **state)
{
    static const char *const names[] = { "PLAIN", "login", "XOAUTH2", "OAUTHBEARER" };
    imap4_engine_options     opt     = IMAP4_ENGINE_OPTIONS;
    session                 *s       = session_with(&opt);
    greet(s, "AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2 AUTH=OAUTHBEARER AUTH=SCRAM-SHA-256");
    for (unsigned i = 0; i < 4; i++) {
        char line[64];
        authenticate(s, names[i], IMAP4_V("secret"));
        assert_sent(s, "");
        snprintf(line, sizeof line, "DONE #%u REFUSED E_INSECURE\n", i + 1);
        assert_events(s, line);
    }
    const imap4_arg arg = { .kind = IMAP4_ARG_ATOM, .text = IMAP4_V("PLAIN") };
    assert_int_equal(imap4_cmd_args(s->e, IMAP4_V("AUTHENTICATE"), &arg, 1, NULL, NULL),
                     IMAP4_OK);
    assert_sent(s, "");
    assert_events(s, "DONE #5 REFUSED E_INSECURE\n");
    authenticate(s, "SCRAM-SHA-256", IMAP4_NIL);
    assert_sent(s, "A1 AUTHENTICATE SCRAM-SHA-256\r\n");
    session_free(s);
}

static void mechanism_in_disguise_is_taken_for_plain(void **state)
{
    imap4_engine_options opt = IMAP4_ENGINE_OPTIONS;
    const imap4_arg      arg = { .kind = IMAP4_ARG_STRING, .text = IMAP4_V("PLAIN") };
    opt.no_auto_capability   = 1;
    session *s               = session_with(&opt);
    server(s, "* OK hi\r\n");
    assert_events(s, "GREETING OK\n");
    for (size_t count = 0; count < 2; count++) {
        assert_int_equal(
            imap4_cmd_args(s->e, IMAP4_V("authenticate"), &arg, count, NULL, NULL),
            IMAP4_OK);
        assert_sent(s, "");
        assert_events(s, count == 0 ? "DONE #1 REFUSED E_INSECURE\n"
                                    : "DONE #2 REFUSED E_INSECURE\n");
    }
    session_free(s);
}

static void challenge_has_time(void **state)
{
    session *s        = ready("AUTH=SCRAM-SHA-1");
    uint64_t deadline = 0;
    authenticate(s, "SCRAM-SHA-1", IMAP4_NIL);
    assert_sent(s, "A1 AUTHENTICATE SCRAM-SHA-1\r\n");
    (void)imap4_engine_want(s->e, 0, &deadline);
    assert_int_equal(deadline, 120000);
    server(s, "+ \r\n");
    assert_events(s, "CHALLENGE #1 <>\n");
    (void)imap4_engine_want(s->e, 1000000, &deadline); /* somebody types a password */
    assert_true(deadline == UINT64_MAX);
    session_free(s);
}

static void refusal_in_the_middle_ends_it(void **state)
{
    session *s = ready("AUTH=SCRAM-SHA-1");
    authenticate(s, "SCRAM-SHA-1", IMAP4_NIL);
    assert_sent(s, "A1 AUTHENTICATE SCRAM-SHA-1\r\n");
    server(s, "+ \r\nA1 NO [AUTHENTICATIONFAILED] no\r\n");
    assert_events(s, "CHALLENGE #1 <>\nDONE #1 NO\n");
    assert_int_equal(imap4_cmd_respond(s->e, 1, IMAP4_V("late")), IMAP4_E_STATE);
    session_free(s);
}

static void name_with_nul_is_refused(void **state)
{
    session *s = ready("AUTH=PLAIN");
    assert_int_equal(imap4_cmd_auth_plain(s->e, IMAP4_NIL, IMAP4_V("jo\0e"),
                                          IMAP4_V("pw"), NULL, NULL),
                     IMAP4_E_ARG);
    assert_int_equal(
        imap4_cmd_authenticate(s->e, IMAP4_V("PL AIN"), IMAP4_NIL, NULL, NULL),
        IMAP4_E_ARG);
    session_free(s);
}

/* ---- secrets leave no trace in memory ---------------------------------------------- */

#define SECRET        "Tr0ub4dor&3\""
#define SECRET_BASE64 "VHIwdWI0ZG9yJjMi" /* of SECRET, where it is aligned */

/* Frees are checked: what is given back holds no secret. */
static unsigned leaks;

static void look(const void *ptr, size_t size)
{
    if (memmem(ptr, size, "Tr0ub4dor", 9) != NULL ||
        memmem(ptr, size, "VHIwdWI0", 8) != NULL)
        leaks++;
}

static void *watch_alloc(void *ctx, size_t size)
{
    (void)ctx;
    return malloc(size);
}

static void *watch_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    (void)ctx;
    look(ptr, old_size);
    return realloc(ptr, size);
}

static void watch_release(void *ctx, void *ptr, size_t size)
{
    (void)ctx;
    if (ptr != NULL)
        look(ptr, size);
    free(ptr);
}

static void secrets_are_wiped(void **state)
{
    const imap4_allocator watch = { watch_alloc, watch_resize, watch_release, NULL };
    imap4_engine_options  opt   = IMAP4_ENGINE_OPTIONS;
    opt.secure                  = 1;
    opt.allocator               = &watch;
    leaks                       = 0;
    for (int sent = 0; sent < 2; sent++) { /* also if it was never sent */
        session *s = session_with(&opt);
        greet(s, "AUTH=SCRAM-SHA-1 SASL-IR");
        authenticate(s, "SCRAM-SHA-1", IMAP4_V(SECRET));
        if (sent) {
            assert_sent(s, "A1 AUTHENTICATE SCRAM-SHA-1 " SECRET_BASE64 "\r\n");
            server(s, "+ \r\n");
            assert_events(s, "CHALLENGE #1 <>\n");
            assert_int_equal(imap4_cmd_respond(s->e, 1, IMAP4_V(SECRET)), IMAP4_OK);
            assert_sent(s, SECRET_BASE64 "\r\n");
            server(s, "A1 NO no\r\n");
            assert_events(s, "DONE #1 NO\n");
            assert_int_equal(
                imap4_cmd_login(s->e, IMAP4_V("joe"), IMAP4_V(SECRET), NULL, NULL), 0);
            assert_sent(s, "A2 LOGIN joe \"Tr0ub4dor&3\\\"\"\r\n");
            server(s, "A2 OK in\r\n");
            assert_events(s, "DONE #2 OK\n");
            const imap4_arg arg = { .kind = IMAP4_ARG_SECRET,
                                    .text = IMAP4_V(SECRET "\r\n") };
            assert_int_equal(imap4_cmd_args(s->e, IMAP4_V("X"), &arg, 1, NULL, NULL),
                             IMAP4_OK);
        }
        session_free(s);
    }
    assert_int_equal(leaks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(challenges_are_events),
        cmocka_unit_test(initial_response_goes_with_sasl_ir),
        cmocka_unit_test(empty_initial_response_is_an_equals_sign),
        cmocka_unit_test(initial_response_waits_for_the_first_challenge),
        cmocka_unit_test(plus_may_overtake_the_word_that_it_was_sent),
        cmocka_unit_test(caller_can_cancel),
        cmocka_unit_test(stop_cancels_at_the_next_challenge),
        cmocka_unit_test(ok_behind_a_cancel_is_fatal),
        cmocka_unit_test(challenge_that_is_not_base64_is_cancelled),
        cmocka_unit_test(huge_challenge_is_cancelled),
        cmocka_unit_test(mechanism_that_is_not_announced_is_refused),
        cmocka_unit_test(plain_mechanisms_need_a_private_pipe),
        cmocka_unit_test(mechanism_in_disguise_is_taken_for_plain),
        cmocka_unit_test(challenge_has_time),
        cmocka_unit_test(refusal_in_the_middle_ends_it),
        cmocka_unit_test(name_with_nul_is_refused),
        cmocka_unit_test(secrets_are_wiped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
