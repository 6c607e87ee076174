/* test_preparation_columns.c: what becomes of each kind of column: which are inputs, missing
 * cells, dates, booleans, rare categories; and that held-out rows change none of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/matrix.h"
#include "base/random.h"
#include "support/failing_allocator.h"
#include "support/tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bp_preparation_options defaults(void)
{
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    return options;
}

static bp_preparation *fitted(bp_table *table, const bp_preparation_options *options,
                              const size_t *rows, size_t count)
{
    bp_preparation *p = NULL;
    bp_error error = {.message = ""};
    if (bp_preparation_new(&p, table, options, &error) != BP_OK
        || bp_preparation_fit(p, table, rows, count, &error) != BP_OK)
        fail_msg("%s", error.message);
    return p;
}

/* Fitted on all rows of a text, or the first `count`, its inputs are these. */
static void check_inputs(const char *text, const bp_preparation_options *options, size_t count,
                         const double *expected, size_t width)
{
    bp_table *table = table_of(text, 1);
    size_t rows = count > 0 ? count : bp_table_row_count(table);
    bp_preparation *p = fitted(table, options, NULL, rows);
    bp_prepared *prepared = apply_all(p, table, false);
    assert_inputs(prepared, expected, width);
    bp_prepared_free(prepared);
    bp_preparation_free(p);
    bp_table_free(table);
}

/* ---- Which columns are inputs ---------------------------------------------- */

#define KINDS "id,a,same,b_id,kind\n"

static bp_table *table_of_kinds(void)
{
    char text[2000] = KINDS;
    for (int i = 0; i < 24; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d,%d.5,7,n%d,%s\n", i + 1,
                 i % 5, i, i % 2 ? "x" : "y");
    return table_of(text, 1);
}

static void check_choice(const char *drop, const char *keep, const char *inputs,
                         const char *omitted)
{
    char names[200] = "";
    bp_table *table = table_of_kinds();
    bp_preparation_options options = defaults();
    options.drop = drop;
    options.keep = keep;
    bp_preparation *p = fitted(table, &options, NULL, 24);
    for (size_t i = 0; i < bp_preparation_input_count(p); i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s ",
                 bp_preparation_input_name(p, i));
    assert_string_equal(names, inputs);
    names[0] = '\0';
    for (size_t i = 0; i < bp_preparation_omitted_count(p); i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s=%s ",
                 bp_preparation_omitted_name(p, i), bp_preparation_omitted_reason(p, i));
    assert_string_equal(names, omitted);
    assert_null(bp_preparation_omitted_name(p, bp_preparation_omitted_count(p)));
    assert_null(bp_preparation_omitted_reason(p, bp_preparation_omitted_count(p)));
    bp_preparation_free(p);
    bp_table_free(table);
}

static void test_choice(void **state)
{
    (void)state;
    check_choice(NULL, NULL, "a ", "id=identifier same=constant b_id=identifier ");
    check_choice("id", "same", "a same ", "id=dropped b_id=identifier ");
    check_choice("a", "*id", "id b_id ", "a=dropped same=constant ");
    check_choice(NULL, "#1-#4", "id a same b_id ", "");
}

static void test_choice_refused(void **state)
{
    (void)state;
    bp_table *table = table_of_kinds();
    bp_preparation *p = NULL;
    bp_error error = {.message = ""};
    bp_preparation_options options = defaults();
    options.drop = "a";
    assert_int_equal(bp_preparation_new(&p, table, &options, &error), BP_E_DATA);
    assert_error(&error, BP_E_DATA, 0, 0,
                 "no column is left as an input: identifiers and constants are none unless they "
                 "are kept (--keep)");
    options.keep = "a";
    assert_int_equal(bp_preparation_new(&p, table, &options, &error), BP_E_OPTION);
    assert_error(&error, BP_E_OPTION, 0, 0, "the column a is both kept and dropped");
    options.keep = "*"; /* all but what is dropped */
    assert_int_equal(bp_preparation_new(&p, table, &options, &error), BP_OK);
    assert_true(bp_preparation_input_count(p) > 1);
    assert_int_equal(bp_preparation_omitted_count(p), 1);
    bp_preparation_free(p);
    options = defaults();
    options.target_scaling = BP_SCALING_ROBUST;
    assert_int_equal(bp_preparation_new(&p, table, &options, &error), BP_E_OPTION);
    assert_error(&error, BP_E_OPTION, 0, 0,
                 "targets cannot be scaled by robust, which has no way back; there are none, "
                 "minmax, standard and log");
    bp_table_free(table);
}

