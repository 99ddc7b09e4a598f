/* SPDX-License-Identifier: MIT */
/* wire_frame.c - where a response ends, literals included. */
#include "wire/frame.h"

#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The stops as "L3 E" (a literal of 3, an end), "?" if bytes are left over, "!" if lost. */
static const char *stops_of(const char *bytes, size_t len, size_t step)
{
    static char text[256];
    size_t      out = 0;
    i4_frame    f;
    i4_frame_init(&f);
    text[0] = '\0';
    for (size_t at = 0; at < len;) {
        size_t    used    = 0;
        uint64_t  literal = 0;
        size_t    n       = step != 0 && len - at > step ? step : len - at;
        const int rc      = i4_frame_feed(&f, bytes + at, n, &used, &literal);
        if (rc < 0)
            return strcat(text, "!");
        assert_true(used <= n && used != 0);
        at += used;
        if (rc == IMAP4_FRAME_END)
            out += (size_t)sprintf(text + out, "E");
        else if (rc == IMAP4_FRAME_LITERAL)
            out += (size_t)sprintf(text + out, "L%llu ", (unsigned long long)literal);
        else if (at == len)
            out += (size_t)sprintf(text + out, "?");
    }
    return text;
}

static void are(const char *bytes, size_t len, const char *want)
{
    char got[256];
    for (size_t step = 0; step < 12; step++) {
        strcpy(got, stops_of(bytes, len, step));
        char *end = got; /* "?" between pieces does not count */
        for (char *c = got; *c != '\0'; c++)
            if (*c != '?' || c[1] == '\0')
                *end++ = *c;
        *end = '\0';
        assert_string_equal(got, want);
    }
}

#define STOPS(bytes, want) are("" bytes, sizeof(bytes) - 1, want)

static void line_ends_with_crlf_only(void **state)
{
    STOPS("* OK x\r\n", "E");
    STOPS("* OK x\n* y\r\n", "E");
    STOPS("* OK x\ry\r\n", "E");
    STOPS("* OK x\r\r\n", "E");
    STOPS("* OK x\n\r\n", "E");
    STOPS("\r\n", "E");
    STOPS("* OK x\r\n* OK", "E?");
}

static void literal_is_passed_over(void **state)
{
    STOPS("* 1 FETCH (BODY[] {3}\r\n\r\nx)\r\n", "L3 E");
    STOPS("* 1 FETCH (BODY[] {0}\r\n)\r\n", "L0 E");
    STOPS("* X {3}\r\na{2 {2}\r\n}\r\r\n", "L3 L2 E");
    STOPS("* X ~{3}\r\n\0\r\n\r\n", "L3 E");
    STOPS("* X {3+}\r\nabc\r\n", "L3 E");
    STOPS("* X {003}\r\nabc\r\n", "L3 E");
}

static void text_for_people_has_no_literals(void **state)
{
    STOPS("* OK {3}\r\n* y\r\n", "EE");
    STOPS("A1 NO x {3}\r\n", "E");
    STOPS("* bye {3}\r\n", "E");
    STOPS("* PREAUTH {3}\r\n", "E");
    STOPS("A BAD {3}\r\n", "E");
    STOPS("+ x {3}\r\n", "E");
    STOPS("+{3}\r\n", "E");
    STOPS("* OK [X] {3}\r\n", "E");
    STOPS("* OK  [X] y {3}\r\n", "E");
}

static void code_may_have_literals(void **state)
{
    STOPS("* NO [BADCHARSET ({5}\r\nUTF-8)] x {3}\r\n", "L5 E");
    STOPS("* NO [X {2}\r\n]]] {1}\r\n", "L2 E");
    STOPS("* NO [X {2}\r\n]] {1}\r\na]\r\n", "L2 L1 E");
    STOPS("* NO [X \"]\" {2}\r\n]] y\r\n", "L2 E");
    STOPS("* NO [X \"a\\\"]\" {2}\r\n]] y\r\n", "L2 E");
}

static void open_quote_with_a_bracket_ends_the_code(void **state)
{
    STOPS("* NO [X \"a] {2}\r\n", "E");
}

