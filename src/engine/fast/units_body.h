/* units_body.h: what row kernels share: activations and their slopes over vectors, the sum
 * and the maximum over a row's units, and the last layer's losses and deltas. To be
 * included after base/vector.h and base/math_body.h; see arithmetic.h for the definitions. */
#define VIRTUAL_LANES 16
#undef VIRTUAL_VECTORS
#define VIRTUAL_VECTORS (VIRTUAL_LANES / LANES)

#define activate NAMED(activate)
#define slope NAMED(slope)
#define units_sum NAMED(units_sum)
#define units_max NAMED(units_max)
#define last_layer NAMED(last_layer)
#define softmax_outputs NAMED(softmax_outputs)
#define softmax_loss NAMED(softmax_loss)
#define sigmoid_loss NAMED(sigmoid_loss)
#define squared_loss NAMED(squared_loss)

/* Softmax is not a function of one sum: here it passes the sum on. */
static inline vreal activate(bp_activation activation, vreal z)
{
    switch (activation) {
    case BP_SIGMOID: return vsigmoid(z);
    case BP_TANH: return vtanh(z);
    case BP_RELU: return vselect(vgreater(z, vset(0)), z, vset(0));
    case BP_LINEAR:
    case BP_SOFTMAX:
    case BP_ACTIVATION_COUNT: break;
    }
    return z;
}

/* The same for n sums at once, whose functions overlap: n is a constant where it counts. */
#define activate_all NAMED(activate_all)
static inline __attribute__((always_inline)) void activate_all(bp_activation activation, vreal *z,
                                                               const size_t n)
{
    if (activation == BP_SIGMOID)
        for (size_t v = 0; v < n; v++)
            z[v] = vsigmoid(z[v]);
    else if (activation == BP_TANH)
        for (size_t v = 0; v < n; v++)
            z[v] = vtanh(z[v]);
    else if (activation == BP_RELU)
        for (size_t v = 0; v < n; v++)
            z[v] = activate(BP_RELU, z[v]);
}

/* error times the derivative at output y. */
static inline vreal slope(bp_activation activation, vreal error, vreal y)
{
    switch (activation) {
    case BP_SIGMOID: return vmul(error, vmul(y, vsub(vset(1), y)));
    case BP_TANH: return vmul(error, vfnma(y, y, vset(1)));
    case BP_RELU: return vselect(vgreater(y, vset(0)), error, vset(0));
    case BP_LINEAR:
    case BP_SOFTMAX:
    case BP_ACTIVATION_COUNT: break;
    }
    return error;
}

/* The tree over the virtual lanes. */
static inline real units_sum(vreal lane[VIRTUAL_VECTORS])
{
    for (size_t half = VIRTUAL_VECTORS / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++)
            lane[i] = vadd(lane[i], lane[i + half]);
    return vtree(lane[0]);
}

static inline real units_max(vreal lane[VIRTUAL_VECTORS])
{
    _Alignas(64) real rest[LANES];
    for (size_t half = VIRTUAL_VECTORS / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++)
            lane[i] = vmax(lane[i + half], lane[i]);
    vstore(rest, lane[0]);
    for (size_t half = LANES / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++)
            rest[i] = rest[i + half] > rest[i] ? rest[i + half] : rest[i];
    return rest[0];
}

/* Sums z[count] to probabilities y; gives the largest sum and the total of exp. `used` is
 * 1 for units and 0 for padding; `count` is a multiple of the virtual lanes. */
static inline void softmax_outputs(const real *z, const real *used, size_t count, real *y,
                                   real *largest, real *total)
{
    vreal lane[VIRTUAL_VECTORS];
    for (size_t p = 0; p < VIRTUAL_VECTORS; p++)
        lane[p] = vset(-INFINITY);
    for (size_t u = 0; u < count; u += VIRTUAL_LANES)
        for (size_t p = 0; p < VIRTUAL_VECTORS; p++) {
            vmask real_unit = vgreater(vload(used + u + p * LANES), vset(0));
            vreal sum = vselect(real_unit, vload(z + u + p * LANES), vset(-INFINITY));
            lane[p] = vmax(sum, lane[p]);
        }
    *largest = units_max(lane);
    for (size_t p = 0; p < VIRTUAL_VECTORS; p++)
        lane[p] = vset(0);
    for (size_t u = 0; u < count; u += VIRTUAL_LANES)
        for (size_t p = 0; p < VIRTUAL_VECTORS; p++) {
            vmask real_unit = vgreater(vload(used + u + p * LANES), vset(0));
            vreal power = vexp(vsub(vload(z + u + p * LANES), vset(*largest)));
            power = vselect(real_unit, power, vset(0));
            vstore(y + u + p * LANES, power);
            lane[p] = vadd(lane[p], power);
        }
    *total = units_sum(lane);
    for (size_t u = 0; u < count; u += LANES)
        vstore(y + u, vdiv(vload(y + u), vset(*total)));
}

