/* test_predict_row.c: the answer to one row of numbers: the bits that a table's row has, and
 * nothing allocated. */
#include "support/failing_allocator.h"

#include <backprop/predict.h>
#include <backprop/recipe.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ROWS 40
#define INPUTS 4

/* A table of numbers with gaps, a boolean and a date; a class and a number to predict. */
static bp_table *make_table(void)
{
    char text[4096] = "width,height,open,day,kind,weight\n";
    for (size_t i = 0; i < ROWS; i++) {
        char line[128], width[16] = "";
        if (i % 9 != 4)
            snprintf(width, sizeof width, "%zu.1", i);
        snprintf(line, sizeof line, "%s,%zu.7,%s,2024-%02zu-%02zu,%s,%zu.25\n", width, (i * 7) % 11,
                 i % 3 == 0 ? "yes" : "no", i % 12 + 1, i % 28 + 1, i % 5 < 2 ? "small" : "large",
                 3 * i);
        strcat(text, line);
    }
    bp_table *table = NULL;
    bp_table_options options;
    bp_table_options_init(&options);
    options.type = BP_F32;
    assert_int_equal(bp_table_read_memory(&table, text, strlen(text), &options, NULL), BP_OK);
    return table;
}

static bp_model *fit(bp_table *table, const char *const *pairs)
{
    bp_config *config = NULL;
    bp_model *model = NULL;
    bp_error error = {0};
    assert_int_equal(bp_config_new(&config, "auto", NULL, NULL), BP_OK);
    assert_int_equal(bp_config_set(config, "epochs", "20", NULL), BP_OK);
    for (; pairs[0] != NULL; pairs += 2)
        assert_int_equal(bp_config_set(config, pairs[0], pairs[1], NULL), BP_OK);
    bp_status status = bp_fit_table(&model, table, NULL, 0, config, NULL, &error);
    assert_string_equal(error.message, "");
    assert_int_equal(status, BP_OK);
    bp_config_free(config);
    return model;
}

static double number_of(const bp_table *table, size_t row, size_t column)
{
    const uint32_t *codes = bp_table_codes(table, column);
    if (codes != NULL)
        return strcmp(bp_table_category(table, column, codes[row]), "yes") == 0;
    bp_matrix cells = bp_table_numbers(table, column);
    return cells.type == BP_F32 ? (double)((const float *)cells.data)[row]
                                : ((const double *)cells.data)[row];
}

/* Every row by itself is answered as in the table, and without a request for memory. */
static void check_rows(const char *const *pairs)
{
    bp_table *table = make_table();
    bp_model *model = fit(table, pairs);
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    bp_predictor_options options;
    bp_predictor_options_init(&options);
    options.allocator = &counting.allocator;
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    assert_int_equal(bp_predictor_new(&predictor, model, &options, NULL), BP_OK);
    assert_int_equal(bp_predict_table(&predictions, predictor, table, NULL, ROWS, NULL), BP_OK);
    bp_matrix outputs = bp_predictions_outputs(predictions);
    size_t requests = counting.requests;
    for (size_t row = 0; row < ROWS; row++) {
        double numbers[INPUTS], answer[2] = {0, 0};
        for (size_t i = 0; i < INPUTS; i++)
            numbers[i] = number_of(table, row, i);
        assert_int_equal(bp_predict_row(predictor, numbers, answer, NULL), BP_OK);
        assert_memory_equal(answer, (const double *)outputs.data + row * outputs.row_stride,
                            outputs.columns * sizeof(double));
        if (bp_predictions_classes(predictions) != NULL)
            assert_int_equal(bp_predictor_class(predictor, answer),
                             bp_predictions_classes(predictions)[row]);
    }
    assert_int_equal(counting.requests, requests);
    bp_predictions_free(predictions);
    bp_predictor_free(predictor);
    assert_true(failing_allocator_is_clean(&counting));
    bp_model_free(model);
    bp_table_free(table);
}

static void test_the_bits_of_a_table(void **state)
{
    (void)state;
    check_rows((const char *[]){"target", "kind", "drop", "weight", NULL});
    check_rows((const char *[]){"target", "weight", "drop", "kind", NULL});
    check_rows((const char *[]){"target", "kind", "drop", "weight", "pca", "2", NULL});
    check_rows((const char *[]){"target", "weight", "drop", "kind", "precision", "f64", NULL});
}

static void check_refused(bp_predictor *predictor, const double *numbers, bp_status status,
                          const char *message)
{
    double answer[2];
    bp_error error;
    assert_int_equal(bp_predict_row(predictor, numbers, answer, NULL), status);
    assert_int_equal(bp_predict_row(predictor, numbers, answer, &error), status);
    assert_string_equal(error.message, message);
}

static bp_predictor *predictor_of(bp_model **model, bp_table *table, const char *const *pairs)
{
    bp_predictor *predictor = NULL;
    *model = fit(table, pairs);
    assert_int_equal(bp_predictor_new(&predictor, *model, NULL, NULL), BP_OK);
    return predictor;
}

static void test_what_is_refused(void **state)
{
    (void)state;
    bp_table *table = make_table();
    bp_model *model = NULL;
    bp_predictor *predictor =
        predictor_of(&model, table, (const char *[]){"target", "weight", "drop", "kind", NULL});
    check_refused(predictor, (const double[]){1, 2, 0.5, 0}, BP_E_DATA,
                  "0.5 is neither yes nor no (column open)");
    check_refused(predictor, (const double[]){1, 1e300, 1, 0}, BP_E_DATA,
                  "inf is too large once scaled (column height)");
    bp_predictor_free(predictor);
    bp_model_free(model);
    predictor = predictor_of(
        &model, table,
        (const char *[]){"target", "weight", "drop", "kind,width", "missing", "error", NULL});
    check_refused(predictor, (const double[]){NAN, 1, 0}, BP_E_DATA,
                  "the number is missing (column height)");
    bp_predictor_free(predictor);
    bp_model_free(model);
    predictor = predictor_of(&model, table, (const char *[]){"target", "weight", NULL});
    check_refused(predictor, (const double[]){1, 1, 1, 0, 0}, BP_E_ARGUMENT,
                  "the column kind is one of texts, for which no number can stand");
    bp_predictor_free(predictor);
    bp_model_free(model);
    bp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_bits_of_a_table),
        cmocka_unit_test(test_what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
