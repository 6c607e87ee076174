/* calibrate.c: from rows that a model has not learned from, how far its answers can be believed:
 * equations (60), (61) and (63). */
#include "assess/calibrate.h"
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "predict/calibrating.h"
#include "predict/predictor.h"
#include "predict/probabilities.h"

#include <math.h>
#include <string.h>

/* Answers beside the truth, and what is found. */
typedef struct work {
    bp_allocator allocator;
    const bp_predictions *predictions;
    const bp_calibrate_options *options;
    bp_table *table;
    bp_criterion criterion;
    size_t count, classes, targets; /* classes: 0 of numbers */
    uint32_t *codes;                /* [count + 1], of classes */
    double *numbers;                /* [targets][count], of numbers */
    double *probabilities;          /* [count][classes], (36) */
    double *scores;                 /* [count] */
    double *quantiles;              /* [targets] */
    bp_sure_row *sure;              /* [count] */
    bp_calibration found;
} work;

void bp_calibrate_options_init(bp_calibrate_options *options)
{
    *options = (bp_calibrate_options){.coverage = 0.9, .threshold = NULL};
}

/* ---- Room ------------------------------------------------------------------------ */

static bp_status take_room(work *w, bp_error *error)
{
    const bp_allocator *memory = &w->allocator;
    w->codes = bp_allocate(memory, w->count + 1, sizeof *w->codes, error);
    w->numbers = bp_allocate(memory, w->count, w->targets * sizeof(double), error);
    w->probabilities = bp_allocate(memory, w->count, w->classes * sizeof(double), error);
    w->scores = bp_allocate(memory, w->count, sizeof(double), error);
    w->quantiles = bp_allocate(memory, w->targets, sizeof(double), error);
    w->sure = bp_allocate(memory, w->count, sizeof *w->sure, error);
    bool whole = w->codes != NULL && w->numbers != NULL && w->probabilities != NULL
                 && w->scores != NULL && w->quantiles != NULL && w->sure != NULL;
    return whole ? BP_OK : BP_E_MEMORY;
}

static void release_room(work *w)
{
    const bp_allocator *memory = &w->allocator;
    bp_release(memory, w->codes, w->count + 1, sizeof *w->codes);
    bp_release(memory, w->numbers, w->count, w->targets * sizeof(double));
    bp_release(memory, w->probabilities, w->count, w->classes * sizeof(double));
    bp_release(memory, w->scores, w->count, sizeof(double));
    bp_release(memory, w->quantiles, w->targets, sizeof(double));
    bp_release(memory, w->sure, w->count, sizeof *w->sure);
}

/* ---- Temperature ------------------------------------------------------------------ */

static bp_status find_temperature(work *w, bp_error *error)
{
    size_t all = w->count * w->classes;
    double *logs = bp_allocate(&w->allocator, w->count + 1, w->classes * sizeof(double), error);
    if (logs == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < all; i++)
        logs[i] = bp_log_probability(w->probabilities[i]);
    w->found.temperature = bp_best_temperature(logs, w->codes, w->count, w->classes);
    bp_release(&w->allocator, logs, w->count + 1, w->classes * sizeof(double));
    return BP_OK;
}

/* ---- Coverage --------------------------------------------------------------------- */

static bp_status find_quantile(work *w, size_t target, bp_error *error)
{
    bp_status status =
        bp_quantile_of(&w->quantiles[target], w->scores, w->count, w->options->coverage, NULL);
    if (status != BP_OK)
        return bp_fail_at(error, BP_E_DATA, bp_table_name(w->table), 0, 0,
                          "the model's answers to some of these rows are no numbers");
    return BP_OK;
}

/* Of classes how improbable the truth was, of numbers how far off the answer. */
static bp_status find_quantiles(work *w, bp_error *error)
{
    bp_matrix outputs = bp_predictions_outputs(w->predictions);
    bp_status status = BP_OK;
    for (size_t t = 0; t < w->targets && status == BP_OK; t++) {
        for (size_t i = 0; i < w->count; i++)
            w->scores[i] = w->classes > 0
                               ? 1 - w->probabilities[i * w->classes + w->codes[i]]
                               : fabs(w->numbers[t * w->count + i] - bp_matrix_at(&outputs, i, t));
        status = find_quantile(w, t, error);
    }
    return status;
}

