/* csv_cells.h: the cells of a delimited text, one after another: the one place that
 * knows quoting, doubled delimiters and line ends. */
#ifndef READING_CSV_CELLS_H
#define READING_CSV_CELLS_H

#include <backprop/table.h>

typedef struct csv_dialect {
    char delimiter; /* ' ': blanks, which are spaces and tabs */
    bool merge;     /* a run of delimiters is one, and none stands at the ends of a row */
    bool trailing;  /* a delimiter stands behind the last cell of a row */
    char quote;     /* stands around cells that hold anything: " or ' */
    char comment;   /* lines that begin with it are no rows; 0: there are none */
    char decimal;   /* '.' or ',' of numbers */
    bp_date_order dates;
} csv_dialect;

/* A cell without its quotes, but with "" inside it still doubled; one without quotes also
 * without the blanks around it. */
typedef struct csv_cell {
    const char *text;
    size_t length;
    size_t place; /* of its first byte in the text: the quote, where it has one */
    size_t stray; /* of the first byte between its closing quote and the delimiter, or 0 */
    bool quoted;
    bool closed; /* false: its quote is never closed */
} csv_cell;

typedef struct csv_cursor {
    const char *text;
    size_t size;
    size_t place;
    bool row_ended; /* the last cell was the last of its row */
} csv_cursor;

/* Moves over blank lines to the start of a row; false at the end of the text. */
bool bp_csv_row_begin(csv_cursor *cursor, csv_dialect dialect);

/* The same, quick where the row begins at once, as most do. */
static inline bool bp_csv_row_begin_here(csv_cursor *cursor, csv_dialect dialect)
{
    unsigned char first =
        cursor->place < cursor->size ? (unsigned char)cursor->text[cursor->place] : 0;
    if (first <= ' ' || dialect.merge || (char)first == dialect.comment)
        return bp_csv_row_begin(cursor, dialect);
    cursor->row_ended = false;
    return true;
}

/* The next cell of the row. */
csv_cell bp_csv_next(csv_cursor *cursor, csv_dialect dialect);

/* A quoted cell's text with single quotes for double ones in buffer[length], its length
 * returned. */
size_t bp_csv_unquote(const char *text, size_t length, char quote, char *buffer);

#endif
