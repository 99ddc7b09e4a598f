/* SPDX-License-Identifier: MIT */
/* test/unit/text_utf8.c - what is UTF-8 and what is not. */
#include "text_check.h"

#include "imap4/text.h"
#include "text/utf8.h"

#define assert_valid(lit)   assert_rc(imap4_utf8_valid(IMAP4_V(lit)), 1)
#define assert_invalid(lit) assert_rc(imap4_utf8_valid(IMAP4_V(lit)), 0)

static void text_in_many_scripts_is_valid(void **state)
{
    assert_valid("");
    assert_valid("plain");
    assert_valid("Gr\xc3\xbc\xc3\x9f"
                 "e");
    assert_valid("\xe6\x97\xa5\xe6\x9c\xac");
    assert_valid("\xf0\x9f\x98\x80");
    assert_rc(imap4_utf8_valid(IMAP4_NIL), 1);
}

static void controls_are_valid(void **state)
{
    assert_valid("a\0b\r\n\x7f");
    assert_valid("\xc2\x80");
}

static void the_ends_of_the_ranges_are_valid(void **state)
{
    assert_valid("\xc2\x80\xdf\xbf");
    assert_valid("\xe0\xa0\x80\xef\xbf\xbf");
    assert_valid("\xed\x9f\xbf\xee\x80\x80");
    assert_valid("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf");
}

static void overlong_forms_are_invalid(void **state)
{
    assert_invalid("\xc0\x80");
    assert_invalid("\xc1\xbf");
    assert_invalid("\xe0\x80\x80");
    assert_invalid("\xe0\x9f\xbf");
    assert_invalid("\xf0\x80\x80\x80");
    assert_invalid("\xf0\x8f\xbf\xbf");
}

static void surrogates_are_invalid(void **state)
{
    assert_invalid("\xed\xa0\x80");
    assert_invalid("\xed\xbf\xbf");
}

static void what_is_above_10ffff_is_invalid(void **state)
{
    assert_invalid("\xf4\x90\x80\x80");
    assert_invalid("\xf5\x80\x80\x80");
    assert_invalid("\xf8\x88\x80\x80\x80");
    assert_invalid("\xff");
}

static void a_character_cut_off_is_invalid(void **state)
{
    assert_invalid("\xc3");
    assert_invalid("\xe6\x97");
    assert_invalid("\xf0\x9f\x98");
    assert_invalid("eight by"
                   "\xc3");
    assert_invalid("\x80");
    assert_invalid("12345678\xbf");
}

/* Every character there is, and every neighbour of it that is none. */
static void each_character_is_read_as_it_was_written(void **state)
{
    for (uint32_t cp = 0; cp < 0x110010; cp++) {
        char           buf[4];
        i4_sink        out  = { buf, sizeof buf, 0 };
        const bool     real = cp < 0xd800 || (cp > 0xdfff && cp < 0x110000);
        const uint32_t want = real ? cp : I4_UTF8_REPLACEMENT;
        uint32_t       got  = 0;
        i4_utf8_put(&out, cp);
        const size_t len = i4_utf8_take(buf, out.len, &got);
        if (got != want || len != out.len)
            fail_msg("U+%04X: read U+%04X, %zu of %zu bytes", cp, got, len, out.len);
    }
}

static void three_random_bytes_agree_with_the_table_of_rfc_3629(void **state)
{
    for (uint32_t n = 0; n < 0x1000000; n += 7) {
        const unsigned char b[3]  = { (unsigned char)(n >> 16), (unsigned char)(n >> 8),
                                      (unsigned char)n };
        const uint32_t      cp    = (b[0] & 15u) << 12 | (b[1] & 63u) << 6 | (b[2] & 63u);
        const bool          tails = (b[1] & 0xc0) == 0x80 && (b[2] & 0xc0) == 0x80;
        const bool          three = b[0] >> 4 == 14 && tails && cp >= 0x800 &&
                           (cp < 0xd800 || cp > 0xdfff);
        uint32_t got = 0;
        if (b[0] >> 4 != 14)
            continue;
        const size_t len = i4_utf8_take((const char *)b, 3, &got);
        if ((len == 3 && got == cp) != three)
            fail_msg("%02x %02x %02x: read %08X, %zu bytes", b[0], b[1], b[2], got, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_in_many_scripts_is_valid),
        cmocka_unit_test(controls_are_valid),
        cmocka_unit_test(the_ends_of_the_ranges_are_valid),
        cmocka_unit_test(overlong_forms_are_invalid),
        cmocka_unit_test(surrogates_are_invalid),
        cmocka_unit_test(what_is_above_10ffff_is_invalid),
        cmocka_unit_test(a_character_cut_off_is_invalid),
        cmocka_unit_test(each_character_is_read_as_it_was_written),
        cmocka_unit_test(three_random_bytes_agree_with_the_table_of_rfc_3629),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
