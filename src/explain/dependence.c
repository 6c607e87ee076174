/* dependence.c: partial dependence and the curves of single rows, equation (39a). */
#include "base/memory.h"
#include "base/random.h"
#include "explain/grid.h"

struct bp_dependence {
    bp_allocator allocator;
    explain_grid grid;
    size_t answers, curves, rows_count;
    double *means;   /* [points][answers] */
    double *singles; /* [curves][points][answers] */
    size_t *rows;    /* [rows_count], shuffled: the curves' come first */
};

void bp_dependence_free(bp_dependence *d)
{
    if (d == NULL)
        return;
    bp_allocator memory = d->allocator;
    size_t wide = d->grid.count * d->answers * sizeof(double);
    bp_release(&memory, d->rows, d->rows_count, sizeof(size_t));
    bp_release(&memory, d->singles, d->curves, wide);
    bp_release(&memory, d->means, 1, wide);
    explain_grid_release(&d->grid);
    bp_release(&memory, d, 1, sizeof *d);
}

static bp_status take_room(bp_dependence *d, bp_error *error)
{
    size_t wide = d->grid.count * d->answers * sizeof(double);
    d->rows = bp_allocate(&d->allocator, d->rows_count, sizeof(size_t), error);
    d->singles = bp_allocate(&d->allocator, d->curves, wide, error);
    d->means = bp_allocate(&d->allocator, 1, wide, error);
    return d->rows != NULL && d->singles != NULL && d->means != NULL ? BP_OK : BP_E_MEMORY;
}

/* All rows with the cell of one point, in shuffled order. */
static void answer_point(bp_dependence *d, bp_explainer *e, explain_column column, size_t point)
{
    double *mean = d->means + point * d->answers;
    for (size_t start = 0; start < e->count; start += BP_EXPLAIN_BLOCK) {
        size_t left = e->count - start, count = left < BP_EXPLAIN_BLOCK ? left : BP_EXPLAIN_BLOCK;
        for (size_t i = 0; i < count; i++) {
            explain_put(e, i, d->rows[start + i]);
            explain_replace(e, i, column, explain_grid_cell(&d->grid, point));
        }
        explain_block(e, count, NULL);
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < d->answers; k++) {
                double answer = e->block_answers[i * d->answers + k];
                mean[k] += answer / (double)e->count;
                if (start + i < d->curves)
                    d->singles[((start + i) * d->grid.count + point) * d->answers + k] = answer;
            }
    }
}

static void answer_grid(bp_dependence *d, bp_explainer *e, size_t input)
{
    explain_column column = explain_column_of(e, input);
    for (size_t i = 0; i < d->rows_count; i++)
        d->rows[i] = i;
    bp_stream_shuffle(bp_stream_new(e->seed, BP_PURPOSE_EXPLAIN, 2, 0, 0), d->rows, d->rows_count);
    for (size_t point = 0; point < d->grid.count; point++)
        answer_point(d, e, column, point);
}

bp_status bp_explain_dependence(bp_dependence **out, bp_explainer *e, size_t input, size_t points,
                                size_t curves, bp_error *error)
{
    *out = NULL;
    bp_dependence *d = bp_allocate(&e->allocator, 1, sizeof *d, error);
    if (d == NULL)
        return BP_E_MEMORY;
    d->allocator = e->allocator;
    d->answers = e->answers;
    d->rows_count = e->count;
    d->curves = curves < e->count ? curves : e->count;
    bp_status status = explain_grid_make(&d->grid, e, input, points, error);
    if (status == BP_OK)
        status = take_room(d, error);
    if (status != BP_OK) {
        bp_dependence_free(d);
        return status;
    }
    answer_grid(d, e, input);
    *out = d;
    return BP_OK;
}

size_t bp_dependence_points(const bp_dependence *d)
{
    return d->grid.count;
}

size_t bp_dependence_curves(const bp_dependence *d)
{
    return d->curves;
}

double bp_dependence_value(const bp_dependence *d, size_t point)
{
    return d->grid.values[point];
}

const char *bp_dependence_text(const bp_dependence *d, size_t point)
{
    return d->grid.texts[point];
}

double bp_dependence_mean(const bp_dependence *d, size_t point, size_t answer)
{
    return d->means[point * d->answers + answer];
}

double bp_dependence_curve(const bp_dependence *d, size_t curve, size_t point, size_t answer)
{
    return d->singles[(curve * d->grid.count + point) * d->answers + answer];
}

size_t bp_dependence_row(const bp_dependence *d, size_t curve)
{
    return d->rows[curve];
}
