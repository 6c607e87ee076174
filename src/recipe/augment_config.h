/* augment_config.h: how the options want images moved about while they are learned from. */
#ifndef RECIPE_AUGMENT_CONFIG_H
#define RECIPE_AUGMENT_CONFIG_H

#include <backprop/recipe.h>

/* Reads --augment and --image; images of 0x0 where nothing is to be moved. Where --image is auto,
 * the table tells the size of its images (NULL: it is left 0). */
bp_status bp_config_distortion(bp_distortion *distortion, const bp_config *config,
                               const bp_table *table, bp_error *error);

/* BP_E_OPTION where the inputs are not the pixels of images, all scaled alike. */
bp_status bp_config_check_images(const bp_config *config, const bp_table *table,
                                 const bp_preparation *preparation, bp_error *error);

#endif
