/* filling.h: from cells, as a form cuts them, to columns: what kinds of columns there are is
 * found out from a sample of the rows, then all rows are filled in, by several workers
 * where the form lets them; a column that proves to be something else is filled again. */
#ifndef READING_FILLING_H
#define READING_FILLING_H

#include "base/pool.h"
#include "table/reading/reading.h"

typedef enum bp_fill_mode {
    BP_FILL_NUMBER,
    BP_FILL_DATE,
    BP_FILL_TEXT,
    BP_FILL_SAMPLE, /* counted, not kept */
    BP_FILL_SKIP
} bp_fill_mode;

/* What the cells of a column are that are not plain numbers. */
typedef struct bp_fill_tally {
    size_t missing, numbers, dates, texts;
    size_t too_large;   /* numbers that the type cannot hold */
    size_t wide;        /* whole numbers beyond 2^53; also among `numbers` */
    size_t first_stray; /* row of the first cell that is not of the column's mode */
    size_t first_large; /* row of the first number that is too large */
} bp_fill_tally;

/* What one worker works with; to a form it is opaque but for what is said of bp_fill_cell. */
typedef struct bp_filler {
    bp_table *table;
    const bp_fill_mode *modes; /* [columns] */
    bp_fill_tally *tallies;    /* [columns] */
    bool known;                /* what texts look like is no matter any more */
    bp_text_index *texts;      /* [columns]: the worker's own numbering of texts */
    bp_stray *strays;          /* [BP_STRAYS_KEPT] */
    size_t stray_count;
    /* Numbers of some rows, on their way to the columns: of column c and row r at
     * block[c * block_rows + r - block_first], of the table's type or, of dates, float64.
     * Columns of the same length would all lie on the same lines of the cache. */
    double *block;
    size_t block_rows, block_first, block_end;
    char *scratch; /* [scratch_room]: texts without doubled quotes */
    size_t scratch_room;
    size_t first, end; /* rows */
    bp_status status;
    bp_error error;
} bp_filler;

/* A form's `fill` calls this before the cells of each row, rows ascending. */
static inline void bp_fill_row(bp_filler *filler, size_t row);

/* Puts a cell where it belongs. A form calls it for every cell of a row; of a column in mode
 * BP_FILL_NUMBER it may store plain numbers by itself, into bp_fill_place. */
bp_status bp_fill_cell(bp_filler *filler, size_t row, size_t column, const bp_cell *cell);

/* Room for `length` bytes (at least 1), until it is next asked for, in which a form may write
 * a cell's text without its escapes; NULL where there is no memory. */
char *bp_fill_scratch(bp_filler *filler, size_t length, bp_error *error);

/* A missing cell. */
void bp_fill_missing(bp_filler *filler, size_t row, size_t column);

/* Where a number of the current row goes. */
static inline void *bp_fill_place(const bp_filler *f, size_t row, size_t column)
{
    return f->block + column * f->block_rows + (row - f->block_first);
}

void bp_fill_flush(bp_filler *filler, size_t next);

static inline void bp_fill_row(bp_filler *f, size_t row)
{
    if (row == f->block_end)
        bp_fill_flush(f, row);
}

#define BP_FILL_THREADS_MAX 64u

/* The threads that may read the source at once: as many as the caller asked for, or as its size
 * deserves and the system gives; NULL (one) where the caller's own allocator is used, which need
 * not expect more. */
bp_status bp_fill_pool(bp_pool **pool, const bp_table *table, const bp_table_options *options,
                       bp_error *error);

/* What is known of the columns before all is read. */
typedef struct bp_filling {
    bp_table *table;
    const bp_table_options *options;
    bp_fill_mode *modes;    /* [columns] */
    bp_fill_mode *asked;    /* [columns]: what the kinds asked for need; BP_FILL_SAMPLE: nothing */
    bp_column_kind *kinds;  /* [columns]: those asked for */
    bp_fill_tally *tallies; /* [columns]: of the sample, then of all rows */
} bp_filling;

/* For a table whose columns are counted. */
bp_status bp_filling_open(bp_filling *filling, bp_table *table, const bp_table_options *options,
                          bp_error *error);
void bp_filling_close(bp_filling *filling);

/* Counts what some of the first rows hold, anew; then whether any of it is a number. */
bp_status bp_filling_sample(bp_filling *filling, bp_error *error);
bool bp_filling_has_numbers(const bp_filling *filling);

/* Fills all columns of a table whose rows are counted and whose columns are named. */
bp_status bp_filling_run(bp_filling *filling, bp_error *error);

/* Fills one column of a table that is read with codes for its texts. */
bp_status bp_fill_column(bp_table *table, size_t column, bp_error *error);

/* All in one, for forms that know their columns' names beforehand. */
bp_status bp_fill_table(bp_table *table, const bp_table_options *options, bp_error *error);

#endif
