/* SPDX-License-Identifier: MIT */
/* text/date.c - dates of IMAP (RFC 3501) and of messages (RFC 5322), and instants. */
#include "imap4/text.h"

#include "base/ascii.h"

#include <string.h>

#define DAY_SECONDS  86400
#define EPOCH_DAYS   719528 /* from 0000-01-01 to 1970-01-01 */
#define ERA_DAYS     146097 /* 400 years */
#define MAX_YEAR     9999
#define MAX_ZONE     5999
#define LENGTH(text) (sizeof(text) - 1)

static const char month_names[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

/* ---- the calendar --------------------------------------------------------- */

static bool is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t days_in_month(int32_t year, int32_t month)
{
    static const signed char days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 0000-01-01 to the first of January of `year` >= 0. */
static int64_t days_before_year(int64_t year)
{
    return 365 * year + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
}

static bool is_day(const imap4_date *d)
{
    return d->year >= 0 && d->year <= MAX_YEAR && d->month >= 1 && d->month <= 12 &&
           d->day >= 1 && d->day <= days_in_month(d->year, d->month);
}

static bool is_date(const imap4_date *d)
{
    return is_day(d) && d->hour >= 0 && d->hour <= 23 && d->minute >= 0 &&
           d->minute <= 59 && d->second >= 0 && d->second <= 60 &&
           d->zone_minutes >= -MAX_ZONE && d->zone_minutes <= MAX_ZONE;
}

/* Of a date whose members are in range. */
static int64_t instant(const imap4_date *d)
{
    int64_t days = days_before_year(d->year) - EPOCH_DAYS + d->day - 1;
    for (int32_t month = 1; month < d->month; month++)
        days += days_in_month(d->year, month);
    const int64_t minutes = d->hour * 60 + d->minute - d->zone_minutes;
    return days * DAY_SECONDS + minutes * 60 + d->second;
}

int imap4_date_from_unix(int64_t unix_seconds, int32_t zone_minutes, imap4_date *out)
{
    if (zone_minutes < -MAX_ZONE || zone_minutes > MAX_ZONE)
        return IMAP4_E_ARG;
    /* Wider than the years allow, and far from where the sums below overflow. */
    const int64_t limit = INT64_C(1) << 40;
    if (unix_seconds < -limit || unix_seconds > limit)
        return IMAP4_E_ARG;
    const int64_t local = unix_seconds + zone_minutes * 60 +
                          (int64_t)EPOCH_DAYS * DAY_SECONDS;
    if (local < 0)
        return IMAP4_E_ARG;

    const int64_t days = local / DAY_SECONDS;
    /* A year of mean length more: too large by a little, never too small. */
    int64_t       year = days * 400 / ERA_DAYS + 1;
    while (days_before_year(year) > days)
        year--;
    if (year > MAX_YEAR)
        return IMAP4_E_ARG;

    const int32_t second = (int32_t)(local % DAY_SECONDS);
    int32_t       day    = (int32_t)(days - days_before_year(year));
    imap4_date    d      = { .year         = (int32_t)year,
                             .month        = 1,
                             .hour         = second / 3600,
                             .minute       = second / 60 % 60,
                             .second       = second % 60,
                             .zone_minutes = zone_minutes,
                             .has_zone     = 1,
                             .unix_seconds = unix_seconds };
    while (day >= days_in_month(d.year, d.month)) {
        day -= days_in_month(d.year, d.month);
        d.month++;
    }
    d.day = day + 1;
    *out  = d;
    return IMAP4_OK;
}

/* ---- write ---------------------------------------------------------------- */

static char *put_digits(char *p, int32_t n, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        p[i] = (char)('0' + n % 10);
        n /= 10;
    }
    return p + count;
}

static char *put_month_and_year(char *p, const imap4_date *d)
{
    *p++ = '-';
    memcpy(p, month_names[d->month - 1], 3);
    p[3] = '-';
    return put_digits(p + 4, d->year, 4);
}

static ptrdiff_t give(const char *text, size_t len, char *buf, size_t size)
{
    if (len <= size)
        memcpy(buf, text, len);
    return (ptrdiff_t)len;
}

ptrdiff_t imap4_date_format_internal(const imap4_date *date, char *buf, size_t size)
{
    if (!is_date(date))
        return IMAP4_E_ARG;
    char    text[LENGTH(" 7-Feb-1994 21:52:25 -0800")];
    char   *p    = put_digits(text, date->day, 2);
    int32_t zone = date->has_zone ? date->zone_minutes : 0;
    /* RFC 3501 section 9, date-day-fixed. */
    if (text[0] == '0')
        text[0] = ' ';
    p    = put_month_and_year(p, date);
    *p++ = ' ';
    p    = put_digits(p, date->hour, 2);
    *p++ = ':';
    p    = put_digits(p, date->minute, 2);
    *p++ = ':';
    p    = put_digits(p, date->second, 2);
    *p++ = ' ';
    *p++ = zone < 0 ? '-' : '+';
    if (zone < 0)
        zone = -zone;
    p = put_digits(p, zone / 60 * 100 + zone % 60, 4);
    return give(text, (size_t)(p - text), buf, size);
}

ptrdiff_t imap4_date_format_search(const imap4_date *date, char *buf, size_t size)
{
    if (!is_day(date))
        return IMAP4_E_ARG;
    char  text[LENGTH("17-Feb-1994")];
    char *p = put_digits(text, date->day, date->day < 10 ? 1 : 2);
    p       = put_month_and_year(p, date);
    return give(text, (size_t)(p - text), buf, size);
}

/* ---- read ----------------------------------------------------------------- */

typedef struct cursor {
    const char *at;
    const char *end;
} cursor;

static bool take_char(cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

static void skip_spaces(cursor *c)
{
    while (take_char(c, ' ')) {
    }
}

/* At least `min` and at most `max` <= 9 digits, with no digit behind; returns how many
 * there are, 0 if that is not so. */
static int take_digits(cursor *c, int min, int max, int32_t *out)
{
    int32_t n     = 0;
    int     count = 0;
    for (; c->at != c->end && i4_is_digit(*c->at); c->at++) {
        if (count++ == max)
            return 0;
        n = n * 10 + (*c->at - '0');
    }
    if (count < min)
        return 0;
    *out = n;
    return count;
}

/* A run of ASCII letters. */
static imap4_view take_letters(cursor *c)
{
    const char *start = c->at;
    while (c->at != c->end && i4_lower(*c->at) >= 'a' && i4_lower(*c->at) <= 'z')
        c->at++;
    return (imap4_view){ start, (size_t)(c->at - start) };
}

static bool take_month(cursor *c, int32_t *out)
{
    const imap4_view name = take_letters(c);
    if (name.len != 3)
        return false;
    for (int32_t i = 0; i < 12; i++) {
        /* The last letter tells most of them apart. */
        if (i4_lower(name.ptr[2]) != (unsigned char)month_names[i][2] ||
            !i4_equal_nocase(name.ptr, month_names[i], 3))
            continue;
        *out = i + 1;
        return true;
    }
    return false;
}

/* RFC 3501 section 9, zone; also RFC 5322 3.3. */
static bool take_numeric_zone(cursor *c, imap4_date *d)
{
    const bool is_west = take_char(c, '-');
    int32_t    n       = 0;
    if (!is_west && !take_char(c, '+'))
        return false;
    if (take_digits(c, 4, 4, &n) == 0 || n % 100 > 59)
        return false;
    n               = n / 100 * 60 + n % 100;
    d->zone_minutes = is_west ? -n : n;
    d->has_zone     = 1;
    return true;
}

static int finish(imap4_date *d, imap4_date *out)
{
    if (!is_date(d))
        return IMAP4_E_SYNTAX;
    d->unix_seconds = instant(d);
    *out            = *d;
    return IMAP4_OK;
}

int imap4_date_parse_internal(imap4_view in, imap4_date *out)
{
    if (in.len == 0)
        return IMAP4_E_SYNTAX;
    cursor     c = { in.ptr, in.ptr + in.len };
    imap4_date d = { 0 };
    skip_spaces(&c);
    if (!take_digits(&c, 1, 2, &d.day) || !take_char(&c, '-') ||
        !take_month(&c, &d.month) || !take_char(&c, '-') ||
        !take_digits(&c, 4, 4, &d.year) || !take_char(&c, ' '))
        return IMAP4_E_SYNTAX;
    skip_spaces(&c);
    if (!take_digits(&c, 1, 2, &d.hour) || !take_char(&c, ':') ||
        !take_digits(&c, 2, 2, &d.minute) || !take_char(&c, ':') ||
        !take_digits(&c, 2, 2, &d.second))
        return IMAP4_E_SYNTAX;
    skip_spaces(&c);
    if (c.at != c.end && !take_numeric_zone(&c, &d))
        return IMAP4_E_SYNTAX;
    skip_spaces(&c);
    return c.at == c.end ? finish(&d, out) : IMAP4_E_SYNTAX;
}

/* ---- RFC 5322 ------------------------------------------------------------- */

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* From "(" to behind its ")"; a comment without end reaches to the end of the text. */
static void skip_comment(cursor *c)
{
    size_t depth = 0;
    do {
        const char byte = *c->at++;
        if (byte == '\\' && c->at != c->end)
            c->at++;
        else if (byte == '(')
            depth++;
        else if (byte == ')')
            depth--;
    } while (depth != 0 && c->at != c->end);
}

/* RFC 5322 3.2.2, CFWS: white space, line ends and comments. */
static void skip_cfws(cursor *c)
{
    while (c->at != c->end) {
        if (*c->at == '(')
            skip_comment(c);
        else if (is_white(*c->at))
            c->at++;
        else
            return;
    }
}

/* RFC 5322 4.3, obs-zone. */
static void name_zone(imap4_view name, imap4_date *d)
{
    static const struct {
        char    name[4];
        int16_t minutes;
    } zones[] = {
        { "UT", 0 },     { "UTC", 0 },    { "GMT", 0 },    { "Z", 0 },
        { "EST", -300 }, { "EDT", -240 }, { "CST", -360 }, { "CDT", -300 },
        { "MST", -420 }, { "MDT", -360 }, { "PST", -480 }, { "PDT", -420 },
    };
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        if (name.len >= sizeof zones[i].name || zones[i].name[name.len] != '\0' ||
            !i4_equal_nocase(name.ptr, zones[i].name, name.len))
            continue;
        d->zone_minutes = zones[i].minutes;
        d->has_zone     = 1;
    }
}

/* The zone, if there is one, and an end or a gap behind it. */
static bool take_zone(cursor *c, imap4_date *d)
{
    skip_cfws(c);
    if (c->at == c->end)
        return true;
    if (*c->at == '+' || *c->at == '-') {
        if (!take_numeric_zone(c, d))
            return false;
    } else {
        const imap4_view name = take_letters(c);
        if (name.len == 0)
            return false;
        name_zone(name, d);
    }
    return c->at == c->end || is_white(*c->at) || *c->at == '(';
}

static bool take_year(cursor *c, int32_t *year)
{
    const int digits = take_digits(c, 2, 4, year);
    /* RFC 5322 4.3, obs-year. */
    if (digits == 2)
        *year += *year < 50 ? 2000 : 1900;
    if (digits == 3)
        *year += 1900;
    return digits != 0;
}

/* "21:52" or "21:52:25", with comments anywhere in old messages (RFC 5322 4.3). */
static bool take_time(cursor *c, imap4_date *d)
{
    if (!take_digits(c, 1, 2, &d->hour))
        return false;
    skip_cfws(c);
    if (!take_char(c, ':'))
        return false;
    skip_cfws(c);
    if (!take_digits(c, 1, 2, &d->minute))
        return false;
    skip_cfws(c);
    if (!take_char(c, ':'))
        return true;
    skip_cfws(c);
    return take_digits(c, 1, 2, &d->second) != 0;
}

int imap4_date_parse_message(imap4_view in, imap4_date *out)
{
    if (in.len == 0)
        return IMAP4_E_SYNTAX;
    cursor     c = { in.ptr, in.ptr + in.len };
    imap4_date d = { 0 };
    skip_cfws(&c);
    if (take_letters(&c).len != 0) {
        skip_cfws(&c);
        take_char(&c, ',');
        skip_cfws(&c);
    }
    if (!take_digits(&c, 1, 2, &d.day))
        return IMAP4_E_SYNTAX;
    skip_cfws(&c);
    if (!take_month(&c, &d.month))
        return IMAP4_E_SYNTAX;
    skip_cfws(&c);
    if (!take_year(&c, &d.year))
        return IMAP4_E_SYNTAX;
    skip_cfws(&c);
    if (!take_time(&c, &d) || !take_zone(&c, &d))
        return IMAP4_E_SYNTAX;
    return finish(&d, out);
}
