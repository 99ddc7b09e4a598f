/* SPDX-License-Identifier: MIT */
/* test/unit/text_display.c - foreign text made harmless. */
#include "text_check.h"

#include "imap4/text.h"

#define BAD "\xef\xbf\xbd"

#define assert_shows(in, want) assert_makes(imap4_text_display, in, want)

static void text_stays_as_it_is(void **state)
{
    assert_shows("", "");
    assert_shows("Hello, world~", "Hello, world~");
    assert_shows("Gr\xc3\xbc\xc3\x9f"
                 "e \xe6\x97\xa5 \xf0\x9f\x98\x80",
                 "Gr\xc3\xbc\xc3\x9f"
                 "e \xe6\x97\xa5 \xf0\x9f\x98\x80");
}

static void line_ends_and_tabs_become_one_space(void **state)
{
    assert_shows("a\tb", "a b");
    assert_shows("\ta", " a");
    assert_shows("a\r\n\t\v\fb", "a b");
    assert_shows("a\r\n", "a ");
    assert_shows("a\n b", "a  b");
}

static void escape_sequences_are_broken(void **state)
{
    assert_shows("\x1b[2J", BAD "[2J");
    assert_shows("\x1b]0;title\x07", BAD "]0;title" BAD);
    assert_shows("\b\0\x7f", BAD BAD BAD);
}

static void c1_controls_are_replaced(void **state)
{
    assert_shows("\xc2\x9b"
                 "2J",
                 BAD "2J");
    assert_shows("\xc2\x80\xc2\x85\xc2\x9f\xc2\xa0", BAD BAD BAD "\xc2\xa0");
}

static void characters_that_turn_the_text_are_replaced(void **state)
{
    assert_shows("exe.\xe2\x80\xaetxt", "exe." BAD "txt");
    assert_shows("\xe2\x80\xaa\xe2\x80\xab\xe2\x80\xac\xe2\x80\xad", BAD BAD BAD BAD);
    assert_shows("\xe2\x81\xa6\xe2\x81\xa7\xe2\x81\xa8\xe2\x81\xa9", BAD BAD BAD BAD);
    assert_shows("\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", BAD BAD BAD);
}

static void line_separators_are_replaced(void **state)
{
    assert_shows("a\xe2\x80\xa8"
                 "b\xe2\x80\xa9",
                 "a" BAD "b" BAD);
}

static void the_neighbours_of_what_is_replaced_stay(void **state)
{
    assert_shows("\xe2\x80\x8d\xe2\x80\x90\xe2\x80\xa7\xe2\x80\xaf",
                 "\xe2\x80\x8d\xe2\x80\x90\xe2\x80\xa7\xe2\x80\xaf");
    assert_shows("\xe2\x81\xa5\xe2\x81\xaa\xd8\x9b\xd8\x9d",
                 "\xe2\x81\xa5\xe2\x81\xaa\xd8\x9b\xd8\x9d");
}

static void bytes_that_are_not_utf8_are_replaced(void **state)
{
    assert_shows("caf\xe9!", "caf" BAD "!");
    assert_shows("\xff\xfe", BAD BAD);
    assert_shows("\xf0\x9f\x98", BAD);
    assert_shows("\xed\xa0\x80", BAD BAD BAD);
}

static void any_bytes_become_one_line_of_utf8(void **state)
{
    random_source r = { 99 };
    for (int i = 0; i < 20000; i++) {
        char         in[40], out[120];
        const size_t len = random_below(&r, sizeof in);
        for (size_t k = 0; k < len; k++)
            in[k] = (char)(unsigned char)random_below(&r, 256);
        const ptrdiff_t n = imap4_text_display((imap4_view){ in, len }, out, sizeof out);
        assert_in_range(n, 0, sizeof out);
        assert_int_equal(imap4_utf8_valid((imap4_view){ out, (size_t)n }), 1);
        for (ptrdiff_t k = 0; k < n; k++) {
            const unsigned char c = (unsigned char)out[k];
            assert_in_range(c, 0x20, 0xf4);
            assert_int_not_equal(c, 0x7f);
            if (c == 0xc2)
                assert_in_range((unsigned char)out[k + 1], 0xa0, 0xbf);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_stays_as_it_is),
        cmocka_unit_test(line_ends_and_tabs_become_one_space),
        cmocka_unit_test(escape_sequences_are_broken),
        cmocka_unit_test(c1_controls_are_replaced),
        cmocka_unit_test(characters_that_turn_the_text_are_replaced),
        cmocka_unit_test(line_separators_are_replaced),
        cmocka_unit_test(the_neighbours_of_what_is_replaced_stay),
        cmocka_unit_test(bytes_that_are_not_utf8_are_replaced),
        cmocka_unit_test(any_bytes_become_one_line_of_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
