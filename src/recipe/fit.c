/* fit.c: the one call: options and rows in, a model out. */
#include "recipe/fit.h"

#include "base/error.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "recipe/config.h"
#include "recipe/fingerprint.h"
#include "recipe/network_config.h"
#include "recipe/notes.h"
#include "recipe/row_weights.h"
#include "recipe/split_config.h"
#include "recipe/stop_metric.h"
#include "recipe/training_config.h"
#include "table/table.h"

#include <stdio.h>
#include <string.h>

#define DESCRIPTION_SIZE 128

static bp_scaling target_scaling(const bp_config *config)
{
    bp_scaling scaling = BP_SCALING_AUTO;
    if (bp_config_is(config, "target-scaling", "log-standard"))
        return BP_SCALING_LOG;
    if (!bp_config_is(config, "target-scaling", "auto"))
        bp_scaling_find(bp_config_get(config, "target-scaling"), &scaling, NULL);
    return scaling;
}

bp_status bp_config_preparation(bp_preparation **preparation, bp_table *table,
                                const bp_config *config, bp_error *error)
{
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.allocator = bp_config_allocator(config);
    options.target = bp_config_get(config, "target");
    options.keep = bp_config_get(config, "keep");
    bp_scaling_find(bp_config_get(config, "scaling"), &options.scaling, NULL);
    options.target_scaling = target_scaling(config);
    bp_gaps_find(bp_config_get(config, "missing"), &options.gaps, NULL);
    options.gap_indicator = bp_config_is(config, "missing-indicator", "yes");
    options.ordinal = bp_config_is(config, "categories", "ordinal");
    options.rare = bp_config_size(config, "rare");
    options.category_limit = bp_config_size(config, "category-limit");
    if (!bp_config_is(config, "pca", "off"))
        options.components = bp_config_number(config, "pca");
    if (bp_config_is(config, "task", "classification"))
        options.task = BP_TASK_CLASSIFICATION;
    if (bp_config_is(config, "task", "regression"))
        options.task = BP_TASK_REGRESSION;
    char *drop = NULL;
    *preparation = NULL;
    bp_status status = bp_config_drop(&drop, table, config, error);
    if (status != BP_OK)
        return status;
    options.drop = drop;
    status = bp_preparation_new(preparation, table, &options, error);
    bp_config_drop_free(drop, config);
    return status;
}

/* ---- Training ------------------------------------------------------------------------ */

#define NOTE_SIZE BP_SHA256_TEXT_SIZE

/* One model on its way: what it learns from and is judged by, and how that went. */
typedef struct fitting {
    bp_model *model;
    size_t *rows, row_count, learned; /* of the table: those learned from, then those held out */
    bp_prepared *prepared, *prepared_valid;
    bp_samples samples, valid;
    double *weights, *valid_weights;
    bp_table *table; /* where rows are prepared chunk by chunk */
    const bp_config *config;
    bp_row_source source;
    bp_fit_record record;
} fitting;

/* ---- Rows in chunks --------------------------------------------------------------------- */

static bool in_chunks(const bp_config *config)
{
    return !bp_config_is(config, "chunk-rows", "all");
}

static bp_status make_samples(bp_prepared **prepared, bp_samples *samples, double **weights,
                              bp_table *table, const size_t *rows, size_t count,
                              const bp_preparation *preparation, const bp_config *config,
                              bp_error *error);

/* Of bp_row_source: the chunk before gives way to this one. */
static bp_status load_rows(void *context, const size_t *rows, size_t count, bp_samples *samples,
                           bp_error *error)
{
    fitting *one = context;
    bp_row_weights_free(one->weights, one->samples.inputs.rows, one->config);
    bp_prepared_free(one->prepared);
    one->weights = NULL;
    one->prepared = NULL;
    one->samples = (bp_samples){.classes = NULL};
    bp_status status = make_samples(&one->prepared, &one->samples, &one->weights, one->table, rows,
                                    count, bp_model_preparation(one->model), one->config, error);
    *samples = one->samples;
    return status;
}

