/* online_kernels_neon.c: the kernels of the way `online` for neon. */
#define BP_VECTOR_NEON
#define ONLINE_KERNELS bp_online_neon

#include "engine/fast/online_kernels.h"

#define REAL_BITS 32
#include "engine/fast/online_kernels_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "engine/fast/online_kernels_body.h"
