/* vector_avx512.c: the operations of base/vector.h for avx512. */
#define BP_VECTOR_AVX512
#define VECTOR_TRIALS vector_trials_avx512
#include "support/vector_trials.h"

#include <stdbool.h>

#define REAL_BITS 32
#include "support/vector_trials_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "support/vector_trials_body.h"
