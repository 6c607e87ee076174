/* fuzz_date.c: any text as a date: agreement with days counted one by one, the way back, and
 * parts that lie in their ranges. */
#include "fuzz.h"

#include "table/date_parts.h"
#include "table/reading/date_text.h"

#include <math.h>

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days from 1970-01-01 to the date that a text begins with, year by year. */
static double count_days(const char *text)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = atoi(text), month = atoi(text + 5);
    double days = atoi(text + 8) - 1;
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    double seconds = 77, back = 0;
    char head[11] = "", written[BP_DATE_SIZE];
    if (!bp_date_read((const char *)data, size, &seconds)) {
        FUZZ_CHECK(seconds == 77);
        return 0;
    }
    memcpy(head, data, 10);
    double off = seconds - 86400 * count_days(head);
    FUZZ_CHECK(size == 10 ? off == 0 : off > -15 * 3600 && off < (24 + 15) * 3600);
    check_parts(seconds);
    size_t length = bp_date_write(seconds, written);
    FUZZ_CHECK(length < BP_DATE_SIZE && (length > 0 || size > 10));
    if (length > 0) { /* a zone can lead out of the years that are written */
        FUZZ_CHECK(strlen(written) == length && bp_date_read(written, length, &back));
        FUZZ_CHECK(back == seconds);
    }
    return 0;
}
