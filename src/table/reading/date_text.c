/* date_text.c: dates and times of ISO 8601 as seconds. */
#include "table/reading/date_text.h"

#define DAY 86400

/* What is left to be read. */
typedef struct rest {
    const char *text;
    size_t length;
} rest;

static bool take(rest *r, char expected)
{
    if (r->length == 0 || r->text[0] != expected)
        return false;
    r->text++;
    r->length--;
    return true;
}

/* A number of exactly `count` digits, from low to high. */
static bool take_digits(rest *r, size_t count, int low, int high, int *number)
{
    if (r->length < count)
        return false;
    *number = 0;
    for (size_t i = 0; i < count; i++) {
        if (r->text[i] < '0' || r->text[i] > '9')
            return false;
        *number = *number * 10 + (r->text[i] - '0');
    }
    r->text += count;
    r->length -= count;
    return *number >= low && *number <= high;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01, months counted from March, so that a leap day is a year's last. */
static int64_t days_since_epoch(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static bool take_day(rest *r, int64_t *days)
{
    int year = 0, month = 0, day = 0;
    if (!take_digits(r, 4, 1, 9999, &year) || !take(r, '-') || !take_digits(r, 2, 1, 12, &month)
        || !take(r, '-') || !take_digits(r, 2, 1, days_of_month(year, month), &day))
        return false;
    *days = days_since_epoch(year, month, day);
    return true;
}

/* .123 behind the seconds. */
static bool take_fraction(rest *r, double *fraction)
{
    size_t length = 1;
    while (length < r->length && r->text[length] >= '0' && r->text[length] <= '9')
        length++;
    bool whole = length > 1 && bp_number_read(r->text, length, fraction);
    r->text += length;
    r->length -= length;
    return whole;
}

/* Seconds of the day, less what the zone is ahead. */
static bool take_time(rest *r, double *seconds)
{
    int hour = 0, minute = 0, second = 0, zone_hour = 0, zone_minute = 0, ahead = 0;
    double fraction = 0;
    if (!take_digits(r, 2, 0, 23, &hour) || !take(r, ':') || !take_digits(r, 2, 0, 59, &minute))
        return false;
    if (take(r, ':')) {
        if (!take_digits(r, 2, 0, 59, &second))
            return false;
        if (r->length > 0 && r->text[0] == '.' && !take_fraction(r, &fraction))
            return false;
    }
    bool east = r->length > 0 && r->text[0] == '+';
    if (take(r, '+') || take(r, '-')) {
        if (!take_digits(r, 2, 0, 14, &zone_hour))
            return false;
        take(r, ':');
        if (r->length > 0 && !take_digits(r, 2, 0, 59, &zone_minute))
            return false;
        ahead = (zone_hour * 3600 + zone_minute * 60) * (east ? 1 : -1);
    } else {
        take(r, 'Z');
    }
    *seconds = (double)(hour * 3600 + minute * 60 + second - ahead) + fraction;
    return true;
}

bool bp_date_read(const char *text, size_t length, double *seconds)
{
    rest r = {text, length};
    int64_t days = 0;
    double time = 0;
    if (length < 10 || !take_day(&r, &days))
        return false;
    if (r.length > 0 && ((!take(&r, 'T') && !take(&r, ' ')) || !take_time(&r, &time)))
        return false;
    if (r.length > 0)
        return false;
    *seconds = (double)(days * DAY) + time;
    return true;
}
