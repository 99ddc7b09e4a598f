/* SPDX-License-Identifier: MIT */
/* wire_scan.c - both scanners find the same, at every alignment. */
#include <stdbool.h>
#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Both files have the same names: one gets others. */
#define i4_span_quoted word_span_quoted
#define i4_span_atom   word_span_atom
#include "wire/scan_word.h"
#undef i4_span_quoted
#undef i4_span_atom
#include "wire/scan.h"

static bool ends_quoted(char c)
{
    return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

static bool ends_atom(char c)
{
    return (unsigned char)c <= 0x20 || c == '(' || c == ')' || c == '"' || c == '{';
}

static size_t span(const char *p, bool (*ends)(char))
{
    size_t n = 0;
    while (!ends(p[n]))
        n++;
    return n;
}

static void check(const char *p)
{
    assert_int_equal(i4_span_quoted(p), span(p, ends_quoted));
    assert_int_equal(word_span_quoted(p), span(p, ends_quoted));
    assert_int_equal(i4_span_atom(p), span(p, ends_atom));
    assert_int_equal(word_span_atom(p), span(p, ends_atom));
}

static uint32_t seed = 1;

static uint32_t random_number(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void each_byte_ends_what_it_ends_at_each_place(void **state)
{
    char text[128];
    for (int c = 0; c < 256; c++) {
        for (size_t at = 0; at < 40; at++) {
            memset(text, 'a', sizeof text);
            text[at] = (char)c;
            text[64] = '\r';
            for (size_t from = 0; from <= at && from < 17; from++)
                check(text + from);
        }
    }
}

static void random_bytes_at_all_alignments(void **state)
{
    char text[256];
    for (int round = 0; round < 2000; round++) {
        for (size_t i = 0; i < sizeof text; i++) {
            /* Mostly bytes that end nothing, many of them near to those that do. */
            const uint32_t r = random_number();
            text[i]          = (char)(r % 8 == 0 ? r >> 8
                                                 : 0x20 + ((r >> 8) & 0x5f) + (r >> 20 & 0x80));
        }
        text[200] = '\r';
        for (size_t from = 0; from < 33; from++)
            check(text + from);
    }
}

static void not_more_than_the_slack_is_read_behind_the_end(void **state)
{
    /* In a block that ends with the slack, a sanitizer sees each byte too many. */
    for (size_t len = 0; len < 70; len++) {
        char *text = malloc(len + 1 + I4_SCAN_SLACK);
        assert_non_null(text);
        memset(text, 'a', len + 1 + I4_SCAN_SLACK);
        text[len] = '\r';
        check(text);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_byte_ends_what_it_ends_at_each_place),
        cmocka_unit_test(random_bytes_at_all_alignments),
        cmocka_unit_test(not_more_than_the_slack_is_read_behind_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
