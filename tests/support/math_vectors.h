/* math_vectors.h: the functions of base/math over arrays, by each instruction set. */
#ifndef SUPPORT_MATH_VECTORS_H
#define SUPPORT_MATH_VECTORS_H

#include "base/math.h"

#include <stddef.h>

#define MATH_VECTOR_LANES 16 /* counts are multiples of this, arrays aligned to 64 bytes */

#define MATH_NAME(name) MATH_##name,
enum math_function { BP_MATH_FUNCTIONS(MATH_NAME) MATH_FUNCTION_COUNT };
#undef MATH_NAME

typedef struct math_vectors {
    void (*f32)(enum math_function function, const float *x, float *y, size_t count);
    void (*f64)(enum math_function function, const double *x, double *y, size_t count);
} math_vectors;

extern const math_vectors math_vectors_scalar, math_vectors_avx2, math_vectors_avx512,
    math_vectors_neon;

#endif
