/* test_dropout.c: dropout, noise of inputs and moved images: the same masks for every engine, way,
 * instruction set, group and piece; gradients through masks; the right shares. */
#include "support/network_case.h"
#include "support/way_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MEMBERS 3
#define NUMBERS_MAX 2048

static const double shares[] = {0.1, 0.4, 0.25};

static const network_shape shapes[] = {
    {.depth = 2,
     .widths = {7, 5, 3},
     .hidden = BP_SIGMOID,
     .output = BP_SIGMOID,
     .loss = BP_SQUARED_ERROR,
     .classes = true,
     .rows = 23},
    {.depth = 3,
     .widths = {5, 18, 9, 2},
     .hidden = BP_GELU,
     .output = BP_LINEAR,
     .loss = BP_HUBER,
     .rows = 23,
     .weighted = true},
    {.depth = 3,
     .widths = {9, 33, 20, 19},
     .hidden = BP_RELU,
     .output = BP_SOFTMAX,
     .loss = BP_CROSS_ENTROPY,
     .classes = true,
     .rows = 23},
    {.depth = 1,
     .widths = {9, 4},
     .output = BP_SOFTMAX,
     .loss = BP_CROSS_ENTROPY,
     .classes = true,
     .rows = 23},
};

static bp_plan_options options_of(const char *engine, bp_type type, size_t batch)
{
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = engine;
    options.type = type;
    options.batch = batch;
    options.dropout = shares;
    options.input_noise = 0.05;
    return options;
}

/* The inputs of a shape are the pixels of an image of one line or of three. */
static bp_distortion distortion_of(const network_shape *shape)
{
    size_t inputs = shape->widths[0], height = inputs % 3 == 0 ? 3 : 1;
    return (bp_distortion){.height = height,
                           .width = inputs / height,
                           .shift = 0.5,
                           .rotation = 10,
                           .elastic = 2,
                           .smoothness = 1};
}

/* Two epochs of one member among `members`, in pieces of so many rows. */
static double train(const network_case *made, const bp_plan_options *given, size_t members,
                    size_t piece, void *weights)
{
    bp_plan_options options = *given;
    bp_plan *plan = NULL;
    bp_run runs[MEMBERS];
    double loss = 0;
    options.members = members;
    assert_int_equal(bp_plan_new(&plan, made->net, &options, NULL), BP_OK);
    for (size_t m = 0; m < members; m++)
        bp_plan_set_parameters(plan, m, network_case_parameters(made, options.type));
    for (uint32_t epoch = 0; epoch < 2; epoch++)
        for (size_t start = 0; start < made->shape.rows; start += piece) {
            size_t left = made->shape.rows - start;
            for (size_t m = 0; m < members; m++)
                runs[m] = (bp_run){.samples = network_case_samples(made, options.type),
                                   .rows = made->order + start,
                                   .count = left < piece ? left : piece,
                                   .rate = 0.02,
                                   .noise = {.seed = 9,
                                             .member = m + 1 == members ? 4 : 5,
                                             .epoch = epoch,
                                             .first = start}};
            bp_plan_step(plan, runs);
            loss += runs[members - 1].loss;
        }
    bp_plan_get_parameters(plan, members - 1, weights);
    bp_plan_free(plan);
    return loss;
}

/* Both engines agree; alone, in a group, in one call or in pieces the bits are the same. */
static void one_result(void **state)
{
    (void)state;
    static double plain[NUMBERS_MAX], first[NUMBERS_MAX], other[NUMBERS_MAX];
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t batch = 1; batch <= 4; batch += 3) {
            network_case made;
            network_case_init(&made, &shapes[s], 31 + s);
            bp_plan_options options = options_of("textbook", BP_F64, batch);
            options.distortion = distortion_of(&shapes[s]);
            double wanted = train(&made, &options, 1, 1000, plain);
            for (bp_type type = BP_F32; type <= BP_F64; type++) {
                double allowed = type == BP_F64 ? 1e-12 : 1e-5 * (double)made.shape.depth;
                size_t bytes = made.parameter_count * bp_type_size(type);
                options = options_of("fast", type, batch);
                options.distortion = distortion_of(&shapes[s]);
                double loss = train(&made, &options, 1, 1000, first);
                assert_true(fabs(loss - wanted) <= 10 * allowed * (1 + fabs(wanted)));
                assert_true(network_case_distance(&made, plain, first, type) <= 10 * allowed);
                train(&made, &options, MEMBERS, 1000, other);
                assert_memory_equal(first, other, bytes);
                train(&made, &options, 1, 2 * batch, other);
                assert_memory_equal(first, other, bytes);
                options.threads = 2;
                train(&made, &options, 1, 1000, other);
                assert_memory_equal(first, other, bytes);
            }
            network_case_free(&made);
        }
}

/* A distortion changes what is learned; one that draws nothing changes not a bit. */
static void distortions(void **state)
{
    (void)state;
    static double plain[NUMBERS_MAX], other[NUMBERS_MAX];
    network_case made;
    network_case_init(&made, &shapes[2], 5);
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = "fast";
    options.batch = 4;
    size_t bytes = made.parameter_count * sizeof(double);
    train(&made, &options, 1, 1000, plain);
    options.distortion = (bp_distortion){.height = 3, .width = 3};
    train(&made, &options, 1, 1000, other);
    assert_memory_equal(plain, other, bytes);
    options.distortion = distortion_of(&shapes[2]);
    train(&made, &options, 1, 1000, other);
    assert_memory_not_equal(plain, other, bytes);
    options.distortion.width = 4;
    bp_plan *plan = NULL;
    bp_error error;
    assert_int_equal(bp_plan_new(&plan, made.net, &options, &error), BP_E_OPTION);
    assert_string_equal(error.message, "images of 3x4 are no rows of 9 numbers");
    network_case_free(&made);
}

