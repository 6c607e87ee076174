/* net.h: what a network is and how a step changes it. Equation numbers are those of
 * docs/equations.md. */
#ifndef BACKPROP_NET_H
#define BACKPROP_NET_H

#include <backprop/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Activations ------------------------------------------------------------ */

/* The transfer functions, as rows: member, name, one line of help, the initializer that
 * suits a layer of it, whether its slope is told from the sum z (1) or from the output
 * alone (0). Equations (2) and (2a); their sources are named there. */
#define BP_ACTIVATION_MAP(X)                                                                       \
    X(BP_LINEAR, "linear", "z", BP_GLOROT_UNIFORM, 0)                                              \
    X(BP_SIGMOID, "sigmoid", "1 / (1 + exp(-z))", BP_GLOROT_UNIFORM, 0)                            \
    X(BP_TANH, "tanh", "(exp(z) - exp(-z)) / (exp(z) + exp(-z))", BP_GLOROT_UNIFORM, 0)            \
    X(BP_RELU, "relu", "z where z > 0, else 0", BP_HE_NORMAL, 0)                                   \
    X(BP_LEAKY_RELU, "leaky-relu", "z where z > 0, else z / 100", BP_HE_NORMAL, 0)                 \
    X(BP_ELU, "elu", "z where z > 0, else exp(z) - 1", BP_HE_NORMAL, 0)                            \
    X(BP_SELU, "selu", "elu, scaled so that layers keep mean 0 and variance 1", BP_LECUN_NORMAL,   \
      0)                                                                                           \
    X(BP_GELU, "gelu", "z times the normal distribution function of z", BP_HE_NORMAL, 1)           \
    X(BP_SILU, "silu", "z sigmoid(z), also called swish", BP_HE_NORMAL, 1)                         \
    X(BP_MISH, "mish", "z tanh(softplus(z))", BP_HE_NORMAL, 1)                                     \
    X(BP_SOFTPLUS, "softplus", "log(1 + exp(z))", BP_HE_NORMAL, 1)                                 \
    X(BP_SOFTSIGN, "softsign", "z / (1 + |z|)", BP_GLOROT_UNIFORM, 0)                              \
    X(BP_HARD_SIGMOID, "hard-sigmoid", "z / 6 + 1/2 within 0..1", BP_GLOROT_UNIFORM, 0)            \
    X(BP_GAUSSIAN, "gaussian", "exp(-z z)", BP_GLOROT_UNIFORM, 1)                                  \
    X(BP_SINE, "sine", "sin(z)", BP_GLOROT_UNIFORM, 1)                                             \
    X(BP_EXPONENTIAL, "exponential", "exp(z), on the output layer for counts and rates",           \
      BP_GLOROT_UNIFORM, 0)                                                                        \
    X(BP_SOFTMAX, "softmax", "exp(z_k) / sum of exp(z_j), on the output layer only",               \
      BP_GLOROT_UNIFORM, 0)

typedef enum bp_activation {
#define BP_ACTIVATION_MEMBER(member, name, help, initializer, by_sum) member,
    BP_ACTIVATION_MAP(BP_ACTIVATION_MEMBER)
#undef BP_ACTIVATION_MEMBER
        BP_ACTIVATION_COUNT
} bp_activation;

BP_API const char *bp_activation_name(bp_activation activation);
BP_API const char *bp_activation_help(bp_activation activation);
BP_API bool bp_activation_is_by_sum(bp_activation activation);

/* Finds one by its name ("swish" means "silu"); BP_E_OPTION with the nearest name where
 * there is none. */
BP_API bp_status bp_activation_find(const char *name, bp_activation *activation, bp_error *error);

/* ---- Losses ----------------------------------------------------------------- */

/* The loss of a row, with t expected and y the output; an epoch's or a batch's is the sum
 * over its rows. Equations (4) to (4h). */
