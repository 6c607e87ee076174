/* validation.c: k-fold cross-validation beside the zero rule, equations (20) and (22). */
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "recipe/config.h"
#include "recipe/fit.h"
#include "table/folds.h"
#include "table/preparation.h"

#include <backprop/assess.h>
#include <backprop/predict.h>

#include <math.h>

#define METRIC_LIMIT 8
#define FOLD_GROUP 32 /* folds trained at once: each holds its own copy of its rows */

struct bp_validation {
    bp_allocator allocator;
    bp_task task;
    size_t folds, metric_count;
    const bp_metric *metrics[METRIC_LIMIT];
    size_t *held_out; /* [folds] */
    double *scores;   /* [2: ours, zero rule][METRIC_LIMIT][folds] */
    char description[128];
};

/* One fold: the rows learned from and those held out, and room for the answers to the
 * latter. The truth is read from the table itself, in its own units. */
typedef struct fold_work {
    bp_table *table;
    const bp_preparation *preparation;
    const bp_predictions *predictions;
    size_t fold;
    const size_t *training; /* [training_count] */
    size_t training_count;
    const size_t *tests; /* [test_count] */
    size_t test_count;
    uint32_t *actual_classes, *zero_classes; /* [test_count] */
    double *actual, *predicted, *zero;       /* [test_count] */
} fold_work;

void bp_validation_free(bp_validation *v)
{
    if (v == NULL)
        return;
    bp_allocator memory = v->allocator;
    bp_release(&memory, v->held_out, v->folds, sizeof(size_t));
    bp_release(&memory, v->scores, v->folds, 2 * METRIC_LIMIT * sizeof(double));
    bp_release(&memory, v, 1, sizeof *v);
}

static bp_status make_validation(bp_validation **out, size_t folds, bp_error *error)
{
    bp_allocator memory = bp_allocator_or_default(NULL);
    bp_validation *v = bp_allocate(&memory, 1, sizeof *v, error);
    if (v == NULL)
        return BP_E_MEMORY;
    v->allocator = memory;
    v->folds = folds;
    v->held_out = bp_allocate(&memory, folds, sizeof(size_t), error);
    v->scores = bp_allocate(&memory, folds, 2 * METRIC_LIMIT * sizeof(double), error);
    if (v->held_out == NULL || v->scores == NULL) {
        bp_validation_free(v);
        return BP_E_MEMORY;
    }
    *out = v;
    return BP_OK;
}

static double *score_place(const bp_validation *v, size_t metric, size_t fold, bool baseline)
{
    return &v->scores[((baseline ? METRIC_LIMIT : 0) + metric) * v->folds + fold];
}

/* Adds a share of each metric to the fold's scores: all of it for a class, one part of
 * the targets' mean for a number. */
static void score(bp_validation *v, const fold_work *w, bool baseline, const bp_answers *answers,
                  size_t parts)
{
    for (size_t m = 0; m < v->metric_count; m++)
        *score_place(v, m, w->fold, baseline) += v->metrics[m]->compute(answers) / (double)parts;
}

/* The most common class of the training rows, the first among equals. */
static uint32_t common_class(const fold_work *w, const uint32_t *training)
{
    uint32_t best = 0, classes = (uint32_t)bp_preparation_class_count(w->preparation);
    size_t most = 0;
    for (uint32_t k = 0; k < classes; k++) {
        size_t count = 0;
        for (size_t i = 0; i < w->training_count; i++)
            count += training[i] == k;
        if (count > most) {
            most = count;
            best = k;
        }
    }
    return best;
}

/* The true classes of the held-out rows, and for each the zero rule's. */
static bp_status find_classes(const fold_work *w, const bp_allocator *memory, bp_error *error)
{
    uint32_t *training = bp_allocate(memory, w->training_count, sizeof *training, error);
    if (training == NULL)
        return BP_E_MEMORY;
    bp_status status = bp_preparation_classes(w->preparation, w->table, w->training,
                                              w->training_count, training, error);
    if (status == BP_OK)
        status = bp_preparation_classes(w->preparation, w->table, w->tests, w->test_count,
                                        w->actual_classes, error);
    uint32_t common = status == BP_OK ? common_class(w, training) : 0;
    for (size_t i = 0; i < w->test_count; i++)
        w->zero_classes[i] = common;
    bp_release(memory, training, w->training_count, sizeof *training);
    return status;
}

