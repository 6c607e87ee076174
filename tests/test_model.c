/* test_model.c: from a table to a model, its file and its answers: the same bits before
 * and after saving, no leaks from rows held out, nothing trusted in a file. */
#include "support/failing_allocator.h"

#include <backprop/assess.h>
#include <backprop/predict.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ROWS 30

/* Thirty rows of two inputs, a category, a class and a number; row `odd` differs. */
static bp_table *make_table(size_t odd)
{
    char text[4096] = "width,height,place,kind,weight\n";
    for (size_t i = 0; i < ROWS; i++) {
        char line[128];
        snprintf(line, sizeof line, "%zu.5,%zu,%s,%s,%zu.25\n", i == odd ? 1000 : i, (i * 7) % 11,
                 i % 3 == 0 ? "north" : "south", i < ROWS / 2 ? "small one" : "large", 3 * i);
        strcat(text, line);
    }
    bp_table *table = NULL;
    assert_int_equal(bp_table_read_memory(&table, text, strlen(text), NULL, NULL), BP_OK);
    return table;
}

static bp_config *config_of(const char *const *pairs)
{
    bp_config *config = NULL;
    assert_int_equal(bp_config_new(&config, "plain", NULL, NULL), BP_OK);
    assert_int_equal(bp_config_set(config, "epochs", "40", NULL), BP_OK);
    for (; pairs[0] != NULL; pairs += 2)
        assert_int_equal(bp_config_set(config, pairs[0], pairs[1], NULL), BP_OK);
    return config;
}

static const char *const classes[] = {"target", "kind", "drop", "weight", NULL};
static const char *const numbers[] = {"target", "weight,height", NULL};

static bp_model *fit(bp_table *table, const char *const *pairs, const size_t *rows, size_t count)
{
    bp_config *config = config_of(pairs);
    bp_model *model = NULL;
    bp_error error;
    bp_status status = bp_fit_table(&model, table, rows, count, config, NULL, &error);
    if (status != BP_OK)
        print_error("%s\n", error.message);
    assert_int_equal(status, BP_OK);
    bp_config_free(config);
    return model;
}

static void bytes_of(const bp_model *model, void **bytes, size_t *size)
{
    assert_int_equal(bp_model_save_memory(model, bytes, size, NULL), BP_OK);
}

static void same_answers(const bp_model *a, const bp_model *b, bp_table *table)
{
    bp_predictor *first = NULL, *second = NULL;
    bp_predictions *x = NULL, *y = NULL;
    assert_int_equal(bp_predictor_new(&first, a, NULL, NULL), BP_OK);
    assert_int_equal(bp_predictor_new(&second, b, NULL, NULL), BP_OK);
    assert_int_equal(bp_predict_table(&x, first, table, NULL, ROWS, NULL), BP_OK);
    assert_int_equal(bp_predict_table(&y, second, table, NULL, ROWS, NULL), BP_OK);
    bp_matrix left = bp_predictions_outputs(x), right = bp_predictions_outputs(y);
    assert_int_equal(left.columns, right.columns);
    assert_memory_equal(left.data, right.data, ROWS * left.columns * sizeof(double));
    bp_predictions_free(x);
    bp_predictions_free(y);
    bp_predictor_free(first);
    bp_predictor_free(second);
}

static void round_trip(void **state)
{
    (void)state;
    const char *const *const tasks[] = {classes, numbers};
    for (size_t t = 0; t < 2; t++) {
        bp_table *table = make_table(ROWS);
        bp_model *model = fit(table, tasks[t], NULL, 0), *again = NULL, *loaded = NULL;
        void *first = NULL, *second = NULL;
        size_t size = 0, other = 0;
        bytes_of(model, &first, &size);
        assert_int_equal(bp_model_load_memory(&loaded, first, size, "memory", NULL, NULL), BP_OK);
        same_answers(model, loaded, table);
        bytes_of(loaded, &second, &other); /* saving what was loaded gives the same file */
        assert_int_equal(size, other);
        assert_memory_equal(first, second, size);
        bp_model_release_memory(loaded, second, other);
        again = fit(table, tasks[t], NULL, 0); /* and so does fitting again */
        bytes_of(again, &second, &other);
        assert_int_equal(size, other);
        assert_memory_equal(first, second, size);
        bp_model_release_memory(again, second, other);
        bp_model_release_memory(model, first, size);
        assert_non_null(bp_model_note(loaded, "recipe"));
        assert_non_null(strstr(bp_model_note(loaded, "training"), "{\"rows\":30,\"epochs\":40,"));
        bp_model_free(again);
        bp_model_free(loaded);
        bp_model_free(model);
        bp_table_free(table);
    }
}

