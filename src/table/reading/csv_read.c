/* csv_read.c: a table from a delimited text: rows found and checked, kinds of columns found
 * out, columns filled. */
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "table/reading/csv_header.h"
#include "table/reading/csv_sniff.h"
#include "table/reading/reading.h"

#include <math.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* A column of which at least 95 of 100 cells that are not missing are numbers is one of
 * numbers. */
#define NUMBER_SHARE 95u

/* What a column's cells are. */
typedef struct csv_tally {
    size_t numbers, texts, too_large;
    csv_cell text, large; /* the first of them */
} csv_tally;

/* ---- Rows ------------------------------------------------------------------- */

static bp_status add_row(bp_table *table, size_t offset, bp_error *error)
{
    if (table->rows == table->row_room) {
        size_t room = table->row_room > 0 ? table->row_room * 2 : 256;
        size_t *offsets = bp_resize(&table->allocator, table->offsets, table->row_room, room,
                                    sizeof(size_t), error);
        if (offsets == NULL)
            return BP_E_MEMORY;
        table->offsets = offsets;
        table->row_room = room;
    }
    table->offsets[table->rows++] = offset;
    return BP_OK;
}

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
    const char *bare = cell->quoted ? NULL : memchr(cell->text, '\r', cell->length);
    if (bare != NULL)
        return bp_table_at(table, (size_t)(bare - table->source.data), error,
                           bp_fail(error, BP_E_DATA,
                                   "a carriage return without a line feed; save the file with "
                                   "line ends of LF or CRLF"));
    return BP_OK;
}

static bp_status check_row(const bp_table *table, csv_cursor *cursor, size_t *cells,
                           bp_error *error)
{
    for (*cells = 0; !cursor->row_ended; ++*cells) {
        csv_cell cell = bp_csv_next(cursor, table->dialect);
        bp_status status = check_cell(table, &cell, error);
        if (status != BP_OK)
            return status;
    }
    return BP_OK;
}

static bp_status find_rows(bp_table *table, bp_error *error)
{
    csv_cursor cursor = {table->source.data, table->source.size, table->text_start, false};
    table->rows = 0;
    while (bp_csv_row_begin(&cursor, table->dialect)) {
        size_t offset = cursor.place, cells = 0;
        bp_status status = check_row(table, &cursor, &cells, error);
        if (status == BP_OK && table->rows == 0)
            table->columns = cells;
        if (status == BP_OK && cells != table->columns)
            status =
                bp_table_at(table, offset, error,
                            bp_fail(error, BP_E_DATA, "%zu field%s where the first line has %zu",
                                    cells, cells == 1 ? "" : "s", table->columns));
        if (status == BP_OK)
            status = add_row(table, offset, error);
        if (status != BP_OK)
            return status;
    }
    if (table->rows == 0)
        return bp_table_at(table, 0, error, bp_fail(error, BP_E_DATA, "the file is empty"));
    return BP_OK;
}

/* The first doubled tab may stand below the lines by which the dialect was chosen. */
static bp_status find_rows_by_tabs(bp_table *table, bp_error *error)
{
    bp_status status = find_rows(table, error);
    if (status != BP_E_DATA || table->dialect.delimiter != '\t' || table->dialect.merge)
        return status;
    bp_error trial;
    table->dialect.merge = true;
    bp_status merged = find_rows(table, &trial);
    if (merged == BP_E_DATA)
        return status;
    if (merged != BP_OK && error != NULL)
        *error = trial;
    return merged;
}

/* ---- Kinds ------------------------------------------------------------------ */

static csv_cursor row_cursor(const bp_table *table, size_t row)
{
    return (csv_cursor){table->source.data, table->source.size, table->offsets[row], false};
}

static void tally_cell(const bp_table *table, const csv_cell *cell, csv_tally *tally)
{
    double number = 0;
    if (bp_csv_is_missing(cell))
        return;
    switch (bp_read_cell(table->type, cell->text, cell->length, &number)) {
    case BP_READ_NUMBER: tally->numbers++; break;
    case BP_READ_TOO_LARGE:
        if (tally->too_large++ == 0)
            tally->large = *cell;
        break;
    case BP_READ_TEXT:
        if (tally->texts++ == 0)
            tally->text = *cell;
        break;
    }
}

static void tally_row(const bp_table *table, size_t row, csv_tally *tallies)
{
    csv_cursor cursor = row_cursor(table, row);
    for (size_t i = 0; i < table->columns; i++) {
        csv_cell cell = bp_csv_next(&cursor, table->dialect);
        tally_cell(table, &cell, &tallies[i]);
    }
}

static bool is_number_column(const csv_tally *tally)
{
    uint64_t numbers = tally->numbers + tally->too_large, all = numbers + tally->texts;
    return tally->texts == 0 || numbers * 100 >= all * NUMBER_SHARE;
}

/* ---- Header ----------------------------------------------------------------- */

static bp_status decide_header(bp_table *table, const csv_tally *below, int asked, bp_error *error)
{
    bool numbers = false;
    for (size_t i = 0; i < table->columns; i++)
        numbers = numbers || below[i].numbers + below[i].too_large > 0;
    table->header = asked > 0;
    return asked >= 0 ? BP_OK : bp_csv_find_header(table, numbers, error);
}

/* Takes the header out of the rows. */
static bp_status drop_header(bp_table *table, bp_error *error)
{
    if (table->rows == 1)
        return bp_table_at(table, table->offsets[0], error,
                           bp_fail(error, BP_E_DATA, "there are no rows below the header"));
    table->rows--;
    memmove(table->offsets, table->offsets + 1, table->rows * sizeof(size_t));
    return BP_OK;
}

/* ---- Cells ------------------------------------------------------------------ */

