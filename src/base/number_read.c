/* number_read.c: decimal text to the nearest float64 or float32, ties to even.
 *
 * The text is scanned into w * 10^q with w of at most 19 digits. Where both w and 10^|q|
 * are numbers of the type, one multiplication or division is the answer. Else w is
 * multiplied by 5^q to 128 bits, which brackets the value so narrowly that the
 * rounding is nearly always certain (the idea of Eisel and Lemire: D. Lemire, "Number
 * parsing at a gigabyte per second", 2021). What stays uncertain is compared with the
 * midpoint exactly. */
#include <backprop/base.h>

#include "base/decimal_midpoint.h"
#include "base/number_scan.h"
#include "base/powers_of_five.h"
#include "base/wide.h"

#include <string.h>

/* w * 10^q is 0 below these exponents and infinite above, for any w of 19 digits. */
#define EXPONENT_FIRST BP_POWER_OF_FIVE_FIRST
#define EXPONENT_LAST 308

/* A binary format: `fraction_bits` stored bits under a hidden one. */
typedef struct float_format {
    int fraction_bits;
    int unit_first;    /* the exponent of the smallest subnormal number */
    uint64_t infinity; /* its bits */
} float_format;

static const float_format FLOAT64 = {52, -1074, (uint64_t)0x7FF << 52};
static const float_format FLOAT32 = {23, -149, (uint64_t)0xFF << 23};

/* ---- Scanning --------------------------------------------------------------- */

typedef struct decimal {
    uint64_t significand; /* w */
    int64_t exponent;     /* q */
    bool truncated;       /* digits that are not 0 follow those of w */
    bool negative;
    const char *digits; /* all digits, with or without a point inside */
    const char *digits_end;
    int64_t last_exponent; /* of the last of them */
} decimal;

static inline bool is_digit(char character)
{
    return (unsigned char)(character - '0') < 10;
}

/* Appends the digits at `text` to *number, modulo 2^64, and returns their end. */
static inline const char *scan_digits(const char *text, const char *end, uint64_t *number)
{
    uint64_t sum = *number;
    while (end - text >= 8) {
        uint64_t bytes = bp_load_eight(text);
        if (bp_digit_flags(bytes) != 0)
            break;
        sum = sum * 100000000 + bp_eight_digits(bytes - 0x3030303030303030u);
        text += 8;
    }
    for (; text < end && is_digit(*text); text++)
        sum = sum * 10 + (uint64_t)(*text - '0');
    *number = sum;
    return text;
}

/* What follows the letter e; NULL where that is no exponent. An absurd one stops growing
 * where it is beyond what any number of digits that fits in memory could make up for. */
static const char *scan_exponent(const char *text, const char *end, int64_t *exponent)
{
    bool negative = text < end && *text == '-';
    if (text < end && (*text == '-' || *text == '+'))
        text++;
    if (text == end || !is_digit(*text))
        return NULL;
    int64_t value = 0;
    for (; text < end && is_digit(*text); text++)
        if (value < INT64_MAX / 100)
            value = value * 10 + (*text - '0');
    *exponent = negative ? -value : value;
    return text;
}

/* Takes the first 19 significant digits of a text that has more digits than fit. */
static void take_leading_digits(decimal *number)
{
    const char *text = number->digits, *end = number->digits_end;
    while (text < end && (*text == '0' || *text == '.'))
        text++;
    uint64_t significand = 0;
    int taken = 0;
    for (; text < end && taken < BP_DIGITS_MAX; text++) {
        if (*text == '.')
            continue;
        significand = significand * 10 + (uint64_t)(*text - '0');
        taken++;
    }
    number->significand = significand;
    for (; text < end; text++) {
        if (*text == '.')
            continue;
        number->exponent++;
        number->truncated = number->truncated || *text != '0';
    }
}

static inline bool scan_decimal(const char *text, size_t length, decimal *number)
{
    if (length == 0)
        return false;
    const char *end = text + length;
    number->negative = *text == '-';
    if (*text == '-' || *text == '+')
        text++;
    number->digits = text;
    uint64_t significand = 0;
    int64_t exponent = 0;
    text = scan_digits(text, end, &significand);
    int64_t digit_count = text - number->digits;
    if (text < end && *text == '.') {
        const char *fraction = ++text;
        text = scan_digits(text, end, &significand);
        exponent = fraction - text;
        digit_count -= exponent;
    }
    number->digits_end = text;
    if (digit_count == 0)
        return false;
    if (text < end && (*text == 'e' || *text == 'E')) {
        int64_t written = 0;
        text = scan_exponent(text + 1, end, &written);
        exponent += written;
    }
    number->significand = significand;
    number->exponent = number->last_exponent = exponent;
    number->truncated = false;
    if (digit_count > BP_DIGITS_MAX)
        take_leading_digits(number);
    return text == end;
}

/* ---- Rounding --------------------------------------------------------------- */

typedef struct rounding {
    uint64_t bits; /* of the result; where that is not certain, of the number below */
    bool certain;
} rounding;

/* Rounds hi * 2^(scale + 1), to which a part of less than one unit of `hi` is to be added:
 * `more` says that the part is not 0, `carry` that it might even reach a whole unit. */
