/* lanes_kernels_body.h: the kernels of the way `lanes`, written once: one network in each
 * lane. A file for each instruction set includes this twice, for float32 and float64. */
#include <stddef.h>

#include "base/vector.h"

#include "base/math_body.h"

#include "base/math_special_body.h"

#include "engine/fast/mover_body.h"
#include "engine/fast/units_body.h"

#include "engine/fast/lane_units_body.h"

/* ---- A layer -------------------------------------------------------------------------- */

/* Sums z of neurons at .. at + n - 1, where something asks for them, and their outputs. */
#define lanes_put_block NAMED(lanes_put_block)
INLINE void lanes_put_block(const lanes_layer *layer, const real *masks, real *sums, real *outputs,
                            vreal *z, size_t at, const size_t n)
{
    for (size_t v = 0; v < n && layer->keeps_sums; v++)
        vstore(sums + (layer->units + at + v) * LANES, z[v]);
    activate_all(layer->activation, z, n);
    for (size_t v = 0; v < n && masks != NULL; v++)
        z[v] = vmul(vload(masks + (layer->units + at + v) * LANES), z[v]);
    for (size_t v = 0; v < n; v++)
        vstore(outputs + (layer->units + at + v) * LANES, z[v]);
}

/* Sums and outputs of neurons at .. at + n - 1 from inputs x. */
#define lanes_sum_block NAMED(lanes_sum_block)
INLINE void lanes_sum_block(const lanes_layer *layer, const real *weights, const real *x,
                            const real *masks, real *sums, real *outputs, size_t at, const size_t n)
{
    vreal z[BLOCK_MAX];
    const size_t inputs = layer->inputs;
    const real *w = weights + (layer->weights + at * inputs) * LANES;
    for (size_t v = 0; v < n; v++)
        z[v] = vload(weights + (layer->biases + at + v) * LANES);
    for (size_t i = 0; i < inputs; i++) {
        vreal input = vload(x + i * LANES);
        for (size_t v = 0; v < n; v++)
            z[v] = vfma(vload(w + (v * inputs + i) * LANES), input, z[v]);
    }
    lanes_put_block(layer, masks, sums, outputs, z, at, n);
}

/* From layer `l` on, whose inputs are x. */
#define lanes_forward_row NAMED(lanes_forward_row)
INLINE void lanes_forward_row(const lanes_shape *shape, const real *weights,
                              const lanes_scratch *scratch, const real *x, const real *masks,
                              size_t l)
{
    real *outputs = scratch->outputs;
    for (; l < shape->layer_count; l++) {
        const lanes_layer *layer = &shape->layers[l];
        const real *own = l + 1 < shape->layer_count ? masks : NULL;
#define SUM(n) lanes_sum_block(layer, weights, x, own, scratch->sums, outputs, at, n)
        BY_BLOCKS(layer->outputs, SUM);
#undef SUM
        x = outputs + layer->units * LANES;
    }
}

/* Errors of inputs at .. at + n - 1 from the layer's deltas and the weights as they are;
 * the weights change behind them. */
#define lanes_back_block NAMED(lanes_back_block)
INLINE void lanes_back_block(const mover *m, const bool masked, const bp_rule_kind kind,
                             const lanes_layer *layer, const lanes_layer *before,
                             const lanes_scratch *scratch, const real *masks, vreal rate, size_t at,
                             const size_t n)
{
    const real *h = (const real *)scratch->outputs + (before->units + at) * LANES;
    const real *deltas = (const real *)scratch->deltas + layer->units * LANES;
    const real *amounts = (const real *)scratch->amounts + layer->units * LANES;
    const real *sums = before->keeps_sums ? scratch->sums : scratch->outputs;
    const size_t inputs = layer->inputs, outputs = layer->outputs;
    vreal error[BLOCK_MAX], output[BLOCK_MAX];
    for (size_t v = 0; v < n; v++) {
        error[v] = vset(0);
        output[v] = vload(h + v * LANES);
    }
    size_t place = (layer->weights + at) * LANES;
    for (size_t k = 0; k < outputs; k++, place += inputs * LANES) {
        vreal delta = vload(deltas + k * LANES), amount = vload(amounts + k * LANES);
        for (size_t v = 0; v < n; v++) {
            error[v] = vfma(vload(m->weights + place + v * LANES), delta, error[v]);
            move_weight(m, masked, kind, place + v * LANES, amount, output[v]);
        }
    }
    for (size_t v = 0; v < n; v++) {
        size_t unit = (before->units + at + v) * LANES;
        if (masks != NULL) {
            error[v] = vmul(vload(masks + unit), error[v]);
            output[v] = vmul(vset((real)before->keep), output[v]);
        }
        vreal delta = slope(before->activation, error[v], output[v], vload(sums + unit));
        vstore((real *)scratch->deltas + unit, delta);
        vstore((real *)scratch->amounts + unit, kind == BP_SGD ? vmul(rate, delta) : delta);
    }
}

