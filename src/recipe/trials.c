/* trials.c: --try: a model for each of some values of some options, one option after another, of
 * which the one is kept that answers best to the rows that its members held out. */
#include "recipe/trials.h"

#include "base/error.h"
#include "recipe/config.h"
#include "recipe/fit.h"
#include "recipe/training_config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- What is tried ------------------------------------------------------------------------- */

/* What is read from a table, dealt or counted must be the same for all that are compared. */
static bool can_be_tried(const bp_option *option)
{
    static const char *const of_data[] = {
        "scaling", "target-scaling", "missing",      "missing-indicator", "categories",
        "rare",    "pieces",         "pieces-share", "category-limit",    "pca"};
    static const char *const never[] = {"members", "initial-model", "chunk-rows", "class-weights",
                                        "weight"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strcmp(option->name, never[i]) == 0)
            return false;
    for (size_t i = 0; i < sizeof of_data / sizeof *of_data; i++)
        if (strcmp(option->name, of_data[i]) == 0)
            return true;
    return strcmp(option->group, "network") == 0 || strcmp(option->group, "training") == 0
           || strcmp(option->group, "regularization") == 0;
}

/* Copies the word before one of the ends to `into`; what is behind it, or NULL where the word is
 * empty or too long. */
static const char *take_word(const char *text, const char *ends, char into[BP_TRIED_SIZE])
{
    size_t length = strcspn(text, ends);
    if (length == 0 || length >= BP_TRIED_SIZE)
        return NULL;
    memcpy(into, text, length);
    into[length] = '\0';
    return text + length;
}

/* "NAME=A|B", up to a comma or the end. */
static const char *take_option(const char *text, bp_tried *tried)
{
    *tried = (bp_tried){.count = 0};
    text = take_word(text, "=,|", tried->name);
    if (text == NULL || *text != '=')
        return NULL;
    do {
        if (tried->count == BP_TRIED_VALUES)
            return NULL;
        text = take_word(text + 1, "|,", tried->values[tried->count]);
        tried->count++;
    } while (text != NULL && *text == '|');
    return tried->count > 1 ? text : NULL;
}

static bp_status check_tried(const bp_tried *tried, bp_error *error)
{
    const bp_option *option = bp_option_find(tried->name);
    bp_status status = BP_OK;
    if (option == NULL || !can_be_tried(option))
        return bp_fail(error, BP_E_OPTION,
                       "--try cannot choose \"%s\": it takes options of the preparation, the "
                       "network and its training",
                       tried->name);
    for (size_t i = 0; i < tried->count && status == BP_OK; i++)
        status = bp_option_check(option, tried->values[i], error);
    return status;
}

static bp_status check_set(const bp_config *config, const bp_tried *tried, bool *set,
                           bp_error *error)
{
    *set = bp_config_origin(config, tried->name) == BP_FROM_CALLER;
    if (*set && bp_config_origin(config, "try") == BP_FROM_CALLER)
        return bp_fail(error, BP_E_OPTION,
                       "--%s is given, and --try shall choose it; leave out one", tried->name);
    return BP_OK;
}

static bp_status check_held_out(const bp_config *config, bp_error *error)
{
    if (bp_config_get(config, "checkpoint")[0] != '\0')
        return bp_fail(error, BP_E_OPTION,
                       "--checkpoint keeps one training, and --try makes several; leave out one");
    if (bp_config_validates(config) && bp_config_is(config, "temper", "yes"))
        return BP_OK;
    return bp_fail(error, BP_E_OPTION,
                   "--try looks at held-out rows; add --valid 0.2 --temper, or let it be");
}

bp_status bp_config_tried(bp_tried *tried, size_t *count, const bp_config *config, bp_error *error)
{
    const char *text = bp_config_get(config, "try");
    bp_status status = BP_OK;
    *count = 0;
    if (strcmp(text, "none") == 0)
        return BP_OK;
    for (bool more = true; more && status == BP_OK;) {
        bool set = false;
        if (*count == BP_TRIED_OPTIONS || (text = take_option(text, &tried[*count])) == NULL)
            return bp_fail(error, BP_E_OPTION,
                           "--try takes at most %d options, each with 2 to %d values: "
                           "pieces=0|8,activation=selu|relu, not \"%s\"",
                           BP_TRIED_OPTIONS, BP_TRIED_VALUES, bp_config_get(config, "try"));
        status = check_tried(&tried[*count], error);
        if (status == BP_OK)
            status = check_set(config, &tried[*count], &set, error);
        *count += !set;
        more = *text == ',';
        text += more;
    }
    return status == BP_OK && *count > 0 ? check_held_out(config, error) : status;
}

/* ---- Trying ---------------------------------------------------------------------------------- */

typedef struct trials {
    const bp_tried *tried;
    size_t count;
    size_t chosen[BP_TRIED_OPTIONS]; /* which value of each is the best so far */
    size_t total, done;              /* models */
    double best;                     /* how far the best is off; NaN: unknown */
    bp_model *model;                 /* the best; NULL: none has not diverged */
    size_t kept;                     /* which of the models it is, from 0 */
    bp_error diverged;               /* what the last one that did tells */
    bp_json *note;
    const bp_observer *observer; /* the caller's */
} trials;

/* All models are one work. */
static bool pass_on(void *context, const bp_progress *progress)
{
    const trials *t = context;
    bp_progress told = *progress;
    told.done += t->done * told.total;
    told.total *= t->total;
    return t->observer->notify(t->observer->context, &told);
}

