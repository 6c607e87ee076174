/* principal.c: principal components by Jacobi's rotations of the covariance, in one fixed
 * order, so that every machine gives the same bits. */
#include "table/principal.h"

#include "base/error.h"
#include "base/memory.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define SWEEP_LIMIT 60 /* about ten are enough for any matrix */

bp_status bp_principal_open(bp_principal *principal, size_t from, size_t count,
                            const bp_allocator *allocator, bp_error *error)
{
    size_t numbers = 0;
    if (!bp_multiply_size(from, count, &numbers))
        return bp_fail(error, BP_E_MEMORY, "out of memory");
    *principal = (bp_principal){.from = from, .count = count};
    principal->mean = bp_allocate(allocator, from, sizeof(double), error);
    principal->axes = bp_allocate(allocator, numbers, sizeof(double), error);
    if (principal->mean != NULL && principal->axes != NULL)
        return BP_OK;
    bp_principal_release(principal, allocator);
    return BP_E_MEMORY;
}

void bp_principal_release(bp_principal *principal, const bp_allocator *allocator)
{
    bp_release(allocator, principal->mean, principal->from, sizeof(double));
    bp_release(allocator, principal->axes, principal->from * principal->count, sizeof(double));
    *principal = (bp_principal){0};
}

double bp_principal_at(const bp_principal *principal, const double *row, size_t index)
{
    const double *axis = principal->axes + index * principal->from;
    double sum = 0;
    for (size_t i = 0; i < principal->from; i++)
        sum += axis[i] * (row[i] - principal->mean[i]);
    return sum;
}

/* ---- The covariance ---------------------------------------------------------- */

/* Takes the means away, and leaves them in mean[width]. */
static void center(double *rows, size_t count, size_t width, double *mean)
{
    for (size_t row = 0; row < count; row++)
        for (size_t i = 0; i < width; i++)
            mean[i] += rows[row * width + i];
    for (size_t i = 0; i < width; i++)
        mean[i] /= (double)count;
    for (size_t row = 0; row < count; row++)
        for (size_t i = 0; i < width; i++)
            rows[row * width + i] -= mean[i];
}

/* matrix[width][width] = the covariance of centered rows; its trace. */
static double covariance(const double *rows, size_t count, size_t width, double *matrix)
{
    double trace = 0;
    for (size_t row = 0; row < count; row++) {
        const double *x = rows + row * width;
        for (size_t i = 0; i < width; i++)
            for (size_t k = 0; k <= i && x[i] != 0; k++)
                matrix[i * width + k] += x[i] * x[k];
    }
    for (size_t i = 0; i < width; i++)
        for (size_t k = 0; k <= i; k++)
            matrix[k * width + i] = matrix[i * width + k] /= (double)count;
    for (size_t i = 0; i < width; i++)
        trace += matrix[i * width + i];
    return trace;
}

/* ---- Rotations ------------------------------------------------------------------ */

/* Turns two rows, `stride` numbers from one element to the next, into each other. */
static void turn(double *a, double *b, size_t count, size_t stride, double c, double s)
{
    for (size_t i = 0; i < count * stride; i += stride) {
        double x = a[i], y = b[i];
        a[i] = c * x - s * y;
        b[i] = s * x + c * y;
    }
}

/* Makes the element (p, q) 0 by a rotation, which the axes follow. */
static void rotate(double *matrix, double *axes, size_t width, size_t p, size_t q)
{
    double apart = matrix[p * width + q];
    double slope = (matrix[q * width + q] - matrix[p * width + p]) / (2 * apart);
    double t = (slope < 0 ? -1 : 1) / (fabs(slope) + sqrt(slope * slope + 1));
    double c = 1 / sqrt(t * t + 1), s = t * c;
    turn(matrix + p * width, matrix + q * width, width, 1, c, s);
    turn(matrix + p, matrix + q, width, width, c, s);
    matrix[p * width + q] = matrix[q * width + p] = 0;
    turn(axes + p * width, axes + q * width, width, 1, c, s);
}

/* Whether an element off the diagonal no longer matters beside a matrix of that trace. */
static bool matters(double element, double trace)
{
    return fabs(element) > trace * DBL_EPSILON * 0x1p-10;
}

