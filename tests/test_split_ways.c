/* test_split_ways.c: every way of dealing rows: what it promises of any table, and some
 * splits that every machine gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing_allocator.h"
#include "table/split.h"

#include <stdlib.h>
#include <string.h>

#define ROWS 240 /* the most of a case */

/* A case: as many rows as are tried, each with a class, a group and a time. */
typedef struct rows_case {
    size_t count, class_count, group_count;
    uint32_t classes[ROWS], groups[ROWS];
    double times[ROWS];
} rows_case;

/* Some classes are rare, some groups are large, many times are equal. */
static void make_case(rows_case *made, size_t count, uint64_t seed)
{
    bp_stream stream = bp_stream_new(seed, BP_PURPOSE_WEIGHTS, 0, 0, 0);
    made->count = count;
    made->class_count = 1 + bp_stream_below(stream, 0, 4);
    made->group_count = 0;
    for (size_t i = 0; i < count; i++) {
        double u = bp_stream_uniform(stream, (uint32_t)i, 0, 0, 1);
        made->classes[i] = (uint32_t)(u * u * (double)made->class_count);
        made->times[i] = (double)bp_stream_below(stream, 1000 + i, 1 + count / 2) - 3;
        size_t group = (size_t)bp_stream_below(stream, 2000 + i, 1 + made->group_count);
        made->groups[i] = (uint32_t)group;
        made->group_count += group == made->group_count ? 1 : 0;
    }
}

static bp_dealing dealing_of(const rows_case *made, bool stratified, size_t repeats, uint64_t seed)
{
    return (bp_dealing){.count = made->count,
                        .repeats = repeats,
                        .seed = seed,
                        .classes = stratified ? made->classes : NULL,
                        .class_count = stratified ? made->class_count : 0,
                        .groups = made->groups,
                        .group_count = made->group_count,
                        .times = made->times};
}

/* ---- Of every split --------------------------------------------------------- */

/* Training and test have no row in common, and no row twice; neither is empty. */
static void check_parts(const bp_split *split, size_t count)
{
    size_t training[ROWS];
    for (size_t part = 0; part < bp_split_count(split); part++) {
        unsigned char seen[ROWS] = {0};
        size_t tests = 0, learned = bp_split_training(split, part, training);
        const size_t *rows = bp_split_tests(split, part, &tests);
        assert_int_equal(bp_split_training(split, part, NULL), learned);
        assert_true(learned > 0 && tests > 0 && learned + tests <= count);
        for (size_t i = 0; i < tests; i++)
            assert_int_equal(seen[rows[i]]++, 0);
        for (size_t i = 0; i < learned; i++)
            assert_int_equal(seen[training[i]]++, 0);
    }
}

/* In each repeat every row is held out exactly once and learned from otherwise. */
static void check_partition(const bp_split *split, size_t count)
{
    size_t each = bp_split_count(split) / bp_split_repeats(split);
    check_parts(split, count);
    for (size_t repeat = 0; repeat < bp_split_repeats(split); repeat++) {
        size_t held_out = 0;
        unsigned char seen[ROWS] = {0};
        for (size_t fold = 0; fold < each; fold++) {
            size_t tests = 0;
            const size_t *rows = bp_split_tests(split, repeat * each + fold, &tests);
            for (size_t i = 0; i < tests; i++)
                assert_int_equal(seen[rows[i]]++, 0);
            assert_int_equal(tests + bp_split_training(split, repeat * each + fold, NULL), count);
            held_out += tests;
        }
        assert_int_equal(held_out, count);
    }
}

static size_t test_count(const bp_split *split, size_t part)
{
    size_t count = 0;
    bp_split_tests(split, part, &count);
    return count;
}

static void check_even(const bp_split *split)
{
    for (size_t a = 0; a < bp_split_count(split); a++)
        for (size_t b = 0; b < bp_split_count(split); b++)
            assert_true(test_count(split, a) <= test_count(split, b) + 1);
}

static size_t count_class(const bp_split *split, size_t part, const uint32_t *classes, uint32_t of)
{
    size_t tests = 0, found = 0;
    const size_t *rows = bp_split_tests(split, part, &tests);
    for (size_t i = 0; i < tests; i++)
        found += classes[rows[i]] == of;
    return found;
}

