/* row_weights.h: how much each row counts in training. */
#ifndef RECIPE_ROW_WEIGHTS_H
#define RECIPE_ROW_WEIGHTS_H

#include <backprop/recipe.h>

/* The weights of rows[count] of a table, whose samples these are, by the options weight and
 * class-weights; their mean is 1. *weights is NULL where all rows count alike; else it is the
 * caller's, released with bp_row_weights_free. A missing, negative or infinite weight is
 * BP_E_DATA with its place. */
bp_status bp_row_weights(double **weights, const bp_table *table, const size_t *rows, size_t count,
                         const bp_samples *samples, size_t classes, const bp_config *config,
                         bp_error *error);
void bp_row_weights_free(double *weights, size_t count, const bp_config *config);

#endif
