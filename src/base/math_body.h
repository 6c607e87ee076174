/* math_body.h: exp, log, log2, tanh and sigmoid over the vectors of vector.h, to be included
 * after it. One fixed sequence of correctly rounded operations each, the same for every
 * instruction set; within 2.5 ulp, sigmoid within 3. NaN gives NaN.
 *
 * exp(w) is 2^n exp(r) with n = round(w / ln 2), |r| <= ln 2 / 2, and exp(r) is the
 * quotient (Q + rP) / (Q - rP) of Pade, P and Q even in r: of order 6 in float64 (error
 * 2e-19), of order 3 in float32 (6e-9). Both are multiplied by a power of two, which
 * the quotient does not see, to keep intermediate results away from the edges. */
#undef MATH_ROUNDER
#undef MATH_LOG2_E
#undef MATH_LN2_HIGH
#undef MATH_LN2_LOW
#undef MATH_MARGIN
#undef MATH_C
#if REAL_BITS == 32
#define MATH_C(f32, f64) f32
#else
#define MATH_C(f32, f64) f64
#endif
/* Added to a small number, leaves its nearest integer in the lowest bits. */
#define MATH_ROUNDER MATH_C(0x1.8p23f, 0x1.8p52)
#define MATH_LOG2_E MATH_C(0x1.715476p+0f, 0x1.71547652b82fep+0)
#define MATH_LN2_HIGH MATH_C(0x1.62e43p-1f, 0x1.62e42fefa39efp-1)
#define MATH_LN2_LOW MATH_C(-0x1.05c61p-29f, 0x1.abc9e3b39803fp-56)
#define MATH_MARGIN MATH_C(32, 64) /* exponents kept from the edges */

#define vexp NAMED(vexp)
#define vlog NAMED(vlog)
#define vlog2 NAMED(vlog2)
#define vtanh NAMED(vtanh)
#define vsigmoid NAMED(vsigmoid)
#define math_pade NAMED(math_pade)
#define math_scale NAMED(math_scale)
#define math_tanh_near NAMED(math_tanh_near)

/* P and Q of the quotient at x = r^2, multiplied by `scale`, a power of two. */
static inline void math_pade(vreal x, real scale, vreal *p, vreal *q)
{
#if REAL_BITS == 32
    *p = vfma(x, vset(scale), vset(60 * scale));
    *q = vfma(x, vset(12 * scale), vset(120 * scale));
#else
    scale *= 0.984375; /* keeps q below 1, where numbers stand closer */
    vreal top = vfma(x, vset(scale / 665280), vset(scale / 792));
    vreal bottom = vfma(x, vset(5 * scale / 44), vset(scale));
    *p = vfma(vfma(x, vset(scale / 15840), vset(scale / 66)), x, vset(scale / 2));
    *q = vfma(vmul(x, x), top, bottom);
#endif
}

/* a 2^n, where the lowest bits of `rounded` hold n and the result is a normal number. */
static inline vreal math_scale(vreal a, vreal rounded)
{
    return vreal_of(vbits_add(vbits_of(a), vbits_left(vbits_of(rounded), REAL_MANTISSA)));
}

/* 1 / (1 + exp(-z)) = A / (A + 2^n B), A / B = exp(r), -z = n ln 2 - r: one division.
 * Beyond the bounds the result is 1 or rounds to 0. The square does without the low part
 * of ln 2, which makes it ready sooner; r is moved by what that changes. */
static inline vreal vsigmoid(vreal z)
{
    vreal p, q;
    z = vmin(vset(MATH_C(18.0f, 40.0)), vmax(vset(MATH_C(-104.5f, -746.0)), z));
    vreal rounded = vfnma(z, vset(MATH_LOG2_E), vset(MATH_ROUNDER));
    vreal n = vsub(rounded, vset(MATH_ROUNDER));
    vreal high = vfma(n, vset(MATH_LN2_HIGH), z);
    vreal r = vfma(n, vset(MATH_LN2_LOW), high);
    vreal x = vmul(high, high);
    r = vfnma(x, vmul(n, vset(MATH_LN2_LOW / 6)), r);
    math_pade(x, MATH_C(0x1p-32f, 0x1p-64), &p, &q);
    vreal a = vfma(r, p, q), b = vfnma(r, p, q);
    return vdiv(a, vadd(a, math_scale(b, rounded)));
}