/* Moves trained weights from a plan's member to a model. */
static bp_status keep_weights(bp_model *model, const bp_plan *plan, size_t member,
                              const bp_config *config, bp_error *error)
{
    size_t count = bp_net_parameter_count(bp_model_net(model));
    const bp_allocator *memory = bp_config_allocator(config);
    bp_type type = bp_model_type(model);
    void *parameters = bp_allocate(memory, count, bp_type_size(type), error);
    if (parameters == NULL)
        return BP_E_MEMORY;
    bp_plan_get_parameters(plan, member, parameters);
    bp_model_set_parameters(model, 0, parameters);
    bp_release(memory, parameters, count, bp_type_size(type));
    return BP_OK;
}

static void note_record(fitting *one, const bp_trainer *trainer, size_t member, double rate)
{
    bp_trainer_record record;
    bp_trainer_record_of(trainer, member, &record);
    one->record = (bp_fit_record){.rows = one->learned,
                                  .valid_rows = one->valid.inputs.rows,
                                  .learning_rate = rate,
                                  .trained = record};
}

/* What a checkpoint must agree with: the options that results depend on, the samples and
 * those to judge by. */
static bp_status write_note(char note[NOTE_SIZE], const fitting *one, const bp_config *config,
                            bp_error *error)
{
    bp_json *json = NULL;
    bp_sha256_state state;
    unsigned char digest[BP_SHA256_SIZE];
    size_t length = 0;
    bp_status status = bp_json_new(&json, bp_config_allocator(config), error);
    if (status != BP_OK)
        return status;
    bp_config_write(config, json);
    const char *text = bp_json_text(json, &length);
    size_t source_size = 0;
    const char *source = in_chunks(config) ? bp_table_source(one->table, &source_size) : NULL;
    if (text == NULL)
        status = bp_fail(error, BP_E_MEMORY, "out of memory while a note was made");
    if (status == BP_OK) {
        bp_sha256_init(&state);
        bp_sha256_update(&state, text, length);
        bp_samples_fingerprint(&one->samples, &state);
        bp_samples_fingerprint(&one->valid, &state);
        if (source != NULL)
            bp_sha256_update(&state, source, source_size);
        bp_sha256_final(&state, digest);
        bp_sha256_text(digest, note);
    }
    bp_json_free(json);
    return status;
}

/* From a checkpoint where that is asked for, else from the start. */
static bp_status run_trainer(fitting *fittings, size_t count, bp_trainer *trainer,
                             const bp_config *config, double rate, const bp_observer *observer,
                             bp_error *error)
{
    const char *checkpoint = bp_config_get(config, "checkpoint");
    bp_status status = BP_OK;
    if (count == 1 && bp_config_is(config, "resume", "yes") && checkpoint[0] != '\0'
        && bp_file_exists(checkpoint))
        status = bp_trainer_load(trainer, checkpoint, error);
    if (status == BP_OK)
        status = bp_trainer_run(trainer, observer, error);
    for (size_t i = 0; i < count && status == BP_OK; i++)
        note_record(&fittings[i], trainer, i, rate);
    return status;
}

/* A judge for each member, where a metric is what stops it. */
static bp_status open_judges(bp_stop_judge *judges, const fitting *fittings, size_t count,
                             const bp_config *config, bp_error *error)
{
    const bp_metric *metric = bp_metric_find(bp_config_get(config, "stop-on"));
    bp_status status = BP_OK;
    for (size_t i = 0; i < count && metric != NULL && status == BP_OK; i++)
        status = bp_stop_judge_open(&judges[i], metric, bp_model_preparation(fittings[i].model),
                                    &fittings[i].valid, bp_config_allocator(config), error);
    return status;
}

static void set_judge(bp_trainer_options *options, bp_stop_judge *judges, const bp_config *config)
{
    const bp_metric *metric = bp_metric_find(bp_config_get(config, "stop-on"));
    if (metric == NULL)
        return;
    options->judge = bp_stop_judge_member;
    options->judge_context = judges;
    if (metric->higher_is_better)
        options->target = -options->target;
}

