/* batch_kernels_avx512.c: the kernels of the way `batch` for avx512. */
#define BP_VECTOR_AVX512
#define BATCH_KERNELS bp_batch_avx512
#define TILE_LINES 8
#define PANEL_VECTORS 2

#include "engine/fast/batch_kernels.h"

#define REAL_BITS 32
#include "engine/fast/batch_kernels_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "engine/fast/batch_kernels_body.h"
