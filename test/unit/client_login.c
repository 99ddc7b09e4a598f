/* SPDX-License-Identifier: MIT */
/* Logging in: tokens, mechanisms of the caller's, the best there is, who is not believed. */
#include "client_help.h"

#define OFFERS(caps) "S: * OK [CAPABILITY IMAP4rev1 SASL-IR " caps "] hi\n"
#define LOGGED_IN    " OK [CAPABILITY IMAP4rev1] in\n"

typedef struct tokens {
    int asked[4], count;
    int rc;
} tokens;

static int give_token(void *user, int is_again, imap4_view *token)
{
    tokens *t            = user;
    t->asked[t->count++] = is_again;
    *token = is_again ? IMAP4_V("token-of-alice-2") : IMAP4_V("token-of-alice-1");
    return t->rc;
}

/* {"status":"invalid_token"} */
#define ERROR_JSON "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0="

static void a_token_that_is_old_is_asked_for_again(void **state)
{
    script s;
    tokens t = { .rc = IMAP4_OK };
    imap4 *m = script_connect(
        &s,
        OFFERS(
            "AUTH=XOAUTH2") "C: T1 AUTHENTICATE XOAUTH2 "
                            "dXNlcj1hbGljZQFhdXRoPUJlYXJlciB0b2tlbi1vZi1hbGljZS0xAQE=\n"
                            "S: + " ERROR_JSON
                            "\nC: \nS: T1 NO [AUTHENTICATIONFAILED] old\n"
                            "C: T2 AUTHENTICATE XOAUTH2 "
                            "dXNlcj1hbGljZQFhdXRoPUJlYXJlciB0b2tlbi1vZi1hbGljZS0yAQE=\n"
                            "S: T2" LOGGED_IN);
    (void)state;
    assert_int_equal(imap4_login_token(m, "alice", give_token, &t, NULL), IMAP4_OK);
    assert_int_equal(t.count, 2);
    assert_int_equal(t.asked[0], 0);
    assert_int_equal(t.asked[1], 1);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void what_the_server_says_of_a_token_is_in_the_error(void **state)
{
    script s;
    tokens t = { .rc = IMAP4_OK };
    imap4 *m = script_connect(
        &s,
        OFFERS(
            "AUTH=XOAUTH2") "C: T1 AUTHENTICATE XOAUTH2 "
                            "dXNlcj1hbGljZQFhdXRoPUJlYXJlciB0b2tlbi1vZi1hbGljZS0xAQE=\n"
                            "S: + " ERROR_JSON "\nC: \nS: T1 NO old\n"
                            "C: T2 AUTHENTICATE XOAUTH2 "
                            "dXNlcj1hbGljZQFhdXRoPUJlYXJlciB0b2tlbi1vZi1hbGljZS0yAQE=\n"
                            "S: + " ERROR_JSON "\nC: \nS: T2 NO old\n");
    (void)state;
    assert_int_equal(imap4_login_token(m, "alice", give_token, &t, NULL), IMAP4_NO);
    assert_view(imap4_last_error(m)->where, "{\"status\":\"invalid_token\"}");
    t.rc = IMAP4_E_ABSENT;
    assert_int_equal(imap4_login_token(m, "alice", give_token, &t, NULL), IMAP4_E_ABSENT);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static int answer_once(void *user, imap4_view challenge, imap4_view *response)
{
    int *left = user;
    assert_view(challenge, "key?");
    if ((*left)-- == 0)
        return IMAP4_E_ABSENT;
    *response = IMAP4_V("k");
    return IMAP4_OK;
}

static void a_mechanism_of_the_caller_s(void **state)
{
    script s;
    int    left = 1;
    imap4 *m    = script_connect(
           &s, OFFERS("AUTH=X-KEY") "C: T1 AUTHENTICATE X-KEY\nS: + a2V5Pw==\nC: aw==\n"
                                       "S: + a2V5Pw==\nC: *\nS: T1 BAD cancelled\n"
                                       "C: T2 AUTHENTICATE X-KEY\nS: + a2V5Pw==\nC: aw==\n"
                                       "S: T2" LOGGED_IN);
    (void)state;
    assert_int_equal(imap4_authenticate(m, "X-KEY", answer_once, &left, NULL),
                     IMAP4_E_ABSENT);
    left = 1;
    assert_int_equal(imap4_authenticate(m, "X-KEY", answer_once, &left, NULL), IMAP4_OK);
    assert_int_equal(imap4_state_of(m), IMAP4_STATE_AUTH);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static imap4_credentials alice(void)
{
    imap4_credentials who = IMAP4_CREDENTIALS;
    who.user              = IMAP4_V("alice");
    who.password          = IMAP4_V("secret");
    return who;
}

static void the_best_that_is_offered(void **state)
{
    script            s;
    imap4_view        mechanism = IMAP4_NIL;
    imap4_credentials who       = alice();
    imap4            *m         = script_connect(
                           &s, OFFERS("AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5") "C: T1 AUTHENTICATE PLAIN "
                                                                                                "AGFsaWNlAHNlY3JldA==\n"
                                                                                                "S: T1" LOGGED_IN);
    (void)state;
    assert_int_equal(imap4_login_best(m, &who, NULL, &mechanism, NULL), IMAP4_OK);
    assert_view(mechanism, "PLAIN");
    imap4_shutdown(m);
    script_end(&s, &m);

    m = script_connect(&s, OFFERS("X") "C: T1 LOGIN alice \"secret\"\nS: T1" LOGGED_IN);
    assert_int_equal(imap4_login_best(m, &who, NULL, &mechanism, NULL), IMAP4_OK);
    assert_view(mechanism, "LOGIN command");
    imap4_shutdown(m);
    script_end(&s, &m);

    /* Somebody between took the better ones away: nothing is sent. */
    imap4_sasl_policy policy = IMAP4_SASL_POLICY;
    policy.min_mechanism     = IMAP4_V("SCRAM-SHA-256");
    m                        = script_connect(&s, OFFERS("AUTH=PLAIN"));
    assert_int_equal(imap4_login_best(m, &who, &policy, &mechanism, NULL),
                     IMAP4_E_INSECURE);
    imap4_shutdown(m);
    script_end(&s, &m);
}

static void an_ok_without_proof_is_not_believed(void **state)
{
    script            s;
    imap4_credentials who = alice();
    imap4            *m   = script_connect(
                     &s, OFFERS("AUTH=LOGIN") "C: T1 AUTHENTICATE LOGIN\nS: T1" LOGGED_IN);
    (void)state;
    assert_int_equal(imap4_authenticate_as(m, "LOGIN", &who, NULL), IMAP4_E_PROTOCOL);
    assert_int_not_equal(imap4_noop(m, NULL), IMAP4_OK);
    script_end(&s, &m);
}

static void what_cannot_be_used_is_said(void **state)
{
    script            s;
    imap4_credentials who = alice();
    imap4            *m   = script_connect(&s, OFFERS("AUTH=PLAIN"));
    (void)state;
    assert_int_equal(imap4_authenticate_as(m, "GSSAPI", &who, NULL), IMAP4_E_NOTIMPL);
    assert_view(imap4_last_error(m)->where, "GSSAPI");
    assert_int_equal(imap4_authenticate_as(m, "XOAUTH2", &who, NULL), IMAP4_E_ARG);
    assert_int_equal(imap4_authenticate_as(m, "LOGIN", &who, NULL), IMAP4_E_NOCAP);
    assert_int_equal(imap4_login(m, NULL, "secret", NULL), IMAP4_E_ARG);
    imap4_shutdown(m);
    script_end(&s, &m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_that_is_old_is_asked_for_again),
        cmocka_unit_test(what_the_server_says_of_a_token_is_in_the_error),
        cmocka_unit_test(a_mechanism_of_the_caller_s),
        cmocka_unit_test(the_best_that_is_offered),
        cmocka_unit_test(an_ok_without_proof_is_not_believed),
        cmocka_unit_test(what_cannot_be_used_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
