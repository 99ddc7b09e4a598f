/* SPDX-License-Identifier: MIT */
/* test/unit/text_word2047.c - encoded words in header fields. */
#include "text_check.h"

#include "imap4/text.h"

#define BAD "\xef\xbf\xbd"

#define assert_reads(in, want) assert_makes(imap4_word2047_decode, in, want)
#define assert_stays(in)       assert_reads(in, in)

/* ---- RFC 2047 section 8 ---------------------------------------------------- */

static void the_names_of_rfc_2047_are_decoded(void **state)
{
    assert_reads("=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>",
                 "Keith Moore <moore@cs.utk.edu>");
    assert_reads("=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?= <keld@dkuug.dk>",
                 "Keld J\xc3\xb8rn Simonsen <keld@dkuug.dk>");
    assert_reads("=?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>",
                 "Andr\xc3\xa9 Pirard <PIRARD@vm1.ulg.ac.be>");
    assert_reads("=?ISO-8859-1?Q?Olle_J=E4rnefors?= <ojarnef@admin.kth.se>",
                 "Olle J\xc3\xa4rnefors <ojarnef@admin.kth.se>");
    assert_reads("Patrik F\xe4ltstr\xf6m =?ISO-8859-1?Q?Patrik_F=E4ltstr=F6m?= <a@b>",
                 "Patrik F\xc3\xa4ltstr\xc3\xb6m Patrik F\xc3\xa4ltstr\xc3\xb6m <a@b>");
}

static void the_comments_of_rfc_2047_are_decoded(void **state)
{
    assert_reads("(=?ISO-8859-1?Q?a?=)", "(a)");
    assert_reads("(=?ISO-8859-1?Q?a?= b)", "(a b)");
    assert_reads("(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)");
    assert_reads("(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)", "(ab)");
    assert_reads("(=?ISO-8859-1?Q?a?=\r\n       =?ISO-8859-1?Q?b?=)", "(ab)");
    assert_reads("(=?ISO-8859-1?Q?a_b?=)", "(a b)");
    /* As in the RFC, but for the second charset, which is ISO-8859-2 there. */
    assert_reads("(=?ISO-8859-1?Q?a?= =?UTF-8?Q?_b?=)", "(a b)");
}

static void the_subject_of_rfc_2047_is_decoded(void **state)
{
    assert_reads("=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n"
                 " =?UTF-8?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
                 "If you can read this you understand the example.");
}

/* RFC 2231 section 5. */
static void a_language_is_passed(void **state)
{
    assert_reads("=?US-ASCII*EN?Q?Keith_Moore?= <moore@cs.utk.edu>",
                 "Keith Moore <moore@cs.utk.edu>");
    assert_reads("=?utf-8*de-AT?b?R3LDvMOfZQ==?=", "Gr\xc3\xbc\xc3\x9f"
                                                   "e");
    assert_stays("=?*EN?Q?a?=");
}

/* ---- charsets -------------------------------------------------------------- */

static void utf8_is_decoded(void **state)
{
    assert_reads("=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Gr\xc3\xbc\xc3\x9f"
                                                "e");
    assert_reads("=?UTF8?q?=f0=9f=98=80?=", "\xf0\x9f\x98\x80");
    assert_reads("=?Utf-8?B?8J+YgA==?=", "\xf0\x9f\x98\x80");
}

static void bytes_without_meaning_become_a_replacement(void **state)
{
    assert_reads("=?utf-8?Q?a=FFb?=", "a" BAD "b");
    assert_reads("=?utf-8?Q?a=C3?= b", "a" BAD " b");
    assert_reads("=?utf-8?Q?=E2=82?=", BAD);
    assert_reads("=?utf-8?Q?=E2=82=C3=A9?=", BAD "\xc3\xa9");
    assert_reads("=?windows-1252?Q?=81=8D?=", BAD BAD);
    assert_reads("=?iso-8859-15?Q?=80?=", BAD);
}

static void windows_1252_is_decoded(void **state)
{
    assert_reads(
        "=?windows-1252?Q?=80_=93=94_=96_=99_=E9?=",
        "\xe2\x82\xac \xe2\x80\x9c\xe2\x80\x9d \xe2\x80\x93 \xe2\x84\xa2 \xc3\xa9");
    assert_reads("=?CP1252?Q?=9F=FF?=", "\xc5\xb8\xc3\xbf");
}

