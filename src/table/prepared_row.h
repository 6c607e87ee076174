/* prepared_row.h: rows of numbers as a network reads them, without a table. */
#ifndef TABLE_PREPARED_ROW_H
#define TABLE_PREPARED_ROW_H

#include "table/plain_rows.h"

/* What is done to all rows, looked up beforehand. */
typedef struct bp_raw_rows {
    const bp_preparation *preparation;
    bp_type type;          /* of what the network reads */
    bp_plain_lanes *lanes; /* [pieces] */
    size_t pieces;   /* of 64 numbers, of one row or of several; 0: not all inputs are plain */
    size_t span;     /* rows that a piece holds: 1 where a row has several */
    double *scratch; /* of one row, before its components are taken */
} bp_raw_rows;

/* bp_raw_rows_close also after a failure. */
bp_status bp_raw_rows_open(bp_raw_rows *raw, const bp_preparation *preparation, bp_type type,
                           const bp_allocator *allocator, bp_error *error);
void bp_raw_rows_close(bp_raw_rows *raw, const bp_allocator *allocator);

/* Rows first .. first + count - 1 of values[][inputs], NaN where missing, into
 * numbers[count][width], behind which there is room for BP_PLAIN_LANES more: as
 * bp_preparation_apply does with rows of a table of that type. *done is how many went well.
 * Allocates nothing. */
bp_status bp_raw_rows_prepare(const bp_raw_rows *raw, const bp_matrix *values, size_t first,
                              size_t count, void *numbers, size_t *done, bp_error *error);

#endif
