/* split_columns.c: what the column says that a table is split by. */
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "base/sort.h"
#include "table/split.h"

#include <math.h>
#include <string.h>

static size_t row_at(const size_t *rows, size_t i)
{
    return rows != NULL ? rows[i] : i;
}

static bp_status fail_missing(const bp_table *table, size_t row, size_t column, bp_error *error)
{
    bp_fail(error, BP_E_DATA, "the cell is missing, and the rows are split by its column %s",
            bp_table_column_name(table, column));
    if (error != NULL)
        bp_table_place(table, row, column, error);
    return BP_E_DATA;
}

/* The cells of a column of numbers; one that is missing everywhere may have none. */
static bp_status read_numbers(const bp_table *table, size_t column, const size_t *rows,
                              size_t count, double *values, bp_error *error)
{
    bp_matrix cells = bp_table_numbers(table, column);
    for (size_t i = 0; i < count; i++) {
        size_t row = row_at(rows, i);
        values[i] = cells.data != NULL ? bp_matrix_at(&cells, row, 0) : (double)NAN;
        if (isnan(values[i]))
            return fail_missing(table, row, column, error);
    }
    return BP_OK;
}

bp_status bp_split_read_times(const bp_table *table, size_t column, const size_t *rows,
                              size_t count, double *times, bp_error *error)
{
    if (bp_table_codes(table, column) != NULL)
        return bp_fail_at(error, BP_E_OPTION, bp_table_name(table), 0, 0,
                          "the column %s is text, which has no order of time: it takes numbers or "
                          "dates",
                          bp_table_column_name(table, column));
    return read_numbers(table, column, rows, count, times, error);
}

/* ---- Distinct cells ------------------------------------------------------------ */

typedef struct numbered {
    double value;
    size_t place;
} numbered;

static int by_value(const void *a, const void *b)
{
    const numbered *left = a, *right = b;
    return (left->value > right->value) - (left->value < right->value);
}

bp_status bp_split_number(const double *values, size_t count, const bp_allocator *memory,
                          uint32_t *codes, size_t *distinct, bp_error *error)
{
    *distinct = 0;
    numbered *sorted = bp_allocate(memory, count, sizeof *sorted, error);
    if (sorted == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < count; i++)
        sorted[i] = (numbered){values[i], i};
    bp_sort(sorted, count, sizeof *sorted, by_value);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || sorted[i].value != sorted[i - 1].value)
            ++*distinct;
        codes[sorted[i].place] = (uint32_t)(*distinct - 1);
    }
    bp_release(memory, sorted, count, sizeof *sorted);
    return BP_OK;
}

static bp_status number_cells(const bp_table *table, size_t column, const size_t *rows,
                              size_t count, const bp_allocator *memory, uint32_t *codes,
                              size_t *distinct, bp_error *error)
{
    double *values = bp_allocate(memory, count, sizeof *values, error);
    if (values == NULL)
        return BP_E_MEMORY;
    bp_status status = read_numbers(table, column, rows, count, values, error);
    if (status == BP_OK)
        status = bp_split_number(values, count, memory, codes, distinct, error);
    bp_release(memory, values, count, sizeof *values);
    return status;
}

/* The table's codes, numbered anew as they come: some may not be among these rows. */
static bp_status code_texts(const bp_table *table, size_t column, const size_t *rows, size_t count,
                            const bp_allocator *memory, uint32_t *codes, size_t *distinct,
                            bp_error *error)
{
    const uint32_t *cells = bp_table_codes(table, column);
    size_t texts = bp_table_category_count(table, column);
    uint32_t *own = bp_allocate(memory, texts, sizeof *own, error); /* its number plus 1 */
    bp_status status = own != NULL ? BP_OK : BP_E_MEMORY;
    *distinct = 0;
    for (size_t i = 0; i < count && status == BP_OK; i++) {
        uint32_t code = cells[row_at(rows, i)];
        if (code == BP_MISSING) {
            status = fail_missing(table, row_at(rows, i), column, error);
            continue;
        }
        if (own[code] == 0)
            own[code] = (uint32_t)++ * distinct;
        codes[i] = own[code] - 1;
    }
    bp_release(memory, own, texts, sizeof *own);
    return status;
}

bp_status bp_split_codes(const bp_table *table, size_t column, const size_t *rows, size_t count,
                         const bp_allocator *allocator, uint32_t *codes, size_t *distinct,
                         bp_error *error)
{
    return bp_table_codes(table, column) != NULL
               ? code_texts(table, column, rows, count, allocator, codes, distinct, error)
               : number_cells(table, column, rows, count, allocator, codes, distinct, error);
}
