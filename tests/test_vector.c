/* test_vector.c: the operations of base/vector.h give the same bits in every instruction
 * set, on numbers of any size, subnormal ones, infinities and NaN. */
#include "base/cpu.h"
#include "engine/fast/kernel_choice.h"
#include "support/math_samples.h"
#include "support/vector_trials.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT (1 << 14)
#define WIDEST 16

/* The same numbers in both types, by type. */
typedef union numbers {
    float f32[COUNT];
    double f64[COUNT];
} numbers;

static _Alignas(64) numbers as[2], bs[2], cs[2], scalar, vector;
static const bp_type types[] = {BP_F32, BP_F64};

static const vector_trials *trials_of(bp_isa isa, bp_type type)
{
    return BP_CHOOSE_KERNELS(vector_trials, isa, type);
}

static void *at(numbers *of, bp_type type, size_t i)
{
    return type == BP_F32 ? (void *)&of->f32[i] : (void *)&of->f64[i];
}

static double value(const numbers *of, bp_type type, size_t i)
{
    return type == BP_F32 ? (double)of->f32[i] : of->f64[i];
}

/* Moves each number by less than four places. */
static void shuffle(numbers *of, uint64_t by)
{
    static numbers old[2];
    memcpy(old, of, sizeof old);
    for (size_t i = 0; i < COUNT; i++) {
        of[BP_F32].f32[i] = old[BP_F32].f32[i ^ by];
        of[BP_F64].f64[i] = old[BP_F64].f64[i ^ by];
    }
}

/* Every fourth number of a sample is of one kind: in four rounds each kind meets each. In
 * every third place c is the rounded product, so that what is left of a * b - c shows
 * whether it was fused. */
static void draw(uint64_t round)
{
    math_samples(3 * round + 1, as[BP_F32].f32, as[BP_F64].f64, COUNT);
    math_samples(3 * round + 2, bs[BP_F32].f32, bs[BP_F64].f64, COUNT);
    math_samples(3 * round + 3, cs[BP_F32].f32, cs[BP_F64].f64, COUNT);
    shuffle(bs, round % 4);
    shuffle(cs, round / 4 % 4);
    for (size_t i = 0; i < COUNT; i += 3) {
        float sign = i % 2 == 0 ? 1 : -1;
        cs[BP_F32].f32[i] = sign * as[BP_F32].f32[i] * bs[BP_F32].f32[i];
        cs[BP_F64].f64[i] = (double)sign * as[BP_F64].f64[i] * bs[BP_F64].f64[i];
    }
}

static const struct {
    const char *name;
    bool rounds;
} operations[VECTOR_OPERATION_COUNT] = {
#define DESCRIBE(name, rounds, result) {#name, rounds},
    VECTOR_OPERATIONS(DESCRIBE)
#undef DESCRIBE
};

/* What rounds gives some NaN or other. */
static bool same(bp_type type, bool rounds, size_t i)
{
    if (rounds && isnan(value(&scalar, type, i)) && isnan(value(&vector, type, i)))
        return true;
    return memcmp(at(&scalar, type, i), at(&vector, type, i), bp_type_size(type)) == 0;
}

static void compare(bp_isa isa, bp_type type, enum vector_operation operation)
{
    trials_of(isa, type)->map(operation, &as[type], &bs[type], &cs[type], &vector, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        if (!same(type, operations[operation].rounds, i))
            fail_msg("%s in %s of %a, %a, %a (%s): %a, not %a", operations[operation].name,
                     bp_isa_name(isa), value(&as[type], type, i), value(&bs[type], type, i),
                     value(&cs[type], type, i), bp_type_name(type), value(&vector, type, i),
                     value(&scalar, type, i));
}

static void lanes_are_single_numbers(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < 16; round++) {
        draw(round);
        for (int t = 0; t < 2; t++)
            for (enum vector_operation o = 0; o < VECTOR_OPERATION_COUNT; o++) {
                trials_of(BP_ISA_SCALAR, types[t])
                    ->map(o, &as[types[t]], &bs[types[t]], &cs[types[t]], &scalar, COUNT);
                for (bp_isa isa = BP_ISA_AVX2; isa < BP_ISA_COUNT; isa++)
                    if (bp_isa_lack(isa) == NULL)
                        compare(isa, types[t], o);
            }
    }
}

