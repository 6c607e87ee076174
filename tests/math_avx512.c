/* math_avx512.c: the functions of base/math in vectors of avx512. */
#define BP_VECTOR_AVX512
#include "support/math_vectors.h"

#include <stdbool.h>

#define REAL_BITS 32
#include "support/math_vectors_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "support/math_vectors_body.h"

const math_vectors math_vectors_avx512 = {.f32 = run_f32, .f64 = run_f64};
