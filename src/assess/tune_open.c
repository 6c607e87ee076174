/* tune_open.c: candidates as configs, how rows are dealt, and what a search tells of itself. */
#include "assess/tune_open.h"

#include "assess/comparison.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "recipe/config.h"
#include "recipe/network_config.h"
#include "recipe/split_config.h"

#include <math.h>
#include <string.h>

#define MANY_ROWS 5000      /* of more a fifth is held out once */
#define BESIDE_WEIGHTS 1000 /* that what a row takes besides counts as */

/* ---- Configs --------------------------------------------------------------------------------- */

static bool is_group(const bp_option *option, const char *name)
{
    return strcmp(option->group, name) == 0;
}

/* What the caller has set, but for a group of options or two. */
static bp_status copy_without(bp_config **out, const bp_config *config, const char *group,
                              const char *other, bp_error *error)
{
    bp_status status = bp_config_new(out, NULL, bp_config_allocator(config), error);
    for (size_t i = 0; i < bp_option_count() && status == BP_OK; i++) {
        const bp_option *option = bp_option_at(i);
        if (bp_config_origin(config, option->name) == BP_FROM_CALLER && !is_group(option, group)
            && !is_group(option, other))
            status = bp_config_set(*out, option->name, bp_config_get(config, option->name), error);
    }
    return status;
}

/* Columns that rows were dealt by are no inputs, here too. */
static bp_status drop_columns(bp_config *train, const bp_table *table, const bp_config *search,
                              bp_error *error)
{
    char *drop = NULL;
    if (bp_config_is(search, "group", "") && bp_config_is(search, "split", ""))
        return BP_OK;
    bp_status status = bp_config_drop(&drop, table, search, error);
    if (status == BP_OK)
        status = bp_config_set(train, "drop", drop, error);
    bp_config_drop_free(drop, search);
    return status;
}

static void free_candidate(tune_candidate *candidate)
{
    bp_config_free(candidate->search);
    bp_config_free(candidate->train);
}

/* As if each input had all of its pieces; the preparation has none. */
static double weights_of_pieces(const bp_config *settled, const bp_preparation *preparation,
                                const bp_net *net)
{
    return bp_config_number(settled, "pieces") * bp_config_number(settled, "pieces-share")
           * (double)bp_preparation_input_count(preparation)
           * (double)bp_net_layer(net, 0)->outputs;
}

static bp_status count_weights(tune_candidate *candidate, const tune_opening *o, bp_error *error)
{
    bp_config *settled = NULL;
    bp_net *net = NULL;
    bp_status status =
        bp_config_settle(&settled, candidate->search, o->preparation, o->tuning->rows, error);
    if (status == BP_OK)
        status = bp_config_net(&net, settled, o->preparation, error);
    if (status == BP_OK)
        candidate->weights = (double)bp_net_parameter_count(net)
                             + weights_of_pieces(settled, o->preparation, net) + BESIDE_WEIGHTS;
    bp_net_free(net);
    bp_config_free(settled);
    return status;
}

static bp_status make_room(bp_tuning *t, bp_error *error)
{
    if (t->candidate_count < t->candidate_room)
        return BP_OK;
    size_t room = t->candidate_room > 0 ? 2 * t->candidate_room : 16;
    tune_candidate *more =
        bp_resize(&t->allocator, t->candidates, t->candidate_room, room, sizeof *more, error);
    if (more == NULL)
        return BP_E_MEMORY;
    t->candidates = more;
    t->candidate_room = room;
    return BP_OK;
}

/* Takes the config, also where it fails. */
static bp_status add_candidate(tune_opening *o, bp_config *search, bp_error *error)
{
    bp_tuning *t = o->tuning;
    tune_candidate candidate = {.search = search, .score = (double)NAN};
    bp_status status = make_room(t, error);
    if (status == BP_OK)
        status = copy_without(&candidate.train, search, "validation", "checkpoint", error);
    if (status == BP_OK)
        status = drop_columns(candidate.train, t->table, search, error);
    if (status == BP_OK)
        status = count_weights(&candidate, o, error);
    if (status == BP_OK)
        t->candidates[t->candidate_count++] = candidate;
    else
        free_candidate(&candidate);
    return status;
}

/* ---- Draws --------------------------------------------------------------------------------------
 */

static bool is_there(const bp_tuning *t, const bp_config *config)
{
    for (size_t c = 0; c < t->candidate_count; c++) {
        bool same = true;
        for (size_t i = 0; i < BP_TUNE_ROWS && same; i++) {
            const char *option = bp_tune_row_at(i)->option;
            same = bp_config_is(config, option, bp_config_get(t->candidates[c].search, option));
        }
        if (same)
            return true;
    }
    return false;
}

