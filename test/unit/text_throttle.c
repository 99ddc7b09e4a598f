/* SPDX-License-Identifier: MIT */
/* test/unit/text_throttle.c - servers that want to be asked more slowly. */
#include "text/throttle.h"

#include "text_check.h"

#include "imap4/text.h"

static void times(void **state)
{
    static const struct {
        const char *text;
        uint64_t    ms;
    } rows[] = {
        { "", 0 },
        { "no time", 0 },
        { "Suggested Backoff Time: 92415 milliseconds", 92415 },
        { "suggested backoff time:7", 7 },
        { "Backoff Time:   0 ms", 0 },
        { "Backoff Time:", 0 },
        { "Backoff Time: ", 0 },
        { "Backoff Time: -5", 0 },
        { "Backoff Time: soon", 0 },
        { "Backoff Time: 18446744073709551615", UINT64_MAX },
        { "Backoff Time: 18446744073709551614", UINT64_MAX - 1 },
        { "Backoff Time: 18446744073709551616", UINT64_MAX },
        { "Backoff Time: 99999999999999999999999999 ms", UINT64_MAX },
        { "x Backoff Time: 3 Backoff Time: 4", 3 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (imap4_text_backoff_ms(imap4_view_of(rows[i].text)) != rows[i].ms)
            fail_msg("%s", rows[i].text);
    assert_int_equal(imap4_text_backoff_ms(IMAP4_NIL), 0);
}

static void marks(void **state)
{
    (void)state;
    assert_true(i4_throttle_is_marked(IMAP4_V("done [THROTTLED]")));
    assert_true(i4_throttle_is_marked(IMAP4_V("done [throttled]  ")));
    assert_true(i4_throttle_is_marked(IMAP4_V("[THROTTLED]")));
    assert_false(i4_throttle_is_marked(IMAP4_V("[THROTTLED] done")));
    assert_false(i4_throttle_is_marked(IMAP4_V("THROTTLED]")));
    assert_false(i4_throttle_is_marked(IMAP4_V("  ")));
    assert_false(i4_throttle_is_marked(IMAP4_NIL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times),
        cmocka_unit_test(marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
