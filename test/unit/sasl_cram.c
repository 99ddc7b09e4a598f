/* SPDX-License-Identifier: MIT */
/* test/unit/sasl_cram.c - CRAM-MD5 (RFC 2195), with keys of all lengths and hostile servers. */
#include "text_check.h"

#include "imap4/sasl.h"

#define CHALLENGE "<1896.697170952@postoffice.reston.mci.net>"

static imap4_sasl *begin(imap4_view user, imap4_view password)
{
    imap4_credentials c = IMAP4_CREDENTIALS;
    imap4_sasl       *s = NULL;
    c.user              = user;
    c.password          = password;
    assert_int_equal(imap4_sasl_new(IMAP4_V("CRAM-MD5"), &c, NULL, &s), IMAP4_OK);
    return s;
}

static void check(imap4_view user, imap4_view password, imap4_view challenge,
                  const char *want)
{
    imap4_view  out = IMAP4_V("x");
    imap4_sasl *s   = begin(user, password);
    assert_int_equal(imap4_sasl_initial(s, &out), IMAP4_OK);
    assert_null(out.ptr); /* the server speaks first */
    assert_int_equal(imap4_sasl_finish(s, 1), IMAP4_E_PROTOCOL);
    assert_int_equal(imap4_sasl_step(s, challenge, &out), IMAP4_OK);
    assert_int_equal(out.len, strlen(want));
    assert_memory_equal(out.ptr, want, strlen(want));
    assert_int_equal(imap4_sasl_finish(s, 0), IMAP4_NO);
    assert_int_equal(imap4_sasl_finish(s, 1), IMAP4_OK);
    imap4_sasl_free(&s);
}

static void the_examples_hold(void **state)
{
    (void)state;
    /* RFC 2195 section 2 */
    check(IMAP4_V("tim"), IMAP4_V("tanstaaftanstaaf"), IMAP4_V(CHALLENGE),
          "tim b913a602c7eda7a495b4e6e7334d3890");
    /* RFC 2202 section 2, the keys that are text */
    check(IMAP4_V("x"), IMAP4_V("Jefe"), IMAP4_V("what do ya want for nothing?"),
          "x 750c783e6ab0b503eaa86e310a5db738");
    check(IMAP4_V("a b"), IMAP4_V("tanstaaftanstaaf"), IMAP4_V(CHALLENGE),
          "a b b913a602c7eda7a495b4e6e7334d3890");
}

/* CVE-2026-43859: a key longer than a block is hashed, and a hash may hold a NUL.  The sums
 * are Python's, of hmac.new(b"k" * n, CHALLENGE, "md5"). */
static void long_keys_hold(void **state)
{
    static const struct {
        size_t      len;
        const char *digest;
    } rows[] = {
        { 1, "tim 9ab1db87880d247ddfe60e4390aaac14" },
        { 63, "tim 06bea325bc1004f13b5e3359773acf22" },
        { 64, "tim 10e7df3c0008f45346ea432a3a954003" },
        { 65, "tim c26f650abcb485a907fa679a2807bdac" },
        { 66, "tim dc505742e6eb062a3c00c76d38a0359d" },
        { 79, "tim f1bb459eff2dcda64c0a8b408571ddef" },
        { 100, "tim a5f290f17c4c2b8cabb4a76e08c7a3bd" },
        { 110, "tim 7551e6ae410c8386d81b041c271b563d" },
        { 112, "tim f89230169d49d21418cc528afcde9876" },
        { 123, "tim 21ca83683956f50fcfe1e748560e6bfb" },
        { 128, "tim 8677fc330e7212a327c330db2fa04d4b" },
        { 129, "tim 389012f6ad42f9db40d6fe18115a50c9" },
        { 150, "tim 280fedddde27ae310b91a3a6deea02ea" },
        { 199, "tim b4b89b77ae39d73c3ce8854a877bb181" },
        { 200, "tim 9c4918e089486d861286d6aa8979860d" },
    };
    char password[200];
    (void)state;
    memset(password, 'k', sizeof password);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        check(IMAP4_V("tim"), (imap4_view){ password, rows[i].len }, IMAP4_V(CHALLENGE),
              rows[i].digest);
}

static void check_refused(imap4_view challenge)
{
    imap4_view  out = IMAP4_V("x");
    imap4_sasl *s   = begin(IMAP4_V("tim"), IMAP4_V("tanstaaftanstaaf"));
    assert_int_equal(imap4_sasl_step(s, challenge, &out), IMAP4_E_PROTOCOL);
    assert_null(out.ptr);
    assert_int_equal(imap4_sasl_step(s, IMAP4_V(CHALLENGE), &out), IMAP4_E_PROTOCOL);
    assert_int_equal(imap4_sasl_finish(s, 1), IMAP4_E_PROTOCOL);
    imap4_sasl_free(&s);
}

static void no_text_is_signed_that_is_no_message_id(void **state)
{
    static char many[1025];
    imap4_view  out = IMAP4_NIL;
    (void)state;
    check_refused(IMAP4_NIL);
    check_refused(IMAP4_V(""));
    check_refused(IMAP4_V("<1\0@x>"));
    check_refused(IMAP4_V("<1\n@x>"));
    check_refused(IMAP4_V("<1\x7f@x>"));
    check_refused(IMAP4_V("<1\x80@x>"));
    memset(many, 'x', sizeof many);
    check_refused((imap4_view){ many, 1025 });
    imap4_sasl *s = begin(IMAP4_V("tim"), IMAP4_V("x"));
    assert_int_equal(imap4_sasl_step(s, (imap4_view){ many, 1024 }, &out), IMAP4_OK);
    assert_int_equal(out.len, 4 + 32);
    /* One signature a run. */
    assert_int_equal(imap4_sasl_step(s, IMAP4_V(CHALLENGE), &out), IMAP4_E_PROTOCOL);
    assert_null(out.ptr);
    assert_int_equal(imap4_sasl_finish(s, 1), IMAP4_E_PROTOCOL);
    imap4_sasl_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_hold),
        cmocka_unit_test(long_keys_hold),
        cmocka_unit_test(no_text_is_signed_that_is_no_message_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
