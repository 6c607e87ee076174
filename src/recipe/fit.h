/* fit.h: fitting with the tutorial's stream of random numbers carried on. */
#ifndef RECIPE_FIT_H
#define RECIPE_FIT_H

#include "base/random.h"

#include <backprop/recipe.h>

/* bp_fit_table; `mersenne` (NULL: from the seed) goes on where it stands. `description`
 * (NULL allowed, 128 bytes) gets the plan's. */
bp_status bp_fit_from(bp_model **model, bp_table *table, const size_t *rows, size_t count,
                      const bp_config *config, bp_mersenne *mersenne, char *description,
                      const bp_observer *observer, bp_error *error);

/* The preparation that the options ask for. */
bp_status bp_config_preparation(bp_preparation **preparation, bp_table *table,
                                const bp_config *config, bp_error *error);

#endif
