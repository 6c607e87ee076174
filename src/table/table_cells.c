/* table_cells.c: the cells of a table as they were written, and where they stand. */
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "table/reading/filling.h"

#include <math.h>
#include <string.h>

const char *bp_table_source(const bp_table *table, size_t *size)
{
    *size = table->source.size;
    return table->source.data;
}

size_t bp_literal_with_point(const char *text, size_t length, char literal[BP_LITERAL_LIMIT])
{
    if (length >= BP_LITERAL_LIMIT || memchr(text, '.', length) != NULL)
        return 0;
    for (size_t i = 0; i < length; i++)
        literal[i] = text[i] == ',' ? '.' : text[i];
    return length;
}

bp_reading bp_read_cell(const bp_table *table, const char *text, size_t length, double *number)
{
    double value = 0;
    float narrow = 0;
    char literal[BP_LITERAL_LIMIT];
    if (table->decimal_comma) {
        length = bp_literal_with_point(text, length, literal);
        text = literal;
    }
    if (table->type == BP_F64) {
        if (!bp_number_read(text, length, &value))
            return BP_READ_TEXT;
    } else {
        if (!bp_number_read_f32(text, length, &narrow))
            return BP_READ_TEXT;
        value = (double)narrow;
    }
    if (!isfinite(value))
        return BP_READ_TOO_LARGE;
    *number = value;
    return BP_READ_NUMBER;
}

bool bp_table_is_missing(const bp_table *table, const char *text, size_t length)
{
    return length == 0
           || (length <= table->longest_missing
               && bp_text_index_find(&table->missing, text, length) != BP_NO_TEXT);
}

void bp_excerpt(const char *text, size_t length, char excerpt[BP_EXCERPT_SIZE])
{
    const size_t limit = BP_EXCERPT_SIZE - sizeof "...";
    size_t used = 0, at = 0;
    while (at < length) {
        size_t bytes = bp_utf8_character(text + at, length - at);
        size_t whole = bytes > 0 ? bytes : 1;
        if (used + whole > limit)
            break;
        memcpy(excerpt + used, bytes > 0 ? text + at : "?", whole);
        used += whole;
        at += whole;
    }
    memcpy(excerpt + used, at < length ? "..." : "", at < length ? sizeof "..." : 1);
}

/* ---- Places ----------------------------------------------------------------- */

/* Where the form has no lines, rows are counted instead. */
static bp_status at_row(const bp_table *table, size_t row, bp_error *error, bp_status status)
{
    bp_error place = {0};
    bp_fail_at(&place, status, table->name, table->rows_before + row + 1, 0, "%s", "");
    memcpy(error->file, place.file, sizeof error->file);
    error->line = place.line;
    error->column = 0;
    return status;
}

bp_status bp_table_at(const bp_table *table, size_t byte, bp_error *error, bp_status status)
{
    size_t line = 1, start = bp_source_start(table); /* skipped lines are lines of the file */
    if (error == NULL)
        return status;
    const char *data = table->source.data;
    size_t end = byte < table->source.size ? byte : table->source.size;
    while (start < end) {
        const char *feed = memchr(data + start, '\n', end - start);
        if (feed == NULL)
            break;
        line++;
        start = (size_t)(feed - data) + 1;
    }
    if (byte >= table->head)
        line += table->lines_before;
    bp_error place = {0}; /* has the name cut and tidied */
    bp_fail_at(&place, status, table->name, line, byte < start ? 1 : byte - start + 1, "%s", "");
    memcpy(error->file, place.file, sizeof error->file);
    error->line = place.line;
    error->column = place.column;
    return status;
}

bp_status bp_table_at_cell(const bp_table *table, size_t row, size_t column, bp_error *error,
                           bp_status status)
{
    if (error == NULL)
        return status;
    row = bp_table_row_read(table, row);
    if (table->format == NULL || table->format->cell == NULL) /* rows count as lines */
        return at_row(table, row, error, status);
    return bp_table_at(table, table->format->cell(table, NULL, row, column).place, error, status);
}

