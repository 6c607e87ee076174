/* lanes_kernels_neon.c: the kernels of the way `lanes` for neon. */
#define BP_VECTOR_NEON
#define LANES_KERNELS bp_lanes_neon

#include "engine/fast/lanes_kernels.h"

#define REAL_BITS 32
#include "engine/fast/lanes_kernels_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "engine/fast/lanes_kernels_body.h"
