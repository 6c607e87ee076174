/* batch_kernels_neon.c: the kernels of the way `batch` for neon. */
#define BP_VECTOR_NEON
#define BATCH_KERNELS bp_batch_neon
#define TILE_LINES 4
#define PANEL_VECTORS 4

#include "engine/fast/batch_kernels.h"

#define REAL_BITS 32
#include "engine/fast/batch_kernels_body.h"
#undef REAL_BITS
#define REAL_BITS 64
#include "engine/fast/batch_kernels_body.h"
