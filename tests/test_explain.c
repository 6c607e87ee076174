/* test_explain.c: what a model looks at: columns that it ignores, linear models whose shares are
 * known, complete shares of every kind of answer, and grids against tables that were changed. */
#include "support/failing_allocator.h"
#include "support/tables.h"
#include "table/preparation.h"

#include <backprop/explain.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS 24
#define INPUTS 5 /* size, age, color, sold, day */
#define MOST_ANSWERS 3

/* Columns of every kind, some cells of size and color missing; kind is a class, price and rate
 * are numbers. Where `color`, `sold` and `day` are not NULL, they stand in every row. */
static void write_mixed(char *text, const char *size, const char *color, const char *sold,
                        const char *day)
{
    static const char *const colors[] = {"red", "blue", "green", ""};
    strcpy(text, "size,age,color,sold,day,kind,price,rate\n");
    for (size_t i = 0; i < ROWS; i++) {
        char own[32] = "", date[32];
        if (i % 8 != 5)
            snprintf(own, sizeof own, "%zu.5", i * 7 % 13);
        snprintf(date, sizeof date, "20%02zu-%02zu-%02zu", 10 + i % 9, 1 + i % 12, 1 + i);
        sprintf(text + strlen(text), "%s,%zu,%s,%s,%s,%c,%zu.25,%zu\n", size != NULL ? size : own,
                i * 5 % 11, color != NULL ? color : colors[i % 4],
                sold != NULL ? sold
                : i % 3 == 0 ? "yes"
                             : "no",
                day != NULL ? day : date, (char)('a' + (int)(i * i % 7 % 3)), i * i % 17,
                1 + i * 3 % 7);
    }
}

static bp_table *mixed(void)
{
    char text[4096];
    write_mixed(text, NULL, NULL, NULL, NULL);
    return table_of(text, 1);
}

/* A model with random weights; the shape has no inputs: they are the preparation's. */
static bp_model *model_of(bp_preparation *preparation, const char *shape, bp_loss loss,
                          size_t members, bp_type type)
{
    char whole[128];
    bp_net *net = NULL;
    bp_model *model = NULL;
    bp_error error = {.message = ""};
    snprintf(whole, sizeof whole, "%zu, %s", bp_preparation_width(preparation), shape);
    if (bp_net_new(&net, whole, loss, NULL, &error) != BP_OK
        || bp_model_new(&model, preparation, net, type, members, NULL, &error) != BP_OK)
        fail_msg("%s", error.message);
    void *weights = calloc(bp_net_parameter_count(net), sizeof(double));
    for (size_t m = 0; m < members; m++) {
        bp_initialization how;
        bp_initialization_init(&how);
        how.initializer = BP_NORMAL;
        how.high = 0.6;
        how.member = (uint32_t)m;
        bp_net_initialize(net, &how, type, weights);
        bp_model_set_parameters(model, m, weights);
    }
    free(weights);
    return model;
}

static bp_explainer *explainer_of(const bp_model *model, bp_table *table, uint64_t seed)
{
    bp_explainer *explainer = NULL;
    bp_explainer_options options;
    bp_error error = {.message = ""};
    bp_explainer_options_init(&options);
    options.seed = seed;
    if (bp_explainer_new(&explainer, model, table, NULL, bp_table_row_count(table), &options,
                         &error)
        != BP_OK)
        fail_msg("%s", error.message);
    return explainer;
}

static void check_near(double actual, double expected, double allowed)
{
    if (!(fabs(actual - expected) <= allowed))
        fail_msg("%.17g is not within %g of %.17g", actual, allowed, expected);
}

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

/* y = 3 a - b; c is no part of it. */
static bp_table *linear_table(void)
{
    char text[2048] = "a,b,c,y\n";
    for (int i = 0; i < ROWS; i++) {
        double a = i * 7 % 12, b = i * 5 % 9 - 3;
        sprintf(text + strlen(text), "%g,%g,%d,%g\n", a, b, i * 11 % 23, 3 * a - b);
    }
    return table_of(text, 1);
}

