/* make_powers_of_five.c: prints src/base/powers_of_five.c, computed with whole numbers of
 * any size and nothing else:
 *     cc -std=c11 -Isrc tools/make_powers_of_five.c -o make_powers_of_five
 *     ./make_powers_of_five > src/base/powers_of_five.c
 * tests/test_number_text.c includes this file to compute the table again. */
#include "base/powers_of_five.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* 5^342 has 795 bits; one more is needed for the doubled remainder of the division. */
#define LIMBS 28

typedef struct whole {
    uint32_t limbs[LIMBS]; /* the least significant first */
} whole;

static void whole_multiply_by_five(whole *number)
{
    uint64_t carry = 0;
    for (size_t i = 0; i < LIMBS; i++) {
        carry += (uint64_t)number->limbs[i] * 5;
        number->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static int whole_bit(const whole *number, int position)
{
    return (int)(number->limbs[position / 32] >> (position % 32) & 1);
}

static int whole_bit_length(const whole *number)
{
    int length = LIMBS * 32;
    while (length > 0 && whole_bit(number, length - 1) == 0)
        length--;
    return length;
}

static void whole_double(whole *number)
{
    for (size_t i = LIMBS; i-- > 1;)
        number->limbs[i] = number->limbs[i] << 1 | number->limbs[i - 1] >> 31;
    number->limbs[0] <<= 1;
}

static int whole_is_less(const whole *a, const whole *b)
{
    for (size_t i = LIMBS; i-- > 0;)
        if (a->limbs[i] != b->limbs[i])
            return a->limbs[i] < b->limbs[i];
    return 0;
}

static void whole_subtract(whole *number, const whole *amount)
{
    uint64_t borrow = 0;
    for (size_t i = 0; i < LIMBS; i++) {
        uint64_t difference = (uint64_t)number->limbs[i] - amount->limbs[i] - borrow;
        number->limbs[i] = (uint32_t)difference;
        borrow = difference >> 63;
    }
}

static void append_bit(bp_power_of_five *power, int bit)
{
    power->high = power->high << 1 | power->low >> 63;
    power->low = power->low << 1 | (uint64_t)bit;
}

/* The first 128 bits of a whole number, zeros appended to a shorter one. */
static bp_power_of_five leading_bits(const whole *number)
{
    bp_power_of_five result = {0, 0};
    int length = whole_bit_length(number);
    for (int i = 1; i <= 128; i++)
        append_bit(&result, length >= i ? whole_bit(number, length - i) : 0);
    return result;
}

/* The first 128 bits of 1 / number, by long division. The dividend starts at the power
 * of two just below `number`, so that the first quotient bit is 1. */
static bp_power_of_five leading_bits_of_reciprocal(const whole *number)
{
    bp_power_of_five result = {0, 0};
    whole rest;
    memset(&rest, 0, sizeof rest);
    int top = whole_bit_length(number) - 1;
    rest.limbs[top / 32] = (uint32_t)1 << (top % 32);
    for (int i = 0; i < 128; i++) {
        whole_double(&rest);
        int bit = !whole_is_less(&rest, number);
        if (bit)
            whole_subtract(&rest, number);
        append_bit(&result, bit);
    }
    return result;
}

static bp_power_of_five make_power_of_five(int exponent)
{
    whole power;
    memset(&power, 0, sizeof power);
    power.limbs[0] = 1;
    for (int i = 0; i < (exponent < 0 ? -exponent : exponent); i++)
        whole_multiply_by_five(&power);
    return exponent < 0 ? leading_bits_of_reciprocal(&power) : leading_bits(&power);
}

#ifndef MAKE_POWERS_OF_FIVE_WITHOUT_MAIN
int main(void)
{
    puts("/* powers_of_five.c: the table of powers_of_five.h, printed by\n"
         " * tools/make_powers_of_five.c: change that file, not this one. */\n"
         "#include \"base/powers_of_five.h\"\n\n"
         "/* clang-format off */\n"
         "const bp_power_of_five bp_powers_of_five[BP_POWER_OF_FIVE_COUNT] = {");
    for (int exponent = BP_POWER_OF_FIVE_FIRST; exponent <= BP_POWER_OF_FIVE_LAST; exponent++) {
        bp_power_of_five power = make_power_of_five(exponent);
        int ends_line = (exponent - BP_POWER_OF_FIVE_FIRST) % 2 == 1;
        printf("%s{0x%016" PRIX64 ", 0x%016" PRIX64 "},%s", ends_line ? " " : "    ", power.high,
               power.low, ends_line || exponent == BP_POWER_OF_FIVE_LAST ? "\n" : "");
    }
    puts("};");
    return 0;
}
#endif