/* Turns the axes, at first the inputs' own, until the matrix is diagonal. */
static void diagonalize(double *matrix, double *axes, size_t width, double trace)
{
    bool again = true;
    for (size_t i = 0; i < width; i++)
        axes[i * width + i] = 1;
    for (int sweep = 0; sweep < SWEEP_LIMIT && again; sweep++) {
        again = false;
        for (size_t p = 0; p + 1 < width; p++) {
            for (size_t q = p + 1; q < width; q++) {
                if (!matters(matrix[p * width + q], trace))
                    continue;
                rotate(matrix, axes, width, p, q);
                again = true;
            }
        }
    }
}

/* ---- Choice ------------------------------------------------------------------------ */

/* The largest variance that is not taken yet, the first among equals. */
static size_t next_largest(const double *matrix, size_t width, const bool *taken)
{
    size_t best = width;
    for (size_t i = 0; i < width; i++)
        if (!taken[i] && (best == width || matrix[i * width + i] > matrix[best * width + best]))
            best = i;
    return best;
}

/* The axes to keep, the one of most variance first: order[0..count). */
static size_t choose(const double *matrix, size_t width, double wanted, double trace, bool *taken,
                     size_t *order)
{
    double held = 0;
    size_t count = 0;
    bool enough = false;
    while (count < width && !enough) {
        size_t best = next_largest(matrix, width, taken);
        taken[best] = true;
        order[count++] = best;
        held += matrix[best * width + best];
        enough = wanted < 1 ? held >= wanted * trace : (double)count >= wanted;
    }
    return count;
}

/* Of an axis and its opposite, the one whose largest part (the first among equals) is
 * positive. */
static void copy_axis(double *into, const double *axis, size_t width)
{
    size_t largest = 0;
    for (size_t i = 1; i < width; i++)
        if (fabs(axis[i]) > fabs(axis[largest]))
            largest = i;
    for (size_t i = 0; i < width; i++)
        into[i] = axis[largest] < 0 ? -axis[i] : axis[i];
}

/* What one fit works with. */
typedef struct workspace {
    double *mean;         /* [width] */
    double *matrix, *all; /* [width][width]: covariance and all axes */
    bool *taken;          /* [width] */
    size_t *order;        /* [width] */
} workspace;

static bp_status find_axes(bp_principal *principal, workspace *w, double *rows, size_t row_count,
                           size_t width, double wanted, const bp_allocator *allocator,
                           bp_error *error)
{
    center(rows, row_count, width, w->mean);
    double trace = covariance(rows, row_count, width, w->matrix);
    if (!isfinite(trace))
        return bp_fail(error, BP_E_DATA,
                       "the inputs are too large for principal components; scale them");
    diagonalize(w->matrix, w->all, width, trace);
    size_t count = choose(w->matrix, width, wanted, trace, w->taken, w->order);
    bp_status status = bp_principal_open(principal, width, count, allocator, error);
    if (status != BP_OK)
        return status;
    memcpy(principal->mean, w->mean, width * sizeof *w->mean);
    for (size_t k = 0; k < count; k++)
        copy_axis(principal->axes + k * width, w->all + w->order[k] * width, width);
    return BP_OK;
}

bp_status bp_principal_fit(bp_principal *principal, double *rows, size_t row_count, size_t width,
                           double wanted, const bp_allocator *allocator, bp_error *error)
{
    size_t square = 0, bytes = 0;
    if (!bp_multiply_size(width, width, &square)
        || !bp_multiply_size(square, 2 * sizeof(double), &bytes))
        return bp_fail(error, BP_E_MEMORY, "the covariance of %zu inputs fits no memory", width);
    workspace w = {.mean = bp_allocate(allocator, width, sizeof(double), error),
                   .taken = bp_allocate(allocator, width, sizeof(bool), error),
                   .order = bp_allocate(allocator, width, sizeof(size_t), error),
                   .matrix = bp_allocate(allocator, square, 2 * sizeof(double), error)};
    bp_status status = BP_E_MEMORY;
    if (w.matrix == NULL)
        bp_fail(error, BP_E_MEMORY,
                "principal components of %zu inputs need %zu bytes for their covariance", width,
                bytes);
    w.all = w.matrix != NULL ? w.matrix + square : NULL;
    if (w.mean != NULL && w.taken != NULL && w.order != NULL && w.matrix != NULL)
        status = find_axes(principal, &w, rows, row_count, width, wanted, allocator, error);
    bp_release(allocator, w.mean, width, sizeof(double));
    bp_release(allocator, w.taken, width, sizeof(bool));
    bp_release(allocator, w.order, width, sizeof(size_t));
    bp_release(allocator, w.matrix, square, 2 * sizeof(double));
    return status;
}
