/* test_fast_online.c: the way `online` against the textbook engine, and against itself on
 * every instruction set of this machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "engine/fast/way.h"
#include "support/failing_allocator.h"
#include "support/network_case.h"
#include "support/way_case.h"

static bp_plan_options options_for(bp_type type, bp_rule_kind kind, size_t members)
{
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = "textbook";
    options.type = type;
    options.members = members;
    options.rule.kind = kind;
    return options;
}

static void *open_online(const bp_net *net, const bp_plan_options *options, bp_isa isa)
{
    void *state = NULL;
    assert_null(bp_way_online.refuse(net, options));
    assert_int_equal(bp_way_online.open(&state, net, options, isa, NULL, NULL), BP_OK);
    return state;
}

/* ---- Agreement with the textbook ------------------------------------------------------ */

static void tell(const network_shape *shape, bp_rule_kind kind, bp_type type, double distance)
{
    print_message("%s hidden %s output %s %s %s%s", bp_type_name(type),
                  bp_activation_name(shape->hidden), bp_activation_name(shape->output),
                  bp_loss_name(shape->loss), bp_rule_name(kind), shape->classes ? " classes" : "");
    for (size_t l = 0; l <= shape->depth; l++)
        print_message(" %zu", shape->widths[l]);
    print_message(": distance %g\n", distance);
}

static double allowed(const network_shape *shape, bp_type type)
{
    return type == BP_F64 ? 1e-12 : 1e-5 * (double)shape->depth;
}

/* None diverges. Adam moves a weight as far for a gradient of mere rounding errors as for
 * any other. */
static double rate_for(bp_rule_kind kind)
{
    return kind == BP_SGD ? 0.05 : kind == BP_MOMENTUM || kind == BP_NESTEROV ? 0.001 : 0.0001;
}

static void agree_on_gradient(const network_case *made, bp_plan *plan, void *state, bp_type type,
                              bp_rule_kind kind)
{
    double *expected = calloc(made->parameter_count, sizeof(double)), loss, other_loss;
    void *computed = calloc(made->parameter_count, sizeof(double));
    bp_plan_gradient(plan, 0, &made->samples_f64, made->order, made->shape.rows, expected, &loss);
    bp_way_online.methods->gradient(state, 0, network_case_samples(made, type), made->order,
                                    made->shape.rows, computed, &other_loss);
    double distance = network_case_distance(made, expected, computed, type);
    if (!(distance <= allowed(&made->shape, type)))
        tell(&made->shape, kind, type, distance);
    assert_true(distance <= allowed(&made->shape, type));
    assert_true(fabs(loss - other_loss) <= allowed(&made->shape, type) * (fabs(loss) + 1));
    bp_plan_apply(plan, 0, expected, made->shape.rows, rate_for(kind));
    bp_way_online.methods->apply(state, 0, computed, made->shape.rows, rate_for(kind));
    free(expected);
    free(computed);
}

static void agree_on_outputs(const network_case *made, bp_plan *plan, void *state, bp_type type)
{
    size_t rows = made->shape.rows, outputs = bp_net_output_count(made->net);
    double *expected = calloc(rows * outputs, sizeof(double));
    double *computed = calloc(rows * outputs, sizeof(double));
    bp_matrix_out to = bp_matrix_out_f64(expected, rows, outputs);
    bp_plan_forward(plan, 0, &made->samples_f64.inputs, made->order, rows, &to);
    to.data = computed;
    bp_way_online.methods->forward(state, 0, &made->samples_f64.inputs, made->order, rows, &to);
    for (size_t i = 0; i < rows * outputs; i++)
        assert_true(fabs(expected[i] - computed[i])
                    <= allowed(&made->shape, type) * (1 + fabs(expected[i])));
    free(expected);
    free(computed);
}

