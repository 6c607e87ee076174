/* units_body.h: what row kernels share: activations and their slopes over vectors, the sum
 * and the maximum over a row's units, and the last layer's losses and deltas. To be
 * included after base/vector.h, math_body.h and math_special_body.h; see arithmetic.h for
 * the definitions. */
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
#define squared_loss NAMED(squared_loss)

#undef SELU_SCALE
#undef SELU_EDGE
#define SELU_SCALE vset((real)1.0507009873554804934)
#define SELU_EDGE vset((real)1.7580993408473768599) /* scale times alpha */

/* exp(z) - 1 below 0, where it loses at most a rounding of 1. */
#define less_one NAMED(less_one)
static inline vreal less_one(vreal z)
{
    return vsub(vexp(vmin(vset(0), z)), vset(1));
}

/* The normal distribution function. */
#define normal NAMED(normal)
static inline vreal normal(vreal z)
{
    vreal half = vset((real)0.5);
    return vfma(half, verf(vmul(z, vset((real)0.70710678118654752440))), half);
}

/* max(z, 0) + log(1 + exp(-|z|)). */
#define softplus NAMED(softplus)
static inline vreal softplus(vreal z)
{
    vreal zero = vset(0);
    return vadd(vselect(vgreater(z, zero), z, zero),
                vlog(vadd(vset(1), vexp(vsub(zero, math_abs(z))))));
}

/* tanh(softplus(z)) = n / (n + 2) with e = exp(z), n = e (e + 2); 1 from 20 on. */
#define mish_parts NAMED(mish_parts)
static inline void mish_parts(vreal z, vreal *e, vreal *part, vreal *value)
{
    *e = vexp(vmin(vset(20), z));
    vreal n = vmul(*e, vadd(*e, vset(2)));
    *part = vdiv(vset(1), vadd(n, vset(2)));
    *value = vmul(n, *part);
}

/* Functions that take their time anyway; the others stay in the kernels. */
#define activate_other NAMED(activate_other)
static __attribute__((noinline)) vreal activate_other(bp_activation activation, vreal z)
{
    vreal zero = vset(0), one = vset(1), e, part, value;
    vmask positive = vgreater(z, zero);
    switch (activation) {
    case BP_LEAKY_RELU: return vselect(positive, z, vmul(z, vset((real)0.01)));
    case BP_ELU: return vselect(positive, z, less_one(z));
    case BP_SELU: return vselect(positive, vmul(SELU_SCALE, z), vmul(SELU_EDGE, less_one(z)));
    case BP_GELU: return vmul(z, normal(z));
    case BP_SILU: return vmul(z, vsigmoid(z));
    case BP_MISH: mish_parts(z, &e, &part, &value); return vmul(z, value);
    case BP_SOFTPLUS: return softplus(z);
    case BP_SOFTSIGN: return vdiv(z, vadd(one, math_abs(z)));
    case BP_HARD_SIGMOID: return vmin(one, vmax(zero, vfma(z, vset((real)1 / 6), vset((real)0.5))));
    case BP_GAUSSIAN: return vexp(vsub(zero, vmul(z, z)));
    case BP_SINE: return vsin(z);
    case BP_EXPONENTIAL: return vexp(z);
    case BP_LINEAR:
    case BP_SIGMOID:
    case BP_TANH:
    case BP_RELU:
    case BP_SOFTMAX:
    case BP_ACTIVATION_COUNT: break;
    }
    return z;
}

/* Softmax is not a function of one sum: here it passes the sum on. */
static inline vreal activate(bp_activation activation, vreal z)
{
    switch (activation) {
    case BP_SIGMOID: return vsigmoid(z);
    case BP_TANH: return vtanh(z);
    case BP_RELU: return vselect(vgreater(z, vset(0)), z, vset(0));
    case BP_LINEAR:
    case BP_SOFTMAX: return z;
    default: return activate_other(activation, z);
    }
}

/* The same for n sums at once, whose functions overlap: n is a constant where it counts. */
#define activate_all NAMED(activate_all)
INLINE void activate_all(bp_activation activation, vreal *z, const size_t n)
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
    else if (activation != BP_LINEAR && activation != BP_SOFTMAX)
        for (size_t v = 0; v < n; v++)
            z[v] = activate_other(activation, z[v]);
}

#define mish_slope NAMED(mish_slope)
static inline vreal mish_slope(vreal z)
{
    vreal e, part, value;
    mish_parts(z, &e, &part, &value);
    vreal inner = vmul(vmul(vset(4), vmul(e, vadd(e, vset(1)))), vmul(part, part));
    return vfma(vmin(vset(20), z), inner, value);
}

