/* batch_kernels_avx2.c: the kernels of the way `batch` for avx2. */
#define BP_VECTOR_AVX2
#define BATCH_KERNELS bp_batch_avx2
#define TILE_LINES 4
#define PANEL_VECTORS 3

#include "engine/fast/batch_kernels.h"

#define REAL_BITS 32
#include "engine/fast/batch_kernels_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "engine/fast/batch_kernels_body.h"
