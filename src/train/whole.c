/* whole.c: conjugate gradients and L-BFGS with a line search by the strong Wolfe conditions:
 * Nocedal and Wright, Numerical Optimization, 2006, algorithms 3.5, 3.6, 5.4 and 7.5; the method
 * of Levenberg and Marquardt; iRprop+, whose steps ask for the loss. */
#include "train/whole.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define PAIRS 10 /* of steps and changes of the gradient that L-BFGS keeps */
#define SEARCH_STEPS 30
#define DECREASE 1e-4        /* c1 */
#define CURVATURE_NEWTON 0.9 /* c2 of L-BFGS, whose first step is mostly right */
#define CURVATURE_CONJUGATE 0.1

/* The parts of a member's memory, each [parameters]; the pairs behind them. */
typedef struct vectors {
    size_t n;
    double *x, *g, *d, *trial, *trial_g; /* here, its gradient, the direction, on trial */
    double *s, *y;                       /* [PAIRS][n] */
    double *scalars;                     /* [WHOLE_SCALARS + 2 PAIRS] */
} vectors;

enum { READY, VALUE, PAIR_COUNT, PAIR_NEXT, SLOPE, LAST_STEP, DAMPING, LAST_VALUE };

static vectors vectors_of(const bp_trainer *trainer, size_t member)
{
    size_t n = trainer->parameters;
    double *memory = trainer->members[member].memory;
    vectors v = {.n = n, .scalars = memory, .x = memory + WHOLE_SCALARS + 2 * PAIRS};
    v.g = v.x + n;
    v.d = v.g + n;
    v.trial = v.d + n;
    v.trial_g = v.trial + n;
    v.s = v.trial_g + n;
    v.y = v.s + (trainer->options.method == BP_LBFGS ? PAIRS * n : 0);
    return v;
}

size_t whole_memory(bp_method method, size_t parameters)
{
    size_t each = method == BP_LBFGS ? 5 + 2 * PAIRS : 5, head = WHOLE_SCALARS + 2 * PAIRS;
    if (method == BP_BY_RULE)
        return 0;
    if (method == BP_LEVENBERG_MARQUARDT) {
        if (parameters > 20000) /* its matrix is parameters^2 */
            return SIZE_MAX;
        return head + 5 * parameters + parameters * parameters * 2;
    }
    if (parameters > (SIZE_MAX / 16 - head) / each)
        return SIZE_MAX;
    return head + each * parameters;
}

static bool is_place(double number, double limit)
{
    return number >= 0 && number < limit && number == floor(number);
}

bool whole_is_sound(const double scalars[WHOLE_SCALARS])
{
    return is_place(scalars[PAIR_COUNT], PAIRS + 1) && is_place(scalars[PAIR_NEXT], PAIRS);
}

/* ---- The objective -------------------------------------------------------------------------- */

static void put_block(const bp_trainer *trainer, const double *x, void *block)
{
    if (bp_plan_type(trainer->plan) == BP_F64) {
        memcpy(block, x, trainer->parameters * sizeof(double));
        return;
    }
    for (size_t i = 0; i < trainer->parameters; i++)
        ((float *)block)[i] = (float)x[i];
}

static double at(const bp_trainer *trainer, const void *block, size_t i)
{
    return bp_plan_type(trainer->plan) == BP_F32 ? (double)((const float *)block)[i]
                                                 : ((const double *)block)[i];
}

/* Half of the sum of squares of the weights, biases left out; adds its gradient. */
static double penalty(const bp_trainer *trainer, const double *x, double *gradient)
{
    const bp_net *net = bp_plan_net(trainer->plan);
    double sum = 0, l2 = trainer->options.l2;
    for (size_t l = 0; l < bp_net_layer_count(net) && l2 > 0; l++) {
        const bp_layer *layer = bp_net_layer(net, l);
        for (size_t i = layer->weights; i < layer->biases; i++) {
            sum = fma(x[i], x[i], sum);
            gradient[i] = fma(l2, x[i], gradient[i]);
        }
    }
    return l2 * sum / 2;
}

