/* SPDX-License-Identifier: MIT */
/* test/unit/mime_param.c - parameters in pieces, charsets and words (RFC 2231). */
#include "text_check.h"

#include "imap4/mime.h"

#define BAD "\xef\xbf\xbd"
#define U   "\xc3\x9c" /* the capital u with two dots */

enum {
    MAX_PARAMS = 8
};

/* "name=value" each; they end with NULL. */
static ptrdiff_t param(char *buf, size_t size, const char *const *pairs)
{
    imap4_param  at[MAX_PARAMS];
    imap4_params params = { at, 0 };
    for (; *pairs != NULL; pairs++) {
        const char *equals = strchr(*pairs, '=');
        at[params.count++] = (imap4_param){
            { *pairs, (size_t)(equals - *pairs) },
            imap4_view_of(equals + 1),
        };
    }
    return imap4_mime_param(&params, IMAP4_V("filename"), buf, size);
}

static void gives(const char *want, const char *const *pairs, int line)
{
    char            buf[512];
    const ptrdiff_t len = param(buf, sizeof buf, pairs);
    same_rc(len, (ptrdiff_t)strlen(want), __FILE__, line);
    same_bytes(buf, (size_t)len, want, strlen(want), __FILE__, line);
    same_rc(param(NULL, 0, pairs), len, __FILE__, line);
}

#define assert_gives(want, ...)                                                          \
    gives(want, (const char *const[]){ __VA_ARGS__, NULL }, __LINE__)
#define assert_absent(...)                                                               \
    assert_rc(param(NULL, 0, (const char *const[]){ __VA_ARGS__, NULL }), IMAP4_E_ABSENT)

static void a_plain_value_is_given(void **state)
{
    assert_gives("a b.txt", "filename=a b.txt");
    assert_gives("a.txt", "FileName=a.txt");
    assert_gives("", "filename=");
    assert_gives("a", "other=x", "filename=a", "filename=b");
}

static void what_is_not_there_is_absent(void **state)
{
    const imap4_params none = { NULL, 0 };
    assert_rc(imap4_mime_param(&none, IMAP4_V("a"), NULL, 0), IMAP4_E_ABSENT);
    assert_rc(imap4_mime_param(NULL, IMAP4_V("a"), NULL, 0), IMAP4_E_ARG);
    assert_rc(imap4_mime_param(&none, IMAP4_NIL, NULL, 0), IMAP4_E_ARG);
    assert_absent("filenames=x");
    assert_absent("filename*2=x");
    assert_absent("filename*x=x");
    assert_absent("filename**=x");
    assert_absent("filename*0x=x");
    assert_absent("filename*99999999999999999999=x");
    assert_absent("file=x");
}

/* RFC 2231 section 4.1. */
static void the_examples_of_rfc_2231_are_read(void **state)
{
    imap4_param  at[] = { { IMAP4_V("title*0*"),
                            IMAP4_V("us-ascii'en'This%20is%20even%20more%20") },
                          { IMAP4_V("title*1*"), IMAP4_V("%2A%2A%2Afun%2A%2A%2A%20") },
                          { IMAP4_V("title*2"), IMAP4_V("isn't it!") } };
    imap4_params all  = { at, 3 };
    char         buf[100];
    ptrdiff_t    len = imap4_mime_param(&all, IMAP4_V("title"), buf, sizeof buf);
    assert_bytes(buf, (size_t)len, "This is even more ***fun*** isn't it!");
    at[0] = (imap4_param){ IMAP4_V("URL*0"), IMAP4_V("ftp://") };
    at[1] = (imap4_param){ IMAP4_V("URL*1"),
                           IMAP4_V("cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar") };
    len   = imap4_mime_param(&all, IMAP4_V("url"), buf, sizeof buf);
    assert_bytes(buf, (size_t)len,
                 "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar");
}

static void charset_and_language_are_read(void **state)
{
    assert_gives(U ".txt", "filename*=utf-8''%C3%9C.txt");
    assert_gives(U ".txt", "filename*=ISO-8859-1'de'%dc.txt");
    assert_gives("a'b", "filename*=utf-8''a'b");
    assert_gives("a" BAD, "filename*=utf-8''a%FF");
    assert_gives("100%.%4", "filename*=utf-8''100%.%4");
}

