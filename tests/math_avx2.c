/* math_avx2.c: the functions of base/math in vectors of avx2. */
#define BP_VECTOR_AVX2
#include "support/math_vectors.h"

#include <stdbool.h>

#define REAL_BITS 32
#include "support/math_vectors_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "support/math_vectors_body.h"

const math_vectors math_vectors_avx2 = {.f32 = run_f32, .f64 = run_f64};
