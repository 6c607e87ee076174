/* test_math.c: our functions against MPFR's, correctly rounded ones; vectors of every
 * instruction set against single numbers. With BACKPROP_EXHAUSTIVE=1 in the environment, every
 * float32. */
#include "base/cpu.h"
#include "base/random.h"
#include "support/math_samples.h"
#include "support/math_vectors.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT (1 << 16) /* numbers of a sample */

/* Where a function is held to its bound, the bound in units of the last place, and the range
 * in which its errors are largest. */
static const struct {
    const char *name;
    double low, high, bound, hard_low, hard_high;
} functions[MATH_FUNCTION_COUNT] = {
    [MATH_exp] = {"exp", -INFINITY, INFINITY, 2.5, -700, 700},
    [MATH_log] = {"log", -INFINITY, INFINITY, 2.5, 0.5, 2},
    [MATH_log2] = {"log2", -INFINITY, INFINITY, 2.5, 0.5, 2},
    [MATH_tanh] = {"tanh", -INFINITY, INFINITY, 2.5, -1, 1},
    [MATH_sigmoid] = {"sigmoid", -INFINITY, INFINITY, 3, -12, 3},
    [MATH_erf] = {"erf", -INFINITY, INFINITY, 2.5, -2, 2},
    [MATH_sin] = {"sin", -0x1p20, 0x1p20, 2.5, -1000, 1000},
    [MATH_cos] = {"cos", -0x1p20, 0x1p20, 2.5, -1000, 1000},
    [MATH_probit] = {"probit", 0x1p-1074, 0x1.fffffffffffffp-1, 2.5, 0.01, 0.5},
};

static _Alignas(64) float x32[COUNT], y32[COUNT], z32[COUNT];
static _Alignas(64) double x64[COUNT], y64[COUNT], z64[COUNT];

static void single(enum math_function function)
{
#define ONE(name)                                                                                  \
    case MATH_##name:                                                                              \
        for (size_t i = 0; i < COUNT; i++) {                                                       \
            y32[i] = bp_##name##_f32(x32[i]);                                                      \
            y64[i] = bp_##name(x64[i]);                                                            \
        }                                                                                          \
        break;
    switch (function) {
        BP_MATH_FUNCTIONS(ONE)
    case MATH_FUNCTION_COUNT: break;
    }
#undef ONE
}

/* ---- The same bits --------------------------------------------------------------------------- */

/* A NaN is a NaN, whatever its bits. */
static void tidy(float *a, double *b)
{
    for (size_t i = 0; i < COUNT; i++) {
        a[i] = isnan(a[i]) ? NAN : a[i];
        b[i] = isnan(b[i]) ? NAN : b[i];
    }
}

static const math_vectors *vectors_of(bp_isa isa)
{
#if defined(__x86_64__)
    if (isa == BP_ISA_AVX2)
        return &math_vectors_avx2;
    if (isa == BP_ISA_AVX512)
        return &math_vectors_avx512;
#elif defined(__aarch64__)
    if (isa == BP_ISA_NEON)
        return &math_vectors_neon;
#endif
    return isa == BP_ISA_SCALAR ? &math_vectors_scalar : NULL;
}

static void vectors_are_single_numbers(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        math_samples(seed, x32, x64, COUNT);
        for (enum math_function f = 0; f < MATH_FUNCTION_COUNT; f++) {
            single(f);
            tidy(y32, y64);
            for (bp_isa isa = BP_ISA_SCALAR; isa < BP_ISA_COUNT; isa++) {
                if (bp_isa_lack(isa) != NULL)
                    continue;
                vectors_of(isa)->f32(f, x32, z32, COUNT);
                vectors_of(isa)->f64(f, x64, z64, COUNT);
                tidy(z32, z64);
                assert_memory_equal(y32, z32, sizeof y32);
                assert_memory_equal(y64, z64, sizeof y64);
            }
        }
    }
}

/* ---- Edges ----------------------------------------------------------------------------------- */

