/* SPDX-License-Identifier: MIT */
/* test/unit/sasl_text.c - the mechanisms that are only text. */
#include "text_check.h"

#include "imap4/sasl.h"

#define PASSWORD "correct horse battery"

/* Memory that fails at the n-th call, and that looks at what is given back. */
typedef struct watch {
    unsigned calls;
    unsigned fail_at; /* 0: never */
    unsigned held;
    unsigned leaks; /* blocks that held the password when they were given back */
} watch;

static bool holds(const char *block, size_t size, const char *text)
{
    const size_t len = strlen(text);
    for (size_t i = 0; i + len <= size; i++)
        if (memcmp(block + i, text, len) == 0)
            return true;
    return false;
}

static void *watch_alloc(void *ctx, size_t size)
{
    watch *w = ctx;
    if (++w->calls == w->fail_at)
        return NULL;
    w->held++;
    return malloc(size);
}

static void *watch_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    (void)ctx;
    (void)old_size;
    return realloc(ptr, size);
}

static void watch_release(void *ctx, void *ptr, size_t size)
{
    watch *w = ctx;
    if (ptr == NULL)
        return;
    w->held--;
    w->leaks += holds(ptr, size, PASSWORD);
    free(ptr);
}

static imap4_credentials alice(void)
{
    imap4_credentials c = IMAP4_CREDENTIALS;
    c.user              = IMAP4_V("alice");
    c.password          = IMAP4_V(PASSWORD);
    return c;
}

static imap4_sasl *begin(imap4_view mechanism, const imap4_credentials *c)
{
    imap4_sasl *s = NULL;
    assert_int_equal(imap4_sasl_new(mechanism, c, NULL, &s), IMAP4_OK);
    return s;
}

#define assert_view(view, text)                                                          \
    do {                                                                                 \
        assert_int_equal((view).len, sizeof(text) - 1);                                  \
        assert_non_null((view).ptr);                                                     \
        assert_memory_equal((view).ptr, text, sizeof(text) - 1);                         \
    } while (0)

/* RFC 4616 section 4 */
static void plain_says_all_at_once(void **state)
{
    imap4_credentials c = IMAP4_CREDENTIALS;
    c.user              = IMAP4_V("Kurt");
    c.password          = IMAP4_V("xipj3plmq");
    c.authzid           = IMAP4_V("Ursel");
    imap4_view  out     = IMAP4_NIL;
    imap4_sasl *s       = begin(IMAP4_V("plain"), &c);
    (void)state;
    assert_int_equal(imap4_sasl_finish(s, 1), IMAP4_E_PROTOCOL); /* OK for nothing */
    assert_int_equal(imap4_sasl_initial(s, &out), IMAP4_OK);
    assert_view(out, "Ursel\0Kurt\0xipj3plmq");
    assert_int_equal(imap4_sasl_finish(s, 0), IMAP4_NO);
    assert_int_equal(imap4_sasl_finish(s, 1), IMAP4_OK);
    assert_int_equal(imap4_sasl_step(s, IMAP4_V("more?"), &out), IMAP4_E_PROTOCOL);
    assert_null(out.ptr);
    assert_int_equal(imap4_sasl_initial(s, &out), IMAP4_E_STATE);
    assert_int_equal(imap4_sasl_finish(s, 1), IMAP4_E_PROTOCOL);
    imap4_sasl_free(&s);
    assert_null(s);
}

/* Whoever gives no initial response answers the first challenge with it. */
static void plain_answers_a_challenge(void **state)
{
    const imap4_credentials c   = alice();
    imap4_view              out = IMAP4_NIL;
    imap4_sasl             *s   = begin(IMAP4_V("PLAIN"), &c);
    (void)state;
    assert_int_equal(imap4_sasl_step(s, IMAP4_NIL, &out), IMAP4_OK);
    assert_view(out, "\0alice\0" PASSWORD);
    assert_int_equal(imap4_sasl_finish(s, 1), IMAP4_OK);
    imap4_sasl_free(&s);
}

