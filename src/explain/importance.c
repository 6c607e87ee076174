/* importance.c: permutation importance, equation (39). */
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/student.h"
#include "explain/explainer.h"

#include <math.h>

#define NO_INPUT SIZE_MAX

/* Rows answered with one column shuffled, beside the truth. */
typedef struct trial {
    bp_explainer *e;
    const bp_metric *metric;
    size_t targets, repeats;
    size_t *order;                                /* [count]: whose cell each row is given */
    uint32_t *actual_classes, *predicted_classes; /* [count] of classification */
    double *actual, *predicted;                   /* [targets][count] of regression */
    double *probabilities;                        /* [count][classes] */
    double *room;                                 /* of bp_answers */
    double *drops;                                /* [repeats] */
} trial;

static void close_trial(trial *t)
{
    const bp_allocator *memory = &t->e->allocator;
    size_t count = t->e->count, wide = t->e->answers * sizeof(double);
    bp_release(memory, t->drops, t->repeats, sizeof(double));
    bp_release(memory, t->room, bp_answers_room(count, t->e->answers), sizeof(double));
    bp_release(memory, t->probabilities, count, wide);
    bp_release(memory, t->predicted, count, wide);
    bp_release(memory, t->actual, count, wide);
    bp_release(memory, t->predicted_classes, count, sizeof(uint32_t));
    bp_release(memory, t->actual_classes, count, sizeof(uint32_t));
    bp_release(memory, t->order, count, sizeof(size_t));
}

static bp_status take_room(trial *t, bp_error *error)
{
    const bp_allocator *memory = &t->e->allocator;
    size_t count = t->e->count, wide = t->e->answers * sizeof(double);
    t->order = bp_allocate(memory, count, sizeof(size_t), error);
    t->drops = bp_allocate(memory, t->repeats, sizeof(double), error);
    t->room = bp_allocate(memory, bp_answers_room(count, t->e->answers), sizeof(double), error);
    bool whole = t->order != NULL && t->drops != NULL && t->room != NULL;
    if (t->e->classes) {
        t->actual_classes = bp_allocate(memory, count, sizeof(uint32_t), error);
        t->predicted_classes = bp_allocate(memory, count, sizeof(uint32_t), error);
        t->probabilities = bp_allocate(memory, count, wide, error);
        whole = whole && t->actual_classes != NULL && t->predicted_classes != NULL
                && t->probabilities != NULL;
    } else {
        t->actual = bp_allocate(memory, count, wide, error);
        t->predicted = bp_allocate(memory, count, wide, error);
        whole = whole && t->actual != NULL && t->predicted != NULL;
    }
    return whole ? BP_OK : BP_E_MEMORY;
}

static bp_status open_trial(trial *t, bp_error *error)
{
    bp_status status = take_room(t, error);
    if (status == BP_OK)
        status = bp_preparation_truth(t->e->preparation, t->e->table, t->e->rows, t->e->count,
                                      t->actual_classes, t->actual, error);
    return status;
}

/* ---- One score ----------------------------------------------------------------------- */

