/* test_split.c: rows dealt into folds: what must hold of any, and the tutorial's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing_allocator.h"
#include "table/split.h"

#include <stdlib.h>
#include <string.h>

/* ---- What must hold of any ----------------------------------------------- */

static bp_status deal(bp_split **split, size_t row_count, size_t fold_count, uint64_t seed,
                      const bp_allocator *allocator, bp_error *error)
{
    bp_split_options options;
    bp_split_options_init(&options);
    options.folds = fold_count;
    options.seed = seed;
    options.allocator = allocator;
    return bp_split_new(split, NULL, NULL, row_count, &options, error);
}

/* Counts how often each row stands in a fold: never more than once. */
static size_t count_dealt(const bp_split *folds, size_t row_count, unsigned char *seen)
{
    size_t dealt = 0;
    memset(seen, 0, row_count);
    for (size_t fold = 0; fold < bp_split_count(folds); fold++) {
        size_t count = 0;
        const size_t *rows = bp_split_tests(folds, fold, &count);
        for (size_t i = 0; i < count; i++) {
            assert_true(rows[i] < row_count);
            assert_int_equal(seen[rows[i]]++, 0);
        }
        dealt += count;
    }
    return dealt;
}

/* The others of a fold are the other folds in order. */
static void check_others(const bp_split *folds, size_t row_count, size_t dealt)
{
    size_t *others = malloc(row_count * sizeof *others);
    assert_non_null(others);
    for (size_t fold = 0; fold < bp_split_count(folds); fold++) {
        size_t held_out = 0, at = 0;
        bp_split_tests(folds, fold, &held_out);
        assert_int_equal(bp_split_training(folds, fold, others), dealt - held_out);
        for (size_t other = 0; other < bp_split_count(folds); other++) {
            size_t count = 0;
            const size_t *rows = bp_split_tests(folds, other, &count);
            if (other == fold)
                continue;
            assert_memory_equal(others + at, rows, count * sizeof *rows);
            at += count;
        }
        assert_int_equal(at, dealt - held_out);
    }
    free(others);
}

static void check_folds(size_t row_count, size_t fold_count, uint64_t seed)
{
    bp_split *folds = NULL;
    unsigned char *seen = malloc(row_count);
    assert_non_null(seen);
    assert_int_equal(deal(&folds, row_count, fold_count, seed, NULL, NULL), BP_OK);
    assert_int_equal(bp_split_count(folds), fold_count);
    assert_int_equal(count_dealt(folds, row_count, seen), row_count);
    for (size_t fold = 0; fold < fold_count; fold++) {
        size_t count = 0;
        bp_split_tests(folds, fold, &count);
        assert_in_range(count, row_count / fold_count, (row_count + fold_count - 1) / fold_count);
    }
    check_others(folds, row_count, row_count);
    bp_split_free(folds);
    free(seen);
}

static void test_every_row_once(void **state)
{
    (void)state;
    for (size_t rows = 2; rows <= 40; rows++)
        for (size_t folds = 2; folds <= rows; folds++)
            check_folds(rows, folds, rows * 1000 + folds);
    check_folds(10007, 10, 1);
}

static bool same_folds(uint64_t a, uint64_t b)
{
    bp_split *one = NULL, *two = NULL;
    size_t count = 0;
    assert_int_equal(deal(&one, 100, 4, a, NULL, NULL), BP_OK);
    assert_int_equal(deal(&two, 100, 4, b, NULL, NULL), BP_OK);
    bool same =
        memcmp(bp_split_tests(one, 0, &count), bp_split_tests(two, 0, &count), 25 * sizeof(size_t))
        == 0;
    bp_split_free(one);
    bp_split_free(two);
    return same;
}

static void test_seed_decides(void **state)
{
    (void)state;
    assert_true(same_folds(1, 1));
    assert_true(same_folds(UINT64_MAX, UINT64_MAX));
    assert_false(same_folds(1, 2));
    assert_false(same_folds(1, 1 + ((uint64_t)1 << 32)));
}

