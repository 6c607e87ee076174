/* math_special_body.h: erf, sin, cos and probit over the vectors of vector.h, to be included
 * after math_body.h. One fixed sequence of correctly rounded operations each, within 2.5
 * ulp. NaN gives NaN. */
#define verf NAMED(verf)
#define vsin NAMED(vsin)
#define vcos NAMED(vcos)
#define vprobit NAMED(vprobit)
#define math_abs NAMED(math_abs)
#define math_sign NAMED(math_sign)
#define math_polynomial NAMED(math_polynomial)
#define math_turn NAMED(math_turn)
#define math_waves NAMED(math_waves)
#define math_ratio NAMED(math_ratio)

static inline vreal math_abs(vreal x)
{
    return vreal_of(vbits_right(vbits_left(vbits_of(x), 1), 1));
}

/* `a` with its sign turned where x has one: adding the highest bit flips it. */
static inline vreal math_sign(vreal a, vreal x)
{
    vbits sign = vbits_left(vbits_right(vbits_of(x), REAL_BITS - 1), REAL_BITS - 1);
    return vreal_of(vbits_add(vbits_of(a), sign));
}

/* Coefficients from the constant term up. */
static inline vreal math_polynomial(const real *coefficients, int degree, vreal x)
{
    vreal value = vset(coefficients[degree]);
    for (int i = degree - 1; i >= 0; i--)
        value = vfma(value, x, vset(coefficients[i]));
    return value;
}

/* Below 1: x + x P(x^2). From 1 on: 1 - exp(-x^2) Q(t), t = (x - 2) / (x + 2). P and Q are
 * least-maximum fits to erf(x) / x - 1 (errors 7e-18 and 1e-9) and to exp(x^2) erfc(x)
 * (errors, times exp(-x^2), 5e-19 and 3e-11). Beyond 6 (4 in float32) the result is 1. */
static inline vreal verf(vreal x)
{
#if REAL_BITS == 32
    static const real p[] = {0x1.06eba8p-3f, -0x1.81273ep-2f,  0x1.ce2d2p-4f,  -0x1.b7fbb2p-6f,
                             0x1.5419e8p-8f, -0x1.a48594p-11f, 0x1.4ae3e6p-14f};
    static const real q[] = {0x1.058672p-2f,  -0x1.b57036p-2f, 0x1.eeea04p-3f,
                             -0x1.4387a2p-4f, 0x1.e8f02ap-9f,  0x1.d8bab6p-8f};
#else
    static const real p[] = {
        0x1.06eba8214db68p-3,   -0x1.812746b0379c2p-2,  0x1.ce2f21a041015p-4,
        -0x1.b82ce3120623cp-6,  0x1.565bccfa999f3p-8,   -0x1.c02db072d59a1p-11,
        0x1.f9a2bf7162587p-14,  -0x1.f4ca94758b1fap-17, 0x1.b98279daa059fp-20,
        -0x1.5c16dc230055fp-23, 0x1.d78467a398656p-27,  -0x1.acdf8156cf6ddp-31};
    static const real q[] = {0x1.058671b52c776p-2,   -0x1.b57034efd3f57p-2,  0x1.eeea7dc8a78f2p-3,
                             -0x1.437f0b68cccfap-4,  0x1.e947158ae94c7p-9,   0x1.ca95ed867b619p-8,
                             -0x1.bc258dc0777d4p-11, -0x1.016b537939d9dp-10, 0x1.6d3528ccc87f2p-15,
                             0x1.6d825dc34c20cp-13,  0x1.cf6fa5bb86b86p-16,  -0x1.be78fcc8be8a0p-16,
                             -0x1.a845c58f2cf74p-17};
#endif
    vreal one = vset(1), two = vset(2);
    vreal size = vmin(vset(MATH_C(4, 6)), math_abs(x)), square = vmul(size, size);
    vreal near = vfma(size, math_polynomial(p, MATH_C(6, 11), square), size);
    vreal t = vdiv(vsub(size, two), vadd(size, two));
    vreal power = vexp(vsub(vset(0), square));
    vreal far = vfnma(power, math_polynomial(q, MATH_C(5, 12), t), one);
    return math_sign(vselect(vgreater(one, size), near, far), x);
}

/* x = n pi/2 + high + low, |high| <= pi/4: pi/2 in three parts, n times the first exact in
 * the difference; `n` has n in its lowest bits. */
