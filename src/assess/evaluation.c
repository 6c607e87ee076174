/* evaluation.c: a model's answers beside the truth, with bootstrap intervals, equation (37), and
 * how often they hold what they promise, (62a). */
#include "base/cpu.h"
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/sort.h"
#include "predict/predictor.h"
#include "recipe/config.h"

#include <backprop/assess.h>

#include <math.h>

#define WORKERS_MAX 64u

typedef struct interval {
    double score, low, high;
} interval;

/* Answers beside the truth, and room for the metrics to work in. */
typedef struct columns {
    uint32_t *codes;       /* [2: actual, predicted][count], of classes */
    double *probabilities; /* [count][classes] */
    double *numbers;       /* [2: actual, predicted][targets][count], of numbers */
    double *promises;      /* [2: covered, breadth][targets][count]; NULL: nothing is promised */
    double *room;
} columns;

struct bp_evaluation {
    bp_allocator allocator;
    bp_task task;
    size_t count, classes, targets, metric_count;
    const bp_metric *metrics[BP_METRIC_COUNT + BP_COVERAGE_COUNT];
    double asked[BP_METRIC_COUNT + BP_COVERAGE_COUNT]; /* NaN: nothing was asked for */
    bool promises;                                     /* sets or intervals */
    columns own;
    bp_answers *answers; /* [targets] */
    interval *intervals; /* [metric_count][targets] */
};

void bp_evaluation_options_init(bp_evaluation_options *options)
{
    *options = (bp_evaluation_options){.resamples = 1000, .level = 0.95, .seed = 1};
}

static void close_columns(const bp_evaluation *e, columns *c)
{
    const bp_allocator *memory = &e->allocator;
    bp_release(memory, c->codes, e->count, 2 * sizeof *c->codes);
    bp_release(memory, c->probabilities, e->count, e->classes * sizeof(double));
    bp_release(memory, c->numbers, e->count, 2 * e->targets * sizeof(double));
    bp_release(memory, c->promises, e->count, 2 * e->targets * sizeof(double));
    bp_release(memory, c->room, bp_answers_room(e->count, e->classes), sizeof(double));
}

/* What it took by then is closed by the caller where it fails. */
static bp_status open_columns(const bp_evaluation *e, columns *c, bp_error *error)
{
    const bp_allocator *memory = &e->allocator;
    c->room = bp_allocate(memory, bp_answers_room(e->count, e->classes), sizeof(double), error);
    if (e->promises)
        c->promises = bp_allocate(memory, e->count, 2 * e->targets * sizeof(double), error);
    if (c->room == NULL || (e->promises && c->promises == NULL))
        return BP_E_MEMORY;
    if (e->task == BP_TASK_REGRESSION) {
        c->numbers = bp_allocate(memory, e->count, 2 * e->targets * sizeof(double), error);
        return c->numbers != NULL ? BP_OK : BP_E_MEMORY;
    }
    c->codes = bp_allocate(memory, e->count, 2 * sizeof *c->codes, error);
    c->probabilities =
        c->codes != NULL ? bp_allocate(memory, e->count, e->classes * sizeof(double), error) : NULL;
    return c->probabilities != NULL ? BP_OK : BP_E_MEMORY;
}

/* One target of them for a metric. */
static bp_answers answers_in(const bp_evaluation *e, const columns *c, size_t target)
{
    bp_answers answers = {.count = e->count, .room = c->room};
    if (e->promises) {
        answers.covered = c->promises + target * e->count;
        answers.breadth = c->promises + (e->targets + target) * e->count;
    }
    if (e->task == BP_TASK_REGRESSION) {
        answers.actual = c->numbers + target * e->count;
        answers.predicted = c->numbers + (e->targets + target) * e->count;
        return answers;
    }
    answers.classes = e->classes;
    answers.actual_classes = c->codes;
    answers.predicted_classes = c->codes + e->count;
    answers.probabilities = c->probabilities;
    return answers;
}

void bp_evaluation_free(bp_evaluation *e)
{
    if (e == NULL)
        return;
    bp_allocator memory = e->allocator;
    close_columns(e, &e->own);
    bp_release(&memory, e->answers, e->targets, sizeof *e->answers);
    bp_release(&memory, e->intervals, e->metric_count * e->targets, sizeof *e->intervals);
    bp_release(&memory, e, 1, sizeof *e);
}

