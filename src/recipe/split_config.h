/* split_config.h: the split that the options ask for. */
#ifndef RECIPE_SPLIT_CONFIG_H
#define RECIPE_SPLIT_CONFIG_H

#include "base/random.h"

#include <backprop/recipe.h>

/* Deals all rows of the table; `preparation` is the options' own. `mersenne` is what the
 * tutorial's folds are drawn from, NULL for the seed's. Options that contradict one another
 * or the table are BP_E_OPTION. The message of `note` is what should be known beside the
 * split, or empty. */
bp_status bp_config_split(bp_split **split, const bp_table *table,
                          const bp_preparation *preparation, const bp_config *config,
                          bp_mersenne *mersenne, bp_error *note, bp_error *error);

/* Whether another seed deals the rows alike: by time, by groups in folds, as a column says, row by
 * row. */
bool bp_config_split_is_fixed(const bp_config *config);

/* The columns that are no inputs, for bp_preparation_options: those dropped, and those that
 * the rows are split by. */
bp_status bp_config_drop(char **drop, const bp_table *table, const bp_config *config,
                         bp_error *error);
void bp_config_drop_free(char *drop, const bp_config *config);

#endif
