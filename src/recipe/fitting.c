/* fitting.c: a table's rows as samples for the members of a model. */
#include "recipe/fitting.h"

#include "base/error.h"
#include "base/memory.h"
#include "model/model.h"
#include "recipe/config.h"
#include "recipe/needed_memory.h"
#include "recipe/network_config.h"
#include "recipe/row_weights.h"
#include "recipe/split_config.h"
#include "recipe/training_config.h"
#include "table/table.h"

#include <math.h>
#include <string.h>

#define MANY_NAMES ((size_t)100000) /* fewer are short enough for a file, but for odd ones */

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
    options.pieces = bp_config_size(config, "pieces");
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

bp_status bp_config_drop_unlabeled(const bp_config *config, const bp_preparation *preparation,
                                   bp_table *table, bp_error *error)
{
    if (bp_config_is(config, "missing-target", "error")
        || !bp_preparation_has_targets(preparation, table))
        return BP_OK;
    return bp_preparation_drop_unlabeled(preparation, table, error);
}

/* ---- Samples ---------------------------------------------------------------------------- */

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

bool bp_fitting_in_chunks(const bp_config *config)
{
    return !bp_config_is(config, "chunk-rows", "all");
}

/* Of bp_row_source: the chunk before gives way to this one. */
static bp_status load_rows(void *context, const size_t *rows, size_t count, bp_samples *samples,
                           bp_error *error)
{
    bp_fitting *one = context;
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

/* ---- Who learns from which rows ----------------------------------------------------------- */

/* A share for a single member; for several a part each, all parts once before one is held out
 * again: stratified where there are classes. */
static bp_status deal_rows(bp_split **split, const bp_fitting *one, const bp_fit_set *set,
                           const bp_preparation *preparation, bp_error *error)
{
    double share = bp_config_number(one->config, "valid");
    size_t column = 0;
    bp_split_options options;
    bp_split_options_init(&options);
    options.seed = (uint64_t)bp_config_number(one->config, "seed");
    options.allocator = bp_config_allocator(one->config);
    if (one->member_count == 1) {
        options.test_fraction = share;
    } else {
        size_t parts = (size_t)(1 / share + 0.5);
        options.folds = parts > 2 ? parts : 2;
        options.repeats = (one->member_count - 1) / options.folds + 1;
    }
    if (bp_preparation_class_count(preparation) > 0
        && bp_table_find_column(one->table, bp_preparation_target_name(preparation, 0), &column,
                                NULL)
               == BP_OK)
        options.classes = bp_table_codes(one->table, column);
    return bp_split_new(split, one->table, set->rows, set->count, &options, error);
}

/* The first of one->rows are learned from, the others held out. */
static void part_rows(bp_fitting *one, const bp_split *split)
{
    size_t tests = 0;
    const size_t *held_out = bp_split_tests(split, 0, &tests);
    one->learned = one->members[0].learned = bp_split_training(split, 0, one->rows);
    memcpy(one->rows + one->learned, held_out, tests * sizeof(size_t));
}

/* The rows that each member learns from, as places in one->rows. */
static bp_status order_members(bp_fitting *one, const bp_split *split, bp_error *error)
{
    const bp_allocator *memory = bp_config_allocator(one->config);
    size_t all = bp_table_row_count(one->table);
    size_t *places = bp_allocate(memory, all, sizeof(size_t), error);
    bp_status status = places != NULL ? BP_OK : BP_E_MEMORY;
    for (size_t i = 0; i < one->row_count && status == BP_OK; i++)
        places[one->rows[i]] = i;
    for (size_t m = 0; m < one->member_count && status == BP_OK; m++) {
        bp_fitting_member *member = &one->members[m];
        member->order = bp_allocate(memory, one->row_count, sizeof(size_t), error);
        if (member->order == NULL) {
            status = BP_E_MEMORY;
            break;
        }
        member->learned = bp_split_training(split, m, member->order);
        for (size_t i = 0; i < member->learned; i++)
            member->order[i] = places[member->order[i]];
    }
    bp_release(memory, places, all, sizeof(size_t));
    return status;
}

static bp_status choose_rows(bp_fitting *one, const bp_fit_set *set, const bp_split *split,
                             bp_error *error)
{
    const bp_allocator *memory = bp_config_allocator(one->config);
    one->row_count = one->learned = set->count;
    one->rows = bp_allocate(memory, set->count, sizeof(size_t), error);
    if (one->rows == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < set->count; i++)
        one->rows[i] = set->rows != NULL ? set->rows[i] : i;
    for (size_t m = 0; m < one->member_count; m++)
        one->members[m].learned = set->count;
    if (split != NULL && one->member_count > 1)
        return order_members(one, split, error);
    if (split != NULL)
        part_rows(one, split);
    return BP_OK;
}

/* ---- What members are judged by ----------------------------------------------------------- */

/* Another table's rows, for all members. */
static bp_status judge_by_file(bp_fitting *one, const bp_preparation *preparation, const char *path,
                               bp_error *error)
{
    bp_fitting_member *first = &one->members[0];
    bp_table *other = NULL;
    bp_status status = bp_table_open(&other, path, one->config, error);
    if (status == BP_OK)
        status = bp_config_drop_unlabeled(one->config, preparation, other, error);
    if (status == BP_OK)
        status = make_samples(&first->prepared_valid, &first->valid, &first->valid_weights, other,
                              NULL, bp_table_row_count(other), preparation, one->config, error);
    bp_table_free(other);
    for (size_t m = 1; m < one->member_count; m++)
        one->members[m].valid = first->valid;
    return status;
}

static bp_status make_valid(bp_fitting *one, const bp_split *split,
                            const bp_preparation *preparation, bp_error *error)
{
    const char *path = bp_config_get(one->config, "valid-file");
    bp_status status = BP_OK;
    if (path[0] != '\0')
        return judge_by_file(one, preparation, path, error);
    for (size_t m = 0; m < one->member_count && split != NULL && status == BP_OK; m++) {
        bp_fitting_member *member = &one->members[m];
        size_t count = 0;
        const size_t *rows = bp_split_tests(split, m, &count);
        status = make_samples(&member->prepared_valid, &member->valid, &member->valid_weights,
                              one->table, rows, count, preparation, one->config, error);
    }
    return status;
}

/* The samples, and what members are judged by, without pieces for those that do not read them. */
static bp_status leave_pieces(bp_fitting *one, bp_error *error)
{
    const bp_piece_members *members = &one->piece_members;
    one->without = one->samples;
    bp_status status =
        bp_piece_members_leave(members, &one->without, &one->without_numbers, one->config, error);
    for (size_t m = 0; m < members->without && status == BP_OK; m++) {
        bp_fitting_member *member = &one->members[m];
        bool shared = m > 0 && member->prepared_valid == NULL;
        if (member->valid.inputs.rows > 0 && !shared)
            status = bp_piece_members_leave(members, &member->valid, &member->valid_numbers,
                                            one->config, error);
        else if (shared)
            member->valid = one->members[0].valid;
    }
    return status;
}

/* Several members share one preparation, fitted on all their rows. */
static bp_status prepare_rows(bp_fitting *one, const bp_fit_set *set, size_t models,
                              const bp_split *split, bp_preparation *preparation, bp_error *error)
{
    bool all = bp_config_is(one->config, "scale-on", "all");
    bp_status status = choose_rows(one, set, split, error);
    if (status == BP_OK)
        status = bp_preparation_fit(preparation, one->table, all ? NULL : one->rows,
                                    all ? bp_table_row_count(one->table) : one->learned, error);
    if (status == BP_OK && models > 0)
        status = bp_config_check_memory(one->config, preparation, models, one->row_count, error);
    if (status != BP_OK)
        return status;
    status = bp_piece_members_open(&one->piece_members, one->config, preparation, error);
    if (status == BP_OK && !bp_fitting_in_chunks(one->config))
        status = make_samples(&one->prepared, &one->samples, &one->weights, one->table, one->rows,
                              one->learned, preparation, one->config, error);
    if (status == BP_E_MEMORY && error != NULL && !bp_fitting_in_chunks(one->config))
        strncat(error->message, "; --chunk-rows 100000 takes less",
                sizeof error->message - strlen(error->message) - 1);
    if (status == BP_OK)
        status = make_valid(one, split, preparation, error);
    if (status == BP_OK && one->piece_members.without > 0)
        status = leave_pieces(one, error);
    return status;
}

/* ---- The whole ------------------------------------------------------------------------------ */

static bp_status make_model(bp_model **model, bp_preparation *preparation, const bp_config *config,
                            bp_error *error)
{
    bp_net *net = NULL;
    bp_status status = bp_config_net(&net, config, preparation, error);
    if (status == BP_OK)
        status =
            bp_model_new(model, preparation, net, bp_config_type(config),
                         bp_config_size(config, "members"), bp_config_allocator(config), error);
    if (status != BP_OK)
        bp_net_free(net);
    return status;
}

/* Names that no file would hold are told of before the training and not after it. */
static bp_status check_names(const bp_fitting *one, const bp_preparation *preparation,
                             bp_error *error)
{
    size_t names =
        bp_preparation_input_count(preparation) + bp_preparation_class_count(preparation);
    return names < MANY_NAMES ? BP_OK : bp_model_check_description(one->model, error);
}

static bp_status prepare(bp_fitting *one, const bp_fit_set *set, size_t models,
                         bp_preparation *preparation, bp_error *error)
{
    const bp_allocator *memory = bp_config_allocator(one->config);
    bp_split *split = NULL;
    one->member_count = bp_config_size(one->config, "members");
    one->members = bp_allocate(memory, one->member_count, sizeof *one->members, error);
    if (one->members == NULL)
        return BP_E_MEMORY;
    bp_status status = BP_OK;
    if (!bp_config_is(one->config, "valid", "none"))
        status = deal_rows(&split, one, set, preparation, error);
    if (status == BP_OK)
        status = prepare_rows(one, set, models, split, preparation, error);
    if (status == BP_OK)
        status = make_model(&one->model, preparation, one->config, error);
    if (status == BP_OK)
        status = check_names(one, preparation, error);
    bp_split_free(split);
    return status;
}

bp_status bp_fitting_open(bp_fitting *one, bp_table *table, const bp_fit_set *set, size_t models,
                          const bp_config *config, bp_mersenne *mersenne, bp_error *error)
{
    bp_preparation *preparation = NULL;
    *one = (bp_fitting){.table = table, .config = config, .off = (double)NAN};
    bp_status status = bp_config_preparation(&preparation, table, config, error);
    if (status != BP_OK)
        return status;
    status = prepare(one, set, models, preparation, error);
    if (one->model == NULL) {
        bp_preparation_free(preparation);
        return status;
    }
    if (status != BP_OK)
        return status;
    one->source = (bp_row_source){
        .load = load_rows, .context = one, .inputs = bp_net_input_count(bp_model_net(one->model))};
    return bp_config_initialize(one->model, config, mersenne, error);
}

void bp_fitting_close(bp_fitting *one)
{
    if (one->config == NULL) /* it was never opened */
        return;
    const bp_allocator *memory = bp_config_allocator(one->config);
    for (size_t m = 0; m < one->member_count && one->members != NULL; m++) {
        bp_fitting_member *member = &one->members[m];
        bp_release(memory, member->order, one->row_count, sizeof(size_t));
        bp_row_weights_free(member->valid_weights, member->valid.inputs.rows, one->config);
        bp_piece_members_release(&member->valid, member->valid_numbers, one->config);
        bp_prepared_free(member->prepared_valid);
    }
    bp_release(memory, one->members, one->member_count, sizeof *one->members);
    bp_row_weights_free(one->weights, one->samples.inputs.rows, one->config);
    bp_piece_members_release(&one->without, one->without_numbers, one->config);
    bp_piece_members_close(&one->piece_members, one->config);
    bp_prepared_free(one->prepared);
    bp_release(memory, one->rows, one->row_count, sizeof(size_t));
}
