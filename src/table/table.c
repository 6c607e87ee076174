/* table.c: the table as an object: its columns, their names and categories. */
#include "table/table.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

void bp_table_options_init(bp_table_options *options)
{
    *options = (bp_table_options){.header = -1, .type = BP_F64};
}

static void release_column(const bp_allocator *memory, bp_table_column *column, size_t rows,
                           bp_type type)
{
    bp_release(memory, column->numbers, rows, bp_type_size(type));
    bp_release(memory, column->codes, rows, sizeof(uint32_t));
    bp_text_index_release(&column->categories, memory);
}

void bp_table_free(bp_table *table)
{
    if (table == NULL)
        return;
    bp_allocator memory = table->allocator;
    for (size_t i = 0; i < table->columns && table->column != NULL; i++)
        release_column(&memory, &table->column[i], table->rows, table->type);
    bp_release(&memory, table->column, table->columns, sizeof(bp_table_column));
    bp_text_index_release(&table->names, &memory);
    bp_release(&memory, table->offsets, table->row_room, sizeof(size_t));
    if (table->name != NULL)
        bp_release(&memory, table->name, strlen(table->name) + 1, 1);
    bp_file_release(&table->source);
    bp_release(&memory, table, 1, sizeof *table);
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
    return (bp_matrix){table->column[column].numbers, table->type, table->rows, 1, 1};
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