/* error times the derivative, of those told from z and the rarer ones told from y. */
#define slope_other NAMED(slope_other)
static __attribute__((noinline)) vreal slope_other(bp_activation activation, vreal error, vreal y,
                                                   vreal z)
{
    vreal zero = vset(0), one = vset(1), s;
    vmask positive = vgreater(y, zero);
    switch (activation) {
    case BP_LEAKY_RELU: return vselect(positive, error, vmul(error, vset((real)0.01)));
    case BP_ELU: return vmul(error, vselect(positive, one, vadd(y, one)));
    case BP_SELU: return vmul(error, vselect(positive, SELU_SCALE, vadd(y, SELU_EDGE)));
    case BP_GELU:
        s = vmul(vset((real)0.39894228040143267794), vexp(vmul(vset((real)-0.5), vmul(z, z))));
        return vmul(error, vfma(z, s, normal(z)));
    case BP_SILU: s = vsigmoid(z); return vmul(error, vmul(s, vfma(z, vsub(one, s), one)));
    case BP_MISH: return vmul(error, mish_slope(z));
    case BP_SOFTPLUS: return vmul(error, vsigmoid(z));
    case BP_SOFTSIGN: s = vsub(one, math_abs(y)); return vmul(error, vmul(s, s));
    case BP_HARD_SIGMOID:
        s = vselect(vgreater(one, y), vset((real)1 / 6), zero);
        return vmul(error, vselect(positive, s, zero));
    case BP_GAUSSIAN: return vmul(error, vmul(vmul(vset(-2), z), y));
    case BP_SINE: return vmul(error, vcos(z));
    case BP_EXPONENTIAL: return vmul(error, y);
    case BP_LINEAR:
    case BP_SIGMOID:
    case BP_TANH:
    case BP_RELU:
    case BP_SOFTMAX:
    case BP_ACTIVATION_COUNT: break;
    }
    return error;
}

/* error times the derivative at output y and sum z, which is read where the activation is
 * bp_activation_is_by_sum alone. */
