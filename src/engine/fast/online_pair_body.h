/* online_pair_body.h: the quick path of the way `online`: two layers of at most PAIR_VECTORS
 * vectors each, SGD. Sums, outputs, deltas and biases never leave the registers, and a
 * layer's outputs reach the next layer by permutation instead of through memory: with such
 * networks all time goes into the chain of dependent operations. Included by
 * online_kernels_body.h. H and O, the vectors of the hidden and the output layer, are
 * constants wherever these functions are called. */
#define PAIR_VECTORS 2
#define PAIR_UNITS (PAIR_VECTORS * LANES)

/* Target rows of the classes, [classes + 1][O * LANES]; the last is for none of them. */
#define fill_class_rows NAMED(fill_class_rows)
static void fill_class_rows(const bp_objective *objective, real *rows, size_t outputs, size_t width)
{
    size_t classes = outputs == 1 ? 2 : outputs;
    for (size_t c = 0; c <= classes; c++)
        for (size_t k = 0; k < width; k++)
            rows[c * width + k] = k < outputs ? (real)objective->off : 0;
    if (outputs == 1)
        rows[width] = (real)objective->on;
    for (size_t c = 0; outputs > 1 && c < outputs; c++)
        rows[c * width + c] = (real)objective->on;
}

/* What a row should give, as a row of O vectors. */
#define expected_row NAMED(expected_row)
INLINE const real *expected_row(const online_rows *rows, size_t row, size_t outputs,
                                const real *class_rows, real *copy, const size_t O)
{
    if (rows->classes != NULL) {
        size_t c = rows->classes[row];
        c = outputs == 1 ? c != 0 : c < outputs ? c : outputs;
        return class_rows + c * O * LANES;
    }
    const real *targets = (const real *)rows->targets + row * rows->target_stride;
    for (size_t k = 0; k < outputs; k++)
        copy[k] = targets[k];
    return copy;
}

#define pair_squared_loss NAMED(pair_squared_loss)
INLINE real pair_squared_loss(const vreal *error, const vreal *used, const size_t O)
{
    vreal zero = vset(0), first = vselect(vgreater(used[0], zero), error[0], zero);
    vreal sum = vfma(first, first, zero);
    if (O == 2) {
        vreal second = vselect(vgreater(used[1], zero), error[1], zero);
        if (LANES == VIRTUAL_LANES)
            sum = vfma(second, second, sum);
        else
            sum = vadd(sum, vfma(second, second, zero));
    }
    return (real)0.5 * vtree(sum);
}

/* z[v] = the sums of vectors of weights w[count][O] with the lanes of x, in order. */
#define pair_sum NAMED(pair_sum)
INLINE void pair_sum(vreal *z, const real *w, const vreal *x, size_t count, const size_t H,
                     const size_t O)
{
    for (size_t o = 0; o < O; o++)
        z[o] = vfma(vload(w + o * LANES), vlane_first(x[0]), z[o]);
    for (size_t h = 0; h < H; h++)
        for (size_t j = h == 0; j < LANES && h * LANES + j < count; j++) {
            vreal input = vlane(x[h], j);
            for (size_t o = 0; o < O; o++)
                z[o] = vfma(vload(w + ((h * LANES + j) * O + o) * LANES), input, z[o]);
        }
}

/* Adds amount * lane j of x to the vectors of weights w[count][O]. */
#define pair_move NAMED(pair_move)
INLINE void pair_move(real *w, const vreal *amount, const vreal *x, size_t count, const size_t H,
                      const size_t O)
{
    for (size_t h = 0; h < H; h++)
        for (size_t j = 0; j < LANES && h * LANES + j < count; j++) {
            vreal input = vlane(x[h], j);
            for (size_t o = 0; o < O; o++) {
                real *at = w + ((h * LANES + j) * O + o) * LANES;
                vstore(at, vfma(amount[o], input, vload(at)));
            }
        }
}

/* Errors of the hidden layer from the deltas of the last, through the transposed weights
 * wt[outputs][H], which change behind them. */
