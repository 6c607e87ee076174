/* test_gradient.c: back-propagated gradients against central differences, and what a
 * step, a gradient and its application owe one another. */
#include "base/random.h"
#include "support/failing_allocator.h"

#include <backprop/engine.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define INPUTS 3
#define OUTPUTS 3
#define ROWS 6
#define PARAMETERS_MAX 256
#define UNITS_MAX 64
#define STEP 1e-5

static const double row_weights[ROWS] = {1, 0.25, 3, 0, 1.5, 0.75};

typedef struct problem {
    bp_net *net;
    double parameters[PARAMETERS_MAX];
    double inputs[ROWS * INPUTS];
    double targets[ROWS * OUTPUTS];
    uint32_t classes[ROWS];
    bp_samples samples;
} problem;

static double uniform(uint32_t trial, uint32_t place, double low, double high)
{
    bp_stream stream = bp_stream_new(7, BP_PURPOSE_SPLIT, trial, 0, 0);
    return low + (high - low) * bp_stream_uniform(stream, place, 0, 0, 0);
}

/* Hidden widths 4, 5, 4 of one activation, as many as the depth asks for. */
static void make_problem(problem *p, bp_activation hidden, size_t depth, bp_activation output,
                         bp_loss loss, uint32_t trial)
{
    const size_t widths[4][5] = {{INPUTS, OUTPUTS},
                                 {INPUTS, 4, OUTPUTS},
                                 {INPUTS, 4, 5, OUTPUTS},
                                 {INPUTS, 4, 5, 4, OUTPUTS}};
    bp_activation activations[4] = {hidden, hidden, hidden, hidden};
    activations[depth - 1] = output;
    assert_int_equal(
        bp_net_new_layers(&p->net, depth, widths[depth - 1], activations, loss, NULL, NULL), BP_OK);
    for (uint32_t i = 0; i < bp_net_parameter_count(p->net); i++)
        p->parameters[i] = uniform(trial, i, -1, 1);
    for (uint32_t i = 0; i < ROWS * INPUTS; i++)
        p->inputs[i] = uniform(trial, 1000 + i, -1.5, 1.5);
    for (uint32_t i = 0; i < ROWS * OUTPUTS; i++)
        p->targets[i] = uniform(trial, 2000 + i, 0, 1);
    for (uint32_t i = 0; i < ROWS; i++)
        p->classes[i] = i % OUTPUTS;
    p->samples = (bp_samples){.inputs = bp_matrix_f64(p->inputs, ROWS, INPUTS)};
    if (loss == BP_CROSS_ENTROPY)
        p->samples.classes = p->classes;
    else
        p->samples.targets = bp_matrix_f64(p->targets, ROWS, OUTPUTS);
}

static bp_plan *plan_of(const bp_net *net, size_t members, size_t batch, bp_rule_kind rule,
                        bp_reduction reduction, const bp_allocator *allocator)
{
    bp_plan_options options;
    bp_plan *plan = NULL;
    bp_plan_options_init(&options);
    options.members = members;
    options.batch = batch;
    options.rule.kind = rule;
    options.reduction = reduction;
    options.allocator = allocator;
    assert_int_equal(bp_plan_new(&plan, net, &options, NULL), BP_OK);
    return plan;
}

static double loss_at(bp_plan *plan, const problem *p, const double *parameters)
{
    double ignored[PARAMETERS_MAX], loss = 0;
    bp_plan_set_parameters(plan, 0, parameters);
    bp_plan_gradient(plan, 0, &p->samples, NULL, ROWS, ignored, &loss);
    return loss;
}

/* Whether a sum lies so near a kink of its activation that a step of a parameter may cross
 * it, or an output so near one of the loss. */