static inline rounding round_product(uint64_t hi, bool more, bool carry, int scale,
                                     float_format format)
{
    int top = scale + 63 + (int)(hi >> 63); /* hi has 63 or 64 bits */
    int unit = top - format.fraction_bits;
    if (unit < format.unit_first)
        unit = format.unit_first;
    int dropped = unit - (scale + 1); /* bits of hi, at least 10 */
    if (dropped > 64)
        return (rounding){.bits = 0, .certain = true};
    uint64_t half = (uint64_t)1 << (dropped - 1);
    uint64_t significand = hi >> 1 >> (dropped - 1);
    uint64_t rest = hi & (half * 2 - 1);
    uint64_t bits = ((uint64_t)(unit - format.unit_first) << format.fraction_bits) + significand;
    if (carry && rest == half - 1)
        return (rounding){.bits = bits, .certain = false};
    bits += rest > half || (rest == half && (more || (significand & 1) != 0));
    return (rounding){.bits = bits < format.infinity ? bits : format.infinity, .certain = true};
}

/* Rounds w * 10^q, w not 0. First with the upper half of 5^q; only where the lower half could
 * change the rounding with both. */
static inline rounding round_scaled(uint64_t w, int q, float_format format)
{
    const bp_power_of_five *power = &bp_powers_of_five[q - BP_POWER_OF_FIVE_FIRST];
    int zeros = bp_leading_zeros(w);
    w <<= zeros;
    int scale = bp_log2_of_power_of_ten(q) - zeros;
    bool exact = q >= 0 && q <= BP_POWER_OF_FIVE_LAST_IN_64_BITS;
    bp_wide product = bp_wide_product(w, power->high);
    bool carry = !exact && product.low > UINT64_MAX - w;
    rounding result = round_product(product.high, !exact || product.low != 0, carry, scale, format);
    if (result.certain)
        return result;
    exact = q >= 0 && q <= BP_POWER_OF_FIVE_LAST_IN_128_BITS;
    bp_wide lower = bp_wide_product(w, power->low);
    product.low += lower.high;
    product.high += product.low < lower.high;
    carry = !exact && product.low == UINT64_MAX;
    return round_product(product.high, !exact || product.low != 0 || lower.low != 0, carry, scale,
                         format);
}

/* Decides between the number that has these bits and the next one. */
static uint64_t round_exactly(const decimal *number, uint64_t bits, float_format format)
{
    uint64_t hidden = (uint64_t)1 << format.fraction_bits;
    uint64_t significand = bits & (hidden - 1);
    int unit = format.unit_first;
    if (bits >= hidden) { /* normal */
        significand |= hidden;
        unit += (int)(bits >> format.fraction_bits) - 1;
    }
    int order = bp_decimal_against_midpoint(number->digits, number->digits_end,
                                            number->last_exponent, significand, unit);
    return bits + (order > 0 || (order == 0 && (significand & 1) != 0));
}

static inline uint64_t decimal_bits(const decimal *number, float_format format)
{
    if (number->significand == 0 || number->exponent < EXPONENT_FIRST)
        return 0;
    if (number->exponent > EXPONENT_LAST)
        return format.infinity;
    int q = (int)number->exponent;
    rounding below = round_scaled(number->significand, q, format);
    bool certain = below.certain;
    if (certain && number->truncated) {
        rounding above = round_scaled(number->significand + 1, q, format);
        certain = above.certain && above.bits == below.bits;
    }
    if (certain || below.bits >= format.infinity)
        return below.bits;
    return round_exactly(number, below.bits, format);
}

/* ---- The calls -------------------------------------------------------------- */

static inline bool is_simple(const decimal *number, uint64_t largest, int64_t exponent)
{
    return BP_PLAIN_IS_EXACT && !number->truncated && number->significand <= largest
           && number->exponent >= -exponent && number->exponent <= exponent;
}

bool bp_number_read(const char *text, size_t length, double *value)
{
    decimal number;
    if (!scan_decimal(text, length, &number))
        return false;
    double result;
    if (is_simple(&number, (uint64_t)1 << 53, 22)) {
        result = (double)number.significand;
        if (number.exponent < 0)
            result /= BP_TENS[-number.exponent];
        else
            result *= BP_TENS[number.exponent];
    } else {
        uint64_t bits = decimal_bits(&number, FLOAT64);
        memcpy(&result, &bits, sizeof result);
    }
    *value = number.negative ? -result : result;
    return true;
}

bool bp_number_read_f32(const char *text, size_t length, float *value)
{
    decimal number;
    if (!scan_decimal(text, length, &number))
        return false;
    float result;
    if (is_simple(&number, (uint64_t)1 << 24, 10)) {
        result = (float)number.significand;
        if (number.exponent < 0)
            result /= BP_TENS_F32[-number.exponent];
        else
            result *= BP_TENS_F32[number.exponent];
    } else {
        uint32_t bits = (uint32_t)decimal_bits(&number, FLOAT32);
        memcpy(&result, &bits, sizeof result);
    }
    *value = number.negative ? -result : result;
    return true;
}
