/* network_config.h: the network that the options ask for, and its first weights. */
#ifndef RECIPE_NETWORK_CONFIG_H
#define RECIPE_NETWORK_CONFIG_H

#include "base/random.h"

#include <backprop/recipe.h>

/* A network for prepared rows: hidden layers, output layer and loss. */
bp_status bp_config_net(bp_net **net, const bp_config *config, const bp_preparation *preparation,
                        bp_error *error);

/* The first weights of a model's member 0; `mersenne` (NULL: from the seed) goes on where it
 * stands, where the options draw from it. */
bp_status bp_config_initialize(bp_model *model, const bp_config *config, bp_mersenne *mersenne,
                               bp_error *error);

#endif
