/* SPDX-License-Identifier: MIT */
/* test/unit/text_date.c - dates read, written and counted. */
#include "text_check.h"

#include "imap4/text.h"

typedef int date_parser(imap4_view in, imap4_date *out);

/* All members in one line, so that a failure shows both dates. */
static void show(const imap4_date *d, char text[120])
{
    (void)snprintf(text, 120, "%04d-%02d-%02d %02d:%02d:%02d zone %d (%s) = %lld", d->year,
                   d->month, d->day, d->hour, d->minute, d->second, d->zone_minutes,
                   d->has_zone ? "known" : "unknown", (long long)d->unix_seconds);
}

static void reads(date_parser *parse, imap4_view in, const char *want, const char *file,
                  int line)
{
    char       got[120];
    imap4_date d;
    char      *copy = malloc(in.len != 0 ? in.len : 1);
    assert_non_null(copy);
    memcpy(copy, in.ptr, in.len);
    memset(&d, 0x55, sizeof d);
    same_rc(parse((imap4_view){ copy, in.len }, &d), IMAP4_OK, file, line);
    show(&d, got);
    _assert_string_equal(got, want, file, line);
    free(copy);
}

static void refuses(date_parser *parse, imap4_view in, const char *file, int line)
{
    imap4_date d, before;
    memset(&d, 0x55, sizeof d);
    before = d;
    same_rc(parse(in, &d), IMAP4_E_SYNTAX, file, line);
    _assert_memory_equal(&d, &before, sizeof d, file, line);
}

#define assert_internal(in, want)                                                        \
    reads(imap4_date_parse_internal, IMAP4_V(in), want, __FILE__, __LINE__)
#define assert_not_internal(in)                                                          \
    refuses(imap4_date_parse_internal, IMAP4_V(in), __FILE__, __LINE__)
#define assert_message(in, want)                                                         \
    reads(imap4_date_parse_message, IMAP4_V(in), want, __FILE__, __LINE__)
#define assert_not_message(in)                                                           \
    refuses(imap4_date_parse_message, IMAP4_V(in), __FILE__, __LINE__)

/* ---- INTERNALDATE --------------------------------------------------------- */

static void the_dates_of_rfc_3501_are_read(void **state)
{
    assert_internal("17-Jul-1996 02:44:25 -0700",
                    "1996-07-17 02:44:25 zone -420 (known) = 837596665");
    assert_internal(" 7-Feb-1994 21:52:25 -0800",
                    "1994-02-07 21:52:25 zone -480 (known) = 760686745");
}

static void a_zone_may_have_half_hours(void **state)
{
    assert_internal("17-Jul-1996 02:44:25 +0530",
                    "1996-07-17 02:44:25 zone 330 (known) = 837551665");
}

static void a_day_or_an_hour_may_have_one_digit(void **state)
{
    assert_internal("7-Feb-1994 21:52:25 -0800",
                    "1994-02-07 21:52:25 zone -480 (known) = 760686745");
    assert_internal("07-Feb-1994 21:52:25 -0800",
                    "1994-02-07 21:52:25 zone -480 (known) = 760686745");
    assert_internal(" 7-Feb-1994 1:52:25 +0000",
                    "1994-02-07 01:52:25 zone 0 (known) = 760585945");
}

static void case_and_spaces_do_not_matter(void **state)
{
    assert_internal("   7-FEB-1994  21:52:25   -0800 ",
                    "1994-02-07 21:52:25 zone -480 (known) = 760686745");
}

static void a_zone_may_be_missing(void **state)
{
    assert_internal("01-Jan-1970 00:00:10", "1970-01-01 00:00:10 zone 0 (unknown) = 10");
    assert_internal("01-Jan-1970 00:00:10 ", "1970-01-01 00:00:10 zone 0 (unknown) = 10");
}

static void years_from_0_to_9999_are_read(void **state)
{
    assert_internal("01-Jan-0000 00:00:00 +0000",
                    "0000-01-01 00:00:00 zone 0 (known) = -62167219200");
    assert_internal("31-Dec-9999 23:59:59 +0000",
                    "9999-12-31 23:59:59 zone 0 (known) = 253402300799");
    assert_internal("19-Jan-2038 03:14:08 +0000",
                    "2038-01-19 03:14:08 zone 0 (known) = 2147483648");
}

static void a_leap_second_is_read(void **state)
{
    assert_internal("31-Dec-1998 23:59:60 +0000",
                    "1998-12-31 23:59:60 zone 0 (known) = 915148800");
}

