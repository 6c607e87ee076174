/* test_validation.c: cross-validation whatever way rows are dealt: no part learns anything
 * from the rows held out, scores are those of models fitted one by one, and options that
 * contradict are refused. */
#include "recipe/split_config.h"
#include "support/tables.h"

#include <backprop/assess.h>
#include <backprop/predict.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS 60

/* Sixty rows; those marked have other cells, some of them missing, but for the columns that
 * rows are dealt by. `weight` is a target, so it differs too, and never lacks. */
static bp_table *make_table(const bool *marks)
{
    char text[8192] = "width,height,place,patient,day,part,weight,kind\n";
    for (size_t i = 0; i < ROWS; i++) {
        bool odd = marks != NULL && marks[i];
        char line[160], height[16];
        snprintf(height, sizeof height, "%zu", (i * 7) % 11);
        snprintf(line, sizeof line, "%zu.5,%s,%s,p%zu,%zu,%s,%zu.25,%s\n", odd ? 1000 + i : i,
                 odd && i % 2 == 0 ? "" : height,
                 odd          ? "elsewhere"
                 : i % 3 == 0 ? "north"
                              : "south",
                 i * i % 13, i * 5 % 17,
                 i % 10 == 3  ? "valid"
                 : i % 3 == 1 ? "test"
                              : "train",
                 odd ? 90 * i : 3 * i,
                 i % 7 == 0   ? "rare"
                 : i % 2 == 0 ? "even"
                              : "odd");
        strcat(text, line);
    }
    return table_of(text, 1);
}

typedef const char *const *settings; /* name, value, ..., NULL */

static bp_config *config_of(settings task, settings way)
{
    bp_config *config = NULL;
    bp_error error = {.message = ""};
    assert_int_equal(bp_config_new(&config, "plain", NULL, NULL), BP_OK);
    assert_int_equal(bp_config_set(config, "epochs", "2", NULL), BP_OK);
    for (; task != NULL && task[0] != NULL; task += 2)
        assert_int_equal(bp_config_set(config, task[0], task[1], NULL), BP_OK);
    for (; way[0] != NULL; way += 2)
        if (bp_config_set(config, way[0], way[1], &error) != BP_OK)
            fail_msg("%s", error.message);
    return config;
}

static const char *const classes[] = {"target", "kind", "drop", "weight", NULL};
static const char *const numbers[] = {"target", "weight", NULL};
static const settings tasks[] = {classes, numbers};

#define WAYS 11
static const char *const ways[WAYS][5] = {
    {"folds", "4"},
    {"folds", "3", "repeats", "2"},
    {"stratify", "no"},
    {"folds", "loo"},
    {"test-fraction", "0.3"},
    {"test-fraction", "0.2", "repeats", "3"},
    {"group", "patient"},
    {"group", "patient", "test-fraction", "0.25"},
    {"time", "day", "folds", "6"},
    {"time", "file-order"},
    {"split", "part"},
};

static bp_split *split_of(bp_table *table, const bp_config *config)
{
    bp_split *split = NULL;
    bp_preparation *preparation = NULL;
    bp_error note, error = {.message = ""};
    if (bp_config_preparation(&preparation, table, config, &error) != BP_OK
        || bp_config_split(&split, table, preparation, config, NULL, &note, &error) != BP_OK)
        fail_msg("%s", error.message);
    bp_preparation_free(preparation);
    return split;
}

static bp_model *fit(bp_table *table, const size_t *rows, size_t count, const bp_config *config)
{
    bp_model *model = NULL;
    bp_error error = {.message = ""};
    if (bp_fit_table(&model, table, rows, count, config, NULL, &error) != BP_OK)
        fail_msg("%s", error.message);
    return model;
}

/* ---- Leaks ---------------------------------------------------------------------- */

static void assert_same_model(const bp_model *a, const bp_model *b)
{
    char *first = json_of(bp_model_preparation(a)), *second = json_of(bp_model_preparation(b));
    assert_string_equal(first, second);
    free(first);
    free(second);
    size_t size = bp_net_parameter_count(bp_model_net(a)) * bp_type_size(bp_model_type(a));
    assert_int_equal(bp_net_parameter_count(bp_model_net(a)),
                     bp_net_parameter_count(bp_model_net(b)));
    assert_memory_equal(bp_model_parameters(a, 0), bp_model_parameters(b, 0), size);
}

