/* lanes_kernels_avx2.c: the kernels of the way `lanes` for avx2. */
#define BP_VECTOR_AVX2
#define LANES_KERNELS bp_lanes_avx2

#include "engine/fast/lanes_kernels.h"

#define REAL_BITS 32
#include "engine/fast/lanes_kernels_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "engine/fast/lanes_kernels_body.h"
