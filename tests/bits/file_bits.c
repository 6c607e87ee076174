/* file_bits.c: files that one machine writes and another reads: models and checkpoints, the same
 * bytes from all, and those of tests/models, which a little-endian machine wrote. */
#include "bits/bits.h"
#include "recipe/fingerprint.h"
#include "support/network_case.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define PATH_SIZE 512

static void *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(2);
    }
    *size = (size_t)ftell(file);
    rewind(file);
    void *bytes = bits_need(malloc(*size + 1));
    if (fread(bytes, 1, *size, file) != *size)
        *size = 0;
    fclose(file);
    return bytes;
}

static bp_status put_saved(bits_sum *sum, const bp_model *model, bp_error *error)
{
    void *bytes = NULL;
    size_t size = 0;
    bp_status status = bp_model_save_memory(model, &bytes, &size, error);
    if (status == BP_OK) {
        bp_sha256_update(sum, bytes, size);
        bp_model_release_memory(model, bytes, size);
    }
    return status;
}

/* ---- Models ------------------------------------------------------------------------------------
 */

typedef struct model_case {
    const char *model, *table;
} model_case;

/* Read, saved again, and asked. */
static bp_status work_kept(const bits_check *check, const void *context, size_t threads,
                           bits_sum *sum, bp_error *error)
{
    const model_case *kept = context;
    char path[PATH_SIZE];
    bp_model *model = NULL;
    bp_table *table = NULL;
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    snprintf(path, sizeof path, "%s/%s", check->models, kept->model);
    bp_status status = bp_model_load(&model, path, NULL, error);
    if (status == BP_OK)
        status = put_saved(sum, model, error);
    if (status == BP_OK)
        status = bits_table(&table, check, kept->table, error);
    if (status == BP_OK)
        status = bits_answer(&predictor, &predictions, model, table, threads, error);
    if (status == BP_OK) {
        bp_matrix outputs = bp_predictions_outputs(predictions);
        bits_matrix(sum, &outputs);
    }
    bp_predictions_free(predictions);
    bp_predictor_free(predictor);
    bp_table_free(table);
    bp_model_free(model);
    return status;
}

static const char fit[] = "epochs=6 hidden=6 optimizer=adam batch=8 average=ema weight=heavy "
                          "valid=0.3 schedule=cosine dropout=0.2 loss=cross-entropy";

/* The file of a model that is fitted and calibrated here, but for the notes, which have every
 * option and so change with them. */
static bp_status work_written(const bits_check *check, const void *context, size_t threads,
                              bits_sum *sum, bp_error *error)
{
    bp_table *table = NULL;
    bp_model *model = NULL;
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    bp_status status = bits_table(&table, check, context, error);
    if (status == BP_OK)
        status = bits_fit(&model, table, check, fit, threads, NULL, error);
    if (status == BP_OK)
        status = bits_answer(&predictor, &predictions, model, table, threads, error);
    if (status == BP_OK)
        status = bp_calibrate(model, predictions, table, NULL, NULL, error);
    if (status == BP_OK)
        status = bp_model_set_note(model, "recipe", "{}", error);
    if (status == BP_OK)
        status = bp_model_set_note(model, "training", "{}", error);
    if (status == BP_OK)
        status = put_saved(sum, model, error);
    bp_predictions_free(predictions);
    bp_predictor_free(predictor);
    bp_model_free(model);
    bp_table_free(table);
    return status;
}

/* ---- Checkpoints -------------------------------------------------------------------------------
 */

#define EPOCHS 6
#define STOP_AFTER 3
#define CHECKPOINT "4-bits.checkpoint" /* what a little-endian machine wrote after three epochs */

static const network_shape shape = {.depth = 2,
                                    .widths = {4, 9, 3},
                                    .hidden = BP_TANH,
                                    .output = BP_SOFTMAX,
                                    .loss = BP_CROSS_ENTROPY,
                                    .classes = true,
                                    .rows = 23};

typedef struct training {
    network_case made;
    bp_plan *plan;
    bp_trainer *trainer;
} training;

static bp_status open_training(training *t, size_t threads, bp_error *error)
{
    bp_plan_options plan;
    bp_trainer_options options;
    network_case_init(&t->made, &shape, 5);
    bp_plan_options_init(&plan);
    plan.engine = "fast";
    plan.type = BP_F32;
    plan.batch = 6;
    plan.rule.kind = BP_ADAM;
    plan.threads = threads;
    bp_trainer_options_init(&options);
    options.epochs = EPOCHS;
    options.batch = plan.batch;
    options.averaging = BP_MOVING_AVERAGE;
    options.average_decay = 0.9;
    options.keep_best = true;
    options.note = "bits";
    bp_trainer_member member = {.samples = &t->made.samples_f32,
                                .count = shape.rows,
                                .validation = &t->made.samples_f32,
                                .learning_rate = 0.05};
    bp_status status = bp_plan_new(&t->plan, t->made.net, &plan, error);
    if (status == BP_OK) {
        bp_plan_set_parameters(t->plan, 0, t->made.parameters_f32);
        status = bp_trainer_new(&t->trainer, t->plan, &member, &options, error);
    }
    return status;
}

