/* stop_metric.h: judging a network by a metric of its held-out rows while it trains. */
#ifndef RECIPE_STOP_METRIC_H
#define RECIPE_STOP_METRIC_H

#include <backprop/metric.h>
#include <backprop/recipe.h>

/* What one member is judged by: its validation rows, and room for its answers. */
typedef struct bp_stop_judge {
    bp_allocator allocator;
    const bp_metric *metric;
    const bp_preparation *preparation;
    const bp_samples *samples;
    double *outputs;              /* [rows][width] */
    double *actual;               /* [width][rows], of regression, in its own units */
    double *predicted;            /* [rows], likewise */
    uint32_t *classes;            /* [rows], of classification */
    double *probabilities, *room; /* of bp_answers */
} bp_stop_judge;

/* Room for judging `samples`, which stay the caller's. BP_E_OPTION where the metric is of the
 * other task. */
bp_status bp_stop_judge_open(bp_stop_judge *judge, const bp_metric *metric,
                             const bp_preparation *preparation, const bp_samples *samples,
                             const bp_allocator *allocator, bp_error *error);
void bp_stop_judge_close(bp_stop_judge *judge);

/* For bp_trainer_options: `context` is an array of judges, one for each member. What is
 * better when higher comes with its sign turned. */
double bp_stop_judge_member(void *context, bp_plan *plan, size_t member);

#endif
