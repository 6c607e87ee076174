/* table_read.h: the steps of reading a table, for those who do not read a whole file. */
#ifndef READING_TABLE_READ_H
#define READING_TABLE_READ_H

#include "table/reading/reading.h"

/* A table without a source, called as the options say, or by its path. */
bp_status bp_table_begin(bp_table **table, const char *path, const bp_table_options *options,
                         bp_error *error);

/* Chooses the form of a table that has its source, and lists what a missing cell looks like. */
bp_status bp_table_choose_form(bp_table *table, const bp_table_options *options, bp_error *error);

/* bp_table_read of a path whose bytes are read already: they are the table's from here on. */
bp_status bp_table_read_bytes(bp_table **table, const char *path, bp_file_bytes *bytes,
                              const bp_table_options *options, bp_error *error);

#endif