static void saved_file(void **state)
{
    (void)state;
    char path[] = "/tmp/backprop-model-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    bp_table *table = make_table(ROWS);
    bp_model *model = fit(table, classes, NULL, 0), *loaded = NULL;
    bp_error error;
    assert_int_equal(bp_model_save(model, path, NULL), BP_OK);
    assert_int_equal(bp_model_load(&loaded, path, NULL, NULL), BP_OK);
    same_answers(model, loaded, table);
    bp_model_free(loaded);
    unlink(path);
    assert_int_equal(bp_model_load(&loaded, path, NULL, &error), BP_E_MODEL);
    assert_null(loaded);
    assert_string_equal(error.file, path);
    bp_model_free(model);
    bp_table_free(table);
}

/* Whether two models have the same weights and answers. */
static bool same_fit(const bp_model *a, const bp_model *b, bp_table *table)
{
    size_t size = bp_net_parameter_count(bp_model_net(a)) * bp_type_size(bp_model_type(a));
    if (memcmp(bp_model_parameters(a, 0), bp_model_parameters(b, 0), size) != 0)
        return false;
    same_answers(a, b, table);
    return true;
}

/* A model of the first 20 rows is the same whatever stands in the others (but for the
 * fingerprint of the table). */
static void held_out_rows_do_not_leak(void **state)
{
    (void)state;
    static const char *const leaking[] = {"target",   "kind", "drop", "weight",
                                          "scale-on", "all",  NULL};
    bp_table *plain = make_table(ROWS), *odd = make_table(25);
    bp_model *a = fit(plain, classes, NULL, 20), *b = fit(odd, classes, NULL, 20);
    assert_true(same_fit(a, b, plain));
    bp_model_free(a);
    bp_model_free(b);
    a = fit(plain, leaking, NULL, 20); /* and the test can tell */
    b = fit(odd, leaking, NULL, 20);
    assert_false(same_fit(a, b, plain));
    bp_model_free(a);
    bp_model_free(b);
    bp_table_free(plain);
    bp_table_free(odd);
}

/* Every truncation, and every byte changed in several ways: a refusal or a model, never
 * a crash, a leak or an error without a text. */
static void hostile_bytes(void **state)
{
    (void)state;
    bp_table *table = make_table(ROWS);
    bp_model *model = fit(table, classes, NULL, 0), *loaded = NULL;
    unsigned char *bytes = NULL;
    void *block = NULL;
    size_t size = 0;
    bytes_of(model, &block, &size);
    bytes = malloc(size);
    memcpy(bytes, block, size);
    static const unsigned char changes[] = {0x01, 0x80, 0xff, 0x20};
    for (size_t i = 0; i < size; i++) {
        failing_allocator counting;
        failing_allocator_init(&counting, 0);
        bp_error error = {0};
        assert_int_equal(
            bp_model_load_memory(&loaded, bytes, i, "cut", &counting.allocator, &error),
            BP_E_MODEL);
        assert_string_equal(error.file, "cut");
        assert_true(failing_allocator_is_clean(&counting));
        unsigned char kept = bytes[i];
        bytes[i] ^= changes[i % sizeof changes];
        bp_status status =
            bp_model_load_memory(&loaded, bytes, size, "changed", &counting.allocator, &error);
        assert_true(status == BP_OK || status == BP_E_MODEL);
        assert_true(status == BP_OK || error.message[0] != '\0');
        bp_model_free(loaded);
        assert_true(failing_allocator_is_clean(&counting));
        bytes[i] = kept;
    }
    for (size_t n = 1;; n++) { /* every allocation refused once */
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_status status =
            bp_model_load_memory(&loaded, bytes, size, "whole", &failing.allocator, NULL);
        bp_model_free(loaded);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
        assert_int_equal(status, BP_E_MEMORY);
    }
    free(bytes);
    bp_model_release_memory(model, block, size);
    bp_model_free(model);
    bp_table_free(table);
}

