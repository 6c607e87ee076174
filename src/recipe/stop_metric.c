/* stop_metric.c: a metric of the validation rows, as the trainer asks for it. */
#include "recipe/stop_metric.h"

#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "predict/probabilities.h"

static size_t rows_of(const bp_stop_judge *judge)
{
    return judge->samples->inputs.rows;
}

static size_t width_of(const bp_stop_judge *judge)
{
    return bp_preparation_output_count(judge->preparation);
}

/* At least 1, so that there is something to allocate. */
static size_t class_count(const bp_stop_judge *judge)
{
    size_t classes = bp_preparation_class_count(judge->preparation);
    return classes > 0 ? classes : 1;
}

void bp_stop_judge_close(bp_stop_judge *judge)
{
    bp_allocator memory = judge->allocator;
    if (judge->samples == NULL)
        return;
    bp_release(&memory, judge->outputs, rows_of(judge), width_of(judge) * sizeof(double));
    bp_release(&memory, judge->actual, rows_of(judge), width_of(judge) * sizeof(double));
    bp_release(&memory, judge->predicted, rows_of(judge), sizeof(double));
    bp_release(&memory, judge->classes, rows_of(judge), sizeof(uint32_t));
    bp_release(&memory, judge->probabilities, rows_of(judge), class_count(judge) * sizeof(double));
    bp_release(&memory, judge->room, bp_answers_room(rows_of(judge), class_count(judge)),
               sizeof(double));
}

/* The targets of regression in their own units, a column each. */
static void keep_actual(bp_stop_judge *judge)
{
    size_t width = width_of(judge), rows = rows_of(judge);
    for (size_t i = 0; i < rows && judge->samples->classes == NULL; i++) {
        for (size_t k = 0; k < width; k++)
            judge->outputs[k] = bp_matrix_at(&judge->samples->targets, i, k);
        bp_preparation_restore(judge->preparation, judge->outputs);
        for (size_t k = 0; k < width; k++)
            judge->actual[k * rows + i] = judge->outputs[k];
    }
}

bp_status bp_stop_judge_open(bp_stop_judge *judge, const bp_metric *metric,
                             const bp_preparation *preparation, const bp_samples *samples,
                             const bp_allocator *allocator, bp_error *error)
{
    bp_allocator memory = bp_allocator_or_default(allocator);
    *judge = (bp_stop_judge){
        .allocator = memory, .metric = metric, .preparation = preparation, .samples = samples};
    if (metric->classification != (bp_preparation_class_count(preparation) > 0))
        return bp_fail(error, BP_E_OPTION, "--stop-on %s is for %s", metric->name,
                       metric->classification ? "classes, and this is a regression"
                                              : "regression, and these are classes");
    judge->outputs = bp_allocate(&memory, rows_of(judge), width_of(judge) * sizeof(double), error);
    judge->actual = bp_allocate(&memory, rows_of(judge), width_of(judge) * sizeof(double), error);
    judge->predicted = bp_allocate(&memory, rows_of(judge), sizeof(double), error);
    judge->classes = bp_allocate(&memory, rows_of(judge), sizeof(uint32_t), error);
    judge->probabilities =
        bp_allocate(&memory, rows_of(judge), class_count(judge) * sizeof(double), error);
    judge->room = bp_allocate(&memory, bp_answers_room(rows_of(judge), class_count(judge)),
                              sizeof(double), error);
    if (judge->outputs != NULL && judge->actual != NULL && judge->predicted != NULL
        && judge->classes != NULL && judge->probabilities != NULL && judge->room != NULL) {
        keep_actual(judge);
        return BP_OK;
    }
    bp_stop_judge_close(judge);
    *judge = (bp_stop_judge){.samples = NULL};
    return BP_E_MEMORY;
}

static double judge_classes(const bp_stop_judge *judge)
{
    size_t width = width_of(judge);
    size_t classes = class_count(judge);
    for (size_t i = 0; i < rows_of(judge); i++) {
        judge->classes[i] = bp_class_of(judge->outputs + i * width, width);
        bp_probabilities_of(judge->outputs + i * width, width, judge->probabilities + i * classes,
                            classes);
    }
    const bp_answers answers = {.count = rows_of(judge),
                                .classes = classes,
                                .actual_classes = judge->samples->classes,
                                .predicted_classes = judge->classes,
                                .probabilities = judge->probabilities,
                                .room = judge->room};
    return judge->metric->compute(&answers);
}

/* The mean over targets, each in its own units. */
static double judge_numbers(const bp_stop_judge *judge)
{
    size_t width = width_of(judge), rows = rows_of(judge);
    double sum = 0;
    for (size_t i = 0; i < rows; i++)
        bp_preparation_restore(judge->preparation, judge->outputs + i * width);
    for (size_t k = 0; k < width; k++) {
        for (size_t i = 0; i < rows; i++)
            judge->predicted[i] = judge->outputs[i * width + k];
        const bp_answers answers = {.count = rows,
                                    .actual = judge->actual + k * rows,
                                    .predicted = judge->predicted,
                                    .room = judge->room};
        sum += judge->metric->compute(&answers);
    }
    return sum / (double)width;
}

double bp_stop_judge_member(void *context, bp_plan *plan, size_t member)
{
    const bp_stop_judge *judge = (const bp_stop_judge *)context + member;
    bp_matrix_out into = bp_matrix_out_f64(judge->outputs, rows_of(judge), width_of(judge));
    bp_plan_forward(plan, member, &judge->samples->inputs, NULL, rows_of(judge), &into);
    double value = judge->samples->classes != NULL ? judge_classes(judge) : judge_numbers(judge);
    return judge->metric->higher_is_better ? -value : value;
}
