/* layout.h: where the numbers of a network stand in a way's blocks, and what every way does
 * with a block by them: copies in and out, and what belongs to whole units. All of it in
 * plain C, number by number in the order of net.h: none of it depends on the layout. */
#ifndef FAST_LAYOUT_H
#define FAST_LAYOUT_H

#include <backprop/engine.h>

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

/* Makes the second copy of a way's block from the first. */
void bp_layout_twice(const bp_layout *layout, void *block);

/* Puts one number at every weight of a layer, both copies, and another at its biases. */
void bp_layout_fill(const bp_layout *layout, size_t layer, void *block, double weight, double bias);

/* The square root of the sum of squares of a block, in float64: a sum for each unit, its
 * inputs ascending and the bias last, by fused multiply-adds; then the units in order. */
double bp_layout_norm(const bp_layout *layout, const void *block);

/* Multiplies the weights of every unit whose norm (as above, without the bias) is above
 * `most` by most / norm, rounded to the type. */
void bp_layout_limit(const bp_layout *layout, void *block, double most);

#endif