static void login_waits_to_be_asked(void **state)
{
    const imap4_credentials c   = alice();
    imap4_view              out = IMAP4_V("x");
    imap4_sasl             *s   = begin(IMAP4_V("LOGIN"), &c);
    (void)state;
    assert_int_equal(imap4_sasl_initial(s, &out), IMAP4_OK);
    assert_null(out.ptr);
    assert_int_equal(imap4_sasl_step(s, IMAP4_V("Username:"), &out), IMAP4_OK);
    assert_view(out, "alice");
    /* The server believes who comes without a password: we do not believe it. */
    assert_int_equal(imap4_sasl_finish(s, 1), IMAP4_E_PROTOCOL);
    assert_int_equal(imap4_sasl_step(s, IMAP4_V(""), &out), IMAP4_OK);
    assert_view(out, PASSWORD);
    assert_int_equal(imap4_sasl_finish(s, 1), IMAP4_OK);
    assert_int_equal(imap4_sasl_step(s, IMAP4_V("PIN:"), &out), IMAP4_E_PROTOCOL);
    imap4_sasl_free(&s);
}

static void external_and_anonymous_may_say_nothing(void **state)
{
    imap4_credentials c   = IMAP4_CREDENTIALS;
    imap4_view        out = IMAP4_NIL;
    imap4_sasl       *s   = begin(IMAP4_V("EXTERNAL"), &c);
    (void)state;
    assert_int_equal(imap4_sasl_initial(s, &out), IMAP4_OK);
    assert_view(out, "");
    imap4_sasl_free(&s);
    s = begin(IMAP4_V("ANONYMOUS"), &c);
    assert_int_equal(imap4_sasl_initial(s, &out), IMAP4_OK);
    assert_view(out, "");
    imap4_sasl_free(&s);
    c.user    = IMAP4_V("sirhc");
    c.authzid = IMAP4_V("fred@example.com");
    s         = begin(IMAP4_V("EXTERNAL"), &c);
    assert_int_equal(imap4_sasl_initial(s, &out), IMAP4_OK);
    assert_view(out, "fred@example.com");
    imap4_sasl_free(&s);
    s = begin(IMAP4_V("anonymous"), &c);
    assert_int_equal(imap4_sasl_initial(s, &out), IMAP4_OK);
    assert_view(out, "sirhc");
    imap4_sasl_free(&s);
}

/* The error is answered once, and what it says is kept: 4,096 bytes of it. */
static void check_oauth_error(imap4_sasl *s, const char *answer)
{
    static char long_error[5000];
    imap4_view  out = IMAP4_NIL;
    memset(long_error, '{', sizeof long_error);
    assert_null(imap4_sasl_detail(s).ptr);
    assert_int_equal(
        imap4_sasl_step(s, (imap4_view){ long_error, sizeof long_error }, &out), IMAP4_OK);
    assert_int_equal(out.len, strlen(answer));
    assert_non_null(out.ptr);
    assert_memory_equal(out.ptr, answer, out.len);
    assert_int_equal(imap4_sasl_detail(s).len, 4096);
    assert_memory_equal(imap4_sasl_detail(s).ptr, long_error, 4096);
    assert_int_equal(imap4_sasl_step(s, IMAP4_V("again"), &out), IMAP4_E_PROTOCOL);
    assert_null(out.ptr);
    assert_int_equal(imap4_sasl_finish(s, 1), IMAP4_E_PROTOCOL);
    assert_int_equal(imap4_sasl_finish(s, 0), IMAP4_NO);
}

