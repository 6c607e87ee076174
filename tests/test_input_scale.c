/* test_input_scale.c: scales of inputs that are learned along, equation (15j). */
#include "base/random.h"

#include <backprop/engine.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define INPUTS 5
#define HIDDEN 37 /* some vectors and a rest */
#define OUTPUTS 2
#define ROWS 24
#define FIRST (INPUTS * HIDDEN)
#define PARAMETERS (FIRST + HIDDEN + HIDDEN * OUTPUTS + OUTPUTS)

typedef struct problem {
    bp_net *net;
    double parameters[PARAMETERS], inputs[ROWS * INPUTS];
    uint32_t classes[ROWS];
    bp_samples samples;
} problem;

static void open_problem(problem *p)
{
    bp_stream stream = bp_stream_new(3, BP_PURPOSE_SPLIT, 0, 0, 0);
    assert_int_equal(bp_net_new(&p->net, "5, 37 tanh, 2 softmax", BP_CROSS_ENTROPY, NULL, NULL),
                     BP_OK);
    assert_int_equal(bp_net_parameter_count(p->net), PARAMETERS);
    for (uint32_t i = 0; i < PARAMETERS; i++)
        p->parameters[i] = bp_stream_uniform(stream, i, 0, 0, 0) - 0.5;
    for (uint32_t i = 0; i < ROWS * INPUTS; i++)
        p->inputs[i] = 2 * bp_stream_uniform(stream, i, 1, 0, 0) - 1;
    for (uint32_t i = 0; i < ROWS; i++)
        p->classes[i] = p->inputs[i * INPUTS] > p->inputs[i * INPUTS + 1];
    p->samples =
        (bp_samples){.inputs = bp_matrix_f64(p->inputs, ROWS, INPUTS), .classes = p->classes};
}

static bp_plan_options asked(const char *engine, double scale)
{
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = engine;
    options.batch = 8;
    options.rule.kind = BP_ADAM;
    options.rule.input_scale = scale;
    return options;
}

static bp_plan *open_plan(const problem *p, const bp_plan_options *options)
{
    bp_plan *plan = NULL;
    assert_int_equal(bp_plan_new(&plan, p->net, options, NULL), BP_OK);
    for (size_t m = 0; m < options->members; m++)
        bp_plan_set_parameters(plan, m, p->parameters);
    return plan;
}

static void learn(bp_plan *plan, const problem *p, size_t steps)
{
    bp_run runs[3];
    for (size_t i = 0; i < steps; i++) {
        for (size_t m = 0; m < 3; m++)
            runs[m] = (bp_run){.samples = &p->samples, .count = ROWS, .rate = 0.02};
        bp_plan_step(plan, runs);
    }
}

/* The equation written once more, from gradients that the engine gives: weight by weight. */
static void by_hand(const problem *p, const bp_plan_options *options, size_t steps, double *weights)
{
    static double u[FIRST], moment[2][PARAMETERS], gradient[PARAMETERS];
    double scale[INPUTS], of_scale[2][INPUTS] = {{0}};
    bp_plan *plan = open_plan(p, options);
    memcpy(weights, p->parameters, sizeof p->parameters);
    memcpy(u, p->parameters, sizeof u);
    memset(moment, 0, sizeof moment);
    for (size_t i = 0; i < INPUTS; i++)
        scale[i] = 1;
    for (size_t t = 1; t <= steps; t++) {
        double loss = 0, m_rest = 1 - pow(0.9, (double)t), v_rest = 1 - pow(0.999, (double)t);
        double slope[INPUTS] = {0};
        bp_plan_set_parameters(plan, 0, weights);
        bp_plan_gradient(plan, 0, &p->samples, NULL, ROWS, gradient, &loss);
        for (size_t i = 0; i < PARAMETERS; i++)
            gradient[i] /= ROWS;
        for (size_t i = 0; i < FIRST; i++) {
            slope[i % INPUTS] += u[i] * gradient[i];
            gradient[i] *= scale[i % INPUTS];
        }
        for (size_t i = 0; i < PARAMETERS; i++) {
            double *w = i < FIRST ? &u[i] : &weights[i];
            moment[0][i] = 0.9 * moment[0][i] + 0.1 * gradient[i];
            moment[1][i] = 0.999 * moment[1][i] + 0.001 * gradient[i] * gradient[i];
            *w -= 0.02 * moment[0][i] / m_rest / (sqrt(moment[1][i] / v_rest) + 1e-8);
        }
        for (size_t i = 0; i < INPUTS; i++) {
            of_scale[0][i] = 0.9 * of_scale[0][i] + 0.1 * slope[i];
            of_scale[1][i] = 0.999 * of_scale[1][i] + 0.001 * slope[i] * slope[i];
            scale[i] -= 6 * 0.02 * of_scale[0][i] / m_rest / (sqrt(of_scale[1][i] / v_rest) + 1e-8);
        }
        for (size_t i = 0; i < FIRST; i++)
            weights[i] = scale[i % INPUTS] * u[i];
    }
    bp_plan_free(plan);
}

static void test_equation(void **state)
{
    (void)state;
    static const char *const engines[] = {"textbook", "fast"};
    static double expected[PARAMETERS], got[PARAMETERS];
    problem p;
    open_problem(&p);
    for (size_t e = 0; e < 2; e++) {
        bp_plan_options options = asked(engines[e], 6);
        options.batch = ROWS;
        by_hand(&p, &options, 20, expected);
        bp_plan *plan = open_plan(&p, &options);
        assert_true(bp_plan_learns_scales(plan));
        learn(plan, &p, 20);
        bp_plan_get_parameters(plan, 0, got);
        for (size_t i = 0; i < PARAMETERS; i++)
            assert_true(fabs(got[i] - expected[i]) < 1e-9);
        bp_plan_free(plan);
    }
    bp_net_free(p.net);
}

