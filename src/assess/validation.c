/* validation.c: cross-validation beside the zero rule, equations (20) and (22). */
#include "assess/comparison.h"

#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "recipe/config.h"
#include "recipe/fit.h"
#include "recipe/split_config.h"
#include "table/preparation.h"

#include <backprop/predict.h>

#include <math.h>

#define FOLD_GROUP 32 /* folds trained at once: each holds its own copy of its rows */

/* The answers to all held-out rows, fold after fold, beside the truth and the zero rule's;
 * `total` rows. The truth is read from the table itself, in its own units. */
typedef struct all_answers {
    size_t total;
    bp_held_out *rows;     /* [total] */
    uint32_t *classes;     /* [3][total]: what the next three point into */
    double *numbers;       /* [3][targets][total] */
    double *probabilities; /* [2: ours, zero rule][total][classes] */
    double *room;          /* of bp_answers */
    uint32_t *actual_classes, *predicted_classes, *zero_classes; /* [total] */
    double *actual, *predicted, *zero;                           /* [targets][total] */
} all_answers;

struct bp_validation {
    bp_allocator allocator;
    bp_task task;
    bp_split *split;
    bp_error note;
    size_t folds, targets, classes, metric_count;
    const bp_metric *metrics[BP_METRIC_COUNT];
    double *scores; /* [2: ours, zero rule][BP_METRIC_COUNT][folds] */
    double pooled[2][BP_METRIC_COUNT];
    all_answers all;
    char description[128];
};

/* One fold: the rows learned from and those held out, whose answers begin at `start`. */
typedef struct fold_work {
    bp_table *table;
    const bp_preparation *preparation;
    const bp_predictions *predictions;
    const all_answers *all;
    size_t fold, start;
    const size_t *training; /* [training_count] */
    size_t training_count;
    const size_t *tests; /* [test_count] */
    size_t test_count;
} fold_work;

static void close_answers(const bp_validation *v, const all_answers *all)
{
    bp_release(&v->allocator, all->room, bp_answers_room(all->total, v->classes), sizeof(double));
    bp_release(&v->allocator, all->probabilities, all->total, 2 * v->classes * sizeof(double));
    bp_release(&v->allocator, all->numbers, all->total, 3 * v->targets * sizeof(double));
    bp_release(&v->allocator, all->classes, all->total, 3 * sizeof(uint32_t));
    bp_release(&v->allocator, all->rows, all->total, sizeof *all->rows);
}

void bp_validation_free(bp_validation *v)
{
    if (v == NULL)
        return;
    bp_allocator memory = v->allocator;
    close_answers(v, &v->all);
    bp_split_free(v->split);
    bp_release(&memory, v->scores, v->folds, 2 * BP_METRIC_COUNT * sizeof(double));
    bp_release(&memory, v, 1, sizeof *v);
}

/* Takes the split, also where it fails. */
static bp_status make_validation(bp_validation **out, bp_split *split,
                                 const bp_allocator *allocator, bp_error *error)
{
    bp_allocator memory = *allocator;
    bp_validation *v = bp_allocate(&memory, 1, sizeof *v, error);
    if (v == NULL) {
        bp_split_free(split);
        return BP_E_MEMORY;
    }
    v->allocator = memory;
    v->split = split;
    v->folds = bp_split_count(split);
    v->scores = bp_allocate(&memory, v->folds, 2 * BP_METRIC_COUNT * sizeof(double), error);
    if (v->scores == NULL) {
        bp_validation_free(v);
        return BP_E_MEMORY;
    }
    *out = v;
    return BP_OK;
}

static double *score_place(const bp_validation *v, size_t metric, size_t fold, bool baseline)
{
    return &v->scores[((baseline ? BP_METRIC_COUNT : 0) + metric) * v->folds + fold];
}

/* `count` answers from `at` on, of a target where they are numbers. */
static bp_answers answers_at(const bp_validation *v, const all_answers *all, size_t target,
                             size_t at, size_t count, bool baseline)
{
    size_t place = target * all->total + at;
    if (v->task == BP_TASK_CLASSIFICATION)
        return (bp_answers){
            .count = count,
            .classes = v->classes,
            .actual_classes = all->actual_classes + at,
            .predicted_classes = (baseline ? all->zero_classes : all->predicted_classes) + at,
            .probabilities = all->probabilities + ((baseline ? all->total : 0) + at) * v->classes,
            .room = all->room};
    return (bp_answers){.count = count,
                        .actual = all->actual + place,
                        .predicted = (baseline ? all->zero : all->predicted) + place,
                        .room = all->room};
}