/* Every row that a part does not learn from is changed: its model is the same to the bit. */
static void check_no_leak(bp_table *table, const bp_config *config)
{
    bp_split *split = split_of(table, config);
    for (size_t part = 0; part < bp_split_count(split); part++) {
        size_t rows[ROWS], count = bp_split_training(split, part, rows);
        bool marks[ROWS];
        memset(marks, true, sizeof marks);
        for (size_t i = 0; i < count; i++)
            marks[rows[i]] = false;
        bp_table *other = make_table(marks);
        bp_model *one = fit(table, rows, count, config), *two = fit(other, rows, count, config);
        assert_same_model(one, two);
        bp_model_free(one);
        bp_model_free(two);
        bp_table_free(other);
    }
    bp_split_free(split);
}

static void test_no_leak(void **state)
{
    (void)state;
    for (size_t way = 0; way < WAYS; way++)
        for (size_t task = 0; task < 2; task++) {
            bp_table *table = make_table(NULL);
            bp_config *config = config_of(tasks[task], ways[way]);
            check_no_leak(table, config);
            bp_config_free(config);
            bp_table_free(table);
        }
}

/* The test above sees a leak where there is one. */
static void test_leak_is_seen(void **state)
{
    (void)state;
    static const char *const leaking[] = {"scale-on", "all", NULL};
    bool marks[ROWS] = {[ROWS - 1] = true}; /* whose height is there */
    bp_table *table = make_table(NULL), *other = make_table(marks);
    bp_config *config = config_of(numbers, leaking);
    bp_model *one = fit(table, NULL, ROWS - 1, config), *two = fit(other, NULL, ROWS - 1, config);
    char *first = json_of(bp_model_preparation(one)), *second = json_of(bp_model_preparation(two));
    assert_string_not_equal(first, second);
    free(first);
    free(second);
    bp_model_free(one);
    bp_model_free(two);
    bp_config_free(config);
    bp_table_free(table);
    bp_table_free(other);
}

/* ---- Scores ---------------------------------------------------------------------- */

#define CLASSES_MAX 8

/* Answers to the rows of a part by a model fitted alone; room from `at` on. */
typedef struct by_hand {
    uint32_t actual_classes[4 * ROWS], predicted_classes[4 * ROWS];
    double actual[4 * ROWS], predicted[4 * ROWS];
    double probabilities[4 * ROWS * CLASSES_MAX];
    size_t classes;
} by_hand;

static size_t answer(by_hand *hand, size_t at, bp_table *table, const bp_split *split, size_t part,
                     const bp_config *config)
{
    size_t rows[ROWS], column = 0, count = 0, learned = bp_split_training(split, part, rows);
    const size_t *tests = bp_split_tests(split, part, &count);
    bp_model *model = fit(table, rows, learned, config);
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    bp_table_find_column(table, bp_config_get(config, "target"), &column, NULL);
    assert_int_equal(bp_predictor_new(&predictor, model, NULL, NULL), BP_OK);
    assert_int_equal(bp_predict_table(&predictions, predictor, table, tests, count, NULL), BP_OK);
    const uint32_t *codes = bp_table_codes(table, column);
    hand->classes = bp_preparation_class_count(bp_model_preparation(model));
    assert_true(hand->classes <= CLASSES_MAX);
    bp_matrix cells = bp_table_numbers(table, column),
              outputs = bp_predictions_outputs(predictions);
    for (size_t i = 0; i < count; i++) {
        if (codes != NULL) {
            hand->actual_classes[at + i] = codes[tests[i]];
            hand->predicted_classes[at + i] = bp_predictions_classes(predictions)[i];
            bp_predictions_probabilities(predictions, i,
                                         hand->probabilities + (at + i) * hand->classes);
        } else {
            hand->actual[at + i] = ((const double *)cells.data)[tests[i]];
            hand->predicted[at + i] = ((const double *)outputs.data)[i * outputs.row_stride];
        }
    }
    bp_predictions_free(predictions);
    bp_predictor_free(predictor);
    bp_model_free(model);
    return count;
}

static double score(const by_hand *hand, const bp_metric *metric, size_t at, size_t count)
{
    static double room[4096];
    assert_true(bp_answers_room(count, hand->classes) <= sizeof room / sizeof *room);
    bp_answers answers = {.count = count,
                          .classes = hand->classes,
                          .probabilities = hand->probabilities + at * hand->classes,
                          .room = room,
                          .actual_classes = hand->actual_classes + at,
                          .predicted_classes = hand->predicted_classes + at,
                          .actual = hand->actual + at,
                          .predicted = hand->predicted + at};
    return metric->compute(&answers);
}

