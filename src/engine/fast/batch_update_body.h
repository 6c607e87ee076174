/* batch_update_body.h: how a chunk's gradient is made from inputs and deltas, and what becomes of
 * it: the part of batch_kernels_body.h that changes weights, included there. */

#define mover_of NAMED(mover_of)
static inline mover mover_of(const batch_pass *pass, const bp_rule_factors *factors, double share)
{
    const batch_member *member = pass->member;
    mover m = {.weights = member->weights, .first = member->first, .second = member->second};
    if (factors != NULL) {
        mover_set(&m, factors);
        m.step = vmul(m.step, vset((real)share));
    }
    return m;
}

/* What becomes of a vector of the gradient at `place`. */
#define spend_tile NAMED(spend_tile)
INLINE void spend_tile(const mover *m, bp_rule_kind kind, real *gradient, size_t place, vreal g,
                       vreal scale)
{
    switch (kind) {
    case BP_SGD: apply_weight(m, false, BP_SGD, place, g, scale); break;
    case BP_MOMENTUM: apply_weight(m, false, BP_MOMENTUM, place, g, scale); break;
    case BP_ADAM: apply_weight(m, false, BP_ADAM, place, g, scale); break;
    case BP_RULE_COUNT:
    default: vstore(gradient + place, g); break;
    }
}

/* The gradient of m lines by v vectors of weights, from rows of a by rows of b. */
#define update_tile NAMED(update_tile)
INLINE void update_tile(const mover *mine, bp_rule_kind kind, real *gradient, vreal scale,
                        size_t place, const real *a, const real *b, size_t rows, const size_t m,
                        const size_t v)
{
    const mover here = *mine;
    tile c;
    if (kind == BP_RULE_COUNT)
        EACH(m, v) c[i][w] = vload(gradient + place + i * PANEL + w * LANES);
    else
        EACH(m, v) c[i][w] = vset(0);
    multiply(c, a, 1, PANEL, b, rows, m, v);
    EACH(m, v)
    spend_tile(&here, kind, gradient, place + i * PANEL + w * LANES, c[i][w], scale);
}

/* Adam divides and takes roots, which take long beside the multiplications that they do
 * not need: a tile's gradient waits in memory, and while the next tile's is multiplied out
 * it is spent, a vector at a time. */
#define waiting_tile NAMED(waiting_tile)
typedef struct waiting_tile {
    size_t place; /* of its weights; SIZE_MAX: none waits */
    _Alignas(64) real gradient[TILE_LINES * PANEL];
} waiting_tile;

#define TILE_VECTORS (TILE_LINES * PANEL_VECTORS)

#define spend_vector NAMED(spend_vector)
INLINE void spend_vector(const mover *m, const waiting_tile *waiting, size_t vector, vreal scale)
{
    vreal g = vload(waiting->gradient + vector * LANES);
    apply_weight(m, false, BP_ADAM, waiting->place + vector * LANES, g, scale);
}

#define spend_waiting NAMED(spend_waiting)
static void spend_waiting(const mover *m, const waiting_tile *waiting, vreal scale)
{
    for (size_t i = 0; i < TILE_VECTORS && waiting->place < SIZE_MAX; i++)
        spend_vector(m, waiting, i, scale);
}

/* A whole tile under Adam. */
#define update_behind NAMED(update_behind)
static void update_behind(const mover *mine, waiting_tile *waiting, vreal scale, size_t place,
                          const real *a, const real *b, size_t rows)
{
    const mover here = *mine;
    tile c;
    size_t done = 0;
    EACH(TILE_LINES, PANEL_VECTORS) c[i][w] = vset(0);
    if (waiting->place == SIZE_MAX)
        multiply(c, a, 1, PANEL, b, rows, TILE_LINES, PANEL_VECTORS);
    for (size_t i = 0; i < TILE_VECTORS && waiting->place < SIZE_MAX; i++) {
        size_t end = rows * (i + 1) / TILE_VECTORS;
        multiply(c, a + done * PANEL, 1, PANEL, b + done * PANEL, end - done, TILE_LINES,
                 PANEL_VECTORS);
        spend_vector(&here, waiting, i, scale);
        done = end;
    }
    EACH(TILE_LINES, PANEL_VECTORS) vstore(waiting->gradient + i * PANEL + w * LANES, c[i][w]);
    waiting->place = place;
}

