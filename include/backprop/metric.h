/* metric.h: how good answers are. Equations (21) and (23) of docs/equations.md. */
#ifndef BACKPROP_METRIC_H
#define BACKPROP_METRIC_H

#include <backprop/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a metric looks at: `count` answers beside the truth, as classes or as numbers. */
typedef struct bp_answers {
    size_t count;
    const uint32_t *actual_classes, *predicted_classes; /* classification */
    const double *actual, *predicted;                   /* regression */
} bp_answers;

typedef struct bp_metric {
    const char *name; /* "accuracy" */
    const char *help;
    bool classification; /* else of regression */
    bool higher_is_better;
    double (*compute)(const bp_answers *answers); /* NaN for no answers */
} bp_metric;

/* The metrics by index, NULL past the last: accuracy; rmse, mae, r2. */
BP_API const bp_metric *bp_metric_at(size_t index);
BP_API const bp_metric *bp_metric_find(const char *name);

#ifdef __cplusplus
}
#endif
#endif
