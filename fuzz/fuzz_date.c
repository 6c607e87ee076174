/* fuzz_date.c: any text as a date of each order: agreement with days counted one by one and with
 * the other order of the text turned round, the way back, and parts that lie in their ranges. */
#include "fuzz.h"

#include "table/date_parts.h"
#include "table/reading/date_text.h"

#include <math.h>

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The three numbers that a date begins with, as they stand there; *end is behind them. */
static void three_numbers(const char *text, int numbers[3], size_t *end)
{
    char *rest = NULL;
    const char *at = text;
    for (int i = 0; i < 3; i++) {
        numbers[i] = (int)strtol(at, &rest, 10);
        *end = (size_t)(rest - text);
        at = rest + 1;
    }
}

/* Days from 1970-01-01, year by year. */
static double count_days(int year, int month, int day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    double days = day - 1;
    for (int y = 1970; y < year; y++)
        days += is_leap(y) ? 366 : 365;
    for (int y = year; y < 1970; y++)
        days -= is_leap(y) ? 366 : 365;
    for (int m = 1; m < month; m++)
        days += lengths[m - 1] + (m == 2 && is_leap(year));
    return days;
}

static void check_parts(double seconds)
{
    static const double low[] = {0, 0, 1}, high[] = {0, 10000, 31};
    FUZZ_CHECK(bp_date_part_of(BP_PART_VALUE, seconds) == seconds);
    for (int i = BP_PART_YEAR; i < BP_PART_COUNT; i++) {
        bp_date_part part = (bp_date_part)i;
        double value = bp_date_part_of(part, seconds), circle[2];
        if (!bp_date_part_turns(part)) {
            FUZZ_CHECK(value >= low[i] && value <= high[i]);
            continue;
        }
        FUZZ_CHECK(value >= 0 && value < 1);
        bp_date_circle(value, circle);
        FUZZ_CHECK(fabs(circle[0] * circle[0] + circle[1] * circle[1] - 1) < 1e-12);
    }
}

static void check_date(const char *text, size_t size, bp_date_order order, double seconds)
{
    int n[3];
    size_t end = 0;
    double back = 0;
    char written[BP_DATE_SIZE];
    three_numbers(text, n, &end);
    bool year_last = text[1] < '0' || text[2] < '0'; /* a mark stands there */
    FUZZ_CHECK(!year_last || order != BP_DATES_ISO);
    double days = !year_last                    ? count_days(n[0], n[1], n[2])
                  : order == BP_DATES_DAY_FIRST ? count_days(n[2], n[1], n[0])
                                                : count_days(n[2], n[0], n[1]);
    double off = seconds - 86400 * days;
    FUZZ_CHECK(size == end ? off == 0 : off > -15 * 3600 && off < (24 + 15) * 3600);
    check_parts(seconds);
    size_t length = bp_date_write(seconds, written);
    FUZZ_CHECK(length < BP_DATE_SIZE && (length > 0 || size > end));
    if (length > 0) { /* a zone can lead out of the years that are written */
        FUZZ_CHECK(strlen(written) == length);
        FUZZ_CHECK(bp_date_read(written, length, order, &back) && back == seconds);
    }
    if (!year_last)
        return;
    char turned[128];
    char mark = text[1] < '0' ? text[1] : text[2];
    int used = snprintf(turned, sizeof turned, "%d%c%d%c%04d", n[1], mark, n[0], mark, n[2]);
    order = order == BP_DATES_DAY_FIRST ? BP_DATES_MONTH_FIRST : BP_DATES_DAY_FIRST;
    if (size - end < sizeof turned - (size_t)used) {
        memcpy(turned + used, text + end, size - end);
        FUZZ_CHECK(bp_date_read(turned, (size_t)used + size - end, order, &back));
        FUZZ_CHECK(back == seconds);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool iso = false;
    char *text = malloc(size + 1); /* with a NUL, for strtol */
    double first = 0;
    FUZZ_CHECK(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    for (int order = BP_DATES_ISO; order < BP_DATES_COUNT; order++) {
        double seconds = 77;
        bool read = bp_date_read((const char *)data, size, (bp_date_order)order, &seconds);
        if (read)
            check_date(text, size, (bp_date_order)order, seconds);
        FUZZ_CHECK(read ? !iso || seconds == first : !iso && seconds == 77);
        if (order == BP_DATES_ISO && read) { /* then it is the same of all */
            iso = true;
            first = seconds;
        }
    }
    free(text);
    return 0;
}
