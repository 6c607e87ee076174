/* way_case.h: what every way of computing of the fast engine must hold to. Each function
 * fails the test where the way does not. */
#ifndef SUPPORT_WAY_CASE_H
#define SUPPORT_WAY_CASE_H

#include "base/cpu.h"
#include "engine/fast/way.h"
#include "support/network_case.h"

/* The outputs and losses that every way is tested with. */
typedef struct network_ending {
    bp_activation output;
    bp_loss loss;
} network_ending;

#define NETWORK_ENDINGS 6
extern const network_ending network_endings[NETWORK_ENDINGS];

bp_plan_options way_options(bp_type type, bp_rule_kind kind, size_t members, size_t batch);
void *way_open(const bp_way *way, const bp_net *net, const bp_plan_options *options, bp_isa isa);

/* On the workers of a pool. */
void *way_open_on(const bp_way *way, const bp_net *net, const bp_plan_options *options, bp_isa isa,
                  bp_pool *pool);

/* A NaN is a NaN, whatever its bits: makes all of them one. */
void way_tidy(void *numbers, size_t count, bp_type type);

/* The same over every activation in hidden layers, and over every loss with outputs and
 * settings that it may have. */
void way_agrees_on_functions(const bp_way *way, size_t members, size_t batch);

/* The same over every rule, alone and with what may stand beside it. */
void way_agrees_on_rules(const bp_way *way, size_t members, size_t batch);

/* Weights after a step, gradient and outputs of the last of `members` against the textbook
 * engine: to 1e-12 in float64, 1e-5 times depth in float32. */
void way_agrees(const bp_way *way, const network_shape *shape, bp_type type, bp_rule_kind kind,
                size_t members, size_t batch, bp_reduction reduction);

/* A step in batches is gradient and apply, bit for bit, and moves no other member. */
void way_steps_by_gradient(const bp_way *way, const network_shape *shape, bp_type type,
                           size_t members, size_t batch);

/* Opening fails cleanly at every allocation; a step and a forward pass make none. */
void way_allocates_in_open_alone(const bp_way *way, size_t members, size_t batch);

#endif