/* What scalar C makes of them, on which the rest stands. */
static void single_numbers_are_those_of_c(void **state)
{
    (void)state;
    const vector_trials *trials = trials_of(BP_ISA_SCALAR, BP_F64);
    static const double given[][3] = {{1, 2, 3},   {2, 1, 3},   {0.0, -0.0, 5},
                                      {NAN, 1, 7}, {1, NAN, 7}, {0x1p-1074, 0x1p-1, -0.0}};
    static const double larger[] = {2, 2, -0.0, 1, NAN, 0x1p-1};
    static const double smaller[] = {1, 1, -0.0, 1, NAN, 0x1p-1074};
    static const double selected[] = {3, 2, 5, 7, 7, -0.0};
    static const double fused[] = {5, 5, 5, NAN, NAN, 0}; /* c + a b; fnma: c - a b */
    static const double turned[] = {1, 1, 5, NAN, NAN, -0.0};
    const struct {
        enum vector_operation operation;
        const double *expected;
    } cases[] = {{VECTOR_max, larger},
                 {VECTOR_min, smaller},
                 {VECTOR_select, selected},
                 {VECTOR_fma, fused},
                 {VECTOR_fnma, turned}};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
            double result = 0, expected = cases[k].expected[i];
            trials->map(cases[k].operation, &given[i][0], &given[i][1], &given[i][2], &result, 1);
            if (isnan(expected))
                assert_true(isnan(result));
            else
                assert_memory_equal(&result, &expected, sizeof result);
        }
}

/* ---- What moves numbers between lanes -------------------------------------------------- */

static void check_lanes(const vector_trials *trials, bp_type type)
{
    const size_t size = bp_type_size(type);
    for (size_t lane = 0; lane < trials->lanes; lane++) {
        trials->lane(&as[type], lane, &vector);
        for (size_t i = 0; i < trials->lanes; i++)
            assert_memory_equal(at(&vector, type, i), at(&as[type], type, lane), size);
    }
    trials->lane_first(&as[type], &vector);
    for (size_t i = 0; i < trials->lanes; i++)
        assert_memory_equal(at(&vector, type, i), at(&as[type], type, 0), size);
}

/* Unaligned by one number. */
static void check_copies(const vector_trials *trials, bp_type type)
{
    memset(&vector, 0, sizeof vector);
    trials->copy_unaligned(at(&as[type], type, 1), at(&vector, type, 3), COUNT - WIDEST);
    assert_memory_equal(at(&as[type], type, 1), at(&vector, type, 3),
                        (COUNT - WIDEST) * bp_type_size(type));
}

/* Lane i += lane i + half, halving. */
static void check_tree(const vector_trials *trials, bp_type type)
{
    numbers *sums = &scalar;
    memcpy(sums, &bs[type], WIDEST * sizeof(double));
    for (size_t half = trials->lanes / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++)
            if (type == BP_F32)
                sums->f32[i] += sums->f32[i + half];
            else
                sums->f64[i] += sums->f64[i + half];
    trials->tree(&bs[type], &vector);
    assert_memory_equal(&vector, sums, bp_type_size(type));
}

static void check_columns(const vector_trials *trials, bp_type type)
{
    enum { STRIDE = 37, AT = 5 };
    const void *rows[WIDEST];
    for (size_t i = 0; i < trials->lanes; i++)
        rows[i] = at(&as[type], type, i * STRIDE);
    trials->columns(rows, AT, &vector);
    for (size_t column = 0; column < trials->chunk; column++)
        for (size_t i = 0; i < trials->lanes; i++)
            assert_memory_equal(at(&vector, type, column * trials->lanes + i),
                                at(&as[type], type, i * STRIDE + AT + column), bp_type_size(type));
}

static void numbers_move_between_lanes(void **state)
{
    (void)state;
    draw(0);
    for (size_t i = 0; i < WIDEST; i++) { /* sums that depend on their order */
        bs[BP_F64].f64[i] = ldexp(1 + (double)i / 3, (int)(i * 7 % 11));
        bs[BP_F32].f32[i] = (float)bs[BP_F64].f64[i];
    }
    for (bp_isa isa = BP_ISA_SCALAR; isa < BP_ISA_COUNT; isa++)
        for (int t = 0; bp_isa_lack(isa) == NULL && t < 2; t++) {
            const vector_trials *trials = trials_of(isa, types[t]);
            check_lanes(trials, types[t]);
            check_copies(trials, types[t]);
            check_tree(trials, types[t]);
            check_columns(trials, types[t]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_numbers_are_those_of_c),
        cmocka_unit_test(lanes_are_single_numbers),
        cmocka_unit_test(numbers_move_between_lanes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
