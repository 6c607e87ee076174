/* date_parts.h: what a date tells: its place in time, and in year, month, week and day. */
#ifndef TABLE_DATE_PARTS_H
#define TABLE_DATE_PARTS_H

#include <backprop/base.h>

typedef enum bp_date_part {
    BP_PART_VALUE, /* the seconds themselves; of a number, the number */
    BP_PART_YEAR,
    BP_PART_DAY,     /* of the month, 1 to 31 */
    BP_PART_MONTH,   /* the last three turn in a circle: */
    BP_PART_WEEKDAY, /* two numbers each, */
    BP_PART_HOUR,    /* sine and cosine */
    BP_PART_COUNT
} bp_date_part;

const char *bp_date_part_name(bp_date_part part); /* "value", "year", ... */

bool bp_date_part_turns(bp_date_part part);

/* The part of a date in seconds since 1970-01-01 00:00 UTC: a number; of a part that turns,
 * which share of its circle has gone by, from 0 to below 1. */
double bp_date_part_of(bp_date_part part, double seconds);

/* Equation (18b): a place on the circle. */
void bp_date_circle(double share, double numbers[2]);

#endif