/* ---- Threshold -------------------------------------------------------------------- */

static bp_status find_threshold(work *w, bp_error *error)
{
    const bp_preparation *preparation = bp_predictions_preparation(w->predictions);
    size_t second = 0;
    w->found.threshold = (double)NAN;
    if (w->options->threshold == NULL)
        return BP_OK;
    for (size_t i = 0; i < w->count; i++) {
        bp_temper(w->probabilities + i * 2, 2, w->found.temperature);
        w->sure[i] = (bp_sure_row){w->probabilities[i * 2 + 1], w->codes[i] == 1};
        second += w->codes[i];
    }
    if (second == 0 || second == w->count)
        return bp_fail_at(error, BP_E_DATA, bp_table_name(w->table), 0, 0,
                          "all rows are of the class %s; a threshold needs rows of both",
                          bp_preparation_class_name(preparation, second > 0));
    w->found.threshold = bp_best_threshold(w->sure, w->count, &w->criterion);
    strcpy(w->found.criterion, w->options->threshold);
    return BP_OK;
}

/* ---- The whole -------------------------------------------------------------------- */

/* What can be told before any work. */
static bp_status check(work *w, bp_error *error)
{
    double coverage = w->options->coverage;
    if (!(coverage > 0 && coverage < 1))
        return bp_fail(error, BP_E_OPTION, "--coverage lies between 0 and 1, without these");
    if (w->options->threshold != NULL && w->classes == 0)
        return bp_fail(error, BP_E_OPTION,
                       "--threshold is about two classes, and this model predicts numbers");
    if (w->options->threshold != NULL && w->classes != 2)
        return bp_fail(error, BP_E_OPTION,
                       "--threshold is about two classes, and this model has %zu", w->classes);
    if (w->options->threshold != NULL
        && bp_criterion_read(&w->criterion, w->options->threshold, error) != BP_OK)
        return BP_E_OPTION;
    if (bp_quantile_place(w->count, coverage) > 0)
        return BP_OK;
    char text[BP_NUMBER_SIZE];
    bp_number_write(coverage, text);
    return bp_fail_at(error, BP_E_DATA, bp_table_name(w->table), 0, 0,
                      "a coverage of %s takes at least %zu rows, and there are %zu", text,
                      bp_quantile_rows(coverage), w->count);
}

static bp_status find(work *w, const size_t *rows, bp_error *error)
{
    bp_status status = take_room(w, error);
    if (status == BP_OK)
        status = bp_preparation_truth(bp_predictions_preparation(w->predictions), w->table, rows,
                                      w->count, w->codes, w->numbers, error);
    if (status != BP_OK)
        return status;
    for (size_t i = 0; i < w->count && w->classes > 0; i++)
        bp_predictions_raw_probabilities(w->predictions, i, w->probabilities + i * w->classes);
    if (w->classes > 0)
        status = find_temperature(w, error);
    if (status == BP_OK)
        status = find_quantiles(w, error);
    return status == BP_OK ? find_threshold(w, error) : status;
}

bp_status bp_calibrate(bp_model *model, const bp_predictions *predictions, bp_table *table,
                       const size_t *rows, const bp_calibrate_options *options, bp_error *error)
{
    bp_calibrate_options defaults;
    bp_calibrate_options_init(&defaults);
    if (bp_predictions_model(predictions) != model)
        return bp_fail(error, BP_E_ARGUMENT, "the answers are not those of this model");
    const bp_preparation *preparation = bp_model_preparation(model);
    size_t classes = bp_preparation_class_count(preparation);
    work w = {.allocator = bp_predictions_allocator(predictions),
              .predictions = predictions,
              .options = options != NULL ? options : &defaults,
              .table = table,
              .count = bp_predictions_count(predictions),
              .classes = classes,
              .targets = classes > 0 ? 1 : bp_preparation_target_count(preparation)};
    bp_status status = check(&w, error);
    if (status != BP_OK)
        return status;
    w.found.rows = w.count;
    w.found.temperature = 1;
    w.found.coverage = w.options->coverage;
    status = find(&w, rows, error);
    w.found.quantiles = w.quantiles;
    if (status == BP_OK)
        status = bp_model_set_calibration(model, &w.found, error);
    release_room(&w);
    return status;
}
