/* validation.c: k-fold cross-validation beside the zero rule, equations (20) and (22). */
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "recipe/config.h"
#include "recipe/fit.h"
#include "table/folds.h"

#include <backprop/assess.h>
#include <backprop/predict.h>

#include <math.h>

#define METRIC_LIMIT 8

struct bp_validation {
    bp_allocator allocator;
    bp_task task;
    size_t folds, metric_count;
    const bp_metric *metrics[METRIC_LIMIT];
    size_t *held_out; /* [folds] */
    double *scores;   /* [2: ours, zero rule][METRIC_LIMIT][folds] */
    char description[128];
};

/* The answers of one fold, beside the zero rule's. */
typedef struct fold_answers {
    size_t count;
    uint32_t *zero_classes;
    double *actual, *predicted, *zero;
} fold_answers;

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

static void score(bp_validation *v, size_t fold, bool baseline, const bp_answers *answers)
{
    for (size_t m = 0; m < v->metric_count; m++)
        *score_place(v, m, fold, baseline) = v->metrics[m]->compute(answers);
}

/* The most common class of the training rows, the first among equals. */
static uint32_t common_class(const bp_samples *training, size_t classes)
{
    uint32_t best = 0;
    size_t most = 0;
    for (uint32_t k = 0; k < classes; k++) {
        size_t count = 0;
        for (size_t i = 0; i < training->inputs.rows; i++)
            count += training->classes[i] == k;
        if (count > most) {
            most = count;
            best = k;
        }
    }
    return best;
}

/* The first target's own value for a scaled one. */
static double restored(const bp_preparation *p, double value)
{
    double values[64] = {value};
    if (bp_preparation_task(p) == BP_TASK_REGRESSION && bp_preparation_target_count(p) <= 64)
        bp_preparation_restore(p, values);
    return values[0];
}

/* Regression is scored on the first target, in its own units. */
static void score_fold(bp_validation *v, size_t fold, const bp_preparation *p,
                       const bp_samples *truth, const bp_samples *training,
                       const bp_predictions *predictions, fold_answers *a)
{
    bp_answers answers = {.count = truth->inputs.rows,
                          .actual_classes = truth->classes,
                          .predicted_classes = bp_predictions_classes(predictions),
                          .actual = a->actual,
                          .predicted = a->predicted};
    bp_matrix outputs = bp_predictions_outputs(predictions);
    bool classes = v->task == BP_TASK_CLASSIFICATION;
    uint32_t common = classes ? common_class(training, bp_preparation_class_count(p)) : 0;
    double mean = 0, low = restored(p, 0);
    double range = restored(p, 1) - low;
    for (size_t i = 0; i < training->inputs.rows && !classes; i++)
        mean += bp_matrix_at(&training->targets, i, 0) / (double)training->inputs.rows;
    for (size_t i = 0; i < answers.count; i++) {
        a->zero_classes[i] = common;
        if (classes)
            continue;
        a->actual[i] = bp_matrix_at(&truth->targets, i, 0) * range + low;
        a->predicted[i] = bp_matrix_at(&outputs, i, 0);
        a->zero[i] = mean * range + low;
    }
    score(v, fold, false, &answers);
    answers.predicted_classes = a->zero_classes;
    answers.predicted = a->zero;
    score(v, fold, true, &answers);
}

static bp_status run_fold(bp_validation *v, bp_table *table, const bp_folds *folds, size_t fold,
                          size_t *rows, const bp_config *config, bp_mersenne *mersenne,
                          fold_answers *answers, const bp_observer *observer, bp_error *error)
{
    bp_model *model = NULL;
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    bp_prepared *truth = NULL, *training = NULL;
    size_t count = bp_folds_others(folds, fold, rows), held_out = 0;
    const size_t *tests = bp_folds_rows(folds, fold, &held_out);
    v->held_out[fold] = held_out;
    bp_status status =
        bp_fit_from(&model, table, rows, count, config, mersenne, v->description, observer, error);
    const bp_preparation *p = model != NULL ? bp_model_preparation(model) : NULL;
    if (status == BP_OK)
        status = bp_predictor_new(&predictor, model, NULL, error);
    if (status == BP_OK)
        status = bp_predict_table(&predictions, predictor, table, tests, held_out, error);
    if (status == BP_OK)
        status = bp_preparation_apply(p, table, tests, held_out, BP_F64, true, &truth, error);
    if (status == BP_OK)
        status = bp_preparation_apply(p, table, rows, count, BP_F64, true, &training, error);
    if (status == BP_OK) {
        bp_samples truth_samples = bp_prepared_samples(truth);
        bp_samples training_samples = bp_prepared_samples(training);
        score_fold(v, fold, p, &truth_samples, &training_samples, predictions, answers);
    }
    bp_prepared_free(training);
    bp_prepared_free(truth);
    bp_predictions_free(predictions);
    bp_predictor_free(predictor);
    bp_model_free(model);
    return status;
}

static bp_status run_folds(bp_validation *v, bp_table *table, const bp_folds *folds,
                           const bp_config *config, bp_mersenne *mersenne,
                           const bp_observer *observer, bp_error *error)
{
    size_t count = bp_table_row_count(table);
    const bp_allocator *memory = &v->allocator;
    size_t *rows = bp_allocate(memory, count, sizeof *rows, error);
    uint32_t *classes = bp_allocate(memory, count, sizeof *classes, error);
    double *numbers = bp_allocate(memory, count, 3 * sizeof *numbers, error);
    bp_status status = BP_E_MEMORY;
    if (rows != NULL && classes != NULL && numbers != NULL) {
        fold_answers answers = {count, classes, numbers, numbers + count, numbers + 2 * count};
        status = BP_OK;
        for (size_t fold = 0; fold < v->folds && status == BP_OK; fold++)
            status =
                run_fold(v, table, folds, fold, rows, config, mersenne, &answers, observer, error);
    }
    bp_release(memory, numbers, count, 3 * sizeof *numbers);
    bp_release(memory, classes, count, sizeof *classes);
    bp_release(memory, rows, count, sizeof *rows);
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
