/* number_scan.h: plain decimals, the way most numbers are written, read eight digits at a
 * time where they stand in a longer text. Inlined where tables are read. */
#ifndef BASE_NUMBER_SCAN_H
#define BASE_NUMBER_SCAN_H

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BP_DIGITS_MAX 19 /* any number of 19 digits fits in 64 bits */

/* Eight bytes, the first in the lowest place, whatever the machine's order. */
static inline uint64_t bp_load_eight(const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;
    return (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16
           | (uint64_t)bytes[3] << 24 | (uint64_t)bytes[4] << 32 | (uint64_t)bytes[5] << 40
           | (uint64_t)bytes[6] << 48 | (uint64_t)bytes[7] << 56;
}

/* The top bit of each byte that is not in '0'..'9': subtracting '0' or adding 0x7F - '9' sets
 * it (a borrow or carry starts only in a byte that is flagged itself, so that all below the
 * lowest flag are digits). */
static inline uint64_t bp_digit_flags(uint64_t bytes)
{
    uint64_t flags = (bytes - 0x3030303030303030u) | (bytes + 0x4646464646464646u);
    return flags & 0x8080808080808080u;
}

/* Of eight bytes with values 0 to 9: neighbors are joined to pairs, pairs to fours, fours
 * to the eight-digit number. */
static inline uint64_t bp_eight_digits(uint64_t digits)
{
    uint64_t pairs = (digits * 10 + (digits >> 8)) & 0x00FF00FF00FF00FFu;
    uint64_t fours = (pairs * 100 + (pairs >> 16)) & 0x0000FFFF0000FFFFu;
    return (fours * 10000 + (fours >> 32)) & 0xFFFFFFFFu;
}

/* Powers of ten that are numbers of the type. */
static const double BP_TENS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
static const float BP_TENS_F32[] = {1e0F, 1e1F, 1e2F, 1e3F, 1e4F, 1e5F,
                                    1e6F, 1e7F, 1e8F, 1e9F, 1e10F};

/* A decimal without exponent: significand / 10^decimals. */
typedef struct bp_plain_decimal {
    uint64_t significand; /* at most 2^53 */
    size_t decimals;      /* at most 19 */
    bool negative;
} bp_plain_decimal;

/* Digits from `text` on, appended to *number modulo 2^64; their end. */
static inline const char *bp_scan_fraction(const char *text, const char *end, uint64_t *number)
{
    static const uint64_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
    uint64_t sum = *number;
    if (end - text >= 8) {
        uint64_t bytes = bp_load_eight(text), flags = bp_digit_flags(bytes);
        size_t count = flags != 0 ? (size_t)__builtin_ctzll(flags) / 8 : 8;
        if (count == 0)
            return text;
        uint64_t digits = (bytes - 0x3030303030303030u) << (64 - 8 * count);
        sum = sum * tens[count] + bp_eight_digits(digits);
        text += count;
        if (count < 8) {
            *number = sum;
            return text;
        }
    }
    for (; text < end && (unsigned char)(*text - '0') < 10; text++)
        sum = sum * 10 + (uint64_t)(*text - '0');
    *number = sum;
    return text;
}

/* Reads the plain decimal at the start of text[0 .. end), which a readable byte that is no
 * digit follows. Returns its end; NULL where there is none or it takes more than a plain
 * look. What follows it is for the caller to judge. */
static inline __attribute__((always_inline)) const char *
bp_plain_scan(const char *text, const char *end, char point, bp_plain_decimal *number)
{
    number->negative = *text == '-';
    text += *text == '-' || *text == '+';
    const char *start = text;
    uint64_t sum = 0;
    for (unsigned digit; (digit = (unsigned)(unsigned char)(*text - '0')) < 10; text++)
        sum = sum * 10 + digit;
    size_t digits = (size_t)(text - start);
    number->decimals = 0;
    if (*text == point) {
        const char *fraction = ++text;
        text = bp_scan_fraction(text, end, &sum);
        number->decimals = (size_t)(text - fraction);
        digits += number->decimals;
    }
    number->significand = sum;
    return digits - 1 < BP_DIGITS_MAX && sum <= (uint64_t)1 << 53 ? text : NULL;
}

/* The nearest number of the type: one division of two exact numbers. */
static inline double bp_plain_f64(const bp_plain_decimal *number)
{
    double value = (double)number->significand / BP_TENS[number->decimals];
    return number->negative ? -value : value;
}

/* What float64 is rounded to is the nearest float32, unless it lies half way between two, where
 * it may have been rounded to, or below the normal ones. */
static inline bool bp_narrows(double wide)
{
    uint64_t bits = 0;
    memcpy(&bits, &wide, sizeof bits);
    bool normal = wide >= (double)FLT_MIN || wide <= -(double)FLT_MIN || wide == 0;
    return normal && (bits & 0x1FFFFFFFu) != 0x10000000u;
}

/* False where it takes more than a plain look. */
static inline bool bp_plain_f32(const bp_plain_decimal *number, float *value)
{
    double wide = bp_plain_f64(number);
    *value = (float)wide;
    if (bp_narrows(wide))
        return true;
    if (number->significand > (uint64_t)1 << 24 || number->decimals > 10)
        return false;
    float simple = (float)number->significand / BP_TENS_F32[number->decimals];
    *value = number->negative ? -simple : simple;
    return true;
}

/* One operation on exact numbers rounds once, unless the machine computes in a wider type
 * than it stores. */
#define BP_PLAIN_IS_EXACT (FLT_EVAL_METHOD == 0)

#endif