/* ---- Ways ------------------------------------------------------------------- */

static void check_rows(const rows_case *made, size_t folds, bool stratified, uint64_t seed)
{
    bp_split *split = NULL;
    bp_dealing dealing = dealing_of(made, stratified, 3, seed);
    assert_int_equal(bp_split_rows(&split, &dealing, folds, NULL), BP_OK);
    assert_int_equal(bp_split_count(split), 3 * folds);
    assert_int_equal(bp_split_repeats(split), 3);
    check_partition(split, made->count);
    check_even(split);
    for (uint32_t k = 0; stratified && k < made->class_count; k++)
        for (size_t a = 0; a < 3 * folds; a++)
            for (size_t b = 0; b < 3 * folds; b++)
                assert_true(count_class(split, a, made->classes, k)
                            <= count_class(split, b, made->classes, k) + 1);
    bp_split_free(split);
}

static void check_rows_once(const rows_case *made, double fraction, bool stratified, uint64_t seed)
{
    bp_split *split = NULL;
    bp_dealing dealing = dealing_of(made, stratified, 2, seed);
    size_t share = bp_split_share(made->count, fraction);
    assert_int_equal(bp_split_rows_once(&split, &dealing, fraction, NULL), BP_OK);
    assert_int_equal(bp_split_count(split), 2);
    check_parts(split, made->count);
    for (size_t part = 0; part < 2; part++) {
        assert_int_equal(test_count(split, part), share);
        assert_int_equal(bp_split_training(split, part, NULL), made->count - share);
        for (uint32_t k = 0; stratified && k < made->class_count; k++) {
            size_t all = 0;
            for (size_t i = 0; i < made->count; i++)
                all += made->classes[i] == k;
            double fair = (double)(all * share) / (double)made->count;
            double found = (double)count_class(split, part, made->classes, k);
            assert_true(found > fair - 1 && found < fair + 1);
        }
    }
    bp_split_free(split);
}

/* No group is both learned from and held out. */
static void check_groups_whole(const bp_split *split, const rows_case *made)
{
    size_t training[ROWS];
    for (size_t part = 0; part < bp_split_count(split); part++) {
        size_t tests = 0, learned = bp_split_training(split, part, training);
        const size_t *rows = bp_split_tests(split, part, &tests);
        for (size_t i = 0; i < tests; i++)
            for (size_t k = 0; k < learned; k++)
                assert_int_not_equal(made->groups[rows[i]], made->groups[training[k]]);
    }
}

/* The greedy rule once more, without a heap: the size of each fold. */
static void check_greedy(const bp_split *split, const rows_case *made, size_t folds)
{
    size_t sizes[ROWS] = {0}, fold_sizes[ROWS] = {0};
    for (size_t i = 0; i < made->count; i++)
        sizes[made->groups[i]]++;
    for (size_t dealt = 0; dealt < made->group_count; dealt++) {
        size_t largest = 0, smallest = 0;
        for (size_t group = 1; group < made->group_count; group++)
            largest = sizes[group] > sizes[largest] ? group : largest;
        for (size_t fold = 1; fold < folds; fold++)
            smallest = fold_sizes[fold] < fold_sizes[smallest] ? fold : smallest;
        fold_sizes[smallest] += sizes[largest];
        sizes[largest] = 0;
    }
    for (size_t fold = 0; fold < folds; fold++)
        assert_int_equal(test_count(split, fold), fold_sizes[fold]);
}

static void check_groups(const rows_case *made, size_t folds, uint64_t seed)
{
    bp_split *split = NULL;
    bp_dealing dealing = dealing_of(made, false, 1, seed);
    if (made->group_count < folds) {
        assert_int_equal(bp_split_groups(&split, &dealing, folds, NULL), BP_E_OPTION);
        assert_null(split);
        return;
    }
    assert_int_equal(bp_split_groups(&split, &dealing, folds, NULL), BP_OK);
    check_partition(split, made->count);
    check_groups_whole(split, made);
    check_greedy(split, made, folds);
    bp_split_free(split);
}

