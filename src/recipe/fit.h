/* fit.h: fitting with the tutorial's stream of random numbers carried on. */
#ifndef RECIPE_FIT_H
#define RECIPE_FIT_H

#include "base/random.h"

#include <backprop/recipe.h>

/* Rows of a table to learn from; NULL rows: the first `count`. */
typedef struct bp_fit_set {
    const size_t *rows;
    size_t count;
} bp_fit_set;

/* Fits one model to each set of rows, as bp_fit_table would one by one, but trained as a
 * group where all have one shape; of each the best of those that --try asks for. `mersenne` (NULL:
 * from the seed) goes on where it stands, set by set. `description` (NULL allowed, 128 bytes) gets
 * the plan's. On failure all of models[count] are NULL. */
bp_status bp_fit_sets(bp_model **models, const bp_fit_set *sets, size_t count, bp_table *table,
                      const bp_config *config, bp_mersenne *mersenne, char *description,
                      const bp_observer *observer, bp_error *error);

/* What the options come to for fits to these rows, once they have proved to go together. */
bp_status bp_fit_settle(bp_config **settled, const bp_fit_set *sets, size_t count, bp_table *table,
                        const bp_config *config, bp_error *error);

/* The same without trials, of a config that is settled. `off` (NULL allowed, [count]) tells how far
 * a model's answers to the rows that its members held out are off: the mean of -log of the true
 * class's probability, or the mean error (the root of its square) over targets, geometric; NaN
 * where it is not calibrated by them. */
bp_status bp_fit_once(bp_model **models, double *off, const bp_fit_set *sets, size_t count,
                      bp_table *table, const bp_config *config, bp_mersenne *mersenne,
                      char *description, const bp_observer *observer, bp_error *error);

#endif