/* Neurons at .. at + n - 1 of the first layer: their weights change by this row, x, and
 * while they are at hand give the next row's sums and outputs. */
#define lanes_turn_block NAMED(lanes_turn_block)
INLINE void lanes_turn_block(const mover *m, const bool masked, const bp_rule_kind kind,
                             const lanes_layer *layer, const lanes_scratch *scratch, const real *x,
                             const real *next, const real *next_masks, size_t at, const size_t n)
{
    const size_t inputs = layer->inputs;
    vreal amount[BLOCK_MAX], z[BLOCK_MAX];
    for (size_t v = 0; v < n; v++) {
        amount[v] = vload((const real *)scratch->amounts + (at + v) * LANES);
        z[v] = move_weight(m, masked, kind, (layer->biases + at + v) * LANES, amount[v], vset(1));
    }
    size_t place = (layer->weights + at * inputs) * LANES;
    for (size_t i = 0; i < inputs; i++, place += LANES) {
        vreal input = vload(x + i * LANES), coming = vload(next + i * LANES);
        for (size_t v = 0; v < n; v++) {
            size_t weight = place + v * inputs * LANES;
            z[v] = vfma(move_weight(m, masked, kind, weight, amount[v], input), coming, z[v]);
        }
    }
    lanes_put_block(layer, next_masks, scratch->sums, scratch->outputs, z, at, n);
}

/* Back through row x, every weight changed, and into the next row's first layer. */
#define lanes_back_row NAMED(lanes_back_row)
INLINE void lanes_back_row(const lanes_shape *shape, const mover *m, const bool masked,
                           const bp_rule_kind kind, const lanes_scratch *scratch, const real *x,
                           const real *masks, const real *next, const real *next_masks, vreal rate)
{
    const real *amounts = scratch->amounts;
    for (size_t l = shape->layer_count - 1; l > 0; l--) {
        const lanes_layer *layer = &shape->layers[l];
#define BACK(n)                                                                                    \
    lanes_back_block(m, masked, kind, layer, &shape->layers[l - 1], scratch, masks, rate, at, n)
        BY_BLOCKS(layer->inputs, BACK);
#undef BACK
        for (size_t j = 0; j < layer->outputs; j++)
            move_weight(m, masked, kind, (layer->biases + j) * LANES,
                        vload(amounts + (layer->units + j) * LANES), vset(1));
    }
    const lanes_layer *first = &shape->layers[0];
    if (shape->layer_count == 1)
        next_masks = NULL;
#define TURN(n) lanes_turn_block(m, masked, kind, first, scratch, x, next, next_masks, at, n)
    BY_BLOCKS(first->outputs, TURN);
#undef TURN
}

/* ---- The last layer ------------------------------------------------------------------------ */

/* One row of every lane. */
#define lanes_slot NAMED(lanes_slot)
typedef struct lanes_slot {
    real *masks;             /* [units] vectors, or NULL */
    real *inputs;            /* [inputs] vectors */
    real *expected;          /* [outputs] vectors */
    uint32_t classes[LANES]; /* UINT32_MAX of a lane with a matrix of targets */
    _Alignas(64) real weights[LANES];
} lanes_slot;

/* Outputs with softmax, deltas and amounts of the last layer; the lanes' losses are added
 * to `losses`. */
