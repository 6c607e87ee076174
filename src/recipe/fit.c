/* fit.c: the one call: options and rows in, a model out. */
#include "recipe/fit.h"

#include "base/error.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "recipe/augment_config.h"
#include "recipe/config.h"
#include "recipe/fingerprint.h"
#include "recipe/fitting.h"
#include "recipe/stop_metric.h"
#include "recipe/training_config.h"
#include "table/table.h"

#include <stdio.h>
#include <string.h>

#define DESCRIPTION_SIZE 128
#define NOTE_SIZE BP_SHA256_TEXT_SIZE

/* Models of one shape that are trained as one group: network i of the plan is member i % each
 * of model i / each. */
typedef struct group {
    bp_fitting *fittings;
    size_t count, each;
    size_t networks; /* count * each */
    const bp_config *config;
    bp_plan *plan;
    bp_stop_judge *judges;      /* [networks] */
    bp_trainer_member *members; /* [networks] */
} group;

static bp_fitting_member *member_of(const group *g, size_t network)
{
    return &g->fittings[network / g->each].members[network % g->each];
}

/* Moves trained weights from the plan to the models. */
static bp_status keep_weights(const group *g, bp_error *error)
{
    bp_model *first = g->fittings[0].model;
    size_t count = bp_net_parameter_count(bp_model_net(first));
    const bp_allocator *memory = bp_config_allocator(g->config);
    bp_type type = bp_model_type(first);
    void *parameters = bp_allocate(memory, count, bp_type_size(type), error);
    if (parameters == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < g->networks; i++) {
        bp_plan_get_parameters(g->plan, i, parameters);
        bp_model_set_parameters(g->fittings[i / g->each].model, i % g->each, parameters);
    }
    bp_release(memory, parameters, count, bp_type_size(type));
    return BP_OK;
}

/* What a checkpoint must agree with: the options that results depend on, the samples and
 * those to judge by. */
static bp_status write_note(char note[NOTE_SIZE], const bp_fitting *one, const bp_config *config,
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
    const char *source =
        bp_fitting_in_chunks(config) ? bp_table_source(one->table, &source_size) : NULL;
    if (text == NULL)
        status = bp_fail(error, BP_E_MEMORY, "out of memory while a note was made");
    if (status == BP_OK) {
        bp_sha256_init(&state);
        bp_sha256_update(&state, text, length);
        bp_samples_fingerprint(&one->samples, &state);
        for (size_t m = 0; m < one->member_count; m++)
            bp_samples_fingerprint(&one->members[m].valid, &state);
        if (source != NULL)
            bp_sha256_update(&state, source, source_size);
        bp_sha256_final(&state, digest);
        bp_sha256_text(digest, note);
    }
    bp_json_free(json);
    return status;
}

/* From a checkpoint where that is asked for, else from the start. */
static bp_status run_trainer(const group *g, bp_trainer *trainer, const bp_observer *observer,
                             bp_error *error)
{
    const char *checkpoint = bp_config_get(g->config, "checkpoint");
    bp_status status = BP_OK;
    if (g->count == 1 && bp_config_is(g->config, "resume", "yes") && checkpoint[0] != '\0'
        && bp_file_exists(checkpoint))
        status = bp_trainer_load(trainer, checkpoint, error);
    if (status == BP_OK)
        status = bp_trainer_run(trainer, observer, error);
    for (size_t i = 0; i < g->networks && status == BP_OK; i++)
        bp_trainer_record_of(trainer, i, &member_of(g, i)->record);
    return status;
}

/* A judge for each network, where a metric is what stops it. */
static bp_status open_judges(group *g, bp_error *error)
{
    const bp_metric *metric = bp_metric_find(bp_config_get(g->config, "stop-on"));
    bp_status status = BP_OK;
    for (size_t i = 0; i < g->networks && metric != NULL && status == BP_OK; i++)
        status = bp_stop_judge_open(&g->judges[i], metric,
                                    bp_model_preparation(g->fittings[i / g->each].model),
                                    &member_of(g, i)->valid, bp_config_allocator(g->config), error);
    return status;
}

static void set_judge(bp_trainer_options *options, const group *g)
{
    const bp_metric *metric = bp_metric_find(bp_config_get(g->config, "stop-on"));
    if (metric == NULL)
        return;
    options->judge = bp_stop_judge_member;
    options->judge_context = g->judges;
    if (metric->higher_is_better)
        options->target = -options->target;
}

/* The members of a model have its numbers to the random numbers: each is what it would be alone,
 * and what it would be in another group. */
static void aim_members(group *g, double rate)
{
    bool in_chunks = bp_fitting_in_chunks(g->config);
    for (size_t i = 0; i < g->networks; i++) {
        const bp_fitting *one = &g->fittings[i / g->each];
        const bp_fitting_member *member = member_of(g, i);
        g->members[i] = (bp_trainer_member){
            .samples = i % g->each < one->piece_members.without ? &one->without : &one->samples,
            .source = in_chunks ? &one->source : NULL,
            .rows = in_chunks ? one->rows : member->order,
            .count = member->learned,
            .validation = bp_config_validates(g->config) ? &member->valid : NULL,
            .learning_rate = rate,
            .number = (uint32_t)(i % g->each)};
        bp_plan_set_parameters(g->plan, i, bp_model_parameters(one->model, i % g->each));
    }
}