static void check_groups_once(const rows_case *made, double fraction, uint64_t seed)
{
    bp_split *split = NULL;
    bp_dealing dealing = dealing_of(made, false, 2, seed);
    if (made->group_count < 2) {
        assert_int_equal(bp_split_groups_once(&split, &dealing, fraction, NULL), BP_E_OPTION);
        return;
    }
    assert_int_equal(bp_split_groups_once(&split, &dealing, fraction, NULL), BP_OK);
    check_parts(split, made->count);
    check_groups_whole(split, made);
    for (size_t part = 0; part < 2; part++)
        assert_int_equal(test_count(split, part) + bp_split_training(split, part, NULL),
                         made->count);
    bp_split_free(split);
}

/* What is learned from was before what is held out, and all of it is used. */
static void check_order(const bp_split *split, const rows_case *made)
{
    size_t training[ROWS], before = bp_split_training(split, 0, NULL);
    for (size_t part = 0; part < bp_split_count(split); part++) {
        size_t tests = 0, learned = bp_split_training(split, part, training);
        const size_t *rows = bp_split_tests(split, part, &tests);
        assert_int_equal(learned, before);
        for (size_t i = 0; i < tests; i++)
            for (size_t k = 0; k < learned; k++)
                assert_true(made->times[training[k]] < made->times[rows[i]]);
        before += tests;
    }
    assert_int_equal(before, made->count);
}

static size_t count_times(const rows_case *made)
{
    size_t distinct = 0;
    for (size_t i = 0; i < made->count; i++) {
        size_t k = 0;
        while (made->times[k] != made->times[i])
            k++;
        distinct += k == i;
    }
    return distinct;
}

static void check_times(const rows_case *made, size_t folds)
{
    bp_split *split = NULL;
    bp_dealing dealing = dealing_of(made, false, 1, 0);
    bool fits = count_times(made) > folds;
    assert_int_equal(bp_split_times(&split, &dealing, folds, NULL), fits ? BP_OK : BP_E_OPTION);
    if (!fits) {
        assert_null(split);
        return;
    }
    assert_int_equal(bp_split_count(split), folds);
    check_parts(split, made->count);
    check_order(split, made);
    bp_split_free(split);
}

/* Without times every row is later than the one above it, and sizes are even. */
static void check_file_order(rows_case *made, size_t folds)
{
    bp_split *split = NULL;
    bp_dealing dealing = dealing_of(made, false, 1, 0);
    dealing.times = NULL;
    assert_int_equal(bp_split_times(&split, &dealing, folds, NULL), BP_OK);
    check_parts(split, made->count);
    check_even(split);
    for (size_t i = 0; i < made->count; i++)
        made->times[i] = (double)i;
    check_order(split, made);
    bp_split_free(split);
}

static void check_times_once(const rows_case *made, double fraction)
{
    bp_split *split = NULL;
    bp_dealing dealing = dealing_of(made, false, 1, 0);
    bp_status status = bp_split_times_once(&split, &dealing, fraction, NULL);
    assert_int_equal(status, count_times(made) > 1 ? BP_OK : BP_E_OPTION);
    if (status != BP_OK)
        return;
    assert_int_equal(bp_split_count(split), 1);
    check_parts(split, made->count);
    check_order(split, made);
    bp_split_free(split);
}

static void test_promises(void **state)
{
    (void)state;
    rows_case made;
    for (uint64_t seed = 0; seed < 300; seed++) {
        make_case(&made, 2 + seed % (seed < 250 ? 40 : ROWS - 1), seed);
        size_t folds = 2 + seed % 7;
        double fraction = (double)(1 + seed % 99) / 100;
        for (int stratified = 0; stratified < 2; stratified++) {
            if (folds <= made.count)
                check_rows(&made, folds, stratified, seed);
            check_rows_once(&made, fraction, stratified, seed);
        }
        check_groups(&made, folds, seed);
        if (made.group_count > 1)
            check_groups(&made, made.group_count, seed);
        check_groups_once(&made, fraction, seed);
        check_times(&made, folds - 1);
        check_times_once(&made, fraction);
        if (folds < made.count)
            check_file_order(&made, folds);
    }
}

