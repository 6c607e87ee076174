/* folds.c: rows dealt into folds, equation (20). */
#include "table/folds.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

struct bp_folds {
    bp_allocator allocator;
    size_t row_count, fold_count;
    size_t *rows;   /* [row_count], fold after fold */
    size_t *starts; /* [fold_count + 1] */
};

static bp_status make_folds(bp_folds **out, size_t row_count, size_t fold_count,
                            const bp_allocator *allocator, bp_error *error)
{
    *out = NULL;
    if (fold_count < 2)
        return bp_fail(error, BP_E_OPTION, "cross-validation needs at least 2 folds");
    if (fold_count > row_count)
        return bp_fail(error, BP_E_OPTION, "%zu folds cannot be made of %zu rows", fold_count,
                       row_count);
    bp_allocator memory = bp_allocator_or_default(allocator);
    bp_folds *folds = bp_allocate(&memory, 1, sizeof *folds, error);
    if (folds == NULL)
        return BP_E_MEMORY;
    *folds = (bp_folds){.allocator = memory, .row_count = row_count, .fold_count = fold_count};
    folds->rows = bp_allocate(&memory, row_count, sizeof(size_t), error);
    folds->starts = bp_allocate(&memory, fold_count + 1, sizeof(size_t), error);
    if (folds->rows == NULL || folds->starts == NULL) {
        bp_folds_free(folds);
        return BP_E_MEMORY;
    }
    for (size_t i = 0; i < row_count; i++)
        folds->rows[i] = i;
    *out = folds;
    return BP_OK;
}

bp_status bp_folds_new(bp_folds **out, size_t row_count, size_t fold_count, uint64_t seed,
                       const bp_allocator *allocator, bp_error *error)
{
    bp_status status = make_folds(out, row_count, fold_count, allocator, error);
    if (status != BP_OK)
        return status;
    bp_folds *folds = *out;
    bp_stream_shuffle(bp_stream_new(seed, BP_PURPOSE_FOLDS, 0, 0, 0), folds->rows, row_count);
    for (size_t i = 0; i < fold_count; i++)
        folds->starts[i + 1] =
            folds->starts[i] + row_count / fold_count + (i < row_count % fold_count ? 1 : 0);
    return BP_OK;
}

bp_status bp_folds_new_tutorial(bp_folds **out, size_t row_count, size_t fold_count,
                                bp_mersenne *mersenne, const bp_allocator *allocator,
                                bp_error *error)
{
    *out = NULL;
    if (row_count > UINT32_MAX) /* bp_mersenne_below draws 32 bits */
        return bp_fail(error, BP_E_OPTION, "%zu rows are too many for the tutorial's folds",
                       row_count);
    bp_status status = make_folds(out, row_count, fold_count, allocator, error);
    if (status != BP_OK)
        return status;
    bp_folds *folds = *out;
    size_t *rows = folds->rows, size = row_count / fold_count;
    for (size_t i = 0; i < fold_count; i++)
        folds->starts[i + 1] = folds->starts[i] + size;
    /* what is chosen moves to the front, the rest keeps its order behind it */
    for (size_t taken = 0; taken < size * fold_count; taken++) {
        size_t chosen = taken + bp_mersenne_below(mersenne, (uint32_t)(row_count - taken));
        size_t row = rows[chosen];
        memmove(rows + taken + 1, rows + taken, (chosen - taken) * sizeof(size_t));
        rows[taken] = row;
    }
    return BP_OK;
}

void bp_folds_free(bp_folds *folds)
{
    if (folds == NULL)
        return;
    bp_allocator memory = folds->allocator;
    bp_release(&memory, folds->starts, folds->fold_count + 1, sizeof(size_t));
    bp_release(&memory, folds->rows, folds->row_count, sizeof(size_t));
    bp_release(&memory, folds, 1, sizeof *folds);
}

size_t bp_folds_count(const bp_folds *folds)
{
    return folds->fold_count;
}

const size_t *bp_folds_rows(const bp_folds *folds, size_t fold, size_t *count)
{
    *count = folds->starts[fold + 1] - folds->starts[fold];
    return folds->rows + folds->starts[fold];
}

size_t bp_folds_others(const bp_folds *folds, size_t fold, size_t *rows)
{
    size_t used = 0;
    for (size_t other = 0; other < folds->fold_count; other++) {
        size_t count = 0;
        const size_t *from = bp_folds_rows(folds, other, &count);
        if (other == fold)
            continue;
        memcpy(rows + used, from, count * sizeof(size_t));
        used += count;
    }
    return used;
}
