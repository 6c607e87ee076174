/* settings.h: what a recipe says of an option. */
#ifndef RECIPE_SETTINGS_H
#define RECIPE_SETTINGS_H

#include <backprop/recipe.h>

typedef struct bp_setting {
    const char *option;
    const char *value;
    const char *task;   /* for classification or regression alone; NULL: for both */
    const char *unless; /* an option that makes this void where the caller has set it, or NULL */
} bp_setting;

/* The settings of a recipe, which there is, one after another, then those of the recipe that it
 * is based on; NULL behind the last. The first of an option is the one that counts. */
const bp_setting *bp_recipe_settings(const char *name);
const bp_setting *bp_setting_next(const bp_setting *one);

#endif
