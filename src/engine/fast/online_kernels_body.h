/* online_kernels_body.h: the kernels of the way `online`, written once. A file for each
 * instruction set includes this twice, for float32 and float64, after it has defined the
 * vectors' instruction set (see base/vector.h) and ONLINE_ISA, its name. */
#include "base/vector.h"

#include "base/math_body.h"

#include "base/math_special_body.h"

#include "engine/fast/units_body.h"

#include "engine/fast/mover_body.h"

/* ---- One layer, by blocks of vectors ----------------------------------------------- */

/* Calls BLOCK with a constant number of vectors until all `count` are done. */
#define BY_BLOCKS(count, BLOCK)                                                                    \
    do {                                                                                           \
        size_t vector = 0;                                                                         \
        for (; vector + 4 <= (count); vector += 4)                                                 \
            BLOCK(4);                                                                              \
        if (vector + 2 <= (count)) {                                                               \
            BLOCK(2);                                                                              \
            vector += 2;                                                                           \
        }                                                                                          \
        if (vector < (count))                                                                      \
            BLOCK(1);                                                                              \
    } while (0)

/* Keeps a layer's sums, where something asks for them, and its outputs. */
#define keep_outputs NAMED(keep_outputs)
INLINE void keep_outputs(const online_layer *layer, const real *mask, real *sums, real *outputs,
                         size_t first, const size_t n, const vreal *z)
{
    for (size_t v = 0; v < n; v++) {
        const size_t unit = layer->units + first + v * LANES;
        if (layer->keeps_sums)
            vstore(sums + unit, z[v]);
        vreal y = activate(layer->activation, z[v]);
        if (mask != NULL)
            y = vmul(vload_unaligned(mask + layer->masks + first + v * LANES), y);
        vstore(outputs + unit, y);
    }
}

/* Sums and outputs of vectors `first`.. from inputs x. */
#define sum_block NAMED(sum_block)
INLINE void sum_block(const online_layer *layer, const real *weights, const real *x,
                      const real *mask, real *sums, real *outputs, size_t first, const size_t n)
{
    vreal z[4];
    for (size_t v = 0; v < n; v++)
        z[v] = vload(weights + layer->biases + first + v * LANES);
    const size_t inputs = layer->inputs, width = layer->width;
    const real *w = weights + layer->weights + first;
    for (size_t i = 0; i < inputs; i++, w += width) {
        vreal input = vset(x[i]);
        for (size_t v = 0; v < n; v++)
            z[v] = vfma(vload(w + v * LANES), input, z[v]);
    }
    keep_outputs(layer, mask, sums, outputs, first, n, z);
}

#define sum_layer NAMED(sum_layer)
static void sum_layer(const online_layer *layer, const real *weights, const real *x,
                      const real *mask, real *sums, real *outputs)
{
#define SUM(n) sum_block(layer, weights, x, mask, sums, outputs, vector *LANES, n)
    BY_BLOCKS(layer->width / LANES, SUM);
#undef SUM
}

/* Changes the weights by inputs x; where `next` is given, the changed weights go straight
 * into the sums of that row. */
#define move_block NAMED(move_block)
INLINE void move_block(const mover *m, const bp_rule_kind kind, const online_layer *layer,
                       const real *amounts, const real *x, const real *next, const real *mask,
                       real *sums, real *outputs, size_t first, const size_t n)
{
    vreal z[4], amount[4];
    for (size_t v = 0; v < n; v++) {
        amount[v] = vload(amounts + layer->units + first + v * LANES);
        z[v] = move_weight(m, false, kind, layer->biases + first + v * LANES, amount[v], vset(1));
    }
    const size_t inputs = layer->inputs, width = layer->width;
    size_t place = layer->weights + first;
    if (next == NULL) {
        for (size_t i = 0; i < inputs; i++, place += width)
            for (size_t v = 0; v < n; v++)
                move_weight(m, false, kind, place + v * LANES, amount[v], vset(x[i]));
        return;
    }
    for (size_t i = 0; i < inputs; i++, place += width) {
        vreal input = vset(x[i]), next_input = vset(next[i]);
        for (size_t v = 0; v < n; v++)
            z[v] = vfma(move_weight(m, false, kind, place + v * LANES, amount[v], input),
                        next_input, z[v]);
    }
    keep_outputs(layer, mask, sums, outputs, first, n, z);
}

