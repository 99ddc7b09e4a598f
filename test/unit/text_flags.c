/* SPDX-License-Identifier: MIT */
/* test/unit/text_flags.c - flags by name, and the check of flag lists. */
#include "text_check.h"

#include "imap4/text.h"
#include "text/flags.h"

#define assert_bit(flag, bit)   assert_rc(imap4_flag_bit(IMAP4_V(flag)), bit)
#define assert_check(flags, rc) check(IMAP4_V(flags), rc, __FILE__, __LINE__)

/* In a block of its own, so that nothing is read behind it. */
static void check(imap4_view flags, int rc, const char *file, int line)
{
    char *copy = malloc(flags.len != 0 ? flags.len : 1);
    assert_non_null(copy);
    memcpy(copy, flags.ptr, flags.len);
    same_rc(imap4_flags_check((imap4_view){ copy, flags.len }), rc, file, line);
    free(copy);
}

static const struct {
    uint32_t    bit;
    const char *name;
} flags[] = {
    { IMAP4_FLAG_SEEN, "\\Seen" },       { IMAP4_FLAG_ANSWERED, "\\Answered" },
    { IMAP4_FLAG_FLAGGED, "\\Flagged" }, { IMAP4_FLAG_DELETED, "\\Deleted" },
    { IMAP4_FLAG_DRAFT, "\\Draft" },     { IMAP4_FLAG_RECENT, "\\Recent" },
    { IMAP4_FLAG_ANY, "\\*" },
};
enum {
    FLAGS = sizeof flags / sizeof flags[0]
};

static void each_system_flag_has_its_bit(void **state)
{
    for (size_t i = 0; i < FLAGS; i++)
        assert_rc(imap4_flag_bit((imap4_view){ flags[i].name, strlen(flags[i].name) }),
                  flags[i].bit);
}

static void each_bit_has_its_name(void **state)
{
    for (size_t i = 0; i < FLAGS; i++) {
        const imap4_view name = imap4_flag_name(flags[i].bit);
        same_bytes(name.ptr, name.len, flags[i].name, strlen(flags[i].name), __FILE__,
                   __LINE__);
    }
}

static void other_numbers_have_no_name(void **state)
{
    static const uint32_t others[] = { 0, 3, 63, 128, UINT32_MAX };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_null(imap4_flag_name(others[i]).ptr);
}

static void case_does_not_matter(void **state)
{
    assert_bit("\\SEEN", IMAP4_FLAG_SEEN);
    assert_bit("\\seen", IMAP4_FLAG_SEEN);
    assert_bit("\\aNsWeReD", IMAP4_FLAG_ANSWERED);
    assert_bit("\\DELETED", IMAP4_FLAG_DELETED);
    assert_bit("\\dRAFT", IMAP4_FLAG_DRAFT);
}

static void keywords_have_no_bit(void **state)
{
    assert_bit("Seen", 0);
    assert_bit("$Forwarded", 0);
    assert_bit("\\Important", 0);
    assert_bit("\\Muted", 0);
    assert_bit("\\", 0);
    assert_bit("", 0);
    assert_bit("*", 0);
    assert_bit("\\**", 0);
    assert_rc(imap4_flag_bit(IMAP4_NIL), 0);
}

/* Every other byte at every place, in a block that ends where the flag ends. */
static void one_wrong_byte_is_another_flag(void **state)
{
    for (size_t i = 0; i < FLAGS; i++) {
        const size_t len  = strlen(flags[i].name);
        char        *name = malloc(len);
        assert_non_null(name);
        for (size_t at = 0; at < len; at++) {
            for (int byte = 0; byte < 256; byte++) {
                memcpy(name, flags[i].name, len);
                const unsigned char was  = (unsigned char)name[at];
                const bool          same = byte == was ||
                                  (byte == (was ^ 0x20) && at > 0 && was != '*');
                name[at] = (char)(unsigned char)byte;
                if (i4_flag_bit(name, len) != (same ? flags[i].bit : 0))
                    fail_msg("%s with 0x%02x at %zu", flags[i].name, (unsigned)byte, at);
            }
        }
        free(name);
    }
}

static void a_byte_more_or_less_is_another_flag(void **state)
{
    for (size_t i = 0; i < FLAGS; i++) {
        const size_t len  = strlen(flags[i].name);
        char        *name = malloc(len + 1);
        assert_non_null(name);
        memcpy(name, flags[i].name, len);
        name[len] = 's';
        assert_rc(i4_flag_bit(name, len + 1), 0);
        assert_rc(i4_flag_bit(name, len - 1), 0);
        free(name);
    }
}

static void a_list_of_flags_is_fine(void **state)
{
    assert_check("\\Seen", IMAP4_OK);
    assert_check("\\Seen \\Deleted $label", IMAP4_OK);
    assert_check("NonJunk [x $MDNSent ! a+b/c~", IMAP4_OK);
    assert_check("", IMAP4_OK);
    assert_rc(imap4_flags_check(IMAP4_NIL), IMAP4_OK);
}

static void only_one_space_separates(void **state)
{
    assert_check(" \\Seen", IMAP4_E_ARG);
    assert_check("\\Seen ", IMAP4_E_ARG);
    assert_check("a  b", IMAP4_E_ARG);
    assert_check("a\tb", IMAP4_E_ARG);
    assert_check(" ", IMAP4_E_ARG);
}

static void bytes_that_end_a_list_or_a_line_are_refused(void **state)
{
    assert_check("a) b", IMAP4_E_ARG);
    assert_check("(a)", IMAP4_E_ARG);
    assert_check("a\r\nb", IMAP4_E_ARG);
    assert_check("a\nb", IMAP4_E_ARG);
    assert_check("a\0b", IMAP4_E_ARG);
    assert_check("\"a\"", IMAP4_E_ARG);
    assert_check("{3}", IMAP4_E_ARG);
    assert_check("a]", IMAP4_E_ARG);
    assert_check("a\x7f", IMAP4_E_ARG);
    assert_check("caf\xc3\xa9", IMAP4_E_ARG);
}

static void a_backslash_stands_before_an_atom_only(void **state)
{
    assert_check("\\", IMAP4_E_ARG);
    assert_check("\\ a", IMAP4_E_ARG);
    assert_check("\\\\Seen", IMAP4_E_ARG);
    assert_check("a\\b", IMAP4_E_ARG);
    assert_check("\\*", IMAP4_E_ARG);
    assert_check("%", IMAP4_E_ARG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_system_flag_has_its_bit),
        cmocka_unit_test(each_bit_has_its_name),
        cmocka_unit_test(other_numbers_have_no_name),
        cmocka_unit_test(case_does_not_matter),
        cmocka_unit_test(keywords_have_no_bit),
        cmocka_unit_test(one_wrong_byte_is_another_flag),
        cmocka_unit_test(a_byte_more_or_less_is_another_flag),
        cmocka_unit_test(a_list_of_flags_is_fine),
        cmocka_unit_test(only_one_space_separates),
        cmocka_unit_test(bytes_that_end_a_list_or_a_line_are_refused),
        cmocka_unit_test(a_backslash_stands_before_an_atom_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
