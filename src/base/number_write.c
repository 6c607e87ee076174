/* number_write.c: float64 and float32 to the shortest decimal that reads back the same.
 *
 * The method is Schubfach (R. Giulietti, "The Schubfach way to render doubles", 2020). A
 * number v = c * 2^q owns the interval that rounds to v. For k = floor(log10(width)) the
 * interval holds at least one multiple of 10^k and at most one of 10^(k+1): the latter, if
 * it is there, is the shortest decimal; else it is the multiple of 10^k nearest to v. The
 * ends of the interval and v itself are compared with these multiples after scaling by
 * 4 * 10^-k, in whole numbers whose lowest bit also stands for any lost fraction. */
#include <backprop/base.h>

#include "base/powers_of_five.h"
#include "base/wide.h"

#include <string.h>

#define DIGITS_SIZE 20 /* of a uint64_t */

/* Positional from 10^POSITIONAL_FIRST up to 10^POSITIONAL_END. */
#define POSITIONAL_FIRST (-4)
#define POSITIONAL_END 16

/* digits * 10^exponent */
typedef struct decimal {
    uint64_t digits;
    int exponent;
} decimal;

/* 5^exponent to 128 bits as the table has it, but cut upwards. */
static bp_power_of_five power_of_five_above(int exponent)
{
    bp_power_of_five power = bp_powers_of_five[exponent - BP_POWER_OF_FIVE_FIRST];
    if (exponent < 0 || exponent > BP_POWER_OF_FIVE_LAST_IN_128_BITS) {
        power.low++;
        power.high += power.low == 0;
    }
    return power;
}

/* floor(power * number / 2^128), with the lowest bit set where a fraction was lost. The
 * power is too large by less than 1, the product by less than 2^64: that leaves the 64 bits
 * below the whole part 0 where the exact product has no fraction. */
static uint64_t scale_to_odd(bp_power_of_five power, uint64_t number)
{
    bp_wide lower = bp_wide_product(power.low, number);
    bp_wide upper = bp_wide_product(power.high, number);
    uint64_t fraction = upper.low + lower.high;
    uint64_t whole = upper.high + (fraction < upper.low);
    return whole | (fraction != 0);
}

/* floor(log10(2^q)), or of 3/4 * 2^q, for q from -1100 to 1100: multiples of log10(2) and
 * log10(4/3) by 2^22. */
static int log10_of_width(int q, bool three_quarters)
{
    return bp_floor_shift((int64_t)q * 1262611 - (three_quarters ? 524031 : 0), 22);
}

/* The shortest decimal of c * 2^q. `narrow`: the interval below is half as wide as the
 * one above, as it is just above a power of two. */
static decimal shortest(uint64_t c, int q, bool narrow)
{
    int k = log10_of_width(q, narrow);
    int shift = q + bp_log2_of_power_of_ten(-k) + 1; /* 1 to 4 */
    bp_power_of_five power = power_of_five_above(-k);
    uint64_t value = scale_to_odd(power, (4 * c) << shift);
    uint64_t low = scale_to_odd(power, (4 * c - (narrow ? 1 : 2)) << shift);
    uint64_t high = scale_to_odd(power, (4 * c + 2) << shift);
    if ((c & 1) != 0) { /* ties round to even: the ends belong to the neighbors */
        low++;
        high--;
    }
    uint64_t tens = value / 40; /* multiples of 10^(k+1) around the value */
    bool below_fits = low <= 40 * tens;
    bool above_fits = 40 * tens + 40 <= high;
    if (below_fits != above_fits)
        return (decimal){.digits = tens + above_fits, .exponent = k + 1};
    uint64_t ones = value / 4; /* multiples of 10^k */
    below_fits = low <= 4 * ones;
    above_fits = 4 * ones + 4 <= high;
    if (below_fits != above_fits)
        return (decimal){.digits = ones + above_fits, .exponent = k};
    uint64_t middle = 4 * ones + 2;
    bool up = value > middle || (value == middle && (ones & 1) != 0);
    return (decimal){.digits = ones + up, .exponent = k};
}

