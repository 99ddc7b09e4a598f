/* SPDX-License-Identifier: MIT */
/* test/unit/text_utf7.c - mailbox names in modified UTF-7. */
#include "text_check.h"

#include "imap4/text.h"

/* Both directions. */
#define assert_pair(utf8, utf7)                                                          \
    do {                                                                                 \
        assert_makes(imap4_utf7_encode, utf8, utf7);                                     \
        assert_makes(imap4_utf7_decode, utf7, utf8);                                     \
    } while (0)
#define assert_not_canonical(name) assert_refuses(imap4_utf7_decode, name, IMAP4_E_SYNTAX)

static void the_name_of_rfc_3501_goes_both_ways(void **state)
{
    assert_pair(
        "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
        "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
}

/* RFC 2152, with "&" for "+", as RFC 3501 has it. */
static void the_names_of_rfc_2152_go_both_ways(void **state)
{
    assert_pair("A\xe2\x89\xa2\xce\x91.", "A&ImIDkQ-.");
    assert_pair("Hi Mom \xe2\x98\xba!", "Hi Mom &Jjo-!");
    assert_pair("Hi Mom -\xe2\x98\xba-!", "Hi Mom -&Jjo--!");
    assert_pair("Item 3 is \xc2\xa3"
                "1.",
                "Item 3 is &AKM-1.");
}

static void ascii_stands_for_itself(void **state)
{
    assert_pair("", "");
    assert_pair("INBOX", "INBOX");
    assert_pair(" ~/\\+,-\"%*{}", " ~/\\+,-\"%*{}");
}

static void an_ampersand_is_written_with_a_hyphen(void **state)
{
    assert_pair("&", "&-");
    assert_pair("&&", "&-&-");
    assert_pair("Tom & Jerry", "Tom &- Jerry");
    assert_pair("&-", "&--");
}

static void an_ampersand_may_touch_a_shift(void **state)
{
    assert_pair("\xc3\xa9&", "&AOk-&-");
    assert_pair("&\xc3\xa9", "&-&AOk-");
}

static void a_character_above_the_first_plane_is_two_surrogates(void **state)
{
    assert_pair("\xf0\x9f\x98\x80", "&2D3eAA-");
    assert_pair("\xf4\x8f\xbf\xbf", "&2,,f,w-");
}

static void control_characters_are_encoded(void **state)
{
    assert_pair("a\0b", "a&AAA-b");
    assert_pair("\r\n", "&AA0ACg-");
    assert_pair("\x7f", "&AH8-");
    assert_pair("\x1f", "&AB8-");
}

static void what_is_not_utf8_is_not_encoded(void **state)
{
    assert_refuses(imap4_utf7_encode, "\xff", IMAP4_E_SYNTAX);
    assert_refuses(imap4_utf7_encode, "caf\xe9", IMAP4_E_SYNTAX);
    assert_refuses(imap4_utf7_encode, "\xc0\xaf", IMAP4_E_SYNTAX);
    assert_refuses(imap4_utf7_encode, "\xed\xa0\x80", IMAP4_E_SYNTAX);
    assert_refuses(imap4_utf7_encode, "a\xc3", IMAP4_E_SYNTAX);
}

static void a_shift_without_end_is_refused(void **state)
{
    assert_not_canonical("&");
    assert_not_canonical("&Jjo");
    assert_not_canonical("&Jjo!");
    assert_not_canonical("&AOQA");
    assert_not_canonical("a&");
}

static void encoded_printable_ascii_is_refused(void **state)
{
    assert_not_canonical("&AGE-");
    assert_not_canonical("&AC8-");
    assert_not_canonical("&AC4-");
    assert_not_canonical("&ACY-");
    assert_not_canonical("&AOkAYQ-");
    assert_not_canonical("&ACA-");
    assert_not_canonical("&AH4-");
}

static void digits_too_many_or_too_few_are_refused(void **state)
{
    assert_not_canonical("&A-");
    assert_not_canonical("&AO-");
    assert_not_canonical("&AOQA-");
    assert_not_canonical("&AOkA-");
    assert_not_canonical("&AOkAA-");
    assert_not_canonical("&AOkAAA-&");
    assert_not_canonical("&AOkAOkAA-");
}

static void padding_bits_are_zero(void **state)
{
    assert_makes(imap4_utf7_decode, "&AOk-", "\xc3\xa9");
    assert_not_canonical("&AOl-");
    assert_not_canonical("&AOm-");
    assert_not_canonical("&2D3eAB-");
}

static void lone_surrogates_are_refused(void **state)
{
    assert_not_canonical("&2D0-");
    assert_not_canonical("&2D3-");
    assert_not_canonical("&3gA-");
    assert_not_canonical("&2D0A6Q-");
    assert_not_canonical("&2D3YPQ-");
    assert_not_canonical("&3gDYPQ-");
    assert_not_canonical("&2D0-&3gA-");
}

static void two_shifts_in_a_row_are_refused(void **state)
{
    assert_not_canonical("&U,BTFw-&ZeVnLIqe-");
    assert_not_canonical("&AOk-&");
}

static void raw_bytes_that_do_not_print_are_refused(void **state)
{
    assert_not_canonical("caf\xc3\xa9");
    assert_not_canonical("\xff");
    assert_not_canonical("a\0b");
    assert_not_canonical("a\tb");
    assert_not_canonical("\x7f");
    assert_not_canonical("&AO\xe9-");
}

static void digits_of_plain_base64_are_refused(void **state)
{
    assert_not_canonical("&U/BTFw-");
    assert_not_canonical("&AOk=-");
    assert_not_canonical("&A Ok-");
}

static void the_display_of_a_good_name_is_the_name(void **state)
{
    assert_makes(imap4_utf7_display, "&ZeVnLIqe-", "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e");
    assert_makes(imap4_utf7_display, "a&-b", "a&b");
}

static void the_display_of_a_name_is_harmless(void **state)
{
    /* U+001B, U+009B, U+202E; a tab; a character beyond the BMP. */
    assert_makes(imap4_utf7_display, "&ABs-[2J", "\xef\xbf\xbd[2J");
    assert_makes(imap4_utf7_display, "&AJsgLg-x", "\xef\xbf\xbd\xef\xbf\xbdx");
    assert_makes(imap4_utf7_display, "a&AAkACg-b", "a b");
    assert_makes(imap4_utf7_display, "&2D3eAA-&-&-", "\xf0\x9f\x98\x80&&");
    assert_makes(imap4_utf7_display, "\x1b[2J\t&", "\xef\xbf\xbd[2J &");
}

static void the_display_of_a_bad_name_is_its_bytes(void **state)
{
    assert_makes(imap4_utf7_display, "&AOQA", "&AOQA");
    assert_makes(imap4_utf7_display, "&AGE-", "&AGE-");
    assert_makes(imap4_utf7_display, "R&D", "R&D");
    assert_makes(imap4_utf7_display, "caf\xc3\xa9", "caf\xc3\xa9");
    assert_makes(imap4_utf7_display, "caf\xe9!", "caf\xef\xbf\xbd!");
}

static void nil_is_the_empty_name(void **state)
{
    assert_rc(imap4_utf7_encode(IMAP4_NIL, NULL, 0), 0);
    assert_rc(imap4_utf7_decode(IMAP4_NIL, NULL, 0), 0);
    assert_rc(imap4_utf7_display(IMAP4_NIL, NULL, 0), 0);
}

static size_t put(char *p, uint32_t cp)
{
    if (cp < 0x80)
        return p[0] = (char)cp, 1;
    if (cp < 0x800)
        return p[0] = (char)(0xc0 | cp >> 6), p[1] = (char)(0x80 | (cp & 63)), 2;
    if (cp < 0x10000)
        return p[0] = (char)(0xe0 | cp >> 12), p[1] = (char)(0x80 | (cp >> 6 & 63)),
               p[2] = (char)(0x80 | (cp & 63)), 3;
    return p[0] = (char)(0xf0 | cp >> 18), p[1] = (char)(0x80 | (cp >> 12 & 63)),
           p[2] = (char)(0x80 | (cp >> 6 & 63)), p[3] = (char)(0x80 | (cp & 63)), 4;
}

static size_t random_name(random_source *r, char *name)
{
    static const uint32_t tops[] = { 0x80, 0x80, 0x30, 0x800, 0x10000, 0x110000 };
    size_t                len    = 0;
    for (uint32_t n = random_below(r, 12); n > 0; n--) {
        const uint32_t cp = random_below(r, tops[random_below(r, 6)]);
        if (cp < 0xd800 || cp > 0xdfff)
            len += put(name + len, cp);
    }
    return len;
}

static void decoding_undoes_encoding(void **state)
{
    random_source r = { 20250101 };
    for (int i = 0; i < 3000; i++) {
        char            name[64], wire[256];
        const size_t    len      = random_name(&r, name);
        const ptrdiff_t wire_len = imap4_utf7_encode((imap4_view){ name, len }, wire, 256);
        assert_in_range(wire_len, 0, 256);
        all_sizes(imap4_utf7_decode, (imap4_view){ wire, (size_t)wire_len }, name, len,
                  __FILE__, __LINE__);
    }
}

static void what_decodes_encodes_to_the_same_bytes(void **state)
{
    static const char letters[] = "&&&--AOkU,BTFw2D3eAJjo+/ a";
    random_source     r         = { 7 };
    int               decoded   = 0;
    for (int i = 0; i < 200000; i++) {
        char         wire[12], name[64], again[64];
        const size_t len = random_below(&r, sizeof wire);
        for (size_t k = 0; k < len; k++)
            wire[k] = letters[random_below(&r, sizeof letters - 1)];
        const ptrdiff_t n = imap4_utf7_decode((imap4_view){ wire, len }, name,
                                              sizeof name);
        if (n < 0)
            continue;
        decoded++;
        assert_int_equal(imap4_utf8_valid((imap4_view){ name, (size_t)n }), 1);
        const ptrdiff_t m = imap4_utf7_encode((imap4_view){ name, (size_t)n }, again,
                                              sizeof again);
        assert_in_range(m, 0, sizeof again);
        same_bytes(again, (size_t)m, wire, len, __FILE__, __LINE__);
    }
    assert_in_range(decoded, 1000, 200000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_of_rfc_3501_goes_both_ways),
        cmocka_unit_test(the_names_of_rfc_2152_go_both_ways),
        cmocka_unit_test(ascii_stands_for_itself),
        cmocka_unit_test(an_ampersand_is_written_with_a_hyphen),
        cmocka_unit_test(an_ampersand_may_touch_a_shift),
        cmocka_unit_test(a_character_above_the_first_plane_is_two_surrogates),
        cmocka_unit_test(control_characters_are_encoded),
        cmocka_unit_test(what_is_not_utf8_is_not_encoded),
        cmocka_unit_test(a_shift_without_end_is_refused),
        cmocka_unit_test(encoded_printable_ascii_is_refused),
        cmocka_unit_test(digits_too_many_or_too_few_are_refused),
        cmocka_unit_test(padding_bits_are_zero),
        cmocka_unit_test(lone_surrogates_are_refused),
        cmocka_unit_test(two_shifts_in_a_row_are_refused),
        cmocka_unit_test(raw_bytes_that_do_not_print_are_refused),
        cmocka_unit_test(digits_of_plain_base64_are_refused),
        cmocka_unit_test(the_display_of_a_good_name_is_the_name),
        cmocka_unit_test(the_display_of_a_name_is_harmless),
        cmocka_unit_test(the_display_of_a_bad_name_is_its_bytes),
        cmocka_unit_test(nil_is_the_empty_name),
        cmocka_unit_test(decoding_undoes_encoding),
        cmocka_unit_test(what_decodes_encodes_to_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
