/* online_kernels_scalar.c: the kernels of the way `online` for scalar. */
#define BP_VECTOR_SCALAR
#define ONLINE_KERNELS bp_online_scalar

#include "engine/fast/online_kernels.h"

#define REAL_BITS 32
#include "engine/fast/online_kernels_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "engine/fast/online_kernels_body.h"