/* Texts of which more differ than half of the rows are no classes, but where that is asked for. */
static void test_targets_that_tell_rows_apart(void **state)
{
    (void)state;
    static const struct {
        size_t rows, distinct;
        bool refused;
    } cases[] = {{20, 11, true},  {20, 10, false}, {20, 20, true}, {19, 19, false},
                 {21, 10, false}, {21, 11, true},  {400, 2, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[8192] = "a,y\n";
        for (size_t row = 0; row < cases[i].rows; row++)
            snprintf(text + strlen(text), 64, "%zu,t%zu\n", row % 7, row % cases[i].distinct);
        for (int asked = 0; asked < 2; asked++) {
            bp_table *table = table_of(text, 1);
            bp_preparation *p = NULL;
            bp_error error = {.message = ""};
            bp_preparation_options options = defaults();
            options.task = asked ? BP_TASK_CLASSIFICATION : BP_TASK_AUTO;
            bool refused = cases[i].refused && !asked;
            assert_int_equal(bp_preparation_new(&p, table, &options, &error),
                             refused ? BP_E_DATA : BP_OK);
            if (refused)
                assert_non_null(strstr(error.message, "the target y tells rows apart: "));
            bp_preparation_free(p);
            bp_table_free(table);
        }
    }
}

/* ---- Missing cells ----------------------------------------------------------- */

static void test_missing_numbers(void **state)
{
    (void)state;
    static const char text[] = "a,kind\n2,x\n,y\n4,x\n12,y\n";
    static const double mean[] = {0, 0, 0.4, 1, 0.2, 0, 1, 0};
    static const double median[] = {0, 0, 0.2, 1, 0.2, 0, 1, 0};
    static const double zero[] = {0, -0.2, 0.2, 1};
    bp_preparation_options options = defaults();
    check_inputs(text, &options, 0, mean, 2);
    options.gaps = BP_GAPS_MEDIAN;
    check_inputs(text, &options, 0, median, 2);
    static const char often[] = "a,kind\n7,x\n2,y\n,x\n7,y\n2,x\n12,y\n";
    static const double mode[] = {0.5, 0, 0, 0, 0, 1, 0.5, 0, 0, 0, 1, 0};
    options.gaps = BP_GAPS_MODE; /* 2 and 7 stand twice each */
    check_inputs(often, &options, 0, mode, 2);
    options.gaps = BP_GAPS_ZERO;
    options.gap_indicator = false;
    check_inputs(text, &options, 0, zero, 1);
}

/* A missing cell is a category of its own; one that training rows did not show is none. */
static void test_missing_categories(void **state)
{
    (void)state;
    static const char text[] = "c,a,kind\nred,1,x\n,1,y\nblue,2,x\nNA,2,y\n";
    static const double own[] = {1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1};
    static const double none[] = {1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1};
    static const char late[] = "c,a,kind\nred,1,x\nblue,3,y\n,2,x\n,,y\n";
    static const double unseen[] = {1, 0, 0, 0, 1, 1, 0, 0, 0.5, 0, 0, 0.5};
    bp_preparation_options options = defaults();
    check_inputs(text, &options, 0, own, 4);
    check_inputs(late, &options, 2, unseen, 3);
    options.gap_indicator = false;
    check_inputs(text, &options, 0, none, 3);
}

/* Nothing is known of such a column: it is 0 whatever comes later, but for the indicator. */
static void test_all_missing(void **state)
{
    (void)state;
    static const char text[] = "a,c,d,b,kind\n,,,,x\n,,,,y\n5,red,2020-01-01,yes,x\n"
                               "6,blue,2020-01-02,no,y\n";
    static const double expected[] = {0, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1,
                                      0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    for (int scaling = BP_SCALING_MINMAX; scaling < BP_SCALING_COUNT; scaling++) {
        bp_preparation_options options = defaults();
        options.scaling = (bp_scaling)scaling;
        check_inputs(text, &options, 2, expected, 7);
    }
}

/* ---- Kinds --------------------------------------------------------------------- */

static void test_booleans(void **state)
{
    (void)state;
    static const char text[] = "a,b,kind\nyes,T,x\nno,f,y\n,T,x\nyes,T,y\n";
    static const double expected[] = {1, 0, 1, 0, 0, 0, 2.0 / 3, 1, 1, 1, 0, 1};
    static const double others[] = {1, 0, 0, 1, 0, 1};
    bp_preparation_options options = defaults();
    bp_table *table = table_of(text, 1), *other = table_of("b,a\n0,t\n1,ON\n", 1);
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_BOOLEAN);
    check_inputs(text, &options, 0, expected, 3);
    bp_preparation *p = fitted(table, &options, NULL, 4);
    bp_prepared *prepared = apply_all(p, other, false); /* other spellings */
    assert_inputs(prepared, others, 3);
    bp_prepared_free(prepared);
    bp_table_free(other);
    bp_preparation_free(p);
    bp_table_free(table);
}

/* The inputs are these, but for the last place of sines and cosines. */
static void check_parts(const char *text, const double *expected, size_t width)
{
    bp_table *table = table_of(text, 1);
    bp_preparation_options options = defaults();
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_DATE);
    bp_preparation *p = fitted(table, &options, NULL, bp_table_row_count(table));
    bp_prepared *prepared = apply_all(p, table, false);
    bp_matrix inputs = bp_prepared_samples(prepared).inputs;
    assert_int_equal(inputs.columns, width);
    for (size_t row = 0; row < inputs.rows; row++)
        for (size_t i = 0; i < width; i++)
            if (fabs(bp_matrix_at(&inputs, row, i) - expected[row * width + i]) > 1e-15)
                fail_msg("row %zu, number %zu is %.17g", row, i, bp_matrix_at(&inputs, row, i));
    bp_prepared_free(prepared);
    bp_preparation_free(p);
    bp_table_free(table);
}

