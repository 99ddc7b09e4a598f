/* SPDX-License-Identifier: MIT */
/* date.c - dates: what is read is in its range, can be written, and is read again the same;
 * the instant is the one of a second, slower calendar. */
#include "imap4/text.h"

#include "pure.h"

static int days_of(int32_t year, int32_t month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    const bool       leaps  = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leaps);
}

/* Year by year and month by month, from 1970. */
static int64_t days_since_1970(const imap4_date *d)
{
    int64_t days = d->day - 1;
    for (int32_t m = 1; m < d->month; m++)
        days += days_of(d->year, m);
    for (int32_t y = 1970; y < d->year; y++)
        days += 337 + days_of(y, 2);
    for (int32_t y = d->year; y < 1970; y++)
        days -= 337 + days_of(y, 2);
    return days;
}

static void is_date(const imap4_date *d)
{
    check(d->year >= 0 && d->year <= 9999 && d->month >= 1 && d->month <= 12, "a month");
    check(d->day >= 1 && d->day <= days_of(d->year, d->month), "a day");
    check(d->hour >= 0 && d->hour <= 23 && d->minute >= 0 && d->minute <= 59, "an hour");
    check(d->second >= 0 && d->second <= 60, "a second");
    check(d->zone_minutes >= -5999 && d->zone_minutes <= 5999, "a zone");
    check(d->has_zone == 1 || (d->has_zone == 0 && d->zone_minutes == 0), "or none");
    const int64_t local = days_since_1970(d) * 86400 + d->hour * 3600 + d->minute * 60 +
                          d->second;
    check(local - d->zone_minutes * 60 == d->unix_seconds, "the instant");
}

static bool same(const imap4_date *a, const imap4_date *b)
{
    return a->year == b->year && a->month == b->month && a->day == b->day &&
           a->hour == b->hour && a->minute == b->minute && a->second == b->second &&
           a->zone_minutes == b->zone_minutes && a->unix_seconds == b->unix_seconds;
}

static void goes_round(const imap4_date *d)
{
    char       text[26], day[11];
    imap4_date again;
    is_date(d);
    check(imap4_date_format_internal(d, NULL, 0) == 26, "26 bytes");
    check(imap4_date_format_internal(d, text, sizeof text) == 26, "26 bytes again");
    check(imap4_date_parse_internal((imap4_view){ text, 26 }, &again) == IMAP4_OK &&
              same(d, &again) && again.has_zone == 1,
          "written, it is read the same");
    check(imap4_date_parse_message((imap4_view){ text, 26 }, &again) != IMAP4_OK,
          "it is no date of a message");
    const ptrdiff_t n = imap4_date_format_search(d, day, sizeof day);
    check(n == (d->day < 10 ? 10 : 11) && memcmp(day + n - 8, text + 3, 8) == 0,
          "the date for a search");
    /* A leap second is an instant that has another name. */
    if (d->second < 60)
        check(imap4_date_from_unix(d->unix_seconds, d->zone_minutes, &again) == IMAP4_OK &&
                  same(d, &again),
              "the instant, back");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pure             copy = pure_copy(data, size);
    const imap4_view in   = pure_view(&copy);
    imap4_date       d    = { .year = -7 };
    if (imap4_date_parse_internal(in, &d) == IMAP4_OK)
        goes_round(&d);
    else
        check(d.year == -7, "untouched on failure");
    d = (imap4_date){ .year = -7 };
    if (imap4_date_parse_message(in, &d) == IMAP4_OK)
        goes_round(&d);
    else
        check(d.year == -7, "untouched on failure");
    if (size >= 10) {
        int64_t seconds;
        int16_t zone;
        memcpy(&seconds, copy.at, sizeof seconds);
        memcpy(&zone, copy.at + 8, sizeof zone);
        /* Half of them near enough to be dates. */
        seconds = copy.at[9] & 1 ? seconds % 253402300800 : seconds;
        if (imap4_date_from_unix(seconds, zone, &d) == IMAP4_OK) {
            check(d.unix_seconds == seconds && d.zone_minutes == zone,
                  "as was asked for");
            goes_round(&d);
        }
    }
    pure_free(&copy);
    return 0;
}
