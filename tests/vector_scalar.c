/* vector_scalar.c: the operations of base/vector.h for scalar. */
#define BP_VECTOR_SCALAR
#define VECTOR_TRIALS vector_trials_scalar
#include "support/vector_trials.h"

#include <stdbool.h>

#define REAL_BITS 32
#include "support/vector_trials_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "support/vector_trials_body.h"