/* A panel's biases: the deltas of all rows, in order. */
#define update_biases NAMED(update_biases)
static void update_biases(const batch_pass *pass, const batch_layer *layer, const mover *m,
                          bp_rule_kind kind, vreal scale, size_t panel)
{
    const real *deltas =
        (const real *)pass->scratch->deltas + layer->units + panel * pass->shape->rows * PANEL;
    const size_t place = layer->biases + panel * PANEL;
    real *gradient = pass->scratch->gradient;
    vreal sum[PANEL_VECTORS];
    for (size_t w = 0; w < PANEL_VECTORS; w++)
        sum[w] = kind == BP_RULE_COUNT ? vload(gradient + place + w * LANES) : vset(0);
    for (size_t i = 0; i < pass->rows.count; i++)
        for (size_t w = 0; w < PANEL_VECTORS; w++)
            sum[w] = vadd(sum[w], vload(deltas + i * PANEL + w * LANES));
    for (size_t w = 0; w < PANEL_VECTORS; w++)
        spend_tile(m, kind, gradient, place + w * LANES, sum[w], scale);
}

#define batch_update NAMED(batch_update)
static void batch_update(const batch_pass *pass, size_t l, bp_rule_kind kind,
                         const bp_rule_factors *factors)
{
    const batch_shape *shape = pass->shape;
    const batch_layer *layer = &shape->layers[l];
    const mover m = mover_of(pass, factors, layer->weight_rate);
    const mover m_biases = mover_of(pass, factors, layer->bias_rate);
    const vreal scale = vset(factors != NULL ? (real)factors->scale : 1);
    const real *in = input_of(pass, l);
    const real *deltas = (const real *)pass->scratch->deltas + layer->units;
    const real *a = layer->narrow ? deltas : in, *b = layer->narrow ? in : deltas;
    const size_t all_lines = layer->narrow ? layer->outputs : layer->inputs;
    const size_t all_columns = layer->narrow ? layer->inputs : layer->outputs;
    const size_t rows = pass->rows.count, row_panel = shape->rows * PANEL;
    const size_t line_tiles = whole(all_lines, TILE_LINES);
    real *gradient = pass->scratch->gradient;
    waiting_tile waiting = {.place = SIZE_MAX};
    share_of mine = share(pass, whole(all_columns, PANEL) * line_tiles);
    for (size_t t = mine.first; t < mine.end; t++) {
        const size_t panel = t / line_tiles, line = t % line_tiles * TILE_LINES;
        const size_t lines = all_lines - line, columns = all_columns - panel * PANEL;
        const size_t place = layer->weights + (panel * layer->lines + line) * PANEL;
        const real *from = a + line / PANEL * row_panel + line % PANEL;
        const real *by = b + panel * row_panel;
        if (kind == BP_ADAM && lines >= TILE_LINES && columns >= PANEL) {
            update_behind(&m, &waiting, scale, place, from, by, rows);
            continue;
        }
#define UPDATE(m_, v_) update_tile(&m, kind, gradient, scale, place, from, by, rows, m_, v_)
        BY_TILE(lines, columns, UPDATE);
#undef UPDATE
    }
    spend_waiting(&m, &waiting, scale);
    mine = share(pass, whole(layer->outputs, PANEL));
    for (size_t panel = mine.first; panel < mine.end; panel++)
        update_biases(pass, layer, &m_biases, kind, scale, panel);
}

#define batch_apply NAMED(batch_apply)
static void batch_apply(const batch_pass *pass, bp_rule_kind kind, const bp_rule_factors *factors)
{
    const mover m = mover_of(pass, factors, 1);
    const vreal scale = vset((real)factors->scale);
    real *gradient = pass->scratch->gradient;
    const share_of mine = share(pass, pass->shape->block / LANES);
    for (size_t i = mine.first; i < mine.end; i++)
        spend_tile(&m, kind, gradient, i * LANES, vload(gradient + i * LANES), scale);
}

#define spender_of NAMED(spender_of)
static inline spender spender_of(const batch_pass *pass, bp_rule_kind kind,
                                 const bp_rule_factors *factors)
{
    const batch_member *member = pass->member;
    const batch_scratch *scratch = pass->scratch;
    spender s = {
        .m = {.weights = member->weights, .first = member->first, .second = member->second},
        .kind = kind,
        .gradient = scratch->gradient,
        .shares = scratch->shares,
        .weighs = scratch->weighs};
    spender_set(&s, factors);
    return s;
}

