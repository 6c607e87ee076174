/* batch_kernels.h: what the kernels of the way `batch` compute on: one network and a chunk
 * of rows, as products of matrices. All matrices stand in panels of a few vectors' width,
 *   [panels][lines][panel],
 * a line of a panel after the other: rows for inputs, outputs and deltas; a layer's inputs
 * for its weights. The product of two such matrices, or of one by the other's transpose,
 * is again one, so nothing is ever packed between layers, and a tile of a weight gradient
 * lies in one piece beside the weights that it changes. A last layer of few outputs is
 * `narrow`: its weights stand the other way round, in panels of its inputs, so that no
 * vector is mostly padding. Numbers in the padding are never read into others. */
#ifndef FAST_BATCH_KERNELS_H
#define FAST_BATCH_KERNELS_H

#include "base/cpu.h"
#include "engine/fast/arithmetic.h"

#define BATCH_NARROW 16 /* outputs up to which the last layer is narrow */
#define BATCH_SLENDER_UNITS 16
#define BATCH_SLENDER_INPUTS 64
#define BATCH_SLENDER_LAYERS 8

/* Places are in numbers of the plan's type. */
typedef struct batch_layer {
    size_t inputs, outputs;
    bp_activation activation;
    bool narrow;
    size_t lines;            /* of a panel of weights: inputs, padded; narrow: outputs, padded */
    size_t weights;          /* in a member's block: [panels][lines][panel] */
    size_t biases;           /* in a member's block: [panels of outputs][panel] */
    size_t transposed;       /* in the array `transposed`: [panels of inputs][transposed_lines]
                              * [panel]; neither the first layer nor a narrow one has it */
    size_t transposed_lines; /* outputs, padded */
    size_t units;            /* in arrays over units and rows: [panels of outputs][rows][panel] */
    size_t sums;             /* likewise in the array `sums`, of layers that keep them: those
                              * whose slope is told from the sum and a last one that is wide */
    bool keeps_sums;
    size_t masks;                  /* the layer's place in a row of masks */
    double keep;                   /* 1 - the share of its outputs that are dropped */
    double weight_rate, bias_rate; /* what the rates of the layer are multiplied by */
} batch_layer;

typedef struct batch_shape {
    size_t layer_count;
    batch_layer *layers;
    bp_objective objective;
    size_t rows;       /* lines of a panel of rows: the most rows of a chunk, padded */
    size_t block;      /* numbers in a member's weights, padding included */
    size_t units;      /* numbers in an array over units and rows */
    size_t sums;       /* numbers in the array of sums */
    size_t inputs;     /* numbers in the array of a chunk's inputs */
    size_t transposed; /* numbers in the array of transposed weights */
    size_t last;       /* outputs, padded to the virtual lanes */
    size_t desk;       /* numbers that a worker needs for itself */
    size_t scaled;     /* numbers of the first layer in a block, where scales of its inputs are
                        * learned; else 0 */
    bool slender;      /* a few units wide: rows fill lanes better than units do */
} batch_shape;

typedef struct batch_scratch {
    void *inputs;     /* [inputs] */
    void *outputs;    /* [units] */
    void *deltas;     /* [units] dLoss/dsum */
    void *sums;       /* [sums] before their activation */
    void *transposed; /* [transposed] */
    void *gradient;   /* [block] */
    void *shares;     /* [block] what a layer's rate is multiplied by; NULL under plain rules */
    void *weighs;     /* [block] 1 for weights, 0 for biases; likewise */
    void *losses;     /* [rows] */
    void *used;       /* [last] 1 for units, 0 for padding */
    void *desks;      /* [workers of a pass][desk] */
} batch_scratch;

/* One network: three arrays of `block` numbers, those of the rule NULL where it has none. Where
 * scales are learned, the rule's numbers of the first layer are of `source`. */
typedef struct batch_member {
    void *weights, *first, *second;
    void *source; /* [scaled] the first layer before its inputs' scales; NULL: none are learned */
    void *scales; /* [3][inputs] and the rule's numbers of each */
    bp_rule_clock clock;
} batch_member;

/* The rows of a chunk, of the plan's type; strides in numbers. */
typedef struct batch_rows {
    const void *inputs;
    size_t input_stride;
    const uint32_t *classes; /* or NULL */
    const void *targets;
    size_t target_stride;
    const double *weights; /* or NULL */
    const size_t *rows;    /* or NULL: from `first` on, in order */
    size_t first;
    size_t count;
    size_t following;  /* rows that come behind these, in the next chunk */
    const void *masks; /* [rows from 0 on][mask_stride] of hidden outputs, or NULL */
    size_t mask_stride;
} batch_rows;

/* Passes over a chunk: every worker calls the same kernels with a pass of its own and does
 * its share of the tiles; between two kernels that read one another's results all wait. */
typedef struct batch_pass {
    const batch_shape *shape;
    const batch_scratch *scratch;
    const batch_member *member;
    batch_rows rows;
    void *answers; /* [count][outputs] of the last layer, for who asks */
    size_t answer_stride;
    size_t worker, workers;
} batch_pass;

typedef struct batch_kernels {
    size_t lanes; /* of a vector */
    size_t panel; /* numbers in a line of a panel */
    size_t lines; /* lines are padded to a multiple of this */

    void (*gather)(const batch_pass *pass);                /* rows into scratch->inputs */
    void (*forward)(const batch_pass *pass, size_t layer); /* outputs; not of a narrow layer */
    void (*finish)(const batch_pass *pass);                /* losses and deltas of the last layer */
    void (*answer)(const batch_pass *pass);                /* pass->answers */

    /* pass->answers from the rows as they stand, by rows in lanes: for a shape that is
     * `slender` this is all of a forward pass. */
    void (*slender)(const batch_pass *pass);

    void (*turn)(const batch_pass *pass, size_t layer);     /* the transposed weights */
    void (*backward)(const batch_pass *pass, size_t layer); /* deltas of the layer before */

    /* Changes a layer's weights by the chunk's gradient, the rule being one that is fused
     * (bp_rule_is_fused), or (`kind` is BP_RULE_COUNT) adds it to scratch->gradient. */
    void (*update)(const batch_pass *pass, size_t layer, bp_rule_kind kind,
                   const bp_rule_factors *factors);

    /* Changes the first layer and the scales of its inputs by scratch->gradient, that it alone
     * looks at there. */
    void (*scale)(const batch_pass *pass, bp_rule_kind kind, const bp_rule_factors *factors);

    /* Applies scratch->gradient: by a plain rule; by any, with what stands beside it, and not to
     * a first layer of which scales are learned. */
    void (*apply)(const batch_pass *pass, bp_rule_kind kind, const bp_rule_factors *factors);
    void (*spend)(const batch_pass *pass, bp_rule_kind kind, const bp_rule_factors *factors);
} batch_kernels;

extern const batch_kernels bp_batch_scalar_f32, bp_batch_scalar_f64;
extern const batch_kernels bp_batch_avx2_f32, bp_batch_avx2_f64;
extern const batch_kernels bp_batch_avx512_f32, bp_batch_avx512_f64;
extern const batch_kernels bp_batch_neon_f32, bp_batch_neon_f64;

#endif
