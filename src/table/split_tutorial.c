/* split_tutorial.c: the tutorial's folds. */
#include "base/error.h"
#include "base/memory.h"
#include "table/split.h"

#include <string.h>

/* What is chosen moves to the front, the rest keeps its order behind it. */
static void take_out(size_t *rows, size_t row_count, size_t taken_count, bp_mersenne *mersenne)
{
    for (size_t taken = 0; taken < taken_count; taken++) {
        size_t chosen = taken + bp_mersenne_below(mersenne, (uint32_t)(row_count - taken));
        size_t row = rows[chosen];
        memmove(rows + taken + 1, rows + taken, (chosen - taken) * sizeof(size_t));
        rows[taken] = row;
    }
}

bp_status bp_split_tutorial(bp_split **out, size_t row_count, size_t folds, bp_mersenne *mersenne,
                            const bp_allocator *allocator, bp_error *error)
{
    *out = NULL;
    if (row_count > UINT32_MAX) /* bp_mersenne_below draws 32 bits */
        return bp_fail(error, BP_E_OPTION, "%zu rows are too many for the tutorial's folds",
                       row_count);
    bp_status status = bp_split_check_folds(folds, row_count, "rows", error);
    if (status == BP_OK)
        status = bp_split_make(out, BP_SPLIT_ROWS, false, row_count, folds, 1, allocator, error);
    if (status != BP_OK)
        return status;
    bp_split *split = *out;
    size_t size = row_count / folds;
    for (size_t i = 0; i < row_count; i++)
        split->rows[i] = i;
    for (size_t fold = 0; fold <= folds; fold++)
        split->starts[fold] = fold * size;
    take_out(split->rows, row_count, size * folds, mersenne);
    return BP_OK;
}
