/* test_automatic.c: what the recipe auto comes to for tables of some sizes, and what the rows that
 * members hold out tell of a model. */
#include "support/thirty_rows.h"

#include <backprop/assess.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bp_config *automatic(const char *words)
{
    bp_config *config = NULL;
    assert_int_equal(bp_config_new(&config, "auto", NULL, NULL), BP_OK);
    assert_int_equal(config_set_words(config, words, NULL), BP_OK);
    return config;
}

/* What a config comes to for so many rows of a table of classes. */
static bp_config *settled(const char *words, size_t rows)
{
    bp_config *config = automatic(words), *found = NULL;
    bp_table *table = NULL;
    bp_preparation *preparation = NULL;
    assert_int_equal(thirty_rows_table(&table, NULL, NULL), BP_OK);
    assert_int_equal(bp_config_preparation(&preparation, table, config, NULL), BP_OK);
    assert_int_equal(bp_config_settle(&found, config, preparation, rows, NULL), BP_OK);
    bp_preparation_free(preparation);
    bp_table_free(table);
    bp_config_free(config);
    return found;
}

static void assert_option(const bp_config *config, const char *name, const char *value)
{
    if (strcmp(bp_config_get(config, name), value) != 0)
        fail_msg("%s is %s, not %s", name, bp_config_get(config, name), value);
}

static void assert_settled(const char *words, size_t rows, const char *name, const char *value)
{
    bp_config *config = settled(words, rows);
    assert_option(config, name, value);
    bp_config_free(config);
}

/* Nothing is left to choose, and more rows never ask for more passes, members or smaller batches.
 */
static void test_sizes(void **state)
{
    (void)state;
    static const char *const falling[] = {"epochs", "members"}, *const rising[] = {"batch"};
    static const size_t sizes[] = {8, 150, 1000, 3000, 10000, 50000, 1000000};
    bp_config *last = NULL;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        bp_config *config = settled("", sizes[i]);
        for (size_t n = 0; n < 2 && last != NULL; n++)
            assert_true(atof(bp_config_get(config, falling[n]))
                        <= atof(bp_config_get(last, falling[n])));
        if (last != NULL)
            assert_true(atof(bp_config_get(config, rising[0]))
                        >= atof(bp_config_get(last, rising[0])));
        assert_true(atof(bp_config_get(config, "valid")) > 0);
        assert_true(atof(bp_config_get(config, "epochs")) > 0);
        assert_option(config, "activation", "selu");
        assert_option(config, "learning-rate", "0.04");
        assert_int_equal(bp_config_origin(config, "epochs"), BP_FROM_RECIPE);
        bp_config_free(last);
        last = config;
    }
    bp_config_free(last);
}

static void test_choices(void **state)
{
    (void)state;
    bp_config *config = settled("members=3 epochs=7 activation=relu target=share", 1000);
    assert_option(config, "members", "3");
    assert_option(config, "epochs", "7");
    assert_option(config, "activation", "relu");
    assert_option(config, "learning-rate", "0.07"); /* regression's */
    assert_option(config, "target-scaling", "standard");
    assert_int_equal(bp_config_origin(config, "members"), BP_FROM_CALLER);
    bp_config_free(config);
    config = settled("optimizer=sgd", 1000); /* takes Adam's rates along */
    assert_option(config, "learning-rate", "auto");
    assert_option(config, "layer-rates", "1");
    bp_config_free(config);
    config = settled("chunk-rows=64", 1000);
    assert_option(config, "members", "1");
    bp_config_free(config);
    config = settled("", 3); /* too few to hold any out */
    assert_option(config, "valid", "none");
    bp_config_free(config);
    config = settled("recipe=plain", 1000);
    assert_option(config, "members", "1");
    assert_option(config, "activation", "sigmoid");
    bp_config_free(config);
    config = settled("recipe=quick", 1000); /* says two things of its own, else what auto says */
    assert_option(config, "members", "1");
    assert_option(config, "hidden", "128,128");
    assert_option(config, "activation", "selu");
    assert_option(config, "label-smoothing", "0.1");
    assert_option(config, "epochs", "256");
    bp_config_free(config);
    config = settled("recipe=auto-plus", 3000);
    assert_option(config, "members", "10");
    assert_option(config, "try", "pieces-share=0.5|0|1");
    bp_config_free(config);
    config = settled("recipe=auto-plus checkpoint=none.ckpt chunk-rows=64", 3000);
    assert_option(config, "members", "1");
    assert_option(config, "try", "none");
    bp_config_free(config);
    assert_settled("pieces=auto", 100, "pieces", "8");
    assert_settled("pieces=auto", 100, "pieces-share", "1");
    assert_settled("", 1000, "pieces", "8");
    assert_settled("", 1000, "pieces-share", "0.5");
    assert_settled("", 999, "pieces", "0"); /* of classes */
    assert_settled("target=share", 100, "pieces", "8");
    assert_settled("target=share", 100, "pieces-share", "0.5");
    assert_settled("target=share members=1", 100, "pieces", "0"); /* half of one is none */
    assert_settled("target=share pca=2", 100, "pieces", "0");
    assert_settled("target=share try=activation=relu|selu,pieces=4|0", 100, "pieces-share",
                   "1"); /* as if pieces were given */
    config = settled("recipe=quick members=2", 1000);
    assert_option(config, "members", "2");
    bp_config_free(config);
}

