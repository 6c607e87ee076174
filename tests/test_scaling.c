/* test_scaling.c: each scaling against numbers of numpy and scikit-learn, its edges and its
 * inverse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "table/scaling.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const double VALUES[] = {3.5, -1.25, 0, 7, 7, 2, -100, 1e-3, 12.5, 0.75};
#define COUNT (sizeof VALUES / sizeof *VALUES)

static bp_status try_fit(bp_scaler *scaler, bp_scaling scaling, const double *values, size_t count)
{
    double copy[1500];
    bp_allocator memory = bp_allocator_or_default(NULL);
    memcpy(copy, values, count * sizeof *copy);
    return bp_scaler_fit(scaler, scaling, copy, count, &memory, NULL);
}

static bp_scaler fitted(bp_scaling scaling, const double *values, size_t count)
{
    bp_scaler scaler;
    assert_int_equal(try_fit(&scaler, scaling, values, count), BP_OK);
    assert_true(bp_scaler_is_sound(&scaler));
    return scaler;
}

static void release(bp_scaler *scaler)
{
    bp_allocator memory = bp_allocator_or_default(NULL);
    bp_scaler_release(scaler, &memory);
}

static void check_close(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 4e-15 * fmax(1, fabs(expected))))
        fail_msg("%.17g is not %.17g", actual, expected);
}

/* ---- Oracles: numpy 1.24, scikit-learn 1.2 ---------------------------------- */

static void check_values(bp_scaling scaling, const double expected[COUNT])
{
    bp_scaler scaler = fitted(scaling, VALUES, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        check_close(bp_scaler_apply(&scaler, VALUES[i]), expected[i]);
    release(&scaler);
}

static void test_oracles(void **state)
{
    (void)state;
    static const double standard[] = {0.3305578602794299,  0.1788510963177209,  0.21877392893922326,
                                      0.44234179161963655, 0.44234179161963655, 0.2826504611336271,
                                      -2.975052680780966,  0.21880586720532047, 0.6180022551542469,
                                      0.24272762851212468};
    static const double robust[] = {0.34465568232908383, -0.4242810399465991,  -0.22387299259106314,
                                    0.8781755889621623,  0.8781755889621623,   0.10198599857393129,
                                    -2.951904314542795,  -0.22371108157805583, 1.5537906705630493,
                                    -0.10198599857393129};
    static const double log[] = {0.532873583180651,   -0.6373148143754587,  -0.2274063868963273,
                                 0.8237082408972137,  0.8237082408972137,   0.32791936944108535,
                                 -2.5602542150507723, -0.22690116018062942, 1.0881993395180638,
                                 0.05546780256895999};
    check_values(BP_SCALING_STANDARD, standard);
    check_values(BP_SCALING_ROBUST, robust);
    check_values(BP_SCALING_LOG, log);
    check_values(BP_SCALING_NONE, VALUES);
}

/* Quartiles that are equal: the unit is the median of 2, 4, 6 and 1000, the distances to 1, and of
 * two values their distance. */
static void test_mostly_equal(void **state)
{
    (void)state;
    static const double values[] = {1, 1, 1, 3, 1, 1, -5, 1, 1, 1001, 1, 5, 1, 1, 1, 1, 1, 1};
    static const double two[] = {4, 4, 4, 7, 4, 4};
    bp_scaler scaler = fitted(BP_SCALING_ROBUST, values, sizeof values / sizeof *values);
    assert_true(scaler.center == 1 && scaler.spread == 5);
    check_close(bp_scaler_apply(&scaler, 1), 0);
    check_close(bp_scaler_apply(&scaler, 6), 1 / sqrt(1 + 1.0 / 9));
    release(&scaler);
    scaler = fitted(BP_SCALING_ROBUST, two, sizeof two / sizeof *two);
    assert_true(scaler.center == 4 && scaler.spread == 3);
    release(&scaler);
}

/* Between the knots as QuantileTransformer; it has 1,000 of 1,500 values too. */
static void test_quantile_oracle(void **state)
{
    (void)state;
    static const double few[][2] = {{-50, -1.5869782053640635},  {-1, -1.1107716166367854},
                                    {0.5, -0.23434659209741512}, {3, 0.33087257172641954},
                                    {5, 0.5659488219328631},     {10, 1.6399762701332183}};
    static const double many[][2] = {{3, -2.2720555689213335},     {100, -1.500759847282457},
                                     {777.7, -0.8925887870370705}, {12345.6, 0.6471491907525161},
                                     {20000, 1.584304990165227},   {22000, 2.3074801757374317}};
    bp_scaler scaler = fitted(BP_SCALING_QUANTILE, VALUES, COUNT);
    for (size_t i = 0; i < sizeof few / sizeof *few; i++)
        check_close(bp_scaler_apply(&scaler, few[i][0]), few[i][1]);
    /* the middle of two equal knots, after seven and eight of nine steps */
    check_close(bp_scaler_apply(&scaler, 7), 0.9674215661017013);
    release(&scaler);
    double values[1500];
    for (size_t i = 0; i < 1500; i++)
        values[i] = (double)(i * 7919 % 1500) * (double)(i * 7919 % 1500) / 100;
    scaler = fitted(BP_SCALING_QUANTILE, values, 1500);
    assert_int_equal(scaler.knot_count, BP_KNOT_LIMIT);
    for (size_t i = 0; i < sizeof many / sizeof *many; i++)
        if (fabs(bp_scaler_apply(&scaler, many[i][0]) - many[i][1]) > 1e-11)
            fail_msg("%g", many[i][0]);
    release(&scaler);
}

/* ---- Edges -------------------------------------------------------------------- */

/* Far beyond the training rows the numbers stay in order, and bounded where that is promised. */
static void test_beyond(void **state)
{
    (void)state;
    static const double far[] = {-DBL_MAX, -1e200, -1e5, 0, 1e5, 1e200, DBL_MAX};
    for (unsigned scaling = BP_SCALING_STANDARD; scaling < BP_SCALING_COUNT; scaling++) {
        bp_scaler scaler = fitted((bp_scaling)scaling, VALUES, COUNT);
        double before = -INFINITY;
        for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
            double value = bp_scaler_apply(&scaler, far[i]);
            assert_true(!isnan(value));
            assert_true(value >= before);
            if (scaling != BP_SCALING_STANDARD && scaling != BP_SCALING_COMMON)
                assert_true(fabs(value) < 1000);
            if (scaling == BP_SCALING_ROBUST)
                assert_true(fabs(value) <= 3);
            before = value;
        }
        release(&scaler);
    }
}

