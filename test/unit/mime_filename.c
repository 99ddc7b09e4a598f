/* SPDX-License-Identifier: MIT */
/* test/unit/mime_filename.c - names as sent, and names that a disk can bear. */
#include "text_check.h"

#include "imap4/mime.h"

static ptrdiff_t safe(const char *name, size_t len, char *buf, size_t size)
{
    const imap4_param at   = { IMAP4_V("filename"), { name, len } };
    const imap4_body  part = {
         .index              = 1,
         .type               = IMAP4_V("APPLICATION"),
         .subtype            = IMAP4_V("X"),
         .disposition_params = { &at, 1 },
    };
    const ptrdiff_t got = imap4_part_safe_filename(&part, buf, size);
    assert_rc(imap4_part_safe_filename(&part, NULL, 0), got);
    return got;
}

static void becomes(imap4_view name, const char *want, int line)
{
    char            buf[256];
    const ptrdiff_t len = safe(name.ptr, name.len, buf, sizeof buf);
    assert_true(len > 0);
    same_bytes(buf, (size_t)len, want, strlen(want), __FILE__, line);
}

#define assert_becomes(name, want) becomes(IMAP4_V(name), want, __LINE__)

static void a_good_name_stays(void **state)
{
    assert_becomes("report 2024.pdf", "report 2024.pdf");
    assert_becomes("\xe6\x97\xa5\xe6\x9c\xac.txt", "\xe6\x97\xa5\xe6\x9c\xac.txt");
    assert_becomes("=?utf-8?Q?=C3=9C?=.txt", "\xc3\x9c.txt");
    assert_becomes("no extension", "no extension");
}

static void folders_are_cut_off(void **state)
{
    assert_becomes("../../etc/passwd", "passwd");
    assert_becomes("C:\\Windows\\a.txt", "a.txt");
    assert_becomes("a/..", "part-1.bin");
    assert_becomes("=?utf-8?Q?..=2F..=2Fx?=", "x");
    assert_becomes("a/", "part-1.bin");
}

static void dots_and_blanks_at_the_ends_go(void **state)
{
    assert_becomes("..", "part-1.bin");
    assert_becomes(".bashrc", "bashrc");
    assert_becomes(" . a. .", "a");
    assert_becomes("   ", "part-1.bin");
    assert_becomes("\xe2\x80\x8b.\xe3\x80\x80", "part-1.bin");
}

static void controls_and_signs_are_replaced(void **state)
{
    assert_becomes("a\0b", "a_b");
    assert_becomes("a\r\n\tb", "a b");
    assert_becomes("a\x1b[2Jb", "a_[2Jb");
    assert_becomes("a<b>c:d|e?f*g\"h", "a_b_c_d_e_f_g_h");
    assert_becomes("=?utf-8?Q?a=C2=85b=E2=80=A8c?=", "a_b_c");
}

/* "exe.fdp" behind a right-to-left override looks like a PDF. */
static void what_turns_or_hides_text_is_dropped(void **state)
{
    assert_becomes("a\xe2\x80\xae"
                   "fdp.exe",
                   "afdp.exe");
    assert_becomes("a\xe2\x80\x8b\xef\xbb\xbf\xe2\x81\xa6"
                   "b",
                   "ab");
}

static void names_of_devices_and_options_get_a_prefix(void **state)
{
    assert_becomes("con", "_con");
    assert_becomes("NUL.txt", "_NUL.txt");
    assert_becomes("lpt1.tar.gz", "_lpt1.tar.gz");
    assert_becomes("console", "console");
    assert_becomes("com", "com");
    assert_becomes("-rf", "_-rf");
    assert_becomes("x/-rf", "_-rf");
    assert_becomes("~root", "_~root");
}

static void a_long_name_keeps_its_extension(void **state)
{
    char name[2000], buf[256];
    for (size_t i = 0; i + 3 <= sizeof name; i += 3)
        memcpy(name + i, "\xe6\x97\xa5", 3);
    memcpy(name + 1500, ".tar", 4);
    ptrdiff_t len = safe(name, 1504, buf, sizeof buf);
    assert_in_range(len, 195, 200);
    assert_int_equal(memcmp(buf + len - 4, ".tar", 4), 0);
    assert_int_equal(imap4_utf8_valid((imap4_view){ buf, (size_t)len }), 1);
    len = safe(name, 1500, buf, sizeof buf);
    assert_in_range(len, 195, 200);
    assert_int_equal(imap4_utf8_valid((imap4_view){ buf, (size_t)len }), 1);
}

