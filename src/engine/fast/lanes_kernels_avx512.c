/* lanes_kernels_avx512.c: the kernels of the way `lanes` for avx512. */
#define BP_VECTOR_AVX512
#define LANES_KERNELS bp_lanes_avx512

#include "engine/fast/lanes_kernels.h"

#define REAL_BITS 32
#include "engine/fast/lanes_kernels_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "engine/fast/lanes_kernels_body.h"
