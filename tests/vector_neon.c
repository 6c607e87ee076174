/* vector_neon.c: the operations of base/vector.h for neon. */
#define BP_VECTOR_NEON
#define VECTOR_TRIALS vector_trials_neon
#include "support/vector_trials.h"

#include <stdbool.h>

#define REAL_BITS 32
#include "support/vector_trials_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "support/vector_trials_body.h"
