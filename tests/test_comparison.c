/* test_comparison.c: Student's t distribution beside SciPy 1's, and two recipes on the same folds
 * beside the same test by hand; what cannot be compared is refused. */
#include "base/student.h"
#include "support/tables.h"

#include <backprop/assess.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance * fabs(expected)))
        fail_msg("%.17g is not %.17g", value, expected);
}

/* 2 * scipy.stats.t.sf(abs(t), freedom) */
static void test_tails(void **state)
{
    (void)state;
    static const struct {
        double t;
        size_t freedom;
        double tails;
    } rows[] = {{0.5, 1, 0.7048327646991336},      {2.0, 1, 0.2951672353008664},
                {1e6, 1, 6.366197723673691e-07},   {0.1, 2, 0.9294654384141402},
                {3.0, 2, 0.09546596626670911},     {2.776445105197798, 4, 0.049999999999999815},
                {1.2, 9, 0.26077319739046156},     {-2.5, 9, 0.03386182768298571},
                {4.0, 29, 0.00040006394565249146}, {8.0, 99, 2.4003038210568732e-12},
                {0.001, 99, 0.9992041278571371},   {1.5, 999, 0.133930354711285},
                {40.0, 9, 1.8982998449339835e-11}, {3.0, 999999, 0.002699862541488268}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_near(bp_student_tails(rows[i].t, rows[i].freedom), rows[i].tails,
                    rows[i].freedom > 1000 ? 1e-9 : 1e-13);
    assert_true(bp_student_tails(0, 7) == 1);
    assert_true(bp_student_tails((double)INFINITY, 7) == 0);
    assert_true(isnan(bp_student_tails((double)NAN, 7)));
}

/* By mpmath, to 40 digits; scipy.stats.t.ppf(0.5 + level / 2, freedom) agrees to 1e-9. */
static void test_within(void **state)
{
    (void)state;
    static const struct {
        double level;
        size_t freedom;
        double t;
    } rows[] = {{0.95, 1, 12.7062047361746933}, {0.95, 2, 4.30265272974946179},
                {0.95, 4, 2.77644510519779349}, {0.95, 9, 2.262157162798205},
                {0.99, 9, 3.24983554159212572}, {0.5, 29, 0.68304386082161315},
                {0.95, 99, 1.9842169515864171}, {0.95, 9999, 1.9602012636213573},
                {0.999, 1, 636.619248768719051}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_near(bp_student_within(rows[i].level, rows[i].freedom), rows[i].t,
                    rows[i].freedom > 1000 ? 1e-11 : 1e-13);
}

/* ---- Two recipes ------------------------------------------------------------------- */

#define ROWS 60

static bp_table *make_table(void)
{
    char text[4096] = "a,b,y,kind\n";
    for (size_t i = 0; i < ROWS; i++) {
        char line[64];
        snprintf(line, sizeof line, "%zu,%zu,%zu,%s\n", i % 10, i * 7 % 11, i % 10 * (i * 7 % 11),
                 (i % 10 > 4) == (i * 7 % 11 > 5) ? "same" : "other");
        strcat(text, line);
    }
    return table_of(text, 1);
}

#define WITH(...)                                                                                  \
    (const char *[])                                                                               \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static bp_validation *validate(const char *const *settings)
{
    bp_table *table = make_table();
    bp_config *config = NULL;
    bp_validation *validation = NULL;
    bp_error error = {.message = ""};
    assert_int_equal(bp_config_new(&config, "plain", NULL, NULL), BP_OK);
    assert_int_equal(bp_config_set(config, "epochs", "20", NULL), BP_OK);
    for (; settings[0] != NULL; settings += 2)
        assert_int_equal(bp_config_set(config, settings[0], settings[1], NULL), BP_OK);
    if (bp_cross_validate(&validation, table, config, NULL, &error) != BP_OK)
        fail_msg("%s", error.message);
    bp_config_free(config);
    bp_table_free(table);
    return validation;
}

/* By the book: 12 of 60 rows are held out, so the ratio is 1/4; 2.262157162798205 is of 9 degrees
 * of freedom. */
static void check_by_hand(const bp_validation *a, const bp_validation *b, size_t metric)
{
    bp_comparison c;
    double mean = 0, squares = 0, difference[10];
    assert_int_equal(bp_compare(&c, a, b, metric, 0.95, NULL), BP_OK);
    for (size_t i = 0; i < 10; i++) {
        difference[i] =
            bp_validation_score(b, metric, i, false) - bp_validation_score(a, metric, i, false);
        mean += difference[i] / 10;
    }
    for (size_t i = 0; i < 10; i++)
        squares += (difference[i] - mean) * (difference[i] - mean);
    double error = sqrt(squares / 9) * sqrt(0.1 + 0.25);
    assert_int_equal(c.freedom, 9);
    assert_true(c.first == bp_validation_mean(a, metric, false));
    assert_true(c.second == bp_validation_mean(b, metric, false));
    assert_near(c.difference, mean, 1e-12);
    assert_near(c.error, error, 1e-12);
    assert_near(c.statistic, mean / error, 1e-12);
    assert_near(c.low, mean - 2.262157162798205 * error, 1e-9);
    assert_near(c.high, mean + 2.262157162798205 * error, 1e-9);
    assert_near(c.p, bp_student_tails(mean / error, 9), 1e-9);
    assert_true((c.p < 0.05) == (c.low > 0 || c.high < 0));
}

static void test_by_hand(void **state)
{
    (void)state;
    bp_validation *a = validate(WITH("target", "y", "task", "regression", "repeats", "2"));
    bp_validation *b = validate(
        WITH("target", "y", "task", "regression", "repeats", "2", "hidden", "9", "epochs", "60"));
    for (size_t metric = 0; bp_validation_metric(a, metric) != NULL; metric++)
        check_by_hand(a, b, metric);
    bp_validation_free(a);
    bp_validation_free(b);
}

/* The other way round everything has the other sign; a recipe beside itself shows nothing. */
static void test_signs(void **state)
{
    (void)state;
    bp_validation *a = validate(WITH("folds", "4")),
                  *b = validate(WITH("folds", "4", "hidden", ""));
    bp_comparison c, d, same;
    assert_int_equal(bp_compare(&c, a, b, 7, 0.9, NULL), BP_OK);
    assert_int_equal(bp_compare(&d, b, a, 7, 0.9, NULL), BP_OK);
    assert_true(c.difference == -d.difference && c.low == -d.high && c.high == -d.low);
    assert_true(c.p == d.p && c.statistic == -d.statistic && c.difference != 0);
    assert_int_equal(bp_compare(&same, a, a, 0, 0.95, NULL), BP_OK);
    assert_true(same.difference == 0 && same.low == 0 && same.high == 0 && same.p == 1);
    bp_validation_free(a);
    bp_validation_free(b);
}

static void refused(const char *const *one, const char *const *two, size_t metric, double level,
                    const char *message)
{
    bp_validation *a = validate(one), *b = validate(two);
    bp_comparison c;
    bp_error error = {.message = ""};
    assert_int_equal(bp_compare(&c, a, b, metric, level, &error), BP_E_ARGUMENT);
    assert_string_equal(error.message, message);
    bp_validation_free(a);
    bp_validation_free(b);
}

static void test_refused(void **state)
{
    (void)state;
    refused(WITH("folds", "4"), WITH("folds", "3"), 0, 0.95,
            "the two cannot be compared: one has 4 folds, the other 3");
    refused(WITH("seed", "1"), WITH("seed", "2"), 0, 0.95,
            "the two cannot be compared: fold 1 has other rows in one than in the other");
    refused(WITH("folds", "4", "time", "file-order"), WITH("folds", "4", "stratify", "no"), 0, 0.95,
            "the two cannot be compared: fold 1 has other rows in one than in the other");
    refused(WITH("folds", "loo", "epochs", "1", "target", "a", "task", "regression"),
            WITH("folds", "loo", "epochs", "1", "target", "b", "task", "regression"), 0, 0.95,
            "the two cannot be compared: they do not predict the same");
    refused(WITH("folds", "loo", "epochs", "1"),
            WITH("folds", "loo", "epochs", "1", "target", "b", "task", "regression"), 0, 0.95,
            "the two cannot be compared: they do not predict the same");
    refused(WITH("test-fraction", "0.2"), WITH("test-fraction", "0.2", "hidden", ""), 0, 0.95,
            "a comparison needs at least 2 folds, and there is one");
    refused(WITH("folds", "2"), WITH("folds", "2"), 99, 0.95, "there is no metric 99");
    refused(WITH("folds", "2"), WITH("folds", "2"), 0, 1, "the level lies between 0 and 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tails),   cmocka_unit_test(test_within),
        cmocka_unit_test(test_by_hand), cmocka_unit_test(test_signs),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