/* |z| - tanh |z| over |z|^3 as numerator / denominator at y = z^2 for |z| <= 0.55: least-maximum
 * fits, with which tanh has a relative error of 2^-28.9 in float32, 2^-62.9 in float64. */
static inline void math_tanh_near(vreal y, vreal *numerator, vreal *denominator)
{
#if REAL_BITS == 32
    *numerator = vfma(y, vset(0x1.96e46ep-10f), vset(0x1.55554ep-2f));
    *denominator = vfma(y, vset(0x1.9e5c64p-2f), vset(1));
#else
    vreal top = vfma(y, vset(0x1.a1dcc33d7daf3p-13), vset(0x1.4fe13929cee32p-6));
    vreal bottom = vfma(y, vset(0x1.b14ca7b147ecap-13), vset(0x1.7da44aa66d62ap-6));
    *numerator = vfma(top, y, vset(0x1.5555555555555p-2));
    *denominator = vfma(vfma(bottom, y, vset(0x1.d893d451705fdp-2)), y, vset(1));
#endif
}

/* Of the size of z, the sign put back at the end: |z| less what math_tanh_near gives, or
 * from 0.55 on 1 - 2A / (A + 2^n B), A / B = exp(-r), 2|z| = n ln 2 + r; one division for
 * both. The quotient being at most a half, r does without the low part of ln 2. */
static inline vreal vtanh(vreal z)
{
    vreal p, q, near, near_bottom, one = vset(1);
    vbits sign = vbits_and(vbits_of(z), vbits_set(MATH_C(INT32_MIN, INT64_MIN)));
    vreal size = vmin(vset(MATH_C(10, 20)), vreal_of(vbits_sub(vbits_of(z), sign)));
    vmask small = vgreater(vset((real)0.55), size);
    vreal y = vmul(size, size), cube = vmul(size, y);
    math_tanh_near(y, &near, &near_bottom);
    vreal w = vadd(size, size);
    vreal rounded = vfma(w, vset(MATH_LOG2_E), vset(MATH_ROUNDER));
    vreal n = vsub(rounded, vset(MATH_ROUNDER));
    vreal r = vfnma(n, vset(MATH_LN2_HIGH), w);
    math_pade(vmul(r, r), 1, &p, &q);
    vreal a = vfnma(r, p, q), b = vfma(r, p, q);
    vreal top = vselect(small, vmul(cube, near), vadd(a, a));
    vreal bottom = vselect(small, near_bottom, vadd(a, math_scale(b, rounded)));
    vreal value = vsub(vselect(small, size, one), vdiv(top, bottom));
    return vreal_of(vbits_or(vbits_of(value), sign));
}

/* The power of two goes on in two steps, the first exact. */
static inline vreal vexp(vreal w)
{
    vreal p, q;
    w = vmin(vset(MATH_C(89.0f, 710.0)), vmax(vset(MATH_C(-104.5f, -746.0)), w));
    vmask large = vgreater(w, vset(0));
    vreal rounded = vfma(w, vset(MATH_LOG2_E), vset(MATH_ROUNDER));
    vreal n = vsub(rounded, vset(MATH_ROUNDER));
    vreal high = vfnma(n, vset(MATH_LN2_HIGH), w);
    vreal r = vfnma(n, vset(MATH_LN2_LOW), high);
    math_pade(vmul(r, r), 1, &p, &q);
    vreal a = vfnma(r, p, q), b = vfma(r, p, q);
    vreal inner = vadd(rounded, vselect(large, vset(-MATH_MARGIN), vset(MATH_MARGIN)));
    vreal outer = vselect(large, vset(MATH_C(0x1p32f, 0x1p64)), vset(MATH_C(0x1p-32f, 0x1p-64)));
    return vmul(vdiv(math_scale(b, inner), a), outer);
}

