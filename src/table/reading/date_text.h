/* date_text.h: dates and times of ISO 8601 as seconds. */
#ifndef READING_DATE_TEXT_H
#define READING_DATE_TEXT_H

#include <backprop/base.h>

/* YYYY-MM-DD, with T or a blank before hh:mm[:ss[.fraction]] and Z or +hh:mm behind it, in the
 * Gregorian calendar from year 1 to 9999: seconds since 1970-01-01 00:00 UTC; without a zone
 * the time is UTC's. False where text[0..length) is anything else. */
bool bp_date_read(const char *text, size_t length, double *seconds);

/* The way back, with its NUL: YYYY-MM-DD at midnight, else YYYY-MM-DDThh:mm:ss[.fraction]Z with
 * as few digits as give the number back (18 at most). Its length; 0 outside years 1 to 9999. */
#define BP_DATE_SIZE 48
size_t bp_date_write(double seconds, char text[BP_DATE_SIZE]);

#endif
