/* table.h: the fields of a table and what builds it, for this folder alone. */
#ifndef TABLE_TABLE_H
#define TABLE_TABLE_H

#include "base/files.h"
#include "table/reading/csv_cells.h"
#include "table/reading/date_text.h"
#include "table/reading/row_marks.h"
#include "table/text_index.h"

#include <backprop/table.h>

struct bp_format; /* table/reading/reading.h */

typedef struct bp_table_column {
    bp_column_kind kind;
    void *numbers;            /* [rows], or NULL; of the table's type, of a date float64 */
    bool dates;               /* the numbers are seconds, float64 whatever the kind */
    bool borrowed;            /* the numbers or codes stand in the source */
    uint32_t *codes;          /* [rows]; NULL in a column of numbers */
    bp_text_index categories; /* without texts in a column of numbers */
} bp_table_column;

/* A cell that is no number in a column of numbers. */
typedef struct bp_stray {
    size_t row, column;
} bp_stray;

#define BP_STRAYS_KEPT 1000u

struct bp_table {
    bp_allocator allocator;
    char *name;
    const char *path;               /* of a file, while it is being read; else NULL */
    bp_file_bytes source;           /* kept, so that cells can be read again as written */
    size_t text_start;              /* of the source: after a byte order mark */
    size_t head;                    /* of a text: where the rows begin, behind what names columns */
    size_t lines_before;            /* of a text that is read by blocks: those of earlier blocks */
    size_t rows_before;             /* likewise */
    const struct bp_format *format; /* how the source is to be read; NULL: it has none */
    char form[128];                 /* what bp_table_form tells */
    csv_dialect dialect;
    bool header;
    bool short_header; /* which has no name for the first column */
    bp_type type;
    size_t rows;
    bp_row_marks marks; /* of lines: row 0 of them is a header, where there is one */
    bool decimal_comma;
    bp_date_order date_order; /* never AUTO */
    bp_text_index missing;    /* what missing cells look like */
    size_t longest_missing;
    bool number_missing;              /* one of them looks like a number */
    size_t image_height, image_width; /* of the images that rows are; 0: not known */
    size_t columns;
    bp_text_index names;     /* [columns] */
    bp_table_column *column; /* [columns] */
    size_t *kept;            /* where rows were dropped: those that are left, in room for all */
    size_t rows_read;        /* then: how many there were, and columns have memory for */
    bp_stray *strays;        /* [BP_STRAYS_KEPT], or NULL */
    size_t stray_count;      /* of all; no more than BP_STRAYS_KEPT are kept */
};

/* Frees a column's cells and texts. */
void bp_table_release_cells(bp_table *table, size_t column);

/* Frees the rows and what is known of them; the columns keep their names. */
void bp_table_forget_rows(bp_table *table);

/* How many rows a column has memory for. */
size_t bp_table_rows_held(const bp_table *table);

/* bp_fill_column, which reads the rows that were dropped too, and those that are left of it. */
bp_status bp_table_refill(bp_table *table, size_t column, bp_error *error);

/* The type of a column's numbers. */
bp_type bp_table_number_type(const bp_table *table, size_t column);

/* Whether a cell's text means "missing". */
bool bp_table_is_missing(const bp_table *table, const char *text, size_t length);

/* The text that the table was read from. */
const char *bp_table_source(const bp_table *table, size_t *size);

/* Gives a column codes for all rows, all missing. */
bp_status bp_table_open_codes(bp_table *table, bp_table_column *column, bp_error *error);

/* Puts the place of a byte of the source into `error` (NULL allowed) and returns `status`:
 *     return bp_table_at(table, byte, error, bp_fail(error, BP_E_DATA, "...")); */
bp_status bp_table_at(const bp_table *table, size_t byte, bp_error *error, bp_status status);

/* The same with the place of a cell. */
bp_status bp_table_at_cell(const bp_table *table, size_t row, size_t column, bp_error *error,
                           bp_status status);

/* ---- Cells ------------------------------------------------------------------ */

typedef enum bp_reading { BP_READ_TEXT, BP_READ_NUMBER, BP_READ_TOO_LARGE } bp_reading;

/* What a cell of the table is: a finite number, rounded once to the table's type; a number
 * that the type cannot hold; anything else. */
/* A literal with a decimal comma, as bp_number_read wants it; 0 where it is none. */
#define BP_LITERAL_LIMIT 512u
size_t bp_literal_with_point(const char *text, size_t length, char literal[BP_LITERAL_LIMIT]);
bp_reading bp_read_cell(const bp_table *table, const char *text, size_t length, double *number);

/* A cell of a column of numbers as it is written where no text of it is kept: the shortest that
 * reads back as the same, a date as ISO 8601. Its length; 0 where it is missing, an infinity, or
 * a date outside the years 1 to 9999. */
size_t bp_table_number_text(const bp_table *table, size_t row, size_t column,
                            char text[BP_DATE_SIZE]);

/* The beginning of a text for a message: whole characters, what is no UTF-8 as "?", and
 * "..." where it was cut. */
#define BP_EXCERPT_SIZE 48
void bp_excerpt(const char *text, size_t length, char excerpt[BP_EXCERPT_SIZE]);

#endif
