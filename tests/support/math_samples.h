/* math_samples.h: numbers to try a function with, the same on every machine. */
#ifndef SUPPORT_MATH_SAMPLES_H
#define SUPPORT_MATH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

/* Any bits; numbers of ordinary size; numbers between 0 and 1; and those near the edges. */
void math_samples(uint64_t seed, float *x32, double *x64, size_t count);

#endif