/* The mean over targets; there is one where they are classes. */
static double score(const bp_validation *v, size_t metric, const all_answers *all, size_t at,
                    size_t count, bool baseline)
{
    double sum = 0;
    for (size_t target = 0; target < v->targets; target++) {
        bp_answers answers = answers_at(v, all, target, at, count, baseline);
        sum += v->metrics[metric]->compute(&answers) / (double)v->targets;
    }
    return sum;
}

/* The zero rule (22): the most common class of the training rows, the first among equals, and as
 * probabilities the shares of all; of the first row held out, which the others repeat. */
static void answer_zero_rule(const fold_work *w, const uint32_t *training, size_t classes)
{
    double *shares = w->all->probabilities + (w->all->total + w->start) * classes;
    uint32_t best = 0;
    for (size_t k = 0; k < classes; k++)
        shares[k] = 0;
    for (size_t i = 0; i < w->training_count; i++)
        shares[training[i]] += 1;
    for (uint32_t k = 1; k < classes; k++)
        best = shares[k] > shares[best] ? k : best;
    for (size_t k = 0; k < classes; k++)
        shares[k] /= (double)w->training_count;
    for (size_t i = 0; i < w->test_count; i++) {
        w->all->zero_classes[w->start + i] = best;
        for (size_t k = 0; k < classes; k++)
            shares[i * classes + k] = shares[k];
    }
}

/* The true classes of the held-out rows beside the answers and the zero rule's. */
static bp_status answer_classes(const fold_work *w, size_t classes, const bp_allocator *memory,
                                bp_error *error)
{
    const uint32_t *predicted = bp_predictions_classes(w->predictions);
    uint32_t *training = bp_allocate(memory, w->training_count, sizeof *training, error);
    if (training == NULL)
        return BP_E_MEMORY;
    bp_status status = bp_preparation_truth(w->preparation, w->table, w->training,
                                            w->training_count, training, NULL, error);
    if (status == BP_OK)
        status = bp_preparation_truth(w->preparation, w->table, w->tests, w->test_count,
                                      w->all->actual_classes + w->start, NULL, error);
    if (status == BP_OK && w->test_count > 0)
        answer_zero_rule(w, training, classes);
    for (size_t i = 0; i < w->test_count; i++) {
        w->all->predicted_classes[w->start + i] = predicted[i];
        bp_predictions_probabilities(w->predictions, i,
                                     w->all->probabilities + (w->start + i) * classes);
    }
    bp_release(memory, training, w->training_count, sizeof *training);
    return status;
}

/* The truth of rows, [targets][count], into room that is returned; NULL where it fails. */
static double *read_truth(const bp_validation *v, const fold_work *w, const size_t *rows,
                          size_t count, bp_error *error)
{
    double *truth = bp_allocate(&v->allocator, count, v->targets * sizeof *truth, error);
    if (truth == NULL
        || bp_preparation_truth(w->preparation, w->table, rows, count, NULL, truth, error) == BP_OK)
        return truth;
    bp_release(&v->allocator, truth, count, v->targets * sizeof *truth);
    return NULL;
}

static void keep_numbers(const fold_work *w, const double *training, const double *tests,
                         size_t target)
{
    bp_matrix outputs = bp_predictions_outputs(w->predictions);
    size_t place = target * w->all->total + w->start;
    double sum = 0;
    for (size_t i = 0; i < w->training_count; i++)
        sum += training[target * w->training_count + i];
    for (size_t i = 0; i < w->test_count; i++) {
        w->all->actual[place + i] = tests[target * w->test_count + i];
        w->all->predicted[place + i] = bp_matrix_at(&outputs, i, target);
        w->all->zero[place + i] = sum / (double)w->training_count;
    }
}

static bp_status answer_numbers(const bp_validation *v, const fold_work *w, bp_error *error)
{
    bp_error failure = {.status = BP_OK};
    double *training = read_truth(v, w, w->training, w->training_count, &failure);
    double *tests = training != NULL ? read_truth(v, w, w->tests, w->test_count, &failure) : NULL;
    for (size_t t = 0; t < v->targets && tests != NULL; t++)
        keep_numbers(w, training, tests, t);
    bp_release(&v->allocator, tests, w->test_count, v->targets * sizeof *tests);
    bp_release(&v->allocator, training, w->training_count, v->targets * sizeof *training);
    if (failure.status != BP_OK && error != NULL)
        *error = failure;
    return failure.status;
}

