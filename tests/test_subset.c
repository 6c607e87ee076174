/* test_subset.c: members that read some of the inputs. What they should come to is known without
 * the code that gathers and spreads: the whole network, told that the other inputs are 0. */
#include "net/subset.h"
#include "support/failing_allocator.h"
#include "support/network_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MEMBERS 3
#define FEW 2 /* of the subset */
#define INPUTS 7
#define ROWS 23
#define NUMBERS 1024

static const size_t read_inputs[] = {0, 2, 5, 6};
static const bp_subset subset = {read_inputs, sizeof read_inputs / sizeof *read_inputs};

static const network_shape shape = {.depth = 3,
                                    .widths = {INPUTS, 18, 9, 3},
                                    .hidden = BP_MISH,
                                    .output = BP_SOFTMAX,
                                    .loss = BP_CROSS_ENTROPY,
                                    .classes = true,
                                    .smoothing = 0.1,
                                    .rows = ROWS};

/* The rows as members of the subset get them, and as they are for the whole network. */
typedef struct problem {
    network_case made;
    bp_type type;
    double small[ROWS * INPUTS], zeroed[ROWS * INPUTS]; /* of the type */
    double parameters[NUMBERS];                         /* those not read are 0 */
    bp_samples whole, few, others_zero;
} problem;

static bool is_read(size_t input)
{
    for (size_t i = 0; i < subset.count; i++)
        if (read_inputs[i] == input)
            return true;
    return false;
}

static void set_zero(bp_type type, void *numbers, size_t place)
{
    if (type == BP_F32)
        ((float *)numbers)[place] = 0;
    else
        ((double *)numbers)[place] = 0;
}

static void open_problem(problem *p, bp_type type)
{
    network_case_init(&p->made, &shape, 5);
    size_t size = bp_type_size(type);
    p->type = type;
    p->whole = p->few = p->others_zero = *network_case_samples(&p->made, type);
    memcpy(p->zeroed, p->whole.inputs.data, ROWS * INPUTS * size);
    memcpy(p->parameters, network_case_parameters(&p->made, type), p->made.parameter_count * size);
    for (size_t i = 0; i < INPUTS; i++) {
        for (size_t row = 0; row < ROWS && !is_read(i); row++)
            set_zero(type, p->zeroed, row * INPUTS + i);
        for (size_t o = 0; o < shape.widths[1] && !is_read(i); o++)
            set_zero(type, p->parameters, o * INPUTS + i);
    }
    bp_subset_rows(&subset, &p->whole.inputs, p->small);
    p->few.inputs = (bp_matrix){p->small, type, ROWS, subset.count, subset.count};
    p->others_zero.inputs.data = p->zeroed;
}

static bp_plan *open_plan(const problem *p, const bp_plan_options *given, size_t members,
                          size_t few)
{
    bp_plan *plan = NULL;
    bp_plan_options options = *given;
    options.members = members;
    options.subset_members = few;
    options.subset = subset;
    assert_int_equal(bp_plan_new(&plan, p->made.net, &options, NULL), BP_OK);
    for (size_t m = 0; m < members; m++)
        bp_plan_set_parameters(plan, m, network_case_parameters(&p->made, p->type));
    return plan;
}

static bp_run run_of(const problem *p, const bp_samples *samples, size_t member)
{
    return (bp_run){.samples = samples,
                    .rows = p->made.order + member,
                    .count = ROWS - member,
                    .rate = 0.02,
                    .noise = {.seed = 9, .member = (uint32_t)member}};
}

static const bp_samples *samples_of(const problem *p, size_t member)
{
    return member < FEW ? &p->few : &p->whole;
}

/* What a member should come to, in a group of its own. */
static double learn_alone(const problem *p, const bp_plan_options *options, size_t member,
                          void *weights)
{
    bp_plan *plan = open_plan(p, options, 1, 0);
    if (member < FEW)
        bp_plan_set_parameters(plan, 0, p->parameters);
    double loss = 0;
    for (int epoch = 0; epoch < 3; epoch++) {
        bp_run run = run_of(p, member < FEW ? &p->others_zero : &p->whole, member);
        bp_plan_step(plan, &run);
        loss += run.loss;
    }
    bp_plan_get_parameters(plan, 0, weights);
    bp_plan_free(plan);
    return loss;
}

static void check_learning(const problem *p, const bp_plan_options *options)
{
    double got[NUMBERS], wanted[NUMBERS], losses[MEMBERS] = {0};
    bp_plan *plan = open_plan(p, options, MEMBERS, FEW);
    bp_run runs[MEMBERS];
    for (int epoch = 0; epoch < 3; epoch++) {
        for (size_t m = 0; m < MEMBERS; m++)
            runs[m] = run_of(p, samples_of(p, m), m);
        bp_plan_step(plan, runs);
        for (size_t m = 0; m < MEMBERS; m++)
            losses[m] += runs[m].loss;
    }
    for (size_t m = 0; m < MEMBERS; m++) {
        assert_int_equal(bp_plan_input_count(plan, m), m < FEW ? subset.count : INPUTS);
        bp_plan_get_parameters(plan, m, got);
        assert_true(losses[m] == learn_alone(p, options, m, wanted));
        assert_memory_equal(got, wanted, p->made.parameter_count * bp_type_size(p->type));
    }
    bp_plan_free(plan);
}

