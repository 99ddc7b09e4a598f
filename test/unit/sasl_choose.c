/* SPDX-License-Identifier: MIT */
/* test/unit/sasl_choose.c - which mechanism is chosen when offers are taken away. */
#include "text_check.h"

#include "imap4/sasl.h"
#include "imap4/stack.h"

/* What a server announces: words, a space before and behind each. */
static int has(void *ctx, imap4_view capability)
{
    char word[64];
    (void)snprintf(word, sizeof word, " %.*s ", IMAP4_ARG(capability));
    return strstr(ctx, word) != NULL;
}

static int has_not_asked(void *ctx, imap4_view capability)
{
    (void)capability;
    ++*(int *)ctx;
    return -1;
}

static imap4_sasl_choice choice;

static int choose(const char *words, const imap4_credentials *c,
                  const imap4_sasl_policy *policy)
{
    char text[400];
    (void)snprintf(text, sizeof text, " %s ", words);
    choice = (imap4_sasl_choice){ .size = sizeof choice };
    return imap4_sasl_choose(has, text, c, policy, &choice);
}

/* NULL: the LOGIN command. */
static void check(const char *words, const imap4_credentials *c,
                  const imap4_sasl_policy *policy, const char *want)
{
    assert_int_equal(choose(words, c, policy), IMAP4_OK);
    assert_null(choice.why.ptr);
    if (want == NULL) {
        assert_null(choice.mechanism.ptr);
        return;
    }
    assert_int_equal(choice.mechanism.len, strlen(want));
    assert_memory_equal(choice.mechanism.ptr, want, strlen(want));
}

static void check_refused(const char *words, const imap4_credentials *c,
                          const imap4_sasl_policy *policy, int rc, const char *part)
{
    char text[200];
    assert_int_equal(choose(words, c, policy), rc);
    assert_null(choice.mechanism.ptr);
    (void)snprintf(text, sizeof text, "%.*s", IMAP4_ARG(choice.why));
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" has no \"%s\"", text, part);
}

static imap4_credentials alice(void)
{
    imap4_credentials c    = IMAP4_CREDENTIALS;
    c.user                 = IMAP4_V("alice");
    c.password             = IMAP4_V("secret");
    c.token                = IMAP4_V("token");
    c.channel_binding      = IMAP4_V("binding");
    c.channel_binding_type = IMAP4_V("tls-exporter");
    return c;
}

static imap4_sasl_policy private(void)
{
    imap4_sasl_policy p = IMAP4_SASL_POLICY;
    p.is_private        = 1;
    return p;
}

static bool has_scram(void)
{
    return (imap4_features() & IMAP4_FEATURE_SASL) != 0;
}

/* The order, and the best that a build without libgsasl can. */
static const char *const order[] = { "SCRAM-SHA-256-PLUS",
                                     "SCRAM-SHA-256",
                                     "SCRAM-SHA-1-PLUS",
                                     "SCRAM-SHA-1",
                                     "OAUTHBEARER",
                                     "XOAUTH2",
                                     "PLAIN",
                                     "LOGIN",
                                     "CRAM-MD5" };
enum {
    ORDER               = sizeof order / sizeof order[0],
    FIRST_WITHOUT_GSASL = 4
};

/* Those of `order` from `from` on. */
static const char *offer(size_t from)
{
    static char words[400];
    words[0] = '\0';
    for (size_t i = ORDER; i-- > from;)
        (void)snprintf(words + strlen(words), sizeof words - strlen(words), "AUTH=%s ",
                       order[i]);
    return words;
}