static bool near_kink(const problem *p)
{
    for (size_t row = 0; row < ROWS; row++) {
        double sums[UNITS_MAX], outputs[UNITS_MAX];
        bp_textbook_forward(p->net, p->parameters, p->inputs + row * INPUTS, sums, outputs);
        for (size_t l = 0; l < bp_net_layer_count(p->net); l++) {
            const bp_layer *layer = bp_net_layer(p->net, l);
            size_t offset = bp_textbook_offset(p->net, l);
            for (size_t j = 0; j < layer->outputs; j++) {
                double z = sums[offset + j];
                if (fabs(z) < 2e-3 || fabs(fabs(z) - 3) < 2e-3)
                    return true;
            }
        }
        const double *y = outputs + bp_net_unit_count(p->net) - OUTPUTS;
        double delta = bp_net_loss_settings(p->net)->huber_delta;
        for (size_t k = 0; k < OUTPUTS && p->samples.classes == NULL; k++) {
            double error = fabs(p->targets[row * OUTPUTS + k] - y[k]);
            if (error < 1e-2 || fabs(error - delta) < 1e-2)
                return true;
        }
    }
    return false;
}

/* Central differences of a parameter with Richardson's extrapolation: error O(step^4). */
static double difference(bp_plan *plan, const problem *p, size_t i)
{
    double moved[PARAMETERS_MAX], slopes[2];
    memcpy(moved, p->parameters, sizeof moved);
    for (int k = 0; k < 2; k++) {
        double step = 16 * STEP * (k + 1);
        moved[i] = p->parameters[i] + step;
        double above = loss_at(plan, p, moved);
        moved[i] = p->parameters[i] - step;
        double below = loss_at(plan, p, moved);
        slopes[k] = (above - below) / (2 * step);
    }
    return (4 * slopes[0] - slopes[1]) / 3;
}

static void check_gradient(const problem *p)
{
    double gradient[PARAMETERS_MAX], loss = 0;
    bp_plan *plan = plan_of(p->net, 1, 4, BP_SGD, BP_MEAN, NULL);
    bp_plan_set_parameters(plan, 0, p->parameters);
    bp_plan_gradient(plan, 0, &p->samples, NULL, ROWS, gradient, &loss);
    for (size_t l = 0; l < bp_net_layer_count(p->net); l++) {
        const bp_layer *layer = bp_net_layer(p->net, l);
        size_t end = layer->biases + layer->outputs;
        double largest = 0;
        for (size_t i = layer->weights; i < end; i++)
            largest = fmax(largest, fabs(gradient[i]));
        for (size_t i = layer->weights; i < end; i++) {
            double error = fabs(difference(plan, p, i) - gradient[i]);
            if (error > 1e-7 * largest)
                print_error("layer %zu parameter %zu: off by %g of %g\n", l, i, error, largest);
            assert_true(error <= 1e-7 * largest);
        }
    }
    bp_plan_free(plan);
}

typedef struct ending {
    bp_activation output;
    bp_loss loss;
    bp_loss_settings settings;
    bool weighted;
} ending;

static const ending endings[] = {
    {BP_LINEAR, BP_SQUARED_ERROR, {1, 0.5, 0, 0}, false},
    {BP_SIGMOID, BP_SQUARED_ERROR, {1, 0.5, 0, 0}, false},
    {BP_TANH, BP_SQUARED_ERROR, {1, 0.5, 0, 0}, false},
    {BP_RELU, BP_SQUARED_ERROR, {1, 0.5, 0, 0}, false},
    {BP_MISH, BP_SQUARED_ERROR, {1, 0.5, 0, 0}, true},
    {BP_SIGMOID, BP_CROSS_ENTROPY, {1, 0.5, 0, 0}, false},
    {BP_SIGMOID, BP_CROSS_ENTROPY, {1, 0.5, 0.1, 2}, false},
    {BP_SOFTMAX, BP_CROSS_ENTROPY, {1, 0.5, 0, 0}, false},
    {BP_SOFTMAX, BP_CROSS_ENTROPY, {1, 0.5, 0.2, 0}, true},
    {BP_SOFTMAX, BP_CROSS_ENTROPY, {1, 0.5, 0, 1.5}, false},
    {BP_LINEAR, BP_ABSOLUTE_ERROR, {1, 0.5, 0, 0}, false},
    {BP_LINEAR, BP_HUBER, {0.5, 0.5, 0, 0}, false},
    {BP_SOFTSIGN, BP_LOG_COSH, {1, 0.5, 0, 0}, false},
    {BP_LINEAR, BP_QUANTILE, {1, 0.9, 0, 0}, false},
    {BP_EXPONENTIAL, BP_POISSON, {1, 0.5, 0, 0}, false},
};

