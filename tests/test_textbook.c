/* test_textbook.c: the textbook engine against the tutorial's numbers at full precision.
 * Every comparison is ==. Where another libm's exp rounds otherwise, the first section
 * that meets it says so, and 1e-9 relative is asked instead. */
#include "base/files.h"
#include "base/random.h"
#include "net/initialize.h"
#include "table/split.h"

#include <backprop/engine.h>
#include <backprop/table.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define ROWS_MAX 512
#define PARAMETERS_MAX 64

static bp_file_bytes oracle_bytes;
static bp_json_document *oracle;
static bool exact = true;

static const char *in_source(const char *path, char text[1024])
{
    const char *root = getenv("SOURCE_DIR");
    snprintf(text, 1024, "%s/%s", root != NULL ? root : ".", path);
    return text;
}

static const bp_json_value *section(const char *name, const char *key)
{
    const bp_json_value *value = bp_json_get(bp_json_get(bp_json_root(oracle), name), key);
    assert_non_null(value);
    return value;
}

static double number(const bp_json_value *value)
{
    double result = NAN;
    assert_true(bp_json_as_number(value, &result));
    return result;
}

static void same(double got, const bp_json_value *expected)
{
    double wanted = number(expected);
    if (got == wanted)
        return;
    if (exact || fabs(got - wanted) > 1e-9 * fabs(wanted)) {
        print_error("got %.17g, the oracle has %.17g\n", got, wanted);
        fail();
    }
}

/* Weights as the oracle lists them: layer, neuron, weights with the bias last. */
static void same_weights(const bp_net *net, const double *parameters, const bp_json_value *layers)
{
    assert_int_equal(bp_json_count(layers), bp_net_layer_count(net));
    for (size_t l = 0; l < bp_net_layer_count(net); l++) {
        const bp_layer *layer = bp_net_layer(net, l);
        const bp_json_value *neurons = bp_json_at(layers, l);
        assert_int_equal(bp_json_count(neurons), layer->outputs);
        for (size_t j = 0; j < layer->outputs; j++) {
            const bp_json_value *weights = bp_json_at(neurons, j);
            assert_int_equal(bp_json_count(weights), layer->inputs + 1);
            for (size_t i = 0; i < layer->inputs; i++)
                same(parameters[layer->weights + j * layer->inputs + i], bp_json_at(weights, i));
            same(parameters[layer->biases + j], bp_json_at(weights, layer->inputs));
        }
    }
}

static bp_net *net_of(const char *shape)
{
    bp_net *net = NULL;
    assert_int_equal(bp_net_new(&net, shape, BP_SQUARED_ERROR, NULL, NULL), BP_OK);
    assert_true(bp_net_parameter_count(net) <= PARAMETERS_MAX);
    return net;
}

static bp_initialization tutorial_start(void)
{
    bp_initialization start;
    bp_initialization_init(&start);
    start.initializer = BP_UNIFORM;
    start.low = 0;
    start.high = 1;
    start.generator = BP_MERSENNE;
    return start;
}

static bp_plan *online_plan(const bp_net *net, const double *parameters)
{
    bp_plan_options options;
    bp_plan *plan = NULL;
    bp_plan_options_init(&options);
    assert_int_equal(bp_plan_new(&plan, net, &options, NULL), BP_OK);
    bp_plan_set_parameters(plan, 0, parameters);
    return plan;
}

static void random_numbers(void **state)
{
    (void)state;
    bp_mersenne mersenne;
    const bp_json_value *draws = section("rng", "random");
    bp_mersenne_seed(&mersenne, 1);
    for (size_t i = 0; i < bp_json_count(draws); i++)
        assert_true(bp_mersenne_random(&mersenne) == number(bp_json_at(draws, i)));
    draws = section("rng", "randrange_210_to_206");
    bp_mersenne_seed(&mersenne, 1);
    for (size_t i = 0; i < bp_json_count(draws); i++)
        assert_int_equal(bp_mersenne_below(&mersenne, (uint32_t)(210 - i)),
                         (int)number(bp_json_at(draws, i)));
}

static void initialize_and_forward(void **state)
{
    (void)state;
    bp_net *net = net_of("2-1-2");
    bp_initialization start = tutorial_start();
    double parameters[PARAMETERS_MAX], outputs[3];
    const double row[2] = {1, 0};
    bp_net_initialize(net, &start, BP_F64, parameters);
    same_weights(net, parameters, section("initialize", "weights_bias_last"));
    bp_textbook_forward(net, parameters, row, NULL, outputs);
    if (outputs[1] != number(bp_json_at(section("forward", "outputs"), 0))) {
        print_message("another libm's exp: 1e-9 relative is asked in place of equality\n");
        exact = false;
    }
    for (size_t j = 0; j < 2; j++)
        same(outputs[1 + j], bp_json_at(section("forward", "outputs"), j));
    bp_net_free(net);
}

static void backward(void **state)
{
    (void)state;
    bp_net *net = net_of("2-1-2");
    bp_initialization start = tutorial_start();
    double parameters[PARAMETERS_MAX], outputs[3], deltas[3], expected[2];
    const bp_json_value *given = section("backward", "neuron_outputs");
    const bp_json_value *wanted = section("backward", "deltas");
    bp_net_initialize(net, &start, BP_F64, parameters);
    outputs[0] = number(bp_json_at(bp_json_at(given, 0), 0));
    for (size_t j = 0; j < 2; j++) {
        outputs[1 + j] = number(bp_json_at(bp_json_at(given, 1), j));
        expected[j] = number(bp_json_at(section("backward", "expected"), j));
    }
    bp_textbook_backward(net, parameters, NULL, outputs, expected, deltas);
    same(deltas[0], bp_json_at(bp_json_at(wanted, 0), 0));
    same(deltas[1], bp_json_at(bp_json_at(wanted, 1), 0));
    same(deltas[2], bp_json_at(bp_json_at(wanted, 1), 1));
    bp_net_free(net);
}

