/* config.h: the values of a configuration as numbers and truths. */
#ifndef RECIPE_CONFIG_H
#define RECIPE_CONFIG_H

#include "recipe/settings.h"

/* The option's number; 0 where its value is a word ("auto", "all"). */
double bp_config_number(const bp_config *config, const char *name);
size_t bp_config_size(const bp_config *config, const char *name);

bool bp_config_is(const bp_config *config, const char *name, const char *value);

/* What everything that is made by the options is made with. */
const bp_allocator *bp_config_allocator(const bp_config *config);
bp_status bp_config_copy(bp_config **copy, const bp_config *config, bp_error *error);

/* What the recipe (or what images ask for) says of an option for a task (NULL: whatever the task),
 * where the caller has not said what makes it void; NULL: nothing. */
const bp_setting *bp_config_setting(const bp_config *config, const char *name, const char *task);

/* Gives an option the value that it comes to for one table; its origin stays the caller's where
 * he has set it, else it is the recipe. */
bp_status bp_config_choose(bp_config *config, const char *name, const char *value, bp_error *error);

/* Whether it has been given one. */
bool bp_config_is_chosen(const bp_config *config, const char *name);

#endif
