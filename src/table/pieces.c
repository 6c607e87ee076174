/* pieces.c: a number as how far it has come through each piece of its range. */
#include "table/pieces.h"

#include "base/memory.h"
#include "table/scaling.h"

#include <math.h>

bp_status bp_pieces_open(bp_pieces *pieces, size_t knots, const bp_allocator *allocator,
                         bp_error *error)
{
    pieces->knots = bp_allocate(allocator, knots, sizeof(double), error);
    pieces->knot_count = pieces->knots != NULL ? knots : 0;
    return pieces->knots != NULL ? BP_OK : BP_E_MEMORY;
}

void bp_pieces_release(bp_pieces *pieces, const bp_allocator *allocator)
{
    bp_release(allocator, pieces->knots, pieces->knot_count, sizeof(double));
    *pieces = (bp_pieces){.knots = NULL};
}

/* Writes the knots, where there is room for them, and returns how many. */
static size_t find_knots(double *knots, size_t most, const double *sorted, size_t count)
{
    size_t found = 0;
    double last = 0;
    for (size_t k = 0; k <= most; k++) {
        double knot = bp_quantile_at(sorted, count, (double)k / (double)most);
        if (found > 0 && !(knot > last))
            continue;
        if (knots != NULL)
            knots[found] = knot;
        last = knot;
        found++;
    }
    return found;
}

/* Between two values there is nothing that pieces could tell apart. */
static bool has_three_values(const double *sorted, size_t count)
{
    size_t i = 0;
    while (i < count && !(sorted[i] > sorted[0]))
        i++;
    return i < count && sorted[count - 1] > sorted[i];
}

/* Where the quartiles are equal, as many of the values that equal the median stay as fill one piece
 * beside the others. */
static size_t thin_out(double *sorted, size_t count, size_t most, double median)
{
    size_t others = 0, equal = 0, kept = 0;
    if (bp_quartile_distance(sorted, count) > 0)
        return count;
    for (size_t i = 0; i < count; i++)
        others += sorted[i] != median;
    for (size_t i = 0; i < count; i++)
        if (sorted[i] != median || equal++ <= others / (most - 1))
            sorted[kept++] = sorted[i];
    return kept;
}

bp_status bp_pieces_fit(bp_pieces *pieces, size_t most, double *values, size_t count,
                        const bp_allocator *allocator, bp_error *error)
{
    *pieces = (bp_pieces){.origin = bp_median_of(values, count)};
    if (most < 2 || !has_three_values(values, count) || !isfinite(values[count - 1] - values[0]))
        return BP_OK;
    count = thin_out(values, count, most, pieces->origin);
    size_t knots = find_knots(NULL, most, values, count);
    if (knots < 3) /* one piece would be the number again */
        return BP_OK;
    bp_status status = bp_pieces_open(pieces, knots, allocator, error);
    if (status == BP_OK)
        find_knots(pieces->knots, most, values, count);
    return status;
}

size_t bp_pieces_count(const bp_pieces *pieces)
{
    return pieces->knot_count > 0 ? pieces->knot_count - 1 : 0;
}

/* Which share of the way from one knot to the next lies below. */
static double share_below(const double *knots, double scaled)
{
    if (!(scaled > knots[0]))
        return 0;
    return scaled < knots[1] ? (scaled - knots[0]) / (knots[1] - knots[0]) : 1;
}

double bp_pieces_at(const bp_pieces *pieces, size_t piece, double scaled)
{
    const double *knots = pieces->knots + piece;
    return share_below(knots, scaled) - share_below(knots, pieces->origin);
}

bool bp_pieces_are_sound(const bp_pieces *pieces)
{
    size_t count = pieces->knot_count;
    for (size_t i = 1; i < count; i++)
        if (!(pieces->knots[i] > pieces->knots[i - 1]))
            return false;
    return count >= 3 && count <= BP_PIECES_LIMIT + 1
           && isfinite(pieces->knots[count - 1] - pieces->knots[0])
           && pieces->origin >= pieces->knots[0] && pieces->origin <= pieces->knots[count - 1];
}
