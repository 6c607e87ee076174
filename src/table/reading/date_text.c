/* date_text.c: dates and times as seconds. */
#include "table/reading/date_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DAY 86400
#define FIRST_SECOND (-62135596800.0) /* of year 1 */
#define LAST_SECOND 253402300800.0    /* of year 9999, and one more */
#define FRACTION_DIGITS 18

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

/* A number of `least` to `most` digits, from low to high. */
static bool take_digits(rest *r, size_t least, size_t most, int low, int high, int *number)
{
    size_t count = 0;
    *number = 0;
    for (; count < most && count < r->length && r->text[count] >= '0' && r->text[count] <= '9';
         count++)
        *number = *number * 10 + (r->text[count] - '0');
    r->text += count;
    r->length -= count;
    return count >= least && *number >= low && *number <= high;
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

/* One of some marks, or '\0'. */
static char take_one_of(rest *r, const char *marks)
{
    char mark = r->length > 0 ? r->text[0] : '\0';
    if (mark == '\0' || strchr(marks, mark) == NULL)
        return '\0';
    take(r, mark);
    return mark;
}

/* 2024-02-09, 2024/02/09 or 2024/2/9. */
static bool take_year_first(rest *r, int *year, int *month, int *day)
{
    if (!take_digits(r, 4, 4, 1, 9999, year))
        return false;
    char mark = take_one_of(r, "-/");
    size_t least = mark == '/' ? 1 : 2;
    return mark != '\0' && take_digits(r, least, 2, 1, 12, month) && take(r, mark)
           && take_digits(r, least, 2, 1, 31, day);
}

/* 09/02/2024, 9.2.2024, 09-02-2024: two numbers, and the year. */
static bool take_year_last(rest *r, int *first, int *second, int *year)
{
    if (!take_digits(r, 1, 2, 1, 31, first))
        return false;
    char mark = take_one_of(r, "/.-");
    return mark != '\0' && take_digits(r, 1, 2, 1, 31, second) && take(r, mark)
           && take_digits(r, 4, 4, 1, 9999, year);
}

static bool take_day(rest *r, bp_date_order order, int64_t *days)
{
    int year = 0, month = 0, day = 0;
    rest start = *r;
    if (!take_year_first(r, &year, &month, &day)) {
        *r = start;
        bool days_first = order == BP_DATES_DAY_FIRST;
        if ((!days_first && order != BP_DATES_MONTH_FIRST)
            || !take_year_last(r, days_first ? &day : &month, days_first ? &month : &day, &year))
            return false;
    }
    if (month > 12 || day > days_of_month(year, month))
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

/* AM or PM, where it is there, makes an hour of twelve one of the day. */
static bool take_half(rest *r, int *hour)
{
    size_t blank = r->length > 0 && r->text[0] == ' ';
    if (r->length < blank + 2)
        return true;
    char half = r->text[blank], m = r->text[blank + 1];
    bool before = half == 'A' || half == 'a', after = half == 'P' || half == 'p';
    if ((!before && !after) || (m != 'M' && m != 'm'))
        return true;
    if (*hour < 1 || *hour > 12)
        return false;
    *hour = *hour % 12 + (after ? 12 : 0);
    r->text += blank + 2;
    r->length -= blank + 2;
    return true;
}

/* What a zone is ahead, in seconds. */
static bool take_zone(rest *r, int *ahead)
{
    int hour = 0, minute = 0;
    bool east = r->length > 0 && r->text[0] == '+';
    if (!take(r, '+') && !take(r, '-')) {
        take(r, 'Z');
        return true;
    }
    if (!take_digits(r, 2, 2, 0, 14, &hour))
        return false;
    take(r, ':');
    if (r->length > 0 && !take_digits(r, 2, 2, 0, 59, &minute))
        return false;
    *ahead = (hour * 3600 + minute * 60) * (east ? 1 : -1);
    return true;
}

/* Seconds of the day, less what the zone is ahead. */
static bool take_time(rest *r, double *seconds)
{
    int hour = 0, minute = 0, second = 0, ahead = 0;
    double fraction = 0;
    if (!take_digits(r, 1, 2, 0, 23, &hour) || !take(r, ':')
        || !take_digits(r, 2, 2, 0, 59, &minute))
        return false;
    if (take(r, ':')) {
        if (!take_digits(r, 2, 2, 0, 59, &second))
            return false;
        if (r->length > 0 && r->text[0] == '.' && !take_fraction(r, &fraction))
            return false;
    }
    if (!take_half(r, &hour) || !take_zone(r, &ahead))
        return false;
    *seconds = (double)(hour * 3600 + minute * 60 + second - ahead) + fraction;
    return true;
}

bool bp_date_read(const char *text, size_t length, bp_date_order order, double *seconds)
{
    rest r = {text, length};
    int64_t days = 0;
    double time = 0;
    if (length < 8 || !take_day(&r, order, &days))
        return false;
    if (r.length > 0 && ((!take(&r, 'T') && !take(&r, ' ')) || !take_time(&r, &time)))
        return false;
    if (r.length > 0)
        return false;
    *seconds = (double)(days * DAY) + time;
    return true;
}

/* ---- Writing ---------------------------------------------------------------- */

/* The other way of days_since_epoch. */
static size_t write_day(int64_t days, char text[BP_DATE_SIZE])
{
    int64_t z = days + 719468;       /* since 0000-03-01 */
    int64_t era = z / 146097;        /* of 400 years */
    int64_t day_of_era = z % 146097; /* not negative from year 1 on */
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day + 2) / 153; /* 0: March */
    int64_t year = era * 400 + year_of_era + (month >= 10);
    return (size_t)snprintf(text, BP_DATE_SIZE, "%04d-%02d-%02d", (int)year,
                            (int)(month < 10 ? month + 3 : month - 9),
                            (int)(day - (153 * month + 2) / 5 + 1));
}

static size_t write_time(int second, char *text, size_t size)
{
    return (size_t)snprintf(text, size, "T%02d:%02d:%02d", second / 3600, second / 60 % 60,
                            second % 60);
}

size_t bp_date_write(double seconds, char text[BP_DATE_SIZE])
{
    if (!(seconds >= FIRST_SECOND && seconds < LAST_SECOND))
        return 0;
    double whole = floor(seconds), fraction = seconds - whole; /* exact from the epoch on */
    int64_t second = (int64_t)whole;
    int64_t time = (second % DAY + DAY) % DAY;
    size_t length = write_day((second - time) / DAY, text);
    if (time == 0 && fraction == 0)
        return length;
    length += write_time((int)time, text + length, BP_DATE_SIZE - length);
    if (fraction == 0)
        return length + (size_t)snprintf(text + length, BP_DATE_SIZE - length, "Z");
    uint64_t power = 10;
    for (int digits = 1; digits <= FRACTION_DIGITS; digits++, power *= 10) {
        uint64_t part = (uint64_t)(fraction * (double)power + 0.5);
        double again = 0;
        part = part < power ? part : power - 1;
        int more = snprintf(text + length, BP_DATE_SIZE - length, ".%0*lluZ", digits,
                            (unsigned long long)part);
        if (digits == FRACTION_DIGITS
            || (bp_date_read(text, length + (size_t)more, BP_DATES_ISO, &again)
                && again == seconds))
            return length + (size_t)more;
    }
    return 0;
}