/* The whole upper halves, as Python's codecs have them. */
static void each_byte_of_a_charset_has_its_character(void **state)
{
    assert_reads("=?windows-1252?Q?"
                 "=80=81=82=83=84=85=86=87=88=89=8A=8B=8C=8D=8E=8F=90=91=92=93"
                 "=94=95=96=97=98=99=9A=9B=9C=9D=9E=9F=A0=A1=A2=A3=A4=A5=A6=A7"
                 "=A8=A9=AA=AB=AC=AD=AE=AF=B0=B1=B2=B3=B4=B5=B6=B7=B8=B9=BA=BB"
                 "=BC=BD=BE=BF=C0=C1=C2=C3=C4=C5=C6=C7=C8=C9=CA=CB=CC=CD=CE=CF"
                 "=D0=D1=D2=D3=D4=D5=D6=D7=D8=D9=DA=DB=DC=DD=DE=DF=E0=E1=E2=E3"
                 "=E4=E5=E6=E7=E8=E9=EA=EB=EC=ED=EE=EF=F0=F1=F2=F3=F4=F5=F6=F7"
                 "=F8=F9=FA=FB=FC=FD=FE=FF"
                 "?=",
                 "\xe2\x82\xac\xef\xbf\xbd\xe2\x80\x9a\xc6\x92\xe2\x80\x9e\xe2\x80"
                 "\xa6\xe2\x80\xa0\xe2\x80\xa1\xcb\x86\xe2\x80\xb0\xc5\xa0\xe2\x80"
                 "\xb9\xc5\x92\xef\xbf\xbd\xc5\xbd\xef\xbf\xbd\xef\xbf\xbd\xe2\x80"
                 "\x98\xe2\x80\x99\xe2\x80\x9c\xe2\x80\x9d\xe2\x80\xa2\xe2\x80\x93"
                 "\xe2\x80\x94\xcb\x9c\xe2\x84\xa2\xc5\xa1\xe2\x80\xba\xc5\x93\xef"
                 "\xbf\xbd\xc5\xbe\xc5\xb8\xc2\xa0\xc2\xa1\xc2\xa2\xc2\xa3\xc2\xa4"
                 "\xc2\xa5\xc2\xa6\xc2\xa7\xc2\xa8\xc2\xa9\xc2\xaa\xc2\xab\xc2\xac"
                 "\xc2\xad\xc2\xae\xc2\xaf\xc2\xb0\xc2\xb1\xc2\xb2\xc2\xb3\xc2\xb4"
                 "\xc2\xb5\xc2\xb6\xc2\xb7\xc2\xb8\xc2\xb9\xc2\xba\xc2\xbb\xc2\xbc"
                 "\xc2\xbd\xc2\xbe\xc2\xbf\xc3\x80\xc3\x81\xc3\x82\xc3\x83\xc3\x84"
                 "\xc3\x85\xc3\x86\xc3\x87\xc3\x88\xc3\x89\xc3\x8a\xc3\x8b\xc3\x8c"
                 "\xc3\x8d\xc3\x8e\xc3\x8f\xc3\x90\xc3\x91\xc3\x92\xc3\x93\xc3\x94"
                 "\xc3\x95\xc3\x96\xc3\x97\xc3\x98\xc3\x99\xc3\x9a\xc3\x9b\xc3\x9c"
                 "\xc3\x9d\xc3\x9e\xc3\x9f\xc3\xa0\xc3\xa1\xc3\xa2\xc3\xa3\xc3\xa4"
                 "\xc3\xa5\xc3\xa6\xc3\xa7\xc3\xa8\xc3\xa9\xc3\xaa\xc3\xab\xc3\xac"
                 "\xc3\xad\xc3\xae\xc3\xaf\xc3\xb0\xc3\xb1\xc3\xb2\xc3\xb3\xc3\xb4"
                 "\xc3\xb5\xc3\xb6\xc3\xb7\xc3\xb8\xc3\xb9\xc3\xba\xc3\xbb\xc3\xbc"
                 "\xc3\xbd\xc3\xbe\xc3\xbf");
    assert_reads("=?iso-8859-15?Q?"
                 "=A0=A1=A2=A3=A4=A5=A6=A7=A8=A9=AA=AB=AC=AD=AE=AF=B0=B1=B2=B3"
                 "=B4=B5=B6=B7=B8=B9=BA=BB=BC=BD=BE=BF=C0=C1=C2=C3=C4=C5=C6=C7"
                 "=C8=C9=CA=CB=CC=CD=CE=CF=D0=D1=D2=D3=D4=D5=D6=D7=D8=D9=DA=DB"
                 "=DC=DD=DE=DF=E0=E1=E2=E3=E4=E5=E6=E7=E8=E9=EA=EB=EC=ED=EE=EF"
                 "=F0=F1=F2=F3=F4=F5=F6=F7=F8=F9=FA=FB=FC=FD=FE=FF"
                 "?=",
                 "\xc2\xa0\xc2\xa1\xc2\xa2\xc2\xa3\xe2\x82\xac\xc2\xa5\xc5\xa0\xc2"
                 "\xa7\xc5\xa1\xc2\xa9\xc2\xaa\xc2\xab\xc2\xac\xc2\xad\xc2\xae\xc2"
                 "\xaf\xc2\xb0\xc2\xb1\xc2\xb2\xc2\xb3\xc5\xbd\xc2\xb5\xc2\xb6\xc2"
                 "\xb7\xc5\xbe\xc2\xb9\xc2\xba\xc2\xbb\xc5\x92\xc5\x93\xc5\xb8\xc2"
                 "\xbf\xc3\x80\xc3\x81\xc3\x82\xc3\x83\xc3\x84\xc3\x85\xc3\x86\xc3"
                 "\x87\xc3\x88\xc3\x89\xc3\x8a\xc3\x8b\xc3\x8c\xc3\x8d\xc3\x8e\xc3"
                 "\x8f\xc3\x90\xc3\x91\xc3\x92\xc3\x93\xc3\x94\xc3\x95\xc3\x96\xc3"
                 "\x97\xc3\x98\xc3\x99\xc3\x9a\xc3\x9b\xc3\x9c\xc3\x9d\xc3\x9e\xc3"
                 "\x9f\xc3\xa0\xc3\xa1\xc3\xa2\xc3\xa3\xc3\xa4\xc3\xa5\xc3\xa6\xc3"
                 "\xa7\xc3\xa8\xc3\xa9\xc3\xaa\xc3\xab\xc3\xac\xc3\xad\xc3\xae\xc3"
                 "\xaf\xc3\xb0\xc3\xb1\xc3\xb2\xc3\xb3\xc3\xb4\xc3\xb5\xc3\xb6\xc3"
                 "\xb7\xc3\xb8\xc3\xb9\xc3\xba\xc3\xbb\xc3\xbc\xc3\xbd\xc3\xbe\xc3"
                 "\xbf");
}

