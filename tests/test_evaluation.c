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

/* ---- What a model promises ------------------------------------------------------------- */

/* Answers anew, by a calibration. */
static void calibrate(judged *j, double coverage)
{
    bp_calibrate_options options;
    bp_error error;
    bp_calibrate_options_init(&options);
    options.coverage = coverage;
    assert_int_equal(bp_calibrate(j->model, j->predictions, j->table, NULL, &options, &error),
                     BP_OK);
    bp_predictions_free(j->predictions);
    assert_int_equal(bp_predict_table(&j->predictions, j->predictor, j->table, NULL, ROWS, &error),
                     BP_OK);
}

static bool has_metric(const bp_evaluation *e, const char *name)
{
    for (size_t m = 0; bp_evaluation_metric(e, m) != NULL; m++)
        if (strcmp(bp_evaluation_metric(e, m)->name, name) == 0)
            return true;
    return false;
}

/* A share of rows and its interval, which is near that of a binomial. */
static void check_share(const bp_evaluation *e, const char *name, size_t target, double share,
                        double asked)
{
    size_t m = metric_of(e, name);
    double score = bp_evaluation_score(e, m, target);
    double half = 1.96 * sqrt(share * (1 - share) / ROWS);
    assert_true(fabs(score - share) < 1e-12);
    assert_true(bp_evaluation_asked(e, m) == asked);
    assert_true(fabs(bp_evaluation_low(e, m, target) - (share - half)) < 0.4 * half);
    assert_true(fabs(bp_evaluation_high(e, m, target) - (share + half)) < 0.4 * half);
    assert_ptr_equal(bp_evaluation_metric(e, m), bp_coverage_find(name));
}

static void test_sets(void **state)
{
    (void)state;
    judged j;
    double room[2], size = 0, covered = 0;
    uint32_t set[2];
    open_judged(&j, write_class, (const char *[][2]){{NULL, NULL}});
    bp_evaluation *plain = evaluate(&j, 500, 1);
    assert_false(has_metric(plain, "set-coverage"));
    assert_null(bp_evaluation_answers(plain, 0)->covered);
    calibrate(&j, 0.9);
    bp_evaluation *e = evaluate(&j, 500, 1), *other = evaluate(&j, 500, 3);
    const uint32_t *actual = bp_evaluation_answers(e, 0)->actual_classes;
    for (size_t row = 0; row < ROWS; row++) {
        size_t count = bp_predictions_set(j.predictions, row, room, set);
        size += (double)count / ROWS;
        for (size_t k = 0; k < count; k++)
            covered += (set[k] == actual[row]) / (double)ROWS;
    }
    assert_true(covered > 0.89 && covered < 0.93 && size > 1 && size < 2);
    check_share(e, "set-coverage", 0, covered, 0.9);
    size_t m = metric_of(e, "set-size"), accuracy = metric_of(e, "accuracy");
    assert_true(fabs(bp_evaluation_score(e, m, 0) - size) < 1e-12);
    assert_true(bp_evaluation_low(e, m, 0) < size && bp_evaluation_high(e, m, 0) > size);
    assert_true(bp_evaluation_low(e, m, 0) == bp_evaluation_low(other, m, 0));
    assert_true(isnan(bp_evaluation_asked(e, m)) && isnan(bp_evaluation_asked(e, accuracy)));
    assert_false(has_metric(e, "interval-coverage") || has_metric(e, "quantile-coverage"));
    assert_true(bp_evaluation_low(e, accuracy, 0) == bp_evaluation_low(plain, accuracy, 0));
    bp_evaluation_free(other);
    bp_evaluation_free(e);
    bp_evaluation_free(plain);
    close_judged(&j);
}

