/* test_fast_lanes.c: the way `lanes`: each member of a group against the same network
 * alone, against the textbook engine, and against itself on every instruction set. */
#include "support/way_case.h"

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
                  bp_isa isa, bp_pool *pool, size_t first, unsigned char *weights, double *losses)
{
    void *state = way_open_on(way, made->net, options, isa, pool);
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

static void same_loss(double a, double b)
{
    assert_true(a == b || (isnan(a) && isnan(b)));
}

/* In a group on every instruction set and three threads, and alone: in the way online (batch 1), or
 * as one of two (larger batches). */
static void same_bits(const network_shape *shape, bp_type type, bp_rule_kind kind, size_t batch)
{
    network_case made;
    network_case_init(&made, shape, 21);
    size_t count = made.parameter_count, bytes = count * bp_type_size(type);
    unsigned char *group = calloc(MEMBERS, bytes), *other = calloc(MEMBERS, bytes);
    double losses[MEMBERS], other_losses[MEMBERS];
    bp_plan_options options = way_options(type, kind, MEMBERS, batch);
    train(&bp_way_lanes, &made, &options, BP_ISA_SCALAR, NULL, 0, group, losses);
    bp_pool *pool = NULL;
    assert_int_equal(bp_pool_new(&pool, 3, NULL, NULL), BP_OK);
    way_tidy(group, count * MEMBERS, type);
    for (bp_isa isa = 0; isa < BP_ISA_COUNT; isa++) {
        if (bp_isa_lack(isa) != NULL)
            continue;
        options.members = MEMBERS;
        train(&bp_way_lanes, &made, &options, isa, pool, 0, other, other_losses);
        way_tidy(other, count * MEMBERS, type);
        assert_memory_equal(group, other, MEMBERS * bytes);
        for (size_t m = 0; m < MEMBERS; m++)
            same_loss(losses[m], other_losses[m]);
        options.members = batch == 1 ? 1 : 2;
        for (size_t m = 0; m + options.members <= MEMBERS; m++) {
            train(batch == 1 ? &bp_way_online : &bp_way_lanes, &made, &options, isa, NULL, m, other,
                  other_losses);
            way_tidy(other, count, type);
            assert_memory_equal(group + m * bytes, other, bytes);
            same_loss(losses[m], other_losses[0]);
        }
    }
    assert_memory_equal(group + 4 * bytes, network_case_parameters(&made, type), bytes);
    bp_pool_free(pool);
    free(group);
    free(other);
    network_case_free(&made);
}

static void members_give_the_bits_they_give_alone(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t e = 0; e < NETWORK_ENDINGS; e++)
            for (int kind = 0; kind < BP_RULE_COUNT; kind++) {
                network_shape shape = shapes[s];
                shape.hidden = (bp_activation)((s + e + (size_t)kind) % 4);
                shape.output = network_endings[e].output;
                shape.loss = network_endings[e].loss;
                shape.classes = e % 2 == 0;
                shape.rows = 9;
                bp_type type = (s + e) % 2 == 0 ? BP_F32 : BP_F64;
                same_bits(&shape, type, (bp_rule_kind)kind, 1);
                same_bits(&shape, type, (bp_rule_kind)kind, 4);
            }
}

/* ---- The textbook ------------------------------------------------------------------------ */

static void agrees_with_the_textbook(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t e = 0; e < NETWORK_ENDINGS; e++)
            for (int hidden = BP_LINEAR; hidden <= BP_RELU; hidden++) {
                network_shape shape = shapes[s];
                size_t turn = s + e + (size_t)hidden;
                shape.hidden = (bp_activation)hidden;
                shape.output = network_endings[e].output;
                shape.loss = network_endings[e].loss;
                shape.rows = 11;
                shape.classes = turn % 2 == 0;
                bp_rule_kind kind = (bp_rule_kind)(turn % BP_RULE_COUNT);
                way_agrees(&bp_way_lanes, &shape, BP_F64, kind, 3, turn % 2 == 0 ? 1 : 4,
                           (bp_reduction)(turn % 2));
                way_agrees(&bp_way_lanes, &shape, BP_F64, kind, 3, 3,
                           (bp_reduction)((turn + 1) % 2));
                way_agrees(&bp_way_lanes, &shape, BP_F32, kind, 3, 4, BP_MEAN);
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
    way_steps_by_gradient(&bp_way_lanes, &shape, BP_F32, 2, 4);
}

static void only_open_allocates(void **state)
{
    (void)state;
    way_allocates_in_open_alone(&bp_way_lanes, 3, 4);
    way_allocates_in_open_alone(&bp_way_lanes, 3, 1);
}

static void every_function(void **state)
{
    (void)state;
    way_agrees_on_functions(&bp_way_lanes, 3, 1);
    way_agrees_on_functions(&bp_way_lanes, 3, 4);
}

static void every_rule(void **state)
{
    (void)state;
    way_agrees_on_rules(&bp_way_lanes, 3, 1);
    way_agrees_on_rules(&bp_way_lanes, 3, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function),
        cmocka_unit_test(every_rule),
        cmocka_unit_test(members_give_the_bits_they_give_alone),
        cmocka_unit_test(agrees_with_the_textbook),
        cmocka_unit_test(step_is_gradient_and_apply),
        cmocka_unit_test(only_open_allocates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