/* The mean of the rows' losses and the penalty at `x`, and their gradient. */
static double objective(bp_trainer *trainer, size_t index, const double *x, double *gradient)
{
    trainer_member *member = &trainer->members[index];
    double loss = 0, rows = (double)member->count;
    put_block(trainer, x, trainer->scratch);
    bp_plan_swap_parameters(trainer->plan, index, trainer->scratch);
    bp_plan_gradient(trainer->plan, index, member->samples, member->rows, member->count,
                     trainer->scratch, &loss);
    for (size_t i = 0; i < trainer->parameters; i++)
        gradient[i] = at(trainer, trainer->scratch, i) / rows;
    return loss / rows + penalty(trainer, x, gradient);
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum = fma(a[i], b[i], sum);
    return sum;
}

static double lesser(double a, double b)
{
    return a < b ? a : b;
}

static double greater(double a, double b)
{
    return a > b ? a : b;
}

static double largest(const double *a, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fabs(a[i]) > most ? fabs(a[i]) : most;
    return most;
}

/* ---- The line search ---------------------------------------------------------------------------
 */

/* A point along the direction: how far, the objective and its slope there. */
typedef struct point {
    double step, value, slope;
} point;

typedef struct search {
    bp_trainer *trainer;
    size_t member;
    const vectors *v;
    point start;
    double curvature;
    size_t left; /* evaluations */
} search;

static point try_step(search *s, double step)
{
    const vectors *v = s->v;
    for (size_t i = 0; i < v->n; i++)
        v->trial[i] = fma(step, v->d[i], v->x[i]);
    point p = {.step = step};
    p.value = objective(s->trainer, s->member, v->trial, v->trial_g);
    p.slope = dot(v->trial_g, v->d, v->n);
    s->left -= s->left > 0;
    return p;
}

static bool decreases_enough(const search *s, const point *p)
{
    return p->value <= s->start.value + DECREASE * p->step * s->start.slope;
}

static bool is_flat_enough(const search *s, const point *p)
{
    return fabs(p->slope) <= -s->curvature * s->start.slope;
}

/* The least of the cubic through two points and their slopes, kept away from both. */
static double between(const point *a, const point *b)
{
    double d1 = a->slope + b->slope - 3 * (a->value - b->value) / (a->step - b->step);
    double square = d1 * d1 - a->slope * b->slope, width = b->step - a->step;
    double middle = (a->step + b->step) / 2;
    if (!(square >= 0) || !isfinite(d1))
        return middle;
    double d2 = (width > 0 ? 1 : -1) * sqrt(square);
    double bend = b->slope - a->slope + 2 * d2;
    if (bend == 0) /* a straight line */
        return middle;
    double step = b->step - width * (b->slope + d2 - d1) / bend;
    double low = lesser(a->step, b->step), high = greater(a->step, b->step),
           margin = 0.1 * (high - low);
    return step >= low + margin && step <= high - margin ? step : middle;
}

/* Algorithm 3.6: `low` is the better end. */
static point zoom(search *s, point low, point high)
{
    while (s->left > 0 && fabs(high.step - low.step) > 1e-14 * fabs(low.step) + DBL_MIN) {
        point p = try_step(s, between(&low, &high));
        if (!isfinite(p.value) || !decreases_enough(s, &p) || p.value >= low.value) {
            high = p;
            continue;
        }
        if (is_flat_enough(s, &p))
            return p;
        if (p.slope * (high.step - low.step) >= 0)
            high = low;
        low = p;
    }
    return try_step(s, low.step); /* so that the trial is that of what is returned */
}

/* Algorithm 3.5. The trial and its gradient are those of the step found. */
static point find_step(search *s, double first)
{
    point last = s->start;
    double step = first;
    /* Doubling is exact. NOLINTNEXTLINE(cert-flp30-c) */
    for (;; step *= 2) {
        point p = try_step(s, step);
        bool fails = !isfinite(p.value) || !decreases_enough(s, &p)
                     || (last.step > 0 && p.value >= last.value);
        if (fails)
            return zoom(s, last, p);
        if (is_flat_enough(s, &p) || s->left == 0)
            return p;
        if (p.slope >= 0)
            return zoom(s, p, last);
        last = p;
    }
}

/* ---- Directions ---------------------------------------------------------------------------------
 */

