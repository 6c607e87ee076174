/* math.h: our own functions, one fixed sequence of operations each, so that every
 * machine and compiler gives the same bits: those of the vector forms in math_body.h and
 * math_special_body.h, of which these are one lane. docs/math.md has methods and measured
 * errors. Edges are those of C's functions; sin and cos are those of 2^20 beyond it. */
#ifndef BASE_MATH_H
#define BASE_MATH_H

#define BP_MATH_FUNCTIONS(X) X(exp) X(log) X(log2) X(tanh) X(sigmoid) X(erf) X(sin) X(cos) X(probit)

/* double bp_exp(double x); float bp_exp_f32(float x); and so on. probit is the inverse of
 * the standard normal distribution function. */
#define BP_MATH_DECLARE(name)                                                                      \
    double bp_##name(double x);                                                                    \
    float bp_##name##_f32(float x);
BP_MATH_FUNCTIONS(BP_MATH_DECLARE)
#undef BP_MATH_DECLARE

#endif