#define BP_LOSS_MAP(X)                                                                             \
    X(BP_SQUARED_ERROR, "squared-error", "half the sum of (t - y)^2")                              \
    X(BP_CROSS_ENTROPY, "cross-entropy",                                                           \
      "-log of the expected class's probability, with softmax or sigmoid outputs")                 \
    X(BP_ABSOLUTE_ERROR, "absolute-error", "the sum of |t - y|: aims at the median")               \
    X(BP_HUBER, "huber", "squared where |t - y| is small, absolute beyond huber-delta")            \
    X(BP_LOG_COSH, "log-cosh", "the sum of log cosh(t - y): a smooth absolute error")              \
    X(BP_QUANTILE, "quantile", "the pinball loss: aims at the quantile of that share")             \
    X(BP_POISSON, "poisson", "y - t log(y), with exponential outputs: counts and rates")

typedef enum bp_loss {
#define BP_LOSS_MEMBER(member, name, help) member,
    BP_LOSS_MAP(BP_LOSS_MEMBER)
#undef BP_LOSS_MEMBER
        BP_LOSS_COUNT
} bp_loss;

BP_API const char *bp_loss_name(bp_loss loss);
BP_API const char *bp_loss_help(bp_loss loss);
BP_API bp_status bp_loss_find(const char *name, bp_loss *loss, bp_error *error);

/* What some losses ask for beside their name. */
typedef struct bp_loss_settings {
    double huber_delta; /* of BP_HUBER: where it becomes absolute, above 0; in targets as the
                         * network sees them */
    double quantile;    /* of BP_QUANTILE: the share that shall lie below, between 0 and 1 */
    double smoothing;   /* of BP_CROSS_ENTROPY with class targets: the share of certainty that
                         * is spread evenly over all classes, from 0 to below 1: (4g) */
    double focal;       /* of BP_CROSS_ENTROPY: how much less rows count that are right
                         * already, 0: no less: (4h) */
} bp_loss_settings;

/* 1, 1/2, 0, 0. */
BP_API void bp_loss_settings_init(bp_loss_settings *settings);

/* ---- The network ------------------------------------------------------------ */

/* A fully connected layer. Its weights stand at parameter `weights`, one row of
 * `inputs` numbers for each of its `outputs` neurons; its biases at `biases`. */
typedef struct bp_layer {
    size_t inputs;
    size_t outputs;
    bp_activation activation;
    size_t weights;
    size_t biases;
} bp_layer;

/* Some inputs of a network, in ascending order. */
typedef struct bp_subset {
    const size_t *inputs; /* [count] */
    size_t count;
} bp_subset;

/* The description of a network: layers and loss, no weights. The weights are one
 * contiguous block of bp_net_parameter_count numbers, the caller's or a plan's:
 * layer by layer, weights [outputs][inputs], then biases [outputs]. */
typedef struct bp_net bp_net;

/* Makes a network from a shape. Two spellings:
 *   "7-5-3"                           inputs, hidden widths, outputs: sigmoid throughout
 *   "7, 64 relu, 64 relu, 3 softmax"  each layer with its own activation (default sigmoid)
 * BP_E_OPTION, with the position in `column`, for a shape that is none: a width of 0,
 * fewer than two widths, an unknown activation, softmax before the last layer, softmax
 * without cross-entropy, cross-entropy without softmax or sigmoid outputs, poisson
 * without exponential outputs, more parameters than memory can have. */
BP_API bp_status bp_net_new(bp_net **net, const char *shape, bp_loss loss,
                            const bp_allocator *allocator, bp_error *error);

/* The same from numbers: `widths` has layer_count + 1 entries, the inputs first. */
BP_API bp_status bp_net_new_layers(bp_net **net, size_t layer_count, const size_t *widths,
                                   const bp_activation *activations, bp_loss loss,
                                   const bp_allocator *allocator, bp_error *error);
BP_API void bp_net_free(bp_net *net);

