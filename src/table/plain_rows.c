/* plain_rows.c: many numbers filled in and scaled at once, in loops that compilers turn into
 * vectors. */
#include "table/plain_rows.h"

#include "base/cpu.h"
#include "table/plain_lanes_body.h"

#define EIGHT 8u

bool bp_plain_lane(bp_plain_lanes *lanes, size_t lane, const bp_preparation *p,
                   const prepared_column *column)
{
    lanes->offset[lane] = lanes->fill[lane] = 0;
    lanes->unit[lane] = 1;
    if (column->kind != PREPARED_NUMBER || column->indicator || column->pieces.knot_count > 0)
        return false;
    lanes->fill[lane] = p->gaps == BP_GAPS_ERROR ? (double)NAN : column->fill;
    return bp_scaler_line(&column->parts[0].scaler, &lanes->offset[lane], &lanes->unit[lane]);
}

void bp_plain_spread(bp_plain_lanes *lanes, size_t lane)
{
    for (size_t i = 0; i < BP_PLAIN_LANES; i++) {
        lanes->offset[i] = lanes->offset[lane];
        lanes->unit[i] = lanes->unit[lane];
        lanes->fill[i] = lanes->fill[lane];
    }
}

void bp_plain_take(const bp_matrix *matrix, size_t place, size_t count, bool narrow,
                   double *restrict values)
{
    const float *restrict f32 = (const float *)matrix->data + place;
    const double *restrict f64 = (const double *)matrix->data + place;
    if (matrix->type == BP_F32)
        for (size_t i = 0; i < count; i++)
            values[i] = (double)f32[i];
    else if (narrow)
        for (size_t i = 0; i < count; i++)
            values[i] = (double)(float)f64[i];
    else
        for (size_t i = 0; i < count; i++)
            values[i] = f64[i];
    for (size_t i = count; i % EIGHT != 0; i++)
        values[i] = 0;
}

bool bp_plain_apply(const bp_plain_lanes *lanes, const double *values, size_t count, bp_type type,
                    void *numbers)
{
    const bp_plain_loops *loops = &BP_PLAIN_LOOPS_BASELINE;
#if defined __x86_64__
    if (bp_isa_lack(BP_ISA_AVX2) == NULL)
        loops = &BP_PLAIN_LOOPS_AVX2;
#endif
    count = (count + EIGHT - 1) / EIGHT * EIGHT;
    return type == BP_F32 ? loops->f32(lanes, values, count, numbers)
                          : loops->f64(lanes, values, count, numbers);
}

const bp_plain_loops BP_PLAIN_LOOPS_BASELINE = {apply_f32, apply_f64};