static bp_status take_room(bp_evaluation *e, bp_error *error)
{
    const bp_allocator *memory = &e->allocator;
    e->answers = bp_allocate(memory, e->targets, sizeof *e->answers, error);
    e->intervals = bp_allocate(memory, e->metric_count * e->targets, sizeof *e->intervals, error);
    return e->answers != NULL && e->intervals != NULL ? open_columns(e, &e->own, error)
                                                      : BP_E_MEMORY;
}

static void add_metric(bp_evaluation *e, const bp_metric *metric, double asked)
{
    e->asked[e->metric_count] = asked;
    e->metrics[e->metric_count++] = metric;
}

/* The quantile that the model's loss aimed at, from its record; NaN where that is lost. */
static bp_status read_quantile(double *quantile, const bp_evaluation *e, const bp_model *model,
                               bp_error *error)
{
    bp_config *config = NULL;
    bp_error lost;
    *quantile = (double)NAN;
    bp_status status = bp_config_of_model(&config, model, &e->allocator, &lost);
    if (status == BP_OK)
        *quantile = bp_config_number(config, "quantile");
    else if (status == BP_E_MEMORY && error != NULL)
        *error = lost;
    bp_config_free(config);
    return status == BP_E_MEMORY ? status : BP_OK;
}

/* All of the task, then those of what the model promises. */
static bp_status choose_metrics(bp_evaluation *e, const bp_model *model, bp_error *error)
{
    const bp_calibration *calibration = bp_model_calibration(model);
    bool classes = e->task == BP_TASK_CLASSIFICATION;
    double quantile = 0;
    for (size_t i = 0; bp_metric_at(i) != NULL; i++)
        if (bp_metric_at(i)->classification == classes)
            add_metric(e, bp_metric_at(i), (double)NAN);
    e->promises = calibration != NULL;
    if (e->promises) {
        add_metric(e, bp_coverage_find(classes ? "set-coverage" : "interval-coverage"),
                   calibration->coverage);
        add_metric(e, bp_coverage_find(classes ? "set-size" : "interval-width"), (double)NAN);
    }
    if (classes || bp_net_loss(bp_model_net(model)) != BP_QUANTILE)
        return BP_OK;
    bp_status status = read_quantile(&quantile, e, model, error);
    add_metric(e, bp_coverage_find("quantile-coverage"), quantile);
    return status;
}

static bp_status make(bp_evaluation **out, const bp_predictions *predictions, bp_error *error)
{
    const bp_preparation *preparation = bp_predictions_preparation(predictions);
    bp_allocator memory = bp_predictions_allocator(predictions);
    bp_evaluation *e = bp_allocate(&memory, 1, sizeof *e, error);
    if (e == NULL)
        return BP_E_MEMORY;
    e->allocator = memory;
    e->task = bp_preparation_task(preparation);
    e->count = bp_predictions_count(predictions);
    e->classes = bp_preparation_class_count(preparation);
    e->targets = e->task == BP_TASK_CLASSIFICATION ? 1 : bp_preparation_target_count(preparation);
    *out = e;
    bp_status status = choose_metrics(e, bp_predictions_model(predictions), error);
    return status == BP_OK ? take_room(e, error) : status;
}

/* ---- Answers and scores ---------------------------------------------------------- */

static void keep_classes(bp_evaluation *e, const bp_predictions *predictions)
{
    const uint32_t *predicted = bp_predictions_classes(predictions);
    for (size_t i = 0; i < e->count; i++) {
        e->own.codes[e->count + i] = predicted[i];
        bp_predictions_probabilities(predictions, i, e->own.probabilities + i * e->classes);
    }
}

static void keep_numbers(bp_evaluation *e, const bp_predictions *predictions)
{
    bp_matrix outputs = bp_predictions_outputs(predictions);
    for (size_t t = 0; t < e->targets; t++) {
        double *predicted = e->own.numbers + (e->targets + t) * e->count;
        for (size_t i = 0; i < e->count; i++)
            predicted[i] = bp_matrix_at(&outputs, i, t);
    }
}

/* Sets of classes: whether each has the truth, and its size. */
static bp_status keep_sets(bp_evaluation *e, const bp_predictions *predictions, bp_error *error)
{
    uint32_t *set = bp_allocate(&e->allocator, e->classes, sizeof *set, error);
    if (set == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < e->count; i++) {
        size_t size = bp_predictions_set(predictions, i, e->own.room, set);
        for (size_t k = 0; k < size; k++)
            if (set[k] == e->own.codes[i])
                e->own.promises[i] = 1;
        e->own.promises[e->count + i] = (double)size;
    }
    bp_release(&e->allocator, set, e->classes, sizeof *set);
    return BP_OK;
}