static void train_and_predict(void **state)
{
    (void)state;
    double inputs[20], parameters[PARAMETERS_MAX], outputs[20];
    uint32_t classes[10];
    const bp_json_value *rows = section("train", "dataset");
    for (size_t i = 0; i < 10; i++) {
        inputs[2 * i] = number(bp_json_at(bp_json_at(rows, i), 0));
        inputs[2 * i + 1] = number(bp_json_at(bp_json_at(rows, i), 1));
        classes[i] = (uint32_t)number(bp_json_at(bp_json_at(rows, i), 2));
    }
    bp_net *net = net_of("2-2-2");
    bp_initialization start = tutorial_start();
    bp_net_initialize(net, &start, BP_F64, parameters);
    bp_plan *plan = online_plan(net, parameters);
    const bp_samples samples = {.inputs = bp_matrix_f64(inputs, 10, 2), .classes = classes};
    bp_run run = {.samples = &samples, .count = 10, .rate = 0.5};
    for (size_t epoch = 0; epoch < 20; epoch++) {
        bp_plan_step(plan, &run); /* the tutorial's error is twice the loss, exactly */
        same(2 * run.loss, bp_json_at(section("train", "sum_squared_error_per_epoch"), epoch));
    }
    bp_plan_get_parameters(plan, 0, parameters);
    same_weights(net, parameters, section("train", "weights_bias_last"));
    bp_matrix_out answers = bp_matrix_out_f64(outputs, 10, 2);
    bp_plan_forward(plan, 0, &samples.inputs, NULL, 10, &answers);
    const bp_json_value *pairs = bp_json_get(bp_json_root(oracle), "predict");
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(classes[i], (int)number(bp_json_at(bp_json_at(pairs, i), 0)));
        assert_int_equal(outputs[2 * i + 1] > outputs[2 * i],
                         (int)number(bp_json_at(bp_json_at(pairs, i), 1)));
    }
    bp_plan_free(plan);
    bp_net_free(net);
}

/* The wheat seeds, scaled over the whole table as the tutorial did. */
static bp_prepared *wheat(void)
{
    char path[1024];
    bp_table *table = NULL;
    bp_preparation *preparation = NULL;
    bp_prepared *prepared = NULL;
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    assert_int_equal(bp_table_read(&table, in_source("data/wheat-seeds.csv", path), NULL, NULL), 0);
    assert_int_equal(bp_preparation_new(&preparation, table, &options, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(preparation, table, NULL, 210, NULL), BP_OK);
    for (uint32_t i = 0; i < 3; i++) {
        const char *name = NULL;
        assert_true(bp_json_as_string(bp_json_at(section("wheat", "class_order"), i), &name));
        assert_string_equal(bp_preparation_class_name(preparation, i), name);
    }
    assert_int_equal(
        bp_preparation_apply(preparation, table, NULL, 210, BP_F64, true, &prepared, NULL), BP_OK);
    bp_preparation_free(preparation);
    bp_table_free(table);
    return prepared;
}

static void wheat_fold(void **state)
{
    (void)state;
    bp_prepared *prepared = wheat();
    bp_samples samples = bp_prepared_samples(prepared);
    bp_mersenne mersenne;
    bp_split *folds = NULL;
    size_t count = 0, rows[ROWS_MAX];
    double parameters[PARAMETERS_MAX];
    bp_mersenne_seed(&mersenne, 1);
    assert_int_equal(bp_split_tutorial(&folds, 210, 5, &mersenne, NULL, NULL), BP_OK);
    const size_t *first = bp_split_tests(folds, 0, &count);
    assert_int_equal(count, 42);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(first[i],
                         (int)number(bp_json_at(section("wheat", "first_fold_row_indices"), i)));
    bp_net *net = net_of("7-5-3");
    bp_initialization start = tutorial_start();
    bp_net_initialize_from(net, &start, &mersenne, BP_F64, parameters);
    same_weights(net, parameters, section("wheat", "fold0_initial_weights"));
    bp_plan *plan = online_plan(net, parameters);
    bp_run run = {.samples = &samples, .rows = rows, .rate = 0.3};
    run.count = bp_split_training(folds, 0, rows);
    for (size_t epoch = 1; epoch <= 500; epoch++) {
        bp_plan_step(plan, &run);
        bp_plan_get_parameters(plan, 0, parameters);
        if (epoch == 1)
            same_weights(net, parameters, section("wheat", "fold0_weights_after_1_epoch"));
    }
    same_weights(net, parameters, section("wheat", "fold0_weights_after_500_epochs"));
    bp_plan_free(plan);
    bp_net_free(net);
    bp_split_free(folds);
    bp_prepared_free(prepared);
}

static int open_oracle(void **state)
{
    (void)state;
    char path[1024];
    bp_status status = bp_file_read(&oracle_bytes, in_source("tests/oracle/tutorial.json", path),
                                    BP_E_DATA, NULL, NULL);
    if (status == BP_OK)
        status = bp_json_read(&oracle, oracle_bytes.data, oracle_bytes.size, BP_E_DATA, NULL, NULL);
    return (int)status;
}

static int close_oracle(void **state)
{
    (void)state;
    bp_json_document_free(oracle);
    bp_file_release(&oracle_bytes);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_numbers), cmocka_unit_test(initialize_and_forward),
        cmocka_unit_test(backward),       cmocka_unit_test(train_and_predict),
        cmocka_unit_test(wheat_fold),
    };
    return cmocka_run_group_tests(tests, open_oracle, close_oracle);
}
