/* scores.h: a model's answers beside the truth that a table has. */
#ifndef CLI_SCORES_H
#define CLI_SCORES_H

#include "output.h"

#include <backprop.h>

struct score {
    const bp_metric *metric;
    const char *target; /* whose; borrowed from the model */
    double value;
};

struct scores {
    struct score *items;
    size_t count;
};

/* The first metrics of the model's task, for each target, over all rows of the table that
 * `predictions` answers. The table must have the targets; on failure there is
 * nothing to free. */
bp_status scores_make(struct scores *scores, const bp_model *model, bp_table *table,
                      const bp_predictions *predictions, bp_error *error);
void scores_free(struct scores *scores);

/* "accuracy 97.143 %" or "rmse 0.51, mae 0.4, r2 0.9", with the target's name where the
 * model has several. */
void scores_print(struct output *out, const struct scores *scores);

/* The key "scores" and its list of {"target", "metric", "value"}. */
void scores_write(bp_json *json, const struct scores *scores);

#endif