/* The seconds, and what else is not the same in all rows. */
static void test_dates(void **state)
{
    (void)state;
    static const double days[] = {0, 0, 0.25, 0.25, 1, 1}; /* Mondays of one month */
    static const double hours[] = {0, 0, 1, 0.5, 1, 0, 1, 0, -1};
    static const double years[] = {0, 0, 1, 1};
    static const double months[] = {0, 0, 1,  -0.7818314824680299, 0.6234898018587334,
                                    1, 0, -1, -0.9749279121818236, -0.2225209339563144};
    check_parts("d,kind\n2024-01-01,x\n2024-01-08,y\n2024-01-29,x\n", days, 2);
    check_parts("d,kind\n2024-05-05,x\n2024-05-05T06:00,y\n2024-05-05 13:00+01:00,x\n", hours, 3);
    check_parts("d,kind\n2020-03-01,x\n2026-03-01,y\n", years, 2);
    check_parts("d,kind\n1923-01-07,x\n1923-07-07,y\n", months, 5);
}

static void check_refused(const bp_preparation *p, const char *text, const char *message)
{
    bp_table *table = table_of(text, 1);
    bp_prepared *prepared = NULL;
    bp_error error = {.message = ""};
    assert_int_equal(bp_preparation_apply(p, table, NULL, bp_table_row_count(table), BP_F64, false,
                                          &prepared, &error),
                     BP_E_DATA);
    assert_error(&error, BP_E_DATA, 3, 1, message);
    bp_table_free(table);
}

/* Cells that are something else than their column was. */
static void test_other_kinds_refused(void **state)
{
    (void)state;
    bp_preparation_options options = defaults();
    bp_table *table = table_of("d,kind\n2024-01-01,x\n2024-01-08,y\n", 1);
    bp_preparation *p = fitted(table, &options, NULL, 2);
    check_refused(p, "d\n2024-01-01\nabc\n", "\"abc\" is not a date as in 2024-02-29 (column d)");
    check_refused(p, "d\n\"\"\n2024\n", "\"2024\" is not a date as in 2024-02-29 (column d)");
    bp_preparation_free(p);
    bp_table_free(table);
    table = table_of("d,kind\n1,x\n2,y\n", 1);
    p = fitted(table, &options, NULL, 2);
    check_refused(p, "d\nNA\n2024-01-01\n", "\"1704067200\" is not a number (column d)");
    bp_preparation_free(p);
    bp_table_free(table);
    table = table_of("d,kind\nt,x\nf,y\n", 1);
    p = fitted(table, &options, NULL, 2);
    check_refused(p, "d\nt\nmaybe\n", "\"maybe\" is neither yes nor no (column d)");
    check_refused(p, "d\n1\n0.5\n", "\"0.5\" is neither yes nor no (column d)");
    bp_preparation_free(p);
    bp_table_free(table);
}

/* ---- Categories ------------------------------------------------------------------ */

#define SEVEN "c,kind\nd,x\nb,x\na,y\na,x\nb,y\na,x\nc,y\nnew,x\n,y\n" /* seven are fitted */

static void check_seven(const bp_preparation_options *options, const double *expected, size_t width,
                        size_t rare)
{
    bp_table *table = table_of(SEVEN, 1);
    bp_preparation *p = fitted(table, options, NULL, 7);
    assert_int_equal(bp_preparation_rare_count(p, 0), rare);
    bp_preparation_free(p);
    bp_table_free(table);
    check_inputs(SEVEN, options, 7, expected, width);
}

