/* own.c: backprop on the workloads, through the public API. */
#include "bench.h"

#include <backprop.h>

#include <stdio.h>
#include <stdlib.h>

#define MEMBERS 16
#define W1_ROWS 168 /* learned from; the other 42 are for nobody here */

/* One measurement of a plan. */
typedef struct setting {
    const char *shape;
    bp_loss loss;
    const bench_data *(*data)(void);
    bp_type type;
    bp_rule_kind rule;
    double rate;
    size_t members, batch, threads;
    size_t rows;   /* of one pass; 0: all */
    size_t passes; /* of one repetition */
    size_t block;  /* rows of one forward call; 0: this is a training */
} setting;

typedef struct running {
    bp_net *net;
    bp_plan *plan;
    bp_samples samples;
    float *answers;
    uint32_t *classes;
    double first_loss, last_loss;
    char why[512];
} running;

#define W2_SHAPE "784, 512 relu, 256 relu, 10 softmax"
#define W3_SHAPE "20, 64 relu, 64 relu, 2 softmax"
#define W1(type_, members_)                                                                        \
    {                                                                                              \
        .shape = "7, 5 sigmoid, 3 sigmoid", .loss = BP_SQUARED_ERROR, .data = bench_seeds,         \
        .type = type_, .rate = 0.3, .members = members_, .batch = 1, .threads = 1,                 \
        .rows = W1_ROWS, .passes = 500                                                             \
    }
#define W2(rule_, rate_, threads_)                                                                 \
    {                                                                                              \
        .shape = W2_SHAPE, .loss = BP_CROSS_ENTROPY, .data = bench_images, .type = BP_F32,         \
        .rule = rule_, .rate = rate_, .members = 1, .batch = 128, .threads = threads_,             \
        .rows = 38400, .passes = 1                                                                 \
    }
#define W3(batch_)                                                                                 \
    {                                                                                              \
        .shape = W3_SHAPE, .loss = BP_CROSS_ENTROPY, .data = bench_table, .type = BP_F32,          \
        .rule = BP_ADAM, .rate = 0.001, .members = 1, .batch = batch_, .threads = 1, .passes = 4   \
    }
#define W4(shape_, loss_, data_, block_, passes_)                                                  \
    {                                                                                              \
        .shape = shape_, .loss = loss_, .data = data_, .type = BP_F32, .members = 1,               \
        .batch = (block_) > 1 ? 256 : 1, .threads = 1, .rows = 8192, .passes = passes_,            \
        .block = block_                                                                            \
    }

static const setting w1_f64 = W1(BP_F64, 1), w1_f32 = W1(BP_F32, 1), w1_group = W1(BP_F32, MEMBERS);
static const setting w2_sgd = W2(BP_SGD, 0.05, 1), w2_adam = W2(BP_ADAM, 0.001, 1);
static const setting w2_sgd_2 = W2(BP_SGD, 0.05, 2), w2_adam_2 = W2(BP_ADAM, 0.001, 2);
static const setting w3_32 = W3(32), w3_256 = W3(256);
static const setting w4_seeds_row =
                         W4("7, 5 sigmoid, 3 sigmoid", BP_SQUARED_ERROR, bench_seeds, 1, 200),
                     w4_seeds_block =
                         W4("7, 5 sigmoid, 3 sigmoid", BP_SQUARED_ERROR, bench_seeds, 1024, 400);
static const setting w4_table_row = W4(W3_SHAPE, BP_CROSS_ENTROPY, bench_table, 1, 20);
static const setting w4_table_block = W4(W3_SHAPE, BP_CROSS_ENTROPY, bench_table, 1024, 100);

static const char *start(running *run, const setting *s)
{
    bp_error error;
    const bench_data *data = s->data();
    if (data == NULL)
        return "the data cannot be read";
    bp_plan_options options;
    bp_plan_options_init(&options);
    options.engine = "fast";
    options.type = s->type;
    options.members = s->members;
    options.batch = s->batch;
    options.threads = s->threads;
    options.rule.kind = s->rule;
    if (bp_net_new(&run->net, s->shape, s->loss, NULL, &error) != BP_OK
        || bp_plan_new(&run->plan, run->net, &options, &error) != BP_OK) {
        snprintf(run->why, sizeof run->why, "%s", error.message);
        return run->why;
    }
    size_t count = bp_net_parameter_count(run->net);
    void *weights = calloc(count, sizeof(double));
    run->classes = calloc(data->rows, sizeof *run->classes);
    run->answers = calloc(1024 * bp_net_output_count(run->net), sizeof *run->answers);
    if (weights == NULL || run->classes == NULL || run->answers == NULL)
        return "out of memory";
    bp_initialization how;
    bp_initialization_init(&how);
    for (size_t m = 0; m < s->members; m++) {
        how.member = (uint32_t)m;
        bp_net_initialize(run->net, &how, s->type, weights);
        bp_plan_set_parameters(run->plan, m, weights);
    }
    free(weights);
    for (size_t i = 0; i < data->rows; i++)
        run->classes[i] = data->labels[i];
    run->samples.classes = run->classes;
    run->samples.inputs = s->type == BP_F32
                              ? bp_matrix_f32(data->inputs, data->rows, data->width)
                              : bp_matrix_f64(data->inputs_f64, data->rows, data->width);
    return NULL;
}

