/* lanes_kernels.h: what the kernels of the way `lanes` compute on: a pack of networks of
 * one shape, one in each lane. Every number of a network is a vector here, so that a
 * pack goes through a row (each network its own) as one network would, without any
 * horizontal operation. Networks that rest are masked: their numbers stay as they are. */
#ifndef FAST_LANES_KERNELS_H
#define FAST_LANES_KERNELS_H

#include "base/cpu.h"
#include "engine/fast/arithmetic.h"

#define LANES_MAX 16 /* of any instruction set */

/* Places count numbers of one network; a pack has a vector at each. */
typedef struct lanes_layer {
    size_t inputs, outputs;
    bp_activation activation;
    size_t weights;  /* [outputs][inputs], as in net.h */
    size_t biases;   /* [outputs] */
    size_t units;    /* the layer's place in arrays over units */
    bool keeps_sums; /* the last one, and those whose slope is told from the sum */
    double keep; /* 1 - the share of its outputs that are dropped; their masks stand at `units` */
} lanes_layer;

typedef struct lanes_shape {
    size_t layer_count;
    lanes_layer *layers;
    bp_objective objective;
    size_t parameters, units, inputs, outputs;
} lanes_shape;

/* The networks of a pack; arrays of `parameters` vectors, those of the rule may be NULL. */
typedef struct lanes_pack {
    void *weights, *first, *second;
} lanes_pack;

/* Shared by the packs of a plan. */
typedef struct lanes_scratch {
    void *masks[2];     /* [units] vectors each; NULL without dropout */
    void *inputs[2];    /* [inputs] vectors each */
    void *outputs;      /* [units] vectors */
    void *deltas;       /* [units] vectors: dLoss/dsum */
    void *amounts;      /* [units] vectors: -rate * delta, or the delta itself */
    void *sums;         /* [units] vectors before their activation, of layers that keep them */
    void *expected[2];  /* [outputs] vectors each */
    void *gradient;     /* [parameters] vectors */
    const void *shares; /* [parameters] vectors: what a layer's rate is multiplied by; NULL under
                         * plain rules */
    const void *weighs; /* likewise: 1 for weights, 0 for biases */
} lanes_scratch;

/* One lane's rows, of the plan's type; strides in numbers. */
typedef struct lanes_rows {
    const void *inputs;
    size_t input_stride;
    const uint32_t *classes; /* or NULL */
    const void *targets;
    size_t target_stride;
    const double *weights; /* or NULL */
    const size_t *rows;    /* or NULL: in order */
    const void *masks;     /* [rows in this order][hidden units], or NULL */
} lanes_rows;

/* What a call works on: rows first to end of the lanes of `active`. */
typedef struct lanes_work {
    const lanes_rows *rows; /* [lanes] */
    size_t first, end;
    bool active[LANES_MAX];
    bool masked;              /* some lane is not active */
    double losses[LANES_MAX]; /* added to */
} lanes_work;

/* A lane each. */
typedef struct lanes_factors {
    bp_rule_factors lane[LANES_MAX];
} lanes_factors;

typedef struct lanes_kernels {
    size_t lanes;

    /* Batch size 1: each row changes the weights. */
    void (*learn)(const lanes_shape *shape, const lanes_pack *pack, const lanes_scratch *scratch,
                  lanes_work *work, bp_rule_kind kind, const lanes_factors *factors);

    /* Adds the rows' gradients to scratch->gradient. */
    void (*gradient)(const lanes_shape *shape, const lanes_pack *pack, const lanes_scratch *scratch,
                     lanes_work *work);

    /* Apply scratch->gradient to the active lanes: by a plain rule; by any, with what stands
     * beside it. */
    void (*spend)(const lanes_shape *shape, const lanes_pack *pack, const lanes_scratch *scratch,
                  const lanes_work *work, bp_rule_kind kind, const lanes_factors *factors);
    void (*apply)(const lanes_shape *shape, const lanes_pack *pack, const lanes_scratch *scratch,
                  const lanes_work *work, bp_rule_kind kind, const lanes_factors *factors);

    /* Outputs of the network in one lane for `count` rows, at most `lanes`: rows are the
     * lanes here. The last layer's outputs come in scratch->outputs. */
    void (*forward)(const lanes_shape *shape, const lanes_pack *pack, size_t lane,
                    const lanes_scratch *scratch, const void *const *rows, size_t count);
} lanes_kernels;

extern const lanes_kernels bp_lanes_scalar_f32, bp_lanes_scalar_f64;
extern const lanes_kernels bp_lanes_avx2_f32, bp_lanes_avx2_f64;
extern const lanes_kernels bp_lanes_avx512_f32, bp_lanes_avx512_f64;
extern const lanes_kernels bp_lanes_neon_f32, bp_lanes_neon_f64;

#endif
