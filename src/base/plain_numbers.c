/* plain_numbers.c: runs of plain decimals one byte or eight at a time; see plain_numbers.h. */
#include "base/plain_numbers.h"

#include "base/cpu.h"
#include "base/number_scan.h"
#include "base/plain_places.h"

static inline __attribute__((always_inline)) size_t read_run(const bp_plain_run *run, double *place,
                                                             size_t stride, const bool wide)
{
    const char *at = run->start;
    size_t i = 0;
    for (; i < run->count; i++, place += stride) {
        bp_plain_decimal number;
        const char *end = run->text + run->ends[i];
        if (bp_plain_scan(at, end, run->point, &number) != end)
            break;
        if (wide)
            *place = bp_plain_f64(&number);
        else if (!bp_plain_f32(&number, (float *)place))
            break;
        at = end + 1;
    }
    return i;
}

static size_t read_f64(const bp_plain_run *run, double *place, size_t stride)
{
    return read_run(run, place, stride, true);
}

static size_t read_f32(const bp_plain_run *run, double *place, size_t stride)
{
    return read_run(run, place, stride, false);
}

const bp_plain_kernels BP_PLAIN_SCALAR = {
    list_places, list_few, {[BP_F32] = read_f32, [BP_F64] = read_f64}};

const bp_plain_kernels *bp_plain_kernels_choose(void)
{
#if defined __x86_64__
    if (bp_isa_lack(BP_ISA_AVX2) == NULL)
        return &BP_PLAIN_AVX2;
#endif
    return &BP_PLAIN_SCALAR;
}