static inline void math_turn(vreal x, vbits *n, vreal *high, vreal *low)
{
    x = vmin(vset(0x1p20), vmax(vset(-0x1p20), x));
    vreal rounded = vfma(x, vset(MATH_C(0x1.45f306p-1f, 0x1.45f306dc9c883p-1)), vset(MATH_ROUNDER));
    vreal turns = vsub(rounded, vset(MATH_ROUNDER));
    vreal r = vfnma(turns, vset(MATH_C(0x1.921fb6p0f, 0x1.921fb54442d18p0)), x);
    vreal second = vset(MATH_C(-0x1.777a5cp-25f, 0x1.1a62633145c07p-54));
    vreal t = vmul(turns, second), t_low = vfma(turns, second, vsub(vset(0), t));
    vreal difference = vsub(r, t), back = vsub(r, difference); /* two-sum: Knuth */
    vreal lost = vsub(vsub(r, vadd(difference, back)), vsub(t, back));
    vreal rest =
        vfnma(turns, vset(MATH_C(-0x1.ee59dap-50f, -0x1.f1976b7ed8fbcp-110)), vsub(lost, t_low));
    *high = vadd(difference, rest);
    *low = vadd(vsub(difference, *high), rest);
    *n = vbits_of(rounded);
}

/* sin(x + quarter pi/2) for |x| <= 2^20, beyond which the result is that of 2^20. The
 * series of sin and cos at high + low, to order 17 and 16 (9 and 10 in float32). */
static inline vreal math_waves(vreal x, int64_t quarter)
{
    vbits n;
    vreal r, low, one = vset(1);
    math_turn(x, &n, &r, &low);
    n = vbits_add(n, vbits_set(quarter));
    vreal z = vmul(r, r), half = vmul(z, vset((real)0.5));
    vreal s = vset(MATH_C(1.0f / 362880, 1.0 / 355687428096000.0));
#if REAL_BITS == 64
    s = vfma(s, z, vset(-1.0 / 1307674368000.0));
    s = vfma(s, z, vset(1.0 / 6227020800.0));
    s = vfma(s, z, vset(-1.0 / 39916800.0));
    s = vfma(s, z, vset(1.0 / 362880.0));
#endif
    s = vfma(s, z, vset((real)-1 / 5040));
    s = vfma(s, z, vset((real)1 / 120));
    s = vfma(s, z, vset((real)-1 / 6));
    vreal sine = vadd(r, vfma(vmul(r, z), s, vfnma(half, low, low)));
    vreal c = vset(MATH_C(-1.0f / 3628800, 1.0 / 20922789888000.0));
#if REAL_BITS == 64
    c = vfma(c, z, vset(-1.0 / 87178291200.0));
    c = vfma(c, z, vset(1.0 / 479001600.0));
    c = vfma(c, z, vset(-1.0 / 3628800.0));
#endif
    c = vfma(c, z, vset((real)1 / 40320));
    c = vfma(c, z, vset((real)-1 / 720));
    c = vfma(c, z, vset((real)1 / 24));
    vreal top = vsub(one, half);
    vreal correction = vsub(vsub(one, top), half);
    vreal cosine = vadd(top, vfma(vmul(z, z), c, vfnma(r, low, correction)));
    vbits odd = vbits_and(n, vbits_set(1)), turned = vbits_left(vbits_right(n, 1), REAL_BITS - 1);
    vreal is_odd = vsub(vreal_of(vbits_or(odd, vbits_of(vset(MATH_ROUNDER)))), vset(MATH_ROUNDER));
    vreal value = vselect(vgreater(is_odd, vset(0)), cosine, sine);
    value = vreal_of(vbits_add(vbits_of(value), turned));
    return vselect(vgreater(vset(INFINITY), math_abs(x)), value, vsub(x, x)); /* NaN at infinity */
}

static inline vreal vsin(vreal x)
{
    vreal value = math_waves(x, 0);
    return vselect(vgreater(math_abs(x), vset(0)), value, x); /* -0 stays */
}

static inline vreal vcos(vreal x)
{
    return math_waves(x, 1);
}

/* A polynomial of order 8 over one of order 7. */
static inline vreal math_ratio(const double top[9], const double bottom[8], vreal x)
{
    vreal above = vset((real)top[8]), below = vset((real)bottom[7]);
    for (int i = 7; i >= 0; i--)
        above = vfma(above, x, vset((real)top[i]));
    for (int i = 6; i >= 0; i--)
        below = vfma(below, x, vset((real)bottom[i]));
    return vdiv(above, below);
}