static void iso_8859_1_is_read_as_windows_1252(void **state)
{
    assert_reads("=?iso-8859-1?Q?=92_=E4?=", "\xe2\x80\x99 \xc3\xa4");
    assert_reads("=?latin1?Q?=E4?=", "\xc3\xa4");
}

static void iso_8859_15_has_the_euro(void **state)
{
    assert_reads("=?iso-8859-15?Q?=A4=A6=A8=B4=B8=BC=BD=BE=E9?=",
                 "\xe2\x82\xac\xc5\xa0\xc5\xa1\xc5\xbd\xc5\xbe\xc5\x92\xc5\x93\xc5\xb8"
                 "\xc3\xa9");
    assert_reads("=?Latin-9?Q?=A4?=", "\xe2\x82\xac");
}

static void words_of_other_charsets_stay(void **state)
{
    assert_stays("=?koi8-r?B?8NLJ18XU?=");
    assert_stays("a =?iso-2022-jp?B?GyRCRnxLXBsoQg==?= =?iso-2022-jp?B?GyRCOGw=?= b");
    assert_stays("=?iso-8859-?Q?a?=");
    assert_stays("=?iso-8859-155?Q?a?=");
    assert_reads("=?koi8-r?Q?a?= =?utf-8?Q?b?= =?koi8-r?Q?c?=",
                 "=?koi8-r?Q?a?= b =?koi8-r?Q?c?=");
}

/* ---- neighbours ------------------------------------------------------------ */

static void a_character_split_over_two_words_is_whole(void **state)
{
    assert_reads("=?utf-8?Q?=E2=82?= =?utf-8?Q?=AC?=", "\xe2\x82\xac");
    assert_reads("=?utf-8?B?8J8=?=\r\n\t=?UTF-8?B?mIA=?=", "\xf0\x9f\x98\x80");
    assert_reads("=?utf-8?B?4g==?= =?utf-8?B?gg==?= =?utf-8?B?rA==?=", "\xe2\x82\xac");
}

