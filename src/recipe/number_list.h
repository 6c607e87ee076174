/* number_list.h: options that are a number for each layer. */
#ifndef RECIPE_NUMBER_LIST_H
#define RECIPE_NUMBER_LIST_H

#include <backprop/recipe.h>

/* Fills numbers[count] from "X" (for all) or "X,Y,..." (one each); BP_E_OPTION where it is
 * neither. */
bp_status bp_config_numbers(const bp_config *config, const char *option, size_t count,
                            double *numbers, bp_error *error);

#endif