static void test_constant_and_none(void **state)
{
    (void)state;
    static const double same[] = {0.1, 0.1, 0.1};
    for (unsigned scaling = BP_SCALING_MINMAX; scaling < BP_SCALING_COUNT; scaling++) {
        for (size_t count = 0; count <= 3; count++) {
            bp_scaler scaler = fitted((bp_scaling)scaling, same, count);
            assert_true(bp_scaler_apply(&scaler, 0.1) == 0);
            assert_true(bp_scaler_apply(&scaler, 5) == 0);
            release(&scaler);
        }
    }
}

/* Sums and squares that overflow, or vanish, where the values themselves do not. */
static void test_extreme_sizes(void **state)
{
    (void)state;
    static const double large[] = {1.5e308, 1e308, 1.7e308}, small[] = {1e-300, 2e-300, 3e-300};
    static const double apart[] = {-1.5e308, 1.5e308, 0};
    bp_scaler scaler = fitted(BP_SCALING_STANDARD, small, 3);
    check_close(bp_scaler_apply(&scaler, 3e-300), 1.224744871391589);
    scaler = fitted(BP_SCALING_STANDARD, large, 3);
    check_close(bp_scaler_apply(&scaler, 1.4e308), 0);
    assert_int_equal(try_fit(&scaler, BP_SCALING_MINMAX, apart, 3), BP_E_DATA);
    assert_int_equal(try_fit(&scaler, BP_SCALING_STANDARD, apart, 3), BP_E_DATA);
    scaler = fitted(BP_SCALING_LOG, apart, 3);
    check_close(bp_scaler_apply(&scaler, 1.5e308), 1.224744871391589);
    scaler = fitted(BP_SCALING_ROBUST, apart, 3);
    assert_true(bp_scaler_apply(&scaler, 1.5e308) <= 3);
    scaler = fitted(BP_SCALING_QUANTILE, apart, 3);
    assert_true(bp_scaler_apply(&scaler, 0) == 0);
    assert_true(bp_scaler_apply(&scaler, 0.75e308) > 0.3);
    release(&scaler);
}

/* ---- Back ------------------------------------------------------------------------ */

static void test_inverse(void **state)
{
    (void)state;
    bp_mersenne random;
    bp_mersenne_seed(&random, 1);
    for (int scaling = 0; scaling < BP_SCALING_COUNT; scaling++) {
        if (!bp_scaling_inverts((bp_scaling)scaling))
            continue;
        bp_scaler scaler = fitted((bp_scaling)scaling, VALUES, COUNT);
        for (int i = 0; i < 1000; i++) {
            double x = ldexp(bp_mersenne_random(&random) - 0.5, i % 20 - 8);
            double y = bp_scaler_invert(&scaler, bp_scaler_apply(&scaler, x));
            if (!(fabs(x - y) <= 1e-12 * fmax(1, fabs(x))))
                fail_msg("%s: %.17g comes back as %.17g", bp_scaling_name((bp_scaling)scaling), x,
                         y);
        }
        release(&scaler);
    }
    bp_scaler scaler = fitted(BP_SCALING_LOG, VALUES, COUNT); /* an absurd answer is finite */
    assert_true(isfinite(bp_scaler_invert(&scaler, 1e10)));
    assert_true(isfinite(bp_scaler_invert(&scaler, -1e10)));
}

static void test_names(void **state)
{
    (void)state;
    bp_scaling found = BP_SCALING_NONE;
    for (int i = 0; i < BP_SCALING_COUNT; i++) {
        assert_int_equal(bp_scaling_find(bp_scaling_name((bp_scaling)i), &found, NULL), BP_OK);
        assert_int_equal(found, i);
    }
    assert_null(bp_scaling_name(BP_SCALING_AUTO));
    assert_int_equal(bp_scaling_find("robbust", &found, NULL), BP_E_OPTION);
    assert_false(bp_scaling_inverts(BP_SCALING_ROBUST));
    assert_false(bp_scaling_inverts(BP_SCALING_QUANTILE));
    assert_false(bp_scaling_inverts(BP_SCALING_AUTO));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_oracles),           cmocka_unit_test(test_mostly_equal),
        cmocka_unit_test(test_quantile_oracle),   cmocka_unit_test(test_beyond),
        cmocka_unit_test(test_constant_and_none), cmocka_unit_test(test_extreme_sizes),
        cmocka_unit_test(test_inverse),           cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
