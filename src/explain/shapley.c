/* shapley.c: Shapley values by sampling orders of the columns, equation (38b). */
#include "base/memory.h"
#include "base/random.h"
#include "explain/explainer.h"
#include "table/preparation.h"

#include <math.h>

/* Walks from other rows to one, a column at a time. */
typedef struct sampling {
    bp_explainer *e;
    size_t row, answer, pairs;
    void *missing;       /* the row that walks begin from; NULL: others of the explainer, as in */
    size_t *starts;      /* [count], in the order in which they do */
    size_t *order;       /* [inputs] */
    double *path;        /* [inputs + 1] the answers along a walk */
    double *pair;        /* [inputs] what the two walks of a pair add, halved */
    double *sum_squares; /* [inputs] of pairs' distances from their mean so far */
} sampling;

static void close_sampling(sampling *s)
{
    const bp_allocator *memory = &s->e->allocator;
    size_t inputs = s->e->inputs;
    bp_release(memory, s->sum_squares, inputs, sizeof(double));
    bp_release(memory, s->pair, inputs, sizeof(double));
    bp_release(memory, s->path, inputs + 1, sizeof(double));
    bp_release(memory, s->order, inputs, sizeof(size_t));
    bp_release(memory, s->starts, s->e->count, sizeof(size_t));
    bp_release(memory, s->missing, s->e->numbers.columns, bp_type_size(s->e->numbers.type));
}

static bp_status open_sampling(sampling *s, bp_error *error)
{
    const bp_allocator *memory = &s->e->allocator;
    size_t inputs = s->e->inputs;
    s->order = bp_allocate(memory, inputs, sizeof(size_t), error);
    s->path = bp_allocate(memory, inputs + 1, sizeof(double), error);
    s->pair = bp_allocate(memory, inputs, sizeof(double), error);
    s->sum_squares = bp_allocate(memory, inputs, sizeof(double), error);
    bool whole = s->order != NULL && s->path != NULL && s->pair != NULL && s->sum_squares != NULL;
    return whole ? BP_OK : BP_E_MEMORY;
}

static bp_status list_starts(sampling *s, bp_error *error)
{
    s->starts = bp_allocate(&s->e->allocator, s->e->count, sizeof(size_t), error);
    return s->starts != NULL ? BP_OK : BP_E_MEMORY;
}

static bp_status make_missing(sampling *s, bp_error *error)
{
    const bp_matrix *numbers = &s->e->numbers;
    s->missing =
        bp_allocate(&s->e->allocator, numbers->columns, bp_type_size(numbers->type), error);
    if (s->missing == NULL)
        return BP_E_MEMORY;
    return bp_preparation_missing_row(s->e->preparation, numbers->type, s->missing, error);
}

/* From missing cells the same orders for every row, so that its values do not depend on its place.
 */
static bp_stream stream_of(const sampling *s, size_t pair)
{
    if (s->missing != NULL)
        return bp_stream_new(s->e->seed, BP_PURPOSE_EXPLAIN, 3, 0, (uint32_t)pair);
    return bp_stream_new(s->e->seed, BP_PURPOSE_EXPLAIN, 1, (uint32_t)s->row, (uint32_t)pair);
}

/* The column that a walk takes after so many others. */
static size_t taken_after(const sampling *s, size_t taken, bool backward)
{
    return s->order[backward ? s->e->inputs - 1 - taken : taken];
}

/* The walk in `order`, or against it, from `start` to the row: a row of the block for each
 * column taken, made from the one before. */
