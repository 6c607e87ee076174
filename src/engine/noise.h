/* noise.h: dropout, noise of inputs and distortions of images, made by a plan for its engine:
 * equations (35) to (35d). */
#ifndef ENGINE_NOISE_H
#define ENGINE_NOISE_H

#include <backprop/engine.h>

typedef struct bp_noise_maker bp_noise_maker;

/* NULL in *maker where the options ask for none of them. */
bp_status bp_noise_maker_new(bp_noise_maker **maker, const bp_net *net,
                             const bp_plan_options *options, bp_error *error);
void bp_noise_maker_free(bp_noise_maker *maker);

/* Rows that are made at a time, a multiple of the batch. */
size_t bp_noise_rows(const bp_noise_maker *maker);

/* Rows `start` to start + count of a member's run as a run of its own, with changed
 * inputs and masks for the hidden layers; valid until the member's next. */
void bp_noise_make(bp_noise_maker *maker, size_t member, const bp_run *run, size_t start,
                   size_t count, bp_run *made);

#endif