bp_status tune_open_draw(tune_opening *o, uint32_t draw, bool *new, bp_error *error)
{
    bp_tuning *t = o->tuning;
    bp_config *config = NULL;
    bp_status status = bp_config_copy(&config, t->candidates[0].search, error);
    if (status == BP_OK)
        status = bp_tune_draw(config, o->settled, o->open, t->classes, draw, error);
    *new = status == BP_OK && !is_there(t, config);
    if (*new)
        return add_candidate(o, config, error);
    bp_config_free(config);
    return status;
}

void tune_open_undo(bp_tuning *t)
{
    free_candidate(&t->candidates[--t->candidate_count]);
}

/* ---- What is searched for
 * ------------------------------------------------------------------------ */

static bp_status choose_metric(bp_tuning *t, const char *name, bp_error *error)
{
    const char *names[BP_METRIC_COUNT];
    size_t count = 0;
    for (; bp_metric_at(count) != NULL; count++)
        names[count] = bp_metric_at(count)->name;
    if (name == NULL)
        name = t->classes ? "log-loss" : "rmse";
    size_t found = bp_name_find(name, names, count, "metric", error);
    if (found == count)
        return BP_E_OPTION;
    t->metric = bp_metric_at(found);
    if (t->metric->classification != t->classes)
        return bp_fail(error, BP_E_OPTION, "the metric %s is for %s", name,
                       t->classes ? "regression, and these are classes"
                                  : "classes, and this is a regression");
    for (size_t i = 0; i < found; i++)
        t->metric_index += bp_metric_at(i)->classification == t->classes;
    return BP_OK;
}

/* Epochs of the rungs: the last ones' are the recipe's, each one before has a third. */
static bp_status choose_rungs(bp_tuning *t, bp_error *error)
{
    size_t left = t->epochs;
    if (left == 0)
        return bp_fail(error, BP_E_OPTION, "--epochs 0 trains nothing: there is nothing to search");
    for (; t->rungs < BP_TUNE_RUNGS && left > 0; left /= 3)
        t->rungs++;
    left = t->epochs;
    for (size_t i = t->rungs; i-- > 0; left /= 3)
        t->rung_epochs[i] = left;
    return BP_OK;
}

static bp_status deal(tune_deal *found, const tune_opening *o, bool fresh, bp_error *error)
{
    const bp_tuning *t = o->tuning;
    bp_config *config = NULL;
    bp_split *split = NULL;
    bp_error note;
    bp_status status = tune_trial_config(&config, t, 0, 0, t->members, fresh, 0, error);
    if (status == BP_OK)
        status = bp_config_split(&split, t->table, o->preparation, config, NULL, &note, error);
    if (status == BP_OK) {
        found->folds = bp_split_count(split);
        found->share = bp_split_held_out_share(split);
        for (size_t fold = 0; fold < found->folds; fold++)
            found->learned += (double)bp_split_training(split, fold, NULL);
    }
    bp_split_free(split);
    bp_config_free(config);
    return status;
}

static bool deals_rows(const bp_config *config)
{
    static const char *const options[] = {"folds", "test-fraction", "time", "split"};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (bp_config_origin(config, options[i]) == BP_FROM_CALLER)
            return true;
    return false;
}

/* What the config comes to for this table. */
static bp_status settle(tune_opening *o, const char *metric, bp_error *error)
{
    bp_tuning *t = o->tuning;
    const bp_config *search = t->candidates[0].search;
    size_t open = 0;
    bp_status status = bp_config_settle(&o->settled, search, o->preparation, t->rows, error);
    if (status != BP_OK)
        return status;
    t->epochs = bp_config_size(o->settled, "epochs");
    t->members = bp_config_size(o->settled, "members");
    t->members_fixed = bp_config_origin(search, "members") == BP_FROM_CALLER;
    t->once = t->rows > MANY_ROWS && !deals_rows(search);
    status = choose_metric(t, metric, error);
    if (status == BP_OK)
        status = choose_rungs(t, error);
    if (status == BP_OK)
        status = bp_tune_open_rows(o->open, &open, search, t->classes, error);
    if (status == BP_OK)
        status = deal(&t->search, o, false, error);
    return status == BP_OK ? deal(&t->fresh, o, true, error) : status;
}

/* A candidate is one model: it is the search that tries. */
static bp_status end_trials(bp_config *search, bool classes, bp_error *error)
{
    const char *task = classes ? "classification" : "regression";
    if (bp_config_origin(search, "try") == BP_FROM_CALLER && !bp_config_is(search, "try", "none"))
        return bp_fail(
            error, BP_E_OPTION,
            "--try chooses options by held-out rows, and so does the search; leave it out");
    return bp_config_setting(search, "try", task) != NULL
               ? bp_config_set(search, "try", "none", error)
               : BP_OK;
}