/* The weights of linear_table's rule: inputs and targets scaled to 0..1. */
static bp_model *linear_model(bp_table *table)
{
    bp_preparation *p = fitted_on(table, "y", NULL, BP_TASK_REGRESSION);
    bp_model *model = model_of(p, "1 linear", BP_SQUARED_ERROR, 1, BP_F64);
    bp_prepared_column a, b, y;
    bp_preparation_input_column(p, 0, &a);
    bp_preparation_input_column(p, 1, &b);
    bp_preparation_target_column(p, 0, &y);
    double unit = y.high - y.low;
    double weights[4] = {3 * (a.high - a.low) / unit, -(b.high - b.low) / unit, 0,
                         (3 * a.low - b.low - y.low) / unit};
    bp_model_set_parameters(model, 0, weights);
    return model;
}

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

/* ---- Shares ------------------------------------------------------------------------------------
 */

/* Of a linear model both ways give w (x - mean), in the target's units. */
static void test_linear_shares(void **state)
{
    (void)state;
    bp_table *table = linear_table();
    bp_model *model = linear_model(table);
    bp_explainer *e = explainer_of(model, table, 1);
    bp_matrix a = bp_table_numbers(table, 0), b = bp_table_numbers(table, 1);
    double mean_a = 0, mean_b = 0, values[3], errors[3];
    for (size_t i = 0; i < ROWS; i++) {
        mean_a += ((const double *)a.data)[i * a.row_stride] / ROWS;
        mean_b += ((const double *)b.data)[i * b.row_stride] / ROWS;
    }
    for (size_t row = 0; row < ROWS; row += 5) {
        double x = ((const double *)a.data)[row * a.row_stride];
        double y = ((const double *)b.data)[row * b.row_stride];
        bp_attribution told;
        assert_int_equal(bp_explain_gradients(e, row, 0, values, &told, NULL), BP_OK);
        check_near(told.gap, 0, 1e-12);
        assert_int_equal(told.steps, 64);
        for (int shapley = 0; shapley < 2; shapley++) {
            check_near(values[0], 3 * (x - mean_a), 1e-12);
            check_near(values[1], -(y - mean_b), 1e-12);
            assert_true(values[2] == 0);
            check_near(told.answer, 3 * x - y, 1e-12);
            check_near(told.baseline, 3 * mean_a - mean_b, 1e-12);
            check_near(told.gap, 0, 1e-12);
            if (shapley == 0) /* each row is started from twice */
                assert_int_equal(
                    bp_explain_shapley(e, row, 0, 4 * ROWS, values, errors, &told, NULL), BP_OK);
        }
        assert_int_equal(told.steps, 4 * ROWS);
        assert_true(errors[0] > 0 && errors[2] == 0);
    }
    bp_explainer_free(e);
    bp_model_free(model);
    bp_table_free(table);
}

/* Every way to answer: probabilities by (36) of several and of single outputs, numbers in units
 * that are scaled in each way; several members; both types. */
static void check_complete(bp_preparation *p, bp_table *table, const char *shape, bp_loss loss,
                           size_t members, bp_type type)
{
    bp_model *model = model_of(p, shape, loss, members, type);
    bp_explainer *e = explainer_of(model, table, 7);
    size_t answers = bp_preparation_output_count(p);
    for (size_t row = 0; row < ROWS; row += 3) {
        double told_answers[MOST_ANSWERS], sums[2][INPUTS] = {{0}};
        bp_explainer_answer(e, row, told_answers);
        for (size_t k = 0; k < answers; k++) {
            double values[INPUTS], errors[INPUTS], size = 0;
            bp_attribution told;
            assert_int_equal(bp_explain_gradients(e, row, k, values, &told, NULL), BP_OK);
            for (size_t i = 0; i < INPUTS; i++) {
                size += fabs(values[i]);
                sums[0][i] += values[i];
            }
            check_near(told.answer, told_answers[k], 2e-6 * fmax(1, fabs(told.answer)));
            check_near(told.gap, 0, 1e-3 * size);
            assert_int_equal(bp_explain_shapley(e, row, k, 60, values, errors, &told, NULL), BP_OK);
            check_near(told.answer, told_answers[k], 0);
            check_near(told.gap, 0, 1e-12 * fmax(1, size));
            for (size_t i = 0; i < INPUTS; i++)
                sums[1][i] += values[i];
        }
        for (size_t i = 0; i < INPUTS && bp_preparation_class_count(p) > 0; i++) {
            check_near(sums[0][i], 0, 1e-3); /* probabilities sum to 1 */
            check_near(sums[1][i], 0, 1e-6);
        }
    }
    bp_explainer_free(e);
    bp_model_free(model);
}

