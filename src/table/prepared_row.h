/* prepared_row.h: one row of numbers as a network reads it, without a table. */
#ifndef TABLE_PREPARED_ROW_H
#define TABLE_PREPARED_ROW_H

#include <backprop/table.h>

/* values[inputs], NaN where missing, into numbers[width] of that type, as bp_preparation_apply
 * does with a row of a table of that type; scratch[bp_prepared_row_scratch] is overwritten.
 * Allocates nothing. */
bp_status bp_prepared_row(const bp_preparation *preparation, const double *values, double *scratch,
                          bp_type type, void *numbers, bp_error *error);
size_t bp_prepared_row_scratch(const bp_preparation *preparation);

#endif