/* Algorithm 7.4: the product of the inverse Hessian that the pairs tell of and -g. */
static void newton_direction(const vectors *v)
{
    size_t count = (size_t)v->scalars[PAIR_COUNT], next = (size_t)v->scalars[PAIR_NEXT];
    double *rho = v->scalars + WHOLE_SCALARS, *alpha = rho + PAIRS;
    for (size_t i = 0; i < v->n; i++)
        v->d[i] = -v->g[i];
    for (size_t k = 0; k < count; k++) { /* the newest first */
        size_t p = (next + 2 * PAIRS - 1 - k) % PAIRS;
        const double *s = v->s + p * v->n, *y = v->y + p * v->n;
        alpha[p] = rho[p] * dot(s, v->d, v->n);
        for (size_t i = 0; i < v->n; i++)
            v->d[i] = fma(-alpha[p], y[i], v->d[i]);
    }
    if (count > 0) {
        size_t p = (next + PAIRS - 1) % PAIRS;
        const double *y = v->y + p * v->n;
        double squares = rho[p] * dot(y, y, v->n); /* may underflow, or be a checkpoint's */
        double scale = squares > 0 ? 1 / squares : 1;
        for (size_t i = 0; i < v->n; i++)
            v->d[i] *= scale;
    }
    for (size_t k = count; k-- > 0;) {
        size_t p = (next + 2 * PAIRS - 1 - k) % PAIRS;
        const double *s = v->s + p * v->n, *y = v->y + p * v->n;
        double beta = rho[p] * dot(y, v->d, v->n);
        for (size_t i = 0; i < v->n; i++)
            v->d[i] = fma(alpha[p] - beta, s[i], v->d[i]);
    }
}

/* The step just made becomes a pair, where the curvature along it is positive. */
static void keep_pair(const vectors *v)
{
    size_t p = (size_t)v->scalars[PAIR_NEXT];
    double *s = v->s + p * v->n, *y = v->y + p * v->n;
    for (size_t i = 0; i < v->n; i++) {
        s[i] = v->trial[i] - v->x[i];
        y[i] = v->trial_g[i] - v->g[i];
    }
    double curvature = dot(s, y, v->n), squares = dot(y, y, v->n);
    if (!(curvature > 1e-12 * squares) || !(curvature > DBL_MIN) || !(squares > DBL_MIN))
        return; /* what has underflowed would be divided by */
    v->scalars[WHOLE_SCALARS + p] = 1 / curvature;
    v->scalars[PAIR_NEXT] = (double)((p + 1) % PAIRS);
    if (v->scalars[PAIR_COUNT] < PAIRS)
        v->scalars[PAIR_COUNT] += 1;
}

/* The next conjugate direction from the gradient on trial, equations (34a) and (34b); before
 * the point moves. */
static void conjugate_direction(const vectors *v, bp_method method)
{
    double before = dot(v->g, v->g, v->n), after = dot(v->trial_g, v->trial_g, v->n);
    double across = dot(v->trial_g, v->g, v->n);
    double beta = method == BP_CG_FLETCHER_REEVES ? after / before : (after - across) / before;
    if (!(beta > 0) || !isfinite(beta) || fabs(across) > 0.2 * after) /* Powell's restart */
        beta = 0;
    for (size_t i = 0; i < v->n; i++)
        v->d[i] = fma(beta, v->d[i], -v->trial_g[i]);
}

/* ---- Iterations
 * ---------------------------------------------------------------------------------- */

static void begin(bp_trainer *trainer, size_t index, const vectors *v)
{
    bp_plan_get_parameters(trainer->plan, index, trainer->scratch);
    for (size_t i = 0; i < v->n; i++)
        v->x[i] = at(trainer, trainer->scratch, i);
    v->scalars[VALUE] = objective(trainer, index, v->x, v->g);
    for (size_t i = 0; i < v->n; i++)
        v->d[i] = -v->g[i];
    v->scalars[READY] = 1;
    v->scalars[PAIR_COUNT] = v->scalars[PAIR_NEXT] = 0;
    v->scalars[LAST_STEP] = 0;
    v->scalars[DAMPING] = 1e-3;
}

static void note(bp_trainer *trainer, size_t index, const vectors *v)
{
    trainer_member *member = &trainer->members[index];
    member->sum = v->scalars[VALUE] * (double)member->count;
    member->record.slope = largest(v->g, v->n);
    put_block(trainer, v->x, trainer->scratch);
    bp_plan_swap_parameters(trainer->plan, index, trainer->scratch);
}