static bool are_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* The answers that a validation kept are those of `hand`, and where they belong. */
static void check_answers(const bp_validation *validation, const by_hand *hand, size_t total)
{
    size_t count = 0, at = 0;
    const bp_split *split = bp_validation_split(validation);
    const bp_held_out *rows = bp_validation_held_out(validation, &count);
    bp_answers answers = bp_validation_answers(validation, 0, false);
    assert_int_equal(bp_validation_targets(validation), 1);
    assert_int_equal(count, total);
    assert_int_equal(answers.count, total);
    for (size_t part = 0; part < bp_split_count(split); part++) {
        size_t held_out = 0;
        const size_t *tests = bp_split_tests(split, part, &held_out);
        for (size_t i = 0; i < held_out; i++, at++) {
            assert_int_equal(rows[at].row, tests[i]);
            assert_int_equal(rows[at].fold, part);
        }
    }
    assert_int_equal(at, total);
    if (bp_validation_task(validation) == BP_TASK_REGRESSION) {
        assert_memory_equal(answers.actual, hand->actual, total * sizeof(double));
        assert_memory_equal(answers.predicted, hand->predicted, total * sizeof(double));
        return;
    }
    assert_int_equal(answers.classes, hand->classes);
    assert_memory_equal(answers.actual_classes, hand->actual_classes, total * sizeof(uint32_t));
    assert_memory_equal(answers.predicted_classes, hand->predicted_classes,
                        total * sizeof(uint32_t));
    assert_memory_equal(answers.probabilities, hand->probabilities,
                        total * hand->classes * sizeof(double));
}

/* Groups of folds, also of unequal size, score exactly as models fitted one by one. */
static void check_scores(bp_table *table, const bp_config *config)
{
    bp_split *split = split_of(table, config);
    bp_validation *validation = NULL;
    by_hand hand;
    size_t at = 0;
    assert_int_equal(bp_cross_validate(&validation, table, config, NULL, NULL), BP_OK);
    assert_int_equal(bp_validation_folds(validation), bp_split_count(split));
    for (size_t part = 0; part < bp_split_count(split); part++) {
        size_t count = answer(&hand, at, table, split, part, config);
        assert_int_equal(bp_validation_rows(validation, part), count);
        for (size_t m = 0; bp_validation_metric(validation, m) != NULL; m++) {
            double expected = score(&hand, bp_validation_metric(validation, m), at, count);
            assert_true(are_same(bp_validation_score(validation, m, part, false), expected));
        }
        at += count;
    }
    for (size_t m = 0; bp_validation_metric(validation, m) != NULL; m++)
        assert_true(are_same(bp_validation_pooled(validation, m, false),
                             score(&hand, bp_validation_metric(validation, m), 0, at)));
    check_answers(validation, &hand, at);
    assert_int_equal(isnan(bp_validation_deviation(validation, 0, false)) != 0,
                     bp_split_count(split) == 1);
    bp_validation_free(validation);
    bp_split_free(split);
}

static void test_scores(void **state)
{
    (void)state;
    for (size_t way = 0; way < WAYS; way++)
        for (size_t task = 0; task < 2; task++) {
            bp_table *table = make_table(NULL);
            bp_config *config = config_of(tasks[task], ways[way]);
            check_scores(table, config);
            bp_config_free(config);
            bp_table_free(table);
        }
}

/* ---- Columns that rows are dealt by ------------------------------------------------ */

static void check_inputs(const char *const *way, const char *expected)
{
    char names[128] = "";
    bp_table *table = make_table(NULL);
    bp_config *config = config_of(NULL, way);
    bp_preparation *preparation = NULL;
    assert_int_equal(bp_config_preparation(&preparation, table, config, NULL), BP_OK);
    for (size_t i = 0; i < bp_preparation_input_count(preparation); i++)
        strcat(strcat(names, i > 0 ? " " : ""), bp_preparation_input_name(preparation, i));
    assert_string_equal(names, expected);
    bp_preparation_free(preparation);
    bp_config_free(config);
    bp_table_free(table);
}

static void test_no_inputs(void **state)
{
    (void)state;
    check_inputs((const char *[]){NULL}, "width height place patient day part weight");
    check_inputs((const char *[]){"group", "patient", NULL}, "width height place day part weight");
    check_inputs((const char *[]){"split", "#6", "drop", "day,width", NULL},
                 "height place patient weight");
    check_inputs((const char *[]){"time", "day", NULL},
                 "width height place patient day part weight");
}

/* ---- Refused ------------------------------------------------------------------------ */

static void refused(settings task, const char *const *way, const char *message)
{
    bp_table *table = make_table(NULL);
    bp_config *config = config_of(task, way);
    bp_validation *validation = (bp_validation *)&validation;
    bp_error error = {.message = ""};
    bp_status status = bp_cross_validate(&validation, table, config, NULL, &error);
    assert_string_equal(error.message, message);
    assert_int_equal(status, BP_E_OPTION);
    assert_null(validation);
    bp_config_free(config);
    bp_table_free(table);
}

