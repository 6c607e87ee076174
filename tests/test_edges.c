/* test_edges.c: numbers and sizes at the edge: the smallest and the largest, infinities and NaN
 * through every activation and loss, in both engines and number types; sizes whose product no
 * machine has; trainings that diverge. */
#include "support/network_case.h"

#include <backprop.h>

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* ---- One neuron at the edge --------------------------------------------------------------------
 */

/* Sums that every number type has, then those that are float64's alone. */
static const double edges[] = {
    0,          -0.0,    0x1p-149, -0x1p-149, 0x1p-126, -0x1p-126, 1e-30,       -1e-30,
    1,          -1,      20,       -20,       88,       -88,       105,         -105,
    1e5,        -1e5,    0x1p126,  -0x1p126,  INFINITY, -INFINITY, NAN,         0x1p-1074,
    -0x1p-1074, DBL_MIN, 709,      -709,      760,      -760,      DBL_MAX / 4, -DBL_MAX / 4};
#define EDGES_F32 23

typedef struct neuron {
    double output, loss, delta; /* delta: dLoss/dbias */
} neuron;

static double number_of(const void *numbers, bp_type type, size_t i)
{
    return type == BP_F32 ? (double)((const float *)numbers)[i] : ((const double *)numbers)[i];
}

/* What a network of one neuron makes of the sum `z`: its weight is 1, its bias 0. */
static neuron compute(const bp_net *net, const char *engine, bp_type type, size_t batch, double z,
                      double expected)
{
    const double numbers[] = {1, 0, z, expected};
    const float singles[] = {1, 0, (float)z, (float)expected};
    const void *parameters = type == BP_F32 ? (const void *)singles : numbers;
    double gradient[2], output[1], loss = 0;
    bp_plan *plan = NULL;
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = engine;
    options.type = type;
    options.batch = batch;
    assert_int_equal(bp_plan_new(&plan, net, &options, NULL), BP_OK);
    bp_plan_set_parameters(plan, 0, parameters);
    bp_samples samples = {.inputs = type == BP_F32 ? bp_matrix_f32(singles + 2, 1, 1)
                                                   : bp_matrix_f64(numbers + 2, 1, 1),
                          .targets = type == BP_F32 ? bp_matrix_f32(singles + 3, 1, 1)
                                                    : bp_matrix_f64(numbers + 3, 1, 1)};
    bp_matrix_out to = bp_matrix_out_f64(output, 1, 1);
    bp_plan_forward(plan, 0, &samples.inputs, NULL, 1, &to);
    bp_plan_gradient(plan, 0, &samples, NULL, 1, gradient, &loss);
    bp_plan_free(plan);
    return (neuron){output[0], loss, number_of(gradient, type, 1)};
}

/* The same number: both NaN, both the same infinity, or as near as sums of numbers about 1 are;
 * what is too large for float32 is infinite there. */
static bool agree(double a, double b, bp_type type)
{
    double size = fmax(1, fmax(fabs(a), fabs(b)));
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b);
    if (type == BP_F32 && fabs(a) > FLT_MAX)
        a = a > 0 ? INFINITY : -INFINITY;
    if (isinf(a) || isinf(b))
        return a == b;
    return fabs(a - b) <= (type == BP_F32 ? 1e-5 : 1e-12) * size;
}

/* Of a finite sum everything agrees, but that the textbook takes no logarithm below DBL_MIN and
 * that base/math knows no angle beyond 2^20. Of one that is not finite the output does, and of NaN
 * the loss, which is NaN but where the activation holds it back (relu). */
static bool same(const bp_net *net, const neuron *book, const neuron *fast, bp_type type, double z)
{
    bool bounded = bp_net_loss(net) == BP_CROSS_ENTROPY || bp_net_loss(net) == BP_POISSON;
    if (bp_net_layer(net, 0)->activation == BP_SINE && fabs(z) > 0x1p20)
        return isnan(fast->output) ? isinf(z) : fabs(fast->output) <= 1;
    if (!agree(book->output, fast->output, type))
        return false;
    if (isnan(z))
        return agree(book->loss, fast->loss, type);
    if (!isfinite(z) || (bounded && fabs(z) > 16))
        return true;
    return agree(book->loss, fast->loss, type) && agree(book->delta, fast->delta, type);
}

static size_t compare(const bp_net *net, bp_type type, const char *name, double z, double expected)
{
    neuron book = compute(net, "textbook", BP_F64, 1, z, expected);
    size_t wrong = 0;
    for (size_t batch = 1; batch <= 2; batch++) {
        neuron fast = compute(net, "fast", type, batch, z, expected);
        if (same(net, &book, &fast, type, z))
            continue;
        print_error("%s of %g, %g expected, %s batch %zu: output %g %g, loss %g %g, delta %g %g\n",
                    name, z, expected, bp_type_name(type), batch, book.output, fast.output,
                    book.loss, fast.loss, book.delta, fast.delta);
        wrong++;
    }
    return wrong;
}

