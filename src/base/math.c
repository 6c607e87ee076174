/* math.c: the functions of math_body.h and math_special_body.h, one number at a time. */
#include "base/math.h"

#define BP_VECTOR_SCALAR
#define MATH_SCALAR(name)                                                                          \
    double bp_##name(double x)                                                                     \
    {                                                                                              \
        return v##name##_f64(x);                                                                   \
    }                                                                                              \
    float bp_##name##_f32(float x)                                                                 \
    {                                                                                              \
        return v##name##_f32(x);                                                                   \
    }

#include <stdbool.h>
#include <stddef.h>

#define REAL_BITS 32
#include "base/vector.h"

#include "base/math_body.h"

#include "base/math_special_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "base/vector.h"

#include "base/math_body.h"

#include "base/math_special_body.h"

/* The names of vector.h hold for the last REAL_BITS. */
#undef vexp
#undef vlog
#undef vlog2
#undef vtanh
#undef vsigmoid
#undef verf
#undef vsin
#undef vcos
#undef vprobit

BP_MATH_FUNCTIONS(MATH_SCALAR)