static void times_out_of_range_are_refused(void **state)
{
    assert_not_internal("01-Jan-2000 24:00:00 +0000");
    assert_not_internal("01-Jan-2000 23:60:00 +0000");
    assert_not_internal("01-Jan-2000 23:59:61 +0000");
    assert_not_internal("01-Jan-2000 23:59:59 +0060");
}

static void days_out_of_range_are_refused(void **state)
{
    assert_not_internal("00-Jan-2000 00:00:00 +0000");
    assert_not_internal("32-Jan-2000 00:00:00 +0000");
    assert_not_internal("31-Apr-2000 00:00:00 +0000");
    assert_not_internal("29-Feb-1900 00:00:00 +0000");
    assert_not_internal("30-Feb-2000 00:00:00 +0000");
    assert_internal("29-Feb-2000 00:00:00 +0000",
                    "2000-02-29 00:00:00 zone 0 (known) = 951782400");
}

static void numbers_of_other_widths_are_refused(void **state)
{
    assert_not_internal("001-Jan-2000 00:00:00 +0000");
    assert_not_internal("01-Jan-200 00:00:00 +0000");
    assert_not_internal("01-Jan-20000 00:00:00 +0000");
    assert_not_internal("01-Jan-2000 000:00:00 +0000");
    assert_not_internal("01-Jan-2000 00:0:00 +0000");
    assert_not_internal("01-Jan-2000 00:00:000 +0000");
    assert_not_internal("01-Jan-2000 00:00:00 +000");
    assert_not_internal("01-Jan-2000 00:00:00 +00000");
    assert_not_internal("01-Jan-99999999999999999999 00:00:00 +0000");
    assert_not_internal("11111111111111111111-Jan-2000 00:00:00 +0000");
}

static void what_is_no_internaldate_is_refused(void **state)
{
    assert_not_internal("");
    assert_not_internal(" ");
    assert_not_internal("NIL");
    assert_not_internal("\"01-Jan-2000 00:00:00 +0000\"");
    assert_not_internal("01-Jan-2000");
    assert_not_internal("01 Jan 2000 00:00:00 +0000");
    assert_not_internal("01-Foo-2000 00:00:00 +0000");
    assert_not_internal("01-January-2000 00:00:00 +0000");
    assert_not_internal("01-Jan-2000 00:00 +0000");
    assert_not_internal("01-Jan-2000 00:00:00 GMT");
    assert_not_internal("01-Jan-2000 00:00:00 +0000 x");
    assert_not_internal("-1-Jan-2000 00:00:00 +0000");
    assert_not_internal("01-Jan-2000 00:00:00 +0000\0");
    refuses(imap4_date_parse_internal, IMAP4_NIL, __FILE__, __LINE__);
}

/* A reader that looks behind its end is found by the sanitizer. */
static void no_beginning_of_a_date_is_read_beyond_its_end(void **state)
{
    static const char full[] = "17-Jul-1996 02:44:25 -0700";
    for (size_t len = 1; len < sizeof full - 1; len++) {
        char *part = malloc(len);
        assert_non_null(part);
        memcpy(part, full, len);
        imap4_date d;
        /* "17-Jul-1996 02:44:25" and with a space: without zone. */
        assert_rc(imap4_date_parse_internal((imap4_view){ part, len }, &d),
                  len == 20 || len == 21 ? IMAP4_OK : IMAP4_E_SYNTAX);
        free(part);
    }
}

/* ---- messages ------------------------------------------------------------- */

static void the_dates_of_rfc_5322_are_read(void **state)
{
    assert_message("Fri, 21 Nov 1997 09:55:06 -0600",
                   "1997-11-21 09:55:06 zone -360 (known) = 880127706");
    assert_message("Tue, 1 Jul 2003 10:52:37 +0200",
                   "2003-07-01 10:52:37 zone 120 (known) = 1057049557");
    assert_message("Thu, 13 Feb 1969 23:32:54 -0330",
                   "1969-02-13 23:32:54 zone -210 (known) = -27723426");
}

/* RFC 5322 appendix A.5 and A.6.2. */
static void the_odd_dates_of_rfc_5322_are_read(void **state)
{
    assert_message("Thu,\r\n      13\r\n        Feb\r\n          1969\r\n"
                   "      23:32\r\n               -0330 (Newfoundland Time)",
                   "1969-02-13 23:32:00 zone -210 (known) = -27723480");
    assert_message("21 Nov 97 09:55:06 GMT",
                   "1997-11-21 09:55:06 zone 0 (known) = 880106106");
    assert_message("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600",
                   "1997-11-21 09:55:06 zone -360 (known) = 880127706");
}