#define move_layer NAMED(move_layer)
INLINE void move_layer(const mover *m, const bp_rule_kind kind, const online_layer *layer,
                       const real *amounts, const real *x, const real *next, const real *mask,
                       real *sums, real *outputs)
{
#define MOVE(n) move_block(m, kind, layer, amounts, x, next, mask, sums, outputs, vector *LANES, n)
    BY_BLOCKS(layer->width / LANES, MOVE);
#undef MOVE
}

/* Errors of the layer before from this layer's deltas, by the transposed weights, which
 * change behind them; then its deltas and amounts. */
#define back_block NAMED(back_block)
INLINE void back_block(const mover *m, const bp_rule_kind kind, const online_layer *layer,
                       const online_layer *before, const online_scratch *scratch, const real *mask,
                       vreal rate, size_t first, const size_t n)
{
    const real *h = (const real *)scratch->outputs + before->units + first;
    const real *deltas = (const real *)scratch->deltas + layer->units;
    const real *amounts = (const real *)scratch->amounts + layer->units;
    const real *sums = before->keeps_sums ? scratch->sums : scratch->outputs;
    vreal error[4], output[4];
    for (size_t v = 0; v < n; v++) {
        error[v] = vset(0);
        output[v] = vload(h + v * LANES);
    }
    const size_t outputs = layer->outputs, width = layer->input_width;
    size_t place = layer->transposed + first;
    for (size_t k = 0; k < outputs; k++, place += width) {
        vreal delta = vset(deltas[k]), amount = vset(amounts[k]);
        for (size_t v = 0; v < n; v++) {
            error[v] = vfma(vload(m->weights + place + v * LANES), delta, error[v]);
            if (kind != SUM_UP)
                move_weight(m, false, kind, place + v * LANES, amount, output[v]);
        }
    }
    for (size_t v = 0; v < n; v++) {
        size_t unit = before->units + first + v * LANES;
        if (mask != NULL) {
            error[v] = vmul(vload_unaligned(mask + before->masks + first + v * LANES), error[v]);
            output[v] = vmul(vset((real)before->keep), output[v]);
        }
        vreal delta = slope(before->activation, error[v], output[v], vload(sums + unit));
        vstore((real *)scratch->deltas + unit, delta);
        vstore((real *)scratch->amounts + unit, kind == BP_SGD ? vmul(rate, delta) : delta);
    }
}

#define back_layer NAMED(back_layer)
INLINE void back_layer(const mover *m, const bp_rule_kind kind, const online_layer *layer,
                       const online_layer *before, const online_scratch *scratch, const real *mask,
                       vreal rate)
{
#define BACK(n) back_block(m, kind, layer, before, scratch, mask, rate, vector *LANES, n)
    BY_BLOCKS(layer->input_width / LANES, BACK);
#undef BACK
}

/* ---- One row ------------------------------------------------------------------------- */

/* Layers after the first; the first one's outputs are there. */
#define forward_rest NAMED(forward_rest)
static void forward_rest(const online_shape *shape, const real *weights,
                         const online_scratch *scratch, const real *mask)
{
    real *outputs = scratch->outputs;
    for (size_t l = 1; l < shape->layer_count; l++) {
        const online_layer *layer = &shape->layers[l];
        sum_layer(layer, weights, outputs + shape->layers[l - 1].units,
                  l + 1 < shape->layer_count ? mask : NULL, scratch->sums, outputs);
    }
}

#define forward_first NAMED(forward_first)
static void forward_first(const online_shape *shape, const real *weights,
                          const online_scratch *scratch, const real *mask, const real *x)
{
    sum_layer(&shape->layers[0], weights, x, shape->layer_count > 1 ? mask : NULL, scratch->sums,
              scratch->outputs);
}