static void words_that_only_begin_like_a_status_are_data(void **state)
{
    STOPS("* OKAY {3}\r\nabc\r\n", "L3 E");
    STOPS("* O {3}\r\nabc\r\n", "L3 E");
    STOPS("* OK5 {3}\r\nabc\r\n", "L3 E");
    STOPS("* 5 OK {3}\r\nabc\r\n", "L3 E");
    STOPS("* PREAUTHORIZED {3}\r\nabc\r\n", "L3 E");
}

static void quotes_do_not_decide(void **state)
{
    STOPS("* X \"abc {3}\r\nabc\r\n", "L3 E");
    STOPS("* X \"a{3}\"\r\n", "E");
}

static void what_is_no_literal_header_is_text(void **state)
{
    STOPS("* X {}\r\n", "E");
    STOPS("* X {-1}\r\n", "E");
    STOPS("* X {+5}\r\n", "E");
    STOPS("* X {5 }\r\n", "E");
    STOPS("* X { 5}\r\n", "E");
    STOPS("* X {0x10}\r\n", "E");
    STOPS("* X {5++}\r\n", "E");
    STOPS("* X 5}\r\n", "E");
    STOPS("* X {5} \r\n", "E");
    STOPS("* X {5}\n", "?");
    STOPS("* X {5}\r\r\n", "E");
}

static void number_has_at_most_64_bits(void **state)
{
    STOPS("* X {18446744073709551616}\r\n", "!");
    STOPS("* X {99999999999999999999}\r\n", "!");
    STOPS("* X {18446744073709551615}\r\nabc", "L18446744073709551615 ?");
}

static void number_has_at_most_20_digits(void **state)
{
    STOPS("* X {000000000000000000005}\r\n", "E");
    STOPS("* X {123456789012345678901}\r\n", "E");
    STOPS("* X {00000000000000000003}\r\nabc\r\n", "L3 E");
}

static void nul_and_spaces_in_front_do_no_harm(void **state)
{
    STOPS("\0\0 * OK {3}\r\n", "E");
    STOPS("\0 * X {3}\r\nabc\r\n", "L3 E");
}

static void line_that_ends_early_announces_nothing(void **state)
{
    STOPS("{3}\r\n", "E");
    STOPS("* {3}\r\nabc\r\n", "L3 E");
    STOPS("*{3}\r\n", "E");
    STOPS("* OK\r\n* X {1}\r\na\r\n", "EL1 E");
}

static void public_framer_is_the_same(void **state)
{
    imap4_framer *f    = NULL;
    size_t        used = 0;
    uint64_t      n    = 0;
    assert_int_equal(imap4_framer_new(NULL, &f), IMAP4_OK);
    assert_int_equal(imap4_framer_feed(f, IMAP4_V("* X {5}\r\nab"), &used, &n),
                     IMAP4_FRAME_LITERAL);
    assert_int_equal(used, 9);
    assert_int_equal(n, 5);
    assert_int_equal(imap4_framer_feed(f, IMAP4_V("abcde"), &used, NULL),
                     IMAP4_FRAME_MORE);
    assert_int_equal(imap4_framer_feed(f, IMAP4_V(""), &used, NULL), IMAP4_FRAME_MORE);
    assert_int_equal(imap4_framer_feed(f, IMAP4_V("\r\n"), &used, NULL), IMAP4_FRAME_END);
    assert_int_equal(imap4_framer_feed(f, IMAP4_NIL, &used, NULL), IMAP4_FRAME_MORE);
    assert_int_equal(used, 0);
    imap4_framer_free(&f);
    assert_null(f);
    imap4_framer_free(&f);
    imap4_framer_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_ends_with_crlf_only),
        cmocka_unit_test(literal_is_passed_over),
        cmocka_unit_test(text_for_people_has_no_literals),
        cmocka_unit_test(code_may_have_literals),
        cmocka_unit_test(open_quote_with_a_bracket_ends_the_code),
        cmocka_unit_test(words_that_only_begin_like_a_status_are_data),
        cmocka_unit_test(quotes_do_not_decide),
        cmocka_unit_test(what_is_no_literal_header_is_text),
        cmocka_unit_test(number_has_at_most_64_bits),
        cmocka_unit_test(number_has_at_most_20_digits),
        cmocka_unit_test(nul_and_spaces_in_front_do_no_harm),
        cmocka_unit_test(line_that_ends_early_announces_nothing),
        cmocka_unit_test(public_framer_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
