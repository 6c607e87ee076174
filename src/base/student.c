/* student.c: Student's t distribution by the regularized incomplete beta function, (51). */
#include "base/student.h"

#include "base/math.h"

#include <math.h>

#define PI 3.14159265358979323846
#define TERMS_MAX 100000
#define TINY 1e-300 /* in place of 0 under a division */

/* The beta function of freedom / 2 and 1/2, from that of 1/2 and 1/2 or of 1 and 1/2. */
static double beta_of(size_t freedom)
{
    double a = freedom % 2 == 1 ? 0.5 : 1, beta = freedom % 2 == 1 ? PI : 2;
    /* Halves are exact. NOLINTNEXTLINE(clang-analyzer-security.FloatLoopCounter,cert-flp30-c) */
    for (; a < (double)freedom / 2; a += 1)
        beta *= a / (a + 0.5);
    return beta;
}

static double not_zero(double x)
{
    return fabs(x) < TINY ? TINY : x;
}

/* The coefficient d_i of the continued fraction. */
static double coefficient(double x, double a, double b, size_t i)
{
    double m = (double)(i / 2);
    if (i % 2 == 0)
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
}

/* 1 / (1 + d_1 / (1 + d_2 / (1 + ...))) as Lentz (1976) computes it from the left, in the form of
 * Thompson and Barnett (1986); quick where x < (a + 1) / (a + b + 2). */
static double continued_fraction(double x, double a, double b)
{
    double value = 1, up = 1, down = 0;
    for (size_t i = 1; i < TERMS_MAX; i++) {
        double d = coefficient(x, a, b, i);
        up = not_zero(1 + d / up);
        down = 1 / not_zero(1 + d * down);
        double change = up * down;
        value *= change;
        if (fabs(change - 1) < 1e-16)
            break;
    }
    return 1 / value;
}

/* I_x(a, b) by the fraction, where rest = 1 - x, which is known more exactly than a difference
 * would be. */
static double lower_beta(double x, double rest, double a, double b, double beta)
{
    double front = bp_exp(a * bp_log(x) + b * bp_log(rest)) / (a * beta);
    return front * continued_fraction(x, a, b);
}

static double incomplete_beta(double x, double rest, double a, double b, double beta)
{
    if (x <= 0 || rest <= 0)
        return x <= 0 ? 0 : 1;
    return x < (a + 1) / (a + b + 2) ? lower_beta(x, rest, a, b, beta)
                                     : 1 - lower_beta(rest, x, b, a, beta);
}

static double tails(double t, size_t freedom, double beta)
{
    double n = (double)freedom, square = t * t;
    if (square > 1e300) /* or infinite: no more than 1e-150 is left */
        return 0;
    return incomplete_beta(n / (n + square), square / (n + square), n / 2, 0.5, beta);
}

double bp_student_tails(double t, size_t freedom)
{
    return isnan(t) ? t : tails(t, freedom, beta_of(freedom));
}

/* Halving, until no number is left between the ends. */
double bp_student_within(double level, size_t freedom)
{
    double beta = beta_of(freedom), low = 0, high = 1, outside = 1 - level;
    while (tails(high, freedom, beta) > outside)
        high *= 2;
    for (;;) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            return middle;
        if (tails(middle, freedom, beta) > outside)
            low = middle;
        else
            high = middle;
    }
}