static size_t compare_edges(bp_activation activation, bp_loss loss)
{
    const size_t widths[] = {1, 1};
    const double targets[] = {0.25, loss == BP_CROSS_ENTROPY ? 1 : 2}; /* nothing jumps there */
    char name[80];
    bp_net *net = NULL;
    size_t wrong = 0;
    assert_int_equal(bp_net_new_layers(&net, 1, widths, &activation, loss, NULL, NULL), BP_OK);
    snprintf(name, sizeof name, "%s, %s", bp_activation_name(activation), bp_loss_name(loss));
    for (bp_type type = BP_F32; type <= BP_F64; type++)
        for (size_t i = 0; i < (type == BP_F32 ? EDGES_F32 : COUNT_OF(edges)); i++)
            for (size_t t = 0; t < COUNT_OF(targets); t++)
                wrong += compare(net, type, name, edges[i], targets[t]);
    bp_net_free(net);
    return wrong;
}

static bool go_together(bp_activation activation, bp_loss loss)
{
    if (activation == BP_SOFTMAX || loss == BP_CROSS_ENTROPY)
        return loss == BP_CROSS_ENTROPY && (activation == BP_SOFTMAX || activation == BP_SIGMOID);
    return loss != BP_POISSON || activation == BP_EXPONENTIAL;
}

static void engines_agree_at_the_edge(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (bp_activation a = 0; a < BP_ACTIVATION_COUNT; a++)
        for (bp_loss l = 0; l < BP_LOSS_COUNT; l++)
            if (go_together(a, l))
                wrong += compare_edges(a, l);
    assert_int_equal(wrong, 0);
}

/* ---- Sizes -------------------------------------------------------------------------------------
 */

/* Gives what is small, and notes the most that it was asked for. */
typedef struct miser {
    bp_allocator allocator;
    size_t most;
} miser;

static void *give_little(void *context, void *pointer, size_t old_size, size_t new_size)
{
    miser *m = context;
    (void)old_size;
    m->most = new_size > m->most ? new_size : m->most;
    if (new_size == 0) {
        free(pointer);
        return NULL;
    }
    return new_size > (1u << 20) ? NULL : realloc(pointer, new_size);
}

static bp_net *net_of(size_t inputs, size_t hidden, size_t outputs)
{
    const size_t widths[] = {inputs, hidden, outputs};
    const bp_activation activations[] = {BP_TANH, BP_LINEAR};
    bp_net *net = NULL;
    assert_int_equal(bp_net_new_layers(&net, 2, widths, activations, BP_SQUARED_ERROR, NULL, NULL),
                     BP_OK);
    return net;
}

static void layers_of_no_size_are_refused(void **state)
{
    (void)state;
    static const size_t widths[][3] = {{0, 3, 1},
                                       {3, 0, 1},
                                       {3, 3, 0},
                                       {SIZE_MAX, 2, 1},
                                       {(size_t)1 << 33, (size_t)1 << 33, 1},
                                       {2, SIZE_MAX / 2, 1}};
    const bp_activation activations[] = {BP_TANH, BP_LINEAR};
    for (size_t i = 0; i < COUNT_OF(widths); i++) {
        miser m = {{give_little, &m}, 0};
        bp_net *net = NULL;
        bp_error error;
        assert_int_equal(bp_net_new_layers(&net, 2, widths[i], activations, BP_SQUARED_ERROR,
                                           &m.allocator, &error),
                         BP_E_OPTION);
        assert_null(net);
    }
}

/* Plans that no memory holds say how much they wanted, and ask for nothing that wrapped around. */
static void plans_too_large_tell_their_bytes(void **state)
{
    (void)state;
    static const size_t batches[] = {1, 300, SIZE_MAX / 16, SIZE_MAX / 3, SIZE_MAX};
    static const size_t members[] = {1, SIZE_MAX / 64, SIZE_MAX};
    static const double dropout[] = {0.5, 0.5};
    static const char *const engines[] = {"textbook", "fast"};
    bp_net *net = net_of(7, 400000, 3);
    for (size_t i = 0; i < COUNT_OF(batches) * COUNT_OF(members) * COUNT_OF(engines); i++) {
        miser m = {{give_little, &m}, 0};
        bp_plan *plan = NULL;
        bp_plan_options options;
        bp_error error = {.message = ""};
        bp_plan_options_init(&options);
        options.allocator = &m.allocator;
        options.engine = engines[i % 2];
        options.batch = batches[i / 2 % COUNT_OF(batches)];
        options.members = members[i / 2 / COUNT_OF(batches)];
        options.dropout = dropout;
        assert_int_equal(bp_plan_new(&plan, net, &options, &error), BP_E_MEMORY);
        assert_non_null(strstr(error.message, "bytes"));
    }
    bp_net_free(net);
}