/* Members are all number 0 to the random numbers: each is what it would be alone. */
static bp_status train_members(fitting *fittings, size_t count, bp_plan *plan,
                               bp_trainer_member *members, bp_stop_judge *judges, size_t most,
                               const bp_config *config, const bp_observer *observer,
                               bp_error *error)
{
    const bp_preparation *first = bp_model_preparation(fittings[0].model);
    double rate = bp_config_rate(config, bp_preparation_class_count(first) > 0);
    char note[NOTE_SIZE] = "";
    bp_trainer *trainer = NULL;
    bp_trainer_options options;
    bp_config_trainer(&options, config, most);
    set_judge(&options, judges, config);
    options.note = note;
    for (size_t i = 0; i < count; i++) {
        members[i] = (bp_trainer_member){
            .samples = &fittings[i].samples,
            .source = in_chunks(config) ? &fittings[i].source : NULL,
            .rows = in_chunks(config) ? fittings[i].rows : NULL,
            .count = fittings[i].learned,
            .validation = bp_config_validates(config) ? &fittings[i].valid : NULL,
            .learning_rate = rate};
        bp_plan_set_parameters(plan, i, bp_model_parameters(fittings[i].model, 0));
    }
    bp_status status = BP_OK;
    if (bp_config_get(config, "checkpoint")[0] != '\0')
        status = write_note(note, &fittings[0], config, error);
    if (status == BP_OK)
        status = bp_trainer_new(&trainer, plan, members, &options, error);
    if (status == BP_OK)
        status = run_trainer(fittings, count, trainer, config, rate, observer, error);
    bp_trainer_free(trainer);
    return status;
}

static bp_status train(fitting *fittings, size_t count, bp_plan *plan, size_t most,
                       const bp_config *config, const bp_observer *observer, bp_error *error)
{
    const bp_allocator *memory = bp_config_allocator(config);
    bp_trainer_member *members = bp_allocate(memory, count, sizeof *members, error);
    bp_stop_judge *judges = bp_allocate(memory, count, sizeof *judges, error);
    bp_status status = members == NULL || judges == NULL ? BP_E_MEMORY : BP_OK;
    if (status == BP_OK)
        status = open_judges(judges, fittings, count, config, error);
    if (status == BP_OK)
        status =
            train_members(fittings, count, plan, members, judges, most, config, observer, error);
    for (size_t i = 0; i < count && judges != NULL; i++)
        bp_stop_judge_close(&judges[i]);
    bp_release(memory, judges, count, sizeof *judges);
    bp_release(memory, members, count, sizeof *members);
    return status;
}

/* Trains models of one shape as one group. */
static bp_status train_group(fitting *fittings, size_t count, const bp_config *config,
                             char *description, const bp_observer *observer, bp_error *error)
{
    bp_plan *plan = NULL;
    size_t most = 0;
    for (size_t i = 0; i < count; i++)
        if (fittings[i].learned > most)
            most = fittings[i].learned;
    bp_status status =
        bp_config_plan(&plan, bp_model_net(fittings[0].model), config, count, most, error);
    if (status == BP_OK && description != NULL)
        snprintf(description, DESCRIPTION_SIZE, "%s", bp_plan_description(plan));
    if (status == BP_OK)
        status = train(fittings, count, plan, most, config, observer, error);
    for (size_t i = 0; i < count && status == BP_OK; i++)
        status = keep_weights(fittings[i].model, plan, i, config, error);
    bp_plan_free(plan);
    return status;
}

/* ---- Rows and preparation ----------------------------------------------------------------- */

static bp_status make_model(bp_model **model, bp_preparation *preparation, const bp_config *config,
                            bp_error *error)
{
    bp_net *net = NULL;
    bp_status status = bp_config_net(&net, config, preparation, error);
    if (status == BP_OK)
        status = bp_model_new(model, preparation, net, bp_config_type(config), 1,
                              bp_config_allocator(config), error);
    if (status != BP_OK)
        bp_net_free(net);
    return status;
}

