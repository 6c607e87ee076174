/* normals_avx2.c: four normal numbers at a time. Without fused multiply-adds of its own a baseline
 * processor calls a function for each of some 30; a network's weights are drawn in a fifth of the
 * time here. */
#define BP_VECTOR_AVX2
#include "base/normals.h"

#define REAL_BITS 64
#include "base/vector.h"

#include "base/math_body.h"

#include "base/math_special_body.h"

void bp_probit_all_avx2(double *numbers, size_t count)
{
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        vstore_unaligned(numbers + i, vprobit(vload_unaligned(numbers + i)));
    if (i == count)
        return;
    real rest[LANES] = {0};
    for (size_t k = 0; i + k < count; k++)
        rest[k] = numbers[i + k];
    vstore_unaligned(rest, vprobit(vload_unaligned(rest)));
    for (size_t k = 0; i + k < count; k++)
        numbers[i + k] = rest[k];
}