static void keep_intervals(bp_evaluation *e, const bp_predictions *predictions)
{
    for (size_t t = 0; t < e->targets; t++) {
        const double *actual = e->own.numbers + t * e->count;
        double *covered = e->own.promises + t * e->count;
        double *breadth = covered + e->targets * e->count;
        for (size_t i = 0; i < e->count; i++) {
            double low = 0, high = 0;
            bp_predictions_interval(predictions, i, t, &low, &high);
            covered[i] = low <= actual[i] && actual[i] <= high;
            breadth[i] = high - low;
        }
    }
}

static bp_status keep_promises(bp_evaluation *e, const bp_predictions *predictions, bp_error *error)
{
    if (e->promises && e->task == BP_TASK_CLASSIFICATION)
        return keep_sets(e, predictions, error);
    if (e->promises)
        keep_intervals(e, predictions);
    return BP_OK;
}

static void score(bp_evaluation *e)
{
    for (size_t t = 0; t < e->targets; t++)
        e->answers[t] = answers_in(e, &e->own, t);
    for (size_t m = 0; m < e->metric_count; m++)
        for (size_t t = 0; t < e->targets; t++)
            e->intervals[m * e->targets + t] =
                (interval){e->metrics[m]->compute(&e->answers[t]), (double)NAN, (double)NAN};
}

/* ---- The bootstrap ------------------------------------------------------------------ */

typedef struct bootstrap {
    const bp_evaluation *evaluation;
    const bp_evaluation_options *options;
    double *scores;             /* [metric_count][targets][resamples] */
    columns drawn[WORKERS_MAX]; /* rows drawn with replacement by each worker */
} bootstrap;

/* All targets of a row are drawn together. */
static void draw(const bp_evaluation *e, const columns *drawn, bp_stream stream)
{
    for (size_t i = 0; i < e->count; i++) {
        size_t row = (size_t)bp_stream_below(stream, i, e->count);
        for (size_t t = 0; t < 2 * e->targets && e->promises; t++)
            drawn->promises[t * e->count + i] = e->own.promises[t * e->count + row];
        if (e->task == BP_TASK_CLASSIFICATION) {
            drawn->codes[i] = e->own.codes[row];
            drawn->codes[e->count + i] = e->own.codes[e->count + row];
            for (size_t k = 0; k < e->classes; k++)
                drawn->probabilities[i * e->classes + k] =
                    e->own.probabilities[row * e->classes + k];
            continue;
        }
        for (size_t t = 0; t < 2 * e->targets; t++)
            drawn->numbers[t * e->count + i] = e->own.numbers[t * e->count + row];
    }
}

static void draw_share(void *context, size_t worker, size_t workers)
{
    const bootstrap *b = context;
    const bp_evaluation *e = b->evaluation;
    for (size_t r = worker; r < b->options->resamples; r += workers) {
        draw(e, &b->drawn[worker],
             bp_stream_new(b->options->seed, BP_PURPOSE_BOOTSTRAP, (uint32_t)r, 0, 0));
        for (size_t m = 0; m < e->metric_count; m++)
            for (size_t t = 0; t < e->targets; t++) {
                bp_answers answers = answers_in(e, &b->drawn[worker], t);
                b->scores[(m * e->targets + t) * b->options->resamples + r] =
                    e->metrics[m]->compute(&answers);
            }
    }
}

/* Between the two scores around a share of them, ascending: linear, as NumPy has it. */
static double percentile(const double *scores, size_t count, double share)
{
    double place = share * (double)(count - 1);
    size_t below = (size_t)place, above = below + 1 < count ? below + 1 : below;
    return scores[below] + (place - (double)below) * (scores[above] - scores[below]);
}

/* Resamples in which a metric is not defined (an area without one of its classes) say nothing. */
static void find_interval(interval *found, double *scores, size_t count, double level)
{
    size_t defined = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(scores[i]))
            scores[defined++] = scores[i];
    if (defined == 0 || isnan(found->score))
        return;
    bp_sort_numbers(scores, defined);
    found->low = percentile(scores, defined, (1 - level) / 2);
    found->high = percentile(scores, defined, (1 + level) / 2);
}