static void test_bases(void **state)
{
    (void)state;
    assert_string_equal(bp_recipe_base("quick"), "auto");
    assert_null(bp_recipe_base("auto"));
    assert_null(bp_recipe_base("plain"));
    assert_string_equal(bp_recipe_value("quick", "hidden", NULL), "128,128");
    assert_string_equal(bp_recipe_value("quick", "activation", "regression"), "mish");
    assert_null(bp_recipe_value("quick", "activation", NULL));
    assert_null(bp_recipe_value("plain", "hidden", NULL));
    char choices[256] = "";
    for (size_t i = 0; bp_recipe_name(i) != NULL; i++) {
        strcat(choices, i > 0 ? "|" : "");
        strcat(choices, bp_recipe_name(i));
    }
    assert_string_equal(choices, bp_option_find("recipe")->choices);
}

/* A member of a model is the network that it would be alone, whatever the threads; and what is
 * said of the model is found by rows that members held out: intervals of 90 % hold some 90 %. */
static void test_members(void **state)
{
    (void)state;
    bp_table *table = NULL;
    bp_table_options options;
    char *text = malloc(200000);
    size_t length = 0;
    assert_non_null(text);
    length += (size_t)sprintf(text, "x,z,y\n");
    uint64_t seed = 12345;
    for (int i = 0; i < 300; i++) {
        double numbers[3];
        for (int k = 0; k < 3; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            numbers[k] = (double)(seed >> 11) / 9007199254740992.0;
        }
        length += (size_t)sprintf(text + length, "%.6f,%.6f,%.6f\n", numbers[0], numbers[1],
                                  numbers[0] - numbers[1] + 0.2 * numbers[2]);
    }
    bp_table_options_init(&options);
    assert_int_equal(bp_table_read_memory(&table, text, length, &options, NULL), BP_OK);
    bp_model *models[2];
    for (int t = 0; t < 2; t++) {
        bp_config *config =
            automatic(t == 0 ? "hidden=8 epochs=20 threads=1" : "hidden=8 epochs=20 threads=3");
        assert_int_equal(bp_fit_table(&models[t], table, NULL, 0, config, NULL, NULL), BP_OK);
        assert_int_equal(bp_model_members(models[t]), 8);
        bp_config_free(config);
    }
    size_t size = bp_net_parameter_count(bp_model_net(models[0])) * sizeof(float);
    for (size_t m = 0; m < 8; m++) {
        assert_memory_equal(bp_model_parameters(models[0], m), bp_model_parameters(models[1], m),
                            size);
        assert_true(
            m == 0
            || memcmp(bp_model_parameters(models[0], m), bp_model_parameters(models[0], 0), size)
                   != 0);
    }
    const bp_calibration *found = bp_model_calibration(models[0]);
    assert_non_null(found);
    assert_int_equal(found->rows, 300); /* each once: eight parts of eight members */
    assert_true(found->coverage == 0.9);
    assert_true(found->quantiles[0] > 0.05 && found->quantiles[0] < 0.4); /* noise is +-0.1 */
    bp_model_free(models[0]);
    bp_model_free(models[1]);
    bp_table_free(table);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_bases),
        cmocka_unit_test(test_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
