/* test_fast_lanes.c: the way `lanes`: each member of a group against the same network
 * alone, against the textbook engine, and against itself on every instruction set. */
#include "base/cpu.h"
#include "engine/fast/way.h"
#include "support/failing_allocator.h"
#include "support/network_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MEMBERS 19 /* more than one pack of any instruction set, the last one not full */

static const network_shape shapes[] = {
    {.depth = 1, .widths = {3, 1}},         {.depth = 1, .widths = {7, 17}},
    {.depth = 2, .widths = {7, 5, 3}},      {.depth = 2, .widths = {1, 1, 1}},
    {.depth = 2, .widths = {15, 33, 2}},    {.depth = 3, .widths = {4, 9, 6, 20}},
    {.depth = 4, .widths = {5, 3, 1, 4, 2}}};

static const struct {
    bp_activation output;
    bp_loss loss;
} endings[] = {{BP_SIGMOID, BP_SQUARED_ERROR}, {BP_LINEAR, BP_SQUARED_ERROR},
               {BP_TANH, BP_SQUARED_ERROR},    {BP_RELU, BP_SQUARED_ERROR},
               {BP_SIGMOID, BP_CROSS_ENTROPY}, {BP_SOFTMAX, BP_CROSS_ENTROPY}};

static bp_plan_options options_for(bp_type type, bp_rule_kind kind, size_t members, size_t batch)
{
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.type = type;
    options.members = members;
    options.batch = batch;
    options.rule.kind = kind;
    return options;
}

static void *open_way(const bp_way *way, const bp_net *net, const bp_plan_options *options,
                      bp_isa isa)
{
    void *state = NULL;
    assert_int_equal(way->open(&state, net, options, isa, NULL), BP_OK);
    return state;
}

/* Members differ in rows, order and rate; number 4 rests and number 6 diverges. */
static bp_run run_of(const network_case *made, bp_type type, size_t member)
{
    return (bp_run){.samples = network_case_samples(made, type),
                    .rows = member % 2 != 0 ? made->order : NULL,
                    .count = member == 4 ? 0 : made->shape.rows - member % 5,
                    .rate = member == 6 ? 1e30 : 0.1 / (1 + (double)member)};
}

/* Two epochs of members first .. first + count - 1; weights and losses out. */
static void train(const bp_way *way, const network_case *made, const bp_plan_options *options,
                  bp_isa isa, size_t first, unsigned char *weights, double *losses)
{
    void *state = open_way(way, made->net, options, isa);
    size_t bytes = made->parameter_count * bp_type_size(options->type);
    bp_run runs[MEMBERS];
    for (size_t m = 0; m < options->members; m++) {
        way->methods->set_parameters(state, m, network_case_parameters(made, options->type));
        runs[m] = run_of(made, options->type, first + m);
    }
    way->methods->step(state, runs);
    way->methods->step(state, runs);
    for (size_t m = 0; m < options->members; m++) {
        way->methods->get_parameters(state, m, weights + m * bytes);
        losses[m] = runs[m].loss;
    }
    way->methods->close(state);
}

/* A NaN is a NaN, whatever its bits. */
static void tidy(unsigned char *weights, size_t count, bp_type type)
{
    for (size_t i = 0; i < count; i++) {
        if (type == BP_F32 && isnan(((float *)weights)[i]))
            ((float *)weights)[i] = NAN;
        if (type == BP_F64 && isnan(((double *)weights)[i]))
            ((double *)weights)[i] = NAN;
    }
}

static void same_loss(double a, double b)
{
    assert_true(a == b || (isnan(a) && isnan(b)));
}

/* In a group on every instruction set, and alone: in the way online (batch 1), or as one
 * of two (larger batches). */
static void same_bits(const network_shape *shape, bp_type type, bp_rule_kind kind, size_t batch)
{
    network_case made;
    network_case_init(&made, shape, 21);
    size_t count = made.parameter_count, bytes = count * bp_type_size(type);
    unsigned char *group = calloc(MEMBERS, bytes), *other = calloc(MEMBERS, bytes);
    double losses[MEMBERS], other_losses[MEMBERS];
    bp_plan_options options = options_for(type, kind, MEMBERS, batch);
    train(&bp_way_lanes, &made, &options, BP_ISA_SCALAR, 0, group, losses);
    tidy(group, count * MEMBERS, type);
    for (bp_isa isa = 0; isa < BP_ISA_COUNT; isa++) {
        if (bp_isa_lack(isa) != NULL)
            continue;
        options.members = MEMBERS;
        train(&bp_way_lanes, &made, &options, isa, 0, other, other_losses);
        tidy(other, count * MEMBERS, type);
        assert_memory_equal(group, other, MEMBERS * bytes);
        for (size_t m = 0; m < MEMBERS; m++)
            same_loss(losses[m], other_losses[m]);
        options.members = batch == 1 ? 1 : 2;
        for (size_t m = 0; m + options.members <= MEMBERS; m++) {
            train(batch == 1 ? &bp_way_online : &bp_way_lanes, &made, &options, isa, m, other,
                  other_losses);
            tidy(other, count, type);
            assert_memory_equal(group + m * bytes, other, bytes);
            same_loss(losses[m], other_losses[0]);
        }
    }
    assert_memory_equal(group + 4 * bytes, network_case_parameters(&made, type), bytes);
    free(group);
    free(other);
    network_case_free(&made);
}

