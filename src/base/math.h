/* math.h: our own functions, one fixed sequence of operations each, so that every
 * machine, compiler and instruction set gives the same bits. */
#ifndef BASE_MATH_H
#define BASE_MATH_H

double bp_exp(double x);
double bp_log(double x);
double bp_log2(double x);
double bp_tanh(double x);
double bp_sigmoid(double x);
double bp_erf(double x);
double bp_sin(double x);
double bp_cos(double x);
double bp_probit(double p); /* the inverse of the normal distribution function */

float bp_exp_f32(float x);
float bp_log_f32(float x);
float bp_log2_f32(float x);
float bp_tanh_f32(float x);
float bp_sigmoid_f32(float x);
float bp_erf_f32(float x);
float bp_sin_f32(float x);
float bp_cos_f32(float x);
float bp_probit_f32(float p);

#endif
