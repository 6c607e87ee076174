/* test_plain_rows.c: numbers filled in and scaled many at a time have the bits that each has by
 * itself, by every instruction set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cpu.h"
#include "support/math_samples.h"
#include "table/plain_rows.h"

#include <math.h>
#include <string.h>

#define ROUNDS 200

/* One number, or its mean where it is missing. */
static double scaled(const bp_plain_lanes *lanes, size_t i, double value)
{
    return ((isnan(value) ? lanes->fill[i] : value) - lanes->offset[i]) / lanes->unit[i];
}

static void check_lanes(const bp_plain_loops *loops, const bp_plain_lanes *lanes,
                        const double *values, size_t count)
{
    float narrow[BP_PLAIN_LANES], narrow_wanted[BP_PLAIN_LANES];
    double wide[BP_PLAIN_LANES], wide_wanted[BP_PLAIN_LANES];
    bool narrow_finite = true, wide_finite = true;
    for (size_t i = 0; i < count; i++) {
        wide_wanted[i] = scaled(lanes, i, values[i]);
        narrow_wanted[i] = (float)wide_wanted[i];
        wide_finite = wide_finite && isfinite(wide_wanted[i]);
        narrow_finite = narrow_finite && isfinite(narrow_wanted[i]);
    }
    assert_int_equal(loops->f32(lanes, values, count, narrow), narrow_finite);
    assert_int_equal(loops->f64(lanes, values, count, wide), wide_finite);
    for (size_t i = 0; i < count; i++) { /* one NaN is as good as another */
        assert_true(
            isnan(narrow[i]) == isnan(narrow_wanted[i])
            && (isnan(narrow[i]) || memcmp(&narrow[i], &narrow_wanted[i], sizeof *narrow) == 0));
        assert_true(isnan(wide[i]) == isnan(wide_wanted[i])
                    && (isnan(wide[i]) || memcmp(&wide[i], &wide_wanted[i], sizeof *wide) == 0));
    }
}

static void check_loops(const bp_plain_loops *loops)
{
    static float unused[BP_PLAIN_LANES * ROUNDS * 4];
    static double samples[BP_PLAIN_LANES * ROUNDS * 4];
    math_samples(7, unused, samples, BP_PLAIN_LANES * ROUNDS * 4);
    for (size_t round = 0; round < ROUNDS; round++) {
        const double *from = samples + round * 4 * BP_PLAIN_LANES;
        double values[BP_PLAIN_LANES];
        bp_plain_lanes lanes;
        for (size_t i = 0; i < BP_PLAIN_LANES; i++) {
            lanes.offset[i] = round % 2 == 0 ? from[i] : (double)i;
            double unit = fabs(from[BP_PLAIN_LANES + i]);
            lanes.unit[i] = unit > 0 ? unit : 1; /* no scaler divides by 0 */
            lanes.fill[i] = round % 3 == 0 ? (double)NAN : from[2 * BP_PLAIN_LANES + i];
            values[i] = round % 5 == 4 ? -0.0 : from[3 * BP_PLAIN_LANES + i];
            values[i] = (round + i) % 11 == 3 ? (double)NAN : values[i];
        }
        check_lanes(loops, &lanes, values, 8 + round % 8 * 8);
    }
}

static void test_loops(void **state)
{
    (void)state;
    check_loops(&BP_PLAIN_LOOPS_BASELINE);
#if defined __x86_64__
    if (bp_isa_lack(BP_ISA_AVX2) == NULL)
        check_loops(&BP_PLAIN_LOOPS_AVX2);
#endif
}

static void check_line(bp_scaler scaler, bool straight)
{
    double offset = 0, unit = 0;
    assert_int_equal(bp_scaler_line(&scaler, &offset, &unit), straight);
    for (double x = -30; x < 30 && straight; x += 0.7) {
        double one = bp_scaler_apply(&scaler, x), other = (x - offset) / unit;
        assert_memory_equal(&one, &other, sizeof one);
    }
}

static void test_lines(void **state)
{
    (void)state;
    bp_scaler scaler = {.low = -3.3, .high = 12.1, .center = 2.7, .spread = 0.37};
    static const bp_scaling straight[] = {BP_SCALING_NONE, BP_SCALING_MINMAX, BP_SCALING_STANDARD};
    static const bp_scaling bent[] = {BP_SCALING_ROBUST, BP_SCALING_LOG, BP_SCALING_QUANTILE};
    for (size_t i = 0; i < 3; i++) {
        scaler.scaling = straight[i];
        check_line(scaler, true);
        scaler.scaling = bent[i];
        check_line(scaler, false);
    }
    scaler = (bp_scaler){.scaling = BP_SCALING_MINMAX, .low = 5, .high = 5};
    check_line(scaler, false); /* 0 whatever it is given */
    scaler.scaling = BP_SCALING_STANDARD;
    check_line(scaler, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loops),
        cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
