/* vector_avx2.c: the operations of base/vector.h for avx2. */
#define BP_VECTOR_AVX2
#define VECTOR_TRIALS vector_trials_avx2
#include "support/vector_trials.h"

#include <stdbool.h>

#define REAL_BITS 32
#include "support/vector_trials_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "support/vector_trials_body.h"
