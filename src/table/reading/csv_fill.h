/* csv_fill.h: the cells of a delimited text into columns. */
#ifndef READING_CSV_FILL_H
#define READING_CSV_FILL_H

#include "table/reading/filling.h"

/* As bp_format asks. Every row must have as many cells as the table has columns. */
bp_status bp_csv_fill(bp_filler *filler, size_t first, size_t end, bp_error *error);

/* One line: every cell can be one; how many there are. */
bp_status bp_csv_check_line(const bp_table *table, size_t line, size_t *cells, bp_error *error);

bp_cell bp_csv_cell(const bp_table *table, bp_cell_walk *walk, size_t row, size_t column);

#endif
