/* training_config.h: how the options want a network trained. */
#ifndef RECIPE_TRAINING_CONFIG_H
#define RECIPE_TRAINING_CONFIG_H

#include "recipe/piece_members.h"

/* The type that a model is computed in. */
bp_type bp_config_type(const bp_config *config);

/* The learning rate, `auto` resolved. */
double bp_config_rate(const bp_config *config, bool classes);

/* Makes a plan of `members` networks for rows of the table; `rows` is the most that one learns
 * from: a batch of all. */
bp_status bp_config_plan(bp_plan **plan, const bp_net *net, const bp_config *config,
                         const bp_table *table, size_t members, size_t rows,
                         const bp_piece_members *piece_members, bp_error *error);

/* The trainer's options, but what judges, the note and the target of a metric. */
void bp_config_trainer(bp_trainer_options *options, const bp_config *config, size_t rows);

/* Whether rows are held out to judge by. */
bool bp_config_validates(const bp_config *config);

#endif