static bp_status score_classes(bp_validation *v, const fold_work *w, bp_error *error)
{
    bp_status status = find_classes(w, &v->allocator, error);
    if (status != BP_OK)
        return status;
    bp_answers answers = {.count = w->test_count,
                          .actual_classes = w->actual_classes,
                          .predicted_classes = bp_predictions_classes(w->predictions)};
    score(v, w, false, &answers, 1);
    answers.predicted_classes = w->zero_classes;
    score(v, w, true, &answers, 1);
    return BP_OK;
}

static void score_numbers(bp_validation *v, const fold_work *w, size_t column, size_t target)
{
    bp_matrix cells = bp_table_numbers(w->table, column);
    bp_matrix outputs = bp_predictions_outputs(w->predictions);
    size_t targets = bp_preparation_target_count(w->preparation);
    double sum = 0;
    for (size_t i = 0; i < w->training_count; i++)
        sum += bp_matrix_at(&cells, w->training[i], 0);
    for (size_t i = 0; i < w->test_count; i++) {
        w->actual[i] = bp_matrix_at(&cells, w->tests[i], 0);
        w->predicted[i] = bp_matrix_at(&outputs, i, target);
        w->zero[i] = sum / (double)w->training_count;
    }
    bp_answers answers = {.count = w->test_count, .actual = w->actual, .predicted = w->predicted};
    score(v, w, false, &answers, targets);
    answers.predicted = w->zero;
    score(v, w, true, &answers, targets);
}

static bp_status score_fold(bp_validation *v, const fold_work *w, bp_error *error)
{
    if (v->task == BP_TASK_CLASSIFICATION)
        return score_classes(v, w, error);
    for (size_t t = 0; t < bp_preparation_target_count(w->preparation); t++) {
        size_t column = 0;
        const char *name = bp_preparation_target_name(w->preparation, t);
        bp_status status = bp_table_find_column(w->table, name, &column, error);
        if (status != BP_OK)
            return status;
        score_numbers(v, w, column, t);
    }
    return BP_OK;
}

/* A table whose held-out rows lack a target is refused, as its training rows are. */
static bp_status check_targets(const bp_model *model, bp_table *table, const fold_work *w,
                               bp_error *error)
{
    bp_prepared *prepared = NULL;
    bp_status status = bp_preparation_apply(bp_model_preparation(model), table, w->tests,
                                            w->test_count, BP_F64, true, &prepared, error);
    bp_prepared_free(prepared);
    return status;
}

static bp_status score_model(bp_validation *v, bp_table *table, fold_work *w, const bp_model *model,
                             bp_error *error)
{
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    bp_status status = check_targets(model, table, w, error);
    if (status == BP_OK)
        status = bp_predictor_new(&predictor, model, NULL, error);
    if (status == BP_OK)
        status = bp_predict_table(&predictions, predictor, table, w->tests, w->test_count, error);
    if (status == BP_OK) {
        w->preparation = bp_model_preparation(model);
        w->predictions = predictions;
        status = score_fold(v, w, error);
    }
    bp_predictions_free(predictions);
    bp_predictor_free(predictor);
    return status;
}

/* Folds start .. start + count - 1, trained as a group; `rows` has room for each one's
 * training rows. */
static bp_status run_group(bp_validation *v, bp_table *table, const bp_folds *folds, size_t start,
                           size_t count, size_t *rows, fold_work *w, const bp_config *config,
                           bp_mersenne *mersenne, const bp_observer *observer, bp_error *error)
{
    bp_fit_set sets[FOLD_GROUP];
    bp_model *models[FOLD_GROUP];
    size_t all = bp_table_row_count(table);
    for (size_t i = 0; i < count; i++)
        sets[i] = (bp_fit_set){rows + i * all, bp_folds_others(folds, start + i, rows + i * all)};
    bp_status status =
        bp_fit_sets(models, sets, count, table, config, mersenne, v->description, observer, error);
    if (status != BP_OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        w->fold = start + i;
        w->training = sets[i].rows;
        w->training_count = sets[i].count;
        w->tests = bp_folds_rows(folds, w->fold, &w->test_count);
        v->held_out[w->fold] = w->test_count;
        if (status == BP_OK)
            status = score_model(v, table, w, models[i], error);
        bp_model_free(models[i]);
    }
    return status;
}

