/* table_cells.c: the cells of a table as they were written, and where they stand. */
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "table/reading/reading.h"

#include <math.h>
#include <string.h>

const char *bp_table_source(const bp_table *table, size_t *size)
{
    *size = table->source.size;
    return table->source.data;
}

bp_reading bp_read_cell(bp_type type, const char *text, size_t length, double *number)
{
    double value = 0;
    float narrow = 0;
    if (type == BP_F64) {
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

bp_status bp_table_at(const bp_table *table, size_t byte, bp_error *error, bp_status status)
{
    size_t line = 1, start = table->text_start;
    if (error == NULL)
        return status;
    for (size_t i = start; i < byte && i < table->source.size; i++) {
        if (table->source.data[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
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
    return bp_table_at(table, table->format->cell(table, row, column).place, error, status);
}

void bp_table_place(const bp_table *table, size_t row, size_t column, bp_error *error)
{
    bp_table_at_cell(table, row, column, error, error->status);
}

/* ---- Categories --------------------------------------------------------------- */

bp_status bp_table_open_codes(bp_table *table, bp_table_column *column, bp_error *error)
{
    column->codes = bp_allocate(&table->allocator, table->rows, sizeof(uint32_t), error);
    if (column->codes == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < table->rows; i++)
        column->codes[i] = BP_MISSING;
    return BP_OK;
}

/* Codes for the cells of a number column. */
static bp_status code_cells(bp_table *table, size_t index, bp_error *error)
{
    bp_table_column *column = &table->column[index];
    bp_matrix cells = bp_table_numbers(table, index);
    bp_status status = bp_table_open_codes(table, column, error);
    for (size_t row = 0; row < table->rows && status == BP_OK; row++) {
        if (isnan(bp_matrix_at(&cells, row, 0)))
            continue;
        bp_cell cell = table->format->cell(table, row, index);
        status = bp_text_index_add(&column->categories, &table->allocator, cell.text, cell.length,
                                   &column->codes[row], error);
    }
    return status;
}

bp_status bp_table_categorize(bp_table *table, size_t index, bp_error *error)
{
    bp_table_column *column = &table->column[index];
    if (column->kind == BP_COLUMN_CATEGORY)
        return BP_OK;
    bp_status status = code_cells(table, index, error);
    if (status != BP_OK) { /* the column stays what it was */
        bp_release(&table->allocator, column->codes, table->rows, sizeof(uint32_t));
        column->codes = NULL;
        bp_text_index_release(&column->categories, &table->allocator);
        return status;
    }
    bp_release(&table->allocator, column->numbers, table->rows, bp_type_size(table->type));
    column->numbers = NULL;
    column->kind = BP_COLUMN_CATEGORY;
    return BP_OK;
}
