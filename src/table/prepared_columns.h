/* prepared_columns.h: the fields of a preparation, for this folder alone. */
#ifndef TABLE_PREPARED_COLUMNS_H
#define TABLE_PREPARED_COLUMNS_H

#include "base/matrix.h"

#include <backprop/table.h>

typedef struct prepared_column {
    char *name;
    size_t position;   /* in the table it was made from */
    bool category;     /* of inputs: fitted on texts */
    double low, high;  /* of a number: smallest and largest */
    char **categories; /* [category_count]: of a category input or of a class target */
    size_t category_count;
} prepared_column;

struct bp_preparation {
    bp_allocator allocator;
    bp_task task;
    bp_scaling scaling;
    bool header;
    size_t table_columns; /* of the table it was made from */
    size_t input_count, target_count;
    size_t input_room, target_room;
    prepared_column *inputs;  /* [input_room] */
    prepared_column *targets; /* [target_room] */
    size_t width;             /* 0 until it is fitted */
};

bp_status bp_preparation_make(bp_preparation **out, size_t input_room, size_t target_room,
                              const bp_allocator *allocator, bp_error *error);

/* Gives `into` the categories that stand in the rows of `table` whose mark is set (NULL:
 * in all rows), in the order in which they first stand there. */
bp_status bp_prepared_categories(const bp_preparation *preparation, prepared_column *into,
                                 const bp_table *table, size_t column, const bool *chosen,
                                 bp_error *error);

/* BP_E_DATA with the place of a missing cell. */
bp_status bp_prepared_missing(const bp_table *table, size_t row, size_t column, bp_error *error);

/* BP_E_ARGUMENT where one of these rows is not in the table. */
bp_status bp_prepared_rows_check(const bp_table *table, const size_t *rows, size_t count,
                                 bp_error *error);

#endif