/* Gradient, apply, outputs and steps of one network beside the textbook's. */
static void agree(const network_shape *shape, bp_rule_kind kind, bp_type type, bp_isa isa)
{
    network_case made;
    network_case_init(&made, shape, 1000 + shape->widths[0]);
    bp_plan_options options = options_for(BP_F64, kind, 1);
    bp_plan *plan;
    assert_int_equal(bp_plan_new(&plan, made.net, &options, NULL), BP_OK);
    options.type = type;
    void *state = open_online(made.net, &options, isa);
    bp_plan_set_parameters(plan, 0, made.parameters_f64);
    bp_way_online.methods->set_parameters(state, 0, network_case_parameters(&made, type));
    agree_on_gradient(&made, plan, state, type, kind);
    agree_on_outputs(&made, plan, state, type);
    bp_run run = {.samples = &made.samples_f64,
                  .rows = made.order,
                  .count = shape->rows,
                  .rate = rate_for(kind)};
    bp_run other = run;
    other.samples = network_case_samples(&made, type);
    bp_plan_step(plan, &run);
    bp_way_online.methods->step(state, &other);
    double *expected = calloc(made.parameter_count, sizeof(double));
    void *computed = calloc(made.parameter_count, sizeof(double));
    bp_plan_get_parameters(plan, 0, expected);
    bp_way_online.methods->get_parameters(state, 0, computed);
    double distance = network_case_distance(&made, expected, computed, type);
    if (!(distance <= allowed(shape, type)))
        tell(shape, kind, type, distance);
    assert_true(distance <= allowed(shape, type));
    if (!(fabs(run.loss - other.loss) <= allowed(shape, type) * (fabs(run.loss) + 1)))
        tell(shape, kind, type, run.loss - other.loss);
    assert_true(fabs(run.loss - other.loss) <= allowed(shape, type) * (fabs(run.loss) + 1));
    free(expected);
    free(computed);
    bp_plan_free(plan);
    bp_way_online.methods->close(state);
    network_case_free(&made);
}

static void agree_everywhere(const network_shape *shape, bp_rule_kind kind)
{
    for (bp_isa isa = 0; isa < BP_ISA_COUNT; isa++)
        if (bp_isa_lack(isa) == NULL) {
            agree(shape, kind, BP_F64, isa);
            agree(shape, kind, BP_F32, isa);
        }
}

static const network_shape shapes[] = {
    {.depth = 1, .widths = {1, 1}},          {.depth = 1, .widths = {7, 3}},
    {.depth = 1, .widths = {17, 33}},        {.depth = 2, .widths = {7, 5, 3}},
    {.depth = 2, .widths = {3, 1, 1}},       {.depth = 2, .widths = {15, 16, 17}},
    {.depth = 2, .widths = {5, 9, 8}},       {.depth = 2, .widths = {4, 32, 2}},
    {.depth = 2, .widths = {33, 129, 5}},    {.depth = 3, .widths = {3, 15, 33, 2}},
    {.depth = 3, .widths = {20, 64, 64, 2}}, {.depth = 4, .widths = {5, 17, 1, 16, 4}},
};

/* The kinds of last layer that a network can have. */
static const struct {
    bp_activation output;
    bp_loss loss;
} endings[] = {{BP_SIGMOID, BP_SQUARED_ERROR}, {BP_TANH, BP_SQUARED_ERROR},
               {BP_RELU, BP_SQUARED_ERROR},    {BP_LINEAR, BP_SQUARED_ERROR},
               {BP_SIGMOID, BP_CROSS_ENTROPY}, {BP_SOFTMAX, BP_CROSS_ENTROPY}};

static void test_agrees_with_textbook(void **context)
{
    (void)context;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t e = 0; e < sizeof endings / sizeof *endings; e++)
            for (int hidden = BP_LINEAR; hidden <= BP_RELU; hidden++) {
                network_shape shape = shapes[s];
                shape.hidden = (bp_activation)hidden;
                shape.output = endings[e].output;
                shape.loss = endings[e].loss;
                shape.rows = 12;
                shape.classes = (s + e + (size_t)hidden) % 2 == 0;
                agree_everywhere(&shape, (bp_rule_kind)((s + e + (size_t)hidden) % BP_RULE_COUNT));
                if (shape.depth == 2)
                    agree_everywhere(&shape, BP_SGD);
            }
}

/* ---- The same bits everywhere ------------------------------------------------------------ */

/* Trains the members of a group, some with fewer rows, and copies their weights out. */
static void train_group(const network_case *made, bp_type type, bp_rule_kind kind, bp_isa isa,
                        size_t members, size_t first, void *parameters, double *losses)
{
    bp_plan_options options = options_for(type, kind, members);
    void *state = open_online(made->net, &options, isa);
    size_t bytes = made->parameter_count * bp_type_size(type);
    bp_run runs[5];
    for (size_t m = 0; m < members; m++) {
        size_t which = first + m;
        bp_way_online.methods->set_parameters(state, m, network_case_parameters(made, type));
        runs[m] = (bp_run){.samples = network_case_samples(made, type),
                           .rows = which % 2 ? made->order : NULL,
                           .count = which == 2 ? 0 : made->shape.rows - which,
                           .rate = 0.1 / (1 + (double)which)};
    }
    bp_way_online.methods->step(state, runs);
    bp_way_online.methods->step(state, runs);
    for (size_t m = 0; m < members; m++) {
        bp_way_online.methods->get_parameters(state, m, (unsigned char *)parameters + m * bytes);
        losses[m] = runs[m].loss;
    }
    way_tidy(parameters, members * made->parameter_count, type);
    way_tidy(losses, members, BP_F64);
    bp_way_online.methods->close(state);
}

