/* test_fast_batch.c: the way `batch`: against the textbook engine, against the way `lanes`
 * and against itself on every instruction set, at widths around its vectors, panels and
 * tiles and with rows around its chunks. */
#include "support/way_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const network_shape shapes[] = {
    {.depth = 1, .widths = {3, 1}},
    {.depth = 1, .widths = {40, 17}},
    {.depth = 2, .widths = {7, 5, 3}},
    {.depth = 2, .widths = {1, 1, 1}},
    {.depth = 2, .widths = {17, 33, 2}},
    {.depth = 3, .widths = {15, 64, 31, 16}},
    {.depth = 2, .widths = {33, 129, 10}},
    {.depth = 3, .widths = {5, 16, 65, 40}},
    {.depth = 4, .widths = {5, 3, 1, 24, 25}},
};
#define SHAPES (sizeof shapes / sizeof *shapes)

static network_shape shape_of(size_t s, size_t e, size_t turn, size_t rows)
{
    network_shape shape = shapes[s];
    shape.hidden = (bp_activation)(turn % 4);
    shape.output = network_endings[e].output;
    shape.loss = network_endings[e].loss;
    shape.classes = turn % 2 == 0;
    shape.rows = rows;
    return shape;
}

static size_t widest(const network_shape *shape)
{
    size_t width = 0;
    for (size_t l = 1; l <= shape->depth; l++)
        width = shape->widths[l] > width ? shape->widths[l] : width;
    return width;
}

/* What two steps leave: the weights of the last member, the loss and outputs. */
typedef struct outcome {
    unsigned char *numbers;
    size_t count;
    double loss;
} outcome;

static outcome train(const bp_way *way, const network_case *made, const bp_plan_options *options,
                     bp_isa isa, bp_pool *pool)
{
    const bp_engine_methods *methods = way->methods;
    size_t size = bp_type_size(options->type), outputs = bp_net_output_count(made->net);
    size_t rows = made->shape.rows;
    outcome left = {.count = made->parameter_count + rows * outputs};
    left.numbers = calloc(left.count, size);
    void *state = way_open_on(way, made->net, options, isa, pool);
    bp_run runs[2];
    for (size_t m = 0; m < options->members; m++) {
        methods->set_parameters(state, m, network_case_parameters(made, options->type));
        runs[m] = (bp_run){.samples = network_case_samples(made, options->type),
                           .rows = made->order,
                           .count = rows,
                           .rate = 0.05};
    }
    methods->step(state, runs);
    methods->step(state, runs);
    methods->get_parameters(state, options->members - 1, left.numbers);
    bp_matrix_out to = bp_matrix_out_f64(NULL, rows, outputs);
    to.type = options->type;
    to.data = left.numbers + made->parameter_count * size;
    methods->forward(state, options->members - 1,
                     &network_case_samples(made, options->type)->inputs, NULL, rows, &to);
    left.loss = runs[options->members - 1].loss;
    methods->close(state);
    way_tidy(left.numbers, left.count, options->type);
    return left;
}

static void same(const outcome *a, const outcome *b, bp_type type)
{
    assert_int_equal(a->count, b->count);
    assert_memory_equal(a->numbers, b->numbers, a->count * bp_type_size(type));
    assert_true(a->loss == b->loss || (isnan(a->loss) && isnan(b->loss)));
}

static void same_bits(const network_shape *shape, bp_type type, bp_rule_kind kind, size_t batch)
{
    network_case made;
    network_case_init(&made, shape, 33);
    bp_plan_options options = way_options(type, kind, 1, batch);
    outcome first = train(&bp_way_batch, &made, &options, BP_ISA_SCALAR, NULL);
    for (bp_isa isa = BP_ISA_SCALAR; isa < BP_ISA_COUNT; isa++) {
        if (bp_isa_lack(isa) != NULL)
            continue;
        options.members = 2; /* one after another, in the same scratch memory */
        outcome other = train(&bp_way_batch, &made, &options, isa, NULL);
        same(&first, &other, type);
        free(other.numbers);
    }
    if (bp_way_lanes.refuse(made.net, &options) == NULL) {
        outcome other = train(&bp_way_lanes, &made, &options, BP_ISA_SCALAR, NULL);
        same(&first, &other, type);
        free(other.numbers);
    } else {
        assert_true(widest(shape) > 64);
    }
    free(first.numbers);
    network_case_free(&made);
}

static void gives_the_same_bits_everywhere(void **state)
{
    (void)state;
    for (size_t s = 0; s < SHAPES; s++)
        for (size_t e = 0; e < NETWORK_ENDINGS; e++) {
            size_t turn = s + e;
            bp_rule_kind kind = (bp_rule_kind)(turn % BP_RULE_COUNT);
            network_shape shape = shape_of(s, e, turn, 13);
            same_bits(&shape, BP_F32, kind, 6);
            shape.rows = 35;
            same_bits(&shape, turn % 2 == 0 ? BP_F64 : BP_F32, kind, 33);
        }
}