static void options(void **state)
{
    (void)state;
    bp_config *config = NULL;
    bp_error error;
    assert_int_equal(bp_config_new(&config, "tutoral", NULL, &error), BP_E_OPTION);
    assert_string_equal(error.message,
                        "unknown value of --recipe \"tutoral\"; did you mean \"tutorial\"?");
    assert_int_equal(bp_config_new(&config, "tutorial", NULL, NULL), BP_OK);
    assert_string_equal(bp_config_get(config, "learning-rate"), "0.3");
    assert_int_equal(bp_config_origin(config, "learning-rate"), BP_FROM_RECIPE);
    assert_int_equal(bp_config_origin(config, "beta1"), BP_FROM_DEFAULT);
    assert_int_equal(bp_config_set(config, "learning-rate", "0.1", NULL), BP_OK);
    assert_int_equal(bp_config_set(config, "recipe", "auto", NULL), BP_OK);
    assert_int_equal(bp_config_origin(config, "learning-rate"), BP_FROM_CALLER);
    assert_string_equal(bp_config_get(config, "learning-rate"), "0.1");
    assert_string_equal(bp_config_get(config, "scale-on"), "training");
    assert_null(bp_config_get(config, "colour"));
    static const char *const wrong[][3] = {
        {"epoch", "3", "did you mean \"epochs\"?"},
        {"epochs", "-1", "takes a whole number from 0 to 1000000000, or auto, not \"-1\""},
        {"epochs", "1.5", "takes a whole number"},
        {"learning-rate", "fast", "or auto, not \"fast\""},
        {"learning-rate", "nan", "not \"nan\""},
        {"hidden", "5,,3", "whole numbers above 0"},
        {"hidden", "0", "whole numbers above 0"},
        {"hidden", "5,", "whole numbers above 0"},
        {"shuffle", "maybe", "is yes or no"},
        {"task", "classify", "unknown value of --task"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(bp_config_set(config, wrong[i][0], wrong[i][1], &error), BP_E_OPTION);
        if (strstr(error.message, wrong[i][2]) == NULL)
            print_error("%s\n", error.message);
        assert_non_null(strstr(error.message, wrong[i][2]));
    }
    for (size_t i = 0; i < bp_option_count(); i++) /* every default suits its own option */
        assert_int_equal(bp_option_check(bp_option_at(i), bp_option_at(i)->fallback, NULL), BP_OK);
    for (size_t r = 0; bp_recipe_name(r) != NULL; r++)
        for (size_t i = 0; i < bp_option_count(); i++) {
            const char *value = bp_recipe_value(bp_recipe_name(r), bp_option_at(i)->name,
                                                r % 2 == 0 ? "classification" : "regression");
            assert_true(value == NULL || bp_option_check(bp_option_at(i), value, NULL) == BP_OK);
        }
    bp_config_free(config);
}

/* Each fold's score is what a model fitted on the other folds gives; the baseline of a
 * constant answer has an r2 of at most 0. */
static void validation(void **state)
{
    (void)state;
    const char *const *const tasks[] = {classes, numbers};
    for (size_t t = 0; t < 2; t++) {
        bp_table *table = make_table(ROWS);
        bp_config *config = config_of(tasks[t]);
        bp_validation *v = NULL;
        assert_int_equal(bp_cross_validate(&v, table, config, NULL, NULL), BP_OK);
        size_t rows = 0;
        double sum = 0;
        for (size_t fold = 0; fold < bp_validation_folds(v); fold++) {
            rows += bp_validation_rows(v, fold);
            sum += bp_validation_score(v, 0, fold, false);
        }
        assert_int_equal(rows, ROWS);
        assert_true(bp_validation_mean(v, 0, false) == sum / 5);
        assert_true(bp_validation_deviation(v, 0, false) >= 0);
        assert_string_equal(bp_validation_metric(v, 0)->name, t == 0 ? "accuracy" : "rmse");
        if (t == 1)
            assert_true(bp_validation_mean(v, 2, true) <= 0);
        bp_validation_free(v);
        assert_int_equal(bp_config_set(config, "folds", "31", NULL), BP_OK);
        assert_int_equal(bp_cross_validate(&v, table, config, NULL, NULL), BP_E_OPTION);
        assert_null(v);
        bp_config_free(config);
        bp_table_free(table);
    }
}

/* ---- Before training --------------------------------------------------------------------- */

static size_t block_size(const bp_model *model)
{
    return bp_net_parameter_count(bp_model_net(model)) * bp_type_size(bp_model_type(model));
}

/* Without steps (a rate of 0) weights stay as they were drawn; a training moves them, and its model
 * tells the same first ones. */
static void check_untrained(bp_table *table, const char *const *pairs)
{
    const char *still[32] = {"learning-rate", "0", "target", "kind", "drop", "weight"};
    const char *moving[32] = {"learning-rate", "0.1", "target", "kind", "drop", "weight"};
    for (size_t i = 0; pairs[i] != NULL; i++)
        still[6 + i] = moving[6 + i] = pairs[i];
    bp_model *first = fit(table, still, NULL, 0), *trained = fit(table, moving, NULL, 0);
    bp_model *untrained = NULL, *again = NULL;
    bp_error error;
    assert_int_equal(bp_model_untrained(&untrained, trained, NULL, &error), BP_OK);
    assert_int_equal(bp_model_untrained(&again, untrained, NULL, &error), BP_OK);
    assert_int_equal(bp_model_members(untrained), bp_model_members(trained));
    for (size_t m = 0; m < bp_model_members(trained); m++) {
        const void *drawn = bp_model_parameters(first, m);
        assert_memory_equal(bp_model_parameters(untrained, m), drawn, block_size(first));
        assert_memory_equal(bp_model_parameters(again, m), drawn, block_size(first));
        assert_memory_not_equal(bp_model_parameters(trained, m), drawn, block_size(first));
    }
    same_answers(untrained, first, table);
    bp_model_free(again);
    bp_model_free(untrained);
    bp_model_free(trained);
    bp_model_free(first);
}

static void before_training(void **state)
{
    (void)state;
    static const char *const cases[][12] = {
        {"seed", "7", "hidden", "5,4", "activation", "relu,tanh", NULL},
        {"precision", "f64", "initializer", "orthogonal", "initial-bias", "0.5,-1", NULL},
        {"initializer", "uniform", "initial-low", "-3", "initial-high", "2", "members", "3", NULL},
        {"generator", "mersenne", "initializer", "normal", "members", "2", "seed", "3", NULL},
        {"initializer", "neural-tangent", "valid", "0.3", "members", "2", "average", "ema", NULL}};
    bp_table *table = make_table(ROWS);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_untrained(table, cases[i]);
    bp_table_free(table);
}

static void without_first_weights(void **state)
{
    (void)state;
    const double quantiles[] = {0.5};
    const bp_calibration calibration = {
        .rows = 9, .temperature = 2, .coverage = 0.8, .quantiles = quantiles, .threshold = NAN};
    bp_table *table = make_table(ROWS);
    bp_model *model = fit(table, classes, NULL, 0), *untrained = NULL;
    bp_error error;
    assert_int_equal(bp_model_set_calibration(model, &calibration, NULL), BP_OK);
    assert_int_equal(bp_model_untrained(&untrained, model, NULL, &error), BP_OK);
    assert_null(bp_model_calibration(untrained)); /* it was of trained answers */
    assert_non_null(bp_model_calibration(model));
    bp_model_free(untrained);
    assert_int_equal(bp_model_set_note(
                         model, "recipe",
                         "{\"initial-model\":{\"value\":\"old.model\",\"from\":\"caller\"}}", NULL),
                     BP_OK);
    assert_int_equal(bp_model_untrained(&untrained, model, NULL, &error), BP_E_UNSUPPORTED);
    assert_non_null(strstr(error.message, "began with the weights of the model old.model"));
    assert_null(untrained);
    assert_int_equal(bp_model_set_note(model, "recipe", "[]", NULL), BP_OK);
    assert_int_equal(bp_model_untrained(&untrained, model, NULL, &error), BP_E_MODEL);
    assert_null(untrained);
    bp_model_free(model);
    bp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(saved_file),
        cmocka_unit_test(held_out_rows_do_not_leak),
        cmocka_unit_test(hostile_bytes),
        cmocka_unit_test(options),
        cmocka_unit_test(validation),
        cmocka_unit_test(before_training),
        cmocka_unit_test(without_first_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
