/* SPDX-License-Identifier: MIT */
/* base_num.c - arithmetic on foreign numbers. */
#include "base/num.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int reads(const char *text, uint64_t max, uint64_t *n)
{
    return i4_num_view(imap4_view_of(text), max, n);
}

static void number_is_read_to_its_end(void **state)
{
    uint64_t n = 0;
    assert_true(reads("0", 5, &n));
    assert_int_equal(n, 0);
    assert_true(reads("00012", 12, &n));
    assert_int_equal(n, 12);
    assert_true(reads("0000000000000000000000000000012", 12, &n));
    assert_int_equal(n, 12);
}

static void what_is_no_number_leaves_it_alone(void **state)
{
    static const char *const bad[] = { "",   "-1",  "+1",  " 1", "1 ",
                                       "1x", "0x1", "1.0", ":",  "/" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t n = 7;
        assert_false(reads(bad[i], UINT64_MAX, &n));
        assert_int_equal(n, 7);
    }
}

static void limit_is_exact(void **state)
{
    static const uint64_t limits[] = { 0,  1,          9,         10,
                                       99, UINT32_MAX, INT64_MAX, UINT64_MAX - 1 };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        char     text[21]                   = { 0 };
        uint64_t n                          = 0;
        text[i4_num_write(limits[i], text)] = '\0';
        assert_true(reads(text, limits[i], &n));
        assert_true(n == limits[i]);
        text[i4_num_write(limits[i] + 1, text)] = '\0';
        assert_false(reads(text, limits[i], &n));
        assert_true(reads(text, UINT64_MAX, &n));
        assert_true(n == limits[i] + 1);
    }
}

static void largest_number_fits_and_the_next_does_not(void **state)
{
    uint64_t n = 0;
    assert_true(reads("18446744073709551615", UINT64_MAX, &n));
    assert_true(n == UINT64_MAX);
    assert_false(reads("18446744073709551616", UINT64_MAX, &n));
    assert_false(reads("99999999999999999999", UINT64_MAX, &n));
    assert_false(reads("184467440737095516150", UINT64_MAX, &n));
}

static void reading_stops_where_the_digits_end(void **state)
{
    static const char text[] = "123abc";
    const char       *p      = text;
    uint64_t          n      = 0;
    assert_true(i4_num_read(&p, text + 6, 1000, &n));
    assert_ptr_equal(p, text + 3);
    assert_false(i4_num_read(&p, text + 6, 1000, &n));
    assert_ptr_equal(p, text + 3);
    p = text;
    assert_true(i4_num_read(&p, text + 2, 1000, &n));
    assert_int_equal(n, 12);
}

static void sums_and_products_are_checked(void **state)
{
    size_t n = 0;
    assert_true(i4_add_size(SIZE_MAX - 1, 1, &n));
    assert_false(i4_add_size(SIZE_MAX, 1, &n));
    assert_true(i4_mul_size(SIZE_MAX / 2, 2, &n));
    assert_false(i4_mul_size(SIZE_MAX / 2 + 1, 2, &n));
    assert_true(i4_mul_size(0, SIZE_MAX, &n));
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_is_read_to_its_end),
        cmocka_unit_test(what_is_no_number_leaves_it_alone),
        cmocka_unit_test(limit_is_exact),
        cmocka_unit_test(largest_number_fits_and_the_next_does_not),
        cmocka_unit_test(reading_stops_where_the_digits_end),
        cmocka_unit_test(sums_and_products_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
