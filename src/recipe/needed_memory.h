/* needed_memory.h: whether memory is enough for a training, told before it begins. */
#ifndef RECIPE_NEEDED_MEMORY_H
#define RECIPE_NEEDED_MEMORY_H

#include <backprop/recipe.h>

/* BP_E_MEMORY where `models` of `rows` rows each, fitted at once by a settled config and a fitted
 * preparation, are sure to take more than --memory-limit. The table itself is not counted. */
bp_status bp_config_check_memory(const bp_config *config, const bp_preparation *preparation,
                                 size_t models, size_t rows, bp_error *error);

#endif