static inline vreal slope(bp_activation activation, vreal error, vreal y, vreal z)
{
    switch (activation) {
    case BP_SIGMOID: return vmul(error, vmul(y, vsub(vset(1), y)));
    case BP_TANH: return vmul(error, vfnma(y, y, vset(1)));
    case BP_RELU: return vselect(vgreater(y, vset(0)), error, vset(0));
    case BP_LINEAR:
    case BP_SOFTMAX: return error;
    default: return slope_other(activation, error, y, z);
    }
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

/* What a unit adds to the loss, of losses but softmax's cross-entropy and the squared error. */
#define loss_term NAMED(loss_term)
static __attribute__((noinline)) vreal loss_term(const bp_objective *objective, vreal z, vreal y,
                                                 vreal t)
{
    vreal zero = vset(0), one = vset(1), error = vsub(y, t), size = math_abs(error);
    vreal delta = vset((real)objective->huber_delta), share = vset((real)objective->quantile);
    switch (objective->loss) {
    case BP_CROSS_ENTROPY: {
        vmask positive = vgreater(z, zero);
        vreal minus = vselect(positive, vsub(zero, z), z); /* -|z| */
        vreal linear = vfnma(z, t, vselect(positive, z, zero));
        return vadd(linear, vlog(vadd(one, vexp(minus))));
    }
    case BP_ABSOLUTE_ERROR: return size;
    case BP_HUBER:
        return vselect(vgreater(size, delta), vmul(delta, vfnma(vset((real)0.5), delta, size)),
                       vmul(vmul(vset((real)0.5), error), error));
    case BP_LOG_COSH:
        return vadd(size, vsub(vlog(vadd(one, vexp(vmul(vset(-2), size)))),
                               vset((real)0.69314718055994530942)));
    case BP_QUANTILE: return vmul(size, vselect(vgreater(error, zero), vsub(one, share), share));
    case BP_POISSON: return vfnma(z, t, y);
    case BP_SQUARED_ERROR:
    case BP_LOSS_COUNT: break;
    }
    return zero;
}

/* dLoss/dy of the rarer losses. */
#define loss_error_other NAMED(loss_error_other)
static __attribute__((noinline)) vreal loss_error_other(const bp_objective *objective, vreal error)
{
    vreal zero = vset(0), one = vset(1);
    vreal delta = vset((real)objective->huber_delta), share = vset((real)objective->quantile);
    vmask above = vgreater(error, zero), below = vgreater(zero, error);
    switch (objective->loss) {
    case BP_ABSOLUTE_ERROR: return vselect(above, one, vselect(below, vset(-1), vmul(zero, error)));
    case BP_HUBER: return vmax(vsub(zero, delta), vmin(delta, error));
    case BP_LOG_COSH: return vtanh(error);
    case BP_QUANTILE:
        return vselect(above, vsub(one, share),
                       vselect(below, vsub(zero, share), vmul(zero, error)));
    case BP_SQUARED_ERROR:
    case BP_CROSS_ENTROPY:
    case BP_POISSON:
    case BP_LOSS_COUNT: break;
    }
    return error;
}

/* dLoss/dy, or dLoss/dz where the derivative of loss and activation cancel. */
#define loss_error NAMED(loss_error)
static inline vreal loss_error(const bp_objective *objective, vreal y, vreal t)
{
    vreal error = vsub(y, t);
    if (objective->loss == BP_SQUARED_ERROR || objective->loss == BP_CROSS_ENTROPY
        || objective->loss == BP_POISSON)
        return error;
    return loss_error_other(objective, error);
}

/* Whether dLoss/dz is loss_error as it is. */
#define loss_is_fused NAMED(loss_is_fused)
static inline bool loss_is_fused(const bp_objective *objective)
{
    return objective->loss == BP_CROSS_ENTROPY || objective->loss == BP_POISSON;
}

/* By what the focal loss multiplies a cross-entropy, and by what its slope. */
#define focal_parts NAMED(focal_parts)
static inline void focal_parts(const bp_objective *objective, vreal entropy, vreal *power,
                               vreal *turn)
{
    vreal zero = vset(0), one = vset(1), focal = vset((real)objective->focal);
    vreal right = vexp(vsub(zero, entropy)), wrong = vsub(one, right);
    vmask any = vgreater(wrong, zero);
    vreal raised = vexp(vmul(focal, vlog(wrong)));
    vreal grown = vmul(raised, vfma(focal, vdiv(vmul(entropy, right), wrong), one));
    *power = vselect(any, raised, vmul(zero, entropy)); /* NaN stays */
    *turn = vselect(any, grown, vmul(zero, entropy));
}

/* The sum of loss_term over a row. */
#define term_loss NAMED(term_loss)
static inline real term_loss(const bp_objective *objective, const real *z, const real *y,
                             const real *t, const real *used, size_t count)
{
    vreal lane[VIRTUAL_VECTORS], zero = vset(0);
    for (size_t p = 0; p < VIRTUAL_VECTORS; p++)
        lane[p] = zero;
    for (size_t u = 0; u < count; u += VIRTUAL_LANES)
        for (size_t p = 0; p < VIRTUAL_VECTORS; p++) {
            size_t at = u + p * LANES;
            vmask real_unit = vgreater(vload(used + at), zero);
            vreal term = loss_term(objective, vload(z + at), vload(y + at), vload(t + at));
            if (objective->focal > 0) {
                vreal power, turn;
                focal_parts(objective, term, &power, &turn);
                term = vmul(power, term);
            }
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

/* Softmax outputs y and the row's cross-entropy. */
#define softmax_row NAMED(softmax_row)
static inline real softmax_row(const real *z, const real *t, size_t class_index, const real *used,
                               size_t count, real *y)
{
    real largest, total;
    softmax_outputs(z, used, count, y, &largest, &total);
    if (class_index == SIZE_MAX)
        return softmax_loss(z, t, used, count, largest, total);
    _Alignas(64) real log_total[LANES];
    vstore(log_total, vlog(vset(total)));
    return log_total[0] - (z[class_index] - largest);
}

/* The last layer of a row: from its sums z and targets t the outputs y (with softmax; else
 * they are there already), the deltas and the loss, which it returns. `class_index` is
 * that of a class target of several outputs that is 1 among zeros, or SIZE_MAX. All
 * arrays [count]. */
static inline real last_layer(const bp_objective *objective, bp_activation activation,
                              const real *z, const real *t, size_t class_index, const real *used,
                              size_t count, real *y, real *deltas)
{
    real row_loss;
    vreal power, turn = vset(1);
    const bool focal = objective->focal > 0, softmax = activation == BP_SOFTMAX;
    if (softmax)
        row_loss = softmax_row(z, t, class_index, used, count, y);
    else if (objective->loss == BP_SQUARED_ERROR)
        row_loss = squared_loss(y, t, used, count);
    else
        row_loss = term_loss(objective, z, y, t, used, count);
    if (focal && softmax) {
        _Alignas(64) real lanes[LANES];
        focal_parts(objective, vset(row_loss), &power, &turn);
        vstore(lanes, vmul(power, vset(row_loss)));
        row_loss = lanes[0];
    }
    for (size_t u = 0; u < count; u += LANES) {
        vreal output = vload(y + u), sum = vload(z + u), expected = vload(t + u);
        vreal error = loss_error(objective, output, expected);
        if (!loss_is_fused(objective))
            error = slope(activation, error, output, sum);
        if (focal && !softmax)
            focal_parts(objective, loss_term(objective, sum, output, expected), &power, &turn);
        vstore(deltas + u, focal ? vmul(turn, error) : error);
    }
    return row_loss;
}

/* A row's weight, last of all; returns the loss. */
#define weigh_row NAMED(weigh_row)
static inline real weigh_row(const double *weights, size_t row, size_t count, real *deltas,
                             real loss)
{
    if (weights == NULL)
        return loss;
    vreal weight = vset((real)weights[row]);
    for (size_t u = 0; u < count; u += LANES)
        vstore(deltas + u, vmul(weight, vload(deltas + u)));
    return (real)weights[row] * loss;
}
