/* one_hot_targets.h: classes told by several columns, of which each row has a 1 in one. */
#ifndef TABLE_ONE_HOT_TARGETS_H
#define TABLE_ONE_HOT_TARGETS_H

#include "table/prepared_columns.h"

/* Whether the targets are such columns: classification with several. */
bool bp_one_hot(const bp_preparation *preparation);

/* Whether the targets can be: every row that misses none has exactly one 1 and zeros, and
 * there is one. BP_E_DATA with the place of what is otherwise. */
bp_status bp_one_hot_check(const bp_preparation *preparation, const bp_table *table,
                           bp_error *error);

/* Makes them so: truths, after which the classes are called. */
bp_status bp_one_hot_open(bp_preparation *preparation, bp_error *error);

/* Which of values[count] is the 1, where the others are 0; they stand in these columns. */
bp_status bp_one_hot_class(const bp_table *table, size_t row, const size_t *columns,
                           const double *values, size_t count, uint32_t *found, bp_error *error);

#endif