/* Of targets t[count], zeros in the padding. A z of padding is whatever the lane held. */
static inline real softmax_loss(const real *z, const real *t, const real *used, size_t count,
                                real largest, real total)
{
    _Alignas(64) real log_total[LANES];
    vreal lane[VIRTUAL_VECTORS];
    vstore(log_total, vlog(vset(total)));
    for (size_t p = 0; p < VIRTUAL_VECTORS; p++)
        lane[p] = vset(0);
    for (size_t u = 0; u < count; u += VIRTUAL_LANES)
        for (size_t p = 0; p < VIRTUAL_VECTORS; p++) {
            vmask real_unit = vgreater(vload(used + u + p * LANES), vset(0));
            vreal surprise =
                vsub(vset(log_total[0]), vsub(vload(z + u + p * LANES), vset(largest)));
            vreal sum = vfma(vload(t + u + p * LANES), surprise, lane[p]);
            lane[p] = vselect(real_unit, sum, lane[p]);
        }
    return units_sum(lane);
}

static inline real sigmoid_loss(const real *z, const real *t, const real *used, size_t count)
{
    vreal lane[VIRTUAL_VECTORS], zero = vset(0), one = vset(1);
    for (size_t p = 0; p < VIRTUAL_VECTORS; p++)
        lane[p] = zero;
    for (size_t u = 0; u < count; u += VIRTUAL_LANES)
        for (size_t p = 0; p < VIRTUAL_VECTORS; p++) {
            vmask real_unit = vgreater(vload(used + u + p * LANES), zero);
            vreal sum = vload(z + u + p * LANES);
            vmask positive = vgreater(sum, zero);
            vreal minus = vselect(positive, vsub(zero, sum), sum); /* -|z| */
            vreal linear = vfnma(sum, vload(t + u + p * LANES), vselect(positive, sum, zero));
            vreal term = vadd(linear, vlog(vadd(one, vexp(minus))));
            lane[p] = vselect(real_unit, vadd(lane[p], term), lane[p]);
        }
    return units_sum(lane);
}

static inline real squared_loss(const real *y, const real *t, const real *used, size_t count)
{
    vreal lane[VIRTUAL_VECTORS];
    for (size_t p = 0; p < VIRTUAL_VECTORS; p++)
        lane[p] = vset(0);
    for (size_t u = 0; u < count; u += VIRTUAL_LANES)
        for (size_t p = 0; p < VIRTUAL_VECTORS; p++) {
            vmask real_unit = vgreater(vload(used + u + p * LANES), vset(0));
            vreal error = vsub(vload(y + u + p * LANES), vload(t + u + p * LANES));
            error = vselect(real_unit, error, vset(0));
            lane[p] = vfma(error, error, lane[p]);
        }
    return (real)0.5 * units_sum(lane);
}

/* The last layer of a row: from its sums z and targets t the outputs y (with softmax; else
 * they are there already), the deltas and the loss, which it returns. `class_index` is
 * that of a class target of several outputs, or SIZE_MAX. All arrays [count]. */
static inline real last_layer(bp_loss loss, bp_activation activation, const real *z, const real *t,
                              size_t class_index, const real *used, size_t count, real *y,
                              real *deltas)
{
    real row_loss = 0, largest, total;
    if (activation == BP_SOFTMAX) {
        softmax_outputs(z, used, count, y, &largest, &total);
        if (class_index < SIZE_MAX) {
            _Alignas(64) real log_total[LANES];
            vstore(log_total, vlog(vset(total)));
            row_loss = log_total[0] - (z[class_index] - largest);
        } else {
            row_loss = softmax_loss(z, t, used, count, largest, total);
        }
    } else {
        row_loss = loss == BP_SQUARED_ERROR ? squared_loss(y, t, used, count)
                                            : sigmoid_loss(z, t, used, count);
    }
    for (size_t u = 0; u < count; u += LANES) {
        vreal output = vload(y + u), error = vsub(output, vload(t + u));
        vstore(deltas + u, loss == BP_SQUARED_ERROR ? slope(activation, error, output) : error);
    }
    return row_loss;
}