static void oauth_sends_its_token(void **state)
{
    imap4_credentials c   = IMAP4_CREDENTIALS;
    imap4_view        out = IMAP4_NIL;
    c.user                = IMAP4_V("a=b,c@example.com");
    c.token               = IMAP4_V("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    c.host                = IMAP4_V("server.example.com");
    c.port                = 143;
    (void)state;
    imap4_sasl *s = begin(IMAP4_V("XOAUTH2"), &c);
    assert_int_equal(imap4_sasl_initial(s, &out), IMAP4_OK);
    assert_view(out, "user=a=b,c@example.com\1auth=Bearer "
                     "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\1\1");
    check_oauth_error(s, "");
    imap4_sasl_free(&s);
    /* RFC 7628 section 4.1, with a name that needs escapes */
    s = begin(IMAP4_V("OAUTHBEARER"), &c);
    assert_int_equal(imap4_sasl_initial(s, &out), IMAP4_OK);
    assert_view(out, "n,a=a=3Db=2Cc@example.com,\1host=server.example.com\1port=143\1"
                     "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\1\1");
    check_oauth_error(s, "\1");
    imap4_sasl_free(&s);
    c.host.len = 0;
    c.port     = 0;
    s          = begin(IMAP4_V("OAUTHBEARER"), &c);
    assert_int_equal(imap4_sasl_initial(s, &out), IMAP4_OK);
    assert_view(out, "n,a=a=3Db=2Cc@example.com,\1"
                     "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\1\1");
    imap4_sasl_free(&s);
}

static void check_refused(imap4_view mechanism, const imap4_credentials *c, int rc)
{
    imap4_sasl *s = NULL;
    assert_int_equal(imap4_sasl_new(mechanism, c, NULL, &s), rc);
    assert_null(s);
}

static void bad_credentials_are_refused(void **state)
{
    imap4_credentials c = alice();
    (void)state;
    check_refused(IMAP4_V("NTLM"), &c, IMAP4_E_NOTIMPL);
    check_refused(IMAP4_V("PLAI"), &c, IMAP4_E_NOTIMPL);
    check_refused(IMAP4_NIL, &c, IMAP4_E_NOTIMPL);
    check_refused(IMAP4_V("PLAIN"), NULL, IMAP4_E_ARG);
    check_refused(IMAP4_V("XOAUTH2"), &c, IMAP4_E_ARG); /* no token */
    c.password = IMAP4_NIL;
    check_refused(IMAP4_V("PLAIN"), &c, IMAP4_E_ARG);
    check_refused(IMAP4_V("LOGIN"), &c, IMAP4_E_ARG);
    c      = alice();
    c.user = IMAP4_NIL;
    check_refused(IMAP4_V("PLAIN"), &c, IMAP4_E_ARG);
    c.user = IMAP4_V("alice\0bob"); /* would be another field */
    check_refused(IMAP4_V("PLAIN"), &c, IMAP4_E_ARG);
    c       = alice();
    c.token = IMAP4_V("t\1host=evil");
    check_refused(IMAP4_V("XOAUTH2"), &c, IMAP4_E_ARG);
    check_refused(IMAP4_V("OAUTHBEARER"), &c, IMAP4_E_ARG);
    c      = alice();
    c.size = 0;
    check_refused(IMAP4_V("PLAIN"), &c, IMAP4_E_ARG);
}

/* At the limit and one beyond it. */
static void credentials_have_a_limit(void **state)
{
    const size_t      max  = 1024 * 1024;
    char             *text = malloc(max + 1);
    imap4_credentials c    = alice();
    (void)state;
    assert_non_null(text);
    memset(text, 'x', max + 1);
    c.password    = (imap4_view){ text, max };
    imap4_sasl *s = begin(IMAP4_V("PLAIN"), &c);
    imap4_sasl_free(&s);
    c.password.len++;
    check_refused(IMAP4_V("PLAIN"), &c, IMAP4_E_ARG);
    free(text);
}

static void secrets_are_wiped_and_memory_may_fail(void **state)
{
    const imap4_credentials c = alice();
    (void)state;
    for (unsigned fail_at = 0; fail_at <= 2; fail_at++) {
        watch           w = { .fail_at = fail_at };
        imap4_allocator a = { watch_alloc, watch_resize, watch_release, &w };
        imap4_sasl     *s = NULL;
        assert_int_equal(imap4_sasl_new(IMAP4_V("PLAIN"), &c, &a, &s),
                         fail_at == 0 ? IMAP4_OK : IMAP4_E_NOMEM);
        imap4_sasl_free(&s);
        imap4_sasl_free(&s);
        assert_int_equal(w.held, 0);
        assert_int_equal(w.leaks, 0);
        assert_true(w.calls != 0);
    }
    imap4_sasl_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_says_all_at_once),
        cmocka_unit_test(plain_answers_a_challenge),
        cmocka_unit_test(login_waits_to_be_asked),
        cmocka_unit_test(external_and_anonymous_may_say_nothing),
        cmocka_unit_test(oauth_sends_its_token),
        cmocka_unit_test(bad_credentials_are_refused),
        cmocka_unit_test(credentials_have_a_limit),
        cmocka_unit_test(secrets_are_wiped_and_memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