static void a_character_is_not_joined_over_text_or_charsets(void **state)
{
    assert_reads("=?utf-8?Q?=C3?= x =?utf-8?Q?=A9?=", BAD " x " BAD);
    assert_reads("=?utf-8?Q?=C3?= =?iso-8859-1?Q?=A9?=", BAD "\xc2\xa9");
}

static void space_next_to_text_is_kept(void **state)
{
    assert_reads("  =?utf-8?Q?a?=  ", "  a  ");
    assert_reads("=?utf-8?Q?a?= , =?utf-8?Q?b?=", "a , b");
}

static void words_need_no_space_around_them(void **state)
{
    assert_reads("x=?utf-8?Q?a?=y=?utf-8?Q?b?==?utf-8?Q?c?=z", "xaybcz");
    assert_reads("\"=?utf-8?Q?a_b?=\" <c@d>", "\"a b\" <c@d>");
}

/* ---- what is sent in spite of the RFC --------------------------------------- */

static void spaces_and_question_marks_inside_are_read(void **state)
{
    assert_reads("=?utf-8?Q?Hello world?=", "Hello world");
    assert_reads("=?utf-8?Q?What?\?=", "What?");
    assert_reads("=?utf-8?Q?a?b?=", "a?b");
}

static void eight_bit_bytes_inside_belong_to_the_charset(void **state)
{
    assert_reads("=?utf-8?Q?K\xc3\xa4se?=", "K\xc3\xa4se");
    assert_reads("=?iso-8859-1?Q?K\xe4se?=", "K\xc3\xa4se");
}

static void an_equals_sign_without_digits_stays(void **state)
{
    assert_reads("=?utf-8?Q?a=?=", "a=");
    assert_reads("=?utf-8?Q?a=4?=", "a=4");
    assert_reads("=?utf-8?Q?a=XYb=3D?=", "a=XYb=");
}

static void missing_padding_is_forgiven(void **state)
{
    assert_reads("=?utf-8?B?YQ?=", "a");
    assert_reads("=?utf-8?B?YWI?=", "ab");
    assert_reads("=?utf-8?B?YWJj=?=", "abc");
}

static void an_empty_word_is_nothing(void **state)
{
    assert_reads("a =?utf-8?Q?\?= b", "a  b");
    assert_reads("=?utf-8?B?\?=", "");
}

/* ---- what is no word -------------------------------------------------------- */

static void text_without_words_stays(void **state)
{
    assert_stays("");
    assert_stays("plain text");
    assert_stays("= ? == ?? =");
    assert_rc(imap4_word2047_decode(IMAP4_NIL, NULL, 0), 0);
}

static void what_is_no_word_stays(void **state)
{
    assert_stays("=?");
    assert_stays("=?utf-8");
    assert_stays("=?utf-8?");
    assert_stays("=?utf-8?Q");
    assert_stays("=?utf-8?Q?");
    assert_stays("=?utf-8?Q?a");
    assert_stays("=?utf-8?Q?a?");
    assert_stays("=?utf-8?X?a?=");
    assert_stays("=?utf-8?QQ?a?=");
    assert_stays("=??Q?a?=");
    assert_stays("=?utf 8?Q?a?=");
    assert_stays("=?utf-8?Q?a\r\nb?=");
}

static void base64_that_is_none_stays(void **state)
{
    assert_stays("=?utf-8?B?YQ=x?=");
    assert_stays("=?utf-8?B?Y Q==?=");
    assert_stays("=?utf-8?B?YWJjZ?=");
    assert_stays("=?utf-8?B?Y*==?=");
    assert_stays("=?utf-8?B?===?=");
    assert_stays("=?utf-8?B?YWJj===?=");
    assert_stays("=?utf-8?B?=?=");
}

static void a_word_behind_a_broken_one_is_read(void **state)
{
    assert_reads("=?utf-8?Q?abc =?utf-8?Q?def?=", "=?utf-8?Q?abc def");
    assert_reads("=?=?utf-8?Q?a?=", "=?a");
    assert_reads("=?utf-8?=?utf-8?Q?a?=", "=?utf-8?a");
}

/* ---- bytes of any kind ------------------------------------------------------ */

static void eight_bit_text_is_kept_if_it_is_utf8(void **state)
{
    assert_stays("Gr\xc3\xbc\xc3\x9f"
                 "e");
    assert_reads("Gr\xfc\xdf"
                 "e",
                 "Gr\xc3\xbc\xc3\x9f"
                 "e");
    assert_reads("\xc3\xbc =?utf-8?Q?a?= \xfc", "\xc3\xbc a \xc3\xbc");
}