#define lanes_finish_row NAMED(lanes_finish_row)
INLINE void lanes_finish_row(const lanes_shape *shape, const lanes_scratch *scratch, double *losses,
                             const lanes_slot *slot, bool weighted, const bp_rule_kind kind,
                             vreal rate)
{
    const lanes_layer *last = &shape->layers[shape->layer_count - 1];
    real *deltas = (real *)scratch->deltas + last->units * LANES;
    _Alignas(64) real row[LANES];
    const lane_targets targets = {.objective = &shape->objective,
                                  .activation = last->activation,
                                  .outputs = shape->outputs,
                                  .expected = slot->expected,
                                  .classes = slot->classes};
    lane_finish(&targets, (const real *)scratch->sums + last->units * LANES,
                (real *)scratch->outputs + last->units * LANES, deltas, row,
                weighted ? slot->weights : NULL);
    for (size_t lane = 0; lane < LANES; lane++)
        losses[lane] += (double)row[lane];
    for (size_t k = 0; k < shape->outputs; k++) {
        vreal delta = vload(deltas + k * LANES);
        vstore((real *)scratch->amounts + (last->units + k) * LANES,
               kind == BP_SGD ? vmul(rate, delta) : delta);
    }
}

/* ---- Rows ------------------------------------------------------------------------------------ */

/* Where the lanes' rows come from; lanes that rest see some active lane's. */
#define lanes_source NAMED(lanes_source)
typedef struct lanes_source {
    const real *inputs[LANES], *targets[LANES];
    size_t input_stride[LANES], target_stride[LANES];
    const uint32_t *classes[LANES];
    const size_t *rows[LANES];
    const double *weights[LANES];
    size_t with_classes; /* lanes that have them */
    bool weighted;       /* some lane has weights */
    const real *masks[LANES];
    bool masked; /* all lanes have masks */
} lanes_source;

#define lanes_open_source NAMED(lanes_open_source)
static void lanes_open_source(const lanes_work *work, lanes_source *source)
{
    size_t some = 0;
    while (!work->active[some])
        some++;
    source->with_classes = 0;
    source->weighted = false;
    source->masked = true;
    for (size_t lane = 0; lane < LANES; lane++) {
        const lanes_rows *from = &work->rows[work->active[lane] ? lane : some];
        source->inputs[lane] = from->inputs;
        source->input_stride[lane] = from->input_stride;
        source->targets[lane] = from->targets;
        source->target_stride[lane] = from->target_stride;
        source->classes[lane] = from->classes;
        source->rows[lane] = from->rows;
        source->with_classes += from->classes != NULL;
        source->masks[lane] = from->masks;
        source->masked = source->masked && from->masks != NULL;
        source->weights[lane] = from->weights;
        source->weighted = source->weighted || from->weights != NULL;
    }
}

/* Masks of the hidden units for row t of every lane. */
#define lanes_gather_masks NAMED(lanes_gather_masks)
static void lanes_gather_masks(const lanes_shape *shape, const lanes_source *source, size_t t,
                               real *masks)
{
    const real *rows[LANES];
    const size_t hidden = shape->units - shape->outputs;
    for (size_t lane = 0; lane < LANES; lane++)
        rows[lane] = source->masks[lane] + t * hidden;
    if (hidden > 0)
        lane_transpose(rows, hidden, masks);
}

/* Row t of every lane into a slot. */
#define lanes_gather NAMED(lanes_gather)
static void lanes_gather(const lanes_shape *shape, const lanes_source *source, size_t t,
                         lanes_slot *slot)
{
    const real *inputs[LANES], *targets[LANES];
    size_t row[LANES];
    for (size_t lane = 0; lane < LANES; lane++) {
        row[lane] = source->rows[lane] != NULL ? source->rows[lane][t] : t;
        inputs[lane] = source->inputs[lane] + row[lane] * source->input_stride[lane];
        if (source->with_classes == LANES)
            slot->classes[lane] = source->classes[lane][row[lane]];
        if (source->weighted)
            slot->weights[lane] =
                source->weights[lane] != NULL ? (real)source->weights[lane][row[lane]] : 1;
    }
    lane_transpose(inputs, shape->inputs, slot->inputs);
    if (source->masked)
        lanes_gather_masks(shape, source, t, slot->masks);
    if (source->with_classes == LANES) {
        lane_expect(&shape->objective, slot->classes, shape->outputs, slot->expected);
        return;
    }
    for (size_t lane = 0; lane < LANES; lane++) {
        bool classes = source->classes[lane] != NULL;
        slot->classes[lane] = classes ? source->classes[lane][row[lane]] : UINT32_MAX;
        targets[lane] =
            classes ? NULL : source->targets[lane] + row[lane] * source->target_stride[lane];
    }
    if (source->with_classes == 0) {
        lane_transpose(targets, shape->outputs, slot->expected);
        return;
    }
    lane_expect(&shape->objective, slot->classes, shape->outputs,
                slot->expected); /* some of each */
    for (size_t lane = 0; lane < LANES; lane++)
        for (size_t k = 0; k < shape->outputs && targets[lane] != NULL; k++)
            slot->expected[k * LANES + lane] = targets[lane][k];
}