static bp_preparation *scaled(bp_table *table, const char *target, const char *drop,
                              bp_scaling scaling)
{
    bp_preparation *p = NULL;
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.target = target;
    options.drop = drop;
    options.task = BP_TASK_REGRESSION;
    options.scaling = BP_SCALING_STANDARD;
    options.target_scaling = scaling;
    options.ordinal = scaling == BP_SCALING_LOG;
    assert_int_equal(bp_preparation_new(&p, table, &options, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(p, table, NULL, ROWS, NULL), BP_OK);
    return p;
}

static void test_complete_shares(void **state)
{
    (void)state;
    static const struct {
        const char *shape;
        bp_loss loss;
    } ways[] = {{"3 softmax", BP_CROSS_ENTROPY},
                {"6 relu, 3 softmax", BP_CROSS_ENTROPY},
                {"5 sigmoid, 3 sigmoid", BP_SQUARED_ERROR},
                {"5 gelu, 3 softplus", BP_SQUARED_ERROR}};
    bp_table *table = mixed();
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        for (int f32 = 0; f32 < 2; f32++)
            check_complete(fitted_on(table, "kind", "price,rate", BP_TASK_CLASSIFICATION), table,
                           ways[i].shape, ways[i].loss, 1 + i % 2 * 2, f32 ? BP_F32 : BP_F64);
    for (int scaling = BP_SCALING_NONE; scaling <= BP_SCALING_LOG; scaling++)
        if (scaling != BP_SCALING_ROBUST && scaling != BP_SCALING_QUANTILE)
            check_complete(scaled(table, "price,rate", "kind", (bp_scaling)scaling), table,
                           "6 tanh, 2 linear", BP_SQUARED_ERROR, 2, BP_F64);
    bp_table_free(table);
    char text[4096];
    write_mixed(text, NULL, NULL, NULL, NULL);
    for (char *at = text; (at = strstr(at, ",c,")) != NULL;)
        at[1] = 'a';
    table = table_of(text, 1);
    check_complete(fitted_on(table, "kind", "price,rate", BP_TASK_CLASSIFICATION), table,
                   "4 silu, 1 sigmoid", BP_CROSS_ENTROPY, 1, BP_F64);
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

/* So many principal components of all columns; 0: their numbers. */
static bp_preparation *components_of(bp_table *table, double components)
{
    bp_preparation *p = NULL;
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.components = components;
    options.target = "kind";
    options.drop = "price,rate";
    options.scaling = BP_SCALING_STANDARD;
    assert_int_equal(bp_preparation_new(&p, table, &options, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(p, table, NULL, ROWS, NULL), BP_OK);
    return p;
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

/* ---- Principal components -------------------------------------------------------------------- */

/* A network of components is one of the columns' numbers, into whose first layer the axes went:
 * w' = w a, b' = b - w a mean. */
static bp_model *without_components(const bp_model *model, bp_table *table)
{
    const bp_principal *principal = bp_preparation_principal(bp_model_preparation(model));
    bp_preparation *p = components_of(table, 0);
    assert_int_equal(bp_preparation_width(p), principal->from);
    bp_model *plain = model_of(p, "4 tanh, 3 softmax", BP_CROSS_ENTROPY, 2, BP_F64);
    const bp_layer *from = bp_net_layer(bp_model_net(model), 0);
    const bp_layer *into = bp_net_layer(bp_model_net(plain), 0);
    size_t all = bp_net_parameter_count(bp_model_net(plain)), rest = all - into->biases;
    double *weights = calloc(all, sizeof *weights);
    for (size_t m = 0; m < 2; m++) {
        const double *old = bp_model_parameters(model, m);
        memcpy(weights + into->biases, old + from->biases, rest * sizeof *weights);
        for (size_t j = 0; j < into->outputs; j++)
            for (size_t i = 0; i < into->inputs; i++) {
                double sum = 0;
                for (size_t k = 0; k < principal->count; k++)
                    sum += old[j * from->inputs + k] * principal->axes[k * principal->from + i];
                weights[j * into->inputs + i] = sum;
                weights[into->biases + j] -= sum * principal->mean[i];
            }
        bp_model_set_parameters(plain, m, weights);
    }
    free(weights);
    return plain;
}

static void check_same_row(bp_explainer *e, bp_explainer *plain, size_t row)
{
    double values[2][INPUTS], errors[2][INPUTS];
    bp_attribution told[2];
    for (size_t k = 0; k < 3; k++)
        for (int shapley = 0; shapley < 2; shapley++) {
            for (int i = 0; i < 2; i++)
                assert_int_equal(shapley ? bp_explain_shapley(i == 0 ? e : plain, row, k, 20,
                                                              values[i], errors[i], &told[i], NULL)
                                         : bp_explain_gradients(i == 0 ? e : plain, row, k,
                                                                values[i], &told[i], NULL),
                                 BP_OK);
            double most = 0;
            for (size_t i = 0; i < INPUTS; i++) {
                check_near(values[0][i], values[1][i], 1e-12);
                most = fmax(most, fabs(values[0][i]));
            }
            check_near(told[0].answer, told[1].answer, 1e-12);
            check_near(told[0].baseline, told[1].baseline, 1e-12);
            check_near(told[0].gap, 0, 1e-4);
            assert_true(most > 1e-3); /* there is something to tell */
        }
}

static void test_components(void **state)
{
    (void)state;
    for (double components = 2; components < 10; components += 3) {
        bp_table *table = mixed();
        bp_model *model = model_of(components_of(table, components), "4 tanh, 3 softmax",
                                   BP_CROSS_ENTROPY, 2, BP_F64);
        bp_model *same = without_components(model, table);
        bp_explainer *e = explainer_of(model, table, 3), *plain = explainer_of(same, table, 3);
        bp_importance importances[2][INPUTS];
        double scores[2];
        for (size_t row = 0; row < ROWS; row += 7)
            check_same_row(e, plain, row);
        const bp_metric *loss = bp_metric_find("log-loss");
        assert_int_equal(bp_explain_importance(e, loss, 3, NULL, &scores[0], importances[0], NULL),
                         BP_OK);
        assert_int_equal(
            bp_explain_importance(plain, loss, 3, NULL, &scores[1], importances[1], NULL), BP_OK);
        check_near(scores[0], scores[1], 1e-12);
        for (size_t i = 0; i < INPUTS; i++)
            check_near(importances[0][i].mean, importances[1][i].mean, 1e-12);
        bp_explainer_free(plain);
        bp_explainer_free(e);
        bp_model_free(same);
        bp_model_free(model);
        bp_table_free(table);
    }
}

/* Rows that a prediction refuses are refused: components that float32 does not hold. */
static void test_components_too_large(void **state)
{
    (void)state;
    bp_table *table = mixed(), *far = NULL;
    bp_model *model = model_of(components_of(table, 2), "3 softmax", BP_CROSS_ENTROPY, 1, BP_F32);
    bp_explainer *e = NULL;
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    bp_error error, other;
    far = table_of("size,age,color,sold,day\n1,2,red,no,2010-01-01\n1,1e60,red,no,2010-01-01\n", 1);
    assert_int_equal(bp_explainer_new(&e, model, far, NULL, 2, NULL, &error), BP_E_DATA);
    assert_null(e);
    assert_int_equal(bp_predictor_new(&predictor, model, NULL, NULL), BP_OK);
    assert_int_equal(bp_predict_table(&predictions, predictor, far, NULL, 2, &other), BP_E_DATA);
    assert_string_equal(error.message, other.message);
    assert_non_null(strstr(error.message, "components of row 2 are too large"));
    bp_predictor_free(predictor);
    bp_model_free(model);
    bp_table_free(far);
    bp_table_free(table);
}

/* ---- From missing cells ---------------------------------------------------------------------- */

/* The answers to a row whose cells are all missing. */
static void answer_missing(const bp_model *model, double answers[3])
{
    bp_table *empty = table_of("size,age,color,sold,day\n,,,,\n1,2,red,no,2010-01-01\n", 1);
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    assert_int_equal(bp_predictor_new(&predictor, model, NULL, NULL), BP_OK);
    assert_int_equal(bp_predict_table(&predictions, predictor, empty, NULL, 1, NULL), BP_OK);
    bp_predictions_probabilities(predictions, 0, answers);
    bp_predictions_free(predictions);
    bp_predictor_free(predictor);
    bp_table_free(empty);
}

/* The baseline is the model's own answer to empty cells; shares are complete, and the same whatever
 * other rows there are; they settle to those of all orders. */
static void check_from_missing(bp_preparation *p, bp_table *table, bp_type type)
{
    bp_model *model = model_of(p, "4 tanh, 3 softmax", BP_CROSS_ENTROPY, 1, type);
    bp_explainer *e = explainer_of(model, table, 1), *alone = NULL;
    double answers[3], empty[3];
    const size_t row = 7;
    assert_int_equal(bp_explainer_new(&alone, model, table, &row, 1, NULL, NULL), BP_OK);
    answer_missing(model, empty);
    bp_explainer_answer(e, row, answers);
    for (size_t k = 0; k < 3; k++) {
        double few[INPUTS], many[INPUTS], same[INPUTS], errors[INPUTS], sum = 0;
        bp_attribution told;
        assert_int_equal(bp_explain_from_missing(e, row, k, 2000, many, errors, &told, NULL),
                         BP_OK);
        assert_int_equal(bp_explain_from_missing(e, row, k, 16, few, errors, &told, NULL), BP_OK);
        check_near(told.answer, answers[k], 0);
        check_near(told.baseline, empty[k], 1e-12);
        assert_int_equal(told.steps, 16);
        for (size_t i = 0; i < INPUTS; i++) {
            check_near(few[i], many[i], 0.05 + 4 * errors[i]);
            sum += few[i];
        }
        check_near(sum, answers[k] - empty[k], 1e-12);
        assert_int_equal(bp_explain_from_missing(alone, 0, k, 16, same, errors, &told, NULL),
                         BP_OK);
        assert_memory_equal(few, same, sizeof few);
    }
    bp_explainer_free(alone);
    bp_explainer_free(e);
    bp_model_free(model);
}

static void test_from_missing(void **state)
{
    (void)state;
    bp_table *table = mixed();
    check_from_missing(components_of(table, 0), table, BP_F64);
    check_from_missing(components_of(table, 0), table, BP_F32);
    check_from_missing(components_of(table, 3), table, BP_F64);
    bp_preparation *p = NULL;
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.target = "kind";
    options.drop = "price,rate,size,color";
    options.gaps = BP_GAPS_ERROR;
    assert_int_equal(bp_preparation_new(&p, table, &options, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(p, table, NULL, ROWS, NULL), BP_OK);
    bp_model *model = model_of(p, "3 softmax", BP_CROSS_ENTROPY, 1, BP_F64);
    bp_explainer *e = explainer_of(model, table, 1);
    double values[INPUTS], errors[INPUTS];
    bp_attribution told;
    bp_error error;
    assert_int_equal(bp_explain_from_missing(e, 0, 0, 16, values, errors, &told, &error),
                     BP_E_UNSUPPORTED);
    assert_non_null(strstr(error.message, "--missing error"));
    assert_int_equal(bp_explain_from_missing(e, ROWS, 0, 16, values, errors, &told, &error),
                     BP_E_ARGUMENT);
    bp_explainer_free(e);
    bp_model_free(model);
    bp_table_free(table);
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
        cmocka_unit_test(test_linear_shares),
        cmocka_unit_test(test_complete_shares),
        cmocka_unit_test(test_dependence),
        cmocka_unit_test(test_components),
        cmocka_unit_test(test_components_too_large),
        cmocka_unit_test(test_from_missing),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
