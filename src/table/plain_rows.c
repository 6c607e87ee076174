/* plain_rows.c: many numbers filled in and scaled at once, in loops that compilers turn into
 * vectors. */
#include "table/plain_rows.h"

#include <float.h>
#include <math.h>

#define EIGHT 8u

bool bp_plain_lane(bp_plain_lanes *lanes, size_t lane, const bp_preparation *p,
                   const prepared_column *column)
{
    lanes->offset[lane] = lanes->fill[lane] = 0;
    lanes->unit[lane] = 1;
    if (column->kind != PREPARED_NUMBER || column->indicator)
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

/* Lanes of each loop are independent, and their count is a multiple of eight. */
static bool apply_f32(const bp_plain_lanes *restrict lanes, const double *restrict values,
                      size_t count, float *restrict numbers)
{
    unsigned bad = 0;
    for (size_t i = 0; i < count; i++) {
        double value = values[i], fill = lanes->fill[i];
        value = value == value ? value : fill;
        numbers[i] = (float)((value - lanes->offset[i]) / lanes->unit[i]);
    }
    for (size_t i = 0; i < count; i++)
        bad |= !(fabsf(numbers[i]) <= FLT_MAX);
    return bad == 0;
}

static bool apply_f64(const bp_plain_lanes *restrict lanes, const double *restrict values,
                      size_t count, double *restrict numbers)
{
    unsigned bad = 0;
    for (size_t i = 0; i < count; i++) {
        double value = values[i], fill = lanes->fill[i];
        value = value == value ? value : fill;
        numbers[i] = (value - lanes->offset[i]) / lanes->unit[i];
    }
    for (size_t i = 0; i < count; i++)
        bad |= !(fabs(numbers[i]) <= DBL_MAX);
    return bad == 0;
}

bool bp_plain_apply(const bp_plain_lanes *lanes, const double *values, size_t count, bp_type type,
                    void *numbers)
{
    count = (count + EIGHT - 1) / EIGHT * EIGHT;
    return type == BP_F32 ? apply_f32(lanes, values, count, numbers)
                          : apply_f64(lanes, values, count, numbers);
}