/* Wichura's algorithm AS 241, PPND16 (Applied Statistics 37, 1988). Of each of its ratios a
 * line that lies close by, with short coefficients, is taken out and added again at the
 * end, so that the ratio's rounding errors hardly show: the numerators are those published
 * less the line times the denominator. */
static inline vreal vprobit(vreal p)
{
    static const double center_top[9] = {
        0.3871328727963666, 6.201675786981644,   -89.97007216962228,
        -2450.894298764792, -17719.428973209917, -50657.91647326943,
        -52756.6816235777,  -13170.40490782844,  0.0};
    static const double center_bottom[8] = {1.0,
                                            4.2313330701600911252e1,
                                            6.8718700749205790830e2,
                                            5.3941960214247511077e3,
                                            2.1213794301586595867e4,
                                            3.9307895800092710610e4,
                                            2.8729085735721942674e4,
                                            5.2264952788528545610e3};
    static const double near_top[9] = {
        0.0015621107496835774, 0.08595600203098197,     0.04945114775673722,
        -0.05703995371741572,  -0.06099900838124236,    -0.02049884053734666,
        -0.002752598123067834, -0.00011529641856866027, -1.7074688664221773e-09};
    static const double near_bottom[8] = {1.0,
                                          2.05319162663775882187e0,
                                          1.67638483018380384940e0,
                                          6.89767334985100004550e-1,
                                          1.48103976427480074590e-1,
                                          1.51986665636164571966e-2,
                                          5.47593808499534494600e-4,
                                          1.05075007164441684324e-9};
    static const double far_top[9] = {
        0.001654643501103777,    0.03365178627648528,    0.01112822310124222,
        0.000709744409847766,    -8.873998320962402e-05, -1.1358991643003637e-05,
        -3.7146389090154454e-07, -3.308888935886565e-09, -2.9386282111230383e-15};
    static const double far_bottom[8] = {1.0,
                                         5.99832206555887937690e-1,
                                         1.36929880922735805310e-1,
                                         1.48753612908506148525e-2,
                                         7.86869131145613259100e-4,
                                         1.84631831751005468180e-5,
                                         1.42151175831644588870e-7,
                                         2.04426310338993978564e-15};
    vreal one = vset(1), half = vset((real)0.5), q = vsub(p, half);
    vreal lost = vsub(p, vadd(q, half)); /* by the rounding of q, exactly */
    vreal square = vsub(vset((real)0.180625), vmul(q, q));
    vreal ratio = math_ratio(center_top, center_bottom, square);
    vreal slope = vfma(ratio, vset(5.5), vset((real)4.75)); /* dvalue / dq, within 4% */
    vreal center = vfma(q, vset(3), vfma(lost, slope, vmul(q, ratio)));
    vreal outer = vselect(vgreater(vset(0), q), p, vsub(one, p));
    vreal e, f, rest; /* log outer = high + low, and the root of -(high + low) = r + more */
    math_log_parts(outer, &e, &f, &rest);
    rest = vfma(e, vset(MATH_C(0x1.7f7d1cp-20f, 0x1.ef35793c7673p-45)), rest);
    vreal twos = vmul(e, vset(MATH_C(0x1.62e4p-1f, 0x1.62e42fefa38p-1))), sum = vadd(f, rest);
    vreal high = vadd(twos, sum);
    vreal low = vadd(vsub(sum, vsub(high, twos)), vsub(rest, vsub(sum, f)));
    vreal r = vsqrt(vsub(vset(0), high));
    vreal more = vdiv(vsub(vfnma(r, r, vsub(vset(0), high)), low), vadd(r, r));
    vreal t = vsub(r, vset((real)1.6)), u = vsub(r, vset(5));
    vreal near = vfma(more, vset((real)1.625), math_ratio(near_top, near_bottom, t));
    near = vadd(vfma(t, vset((real)1.625), vset((real)1.421875)), near);
    vreal far = vfma(more, vset((real)1.4375), math_ratio(far_top, far_bottom, u));
    far = vadd(vfma(u, vset((real)1.4375), vset((real)6.65625)), far);
    vreal tail = math_sign(vselect(vgreater(r, vset(5)), far, near), q);
    vreal value = vselect(vgreater(math_abs(q), vset((real)0.425)), tail, center);
    vreal edge = math_sign(vset(INFINITY), q); /* at 0 and 1; beyond them NaN */
    return vselect(vgreater(outer, vset(0)), value, vadd(edge, vsub(vsqrt(outer), vsqrt(outer))));
}
