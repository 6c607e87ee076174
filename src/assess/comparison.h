/* comparison.h: the corrected resampled t-test (50) of scores, wherever they are from. */
#ifndef ASSESS_COMPARISON_H
#define ASSESS_COMPARISON_H

#include <backprop/assess.h>

/* Scores of two by fold, [folds] each, of which there are at least 2; the share is that of
 * bp_split_held_out_share. */
void bp_compare_scores(bp_comparison *comparison, const double *first, const double *second,
                       size_t folds, double held_out_share, double level);

/* Rows held out for each one learned from, over all folds. */
double bp_split_held_out_share(const bp_split *split);

/* The scores of a metric, [folds]; borrowed. */
const double *bp_validation_scores(const bp_validation *validation, size_t metric);

#endif
