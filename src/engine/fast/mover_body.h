/* mover_body.h: what becomes of a row's delta_j * x_i at a vector of weights: the update
 * rules of arithmetic.h, and adding it up. To be included after base/vector.h. */
#ifndef INLINE
#define INLINE static inline __attribute__((always_inline))
#endif
#ifndef SUM_UP
#define SUM_UP BP_RULE_COUNT /* in place of a rule: the gradient adds up in `first` */
#endif

/* `active` matters where a function is told that it is masked: other lanes keep theirs. */
#define mover NAMED(mover)
typedef struct mover {
    real *weights, *first, *second;
    vreal step, momentum, beta1, beta1_rest, beta2, beta2_rest, epsilon;
    vmask active;
} mover;

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
        w = vfnma(m->step, g, vload(m->weights + place));
    else if (kind == BP_MOMENTUM)
        w = momentum_weight(m, masked, place, vmul(scale, g));
    else
        w = adam_weight(m, masked, place, vmul(scale, g));
    move_store(m, masked, m->weights + place, w);
}
