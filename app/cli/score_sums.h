/* score_sums.h: the scores of answers that come block by block. */
#ifndef CLI_SCORE_SUMS_H
#define CLI_SCORE_SUMS_H

#include "scores.h"

/* Of one target: what its scores are computed from. */
struct score_sum {
    double absolute, squared; /* of the errors */
    double mean, deviations;  /* of the truth; the squares of what it is off its mean */
};

struct score_sums {
    const bp_model *model;
    struct score_sum *targets; /* of regression */
    size_t rows, right;
};

/* score_sums_free also after a failure. */
bp_status score_sums_begin(struct score_sums *sums, const bp_model *model, bp_error *error);
void score_sums_free(struct score_sums *sums);

/* Adds the rows of a block, which has the targets, and the answers to them. */
bp_status score_sums_add(struct score_sums *sums, bp_table *block,
                         const bp_predictions *predictions, bp_error *error);

/* What scores_make makes of all rows at once, up to the rounding of sums. */
bp_status score_sums_end(const struct score_sums *sums, struct scores *scores, bp_error *error);

#endif