static bp_status prepare(tune_opening *o, const bp_config *config, bp_error *error)
{
    bp_tuning *t = o->tuning;
    bp_config *search = NULL;
    bp_status status = bp_config_preparation(&o->preparation, t->table, config, error);
    if (status == BP_OK)
        status = bp_preparation_fit(o->preparation, t->table, NULL, t->rows, error);
    if (status != BP_OK)
        return status;
    t->classes = bp_preparation_class_count(o->preparation) > 0;
    status = copy_without(&search, config, "checkpoint", "checkpoint", error);
    if (status == BP_OK)
        status = end_trials(search, t->classes, error);
    if (status == BP_OK)
        return add_candidate(o, search, error);
    bp_config_free(search);
    return status;
}

bp_status tune_open(tune_opening *o, bp_table *table, const bp_config *config, const char *metric,
                    bp_error *error)
{
    *o = (tune_opening){.tuning = NULL};
    bp_status status = bp_config_check(config, error);
    if (status == BP_OK && bp_config_is(config, "generator", "mersenne"))
        return bp_fail(error, BP_E_OPTION,
                       "the generator mersenne (the recipe tutorial's) draws one tutorial and no "
                       "candidates; take another recipe");
    if (status != BP_OK)
        return status;
    o->tuning = bp_allocate(bp_config_allocator(config), 1, sizeof *o->tuning, error);
    if (o->tuning == NULL)
        return BP_E_MEMORY;
    o->tuning->allocator = *bp_config_allocator(config);
    o->tuning->table = table;
    o->tuning->rows = bp_table_row_count(table);
    status = prepare(o, config, error);
    return status == BP_OK ? settle(o, metric, error) : status;
}

void tune_open_end(tune_opening *o)
{
    if (o->tuning != NULL) {
        bp_json_document_free(o->tuning->kept);
        o->tuning->kept = NULL;
    }
    bp_preparation_free(o->preparation);
    bp_config_free(o->settled);
}

/* ---- What it tells
 * -------------------------------------------------------------------------------- */

void bp_tuning_free(bp_tuning *t)
{
    if (t == NULL)
        return;
    bp_allocator memory = t->allocator;
    for (size_t c = 0; c < t->candidate_count; c++)
        free_candidate(&t->candidates[c]);
    for (size_t i = 0; i < t->trial_count; i++)
        bp_release(&memory, (double *)t->trials[i].scores, t->trials[i].folds, sizeof(double));
    bp_release(&memory, t->trials, t->trial_room, sizeof *t->trials);
    bp_release(&memory, t->candidates, t->candidate_room, sizeof *t->candidates);
    bp_release(&memory, t, 1, sizeof *t);
}

const bp_metric *bp_tuning_metric(const bp_tuning *t)
{
    return t->metric;
}

size_t bp_tuning_rungs(const bp_tuning *t)
{
    return t->rungs;
}

size_t bp_tuning_candidates(const bp_tuning *t)
{
    return t->candidate_count;
}

double bp_tuning_budget(const bp_tuning *t)
{
    return t->budget;
}

double bp_tuning_steps(const bp_tuning *t)
{
    return t->taken;
}

const bp_config *bp_tuning_config(const bp_tuning *t, size_t candidate)
{
    return t->candidates[candidate].train;
}

/* The rows that candidate 0 leaves to the recipe and this one does not. */
const char *bp_tuning_setting(const bp_tuning *t, size_t candidate, size_t index)
{
    for (size_t i = 0; i < BP_TUNE_ROWS; i++) {
        const char *option = bp_tune_row_at(i)->option;
        if (bp_config_origin(t->candidates[candidate].search, option) == BP_FROM_CALLER
            && bp_config_origin(t->candidates[0].search, option) != BP_FROM_CALLER && index-- == 0)
            return option;
    }
    return NULL;
}

size_t bp_tuning_trials(const bp_tuning *t)
{
    return t->trial_count;
}

bp_tune_trial bp_tuning_trial(const bp_tuning *t, size_t index)
{
    return t->trials[index];
}

size_t bp_tuning_best(const bp_tuning *t)
{
    return t->best;
}

const bp_comparison *bp_tuning_comparison(const bp_tuning *t)
{
    return t->compared ? &t->comparison : NULL;
}

size_t bp_tuning_choice(const bp_tuning *t)
{
    return t->choice;
}
