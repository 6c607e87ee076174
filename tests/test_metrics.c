/* test_metrics.c: metrics beside scikit-learn's, and at their edges. */
#include "predict/probabilities.h"

#include <backprop.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS_MAX 512
#define CLASSES_MAX 8

typedef struct metric_case {
    uint32_t actual_classes[ROWS_MAX], predicted_classes[ROWS_MAX];
    double actual[ROWS_MAX], predicted[ROWS_MAX], probabilities[ROWS_MAX * CLASSES_MAX];
    double room[2 * ROWS_MAX + 3 * CLASSES_MAX];
    bp_answers answers;
} metric_case;

static double number(const bp_json_value *list, size_t i)
{
    double value = NAN;
    assert_true(bp_json_as_number(bp_json_at(list, i), &value));
    return value;
}

static void read_case(metric_case *c, const bp_json_value *json)
{
    const bp_json_value *actual = bp_json_get(json, "actual"),
                        *predicted = bp_json_get(json, "predicted"),
                        *probabilities = bp_json_get(json, "probabilities");
    size_t count = bp_json_count(actual), classes = 0;
    assert_true(bp_json_as_size(bp_json_get(json, "classes"), &classes));
    assert_true(count <= ROWS_MAX && classes <= CLASSES_MAX);
    for (size_t i = 0; i < count; i++) {
        c->actual[i] = number(actual, i);
        c->predicted[i] = number(predicted, i);
        c->actual_classes[i] = (uint32_t)(classes > 0 ? c->actual[i] : 0);
        c->predicted_classes[i] = (uint32_t)(classes > 0 ? c->predicted[i] : 0);
    }
    for (size_t i = 0; i < count * classes; i++)
        c->probabilities[i] = number(probabilities, i);
    assert_true(bp_answers_room(count, classes) <= sizeof c->room / sizeof *c->room);
    c->answers = (bp_answers){.count = count, .classes = classes, .room = c->room};
    if (classes > 0) {
        c->answers.actual_classes = c->actual_classes;
        c->answers.predicted_classes = c->predicted_classes;
        c->answers.probabilities = c->probabilities;
    } else {
        c->answers.actual = c->actual;
        c->answers.predicted = c->predicted;
    }
}

static void check_confusion(const metric_case *c, const bp_json_value *expected)
{
    size_t counts[CLASSES_MAX * CLASSES_MAX], classes = c->answers.classes;
    bp_class_score scores[CLASSES_MAX];
    bp_answers_confusion(&c->answers, counts);
    bp_answers_class_scores(&c->answers, scores);
    for (size_t i = 0; i < classes * classes; i++)
        assert_true((double)counts[i] == number(expected, i));
    for (size_t k = 0; k < classes; k++) {
        size_t row = 0, column = 0;
        for (size_t j = 0; j < classes; j++) {
            row += counts[k * classes + j];
            column += counts[j * classes + k];
        }
        assert_int_equal(scores[k].actual, row);
        assert_int_equal(scores[k].predicted, column);
        assert_int_equal(scores[k].right, counts[k * classes + k]);
    }
}

/* The area under a curve by trapezia is the metric's. */
static void check_curves(const metric_case *c)
{
    static double across[ROWS_MAX + 1], up[ROWS_MAX + 1];
    double sum = 0, area = bp_metric_find("roc-auc")->compute(&c->answers);
    size_t points = bp_answers_roc(&c->answers, 1, across, up);
    for (size_t i = 1; i < points; i++)
        sum += (across[i] - across[i - 1]) * (up[i] + up[i - 1]) / 2;
    if (c->answers.classes == 2)
        assert_true(fabs(sum - area) < 1e-12);
    assert_true(across[points - 1] == 1 && up[points - 1] == 1);
    points = bp_answers_precision_recall(&c->answers, 1, across, up);
    sum = 0;
    for (size_t i = 1; i < points; i++)
        sum += (across[i] - across[i - 1]) * up[i];
    if (c->answers.classes == 2)
        assert_true(fabs(sum - bp_metric_find("pr-auc")->compute(&c->answers)) < 1e-12);
}

static char *read_text(size_t *size)
{
    FILE *file = fopen("tests/oracle/metrics.json", "rb");
    assert_non_null(file);
    char *text = malloc(1 << 20);
    *size = fread(text, 1, 1 << 20, file);
    assert_true(*size < 1 << 20);
    fclose(file);
    return text;
}