/* With masks that are given, differences of the loss are the gradient. */
static void gradient_through_masks(void **state)
{
    (void)state;
    network_case made;
    network_case_init(&made, &shapes[1], 77);
    size_t hidden = 27, count = made.parameter_count;
    static double masks[23 * 27 + 64], moved[NUMBERS_MAX], after[NUMBERS_MAX], step = 1e-5;
    for (size_t i = 0; i < 23 * hidden; i++)
        masks[i] = i * 7 % 5 < 2 ? 0 : 1 / 0.6;
    static const double as_given[] = {0, 0.4, 0.4}; /* what the slopes are told from */
    for (int fast = 0; fast < 2; fast++) {
        bp_plan *plan = NULL, *still = NULL;
        bp_plan_options options;
        bp_plan_options_init(&options);
        options.engine = fast ? "fast" : "textbook";
        options.batch = 23;
        options.reduction = BP_SUM;
        assert_int_equal(bp_plan_new(&still, made.net, &options, NULL), BP_OK);
        assert_int_equal(bp_plan_new(&plan, made.net, &options, NULL), BP_OK);
        bp_run run = {.samples = &made.samples_f64, .count = 23, .masks = masks};
        if (fast) { /* only a plan with dropout knows the shares */
            bp_plan_free(plan);
            const bp_way *way = &bp_way_batch;
            options.dropout = as_given;
            void *opened = way_open(way, made.net, &options, BP_ISA_SCALAR);
            way->methods->set_parameters(opened, 0, made.parameters_f64);
            run.rate = 1;
            way->methods->step(opened, &run);
            way->methods->get_parameters(opened, 0, after);
            way->methods->close(opened);
            plan = NULL;
        } else {
            bp_plan_set_parameters(plan, 0, made.parameters_f64);
            run.rate = 1;
            bp_plan_step(plan, &run);
            bp_plan_get_parameters(plan, 0, after);
        }
        run.rate = 0; /* losses alone */
        for (size_t i = 0; i < count; i += 3) {
            double losses[2];
            for (int side = 0; side < 2; side++) {
                memcpy(moved, made.parameters_f64, count * sizeof *moved);
                moved[i] += side ? step : -step;
                bp_plan_set_parameters(still, 0, moved);
                bp_plan_step(still, &run);
                losses[side] = run.loss;
            }
            double slope = (losses[1] - losses[0]) / (2 * step);
            double gradient = made.parameters_f64[i] - after[i];
            assert_true(fabs(slope - gradient) <= 1e-6 * (1 + fabs(gradient)));
        }
        bp_plan_free(plan);
        bp_plan_free(still);
    }
    network_case_free(&made);
}

/* A network of one hidden unit that passes its input on tells its own masks. */
static void shares_are_right(void **state)
{
    (void)state;
    static const double half[] = {0, 0.5}, none[] = {0, 0};
    static double x[20000], t[20000];
    bp_net *net = NULL;
    bp_plan *plan = NULL;
    const double weights[] = {1, 0, 1, 0};
    assert_int_equal(bp_net_new(&net, "1, 1 linear, 1 linear", BP_ABSOLUTE_ERROR, NULL, NULL),
                     BP_OK);
    for (size_t i = 0; i < 20000; i++)
        x[i] = 1;
    const bp_samples samples = {.inputs = bp_matrix_f64(x, 20000, 1),
                                .targets = bp_matrix_f64(t, 20000, 1)};
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = "fast";
    options.batch = 100;
    for (int noisy = 0; noisy < 2; noisy++) {
        options.dropout = noisy ? none : half;
        options.input_noise = noisy ? 0.5 : 0;
        assert_int_equal(bp_plan_new(&plan, net, &options, NULL), BP_OK);
        bp_plan_set_parameters(plan, 0, weights);
        bp_run run = {.samples = &samples, .count = 20000, .noise = {.seed = 3}};
        bp_plan_step(plan, &run); /* rate 0: the loss is the sum of |outputs| */
        double mean = run.loss / 20000;
        /* masks 0 or 2; or |1 + g / 2|, whose mean is 1.0170 */
        assert_true(fabs(mean - (noisy ? 1.0170 : 1)) < (noisy ? 0.015 : 0.03));
        bp_plan_free(plan);
    }
    bp_net_free(net);
}

static void refusals(void **state)
{
    (void)state;
    bp_net *net = NULL;
    bp_plan *plan = NULL;
    bp_error error;
    static const double all[] = {0, 1};
    assert_int_equal(bp_net_new(&net, "2-3-1", BP_SQUARED_ERROR, NULL, NULL), BP_OK);
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.dropout = all;
    assert_int_equal(bp_plan_new(&plan, net, &options, &error), BP_E_OPTION);
    assert_string_equal(error.message, "dropout must be at least 0 and below 1");
    options.dropout = NULL;
    options.input_noise = -1;
    assert_int_equal(bp_plan_new(&plan, net, &options, &error), BP_E_OPTION);
    assert_string_equal(error.message, "the noise of inputs must be at least 0");
    bp_net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_result), cmocka_unit_test(distortions),
                                       cmocka_unit_test(gradient_through_masks),
                                       cmocka_unit_test(shares_are_right),
                                       cmocka_unit_test(refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
