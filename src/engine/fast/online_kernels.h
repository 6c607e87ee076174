/* online_kernels.h: what the kernels of the way `online` compute on: one network, one row
 * at a time. Neuron = lane: a layer's weights stand as one vector (or several) for each
 * input, lanes = the layer's neurons, so that its sums need no horizontal addition. Every
 * layer but the first has a second, transposed copy, lanes = the layer's inputs, in which
 * the errors of the layer before add up the same way; it is changed by the same products
 * and so stays equal to the bit. Numbers in padding lanes are never read across lanes. */
#ifndef FAST_ONLINE_KERNELS_H
#define FAST_ONLINE_KERNELS_H

#include "base/cpu.h"
#include "engine/fast/arithmetic.h"

#define ONLINE_UNITS 16 /* arrays of a layer's units are padded to the virtual lanes */

/* Places are in numbers of the plan's type from the start of a member's block or of an
 * array over units. */
typedef struct online_layer {
    size_t inputs, outputs;
    size_t width;       /* outputs, padded to whole vectors */
    size_t input_width; /* inputs, padded to whole vectors */
    bp_activation activation;
    size_t weights;    /* [inputs][width] */
    size_t biases;     /* [width] */
    size_t transposed; /* [outputs][input_width]; of the first layer nothing */
    size_t units;      /* the layer's place in arrays over units */
    bool keeps_sums;   /* the last one, and those whose slope is told from the sum */
    size_t masks;      /* the layer's place in a row of masks */
    double keep;       /* 1 - the share of its outputs that are dropped */
} online_layer;

typedef struct online_shape {
    size_t layer_count;
    online_layer *layers;
    bp_objective objective;
    size_t block; /* numbers in a member's weights, both copies, padding included */
    size_t units; /* numbers in an array over units, padding included */
    size_t last;  /* numbers in an array over the last layer's units, likewise */
} online_shape;

/* One network: three arrays of `block` numbers, those of the rule NULL where it has none. */
typedef struct online_member {
    void *weights, *first, *second;
    bp_rule_clock clock;
} online_member;

/* What a row's passage needs, shared by the members. */
typedef struct online_scratch {
    void *outputs;  /* [units] */
    void *deltas;   /* [units] dLoss/dsum */
    void *amounts;  /* [units] what enters the update: -rate * delta, or the delta itself */
    void *sums;     /* [units] before their activation, of layers that keep them */
    void *expected; /* [last], zeros in the padding */
    void *terms;    /* [last] */
    void *used;     /* [last] 1 for units, 0 for padding */
    void *row;      /* [inputs] one row, converted */
    void *gradient; /* [block] */
    void *shares;   /* [block] what a layer's rate is multiplied by; NULL under plain rules */
    void *weighs;   /* [block] 1 for weights, 0 for biases; likewise */
} online_scratch;

/* Rows to learn from, of the plan's type; strides in numbers. */
typedef struct online_rows {
    const void *inputs;
    size_t input_stride;
    const uint32_t *classes; /* or NULL */
    const void *targets;
    size_t target_stride;
    const double *weights; /* or NULL */
    const size_t *rows;    /* or NULL: in order */
    size_t count;
    const void *masks; /* [count][mask_stride] of hidden outputs, or NULL */
    size_t mask_stride;
} online_rows;

typedef struct online_kernels {
    size_t lanes;

    /* Learns row by row by a plain rule; returns the rows' losses. */
    double (*train)(const online_shape *shape, online_member *member, const online_scratch *scratch,
                    const online_rows *rows, const bp_rule *rule, bp_type type, double rate,
                    double momentum);

    /* Adds the rows' gradients to scratch->gradient in the layout of the weights (not in
     * the transposed places); returns the rows' losses. */
    double (*gradient)(const online_shape *shape, const online_member *member,
                       const online_scratch *scratch, const online_rows *rows);

    /* The rows' losses. */
    double (*evaluate)(const online_shape *shape, const online_member *member,
                       const online_scratch *scratch, const online_rows *rows);

    /* The last layer's outputs for one row, in scratch->outputs. */
    void (*forward)(const online_shape *shape, const online_member *member,
                    const online_scratch *scratch, const void *row);

    /* Applies scratch->gradient, transposed places included. */
    void (*apply)(const online_shape *shape, online_member *member, const online_scratch *scratch,
                  bp_rule_kind kind, const bp_rule_factors *factors);

    /* The same by any rule, with what stands beside it. */
    void (*spend)(const online_shape *shape, online_member *member, const online_scratch *scratch,
                  bp_rule_kind kind, const bp_rule_factors *factors);
} online_kernels;

extern const online_kernels bp_online_scalar_f32, bp_online_scalar_f64;
extern const online_kernels bp_online_avx2_f32, bp_online_avx2_f64;
extern const online_kernels bp_online_avx512_f32, bp_online_avx512_f64;
extern const online_kernels bp_online_neon_f32, bp_online_neon_f64;

#endif