/* Rows are gathered one ahead: vectors read at once what single numbers just wrote would
 * wait until it has reached the cache. */
#define lanes_rows_of NAMED(lanes_rows_of)
INLINE void lanes_rows_of(const lanes_shape *shape, const mover *m, const bool masked,
                          const bp_rule_kind kind, const lanes_scratch *scratch, lanes_work *work,
                          vreal rate)
{
    lanes_slot slots[2] = {{.masks = scratch->masks[0],
                            .inputs = scratch->inputs[0],
                            .expected = scratch->expected[0]},
                           {.masks = scratch->masks[1],
                            .inputs = scratch->inputs[1],
                            .expected = scratch->expected[1]}};
    double losses[LANES]; /* also of lanes that rest, which are not kept */
    memcpy(losses, work->losses, sizeof losses);
    lanes_source source;
    lanes_open_source(work, &source);
    lanes_gather(shape, &source, work->first, &slots[work->first % 2]);
    if (!source.masked)
        slots[0].masks = slots[1].masks = NULL;
    const real *x = slots[work->first % 2].inputs;
    lanes_forward_row(shape, m->weights, scratch, x, slots[work->first % 2].masks, 0);
    for (size_t t = work->first; t < work->end; t++) {
        const lanes_slot *slot = &slots[t % 2], *next = slot;
        if (t + 1 < work->end) {
            next = &slots[(t + 1) % 2];
            lanes_gather(shape, &source, t + 1, &slots[(t + 1) % 2]);
        }
        if (t > work->first)
            lanes_forward_row(shape, m->weights, scratch, (const real *)scratch->outputs,
                              slot->masks, 1);
        lanes_finish_row(shape, scratch, losses, slot, source.weighted, kind, rate);
        lanes_back_row(shape, m, masked, kind, scratch, slot->inputs, slot->masks, next->inputs,
                       next->masks, rate);
    }
    for (size_t lane = 0; lane < LANES; lane++)
        if (work->active[lane])
            work->losses[lane] = losses[lane];
}

/* A number of the lanes' factors, `place` bytes into each. */
#define lanes_vector NAMED(lanes_vector)
static inline vreal lanes_vector(const lanes_factors *factors, size_t place)
{
    _Alignas(64) real lanes[LANES];
    for (size_t lane = 0; lane < LANES; lane++) {
        double number;
        memcpy(&number, (const char *)&factors->lane[lane] + place, sizeof number);
        lanes[lane] = (real)number;
    }
    return vload(lanes);
}
#define OF_LANES(name) lanes_vector(factors, offsetof(bp_rule_factors, name))

#define lanes_mover NAMED(lanes_mover)
static mover lanes_mover(const lanes_pack *pack, const lanes_work *work,
                         const lanes_factors *factors)
{
    _Alignas(64) real active[LANES];
    for (size_t lane = 0; lane < LANES; lane++)
        active[lane] = work->active[lane] ? 1 : 0;
    return (mover){.weights = pack->weights,
                   .first = pack->first,
                   .second = pack->second,
                   .step = OF_LANES(step),
                   .product = OF_LANES(product),
                   .momentum = OF_LANES(momentum),
                   .beta1 = OF_LANES(beta1),
                   .beta1_rest = OF_LANES(beta1_rest),
                   .beta2 = OF_LANES(beta2),
                   .beta2_rest = OF_LANES(beta2_rest),
                   .epsilon = OF_LANES(epsilon),
                   .active = vgreater(vload(active), vset(0))};
}

/* ---- Kernels ------------------------------------------------------------------------------------
 */

#define lanes_learn NAMED(lanes_learn)
static void lanes_learn(const lanes_shape *shape, const lanes_pack *pack,
                        const lanes_scratch *scratch, lanes_work *work, bp_rule_kind kind,
                        const lanes_factors *factors)
{
    mover m = lanes_mover(pack, work, factors);
    vreal rate = vsub(vset((real)-0.0), m.step); /* -rate, of a rate of 0 as well */
#define LEARN(masked, kind) lanes_rows_of(shape, &m, masked, kind, scratch, work, rate)
    if (kind == BP_SGD && !work->masked)
        LEARN(false, BP_SGD);
    else if (kind == BP_SGD)
        LEARN(true, BP_SGD);
    else if (kind == BP_MOMENTUM)
        LEARN(true, BP_MOMENTUM);
    else
        LEARN(true, BP_ADAM);
#undef LEARN
}