#define pair_back NAMED(pair_back)
INLINE void pair_back(vreal *error, real *wt, const vreal *delta, const vreal *amount,
                      const vreal *hidden, size_t outputs, const size_t H, const size_t O)
{
    for (size_t h = 0; h < H; h++) {
        vreal w = vload(wt + h * LANES);
        error[h] = vfma(w, vlane_first(delta[0]), vset(0));
        vstore(wt + h * LANES, vfma(vlane_first(amount[0]), hidden[h], w));
    }
    for (size_t o = 0; o < O; o++)
        for (size_t k = o == 0; k < LANES && o * LANES + k < outputs; k++) {
            vreal d = vlane(delta[o], k), a = vlane(amount[o], k);
            for (size_t h = 0; h < H; h++) {
                real *at = wt + ((o * LANES + k) * H + h) * LANES;
                vreal w = vload(at);
                error[h] = vfma(w, d, error[h]);
                vstore(at, vfma(a, hidden[h], w));
            }
        }
}

/* Changes the first layer's weights w[inputs][H] by this row and sums the next with them. */
#define pair_move_and_sum NAMED(pair_move_and_sum)
INLINE void pair_move_and_sum(vreal *z, real *w, const vreal *amount, const real *x,
                              const real *next, size_t inputs, const size_t H)
{
    for (size_t i = 0; i < inputs; i++) {
        vreal input = vset(x[i]), next_input = vset(next[i]);
        for (size_t h = 0; h < H; h++) {
            real *at = w + (i * H + h) * LANES;
            vreal moved = vfma(amount[h], input, vload(at));
            vstore(at, moved);
            z[h] = vfma(moved, next_input, z[h]);
        }
    }
}

/* Deltas of the last layer and the loss, when it is not the squared error. */
#define pair_finish NAMED(pair_finish)
static real pair_finish(const online_shape *shape, const online_scratch *scratch, const vreal *z,
                        vreal *y, const real *expected, size_t class_index, vreal *delta,
                        const size_t O)
{
    const online_layer *last = &shape->layers[1];
    _Alignas(64) real deltas[PAIR_UNITS < VIRTUAL_LANES ? VIRTUAL_LANES : PAIR_UNITS];
    real *t = scratch->expected, *outputs = (real *)scratch->outputs + last->units;
    for (size_t o = 0; o < O; o++) {
        vstore((real *)scratch->sums + last->units + o * LANES, z[o]);
        vstore(outputs + o * LANES, y[o]);
        vstore(t + o * LANES, vload(expected + o * LANES));
    }
    real loss =
        last_layer(&shape->objective, last->activation, (const real *)scratch->sums + last->units,
                   t, class_index, scratch->used, shape->last, outputs, deltas);
    for (size_t o = 0; o < O; o++) {
        delta[o] = vload(deltas + o * LANES);
        vstore(t + o * LANES, vset(0));
    }
    return loss;
}