static void same_bits(const network_shape *shape, bp_type type, bp_rule_kind kind)
{
    network_case made;
    network_case_init(&made, shape, 77);
    size_t bytes = made.parameter_count * bp_type_size(type);
    unsigned char *expected = calloc(5, bytes), *computed = calloc(5, bytes);
    double losses[5], other_losses[5];
    train_group(&made, type, kind, BP_ISA_SCALAR, 5, 0, expected, losses);
    assert_memory_equal(expected + 2 * bytes, network_case_parameters(&made, type), bytes);
    for (bp_isa isa = 0; isa < BP_ISA_COUNT; isa++)
        if (bp_isa_lack(isa) == NULL) {
            train_group(&made, type, kind, isa, 5, 0, computed, other_losses);
            assert_memory_equal(expected, computed, 5 * bytes);
            assert_memory_equal(losses, other_losses, sizeof losses);
            for (size_t m = 0; m < 5; m++) { /* a member alone */
                train_group(&made, type, kind, isa, 1, m, computed, other_losses);
                assert_memory_equal(expected + m * bytes, computed, bytes);
                assert_memory_equal(&losses[m], other_losses, sizeof *losses);
            }
        }
    free(expected);
    free(computed);
    network_case_free(&made);
}

static void test_same_bits_on_every_isa(void **context)
{
    (void)context;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t e = 0; e < sizeof endings / sizeof *endings; e++)
            for (int kind = 0; kind < BP_RULE_COUNT; kind++) {
                network_shape shape = shapes[s];
                shape.hidden = (bp_activation)((s + e + (size_t)kind) % 4);
                shape.output = endings[e].output;
                shape.loss = endings[e].loss;
                shape.classes = e % 2 == 0;
                shape.rows = 9;
                same_bits(&shape, BP_F32, (bp_rule_kind)kind);
                same_bits(&shape, BP_F64, (bp_rule_kind)kind);
            }
}

/* ---- Memory ---------------------------------------------------------------------------- */

static void test_only_open_allocates(void **context)
{
    (void)context;
    network_shape shape = {.depth = 3,
                           .widths = {7, 17, 5, 3},
                           .hidden = BP_TANH,
                           .output = BP_SOFTMAX,
                           .loss = BP_CROSS_ENTROPY,
                           .classes = true,
                           .rows = 10};
    network_case made;
    network_case_init(&made, &shape, 5);
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_plan_options options = options_for(BP_F32, BP_ADAM, 3);
        options.allocator = &failing.allocator;
        void *state;
        bp_error error;
        bp_status status =
            bp_way_online.open(&state, made.net, &options, BP_ISA_SCALAR, NULL, &error);
        if (status == BP_OK) {
            size_t requests = failing.requests;
            bp_run runs[3];
            for (size_t m = 0; m < 3; m++) {
                bp_way_online.methods->set_parameters(state, m, made.parameters_f32);
                runs[m] = (bp_run){.samples = &made.samples_f32,
                                   .rows = made.order,
                                   .count = shape.rows,
                                   .rate = 0.1};
            }
            bp_way_online.methods->step(state, runs);
            assert_int_equal(failing.requests, requests);
            bp_way_online.methods->close(state);
        } else {
            assert_int_equal(status, BP_E_MEMORY);
            assert_int_equal(error.status, BP_E_MEMORY);
            assert_null(state);
        }
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
    }
    network_case_free(&made);
}

static void test_refuses_batches(void **context)
{
    (void)context;
    bp_plan_options options = options_for(BP_F32, BP_SGD, 1);
    options.batch = 2;
    assert_non_null(bp_way_online.refuse(NULL, &options));
}

static void every_function(void **state)
{
    (void)state;
    way_agrees_on_functions(&bp_way_online, 1, 1);
}

static void every_rule(void **state)
{
    (void)state;
    way_agrees_on_rules(&bp_way_online, 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function),
        cmocka_unit_test(every_rule),
        cmocka_unit_test(test_agrees_with_textbook),
        cmocka_unit_test(test_same_bits_on_every_isa),
        cmocka_unit_test(test_only_open_allocates),
        cmocka_unit_test(test_refuses_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
