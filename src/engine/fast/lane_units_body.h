/* lane_units_body.h: a layer's units as vectors, in each lane a row (or a network) of its
 * own: sums from one network's weights, and the last layer's outputs, losses and deltas
 * without any horizontal operation; see arithmetic.h for the definitions. To be included
 * after units_body.h, which does the same for one row with its units side by side. */
#define BLOCK_MAX 5

/* Calls BLOCK(n) for vectors at .. at + n - 1 until all `count` are done: fours, and five
 * rather than four and one, whose only chain would be waited for. */
#define BY_BLOCKS(count, BLOCK)                                                                    \
    do {                                                                                           \
        size_t at = 0, left = (count);                                                             \
        for (; left > BLOCK_MAX; at += 4, left -= 4)                                               \
            BLOCK(4);                                                                              \
        switch (left) {                                                                            \
        case 5: BLOCK(5); break;                                                                   \
        case 4: BLOCK(4); break;                                                                   \
        case 3: BLOCK(3); break;                                                                   \
        case 2: BLOCK(2); break;                                                                   \
        default: BLOCK(1); break;                                                                  \
        }                                                                                          \
    } while (0)

/* ---- Sums ---------------------------------------------------------------------------------- */

/* Columns 0 .. count - 1 of LANES rows as vectors; the last chunk may overlap another. */
#define lane_transpose NAMED(lane_transpose)
static inline void lane_transpose(const real *const *rows, size_t count, real *vectors)
{
    if (count < VECTOR_CHUNK) {
        for (size_t lane = 0; lane < LANES; lane++)
            for (size_t i = 0; i < count; i++)
                vectors[i * LANES + lane] = rows[lane][i];
        return;
    }
    for (size_t i = 0; i < count; i += VECTOR_CHUNK) {
        size_t at = i + VECTOR_CHUNK <= count ? i : count - VECTOR_CHUNK;
        vreal columns[VECTOR_CHUNK];
        vchunk(rows, at, columns);
        for (size_t c = 0; c < VECTOR_CHUNK; c++)
            vstore(vectors + (at + c) * LANES, columns[c]);
    }
}

/* One network's layer, its weights in whatever order its way keeps them: units and inputs
 * stand in panels, and the weight of unit j and input i is
 *   weights[j / unit_panel * per_unit_panel + j % unit_panel * per_unit
 *           + i / input_panel * per_input_panel + i % input_panel * per_input]. */
#define lane_layer NAMED(lane_layer)
typedef struct lane_layer {
    const real *weights, *biases;
    size_t unit_panel, per_unit_panel, per_unit;
    size_t input_panel, per_input_panel, per_input;
    size_t per_bias;
    size_t inputs, outputs;
    bp_activation activation;
} lane_layer;

/* Units at .. at + n - 1 of a panel for a vector of rows x: sums, where asked for, and
 * outputs, both from the panel's first unit. */
#define lane_block NAMED(lane_block)
INLINE void lane_block(const lane_layer *layer, const real *weights, const real *biases,
                       const real *x, real *sums, real *outputs, size_t at, const size_t n)
{
    vreal z[BLOCK_MAX];
    const size_t per_unit = layer->per_unit, per_input = layer->per_input;
    for (size_t v = 0; v < n; v++)
        z[v] = vset(biases[(at + v) * layer->per_bias]);
    weights += at * per_unit;
    for (size_t left = layer->inputs; left > 0; weights += layer->per_input_panel) {
        const real *w = weights;
        const size_t inputs = left < layer->input_panel ? left : layer->input_panel;
        for (size_t i = 0; i < inputs; i++, w += per_input, x += LANES) {
            vreal input = vload(x);
            for (size_t v = 0; v < n; v++)
                z[v] = vfma(vset(w[v * per_unit]), input, z[v]);
        }
        left -= inputs;
    }
    for (size_t v = 0; v < n; v++) {
        if (sums != NULL)
            vstore(sums + (at + v) * LANES, z[v]);
    }
    activate_all(layer->activation, z, n);
    for (size_t v = 0; v < n; v++)
        vstore(outputs + (at + v) * LANES, z[v]);
}

