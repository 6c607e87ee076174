/* online_kernels_avx512.c: the kernels of the way `online` for avx512. */
#define BP_VECTOR_AVX512
#define ONLINE_KERNELS bp_online_avx512

#include "engine/fast/online_kernels.h"

#define REAL_BITS 32
#include "engine/fast/online_kernels_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "engine/fast/online_kernels_body.h"