/* Batches of more rows than a chunk, of one chunk and a row, and a short last one. */
static void chunks_do_not_show(void **state)
{
    (void)state;
    static const size_t batches[] = {255, 256, 257, 600, 100000};
    for (size_t i = 0; i < sizeof batches / sizeof *batches; i++) {
        network_shape shape = shape_of(2 + i % 2 * 4, i, i, 700);
        same_bits(&shape, BP_F32, (bp_rule_kind)(i % BP_RULE_COUNT), batches[i]);
    }
}

/* More workers than some layers have tiles. */
static void threads_do_not_show(void **state)
{
    (void)state;
    bp_isa isa = BP_ISA_SCALAR;
    assert_int_equal(bp_isa_choose(&isa, NULL), BP_OK);
    for (size_t workers = 2; workers <= 4; workers++) {
        bp_pool *pool = NULL;
        assert_int_equal(bp_pool_new(&pool, workers, NULL, NULL), BP_OK);
        for (size_t s = 0; s < SHAPES; s++) {
            network_shape shape = shape_of(s, (s + workers) % NETWORK_ENDINGS, s, 50);
            bp_type type = (s + workers) % 2 == 0 ? BP_F32 : BP_F64;
            bp_plan_options options = way_options(type, (bp_rule_kind)(s % BP_RULE_COUNT), 2, 32);
            network_case made;
            network_case_init(&made, &shape, 33);
            outcome alone = train(&bp_way_batch, &made, &options, isa, NULL);
            outcome shared = train(&bp_way_batch, &made, &options, isa, pool);
            same(&alone, &shared, type);
            free(alone.numbers);
            free(shared.numbers);
            network_case_free(&made);
        }
        bp_pool_free(pool);
    }
}

/* Infinities and numbers that overflow; NaN in the same places everywhere. */
static void overflow_is_the_same_everywhere(void **state)
{
    (void)state;
    network_shape shape = shape_of(4, 1, 3, 13);
    network_case made;
    network_case_init(&made, &shape, 33);
    float *inputs = (float *)made.samples_f32.inputs.data;
    inputs[3] = INFINITY;
    inputs[40] = 3e38f;
    inputs[60] = 1e-42f;
    bp_plan_options options = way_options(BP_F32, BP_SGD, 1, 6);
    outcome first = train(&bp_way_batch, &made, &options, BP_ISA_SCALAR, NULL);
    for (bp_isa isa = BP_ISA_SCALAR; isa < BP_ISA_COUNT; isa++)
        if (bp_isa_lack(isa) == NULL) {
            outcome other = train(&bp_way_batch, &made, &options, isa, NULL);
            same(&first, &other, BP_F32);
            free(other.numbers);
        }
    free(first.numbers);
    network_case_free(&made);
}

static void agrees_with_the_textbook(void **state)
{
    (void)state;
    for (size_t s = 0; s < SHAPES; s++)
        for (size_t e = 0; e < NETWORK_ENDINGS; e++) {
            size_t turn = s + e;
            network_shape shape = shape_of(s, e, turn, 19);
            bp_rule_kind kind = (bp_rule_kind)(turn % BP_RULE_COUNT);
            way_agrees(&bp_way_batch, &shape, BP_F64, kind, 1, 8, (bp_reduction)(turn % 2));
            way_agrees(&bp_way_batch, &shape, BP_F32, kind, 2, 5, BP_MEAN);
        }
}

static void step_is_gradient_and_apply(void **state)
{
    (void)state;
    for (size_t s = 0; s < SHAPES; s++) {
        network_shape shape = shape_of(s, s % NETWORK_ENDINGS, s, 20);
        way_steps_by_gradient(&bp_way_batch, &shape, s % 2 == 0 ? BP_F32 : BP_F64, 2, 8);
    }
}

static void only_open_allocates(void **state)
{
    (void)state;
    way_allocates_in_open_alone(&bp_way_batch, 3, 4);
}

static void every_function(void **state)
{
    (void)state;
    way_agrees_on_functions(&bp_way_batch, 1, 4);
}

static void every_rule(void **state)
{
    (void)state;
    way_agrees_on_rules(&bp_way_batch, 1, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function),
        cmocka_unit_test(every_rule),
        cmocka_unit_test(gives_the_same_bits_everywhere),
        cmocka_unit_test(chunks_do_not_show),
        cmocka_unit_test(threads_do_not_show),
        cmocka_unit_test(overflow_is_the_same_everywhere),
        cmocka_unit_test(agrees_with_the_textbook),
        cmocka_unit_test(step_is_gradient_and_apply),
        cmocka_unit_test(only_open_allocates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
