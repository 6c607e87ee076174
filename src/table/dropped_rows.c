/* dropped_rows.c: rows that are left out of a table after it was read. */
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "table/prepared_match.h"

#include <math.h>
#include <string.h>

/* ---- Rows of a table ------------------------------------------------------------------- */

size_t bp_table_rows_held(const bp_table *table)
{
    return table->kept != NULL ? table->rows_read : table->rows;
}

size_t bp_table_dropped(const bp_table *table)
{
    return bp_table_rows_held(table) - table->rows;
}

size_t bp_table_row_read(const bp_table *table, size_t row)
{
    return table->kept != NULL ? table->kept[row] : row;
}

static void move_up(void *cells, size_t size, const size_t *kept, size_t count)
{
    unsigned char *bytes = cells;
    for (size_t i = 0; i < count && cells != NULL; i++)
        if (kept[i] != i)
            memcpy(bytes + i * size, bytes + kept[i] * size, size);
}

/* A column's cells that stand in the source, which is read only, are copied; it stays what it was
 * where memory is out. */
static bp_status own_cells(bp_table *table, size_t index, bp_error *error)
{
    bp_table_column *column = &table->column[index];
    size_t rows = bp_table_rows_held(table);
    bool texts = column->codes != NULL;
    size_t size = texts ? sizeof *column->codes : bp_type_size(bp_table_number_type(table, index));
    const void *cells = texts ? (const void *)column->codes : column->numbers;
    if (!column->borrowed || cells == NULL)
        return BP_OK;
    void *own = bp_allocate(&table->allocator, rows, size, error);
    if (own == NULL)
        return BP_E_MEMORY;
    memcpy(own, cells, rows * size);
    if (texts)
        column->codes = own;
    else
        column->numbers = own;
    column->borrowed = false;
    return BP_OK;
}

/* Keeps the rows that a list has, ascending, which becomes the table's where that has none. */
static bp_status keep_rows(bp_table *table, size_t *list, size_t count, bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t i = 0; i < table->columns && status == BP_OK; i++)
        status = own_cells(table, i, error);
    if (status != BP_OK)
        return status;
    for (size_t i = 0; i < table->columns; i++) {
        move_up(table->column[i].numbers, bp_type_size(bp_table_number_type(table, i)), list,
                count);
        move_up(table->column[i].codes, sizeof(uint32_t), list, count);
    }
    if (table->kept == NULL) {
        table->rows_read = table->rows;
        table->kept = list;
    } else {
        move_up(table->kept, sizeof *list, list, count);
    }
    table->rows = count;
    return BP_OK;
}

bp_status bp_table_refill(bp_table *table, size_t column, bp_error *error)
{
    size_t *kept = table->kept, rows = table->rows;
    table->kept = NULL;
    table->rows = kept != NULL ? table->rows_read : rows;
    bp_status status = bp_fill_column(table, column, error);
    table->kept = kept;
    table->rows = rows;
    if (status == BP_OK && kept != NULL)
        move_up(table->column[column].codes, sizeof(uint32_t), kept, rows);
    return status;
}

/* ---- Without a target -------------------------------------------------------------------- */

static bool is_missing(const bp_table *table, size_t column, size_t row)
{
    const uint32_t *codes = bp_table_codes(table, column);
    if (codes != NULL)
        return codes[row] == BP_MISSING;
    bp_matrix cells = bp_table_numbers(table, column);
    return isnan(bp_matrix_at(&cells, row, 0));
}

static bp_status mark_targets(const bp_preparation *p, const bp_table *table, bool *missing,
                              bp_error *error)
{
    for (size_t i = 0; i < p->target_count; i++) {
        size_t column = 0;
        bp_status status = bp_prepared_find(p, table, &p->targets[i], true, 0, &column, error);
        if (status != BP_OK)
            return status;
        for (size_t row = 0; row < table->rows; row++)
            missing[row] = missing[row] || is_missing(table, column, row);
    }
    return BP_OK;
}

/* `list` has room for all rows of the table. */
static size_t list_known(const bool *missing, size_t rows, size_t *list)
{
    size_t count = 0;
    for (size_t row = 0; row < rows; row++)
        if (!missing[row])
            list[count++] = row;
    return count;
}

static bp_status drop_marked(const bp_preparation *p, bp_table *table, const bool *missing,
                             bp_error *error)
{
    size_t held = bp_table_rows_held(table);
    size_t *list = bp_allocate(&table->allocator, held, sizeof *list, error);
    if (list == NULL)
        return BP_E_MEMORY;
    size_t count = list_known(missing, table->rows, list);
    bp_status status = BP_OK;
    if (count == 0)
        status =
            bp_fail_at(error, BP_E_DATA, table->name, 0, 0,
                       "no row has the target %s: all its cells are missing", p->targets[0].name);
    else if (count < table->rows)
        status = keep_rows(table, list, count, error);
    if (status != BP_OK || table->kept != list)
        bp_release(&table->allocator, list, held, sizeof *list);
    return status;
}

bp_status bp_preparation_drop_unlabeled(const bp_preparation *preparation, bp_table *table,
                                        bp_error *error)
{
    size_t rows = table->rows;
    if (rows == 0)
        return BP_OK;
    bool *missing = bp_allocate(&table->allocator, rows, sizeof *missing, error);
    if (missing == NULL)
        return BP_E_MEMORY;
    memset(missing, 0, rows * sizeof *missing);
    bp_status status = mark_targets(preparation, table, missing, error);
    if (status == BP_OK && memchr(missing, 1, rows * sizeof *missing) != NULL)
        status = drop_marked(preparation, table, missing, error);
    bp_release(&table->allocator, missing, rows, sizeof *missing);
    return status;
}