/* Each row is equally likely in each fold: over 4000 seeds the counts are binomial, and
 * a deviation of 5.5 standard deviations among 40 would be a fault. */
static void test_no_row_is_preferred(void **state)
{
    (void)state;
    enum { SEEDS = 4000, ROWS = 8, FOLDS = 5 };
    int counts[ROWS][FOLDS] = {{0}};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        bp_split *folds = NULL;
        assert_int_equal(deal(&folds, ROWS, FOLDS, seed, NULL, NULL), BP_OK);
        for (size_t fold = 0; fold < FOLDS; fold++) {
            size_t count = 0;
            const size_t *rows = bp_split_tests(folds, fold, &count);
            for (size_t i = 0; i < count; i++)
                counts[rows[i]][fold]++;
        }
        bp_split_free(folds);
    }
    for (size_t row = 0; row < ROWS; row++)
        for (size_t fold = 0; fold < FOLDS; fold++) {
            int expected = fold < ROWS % FOLDS ? SEEDS / 4 : SEEDS / 8;
            assert_in_range(counts[row][fold], expected - 150, expected + 150);
        }
}

/* As recorded when folds were first dealt: a seed keeps its folds. */
static void test_folds_of_old(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed;
        size_t rows[17];
    } cases[] = {
        {1, {0, 8, 15, 2, 14, 12, 5, 11, 9, 10, 16, 7, 4, 3, 6, 13, 1}},
        {7, {4, 0, 5, 15, 16, 12, 13, 10, 7, 6, 1, 11, 8, 2, 3, 9, 14}},
        {(uint64_t)1 << 40, {8, 15, 7, 9, 12, 4, 0, 6, 5, 13, 11, 3, 16, 1, 10, 14, 2}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bp_split *folds = NULL;
        size_t at = 0;
        assert_int_equal(deal(&folds, 17, 5, cases[i].seed, NULL, NULL), BP_OK);
        for (size_t fold = 0; fold < 5; fold++) {
            size_t count = 0;
            const size_t *rows = bp_split_tests(folds, fold, &count);
            assert_int_equal(count, fold < 2 ? 4 : 3);
            assert_memory_equal(rows, cases[i].rows + at, count * sizeof *rows);
            at += count;
        }
        bp_split_free(folds);
    }
}

/* ---- The tutorial's ------------------------------------------------------ */

static bp_split *tutorial_folds(size_t row_count, size_t fold_count, uint64_t seed)
{
    bp_split *folds = NULL;
    bp_mersenne mersenne;
    bp_mersenne_seed(&mersenne, seed);
    assert_int_equal(bp_split_tutorial(&folds, row_count, fold_count, &mersenne, NULL, NULL),
                     BP_OK);
    return folds;
}

/* The first fold of the wheat seeds as tests/oracle/tutorial.json has it. */
static void test_tutorial_first_fold(void **state)
{
    (void)state;
    static const size_t expected[42] = {34,  146, 207, 197, 16,  67, 31,  130, 201, 119, 125,
                                        174, 101, 56,  25,  134, 7,  107, 120, 170, 0,   196,
                                        127, 76,  208, 65,  171, 30, 92,  9,   6,   10,  193,
                                        162, 3,   115, 69,  133, 13, 165, 72,  141};
    bp_split *folds = tutorial_folds(210, 5, 1);
    size_t count = 0;
    const size_t *rows = bp_split_tests(folds, 0, &count);
    assert_int_equal(count, 42);
    assert_memory_equal(rows, expected, sizeof expected);
    bp_split_free(folds);
}

/* Against the sentence of the contract, done naively with a list that shrinks. */
static void check_tutorial(size_t row_count, size_t fold_count, uint64_t seed)
{
    bp_split *folds = tutorial_folds(row_count, fold_count, seed);
    size_t *left = malloc(row_count * sizeof *left), rest = row_count;
    bp_mersenne mersenne;
    bp_mersenne_seed(&mersenne, seed);
    assert_non_null(left);
    for (size_t i = 0; i < row_count; i++)
        left[i] = i;
    for (size_t fold = 0; fold < fold_count; fold++) {
        size_t count = 0;
        const size_t *rows = bp_split_tests(folds, fold, &count);
        assert_int_equal(count, row_count / fold_count);
        for (size_t i = 0; i < count; i++) {
            size_t chosen = bp_mersenne_below(&mersenne, (uint32_t)rest);
            assert_int_equal(rows[i], left[chosen]);
            rest--;
            for (size_t k = chosen; k < rest; k++)
                left[k] = left[k + 1];
        }
    }
    check_others(folds, row_count, row_count - rest);
    assert_int_equal(rest, row_count % fold_count);
    bp_split_free(folds);
    free(left);
}