/* ---- Models and rows ---------------------------------------------------------------------------
 */

static bp_table *read_text(const char *text)
{
    bp_table *table = NULL;
    bp_error error;
    assert_int_equal(bp_table_read_memory(&table, text, strlen(text), NULL, &error), BP_OK);
    return table;
}

static const char some[] = "a,b,y\n1,4,0.5\n2,3,1.5\n3,9,2.25\n4,1,3.75\n5,5,4.5\n6,2,6.5\n";

static bp_status fit(bp_model **model, bp_table *table, const char *const *pairs, bp_error *error)
{
    bp_config *config = NULL;
    assert_int_equal(bp_config_new(&config, "plain", NULL, NULL), BP_OK);
    for (; pairs[0] != NULL; pairs += 2)
        assert_int_equal(bp_config_set(config, pairs[0], pairs[1], error), BP_OK);
    bp_status status = bp_fit_table(model, table, NULL, 0, config, NULL, error);
    bp_config_free(config);
    return status;
}

/* What is sure not to fit is refused before it begins, in one line that names the bytes; what fits
 * to the byte is done. */
static void trainings_too_large_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *hidden, *members, *limit, *told;
    } cases[] = {
        {"1000000000,1000000000", "1", "auto", "ask for smaller layers (--hidden)"},
        {"1000000000,1000000000,1000000000", "1000", "auto", "ask for smaller layers (--hidden)"},
        {"100000000", "1000", "1000000000", "--memory-limit is 1000000000"},
        /* 17 weights of 4 bytes: the model's, the plan's and the last good ones; 6 rows of 2
         * inputs; 6 answers: 204 + 48 + 48 */
        {"4", "1", "299",
         "this takes at least 300 bytes of memory and --memory-limit is 299: 1 x 1 "
         "networks of 17 weights, 6 rows of 2 inputs and 1 outputs; ask for"},
        {"4", "1", "300", NULL},
        {"4", "1", "auto", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *const pairs[] = {"epochs",
                                     "1",
                                     "hidden",
                                     cases[i].hidden,
                                     "members",
                                     cases[i].members,
                                     "memory-limit",
                                     cases[i].limit,
                                     "task",
                                     "regression",
                                     NULL};
        bp_table *table = read_text(some);
        bp_model *model = NULL;
        bp_error error = {.message = ""};
        assert_int_equal(fit(&model, table, pairs, &error),
                         cases[i].told != NULL ? BP_E_MEMORY : BP_OK);
        if (cases[i].told != NULL)
            assert_non_null(strstr(error.message, cases[i].told));
        bp_model_free(model);
        bp_table_free(table);
    }
}

/* The step that spoils the weights is the last one, so that no loss tells of it. */
static void spoilt_weights_are_divergence(void **state)
{
    (void)state;
    static const char *const keeps[] = {"no", "yes"};
    for (size_t k = 0; k < COUNT_OF(keeps); k++) {
        const char *const pairs[] = {
            "epochs",         "1",       "batch", "all",           "activation",
            "linear",         "scaling", "none",  "learning-rate", "1000000",
            "target-scaling", "none",    "task",  "regression",    "keep-best",
            keeps[k],         NULL};
        bp_table *table = read_text("a,b,y\n1e18,2e18,1.5e18\n2e18,1e18,1e18\n3e18,5e18,2.5e18\n");
        bp_model *model = NULL;
        bp_error error = {.message = ""};
        assert_int_equal(fit(&model, table, pairs, &error), BP_E_DIVERGED);
        assert_string_equal(error.message,
                            "a weight is not a finite number after epoch 1: the learning rate "
                            "1000000 is probably too high, or inputs are not scaled; try a tenth "
                            "of it");
        assert_null(model);
        bp_table_free(table);
    }
}

/* A batch larger than the table is the table, and takes no more memory. */
static void batch_larger_than_the_rows(void **state)
{
    (void)state;
    static const char *const batches[] = {"6", "1000000000"};
    double weights[2][64];
    for (size_t b = 0; b < 2; b++) {
        const char *const pairs[] = {"epochs", "4", "batch",     batches[b], "dropout", "0.3",
                                     "hidden", "7", "precision", "f64",      NULL};
        bp_table *table = read_text(some);
        bp_model *model = NULL;
        bp_error error;
        assert_int_equal(fit(&model, table, pairs, &error), BP_OK);
        size_t count = bp_net_parameter_count(bp_model_net(model));
        assert_true(count <= 64);
        memcpy(weights[b], bp_model_parameters(model, 0), count * sizeof(double));
        if (b == 1)
            assert_memory_equal(weights[0], weights[1], count * sizeof(double));
        bp_model_free(model);
        bp_table_free(table);
    }
}