static void search_along(bp_trainer *trainer, size_t index, const vectors *v)
{
    bp_method method = trainer->options.method;
    bool newton = method == BP_LBFGS;
    if (newton)
        newton_direction(v);
    double slope = dot(v->g, v->d, v->n);
    if (!(slope < 0)) { /* no descent: begin anew */
        for (size_t i = 0; i < v->n; i++)
            v->d[i] = -v->g[i];
        v->scalars[PAIR_COUNT] = 0;
        slope = -dot(v->g, v->g, v->n);
    }
    if (!(slope < 0))
        return; /* at rest */
    search s = {.trainer = trainer,
                .member = index,
                .v = v,
                .start = {.value = v->scalars[VALUE], .slope = slope},
                .curvature = newton ? CURVATURE_NEWTON : CURVATURE_CONJUGATE,
                .left = SEARCH_STEPS};
    double first = 1;
    if (!newton || v->scalars[PAIR_COUNT] == 0)
        first = v->scalars[LAST_STEP] < 0 ? lesser(1e6, v->scalars[LAST_STEP] / slope)
                                          : lesser(1, 1 / sqrt(-slope));
    point found = find_step(&s, first);
    if (!(found.value < v->scalars[VALUE])) { /* no progress along it */
        v->scalars[PAIR_COUNT] = 0;
        v->scalars[LAST_STEP] = 0;
        for (size_t i = 0; i < v->n; i++)
            v->d[i] = -v->g[i];
        return;
    }
    v->scalars[LAST_STEP] = found.step * slope; /* the same first change of the objective */
    if (newton)
        keep_pair(v);
    else
        conjugate_direction(v, method);
    memcpy(v->x, v->trial, v->n * sizeof(double));
    memcpy(v->g, v->trial_g, v->n * sizeof(double));
    v->scalars[VALUE] = found.value;
}

/* ---- Levenberg-Marquardt
 * --------------------------------------------------------------------------- */

/* A gradient of one output of one row: the loss is that of targets which differ from the
 * outputs by 1 there alone, so that dLoss/dw is dy_k/dw. */
static void output_gradient(bp_trainer *trainer, size_t index, size_t row, size_t k, double *y,
                            double *gradient)
{
    trainer_member *member = &trainer->members[index];
    size_t outputs = bp_net_output_count(bp_plan_net(trainer->plan));
    bp_samples one = {.inputs = member->samples->inputs, .targets = bp_matrix_f64(y, 1, outputs)};
    one.inputs.data =
        (const unsigned char *)one.inputs.data + row * one.inputs.row_stride * sizeof(double);
    one.inputs.rows = 1;
    double kept = y[k], ignored;
    y[k] = kept - 1;
    bp_plan_gradient(trainer->plan, index, &one, NULL, 1, gradient, &ignored);
    y[k] = kept;
}

/* The sum over rows and outputs of J J^T, J = dy_k/dw, by rows up to the diagonal. */
static void sum_products(bp_trainer *trainer, size_t index, double *matrix, double *y, double *j)
{
    trainer_member *member = &trainer->members[index];
    size_t n = trainer->parameters, outputs = bp_net_output_count(bp_plan_net(trainer->plan));
    memset(matrix, 0, n * n * sizeof *matrix);
    for (size_t i = 0; i < member->count; i++) {
        size_t row = member->rows[i];
        double weight = member->samples->weights != NULL ? member->samples->weights[row] : 1;
        bp_matrix_out to = bp_matrix_out_f64(y, 1, outputs);
        bp_plan_forward(trainer->plan, index, &member->samples->inputs, &row, 1, &to);
        for (size_t k = 0; k < outputs; k++) {
            output_gradient(trainer, index, row, k, y, j);
            for (size_t a = 0; a < n; a++)
                for (size_t b = 0; b <= a && j[a] != 0; b++)
                    matrix[a * n + b] = fma(weight * j[a], j[b], matrix[a * n + b]);
        }
    }
}

/* Cholesky's factor of (matrix / rows + penalty + damping) into `factor`; false where it is
 * not positive. */
static bool factorize(const bp_trainer *trainer, const double *matrix, double rows, double damping,
                      double *factor, size_t n)
{
    double l2 = trainer->options.l2;
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b <= a; b++) {
            double sum = matrix[a * n + b] / rows;
            if (a == b)
                sum += l2 + damping;
            for (size_t k = 0; k < b; k++)
                sum = fma(-factor[a * n + k], factor[b * n + k], sum);
            if (a == b && !(sum > 0))
                return false;
            factor[a * n + b] = a == b ? sqrt(sum) : sum / factor[b * n + b];
        }
    return true;
}

