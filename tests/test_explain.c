/* test_explain.c: what a model looks at: columns that it ignores, linear models whose shares are
 * known, complete shares of every kind of answer, and grids against tables that were changed. */
#include "support/explained.h"
#include "support/failing_allocator.h"
#include "support/tables.h"
#include "table/preparation.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- The gradient by the inputs ---------------------------------------------------------- */

static double shared_output(const bp_net *net, const double *weights, const double *row,
                            const double *shares, double *units)
{
    size_t outputs = bp_net_output_count(net), last = bp_net_unit_count(net) - outputs;
    double sum = 0;
    bp_textbook_forward(net, weights, row, NULL, units);
    for (size_t k = 0; k < outputs; k++)
        sum += shares[k] * units[last + k];
    return sum;
}

/* Equation (38) against central differences, for every activation. */
static void test_input_gradient(void **state)
{
    (void)state;
    static const double shares[3] = {1.5, -0.5, 0.25};
    for (int a = 0; a < BP_ACTIVATION_COUNT; a++) {
        bool softmax = a == BP_SOFTMAX;
        char shape[96];
        const char *name = bp_activation_name((bp_activation)a);
        double weights[64], units[16], sums[16], deltas[16], gradient[4];
        double row[4] = {0.3, -0.7, 0.9, 0.2};
        bp_net *net = NULL;
        bp_initialization how;
        snprintf(shape, sizeof shape, "4, 5 %s, 3 %s", softmax ? "tanh" : name, name);
        bp_error error = {.message = ""};
        if (bp_net_new(&net, shape, softmax ? BP_CROSS_ENTROPY : BP_SQUARED_ERROR, NULL, &error)
            != BP_OK)
            fail_msg("%s: %s", shape, error.message);
        bp_initialization_init(&how);
        how.seed = 3;
        bp_net_initialize(net, &how, BP_F64, weights);
        bp_textbook_forward(net, weights, row, sums, units);
        bp_textbook_input_gradient(net, weights, sums, units, shares, deltas, gradient);
        for (size_t i = 0; i < 4; i++) {
            double at = row[i], step = 1e-6;
            row[i] = at + step;
            double above = shared_output(net, weights, row, shares, units);
            row[i] = at - step;
            double below = shared_output(net, weights, row, shares, units);
            row[i] = at;
            check_near(gradient[i], (above - below) / (2 * step), 1e-7);
        }
        bp_net_free(net);
    }
}

/* ---- Importance ---------------------------------------------------------------------------- */

static void test_importance(void **state)
{
    (void)state;
    bp_table *table = linear_table();
    bp_model *model = linear_model(table);
    bp_explainer *e = explainer_of(model, table, 1), *other = explainer_of(model, table, 2);
    bp_importance got[3], again[3], moved[3];
    double score = 0;
    bp_error error;
    assert_int_equal(bp_explain_importance(e, NULL, 10, NULL, &score, got, &error), BP_OK);
    check_near(score, 1, 1e-12); /* r2 */
    assert_true(got[2].mean == 0 && got[2].deviation == 0 && got[2].low == 0 && got[2].high == 0);
    assert_true(got[0].mean > got[1].mean && got[1].mean > 0.01);
    /* twice the column's share of the variance: 1.8 for a, 0.2 for b, were they unrelated */
    assert_true(got[0].low < 2.2 && got[0].high > 1.4 && got[1].high < 0.5);
    check_near(got[0].high - got[0].mean, 2.2621571627982055 * got[0].deviation / sqrt(10), 1e-12);
    check_near(got[0].mean - got[0].low, got[0].high - got[0].mean, 1e-12);
    assert_int_equal(bp_explain_importance(e, NULL, 10, NULL, &score, again, NULL), BP_OK);
    assert_memory_equal(got, again, sizeof got);
    assert_int_equal(bp_explain_importance(other, NULL, 10, NULL, &score, moved, NULL), BP_OK);
    assert_true(moved[0].mean != got[0].mean && moved[2].mean == 0);
    /* an error: less is better, and importance is above 0 all the same */
    assert_int_equal(bp_explain_importance(e, bp_metric_find("rmse"), 1, NULL, &score, got, NULL),
                     BP_OK);
    check_near(score, 0, 1e-12);
    assert_true(got[0].mean > got[1].mean && got[1].mean > 0 && got[2].mean == 0);
    assert_true(isnan(got[0].deviation) && isnan(got[0].low) && isnan(got[0].high));
    bp_explainer_free(other);
    bp_explainer_free(e);
    bp_model_free(model);
    bp_table_free(table);
}

static bool stop_second(void *context, const bp_progress *progress)
{
    (void)context;
    assert_int_equal(progress->total, INPUTS);
    return progress->done < 2;
}