static void what_is_taken_away_gives_the_next_one(void **state)
{
    const imap4_credentials c = alice();
    imap4_sasl_policy       p = private();
    (void)state;
    p.allow_cram_md5 = 1;
    for (size_t i = 0; i < ORDER; i++) {
        const char *want = !has_scram() && i < FIRST_WITHOUT_GSASL
                               ? order[FIRST_WITHOUT_GSASL]
                           : !has_scram() && i == ORDER - 1 ? NULL
                                                            : order[i];
        check(offer(i), &c, &p, want);
        assert_int_equal(choice.server_has_plus, i <= 2);
    }
    check("IMAP4rev1", &c, &p, NULL);
    check("AUTH=X AUTH=NTLM AUTH=ANONYMOUS AUTH=EXTERNAL", &c, &p, NULL);
}

static void never_below_the_pin(void **state)
{
    const imap4_credentials c = alice();
    (void)state;
    for (size_t pin = 0; pin < ORDER; pin++) {
        imap4_sasl_policy p = private();
        p.min_mechanism     = imap4_view_of(order[pin]);
        p.allow_cram_md5    = 1;
        for (size_t i = 0; i < ORDER; i++) {
            if (!has_scram() && (pin < FIRST_WITHOUT_GSASL || i == ORDER - 1))
                continue;
            if (i <= pin)
                check(offer(i), &c, &p,
                      has_scram() || i >= FIRST_WITHOUT_GSASL
                          ? order[i]
                          : order[FIRST_WITHOUT_GSASL]);
            else if (pin == ORDER - 2)
                check(offer(i), &c, &p, NULL); /* the command is as good */
            else
                check_refused(offer(i), &c, &p, IMAP4_E_INSECURE, "min_mechanism");
        }
    }
    imap4_sasl_policy p = private();
    p.min_mechanism     = IMAP4_V("plain");
    check("AUTH=PLAIN AUTH=LOGIN", &c, &p, "PLAIN");
    check_refused("IMAP4rev1", &c, &p, IMAP4_E_INSECURE, "min_mechanism");
    p.min_mechanism = IMAP4_V("NTLM");
    assert_int_equal(choose("AUTH=PLAIN", &c, &p), IMAP4_E_ARG);
}

static void in_clear_nothing_is_shown(void **state)
{
    const imap4_credentials c = alice();
    imap4_sasl_policy       p = IMAP4_SASL_POLICY;
    (void)state;
    check_refused("AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2 AUTH=OAUTHBEARER", &c, &p,
                  IMAP4_E_INSECURE, "TLS");
    check_refused("AUTH=PLAIN", &c, NULL, IMAP4_E_INSECURE, "TLS");
    check_refused("IMAP4rev1", &c, NULL, IMAP4_E_INSECURE, "TLS");
    check_refused("AUTH=CRAM-MD5 LOGINDISABLED", &c, &p,
                  has_scram() ? IMAP4_E_INSECURE : IMAP4_E_NOTIMPL,
                  has_scram() ? "CRAM-MD5" : "libgsasl");
    if (!has_scram())
        return;
    check("AUTH=PLAIN AUTH=SCRAM-SHA-1", &c, &p, "SCRAM-SHA-1");
    p.allow_cram_md5 = 1;
    check("AUTH=PLAIN AUTH=CRAM-MD5", &c, &p, "CRAM-MD5");
}

static void credentials_decide_too(void **state)
{
    imap4_credentials       c = alice();
    const imap4_sasl_policy p = private();
    (void)state;
    c.token = IMAP4_NIL;
    check("AUTH=XOAUTH2 AUTH=PLAIN", &c, &p, "PLAIN");
    check_refused("AUTH=XOAUTH2 LOGINDISABLED", &c, &p, IMAP4_E_ABSENT, "credentials");
    c          = alice();
    c.password = IMAP4_NIL;
    check("AUTH=XOAUTH2 AUTH=PLAIN AUTH=SCRAM-SHA-256", &c, &p, "XOAUTH2");
    check_refused("AUTH=PLAIN AUTH=SCRAM-SHA-256", &c, &p, IMAP4_E_ABSENT, "credentials");
    check_refused("LOGINDISABLED", &c, &p, IMAP4_E_NOCAP, "offers no");
    c.user = IMAP4_NIL;
    check_refused("AUTH=XOAUTH2", &c, &p, IMAP4_E_ABSENT, "credentials");
    c                 = alice();
    c.channel_binding = IMAP4_NIL;
    if (has_scram()) {
        check("AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-256-PLUS", &c, &p, "SCRAM-SHA-256");
        assert_int_equal(choice.server_has_plus, 1);
    } else {
        check_refused("AUTH=SCRAM-SHA-256 LOGINDISABLED", &c, &p, IMAP4_E_NOTIMPL,
                      "libgsasl");
    }
}

