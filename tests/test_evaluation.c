/* test_evaluation.c: a model's scores are those of its answers, and their intervals what the
 * bootstrap should come to: near the normal approximation, the same for any number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <backprop.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 400 };

typedef struct judged {
    bp_table *table;
    bp_model *model;
    bp_predictor *predictor;
    bp_predictions *predictions;
} judged;

/* Trained on the table that `line` writes row by row, and predicting it. */
static void open_judged(judged *j, void (*line)(char *text, size_t row), const char *options[][2])
{
    static char text[ROWS * 64];
    bp_config *config = NULL;
    bp_error error;
    strcpy(text, "a,b,y\n");
    for (size_t row = 0; row < ROWS; row++)
        line(text + strlen(text), row);
    assert_int_equal(bp_table_read_memory(&j->table, text, strlen(text), NULL, &error), BP_OK);
    assert_int_equal(bp_config_new(&config, "linear", NULL, &error), BP_OK);
    for (size_t i = 0; options[i][0] != NULL; i++)
        assert_int_equal(bp_config_set(config, options[i][0], options[i][1], &error), BP_OK);
    assert_int_equal(bp_fit_table(&j->model, j->table, NULL, 0, config, NULL, &error), BP_OK);
    assert_int_equal(bp_predictor_new(&j->predictor, j->model, NULL, &error), BP_OK);
    assert_int_equal(bp_predict_table(&j->predictions, j->predictor, j->table, NULL, ROWS, &error),
                     BP_OK);
    bp_config_free(config);
}

static void close_judged(judged *j)
{
    bp_predictions_free(j->predictions);
    bp_predictor_free(j->predictor);
    bp_model_free(j->model);
    bp_table_free(j->table);
}

static bp_evaluation *evaluate(const judged *j, size_t resamples, size_t threads)
{
    bp_evaluation_options options;
    bp_evaluation *e = NULL;
    bp_error error;
    bp_evaluation_options_init(&options);
    options.resamples = resamples;
    options.threads = threads;
    assert_int_equal(bp_evaluate(&e, j->predictions, j->table, NULL, &options, &error), BP_OK);
    return e;
}

static size_t metric_of(const bp_evaluation *e, const char *name)
{
    for (size_t m = 0;; m++)
        if (strcmp(bp_evaluation_metric(e, m)->name, name) == 0)
            return m;
}

/* Two classes by the sign of a; every fifth row is the other one. */
static void write_class(char *text, size_t row)
{
    size_t a = row * 37 % ROWS;
    sprintf(text, "%zu,%zu,%s\n", a, row % 7, (a >= ROWS / 2) != (row % 5 == 0) ? "up" : "down");
}

static void test_classes(void **state)
{
    (void)state;
    judged j;
    open_judged(&j, write_class, (const char *[][2]){{NULL, NULL}});
    bp_evaluation *e = evaluate(&j, 2000, 1);
    size_t accuracy = metric_of(e, "accuracy");
    double score = bp_evaluation_score(e, accuracy, 0), error = sqrt(score * (1 - score) / ROWS);
    const bp_answers *answers = bp_evaluation_answers(e, 0);
    assert_true(score == bp_metric_find("accuracy")->compute(answers));
    assert_int_equal(answers->count, ROWS);
    assert_true(score > 0.75 && score < 0.85);
    assert_true(fabs(bp_evaluation_low(e, accuracy, 0) - (score - 1.96 * error)) < 0.2 * error);
    assert_true(fabs(bp_evaluation_high(e, accuracy, 0) - (score + 1.96 * error)) < 0.2 * error);
    for (size_t m = 0; bp_evaluation_metric(e, m) != NULL; m++)
        assert_true(bp_evaluation_low(e, m, 0) <= bp_evaluation_high(e, m, 0));
    for (size_t threads = 2; threads < 5; threads++) {
        bp_evaluation *other = evaluate(&j, 2000, threads);
        for (size_t m = 0; bp_evaluation_metric(e, m) != NULL; m++) {
            assert_true(bp_evaluation_low(e, m, 0) == bp_evaluation_low(other, m, 0));
            assert_true(bp_evaluation_high(e, m, 0) == bp_evaluation_high(other, m, 0));
        }
        bp_evaluation_free(other);
    }
    assert_true(bp_model_learned_from(j.model, j.table));
    bp_evaluation_free(e);
    close_judged(&j);
}

static void write_number(char *text, size_t row)
{
    double noise = sin((double)row * 12.9898) * 3;
    sprintf(text, "%zu,%zu,%.6f\n", row, row % 11, 0.5 * (double)row + noise);
}

static void test_numbers(void **state)
{
    (void)state;
    judged j;
    open_judged(&j, write_number,
                (const char *[][2]){{"target", "y,b"}, {"task", "regression"}, {NULL, NULL}});
    bp_evaluation *e = evaluate(&j, 500, 0);
    assert_int_equal(bp_evaluation_targets(e), 2);
    for (size_t t = 0; t < 2; t++)
        for (size_t m = 0; bp_evaluation_metric(e, m) != NULL; m++) {
            double score = bp_evaluation_score(e, m, t);
            const bp_metric *metric = bp_evaluation_metric(e, m);
            assert_true(score == metric->compute(bp_evaluation_answers(e, t)) || isnan(score));
            assert_true(bp_evaluation_low(e, m, t) <= bp_evaluation_high(e, m, t)
                        || isnan(bp_evaluation_low(e, m, t)));
        }
    size_t rmse = metric_of(e, "rmse");
    assert_true(fabs(bp_evaluation_score(e, rmse, 1) - 3 / sqrt(2)) < 0.1);
    assert_true(bp_evaluation_low(e, rmse, 1) < bp_evaluation_score(e, rmse, 1));
    assert_true(bp_evaluation_high(e, rmse, 1) > bp_evaluation_score(e, rmse, 1));
    bp_evaluation_free(e);
    e = evaluate(&j, 0, 0);
    assert_true(isnan(bp_evaluation_low(e, rmse, 0)));
    bp_evaluation_free(e);
    close_judged(&j);
}

static void test_refused(void **state)
{
    (void)state;
    judged j;
    bp_error error;
    bp_evaluation *e = NULL;
    bp_evaluation_options options;
    open_judged(&j, write_class, (const char *[][2]){{NULL, NULL}});
    bp_evaluation_options_init(&options);
    options.level = 1;
    assert_int_equal(bp_evaluate(&e, j.predictions, j.table, NULL, &options, &error),
                     BP_E_ARGUMENT);
    assert_string_equal(error.message, "the level lies between 0 and 1");
    assert_null(e);
    close_judged(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_classes),
                                       cmocka_unit_test(test_numbers),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