static bp_status answer_fold(const bp_validation *v, const fold_work *w, bp_error *error)
{
    return v->task == BP_TASK_CLASSIFICATION ? answer_classes(w, v->classes, &v->allocator, error)
                                             : answer_numbers(v, w, error);
}

static bp_status score_fold(bp_validation *v, const fold_work *w, bp_error *error)
{
    bp_status status = answer_fold(v, w, error);
    for (size_t m = 0; m < v->metric_count && status == BP_OK; m++)
        for (int baseline = 0; baseline < 2; baseline++)
            *score_place(v, m, w->fold, baseline) =
                score(v, m, w->all, w->start, w->test_count, baseline);
    return status;
}

static bp_status score_model(bp_validation *v, bp_table *table, fold_work *w, const bp_model *model,
                             bp_error *error)
{
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    bp_predictor_options how;
    bp_predictor_options_init(&how);
    how.allocator = &v->allocator;
    bp_status status = bp_predictor_new(&predictor, model, &how, error);
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
static bp_status run_group(bp_validation *v, bp_table *table, size_t start, size_t count,
                           size_t *rows, fold_work *w, const bp_config *config,
                           bp_mersenne *mersenne, const bp_observer *observer, bp_error *error)
{
    bp_fit_set sets[FOLD_GROUP];
    bp_model *models[FOLD_GROUP];
    size_t all = bp_table_row_count(table);
    for (size_t i = 0; i < count; i++)
        sets[i] =
            (bp_fit_set){rows + i * all, bp_split_training(v->split, start + i, rows + i * all)};
    bp_status status =
        bp_fit_sets(models, sets, count, table, config, mersenne, v->description, observer, error);
    if (status != BP_OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        w->fold = start + i;
        w->training = sets[i].rows;
        w->training_count = sets[i].count;
        w->tests = bp_split_tests(v->split, w->fold, &w->test_count);
        if (status == BP_OK)
            status = score_model(v, table, w, models[i], error);
        w->start += w->test_count;
        bp_model_free(models[i]);
    }
    return status;
}

/* Which row stands where, fold after fold. */
static void list_rows(const bp_validation *v, bp_held_out *rows)
{
    for (size_t fold = 0; fold < v->folds; fold++) {
        size_t count = 0;
        const size_t *tests = bp_split_tests(v->split, fold, &count);
        for (size_t i = 0; i < count; i++)
            *rows++ = (bp_held_out){.row = tests[i], .fold = fold};
    }
}

/* Room for classes or for numbers, as the task has it; given back with the validation. */
static bp_status open_answers(const bp_validation *v, all_answers *all, bp_error *error)
{
    bool classes = v->task == BP_TASK_CLASSIFICATION;
    const bp_allocator *memory = &v->allocator;
    for (size_t fold = 0; fold < v->folds; fold++)
        all->total += bp_validation_rows(v, fold);
    all->rows = bp_allocate(memory, all->total, sizeof *all->rows, error);
    all->room = bp_allocate(memory, bp_answers_room(all->total, v->classes), sizeof(double), error);
    if (classes) {
        all->classes = bp_allocate(memory, all->total, 3 * sizeof(uint32_t), error);
        all->probabilities =
            bp_allocate(memory, all->total, 2 * v->classes * sizeof(double), error);
    } else {
        all->numbers = bp_allocate(memory, all->total, 3 * v->targets * sizeof(double), error);
    }
    if (all->rows == NULL || all->room == NULL
        || (classes ? all->classes == NULL || all->probabilities == NULL : all->numbers == NULL))
        return BP_E_MEMORY;
    list_rows(v, all->rows);
    all->actual_classes = all->classes;
    all->actual = all->numbers;
    if (classes) {
        all->predicted_classes = all->classes + all->total;
        all->zero_classes = all->classes + 2 * all->total;
    } else {
        all->predicted = all->numbers + v->targets * all->total;
        all->zero = all->numbers + 2 * v->targets * all->total;
    }
    return BP_OK;
}

/* Group after group, so that no more than FOLD_GROUP networks and copies of rows are held at
 * once, however many folds there are. */
static bp_status run_groups(bp_validation *v, bp_table *table, fold_work *w,
                            const bp_config *config, bp_mersenne *mersenne,
                            const bp_observer *observer, bp_error *error)
{
    size_t rows = bp_table_row_count(table);
    size_t most = v->folds < FOLD_GROUP ? v->folds : FOLD_GROUP;
    size_t *training = bp_allocate(&v->allocator, most, rows * sizeof(size_t), error);
    bp_status status = training != NULL ? BP_OK : BP_E_MEMORY;
    for (size_t start = 0; start < v->folds && status == BP_OK; start += most) {
        size_t left = v->folds - start;
        status = run_group(v, table, start, left < most ? left : most, training, w, config,
                           mersenne, observer, error);
    }
    bp_release(&v->allocator, training, most, rows * sizeof(size_t));
    return status;
}

static bp_status run_folds(bp_validation *v, bp_table *table, const bp_config *config,
                           bp_mersenne *mersenne, const bp_observer *observer, bp_error *error)
{
    fold_work w = {.table = table, .all = &v->all};
    bp_status status = open_answers(v, &v->all, error);
    if (status == BP_OK)
        status = run_groups(v, table, &w, config, mersenne, observer, error);
    for (size_t m = 0; m < v->metric_count && status == BP_OK; m++)
        for (int baseline = 0; baseline < 2; baseline++)
            v->pooled[baseline][m] = score(v, m, &v->all, 0, v->all.total, baseline);
    return status;
}

static void choose_metrics(bp_validation *v, const bp_preparation *preparation)
{
    v->task = bp_preparation_task(preparation);
    v->classes = bp_preparation_class_count(preparation);
    v->targets = v->task == BP_TASK_CLASSIFICATION ? 1 : bp_preparation_target_count(preparation);
    for (size_t i = 0; bp_metric_at(i) != NULL; i++)
        if (bp_metric_at(i)->classification == (v->task == BP_TASK_CLASSIFICATION))
            v->metrics[v->metric_count++] = bp_metric_at(i);
}

/* A validation without scores: the rows are dealt, the metrics chosen. */
static bp_status plan_validation(bp_validation **v, bp_table *table, const bp_config *config,
                                 bp_mersenne *mersenne, bp_error *error)
{
    bp_preparation *p = NULL;
    bp_split *split = NULL;
    bp_error note;
    bp_status status = bp_config_preparation(&p, table, config, error);
    if (status == BP_OK)
        status = bp_config_split(&split, table, p, config, mersenne, &note, error);
    if (status == BP_OK)
        status = make_validation(v, split, bp_config_allocator(config), error);
    if (status == BP_OK) {
        (*v)->note = note;
        choose_metrics(*v, p);
    }
    bp_preparation_free(p);
    return status;
}

bp_status bp_cross_validate(bp_validation **out, bp_table *table, const bp_config *config,
                            const bp_observer *observer, bp_error *error)
{
    *out = NULL;
    bp_validation *v = NULL;
    bp_mersenne mersenne, *stream = NULL;
    if (bp_config_is(config, "generator", "mersenne")) {
        bp_mersenne_seed(&mersenne, (uint64_t)bp_config_number(config, "seed"));
        stream = &mersenne;
    }
    bp_status status = plan_validation(&v, table, config, stream, error);
    if (status == BP_OK)
        status = run_folds(v, table, config, stream, observer, error);
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
    size_t count = 0;
    bp_split_tests(v->split, fold, &count);
    return count;
}

const bp_split *bp_validation_split(const bp_validation *v)
{
    return v->split;
}

const char *bp_validation_note(const bp_validation *v)
{
    return v->note.message[0] != '\0' ? v->note.message : NULL;
}

size_t bp_validation_targets(const bp_validation *v)
{
    return v->targets;
}

const bp_held_out *bp_validation_held_out(const bp_validation *v, size_t *count)
{
    *count = v->all.total;
    return v->all.rows;
}

bp_answers bp_validation_answers(const bp_validation *v, size_t target, bool baseline)
{
    return answers_at(v, &v->all, target, 0, v->all.total, baseline);
}

const bp_metric *bp_validation_metric(const bp_validation *v, size_t metric)
{
    return metric < v->metric_count ? v->metrics[metric] : NULL;
}

double bp_validation_score(const bp_validation *v, size_t metric, size_t fold, bool baseline)
{
    return *score_place(v, metric, fold, baseline);
}

const double *bp_validation_scores(const bp_validation *v, size_t metric)
{
    return score_place(v, metric, 0, false);
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
    if (v->folds < 2)
        return (double)NAN;
    for (size_t fold = 0; fold < v->folds; fold++) {
        double distance = *score_place(v, metric, fold, baseline) - mean;
        sum += distance * distance;
    }
    return sqrt(sum / (double)(v->folds - 1));
}

double bp_validation_pooled(const bp_validation *v, size_t metric, bool baseline)
{
    return v->pooled[baseline ? 1 : 0][metric];
}

const char *bp_validation_description(const bp_validation *v)
{
    return v->description;
}
