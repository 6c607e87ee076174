/* normals.c: standard normal numbers at places of a stream. */
#include "base/normals.h"

#include "base/cpu.h"
#include "base/math.h"
#include "base/random.h"

void bp_probit_all_scalar(double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = bp_probit(numbers[i]);
}

static void probit_all(double *numbers, size_t count)
{
#if defined __x86_64__
    if (bp_isa_lack(BP_ISA_AVX2) == NULL) {
        bp_probit_all_avx2(numbers, count);
        return;
    }
#endif
    bp_probit_all_scalar(numbers, count);
}

void bp_stream_normals(bp_stream stream, uint32_t row, uint32_t layer, uint32_t unit,
                       uint32_t first, double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) /* 2^-54 keeps the argument off 0 */
        numbers[i] = bp_stream_uniform(stream, row, layer, unit, first + (uint32_t)i) + 0x1p-54;
    probit_all(numbers, count);
}