/* All rows learn, or a share is held out: stratified where there are classes. */
static bp_status choose_rows(fitting *one, bp_table *table, const bp_fit_set *set,
                             const bp_preparation *preparation, const bp_config *config,
                             bp_error *error)
{
    const bp_allocator *memory = bp_config_allocator(config);
    bp_split_options options;
    bp_split *split = NULL;
    size_t column = 0, tests = 0;
    one->row_count = one->learned = set->count;
    one->rows = bp_allocate(memory, set->count, sizeof(size_t), error);
    if (one->rows == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < set->count; i++)
        one->rows[i] = set->rows != NULL ? set->rows[i] : i;
    if (bp_config_is(config, "valid", "none"))
        return BP_OK;
    bp_split_options_init(&options);
    options.allocator = memory;
    options.test_fraction = bp_config_number(config, "valid");
    options.seed = (uint64_t)bp_config_number(config, "seed");
    if (bp_preparation_class_count(preparation) > 0
        && bp_table_find_column(table, bp_preparation_target_name(preparation, 0), &column, NULL)
               == BP_OK)
        options.classes = bp_table_codes(table, column);
    bp_status status = bp_split_new(&split, table, set->rows, set->count, &options, error);
    if (status != BP_OK)
        return status;
    const size_t *held_out = bp_split_tests(split, 0, &tests);
    one->learned = bp_split_training(split, 0, one->rows);
    memcpy(one->rows + one->learned, held_out, tests * sizeof(size_t));
    bp_split_free(split);
    return BP_OK;
}

/* Rows as samples, with their weights. */
static bp_status make_samples(bp_prepared **prepared, bp_samples *samples, double **weights,
                              bp_table *table, const size_t *rows, size_t count,
                              const bp_preparation *preparation, const bp_config *config,
                              bp_error *error)
{
    bp_status status = bp_preparation_apply(preparation, table, rows, count, bp_config_type(config),
                                            true, prepared, error);
    if (status != BP_OK)
        return status;
    *samples = bp_prepared_samples(*prepared);
    status = bp_row_weights(weights, table, rows, count, samples,
                            bp_preparation_class_count(preparation), config, error);
    samples->weights = *weights;
    return status;
}

/* The rows to judge by: a share held out, or another table's. */
static bp_status make_valid(fitting *one, bp_table *table, const bp_preparation *preparation,
                            const bp_config *config, bp_error *error)
{
    const char *path = bp_config_get(config, "valid-file");
    bp_table *other = NULL;
    if (path[0] == '\0')
        return make_samples(&one->prepared_valid, &one->valid, &one->valid_weights, table,
                            one->rows + one->learned, one->row_count - one->learned, preparation,
                            config, error);
    bp_status status = bp_table_open(&other, path, config, error);
    if (status == BP_OK)
        status = make_samples(&one->prepared_valid, &one->valid, &one->valid_weights, other, NULL,
                              bp_table_row_count(other), preparation, config, error);
    bp_table_free(other);
    return status;
}

static bp_status prepare_rows(fitting *one, bp_table *table, const bp_fit_set *set,
                              bp_preparation *preparation, const bp_config *config, bp_error *error)
{
    bool all = bp_config_is(config, "scale-on", "all");
    bp_status status = choose_rows(one, table, set, preparation, config, error);
    if (status == BP_OK)
        status = bp_preparation_fit(preparation, table, all ? NULL : one->rows,
                                    all ? bp_table_row_count(table) : one->learned, error);
    if (status == BP_OK && !in_chunks(config))
        status = make_samples(&one->prepared, &one->samples, &one->weights, table, one->rows,
                              one->learned, preparation, config, error);
    if (status == BP_E_MEMORY && error != NULL && !in_chunks(config))
        strncat(error->message, "; --chunk-rows 100000 takes less",
                sizeof error->message - strlen(error->message) - 1);
    if (status == BP_OK && bp_config_validates(config))
        status = make_valid(one, table, preparation, config, error);
    return status;
}

