/* table.c: the table as an object: its columns, their names and categories. */
#include "table/table.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

void bp_table_options_init(bp_table_options *options)
{
    *options = (bp_table_options){.header = -1, .type = BP_F64};
}

bp_type bp_table_number_type(const bp_table *table, size_t column)
{
    return table->column[column].dates ? BP_F64 : table->type;
}

void bp_table_release_cells(bp_table *table, size_t index)
{
    bp_table_column *column = &table->column[index];
    const bp_allocator *memory = &table->allocator;
    if (!column->borrowed) {
        size_t size = bp_type_size(bp_table_number_type(table, index));
        size_t rows = bp_table_rows_held(table);
        bp_release(memory, column->numbers, rows, size);
        bp_release(memory, column->codes, rows, sizeof(uint32_t));
    }
    bp_text_index_release(&column->categories, memory);
    *column = (bp_table_column){.kind = column->kind};
}

void bp_table_forget_rows(bp_table *table)
{
    const bp_allocator *memory = &table->allocator;
    for (size_t i = 0; i < table->columns && table->column != NULL; i++)
        bp_table_release_cells(table, i);
    bp_release(memory, table->column, table->columns, sizeof *table->column);
    bp_release(memory, table->strays, BP_STRAYS_KEPT, sizeof *table->strays);
    bp_release(memory, table->kept, table->rows_read, sizeof *table->kept);
    bp_row_marks_release(&table->marks, memory);
    table->column = NULL;
    table->strays = NULL;
    table->kept = NULL;
    table->stray_count = table->columns = table->rows = 0;
}

void bp_table_free(bp_table *table)
{
    if (table == NULL)
        return;
    bp_allocator memory = table->allocator;
    bp_table_forget_rows(table);
    bp_text_index_release(&table->names, &memory);
    bp_text_index_release(&table->missing, &memory);
    if (table->name != NULL)
        bp_release(&memory, table->name, strlen(table->name) + 1, 1);
    bp_file_release(&table->source);
    bp_release(&memory, table, 1, sizeof *table);
}

const char *bp_table_form(const bp_table *table)
{
    return table->form;
}

size_t bp_table_stray_count(const bp_table *table)
{
    return table->stray_count;
}

bool bp_table_stray(const bp_table *table, size_t index, size_t *row, size_t *column)
{
    if (table->strays == NULL || index >= table->stray_count || index >= BP_STRAYS_KEPT)
        return false;
    *row = table->strays[index].row;
    *column = table->strays[index].column;
    return true;
}

const char *bp_table_name(const bp_table *table)
{
    return table->name;
}

size_t bp_table_row_count(const bp_table *table)
{
    return table->rows;
}

size_t bp_table_column_count(const bp_table *table)
{
    return table->columns;
}

char bp_table_decimal(const bp_table *table)
{
    return table->decimal_comma ? ',' : '.';
}

bp_date_order bp_table_date_order(const bp_table *table)
{
    return table->date_order;
}

const char *bp_date_order_name(bp_date_order order)
{
    static const char *const names[BP_DATES_COUNT] = {
        [BP_DATES_AUTO] = "auto",
        [BP_DATES_ISO] = "iso",
        [BP_DATES_DAY_FIRST] = "day-first",
        [BP_DATES_MONTH_FIRST] = "month-first",
    };
    return order < BP_DATES_COUNT ? names[order] : NULL;
}

bool bp_table_has_header(const bp_table *table)
{
    return table->header;
}

const char *bp_table_column_name(const bp_table *table, size_t column)
{
    return column < table->columns ? table->names.texts[column] : NULL;
}

bp_column_kind bp_table_column_kind(const bp_table *table, size_t column)
{
    return table->column[column].kind;
}

/* Whether the reference is "#3", the third of at least three columns. */
static bool by_number(const bp_table *table, const char *reference, size_t *column)
{
    size_t number = 0;
    if (*reference++ != '#')
        return false;
    for (; *reference >= '0' && *reference <= '9' && number <= table->columns; reference++)
        number = number * 10 + (size_t)(*reference - '0');
    if (*reference != '\0' || number == 0 || number > table->columns)
        return false;
    *column = number - 1;
    return true;
}

bp_status bp_table_find_column(const bp_table *table, const char *reference, size_t *column,
                               bp_error *error)
{
    uint32_t number = bp_text_index_find(&table->names, reference, strlen(reference));
    if (number != BP_NO_TEXT) {
        *column = number;
        return BP_OK;
    }
    if (by_number(table, reference, column))
        return BP_OK;
    const char *const *names = (const char *const *)table->names.texts;
    const char *nearest = bp_nearest(reference, names, table->columns);
    if (nearest != NULL)
        return bp_fail_at(error, BP_E_OPTION, table->name, 0, 0,
                          "unknown column \"%s\"; did you mean \"%s\"?", reference, nearest);
    return bp_fail_at(error, BP_E_OPTION, table->name, 0, 0,
                      "unknown column \"%s\"; there are %zu columns, \"%s\" to \"%s\"", reference,
                      table->columns, names[0], names[table->columns - 1]);
}

bp_matrix bp_table_numbers(const bp_table *table, size_t column)
{
    return (bp_matrix){table->column[column].numbers, bp_table_number_type(table, column),
                       table->rows, 1, 1};
}

const uint32_t *bp_table_codes(const bp_table *table, size_t column)
{
    return table->column[column].codes;
}

size_t bp_table_category_count(const bp_table *table, size_t column)
{
    return table->column[column].categories.count;
}

const char *bp_table_category(const bp_table *table, size_t column, uint32_t code)
{
    const bp_text_index *categories = &table->column[column].categories;
    return code < categories->count ? categories->texts[code] : NULL;
}