static void make_ending(problem *p, bp_activation hidden, size_t depth, const ending *end,
                        uint32_t trial)
{
    make_problem(p, hidden, depth, end->output, end->loss, trial);
    assert_int_equal(bp_net_set_loss_settings(p->net, &end->settings, NULL), BP_OK);
    if (end->weighted)
        p->samples.weights = row_weights;
}

/* Every activation, loss and depth, the last but one layer's exponential not in deep
 * networks, where it leaves the numbers that differences can tell apart. */
static void gradients(void **state)
{
    (void)state;
    for (size_t depth = 1; depth <= 4; depth++) {
        for (bp_activation hidden = BP_LINEAR; hidden < BP_SOFTMAX; hidden++) {
            for (size_t e = 0; e < sizeof endings / sizeof *endings; e++) {
                problem p;
                uint32_t trial = 0;
                if (hidden == BP_EXPONENTIAL && depth > 2)
                    continue;
                for (;; trial++) { /* redrawn near a kink */
                    make_ending(&p, hidden, depth, &endings[e], trial);
                    if (!near_kink(&p))
                        break;
                    bp_net_free(p.net);
                    assert_true(trial < 2000);
                }
                check_gradient(&p);
                bp_net_free(p.net);
            }
        }
    }
}

/* A step over several batches, the last one short, is gradient and apply, bit for bit. */
static void step_is_gradient_and_apply(void **state)
{
    (void)state;
    for (bp_rule_kind rule = BP_SGD; rule < BP_RULE_COUNT; rule++) {
        for (bp_reduction reduction = BP_MEAN; reduction <= BP_SUM; reduction++) {
            problem p;
            double stepped[PARAMETERS_MAX] = {0}, applied[PARAMETERS_MAX] = {0};
            double gradient[PARAMETERS_MAX];
            make_problem(&p, BP_TANH, 3, BP_SOFTMAX, BP_CROSS_ENTROPY, 3);
            bp_plan *a = plan_of(p.net, 1, 4, rule, reduction, NULL);
            bp_plan *b = plan_of(p.net, 1, 4, rule, reduction, NULL);
            bp_plan_set_parameters(a, 0, p.parameters);
            bp_plan_set_parameters(b, 0, p.parameters);
            static const size_t rows[ROWS] = {5, 0, 3, 1, 4, 2};
            bp_run run = {.samples = &p.samples, .rows = rows, .count = ROWS, .rate = 0.1};
            for (int epoch = 0; epoch < 3; epoch++) {
                double first = 0, second = 0;
                bp_plan_step(a, &run);
                bp_plan_gradient(b, 0, &p.samples, rows, 4, gradient, &first);
                bp_plan_apply(b, 0, gradient, 4, 0.1);
                bp_plan_gradient(b, 0, &p.samples, rows + 4, 2, gradient, &second);
                bp_plan_apply(b, 0, gradient, 2, 0.1);
                assert_true(fabs(run.loss - (first + second)) <= 1e-14 * run.loss);
            }
            bp_plan_get_parameters(a, 0, stepped);
            bp_plan_get_parameters(b, 0, applied);
            assert_memory_equal(stepped, applied, sizeof stepped);
            bp_plan_free(a);
            bp_plan_free(b);
            bp_net_free(p.net);
        }
    }
}