static void what_has_no_name_gets_its_number(void **state)
{
    char             buf[64];
    const imap4_body root  = { .is_multipart = 1, .index = 1 };
    const imap4_body outer = { .parent = &root, .is_multipart = 1, .index = 2 };
    imap4_body       part  = {
               .parent = &outer, .index = 1, .type = IMAP4_V("x"), .subtype = IMAP4_V("y")
    };
    ptrdiff_t len = imap4_part_safe_filename(&part, buf, sizeof buf);
    assert_bytes(buf, (size_t)len, "part-2.1.bin");
    part.type    = IMAP4_V("TEXT");
    part.subtype = IMAP4_V("HTML");
    len          = imap4_part_safe_filename(&part, buf, sizeof buf);
    assert_bytes(buf, (size_t)len, "part-2.1.html");
    len = imap4_part_safe_filename(&root, buf, sizeof buf);
    assert_bytes(buf, (size_t)len, "part.bin");
    assert_rc(imap4_part_filename(&part, buf, sizeof buf), IMAP4_E_ABSENT);
    assert_rc(imap4_part_filename(NULL, buf, sizeof buf), IMAP4_E_ARG);
    assert_rc(imap4_part_safe_filename(NULL, buf, sizeof buf), IMAP4_E_ARG);
}

static void the_type_s_name_is_the_second_choice(void **state)
{
    const imap4_param empty = { IMAP4_V("filename"), IMAP4_V("") };
    const imap4_param name  = { IMAP4_V("NAME"), IMAP4_V("b.txt") };
    imap4_body        part  = { .params = { &name, 1 } };
    char              buf[64];
    ptrdiff_t         len = imap4_part_filename(&part, buf, sizeof buf);
    assert_bytes(buf, (size_t)len, "b.txt");
    part.disposition_params = (imap4_params){ &empty, 1 };
    len                     = imap4_part_filename(&part, buf, sizeof buf);
    assert_bytes(buf, (size_t)len, "b.txt");
    part.params = (imap4_params){ NULL, 0 };
    assert_rc(imap4_part_filename(&part, buf, sizeof buf), IMAP4_E_ABSENT);
}

static void any_name_becomes_a_safe_one(void **state)
{
    static const char *const bits[] = {
        "/",   "\\",   ".",        "..",   " ", "con",         "\xe2\x80\xae",
        "a",   "\xff", "\xc3\xbc", "-",    "~", "\r\n",        "=?utf-8?Q?",
        "=2F", "?=",   "=00",      ".exe", ":", "\xe2\x80\x8b"
    };
    random_source r = { 2183 };
    for (int i = 0; i < 20000; i++) {
        char   name[1200], buf[256];
        size_t len = 0;
        for (uint32_t n = random_below(&r, i % 50 == 0 ? 100 : 8); n > 0; n--) {
            const char *bit = bits[random_below(&r, sizeof bits / sizeof bits[0])];
            memcpy(name + len, bit, strlen(bit));
            len += strlen(bit);
        }
        const ptrdiff_t got = safe(name, len, buf, sizeof buf);
        assert_in_range(got, 1, 200);
        assert_int_equal(imap4_utf8_valid((imap4_view){ buf, (size_t)got }), 1);
        assert_true(buf[0] != '.' && buf[0] != '-' && buf[0] != '~' && buf[0] != ' ');
        assert_true(buf[got - 1] != '.' && buf[got - 1] != ' ');
        for (ptrdiff_t k = 0; k < got; k++)
            assert_true((unsigned char)buf[k] >= ' ' &&
                        strchr("/\\:<>|?*\"", buf[k]) == NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_name_stays),
        cmocka_unit_test(folders_are_cut_off),
        cmocka_unit_test(dots_and_blanks_at_the_ends_go),
        cmocka_unit_test(controls_and_signs_are_replaced),
        cmocka_unit_test(what_turns_or_hides_text_is_dropped),
        cmocka_unit_test(names_of_devices_and_options_get_a_prefix),
        cmocka_unit_test(a_long_name_keeps_its_extension),
        cmocka_unit_test(what_has_no_name_gets_its_number),
        cmocka_unit_test(the_type_s_name_is_the_second_choice),
        cmocka_unit_test(any_name_becomes_a_safe_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
