/* fann.c: FANN on W1 and W4, with float numbers: exact sigmoids, incremental training, no
 * momentum. Its steepness of 0.5 makes its sigmoid 1 / (1 + exp(-x)). */
#include <floatfann.h>

#include "bench.h"

#include <stdlib.h>

#define W1_ROWS 168

typedef struct fann_use {
    struct fann *net;
    struct fann_train_data *data;
} fann_use;

static const char *fann_start(bench_entry *entry)
{
    const bench_data *data = bench_seeds();
    fann_use *use = calloc(1, sizeof *use);
    entry->state = use;
    if (data == NULL || use == NULL)
        return "the data cannot be read";
    use->net = fann_create_standard(3, 7, 5, 3);
    use->data = fann_create_train(W1_ROWS, 7, 3);
    if (use->net == NULL || use->data == NULL)
        return "FANN has no memory";
    fann_set_activation_function_hidden(use->net, FANN_SIGMOID);
    fann_set_activation_function_output(use->net, FANN_SIGMOID);
    fann_set_activation_steepness_hidden(use->net, 0.5);
    fann_set_activation_steepness_output(use->net, 0.5);
    fann_set_training_algorithm(use->net, FANN_TRAIN_INCREMENTAL);
    fann_set_train_error_function(use->net, FANN_ERRORFUNC_LINEAR);
    fann_set_learning_rate(use->net, 0.3f);
    fann_set_learning_momentum(use->net, 0);
    for (size_t r = 0; r < W1_ROWS; r++) {
        const size_t row = data->order[r];
        for (size_t i = 0; i < 7; i++)
            use->data->input[r][i] = (fann_type)data->inputs_f64[row * 7 + i];
        for (size_t k = 0; k < 3; k++)
            use->data->output[r][k] = data->labels[row] == k;
    }
    return NULL;
}

static double fann_learn(bench_entry *entry)
{
    fann_use *use = entry->state;
    double start = bench_seconds();
    for (int epoch = 0; epoch < 500; epoch++)
        fann_train_epoch(use->net, use->data);
    return (bench_seconds() - start) / (500.0 * W1_ROWS);
}

static double fann_answer(bench_entry *entry)
{
    fann_use *use = entry->state;
    double start = bench_seconds();
    for (int pass = 0; pass < 5000; pass++)
        for (size_t r = 0; r < W1_ROWS; r++)
            fann_run(use->net, use->data->input[r]);
    return (bench_seconds() - start) / (5000.0 * W1_ROWS);
}

static void fann_stop(bench_entry *entry)
{
    fann_use *use = entry->state;
    if (use == NULL)
        return;
    if (use->data != NULL)
        fann_destroy_train(use->data);
    if (use->net != NULL)
        fann_destroy(use->net);
    free(use);
}

size_t bench_fann(bench_entry *entries, bool quick)
{
    (void)quick;
    entries[0] = (bench_entry){.workload = "W1",
                               .name = "FANN floatfann",
                               .unit = "ns/update",
                               .open = fann_start,
                               .once = fann_learn,
                               .close = fann_stop};
    entries[1] = (bench_entry){.workload = "W4",
                               .name = "FANN floatfann",
                               .unit = "ns/row",
                               .open = fann_start,
                               .once = fann_answer,
                               .close = fann_stop};
    return 2;
}
