/* test_net.c: shapes, their errors, initial weights. */
#include "support/failing_allocator.h"

#include <backprop/net.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void spellings(void **state)
{
    (void)state;
    bp_net *net = NULL;
    assert_int_equal(bp_net_new(&net, "7-5-3", BP_SQUARED_ERROR, NULL, NULL), BP_OK);
    assert_int_equal(bp_net_layer_count(net), 2);
    assert_int_equal(bp_net_parameter_count(net), 7 * 5 + 5 + 5 * 3 + 3);
    assert_int_equal(bp_net_unit_count(net), 8);
    assert_int_equal(bp_net_layer(net, 1)->weights, 40);
    assert_int_equal(bp_net_layer(net, 1)->biases, 55);
    assert_int_equal(bp_net_layer(net, 0)->activation, BP_SIGMOID);
    assert_null(bp_net_layer(net, 2));
    bp_net_free(net);
    assert_int_equal(
        bp_net_new(&net, "7, 64 relu , 32 tanh,3 softmax", BP_CROSS_ENTROPY, NULL, NULL), BP_OK);
    assert_int_equal(bp_net_layer_count(net), 3);
    assert_int_equal(bp_net_layer(net, 0)->activation, BP_RELU);
    assert_int_equal(bp_net_layer(net, 1)->activation, BP_TANH);
    assert_int_equal(bp_net_layer(net, 2)->activation, BP_SOFTMAX);
    assert_int_equal(bp_net_output_count(net), 3);
    bp_net_free(net);
    bp_net_free(NULL);
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *shape;
        bp_loss loss;
        size_t column;
        const char *message;
    } cases[] = {
        {"", BP_SQUARED_ERROR, 1, "a width was expected in the shape \"\""},
        {"7", BP_SQUARED_ERROR, 0, "at least two widths"},
        {"7-", BP_SQUARED_ERROR, 3, "a width was expected"},
        {"7--3", BP_SQUARED_ERROR, 3, "a width was expected"},
        {"7-0-3", BP_SQUARED_ERROR, 3, "a width of 0"},
        {"7-5x3", BP_SQUARED_ERROR, 4, "unknown activation \"x3\""},
        {"7, 5 rellu, 3", BP_SQUARED_ERROR, 6, "did you mean \"relu\"?"},
        {"7 tanh, 3", BP_SQUARED_ERROR, 3, "the inputs have no activation"},
        {"7, 5 relu tanh", BP_SQUARED_ERROR, 11, "\"-\" or \",\" was expected"},
        {"7-99999999999999999999-3", BP_SQUARED_ERROR, 3, "too large a width"},
        {"7, 5 softmax, 3 softmax", BP_CROSS_ENTROPY, 0, "output layer only"},
        {"7, 3 softmax", BP_SQUARED_ERROR, 0, "need the loss cross-entropy"},
        {"7, 3 linear", BP_CROSS_ENTROPY, 0, "needs softmax or sigmoid"},
        {"1000000000000000-1000000000000000", BP_SQUARED_ERROR, 0, "more weights than memory"},
        {"1152921504606846975-2", BP_SQUARED_ERROR, 0, "more weights than memory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bp_error error = {0};
        bp_net *net = (bp_net *)&error;
        bp_status status = bp_net_new(&net, cases[i].shape, cases[i].loss, NULL, &error);
        assert_int_equal(status, BP_E_OPTION);
        assert_null(net);
        assert_int_equal(error.column, cases[i].column);
        if (strstr(error.message, cases[i].message) == NULL)
            print_error("%s: \"%s\"\n", cases[i].shape, error.message);
        assert_non_null(strstr(error.message, cases[i].message));
    }
}

static void refused_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        bp_net *net = NULL;
        failing_allocator_init(&failing, n);
        bp_status status = bp_net_new(&net, "7-5-3", BP_SQUARED_ERROR, &failing.allocator, NULL);
        bp_net_free(net);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
        assert_int_equal(status, BP_E_MEMORY);
    }
}

