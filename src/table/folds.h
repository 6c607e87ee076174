/* folds.h: the tutorial's way of dealing rows. */
#ifndef TABLE_FOLDS_H
#define TABLE_FOLDS_H

#include "base/random.h"

#include <backprop/table.h>

/* Fold size = rows / folds, rounded down; each fold in turn takes out row number
 * randrange(rows left) of the list of rows left, which keeps its order. Rows left over
 * are in no fold. */
bp_status bp_folds_new_tutorial(bp_folds **folds, size_t row_count, size_t fold_count,
                                bp_mersenne *mersenne, const bp_allocator *allocator,
                                bp_error *error);

#endif