void bp_table_place(const bp_table *table, size_t row, size_t column, bp_error *error)
{
    bp_table_at_cell(table, row, column, error, error->status);
}

/* ---- Categories --------------------------------------------------------------- */

bp_status bp_table_open_codes(bp_table *table, bp_table_column *column, bp_error *error)
{
    size_t rows = bp_table_rows_held(table);
    column->codes = bp_allocate(&table->allocator, rows, sizeof(uint32_t), error);
    if (column->codes == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < rows; i++)
        column->codes[i] = BP_MISSING;
    return BP_OK;
}

/* Codes for numbers that no text stands behind: the shortest that gives each back. */
static bp_status code_numbers(bp_table *table, const bp_table_column *from, bp_table_column *column,
                              bp_error *error)
{
    bp_type type = from->dates ? BP_F64 : table->type;
    bp_matrix cells = {from->numbers, type, table->rows, 1, 1};
    bp_status status = bp_table_open_codes(table, column, error);
    for (size_t row = 0; row < table->rows && status == BP_OK; row++) {
        char text[BP_NUMBER_SIZE];
        double value = bp_matrix_at(&cells, row, 0);
        if (isnan(value))
            continue;
        size_t length =
            type == BP_F64 ? bp_number_write(value, text) : bp_number_write_f32((float)value, text);
        status = bp_text_index_add(&column->categories, &table->allocator, text, length,
                                   &column->codes[row], error);
    }
    return status;
}

bp_status bp_table_categorize(bp_table *table, size_t index, bp_error *error)
{
    bp_table_column *column = &table->column[index], before = *column;
    if (column->codes != NULL) {
        column->kind = BP_COLUMN_CATEGORY;
        return BP_OK;
    }
    *column = (bp_table_column){.kind = BP_COLUMN_CATEGORY};
    bp_status status = table->format != NULL && table->format->fill != NULL
                           ? bp_table_refill(table, index, error)
                           : code_numbers(table, &before, column, error);
    if (status != BP_OK) { /* the column stays what it was */
        bp_table_release_cells(table, index);
        *column = before;
        return status;
    }
    bp_table_column codes = *column;
    *column = before;
    bp_table_release_cells(table, index);
    *column = codes;
    return BP_OK;
}

size_t bp_table_number_text(const bp_table *table, size_t row, size_t column,
                            char text[BP_DATE_SIZE])
{
    bp_matrix cells = bp_table_numbers(table, column);
    double value = bp_matrix_at(&cells, row, 0);
    text[0] = '\0';
    if (!isfinite(value))
        return 0;
    if (table->column[column].dates)
        return bp_date_write(value, text);
    return cells.type == BP_F32 ? bp_number_write_f32((float)value, text)
                                : bp_number_write(value, text);
}

/* A cell that no text stands behind, as it is held; `number` has room for one. */
static bp_cell cell_held(const bp_table *table, size_t row, size_t column,
                         char number[BP_DATE_SIZE])
{
    const uint32_t *codes = table->column[column].codes;
    if (codes == NULL)
        return (bp_cell){.text = number,
                         .length = bp_table_number_text(table, row, column, number)};
    if (codes[row] == BP_MISSING)
        return (bp_cell){.text = ""};
    const char *text = bp_table_category(table, column, codes[row]);
    return (bp_cell){.text = text, .length = strlen(text)};
}

size_t bp_table_walk_text(const bp_table *table, bp_cell_walk *walk, size_t row, size_t column,
                          char *text, size_t size)
{
    char number[BP_DATE_SIZE];
    bool written = table->format != NULL && table->format->cell != NULL;
    bp_cell cell = written ? table->format->cell(table, walk, bp_table_row_read(table, row), column)
                           : cell_held(table, row, column, number);
    if (size == 0)
        return cell.length;
    size_t length = cell.length < size ? cell.length : size - 1;
    memcpy(text, cell.text, length);
    text[length] = '\0';
    return cell.length;
}

size_t bp_table_cell_text(const bp_table *table, size_t row, size_t column, char *text, size_t size)
{
    return bp_table_walk_text(table, NULL, row, column, text, size);
}