/* Two targets of their own widths; the rows are not those that the widths were found on. */
static void test_intervals(void **state)
{
    (void)state;
    judged j;
    open_judged(&j, write_number,
                (const char *[][2]){{"target", "y,b"}, {"task", "regression"}, {NULL, NULL}});
    const double widths[] = {1.5, 2};
    const bp_calibration c = {
        .rows = 9, .temperature = 1, .coverage = 0.75, .quantiles = widths, .threshold = NAN};
    assert_int_equal(bp_model_set_calibration(j.model, &c, NULL), BP_OK);
    bp_evaluation *e = evaluate(&j, 500, 0);
    for (size_t t = 0; t < 2; t++) {
        const bp_answers *answers = bp_evaluation_answers(e, t);
        double within = 0;
        for (size_t row = 0; row < ROWS; row++)
            within += fabs(answers->actual[row] - answers->predicted[row]) <= widths[t];
        assert_true(within > 0.2 * ROWS && within < 0.8 * ROWS);
        check_share(e, "interval-coverage", t, within / ROWS, 0.75);
        size_t m = metric_of(e, "interval-width");
        assert_true(fabs(bp_evaluation_score(e, m, t) - 2 * widths[t]) < 1e-9);
    }
    assert_false(has_metric(e, "set-size") || has_metric(e, "quantile-coverage"));
    bp_evaluation_free(e);
    close_judged(&j);
}

/* The loss that aims at a quantile is told by the share below, beside what it aimed at; where the
 * record is lost, by that share alone. */
static void test_quantile(void **state)
{
    (void)state;
    judged j;
    open_judged(&j, write_number,
                (const char *[][2]){{"loss", "quantile"}, {"quantile", "0.8"}, {NULL, NULL}});
    bp_evaluation *e = evaluate(&j, 500, 0);
    const bp_answers *answers = bp_evaluation_answers(e, 0);
    double below = 0;
    for (size_t row = 0; row < ROWS; row++)
        below += answers->actual[row] <= answers->predicted[row];
    assert_true(below > 0.7 * ROWS && below < 0.9 * ROWS);
    check_share(e, "quantile-coverage", 0, below / ROWS, 0.8);
    assert_false(has_metric(e, "interval-coverage"));
    bp_evaluation_free(e);
    assert_int_equal(bp_model_set_note(j.model, "recipe", "{\"quantile\":1}", NULL), BP_OK);
    e = evaluate(&j, 0, 0);
    assert_true(isnan(bp_evaluation_asked(e, metric_of(e, "quantile-coverage"))));
    assert_true(bp_evaluation_score(e, metric_of(e, "quantile-coverage"), 0) == below / ROWS);
    bp_evaluation_free(e);
    close_judged(&j);
}

/* The options that a model was made with, settled, with their origins; and records that are none.
 */
static void test_options_of_model(void **state)
{
    (void)state;
    static const char *const damaged[] = {"[]", "{", "{\"seed\":{\"value\":\"7\"}}",
                                          "{\"seed\":{\"value\":\"x\",\"from\":\"caller\"}}",
                                          "{\"recipe\":{\"value\":\"no such\"}}"};
    judged j;
    bp_config *config = NULL;
    bp_json *json = NULL;
    bp_error error;
    open_judged(&j, write_number, (const char *[][2]){{"seed", "7"}, {NULL, NULL}});
    assert_int_equal(bp_config_of_model(&config, j.model, NULL, &error), BP_OK);
    assert_string_equal(bp_config_get(config, "recipe"), "linear");
    assert_string_equal(bp_config_get(config, "seed"), "7");
    assert_int_equal(bp_config_origin(config, "seed"), BP_FROM_CALLER);
    assert_int_equal(bp_config_origin(config, "hidden"), BP_FROM_RECIPE);
    assert_int_equal(bp_config_origin(config, "quantile"), BP_FROM_DEFAULT);
    assert_int_equal(bp_json_new(&json, NULL, &error), BP_OK);
    bp_config_write(config, json); /* what was read is what is written */
    assert_string_equal(bp_json_text(json, NULL), bp_model_note(j.model, "recipe"));
    bp_json_free(json);
    bp_config_free(config);
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        assert_int_equal(bp_model_set_note(j.model, "recipe", damaged[i], NULL), BP_OK);
        assert_int_equal(bp_config_of_model(&config, j.model, NULL, &error), BP_E_MODEL);
        assert_int_equal(error.status, BP_E_MODEL);
        assert_null(config);
    }
    /* Of another version: what is unknown is passed over, what is not there is the default. */
    assert_int_equal(bp_model_set_note(j.model, "recipe", "{\"new\":{\"value\":1}}", NULL), BP_OK);
    assert_int_equal(bp_config_of_model(&config, j.model, NULL, &error), BP_OK);
    assert_string_equal(bp_config_get(config, "seed"), "1");
    bp_config_free(config);
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),  cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_sets),     cmocka_unit_test(test_intervals),
        cmocka_unit_test(test_quantile), cmocka_unit_test(test_options_of_model),
        cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