/* Whole columns move, blocks of rows are joined: many rows that are the same few. */
static void test_importance_of_classes(void **state)
{
    (void)state;
    bp_table *table = mixed();
    size_t rows[1500];
    for (size_t i = 0; i < 1500; i++)
        rows[i] = i * 7 % ROWS;
    for (int f32 = 0; f32 < 2; f32++) {
        bp_model *model = model_of(fitted_on(table, "kind", "price,rate", BP_TASK_CLASSIFICATION),
                                   "4 tanh, 3 softmax", BP_CROSS_ENTROPY, 2, f32 ? BP_F32 : BP_F64);
        bp_explainer *e = NULL;
        bp_importance got[INPUTS];
        bp_observer observer = {stop_second, NULL};
        bp_error error;
        double score;
        assert_int_equal(bp_explainer_new(&e, model, table, rows, 1500, NULL, &error), BP_OK);
        for (size_t m = 0; bp_metric_at(m) != NULL; m++) {
            if (!bp_metric_at(m)->classification)
                continue;
            assert_int_equal(
                bp_explain_importance(e, bp_metric_at(m), 2, NULL, &score, got, &error), BP_OK);
            for (size_t i = 0; i < INPUTS; i++)
                assert_true(isfinite(got[i].mean) && got[i].low <= got[i].high);
        }
        assert_int_equal(bp_explain_importance(e, NULL, 2, &observer, &score, got, &error),
                         BP_E_STOPPED);
        bp_explainer_free(e);
        bp_model_free(model);
    }
    bp_table_free(table);
}

/* ---- Dependence ----------------------------------------------------------------------------- */

/* The mean probabilities, and the curve of row 0, of the table with one cell in all rows. */
static void predict_changed(const bp_model *model, const char *size, const char *color,
                            const char *sold, const char *day, double mean[3], double *curves)
{
    char text[4096];
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    write_mixed(text, size, color, sold, day);
    bp_table *table = table_of(text, 1);
    assert_int_equal(bp_predictor_new(&predictor, model, NULL, NULL), BP_OK);
    assert_int_equal(bp_predict_table(&predictions, predictor, table, NULL, ROWS, NULL), BP_OK);
    mean[0] = mean[1] = mean[2] = 0;
    for (size_t i = 0; i < ROWS; i++) {
        bp_predictions_probabilities(predictions, i, curves + 3 * i);
        for (size_t k = 0; k < 3; k++)
            mean[k] += curves[3 * i + k] / ROWS;
    }
    bp_predictions_free(predictions);
    bp_predictor_free(predictor);
    bp_table_free(table);
}

static void check_point(const bp_dependence *d, size_t point, const double mean[3],
                        const double *curves)
{
    for (size_t k = 0; k < 3; k++) {
        check_near(bp_dependence_mean(d, point, k), mean[k], 1e-14);
        for (size_t c = 0; c < bp_dependence_curves(d); c++)
            check_near(bp_dependence_curve(d, c, point, k), curves[3 * bp_dependence_row(d, c) + k],
                       0);
    }
}

static void check_dependence(double components, bp_type type)
{
    bp_table *table = mixed();
    bp_model *model =
        model_of(components_of(table, components), "4 tanh, 3 softmax", BP_CROSS_ENTROPY, 1, type);
    bp_explainer *e = explainer_of(model, table, 1);
    static const size_t points[INPUTS] = {13, 5, 4, 2, 8};
    double mean[3], curves[ROWS * 3];
    for (size_t input = 0; input < INPUTS; input++) {
        bp_dependence *d = NULL;
        assert_int_equal(bp_explain_dependence(&d, e, input, input == 1 ? 5 : 30, 3, NULL), BP_OK);
        if (input < 4)
            assert_int_equal(bp_dependence_points(d), points[input]);
        assert_int_equal(bp_dependence_curves(d), 3);
        for (size_t i = 0; i < bp_dependence_points(d) && input != 1; i++) {
            char number[BP_NUMBER_SIZE];
            const char *text = bp_dependence_text(d, i);
            bp_number_write(bp_dependence_value(d, i), number);
            if (input == 4) {
                assert_true(i == 0 || bp_dependence_value(d, i) > bp_dependence_value(d, i - 1));
                continue;
            }
            predict_changed(model, input == 0 ? number : NULL,
                            input != 2                     ? NULL
                            : strcmp(text, "missing") == 0 ? ""
                                                           : text,
                            input == 3 ? text : NULL, NULL, mean, curves);
            check_point(d, i, mean, curves);
        }
        if (input == 1) { /* quantiles of 0 to 10, all but evenly often */
            assert_true(bp_dependence_value(d, 0) == 0 && bp_dependence_value(d, 4) == 10);
            assert_true(bp_dependence_value(d, 2) == 5);
        }
        if (input == 4) { /* the first and the last day */
            predict_changed(model, NULL, NULL, NULL, "2010-01-01", mean, curves);
            check_point(d, 0, mean, curves);
        }
        bp_dependence_free(d);
    }
    bp_explainer_free(e);
    bp_model_free(model);
    bp_table_free(table);
}