static void a_missing_or_unknown_charset_is_guessed(void **state)
{
    assert_gives(U, "filename*=%C3%9C");
    assert_gives(U, "filename*=''%C3%9C");
    assert_gives(U, "filename*=x-none''%C3%9C");
    assert_gives("it's " U, "filename*=it's %DC");
}

static void pieces_are_joined_in_their_order(void **state)
{
    assert_gives("abc", "filename*2=c", "filename*0=a", "filename*1=b");
    assert_gives("ab", "filename*00=a", "filename*01=b");
    assert_gives(U "bc", "filename*1*=%9Cb", "filename*0*=utf-8''%C3", "filename*2=c");
    assert_gives("a%20b", "filename*0=a%20", "filename*1=b");
    assert_gives("a b", "filename*0=a", "filename*1*=%20b");
}

static void a_gap_ends_the_value(void **state)
{
    assert_gives("ab", "filename*0=a", "filename*1=b", "filename*3=d");
    assert_gives("bc", "filename*1=b", "filename*2=c");
    assert_gives("x", "filename*2=c", "filename=x");
}

static void the_encoded_form_goes_before_the_plain_one(void **state)
{
    assert_gives(U, "filename=plain", "filename*=utf-8''%C3%9C");
    assert_gives(U, "filename*=utf-8''%C3%9C", "filename=plain");
    assert_gives("ab", "filename=plain", "filename*0=a", "filename*1=b");
    assert_gives(U, "filename*0=a", "filename*=utf-8''%C3%9C");
}

static void words_are_decoded_though_they_may_not_be_there(void **state)
{
    assert_gives(U ".txt", "filename==?utf-8?Q?=C3=9C=2Etxt?=");
    assert_gives(U ".txt", "filename==?utf-8?B?w5w=?= =?utf-8?B?LnR4dA==?=");
    assert_gives(U ".txt", "filename*0==?utf-8?B?w5wu", "filename*1=dHh0?=");
}

static void raw_8bit_is_utf8_or_windows_1252(void **state)
{
    assert_gives(U ".txt", "filename=" U ".txt");
    assert_gives(U ".txt", "filename=\xdc.txt");
    assert_gives(U "\xe2\x82\xac", "filename*0*=''%C3%9C", "filename*1=\x80");
}

static void pieces_without_end_take_linear_time(void **state)
{
    enum {
        COUNT = 200000
    };
    imap4_param *at    = calloc(COUNT, sizeof *at);
    char        *names = malloc(COUNT * 20);
    assert_non_null(at);
    assert_non_null(names);
    for (size_t i = 0; i < COUNT; i++) {
        char *name = names + 20 * i;
        (void)snprintf(name, 20, "filename*%zu", COUNT - 1 - i);
        at[i] = (imap4_param){ imap4_view_of(name), IMAP4_V("xy") };
    }
    const imap4_params all = { at, COUNT };
    assert_rc(imap4_mime_param(&all, IMAP4_V("filename"), NULL, 0), 256 * 2);
    free(names);
    free(at);
}

static void a_long_value_is_read_too(void **state)
{
    char value[5000], buf[5000];
    memset(value, 'a', sizeof value);
    const imap4_param  at[]   = { { IMAP4_V("filename*0"), { value, sizeof value / 2 } },
                                  { IMAP4_V("filename*1"), { value, sizeof value / 2 } } };
    const imap4_params params = { at, 2 };
    assert_rc(imap4_mime_param(&params, IMAP4_V("filename"), buf, sizeof buf), 5000);
    assert_int_equal(memcmp(buf, value, sizeof buf), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_value_is_given),
        cmocka_unit_test(what_is_not_there_is_absent),
        cmocka_unit_test(the_examples_of_rfc_2231_are_read),
        cmocka_unit_test(charset_and_language_are_read),
        cmocka_unit_test(a_missing_or_unknown_charset_is_guessed),
        cmocka_unit_test(pieces_are_joined_in_their_order),
        cmocka_unit_test(a_gap_ends_the_value),
        cmocka_unit_test(the_encoded_form_goes_before_the_plain_one),
        cmocka_unit_test(words_are_decoded_though_they_may_not_be_there),
        cmocka_unit_test(raw_8bit_is_utf8_or_windows_1252),
        cmocka_unit_test(pieces_without_end_take_linear_time),
        cmocka_unit_test(a_long_value_is_read_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