static void edges_are_those_of_c(void **state)
{
    (void)state;
    assert_true(bp_exp(-INFINITY) == 0 && bp_exp(INFINITY) == INFINITY && bp_exp(0) == 1);
    assert_true(bp_exp_f32(-INFINITY) == 0 && bp_exp_f32(INFINITY) == INFINITY);
    assert_true(bp_log(0) == -INFINITY && bp_log(INFINITY) == INFINITY && isnan(bp_log(-1)));
    assert_true(bp_log2(0) == -INFINITY && bp_log2(INFINITY) == INFINITY && isnan(bp_log2(-1)));
    for (int n = -1074; n < 1024; n++)
        assert_true(bp_log2(ldexp(1, n)) == n);
    for (int n = -149; n < 128; n++)
        assert_true(bp_log2_f32(ldexpf(1, n)) == (float)n);
    assert_true(bp_tanh(INFINITY) == 1 && bp_tanh(-INFINITY) == -1);
    assert_true(bp_sigmoid(INFINITY) == 1 && bp_sigmoid(-INFINITY) == 0 && bp_sigmoid(0) == 0.5);
    assert_true(bp_erf(INFINITY) == 1 && bp_erf(-INFINITY) == -1);
    assert_true(isnan(bp_sin(INFINITY)) && isnan(bp_cos(-INFINITY)) && bp_cos(0) == 1);
    assert_true(bp_sin(1e300) == bp_sin(0x1p20) && bp_cos_f32(-1e30f) == bp_cos_f32(0x1p20f));
    assert_true(bp_probit(0) == -INFINITY && bp_probit(1) == INFINITY && bp_probit(0.5) == 0);
    assert_true(isnan(bp_probit(-0.1)) && isnan(bp_probit(1.1)));
    assert_true(signbit(bp_erf(-0.0)) && signbit(bp_sin(-0.0)) && signbit(bp_erf_f32(-0.0f)));
    assert_true(signbit(bp_tanh(-0.0)) && signbit(bp_tanh_f32(-0.0f)) && !signbit(bp_tanh(0)));
    x64[0] = NAN;
    x32[0] = NAN;
    for (enum math_function f = 0; f < MATH_FUNCTION_COUNT; f++) {
        single(f);
        assert_true(isnan(y64[0]) && isnan(y32[0]));
    }
}

/* ---- Accuracy -------------------------------------------------------------------------------- */

#if defined(HAVE_MPFR)
#include <mpfr.h>

#define PRECISION 200

/* The exact result, or for probit the one whose probability differs from x by the same. */
static void exact(mpfr_t to, enum math_function function, double at, double computed)
{
    mpfr_t x, y;
    mpfr_init2(x, PRECISION);
    mpfr_init2(y, PRECISION);
    mpfr_set_d(x, at, MPFR_RNDN);
    switch (function) {
    case MATH_exp: mpfr_exp(to, x, MPFR_RNDN); break;
    case MATH_log: mpfr_log(to, x, MPFR_RNDN); break;
    case MATH_log2: mpfr_log2(to, x, MPFR_RNDN); break;
    case MATH_tanh: mpfr_tanh(to, x, MPFR_RNDN); break;
    case MATH_sigmoid:
        mpfr_neg(x, x, MPFR_RNDN);
        mpfr_exp(x, x, MPFR_RNDN);
        mpfr_add_ui(x, x, 1, MPFR_RNDN);
        mpfr_ui_div(to, 1, x, MPFR_RNDN);
        break;
    case MATH_erf: mpfr_erf(to, x, MPFR_RNDN); break;
    case MATH_sin: mpfr_sin(to, x, MPFR_RNDN); break;
    case MATH_cos: mpfr_cos(to, x, MPFR_RNDN); break;
    case MATH_probit:
    case MATH_FUNCTION_COUNT: /* Newton: y - (erfc(-y / sqrt 2) / 2 - x) sqrt(2 pi) exp(y^2 / 2) */
        mpfr_set_d(y, computed, MPFR_RNDN);
        mpfr_sqrt_ui(to, 2, MPFR_RNDN);
        mpfr_div(to, y, to, MPFR_RNDN);
        mpfr_neg(to, to, MPFR_RNDN);
        mpfr_erfc(to, to, MPFR_RNDN);
        mpfr_div_ui(to, to, 2, MPFR_RNDN);
        mpfr_sub(x, to, x, MPFR_RNDN);
        mpfr_sqr(to, y, MPFR_RNDN);
        mpfr_div_ui(to, to, 2, MPFR_RNDN);
        mpfr_exp(to, to, MPFR_RNDN);
        mpfr_mul(x, x, to, MPFR_RNDN);
        mpfr_const_pi(to, MPFR_RNDN);
        mpfr_mul_ui(to, to, 2, MPFR_RNDN);
        mpfr_sqrt(to, to, MPFR_RNDN);
        mpfr_mul(x, x, to, MPFR_RNDN);
        mpfr_sub(to, y, x, MPFR_RNDN);
        break;
    }
    mpfr_clear(x);
    mpfr_clear(y);
}

/* |computed - exact| in units of the last place of the exact result. */
static double units_off(enum math_function function, double at, double computed, int bits,
                        int least)
{
    mpfr_t value;
    double off = 0;
    mpfr_init2(value, PRECISION);
    exact(value, function, at, computed);
    double nearest = mpfr_get_d(value, MPFR_RNDN);
    double largest = bits == 24 ? 0x1.ffffffp127 : INFINITY;
    if (!isfinite(computed) || !isfinite(nearest) || fabs(nearest) >= largest) {
        double rounded = fabs(nearest) >= largest ? copysign(INFINITY, nearest) : nearest;
        off = rounded == computed || (isnan(rounded) && isnan(computed)) ? 0 : INFINITY;
    } else if (!mpfr_zero_p(value)) {
        long exponent = (long)mpfr_get_exp(value) - bits;
        mpfr_sub_d(value, value, computed, MPFR_RNDN);
        mpfr_div_2si(value, value, exponent > least ? exponent : least, MPFR_RNDN);
        off = fabs(mpfr_get_d(value, MPFR_RNDN));
    } else {
        off = computed == 0 ? 0 : INFINITY;
    }
    mpfr_clear(value);
    return off;
}

