/* tables.h: small tables and preparations for tests, which fail where making one fails. */
#ifndef SUPPORT_TABLES_H
#define SUPPORT_TABLES_H

#include <backprop/table.h>

/* A table "t.csv" of float64 from a comma-separated text; header 1 or 0. */
bp_table *table_of(const char *text, int header);

/* A preparation with default scaling, not fitted. NULL strings are the defaults. */
bp_preparation *preparation_of(bp_table *table, const char *target, const char *drop, bp_task task);

/* The same, fitted on all rows. */
bp_preparation *fitted_on(bp_table *table, const char *target, const char *drop, bp_task task);

/* The preparation as JSON text, to be freed. */
char *json_of(const bp_preparation *preparation);

/* All rows as float64. */
bp_prepared *apply_all(const bp_preparation *preparation, bp_table *table, bool with_targets);

/* The inputs are exactly these, row after row, `width` wide. */
void assert_inputs(const bp_prepared *prepared, const double *expected, size_t width);

/* The error is this one; the file is "t.csv" where there is a line. */
void assert_error(const bp_error *error, bp_status status, size_t line, size_t column,
                  const char *message);

/* What is said of a missing cell of an input, and of a target. */
#define MISSING(column)                                                                            \
    "the cell is missing (column " column "); remove the row, drop the column, or let missing "    \
    "cells be filled (--missing)"
#define UNKNOWN(column)                                                                            \
    "the cell is missing (column " column "); a target must be known: remove the row"

#endif
