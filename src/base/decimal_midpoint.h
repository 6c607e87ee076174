/* decimal_midpoint.h: the exact decision between two neighboring floating-point numbers,
 * for the few decimals that 128 bits cannot tell from the point midway between them. */
#ifndef BASE_DECIMAL_MIDPOINT_H
#define BASE_DECIMAL_MIDPOINT_H

#include <stdint.h>

/* Compares a decimal with (2 * significand + 1) * 2^(unit - 1), the midpoint of
 * significand * 2^unit and its upper neighbor: negative, 0 or positive as the decimal is
 * below, at or above it. text[0..) up to `end` holds decimal digits, not all zero, and
 * at most one point; the last digit counts 10^exponent. The decimal must round to one of
 * the two neighbors, which must be float32 or float64 numbers. */
int bp_decimal_against_midpoint(const char *text, const char *end, int64_t exponent,
                                uint64_t significand, int unit);

#endif
