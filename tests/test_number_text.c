/* test_number_text.c: numbers read from and written as text, against the C library in the
 * C locale, and the table of powers of five against its maker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <backprop/base.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAKE_POWERS_OF_FIVE_WITHOUT_MAIN
#include "../tools/make_powers_of_five.c"

#define TEXT_SIZE 2048

static uint64_t random_state;

/* splitmix64 */
static uint64_t random_bits(void)
{
    uint64_t z = random_state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static int random_below(int limit)
{
    return (int)(random_bits() % (uint64_t)limit);
}

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint32_t bits_of_f32(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* The exact size, so that a sanitizer sees any byte read beyond it. */
static void check_read(const char *text)
{
    size_t length = strlen(text);
    char *exact = malloc(length > 0 ? length : 1);
    assert_non_null(exact);
    memcpy(exact, text, length);
    double value = 77;
    float value_f32 = 77;
    bool read = bp_number_read(exact, length, &value);
    bool read_f32 = bp_number_read_f32(exact, length, &value_f32);
    free(exact);
    if (!read || bits_of(value) != bits_of(strtod(text, NULL)))
        fail_msg("\"%.60s\" (%zu bytes) read as %.17g, not %.17g", text, length, value,
                 strtod(text, NULL));
    if (!read_f32 || bits_of_f32(value_f32) != bits_of_f32(strtof(text, NULL)))
        fail_msg("\"%.60s\" (%zu bytes) read as f32 %.9g, not %.9g", text, length,
                 (double)value_f32, (double)strtof(text, NULL));
}

static void check_refused(const char *text, size_t length)
{
    double value = 77;
    float value_f32 = 77;
    if (bp_number_read(text, length, &value) || bp_number_read_f32(text, length, &value_f32))
        fail_msg("\"%.*s\" was read", (int)length, text);
    assert_true(value == 77 && value_f32 == 77);
}

static void test_powers_are_what_the_tool_makes(void **state)
{
    (void)state;
    for (int e = BP_POWER_OF_FIVE_FIRST; e <= BP_POWER_OF_FIVE_LAST; e++) {
        bp_power_of_five made = make_power_of_five(e);
        bp_power_of_five kept = bp_powers_of_five[e - BP_POWER_OF_FIVE_FIRST];
        assert_true(made.high == kept.high && made.low == kept.low);
        assert_true(kept.high >> 63 == 1);
    }
}

static void test_hard_cases(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {
        "0",
        "-0",
        "+0",
        "0.0",
        "-0e999999999999999999999999",
        "1",
        "-1",
        "+1",
        "5.",
        ".5",
        "-.5",
        "00000000000000000000000000000000000000005",
        "5e0",
        "5E+0",
        "5e-0",
        "5.e1",
        ".5e1",
        "1e00000000000000000000000001",
        "1e400",
        "-1e400",
        "1e-400",
        "-1e-400",
        "5e-324",
        "2e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "3e-324",
        "1.5e-323",
        "7.5e-324",
        "2.2250738585072011e-308",
        "2.2250738585072012e-308",
        "2.2250738585072014e-308",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "1.797693134862315807e308",
        "1.797693134862315808e308",
        "9007199254740991",
        "9007199254740992",
        "9007199254740993",
        "9007199254740993.0",
        "9007199254740993.00000001",
        "9007199254740992.99999999999",
        "9007199254740994",
        "9007199254740995",
        "16777216",
        "16777217",
        "16777217.0",
        "16777217.000000000000000000001",
        "16777216.99999999999999",
        "16777218",
        "16777219",
        "3.4028234e38",
        "3.4028235e38",
        "3.4028236e38",
        "3.4028235677973366e38",
        "340282356779733661637539395458142568447",
        "340282356779733661637539395458142568448",
        "1e-45",
        "7e-46",
        "7.0064923216240853e-46",
        "7.0064923216240854e-46",
        "8e-46",
        "1.1754942e-38",
        "1.1754943e-38",
        "1.17549429e-38",
        "9999999999999999999",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999",
        "12345678901234567890123",
        "0.1",
        "0.2",
        "0.3",
        "0.3000000000000000166533453693773481063544750213623046875",
        "1e22",
        "1e23",
        "1e-22",
        "1e-23",
        "9007199254740991e22",
        "9007199254740993e22",
        "8.5",
        "123456789",
        "12345678.9",
        "1234567.89012345678",
        "1.0000000596046448",
        "1.00000005960464477539062500",
        "1.0000000596046447753906250000000001",
        "6.62607015e-34",
        "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017"
        "977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273"
        "8"
        "5487686216085573706790464391434e22"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
        check_read(TEXTS[i]);
}

static void test_what_is_no_number_is_refused(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {
        "",         "-",        "+",           ".",
        "-.",       "e5",       ".e5",         "1e",
        "1e+",      "1e-",      "1e5.",        "1e5 ",
        " 1",       "1 ",       "1..2",        "1.2.",
        "--1",      "+-1",      "1-",          "0x10",
        "0x1p",     "inf",      "-inf",        "nan",
        "NaN",      "Inf",      "1,5",         "1_000",
        "1e5e5",    "1f",       "1d0",         "1e 5",
        "1\n",      "1234567a", "12345678a",   "a12345678",
        "1234567/", "1234567:", "1.12345678x", "\xC2\xA0.5",
        "1e--5",    "infinity", "12 45678",    "\xB1\xB2\xB3\xB4\xB5\xB6\xB7\xB8"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
        check_refused(TEXTS[i], strlen(TEXTS[i]));
    check_refused(NULL, 0);
    check_refused("1\0", 2);
    for (int byte = 0; byte < 256; byte++) { /* in each place of eight */
        if ((byte >= '0' && byte <= '9') || byte == '.' || byte == 'e' || byte == 'E')
            continue;
        for (size_t place = 1; place < 8; place++) {
            char text[] = "12345678";
            text[place] = (char)byte;
            check_refused(text, 8);
        }
    }
}

static void test_only_the_length_counts(void **state)
{
    (void)state;
    double value = 0;
    assert_true(bp_number_read("12345678", 3, &value));
    assert_true(value == 123);
    assert_true(bp_number_read("1.5e10", 3, &value));
    assert_true(value == 1.5);
}

static void test_every_power_of_ten(void **state)
{
    (void)state;
    char text[64];
    for (int e = -420; e <= 420; e++)
        for (int head = 1; head < 100; head += head < 10 ? 1 : 7) {
            snprintf(text, sizeof text, "%de%d", head, e);
            check_read(text);
        }
}

/* A text of `zeros` zeros, digits, zeros; with an exponent that undoes the first ones. */
static void check_long(size_t zeros, const char *digits, size_t trailing, char last)
{
    char *text = malloc(zeros + strlen(digits) + trailing + 64);
    assert_non_null(text);
    char *end = text;
    end += sprintf(end, "0.");
    memset(end, '0', zeros);
    end += zeros;
    end += sprintf(end, "%s", digits);
    memset(end, '0', trailing);
    end += trailing;
    *end++ = last;
    sprintf(end, "e%zu", zeros);
    check_read(text);
    free(text);
}

static void test_thousands_of_digits(void **state)
{
    (void)state;
    static const char *const DIGITS[] = {"1", "9007199254740993", "16777217", "123456789012345678",
                                         "12345678901234567890123456789"};
    static const size_t COUNTS[] = {0, 1, 17, 300, 781, 782, 783, 800, 2000, 30000};
    for (size_t d = 0; d < 5; d++)
        for (size_t i = 0; i < 10; i++)
            for (size_t j = 0; j < 10; j++) {
                check_long(COUNTS[i], DIGITS[d], COUNTS[j], '0');
                check_long(COUNTS[i], DIGITS[d], COUNTS[j], '1');
            }
    char digits[5001];
    random_state = 5;
    for (int round = 0; round < 500; round++) {
        size_t length = (size_t)random_below(5000);
        for (size_t i = 0; i < length; i++)
            digits[i] = (char)('0' + random_below(10));
        digits[length] = '\0';
        check_long((size_t)random_below(400), digits, 0, '7');
    }
}

/* Exact decimal of the midpoint above a number; the text may be made a little larger or
 * smaller in a far digit, or cut to fewer digits. */
static void check_near_midpoint(double midpoint, int variant)
{
    char text[TEXT_SIZE];
    if (variant == 0)
        snprintf(text, sizeof text, "%.*e", random_below(40), midpoint);
    else
        snprintf(text, sizeof text, "%.1100e", midpoint);
    check_read(text);
    char *letter = strchr(text, 'e');
    assert_non_null(letter);
    letter[-1] = '1';
    check_read(text);
    if (variant != 2)
        return;
    for (char *digit = letter - 1; digit > text; digit--) { /* one less in the last place */
        if (*digit == '.')
            continue;
        *digit = *digit == '0' ? '9' : (char)(*digit - 1);
        if (*digit != '9')
            break;
    }
    check_read(text);
}

/* A midpoint of float32 numbers is a float64. */
static void test_midpoints_of_f32(void **state)
{
    (void)state;
    random_state = 6;
    for (int i = 0; i < 30000; i++) {
        uint32_t bits = (uint32_t)random_bits() & 0x7F7FFFFF;
        if (i % 4 == 0)
            bits &= 0x00FFFFFF; /* subnormal and just above */
        double midpoint = ((double)float_of(bits) + (double)float_of(bits + 1)) / 2;
        if (isfinite(midpoint))
            check_near_midpoint(midpoint, i % 3);
    }
}

#if LDBL_MANT_DIG >= 64
/* A midpoint of float64 numbers needs 54 bits. */
static void test_midpoints_of_f64(void **state)
{
    (void)state;
    random_state = 7;
    char text[TEXT_SIZE];
    for (int i = 0; i < 30000; i++) {
        uint64_t bits = random_bits() & 0x7FEFFFFFFFFFFFFFu;
        if (i % 4 == 0)
            bits &= 0x001FFFFFFFFFFFFFu;
        long double midpoint =
            ((long double)double_of(bits) + (long double)double_of(bits + 1)) / 2;
        int digits = i % 2 == 0 ? 1100 : 15 + random_below(760);
        snprintf(text, sizeof text, "%.*Le", digits, midpoint);
        check_read(text);
        *(strchr(text, 'e') - 1) = (char)('0' + random_below(10));
        check_read(text);
    }
}
#endif

static void test_random_texts(void **state)
{
    (void)state;
    random_state = 8;
    char text[TEXT_SIZE];
    for (int i = 0; i < 400000; i++) {
        switch (i % 4) {
        case 0:
            snprintf(text, sizeof text, "%llu.%llue%d",
                     (unsigned long long)random_bits() >> random_below(64),
                     (unsigned long long)random_bits() >> random_below(64),
                     random_below(700) - 350);
            break;
        case 1: /* as tables have them */
            snprintf(text, sizeof text, "%d.%0*d", random_below(1000), 1 + random_below(8),
                     random_below(100000000));
            break;
        case 2:
            snprintf(text, sizeof text, "-%llu",
                     (unsigned long long)random_bits() >> random_below(64));
            break;
        default:
            snprintf(text, sizeof text, "%llue%d",
                     (unsigned long long)random_bits() >> random_below(64), random_below(80) - 40);
        }
        check_read(text);
    }
}

static void test_random_bits_read(void **state)
{
    (void)state;
    random_state = 9;
    char text[TEXT_SIZE];
    for (int i = 0; i < 300000; i++) {
        double value = double_of(random_bits());
        if (!isfinite(value))
            continue;
        snprintf(text, sizeof text, "%.*e", i % 2 == 0 ? 16 : random_below(25), value);
        check_read(text);
    }
}

static void check_written(double value, const char *expected)
{
    char text[BP_NUMBER_SIZE];
    assert_int_equal(bp_number_write(value, text), strlen(expected));
    assert_string_equal(text, expected);
}

static void check_written_f32(float value, const char *expected)
{
    char text[BP_NUMBER_SIZE];
    assert_int_equal(bp_number_write_f32(value, text), strlen(expected));
    assert_string_equal(text, expected);
}

/* The texts are those of Python's repr without ".0". */
static void test_layout(void **state)
{
    (void)state;
    check_written(0, "0");
    check_written(-0.0, "-0");
    check_written(5, "5");
    check_written(-5, "-5");
    check_written(10, "10");
    check_written(0.1, "0.1");
    check_written(0.1 + 0.2, "0.30000000000000004");
    check_written(1.5, "1.5");
    check_written(123456.789, "123456.789");
    check_written(0.001, "0.001");
    check_written(1e-4, "0.0001");
    check_written(0.00012345678901234567, "0.00012345678901234567");
    check_written(0.000099999999999999, "9.9999999999999e-05");
    check_written(1e-5, "1e-05");
    check_written(1.5e-7, "1.5e-07");
    check_written(1e15, "1000000000000000");
    check_written(9999999999999998.0, "9999999999999998");
    check_written(1e16, "1e+16");
    check_written(12345678901234568000.0, "1.2345678901234567e+19");
    check_written(1e22, "1e+22");
    check_written(1e23, "1e+23");
    check_written(1e100, "1e+100");
    check_written(1e300, "1e+300");
    check_written(9007199254740992.0, "9007199254740992");
    check_written(4.9406564584124654e-324, "5e-324");
    check_written(1e-323, "1e-323");
    check_written(2.2250738585072011e-308, "2.225073858507201e-308");
    check_written(-DBL_MIN, "-2.2250738585072014e-308");
    check_written(DBL_MAX, "1.7976931348623157e+308");
    check_written(0x1p-44, "5.684341886080802e-14"); /* ends in ...8015: the even digit */
    check_written((double)NAN, "nan");
    check_written(-(double)NAN, "nan");
    check_written((double)INFINITY, "inf");
    check_written(-(double)INFINITY, "-inf");
    check_written_f32(0.1F, "0.1");
    check_written_f32(-0.0F, "-0");
    check_written_f32(16777216.0F, "16777216");
    check_written_f32(1e-45F, "1e-45");
    check_written_f32(FLT_MIN, "1.1754944e-38");
    check_written_f32(FLT_MAX, "3.4028235e+38");
    check_written_f32(3e10F, "30000000000");
    check_written_f32(NAN, "nan");
    check_written_f32(-INFINITY, "-inf");
}

/* The significant digits of a decimal text, without zeros around; returns their count. */
static int significant_digits(const char *text, char *digits)
{
    int count = 0;
    for (; *text != '\0' && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9' && (count > 0 || *text != '0'))
            digits[count++] = *text;
    while (count > 0 && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
    return count;
}

/* Shortest: no decimal with one digit less reads back. Nearest: of those with as many
 * digits none is closer; where the interval is symmetric that is what %.*e gives. */
static void check_shortest(double value, bool f32)
{
    char text[BP_NUMBER_SIZE], digits[BP_NUMBER_SIZE], other[64], other_digits[64];
    size_t length = f32 ? bp_number_write_f32((float)value, text) : bp_number_write(value, text);
    assert_true(length < BP_NUMBER_SIZE && text[length] == '\0');
    double back = f32 ? (double)strtof(text, NULL) : strtod(text, NULL);
    if (back != value)
        fail_msg("%s does not read back as %.17g", text, value);
    int count = significant_digits(text, digits);
    if (count > 1) {
        snprintf(other, sizeof other, "%.*e", count - 2, value);
        back = f32 ? (double)strtof(other, NULL) : strtod(other, NULL);
        if (back == value)
            fail_msg("%s is shorter than %s", other, text);
    }
    snprintf(other, sizeof other, "%.*e", count - 1, value);
    back = f32 ? (double)strtof(other, NULL) : strtod(other, NULL);
    significant_digits(other, other_digits);
    if (back == value && strcmp(digits, other_digits) != 0)
        fail_msg("%s is nearer than %s", other, text);
}

static void check_round_trip(double value)
{
    char text[BP_NUMBER_SIZE];
    double back = 0;
    size_t length = bp_number_write(value, text);
    assert_true(bp_number_read(text, length, &back));
    if (bits_of(back) != bits_of(value))
        fail_msg("%.17g written as %s reads as %.17g", value, text, back);
}

static void check_round_trip_f32(float value)
{
    char text[BP_NUMBER_SIZE];
    float back = 0;
    size_t length = bp_number_write_f32(value, text);
    assert_true(bp_number_read_f32(text, length, &back));
    if (bits_of_f32(back) != bits_of_f32(value))
        fail_msg("%.9g written as %s reads as %.9g", (double)value, text, (double)back);
}

static void test_random_f64_round_trip(void **state)
{
    (void)state;
    random_state = 10;
    for (int i = 0; i < 1000000; i++) {
        uint64_t bits = random_bits();
        if (i % 8 == 0)
            bits &= 0x800FFFFFFFFFFFFFu >> random_below(52); /* subnormal */
        double value = double_of(bits);
        if (!isfinite(value))
            continue;
        check_round_trip(value);
        if (i % 5 == 0 && value != 0)
            check_shortest(value, false);
    }
}

static void test_random_f32_round_trip(void **state)
{
    (void)state;
    random_state = 11;
    for (int i = 0; i < 1000000; i++) {
        float value = float_of((uint32_t)random_bits());
        if (!isfinite(value))
            continue;
        check_round_trip_f32(value);
        if (i % 5 == 0 && value != 0)
            check_shortest((double)value, true);
    }
}

/* The interval is lopsided there. */
static void test_powers_of_two(void **state)
{
    (void)state;
    for (int e = -1074; e <= 1023; e++)
        for (int step = -1; step <= 1; step++) {
            double value = double_of(bits_of(ldexp(1, e)) + (uint64_t)(int64_t)step);
            if (value != 0) {
                check_round_trip(value);
                check_shortest(value, false);
            }
        }
    for (int e = -149; e <= 127; e++)
        for (int step = -1; step <= 1; step++) {
            float value = float_of(bits_of_f32(ldexpf(1, e)) + (uint32_t)step);
            if (value != 0) {
                check_round_trip_f32(value);
                check_shortest((double)value, true);
            }
        }
}

static void test_short_decimals_come_back(void **state)
{
    (void)state;
    random_state = 12;
    char text[64], written[BP_NUMBER_SIZE];
    for (int i = 0; i < 200000; i++) {
        int places = 1 + random_below(4);
        int length = snprintf(text, sizeof text, "%d.%0*d", random_below(10000), places,
                              random_below(places == 1 ? 9 : 99) + 1);
        char *last = text + length - 1;
        if (*last == '0')
            *last = '3';
        double value = 0;
        assert_true(bp_number_read(text, strlen(text), &value));
        bp_number_write(value, written);
        assert_string_equal(text, written);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_powers_are_what_the_tool_makes),
        cmocka_unit_test(test_hard_cases),
        cmocka_unit_test(test_what_is_no_number_is_refused),
        cmocka_unit_test(test_only_the_length_counts),
        cmocka_unit_test(test_every_power_of_ten),
        cmocka_unit_test(test_thousands_of_digits),
        cmocka_unit_test(test_midpoints_of_f32),
#if LDBL_MANT_DIG >= 64
        cmocka_unit_test(test_midpoints_of_f64),
#endif
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_random_bits_read),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_random_f64_round_trip),
        cmocka_unit_test(test_random_f32_round_trip),
        cmocka_unit_test(test_powers_of_two),
        cmocka_unit_test(test_short_decimals_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