/* Writes the digits without trailing zeros, counting these into the exponent; returns
 * how many digits remain. */
static int write_digits(decimal *number, char digits[DIGITS_SIZE])
{
    while (number->digits % 10 == 0) {
        number->digits /= 10;
        number->exponent++;
    }
    int count = 1;
    for (uint64_t rest = number->digits / 10; rest != 0; rest /= 10)
        count++;
    uint64_t rest = number->digits;
    for (int i = count - 1; i >= 0; i--, rest /= 10)
        digits[i] = (char)('0' + rest % 10);
    return count;
}

static char *put(char *text, const char *characters, int count)
{
    memcpy(text, characters, (size_t)count);
    return text + count;
}

static char *put_zeros(char *text, int count)
{
    memset(text, '0', (size_t)count);
    return text + count;
}

/* "12", "1200", "1.2", "0.0012": `point` digits stand before the point, if positive. */
static char *put_positional(char *text, const char *digits, int count, int point)
{
    if (point <= 0) {
        text = put_zeros(put(put_zeros(text, 1), ".", 1), -point);
        return put(text, digits, count);
    }
    if (point >= count)
        return put_zeros(put(text, digits, count), point - count);
    text = put(put(text, digits, point), ".", 1);
    return put(text, digits + point, count - point);
}

/* "1e+300", "1.5e-07": the exponent has its sign and at least two digits. */
static char *put_scientific(char *text, const char *digits, int count, int exponent)
{
    text = put(text, digits, 1);
    if (count > 1)
        text = put(put(text, ".", 1), digits + 1, count - 1);
    *text++ = 'e';
    *text++ = exponent < 0 ? '-' : '+';
    int rest = exponent < 0 ? -exponent : exponent;
    if (rest >= 100) {
        *text++ = (char)('0' + rest / 100);
        rest %= 100;
    }
    *text++ = (char)('0' + rest / 10);
    *text++ = (char)('0' + rest % 10);
    return text;
}

static char *put_decimal(char *text, decimal number)
{
    char digits[DIGITS_SIZE];
    int count = write_digits(&number, digits);
    int point = number.exponent + count; /* v = 0.digits * 10^point */
    if (point > POSITIONAL_FIRST && point <= POSITIONAL_END)
        return put_positional(text, digits, count, point);
    return put_scientific(text, digits, count, point - 1);
}

/* Writes a number of `fraction_bits` stored bits, `exponent_bits` above them, then the
 * sign; the smallest is 2^unit_first. */
static size_t write_number(char *text, uint64_t bits, int fraction_bits, int exponent_bits,
                           int unit_first)
{
    uint64_t hidden = (uint64_t)1 << fraction_bits;
    uint64_t fraction = bits & (hidden - 1);
    int exponent_largest = (1 << exponent_bits) - 1;
    int exponent = (int)(bits >> fraction_bits) & exponent_largest;
    bool negative = (bits >> (fraction_bits + exponent_bits)) != 0;
    bool nan = exponent == exponent_largest && fraction != 0;
    char *end = text;
    if (negative && !nan)
        *end++ = '-';
    if (exponent == exponent_largest)
        end = put(end, nan ? "nan" : "inf", 3);
    else if (exponent == 0 && fraction == 0)
        *end++ = '0';
    else if (exponent == 0)
        end = put_decimal(end, shortest(fraction, unit_first, false));
    else
        end = put_decimal(end, shortest(fraction | hidden, unit_first + exponent - 1,
                                        fraction == 0 && exponent > 1));
    *end = '\0';
    return (size_t)(end - text);
}

size_t bp_number_write(double value, char text[BP_NUMBER_SIZE])
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return write_number(text, bits, 52, 11, -1074);
}

size_t bp_number_write_f32(float value, char text[BP_NUMBER_SIZE])
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return write_number(text, bits, 23, 8, -149);
}
