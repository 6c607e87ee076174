/* csv_rows.h: where the rows of a delimited text start. */
#ifndef READING_CSV_ROWS_H
#define READING_CSV_ROWS_H

#include "table/table.h"

/* Counts the lines of a table that are rows, a header among them, into table->rows, and marks
 * some of them; by several threads where the text is large and has no quotes. */
bp_status bp_csv_find_rows(bp_table *table, const bp_table_options *options, bp_error *error);

/* At the start of a line that is a row, counted from 0. */
csv_cursor bp_csv_at_line(const bp_table *table, size_t line);

/* From the start of a row to its end: behind its line end. */
void bp_csv_skip_row(csv_cursor *cursor, csv_dialect dialect);

#endif
