/* layout.h: where the numbers of a network stand in a way's blocks, and what every way does
 * with a block by them: copies in and out, and what belongs to whole units. All of it in
 * plain C, number by number in the order of net.h: none of it depends on the layout. */
#ifndef FAST_LAYOUT_H
#define FAST_LAYOUT_H

#include "engine/fast/arithmetic.h"

/* A layer's weights stand in panels of units and of inputs; that of unit j and input i at
 *   weights + j / unit_panel * per_unit_panel + j % unit_panel * per_unit
 *           + i / input_panel * per_input_panel + i % input_panel * per_input. */
typedef struct bp_layout_layer {
    size_t inputs, outputs;
    size_t source_weights, source_biases; /* in a block of net.h */
    size_t weights, unit_panel, per_unit_panel, per_unit;
    size_t input_panel, per_input_panel, per_input;
    size_t biases, per_bias;
    bool twice; /* a second copy at second + j * second_unit + i */
    size_t second, second_unit;
} bp_layout_layer;

typedef struct bp_layout {
    size_t layer_count;
    bp_layout_layer *layers;
    bp_type type;
} bp_layout;

/* A block of net.h into a way's, both copies, and back. */
void bp_layout_pack(const bp_layout *layout, void *block, const void *parameters);
void bp_layout_unpack(const bp_layout *layout, const void *block, void *parameters);

/* Exchanges the weights of a way's block for those of a block of net.h. */
void bp_layout_swap(const bp_layout *layout, void *block, void *parameters);

/* What bp_plan_get_state and bp_plan_set_state copy: `first` and `second` are the way's
 * blocks, NULL where the rule has none. */
void bp_layout_get_state(const bp_layout *layout, const void *first, const void *second,
                         const bp_rule_clock *clock, bp_plan_state *kept);
void bp_layout_set_state(const bp_layout *layout, void *first, void *second, bp_rule_clock *clock,
                         const bp_plan_state *kept);

/* Fills the arrays `shares` and `weighs` of a way, from a lane's first number on, by the
 * rates of the layers (NULL: all 1). */
void bp_layout_describe(const bp_layout *layout, void *shares, void *weighs, const bp_rule *rule);

/* Makes the second copy of a way's block from the first. */
void bp_layout_twice(const bp_layout *layout, void *block);

/* The square root of the sum of squares of a block, in float64: a sum for each unit, its
 * inputs ascending and the bias last, by fused multiply-adds; then the units in order. */
double bp_layout_norm(const bp_layout *layout, const void *block);

/* Multiplies the weights of every unit whose norm (as above, without the bias) is above
 * `most` by most / norm, rounded to the type. */
void bp_layout_limit(const bp_layout *layout, void *block, double most);

#endif