/* Mean and variance over a wide layer against those of the formula, biases too. */
static void initial_weights(void **state)
{
    (void)state;
    enum { IN = 200, OUT = 100, COUNT = IN * OUT };
    static const struct {
        bp_initializer initializer;
        double mean, variance, bound;
    } cases[] = {{BP_ZEROS, 0, 0, 0},
                 {BP_UNIFORM, 0.5, 1.0 / 12, 1},
                 {BP_NORMAL, 0, 1, 6},
                 {BP_GLOROT_UNIFORM, 0, 2.0 / (IN + OUT), 0.1415},
                 {BP_GLOROT_NORMAL, 0, 2.0 / (IN + OUT), 0.6},
                 {BP_HE_UNIFORM, 0, 2.0 / IN, 0.1733},
                 {BP_HE_NORMAL, 0, 2.0 / IN, 0.7},
                 {BP_LECUN_UNIFORM, 0, 1.0 / IN, 0.1225},
                 {BP_LECUN_NORMAL, 0, 1.0 / IN, 0.5}};
    bp_net *net = NULL;
    double *wide = malloc((COUNT + OUT) * sizeof *wide);
    float *narrow = malloc((COUNT + OUT) * sizeof *narrow);
    assert_int_equal(bp_net_new(&net, "200-100", BP_SQUARED_ERROR, NULL, NULL), BP_OK);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        bp_initialization how;
        double sum = 0, squares = 0;
        bp_initialization_init(&how);
        how.initializer = cases[c].initializer;
        bp_net_initialize(net, &how, BP_F64, wide);
        bp_net_initialize(net, &how, BP_F32, narrow);
        for (size_t i = 0; i < COUNT + OUT; i++)
            assert_true(narrow[i] == (float)wide[i]);
        for (size_t i = 0; i < COUNT; i++) {
            assert_true(fabs(wide[i]) <= cases[c].bound);
            sum += wide[i];
            squares += (wide[i] - cases[c].mean) * (wide[i] - cases[c].mean);
        }
        double deviation = sqrt(cases[c].variance);
        assert_true(fabs(sum / COUNT - cases[c].mean) <= 5 * deviation / sqrt(COUNT));
        assert_true(fabs(squares / COUNT - cases[c].variance) <= 0.05 * cases[c].variance);
        bool drawn = how.initializer == BP_UNIFORM || how.initializer == BP_NORMAL;
        assert_int_equal(wide[COUNT] != 0, drawn);
        double first = wide[0];
        how.member = 1;
        bp_net_initialize(net, &how, BP_F64, wide);
        assert_int_equal(wide[0] != first, how.initializer != BP_ZEROS);
    }
    bp_net_free(net);
    free(narrow);
    free(wide);
}

static void names(void **state)
{
    (void)state;
    bp_error error;
    bp_initializer initializer = BP_ZEROS;
    bp_activation activation = BP_LINEAR;
    bp_rule_kind rule = BP_SGD;
    for (bp_activation a = BP_LINEAR; a < BP_ACTIVATION_COUNT; a++) {
        assert_int_equal(bp_activation_find(bp_activation_name(a), &activation, NULL), BP_OK);
        assert_int_equal(activation, a);
        assert_non_null(bp_activation_help(a));
    }
    assert_null(bp_activation_name(BP_ACTIVATION_COUNT));
    assert_int_equal(bp_initializer_find("xavier-normal", &initializer, NULL), BP_OK);
    assert_int_equal(initializer, BP_GLOROT_NORMAL);
    assert_int_equal(bp_rule_find("adma", &rule, &error), BP_E_OPTION);
    assert_string_equal(error.message, "unknown optimizer \"adma\"; did you mean \"adam\"?");
    assert_int_equal(bp_rule_state_count(BP_ADAM), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings),      cmocka_unit_test(refusals),
        cmocka_unit_test(refused_memory), cmocka_unit_test(initial_weights),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
