/* coverage.c: how far off answers are, as a quantile: equation (61). */
#include "base/error.h"
#include "base/sort.h"
#include "predict/calibrating.h"

#include <float.h>
#include <math.h>

size_t bp_quantile_place(size_t count, double coverage)
{
    /* A product that is a whole number but for its rounding is that. */
    double place = ceil((double)(count + 1) * coverage * (1 - 4 * DBL_EPSILON));
    return place <= (double)count ? (size_t)place : 0;
}

size_t bp_quantile_rows(double coverage)
{
    double about = floor(coverage / (1 - coverage)) - 1;
    size_t rows = about > 1 ? (size_t)about : 1;
    while (bp_quantile_place(rows, coverage) == 0)
        rows++;
    return rows;
}

bp_status bp_quantile_of(double *quantile, double *scores, size_t count, double coverage,
                         bp_error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!(scores[i] <= DBL_MAX))
            return bp_fail(error, BP_E_DATA, "some answers are no numbers");
    bp_sort_numbers(scores, count);
    *quantile = scores[bp_quantile_place(count, coverage) - 1];
    return BP_OK;
}
