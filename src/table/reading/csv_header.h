/* csv_header.h: whether the first row names the columns, and what they are called. */
#ifndef READING_CSV_HEADER_H
#define READING_CSV_HEADER_H

#include "table/table.h"

/* Decides whether line 0 is a header: its cells are texts, and there are numbers below; or,
 * in a table of texts alone, no two of its cells are alike and none stands again below in
 * its column. */
bp_status bp_csv_find_header(const bp_table *table, bool numbers_below, bool *header,
                             bp_error *error);

/* Whether line 0 leaves out the name of the first column alone, in which rows are named, as R
 * writes a table: its cells are texts, the rows below it, as far as they are looked at, have one
 * cell more, and what they begin with is a text or counts the rows, and never twice the same. */
bool bp_csv_leaves_out_first(const bp_table *table);

/* Names all columns: by line 0 where the table has a header (which may leave names empty,
 * but not use one twice), else and there "#1", "#2", ... */
bp_status bp_csv_name_columns(bp_table *table, bp_error *error);

#endif