/* Adam takes no step where a gradient is 0 throughout, so that the whole network keeps weights of 0
 * for inputs of 0. */
static void test_learning(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++)
        for (size_t batch = 1; batch <= 4; batch += 3)
            for (size_t threads = 1; threads <= 5; threads += 2) {
                problem p;
                open_problem(&p, way == 1 ? BP_F32 : BP_F64);
                bp_plan_options options;
                bp_plan_options_init(&options);
                options.engine = way == 0 ? "textbook" : "fast";
                options.type = p.type;
                options.batch = batch;
                options.threads = threads;
                options.rule.kind = batch == 1 ? BP_SGD : BP_ADAM;
                options.rule.weight_decay = 0.01;
                check_learning(&p, &options);
                network_case_free(&p.made);
            }
}

/* Rates by fan-in are those of the inputs that a member reads. */
static void test_rates(void **state)
{
    (void)state;
    problem p;
    double by_fan_in[NUMBERS], by_hand[NUMBERS];
    open_problem(&p, BP_F64);
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = "fast";
    options.batch = 4;
    options.rule.kind = BP_ADAM;
    options.rule.fan_in_rates = true;
    const double biases[] = {0.1, 0.1, 0.1};
    options.rule.bias_rates = biases;
    bp_plan *plan = open_plan(&p, &options, MEMBERS, FEW);
    bp_run runs[MEMBERS];
    for (size_t m = 0; m < MEMBERS; m++)
        runs[m] = run_of(&p, samples_of(&p, m), m);
    bp_plan_step(plan, runs);
    for (size_t m = 0; m < MEMBERS; m++) {
        const double rates[] = {m < FEW ? 1 / 2.0 : 1 / sqrt(7), 1 / sqrt(18), 1 / 3.0};
        bp_plan_options given = options;
        given.rule.fan_in_rates = false;
        given.rule.layer_rates = rates;
        bp_plan *alone = open_plan(&p, &given, 1, 0);
        if (m < FEW)
            bp_plan_set_parameters(alone, 0, p.parameters);
        bp_run run = run_of(&p, m < FEW ? &p.others_zero : &p.whole, m);
        bp_plan_step(alone, &run);
        bp_plan_get_parameters(plan, m, by_fan_in);
        bp_plan_get_parameters(alone, 0, by_hand);
        assert_memory_equal(by_fan_in, by_hand, p.made.parameter_count * sizeof(double));
        bp_plan_free(alone);
    }
    bp_plan_free(plan);
    network_case_free(&p.made);
}

/* Losses, outputs, a gradient, and a step by it; weights that are exchanged. */
static void test_calls(void **state)
{
    (void)state;
    problem p;
    double gradient[NUMBERS], wanted[NUMBERS], outputs[2][ROWS * 3], loss = 0, other = 0;
    open_problem(&p, BP_F64);
    size_t bytes = p.made.parameter_count * sizeof(double);
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = "fast";
    options.batch = 4;
    options.threads = 2;
    bp_plan *plan = open_plan(&p, &options, MEMBERS, FEW);
    bp_plan *alone = open_plan(&p, &options, 1, 0);
    bp_run runs[MEMBERS];
    for (size_t m = 0; m < MEMBERS; m++)
        runs[m] = run_of(&p, samples_of(&p, m), m);
    bp_plan_evaluate(plan, runs);
    for (size_t m = 0; m < MEMBERS; m++) {
        const bp_samples *whole = m < FEW ? &p.others_zero : &p.whole;
        bp_run run = run_of(&p, whole, m);
        bp_plan_set_parameters(alone, 0,
                               m < FEW ? p.parameters : network_case_parameters(&p.made, BP_F64));
        bp_plan_evaluate(alone, &run);
        assert_true(run.loss == runs[m].loss);
        bp_matrix_out to[] = {bp_matrix_out_f64(outputs[0], ROWS, 3),
                              bp_matrix_out_f64(outputs[1], ROWS, 3)};
        bp_plan_forward(plan, m, &samples_of(&p, m)->inputs, NULL, ROWS, &to[0]);
        bp_plan_forward(alone, 0, &whole->inputs, NULL, ROWS, &to[1]);
        assert_memory_equal(outputs[0], outputs[1], sizeof outputs[0]);
        bp_plan_gradient(plan, m, samples_of(&p, m), NULL, 4, gradient, &loss);
        bp_plan_gradient(alone, 0, whole, NULL, 4, wanted, &other);
        assert_true(loss == other);
        for (size_t i = 0; i < p.made.parameter_count; i++)
            assert_true(gradient[i] == wanted[i]); /* -0 is 0 */
        bp_plan_apply(plan, m, gradient, 4, 0.1);
        bp_plan_apply(alone, 0, wanted, 4, 0.1);
        bp_plan_get_parameters(plan, m, gradient);
        bp_plan_get_parameters(alone, 0, wanted);
        assert_memory_equal(gradient, wanted, bytes);
        bp_plan_swap_parameters(plan, m, p.parameters); /* and back */
        bp_plan_swap_parameters(plan, m, p.parameters);
        bp_plan_get_parameters(plan, m, gradient);
        assert_memory_equal(gradient, wanted, bytes);
    }
    bp_plan_free(alone);
    bp_plan_free(plan);
    network_case_free(&p.made);
}

