/* table.h: a table of data: read, understood, prepared as numbers, split. */
#ifndef BACKPROP_TABLE_H
#define BACKPROP_TABLE_H

#include <backprop/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The table -------------------------------------------------------------- */

typedef struct bp_table bp_table;

typedef enum bp_column_kind {
    BP_COLUMN_NUMBER,  /* decimal numbers; a missing cell is NaN */
    BP_COLUMN_CATEGORY /* texts, numbered in the order in which they first stand in the table */
} bp_column_kind;

#define BP_MISSING UINT32_MAX /* the code of a missing cell in a category column */

typedef struct bp_table_options {
    const char *name; /* what errors call the table; NULL: the path, or "memory" */
    char delimiter;   /* 0: found out among comma, semicolon, tab, bar, white space */
    int header;       /* 1: the first line names the columns, 0: none does, -1: found out */
    bp_type type;     /* of the cells of number columns; each is rounded once from its text */
    const bp_allocator *allocator;
} bp_table_options;

/* The defaults: everything found out, BP_F64, malloc. */
BP_API void bp_table_options_init(bp_table_options *options);

/* Reads a table from a file ("-": standard input) or from memory (copied). NULL
 * options are the defaults. Understood: CSV of RFC 4180 with comma, semicolon, tab,
 * bar or runs of white space (a doubled tab is one), LF or CRLF, quoted fields with
 * embedded newlines, blank lines (skipped), a UTF-8 byte order mark. A column of
 * which at least 95 % of the cells that are not missing are decimal numbers is a
 * number column: any other cell in it is an error with its line and column.
 * Missing: an empty cell, NA, N/A, NaN, nan, NULL, null, ?, -.
 * Errors: BP_E_DATA with file, line and column; BP_E_IO; BP_E_MEMORY. */
BP_API bp_status bp_table_read(bp_table **table, const char *path, const bp_table_options *options,
                               bp_error *error);
BP_API bp_status bp_table_read_memory(bp_table **table, const char *text, size_t size,
                                      const bp_table_options *options, bp_error *error);
BP_API void bp_table_free(bp_table *table);

BP_API const char *bp_table_name(const bp_table *table);
BP_API size_t bp_table_row_count(const bp_table *table);
BP_API size_t bp_table_column_count(const bp_table *table);
BP_API bool bp_table_has_header(const bp_table *table);

/* The column's name as the header has it; "#3" for the third of a table without one. */
BP_API const char *bp_table_column_name(const bp_table *table, size_t column);
BP_API bp_column_kind bp_table_column_kind(const bp_table *table, size_t column);

/* The column that `reference` means: its name, or "#3" for the third. An unknown
 * one is BP_E_OPTION with the nearest name in the message. */
BP_API bp_status bp_table_find_column(const bp_table *table, const char *reference, size_t *column,
                                      bp_error *error);

/* The cells of a number column, one a row, of the table's type; of a category
 * column a matrix without data. */
BP_API bp_matrix bp_table_numbers(const bp_table *table, size_t column);

/* The cells of a category column as codes (BP_MISSING where missing), and the text
 * behind a code; NULL and 0 for a number column. */
BP_API const uint32_t *bp_table_codes(const bp_table *table, size_t column);
BP_API size_t bp_table_category_count(const bp_table *table, size_t column);
BP_API const char *bp_table_category(const bp_table *table, size_t column, uint32_t code);

/* Turns a number column into a category column whose texts are the cells as they
 * were written. Does nothing to a category column. */
BP_API bp_status bp_table_categorize(bp_table *table, size_t column, bp_error *error);

/* Fills file, line and column of `error` (not NULL) with where a cell stands. */
BP_API void bp_table_place(const bp_table *table, size_t row, size_t column, bp_error *error);

/* ---- Preparation ------------------------------------------------------------ */

typedef enum bp_task { BP_TASK_AUTO, BP_TASK_CLASSIFICATION, BP_TASK_REGRESSION } bp_task;

BP_API const char *bp_task_name(bp_task task); /* "auto", "classification", "regression" */

typedef enum bp_scaling {
    BP_SCALING_NONE,
    BP_SCALING_MINMAX /* (x - smallest) / (largest - smallest); 0 for a constant column */
} bp_scaling;

/* What a preparation is to do. */
typedef struct bp_preparation_options {
    const char *target; /* the target columns, comma between several; NULL: the last column */
    const char *drop;   /* columns that are no inputs, comma between; NULL: none */
    bp_task task;       /* AUTO: a target of text, or of integers with at most 20 distinct
                         * values, is classes; anything else is regression */
    bp_scaling scaling; /* of the inputs and, in regression, of the targets */
    const bp_allocator *allocator;
} bp_preparation_options;

