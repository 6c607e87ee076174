/* test_predict_row.c: the answers to rows of numbers, one at a time and many at once: the bits that
 * a table's row has, and nothing allocated. */
#include "support/failing_allocator.h"

#include <backprop/predict.h>
#include <backprop/recipe.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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
    assert_int_equal(bp_config_new(&config, "plain", NULL, NULL), BP_OK);
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

/* ---- Many rows ------------------------------------------------------------------ */

#define MANY 700 /* more than two blocks */
#define MOST_INPUTS 130

/* A table of `inputs` numbers and a target. */
static bp_table *make_numbers(size_t inputs, const char *target)
{
    size_t room = 64 * (inputs + 2) * 32, used = 0;
    char *text = malloc(room);
    assert_non_null(text);
    for (size_t row = 0; row < 30; row++) {
        for (size_t i = 0; i < inputs; i++)
            used += (size_t)snprintf(text + used, room - used, "%zu.%zu,", (row * (i + 3)) % 17,
                                     row % 10);
        used += (size_t)snprintf(text + used, room - used, "%s%zu\n", target, row % 3);
    }
    bp_table *table = NULL;
    bp_table_options options;
    bp_table_options_init(&options);
    options.type = BP_F32;
    assert_int_equal(bp_table_read_memory(&table, text, used, &options, NULL), BP_OK);
    free(text);
    return table;
}

/* Rows of which some numbers are missing, `stride` apart. */
static double *make_values(size_t inputs, size_t stride)
{
    double *values = calloc(MANY * stride, sizeof *values);
    assert_non_null(values);
    for (size_t row = 0; row < MANY; row++)
        for (size_t i = 0; i < inputs; i++)
            values[row * stride + i] =
                (row + i) % 41 == 7 ? (double)NAN : (double)((row * 7 + i * 3) % 190) / 9.7;
    return values;
}

/* All rows at once are answered as each by itself. */
static void check_same(bp_predictor *predictor, const bp_matrix *numbers, size_t outputs,
                       bool classes)
{
    double *answers = calloc(MANY * outputs, sizeof *answers), row[MOST_INPUTS], alone[8];
    uint32_t codes[MANY] = {0}, codes_alone[MANY] = {0};
    assert_non_null(answers);
    assert_int_equal(bp_predict_rows(predictor, numbers, answers, codes, NULL), BP_OK);
    assert_int_equal(bp_predict_rows(predictor, numbers, NULL, codes_alone, NULL), BP_OK);
    assert_int_equal(bp_predict_rows(predictor, numbers, NULL, NULL, NULL), BP_OK);
    assert_memory_equal(codes, codes_alone, sizeof codes);
    for (size_t i = 0; i < MANY; i++) {
        for (size_t j = 0; j < numbers->columns; j++) {
            size_t place = i * numbers->row_stride + j;
            row[j] = numbers->type == BP_F32 ? (double)((const float *)numbers->data)[place]
                                             : ((const double *)numbers->data)[place];
        }
        assert_int_equal(bp_predict_row(predictor, row, alone, NULL), BP_OK);
        assert_memory_equal(answers + i * outputs, alone, outputs * sizeof *alone);
        if (classes)
            assert_int_equal(codes[i], bp_predictor_class(predictor, alone));
    }
    free(answers);
}

static void check_many(size_t inputs, const char *target, const char *const *pairs)
{
    bool classes = target[0] != '\0';
    bp_table *table = make_numbers(inputs, target);
    bp_model *model = fit(table, pairs);
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    bp_predictor_options options;
    bp_predictor_options_init(&options);
    options.allocator = &counting.allocator;
    bp_predictor *predictor = NULL;
    assert_int_equal(bp_predictor_new(&predictor, model, &options, NULL), BP_OK);
    size_t requests = counting.requests, outputs = classes ? 3 : 1;
    for (size_t more = 0; more < 3; more += 2) {
        double *values = make_values(inputs, inputs + more);
        bp_matrix numbers = {values, BP_F64, MANY, inputs, inputs + more};
        check_same(predictor, &numbers, outputs, classes);
        float *narrow = calloc(MANY * (inputs + more), sizeof *narrow);
        assert_non_null(narrow);
        for (size_t i = 0; i < MANY * (inputs + more); i++)
            narrow[i] = (float)values[i];
        numbers.data = narrow;
        numbers.type = BP_F32;
        check_same(predictor, &numbers, outputs, classes);
        free(narrow);
        free(values);
    }
    assert_int_equal(counting.requests, requests);
    bp_predictor_free(predictor);
    assert_true(failing_allocator_is_clean(&counting));
    bp_model_free(model);
    bp_table_free(table);
}

static void test_many_rows(void **state)
{
    (void)state;
    static const size_t widths[] = {1, 3, 7, 16, 64, 65, MOST_INPUTS};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        check_many(widths[i], "class ", (const char *[]){"scaling", "minmax", NULL});
    check_many(7, "class ", (const char *[]){"precision", "f64", NULL});
    check_many(7, "", (const char *[]){"scaling", "standard", "task", "regression", NULL});
    check_many(7, "", (const char *[]){"scaling", "none", "task", "regression", NULL});
    check_many(7, "", (const char *[]){"scaling", "robust", "task", "regression", NULL});
    check_many(7, "class ", (const char *[]){"pca", "2", NULL});
}

/* A row that is refused is told by its number; those before it are answered. */
static void test_a_bad_row_among_many(void **state)
{
    (void)state;
    bp_table *table = make_numbers(7, "class ");
    bp_model *model = fit(table, (const char *[]){"scaling", "minmax", NULL});
    bp_predictor *predictor = NULL;
    assert_int_equal(bp_predictor_new(&predictor, model, NULL, NULL), BP_OK);
    static const size_t bad[] = {0, 5, 9, 300, MANY - 1};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double *values = make_values(7, 7);
        uint32_t codes[MANY], wanted[MANY];
        bp_matrix numbers = {values, BP_F64, MANY, 7, 7};
        bp_error error;
        assert_int_equal(bp_predict_rows(predictor, &numbers, NULL, wanted, &error), BP_OK);
        values[bad[i] * 7 + 3] = 1e300;
        assert_int_equal(bp_predict_rows(predictor, &numbers, NULL, codes, NULL), BP_E_DATA);
        assert_int_equal(bp_predict_rows(predictor, &numbers, NULL, codes, &error), BP_E_DATA);
        assert_string_equal(error.message, "inf is too large once scaled (column #4)");
        assert_int_equal(error.line, bad[i] + 1);
        assert_memory_equal(codes, wanted, bad[i] * sizeof *codes);
        free(values);
    }
    bp_predictor_free(predictor);
    bp_model_free(model);
    bp_table_free(table);
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
        cmocka_unit_test(test_many_rows),
        cmocka_unit_test(test_a_bad_row_among_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