#define WITH(...)                                                                                  \
    (const char *[])                                                                               \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static void test_contradictions(void **state)
{
    (void)state;
    refused(classes, WITH("group", "patient", "time", "day"),
            "--group and --time both say how rows are dealt: give one of them");
    refused(classes, WITH("time", "day", "split", "part"),
            "--time and --split both say how rows are dealt: give one of them");
    refused(classes, WITH("folds", "5", "test-fraction", "0.5"),
            "--folds deals folds and --test-fraction holds out once: give one of them");
    refused(classes, WITH("split", "part", "folds", "3"),
            "the column of --split says which rows are held out: leave out --folds");
    refused(classes, WITH("split", "part", "test-fraction", "0.1"),
            "the column of --split says which rows are held out: leave out --test-fraction");
    refused(classes, WITH("time", "day", "repeats", "2"),
            "--time leaves nothing to chance: --repeats would give the same again");
    refused(classes, WITH("folds", "loo", "repeats", "2"),
            "--folds loo leaves nothing to chance: --repeats would give the same again");
    refused(classes, WITH("group", "patient", "repeats", "2"),
            "--group leaves nothing to chance: --repeats would give the same again");
    refused(classes, WITH("group", "patient", "stratify", "yes"),
            "--stratify yes deals shuffled rows; with --group they are dealt otherwise");
    refused(classes, WITH("group", "patient", "test-fraction", "0.5", "stratify", "yes"),
            "--stratify yes deals shuffled rows; with --group they are dealt otherwise");
    refused(classes, WITH("folds", "loo", "stratify", "yes"),
            "--stratify yes deals shuffled rows; with --folds loo they are dealt otherwise");
    refused(numbers, WITH("stratify", "yes"),
            "--stratify yes deals classes, and this is regression, which has none (--task)");
    refused(classes, WITH("generator", "mersenne", "repeats", "2"),
            "the generator mersenne (the recipe tutorial's) deals plain folds alone: --repeats "
            "takes --generator philox");
    refused(classes, WITH("generator", "mersenne", "test-fraction", "0.2"),
            "the generator mersenne (the recipe tutorial's) deals plain folds alone: "
            "--test-fraction takes --generator philox");
    refused(classes, WITH("generator", "mersenne", "stratify", "yes"),
            "the generator mersenne (the recipe tutorial's) deals plain folds alone: --stratify "
            "yes takes --generator philox");
}

static void test_against_the_table(void **state)
{
    (void)state;
    refused(classes, WITH("folds", "61"), "61 folds cannot be made of 60 rows");
    refused(classes, WITH("group", "patient", "folds", "8"), "8 folds cannot be made of 7 groups");
    refused(classes, WITH("group", "kind"),
            "--group kind is the target, which rows cannot be split by; --target says another one");
    refused(NULL, WITH("split", "#8"),
            "--split #8 is the target, which rows cannot be split by; --target says another one");
    refused(classes, WITH("time", "weeks"),
            "unknown column \"weeks\"; there are 8 columns, \"width\" to \"kind\"");
    refused(classes, WITH("folds", "12", "stratify", "yes"),
            "class rare has 9 rows, too few for 12 parts with each class; --stratify auto deals "
            "them as evenly as can be");
}

static void test_note(void **state)
{
    (void)state;
    bp_table *table = make_table(NULL);
    bp_config *config = config_of(classes, WITH("folds", "12"));
    bp_validation *validation = NULL;
    assert_int_equal(bp_cross_validate(&validation, table, config, NULL, NULL), BP_OK);
    assert_true(bp_split_is_stratified(bp_validation_split(validation)));
    assert_string_equal(bp_validation_note(validation),
                        "class rare has 9 rows, too few to be in each of 12 parts");
    bp_validation_free(validation);
    assert_int_equal(bp_config_set(config, "folds", "9", NULL), BP_OK);
    assert_int_equal(bp_cross_validate(&validation, table, config, NULL, NULL), BP_OK);
    assert_null(bp_validation_note(validation));
    bp_validation_free(validation);
    bp_config_free(config);
    bp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_leak),        cmocka_unit_test(test_leak_is_seen),
        cmocka_unit_test(test_scores),         cmocka_unit_test(test_no_inputs),
        cmocka_unit_test(test_contradictions), cmocka_unit_test(test_against_the_table),
        cmocka_unit_test(test_note),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
