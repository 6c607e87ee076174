/* decimal_midpoint.c: compares a decimal of any length with a midpoint, exactly.
 *
 * With D the digits as a whole number, the sides D * 10^e and M * 2^u are multiplied by
 * what makes both whole and compared. A midpoint of float64 numbers has at most 768
 * significant digits, so of a longer decimal it only matters whether the digits beyond
 * are all zero. D then has at most 801 digits (2661 bits); the other side is as large,
 * because the decimal is known to lie next to the midpoint; its factor 5^-e, with
 * -e <= 342 + 801, has at most 2655 bits before the shift. 4096 bits are enough. */
#include "base/decimal_midpoint.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define LIMBS 128
#define DIGITS_KEPT 800
#define DIGITS_AT_ONCE 9 /* 10^9 fits in a limb */
#define FIVES_AT_ONCE 13 /* 5^13 too */

typedef struct whole {
    size_t length;         /* limbs in use; the highest of them is not 0 */
    uint32_t limbs[LIMBS]; /* the least significant first */
} whole;

static void multiply_add(whole *number, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;
    for (size_t i = 0; i < number->length; i++) {
        carry += (uint64_t)number->limbs[i] * factor;
        number->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0)
        number->limbs[number->length++] = (uint32_t)carry;
}

static void multiply_by_power_of_five(whole *number, int64_t exponent)
{
    for (; exponent >= FIVES_AT_ONCE; exponent -= FIVES_AT_ONCE)
        multiply_add(number, 1220703125, 0);
    for (; exponent > 0; exponent--)
        multiply_add(number, 5, 0);
}

static void shift_left(whole *number, int64_t bits)
{
    multiply_add(number, (uint32_t)1 << (bits % 32), 0);
    size_t limbs = (size_t)(bits / 32);
    memmove(number->limbs + limbs, number->limbs, number->length * sizeof number->limbs[0]);
    memset(number->limbs, 0, limbs * sizeof number->limbs[0]);
    number->length += limbs;
}

static int compare(const whole *a, const whole *b)
{
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    for (size_t i = a->length; i-- > 0;)
        if (a->limbs[i] != b->limbs[i])
            return a->limbs[i] < b->limbs[i] ? -1 : 1;
    return 0;
}

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* Whether any digit of text[0..) up to `end` is not 0; counts the digits passed. */
static bool any_nonzero(const char *text, const char *end, int64_t *passed)
{
    bool found = false;
    for (; text < end; text++) {
        if (!is_digit(*text))
            continue;
        ++*passed;
        found = found || *text != '0';
    }
    return found;
}

static const char *skip_leading_zeros(const char *text, const char *end)
{
    while (text < end && (*text == '0' || !is_digit(*text)))
        text++;
    return text;
}

/* The first DIGITS_KEPT significant digits as a whole number, with one digit 1 more
 * where anything was dropped that is not 0; sets the exponent of the last digit. */
static whole read_digits(const char *text, const char *end, int64_t *exponent)
{
    whole digits = {.length = 0};
    uint32_t factor = 1, chunk = 0;
    int kept = 0;
    text = skip_leading_zeros(text, end);
    for (; text < end && kept < DIGITS_KEPT; text++) {
        if (!is_digit(*text))
            continue;
        chunk = chunk * 10 + (uint32_t)(*text - '0');
        factor *= 10;
        if (++kept % DIGITS_AT_ONCE == 0) {
            multiply_add(&digits, factor, chunk);
            factor = 1;
            chunk = 0;
        }
    }
    multiply_add(&digits, factor, chunk);
    int64_t dropped = 0;
    bool inexact = any_nonzero(text, end, &dropped);
    *exponent += dropped;
    if (inexact) {
        multiply_add(&digits, 10, 1);
        --*exponent;
    }
    return digits;
}

int bp_decimal_against_midpoint(const char *text, const char *end, int64_t exponent,
                                uint64_t significand, int unit)
{
    whole decimal = read_digits(text, end, &exponent);
    uint64_t twice_plus_one = 2 * significand + 1;
    whole midpoint = {.length = 0};
    multiply_add(&midpoint, 1, (uint32_t)(twice_plus_one >> 32));
    for (int i = 0; i < 2; i++) /* by 2^32 in two steps */
        multiply_add(&midpoint, 1u << 16, 0);
    multiply_add(&midpoint, 1, (uint32_t)twice_plus_one);
    if (exponent >= 0)
        multiply_by_power_of_five(&decimal, exponent);
    else
        multiply_by_power_of_five(&midpoint, -exponent);
    int64_t shift = unit - 1 - exponent;
    if (shift >= 0)
        shift_left(&midpoint, shift);
    else
        shift_left(&decimal, -shift);
    return compare(&decimal, &midpoint);
}
