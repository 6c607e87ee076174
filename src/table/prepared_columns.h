/* prepared_columns.h: the fields of a preparation, for this folder alone. */
#ifndef TABLE_PREPARED_COLUMNS_H
#define TABLE_PREPARED_COLUMNS_H

#include "base/matrix.h"

#include <backprop/table.h>

typedef struct prepared_column {
    char *name;
    size_t position; /* in the table it was made from */
    bool category;
    double low, high;  /* of a number: smallest and largest */
    char **categories; /* [category_count]: of a category or a class target */
    size_t category_count;
} prepared_column;

struct bp_preparation {
    bp_allocator allocator;
    bp_task task;
    bp_scaling scaling;
    bool header;
    size_t table_columns;
    size_t input_count, target_count;
    prepared_column *inputs;  /* [table_columns] */
    prepared_column *targets; /* [table_columns] */
    size_t width;
};

bp_status bp_preparation_make(bp_preparation **out, size_t columns, const bp_allocator *allocator,
                              bp_error *error);

/* Copies all categories of a table's column; or those that stand in some rows. */
bp_status bp_prepared_categories(bp_preparation *p, prepared_column *into, const bp_table *table,
                                 size_t column, bp_error *error);
bp_status bp_prepared_categories_of(bp_preparation *p, prepared_column *into, const bp_table *table,
                                    size_t column, const size_t *rows, size_t count,
                                    bp_error *error);

bp_status bp_prepared_missing(const bp_table *table, size_t row, size_t column, bp_error *error);

#endif