static void keep_answers(trial *t, size_t start, size_t count)
{
    size_t answers = t->e->answers;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < answers; k++) {
            double value = t->e->block_answers[i * answers + k];
            if (t->e->classes)
                /* Taken where there are classes.
                 * NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
                t->probabilities[(start + i) * answers + k] = value;
            else
                t->predicted[k * t->e->count + start + i] = value;
        }
}

/* All rows, those of `input` (NO_INPUT: none) with the cells of the rows in `order`. */
static void answer_all(trial *t, size_t input)
{
    bp_explainer *e = t->e;
    explain_column column = {0, 0};
    if (input != NO_INPUT)
        column = explain_column_of(e, input);
    for (size_t start = 0; start < e->count; start += BP_EXPLAIN_BLOCK) {
        size_t left = e->count - start, count = left < BP_EXPLAIN_BLOCK ? left : BP_EXPLAIN_BLOCK;
        for (size_t i = 0; i < count; i++) {
            explain_put(e, i, start + i);
            if (column.width > 0)
                explain_replace(e, i, column, explain_row(e, t->order[start + i]));
        }
        explain_block(e, count, t->predicted_classes != NULL ? t->predicted_classes + start : NULL);
        keep_answers(t, start, count);
    }
}

/* The mean over targets; there is one where they are classes. */
static double score(const trial *t)
{
    size_t count = t->e->count;
    double sum = 0;
    for (size_t target = 0; target < t->targets; target++) {
        bp_answers answers = {.count = count, .room = t->room};
        if (t->e->classes) {
            answers.classes = t->e->answers;
            answers.actual_classes = t->actual_classes;
            answers.predicted_classes = t->predicted_classes;
            answers.probabilities = t->probabilities;
        } else {
            answers.actual = t->actual + target * count;
            answers.predicted = t->predicted + target * count;
        }
        sum += t->metric->compute(&answers) / (double)t->targets;
    }
    return sum;
}

/* ---- All of them ----------------------------------------------------------------------- */

static bp_importance summarize(const double *drops, size_t count)
{
    double mean = 0, sum = 0;
    for (size_t i = 0; i < count; i++)
        mean += drops[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        sum += (drops[i] - mean) * (drops[i] - mean);
    if (count < 2)
        return (bp_importance){mean, NAN, NAN, NAN};
    double deviation = sqrt(sum / (double)(count - 1));
    double half = bp_student_within(0.95, count - 1) * deviation / sqrt((double)count);
    return (bp_importance){mean, deviation, mean - half, mean + half};
}

/* Positive where shuffling made the score worse. A place of its own for each shuffle, so that a
 * column's are the same whatever the others are. */
static bp_importance try_input(trial *t, size_t input, double whole)
{
    for (size_t r = 0; r < t->repeats; r++) {
        for (size_t i = 0; i < t->e->count; i++)
            t->order[i] = i;
        bp_stream_shuffle(
            bp_stream_new(t->e->seed, BP_PURPOSE_EXPLAIN, 0, (uint32_t)input, (uint32_t)r),
            t->order, t->e->count);
        answer_all(t, input);
        t->drops[r] = t->metric->higher_is_better ? whole - score(t) : score(t) - whole;
    }
    return summarize(t->drops, t->repeats);
}

static bool tell(const bp_observer *observer, size_t done, size_t total)
{
    bp_progress progress = {.phase = "explain",
                            .members = 1,
                            .done = done,
                            .total = total,
                            .loss = NAN,
                            .validation_loss = NAN,
                            .judged = NAN};
    return observer == NULL || observer->notify == NULL
           || observer->notify(observer->context, &progress);
}

static bp_status try_all(trial *t, const bp_observer *observer, double *whole,
                         bp_importance *importances, bp_error *error)
{
    answer_all(t, NO_INPUT);
    *whole = score(t);
    if (isnan(*whole))
        return bp_fail(error, BP_E_DATA, "the metric %s is not defined on these rows",
                       t->metric->name);
    for (size_t input = 0; input < t->e->inputs; input++) {
        importances[input] = try_input(t, input, *whole);
        if (!tell(observer, input + 1, t->e->inputs))
            return bp_fail(error, BP_E_STOPPED, "stopped after column %zu of %zu", input + 1,
                           t->e->inputs);
    }
    return BP_OK;
}

bp_status bp_explain_importance(bp_explainer *e, const bp_metric *metric, size_t repeats,
                                const bp_observer *observer, double *whole,
                                bp_importance *importances, bp_error *error)
{
    if (metric == NULL)
        metric = bp_metric_find(e->classes ? "accuracy" : "r2");
    if (metric->classification != e->classes)
        return bp_fail(error, BP_E_OPTION, "the metric %s is of %s; the model answers with %s",
                       metric->name, metric->classification ? "classes" : "numbers",
                       e->classes ? "classes" : "numbers");
    if (repeats == 0)
        return bp_fail(error, BP_E_ARGUMENT, "a column must be shuffled once at least");
    trial t = {
        .e = e, .metric = metric, .targets = e->classes ? 1 : e->answers, .repeats = repeats};
    bp_status status = open_trial(&t, error);
    if (status == BP_OK)
        status = try_all(&t, observer, whole, importances, error);
    close_trial(&t);
    return status;
}