#define lane_forward NAMED(lane_forward)
static void lane_forward(const lane_layer *layer, const real *x, real *sums, real *outputs)
{
    const real *weights = layer->weights, *biases = layer->biases;
    for (size_t first = 0; first < layer->outputs; first += layer->unit_panel) {
        size_t after = layer->outputs - first;
        size_t units = after < layer->unit_panel ? after : layer->unit_panel;
#define ROWS(n) lane_block(layer, weights, biases, x, sums, outputs, at, n)
        BY_BLOCKS(units, ROWS);
#undef ROWS
        weights += layer->per_unit_panel;
        biases += units * layer->per_bias;
        outputs += units * LANES;
        sums = sums != NULL ? sums + units * LANES : NULL;
    }
}

/* ---- The last layer ------------------------------------------------------------------------ */

/* Virtual lanes that hold no unit hold what changes no sum and no maximum: they are left
 * out of the tree. */
#define lane_tree NAMED(lane_tree)
static inline vreal lane_tree(vreal *lane, size_t used)
{
    for (size_t half = VIRTUAL_LANES / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half && i + half < used; i++)
            lane[i] = vadd(lane[i], lane[i + half]);
    return lane[0];
}

#define lane_softmax NAMED(lane_softmax)
static void lane_softmax(const real *z, size_t outputs, real *y, vreal *largest, vreal *total)
{
    vreal lane[VIRTUAL_LANES];
    size_t used = outputs < VIRTUAL_LANES ? outputs : VIRTUAL_LANES;
    for (size_t p = 0; p < used; p++)
        lane[p] = vset(-INFINITY);
    for (size_t k = 0; k < outputs; k++)
        lane[k % VIRTUAL_LANES] = vmax(vload(z + k * LANES), lane[k % VIRTUAL_LANES]);
    for (size_t half = VIRTUAL_LANES / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half && i + half < used; i++)
            lane[i] = vmax(lane[i + half], lane[i]);
    *largest = lane[0];
    for (size_t p = 0; p < used; p++)
        lane[p] = vset(0);
    for (size_t k = 0; k < outputs; k++) {
        vreal power = vexp(vsub(vload(z + k * LANES), *largest));
        vstore(y + k * LANES, power);
        lane[k % VIRTUAL_LANES] = vadd(lane[k % VIRTUAL_LANES], power);
    }
    *total = lane_tree(lane, used);
    for (size_t k = 0; k < outputs; k++)
        vstore(y + k * LANES, vdiv(vload(y + k * LANES), *total));
}

/* Of a network's last layer. */
#define lane_targets NAMED(lane_targets)
typedef struct lane_targets {
    const bp_objective *objective;
    bp_activation activation;
    size_t outputs;
    const real *expected;    /* [outputs] vectors */
    const uint32_t *classes; /* [LANES]; UINT32_MAX of a lane with a target for every unit */
} lane_targets;

/* Targets of the lanes' classes. The few classes here are exact as numbers, UINT32_MAX is
 * none of them. */
#define lane_expect NAMED(lane_expect)
static inline void lane_expect(const bp_objective *objective, const uint32_t *classes,
                               size_t outputs, real *expected)
{
    _Alignas(64) real numbers[LANES];
    for (size_t lane = 0; lane < LANES; lane++)
        numbers[lane] = (real)classes[lane];
    vreal class = vload(numbers), zero = vset(0), half = vset((real)0.5);
    vreal on = vset((real)objective->on), off = vset((real)objective->off);
    for (size_t k = 0; k < outputs; k++) {
        vreal apart = vsub(class, vset((real)k));
        vreal here = vselect(vgreater(half, vmul(apart, apart)), on, off);
        vstore(expected + k * LANES, outputs > 1 ? here : vselect(vgreater(class, zero), on, off));
    }
}

