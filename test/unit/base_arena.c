/* SPDX-License-Identifier: MIT */
/* base_arena.c - memory in slices. */
#include "base/arena.h"

#include <stdint.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct meter {
    size_t calls;
    size_t live;
    int    is_empty; /* nothing is given */
} meter;

static void *meter_alloc(void *ctx, size_t size)
{
    meter *m = ctx;
    m->calls++;
    if (m->is_empty)
        return NULL;
    m->live += size;
    return malloc(size);
}

static void *meter_resize(void *ctx, void *ptr, size_t old_size, size_t size)
{
    (void)ctx;
    (void)ptr;
    (void)old_size;
    (void)size;
    return NULL;
}

static void meter_release(void *ctx, void *ptr, size_t size)
{
    meter *m = ctx;
    if (ptr != NULL)
        m->live -= size;
    free(ptr);
}

#define METERED(m)                                                                       \
    {                                                                                    \
        meter_alloc, meter_resize, meter_release, &(m)                                   \
    }

static void slices_are_aligned_and_do_not_overlap(void **state)
{
    i4_arena a;
    char    *last = NULL;
    i4_arena_init(&a, &i4_mem_default, SIZE_MAX);
    for (size_t n = 1; n < 300; n++) {
        char *slice = i4_arena_alloc(&a, n);
        assert_non_null(slice);
        assert_int_equal((uintptr_t)slice % 8, 0);
        memset(slice, (int)n, n);
        if (last != NULL)
            assert_int_equal((unsigned char)last[n - 2], (n - 1) & 255);
        last = slice;
    }
    i4_arena_free(&a);
}

static void steady_state_takes_no_memory(void **state)
{
    meter        m   = { 0 };
    const i4_mem mem = METERED(m);
    i4_arena     a;
    i4_arena_init(&a, &mem, SIZE_MAX);
    for (int round = 0; round < 10; round++) {
        const size_t before = m.calls;
        for (int i = 0; i < 100; i++)
            assert_non_null(i4_arena_alloc(&a, 1000));
        if (round > 1)
            assert_int_equal(m.calls, before);
        i4_arena_reset(&a);
    }
    i4_arena_free(&a);
    assert_int_equal(m.live, 0);
}

static void much_memory_is_given_back(void **state)
{
    meter        m   = { 0 };
    const i4_mem mem = METERED(m);
    i4_arena     a;
    i4_arena_init(&a, &mem, SIZE_MAX);
    assert_non_null(i4_arena_alloc(&a, 1024 * 1024));
    i4_arena_reset(&a);
    assert_int_equal(m.live, 0);
    assert_non_null(i4_arena_alloc(&a, 1));
    i4_arena_free(&a);
    assert_int_equal(m.live, 0);
}

static void limit_is_told_from_no_memory(void **state)
{
    meter        m   = { 0 };
    const i4_mem mem = METERED(m);
    i4_arena     a;
    i4_arena_init(&a, &mem, 20000);
    assert_non_null(i4_arena_alloc(&a, 5000));
    assert_null(i4_arena_alloc(&a, 16000));
    assert_int_equal(i4_arena_rc(&a), IMAP4_E_LIMIT);
    i4_arena_reset(&a);
    m.is_empty = 1;
    assert_null(i4_arena_alloc(&a, 9000));
    assert_int_equal(i4_arena_rc(&a), IMAP4_E_NOMEM);
    m.is_empty = 0;
    assert_non_null(i4_arena_alloc(&a, 9000));
    i4_arena_free(&a);
    assert_int_equal(m.live, 0);
}

static void sizes_that_do_not_fit_give_nothing(void **state)
{
    i4_arena a;
    i4_arena_init(&a, &i4_mem_default, 1 << 20);
    assert_null(i4_arena_alloc(&a, SIZE_MAX));
    assert_null(i4_arena_alloc(&a, SIZE_MAX - 20));
    assert_null(i4_arena_array(&a, SIZE_MAX / 8, 16));
    assert_non_null(i4_arena_array(&a, 8, 16));
    i4_arena_free(&a);
}

static void reset_of_an_empty_arena_is_harmless(void **state)
{
    i4_arena a;
    i4_arena_init(&a, &i4_mem_default, SIZE_MAX);
    i4_arena_reset(&a);
    i4_arena_free(&a);
    i4_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_are_aligned_and_do_not_overlap),
        cmocka_unit_test(steady_state_takes_no_memory),
        cmocka_unit_test(much_memory_is_given_back),
        cmocka_unit_test(limit_is_told_from_no_memory),
        cmocka_unit_test(sizes_that_do_not_fit_give_nothing),
        cmocka_unit_test(reset_of_an_empty_arena_is_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