/* In batches larger than a chunk too, with more beside the rule, and applied apart from the
 * gradient. */
static void test_engines_agree(void **state)
{
    (void)state;
    static double one[PARAMETERS], other[PARAMETERS], gradient[PARAMETERS];
    problem p;
    open_problem(&p);
    for (size_t kind = 0; kind < 3; kind++) {
        bp_plan *plans[2];
        for (size_t e = 0; e < 2; e++) {
            bp_plan_options options = asked(e == 0 ? "textbook" : "fast", 2);
            options.rule.kind = kind == 0 ? BP_ADAM : BP_ADAMW;
            options.rule.weight_decay = kind == 0 ? 0 : 0.1;
            options.rule.l2 = kind == 1 ? 0.01 : 0;
            options.rule.clip_norm = kind == 2 ? 0.2 : 0;
            options.rule.clip_value = kind == 2 ? 0.05 : 0;
            plans[e] = open_plan(&p, &options);
            learn(plans[e], &p, 9);
            double loss = 0;
            bp_plan_gradient(plans[e], 0, &p.samples, NULL, ROWS, gradient, &loss);
            bp_plan_apply(plans[e], 0, gradient, ROWS, 0.02);
        }
        bp_plan_get_parameters(plans[0], 0, one);
        bp_plan_get_parameters(plans[1], 0, other);
        for (size_t i = 0; i < PARAMETERS; i++)
            assert_true(fabs(one[i] - other[i]) < 1e-9);
        bp_plan_free(plans[0]);
        bp_plan_free(plans[1]);
    }
    bp_net_free(p.net);
}

/* All that a member knows moves to another plan, and a step is its gradient applied. */
static void test_state(void **state)
{
    (void)state;
    static double numbers[5][PARAMETERS], scales[3 * INPUTS];
    problem p;
    open_problem(&p);
    for (size_t e = 0; e < 2; e++) {
        bp_plan_options options = asked(e == 0 ? "textbook" : "fast", 6);
        options.members = e == 0 ? 1 : 3;
        options.threads = e == 0 ? 1 : 2; /* two members at once, then one by both */
        bp_plan *first = open_plan(&p, &options), *second = open_plan(&p, &options);
        bp_plan_state kept = {
            .first = numbers[0], .second = numbers[1], .source = numbers[2], .scales = scales};
        learn(first, &p, 5);
        bp_plan_get_parameters(first, 0, numbers[3]);
        bp_plan_get_state(first, 0, &kept);
        assert_true(scales[0] != 1 && scales[INPUTS] != 0 && scales[2 * INPUTS] > 0);
        bp_plan_set_parameters(second, 0, numbers[3]);
        bp_plan_set_state(second, 0, &kept);
        learn(first, &p, 5);
        learn(second, &p, 5);
        bp_plan_get_parameters(first, 0, numbers[3]);
        bp_plan_get_parameters(second, 0, numbers[4]);
        assert_memory_equal(numbers[3], numbers[4], sizeof numbers[3]);
        if (e == 1) { /* members were the same but for that */
            bp_plan_get_parameters(first, 2, numbers[4]);
            assert_memory_equal(numbers[3], numbers[4], sizeof numbers[3]);
        }
        bp_plan_free(first);
        bp_plan_free(second);
    }
    bp_net_free(p.net);
}

static void test_refusals(void **state)
{
    (void)state;
    static double with[INPUTS * 2 + 2], without[INPUTS * 2 + 2];
    problem p;
    open_problem(&p);
    bp_plan *plan = NULL;
    bp_error error;
    bp_plan_options options = asked("fast", 6);
    options.rule.kind = BP_SGD;
    assert_int_equal(bp_plan_new(&plan, p.net, &options, &error), BP_E_OPTION);
    assert_string_equal(error.message, "scales of inputs are learned by adam and adamw alone");
    options = asked("fast", 6);
    options.rule.max_norm = 1;
    assert_int_equal(bp_plan_new(&plan, p.net, &options, &error), BP_E_OPTION);
    options = asked("fast", -1);
    assert_int_equal(bp_plan_new(&plan, p.net, &options, &error), BP_E_OPTION);
    options = asked("fast", 6);
    options.batch = 1;
    assert_int_equal(bp_plan_new(&plan, p.net, &options, &error), BP_E_OPTION);
    bp_net_free(p.net);

    /* Without a hidden layer there are none, whatever is asked for. */
    assert_int_equal(bp_net_new(&p.net, "5, 2 softmax", BP_CROSS_ENTROPY, NULL, NULL), BP_OK);
    for (int i = 0; i < 2; i++) {
        options = asked("fast", i == 0 ? 6 : 0);
        plan = open_plan(&p, &options);
        assert_false(bp_plan_learns_scales(plan));
        learn(plan, &p, 3);
        bp_plan_get_parameters(plan, 0, i == 0 ? with : without);
        bp_plan_free(plan);
    }
    for (size_t i = 0; i < sizeof with / sizeof *with; i++)
        assert_true(with[i] == without[i]);
    bp_net_free(p.net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equation),
        cmocka_unit_test(test_engines_agree),
        cmocka_unit_test(test_state),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