static bp_status run_folds(bp_validation *v, bp_table *table, const bp_folds *folds,
                           const bp_config *config, bp_mersenne *mersenne,
                           const bp_observer *observer, bp_error *error)
{
    size_t rows = bp_table_row_count(table);
    size_t most = v->folds < FOLD_GROUP ? v->folds : FOLD_GROUP;
    const bp_allocator *memory = &v->allocator;
    size_t *training = bp_allocate(memory, most, rows * sizeof(size_t), error);
    uint32_t *classes = bp_allocate(memory, rows, 2 * sizeof(uint32_t), error);
    double *numbers = bp_allocate(memory, rows, 3 * sizeof(double), error);
    bp_status status = BP_E_MEMORY;
    if (training != NULL && classes != NULL && numbers != NULL) {
        fold_work w = {.table = table,
                       .actual_classes = classes,
                       .zero_classes = classes + rows,
                       .actual = numbers,
                       .predicted = numbers + rows,
                       .zero = numbers + 2 * rows};
        status = BP_OK;
        for (size_t start = 0; start < v->folds && status == BP_OK; start += most) {
            size_t left = v->folds - start;
            status = run_group(v, table, folds, start, left < most ? left : most, training, &w,
                               config, mersenne, observer, error);
        }
    }
    bp_release(memory, numbers, rows, 3 * sizeof(double));
    bp_release(memory, classes, rows, 2 * sizeof(uint32_t));
    bp_release(memory, training, most, rows * sizeof(size_t));
    return status;
}

static bp_status choose_metrics(bp_validation *v, bp_table *table, const bp_config *config,
                                bp_error *error)
{
    bp_preparation *p = NULL;
    bp_status status = bp_config_preparation(&p, table, config, error);
    if (status != BP_OK)
        return status;
    v->task = bp_preparation_task(p);
    bp_preparation_free(p);
    for (size_t i = 0; bp_metric_at(i) != NULL; i++)
        if (bp_metric_at(i)->classification == (v->task == BP_TASK_CLASSIFICATION))
            v->metrics[v->metric_count++] = bp_metric_at(i);
    return BP_OK;
}

bp_status bp_cross_validate(bp_validation **out, bp_table *table, const bp_config *config,
                            const bp_observer *observer, bp_error *error)
{
    *out = NULL;
    bp_validation *v = NULL;
    bp_folds *folds = NULL;
    bp_mersenne mersenne;
    uint64_t seed = (uint64_t)bp_config_number(config, "seed");
    size_t rows = bp_table_row_count(table), count = bp_config_size(config, "folds");
    bool stream = bp_config_is(config, "generator", "mersenne");
    bp_mersenne_seed(&mersenne, seed);
    bp_status status = stream ? bp_folds_new_tutorial(&folds, rows, count, &mersenne, NULL, error)
                              : bp_folds_new(&folds, rows, count, seed, NULL, error);
    if (status == BP_OK)
        status = make_validation(&v, count, error);
    if (status == BP_OK)
        status = choose_metrics(v, table, config, error);
    if (status == BP_OK)
        status = run_folds(v, table, folds, config, stream ? &mersenne : NULL, observer, error);
    bp_folds_free(folds);
    if (status != BP_OK) {
        bp_validation_free(v);
        return status;
    }
    *out = v;
    return BP_OK;
}

bp_task bp_validation_task(const bp_validation *v)
{
    return v->task;
}

size_t bp_validation_folds(const bp_validation *v)
{
    return v->folds;
}

size_t bp_validation_rows(const bp_validation *v, size_t fold)
{
    return v->held_out[fold];
}

const bp_metric *bp_validation_metric(const bp_validation *v, size_t metric)
{
    return metric < v->metric_count ? v->metrics[metric] : NULL;
}

double bp_validation_score(const bp_validation *v, size_t metric, size_t fold, bool baseline)
{
    return *score_place(v, metric, fold, baseline);
}

double bp_validation_mean(const bp_validation *v, size_t metric, bool baseline)
{
    double sum = 0;
    for (size_t fold = 0; fold < v->folds; fold++)
        sum += *score_place(v, metric, fold, baseline);
    return sum / (double)v->folds;
}

double bp_validation_deviation(const bp_validation *v, size_t metric, bool baseline)
{
    double mean = bp_validation_mean(v, metric, baseline), sum = 0;
    for (size_t fold = 0; fold < v->folds; fold++) {
        double distance = *score_place(v, metric, fold, baseline) - mean;
        sum += distance * distance;
    }
    return sqrt(sum / (double)(v->folds - 1));
}

const char *bp_validation_description(const bp_validation *v)
{
    return v->description;
}
