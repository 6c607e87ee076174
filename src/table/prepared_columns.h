/* prepared_columns.h: the fields of a preparation, for this folder alone. */
#ifndef TABLE_PREPARED_COLUMNS_H
#define TABLE_PREPARED_COLUMNS_H

#include "base/matrix.h"
#include "table/date_parts.h"
#include "table/pieces.h"
#include "table/principal.h"
#include "table/scaling.h"

#include <backprop/table.h>

typedef enum prepared_kind {
    PREPARED_NUMBER,
    PREPARED_CATEGORY,
    PREPARED_BOOLEAN,
    PREPARED_DATE,
    PREPARED_KIND_COUNT
} prepared_kind;

/* One thing that a column's value tells: the value itself, or a part of a date. */
typedef struct prepared_part {
    bp_date_part part;
    bp_scaler scaler; /* not used by the parts that turn in a circle */
} prepared_part;

/* A column becomes the numbers of its parts, or those of its categories' places. */
typedef struct prepared_column {
    char *name;
    size_t position; /* in the table it was made from */
    prepared_kind kind;
    prepared_part *parts; /* [part_count]: of all but categories and classes */
    size_t part_count;
    bp_pieces pieces;  /* of a number, whose numbers are behind its own */
    double fill;       /* what a missing value counts as, unless it is refused */
    bool indicator;    /* training rows lack cells, and a number tells of it */
    char **categories; /* [category_count]: of a category input or of a class target */
    size_t category_count;
    size_t rare;  /* training categories that share the place behind the others' */
    size_t first; /* of an input: the first of its numbers in a row, before components */
} prepared_column;

/* A column that is neither input nor target. */
typedef struct omitted_column {
    char *name;
    const char *reason;
} omitted_column;

struct bp_preparation {
    bp_allocator allocator;
    bp_task task;
    bp_scaling scaling, target_scaling;
    bp_gaps gaps;
    bool gap_indicator, ordinal;
    size_t rare, category_limit; /* asked for; not kept in a model */
    size_t pieces;               /* asked for */
    double components;           /* asked for, as bp_preparation_options has it */
    bp_principal principal;      /* with axes, its components are what the network reads */
    bool header;
    bp_date_order date_order; /* of the table it was made from */
    size_t table_columns;     /* of the table it was made from */
    size_t input_count, target_count, omitted_count;
    size_t input_room, target_room, omitted_room;
    prepared_column *inputs;  /* [input_room] */
    prepared_column *targets; /* [target_room] */
    omitted_column *omitted;  /* [omitted_room] */
    size_t width;             /* 0 until it is fitted */
};

/* Rows of a table, as fitting sees them. */
typedef struct prepared_rows {
    const bp_table *table;
    const bool *chosen; /* [rows of the table] */
} prepared_rows;

/* What a table calls a column of that kind. */
bp_column_kind bp_prepared_column_kind(prepared_kind kind);

bp_status bp_preparation_make(bp_preparation **out, size_t input_room, size_t target_room,
                              size_t omitted_room, const bp_allocator *allocator, bp_error *error);

/* Frees what a fit gave a column. */
void bp_prepared_clear(const bp_allocator *memory, prepared_column *column);

/* Room for the parts of a column, all zero. */
bp_status bp_prepared_open_parts(const bp_preparation *preparation, prepared_column *column,
                                 size_t count, bp_error *error);

/* The inputs of rows before their principal components are taken: numbers[count][width]. The
 * table is the one that the columns were fitted on. */
bp_status bp_prepared_raw(const bp_preparation *preparation, const bp_table *table,
                          const size_t *rows, size_t count, size_t width, double *numbers,
                          bp_error *error);

/* How many numbers an input becomes, and how many places its categories have. */
size_t bp_prepared_width(const bp_preparation *preparation, const prepared_column *column);
size_t bp_prepared_places(const prepared_column *column);

/* Gives `into` the classes that stand in the table, in the order in which they first do. */
bp_status bp_prepared_classes(const bp_preparation *preparation, prepared_column *into,
                              const bp_table *table, bp_error *error);

/* Gives `into` the categories that the rows hold, in the order in which they first stand
 * there (of bytes where they are ordinal), but for the rare ones, which are counted. */
bp_status bp_prepared_categories(const bp_preparation *preparation, prepared_column *into,
                                 const prepared_rows *rows, bp_error *error);

/* BP_E_DATA with the place of a missing cell; `advice` says what to do about it. */
bp_status bp_prepared_missing(const bp_table *table, size_t row, size_t column, const char *advice,
                              bp_error *error);
#define ADVICE_TARGET "a target must be known: remove the row"
#define ADVICE_INPUT "remove the row, drop the column, or let missing cells be filled (--missing)"

/* BP_E_ARGUMENT where one of these rows is not in the table. */
bp_status bp_prepared_rows_check(const bp_table *table, const size_t *rows, size_t count,
                                 bp_error *error);

#endif
