/* mover_body.h: what becomes of a row's delta_j * x_i at a vector of weights: the update
 * rules of arithmetic.h, and adding it up. To be included after base/vector.h. */
#ifndef SUM_UP
#define SUM_UP BP_RULE_COUNT /* in place of a rule: the gradient adds up in `first` */
#endif

/* `active` matters where a function is told that it is masked: other lanes keep theirs. */
#define mover NAMED(mover)
typedef struct mover {
    real *weights, *first, *second;
    vreal step, product, momentum, beta1, beta1_rest, beta2, beta2_rest, epsilon;
    vmask active;
} mover;

/* The numbers of a rule in all lanes. */
#define mover_set NAMED(mover_set)
INLINE void mover_set(mover *m, const bp_rule_factors *factors)
{
    m->step = vset((real)factors->step);
    m->product = vset((real)factors->product);
    m->momentum = vset((real)factors->momentum);
    m->beta1 = vset((real)factors->beta1);
    m->beta1_rest = vset((real)factors->beta1_rest);
    m->beta2 = vset((real)factors->beta2);
    m->beta2_rest = vset((real)factors->beta2_rest);
    m->epsilon = vset((real)factors->epsilon);
}

#define move_store NAMED(move_store)
INLINE void move_store(const mover *m, const bool masked, real *to, vreal value)
{
    vstore(to, masked ? vselect(m->active, value, vload(to)) : value);
}

#undef SMALLEST_NORMAL
#define SMALLEST_NORMAL (REAL_BITS == 32 ? (real)0x1p-126 : (real)0x1p-1022)

/* What a rule keeps fades and would stay among the subnormal numbers for ever, where
 * division and roots take many times as long. */
#define faded NAMED(faded)
INLINE vreal faded(vreal a)
{
    vbits magnitude = vbits_right(vbits_left(vbits_of(a), 1), 1);
    return vselect(vgreater(vset(SMALLEST_NORMAL), vreal_of(magnitude)), vset(0), a);
}

#define momentum_weight NAMED(momentum_weight)
INLINE vreal momentum_weight(const mover *m, const bool masked, size_t place, vreal g)
{
    vreal v = faded(vfma(m->momentum, vload(m->first + place), g));
    move_store(m, masked, m->first + place, v);
    return vfnma(m->step, v, vload(m->weights + place));
}

#define adam_weight NAMED(adam_weight)
INLINE vreal adam_weight(const mover *m, const bool masked, size_t place, vreal g)
{
    vreal first = vfma(m->beta1, vload(m->first + place), vmul(m->beta1_rest, g));
    vreal second = vfma(m->beta2, vload(m->second + place), vmul(vmul(m->beta2_rest, g), g));
    first = faded(first);
    second = faded(second);
    move_store(m, masked, m->first + place, first);
    move_store(m, masked, m->second + place, second);
    vreal move = vdiv(first, vadd(vsqrt(second), m->epsilon));
    return vfnma(m->step, move, vload(m->weights + place));
}

/* Changes the weights at `place` by a row's amount and input; returns the new ones. */
#define move_weight NAMED(move_weight)
INLINE vreal move_weight(const mover *m, const bool masked, const bp_rule_kind kind, size_t place,
                         vreal amount, vreal input)
{
    vreal w;
    switch (kind) {
    case BP_SGD: w = vfma(amount, input, vload(m->weights + place)); break;
    case BP_MOMENTUM: w = momentum_weight(m, masked, place, vmul(amount, input)); break;
    case BP_ADAM: w = adam_weight(m, masked, place, vmul(amount, input)); break;
    case SUM_UP:
    default:
        move_store(m, masked, m->first + place, vfma(amount, input, vload(m->first + place)));
        return vload(m->weights + place);
    }
    move_store(m, masked, m->weights + place, w);
    return w;
}

/* Applies a summed gradient `g` to the weights at `place`. */
#define apply_weight NAMED(apply_weight)
INLINE void apply_weight(const mover *m, const bool masked, const bp_rule_kind kind, size_t place,
                         vreal g, vreal scale)
{
    vreal w;
    if (kind == BP_SGD)
        w = vfnma(m->product, g, vload(m->weights + place));
    else if (kind == BP_MOMENTUM)
        w = momentum_weight(m, masked, place, vmul(scale, g));
    else
        w = adam_weight(m, masked, place, vmul(scale, g));
    move_store(m, masked, m->weights + place, w);
}

/* ---- From the whole gradient ---------------------------------------------------------------- */

/* What stands beside a rule, and what the rarer rules need. */
#define spender NAMED(spender)
typedef struct spender {
    mover m;
    bp_rule_kind kind;
    bool clips, penalized, decays; /* whether anything of the kind is asked for */
    vreal scale, rho, rho_rest, l1, l2, decay, clip_value, first;
    const real *gradient, *shares, *weighs; /* [places]; weighs: 1 for weights, 0 for biases */
} spender;

