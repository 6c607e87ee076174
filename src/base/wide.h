/* wide.h: 64-bit arithmetic that needs more than 64 bits, and logarithms of powers. */
#ifndef BASE_WIDE_H
#define BASE_WIDE_H

#include <stdint.h>

typedef struct bp_wide {
    uint64_t high;
    uint64_t low;
} bp_wide;

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 bp_uint128;
#endif

/* The whole product. */
static inline bp_wide bp_wide_product(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    bp_uint128 product = (bp_uint128)a * b;
    return (bp_wide){.high = (uint64_t)(product >> 64), .low = (uint64_t)product};
#else
    uint64_t a_low = (uint32_t)a, a_high = a >> 32;
    uint64_t b_low = (uint32_t)b, b_high = b >> 32;
    uint64_t low = a_low * b_low;
    uint64_t middle = a_high * b_low + (low >> 32); /* at most (2^32 - 1) * 2^32: no overflow */
    uint64_t other = a_low * b_high + (uint32_t)middle;
    return (bp_wide){.high = a_high * b_high + (middle >> 32) + (other >> 32),
                     .low = other << 32 | (uint32_t)low};
#endif
}

/* The zero bits above the highest one bit of a number that is not 0. */
static inline int bp_leading_zeros(uint64_t number)
{
#if defined(__GNUC__)
    return __builtin_clzll(number);
#else
    int zeros = 0;
    for (uint64_t top = (uint64_t)1 << 63; (number & top) == 0; top >>= 1)
        zeros++;
    return zeros;
#endif
}

/* floor(a / 2^bits) of a number of either sign, without shifting a negative one. */
static inline int bp_floor_shift(int64_t a, int bits)
{
    int64_t offset = (int64_t)1 << 40;
    return (int)(((a + (offset << bits)) >> bits) - offset);
}

/* floor(log2(10^exponent)) for exponents from -400 to 400 (log2(10) = 3.3219280948...). */
static inline int bp_log2_of_power_of_ten(int exponent)
{
    return bp_floor_shift((int64_t)exponent * 217706, 16);
}

#endif