#define train_pair NAMED(train_pair)
INLINE double train_pair(const online_shape *shape, online_member *member,
                         const online_scratch *scratch, const online_rows *rows, double rate,
                         const bp_activation inner, const bp_activation outer, const bp_loss kind,
                         const size_t H, const size_t O)
{
    _Alignas(64) real class_rows[(PAIR_UNITS + 2) * PAIR_UNITS], copy[PAIR_UNITS] = {0};
    const online_layer *first = &shape->layers[0], *last = &shape->layers[1];
    const size_t inputs = first->inputs, hidden = first->outputs, outputs = last->outputs;
    real *weights = member->weights, *w1 = weights + first->weights, *w2 = weights + last->weights;
    real *wt = weights + last->transposed;
    vreal b1[PAIR_VECTORS], b2[PAIR_VECTORS], used[PAIR_VECTORS], h[PAIR_VECTORS], z[PAIR_VECTORS];
    vreal y[PAIR_VECTORS], delta[PAIR_VECTORS], amount[PAIR_VECTORS], error[PAIR_VECTORS];
    vreal step = vset((real)-rate), one = vset(1), z1[PAIR_VECTORS];
    double loss = 0;
    if (rows->classes != NULL)
        fill_class_rows(&shape->objective, class_rows, outputs, O * LANES);
    for (size_t v = 0; v < H; v++)
        b1[v] = z1[v] = vload(weights + first->biases + v * LANES);
    for (size_t v = 0; v < O; v++) {
        b2[v] = vload(weights + last->biases + v * LANES);
        used[v] = vload((const real *)scratch->used + v * LANES);
    }
    const real *x = input_row(rows, 0);
    for (size_t i = 0; i < inputs; i++)
        for (size_t v = 0; v < H; v++)
            z1[v] = vfma(vload(w1 + (i * H + v) * LANES), vset(x[i]), z1[v]);
    for (size_t r = 0; r < rows->count; r++) {
        size_t row = rows->rows != NULL ? rows->rows[r] : r;
        const real *next = r + 1 < rows->count ? input_row(rows, r + 1) : x;
        const real *t = expected_row(rows, row, outputs, class_rows, copy, O);
        for (size_t v = 0; v < H; v++)
            h[v] = activate(inner, z1[v]);
        for (size_t v = 0; v < O; v++)
            z[v] = b2[v];
        pair_sum(z, w2, h, hidden, H, O);
        for (size_t v = 0; v < O; v++)
            y[v] = activate(outer, z[v]);
        if (kind == BP_SQUARED_ERROR) {
            for (size_t v = 0; v < O; v++) {
                error[v] = vsub(y[v], vload(t + v * LANES));
                delta[v] = slope(outer, error[v], y[v], z[v]);
            }
            loss += (double)pair_squared_loss(error, used, O);
        } else {
            size_t class_index = rows->classes != NULL && outputs > 1
                                         && rows->classes[row] < outputs
                                         && !(shape->objective.off > 0)
                                     ? rows->classes[row]
                                     : SIZE_MAX;
            loss += (double)pair_finish(shape, scratch, z, y, t, class_index, delta, O);
        }
        for (size_t v = 0; v < O; v++) {
            amount[v] = vmul(step, delta[v]);
            b2[v] = vfma(amount[v], one, b2[v]);
        }
        pair_back(error, wt, delta, amount, h, outputs, H, O);
        pair_move(w2, amount, h, hidden, H, O);
        for (size_t v = 0; v < H; v++) {
            amount[v] = vmul(step, slope(inner, error[v], h[v], z1[v]));
            z1[v] = b1[v] = vfma(amount[v], one, b1[v]);
        }
        pair_move_and_sum(z1, w1, amount, x, next, inputs, H);
        x = next;
    }
    for (size_t v = 0; v < H; v++)
        vstore(weights + first->biases + v * LANES, b1[v]);
    for (size_t v = 0; v < O; v++)
        vstore(weights + last->biases + v * LANES, b2[v]);
    return loss;
}

/* Whether the quick path takes this network. */
#define is_pair NAMED(is_pair)
static bool is_pair(const online_shape *shape, const online_rows *rows)
{
    return LANES > 1 && rows->weights == NULL && rows->masks == NULL && shape->layer_count == 2
           && shape->layers[0].width <= PAIR_UNITS && shape->layers[1].width <= PAIR_UNITS
           && shape->layers[1].outputs <= VIRTUAL_LANES * 2;
}

/* The textbook's own network, all sigmoid, has constants for its activations. */
#define train_any_pair NAMED(train_any_pair)
static double train_any_pair(const online_shape *shape, online_member *member,
                             const online_scratch *scratch, const online_rows *rows, double rate)
{
    const online_layer *first = &shape->layers[0], *last = &shape->layers[1];
    bool wide = first->width > LANES, wide_end = last->width > LANES;
#define PAIR(inner, outer, kind, H, O)                                                             \
    train_pair(shape, member, scratch, rows, rate, inner, outer, kind, H, O)
    if (shape->objective.loss == BP_SQUARED_ERROR && first->activation == BP_SIGMOID
        && last->activation == BP_SIGMOID && !wide_end)
        return wide ? PAIR(BP_SIGMOID, BP_SIGMOID, BP_SQUARED_ERROR, 2, 1)
                    : PAIR(BP_SIGMOID, BP_SIGMOID, BP_SQUARED_ERROR, 1, 1);
    if (wide_end)
        return wide ? PAIR(first->activation, last->activation, shape->objective.loss, 2, 2)
                    : PAIR(first->activation, last->activation, shape->objective.loss, 1, 2);
    return wide ? PAIR(first->activation, last->activation, shape->objective.loss, 2, 1)
                : PAIR(first->activation, last->activation, shape->objective.loss, 1, 1);
#undef PAIR
}
