/* date_parts.c: what a date tells: its place in time, and in year, month, week and day. */
#include "table/date_parts.h"

#include "base/math.h"

#include <math.h>

#define DAY 86400.0
#define FARTHEST 1e14          /* seconds: three million years, beyond which no date goes */
#define TURN 6.283185307179586 /* 2 pi */

typedef struct civil {
    int64_t year;
    int month, day; /* from 1 */
} civil;

/* The day of the Gregorian calendar, months counted from March, so that a leap day is a year's
 * last; an era is 400 years of 146,097 days. */
static civil civil_of(int64_t days)
{
    days += 719468; /* since 0000-03-01 */
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    return (civil){.year = year + era * 400 + (month >= 10),
                   .month = (int)(month < 10 ? month + 3 : month - 9),
                   .day = (int)(of_year - (153 * month + 2) / 5 + 1)};
}

const char *bp_date_part_name(bp_date_part part)
{
    static const char *const names[BP_PART_COUNT] = {
        [BP_PART_VALUE] = "value", [BP_PART_YEAR] = "year",       [BP_PART_DAY] = "day",
        [BP_PART_MONTH] = "month", [BP_PART_WEEKDAY] = "weekday", [BP_PART_HOUR] = "hour"};
    return names[part];
}

bool bp_date_part_turns(bp_date_part part)
{
    return part >= BP_PART_MONTH;
}

double bp_date_part_of(bp_date_part part, double seconds)
{
    if (part == BP_PART_VALUE)
        return seconds;
    seconds = seconds < -FARTHEST ? -FARTHEST : seconds > FARTHEST ? FARTHEST : seconds;
    double day = floor(seconds / DAY);
    int64_t days = (int64_t)day;
    civil date = civil_of(days);
    switch (part) {
    case BP_PART_YEAR: return (double)date.year;
    case BP_PART_DAY: return (double)date.day;
    case BP_PART_MONTH: return (double)(date.month - 1) / 12;
    case BP_PART_WEEKDAY: return (double)(((days % 7) + 10) % 7) / 7; /* from Monday on */
    default: return (seconds - day * DAY) / DAY;
    }
}

void bp_date_circle(double share, double numbers[2])
{
    numbers[0] = bp_sin(TURN * share);
    numbers[1] = bp_cos(TURN * share);
}
