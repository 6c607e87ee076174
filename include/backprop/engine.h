/* engine.h: computing with a network: forward, gradient, step. */
#ifndef BACKPROP_ENGINE_H
#define BACKPROP_ENGINE_H

#include <backprop/net.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The method of the textbook, row by row, on the caller's arrays ---------- */

/* `outputs` and `deltas` have one number for each neuron (bp_net_unit_count), layer
 * after layer; `parameters` is the block of net.h. Nothing is allocated. */

/* The place of a layer's first neuron in `outputs` and `deltas`. */
BP_API size_t bp_textbook_offset(const bp_net *net, size_t layer);

/* Equations (1) to (3): each neuron's weighted sum, starting from its bias, and its
 * output. `sums` may be NULL where nothing else asks for them. */
BP_API void bp_textbook_forward(const bp_net *net, const double *parameters, const double *row,
                                double *sums, double *outputs);

/* Equations (5) to (7): each neuron's delta, -dLoss/dsum, from the last layer to the
 * first. `expected` has one number an output. `sums` may be NULL where no activation is
 * one whose slope is told from it (bp_activation_is_by_sum). */
BP_API void bp_textbook_backward(const bp_net *net, const double *parameters, const double *sums,
                                 const double *outputs, const double *expected, double *deltas);

/* Equation (38): gradient[inputs] of the sum over outputs k of shares[k] y_k by the numbers of
 * the row. `deltas` is room for a number a neuron; `sums` as above. */
BP_API void bp_textbook_input_gradient(const bp_net *net, const double *parameters,
                                       const double *sums, const double *outputs,
                                       const double *shares, double *deltas, double *gradient);

/* Equations (8) and (9): weight = weight + (rate * delta) * input. */
BP_API void bp_textbook_update(const bp_net *net, double *parameters, const double *row,
                               const double *outputs, const double *deltas, double rate);

/* Equations (4) to (4h): the loss of a row. */
BP_API double bp_textbook_loss(const bp_net *net, const double *outputs, const double *expected);

/* ---- Engines ---------------------------------------------------------------- */

/* The engines by index: their names and a line of help; NULL past the last. */
BP_API const char *bp_engine_name(size_t index);
BP_API const char *bp_engine_help(size_t index);

/* The instruction sets of the engine `fast` by index, NULL past the last; and why one
 * cannot be used here, NULL where it can. */
BP_API const char *bp_isa_at(size_t index);
BP_API const char *bp_isa_why_not(size_t index);

/* The one that a plan made now would use: that of the environment variable BP_ISA (where
 * it cannot be had, the error that bp_plan_new would give), else the widest here. */
BP_API bp_status bp_isa_in_use(size_t *index, bp_error *error);

/* ---- Plans ------------------------------------------------------------------ */

/* Whether a batch's gradient is divided by its rows before it is applied. */
typedef enum bp_reduction { BP_MEAN, BP_SUM } bp_reduction;

/* A plan computes a group of networks of one shape (usually one) on one engine. It
 * owns their weights and all memory that a step needs: after bp_plan_new nothing
 * allocates. One thread uses a plan at a time; those that it computes with are its own. */
typedef struct bp_plan bp_plan;

/* How images are moved about while they are learned from, each of them anew in every epoch:
 * equations (35b) to (35d). What a plan reads is `height` lines of `width` pixels, and what is in
 * one may come into another, so they are to be scaled alike. Amounts are the largest that may be
 * drawn; 0: nothing is moved so. */
typedef struct bp_distortion {
    size_t height, width; /* 0: rows are no images */
    double shift;         /* pixels */
    double rotation;      /* degrees */
    double scale;         /* 0.1: the width, and the height, by 0.9 to 1.1 */
    double shear;         /* 0.1: a line by a tenth of its distance from the middle */
    double elastic;       /* random fields of -elastic to elastic, */
    double smoothness;    /* smoothed over so many pixels: the deviation of a Gaussian */
} bp_distortion;

typedef struct bp_plan_options {
    const char *engine; /* "fast" or "textbook" */
    bp_type type;       /* the arithmetic; textbook has BP_F64 alone */
    size_t members;     /* networks in the group, at least 1 */
    size_t batch;       /* rows a step: 1 is online; the configured size decides the
                         * arithmetic, a short last batch does not change it */
    bp_reduction reduction;
    bp_rule rule;
    const double *dropout; /* [layers] share of what goes into each layer that a row loses while it
                            * is learned from: dropout[0] of the inputs, from 0 to below 1; NULL:
                            * none. Read by bp_plan_new alone. Equation (35) */
    double input_noise;    /* standard deviation of what is added to inputs likewise: (35a) */
    bp_distortion distortion;
    size_t threads;        /* that compute, the caller's counted; 0: what the work deserves. They
                            * never change a bit of the result */
    size_t processors;     /* that work may deserve; 0: all of the machine's */
    size_t subset_members; /* the first so many members, fewer than all, read a subset of the
                            * inputs: their rows are of that many numbers, their weights of other
                            * inputs are 0, whatever they are set to; 0: none do */
    bp_subset subset;      /* read by bp_plan_new alone */
    const bp_allocator *allocator;
} bp_plan_options;