static void test_rare(void **state)
{
    (void)state;
    static const double two[] = {0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0,
                                 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0};
    static const double one[] = {0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
    static const double places[] = {1, 0.5, 0.25, 0.25, 0.5, 0.25, 0.75, 0, 0};
    static const double shared[] = {1, 2.0 / 3, 1.0 / 3, 1.0 / 3, 2.0 / 3, 1.0 / 3, 1, 1, 0};
    bp_preparation_options options = defaults();
    options.rare = 2;
    check_seven(&options, two, 3, 2);
    options = defaults();
    options.category_limit = 2;
    check_seven(&options, one, 2, 3);
    options = defaults();
    options.ordinal = true;
    check_seven(&options, places, 1, 0);
    options.rare = 2;
    check_seven(&options, shared, 1, 2);
}

/* ---- Targets ------------------------------------------------------------------------ */

/* Several targets, each by its own scale, and back; inputs by another scaling. */
static void test_targets(void **state)
{
    (void)state;
    bp_table *table = table_of("a,y,z\n1,10,0.5\n2,20,-3\n3,60,100\n", 1);
    for (int scaling = 0; scaling <= BP_SCALING_AUTO; scaling++) {
        bp_preparation_options options = defaults();
        options.target = "y,z";
        options.scaling = BP_SCALING_ROBUST;
        options.target_scaling = (bp_scaling)scaling;
        if (scaling == BP_SCALING_ROBUST || scaling == BP_SCALING_QUANTILE)
            continue;
        bp_preparation *p = fitted(table, &options, NULL, 3);
        bp_prepared *prepared = apply_all(p, table, true);
        bp_matrix targets = bp_prepared_samples(prepared).targets;
        double values[] = {bp_matrix_at(&targets, 2, 0), bp_matrix_at(&targets, 2, 1)};
        if (scaling == BP_SCALING_AUTO)
            assert_true(fabs(values[0] - 1.3887301496588271) < 1e-15);
        bp_preparation_restore(p, values);
        assert_true(fabs(values[0] - 60) < 1e-12 && fabs(values[1] - 100) < 1e-12);
        bp_prepared_free(prepared);
        bp_preparation_free(p);
    }
    bp_table_free(table);
}

static void test_date_target(void **state)
{
    (void)state;
    bp_table *table = table_of("a,d\n1,2024-01-01\n2,2024-01-02\n", 1);
    bp_preparation_options options = defaults();
    bp_preparation *p = NULL;
    bp_error error = {.message = ""};
    options.task = BP_TASK_REGRESSION;
    assert_int_equal(bp_preparation_new(&p, table, &options, &error), BP_E_OPTION);
    assert_error(&error, BP_E_OPTION, 0, 0,
                 "the target d is a date, which regression cannot predict; use --task "
                 "classification or another target");
    bp_table_free(table);
}

/* ---- Leaks ---------------------------------------------------------------------------- */

/* A row of every kind, cells missing now and then. */
static void add_row(char *text, size_t size, bp_mersenne *random)
{
    static const char *const colors[] = {"red", "green", "blue", "black", "white", "NA"};
    static const char *const truths[] = {"yes", "no", ""};
    size_t used = strlen(text);
    used += (size_t)snprintf(
        text + used, size - used, "%s%d.%d,%s,%s,", bp_mersenne_below(random, 8) ? "" : "NA,#",
        (int)bp_mersenne_below(random, 2000) - 900, (int)bp_mersenne_below(random, 100),
        colors[bp_mersenne_below(random, 6)], truths[bp_mersenne_below(random, 3)]);
    if (bp_mersenne_below(random, 5))
        used += (size_t)snprintf(
            text + used, size - used, "20%02d-%02d-%02d", 10 + (int)bp_mersenne_below(random, 80),
            1 + (int)bp_mersenne_below(random, 12), 1 + (int)bp_mersenne_below(random, 28));
    snprintf(text + used, size - used, ",%d.25\n", (int)bp_mersenne_below(random, 100000));
}

/* A missing number is written with a mark, which is taken out here with what follows it. */
static void settle(char *text)
{
    for (char *mark = strstr(text, ",#"); mark != NULL; mark = strstr(text, ",#")) {
        char *end = strchr(mark + 1, ',');
        memmove(mark, end, strlen(end) + 1);
    }
}

/* The fit on some rows of a table, which the seed `inside` decides; `outside` decides the
 * others. */
static char *fit_between(uint64_t inside, uint64_t outside, const size_t *rows, size_t count,
                         const bp_preparation_options *options)
{
    char text[8000] = "a,color,truth,day,y\n0.5,red,yes,2020-01-01,1.5\n0.7,blue,no,2021-01-01,2\n";
    bp_mersenne kept, others;
    bp_mersenne_seed(&kept, inside);
    bp_mersenne_seed(&others, outside);
    for (size_t row = 2; row < 40; row++) {
        bool fits = false;
        for (size_t i = 0; i < count; i++)
            fits = fits || rows[i] == row;
        add_row(text, sizeof text, fits ? &kept : &others);
    }
    settle(text);
    bp_table *table = table_of(text, 1);
    bp_preparation *p = fitted(table, options, rows, count);
    assert_int_equal(bp_preparation_input_count(p), 4);
    char *json = json_of(p);
    bp_preparation_free(p);
    bp_table_free(table);
    return json;
}

static void check_no_leak(const bp_preparation_options *options)
{
    static const size_t rows[] = {2, 4, 5, 9, 12, 13, 20, 21, 22, 28, 33, 39};
    static const size_t shuffled[] = {22, 39, 28, 5, 12, 13, 4, 21, 9, 20, 33, 2};
    for (uint64_t inside = 0; inside < 5; inside++) {
        char *first = fit_between(inside, 1000, rows, 12, options);
        for (uint64_t outside = 1001; outside < 1005; outside++) {
            char *second = fit_between(inside, outside, outside % 2 ? rows : shuffled, 12, options);
            assert_string_equal(first, second);
            free(second);
        }
        char *other = fit_between(inside + 1, 1000, rows, 12, options);
        assert_string_not_equal(first, other);
        free(other);
        free(first);
    }
}

static void test_held_out_rows_change_nothing(void **state)
{
    (void)state;
    for (int scaling = 0; scaling < BP_SCALING_COUNT; scaling++) {
        for (int gaps = 0; gaps < BP_GAPS_ERROR; gaps++) {
            bp_preparation_options options = defaults();
            options.scaling = (bp_scaling)scaling;
            options.gaps = (bp_gaps)gaps;
            options.gap_indicator = gaps != 1;
            options.ordinal = scaling % 2 == 1;
            options.rare = (size_t)gaps;
            options.task = BP_TASK_REGRESSION;
            check_no_leak(&options);
        }
    }
}

/* ---- Memory ------------------------------------------------------------------------------ */

static bp_status do_all(bp_scaling scaling, const bp_allocator *allocator)
{
    static const char text[] =
        "n,d,b,c,id,same,y\n1,2020-01-01,t,red,a,1,5\n,2021-05-02,f,red,b,1,6\n"
        "3,,,blue,c,1,7\n4,2021-01-01,t,,d,1,9\n";
    bp_table *table = NULL;
    bp_preparation *p = NULL;
    bp_prepared *prepared = NULL;
    bp_table_options reading;
    bp_preparation_options options = defaults();
    bp_table_options_init(&reading);
    reading.allocator = options.allocator = allocator;
    options.scaling = scaling;
    options.task = BP_TASK_REGRESSION;
    options.rare = 2;
    bp_status status = bp_table_read_memory(&table, text, sizeof text - 1, &reading, NULL);
    if (status == BP_OK)
        status = bp_preparation_new(&p, table, &options, NULL);
    for (int i = 0; i < 2 && status == BP_OK; i++) /* a second fit lets go of the first */
        status = bp_preparation_fit(p, table, NULL, 4, NULL);
    if (status == BP_OK)
        status = bp_preparation_apply(p, table, NULL, 4, BP_F32, true, &prepared, NULL);
    assert_true((prepared != NULL) == (status == BP_OK));
    bp_prepared_free(prepared);
    bp_preparation_free(p);
    bp_table_free(table);
    return status;
}

static void test_out_of_memory(void **state)
{
    (void)state;
    for (int scaling = 0; scaling < BP_SCALING_COUNT; scaling++) {
        for (size_t n = 1;; n++) {
            failing_allocator failing;
            failing_allocator_init(&failing, n);
            bp_status status = do_all((bp_scaling)scaling, &failing.allocator);
            assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
            assert_true(failing_allocator_is_clean(&failing));
            if (!failing.refused)
                break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_choice_refused),
        cmocka_unit_test(test_targets_that_tell_rows_apart),
        cmocka_unit_test(test_missing_numbers),
        cmocka_unit_test(test_missing_categories),
        cmocka_unit_test(test_all_missing),
        cmocka_unit_test(test_booleans),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_other_kinds_refused),
        cmocka_unit_test(test_rare),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_date_target),
        cmocka_unit_test(test_held_out_rows_change_nothing),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
