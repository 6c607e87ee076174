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
    bool doubled; /* "" in it is one quote */
} bp_cell;

struct bp_filler; /* filling.h */

typedef struct bp_format {
    const char *name;
    const char *help; /* one line */

    /* Whether a table's source is of this form, by its bytes or its name. */
    bool (*recognize)(const bp_table *table);

    /* Fills rows, columns, names and cells of a table whose name, type, format and source
     * are set. On failure what was made so far is freed with the table. */
    bp_status (*read)(bp_table *table, const bp_table_options *options, bp_error *error);

    /* Reads on, where a text can be read by blocks (NULL: it cannot): the source is its beginning
     * up to table->head, as `read` set it, and whole lines that follow those read before. What
     * `read` has found out of the columns holds; rows are forgotten, and there may be none. */
    bp_status (*more)(bp_table *table, const bp_table_options *options, bp_error *error);

    /* Where the last whole row ends of those that begin at `place` of the source; `place` where
     * none is whole in its first `size` bytes. Before `read`, `place` is 0. */
    size_t (*cut)(const bp_table *table, const bp_table_options *options, size_t place,
                  size_t size);
    bool grows; /* later rows may have columns that earlier ones have not */

    /* Hands the cells of rows first .. end - 1 to bp_fill_cell, in order; NULL where the form
     * fills its columns by itself. May be called by several threads at once where
     * `concurrent`, and then with malloc's allocator alone (see bp_fill_pool). */
    bp_status (*fill)(struct bp_filler *filler, size_t first, size_t end, bp_error *error);
    bool concurrent;

    /* One cell, read again, by a walk (NULL: none) where the form can; NULL where the form keeps
     * no texts. */
    bp_cell (*cell)(const bp_table *table, bp_cell_walk *walk, size_t row, size_t column);
} bp_format;

/* Whether a table's name ends so, in any case. */
bool bp_name_ends(const bp_table *table, const char *ending);

extern const bp_format BP_FORMAT_ARFF, BP_FORMAT_CSV, BP_FORMAT_IDX, BP_FORMAT_JSON_LINES,
    BP_FORMAT_LIBSVM, BP_FORMAT_NPY, BP_FORMAT_NPZ, BP_FORMAT_SAFETENSORS;

/* `cut` of forms in which a row is a line. */
size_t bp_cut_lines(const bp_table *table, const bp_table_options *options, size_t place,
                    size_t size);

/* Where a source of text begins: behind a byte order mark. */
size_t bp_source_start(const bp_table *table);

/* Refuses a table whose cells would take more memory than there is, for forms in which a few
 * bytes make a row of many columns. */
bp_status bp_source_check_cells(const bp_table *table, const bp_table_options *options,
                                bp_error *error);

#endif
