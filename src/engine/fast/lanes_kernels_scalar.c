/* lanes_kernels_scalar.c: the kernels of the way `lanes` for scalar. */
#define BP_VECTOR_SCALAR
#define LANES_KERNELS bp_lanes_scalar

#include "engine/fast/lanes_kernels.h"

#define REAL_BITS 32
#include "engine/fast/lanes_kernels_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "engine/fast/lanes_kernels_body.h"