/* The message about the first cell that is no number of the table's type. */
static bp_status fail_number(const bp_table *table, size_t index, const csv_cell *cell,
                             const char *what, bp_error *error)
{
    char text[BP_EXCERPT_SIZE];
    bp_excerpt(cell->text, cell->length, text);
    return bp_table_at(table, cell->place, error,
                       bp_fail(error, BP_E_DATA,
                               "\"%s\" is %s (column %s); correct it, or write NA", text, what,
                               table->names.texts[index]));
}

static bp_status open_column(bp_table *table, size_t index, const csv_tally *tally, bp_error *error)
{
    bp_table_column *column = &table->column[index];
    if (!is_number_column(tally)) {
        column->kind = BP_COLUMN_CATEGORY;
        return bp_table_open_codes(table, column, error);
    }
    if (tally->texts > 0)
        return fail_number(table, index, &tally->text, "not a number", error);
    if (tally->too_large > 0)
        return fail_number(
            table, index, &tally->large,
            table->type == BP_F64 ? "too large a number" : "too large a number for float32", error);
    column->kind = BP_COLUMN_NUMBER;
    column->numbers = bp_allocate(&table->allocator, table->rows, bp_type_size(table->type), error);
    return column->numbers != NULL ? BP_OK : BP_E_MEMORY;
}

static void store_number(const bp_table *table, bp_table_column *column, size_t row,
                         const csv_cell *cell)
{
    double number = NAN;
    if (!bp_csv_is_missing(cell))
        bp_read_cell(table->type, cell->text, cell->length, &number);
    if (table->type == BP_F64)
        ((double *)column->numbers)[row] = number;
    else
        ((float *)column->numbers)[row] = (float)number;
}

static bp_status store_text(const bp_table *table, bp_table_column *column, size_t row,
                            const csv_cell *cell, bp_error *error)
{
    const bp_allocator *memory = &table->allocator;
    if (bp_csv_is_missing(cell))
        return BP_OK;
    if (!bp_utf8_is_valid(cell->text, cell->length))
        return bp_table_at(
            table, cell->place, error,
            bp_fail(error, BP_E_DATA, "this text is not UTF-8; save the file as UTF-8"));
    uint32_t *code = &column->codes[row];
    if (!cell->quoted || memchr(cell->text, '"', cell->length) == NULL)
        return bp_text_index_add(&column->categories, memory, cell->text, cell->length, code,
                                 error);
    char *text = bp_allocate(memory, cell->length, 1, error);
    if (text == NULL)
        return BP_E_MEMORY;
    size_t length = bp_csv_unquote(cell, text);
    bp_status status = bp_text_index_add(&column->categories, memory, text, length, code, error);
    bp_release(memory, text, cell->length, 1);
    return status;
}

static bp_status store_row(const bp_table *table, size_t row, bp_error *error)
{
    csv_cursor cursor = row_cursor(table, row);
    for (size_t i = 0; i < table->columns; i++) {
        bp_table_column *column = &table->column[i];
        csv_cell cell = bp_csv_next(&cursor, table->dialect);
        if (column->kind == BP_COLUMN_NUMBER) {
            store_number(table, column, row, &cell);
            continue;
        }
        bp_status status = store_text(table, column, row, &cell, error);
        if (status != BP_OK)
            return status;
    }
    return BP_OK;
}

/* ---- The whole -------------------------------------------------------------- */

static bp_status fill_table(bp_table *table, csv_tally *tallies, int header, bp_error *error)
{
    for (size_t row = 1; row < table->rows; row++)
        tally_row(table, row, tallies);
    bp_status status = decide_header(table, tallies, header, error);
    if (status == BP_OK && !table->header)
        tally_row(table, 0, tallies);
    if (status == BP_OK)
        status = bp_csv_name_columns(table, error);
    if (status == BP_OK && table->header)
        status = drop_header(table, error);
    for (size_t i = 0; i < table->columns && status == BP_OK; i++)
        status = open_column(table, i, &tallies[i], error);
    for (size_t row = 0; row < table->rows && status == BP_OK; row++)
        status = store_row(table, row, error);
    return status;
}

static bp_status read_csv(bp_table *table, const bp_table_options *options, bp_error *error)
{
    const char *text = table->source.data;
    size_t size = table->source.size, mark = sizeof BYTE_ORDER_MARK - 1;
    if (size >= mark && memcmp(text, BYTE_ORDER_MARK, mark) == 0)
        table->text_start = mark;
    table->dialect =
        bp_csv_sniff(text + table->text_start, size - table->text_start, options->delimiter);
    bp_status status = find_rows_by_tabs(table, error);
    if (status != BP_OK)
        return status;
    table->column = bp_allocate(&table->allocator, table->columns, sizeof *table->column, error);
    if (table->column == NULL)
        return BP_E_MEMORY;
    csv_tally *tallies = bp_allocate(&table->allocator, table->columns, sizeof *tallies, error);
    if (tallies == NULL)
        return BP_E_MEMORY;
    status = fill_table(table, tallies, options->header, error);
    bp_release(&table->allocator, tallies, table->columns, sizeof *tallies);
    return status;
}

static bool recognize_csv(const char *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    return true;
}

static bp_cell cell_of_csv(const bp_table *table, size_t row, size_t column)
{
    csv_cursor cursor = row_cursor(table, row);
    csv_cell cell = bp_csv_next(&cursor, table->dialect);
    for (size_t i = 0; i < column; i++)
        cell = bp_csv_next(&cursor, table->dialect);
    return (bp_cell){cell.text, cell.length, cell.place};
}

const bp_format BP_FORMAT_CSV = {"csv", recognize_csv, read_csv, cell_of_csv};
