/* xor.c: exclusive or, learned step by step in memory that the caller owns: no heap, no
 * table, no file. */
#include <backprop.h>

#include <stdio.h>

static unsigned char memory[16384];

int main(void)
{
    static const double inputs[] = {0, 0, 0, 1, 1, 0, 1, 1};
    static const double expected[] = {0, 1, 1, 0};
    const bp_samples samples = {.inputs = bp_matrix_f64(inputs, 4, 2),
                                .targets = bp_matrix_f64(expected, 4, 1)};
    double parameters[13], outputs[4];
    bp_error error;
    bp_arena arena;
    bp_net *net = NULL;
    bp_plan *plan = NULL;
    bp_arena_init(&arena, memory, sizeof memory);

    /* two inputs, three tanh neurons, one sigmoid output: 13 weights */
    if (bp_net_new(&net, "2, 3 tanh, 1 sigmoid", BP_CROSS_ENTROPY, &arena.allocator, &error)
        != BP_OK) {
        fprintf(stderr, "xor: %s\n", error.message);
        return 1;
    }
    bp_initialization start;
    bp_initialization_init(&start);
    bp_net_initialize(net, &start, BP_F64, parameters);

    bp_plan_options options;
    bp_plan_options_init(&options);
    options.batch = 4;
    options.allocator = &arena.allocator;
    if (bp_plan_new(&plan, net, &options, &error) != BP_OK) {
        fprintf(stderr, "xor: %s\n", error.message);
        return 1;
    }
    bp_plan_set_parameters(plan, 0, parameters);

    for (int epoch = 0; epoch < 2000; epoch++) { /* bp_plan_step does both in one call */
        double gradient[13], loss = 0;
        bp_plan_gradient(plan, 0, &samples, NULL, 4, gradient, &loss);
        bp_plan_apply(plan, 0, gradient, 4, 0.5);
    }

    bp_matrix_out answers = bp_matrix_out_f64(outputs, 4, 1);
    bp_plan_forward(plan, 0, &samples.inputs, NULL, 4, &answers);
    int wrong = 0;
    for (int i = 0; i < 4; i++) {
        printf("%g xor %g = %.3f\n", inputs[2 * i], inputs[2 * i + 1], outputs[i]);
        wrong += (outputs[i] > 0.5) != (expected[i] > 0.5);
    }
    printf("%zu of %zu bytes were used\n", arena.used, arena.size);
    bp_plan_free(plan);
    bp_net_free(net);
    return wrong == 0 ? 0 : 1;
}