typedef struct worst_case {
    double off, at;
} worst_case;

static void note(worst_case *worst, double off, double at)
{
    if (!(off <= worst->off))
        *worst = (worst_case){off, at};
}

/* The first `count` numbers of x32 and x64. */
static void measure(enum math_function f, size_t count, worst_case worst[2])
{
    single(f);
    for (size_t i = 0; i < count; i++) {
        if (x32[i] >= functions[f].low && x32[i] <= functions[f].high)
            note(&worst[0], units_off(f, (double)x32[i], (double)y32[i], 24, -149), (double)x32[i]);
        if (x64[i] >= functions[f].low && x64[i] <= functions[f].high)
            note(&worst[1], units_off(f, x64[i], y64[i], 53, -1074), x64[i]);
    }
}

/* Random numbers from low to high. */
static void fill(uint32_t seed, double low, double high)
{
    bp_stream stream = bp_stream_new(seed, BP_PURPOSE_SHUFFLE, 0, 0, 0);
    for (uint32_t i = 0; i < COUNT; i++) {
        x64[i] = low + (high - low) * bp_stream_uniform(stream, 0, 0, 0, i);
        x32[i] = (float)x64[i];
    }
}

static void within_bounds_of_mpfr(void **state)
{
    (void)state;
    worst_case worst[MATH_FUNCTION_COUNT][2];
    memset(worst, 0, sizeof worst);
    const char *asked = getenv("BACKPROP_EXHAUSTIVE");
    const size_t count = asked != NULL ? COUNT : COUNT / 8;
    for (uint32_t seed = 1; seed <= (asked != NULL ? 32 : 1); seed++)
        for (enum math_function f = 0; f < MATH_FUNCTION_COUNT; f++) {
            math_samples(seed + 100, x32, x64, COUNT);
            measure(f, count, worst[f]);
            fill(seed, functions[f].hard_low, functions[f].hard_high);
            measure(f, count, worst[f]);
        }
    bool good = true;
    for (enum math_function f = 0; f < MATH_FUNCTION_COUNT; f++)
        for (int type = 0; type < 2; type++) {
            bool within = worst[f][type].off <= functions[f].bound;
            good = good && within;
            if (!within || asked != NULL)
                print_message("%-8s %s: %.2f ulp at %a\n", functions[f].name,
                              type == 0 ? "float32" : "float64", worst[f][type].off,
                              worst[f][type].at);
        }
    assert_true(good);
}
#else
static void within_bounds_of_mpfr(void **state)
{
    (void)state;
    skip();
}
#endif

/* ---- Every float32 --------------------------------------------------------------------------- */

/* In float64 by another's functions, whose error does not show in float32. */
static double reference(enum math_function function, double x)
{
    switch (function) {
    case MATH_exp: return exp(x);
    case MATH_log: return log(x);
    case MATH_log2: return log2(x);
    case MATH_tanh: return tanh(x);
    case MATH_sigmoid: return 1 / (1 + exp(-x));
    case MATH_erf: return erf(x);
    case MATH_sin: return sin(x);
    case MATH_cos: return cos(x);
    case MATH_probit:
    case MATH_FUNCTION_COUNT: break;
    }
    return bp_probit(x);
}

static double off_in_f32(double expected, float computed)
{
    if (isnan(expected) || isinf(computed) || fabs(expected) >= 0x1.ffffffp127)
        return (float)expected == computed || (isnan(expected) && isnan(computed)) ? 0 : INFINITY;
    int exponent;
    frexp(expected, &exponent);
    int unit = exponent - 24 > -149 ? exponent - 24 : -149;
    return fabs(expected - (double)computed) / ldexp(1, unit);
}

static void every_float32(void **state)
{
    (void)state;
    if (getenv("BACKPROP_EXHAUSTIVE") == NULL)
        skip();
    bp_isa isa = BP_ISA_SCALAR;
    assert_int_equal(bp_isa_choose(&isa, NULL), BP_OK);
    for (enum math_function f = 0; f < MATH_FUNCTION_COUNT; f++) {
        double worst = 0, at = 0;
        for (uint64_t start = 0; start < (uint64_t)1 << 32; start += COUNT) {
            for (size_t i = 0; i < COUNT; i++) {
                uint32_t bits = (uint32_t)(start + i);
                memcpy(&x32[i], &bits, sizeof bits);
            }
            vectors_of(isa)->f32(f, x32, y32, COUNT);
            for (size_t i = 0; i < COUNT; i++) {
                double x = (double)x32[i];
                if (!(x >= functions[f].low && x <= functions[f].high))
                    continue;
                double off = off_in_f32(reference(f, x), y32[i]);
                if (!(off <= worst)) {
                    worst = off;
                    at = x;
                }
            }
        }
        print_message("%-8s every float32: %.3f ulp at %a\n", functions[f].name, worst, at);
        assert_true(worst <= functions[f].bound);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_are_single_numbers),
        cmocka_unit_test(edges_are_those_of_c),
        cmocka_unit_test(within_bounds_of_mpfr),
        cmocka_unit_test(every_float32),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
