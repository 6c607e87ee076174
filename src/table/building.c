/* building.c: making a table that no text stands behind. */
#include "table/building.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "table/column_kinds.h"

#include <stdio.h>
#include <string.h>

bp_status bp_table_build(bp_table **out, const char *name, size_t rows, size_t columns,
                         bp_type type, const bp_allocator *allocator, bp_error *error)
{
    *out = NULL;
    if (rows == 0 || columns == 0)
        return bp_fail(error, BP_E_ARGUMENT, "a table has at least one row and one column");
    bp_allocator memory = bp_allocator_or_default(allocator);
    bp_table *table = bp_allocate(&memory, 1, sizeof *table, error);
    if (table == NULL)
        return BP_E_MEMORY;
    table->allocator = memory;
    table->source.allocator = memory;
    table->type = type;
    table->name = bp_copy_text(&memory, name, strlen(name), error);
    bp_status status =
        table->name != NULL ? bp_table_build_columns(table, rows, columns, error) : BP_E_MEMORY;
    if (status != BP_OK) {
        bp_table_free(table);
        return status;
    }
    *out = table;
    return BP_OK;
}

bp_status bp_table_build_columns(bp_table *table, size_t rows, size_t columns, bp_error *error)
{
    table->header = true;
    table->column = bp_allocate(&table->allocator, columns, sizeof *table->column, error);
    if (table->column == NULL)
        return BP_E_MEMORY;
    table->rows = rows;
    table->columns = columns;
    return BP_OK;
}

static bp_status settle_column(bp_table *table, size_t column, bp_fill_mode mode,
                               bp_column_kind kind, bp_error *error)
{
    bp_status status = BP_OK;
    if (mode == BP_FILL_SAMPLE) {
        bp_kinds_find(table, column, false);
        return BP_OK;
    }
    if (mode == BP_FILL_TEXT)
        status = bp_table_categorize(table, column, error);
    return status == BP_OK ? bp_kinds_check(table, column, kind, error) : status;
}

bp_status bp_table_build_kinds(bp_table *table, const char *kinds, bp_error *error)
{
    const bp_allocator *memory = &table->allocator;
    size_t columns = table->columns;
    bp_fill_mode *modes = bp_allocate(memory, columns, sizeof *modes, error);
    bp_column_kind *asked = bp_allocate(memory, columns, sizeof *asked, error);
    bp_status status = modes != NULL && asked != NULL ? BP_OK : BP_E_MEMORY;
    for (size_t i = 0; i < columns && status == BP_OK; i++)
        modes[i] = BP_FILL_SAMPLE;
    if (status == BP_OK)
        status = bp_kinds_ask(table, kinds, asked, modes, error);
    for (size_t i = 0; i < columns && status == BP_OK; i++)
        status = settle_column(table, i, modes[i], asked[i], error);
    bp_release(memory, asked, columns, sizeof *asked);
    bp_release(memory, modes, columns, sizeof *modes);
    return status;
}

bp_status bp_table_build_name(bp_table *table, size_t column, const char *text, size_t length,
                              bp_error *error)
{
    char number[32];
    if (column != table->names.count || column >= table->columns)
        return bp_fail(error, BP_E_ARGUMENT, "columns are named in order, each once");
    if (length == 0) {
        length = (size_t)snprintf(number, sizeof number, "#%zu", column + 1);
        text = number;
    }
    if (!bp_utf8_is_valid(text, length) || memchr(text, '\0', length) != NULL)
        return bp_fail_at(error, BP_E_DATA, table->name, 0, 0,
                          "the name of column %zu is not UTF-8", column + 1);
    uint32_t first = 0;
    bp_status status =
        bp_text_index_add(&table->names, &table->allocator, text, length, &first, error);
    if (status != BP_OK || first == column)
        return status;
    char name[BP_EXCERPT_SIZE];
    bp_excerpt(text, length, name);
    return bp_fail_at(error, BP_E_DATA, table->name, 0, 0,
                      "columns %zu and %zu are both called \"%s\"; rename one", (size_t)first + 1,
                      column + 1, name);
}

bp_status bp_table_build_numbers(bp_table *table, size_t column, void **numbers, bp_error *error)
{
    bp_table_column *made = &table->column[column];
    made->kind = BP_COLUMN_NUMBER;
    made->numbers = bp_allocate(&table->allocator, table->rows, bp_type_size(table->type), error);
    *numbers = made->numbers;
    return made->numbers != NULL ? BP_OK : BP_E_MEMORY;
}

bp_status bp_table_build_codes(bp_table *table, size_t column, bp_error *error)
{
    table->column[column].kind = BP_COLUMN_CATEGORY;
    return bp_table_open_codes(table, &table->column[column], error);
}
