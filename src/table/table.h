/* table.h: the fields of a table, for this folder alone. */
#ifndef TABLE_TABLE_H
#define TABLE_TABLE_H

#include "base/files.h"
#include "table/reading/csv_cells.h"

#include <backprop/table.h>

typedef struct bp_table_column {
    char *name;
    bp_column_kind kind;
    void *numbers;     /* [rows] of the table's type; NULL in a category column */
    uint32_t *codes;   /* [rows]; NULL in a number column */
    char **categories; /* [category_room], category_count in use */
    size_t category_count, category_room;
    uint32_t *buckets;   /* [bucket_count]: category + 1 by hash, 0 where empty */
    size_t bucket_count; /* a power of two */
} bp_table_column;

struct bp_table {
    bp_allocator allocator;
    char *name;
    bp_file_bytes source; /* the text, kept so that cells can be read again as written */
    csv_dialect dialect;
    bool header;
    bp_type type;
    size_t rows, row_room;
    size_t *offsets; /* [row_room]: where each row starts in the source */
    size_t columns;
    bp_table_column *column; /* [columns] */
};

/* Gives a column codes for `rows` cells, all missing. */
bp_status bp_table_column_open_codes(bp_table *table, bp_table_column *column, bp_error *error);

/* The code of a text, a new one where it has not been seen. */
bp_status bp_table_column_code(bp_table *table, bp_table_column *column, const char *text,
                               size_t length, uint32_t *code, bp_error *error);

/* Fills `error` with the place of a byte of the source; `column` is its 1-based place
 * in its line. */
void bp_table_byte_place(const bp_table *table, size_t byte, bp_error *error);

#endif