static void comments_nest_and_hold_anything(void **state)
{
    assert_message(
        "(a(b(c))d) Fri(\\)\\(), (\"(\") ) 21 (x)Nov(y) 1997(z)09:55:06(()) -0600()",
        "1997-11-21 09:55:06 zone -360 (known) = 880127706");
}

static void a_comment_without_end_ends_the_field(void **state)
{
    assert_message("21 Nov 1997 09:55:06 -0600 (Central",
                   "1997-11-21 09:55:06 zone -360 (known) = 880127706");
    assert_not_message("21 Nov (1997 09:55:06 -0600");
    assert_not_message("(21 Nov 1997 09:55:06 -0600\\");
}

static void comments_of_any_depth_are_passed(void **state)
{
    enum {
        DEPTH = 200000
    };
    char *text = malloc(2 * DEPTH + 40);
    assert_non_null(text);
    memset(text, '(', DEPTH);
    memset(text + DEPTH, ')', DEPTH);
    memcpy(text + 2 * DEPTH, "1 Jan 1970 00:00:00 +0000", 25);
    reads(imap4_date_parse_message, (imap4_view){ text, 2 * DEPTH + 25 },
          "1970-01-01 00:00:00 zone 0 (known) = 0", __FILE__, __LINE__);
    refuses(imap4_date_parse_message, (imap4_view){ text, DEPTH }, __FILE__, __LINE__);
    free(text);
}

static void years_of_two_and_three_digits_have_their_century(void **state)
{
    assert_message("1 Jan 49 00:00 Z", "2049-01-01 00:00:00 zone 0 (known) = 2493072000");
    assert_message("1 Jan 50 00:00 Z", "1950-01-01 00:00:00 zone 0 (known) = -631152000");
    assert_message("1 Jan 00 00:00 Z", "2000-01-01 00:00:00 zone 0 (known) = 946684800");
    assert_message("1 Jan 100 00:00 Z", "2000-01-01 00:00:00 zone 0 (known) = 946684800");
    assert_not_message("1 Jan 5 00:00 Z");
    assert_not_message("1 Jan 12000 00:00 Z");
}

static void zones_have_names(void **state)
{
    assert_message("1 Jan 1970 00:00 UT", "1970-01-01 00:00:00 zone 0 (known) = 0");
    assert_message("1 Jan 1970 00:00 utc", "1970-01-01 00:00:00 zone 0 (known) = 0");
    assert_message("1 Jan 1970 00:00 EST",
                   "1970-01-01 00:00:00 zone -300 (known) = 18000");
    assert_message("1 Jan 1970 00:00 EDT",
                   "1970-01-01 00:00:00 zone -240 (known) = 14400");
    assert_message("1 Jan 1970 00:00 CST",
                   "1970-01-01 00:00:00 zone -360 (known) = 21600");
    assert_message("1 Jan 1970 00:00 CDT",
                   "1970-01-01 00:00:00 zone -300 (known) = 18000");
    assert_message("1 Jan 1970 00:00 MST",
                   "1970-01-01 00:00:00 zone -420 (known) = 25200");
    assert_message("1 Jan 1970 00:00 MDT",
                   "1970-01-01 00:00:00 zone -360 (known) = 21600");
    assert_message("1 Jan 1970 00:00 PST",
                   "1970-01-01 00:00:00 zone -480 (known) = 28800");
    assert_message("1 Jan 1970 00:00 pdt",
                   "1970-01-01 00:00:00 zone -420 (known) = 25200");
}

static void a_zone_that_says_nothing_is_unknown(void **state)
{
    assert_message("1 Jan 1970 00:00:05", "1970-01-01 00:00:05 zone 0 (unknown) = 5");
    assert_message("1 Jan 1970 00:00 A", "1970-01-01 00:00:00 zone 0 (unknown) = 0");
    assert_message("1 Jan 1970 00:00 CEST", "1970-01-01 00:00:00 zone 0 (unknown) = 0");
    assert_message("1 Jan 1970 00:00 (CEST)", "1970-01-01 00:00:00 zone 0 (unknown) = 0");
    assert_message("1 Jan 1970 00:00 -0000", "1970-01-01 00:00:00 zone 0 (known) = 0");
}

static void what_follows_the_zone_is_ignored(void **state)
{
    assert_message("1 Jan 1970 00:00:00 +0000 GMT",
                   "1970-01-01 00:00:00 zone 0 (known) = 0");
    assert_not_message("1 Jan 1970 00:00:00 +0000GMT");
    assert_not_message("1 Jan 1970 00:00:00 +02:00");
}