static void test_leave_one_out(void **state)
{
    (void)state;
    bp_split *split = NULL;
    bp_dealing dealing = {.count = 9, .repeats = 1};
    assert_int_equal(bp_split_leave_one_out(&split, &dealing, NULL), BP_OK);
    assert_int_equal(bp_split_count(split), 9);
    check_partition(split, 9);
    for (size_t fold = 0; fold < 9; fold++) {
        size_t count = 0, training[9], expected = 0;
        assert_int_equal(bp_split_tests(split, fold, &count)[0], fold);
        assert_int_equal(count, 1);
        bp_split_training(split, fold, training);
        for (size_t i = 0; i < 8; i++, expected++) {
            expected += expected == fold ? 1 : 0;
            assert_int_equal(training[i], expected);
        }
    }
    bp_split_free(split);
}

/* One for each group and one for each new time. */
static void test_one_each(void **state)
{
    (void)state;
    static const uint32_t groups[] = {0, 1, 0, 2, 2, 2};
    static const double times[] = {5, 1, 5, 3, 3, 9};
    bp_dealing dealing = {
        .count = 6, .repeats = 1, .groups = groups, .group_count = 3, .times = times};
    bp_split *split = NULL;
    assert_int_equal(bp_split_groups(&split, &dealing, 3, NULL), BP_OK);
    assert_int_equal(test_count(split, 0), 3);
    assert_int_equal(test_count(split, 1), 2);
    assert_int_equal(test_count(split, 2), 1);
    bp_split_free(split);
    assert_int_equal(bp_split_times(&split, &dealing, BP_LEAVE_ONE_OUT, NULL), BP_OK);
    assert_int_equal(bp_split_count(split), 3);
    assert_int_equal(bp_split_training(split, 0, NULL), 1);
    assert_int_equal(bp_split_training(split, 1, NULL), 3);
    assert_int_equal(bp_split_training(split, 2, NULL), 5);
    bp_split_free(split);
}

/* Many rows of one time leave each later fold a time of its own. */
static void test_crowded_times(void **state)
{
    (void)state;
    double times[103] = {0};
    times[100] = 1;
    times[101] = 2;
    times[102] = 3;
    bp_dealing dealing = {.count = 103, .repeats = 1, .times = times};
    bp_split *split = NULL;
    assert_int_equal(bp_split_times(&split, &dealing, 3, NULL), BP_OK);
    for (size_t fold = 0; fold < 3; fold++) {
        assert_int_equal(bp_split_training(split, fold, NULL), 100 + fold);
        assert_int_equal(test_count(split, fold), 1);
    }
    bp_split_free(split);
}

static void test_share(void **state)
{
    (void)state;
    assert_int_equal(bp_split_share(100, 0.25), 25);
    assert_int_equal(bp_split_share(10, 0.25), 3);
    assert_int_equal(bp_split_share(10, 0.24), 2);
    assert_int_equal(bp_split_share(10, 1e-6), 1);
    assert_int_equal(bp_split_share(10, 0.999999), 9);
    assert_int_equal(bp_split_share(2, 0.9), 1);
}

/* ---- The same on every machine ------------------------------------------------ */

static void assert_tests(const bp_split *split, const size_t *expected, size_t total)
{
    size_t at = 0;
    for (size_t part = 0; part < bp_split_count(split); part++) {
        size_t count = 0;
        const size_t *rows = bp_split_tests(split, part, &count);
        for (size_t i = 0; i < count; i++, at++)
            if (at >= total || rows[i] != expected[at])
                fail_msg("part %zu, row %zu of it: %zu", part, i, rows[i]);
    }
    assert_int_equal(at, total);
}

static const uint32_t golden_classes[] = {0, 0, 1, 0, 2, 0, 1, 1, 0, 0, 2, 0};
static const uint32_t golden_groups[] = {0, 1, 1, 2, 3, 3, 3, 0, 4, 2, 1, 1};

/* Recorded from another program (Python, whole numbers of any size) that does what equations
 * (26) to (29) say. */
