/* SPDX-License-Identifier: MIT */
/* test/unit/text_display_hostile.c - whatever is shown to people, by whichever function, is
 * one line of UTF-8 that steers nothing. */
#include "hostile_text.h"
#include "text_check.h"

#include "imap4/diag.h"
#include "imap4/event.h"
#include "imap4/mime.h"
#include "imap4/text.h"

static void fit(const char *text, size_t len, const char *what, size_t number)
{
    if (is_fit_for_people(text, len))
        return;
    char *seen = escaped(text, len);
    print_message("%s of text %zu shows %s\n", what, number, seen);
    free(seen);
    fail();
}

/* ---- the judge ------------------------------------------------------------------ */

static void the_judge_is_awake(void **state)
{
    static const imap4_view bad[] = {
        H("\x1b"),         H("\n"),        H("\x7f"),
        H("\xc2\x80"),     H("\xc2\x9f"),  H("\xd8\x9c"),
        H("\xe2\x80\x8e"), H("\x80"),      H("\xe2\x80\xa8"),
        H("\xe2\x80\xae"), H("\xc3"),      H("\xe2\x81\xa6"),
        H("\xe2\x81\xa9"), H("\xc0\xaf"),  H("\xed\xa0\x80"),
        H("\xff"),         H("a\xc3\x28"), H("\xf4\x90\x80\x80")
    };
    static const imap4_view good[] = {
        H(""),         H(" ~"),           H("\xc2\xa0"),
        H("\xd8\x9b"), H("\xe2\x80\xa7"), H("\xf0\x9f\x98\x80")
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(is_fit_for_people(bad[i].ptr, bad[i].len));
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(is_fit_for_people(good[i].ptr, good[i].len));
    assert_true(HOSTILE_TEXTS >= 40);
    size_t harmful = 0;
    for (size_t i = 0; i < HOSTILE_TEXTS; i++)
        harmful += !is_fit_for_people(hostile_texts[i].ptr, hostile_texts[i].len);
    assert_true(harmful >= 40);
}

/* ---- functions that write into a buffer ------------------------------------------- */

static void displays(text_function *f, imap4_view in, const char *what, size_t number)
{
    char            buf[1024];
    const ptrdiff_t n = f(in, buf, sizeof buf);
    assert_in_range(n, 0, 3 * in.len);
    fit(buf, (size_t)n, what, number);
    /* What is short of room is counted, and not written over its end. */
    char            few[4] = { 'a', 'b', 'c', 'd' };
    const ptrdiff_t again  = f(in, few, 3);
    assert_rc(again, n);
    assert_int_equal(few[3], 'd');
}

static void text_display(void **state)
{
    for (size_t i = 0; i < HOSTILE_TEXTS; i++)
        displays(imap4_text_display, hostile_texts[i], "imap4_text_display", i);
}

static void a_mailbox_s_name(void **state)
{
    for (size_t i = 0; i < HOSTILE_TEXTS; i++)
        displays(imap4_utf7_display, hostile_texts[i], "imap4_utf7_display", i);
}

static void a_mailbox_s_name_in_utf7(void **state)
{
    size_t encoded = 0;
    for (size_t i = 0; i < HOSTILE_TEXTS; i++) {
        char            name[256], plain[256];
        const ptrdiff_t n = imap4_utf7_encode(hostile_texts[i], name, sizeof name);
        if (n < 0)
            continue;
        assert_in_range(n, 1, sizeof name);
        const imap4_view wire = { name, (size_t)n };
        displays(imap4_utf7_display, wire, "imap4_utf7_display, encoded", i);
        /* It shows what text_display() shows of the decoded name. */
        char            shown[256];
        const ptrdiff_t m = imap4_text_display(hostile_texts[i], plain, sizeof plain);
        assert_rc(imap4_utf7_display(wire, shown, sizeof shown), m);
        same_bytes(shown, (size_t)m, plain, (size_t)m, __FILE__, __LINE__);
        encoded++;
    }
    assert_true(encoded >= 30);
}

/* ---- header text --------------------------------------------------------------------- */

static void shows(const char *text, size_t len, size_t number)
{
    char        buf[1024];
    const char *shown = imap4_mime_show((imap4_view){ text, len }, buf, sizeof buf);
    fit(shown, strlen(shown), "imap4_mime_show", number);
    for (size_t size = 1; size < 24; size++) {
        shown = imap4_mime_show((imap4_view){ text, len }, buf, size);
        assert_true(strlen(shown) < size);
        fit(shown, strlen(shown), "imap4_mime_show, cut", number);
    }
}

static void header_text(void **state)
{
    for (size_t i = 0; i < HOSTILE_TEXTS; i++)
        shows(hostile_texts[i].ptr, hostile_texts[i].len, i);
}

static void header_text_in_encoded_words(void **state)
{
    static const char *const charsets[] = { "utf-8", "us-ascii", "iso-8859-1", "x-none" };
    for (size_t i = 0; i < HOSTILE_TEXTS; i++)
        for (size_t c = 0; c < sizeof charsets / sizeof charsets[0]; c++) {
            char            word[512], digits[256];
            const ptrdiff_t n = imap4_base64_encode(hostile_texts[i], digits,
                                                    sizeof digits);
            assert_in_range(n, 0, sizeof digits);
            int len = snprintf(word, sizeof word, "=?%s?B?%.*s?=", charsets[c], (int)n,
                               digits);
            shows(word, (size_t)len, i);
            len = snprintf(word, sizeof word, "=?%s?Q?", charsets[c]);
            for (size_t k = 0; k < hostile_texts[i].len; k++)
                len += snprintf(word + len, sizeof word - (size_t)len, "=%02X",
                                (unsigned char)hostile_texts[i].ptr[k]);
            len += snprintf(word + len, sizeof word - (size_t)len, "?=");
            shows(word, (size_t)len, i);
        }
}

static void an_attachment_s_name(void **state)
{
    for (size_t i = 0; i < HOSTILE_TEXTS; i++) {
        char              buf[512];
        const imap4_param name = { IMAP4_V("filename"), hostile_texts[i] };
        const imap4_body  part = { .index              = 1,
                                   .type               = IMAP4_V("APPLICATION"),
                                   .subtype            = IMAP4_V("X"),
                                   .disposition_params = { &name, 1 } };
        const ptrdiff_t   n    = imap4_part_safe_filename(&part, buf, sizeof buf);
        assert_in_range(n, 1, 200);
        fit(buf, (size_t)n, "imap4_part_safe_filename", i);
    }
}

/* ---- names that the library makes ------------------------------------------------------ */

static void names_of_the_library(void **state)
{
    for (int i = -300; i < 1000; i++) {
        const char *const names[] = { imap4_event_name(i), imap4_diag_name(i),
                                      imap4_diag_text(i), imap4_strerror(i) };
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
            assert_non_null(names[k]);
            fit(names[k], strlen(names[k]), "a name", (size_t)k);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_judge_is_awake),
        cmocka_unit_test(text_display),
        cmocka_unit_test(a_mailbox_s_name),
        cmocka_unit_test(a_mailbox_s_name_in_utf7),
        cmocka_unit_test(header_text),
        cmocka_unit_test(header_text_in_encoded_words),
        cmocka_unit_test(an_attachment_s_name),
        cmocka_unit_test(names_of_the_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