static void a_certificate_is_enough_where_there_is_nothing_else(void **state)
{
    imap4_credentials c = IMAP4_CREDENTIALS;
    imap4_sasl_policy p = private();
    (void)state;
    check_refused("AUTH=EXTERNAL", &c, &p, IMAP4_E_ABSENT, "credentials");
    p.has_certificate = 1;
    check("AUTH=EXTERNAL AUTH=PLAIN", &c, &p, "EXTERNAL");
    p.is_private = 0;
    check_refused("AUTH=EXTERNAL AUTH=PLAIN", &c, &p, IMAP4_E_INSECURE, "TLS");
    p.is_private = 1;
    c            = alice();
    check("AUTH=EXTERNAL AUTH=PLAIN", &c, &p, "PLAIN");
}

static void arguments_are_looked_at(void **state)
{
    imap4_credentials c       = alice();
    imap4_sasl_policy p       = private();
    imap4_sasl_choice out     = { .size = sizeof out };
    char              words[] = " AUTH=PLAIN ";
    /* A struct of a time when there was less, and one of a time with more. */
    struct {
        imap4_sasl_choice known;
        uint64_t          more;
    } newer = { .known = { .size = sizeof newer }, .more = 7 };
    (void)state;
    assert_int_equal(imap4_sasl_choose(NULL, words, &c, &p, &out), IMAP4_E_ARG);
    assert_int_equal(imap4_sasl_choose(has, words, NULL, &p, &out), IMAP4_E_ARG);
    assert_int_equal(imap4_sasl_choose(has, words, &c, &p, NULL), IMAP4_E_ARG);
    out.size = 0;
    assert_int_equal(imap4_sasl_choose(has, words, &c, &p, &out), IMAP4_E_ARG);
    out     = (imap4_sasl_choice){ .size = offsetof(imap4_sasl_choice, why) };
    out.why = IMAP4_V("not touched");
    assert_int_equal(imap4_sasl_choose(has, words, &c, &p, &out), IMAP4_OK);
    assert_int_equal(out.mechanism.len, 5);
    assert_int_equal(out.why.len, 11);
    assert_int_equal(imap4_sasl_choose(has, words, &c, &p, &newer.known), IMAP4_OK);
    assert_int_equal(newer.more, 7);
    assert_int_equal(newer.known.size, sizeof newer);
    int asked = 0;
    out       = (imap4_sasl_choice){ .size = sizeof out };
    assert_int_equal(imap4_sasl_choose(has_not_asked, &asked, &c, &p, &out),
                     IMAP4_E_STATE);
    assert_true(asked != 0 && out.why.len != 0);
    p.reserved = 1;
    assert_int_equal(choose("AUTH=PLAIN", &c, &p), IMAP4_E_ARG);
    p      = private();
    p.size = 0;
    assert_int_equal(choose("AUTH=PLAIN", &c, &p), IMAP4_E_ARG);
    c.size = 0;
    assert_int_equal(choose("AUTH=PLAIN", &c, NULL), IMAP4_E_ARG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken_away_gives_the_next_one),
        cmocka_unit_test(never_below_the_pin),
        cmocka_unit_test(in_clear_nothing_is_shown),
        cmocka_unit_test(credentials_decide_too),
        cmocka_unit_test(a_certificate_is_enough_where_there_is_nothing_else),
        cmocka_unit_test(arguments_are_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