/* Of principal components too, by columns: as of a table that was changed. */
static void test_dependence(void **state)
{
    (void)state;
    check_dependence(0, BP_F64);
    check_dependence(4, BP_F64);
    check_dependence(4, BP_F32);
}

/* ---- Errors
 * -------------------------------------------------------------------------------------- */

static void test_errors(void **state)
{
    (void)state;
    bp_table *table = mixed(),
             *bare = table_of("size,age,color,sold,day\n1,2,red,no,2010-01-01\n", 1);
    bp_model *model = model_of(fitted_on(table, "kind", "price,rate", BP_TASK_CLASSIFICATION),
                               "3 softmax", BP_CROSS_ENTROPY, 1, BP_F64);
    bp_explainer *e = explainer_of(model, table, 1), *none = NULL;
    bp_importance importances[INPUTS];
    bp_dependence *d = NULL;
    bp_attribution told;
    double score, values[INPUTS], errors[INPUTS];
    bp_error error;
    assert_int_equal(bp_explainer_new(&none, model, table, NULL, 0, NULL, &error), BP_E_DATA);
    assert_null(none);
    assert_int_equal(bp_explainer_new(&none, model, table, NULL, ROWS + 1, NULL, &error),
                     BP_E_ARGUMENT);
    assert_int_equal(
        bp_explain_importance(e, bp_metric_find("r2"), 2, NULL, &score, importances, &error),
        BP_E_OPTION);
    assert_string_equal(error.message,
                        "the metric r2 is of numbers; the model answers with classes");
    assert_int_equal(bp_explain_importance(e, NULL, 0, NULL, &score, importances, &error),
                     BP_E_ARGUMENT);
    assert_int_equal(bp_explain_gradients(e, ROWS, 0, values, &told, &error), BP_E_ARGUMENT);
    assert_int_equal(bp_explain_shapley(e, 0, 3, 2, values, errors, &told, &error), BP_E_ARGUMENT);
    assert_int_equal(bp_explain_dependence(&d, e, INPUTS, 5, 0, &error), BP_E_ARGUMENT);
    assert_null(d);
    assert_int_equal(bp_explain_dependence(&d, e, 0, 0, 0, &error), BP_E_ARGUMENT);
    bp_explainer_free(e);

    e = explainer_of(model, bare, 1); /* no target: only importance needs it */
    assert_int_equal(bp_explain_importance(e, NULL, 2, NULL, &score, importances, &error),
                     BP_E_DATA);
    assert_int_equal(bp_explain_gradients(e, 0, 2, values, &told, &error), BP_OK);
    check_near(told.gap, 0, 0); /* the row is the mean itself */
    bp_explainer_free(e);
    bp_model_free(model);
    bp_table_free(bare);
    bp_table_free(table);
}

static bp_status explain_all(const bp_model *model, bp_table *table, const bp_allocator *allocator)
{
    bp_explainer *e = NULL;
    bp_dependence *number = NULL, *category = NULL;
    bp_importance importances[INPUTS];
    bp_attribution told;
    bp_explainer_options options;
    double score, values[INPUTS], errors[INPUTS];
    bp_explainer_options_init(&options);
    options.allocator = allocator;
    bp_status status = bp_explainer_new(&e, model, table, NULL, ROWS, &options, NULL);
    if (status == BP_OK)
        status = bp_explain_importance(e, NULL, 2, NULL, &score, importances, NULL);
    if (status == BP_OK)
        status = bp_explain_dependence(&number, e, 0, 4, 2, NULL);
    if (status == BP_OK)
        status = bp_explain_dependence(&category, e, 2, 4, 0, NULL);
    if (status == BP_OK)
        status = bp_explain_gradients(e, 0, 0, values, &told, NULL);
    if (status == BP_OK)
        status = bp_explain_shapley(e, 0, 0, 4, values, errors, &told, NULL);
    if (status == BP_OK)
        status = bp_explain_from_missing(e, 0, 0, 4, values, errors, &told, NULL);
    bp_dependence_free(category);
    bp_dependence_free(number);
    bp_explainer_free(e);
    return status;
}

static void check_memory(double components)
{
    bp_table *table = mixed();
    bp_model *model =
        model_of(components_of(table, components), "3 softmax", BP_CROSS_ENTROPY, 1, BP_F64);
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_status status = explain_all(model, table, &failing.allocator);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused) {
            assert_int_equal(status, BP_OK);
            break;
        }
        assert_int_equal(status, BP_E_MEMORY);
    }
    bp_model_free(model);
    bp_table_free(table);
}

static void test_memory(void **state)
{
    (void)state;
    check_memory(0);
    check_memory(2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_input_gradient),
        cmocka_unit_test(test_importance),
        cmocka_unit_test(test_importance_of_classes),
        cmocka_unit_test(test_dependence),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