static void walk(sampling *s, const void *start, bool backward)
{
    bp_explainer *e = s->e;
    explain_set(e, 0, start);
    for (size_t taken = 0; taken <= e->inputs; taken++) {
        size_t at = taken % BP_EXPLAIN_BLOCK;
        if (taken > 0) {
            size_t column = taken_after(s, taken - 1, backward);
            if (at == 0)
                explain_copy(e, 0, BP_EXPLAIN_BLOCK - 1);
            else
                explain_copy(e, at, at - 1);
            explain_replace(e, at, explain_column_of(e, column), explain_row(e, s->row));
        }
        if (at + 1 < BP_EXPLAIN_BLOCK && taken < e->inputs)
            continue;
        explain_block(e, at + 1, NULL);
        for (size_t i = 0; i <= at; i++)
            s->path[taken - at + i] = e->block_answers[i * e->answers + s->answer];
    }
    for (size_t taken = 0; taken < e->inputs; taken++)
        s->pair[taken_after(s, taken, backward)] += (s->path[taken + 1] - s->path[taken]) / 2;
}

/* Means and sums of squares move on by one pair (Welford 1962). */
static void add_pair(sampling *s, size_t done, double *values)
{
    for (size_t input = 0; input < s->e->inputs; input++) {
        double distance = s->pair[input] - values[input];
        values[input] += distance / (double)(done + 1);
        s->sum_squares[input] += distance * (s->pair[input] - values[input]);
    }
}

static void shuffle_starts(sampling *s)
{
    for (size_t i = 0; i < s->e->count; i++)
        s->starts[i] = i;
    bp_stream_shuffle(stream_of(s, UINT32_MAX), s->starts, s->e->count);
}

/* The row that a pair of walks begins from. */
static const void *start_of(const sampling *s, size_t pair)
{
    if (s->missing != NULL)
        return s->missing;
    /* An explainer has rows. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
    return explain_row(s->e, s->starts[pair % s->e->count]);
}

static void sample(sampling *s, double *values, double *errors, bp_attribution *told)
{
    bp_explainer *e = s->e;
    double sum = 0;
    *told = (bp_attribution){.steps = 2 * s->pairs};
    if (s->missing == NULL)
        shuffle_starts(s);
    for (size_t input = 0; input < e->inputs; input++) {
        s->order[input] = input;
        values[input] = 0;
    }
    for (size_t done = 0; done < s->pairs; done++) {
        bp_stream_shuffle(stream_of(s, done), s->order, e->inputs);
        for (size_t input = 0; input < e->inputs; input++)
            s->pair[input] = 0;
        walk(s, start_of(s, done), false);
        walk(s, start_of(s, done), true);
        told->baseline += s->path[0] / (double)s->pairs;
        add_pair(s, done, values);
    }
    told->answer = s->path[e->inputs];
    for (size_t input = 0; input < e->inputs; input++) {
        double variance = s->sum_squares[input] / (double)(s->pairs - 1);
        errors[input] = sqrt(variance / (double)s->pairs);
        sum += values[input];
    }
    told->gap = sum - (told->answer - told->baseline);
}

static bp_status explain(bp_explainer *e, size_t row, size_t answer, size_t samples,
                         bool from_missing, double *values, double *errors,
                         bp_attribution *attribution, bp_error *error)
{
    bp_status status = explain_check(e, row, answer, error);
    if (status != BP_OK)
        return status;
    sampling s = {
        .e = e, .row = row, .answer = answer, .pairs = samples > 4 ? samples / 2 + samples % 2 : 2};
    status = open_sampling(&s, error);
    if (status == BP_OK)
        status = from_missing ? make_missing(&s, error) : list_starts(&s, error);
    if (status == BP_OK)
        sample(&s, values, errors, attribution);
    close_sampling(&s);
    return status;
}

bp_status bp_explain_shapley(bp_explainer *e, size_t row, size_t answer, size_t samples,
                             double *values, double *errors, bp_attribution *attribution,
                             bp_error *error)
{
    return explain(e, row, answer, samples, false, values, errors, attribution, error);
}

bp_status bp_explain_from_missing(bp_explainer *e, size_t row, size_t answer, size_t samples,
                                  double *values, double *errors, bp_attribution *attribution,
                                  bp_error *error)
{
    return explain(e, row, answer, samples, true, values, errors, attribution, error);
}
