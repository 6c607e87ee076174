/* config.h: the values of a configuration as numbers and truths. */
#ifndef RECIPE_CONFIG_H
#define RECIPE_CONFIG_H

#include <backprop/recipe.h>

/* The option's number; 0 where its value is a word ("auto", "all"). */
double bp_config_number(const bp_config *config, const char *name);
size_t bp_config_size(const bp_config *config, const char *name);

bool bp_config_is(const bp_config *config, const char *name, const char *value);

/* What everything that is made by the options is made with. */
const bp_allocator *bp_config_allocator(const bp_config *config);

#endif