/* What logarithms have in common: x = m 2^e, m within sqrt(1/2)..sqrt(2), and log m = f +
 * tail, f = m - 1 exactly: log m = 2 atanh(s), s = f / (2 + f), by its series; 2s = f - sf. */
#define math_log_parts NAMED(math_log_parts)
static inline void math_log_parts(vreal x, vreal *e, vreal *f, vreal *tail)
{
    const int64_t half = MATH_C(128, 1024), root = MATH_C(0x3f3504f3, 0x3fe6a09e667f3bcd);
    vmask tiny = vgreater(vset(MATH_C(0x1p-126f, 0x1p-1022)), x);
    vreal normal = vselect(tiny, vmul(x, vset(MATH_C(0x1p32f, 0x1p64))), x);
    vbits bits = vbits_of(normal);
    vbits lifted = vbits_add(bits, vbits_set((half << REAL_MANTISSA) - root));
    vbits biased = vbits_right(lifted, REAL_MANTISSA);
    vbits exponent = vbits_sub(biased, vbits_set(half));
    vreal m = vreal_of(vbits_sub(bits, vbits_left(exponent, REAL_MANTISSA)));
    vreal two_up = vset(MATH_C(0x1p23f, 0x1p52)); /* its lowest bits count ones */
    *e = vsub(vreal_of(vbits_or(biased, vbits_of(two_up))), vadd(two_up, vset((real)half)));
    *e = vsub(*e, vselect(tiny, vset(MATH_MARGIN), vset(0)));
    *f = vsub(m, vset(1));
    vreal s = vdiv(*f, vadd(*f, vset(2))), z = vmul(s, s);
    vreal series = vset((real)1 / MATH_C(9, 21));
    for (int n = MATH_C(7, 19); n >= 3; n -= 2)
        series = vfma(series, z, vset((real)1 / (real)n));
    *tail = vfma(vmul(vadd(s, s), z), series, vmul(vsub(vset(0), s), *f));
}

/* A logarithm's value, but where x is no positive finite number. */
#define math_log_edges NAMED(math_log_edges)
static inline vreal math_log_edges(vreal x, vreal value)
{
    vreal edge = vsub(vsqrt(x), vset(INFINITY)); /* -inf at 0, NaN below and at NaN */
    value = vselect(vgreater(x, vset(0)), value, edge);
    return vselect(vgreater(x, vset(MATH_C(0x1.fffffep127f, 0x1.fffffffffffffp1023))), x, value);
}

static inline vreal vlog(vreal x)
{
    vreal e, f, tail;
    math_log_parts(x, &e, &f, &tail);
    vreal low = vfma(e, vset(MATH_C(0x1.7f7d1cp-20f, 0x1.ef35793c7673p-45)), tail);
    vreal value = vfma(e, vset(MATH_C(0x1.62e4p-1f, 0x1.62e42fefa38p-1)), vadd(f, low));
    return math_log_edges(x, value);
}

/* e + (f + tail) / ln 2, the product with its rounding error. */
static inline vreal vlog2(vreal x)
{
    vreal e, f, tail, scale = vset(MATH_LOG2_E);
    math_log_parts(x, &e, &f, &tail);
    vreal high = vmul(f, scale);
    vreal low = vfma(f, vset(MATH_C(0x1.4ae0cp-26f, 0x1.777d0ffda0d24p-56)),
                     vsub(vfma(f, scale, vsub(vset(0), high)), vmul(vsub(vset(0), tail), scale)));
    return math_log_edges(x, vadd(e, vadd(high, low)));
}
