/* powers_of_five.h: the powers of five to 128 bits, for reading and writing decimals.
 *
 * Entry e - BP_POWER_OF_FIVE_FIRST stands for 5^e = (high * 2^64 + low) * 2^s, where s is
 * such that the top bit of `high` is set. What does not fit is cut off, so an entry is
 * never above the power and less than one unit of `low` below it. The range covers
 * reading (from 10^-342, where 19 digits still reach half of the smallest double, to
 * 10^308) and writing (up to 10^324, which makes the smallest double a whole number). */
#ifndef BASE_POWERS_OF_FIVE_H
#define BASE_POWERS_OF_FIVE_H

#include <stdint.h>

#define BP_POWER_OF_FIVE_FIRST (-342)
#define BP_POWER_OF_FIVE_LAST 324
#define BP_POWER_OF_FIVE_COUNT (BP_POWER_OF_FIVE_LAST - BP_POWER_OF_FIVE_FIRST + 1)

/* From 5^0 up to these, `high` alone and both words together are the power itself. */
#define BP_POWER_OF_FIVE_LAST_IN_64_BITS 27
#define BP_POWER_OF_FIVE_LAST_IN_128_BITS 55

typedef struct bp_power_of_five {
    uint64_t high;
    uint64_t low;
} bp_power_of_five;

extern const bp_power_of_five bp_powers_of_five[BP_POWER_OF_FIVE_COUNT];

#endif
