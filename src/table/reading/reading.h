/* reading.h: the forms in which a table may stand in a file. A form is one bp_format, in
 * one file of this folder, and one line in the list of table_read.c. */
#ifndef READING_READING_H
#define READING_READING_H

#include "table/table.h"

/* A cell as it stands in the source, without its quotes and the blanks around it. */
typedef struct bp_cell {
    const char *text;
    size_t length;
    size_t place; /* in the source */
} bp_cell;

typedef struct bp_format {
    const char *name;

    /* Whether the bytes begin as this form does. */
    bool (*recognize)(const char *bytes, size_t size);

    /* Fills rows, columns, names and cells of a table whose name, type, format and source
     * are set. On failure what was made so far is freed with the table. */
    bp_status (*read)(bp_table *table, const bp_table_options *options, bp_error *error);

    /* One cell, read again. */
    bp_cell (*cell)(const bp_table *table, size_t row, size_t column);
} bp_format;

extern const bp_format BP_FORMAT_CSV;

#endif