static void the_day_of_the_week_is_not_compared(void **state)
{
    assert_message("Monday 1 Jan 1970 00:00:00 +0000",
                   "1970-01-01 00:00:00 zone 0 (known) = 0");
}

static void what_is_no_date_of_a_message_is_refused(void **state)
{
    assert_not_message("");
    assert_not_message(",");
    assert_not_message("Fri");
    assert_not_message("Fri, ");
    assert_not_message("yesterday");
    assert_not_message("Fri, 31 Nov 1997 09:55:06 -0600");
    assert_not_message("Fri, 21 Foo 1997 09:55:06 -0600");
    assert_not_message("Fri, 21 Nov 1997");
    assert_not_message("Fri, 21 Nov 1997 09");
    assert_not_message("Fri, 21 Nov 1997 09:");
    assert_not_message("Fri, 21 Nov 1997 09:55:");
    assert_not_message("Fri, 21 Nov 1997 x:55:06");
    assert_not_message("Fri, 21 Nov 1997 25:55:06 -0600");
    assert_not_message("Fri, 21 Nov 1997 09:55:06 -0660");
    assert_not_message("Fri, 21 Nov 1997 09:55:06 [x]");
    assert_not_message("Fri, 999999999999999999999 Nov 1997 09:55:06 -0600");
    refuses(imap4_date_parse_message, IMAP4_NIL, __FILE__, __LINE__);
}

/* ---- write and count ------------------------------------------------------ */

static imap4_date date_shown;

static ptrdiff_t format_internal(imap4_view in, char *buf, size_t size)
{
    return imap4_date_format_internal(&date_shown, buf, size);
}

static ptrdiff_t format_search(imap4_view in, char *buf, size_t size)
{
    return imap4_date_format_search(&date_shown, buf, size);
}

static void an_internaldate_is_padded_with_a_space(void **state)
{
    date_shown = (imap4_date){ 1994, 2, 7, 21, 52, 25, -480, 1, 0 };
    assert_makes(format_internal, "", " 7-Feb-1994 21:52:25 -0800");
    date_shown = (imap4_date){ 1996, 12, 17, 2, 4, 5, 330, 1, 0 };
    assert_makes(format_internal, "", "17-Dec-1996 02:04:05 +0530");
}

static void an_unknown_zone_is_written_as_utc(void **state)
{
    date_shown = (imap4_date){ 9, 1, 20, 0, 0, 60, 330, 0, 0 };
    assert_makes(format_internal, "", "20-Jan-0009 00:00:60 +0000");
}

static void a_date_for_search_is_not_padded(void **state)
{
    date_shown = (imap4_date){ 2016, 10, 1, -1, -1, -1, -1, 0, 0 };
    assert_makes(format_search, "", "1-Oct-2016");
    date_shown = (imap4_date){ 2016, 10, 31, 0, 0, 0, 0, 0, 0 };
    assert_makes(format_search, "", "31-Oct-2016");
}

static void dates_out_of_range_are_not_written(void **state)
{
    static const imap4_date bad[] = {
        { -1, 1, 1, 0, 0, 0, 0, 1, 0 },       { 10000, 1, 1, 0, 0, 0, 0, 1, 0 },
        { 2000, 0, 1, 0, 0, 0, 0, 1, 0 },     { 2000, 13, 1, 0, 0, 0, 0, 1, 0 },
        { 2000, 1, 0, 0, 0, 0, 0, 1, 0 },     { 2000, 2, 30, 0, 0, 0, 0, 1, 0 },
        { 2000, 1, 1, 24, 0, 0, 0, 1, 0 },    { 2000, 1, 1, 0, 60, 0, 0, 1, 0 },
        { 2000, 1, 1, 0, 0, 61, 0, 1, 0 },    { 2000, 1, 1, 0, 0, 0, 6000, 1, 0 },
        { 2000, 1, 1, 0, 0, 0, -6000, 1, 0 }, { 2000, INT32_MIN, 1, 0, 0, 0, 0, 1, 0 },
    };
    char buf[40];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_rc(imap4_date_format_internal(&bad[i], buf, sizeof buf), IMAP4_E_ARG);
        if (i < 6)
            assert_rc(imap4_date_format_search(&bad[i], buf, sizeof buf), IMAP4_E_ARG);
    }
}

