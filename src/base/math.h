/* math.h: our own functions, one fixed sequence of operations each, so that every
 * machine and compiler gives the same bits. */
#ifndef BASE_MATH_H
#define BASE_MATH_H

/* The natural logarithm of a positive normal number, within 2 ulp. */
double bp_log(double x);

/* The inverse of the standard normal distribution function for 0 < p < 1: Wichura's
 * algorithm AS 241, PPND16 (Applied Statistics 37, 1988), relative error about 1e-16. */
double bp_probit(double p);

#endif
