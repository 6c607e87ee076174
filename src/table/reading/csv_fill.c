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

/* Stores plain numbers, from column `from` on, as far as cells are that and nothing else in
 * columns of numbers; returns the column it came to. */
static inline __attribute__((always_inline)) size_t
take_plain_cells(const bp_filler *f, csv_cursor *cursor, const char delimiter, const char point,
                 const bool wide, size_t row, size_t from)
{
    const bp_fill_mode *modes = f->modes;
    const size_t columns = f->table->columns, stride = f->block_rows;
    const char *at = cursor->text + cursor->place, *text_end = cursor->text + cursor->size;
    double *place = f->block + from * stride + (row - f->block_first);
    size_t i = from;
    for (; i < columns && modes[i] == BP_FILL_NUMBER; i++, place += stride) {
        bp_plain_decimal number;
        const char *end = bp_plain_scan(at, text_end, point, &number);
        if (end == NULL)
            break;
        if (i + 1 == columns) {
            end += *end == '\r';
            if (*end != '\n')
                break;
        } else if (*end != delimiter) {
            break;
        }
        if (wide)
            *place = bp_plain_f64(&number);
        else if (!bp_plain_f32(&number, (float *)place))
            break;
        at = end + 1;
    }
    cursor->place = (size_t)(at - cursor->text);
    cursor->row_ended = i == columns;
    return i;
}

/* The usual ones have code of their own. */
static size_t take_plain(const bp_filler *f, csv_cursor *cursor, char delimiter, size_t row,
                         size_t from)
{
    const bp_table *table = f->table;
    if (table->decimal_comma)
        return take_plain_cells(f, cursor, delimiter, ',', table->type == BP_F64, row, from);
    if (table->type == BP_F64)
        return take_plain_cells(f, cursor, delimiter, '.', true, row, from);
    return take_plain_cells(f, cursor, delimiter, '.', false, row, from);
}

static bp_status fill_row(bp_filler *f, csv_cursor *cursor, csv_dialect dialect, size_t row,
                          bp_error *error)
{
    const bp_table *table = f->table;
    size_t columns = table->columns;
    bool plain = !dialect.merge && !dialect.trailing && !table->number_missing && BP_PLAIN_IS_EXACT;
    for (size_t i = 0; i < columns; i++) {
        if (cursor->row_ended)
            return fail_row(table, row, error);
        if (plain && f->modes[i] == BP_FILL_NUMBER
            && (i = take_plain(f, cursor, dialect.delimiter, row, i)) == columns)
            break;
        csv_cell cell = bp_csv_next(cursor, dialect);
        bp_status status = check_cell(table, &cell, error);
        if (status != BP_OK)
            return status;
        bp_cell one = {.text = cell.text,
                       .length = cell.length,
                       .place = cell.place,
                       .doubled =
                           cell.quoted && memchr(cell.text, dialect.quote, cell.length) != NULL};
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
