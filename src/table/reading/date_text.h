/* date_text.h: dates and times as seconds. */
#ifndef READING_DATE_TEXT_H
#define READING_DATE_TEXT_H

#include <backprop/table.h>

/* YYYY-MM-DD, as ISO 8601 has it, or YYYY/M/D; of the orders DAY_FIRST and MONTH_FIRST also
 * D/M/YYYY or M/D/YYYY, by slashes, points or hyphens. Behind it T or a blank,
 * h:mm[:ss[.fraction]], AM or PM, and Z or +hh:mm. In the Gregorian calendar from year 1 to 9999:
 * seconds since 1970-01-01 00:00 UTC; without a zone the time is UTC's. False where text[0..length)
 * is anything else. */
bool bp_date_read(const char *text, size_t length, bp_date_order order, double *seconds);

/* The way back, with its NUL: YYYY-MM-DD at midnight, else YYYY-MM-DDThh:mm:ss[.fraction]Z with
 * as few digits as give the number back (18 at most). Its length; 0 outside years 1 to 9999. */
#define BP_DATE_SIZE 48
size_t bp_date_write(double seconds, char text[BP_DATE_SIZE]);

#endif
