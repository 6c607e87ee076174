/* held_out.c: a calibration from the rows that members did not learn from. */
#include "recipe/fitting.h"

#include "base/error.h"
#include "base/math.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "predict/calibrating.h"
#include "predict/probabilities.h"
#include "recipe/config.h"

#include <math.h>

#define COVERAGE 0.9    /* of sets and intervals */
#define ROWS_OF_ONE 100 /* rows that say as much as the belief that the temperature is 1 */

/* All held-out rows of all members, one behind the other. */
typedef struct held_out {
    const bp_allocator *memory;
    size_t count, classes, width, targets; /* classes: 0 of numbers */
    double *outputs;                       /* [count][width] */
    double *logs;                          /* [count + 1][classes] of probabilities */
    double *scores;                        /* [targets][count] */
    uint32_t *truth;                       /* [count + 1] */
    double *quantiles;                     /* [targets] */
    bool finite;                           /* all answers are numbers */
} held_out;

static bp_status take_room(held_out *h, bp_error *error)
{
    const bp_allocator *memory = h->memory;
    h->outputs = bp_allocate(memory, h->count, h->width * sizeof(double), error);
    h->logs = bp_allocate(memory, h->count + 1, h->classes * sizeof(double), error);
    h->scores = bp_allocate(memory, h->count, h->targets * sizeof(double), error);
    h->truth = bp_allocate(memory, h->count + 1, sizeof(uint32_t), error);
    h->quantiles = bp_allocate(memory, h->targets, sizeof(double), error);
    bool whole = h->outputs != NULL && h->logs != NULL && h->scores != NULL && h->truth != NULL
                 && h->quantiles != NULL;
    return whole ? BP_OK : BP_E_MEMORY;
}

static void release_room(held_out *h)
{
    const bp_allocator *memory = h->memory;
    bp_release(memory, h->outputs, h->count, h->width * sizeof(double));
    bp_release(memory, h->logs, h->count + 1, h->classes * sizeof(double));
    bp_release(memory, h->scores, h->count, h->targets * sizeof(double));
    bp_release(memory, h->truth, h->count + 1, sizeof(uint32_t));
    bp_release(memory, h->quantiles, h->targets, sizeof(double));
}

/* Probabilities of classes, of which one is true. */
static void look_at_classes(held_out *h, const bp_samples *samples, size_t start)
{
    for (size_t i = 0; i < samples->inputs.rows; i++) {
        double *logs = h->logs + (start + i) * h->classes;
        bp_probabilities_of(h->outputs + (start + i) * h->width, h->width, logs, h->classes);
        for (size_t k = 0; k < h->classes; k++)
            logs[k] = bp_log_probability(logs[k]);
        h->truth[start + i] = samples->classes[i];
    }
}

/* How far off the answers are, in the targets' own units. */
static void look_at_numbers(held_out *h, const bp_samples *samples, size_t start,
                            const bp_preparation *preparation)
{
    for (size_t i = 0; i < samples->inputs.rows; i++) {
        double *answer = h->outputs + (start + i) * h->width;
        bp_preparation_restore(preparation, answer);
        for (size_t t = 0; t < h->targets; t++)
            h->scores[t * h->count + start + i] = answer[t];
        for (size_t t = 0; t < h->targets; t++)
            answer[t] = bp_matrix_at(&samples->targets, i, t);
        bp_preparation_restore(preparation, answer);
        for (size_t t = 0; t < h->targets; t++) {
            double *score = &h->scores[t * h->count + start + i];
            *score = fabs(answer[t] - *score);
            h->finite = h->finite && isfinite(*score);
        }
    }
}

static void look(held_out *h, const bp_fitting *one, bp_plan *plan, size_t first)
{
    size_t start = 0;
    for (size_t m = 0; m < one->member_count; m++) {
        const bp_samples *samples = &one->members[m].valid;
        size_t rows = samples->inputs.rows;
        bp_matrix_out into = bp_matrix_out_f64(h->outputs + start * h->width, rows, h->width);
        if (rows == 0)
            continue;
        bp_plan_forward(plan, first + m, &samples->inputs, NULL, rows, &into);
        for (size_t i = start * h->width; i < (start + rows) * h->width; i++)
            h->finite = h->finite && isfinite(h->outputs[i]);
        if (h->classes > 0)
            look_at_classes(h, samples, start);
        else
            look_at_numbers(h, samples, start, bp_model_preparation(one->model));
        start += rows;
    }
}

/* The temperature of (60), nearer to 1 the fewer rows there are; and how improbable the truth
 * is at it. */
static double temper(held_out *h)
{
    if (h->classes < 2)
        return 1;
    double t = bp_best_temperature(h->logs, h->truth, h->count, h->classes);
    t = bp_exp(bp_log(t) * (double)h->count / (double)(h->count + ROWS_OF_ONE));
    for (size_t i = 0; i < h->count; i++) {
        double *row = h->logs + i * h->classes;
        for (size_t k = 0; k < h->classes; k++)
            row[k] = bp_exp(row[k]);
        bp_temper(row, h->classes, t);
        h->scores[i] = 1 - row[h->truth[i]];
    }
    return t;
}

/* Of all rows together; of a target that nothing is off of, 0. */
static double off_of(const held_out *h)
{
    double sum = 0;
    for (size_t t = 0; t < h->targets; t++) {
        const double *scores = h->scores + t * h->count;
        double all = 0;
        for (size_t i = 0; i < h->count; i++)
            all += h->classes > 0 ? -bp_log_probability(1 - scores[i]) : scores[i] * scores[i];
        all /= (double)h->count;
        if (h->classes > 0)
            return all;
        sum += bp_log(all) / 2;
    }
    return bp_exp(sum / (double)h->targets);
}

static bp_status find(held_out *h, bp_fitting *one, bp_error *error)
{
    bp_calibration found = {.rows = h->count, .temperature = 1, .coverage = COVERAGE};
    found.threshold = (double)NAN;
    bp_status status = BP_OK;
    if (h->classes > 0)
        found.temperature = temper(h);
    one->off = off_of(h); /* before a quantile sorts them */
    for (size_t t = 0; t < h->targets && status == BP_OK; t++)
        status =
            bp_quantile_of(&h->quantiles[t], h->scores + t * h->count, h->count, COVERAGE, error);
    found.quantiles = h->quantiles;
    return status == BP_OK ? bp_model_set_calibration(one->model, &found, error) : status;
}

bp_status bp_fitting_calibrate(bp_fitting *one, bp_plan *plan, size_t first, bp_error *error)
{
    const bp_preparation *preparation = bp_model_preparation(one->model);
    held_out h = {.memory = bp_config_allocator(one->config),
                  .finite = true,
                  .classes = bp_preparation_class_count(preparation),
                  .width = bp_net_output_count(bp_model_net(one->model))};
    h.targets = h.classes > 0 ? 1 : h.width;
    for (size_t m = 0; m < one->member_count; m++)
        h.count += one->members[m].valid.inputs.rows;
    if (h.count < bp_quantile_rows(COVERAGE))
        return BP_OK;
    bp_status status = take_room(&h, error);
    if (status == BP_OK)
        look(&h, one, plan, first);
    one->not_finite = !h.finite;
    if (status == BP_OK && h.finite)
        status = find(&h, one, error);
    release_room(&h);
    return status;
}