static void test_tutorial_takes_rows_out(void **state)
{
    (void)state;
    for (size_t rows = 2; rows <= 25; rows++)
        for (size_t folds = 2; folds <= rows; folds++)
            check_tutorial(rows, folds, rows + folds);
    check_tutorial(210, 5, 1);
    check_tutorial(1003, 10, 7);
}

/* ---- Failures ------------------------------------------------------------ */

static void check_refused(size_t row_count, size_t fold_count, const char *message)
{
    bp_split *folds = (bp_split *)&folds;
    bp_error error = {0};
    bp_mersenne mersenne;
    bp_mersenne_seed(&mersenne, 1);
    assert_int_equal(deal(&folds, row_count, fold_count, 1, NULL, &error), BP_E_OPTION);
    assert_null(folds);
    assert_int_equal(error.status, BP_E_OPTION);
    assert_string_equal(error.message, message);
    folds = (bp_split *)&folds;
    assert_int_equal(bp_split_tutorial(&folds, row_count, fold_count, &mersenne, NULL, NULL),
                     BP_E_OPTION);
    assert_null(folds);
}

static void test_refused(void **state)
{
    (void)state;
    check_refused(210, 500, "500 folds cannot be made of 210 rows");
    check_refused(3, 4, "4 folds cannot be made of 3 rows");
    check_refused(0, 2, "2 folds cannot be made of 0 rows");
    check_refused(210, 1, "cross-validation needs at least 2 folds");
    check_refused(210, 0, "cross-validation needs at least 2 folds");
}

#if SIZE_MAX > UINT32_MAX
static void test_sizes_of_64_bits(void **state)
{
    (void)state;
    check_refused(210, SIZE_MAX - 1, "18446744073709551614 folds cannot be made of 210 rows");
    bp_split *folds = NULL;
    bp_error error = {0};
    bp_mersenne mersenne;
    bp_mersenne_seed(&mersenne, 1);
    assert_int_equal(bp_split_tutorial(&folds, (size_t)UINT32_MAX + 1, 2, &mersenne, NULL, &error),
                     BP_E_OPTION);
    assert_string_equal(error.message, "4294967296 rows are too many for the tutorial's folds");
}
#endif

static void test_out_of_memory(void **state)
{
    (void)state;
    for (int tutorial = 0; tutorial < 2; tutorial++) {
        for (size_t n = 1;; n++) {
            failing_allocator failing;
            failing_allocator_init(&failing, n);
            bp_split *folds = NULL;
            bp_mersenne mersenne;
            bp_mersenne_seed(&mersenne, 1);
            bp_status status =
                tutorial ? bp_split_tutorial(&folds, 50, 5, &mersenne, &failing.allocator, NULL)
                         : deal(&folds, 50, 5, 1, &failing.allocator, NULL);
            assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
            assert_true((folds == NULL) == failing.refused);
            bp_split_free(folds);
            assert_true(failing_allocator_is_clean(&failing));
            if (!failing.refused)
                break;
        }
    }
    bp_split_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_once),
        cmocka_unit_test(test_seed_decides),
        cmocka_unit_test(test_no_row_is_preferred),
        cmocka_unit_test(test_folds_of_old),
        cmocka_unit_test(test_tutorial_first_fold),
        cmocka_unit_test(test_tutorial_takes_rows_out),
        cmocka_unit_test(test_refused),
#if SIZE_MAX > UINT32_MAX
        cmocka_unit_test(test_sizes_of_64_bits),
#endif
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
