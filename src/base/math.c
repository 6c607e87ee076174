/* math.c: logarithm and normal quantile from additions, multiplications, divisions and
 * square roots alone. */
#include "base/math.h"

#include <math.h>
#include <stddef.h>

#define LN2_HIGH 0x1.62e42fefa38p-1  /* ln 2 in 42 bits: times an exponent it is exact */
#define LN2_LOW 0x1.ef35793c7673p-45 /* and what is left of it */

/* x = m 2^e with m within sqrt(1/2)..sqrt(2); log m = 2 atanh(s), s = (m - 1) / (m + 1),
 * |s| < 0.1716, by its series s + s^3/3 + s^5/5 ... to s^21. */
double bp_log(double x)
{
    int exponent = 0;
    double m = frexp(x, &exponent);
    if (m < 0x1.6a09e667f3bcdp-1) {
        m *= 2;
        exponent--;
    }
    double f = m - 1, s = f / (2 + f), z = s * s, series = 0;
    for (int n = 21; n >= 3; n -= 2)
        series = fma(series, z, 1.0 / n);
    /* 2 s = f - s f, which keeps f exact as the leading term */
    double tail = fma(2 * s * z, series, -s * f);
    double e = exponent;
    return fma(e, LN2_HIGH, f + fma(e, LN2_LOW, tail));
}

/* Coefficients from the constant term up, as published. */
static const double center_top[8] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                     1.9715909503065514427e3, 1.3731693765509461125e4,
                                     4.5921953931549871457e4, 6.7265770927008700853e4,
                                     3.3430575583588128105e4, 2.5090809287301226727e3};
static const double center_bottom[8] = {1.0,
                                        4.2313330701600911252e1,
                                        6.8718700749205790830e2,
                                        5.3941960214247511077e3,
                                        2.1213794301586595867e4,
                                        3.9307895800092710610e4,
                                        2.8729085735721942674e4,
                                        5.2264952788528545610e3};
static const double near_top[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                   5.76949722146069140550e0,  3.64784832476320460504e0,
                                   1.27045825245236838258e0,  2.41780725177450611770e-1,
                                   2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double near_bottom[8] = {1.0,
                                      2.05319162663775882187e0,
                                      1.67638483018380384940e0,
                                      6.89767334985100004550e-1,
                                      1.48103976427480074590e-1,
                                      1.51986665636164571966e-2,
                                      5.47593808499534494600e-4,
                                      1.05075007164441684324e-9};
static const double far_top[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                  1.78482653991729133580e0,  2.96560571828504891230e-1,
                                  2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                  2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double far_bottom[8] = {1.0,
                                     5.99832206555887937690e-1,
                                     1.36929880922735805310e-1,
                                     1.48753612908506148525e-2,
                                     7.86869131145613259100e-4,
                                     1.84631831751005468180e-5,
                                     1.42151175831644588870e-7,
                                     2.04426310338993978564e-15};

static double polynomial(const double coefficients[8], double x)
{
    double value = coefficients[7];
    for (size_t i = 7; i-- > 0;)
        value = fma(value, x, coefficients[i]);
    return value;
}

double bp_probit(double p)
{
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * polynomial(center_top, r) / polynomial(center_bottom, r);
    }
    double r = sqrt(-bp_log(q < 0 ? p : 1 - p));
    double value = r <= 5 ? polynomial(near_top, r - 1.6) / polynomial(near_bottom, r - 1.6)
                          : polynomial(far_top, r - 5) / polynomial(far_bottom, r - 5);
    return q < 0 ? -value : value;
}
