/* arithmetic.h: the one canonical arithmetic of the fast engine, which every way of
 * computing and every instruction set obeys to the bit, and the numbers of the update
 * rules that they share.
 *
 * All in `real`, the plan's type, but where float64 is said. Every operation is rounded
 * once: fma(a, b, c), division, sqrt and the functions of base/math.
 *
 * Forward. The sum of neuron j starts from its bias: z = fma(w_ji, x_i, z), i ascending.
 * y by its activation: see `activate` in units_body.h, where s is sigmoid(z) and comparisons
 * with NaN are false. Softmax of a row's sums z_u:
 *   m   = the largest, from 16 virtual lanes that start at -infinity:
 *         lane = z > lane ? z : lane
 *   e_u = exp(z_u - m);  total = the units' sum of e_u;  y_u = e_u / total.
 *
 * The units' sum of terms: unit u belongs to virtual lane u % 16; lanes start at +0 and
 * take their units in ascending order; then lane i += lane i + 8 for i < 8, lane i +=
 * lane i + 4 for i < 4, then + 2, then + 1: lane 0 is the sum. The maximum above goes
 * through the same tree by  lane = other > lane ? other : lane.
 *
 * Dropout. With a mask q of a hidden unit: y' = q * y goes into the next layer; in its delta the
 * error is q * error and the slope is told from keep * y', keep = 1 - the layer's share.
 *
 * Targets. A class c is t_u = (u == c) ? on : off; of a network with one output it is
 * t_0 = (c != 0) ? on : off; on and off are bp_net_class_targets, rounded.
 *
 * Deltas, dLoss/dz. At the output: cross-entropy and poisson, y - t; other losses, the
 * slope (see `slope` in units_body.h) of their dLoss/dy (see `loss_error` there). A hidden
 * neuron's error starts from +0: error = fma(w_kj, delta_k, error), k ascending, with the
 * weights before their update; its delta is the slope of that error.
 *
 * Loss of a row, over its units:
 *   softmax        a = log(total). Class c of several outputs, on being 1: a - (z_c - m).
 *                  Else: lane = fma(t_u, a - (z_u - m), lane); the sum: the same for a
 *                  one-hot row, and no NaN where y_u is 0
 *   others         lane += `loss_term` of units_body.h, by fma where that says so; of the
 *                  squared error half the sum
 * Focal, with C the row's loss under softmax and a unit's term under sigmoid: right =
 * exp(-C), wrong = 1 - right, power = exp(focal * log(wrong)); the loss (or term) is
 * power * C, the delta is multiplied by power * fma(focal, (C * right) / wrong, 1); where
 * wrong > 0 is false, both by 0.
 * A row's weight multiplies its loss and the output deltas last of all.
 * Rows' losses are converted to float64 and added in row order.
 *
 * Batch size 1: no gradient is formed under SGD: s_j = (-rate) * delta_j;
 * w = fma(s_j, x_i, w); bias = bias + s_j. Under rules with state the gradient is
 * g = delta_j * x_i, of a bias delta_j.
 * Batch size > 1: g starts from +0; g = fma(delta_j, x_i, g) over the batch's rows in
 * order, of a bias g = g + delta_j. Applied once a batch.
 *
 * Applying g, with the numbers of bp_rule_factors:
 *   sgd       w = fma(-product, g, w), product = step * scale
 *   momentum  v = fma(momentum, v, scale * g);  w = fma(-step, v, w)
 *   adam      g' = scale * g
 *             m = fma(beta1, m, beta1_rest * g');  v = fma(beta2, v, (beta2_rest * g') * g')
 *             w = fma(-step, m / (sqrt(v) + epsilon), w)
 * where a new v or m nearer to 0 than the smallest normal number is +0.
 *
 * Other rules, and everything that may stand beside a rule, go on from the whole gradient;
 * with d = 1 for a weight, 0 for a bias, and share what its layer's rate is multiplied by:
 *   clip-norm    scale = scale * min(1, clip / (scale * norm + 1e-6)), rounded to the type;
 *                norm is bp_layout_norm of g, all of this in float64
 *   g' = scale * g
 *   clip-value   g' = max(-clip, min(clip, g'))
 *   l2           g' = fma(l2 * d, w, g')
 *   l1           g' = fma(l1 * d, sign(w), g')
 *   weight decay w = fma(-((decay * share) * d), w, w), decay = rate * weight decay
 *   move = step * share
 *   sgd       w = fma(-move, g', w)
 *   momentum  v = fma(momentum, v, g');  w = fma(-move, v, w)
 *   nesterov  v as before;  w = fma(-move, fma(momentum, v, g'), w)
 *   adam      m, v as above;  w = fma(-move, m / (sqrt(v) + epsilon), w)
 *   adagrad   s = fma(g', g', s);  w = fma(-move, g' / (sqrt(s) + epsilon), w)
 *   rmsprop   s = fma(rho, s, (rho_rest * g') * g');  w as adagrad's
 *   rprop     a = sign(g') * sign(last g');  size = a > 0 ? min(size * 1.2, 50)
 *             : a < 0 ? max(size / 2, 1e-6) : size, at first the rate;
 *             g' = a < 0 ? +0 : g';  last = g';  w = fma(-(size * share), sign(g'), w)
 *   max-norm  bp_layout_limit of the weights
 * Where scales s_i of inputs are learned, the first layer's weights are w_ji = s_i * u_ji, and all
 * that is said above of its weights goes for u_ji, whose gradient is s_i * g_ji. That of s_i is
 * scale * the units' sum of terms u_ji * g_ji, by lane = fma(u_ji, g_ji, lane), before u_ji moves;
 * s_i moves as adam's w with move = step * input_scale. Then w_ji = s_i * u_ji anew.
 * Of batches of one row scale is 1. */