/* A model with its first weights, and the rows it will learn from. */
static bp_status prepare(fitting *one, bp_table *table, const bp_fit_set *set,
                         const bp_config *config, bp_mersenne *mersenne, bp_error *error)
{
    bp_preparation *preparation = NULL;
    bp_status status = bp_config_preparation(&preparation, table, config, error);
    if (status != BP_OK)
        return status;
    one->table = table;
    one->config = config;
    status = prepare_rows(one, table, set, preparation, config, error);
    if (status == BP_OK)
        status = make_model(&one->model, preparation, config, error);
    if (one->model == NULL) {
        bp_preparation_free(preparation);
        return status;
    }
    one->source = (bp_row_source){
        .load = load_rows, .context = one, .inputs = bp_net_input_count(bp_model_net(one->model))};
    return bp_config_initialize(one->model, config, mersenne, error);
}

static void release_fitting(fitting *one, const bp_config *config)
{
    const bp_allocator *memory = bp_config_allocator(config);
    bp_row_weights_free(one->weights, one->samples.inputs.rows, config);
    bp_row_weights_free(one->valid_weights, one->valid.inputs.rows, config);
    bp_prepared_free(one->prepared);
    bp_prepared_free(one->prepared_valid);
    bp_release(memory, one->rows, one->row_count, sizeof(size_t));
}

/* Categories seen in some rows and not in others make networks of different widths. */
static bool same_shape(const fitting *fittings, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (bp_net_input_count(bp_model_net(fittings[i].model))
            != bp_net_input_count(bp_model_net(fittings[0].model)))
            return false;
    return true;
}

static bp_status fit_all(fitting *fittings, const bp_fit_set *sets, size_t count, bp_table *table,
                         const bp_config *config, bp_mersenne *mersenne, char *description,
                         const bp_observer *observer, bp_error *error)
{
    bp_status status = bp_config_check(config, error);
    for (size_t i = 0; i < count && status == BP_OK; i++)
        status = prepare(&fittings[i], table, &sets[i], config, mersenne, error);
    if (status != BP_OK)
        return status;
    size_t each = same_shape(fittings, count) ? count : 1;
    for (size_t i = 0; i < count && status == BP_OK; i += each)
        status = train_group(fittings + i, each, config, description, observer, error);
    for (size_t i = 0; i < count && status == BP_OK; i++)
        status = bp_model_note_fit(fittings[i].model, table, config, &fittings[i].record, error);
    return status;
}

bp_status bp_fit_sets(bp_model **models, const bp_fit_set *sets, size_t count, bp_table *table,
                      const bp_config *config, bp_mersenne *mersenne, char *description,
                      const bp_observer *observer, bp_error *error)
{
    const bp_allocator *memory = bp_config_allocator(config);
    fitting *fittings = bp_allocate(memory, count, sizeof *fittings, error);
    bp_status status = BP_E_MEMORY;
    if (fittings != NULL)
        status =
            fit_all(fittings, sets, count, table, config, mersenne, description, observer, error);
    for (size_t i = 0; i < count; i++) {
        models[i] = NULL;
        if (fittings == NULL)
            continue;
        release_fitting(&fittings[i], config);
        if (status == BP_OK)
            models[i] = fittings[i].model;
        else
            bp_model_free(fittings[i].model);
    }
    bp_release(memory, fittings, count, sizeof *fittings);
    return status;
}

bp_status bp_fit_table(bp_model **model, bp_table *table, const size_t *rows, size_t count,
                       const bp_config *config, const bp_observer *observer, bp_error *error)
{
    *model = NULL;
    bp_config *defaults = NULL;
    if (rows == NULL && count == 0)
        count = bp_table_row_count(table);
    if (config == NULL) {
        bp_status status = bp_config_new(&defaults, NULL, NULL, error);
        if (status != BP_OK)
            return status;
        config = defaults;
    }
    const bp_fit_set set = {rows, count};
    bp_status status = bp_fit_sets(model, &set, 1, table, config, NULL, NULL, observer, error);
    bp_config_free(defaults);
    return status;
}