static bp_status run_bootstrap(bp_evaluation *e, bootstrap *b, bp_pool *pool, bp_error *error)
{
    bp_status status = BP_OK;
    size_t scores = e->metric_count * e->targets, resamples = b->options->resamples;
    if (resamples > SIZE_MAX / sizeof(double))
        return bp_fail_memory(error, SIZE_MAX);
    b->scores = bp_allocate(&e->allocator, scores, resamples * sizeof(double), error);
    status = b->scores != NULL ? BP_OK : BP_E_MEMORY;
    for (size_t w = 0; w < bp_pool_workers(pool) && status == BP_OK; w++)
        status = open_columns(e, &b->drawn[w], error);
    if (status == BP_OK)
        bp_pool_run(pool, draw_share, b);
    for (size_t i = 0; i < scores && status == BP_OK; i++)
        find_interval(&e->intervals[i], b->scores + i * resamples, resamples, b->options->level);
    for (size_t w = 0; w < bp_pool_workers(pool); w++)
        close_columns(e, &b->drawn[w]);
    bp_release(&e->allocator, b->scores, scores, resamples * sizeof(double));
    return status;
}

static bp_status find_intervals(bp_evaluation *e, const bp_evaluation_options *options,
                                bp_error *error)
{
    bootstrap b = {.evaluation = e, .options = options};
    bp_pool *pool = NULL;
    size_t most = bp_processors();
    size_t asked = options->threads < WORKERS_MAX ? options->threads : WORKERS_MAX;
    bp_status status = bp_pool_new_for(&pool, asked, most < WORKERS_MAX ? most : WORKERS_MAX,
                                       &e->allocator, error);
    if (status == BP_OK)
        status = run_bootstrap(e, &b, pool, error);
    bp_pool_free(pool);
    return status;
}

/* ---- The whole ------------------------------------------------------------------------ */

static bp_status answer(bp_evaluation *e, const bp_predictions *predictions, bp_table *table,
                        const size_t *rows, bp_error *error)
{
    bp_status status = bp_preparation_truth(bp_predictions_preparation(predictions), table, rows,
                                            e->count, e->own.codes, e->own.numbers, error);
    if (status != BP_OK)
        return status;
    if (e->task == BP_TASK_CLASSIFICATION)
        keep_classes(e, predictions);
    else
        keep_numbers(e, predictions);
    status = keep_promises(e, predictions, error);
    if (status == BP_OK)
        score(e);
    return status;
}

bp_status bp_evaluate(bp_evaluation **out, const bp_predictions *predictions, bp_table *table,
                      const size_t *rows, const bp_evaluation_options *options, bp_error *error)
{
    bp_evaluation_options defaults;
    bp_evaluation *e = NULL;
    size_t count = bp_predictions_count(predictions);
    *out = NULL;
    bp_evaluation_options_init(&defaults);
    options = options != NULL ? options : &defaults;
    if (count == 0 || !(options->level > 0 && options->level < 1))
        return bp_fail(error, BP_E_ARGUMENT,
                       count == 0 ? "there are no answers to evaluate"
                                  : "the level lies between 0 and 1");
    bp_status status = make(&e, predictions, error);
    if (status == BP_OK)
        status = answer(e, predictions, table, rows, error);
    if (status == BP_OK && options->resamples > 0)
        status = find_intervals(e, options, error);
    if (status == BP_OK)
        *out = e;
    else
        bp_evaluation_free(e);
    return status;
}

bp_task bp_evaluation_task(const bp_evaluation *e)
{
    return e->task;
}

size_t bp_evaluation_targets(const bp_evaluation *e)
{
    return e->targets;
}

const bp_answers *bp_evaluation_answers(const bp_evaluation *e, size_t target)
{
    return &e->answers[target];
}

const bp_metric *bp_evaluation_metric(const bp_evaluation *e, size_t metric)
{
    return metric < e->metric_count ? e->metrics[metric] : NULL;
}

double bp_evaluation_asked(const bp_evaluation *e, size_t metric)
{
    return e->asked[metric];
}

double bp_evaluation_score(const bp_evaluation *e, size_t metric, size_t target)
{
    return e->intervals[metric * e->targets + target].score;
}

double bp_evaluation_low(const bp_evaluation *e, size_t metric, size_t target)
{
    return e->intervals[metric * e->targets + target].low;
}

double bp_evaluation_high(const bp_evaluation *e, size_t metric, size_t target)
{
    return e->intervals[metric * e->targets + target].high;
}