#define lanes_gradient NAMED(lanes_gradient)
static void lanes_gradient(const lanes_shape *shape, const lanes_pack *pack,
                           const lanes_scratch *scratch, lanes_work *work)
{
    lanes_pack sums = {.weights = pack->weights, .first = scratch->gradient};
    const lanes_factors none = {.lane = {{.step = 0}}};
    mover m = lanes_mover(&sums, work, &none);
    if (work->masked)
        lanes_rows_of(shape, &m, true, SUM_UP, scratch, work, m.step);
    else
        lanes_rows_of(shape, &m, false, SUM_UP, scratch, work, m.step);
}

#define lanes_apply NAMED(lanes_apply)
static void lanes_apply(const lanes_shape *shape, const lanes_pack *pack,
                        const lanes_scratch *scratch, const lanes_work *work, bp_rule_kind kind,
                        const lanes_factors *factors)
{
    mover m = lanes_mover(pack, work, factors);
    vreal scale = OF_LANES(scale);
    for (size_t place = 0; place < shape->parameters * LANES; place += LANES)
        apply_weight(&m, true, kind, place, vload((const real *)scratch->gradient + place), scale);
}

/* What stands beside the rule is the same in all lanes; numbers that follow a lane's rate or
 * clock are its own. Lanes that rest may have none. */
#define lanes_spend NAMED(lanes_spend)
static void lanes_spend(const lanes_shape *shape, const lanes_pack *pack,
                        const lanes_scratch *scratch, const lanes_work *work, bp_rule_kind kind,
                        const lanes_factors *factors)
{
    size_t some = 0;
    while (!work->active[some])
        some++;
    spender s = {.kind = kind,
                 .gradient = scratch->gradient,
                 .shares = scratch->shares,
                 .weighs = scratch->weighs};
    spender_set(&s, &factors->lane[some]);
    s.m = lanes_mover(pack, work, factors);
    s.scale = OF_LANES(scale);
    s.decay = OF_LANES(decay);
    s.first = OF_LANES(first);
    spend_gradient(&s, true, 0, shape->parameters * LANES);
}

/* ---- Rows as lanes ------------------------------------------------------------------------- */

#define lanes_forward NAMED(lanes_forward)
static void lanes_forward(const lanes_shape *shape, const lanes_pack *pack, size_t lane,
                          const lanes_scratch *scratch, const void *const *rows, size_t count)
{
    const real *weights = (const real *)pack->weights + lane;
    const lanes_layer *last = &shape->layers[shape->layer_count - 1];
    real *inputs = scratch->inputs[0], *outputs = scratch->outputs;
    real *sums = (real *)scratch->sums + last->units * LANES;
    const real *each[LANES];
    for (size_t row = 0; row < LANES; row++)
        each[row] = rows[row < count ? row : 0];
    lane_transpose(each, shape->inputs, inputs);
    const real *x = inputs;
    for (size_t l = 0; l < shape->layer_count; l++) {
        const lanes_layer *layer = &shape->layers[l];
        const lane_layer one = {.weights = weights + layer->weights * LANES,
                                .biases = weights + layer->biases * LANES,
                                .unit_panel = layer->outputs,
                                .per_unit = layer->inputs * LANES,
                                .input_panel = layer->inputs,
                                .per_input = LANES,
                                .per_bias = LANES,
                                .inputs = layer->inputs,
                                .outputs = layer->outputs,
                                .activation = layer->activation};
        real *y = outputs + layer->units * LANES;
        lane_forward(&one, x, layer == last ? sums : NULL, y);
        x = y;
    }
    if (last->activation == BP_SOFTMAX) {
        vreal largest, total;
        lane_softmax(sums, shape->outputs, outputs + last->units * LANES, &largest, &total);
    }
}

const lanes_kernels NAMED(LANES_KERNELS) = {.lanes = LANES,
                                            .learn = lanes_learn,
                                            .gradient = lanes_gradient,
                                            .apply = lanes_apply,
                                            .spend = lanes_spend,
                                            .forward = lanes_forward};

#undef BY_BLOCKS
#undef BLOCK_MAX
#undef OF_LANES
#undef INLINE
#undef SUM_UP