static void members_give_the_bits_they_give_alone(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t e = 0; e < sizeof endings / sizeof *endings; e++)
            for (int kind = 0; kind < BP_RULE_COUNT; kind++) {
                network_shape shape = shapes[s];
                shape.hidden = (bp_activation)((s + e + (size_t)kind) % 4);
                shape.output = endings[e].output;
                shape.loss = endings[e].loss;
                shape.classes = e % 2 == 0;
                shape.rows = 9;
                bp_type type = (s + e) % 2 == 0 ? BP_F32 : BP_F64;
                same_bits(&shape, type, (bp_rule_kind)kind, 1);
                same_bits(&shape, type, (bp_rule_kind)kind, 4);
            }
}

/* ---- The textbook ------------------------------------------------------------------------ */

static void agree(const network_shape *shape, bp_type type, bp_rule_kind kind, size_t batch,
                  bp_reduction reduction)
{
    network_case made;
    network_case_init(&made, shape, 5);
    bp_plan_options options = options_for(BP_F64, kind, 1, batch);
    options.reduction = reduction;
    bp_plan *plan = NULL;
    assert_int_equal(bp_plan_new(&plan, made.net, &options, NULL), BP_OK);
    options.type = type;
    options.members = 3;
    bp_isa isa = BP_ISA_SCALAR;
    assert_int_equal(bp_isa_choose(&isa, NULL), BP_OK);
    void *state = open_way(&bp_way_lanes, made.net, &options, isa);
    bp_run run = {.samples = &made.samples_f64,
                  .rows = made.order,
                  .count = shape->rows,
                  .rate = kind == BP_ADAM ? 0.0001 : 0.01};
    bp_run runs[3];
    bp_plan_set_parameters(plan, 0, made.parameters_f64);
    for (size_t m = 0; m < 3; m++) {
        bp_way_lanes.methods->set_parameters(state, m, network_case_parameters(&made, type));
        runs[m] = run;
        runs[m].samples = network_case_samples(&made, type);
    }
    double *expected = calloc(made.parameter_count, sizeof(double));
    void *computed = calloc(made.parameter_count, sizeof(double));
    double allowed = type == BP_F64 ? 1e-12 : 1e-5 * (double)shape->depth;
    bp_plan_step(plan, &run);
    bp_way_lanes.methods->step(state, runs);
    bp_plan_get_parameters(plan, 0, expected);
    bp_way_lanes.methods->get_parameters(state, 2, computed);
    assert_true(network_case_distance(&made, expected, computed, type) <= allowed);
    assert_true(fabs(run.loss - runs[2].loss) <= allowed * (1 + fabs(run.loss)));
    double loss = 0, other_loss = 0;
    bp_plan_gradient(plan, 0, &made.samples_f64, NULL, shape->rows, expected, &loss);
    bp_way_lanes.methods->gradient(state, 1, network_case_samples(&made, type), NULL, shape->rows,
                                   computed, &other_loss);
    assert_true(network_case_distance(&made, expected, computed, type) <= 10 * allowed);
    size_t outputs = bp_net_output_count(made.net), rows = shape->rows;
    double *first = calloc(rows * outputs, sizeof(double));
    double *second = calloc(rows * outputs, sizeof(double));
    bp_matrix_out to = bp_matrix_out_f64(first, rows, outputs);
    bp_plan_forward(plan, 0, &made.samples_f64.inputs, made.order, rows, &to);
    to.data = second;
    bp_way_lanes.methods->forward(state, 0, &made.samples_f64.inputs, made.order, rows, &to);
    for (size_t i = 0; i < rows * outputs; i++)
        assert_true(fabs(first[i] - second[i]) <= 10 * allowed * (1 + fabs(first[i])));
    free(first);
    free(second);
    free(expected);
    free(computed);
    bp_way_lanes.methods->close(state);
    bp_plan_free(plan);
    network_case_free(&made);
}