static void encoded_controls_are_the_callers_business(void **state)
{
    assert_reads("=?utf-8?Q?a=0D=0Ab=00?=", "a\r\nb\0");
}

static void any_bytes_become_utf8_of_the_promised_size(void **state)
{
    static const char *const parts[] = { "=?",
                                         "?=",
                                         "utf-8",
                                         "?Q?",
                                         "?B?",
                                         "=C3",
                                         "=A9",
                                         "YWJj",
                                         "=",
                                         "?",
                                         " ",
                                         "\r\n ",
                                         "latin1",
                                         "x",
                                         "\xc3",
                                         "\xa9",
                                         "koi8",
                                         "=?utf-8?Q?",
                                         "=?utf-8?B?w6k=?=",
                                         "_" };
    random_source            r       = { 2047 };
    for (int i = 0; i < 40000; i++) {
        char   in[200], out[600];
        size_t len = 0;
        for (uint32_t n = random_below(&r, 12); n > 0; n--) {
            const char *part = parts[random_below(&r, sizeof parts / sizeof parts[0])];
            memcpy(in + len, part, strlen(part));
            len += strlen(part);
        }
        const imap4_view view = { in, len };
        const ptrdiff_t  n    = imap4_word2047_decode(view, out, sizeof out);
        assert_in_range(n, 0, 3 * len);
        assert_int_equal(imap4_utf8_valid((imap4_view){ out, (size_t)n }), 1);
        if (i % 40 == 0)
            all_sizes(imap4_word2047_decode, view, out, (size_t)n, __FILE__, __LINE__);
    }
}

/* Quadratic time would show as a test that does not end. */
static void a_megabyte_of_beginnings_is_read_once(void **state)
{
    static const char *const bits[] = { "=?",         "=?=",           "=?a",
                                        "=?utf-8?Q?", "=?utf-8?Q?a? ", "=?utf-8?B?YWJj",
                                        "=?x?Q?a?= ", "=?utf-8?Q?\n",  "=",
                                        "?" };
    enum {
        SIZE = 2000000
    };
    char *text = malloc(SIZE);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        const size_t len = strlen(bits[i]);
        size_t       at  = 0;
        for (; SIZE - at >= len; at += len)
            memcpy(text + at, bits[i], len);
        assert_rc(imap4_word2047_decode((imap4_view){ text, at }, NULL, 0), (ptrdiff_t)at);
        memcpy(text + at - 2, "?=", 2);
        assert_in_range(imap4_word2047_decode((imap4_view){ text, at }, NULL, 0), 1, at);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_names_of_rfc_2047_are_decoded),
        cmocka_unit_test(the_comments_of_rfc_2047_are_decoded),
        cmocka_unit_test(the_subject_of_rfc_2047_is_decoded),
        cmocka_unit_test(a_language_is_passed),
        cmocka_unit_test(utf8_is_decoded),
        cmocka_unit_test(bytes_without_meaning_become_a_replacement),
        cmocka_unit_test(windows_1252_is_decoded),
        cmocka_unit_test(each_byte_of_a_charset_has_its_character),
        cmocka_unit_test(iso_8859_1_is_read_as_windows_1252),
        cmocka_unit_test(iso_8859_15_has_the_euro),
        cmocka_unit_test(words_of_other_charsets_stay),
        cmocka_unit_test(a_character_split_over_two_words_is_whole),
        cmocka_unit_test(a_character_is_not_joined_over_text_or_charsets),
        cmocka_unit_test(space_next_to_text_is_kept),
        cmocka_unit_test(words_need_no_space_around_them),
        cmocka_unit_test(spaces_and_question_marks_inside_are_read),
        cmocka_unit_test(eight_bit_bytes_inside_belong_to_the_charset),
        cmocka_unit_test(an_equals_sign_without_digits_stays),
        cmocka_unit_test(missing_padding_is_forgiven),
        cmocka_unit_test(an_empty_word_is_nothing),
        cmocka_unit_test(text_without_words_stays),
        cmocka_unit_test(what_is_no_word_stays),
        cmocka_unit_test(base64_that_is_none_stays),
        cmocka_unit_test(a_word_behind_a_broken_one_is_read),
        cmocka_unit_test(eight_bit_text_is_kept_if_it_is_utf8),
        cmocka_unit_test(encoded_controls_are_the_callers_business),
        cmocka_unit_test(any_bytes_become_utf8_of_the_promised_size),
        cmocka_unit_test(a_megabyte_of_beginnings_is_read_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