/* The lanes' losses but softmax's; where `turns` is given, focal's turns of the deltas. */
#define lane_loss NAMED(lane_loss)
static vreal lane_loss(const lane_targets *targets, const real *z, const real *y, real *turns)
{
    vreal lane[VIRTUAL_LANES], power, turn;
    const bp_objective *objective = targets->objective;
    const bool squared = objective->loss == BP_SQUARED_ERROR;
    size_t used = targets->outputs < VIRTUAL_LANES ? targets->outputs : VIRTUAL_LANES;
    for (size_t p = 0; p < used; p++)
        lane[p] = vset(0);
    for (size_t k = 0; k < targets->outputs; k++) {
        vreal *mine = &lane[k % VIRTUAL_LANES];
        vreal output = vload(y + k * LANES), t = vload(targets->expected + k * LANES);
        if (squared) {
            vreal error = vsub(output, t);
            *mine = vfma(error, error, *mine);
            continue;
        }
        vreal term = loss_term(objective, vload(z + k * LANES), output, t);
        if (objective->focal > 0) {
            focal_parts(objective, term, &power, &turn);
            term = vmul(power, term);
            vstore(turns + k * LANES, turn);
        }
        *mine = vadd(*mine, term);
    }
    vreal sum = lane_tree(lane, used);
    return squared ? vmul(vset((real)0.5), sum) : sum;
}

/* Softmax outputs y and the lanes' cross-entropies. */
#define lane_entropy NAMED(lane_entropy)
static vreal lane_entropy(const lane_targets *targets, const real *z, real *y)
{
    const size_t outputs = targets->outputs;
    vreal lane[VIRTUAL_LANES], largest, total;
    size_t used = outputs < VIRTUAL_LANES ? outputs : VIRTUAL_LANES;
    lane_softmax(z, outputs, y, &largest, &total);
    vreal log_total = vlog(total);
    for (size_t p = 0; p < used; p++)
        lane[p] = vset(0);
    for (size_t k = 0; k < outputs; k++)
        lane[k % VIRTUAL_LANES] =
            vfma(vload(targets->expected + k * LANES),
                 vsub(log_total, vsub(vload(z + k * LANES), largest)), lane[k % VIRTUAL_LANES]);
    vreal sum = lane_tree(lane, used);
    if (outputs == 1 || targets->objective->off > 0)
        return sum;
    _Alignas(64) real sums[LANES], bases[LANES], peaks[LANES];
    vstore(sums, sum);
    vstore(bases, log_total);
    vstore(peaks, largest);
    for (size_t j = 0; j < LANES; j++) {
        uint32_t class = targets->classes[j];
        if (class < outputs)
            sums[j] = bases[j] - (z[class * LANES + j] - peaks[j]);
    }
    return vload(sums);
}

/* From the sums z of the last layer its outputs y with softmax (else they are there), its
 * deltas and the lanes' losses. `weights` are those of the lanes' rows, or NULL. */
#define lane_finish NAMED(lane_finish)
INLINE void lane_finish(const lane_targets *targets, const real *z, real *y, real *deltas,
                        real *losses, const real *weights)
{
    const size_t outputs = targets->outputs;
    const bp_objective *objective = targets->objective;
    const bool softmax = targets->activation == BP_SOFTMAX, focal = objective->focal > 0;
    vreal turn = vset(1), power;
    vreal loss = softmax ? lane_entropy(targets, z, y) : lane_loss(targets, z, y, deltas);
    if (softmax && focal) {
        focal_parts(objective, loss, &power, &turn);
        loss = vmul(power, loss);
    }
    vstore(losses, weights != NULL ? vmul(vload(weights), loss) : loss);
    for (size_t k = 0; k < outputs; k++) {
        vreal output = vload(y + k * LANES);
        vreal error = loss_error(objective, output, vload(targets->expected + k * LANES));
        if (!loss_is_fused(objective))
            error = slope(targets->activation, error, output, vload(z + k * LANES));
        if (focal)
            error = vmul(softmax ? turn : vload(deltas + k * LANES), error);
        if (weights != NULL)
            error = vmul(vload(weights), error);
        vstore(deltas + k * LANES, error);
    }
}