/* More resamples than memory can number, and a grid of more points than there are rows. */
static void wishes_without_end(void **state)
{
    (void)state;
    const char *const pairs[] = {"epochs", "2", NULL};
    bp_table *table = read_text(some);
    bp_model *model = NULL;
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    bp_evaluation *evaluation = NULL;
    bp_explainer *explainer = NULL;
    bp_dependence *dependence = NULL;
    bp_evaluation_options options;
    bp_error error;
    bp_evaluation_options_init(&options);
    options.resamples = SIZE_MAX / 8 + 2;
    assert_int_equal(fit(&model, table, pairs, &error), BP_OK);
    assert_int_equal(bp_predictor_new(&predictor, model, NULL, &error), BP_OK);
    assert_int_equal(bp_predict_table(&predictions, predictor, table, NULL, 6, &error), BP_OK);
    assert_int_equal(bp_evaluate(&evaluation, predictions, table, NULL, &options, &error),
                     BP_E_MEMORY);
    assert_int_equal(bp_explainer_new(&explainer, model, table, NULL, 6, NULL, &error), BP_OK);
    assert_int_equal(bp_explain_dependence(&dependence, explainer, 0, SIZE_MAX, 2, &error), BP_OK);
    assert_int_equal(bp_dependence_points(dependence), 6);
    bp_dependence_free(dependence);
    bp_explainer_free(explainer);
    bp_predictions_free(predictions);
    bp_predictor_free(predictor);
    bp_model_free(model);
    bp_table_free(table);
}

/* One row, constant columns, a constant target, columns from the smallest to the largest numbers,
 * no epoch at all: every answer is a finite number. */
static void odd_tables_train(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "a,b,y\n1,2,3.5\n",
        "a,b,y\n7,1,0.5\n7,2,1.5\n7,3,0.25\n",
        "a,b,y\n1,1,3.25\n2,5,3.25\n3,3,3.25\n",
        "a,b,y\n1e300,1,0.5\n3e300,2,1.5\n2e300,3,0.25\n",
        "a,b,y\n1e-300,1,0.5\n3e-300,2,1.5\n2e-300,3,0.25\n",
        "a,b,y\n5e-324,1,0.5\n1.5e-323,2,1.5\n1e-323,3,0.25\n",
        "a,b,y\n9007199254740993,1,0.5\n90071992547409931,2,1.5\n9007199254740999,3,0.25\n",
        "a,b,y\n1,1,1e300\n2,2,2.5e300\n3,4,-1.5e300\n",
    };
    static const char *const scalings[] = {"minmax", "standard", "robust", "quantile", "log"};
    static const char *const epochs[] = {"0", "20"};
    for (size_t i = 0; i < COUNT_OF(texts) * COUNT_OF(scalings) * COUNT_OF(epochs); i++) {
        const char *const pairs[] = {"task",    "regression",
                                     "scaling", scalings[i % COUNT_OF(scalings)],
                                     "epochs",  epochs[i / COUNT_OF(scalings) % 2],
                                     NULL};
        bp_table *table = read_text(texts[i / COUNT_OF(scalings) / COUNT_OF(epochs)]);
        size_t rows = bp_table_row_count(table);
        bp_model *model = NULL;
        bp_predictor *predictor = NULL;
        bp_predictions *predictions = NULL;
        bp_error error;
        assert_int_equal(fit(&model, table, pairs, &error), BP_OK);
        assert_int_equal(bp_predictor_new(&predictor, model, NULL, &error), BP_OK);
        assert_int_equal(bp_predict_table(&predictions, predictor, table, NULL, rows, &error),
                         BP_OK);
        bp_matrix outputs = bp_predictions_outputs(predictions);
        for (size_t r = 0; r < rows; r++)
            assert_true(isfinite(((const double *)outputs.data)[r]));
        bp_predictions_free(predictions);
        bp_predictor_free(predictor);
        bp_model_free(model);
        bp_table_free(table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engines_agree_at_the_edge),
        cmocka_unit_test(layers_of_no_size_are_refused),
        cmocka_unit_test(plans_too_large_tell_their_bytes),
        cmocka_unit_test(trainings_too_large_are_refused),
        cmocka_unit_test(spoilt_weights_are_divergence),
        cmocka_unit_test(batch_larger_than_the_rows),
        cmocka_unit_test(wishes_without_end),
        cmocka_unit_test(odd_tables_train),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