/* d = -(factor factor^T)^-1 g. */
static void solve(const double *factor, const double *g, double *d, size_t n)
{
    for (size_t a = 0; a < n; a++) {
        double sum = -g[a];
        for (size_t b = 0; b < a; b++)
            sum = fma(-factor[a * n + b], d[b], sum);
        d[a] = sum / factor[a * n + a];
    }
    for (size_t a = n; a-- > 0;) {
        double sum = d[a];
        for (size_t b = a + 1; b < n; b++)
            sum = fma(-factor[b * n + a], d[b], sum);
        d[a] = sum / factor[a * n + a];
    }
}

/* Steps of more and more damping until one makes the objective less: equation (34c). */
static void marquardt(bp_trainer *trainer, size_t index, const vectors *v)
{
    trainer_member *member = &trainer->members[index];
    size_t n = v->n;
    double *matrix = v->s, *factor = matrix + n * n;
    double y[1024];
    put_block(trainer, v->x, trainer->scratch);
    bp_plan_swap_parameters(trainer->plan, index, trainer->scratch);
    sum_products(trainer, index, matrix, y, v->trial);
    for (int attempt = 0; attempt < SEARCH_STEPS; attempt++) {
        if (factorize(trainer, matrix, (double)member->count, v->scalars[DAMPING], factor, n)) {
            solve(factor, v->g, v->d, n);
            for (size_t i = 0; i < n; i++)
                v->trial[i] = v->x[i] + v->d[i];
            double value = objective(trainer, index, v->trial, v->trial_g);
            if (value < v->scalars[VALUE]) {
                memcpy(v->x, v->trial, n * sizeof(double));
                memcpy(v->g, v->trial_g, n * sizeof(double));
                v->scalars[VALUE] = value;
                v->scalars[DAMPING] = greater(v->scalars[DAMPING] / 10, 1e-15);
                return;
            }
        }
        v->scalars[DAMPING] *= 10;
    }
}

/* ---- iRprop+ ------------------------------------------------------------------------------- */

#define FIRST_SIZE 0.0125 /* of a step */
#define GREATEST_SIZE 50
#define LEAST_SIZE 1e-6

/* What one weight moves by, equation (34d). Here `trial` has the sizes of the steps, `trial_g`
 * the last gradient, `d` the last move. */
static double sized_move(const vectors *v, size_t i, bool rose)
{
    double turn = v->g[i] * v->trial_g[i];
    if (turn > 0)
        v->trial[i] = lesser(v->trial[i] * 1.2, GREATEST_SIZE);
    if (turn < 0)
        v->trial[i] = greater(v->trial[i] * 0.5, LEAST_SIZE);
    v->trial_g[i] = turn < 0 ? 0 : v->g[i];
    if (turn < 0)
        return rose ? -v->d[i] : 0;
    v->d[i] = v->g[i] > 0 ? -v->trial[i] : v->g[i] < 0 ? v->trial[i] : 0;
    return v->d[i];
}

static void step_by_signs(bp_trainer *trainer, size_t index, const vectors *v)
{
    bool rose = v->scalars[VALUE] > v->scalars[LAST_VALUE];
    for (size_t i = 0; i < v->n; i++)
        v->x[i] += sized_move(v, i, rose);
    v->scalars[LAST_VALUE] = v->scalars[VALUE];
    v->scalars[VALUE] = objective(trainer, index, v->x, v->g);
}

static void begin_by_signs(const vectors *v)
{
    v->scalars[LAST_VALUE] = v->scalars[VALUE];
    for (size_t i = 0; i < v->n; i++) {
        v->trial[i] = FIRST_SIZE;
        v->trial_g[i] = v->d[i] = 0;
    }
}

void whole_step(bp_trainer *trainer, size_t index)
{
    bp_method method = trainer->options.method;
    vectors v = vectors_of(trainer, index);
    if (v.scalars[READY] == 0) {
        begin(trainer, index, &v);
        if (method == BP_IRPROP_PLUS)
            begin_by_signs(&v);
    }
    double before = v.scalars[VALUE];
    if (method == BP_LEVENBERG_MARQUARDT)
        marquardt(trainer, index, &v);
    else if (method == BP_IRPROP_PLUS)
        step_by_signs(trainer, index, &v);
    else
        search_along(trainer, index, &v);
    trainer_member *member = &trainer->members[index];
    bool gained = v.scalars[VALUE] < before || method == BP_IRPROP_PLUS; /* which may rise */
    member->stuck = gained ? 0 : member->stuck + 1;
    note(trainer, index, &v);
}
