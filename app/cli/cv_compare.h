/* cv_compare.h: two recipes on the same folds, shown. */
#ifndef CLI_CV_COMPARE_H
#define CLI_CV_COMPARE_H

#include "output.h"

#include <backprop.h>

struct compared {
    const bp_validation *first, *second;
    const char *options;                    /* of the second, as they were given */
    const bp_config *config;                /* its options, those of the first among them */
    bp_comparison metrics[BP_METRIC_COUNT]; /* in the order of bp_validation_metric */
};

/* Compares by every metric. */
bp_status compared_make(struct compared *compared, bp_error *error);

/* A line a metric, and below them a sentence about the first one. */
void compared_print(struct output *out, const struct compared *compared);

/* The key "comparison" and its object. */
void compared_write(bp_json *json, const struct compared *compared);

#endif