BP_API size_t bp_net_input_count(const bp_net *net);
BP_API size_t bp_net_output_count(const bp_net *net);
BP_API size_t bp_net_layer_count(const bp_net *net);
BP_API const bp_layer *bp_net_layer(const bp_net *net, size_t layer);
BP_API size_t bp_net_parameter_count(const bp_net *net);
BP_API size_t bp_net_unit_count(const bp_net *net); /* neurons of all layers */
BP_API bp_loss bp_net_loss(const bp_net *net);

/* Sets what the network's loss asks for, before plans are made of it. BP_E_OPTION where a
 * number is out of its range, or set where the loss does not know it. */
BP_API bp_status bp_net_set_loss_settings(bp_net *net, const bp_loss_settings *settings,
                                          bp_error *error);
BP_API const bp_loss_settings *bp_net_loss_settings(const bp_net *net);

/* ---- Initial weights -------------------------------------------------------- */

/* With n_in and n_out the layer's inputs and outputs. Biases are 0 but for zeros,
 * uniform and normal, which treat them as the weights, and neural-tangent. */
#define BP_INITIALIZER_MAP(X)                                                                      \
    X(BP_AUTO_INITIALIZER, "auto", "for each layer what suits its activation: glorot, he, lecun")  \
    X(BP_ZEROS, "zeros", "all 0")                                                                  \
    X(BP_UNIFORM, "uniform", "uniform from low to high, biases too")                               \
    X(BP_NORMAL, "normal", "Gaussian of mean 0 and standard deviation high, biases too")           \
    X(BP_GLOROT_UNIFORM, "glorot-uniform", "uniform within sqrt(6 / (n_in + n_out)) of 0")         \
    X(BP_GLOROT_NORMAL, "glorot-normal", "Gaussian of variance 2 / (n_in + n_out)")                \
    X(BP_HE_UNIFORM, "he-uniform", "uniform within sqrt(6 / n_in) of 0")                           \
    X(BP_HE_NORMAL, "he-normal", "Gaussian of variance 2 / n_in")                                  \
    X(BP_LECUN_UNIFORM, "lecun-uniform", "uniform within sqrt(3 / n_in) of 0")                     \
    X(BP_LECUN_NORMAL, "lecun-normal", "Gaussian of variance 1 / n_in")                            \
    X(BP_ORTHOGONAL, "orthogonal", "Saxe, McClelland, Ganguli 2014: rows or columns orthonormal")  \
    X(BP_NEURAL_TANGENT, "neural-tangent",                                                         \
      "as lecun-normal, biases Gaussian of variance 1, the last layer 0: RealMLP 2024")

typedef enum bp_initializer {
#define BP_INITIALIZER_MEMBER(member, name, help) member,
    BP_INITIALIZER_MAP(BP_INITIALIZER_MEMBER)
#undef BP_INITIALIZER_MEMBER
        BP_INITIALIZER_COUNT
} bp_initializer;

BP_API const char *bp_initializer_name(bp_initializer initializer);
BP_API const char *bp_initializer_help(bp_initializer initializer);
BP_API bp_status bp_initializer_find(const char *name, bp_initializer *initializer,
                                     bp_error *error); /* "xavier-..." means "glorot-..." */

/* The one that suits a layer of that activation. */
BP_API bp_initializer bp_activation_initializer(bp_activation activation);

/* Where random numbers come from. */
typedef enum bp_generator {
    BP_PHILOX,  /* counter-based: every number a function of the seed and its place */
    BP_MERSENNE /* MT19937 as the tutorial drew from it: a stream, in order */
} bp_generator;

typedef struct bp_initialization {
    bp_initializer initializer;
    double low, high; /* of uniform; high alone of normal */
    bp_generator generator;
    uint64_t seed;
    uint32_t member;      /* which network of a group: each draws its own numbers */
    const double *biases; /* [layers] what the layers' biases begin with, where the initializer
                           * does not draw them; NULL: 0 */
} bp_initialization;

/* glorot-uniform, range 0 to 1, philox, seed 1, member 0. */
BP_API void bp_initialization_init(bp_initialization *initialization);

/* Fills a block of bp_net_parameter_count numbers of `type`: each is drawn in float64
 * and rounded once. The draws of BP_MERSENNE go neuron by neuron, the bias last. */
