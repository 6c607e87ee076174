/* trials.h: --try: options of which held-out rows choose the value. */
#ifndef RECIPE_TRIALS_H
#define RECIPE_TRIALS_H

#include <backprop/recipe.h>

#define BP_TRIED_OPTIONS 8
#define BP_TRIED_VALUES 8
#define BP_TRIED_SIZE 32 /* bytes of a name or a value */

/* An option and its values, the first of which is tried first. */
typedef struct bp_tried {
    char name[BP_TRIED_SIZE];
    char values[BP_TRIED_VALUES][BP_TRIED_SIZE];
    size_t count;
} bp_tried;

/* What a config lets held-out rows choose, tried[BP_TRIED_OPTIONS], and how many; options that the
 * caller has set himself are not among them where it is the recipe that asks. BP_E_OPTION where it
 * cannot be. */
bp_status bp_config_tried(bp_tried *tried, size_t *count, const bp_config *config, bp_error *error);

#endif