/* Room for the state of one member. */
typedef struct kept {
    double weights[NUMBERS], first[NUMBERS], second[NUMBERS], source[NUMBERS], scales[3 * INPUTS];
    bp_plan_state state;
} kept;

static void keep(const bp_plan *plan, size_t member, kept *k)
{
    memset(k, 0, sizeof *k);
    k->state = (bp_plan_state){
        .first = k->first, .second = k->second, .source = k->source, .scales = k->scales};
    bp_plan_get_parameters(plan, member, k->weights);
    bp_plan_get_state(plan, member, &k->state);
}

/* What a plan knows, taken out and put into another one, goes on as if nothing had been. */
static void test_state(void **state)
{
    (void)state;
    problem p;
    open_problem(&p, BP_F64);
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = "fast";
    options.batch = 4;
    options.rule.kind = BP_ADAM;
    options.rule.input_scale = 6;
    bp_plan *plan = open_plan(&p, &options, MEMBERS, FEW),
            *other = open_plan(&p, &options, MEMBERS, FEW);
    bp_run runs[MEMBERS];
    for (int round = 0; round < 2; round++) {
        for (size_t m = 0; m < MEMBERS; m++)
            runs[m] = run_of(&p, samples_of(&p, m), m);
        bp_plan_step(plan, runs);
        if (round == 1)
            bp_plan_step(other, runs);
        for (size_t m = 0; m < MEMBERS; m++) {
            static kept one, two;
            keep(plan, m, &one);
            if (round == 0) {
                bp_plan_set_parameters(other, m, one.weights);
                bp_plan_set_state(other, m, &one.state);
            }
            keep(other, m, &two);
            assert_memory_equal(one.weights, two.weights, sizeof one.weights);
            assert_memory_equal(one.first, two.first, sizeof one.first);
            assert_memory_equal(one.second, two.second, sizeof one.second);
            assert_memory_equal(one.source, two.source, sizeof one.source);
            assert_memory_equal(one.scales, two.scales, sizeof one.scales);
            for (size_t i = 0; i < INPUTS && m < FEW; i++)
                assert_true(is_read(i) ? one.scales[i] != 1 : one.scales[i] == 1);
        }
    }
    bp_plan_free(other);
    bp_plan_free(plan);
    network_case_free(&p.made);
}

static void test_refused(void **state)
{
    (void)state;
    static const size_t descending[] = {2, 1}, outside[] = {0, INPUTS};
    problem p;
    bp_error error;
    bp_plan *plan = NULL;
    open_problem(&p, BP_F64);
    const bp_subset wrong[] = {{descending, 2}, {outside, 2}, {read_inputs, 0}, subset};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        bp_plan_options options;
        bp_plan_options_init(&options);
        options.members = 2;
        options.subset_members = i == 3 ? 2 : 1; /* not all */
        options.subset = wrong[i];
        assert_int_equal(bp_plan_new(&plan, p.made.net, &options, &error), BP_E_ARGUMENT);
        assert_null(plan);
    }
    network_case_free(&p.made);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    problem p;
    open_problem(&p, BP_F64);
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_plan_options options;
        bp_plan *plan = NULL;
        bp_plan_options_init(&options);
        options.engine = "fast";
        options.members = MEMBERS;
        options.subset_members = FEW;
        options.subset = subset;
        options.threads = 2;
        options.rule.fan_in_rates = true;
        options.allocator = &failing.allocator;
        bp_status status = bp_plan_new(&plan, p.made.net, &options, NULL);
        bp_plan_free(plan);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
        assert_int_equal(status, BP_E_MEMORY);
        assert_null(plan);
    }
    network_case_free(&p.made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learning), cmocka_unit_test(test_rates),
        cmocka_unit_test(test_calls),    cmocka_unit_test(test_state),
        cmocka_unit_test(test_refused),  cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