/* Outputs' targets of a row into scratch->expected, loss and deltas from them. */
#define finish_row NAMED(finish_row)
static real finish_row(const online_shape *shape, const online_scratch *scratch,
                       const online_rows *rows, size_t row)
{
    const online_layer *last = &shape->layers[shape->layer_count - 1];
    const bp_objective *objective = &shape->objective;
    real *expected = scratch->expected, *deltas = (real *)scratch->deltas + last->units;
    size_t class_index = SIZE_MAX;
    if (rows->classes == NULL) {
        const real *targets = (const real *)rows->targets + row * rows->target_stride;
        for (size_t k = 0; k < last->outputs; k++)
            expected[k] = targets[k];
    } else {
        const size_t class = last->outputs == 1 ? rows->classes[row] == 0 : rows->classes[row];
        for (size_t k = 0; k < last->outputs; k++)
            expected[k] = (real)objective->off;
        if (class < last->outputs)
            expected[class] = (real)objective->on;
        if (class < last->outputs && last->outputs > 1 && !(objective->off > 0))
            class_index = class;
    }
    real loss = last_layer(objective, last->activation, (const real *)scratch->sums + last->units,
                           expected, class_index, scratch->used, shape->last,
                           (real *)scratch->outputs + last->units, deltas);
    return weigh_row(rows->weights, row, last->width, deltas, loss);
}

#define input_row NAMED(input_row)
static inline const real *input_row(const online_rows *rows, size_t i)
{
    size_t row = rows->rows != NULL ? rows->rows[i] : i;
    return (const real *)rows->inputs + row * rows->input_stride;
}

/* ---- Rows ------------------------------------------------------------------------------ */

/* The masks of the i-th row. */
#define mask_row NAMED(mask_row)
static inline const real *mask_row(const online_rows *rows, size_t i)
{
    return rows->masks != NULL ? (const real *)rows->masks + i * rows->mask_stride : NULL;
}

/* Forward, backward and the change of a row; the next row's first layer comes with it. */
#define learn_row NAMED(learn_row)
INLINE real learn_row(const online_shape *shape, const mover *m, const bp_rule_kind kind,
                      const online_scratch *scratch, const online_rows *rows, size_t i, vreal rate)
{
    size_t last = shape->layer_count - 1;
    const online_layer *layers = shape->layers;
    const real *mask = mask_row(rows, i);
    forward_rest(shape, m->weights, scratch, mask);
    real loss = finish_row(shape, scratch, rows, rows->rows != NULL ? rows->rows[i] : i);
    for (size_t u = 0; u < layers[last].width; u += LANES) {
        vreal delta = vload((real *)scratch->deltas + layers[last].units + u);
        vstore((real *)scratch->amounts + layers[last].units + u,
               kind == BP_SGD ? vmul(rate, delta) : delta);
    }
    for (size_t l = last; l > 0; l--) {
        back_layer(m, kind, &layers[l], &layers[l - 1], scratch, mask, rate);
        move_layer(m, kind, &layers[l], scratch->amounts,
                   (const real *)scratch->outputs + layers[l - 1].units, NULL, NULL, NULL, NULL);
    }
    const real *next = i + 1 < rows->count ? input_row(rows, i + 1) : NULL;
    const real *next_mask = next != NULL && last > 0 ? mask_row(rows, i + 1) : NULL;
    move_layer(m, kind, &layers[0], scratch->amounts, input_row(rows, i), next, next_mask,
               scratch->sums, scratch->outputs);
    return loss;
}

#define train_sgd NAMED(train_sgd)
static double train_sgd(const online_shape *shape, real *weights, const online_scratch *scratch,
                        const online_rows *rows, double rate)
{
    mover m = {.weights = weights};
    double loss = 0;
    for (size_t i = 0; i < rows->count; i++)
        loss += (double)learn_row(shape, &m, BP_SGD, scratch, rows, i, vset((real)-rate));
    return loss;
}

#define train_momentum NAMED(train_momentum)
static double train_momentum(const online_shape *shape, const mover *from,
                             const online_scratch *scratch, const online_rows *rows)
{
    mover m = *from;
    double loss = 0;
    for (size_t i = 0; i < rows->count; i++)
        loss += (double)learn_row(shape, &m, BP_MOMENTUM, scratch, rows, i, vset(0));
    return loss;
}

#define train_adam NAMED(train_adam)
static double train_adam(const online_shape *shape, online_member *member,
                         const online_scratch *scratch, const online_rows *rows,
                         const bp_rule *rule, bp_type type, double rate, double momentum)
{
    mover m = {.weights = member->weights, .first = member->first, .second = member->second};
    double loss = 0;
    for (size_t i = 0; i < rows->count; i++) {
        bp_rule_factors factors;
        bp_rule_factors_next(&factors, &member->clock, rule, type, BP_SUM, 1, rate, momentum);
        mover_set(&m, &factors);
        loss += (double)learn_row(shape, &m, BP_ADAM, scratch, rows, i, vset(0));
    }
    return loss;
}

