/* math_neon.c: the functions of base/math in vectors of neon. */
#define BP_VECTOR_NEON
#include "support/math_vectors.h"

#include <stdbool.h>

#define REAL_BITS 32
#include "support/math_vectors_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "support/math_vectors_body.h"

const math_vectors math_vectors_neon = {.f32 = run_f32, .f64 = run_f64};
