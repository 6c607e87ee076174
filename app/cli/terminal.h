/* terminal.h: what the terminal can show, and days as text. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>

/* Whether an environment variable is there and not empty. */
bool variable_is_set(const char *variable);

/* Whether the environment's locale writes UTF-8. */
bool terminal_is_unicode(void);

/* The day of a number of seconds since 1970, in the Gregorian calendar: "2026-11-25". */
void write_day(double seconds, char text[32]);

#endif