#include "engine/fast/online_pair_body.h"

#define online_train NAMED(online_train)
static double online_train(const online_shape *shape, online_member *member,
                           const online_scratch *scratch, const online_rows *rows,
                           const bp_rule *rule, bp_type type, double rate, double momentum)
{
    mover m = {.weights = member->weights, .first = member->first, .second = member->second};
    if (rows->count == 0)
        return 0;
    if (rule->kind == BP_SGD && is_pair(shape, rows))
        return train_any_pair(shape, member, scratch, rows, rate);
    forward_first(shape, m.weights, scratch, mask_row(rows, 0), input_row(rows, 0));
    if (rule->kind == BP_SGD)
        return train_sgd(shape, m.weights, scratch, rows, rate);
    if (rule->kind == BP_ADAM)
        return train_adam(shape, member, scratch, rows, rule, type, rate, momentum);
    bp_rule_factors factors;
    bp_rule_factors_next(&factors, &member->clock, rule, type, BP_SUM, 1, rate, momentum);
    mover_set(&m, &factors);
    return train_momentum(shape, &m, scratch, rows);
}

#define online_gradient NAMED(online_gradient)
static double online_gradient(const online_shape *shape, const online_member *member,
                              const online_scratch *scratch, const online_rows *rows)
{
    mover m = {.weights = member->weights, .first = scratch->gradient};
    double loss = 0;
    if (rows->count > 0)
        forward_first(shape, m.weights, scratch, mask_row(rows, 0), input_row(rows, 0));
    for (size_t i = 0; i < rows->count; i++)
        loss += (double)learn_row(shape, &m, SUM_UP, scratch, rows, i, vset(0));
    return loss;
}

#define online_evaluate NAMED(online_evaluate)
static double online_evaluate(const online_shape *shape, const online_member *member,
                              const online_scratch *scratch, const online_rows *rows)
{
    double loss = 0;
    for (size_t i = 0; i < rows->count; i++) {
        forward_first(shape, member->weights, scratch, NULL, input_row(rows, i));
        forward_rest(shape, member->weights, scratch, NULL);
        loss += (double)finish_row(shape, scratch, rows, rows->rows != NULL ? rows->rows[i] : i);
    }
    return loss;
}

#define online_forward NAMED(online_forward)
static void online_forward(const online_shape *shape, const online_member *member,
                           const online_scratch *scratch, const void *row)
{
    const online_layer *last = &shape->layers[shape->layer_count - 1];
    forward_first(shape, member->weights, scratch, NULL, row);
    forward_rest(shape, member->weights, scratch, NULL);
    if (last->activation == BP_SOFTMAX) {
        real largest, total;
        softmax_outputs((const real *)scratch->sums + last->units, scratch->used, shape->last,
                        (real *)scratch->outputs + last->units, &largest, &total);
    }
}

#define online_apply NAMED(online_apply)
static void online_apply(const online_shape *shape, online_member *member,
                         const online_scratch *scratch, bp_rule_kind kind,
                         const bp_rule_factors *factors)
{
    mover m = {.weights = member->weights, .first = member->first, .second = member->second};
    mover_set(&m, factors);
    vreal scale = vset((real)factors->scale);
    for (size_t place = 0; place < shape->block; place += LANES) {
        vreal g = vload((const real *)scratch->gradient + place);
        apply_weight(&m, false, kind, place, g, scale);
    }
}

#define online_spend NAMED(online_spend)
static void online_spend(const online_shape *shape, online_member *member,
                         const online_scratch *scratch, bp_rule_kind kind,
                         const bp_rule_factors *factors)
{
    spender s = {
        .m = {.weights = member->weights, .first = member->first, .second = member->second},
        .kind = kind,
        .gradient = scratch->gradient,
        .shares = scratch->shares,
        .weighs = scratch->weighs};
    spender_set(&s, factors);
    spend_gradient(&s, false, 0, shape->block);
}

const online_kernels NAMED(ONLINE_KERNELS) = {.lanes = LANES,
                                              .train = online_train,
                                              .gradient = online_gradient,
                                              .evaluate = online_evaluate,
                                              .forward = online_forward,
                                              .apply = online_apply,
                                              .spend = online_spend};

#undef INLINE
#undef BY_BLOCKS
#undef SUM_UP