static const char *open_run(bench_entry *entry)
{
    entry->state = calloc(1, sizeof(running));
    return entry->state != NULL ? start(entry->state, entry->setting) : "out of memory";
}

static double train(bench_entry *entry)
{
    const setting *s = entry->setting;
    running *run = entry->state;
    const bench_data *data = s->data();
    size_t rows = s->rows > 0 ? s->rows : data->rows;
    bp_run runs[MEMBERS];
    double start = bench_seconds();
    for (size_t pass = 0; pass < s->passes; pass++) {
        for (size_t m = 0; m < s->members; m++)
            runs[m] = (bp_run){
                .samples = &run->samples, .rows = data->order, .count = rows, .rate = s->rate};
        bp_plan_step(run->plan, runs);
        run->last_loss = runs[0].loss;
        if (run->first_loss == 0)
            run->first_loss = runs[0].loss;
    }
    return (bench_seconds() - start) / (double)(rows * s->passes * s->members);
}

static double answer(bench_entry *entry)
{
    const setting *s = entry->setting;
    running *run = entry->state;
    const bench_data *data = s->data();
    size_t outputs = bp_net_output_count(run->net), done = 0;
    bp_matrix_out to = {run->answers, BP_F32, s->block, outputs, outputs};
    size_t rows = s->rows < data->rows ? s->rows : data->rows; /* few: they stay in the cache */
    double start = bench_seconds();
    for (size_t pass = 0; pass < s->passes; pass++)
        for (size_t first = 0; first + s->block <= rows; first += s->block, done += s->block) {
            bp_matrix in = bp_matrix_f32(data->inputs + first * data->width, s->block, data->width);
            bp_plan_forward(run->plan, 0, &in, NULL, s->block, &to);
        }
    return (bench_seconds() - start) / (double)done;
}

static const char *has_learned(bench_entry *entry)
{
    running *run = entry->state;
    return run->last_loss < run->first_loss / 2 ? NULL : "it has not learned";
}

static void close_run(bench_entry *entry)
{
    running *run = entry->state;
    if (run == NULL)
        return;
    bp_plan_free(run->plan);
    bp_net_free(run->net);
    free(run->answers);
    free(run->classes);
    free(run);
}

#define W1_FLOP 430.0 /* 4 a weight of the first layer, 6 of the second */
#define W2_FLOP 2407424.0
#define W3_FLOP 30464.0

static const struct {
    const char *workload, *name, *unit;
    bool per_second;
    double flop;
    const char *peer;
    const setting *setting;
} rows[] = {
    {"W1", "one net, float64", "ns/update", false, W1_FLOP, "FANN floatfann", &w1_f64},
    {"W1", "one net, float32", "ns/update", false, W1_FLOP, "FANN floatfann", &w1_f32},
    {"W1", "16 nets, float32", "ns/update", false, W1_FLOP, "FANN floatfann", &w1_group},
    {"W2", "SGD, 1 thread", "samples/s", true, W2_FLOP, NULL, &w2_sgd},
    {"W2", "SGD, 2 threads", "samples/s", true, W2_FLOP, "SGD, 1 thread", &w2_sgd_2},
    {"W2", "Adam, 1 thread", "samples/s", true, W2_FLOP, NULL, &w2_adam},
    {"W2", "Adam, 2 threads", "samples/s", true, W2_FLOP, "Adam, 1 thread", &w2_adam_2},
    {"W3", "Adam, batch 32", "samples/s", true, W3_FLOP, NULL, &w3_32},
    {"W3", "Adam, batch 256", "samples/s", true, W3_FLOP, NULL, &w3_256},
    {"W4", "7-5-3, a row", "ns/row", false, 0, "FANN floatfann", &w4_seeds_row},
    {"W4", "7-5-3, 1024 rows", "rows/s", true, 0, NULL, &w4_seeds_block},
    {"W4", "20-64-64-2, a row", "ns/row", false, 0, NULL, &w4_table_row},
    {"W4", "20-64-64-2, 1024 rows", "rows/s", true, 2 * 5504.0, NULL, &w4_table_block},
};

size_t bench_own(bench_entry *entries, bool quick)
{
    static setting hurried[sizeof rows / sizeof *rows];
    size_t count = sizeof rows / sizeof *rows;
    for (size_t i = 0; i < count; i++) {
        hurried[i] = *rows[i].setting;
        if (quick && hurried[i].rows > 10000)
            hurried[i].rows = 6400;
        entries[i] = (bench_entry){.workload = rows[i].workload,
                                   .name = rows[i].name,
                                   .unit = rows[i].unit,
                                   .per_second = rows[i].per_second,
                                   .flop = rows[i].flop,
                                   .peer = rows[i].peer,
                                   .open = open_run,
                                   .once = hurried[i].block > 0 ? answer : train,
                                   .check = hurried[i].block > 0 ? NULL : has_learned,
                                   .close = close_run,
                                   .setting = &hurried[i]};
    }
    return count;
}