BP_API void bp_plan_options_init(bp_plan_options *options);

/* Makes a plan; its weights are 0 until they are set. `net` must outlive it.
 * BP_E_MEMORY names the bytes needed where memory does not suffice; BP_E_OPTION
 * refuses what the engine lacks. */
BP_API bp_status bp_plan_new(bp_plan **plan, const bp_net *net, const bp_plan_options *options,
                             bp_error *error);
BP_API void bp_plan_free(bp_plan *plan);

BP_API const bp_net *bp_plan_net(const bp_plan *plan);
BP_API bp_type bp_plan_type(const bp_plan *plan);
BP_API size_t bp_plan_members(const bp_plan *plan);

/* The numbers of a row of that member. */
BP_API size_t bp_plan_input_count(const bp_plan *plan, size_t member);
BP_API bp_rule_kind bp_plan_rule(const bp_plan *plan);

/* How the plan computes, for people: "textbook f64", "fast f32 online avx512, 1 thread". */
BP_API const char *bp_plan_description(const bp_plan *plan);

/* Copies one member's weights in or out: a block of net.h, of the plan's type.
 * Setting them clears the state of the update rule. */
BP_API void bp_plan_set_parameters(bp_plan *plan, size_t member, const void *parameters);
BP_API void bp_plan_get_parameters(const bp_plan *plan, size_t member, void *parameters);

/* Exchanges one member's weights for those of a block of net.h; the state of the update rule
 * stays. */
BP_API void bp_plan_swap_parameters(bp_plan *plan, size_t member, void *parameters);

/* What the update rule of a member remembers: so many numbers a weight
 * (bp_rule_state_count), as blocks of net.h of the plan's type, NULL where there are none,
 * and how far it has come. With the weights this is all that a plan knows. Setting the weights
 * alone makes scales of inputs 1. */
typedef struct bp_plan_state {
    void *first, *second;
    void *source; /* where scales of inputs are learned (bp_plan_learns_scales): the first layer's
                   * own parameters, without the scales */
    void *scales; /* [3][inputs]: the scales, and the rule's two numbers of each */
    double beta1_power, beta2_power; /* of adam: products of its betas so far */
    bool moved;                      /* a step was made */
} bp_plan_state;

BP_API bool bp_plan_learns_scales(const bp_plan *plan);

/* Copies the state out, into blocks that the caller has set, and in. */
BP_API void bp_plan_get_state(const bp_plan *plan, size_t member, bp_plan_state *state);
BP_API void bp_plan_set_state(bp_plan *plan, size_t member, const bp_plan_state *state);

/* Outputs of one member for rows of `inputs` (NULL rows: the first `count`): row i of
 * `outputs` is for rows[i]. The matrices may have either type. */
BP_API void bp_plan_forward(bp_plan *plan, size_t member, const bp_matrix *inputs,
                            const size_t *rows, size_t count, const bp_matrix_out *outputs);

/* Where the random numbers of dropout, noise and distortions stand. */
typedef struct bp_noise {
    uint64_t seed;
    uint32_t member, epoch;
    size_t first; /* which row of the epoch the run's first one is */
} bp_noise;

/* One member's share of a call of bp_plan_step. */
typedef struct bp_run {
    const bp_samples *samples; /* of the plan's type */
    const size_t *rows;        /* in the order of learning; NULL: 0, 1, 2, ... */
    size_t count;              /* 0: this member rests, untouched */
    double rate;               /* the learning rate */
    double momentum;           /* in place of the rule's momentum or beta1; 0: as it has it */
    bp_noise noise;            /* read where the plan has dropout, noise or distortions */
    const void
        *masks;  /* [count][hidden units] by which hidden outputs are multiplied, of the plan's
                  * type, 64 numbers behind them readable; NULL: none. The plan makes its own */
    double loss; /* out: the rows' losses, each before its update, summed in order */
} bp_run;

/* The losses of each run's rows with the weights as they are, into `loss`; nothing changes. */
BP_API void bp_plan_evaluate(bp_plan *plan, bp_run *runs);

/* Learns from `count` rows batch by batch, the last batch perhaps shorter: `runs` has
 * one entry a member. With batch 1 each row updates at once; with larger batches each
 * batch's gradient is summed over its rows in order, divided by them (BP_MEAN) or not
 * (BP_SUM) and applied once. Members do not touch one another's bits. */
BP_API void bp_plan_step(bp_plan *plan, bp_run *runs);

/* The sum over rows of dLoss/dparameter, as a block of net.h of the plan's type, and
 * the sum of their losses. Weights do not change. */
BP_API void bp_plan_gradient(bp_plan *plan, size_t member, const bp_samples *samples,
                             const size_t *rows, size_t count, void *gradient, double *loss);

/* Applies a gradient summed over `count` rows by the plan's rule and reduction. With
 * a batch above 1, bp_plan_step is bp_plan_gradient and then this, bit for bit. */
BP_API void bp_plan_apply(bp_plan *plan, size_t member, const void *gradient, size_t count,
                          double rate);

#ifdef __cplusplus
}
#endif
#endif