static void instants_out_of_range_are_no_dates(void **state)
{
    imap4_date d;
    assert_rc(imap4_date_from_unix(INT64_MIN, 0, &d), IMAP4_E_ARG);
    assert_rc(imap4_date_from_unix(INT64_MAX, 0, &d), IMAP4_E_ARG);
    assert_rc(imap4_date_from_unix(-62167219201, 0, &d), IMAP4_E_ARG);
    assert_rc(imap4_date_from_unix(-62167219200, 0, &d), IMAP4_OK);
    assert_rc(imap4_date_from_unix(-62167219200, -1, &d), IMAP4_E_ARG);
    assert_rc(imap4_date_from_unix(253402300800, 0, &d), IMAP4_E_ARG);
    assert_rc(imap4_date_from_unix(253402300799, 0, &d), IMAP4_OK);
    assert_rc(imap4_date_from_unix(0, 6000, &d), IMAP4_E_ARG);
    assert_rc(imap4_date_from_unix(0, 5999, &d), IMAP4_OK);
    assert_rc(imap4_date_from_unix(0, -5999, &d), IMAP4_OK);
    assert_rc(imap4_date_from_unix(0, INT32_MIN, &d), IMAP4_E_ARG);
}

/* A calendar that only knows "the day after", over ten thousand years. */
static void every_day_follows_the_day_before(void **state)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int              year = 0, month = 1, day = 1;
    for (int64_t t = -62167219200; t <= 253402300799; t += 86400) {
        imap4_date d;
        if (imap4_date_from_unix(t + 86399, 0, &d) != IMAP4_OK || d.year != year ||
            d.month != month || d.day != day || d.second != 59)
            fail_msg("%lld is not %04d-%02d-%02d", (long long)t, year, month, day);
        const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        if (++day > lengths[month - 1] + (leap && month == 2)) {
            day = 1;
            if (++month > 12) {
                month = 1;
                year++;
            }
        }
    }
    assert_int_equal(year, 10000);
}

static void what_is_written_is_read_again(void **state)
{
    random_source r = { 5322 };
    for (int i = 0; i < 20000; i++) {
        const int64_t t = (int64_t)random_below(&r, 3600000) * 86400 - 62000000000 +
                          random_below(&r, 86400);
        const int32_t zone = (int32_t)random_below(&r, 2 * 5999 + 1) - 5999;
        imap4_date    d, again;
        char          text[26], one[120], two[120];
        if (imap4_date_from_unix(t, zone, &d) != IMAP4_OK)
            continue;
        assert_rc(imap4_date_format_internal(&d, text, sizeof text), 26);
        assert_rc(imap4_date_parse_internal((imap4_view){ text, 26 }, &again), IMAP4_OK);
        show(&d, one);
        show(&again, two);
        assert_string_equal(one, two);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_dates_of_rfc_3501_are_read),
        cmocka_unit_test(a_zone_may_have_half_hours),
        cmocka_unit_test(a_day_or_an_hour_may_have_one_digit),
        cmocka_unit_test(case_and_spaces_do_not_matter),
        cmocka_unit_test(a_zone_may_be_missing),
        cmocka_unit_test(years_from_0_to_9999_are_read),
        cmocka_unit_test(a_leap_second_is_read),
        cmocka_unit_test(times_out_of_range_are_refused),
        cmocka_unit_test(days_out_of_range_are_refused),
        cmocka_unit_test(numbers_of_other_widths_are_refused),
        cmocka_unit_test(what_is_no_internaldate_is_refused),
        cmocka_unit_test(no_beginning_of_a_date_is_read_beyond_its_end),
        cmocka_unit_test(the_dates_of_rfc_5322_are_read),
        cmocka_unit_test(the_odd_dates_of_rfc_5322_are_read),
        cmocka_unit_test(comments_nest_and_hold_anything),
        cmocka_unit_test(a_comment_without_end_ends_the_field),
        cmocka_unit_test(comments_of_any_depth_are_passed),
        cmocka_unit_test(years_of_two_and_three_digits_have_their_century),
        cmocka_unit_test(zones_have_names),
        cmocka_unit_test(a_zone_that_says_nothing_is_unknown),
        cmocka_unit_test(what_follows_the_zone_is_ignored),
        cmocka_unit_test(the_day_of_the_week_is_not_compared),
        cmocka_unit_test(what_is_no_date_of_a_message_is_refused),
        cmocka_unit_test(an_internaldate_is_padded_with_a_space),
        cmocka_unit_test(an_unknown_zone_is_written_as_utc),
        cmocka_unit_test(a_date_for_search_is_not_padded),
        cmocka_unit_test(dates_out_of_range_are_not_written),
        cmocka_unit_test(instants_out_of_range_are_no_dates),
        cmocka_unit_test(every_day_follows_the_day_before),
        cmocka_unit_test(what_is_written_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