static bp_status train_members(group *g, size_t most, const bp_observer *observer, bp_error *error)
{
    const bp_preparation *first = bp_model_preparation(g->fittings[0].model);
    double rate = bp_config_rate(g->config, bp_preparation_class_count(first) > 0);
    char note[NOTE_SIZE] = "";
    bp_trainer *trainer = NULL;
    bp_trainer_options options;
    bp_config_trainer(&options, g->config, most);
    set_judge(&options, g);
    options.note = note;
    aim_members(g, rate);
    bp_status status = BP_OK;
    if (bp_config_get(g->config, "checkpoint")[0] != '\0')
        status = write_note(note, &g->fittings[0], g->config, error);
    if (status == BP_OK)
        status = bp_trainer_new(&trainer, g->plan, g->members, &options, error);
    if (status == BP_OK)
        status = run_trainer(g, trainer, observer, error);
    bp_trainer_free(trainer);
    return status;
}

static bp_status train(group *g, size_t most, const bp_observer *observer, bp_error *error)
{
    const bp_allocator *memory = bp_config_allocator(g->config);
    g->members = bp_allocate(memory, g->networks, sizeof *g->members, error);
    g->judges = bp_allocate(memory, g->networks, sizeof *g->judges, error);
    bp_status status = g->members == NULL || g->judges == NULL ? BP_E_MEMORY : BP_OK;
    if (status == BP_OK)
        status = open_judges(g, error);
    if (status == BP_OK)
        status = train_members(g, most, observer, error);
    for (size_t i = 0; i < g->networks && g->judges != NULL; i++)
        bp_stop_judge_close(&g->judges[i]);
    bp_release(memory, g->judges, g->networks, sizeof *g->judges);
    bp_release(memory, g->members, g->networks, sizeof *g->members);
    return status;
}

static bp_status train_group(group *g, char *description, const bp_observer *observer,
                             bp_error *error)
{
    size_t most = 0;
    for (size_t i = 0; i < g->networks; i++)
        if (member_of(g, i)->learned > most)
            most = member_of(g, i)->learned;
    bp_status status = bp_config_plan(&g->plan, bp_model_net(g->fittings[0].model), g->config,
                                      g->fittings[0].table, g->networks, most,
                                      &g->fittings[0].piece_members, error);
    if (status == BP_OK && description != NULL)
        snprintf(description, DESCRIPTION_SIZE, "%s", bp_plan_description(g->plan));
    if (status == BP_OK)
        status = train(g, most, observer, error);
    if (status == BP_OK)
        status = keep_weights(g, error);
    for (size_t i = 0; i < g->count && status == BP_OK; i++)
        if (bp_config_is(g->config, "temper", "yes") && bp_config_validates(g->config))
            status = bp_fitting_calibrate(&g->fittings[i], g->plan, i * g->each, error);
    bp_plan_free(g->plan);
    return status;
}

/* Categories seen in some rows and not in others make networks of different widths. */
static bool same_shape(const bp_fitting *fittings, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (bp_net_input_count(bp_model_net(fittings[i].model))
            != bp_net_input_count(bp_model_net(fittings[0].model)))
            return false;
    return true;
}

/* Groups: of all models where each is one network and all have one shape, else one by one. */
static bp_status train_all(bp_fitting *fittings, size_t count, const bp_config *config,
                           char *description, const bp_observer *observer, bp_error *error)
{
    size_t members = bp_config_size(config, "members");
    size_t together = members == 1 && same_shape(fittings, count) ? count : 1;
    bp_status status = BP_OK;
    for (size_t i = 0; i < count && status == BP_OK; i += together) {
        group g = {.fittings = fittings + i,
                   .count = together,
                   .each = members,
                   .networks = together * members,
                   .config = config};
        status = train_group(&g, description, observer, error);
    }
    return status;
}

bp_status bp_fit_settle(bp_config **settled, const bp_fit_set *sets, size_t count, bp_table *table,
                        const bp_config *config, bp_error *error)
{
    bp_preparation *preparation = NULL;
    size_t most = 0;
    for (size_t i = 0; i < count; i++)
        most = sets[i].count > most ? sets[i].count : most;
    bp_status status = bp_config_check(config, error);
    if (status == BP_OK)
        status = bp_config_preparation(&preparation, table, config, error);
    if (status == BP_OK)
        status = bp_config_check_images(config, table, preparation, error);
    if (status == BP_OK)
        status = bp_config_settle(settled, config, preparation, most, error);
    bp_preparation_free(preparation);
    return status;
}

static bp_status fit_all(bp_fitting *fittings, const bp_fit_set *sets, size_t count,
                         bp_table *table, const bp_config *config, bp_mersenne *mersenne,
                         char *description, const bp_observer *observer, bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t i = 0; i < count && status == BP_OK; i++)
        status = bp_fitting_open(&fittings[i], table, &sets[i], i == 0 ? count : 0, config,
                                 mersenne, error);
    if (status == BP_OK)
        status = train_all(fittings, count, config, description, observer, error);
    for (size_t i = 0; i < count && status == BP_OK; i++)
        status = bp_fitting_note(&fittings[i], error);
    return status;
}

bp_status bp_fit_once(bp_model **models, double *off, const bp_fit_set *sets, size_t count,
                      bp_table *table, const bp_config *config, bp_mersenne *mersenne,
                      char *description, const bp_observer *observer, bp_error *error)
{
    const bp_allocator *memory = bp_config_allocator(config);
    bp_fitting *fittings = bp_allocate(memory, count, sizeof *fittings, error);
    bp_status status = BP_E_MEMORY;
    if (fittings != NULL)
        status =
            fit_all(fittings, sets, count, table, config, mersenne, description, observer, error);
    for (size_t i = 0; i < count; i++) {
        models[i] = NULL;
        if (fittings == NULL)
            continue;
        if (off != NULL)
            off[i] = fittings[i].off;
        bp_fitting_close(&fittings[i]);
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