static void close_training(training *t)
{
    bp_trainer_free(t->trainer);
    bp_plan_free(t->plan);
    network_case_free(&t->made);
}

static void put_file(bits_sum *sum, const char *path)
{
    size_t size = 0;
    void *bytes = read_file(path, &size);
    bp_sha256_update(sum, bytes, size);
    free(bytes);
}

/* To the end, and the weights there. */
static bp_status finish_training(bits_sum *sum, training *t, bp_error *error)
{
    float weights[256];
    bp_status status = bp_trainer_run(t->trainer, NULL, error);
    if (status == BP_OK) {
        bp_plan_get_parameters(t->plan, 0, weights);
        bits_block(sum, BP_F32, weights, bp_net_parameter_count(t->made.net));
    }
    return status;
}

/* A training that writes a checkpoint on its way: its bytes, and the weights in the end. */
static bp_status work_checkpoint(const bits_check *check, const void *context, size_t threads,
                                 bits_sum *sum, bp_error *error)
{
    char path[] = "/tmp/backprop-bits-XXXXXX";
    training t = {.plan = NULL};
    int file = mkstemp(path);
    (void)check;
    (void)context;
    if (file < 0) {
        perror(path);
        exit(2);
    }
    close(file);
    bp_status status = open_training(&t, threads, error);
    for (size_t epoch = 0; epoch < STOP_AFTER && status == BP_OK; epoch++)
        bp_trainer_epoch(t.trainer);
    if (status == BP_OK)
        status = bp_trainer_save(t.trainer, path, error);
    if (status == BP_OK) {
        put_file(sum, path);
        status = finish_training(sum, &t, error);
    }
    unlink(path);
    close_training(&t);
    return status;
}

/* The same, taken up from the file of tests/models. */
static bp_status work_resumed(const bits_check *check, const void *context, size_t threads,
                              bits_sum *sum, bp_error *error)
{
    char path[PATH_SIZE];
    training t = {.plan = NULL};
    (void)context;
    snprintf(path, sizeof path, "%s/" CHECKPOINT, check->models);
    bp_status status = open_training(&t, threads, error);
    if (status == BP_OK)
        status = bp_trainer_load(t.trainer, path, error);
    if (status == BP_OK) {
        put_file(sum, path);
        status = finish_training(sum, &t, error);
    }
    close_training(&t);
    return status;
}

/* What a checkpoint knows its rows by. */
static bp_status work_fingerprint(const bits_check *check, const void *context, size_t threads,
                                  bits_sum *sum, bp_error *error)
{
    network_case made;
    network_shape weighted = shape;
    (void)check;
    (void)context;
    (void)threads;
    (void)error;
    for (int classes = 0; classes < 2; classes++) {
        weighted.weighted = weighted.classes = classes > 0;
        network_case_init(&made, &weighted, 6);
        bp_samples_fingerprint(&made.samples_f32, sum);
        bp_samples_fingerprint(&made.samples_f64, sum);
        network_case_free(&made);
    }
    return BP_OK;
}

void bits_of_files(bits_check *check)
{
    static const model_case kept[] = {
        {"1-seeds.model", "@seeds.csv"},      {"1-tutorial.model", "@seeds.csv"},
        {"1-regression.model", "@seeds.csv"}, {"2-classes.model", "@mixed.csv"},
        {"2-mixed.model", "@mixed.csv"},      {"2-quantile.model", "@seeds.csv"},
        {"3-components.model", "@seeds.csv"}, {"3-ordinal.model", "@mixed.csv"},
        {"4-seeds.model", "@seeds.csv"},
    };
    char title[BITS_TITLE];
    for (size_t i = 0; i < COUNT_OF(kept); i++) {
        snprintf(title, sizeof title, "file %s", kept[i].model);
        bits_case(check, title, work_kept, &kept[i]);
    }
    bits_case(check, "file of a model", work_written, "classes");
    bits_case(check, "checkpoint written", work_checkpoint, NULL);
    bits_case(check, "checkpoint read", work_resumed, NULL);
    bits_case(check, "fingerprint of rows", work_fingerprint, NULL);
}
