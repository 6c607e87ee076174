/* plain_lanes_body.h: the loops of plain_rows.h, for a file that is compiled for an instruction
 * set; compilers turn them into vectors. */
#include "table/plain_rows.h"

#include <float.h>
#include <math.h>

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