static void agrees_with_the_textbook(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t e = 0; e < sizeof endings / sizeof *endings; e++)
            for (int hidden = BP_LINEAR; hidden <= BP_RELU; hidden++) {
                network_shape shape = shapes[s];
                size_t turn = s + e + (size_t)hidden;
                shape.hidden = (bp_activation)hidden;
                shape.output = endings[e].output;
                shape.loss = endings[e].loss;
                shape.rows = 11;
                shape.classes = turn % 2 == 0;
                bp_rule_kind kind = (bp_rule_kind)(turn % BP_RULE_COUNT);
                agree(&shape, BP_F64, kind, turn % 2 == 0 ? 1 : 4, (bp_reduction)(turn % 2));
                agree(&shape, BP_F64, kind, 3, (bp_reduction)((turn + 1) % 2));
                agree(&shape, BP_F32, kind, 4, BP_MEAN);
            }
}

/* ---- Steps and memory ------------------------------------------------------------------------ */

static void step_is_gradient_and_apply(void **state)
{
    (void)state;
    network_shape shape = {.depth = 2,
                           .widths = {7, 9, 3},
                           .hidden = BP_TANH,
                           .output = BP_SOFTMAX,
                           .loss = BP_CROSS_ENTROPY,
                           .classes = true,
                           .rows = 10};
    for (int kind = 0; kind < BP_RULE_COUNT; kind++) {
        network_case made;
        network_case_init(&made, &shape, 9);
        bp_plan_options options = options_for(BP_F32, (bp_rule_kind)kind, 2, 4);
        bp_isa isa = BP_ISA_SCALAR;
        assert_int_equal(bp_isa_choose(&isa, NULL), BP_OK);
        void *a = open_way(&bp_way_lanes, made.net, &options, isa);
        void *b = open_way(&bp_way_lanes, made.net, &options, isa);
        const bp_engine_methods *methods = bp_way_lanes.methods;
        float *x = calloc(made.parameter_count, sizeof *x),
              *y = calloc(made.parameter_count, sizeof *y);
        bp_run runs[2];
        for (size_t m = 0; m < 2; m++) {
            methods->set_parameters(a, m, made.parameters_f32);
            methods->set_parameters(b, m, made.parameters_f32);
            runs[m] = (bp_run){&made.samples_f32, made.order, shape.rows, 0.1, 0};
        }
        methods->step(a, runs);
        for (size_t start = 0; start < shape.rows; start += 4) {
            size_t count = shape.rows - start < 4 ? shape.rows - start : 4;
            double loss = 0;
            methods->gradient(b, 1, &made.samples_f32, made.order + start, count, x, &loss);
            methods->apply(b, 1, x, count, 0.1);
        }
        methods->get_parameters(a, 1, x);
        methods->get_parameters(b, 1, y);
        assert_memory_equal(x, y, made.parameter_count * sizeof *x);
        methods->get_parameters(b, 0, y); /* the other one did not move */
        assert_memory_equal(made.parameters_f32, y, made.parameter_count * sizeof *y);
        free(x);
        free(y);
        methods->close(a);
        methods->close(b);
        network_case_free(&made);
    }
}

static void only_open_allocates(void **state)
{
    (void)state;
    network_shape shape = {.depth = 2,
                           .widths = {7, 5, 3},
                           .hidden = BP_SIGMOID,
                           .output = BP_SIGMOID,
                           .loss = BP_SQUARED_ERROR,
                           .classes = true,
                           .rows = 10};
    network_case made;
    network_case_init(&made, &shape, 5);
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_plan_options options = options_for(BP_F64, BP_ADAM, 3, 4);
        options.allocator = &failing.allocator;
        void *opened = NULL;
        bp_status status = bp_way_lanes.open(&opened, made.net, &options, BP_ISA_SCALAR, NULL);
        if (status == BP_OK) {
            size_t requests = failing.requests;
            bp_run runs[3];
            for (size_t m = 0; m < 3; m++)
                runs[m] = run_of(&made, BP_F64, m);
            bp_way_lanes.methods->step(opened, runs);
            assert_int_equal(failing.requests, requests);
            bp_way_lanes.methods->close(opened);
        } else {
            assert_int_equal(status, BP_E_MEMORY);
        }
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
    }
    network_case_free(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_give_the_bits_they_give_alone),
        cmocka_unit_test(agrees_with_the_textbook),
        cmocka_unit_test(step_is_gradient_and_apply),
        cmocka_unit_test(only_open_allocates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