#ifndef FAST_ARITHMETIC_H
#define FAST_ARITHMETIC_H

#include <backprop/engine.h>

/* The numbers of one application of a rule, each already rounded to the plan's type. */
typedef struct bp_rule_factors {
    double step;    /* the rate; adam's is bias-corrected,
                     * rate * sqrt(1 - beta2^t) / (1 - beta1^t) */
    double scale;   /* 1 / rows under BP_MEAN, else 1 */
    double product; /* step * scale, what plain sgd multiplies by */
    double momentum;
    double beta1, beta1_rest; /* the rest: 1 - beta */
    double beta2, beta2_rest;
    double epsilon; /* adam's * sqrt(1 - beta2^t), as its v is not corrected */
    double rho, rho_rest;
    double l1, l2, decay, clip_value;
    double input_scale; /* what the rate of scales of inputs is multiplied by */
    double first;       /* 1 at the first application, then 0 */
} bp_rule_factors;

/* How far a member has come: Adam's running products, both 1 before the first step. */
typedef struct bp_rule_clock {
    double beta1_power, beta2_power; /* beta^t */
    bool moved;                      /* a step was made */
} bp_rule_clock;

/* What the last layer is held to, numbers rounded to the plan's type. */
typedef struct bp_objective {
    bp_loss loss;
    double on, off; /* targets of a class: see bp_net_class_targets */
    double huber_delta, quantile, focal;
} bp_objective;

bp_objective bp_objective_of(const bp_net *net, bp_type type);

/* Whether a rule is one of those that change a weight as soon as its gradient is known: sgd,
 * momentum and adam with nothing beside them. Others take the whole gradient first. */
bool bp_rule_is_plain(const bp_rule *rule);

/* Whether a rule is plain, or adam or momentum with nothing beside it but the rates of layers:
 * those are plain in each layer. */
bool bp_rule_is_fused(const bp_rule *rule);

/* What clip-norm multiplies the scale by, for a gradient of that norm before scaling. */
double bp_rule_clipped_scale(const bp_rule *rule, bp_type type, double scale, double norm);

void bp_rule_clock_reset(bp_rule_clock *clock);

/* The factors of the next application, of a gradient summed over `rows` rows; moves the
 * clock on. Adam's are computed in float64 and rounded once. `momentum` above 0 stands for
 * the rule's momentum or beta1. */
void bp_rule_factors_next(bp_rule_factors *factors, bp_rule_clock *clock, const bp_rule *rule,
                          bp_type type, bp_reduction reduction, size_t rows, double rate,
                          double momentum);

#endif
