/* train.h: the loop: a plan, rows to learn from, epochs. */
#ifndef BACKPROP_TRAIN_H
#define BACKPROP_TRAIN_H

#include <backprop/engine.h>
#include <backprop/model.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bp_trainer bp_trainer;

typedef struct bp_trainer_options {
    size_t epochs;
    bool shuffle; /* a new order of the rows every epoch, a function of seed, member, epoch */
    uint64_t seed;
    const bp_allocator *allocator;
} bp_trainer_options;

/* 500 epochs, shuffled, seed 1. */
BP_API void bp_trainer_options_init(bp_trainer_options *options);

/* One member's rows and rate. The samples stay the caller's and must outlive the
 * trainer; so must the plan. */
typedef struct bp_trainer_member {
    const bp_samples *samples;
    const size_t *rows; /* copied; NULL: the first `count` */
    size_t count;
    double learning_rate;
    uint32_t number; /* which network this is to the random numbers: one alone is 0, and a
                      * member of a group gives the bits that it gives alone */
} bp_trainer_member;

/* `members` has one entry for each member of the plan. */
BP_API bp_status bp_trainer_new(bp_trainer **trainer, bp_plan *plan,
                                const bp_trainer_member *members, const bp_trainer_options *options,
                                bp_error *error);
BP_API void bp_trainer_free(bp_trainer *trainer);

/* One epoch of every member that has not diverged. Nothing is allocated. */
BP_API void bp_trainer_epoch(bp_trainer *trainer);

/* All epochs that are left, telling the observer after each. BP_E_STOPPED where it
 * stops; BP_E_DIVERGED, naming the epoch and a remedy, where a member's loss is no
 * longer finite (the others were trained to their end). */
BP_API bp_status bp_trainer_run(bp_trainer *trainer, const bp_observer *observer, bp_error *error);

BP_API size_t bp_trainer_epochs_done(const bp_trainer *trainer);

/* A member's mean loss of a row in the last epoch; NaN before the first. */
BP_API double bp_trainer_loss(const bp_trainer *trainer, size_t member);

#ifdef __cplusplus
}
#endif
#endif