BP_API void bp_preparation_options_init(bp_preparation_options *options);

/* What is done to raw rows before a network sees them: which columns are inputs and
 * targets, what the classes are called, how each column becomes numbers. It is made
 * from a table (columns, task, classes), fitted on its training rows alone (scaling,
 * input categories), kept in the model and applied to any table with these columns. */
typedef struct bp_preparation bp_preparation;

/* Decides columns, task and classes. The table is not const: a target of numbers
 * that are classes becomes a category column. Classes are numbered in the order in
 * which they first stand in the table. NULL options are the defaults. */
BP_API bp_status bp_preparation_new(bp_preparation **preparation, bp_table *table,
                                    const bp_preparation_options *options, bp_error *error);
BP_API void bp_preparation_free(bp_preparation *preparation);

/* Fits scaling and input categories on these rows of the table that it was made from,
 * replacing an earlier fit. A missing cell among them is BP_E_DATA with its place. After
 * a failure it is not fitted, and applying it is BP_E_ARGUMENT. */
BP_API bp_status bp_preparation_fit(bp_preparation *preparation, const bp_table *table,
                                    const size_t *rows, size_t count, bp_error *error);

BP_API bp_task bp_preparation_task(const bp_preparation *preparation);       /* never AUTO */
BP_API size_t bp_preparation_input_count(const bp_preparation *preparation); /* columns */
BP_API size_t bp_preparation_width(const bp_preparation *preparation);       /* numbers a row */
BP_API size_t
bp_preparation_output_count(const bp_preparation *preparation); /* classes, or targets */
BP_API size_t bp_preparation_target_count(const bp_preparation *preparation);
BP_API const char *bp_preparation_input_name(const bp_preparation *preparation, size_t input);
BP_API const char *bp_preparation_target_name(const bp_preparation *preparation, size_t target);
BP_API size_t bp_preparation_class_count(const bp_preparation *preparation); /* 0 in regression */
BP_API const char *bp_preparation_class_name(const bp_preparation *preparation, uint32_t code);

/* Rows as numbers: what a network reads. Owns its memory. */
typedef struct bp_prepared bp_prepared;

/* Applies the fitted preparation to rows of a table, which may be another than it was
 * made from: columns are matched by name, or by position where either table has no
 * header (with all columns, or with exactly the input columns). Extra columns are
 * ignored. `with_targets` asks for the targets too; without it they need not be
 * there. The result has row i for rows[i]. Errors: a missing column, a missing
 * cell, text in a number column, a class never seen: BP_E_DATA with the place. */
BP_API bp_status bp_preparation_apply(const bp_preparation *preparation, bp_table *table,
                                      const size_t *rows, size_t count, bp_type type,
                                      bool with_targets, bp_prepared **prepared, bp_error *error);
BP_API void bp_prepared_free(bp_prepared *prepared);
BP_API size_t bp_prepared_row_count(const bp_prepared *prepared);
BP_API bp_samples bp_prepared_samples(const bp_prepared *prepared);

/* Whether every target column can be found in that table. */
BP_API bool bp_preparation_has_targets(const bp_preparation *preparation, const bp_table *table);

/* Undoes the scaling of regression targets in place: `values` has one number a target. */
BP_API void bp_preparation_restore(const bp_preparation *preparation, double *values);

/* ---- Splitting -------------------------------------------------------------- */

/* The rows of a table dealt into folds. */
typedef struct bp_folds bp_folds;

/* Deals `row_count` rows, shuffled by the seed, into folds whose sizes differ by one
 * at most. BP_E_OPTION unless 2 <= folds <= row_count. */
BP_API bp_status bp_folds_new(bp_folds **folds, size_t row_count, size_t fold_count, uint64_t seed,
                              const bp_allocator *allocator, bp_error *error);
BP_API void bp_folds_free(bp_folds *folds);
BP_API size_t bp_folds_count(const bp_folds *folds);

/* The rows of one fold; and those of all the others, fold by fold in order, written
 * to `rows` (room for all rows of the table), whose count is returned. */
BP_API const size_t *bp_folds_rows(const bp_folds *folds, size_t fold, size_t *count);
BP_API size_t bp_folds_others(const bp_folds *folds, size_t fold, size_t *rows);

#ifdef __cplusplus
}
#endif
#endif
