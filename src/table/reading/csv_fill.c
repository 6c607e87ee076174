/* csv_fill.c: the cells of a delimited text into columns: plain numbers in one pass over
 * their bytes, everything else cell by cell. */
#include "table/reading/csv_fill.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/number_scan.h"
#include "table/reading/csv_ahead.h"
#include "table/reading/csv_rows.h"

#include <string.h>

/* ---- What cannot be a row ------------------------------------------------------------ */

/* Whether a cell can be one: what cannot is never guessed at. */
static bool is_sound(const csv_cell *cell)
{
    return cell->closed && cell->stray == 0 && memchr(cell->text, '\0', cell->length) == NULL
           && (cell->quoted || memchr(cell->text, '\r', cell->length) == NULL);
}

/* What is wrong with it. */
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
    return bp_table_at(
        table, bp_csv_at_line(table, line).place, error,
        bp_fail(error, BP_E_DATA, "%zu field%s where the %s line has %zu%s", cells,
                cells == 1 ? "" : "s", table->short_header ? "second" : "first", table->columns,
                line == 1 ? "; lines above the table are skipped by --skip-lines" : ""));
}

/* ---- Rows ------------------------------------------------------------------------------ */

/* From column `from` on: how many ends of cells of columns of numbers are listed, the last
 * column's where the line ends and no other's there. */
static size_t count_ends(const bp_filler *f, const csv_ahead *ahead, const char *text, size_t from)
{
    size_t columns = f->table->columns, last = columns - 1;
    size_t listed = ahead->count - ahead->next, count = 0;
    const uint32_t *ends = ahead->list + ahead->next;
    while (count < listed && from + count < columns && f->modes[from + count] == BP_FILL_NUMBER
           && (text[ahead->base + ends[count]] == '\n') == (from + count == last))
        count++;
    return count;
}

/* Stores plain numbers, from column `from` on, as far as cells are that and nothing else in
 * columns of numbers; returns the column it came to. */
static size_t take_plain(const bp_filler *f, csv_cursor *cursor, csv_ahead *ahead, size_t row,
                         size_t from)
{
    const bp_table *table = f->table;
    const char *text = cursor->text;
    size_t i = from, count = 0, read = 0;
    while (read == count && i < table->columns
           && csv_look_ahead(ahead, cursor, table->dialect.delimiter, '\n')) {
        uint32_t *ends = ahead->list + ahead->next;
        count = count_ends(f, ahead, text, i);
        if (count == 0)
            break;
        size_t next = ahead->base + ends[count - 1] + 1;
        if (i + count == table->columns && ends[count - 1] > 0 && text[next - 2] == '\r')
            ends[count - 1]--; /* CRLF; where CR was listed before LF, a cell ends with it */
        const bp_plain_run run = {.text = text + ahead->base,
                                  .start = text + cursor->place,
                                  .readable = text,
                                  .ends = ends,
                                  .count = count,
                                  .point = table->decimal_comma ? ',' : '.'};
        read = ahead->kernels->read[table->type](&run, bp_fill_place(f, row, i), f->block_rows);
        if (read > 0)
            cursor->place = read == count ? next : ahead->base + ends[read - 1] + 1;
        ahead->next += read;
        i += read;
    }
    cursor->row_ended = i == table->columns;
    return i;
}

static bp_status fill_row(bp_filler *f, csv_cursor *cursor, csv_ahead *ahead, size_t row,
                          bp_error *error)
{
    const bp_table *table = f->table;
    const csv_dialect dialect = table->dialect;
    size_t columns = table->columns;
    for (size_t i = 0; i < columns; i++) {
        if (cursor->row_ended)
            return fail_row(table, row, error);
        if (ahead->kernels != NULL && f->modes[i] == BP_FILL_NUMBER
            && (i = take_plain(f, cursor, ahead, row, i)) == columns)
            break;
        csv_cell cell = bp_csv_next(cursor, dialect);
        if (!is_sound(&cell))
            return fail_row(table, row, error);
        bp_cell one = {.text = cell.text,
                       .length = cell.length,
                       .place = cell.place,
                       .doubled =
                           cell.quoted && memchr(cell.text, dialect.quote, cell.length) != NULL};
        bp_status status = bp_fill_cell(f, row, i, &one);
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
    bool plain = !table->dialect.merge && !table->dialect.trailing && !table->number_missing;
    csv_cursor cursor = bp_csv_at_line(table, first + table->header);
    csv_ahead ahead;
    csv_start_ahead(&ahead, plain && BP_PLAIN_IS_EXACT ? bp_plain_kernels_choose() : NULL, false);
    bp_status status = BP_OK;
    for (size_t row = first; row < end && status == BP_OK; row++) {
        bp_csv_row_begin_here(&cursor, table->dialect);
        bp_fill_row(f, row);
        status = fill_row(f, &cursor, &ahead, row, error);
    }
    return status;
}

/* ---- One cell again -------------------------------------------------------------------- */

/* Whether going on from there is shorter than from a mark. */
static bool leads_to(const bp_cell_walk *walk, size_t row, size_t column)
{
    if (walk->place == 0)
        return false;
    return walk->row == row ? walk->column <= column
                            : walk->row < row && row - walk->row < BP_MARK_STRIDE / 2;
}

/* Over what is left of a row to the start of the next. */
static void pass_row(csv_cursor *cursor, csv_dialect dialect)
{
    while (!cursor->row_ended)
        bp_csv_next(cursor, dialect);
    bp_csv_row_begin(cursor, dialect);
}

bp_cell bp_csv_cell(const bp_table *table, bp_cell_walk *walk, size_t row, size_t column)
{
    bp_cell_walk own = {0};
    walk = walk != NULL ? walk : &own;
    bool known = leads_to(walk, row, column);
    csv_cursor cursor = {
        .text = table->source.data, .size = table->source.size, .place = walk->place};
    if (!known) {
        cursor = bp_csv_at_line(table, row + table->header);
        *walk = (bp_cell_walk){.row = row};
    }
    for (; walk->row < row; walk->row++, walk->column = 0)
        pass_row(&cursor, table->dialect);
    csv_cell cell = bp_csv_next(&cursor, table->dialect);
    for (size_t i = walk->column; i < column; i++)
        cell = bp_csv_next(&cursor, table->dialect);
    *walk = (bp_cell_walk){row, column + 1, cursor.place};
    if (cursor.row_ended) {
        bp_csv_row_begin(&cursor, table->dialect);
        *walk = (bp_cell_walk){row + 1, 0, cursor.place};
    }
    return (bp_cell){.text = cell.text, .length = cell.length, .place = cell.place};
}
