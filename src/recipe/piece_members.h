/* piece_members.h: which members of a model read pieces of numbers, and what the others read. */
#ifndef RECIPE_PIECE_MEMBERS_H
#define RECIPE_PIECE_MEMBERS_H

#include <backprop/recipe.h>

/* The first so many members read a subset of the inputs: all but pieces. */
typedef struct bp_piece_members {
    size_t without; /* 0: all members read all inputs */
    bp_subset subset;
    size_t *inputs, room; /* the subset's */
} bp_piece_members;

/* Of a preparation that is fitted, and a config that is settled and outlives it. */
bp_status bp_piece_members_open(bp_piece_members *members, const bp_config *config,
                                const bp_preparation *preparation, bp_error *error);
void bp_piece_members_close(bp_piece_members *members, const bp_config *config);

/* Leaves of samples what the first members read, in *numbers, which bp_piece_members_release
 * frees. */
bp_status bp_piece_members_leave(const bp_piece_members *members, bp_samples *samples,
                                 void **numbers, const bp_config *config, bp_error *error);
void bp_piece_members_release(const bp_samples *samples, void *numbers, const bp_config *config);

#endif