static void test_golden(void **state)
{
    (void)state;
    static const size_t folds[] = {11, 9, 6, 3, 7, 1,  0, 4, 5, 2, 8, 10,
                                   11, 6, 8, 1, 7, 10, 3, 9, 2, 0, 4, 5};
    static const size_t once[] = {2, 10, 0, 1, 4, 9, 2, 1};
    static const size_t groups[] = {1, 2, 10, 11, 4, 5, 6, 8, 0, 3, 7, 9};
    static const size_t groups_once[] = {3, 4, 5, 6, 9, 4, 5, 6, 8};
    bp_dealing dealing = {.count = 12,
                          .repeats = 2,
                          .seed = 3,
                          .classes = golden_classes,
                          .class_count = 3,
                          .groups = golden_groups,
                          .group_count = 5};
    bp_split *split = NULL;
    assert_int_equal(bp_split_rows(&split, &dealing, 3, NULL), BP_OK);
    assert_tests(split, folds, sizeof folds / sizeof *folds);
    bp_split_free(split);
    assert_int_equal(bp_split_rows_once(&split, &dealing, 0.3, NULL), BP_OK);
    assert_tests(split, once, sizeof once / sizeof *once);
    bp_split_free(split);
    assert_int_equal(bp_split_groups(&split, &dealing, 3, NULL), BP_OK);
    assert_tests(split, groups, sizeof groups / sizeof *groups);
    bp_split_free(split);
    assert_int_equal(bp_split_groups_once(&split, &dealing, 0.4, NULL), BP_OK);
    assert_tests(split, groups_once, sizeof groups_once / sizeof *groups_once);
    bp_split_free(split);
}

/* Over many seeds each row of a class is held out about as often as any other. */
static void test_no_row_is_preferred(void **state)
{
    (void)state;
    enum { SEEDS = 4000 };
    int counts[12] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        bp_dealing dealing = {
            .count = 12, .repeats = 1, .seed = seed, .classes = golden_classes, .class_count = 3};
        bp_split *split = NULL;
        size_t count = 0;
        assert_int_equal(bp_split_rows_once(&split, &dealing, 0.5, NULL), BP_OK);
        const size_t *rows = bp_split_tests(split, 0, &count);
        for (size_t i = 0; i < count; i++)
            counts[rows[i]]++;
        bp_split_free(split);
    }
    for (size_t row = 0; row < 12; row++) /* half of them, but where a class is odd */
        assert_in_range(counts[row], SEEDS / 3 - 200, SEEDS * 2 / 3 + 200);
    assert_in_range(counts[0], counts[1] - 250, counts[1] + 250);
    assert_in_range(counts[2], counts[6] - 250, counts[6] + 250);
    assert_in_range(counts[4], counts[10] - 250, counts[10] + 250);
}

/* ---- Memory -------------------------------------------------------------------- */

static bp_status deal_way(bp_split **split, const bp_dealing *dealing, int way)
{
    switch (way) {
    case 0: return bp_split_rows(split, dealing, 3, NULL);
    case 1: return bp_split_rows_once(split, dealing, 0.3, NULL);
    case 2: return bp_split_leave_one_out(split, dealing, NULL);
    case 3: return bp_split_groups(split, dealing, 3, NULL);
    case 4: return bp_split_groups_once(split, dealing, 0.3, NULL);
    case 5: return bp_split_times(split, dealing, 3, NULL);
    default: return bp_split_times_once(split, dealing, 0.3, NULL);
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    rows_case made;
    make_case(&made, 60, 5);
    assert_true(made.group_count >= 3);
    for (int way = 0; way < 7; way++)
        for (size_t n = 1;; n++) {
            failing_allocator failing;
            failing_allocator_init(&failing, n);
            bp_dealing dealing = dealing_of(&made, true, 1, 1);
            dealing.allocator = &failing.allocator;
            bp_split *split = (bp_split *)&split;
            bp_status status = deal_way(&split, &dealing, way);
            assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
            assert_true((split == NULL) == failing.refused);
            bp_split_free(split);
            assert_true(failing_allocator_is_clean(&failing));
            if (!failing.refused)
                break;
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_promises),
        cmocka_unit_test(test_leave_one_out),
        cmocka_unit_test(test_one_each),
        cmocka_unit_test(test_crowded_times),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_no_row_is_preferred),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
