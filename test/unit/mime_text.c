/* SPDX-License-Identifier: MIT */
/* test/unit/mime_text.c - encoded words of any charset, and words for a header of ours. */
#include "text_check.h"

#include "imap4/mime.h"

#define BAD "\xef\xbf\xbd"

#define assert_reads(in, want) assert_makes(imap4_mime_text, in, want)
#define assert_stays(in)       assert_reads(in, in)

/* ---- reading --------------------------------------------------------------- */

static void charsets_of_the_system_are_decoded(void **state)
{
    assert_reads("=?koi8-r?B?8NLJ18XU?=",
                 "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82");
    assert_reads("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "\xe6\x97\xa5\xe6\x9c\xac");
    assert_reads("=?gb18030?Q?=81=30=81=30?=", "\xc2\x80");
    assert_reads("=?windows-1251?Q?=CF?=", "\xd0\x9f");
    assert_reads("=?big5?B?pKQ=?=", "\xe4\xb8\xad");
    assert_reads("=?UTF-7?Q?+AOk-?=", "\xc3\xa9");
}

static void names_that_only_mail_has_are_known(void **state)
{
    assert_reads("=?x-sjis?B?k/o=?=", "\xe6\x97\xa5");
    assert_reads("=?ks_c_5601-1987?B?sKE=?=", "\xea\xb0\x80");
    assert_reads("=?iso-8859-8-i?Q?=E0?=", "\xd7\x90");
    assert_reads("=?win-1251?Q?=CF?=", "\xd0\x9f");
    assert_reads("=?x-cp1251?Q?=CF?=", "\xd0\x9f");
}

static void what_senders_add_to_a_charset_is_read(void **state)
{
    assert_reads("=?gb2312?B?lkE=?=", "\xe6\x9c\x85");
    assert_reads("=?shift_jis?B?h0A=?=", "\xe2\x91\xa0");
    assert_reads("=?iso-8859-1?Q?=80?=", "\xe2\x82\xac");
}

static void words_of_unknown_charsets_stay(void **state)
{
    assert_stays("=?x-none?Q?a?=");
    assert_reads("=?x-none?Q?a?= =?koi8-r?Q?=F0?= =?x-none?Q?b?=",
                 "=?x-none?Q?a?= \xd0\x9f =?x-none?Q?b?=");
    assert_stays("=?a-name-that-is-much-longer-than-any-charset-has?Q?a?=");
}

/* The system takes options behind a slash, and names of the user's own charset. */
static void a_sender_cannot_give_options_to_iconv(void **state)
{
    assert_stays("=?utf-16//IGNORE?Q?a?=");
    assert_stays("=?koi8-r//TRANSLIT?Q?a?=");
    assert_stays("=?../koi8-r?Q?a?=");
    assert_stays("=?char?Q?a?=");
    assert_stays("=?wchar_t?Q?a?=");
    assert_stays("=?INTERNAL?Q?a?=");
    assert_int_equal(imap4_mime_charset(IMAP4_V("utf-16//IGNORE")), 0);
    assert_int_equal(imap4_mime_charset(IMAP4_NIL), 0);
    assert_int_equal(imap4_mime_charset(IMAP4_V("")), 0);
    assert_int_equal(imap4_mime_charset(IMAP4_V("Shift_JIS")), 1);
    assert_int_equal(imap4_mime_charset(IMAP4_V("utf-8")), 1);
}

static void a_character_split_over_words_is_whole(void **state)
{
    assert_reads("=?gb2312?B?1tDO?= =?gb2312?B?xA==?=", "\xe4\xb8\xad\xe6\x96\x87");
    assert_reads("=?GB2312?B?1tDO?= =?gb2312?Q?=C4?=", "\xe4\xb8\xad\xe6\x96\x87");
    assert_reads("=?iso-2022-jp?B?GyRCRnw=?=\r\n =?iso-2022-jp?B?S1wbKEI=?=",
                 "\xe6\x97\xa5\xe6\x9c\xac");
}

/* The shift of one word is not in force behind it. */
static void a_shift_ends_with_its_words(void **state)
{
    assert_reads("=?iso-2022-jp?B?GyRCRnw=?= x =?iso-2022-jp?Q?a?=", "\xe6\x97\xa5 x a");
    assert_reads("=?iso-2022-jp?B?GyRCRnw=?= =?utf-8?Q?a?= =?iso-2022-jp?Q?b?=",
                 "\xe6\x97\xa5"
                 "ab");
}

static void bytes_without_meaning_become_a_replacement(void **state)
{
    assert_reads("=?gb2312?B?1g==?=", BAD);
    assert_reads("=?gb2312?B?1g==?= x", BAD " x");
    assert_reads("=?euc-jp?Q?=FFa?=", BAD "a");
    assert_reads("=?big5?Q?=A4?= =?utf-8?Q?b?=", BAD "b");
}

static void more_bytes_than_are_converted_at_once_are_read(void **state)
{
    char   in[4096], want[4096];
    size_t in_len = 0, want_len = 0;
    for (int word = 0; word < 20; word++) {
        in_len += (size_t)snprintf(in + in_len, sizeof in - in_len, "=?koi8-r?Q?");
        for (int i = 0; i < 30; i++) {
            in_len += (size_t)snprintf(in + in_len, sizeof in - in_len, "=F0");
            memcpy(want + want_len, "\xd0\x9f", 2);
            want_len += 2;
        }
        in_len += (size_t)snprintf(in + in_len, sizeof in - in_len, "?= ");
    }
    all_sizes(imap4_mime_text, (imap4_view){ in, in_len - 1 }, want, want_len, __FILE__,
              __LINE__);
}

static void plain_text_is_read_as_by_the_core(void **state)
{
    assert_stays("");
    assert_stays("plain =? text");
    assert_reads("Gr\xfc\xdf"
                 "e",
                 "Gr\xc3\xbc\xc3\x9f"
                 "e");
    assert_rc(imap4_mime_text(IMAP4_NIL, NULL, 0), 0);
}

/* Each word opens another charset: none may cost more than itself. */
static void many_charsets_take_linear_time(void **state)
{
    static const char words[] = "=?koi8-r?Q?=F0?= =?big5?Q?a?= =?x-none?Q?a?= ";
    const size_t      count = 5000, each = sizeof words - 1;
    char             *in  = malloc(count * each);
    char             *buf = malloc(3 * count * each);
    assert_non_null(in);
    assert_non_null(buf);
    for (size_t i = 0; i < count; i++)
        memcpy(in + i * each, words, each);
    const ptrdiff_t len    = imap4_mime_text((imap4_view){ in, count * each }, buf,
                                             3 * count * each);
    const char      want[] = "\xd0\x9f"
                             "a =?x-none?Q?a?= ";
    assert_rc(len, (ptrdiff_t)(count * (sizeof want - 1)));
    free(in);
    free(buf);
}

static void any_bytes_become_utf8(void **state)
{
    static const char *const parts[] = {
        "=?",          "?=",
        "koi8-r",      "?Q?",
        "?B?",         "=C3",
        "=1B$B",       "YWJj",
        "=",           "?",
        " ",           "\r\n ",
        "gbk",         "\xc3",
        "x",           "=?utf-8?Q?",
        "_",           "=81",
        "=?gbk?Q?",    "utf-7",
        "+AOk",        "=?big5?B?pKQ=?=",
        "iso-2022-jp", "//",
        "euc-kr",
    };
    random_source r = { 2047 };
    for (int i = 0; i < 20000; i++) {
        char   in[300], out[1200];
        size_t len = 0;
        for (uint32_t n = random_below(&r, 14); n > 0; n--) {
            const char *part = parts[random_below(&r, sizeof parts / sizeof parts[0])];
            memcpy(in + len, part, strlen(part));
            len += strlen(part);
        }
        const ptrdiff_t want = imap4_mime_text((imap4_view){ in, len }, NULL, 0);
        const ptrdiff_t got  = imap4_mime_text((imap4_view){ in, len }, out, sizeof out);
        assert_rc(got, want);
        assert_true(got >= 0 && (size_t)got <= sizeof out);
        assert_int_equal(imap4_utf8_valid((imap4_view){ out, (size_t)got }), 1);
    }
}

/* ---- writing --------------------------------------------------------------- */

#define assert_writes(in, want) assert_makes(imap4_mime_word_encode, in, want)

static void plain_text_is_written_as_it_is(void **state)
{
    assert_writes("Re: hello, world = fine", "Re: hello, world = fine");
    assert_writes("", "");
    assert_rc(imap4_mime_word_encode(IMAP4_NIL, NULL, 0), 0);
}

static void the_shorter_encoding_is_taken(void **state)
{
    assert_writes("Gr\xc3\xbcn und Blau und Rot",
                  "=?utf-8?Q?Gr=C3=BCn_und_Blau_und_Rot?=");
    assert_writes("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "=?utf-8?B?5pel5pys6Kqe?=");
}

static void what_would_be_read_otherwise_is_encoded(void **state)
{
    assert_writes("=?utf-8?Q?a?= b", "=?utf-8?B?PT91dGYtOD9RP2E/PSBi?=");
    assert_writes(" lead", "=?utf-8?Q?_lead?=");
    assert_writes("a\r\nBcc: b@c", "=?utf-8?B?YQ0KQmNjOiBiQGM=?=");
    assert_refuses(imap4_mime_word_encode, "a\xff", IMAP4_E_SYNTAX);
}

static void words_are_short_whole_and_read_back(void **state)
{
    static const char *const letters[] = {
        "a", " ", "\xc3\xa9", "\xe6\x97\xa5", "\xf0\x9f\x8e\x89", "=", "?", "_"
    };
    random_source r = { 75 };
    for (int i = 0; i < 3000; i++) {
        char   text[800], coded[8000], back[8000];
        size_t len = 0;
        for (uint32_t n = random_below(&r, 200); n > 0; n--) {
            const char *one = letters[random_below(&r, (uint32_t)i % 8 + 1)];
            memcpy(text + len, one, strlen(one));
            len += strlen(one);
        }
        const ptrdiff_t n = imap4_mime_word_encode((imap4_view){ text, len }, coded,
                                                   sizeof coded);
        assert_true(n >= 0 && (size_t)n <= sizeof coded);
        const imap4_view words = { coded, (size_t)n };
        const ptrdiff_t  m     = imap4_mime_text(words, back, sizeof back);
        assert_true(m >= 0 && (size_t)m <= sizeof back);
        same_bytes(back, (size_t)m, text, len, __FILE__, __LINE__);
        size_t column = 0;
        for (size_t at = 0;
             n >= 2 && coded[0] == '=' && coded[1] == '?' && at < words.len; at++) {
            column = coded[at] == '\n' ? 0 : column + 1;
            assert_true(column <= 77); /* 75, a space before it, and CR behind it */
        }
    }
}

static void shown_is_decoded_harmless_and_whole(void **state)
{
    char buf[8];
    (void)state;
    assert_string_equal(
        imap4_mime_show(IMAP4_V("=?utf-8?q?a=C3=A4=1B=0A?="), buf, sizeof buf),
        "a\xc3\xa4\xef\xbf\xbd ");
    /* The last character does not fit, and is not broken. */
    assert_string_equal(
        imap4_mime_show(IMAP4_V("=?utf-8?q?123456=C3=A4?="), buf, sizeof buf), "123456");
    assert_string_equal(
        imap4_mime_show(IMAP4_V("=?utf-8?q?12345=C3=A4?="), buf, sizeof buf),
        "12345\xc3\xa4");
    assert_string_equal(imap4_mime_show(IMAP4_NIL, buf, sizeof buf), "");
    assert_string_equal(imap4_mime_show(IMAP4_V("abc"), buf, 1), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charsets_of_the_system_are_decoded),
        cmocka_unit_test(names_that_only_mail_has_are_known),
        cmocka_unit_test(what_senders_add_to_a_charset_is_read),
        cmocka_unit_test(words_of_unknown_charsets_stay),
        cmocka_unit_test(a_sender_cannot_give_options_to_iconv),
        cmocka_unit_test(a_character_split_over_words_is_whole),
        cmocka_unit_test(a_shift_ends_with_its_words),
        cmocka_unit_test(bytes_without_meaning_become_a_replacement),
        cmocka_unit_test(more_bytes_than_are_converted_at_once_are_read),
        cmocka_unit_test(plain_text_is_read_as_by_the_core),
        cmocka_unit_test(many_charsets_take_linear_time),
        cmocka_unit_test(any_bytes_become_utf8),
        cmocka_unit_test(plain_text_is_written_as_it_is),
        cmocka_unit_test(the_shorter_encoding_is_taken),
        cmocka_unit_test(what_would_be_read_otherwise_is_encoded),
        cmocka_unit_test(shown_is_decoded_harmless_and_whole),
        cmocka_unit_test(words_are_short_whole_and_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