#define spender_set NAMED(spender_set)
INLINE void spender_set(spender *s, const bp_rule_factors *factors)
{
    mover_set(&s->m, factors);
    s->scale = vset((real)factors->scale);
    s->rho = vset((real)factors->rho);
    s->rho_rest = vset((real)factors->rho_rest);
    s->l1 = vset((real)factors->l1);
    s->l2 = vset((real)factors->l2);
    s->decay = vset((real)factors->decay);
    s->clip_value = vset((real)factors->clip_value);
    s->first = vset((real)factors->first);
    s->clips = factors->clip_value > 0;
    s->penalized = factors->l1 > 0 || factors->l2 > 0;
    s->decays = factors->decay > 0;
}

#define sign_of NAMED(sign_of)
INLINE vreal sign_of(vreal a)
{
    vreal zero = vset(0);
    return vselect(vgreater(a, zero), vset(1), vselect(vgreater(zero, a), vset(-1), zero));
}

#define rprop_weight NAMED(rprop_weight)
INLINE vreal rprop_weight(const spender *s, const bool masked, size_t place, vreal g, vreal share,
                          vreal w)
{
    const mover *m = &s->m;
    vreal zero = vset(0), size = vload(m->second + place);
    size = vselect(vgreater(s->first, zero), m->step, size);
    vreal turn = vmul(sign_of(g), sign_of(vload(m->first + place)));
    vmask same = vgreater(turn, zero), other = vgreater(zero, turn);
    vreal grown = vmin(vset(50), vmul(size, vset((real)1.2)));
    vreal shrunk = vmax(vset((real)1e-6), vmul(size, vset((real)0.5)));
    size = vselect(same, grown, vselect(other, shrunk, size));
    g = vselect(other, zero, g);
    move_store(m, masked, m->first + place, g);
    move_store(m, masked, m->second + place, size);
    return vfnma(vmul(size, share), sign_of(g), w);
}

/* A new weight by the rule from its gradient, scaled and complete. */
#define rule_weight NAMED(rule_weight)
INLINE vreal rule_weight(const spender *s, const bool masked, size_t place, vreal g, vreal share,
                         vreal w)
{
    const mover *m = &s->m;
    vreal move = vmul(m->step, share), first, second;
    switch (s->kind) {
    case BP_MOMENTUM:
    case BP_NESTEROV:
        first = faded(vfma(m->momentum, vload(m->first + place), g));
        move_store(m, masked, m->first + place, first);
        return vfnma(move, s->kind == BP_NESTEROV ? vfma(m->momentum, first, g) : first, w);
    case BP_ADAM:
    case BP_ADAMW:
        first = faded(vfma(m->beta1, vload(m->first + place), vmul(m->beta1_rest, g)));
        second = faded(vfma(m->beta2, vload(m->second + place), vmul(vmul(m->beta2_rest, g), g)));
        move_store(m, masked, m->first + place, first);
        move_store(m, masked, m->second + place, second);
        return vfnma(move, vdiv(first, vadd(vsqrt(second), m->epsilon)), w);
    case BP_ADAGRAD:
    case BP_RMSPROP:
        if (s->kind == BP_ADAGRAD)
            first = vfma(g, g, vload(m->first + place));
        else
            first = vfma(s->rho, vload(m->first + place), vmul(vmul(s->rho_rest, g), g));
        first = faded(first);
        move_store(m, masked, m->first + place, first);
        return vfnma(move, vdiv(g, vadd(vsqrt(first), m->epsilon)), w);
    case BP_RPROP: return rprop_weight(s, masked, place, g, share, w);
    case BP_SGD:
    case BP_RULE_COUNT: break;
    }
    return vfnma(move, g, w);
}

/* A vector of weights at `place` by its gradient, as it was added up. */
#define spend_at NAMED(spend_at)
INLINE void spend_at(const spender *s, const bool masked, size_t place, vreal gradient)
{
    vreal w = vload(s->m.weights + place), share = vload(s->shares + place);
    vreal g = vmul(s->scale, gradient);
    vreal weighs = vload(s->weighs + place);
    if (s->clips)
        g = vmax(vsub(vset(0), s->clip_value), vmin(s->clip_value, g));
    if (s->penalized) {
        g = vfma(vmul(s->l2, weighs), w, g);
        g = vfma(vmul(s->l1, weighs), sign_of(w), g);
    }
    if (s->decays)
        w = vfnma(vmul(vmul(s->decay, share), weighs), w, w);
    move_store(&s->m, masked, s->m.weights + place, rule_weight(s, masked, place, g, share, w));
}

#define spend_gradient NAMED(spend_gradient)
static __attribute__((noinline)) void spend_gradient(const spender *s, const bool masked,
                                                     size_t start, size_t end)
{
    for (size_t place = start; place < end; place += LANES)
        spend_at(s, masked, place, vload(s->gradient + place));
}