/* The config with what is chosen. */
static bp_status configure(bp_config **settled, const trials *t, const bp_fit_set *set,
                           bp_table *table, const bp_config *config, bp_error *error)
{
    bp_config *changed = NULL;
    bp_status status = bp_config_copy(&changed, config, error);
    *settled = NULL;
    for (size_t i = 0; i < t->count && status == BP_OK; i++)
        status =
            bp_config_choose(changed, t->tried[i].name, t->tried[i].values[t->chosen[i]], error);
    if (status == BP_OK)
        status = bp_fit_settle(settled, set, 1, table, changed, error);
    bp_config_free(changed);
    return status;
}

static void note_trial(const trials *t, double off)
{
    bp_json_object_begin(t->note);
    bp_json_key(t->note, "options");
    bp_json_object_begin(t->note);
    for (size_t i = 0; i < t->count; i++) {
        bp_json_key(t->note, t->tried[i].name);
        bp_json_string(t->note, t->tried[i].values[t->chosen[i]]);
    }
    bp_json_object_end(t->note);
    bp_json_key(t->note, "held_out");
    bp_json_number(t->note, off);
    bp_json_object_end(t->note);
}

/* Fits by what is chosen; the model is kept where it is the first or better than the best. One that
 * diverges is no model, and one whose held-out rows tell nothing is worse than any other. */
static bp_status try_one(trials *t, const bp_fit_set *set, bp_table *table, const bp_config *config,
                         bp_mersenne *mersenne, char *description, bool *better, bp_error *error)
{
    bp_observer passing = {.notify = pass_on, .context = t};
    bp_config *settled = NULL;
    bp_model *model = NULL;
    double off = (double)NAN;
    bool told = t->observer != NULL && t->observer->notify != NULL;
    bp_status status = configure(&settled, t, set, table, config, error);
    if (status == BP_OK)
        status = bp_fit_once(&model, &off, set, 1, table, settled, mersenne, description,
                             told ? &passing : NULL, error);
    bp_config_free(settled);
    if (status != BP_OK && status != BP_E_DIVERGED)
        return status;
    if (status == BP_E_DIVERGED && error != NULL)
        t->diverged = *error;
    note_trial(t, off);
    size_t number = t->done++;
    *better =
        model != NULL && (t->model == NULL || off < t->best || (isnan(t->best) && !isnan(off)));
    if (!*better) {
        bp_model_free(model);
        return BP_OK;
    }
    bp_model_free(t->model);
    t->model = model;
    t->best = off;
    t->kept = number;
    return BP_OK;
}

/* The other values of an option beside the best values of all others. */
static bp_status try_option(trials *t, size_t option, const bp_fit_set *set, bp_table *table,
                            const bp_config *config, bp_mersenne *mersenne, char *description,
                            bp_error *error)
{
    size_t best = 0;
    bp_status status = BP_OK;
    for (size_t v = 1; v < t->tried[option].count && status == BP_OK; v++) {
        bool better = false;
        t->chosen[option] = v;
        status = try_one(t, set, table, config, mersenne, description, &better, error);
        best = better ? v : best;
    }
    t->chosen[option] = best;
    return status;
}

static bp_status keep_note(const trials *t, bp_error *error)
{
    const char *text = bp_json_text(t->note, NULL);
    if (text == NULL)
        return bp_fail(error, BP_E_MEMORY, "out of memory while the trials were noted");
    return bp_model_set_note(t->model, "trials", text, error);
}

static bp_status try_all(bp_model **model, const bp_tried *tried, size_t count,
                         const bp_fit_set *set, bp_table *table, const bp_config *config,
                         bp_mersenne *mersenne, char *description, const bp_observer *observer,
                         bp_error *error)
{
    trials t = {.tried = tried, .count = count, .total = 1, .observer = observer};
    bool better = false;
    bp_status status = bp_json_new(&t.note, bp_config_allocator(config), error);
    if (status != BP_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        t.total += tried[i].count - 1;
    bp_json_object_begin(t.note);
    bp_json_key(t.note, "models");
    bp_json_array_begin(t.note);
    status = try_one(&t, set, table, config, mersenne, description, &better, error);
    for (size_t i = 0; i < count && status == BP_OK; i++)
        status = try_option(&t, i, set, table, config, mersenne, description, error);
    bp_json_array_end(t.note);
    bp_json_key(t.note, "kept");
    bp_json_integer(t.note, (int64_t)t.kept);
    bp_json_object_end(t.note);
    if (status == BP_OK && t.model == NULL) {
        if (error != NULL)
            *error = t.diverged;
        status = BP_E_DIVERGED;
    }
    if (status == BP_OK)
        status = keep_note(&t, error);
    bp_json_free(t.note);
    if (status == BP_OK)
        *model = t.model;
    else
        bp_model_free(t.model);
    return status;
}

bp_status bp_fit_sets(bp_model **models, const bp_fit_set *sets, size_t count, bp_table *table,
                      const bp_config *config, bp_mersenne *mersenne, char *description,
                      const bp_observer *observer, bp_error *error)
{
    bp_tried tried[BP_TRIED_OPTIONS];
    size_t tried_count = 0;
    bp_config *settled = NULL;
    for (size_t i = 0; i < count; i++)
        models[i] = NULL;
    bp_status status = bp_fit_settle(&settled, sets, count, table, config, error);
    if (status == BP_OK)
        status = bp_config_tried(tried, &tried_count, settled, error);
    if (status == BP_OK && tried_count == 0)
        status = bp_fit_once(models, NULL, sets, count, table, settled, mersenne, description,
                             observer, error);
    for (size_t i = 0; i < count && tried_count > 0 && status == BP_OK; i++)
        status = try_all(&models[i], tried, tried_count, &sets[i], table, settled, mersenne,
                         description, observer, error);
    bp_config_free(settled);
    for (size_t i = 0; i < count && status != BP_OK; i++) {
        bp_model_free(models[i]);
        models[i] = NULL;
    }
    return status;
}
