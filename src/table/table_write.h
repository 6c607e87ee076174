/* table_write.h: the forms in which a table is written, for this folder alone. A form is one
 * function in one file, and one row in the list of table_write.c. */
#ifndef TABLE_TABLE_WRITE_H
#define TABLE_TABLE_WRITE_H

#include "table/table.h"

#define BP_TABLE_CACHE_FORMAT "backprop.table" /* the metadata "format" */
#define BP_TABLE_CACHE_VERSION "1"

bp_status bp_table_write_csv(const bp_table *table, const char *path, bp_error *error);
bp_status bp_table_write_safetensors(const bp_table *table, const char *path, bp_error *error);

#endif