/* A member gives the bits that it gives alone; one that rests keeps its own. */
static void members_are_strangers(void **state)
{
    (void)state;
    problem p;
    double alone[PARAMETERS_MAX] = {0}, grouped[PARAMETERS_MAX] = {0};
    make_problem(&p, BP_SIGMOID, 2, BP_SIGMOID, BP_SQUARED_ERROR, 1);
    bp_plan *group = plan_of(p.net, 3, 1, BP_SGD, BP_MEAN, NULL);
    bp_plan *single = plan_of(p.net, 1, 1, BP_SGD, BP_MEAN, NULL);
    for (size_t m = 0; m < 3; m++)
        bp_plan_set_parameters(group, m, p.parameters);
    bp_plan_set_parameters(single, 0, p.parameters);
    bp_run runs[3] = {{.samples = &p.samples, .count = ROWS, .rate = 1e300},
                      {.samples = &p.samples, .count = ROWS, .rate = 0.3},
                      {.samples = &p.samples, .count = 0, .rate = 0.3}};
    bp_run run = runs[1];
    for (int epoch = 0; epoch < 4; epoch++) {
        bp_plan_step(group, runs);
        bp_plan_step(single, &run);
    }
    bp_plan_get_parameters(single, 0, alone);
    bp_plan_get_parameters(group, 1, grouped);
    assert_memory_equal(alone, grouped, sizeof alone);
    bp_plan_get_parameters(group, 2, grouped);
    assert_memory_equal(p.parameters, grouped,
                        bp_net_parameter_count(p.net) * sizeof *p.parameters);
    bp_plan_free(group);
    bp_plan_free(single);
    bp_net_free(p.net);
}

/* Adam and momentum, written once more from their equations for a network of one weight. */
static void rules_by_hand(void **state)
{
    (void)state;
    bp_net *net = NULL;
    const double input = 0.5, target = 2;
    const bp_samples samples = {.inputs = bp_matrix_f64(&input, 1, 1),
                                .targets = bp_matrix_f64(&target, 1, 1)};
    assert_int_equal(bp_net_new(&net, "1, 1 linear", BP_SQUARED_ERROR, NULL, NULL), BP_OK);
    for (bp_rule_kind rule = BP_MOMENTUM; rule <= BP_ADAM; rule++) {
        double w[2] = {0.25, -0.5}, m[2] = {0, 0}, v[2] = {0, 0}, got[2];
        bp_plan *plan = plan_of(net, 1, 1, rule, BP_MEAN, NULL);
        bp_plan_set_parameters(plan, 0, w);
        bp_run run = {.samples = &samples, .count = 1, .rate = 0.01};
        for (int t = 1; t <= 50; t++) {
            double error = w[0] * input + w[1] - target;
            double g[2] = {error * input, error};
            for (int i = 0; i < 2; i++) {
                m[i] = rule == BP_ADAM ? 0.9 * m[i] + 0.1 * g[i] : 0.9 * m[i] + g[i];
                v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                double moment = m[i] / (1 - pow(0.9, t));
                double spread = sqrt(v[i] / (1 - pow(0.999, t)));
                w[i] -= rule == BP_ADAM ? 0.01 * moment / (spread + 1e-8) : 0.01 * m[i];
            }
            bp_plan_step(plan, &run);
        }
        bp_plan_get_parameters(plan, 0, got);
        for (int i = 0; i < 2; i++)
            assert_true(fabs(got[i] - w[i]) <= 1e-12 * fabs(w[i]));
        bp_plan_free(plan);
    }
    bp_net_free(net);
}

/* A plan takes its memory when it is made: steps ask for none; and each refusal of a
 * request leaves nothing behind. */
static void memory(void **state)
{
    (void)state;
    problem p;
    make_problem(&p, BP_TANH, 3, BP_SOFTMAX, BP_CROSS_ENTROPY, 3);
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        bp_plan *plan = NULL;
        bp_plan_options options;
        bp_plan_options_init(&options);
        failing_allocator_init(&failing, n);
        options.batch = 4;
        options.rule.kind = BP_ADAM;
        options.allocator = &failing.allocator;
        bp_status status = bp_plan_new(&plan, p.net, &options, NULL);
        if (status == BP_OK) {
            size_t requests = failing.requests;
            bp_run run = {.samples = &p.samples, .count = ROWS, .rate = 0.1};
            bp_plan_set_parameters(plan, 0, p.parameters);
            bp_plan_step(plan, &run);
            assert_int_equal(failing.requests, requests);
        }
        bp_plan_free(plan);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
        assert_int_equal(status, BP_E_MEMORY);
    }
    bp_net_free(p.net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients),
        cmocka_unit_test(step_is_gradient_and_apply),
        cmocka_unit_test(members_are_strangers),
        cmocka_unit_test(rules_by_hand),
        cmocka_unit_test(memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
