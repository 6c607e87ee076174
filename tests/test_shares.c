/* test_shares.c: the columns' shares in an answer: linear models whose shares are known, complete
 * shares of every kind of answer, through principal components, from rows of missing cells. */
#include "support/explained.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear_shares), cmocka_unit_test(test_complete_shares),
        cmocka_unit_test(test_components),    cmocka_unit_test(test_components_too_large),
        cmocka_unit_test(test_from_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
