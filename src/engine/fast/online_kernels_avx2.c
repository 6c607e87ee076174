/* online_kernels_avx2.c: the kernels of the way `online` for avx2. */
#define BP_VECTOR_AVX2
#define ONLINE_KERNELS bp_online_avx2

#include "engine/fast/online_kernels.h"

#define REAL_BITS 32
#include "engine/fast/online_kernels_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "engine/fast/online_kernels_body.h"
