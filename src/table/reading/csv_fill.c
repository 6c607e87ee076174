/* csv_fill.c: the cells of a delimited text into columns: plain numbers in one pass over
 * their bytes, everything else cell by cell. */
#include "table/reading/csv_fill.h"

#include "base/error.h"
#include "base/number_scan.h"
#include "table/reading/csv_rows.h"

#include <string.h>

/* ---- What cannot be a row ------------------------------------------------------------ */

/* Whether a cell can be one: what cannot is never guessed at. */
static bp_status check_cell(const bp_table *table, const csv_cell *cell, bp_error *error)
{
    if (!cell->closed)
        return bp_table_at(table, cell->place, error,
                           bp_fail(error, BP_E_DATA, "the quote that opens here is never closed"));
    if (cell->stray != 0)
        return bp_table_at(table, cell->stray, error,
                           bp_fail(error, BP_E_DATA,
                                   "text after a closing quote; write a quote inside a quoted "
                                   "field as two"));
    const char *nul = memchr(cell->text, '\0', cell->length);
    if (nul != NULL)
        return bp_table_at(
            table, (size_t)(nul - table->source.data), error,
            bp_fail(error, BP_E_DATA,
                    "a NUL byte: this is no UTF-8 text; save the table as CSV in UTF-8"));
    const char *bare = cell->quoted ? NULL : memchr(cell->text, '\r', cell->length);
    if (bare != NULL)
        return bp_table_at(table, (size_t)(bare - table->source.data), error,
                           bp_fail(error, BP_E_DATA,
                                   "a carriage return without a line feed; save the file with "
                                   "line ends of LF or CRLF"));
    return BP_OK;
}

bp_status bp_csv_check_line(const bp_table *table, size_t line, size_t *cells, bp_error *error)
{
    csv_cursor cursor = bp_csv_at_line(table, line);
    for (*cells = 0; !cursor.row_ended; ++*cells) {
        csv_cell cell = bp_csv_next(&cursor, table->dialect);
        bp_status status = check_cell(table, &cell, error);
        if (status != BP_OK)
            return status;
    }
    return BP_OK;
}

static bp_status fail_row(const bp_table *table, size_t row, bp_error *error)
{
    size_t line = row + table->header, cells = 0;
    bp_status status = bp_csv_check_line(table, line, &cells, error);
    if (status != BP_OK)
        return status;
    return bp_table_at(table, bp_csv_at_line(table, line).place, error,
                       bp_fail(error, BP_E_DATA, "%zu field%s where the first line has %zu", cells,
                               cells == 1 ? "" : "s", table->columns));
}

/* ---- Rows ------------------------------------------------------------------------------ */

/* Stores the plain number at the cursor, where the cell is that and nothing else. */
static inline bool take_plain(const bp_table *table, csv_cursor *cursor, csv_dialect dialect,
                              void *place, bool last)
{
    bp_plain_decimal number;
    const char *end = bp_plain_scan(cursor->text + cursor->place, cursor->text + cursor->size,
                                    table->decimal_comma ? ',' : '.', &number);
    if (end == NULL)
        return false;
    size_t step = 1; /* over what ends the cell */
    if (last && *end == '\r')
        step = 2;
    if (last ? end[step - 1] != '\n' : *end != dialect.delimiter)
        return false;
    if (table->type == BP_F64)
        *(double *)place = bp_plain_f64(&number);
    else if (!bp_plain_f32(&number, place))
        return false;
    cursor->place = (size_t)(end - cursor->text) + step;
    cursor->row_ended = last;
    return true;
}

static bp_status fill_row(bp_filler *f, csv_cursor *cursor, csv_dialect dialect, size_t row,
                          bp_error *error)
{
    bp_table *table = f->table;
    size_t columns = table->columns;
    bool plain = !dialect.merge && !dialect.trailing && !table->number_missing && BP_PLAIN_IS_EXACT;
    for (size_t i = 0; i < columns; i++) {
        if (cursor->row_ended)
            return fail_row(table, row, error);
        if (plain && f->modes[i] == BP_FILL_NUMBER
            && take_plain(table, cursor, dialect, bp_fill_place(f, row, i), i + 1 == columns))
            continue;
        csv_cell cell = bp_csv_next(cursor, dialect);
        bp_status status = check_cell(table, &cell, error);
        if (status != BP_OK)
            return status;
        bp_cell one = {.text = cell.text,
                       .length = cell.length,
                       .place = cell.place,
                       .doubled = cell.quoted && memchr(cell.text, '"', cell.length) != NULL};
        status = bp_fill_cell(f, row, i, &one);
        if (status != BP_OK)
            return status;
    }
    return cursor->row_ended ? BP_OK : fail_row(table, row, error);
}

bp_status bp_csv_fill(bp_filler *f, size_t first, size_t end, bp_error *error)
{
    const bp_table *table = f->table;
    if (first == end)
        return BP_OK;
    csv_cursor cursor = bp_csv_at_line(table, first + table->header);
    bp_status status = BP_OK;
    for (size_t row = first; row < end && status == BP_OK; row++) {
        if (row > first)
            bp_csv_row_begin(&cursor, table->dialect);
        bp_fill_row(f, row);
        status = fill_row(f, &cursor, table->dialect, row, error);
    }
    return status;
}

bp_cell bp_csv_cell(const bp_table *table, size_t row, size_t column)
{
    csv_cursor cursor = bp_csv_at_line(table, row + table->header);
    csv_cell cell = bp_csv_next(&cursor, table->dialect);
    for (size_t i = 0; i < column; i++)
        cell = bp_csv_next(&cursor, table->dialect);
    return (bp_cell){.text = cell.text, .length = cell.length, .place = cell.place};
}
