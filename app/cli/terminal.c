/* terminal.c: what the environment says, and the calendar. */
#include "terminal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool variable_is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0';
}

bool terminal_is_unicode(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    static const char *const names[] = {"UTF-8", "utf-8", "UTF8", "utf8"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value == NULL || value[0] == '\0')
            continue;
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (strstr(value, names[k]) != NULL)
                return true;
        return false;
    }
    return false;
}

#define FARTHEST 1e14 /* seconds: three million years, beyond which no date goes */

void write_day(double seconds, char text[32])
{
    seconds = seconds < -FARTHEST ? -FARTHEST : seconds > FARTHEST ? FARTHEST : seconds;
    int64_t days = (int64_t)(seconds / 86400) - (seconds < 0) + 719468; /* since 0000-03-01 */
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day = days - era * 146097;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t left = day - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * left + 2) / 153;
    int64_t number = left - (153 * month + 2) / 5 + 1;
    month += month < 10 ? 3 : -9;
    year += era * 400 + (month <= 2);
    snprintf(text, 32, "%04d-%02d-%02d", (int)year, (int)month, (int)number);
}