#define batch_spend NAMED(batch_spend)
static void batch_spend(const batch_pass *pass, bp_rule_kind kind, const bp_rule_factors *factors)
{
    const spender s = spender_of(pass, kind, factors);
    const size_t start = pass->shape->scaled;
    const share_of mine = share(pass, (pass->shape->block - start) / LANES);
    spend_gradient(&s, false, start + mine.first * LANES, start + mine.end * LANES);
}

/* The sum of weight times gradient over the first layer's units, of one input's line. */
#define slope_of_scale NAMED(slope_of_scale)
static real slope_of_scale(const batch_pass *pass, const spender *s, size_t input)
{
    const batch_layer *layer = &pass->shape->layers[0];
    vreal lane[VIRTUAL_VECTORS];
    for (size_t p = 0; p < VIRTUAL_VECTORS; p++)
        lane[p] = vset(0);
    for (size_t unit = 0; unit < layer->outputs; unit += LANES) {
        const size_t place =
            layer->weights + (unit / PANEL * layer->lines + input) * PANEL + unit % PANEL;
        const size_t p = unit / LANES % VIRTUAL_VECTORS, left = layer->outputs - unit;
        vreal u = vload(s->m.weights + place), g = vload(s->gradient + place);
        if (left >= LANES) {
            lane[p] = vfma(u, g, lane[p]);
            continue;
        }
        _Alignas(64) real sums[LANES], kept[LANES];
        vstore(sums, vfma(u, g, lane[p]));
        vstore(kept, lane[p]);
        for (size_t k = left; k < LANES; k++) /* padding holds anything */
            sums[k] = kept[k];
        lane[p] = vload(sums);
    }
    return units_sum(lane);
}

/* Adam's step of an input's scale by its slope; the scale anew. */
#define move_scale NAMED(move_scale)
static real move_scale(const batch_pass *pass, const spender *s, size_t input, real slope_sum,
                       double rate)
{
    const size_t inputs = pass->shape->layers[0].inputs;
    real *scale = (real *)pass->member->scales + input;
    real *first = scale + inputs, *second = first + inputs;
    _Alignas(64) real numbers[LANES];
    const vreal g = vmul(s->scale, vset(slope_sum));
    const vreal m = faded(vfma(s->m.beta1, vset(*first), vmul(s->m.beta1_rest, g)));
    const vreal v = faded(vfma(s->m.beta2, vset(*second), vmul(vmul(s->m.beta2_rest, g), g)));
    vstore(numbers, m);
    *first = numbers[0];
    vstore(numbers, v);
    *second = numbers[0];
    const vreal move = vmul(s->m.step, vset((real)rate));
    vstore(numbers, vfnma(move, vdiv(m, vadd(vsqrt(v), s->m.epsilon)), vset(*scale)));
    return *scale = numbers[0];
}

/* Each worker has inputs of its own; the biases are the first one's. */
#define batch_scale NAMED(batch_scale)
static void batch_scale(const batch_pass *pass, bp_rule_kind kind, const bp_rule_factors *factors)
{
    const batch_layer *layer = &pass->shape->layers[0];
    spender s = spender_of(pass, kind, factors);
    real *weights = s.m.weights;
    if (pass->worker == 0)
        spend_gradient(&s, false, layer->biases, pass->shape->scaled);
    s.m.weights = pass->member->source;
    const share_of mine = share(pass, layer->inputs);
    for (size_t i = mine.first; i < mine.end; i++) {
        const real before = ((const real *)pass->member->scales)[i];
        const real slope_sum = slope_of_scale(pass, &s, i);
        const real after = move_scale(pass, &s, i, slope_sum, factors->input_scale);
        for (size_t unit = 0; unit < layer->outputs; unit += LANES) {
            const size_t place =
                layer->weights + (unit / PANEL * layer->lines + i) * PANEL + unit % PANEL;
            spend_at(&s, false, place, vmul(vset(before), vload(s.gradient + place)));
            vstore(weights + place, vmul(vset(after), vload(s.m.weights + place)));
        }
    }
}
