/* cv_scores.h: the scores of a cross-validation, shown. */
#ifndef CLI_CV_SCORES_H
#define CLI_CV_SCORES_H

#include "output.h"

#include <backprop.h>

/* The mean of the folds' accuracies in percent. */
double cv_mean_percent(const bp_validation *validation, size_t metric, bool baseline);

/* Fold scores, mean and zero rule of every metric; accuracy in percent, and of classes alone
 * where it is to be brief. */
void cv_print_scores(struct output *out, const bp_validation *validation, bool brief);

/* A key and the list of the folds' accuracies in percent. */
void cv_write_percents(bp_json *json, const char *key, const bp_validation *validation,
                       size_t metric, bool baseline);

/* The key "metrics" and its object. */
void cv_write_metrics(bp_json *json, const bp_validation *validation);

#endif
