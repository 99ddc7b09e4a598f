/* SPDX-License-Identifier: MIT */
/* base_inbuf.c - the inbound buffer. */
#include "base/inbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void put(i4_inbuf *b, const char *text)
{
    size_t len = 0, closed = 0;
    char  *to = i4_inbuf_lend(b, false, &len, &closed);
    assert_non_null(to);
    assert_true(strlen(text) <= len);
    memcpy(to, text, strlen(text));
    i4_inbuf_commit(b, strlen(text));
}

static void holds(const i4_inbuf *b, const char *want)
{
    char text[256];
    memcpy(text, b->ptr + b->start, b->end - b->start);
    text[b->end - b->start] = '\0';
    assert_string_equal(text, want);
}

static void what_was_committed_stays_until_it_is_consumed(void **state)
{
    i4_inbuf b;
    i4_inbuf_init(&b, &i4_mem_default);
    put(&b, "abc");
    put(&b, "def");
    holds(&b, "abcdef");
    i4_inbuf_consume(&b, 2);
    holds(&b, "cdef");
    put(&b, "g");
    holds(&b, "cdefg");
    i4_inbuf_free(&b);
}

static void lent_end_stays_the_same_until_it_is_taken_back(void **state)
{
    i4_inbuf b;
    size_t   len = 0, again = 0, closed = 0;
    i4_inbuf_init(&b, &i4_mem_default);
    put(&b, "abc");
    char *to = i4_inbuf_lend(&b, false, &len, &closed);
    i4_inbuf_consume(&b, 3);
    assert_ptr_equal(i4_inbuf_lend(&b, false, &again, &closed), to);
    assert_int_equal(again, len);
    memcpy(to, "xy", 2);
    i4_inbuf_commit(&b, 2);
    holds(&b, "xy");
    i4_inbuf_free(&b);
}

static void pinned_buffer_lends_only_what_is_free(void **state)
{
    i4_inbuf b;
    size_t   len = 0, closed = 0;
    i4_inbuf_init(&b, &i4_mem_default);
    assert_null(i4_inbuf_lend(&b, true, &len, &closed));
    assert_int_equal(len, 0);
    put(&b, "abc");
    const char *at = b.ptr;
    assert_non_null(i4_inbuf_lend(&b, true, &len, &closed));
    assert_int_equal(len, I4_INBUF_FIRST - 3);
    i4_inbuf_commit(&b, len);
    assert_null(i4_inbuf_lend(&b, true, &len, &closed));
    assert_ptr_equal(b.ptr, at);
    i4_inbuf_free(&b);
}

static void gap_is_closed_by_moving_what_follows(void **state)
{
    i4_inbuf b;
    i4_inbuf_init(&b, &i4_mem_default);
    put(&b, "abDEADcd");
    b.gap_from = b.start + 2;
    b.gap_to   = b.start + 6;
    assert_int_equal(i4_inbuf_close_gap(&b), 4);
    holds(&b, "abcd");
    assert_int_equal(i4_inbuf_close_gap(&b), 0);
    i4_inbuf_free(&b);
}

static void reads_that_fill_it_make_it_grow_to_the_limit_of_reads(void **state)
{
    i4_inbuf b;
    size_t   len = 0, closed = 0;
    i4_inbuf_init(&b, &i4_mem_default);
    for (int i = 0; i < 20; i++) {
        char *to = i4_inbuf_lend(&b, false, &len, &closed);
        assert_non_null(to);
        memset(to, 'x', len);
        i4_inbuf_commit(&b, len);
        i4_inbuf_consume(&b, len);
    }
    assert_int_equal(b.cap, I4_INBUF_READ);
    i4_inbuf_free(&b);
}

static void trim_frees_only_an_empty_buffer(void **state)
{
    i4_inbuf b;
    size_t   len = 0, closed = 0;
    i4_inbuf_init(&b, &i4_mem_default);
    put(&b, "abc");
    i4_inbuf_trim(&b);
    assert_non_null(b.ptr);
    i4_inbuf_consume(&b, 3);
    assert_non_null(i4_inbuf_lend(&b, false, &len, &closed));
    i4_inbuf_trim(&b);
    assert_non_null(b.ptr);
    i4_inbuf_commit(&b, 0);
    i4_inbuf_trim(&b);
    assert_null(b.ptr);
    put(&b, "x");
    holds(&b, "x");
    i4_inbuf_free(&b);
}

static void what_lies_behind_the_data_can_be_read(void **state)
{
    i4_inbuf b;
    i4_inbuf_init(&b, &i4_mem_default);
    put(&b, "abc");
    for (size_t i = 0; i < I4_INBUF_SLACK; i++)
        assert_int_equal(b.ptr[b.end + i], 0);
    i4_inbuf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_committed_stays_until_it_is_consumed),
        cmocka_unit_test(lent_end_stays_the_same_until_it_is_taken_back),
        cmocka_unit_test(pinned_buffer_lends_only_what_is_free),
        cmocka_unit_test(gap_is_closed_by_moving_what_follows),
        cmocka_unit_test(reads_that_fill_it_make_it_grow_to_the_limit_of_reads),
        cmocka_unit_test(trim_frees_only_an_empty_buffer),
        cmocka_unit_test(what_lies_behind_the_data_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