static void test_against_sklearn(void **state)
{
    (void)state;
    static metric_case c;
    size_t size = 0, seen = 0;
    char *text = read_text(&size);
    bp_json_document *document = NULL;
    assert_int_equal(bp_json_read(&document, text, size, BP_E_DATA, NULL, NULL), BP_OK);
    const bp_json_value *cases = bp_json_get(bp_json_root(document), "cases");
    for (size_t i = 0; i < bp_json_count(cases); i++) {
        const bp_json_value *one = bp_json_at(cases, i), *scores = bp_json_get(one, "scores");
        read_case(&c, one);
        for (size_t k = 0; k < bp_json_count(scores); k++, seen++) {
            const bp_metric *metric = bp_metric_find(bp_json_key_at(scores, k));
            assert_non_null(metric);
            assert_true(metric->classification == (c.answers.classes > 0));
            double found = metric->compute(&c.answers), expected = number(scores, k);
            if (!(fabs(found - expected) <= 1e-12 * fmax(1, fabs(expected))))
                print_error("case %zu, %s: %.17g, not %.17g\n", i, metric->name, found, expected);
            assert_true(fabs(found - expected) <= 1e-12 * fmax(1, fabs(expected)));
        }
        if (c.answers.classes > 0) {
            check_confusion(&c, bp_json_get(one, "confusion"));
            check_curves(&c);
        }
    }
    assert_true(seen > 200);
    bp_json_document_free(document);
    free(text);
}

/* No rows, one class, no probabilities, answers that are no number: NaN or a number, no more. */
static void test_edges(void **state)
{
    (void)state;
    static const uint32_t same[] = {0, 0, 0};
    static const double sure[] = {1, 0, 1, 0, 1, 0}, none[] = {NAN, NAN, NAN, NAN, NAN, NAN};
    double room[64];
    const bp_metric *metric;
    for (size_t i = 0; (metric = bp_metric_at(i)) != NULL; i++) {
        bp_answers empty = {.classes = 2, .room = room};
        if (metric->classification || strcmp(metric->name, "r2") != 0)
            assert_true(isnan(metric->compute(&empty)));
        if (!metric->classification)
            continue;
        bp_answers one = {.count = 3,
                          .classes = 2,
                          .actual_classes = same,
                          .predicted_classes = same,
                          .probabilities = sure,
                          .room = room};
        double value = metric->compute(&one);
        bool defined = strcmp(metric->name, "roc-auc") != 0 && strcmp(metric->name, "pr-auc") != 0
                       && strcmp(metric->name, "kappa") != 0;
        assert_true(isfinite(value) == defined);
        one.probabilities = none;
        metric->compute(&one);
        one.probabilities = NULL;
        assert_true(!metric->needs_probabilities || isnan(metric->compute(&one)));
    }
    assert_null(bp_metric_find("acuracy"));
    assert_null(bp_metric_find("set-size")); /* of a list of its own, and unknown without sets */
    for (size_t i = 0; (metric = bp_coverage_at(i)) != NULL; i++) {
        static const double truth[] = {1, 2, NAN}, answer[] = {1, 1, 1};
        bp_answers numbers = {.count = 3, .actual = truth, .predicted = answer, .room = room};
        bool quantile = strcmp(metric->name, "quantile-coverage") == 0;
        assert_ptr_equal(metric, bp_coverage_find(metric->name));
        assert_true(isnan(metric->compute(&numbers)) == !quantile);
        assert_true(!quantile || metric->compute(&numbers) == 1 / 3.0);
        numbers.count = 0;
        assert_true(isnan(metric->compute(&numbers)));
    }
    assert_int_equal(bp_answers_roc(&(bp_answers){.classes = 2, .room = room}, 1, room, room), 0);
}

static void test_sure_and_wrong(void **state)
{
    (void)state;
    static const uint32_t actual[] = {0, 1}, predicted[] = {1, 0};
    static const double wrong[] = {0, 1, 1, 0};
    double room[16];
    bp_answers answers = {.count = 2,
                          .classes = 2,
                          .actual_classes = actual,
                          .predicted_classes = predicted,
                          .probabilities = wrong,
                          .room = room};
    assert_true(fabs(bp_metric_find("log-loss")->compute(&answers) - 52 * log(2)) < 1e-12);
    assert_true(bp_metric_find("brier")->compute(&answers) == 1);
    assert_true(bp_metric_find("roc-auc")->compute(&answers) == 0);
    assert_true(bp_metric_find("calibration-error")->compute(&answers) == 1);
    assert_true(fabs(bp_metric_find("mcc")->compute(&answers) + 1) < 1e-15);
}

/* Equation (36): whatever the outputs, numbers from 0 that sum to 1. */
static void test_probabilities(void **state)
{
    (void)state;
    static const struct {
        size_t width, classes;
        double outputs[3], expected[3];
    } cases[] = {{1, 2, {0.25}, {0.75, 0.25}},
                 {1, 2, {-3}, {1, 0}},
                 {1, 2, {7}, {0, 1}},
                 {1, 2, {NAN}, {1, 0}},
                 {3, 3, {0.5, 0.25, 0.25}, {0.5, 0.25, 0.25}},
                 {3, 3, {0.5, 1, 0.5}, {0.25, 0.5, 0.25}},
                 {3, 3, {-1, 2, NAN}, {0, 1, 0}},
                 {2, 2, {-1, -2}, {0.5, 0.5}},
                 {2, 2, {INFINITY, INFINITY}, {0.5, 0.5}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double found[3];
        bp_probabilities_of(cases[i].outputs, cases[i].width, found, cases[i].classes);
        for (size_t k = 0; k < cases[i].classes; k++)
            assert_true(found[k] == cases[i].expected[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_sklearn),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_sure_and_wrong),
        cmocka_unit_test(test_probabilities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
