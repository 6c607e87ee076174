/* building.h: making a table that no text stands behind, column by column. */
#ifndef TABLE_BUILDING_H
#define TABLE_BUILDING_H

#include "table/table.h"

/* A table of `rows` rows and room for `columns` columns, without names and cells yet: each
 * column must be given both. It has a header. NULL allocator: malloc's. */
bp_status bp_table_build(bp_table **out, const char *name, size_t rows, size_t columns,
                         bp_type type, const bp_allocator *allocator, bp_error *error);

/* Gives a table that is being read its rows and columns, without names and cells yet. */
bp_status bp_table_build_columns(bp_table *table, size_t rows, size_t columns, bp_error *error);

/* Columns of numbers are there: each becomes what `kinds` (as in bp_table_options) says, or
 * what its cells are. */
bp_status bp_table_build_kinds(bp_table *table, const char *kinds, bp_error *error);

/* Names a column: in order, from the first on. An empty name is "#3" for the third.
 * BP_E_DATA where it is no UTF-8 or another column has it. */
bp_status bp_table_build_name(bp_table *table, size_t column, const char *text, size_t length,
                              bp_error *error);

/* Makes it a column of numbers; *numbers is its [rows] cells of the table's type, all 0. */
bp_status bp_table_build_numbers(bp_table *table, size_t column, void **numbers, bp_error *error);

/* Makes it a column of categories, all missing. Its texts come by bp_text_index_add to
 * table->column[column].categories, its cells by table->column[column].codes. */
bp_status bp_table_build_codes(bp_table *table, size_t column, bp_error *error);

#endif