BP_API void bp_net_initialize(const bp_net *net, const bp_initialization *initialization,
                              bp_type type, void *parameters);

/* ---- Update rules ----------------------------------------------------------- */

/* How a step changes a weight w of gradient g at rate r: member, name, help, how many
 * numbers of state a weight has. Equations (11) to (15d). */
#define BP_RULE_MAP(X)                                                                             \
    X(BP_SGD, "sgd", "w = w - r g", 0)                                                             \
    X(BP_MOMENTUM, "momentum", "v = momentum v + g;  w = w - r v", 1)                              \
    X(BP_ADAM, "adam", "Kingma and Ba 2015: steps scaled by the gradient's two moments", 2)        \
    X(BP_ADAMW, "adamw", "Loshchilov and Hutter 2019: adam, with weight decay beside it", 2)       \
    X(BP_NESTEROV, "nesterov", "v = momentum v + g;  w = w - r (g + momentum v)", 1)               \
    X(BP_ADAGRAD, "adagrad", "s = s + g g;  w = w - r g / (sqrt(s) + epsilon)", 1)                 \
    X(BP_RMSPROP, "rmsprop", "s = rho s + (1 - rho) g g;  w = w - r g / (sqrt(s) + epsilon)", 1)   \
    X(BP_RPROP, "rprop", "Igel and Huesken 2003, iRprop-: steps by the gradient's sign alone", 2)

typedef enum bp_rule_kind {
#define BP_RULE_MEMBER(member, name, help, states) member,
    BP_RULE_MAP(BP_RULE_MEMBER)
#undef BP_RULE_MEMBER
        BP_RULE_COUNT
} bp_rule_kind;

BP_API const char *bp_rule_name(bp_rule_kind kind);
BP_API const char *bp_rule_help(bp_rule_kind kind);
BP_API size_t bp_rule_state_count(bp_rule_kind kind); /* numbers of state a weight: 0, 1, 2 */
BP_API bp_status bp_rule_find(const char *name, bp_rule_kind *kind, bp_error *error);

typedef struct bp_rule {
    bp_rule_kind kind;
    double momentum;     /* of momentum and nesterov */
    double beta1, beta2; /* of adam and adamw */
    double rho;          /* of rmsprop */
    double epsilon;      /* of adam, adamw, adagrad and rmsprop */

    /* Beside the rule; 0: nothing. Biases are left alone by the first three and by
     * max_norm. Equations (15e) to (15i). */
    double l1, l2;       /* added to the gradient: l1 sign(w) + l2 w */
    double weight_decay; /* w = w - rate * weight_decay * w, apart from the rule */
    double clip_value;   /* each number of the gradient is kept within this of 0 */
    double clip_norm;    /* a gradient of a larger norm is scaled down to it */
    double max_norm;     /* the weights into a neuron are scaled down to this norm */

    /* What the rate of each layer's weights is multiplied by, [layers]; NULL: 1. The same of its
     * biases; NULL: as of its weights. Read by bp_plan_new alone. */
    const double *layer_rates, *bias_rates;

    /* The rate of each layer's weights is multiplied by 1 / sqrt(its inputs), too: with the
     * initializer neural-tangent the parametrization of that name, for rules whose steps have one
     * size. Read by bp_plan_new alone. Equation (24). */
    bool fan_in_rates;

    /* Above 0, under adam and adamw, in a network with a hidden layer: each input has a scale that
     * is learned, at a rate multiplied by this; 0: none. Equation (15j). */
    double input_scale;
} bp_rule;

/* Whether networks of these layers learn scales of their inputs by the rule. */
BP_API bool bp_rule_learns_scales(const bp_rule *rule, size_t layers);

/* sgd; momentum 0.9, beta1 0.9, beta2 0.999, rho 0.99, epsilon 1e-8, nothing beside. */
BP_API void bp_rule_init(bp_rule *rule);

#ifdef __cplusplus
}
#endif
#endif
