/* test_preparation.c: columns, tasks, scaling, one-hot columns, leaks, missing cells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/matrix.h"
#include "base/random.h"
#include "support/failing_allocator.h"
#include "support/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Columns and task ---------------------------------------------------- */

#define FOUR "a,b,c,kind\n1,2.5,3,x\n2,3.5,1,y\n"

static void check_columns(const char *target, const char *drop, const char *expected)
{
    char names[100] = "";
    bp_table *table = table_of(FOUR, 1);
    bp_preparation *p = preparation_of(table, target, drop, BP_TASK_AUTO);
    for (size_t i = 0; i < bp_preparation_input_count(p); i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s ",
                 bp_preparation_input_name(p, i));
    strcat(names, "->");
    for (size_t i = 0; i < bp_preparation_target_count(p); i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), " %s",
                 bp_preparation_target_name(p, i));
    assert_string_equal(names, expected);
    assert_null(bp_preparation_input_name(p, bp_preparation_input_count(p)));
    assert_null(bp_preparation_target_name(p, bp_preparation_target_count(p)));
    bp_preparation_free(p);
    bp_table_free(table);
}

static void test_columns(void **state)
{
    (void)state;
    check_columns(NULL, NULL, "a b c -> kind");
    check_columns("", "", "a b c -> kind");
    check_columns("a", NULL, "b c kind -> a");
    check_columns("#2", "c", "a kind -> b");
    check_columns("a,c", NULL, "b kind -> a c");
    check_columns("c,a,a", "kind", "b -> a c");
    check_columns(NULL, "a,#2", "c -> kind");
    check_columns("#4", "#1,c", "b -> kind");
}

static void check_new_fails(const char *text, const char *target, const char *drop, bp_task task,
                            bp_status status, const char *message)
{
    bp_table *table = table_of(text, 1);
    bp_preparation *p = (bp_preparation *)&table;
    bp_error error = {.message = ""};
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.target = target;
    options.drop = drop;
    options.task = task;
    assert_int_equal(bp_preparation_new(&p, table, &options, &error), status);
    assert_null(p);
    assert_error(&error, status, 0, 0, message);
    bp_table_free(table);
}

static void test_columns_refused(void **state)
{
    (void)state;
    char name[1100];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    check_new_fails(FOUR, "a", "b,a", BP_TASK_AUTO, BP_E_OPTION,
                    "the column a is both target and dropped");
    check_new_fails(FOUR, NULL, "kind", BP_TASK_AUTO, BP_E_OPTION,
                    "the column kind is both target and dropped");
    check_new_fails(FOUR, "knd", NULL, BP_TASK_AUTO, BP_E_OPTION,
                    "unknown column \"knd\"; did you mean \"kind\"?");
    check_new_fails(FOUR, NULL, "a,knd", BP_TASK_AUTO, BP_E_OPTION,
                    "unknown column \"knd\"; did you mean \"kind\"?");
    check_new_fails(FOUR, name, NULL, BP_TASK_AUTO, BP_E_OPTION,
                    "a column name of 1099 bytes is too long");
    check_new_fails(FOUR, NULL, "a,b,c", BP_TASK_AUTO, BP_E_DATA, "no column is left as an input");
    check_new_fails("kind\nx\ny\n", NULL, NULL, BP_TASK_AUTO, BP_E_DATA,
                    "no column is left as an input");
}

