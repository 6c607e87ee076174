/* numbers.h: numbers as other programs store them, as bytes of any order. */
#ifndef READING_NUMBERS_H
#define READING_NUMBERS_H

#include "table/table.h"

typedef enum bp_stored {
    BP_STORED_U8,
    BP_STORED_I8,
    BP_STORED_U16,
    BP_STORED_I16,
    BP_STORED_U32,
    BP_STORED_I32,
    BP_STORED_U64,
    BP_STORED_I64,
    BP_STORED_F32,
    BP_STORED_F64
} bp_stored;

size_t bp_stored_size(bp_stored kind);

/* The number whose bytes begin at `bytes`. */
double bp_stored_number(bp_stored kind, bool big_endian, const char *bytes);

/* Rows of numbers, one after another or column after column, into the table's columns from
 * `first` on; infinities are BP_E_DATA with the row. */
typedef struct bp_stored_matrix {
    const char *bytes;
    bp_stored kind;
    bool big_endian;
    bool by_columns; /* a column's numbers stand together */
    size_t rows, columns;
} bp_stored_matrix;

bp_status bp_stored_fill(bp_table *table, size_t first, const bp_stored_matrix *matrix,
                         bp_error *error);

/* Whether rows * columns numbers of that kind make up exactly `bytes` bytes. */
bool bp_stored_fits(const bp_stored_matrix *matrix, size_t bytes);

#endif