/* A table with one input and these cells of the target. */
static char *with_target(const char *const *cells, size_t count)
{
    static char text[2000];
    strcpy(text, "in,out\n");
    for (size_t i = 0; i < count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%zu.5,%s\n", i, cells[i]);
    return text;
}

static void check_task(const char *text, bp_task asked, bp_task expected, size_t classes)
{
    bp_table *table = table_of(text, 1);
    bp_preparation *p = preparation_of(table, NULL, NULL, asked);
    assert_string_equal(bp_task_name(bp_preparation_task(p)), bp_task_name(expected));
    assert_int_equal(bp_preparation_class_count(p), classes);
    assert_int_equal(bp_preparation_output_count(p), classes > 0 ? classes : 1);
    bp_preparation_free(p);
    bp_table_free(table);
}

static void test_task(void **state)
{
    (void)state;
    static const char *const integers[] = {"1",  "2",  "3",  "4",  "5",  "6",  "7",
                                           "8",  "9",  "10", "-1", "-2", "-3", "-4",
                                           "-5", "-6", "-7", "-8", "-9", "0",  "99"};
    static const char *const halves[] = {"1", "2.5", "1"};
    static const char *const gaps[] = {"1", "NA", "2"};
    static const char *const texts[] = {"no", "yes", "no"};
    check_task(with_target(integers, 20), BP_TASK_AUTO, BP_TASK_CLASSIFICATION, 20);
    check_task(with_target(integers, 21), BP_TASK_AUTO, BP_TASK_REGRESSION, 0);
    check_task(with_target(integers, 21), BP_TASK_CLASSIFICATION, BP_TASK_CLASSIFICATION, 21);
    check_task(with_target(integers, 20), BP_TASK_REGRESSION, BP_TASK_REGRESSION, 0);
    check_task(with_target(halves, 3), BP_TASK_AUTO, BP_TASK_REGRESSION, 0);
    check_task(with_target(halves, 3), BP_TASK_CLASSIFICATION, BP_TASK_CLASSIFICATION, 2);
    check_task(with_target(gaps, 3), BP_TASK_AUTO, BP_TASK_CLASSIFICATION, 2);
    check_task(with_target(texts, 3), BP_TASK_AUTO, BP_TASK_CLASSIFICATION, 2);
    assert_string_equal(bp_task_name(BP_TASK_AUTO), "auto");
}

static void test_task_refused(void **state)
{
    (void)state;
    const char *text = "the target kind is text, which regression cannot predict; use --task "
                       "classification or another target";
    check_new_fails(FOUR, NULL, NULL, BP_TASK_REGRESSION, BP_E_OPTION, text);
    check_new_fails(FOUR, "a,kind", NULL, BP_TASK_AUTO, BP_E_OPTION, text);
    check_new_fails("a,b\n1,x\n2,x\n3,x\n", NULL, NULL, BP_TASK_AUTO, BP_E_DATA,
                    "the target b has fewer than two classes");
    check_new_fails("a,b\n1,7\n2,\n3,7\n", NULL, NULL, BP_TASK_AUTO, BP_E_DATA,
                    "the target b has fewer than two classes, and 1 missing cell; what counts as "
                    "missing is said by --missing-markers");
}

/* Classes are numbered as they come; classes of numbers are called as they are written. */
static void test_classes(void **state)
{
    (void)state;
    static const uint32_t codes[] = {0, 1, 0, 2};
    bp_table *table = table_of("a,b\n1,3\n2,-1\n3,3\n4,2\n", 1);
    bp_preparation *p = fitted_on(table, NULL, NULL, BP_TASK_AUTO);
    assert_string_equal(bp_preparation_class_name(p, 0), "3");
    assert_string_equal(bp_preparation_class_name(p, 1), "-1");
    assert_string_equal(bp_preparation_class_name(p, 2), "2");
    assert_null(bp_preparation_class_name(p, 3));
    assert_null(bp_preparation_class_name(p, BP_MISSING));
    bp_prepared *prepared = apply_all(p, table, true);
    bp_samples samples = bp_prepared_samples(prepared);
    assert_int_equal(bp_prepared_row_count(prepared), 4);
    assert_memory_equal(samples.classes, codes, sizeof codes);
    assert_null(samples.targets.data);
    bp_prepared_free(prepared);
    prepared = apply_all(p, table, false);
    assert_null(bp_prepared_samples(prepared).classes);
    bp_prepared_free(prepared);
    bp_preparation_free(p);
    bp_table_free(table);
}

/* ---- Scaling ------------------------------------------------------------- */

/* A fit on all rows that keeps the columns that `keep` names, scaled so. */
static bp_preparation *fitted_keeping(bp_table *table, const char *keep, bp_scaling scaling)
{
    bp_preparation *p = NULL;
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.keep = keep;
    options.scaling = scaling;
    assert_int_equal(bp_preparation_new(&p, table, &options, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(p, table, NULL, bp_table_row_count(table), NULL), BP_OK);
    return p;
}

static void test_minmax(void **state)
{
    (void)state;
    const double low = 0.1, high = 0.7;
    const double inputs[] = {(0.3 - low) / (high - low), 0, 0, 0, 1, 0};
    bp_table *table = table_of("a,b,c\n0.3,5,1.5\n0.1,5,-2.5\n0.7,5,100\n", 1);
    bp_preparation *p = fitted_keeping(table, "b", BP_SCALING_MINMAX);
    assert_int_equal(bp_preparation_width(p), 2);
    bp_prepared *prepared = apply_all(p, table, true);
    assert_inputs(prepared, inputs, 2);
    bp_samples samples = bp_prepared_samples(prepared);
    assert_null(samples.classes);
    assert_true(bp_matrix_at(&samples.targets, 0, 0) == (1.5 + 2.5) / (100 + 2.5));
    assert_true(bp_matrix_at(&samples.targets, 1, 0) == 0);
    assert_true(bp_matrix_at(&samples.targets, 2, 0) == 1);
    double value = 0.25;
    bp_preparation_restore(p, &value);
    assert_true(value == 0.25 * (100 + 2.5) + -2.5);
    bp_prepared_free(prepared);
    bp_preparation_free(p);
    bp_table_free(table);
}

static void test_no_scaling(void **state)
{
    (void)state;
    const double inputs[] = {0.3, 5, 1e300, 5};
    bp_table *table = table_of("a,b,c\n0.3,5,1.5\n1e300,5,-2.5\n", 1);
    bp_preparation *p = fitted_keeping(table, "b", BP_SCALING_NONE);
    bp_prepared *prepared = apply_all(p, table, true);
    assert_inputs(prepared, inputs, 2);
    bp_samples samples = bp_prepared_samples(prepared);
    assert_true(bp_matrix_at(&samples.targets, 1, 0) == -2.5);
    double value = 0.25;
    bp_preparation_restore(p, &value);
    assert_true(value == 0.25);
    bp_prepared_free(prepared);
    bp_preparation_free(p);
    bp_table_free(table);
}

static void test_too_far_apart(void **state)
{
    (void)state;
    bp_table *table = table_of("a,kind\n-1e308,x\n1e308,y\n", 1);
    bp_preparation *p = preparation_of(table, NULL, NULL, BP_TASK_AUTO);
    bp_error error = {.message = ""};
    assert_int_equal(bp_preparation_fit(p, table, NULL, 2, &error), BP_E_DATA);
    assert_error(&error, BP_E_DATA, 0, 0, "the numbers are too far apart to be scaled (column a)");
    bp_preparation_free(p);
    bp_table_free(table);
}

/* ---- One-hot ------------------------------------------------------------- */

/* Red stands first among the fitted rows, though green and blue stand above it. */
static void test_one_hot(void **state)
{
    (void)state;
    static const size_t rows[] = {4, 2, 3};
    static const double expected[] = {0, 0, 0.5, 0, 1, 0.5, 1, 0, 0, 0, 1, 1, 1, 0, 0.5};
    bp_table *table =
        table_of("color,a,kind\ngreen,2,x\nblue,2,y\nred,1,x\nblue,3,x\nred,2,y\n", 1);
    bp_preparation *p = preparation_of(table, NULL, NULL, BP_TASK_AUTO);
    assert_int_equal(bp_preparation_fit(p, table, rows, 3, NULL), BP_OK);
    assert_int_equal(bp_preparation_input_count(p), 2);
    bp_prepared *prepared = apply_all(p, table, true);
    assert_inputs(prepared, expected, 3);
    bp_prepared_free(prepared);
    /* a second fit replaces the first */
    assert_int_equal(bp_preparation_fit(p, table, NULL, 5, NULL), BP_OK);
    assert_int_equal(bp_preparation_width(p), 4);
    bp_preparation_free(p);
    bp_table_free(table);
}

/* ---- Leaks --------------------------------------------------------------- */

/* A row with a number, a color, and a number to predict, by `random`. */
static void add_row(char *text, size_t size, bp_mersenne *random)
{
    static const char *const colors[] = {"red", "green", "blue", "black", "white", "NA"};
    size_t used = strlen(text);
    snprintf(text + used, size - used, "%d.%d,%s,%d.25\n", (int)bp_mersenne_below(random, 2000) - 9,
             (int)bp_mersenne_below(random, 100), colors[bp_mersenne_below(random, 6)],
             (int)bp_mersenne_below(random, 100000));
}

/* A row of which no cell is missing. */
static void add_whole_row(char *text, size_t size, bp_mersenne *random)
{
    size_t used = strlen(text);
    do {
        text[used] = '\0';
        add_row(text, size, random);
    } while (strstr(text + used, "NA") != NULL);
}

/* The fit on some rows of a table, which the seed `inside` decides; `outside` decides the
 * others. */
static char *fit_between(uint64_t inside, uint64_t outside, const size_t *rows, size_t count)
{
    char text[4000] = "a,color,y\n";
    bp_mersenne kept, others;
    bp_mersenne_seed(&kept, inside);
    bp_mersenne_seed(&others, outside);
    for (size_t row = 0; row < 30; row++) {
        bool fitted = false;
        for (size_t i = 0; i < count; i++)
            fitted = fitted || rows[i] == row;
        if (fitted)
            add_whole_row(text, sizeof text, &kept);
        else
            add_row(text, sizeof text, &others);
    }
    bp_table *table = table_of(text, 1);
    bp_preparation *p = preparation_of(table, NULL, NULL, BP_TASK_REGRESSION);
    assert_int_equal(bp_preparation_fit(p, table, rows, count, NULL), BP_OK);
    char *json = json_of(p);
    bp_preparation_free(p);
    bp_table_free(table);
    return json;
}

/* Whatever the other rows hold, missing cells and new colors among it, the fit is the same. */
static void test_held_out_rows_change_nothing(void **state)
{
    (void)state;
    static const size_t rows[] = {1, 4, 5, 9, 12, 13, 20, 21, 22, 28};
    static const size_t shuffled[] = {22, 1, 28, 5, 12, 13, 4, 21, 9, 20};
    for (uint64_t inside = 0; inside < 10; inside++) {
        char *first = fit_between(inside, 1000, rows, 10);
        for (uint64_t outside = 1001; outside < 1011; outside++) {
            char *second = fit_between(inside, outside, outside % 2 ? rows : shuffled, 10);
            assert_string_equal(first, second);
            free(second);
        }
        char *other = fit_between(inside + 1, 1000, rows, 10);
        assert_string_not_equal(first, other);
        free(other);
        free(first);
    }
}

/* ---- Missing cells ------------------------------------------------------- */

static void check_fit_fails(const char *text, bp_gaps gaps, size_t line, size_t column,
                            const char *message)
{
    bp_table *table = table_of(text, 1);
    bp_preparation *p = NULL;
    bp_prepared *prepared = NULL;
    bp_preparation_options options;
    bp_error error = {.message = ""};
    bp_preparation_options_init(&options);
    options.gaps = gaps;
    assert_int_equal(bp_preparation_new(&p, table, &options, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(p, table, NULL, bp_table_row_count(table), &error),
                     BP_E_DATA);
    assert_error(&error, BP_E_DATA, line, column, message);
    /* what is not fitted is not applied */
    assert_int_equal(bp_preparation_apply(p, table, NULL, 1, BP_F64, false, &prepared, &error),
                     BP_E_ARGUMENT);
    assert_null(prepared);
    bp_preparation_free(p);
    bp_table_free(table);
}

/* A target must be known, whatever is done about inputs; an input where nothing is done. */
static void test_missing_refused(void **state)
{
    (void)state;
    const bp_gaps refuse = BP_GAPS_ERROR;
    check_fit_fails("a,c,kind\n1,x,k\n2,x,l\n,y,k\n", refuse, 4, 1, MISSING("a"));
    check_fit_fails("a,c,kind\n1,x,k\n\n2,z,l\n3,NA,k\n", refuse, 5, 3, MISSING("c"));
    check_fit_fails("a,c,kind\n1,yes,k\n2,no,l\n3,NA,k\n", refuse, 4, 3, MISSING("c"));
    check_fit_fails("a,c,kind\n1,2020-01-01,k\n2,2020-01-02,l\n3,NA,k\n", refuse, 4, 3,
                    MISSING("c"));
    for (bp_gaps gaps = BP_GAPS_MEAN; gaps <= BP_GAPS_ERROR; gaps++) {
        check_fit_fails("a,c,kind\n1,x,k\n2,x,l\n3,y,?\n", gaps, 4, 5, UNKNOWN("kind"));
        check_fit_fails("a,c,out\n1,x,1.5\n2,x,null\n3,y,4\n", gaps, 3, 5, UNKNOWN("out"));
    }
}

/* ---- Wrong calls --------------------------------------------------------- */

static void test_wrong_calls(void **state)
{
    (void)state;
    static const size_t beyond[] = {0, 2};
    bp_table *table = table_of(FOUR, 1), *narrow = table_of("a,kind\n1,x\n2,y\n", 1);
    bp_preparation *p = preparation_of(table, NULL, NULL, BP_TASK_AUTO);
    bp_prepared *prepared = NULL;
    bp_error error = {.message = ""};
    assert_int_equal(bp_preparation_apply(p, table, NULL, 2, BP_F64, true, &prepared, &error),
                     BP_E_ARGUMENT);
    assert_error(&error, BP_E_ARGUMENT, 0, 0, "the preparation is not fitted yet");
    assert_int_equal(bp_preparation_fit(p, table, NULL, 0, &error), BP_E_DATA);
    assert_error(&error, BP_E_DATA, 0, 0, "there are no rows to prepare");
    assert_int_equal(bp_preparation_fit(p, table, beyond, 2, NULL), BP_E_ARGUMENT);
    assert_int_equal(bp_preparation_fit(p, table, NULL, 3, NULL), BP_E_ARGUMENT);
    assert_int_equal(bp_preparation_fit(p, narrow, NULL, 2, NULL), BP_E_ARGUMENT);
    assert_int_equal(bp_preparation_width(p), 0);
    assert_int_equal(bp_preparation_fit(p, table, NULL, 2, NULL), BP_OK);
    assert_int_equal(bp_preparation_apply(p, table, beyond, 2, BP_F64, true, &prepared, &error),
                     BP_E_ARGUMENT);
    assert_error(&error, BP_E_ARGUMENT, 0, 0,
                 "rows beyond the last of the table's 2 were asked for");
    assert_int_equal(bp_preparation_apply(p, table, beyond, 0, BP_F64, true, &prepared, NULL),
                     BP_OK);
    assert_int_equal(bp_prepared_row_count(prepared), 0);
    bp_prepared_free(prepared);
    /* a fit that fails takes the earlier one with it */
    assert_int_equal(bp_preparation_fit(p, table, beyond, 2, NULL), BP_E_ARGUMENT);
    assert_int_equal(bp_preparation_apply(p, table, NULL, 2, BP_F64, true, &prepared, NULL),
                     BP_E_ARGUMENT);
    assert_null(prepared);
    bp_preparation_free(p);
    bp_table_free(narrow);
    bp_table_free(table);
    bp_preparation_free(NULL);
    bp_prepared_free(NULL);
}

static void check_other_table(const char *text, const char *other, bp_task task,
                              const char *message)
{
    bp_table *table = table_of(text, 1), *second = table_of(other, 1);
    bp_preparation *p = preparation_of(table, NULL, NULL, task);
    bp_error error = {.message = ""};
    assert_int_equal(bp_preparation_fit(p, second, NULL, 2, &error), BP_E_DATA);
    assert_error(&error, BP_E_DATA, 0, 0, message);
    bp_preparation_free(p);
    bp_table_free(second);
    bp_table_free(table);
}

static void test_fitted_on_another_table(void **state)
{
    (void)state;
    check_other_table("a,b\n1,2\n3,4\n", "a,b\n1,x\n3,y\n", BP_TASK_REGRESSION,
                      "a target of regression holds texts (column b)");
    check_other_table("a,b\n1,x\n3,y\n", "a,b\n1,2\n3,4\n", BP_TASK_CLASSIFICATION,
                      "a target of classes holds numbers (column b)");
}

static void test_no_options(void **state)
{
    (void)state;
    bp_table *table = table_of(FOUR, 1);
    bp_preparation *p = NULL;
    assert_int_equal(bp_preparation_new(&p, table, NULL, NULL), BP_OK);
    assert_string_equal(bp_preparation_target_name(p, 0), "kind");
    bp_preparation_free(p);
    bp_table_free(table);
}

/* ---- Memory -------------------------------------------------------------- */

/* All of it with one allocator: table, preparation, fit, application. */
static bp_status do_all(const char *text, bp_task task, const bp_allocator *allocator)
{
    bp_table *table = NULL;
    bp_preparation *p = NULL;
    bp_prepared *prepared = NULL;
    bp_table_options reading;
    bp_preparation_options options;
    bp_table_options_init(&reading);
    bp_preparation_options_init(&options);
    reading.allocator = options.allocator = allocator;
    options.task = task;
    bp_status status = bp_table_read_memory(&table, text, strlen(text), &reading, NULL);
    if (status == BP_OK)
        status = bp_preparation_new(&p, table, &options, NULL);
    if (status == BP_OK)
        status = bp_preparation_fit(p, table, NULL, bp_table_row_count(table), NULL);
    if (status == BP_OK) /* a second fit lets go of the first */
        status = bp_preparation_fit(p, table, NULL, bp_table_row_count(table), NULL);
    if (status == BP_OK)
        status = bp_preparation_apply(p, table, NULL, bp_table_row_count(table), BP_F32, true,
                                      &prepared, NULL);
    assert_true((prepared != NULL) == (status == BP_OK));
    bp_prepared_free(prepared);
    bp_preparation_free(p);
    bp_table_free(table);
    return status;
}

static void check_memory(const char *text, bp_task task)
{
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_status status = do_all(text, task, &failing.allocator);
        assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
    }
}

static void test_out_of_memory(void **state)
{
    (void)state;
    check_memory("a,color,kind\n1,red,x\n2,green,y\n3,blue,x\n", BP_TASK_AUTO);
    check_memory("a,color,kind\n1,red,1\n2,green,2\n3,blue,1\n", BP_TASK_AUTO);
    check_memory("a,color,y\n1,red,1\n2,green,2\n3,blue,1\n", BP_TASK_REGRESSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_columns_refused),
        cmocka_unit_test(test_task),
        cmocka_unit_test(test_task_refused),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_minmax),
        cmocka_unit_test(test_no_scaling),
        cmocka_unit_test(test_too_far_apart),
        cmocka_unit_test(test_one_hot),
        cmocka_unit_test(test_held_out_rows_change_nothing),
        cmocka_unit_test(test_missing_refused),
        cmocka_unit_test(test_wrong_calls),
        cmocka_unit_test(test_fitted_on_another_table),
        cmocka_unit_test(test_no_options),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
