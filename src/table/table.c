/* table.c: the table in memory: columns, categories, places. */
#include "table/table.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdio.h>
#include <string.h>

void bp_table_options_init(bp_table_options *options)
{
    *options = (bp_table_options){.header = -1, .type = BP_F64};
}

static void release_column(const bp_allocator *memory, bp_table_column *column, size_t rows,
                           bp_type type)
{
    if (column->name != NULL)
        bp_release(memory, column->name, strlen(column->name) + 1, 1);
    bp_release(memory, column->numbers, rows, bp_type_size(type));
    bp_release(memory, column->codes, rows, sizeof(uint32_t));
    for (size_t i = 0; i < column->category_count; i++)
        bp_release(memory, column->categories[i], strlen(column->categories[i]) + 1, 1);
    bp_release(memory, column->categories, column->category_room, sizeof(char *));
    bp_release(memory, column->buckets, column->bucket_count, sizeof(uint32_t));
}

void bp_table_free(bp_table *table)
{
    if (table == NULL)
        return;
    bp_allocator memory = table->allocator;
    for (size_t i = 0; i < table->columns && table->column != NULL; i++)
        release_column(&memory, &table->column[i], table->rows, table->type);
    bp_release(&memory, table->column, table->columns, sizeof(bp_table_column));
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
    return column < table->columns ? table->column[column].name : NULL;
}

bp_column_kind bp_table_column_kind(const bp_table *table, size_t column)
{
    return table->column[column].kind;
}

static size_t nearest_column(const bp_table *table, const char *reference)
{
    size_t best = table->columns;
    for (size_t i = 0; i < table->columns; i++) {
        const char *pair[2] = {table->column[i].name,
                               best < table->columns ? table->column[best].name : NULL};
        if (bp_nearest(reference, pair, best < table->columns ? 2 : 1) == pair[0])
            best = i;
    }
    return best;
}

bp_status bp_table_find_column(const bp_table *table, const char *reference, size_t *column,
                               bp_error *error)
{
    for (size_t i = 0; i < table->columns; i++) {
        if (strcmp(reference, table->column[i].name) == 0) {
            *column = i;
            return BP_OK;
        }
    }
    double number = 0;
    if (reference[0] == '#' && bp_number_read(reference + 1, strlen(reference + 1), &number)
        && number >= 1 && number <= (double)table->columns && number == (double)(size_t)number) {
        *column = (size_t)number - 1;
        return BP_OK;
    }
    size_t nearest = nearest_column(table, reference);
    if (nearest < table->columns)
        return bp_fail_at(error, BP_E_OPTION, table->name, 0, 0,
                          "unknown column \"%s\"; did you mean \"%s\"?", reference,
                          table->column[nearest].name);
    return bp_fail_at(error, BP_E_OPTION, table->name, 0, 0,
                      "unknown column \"%s\"; there are %zu columns, \"%s\" to \"%s\"", reference,
                      table->columns, table->column[0].name,
                      table->column[table->columns - 1].name);
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
    return table->column[column].category_count;
}

const char *bp_table_category(const bp_table *table, size_t column, uint32_t code)
{
    const bp_table_column *from = &table->column[column];
    return code < from->category_count ? from->categories[code] : NULL;
}

/* ---- Categories ------------------------------------------------------------------ */

/* FNV-1a. */
static uint64_t hash_text(const char *text, size_t length)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    return hash ^ (hash >> 29);
}

/* The bucket that holds the text, or the empty one where it belongs. */
static size_t find_bucket(const bp_table_column *column, const char *text, size_t length)
{
    size_t bucket = (size_t)hash_text(text, length) & (column->bucket_count - 1);
    while (column->buckets[bucket] != 0) {
        const char *category = column->categories[column->buckets[bucket] - 1];
        if (strlen(category) == length && memcmp(category, text, length) == 0)
            break;
        bucket = (bucket + 1) & (column->bucket_count - 1);
    }
    return bucket;
}

/* Doubles the room for categories; buckets are kept at most half full. */
static bp_status grow_categories(const bp_allocator *memory, bp_table_column *column,
                                 bp_error *error)
{
    size_t room = column->category_room > 0 ? column->category_room * 2 : 16;
    char **categories =
        bp_resize(memory, column->categories, column->category_room, room, sizeof(char *), error);
    if (categories == NULL)
        return BP_E_MEMORY;
    column->categories = categories;
    column->category_room = room;
    uint32_t *buckets = bp_allocate(memory, room * 2, sizeof(uint32_t), error);
    if (buckets == NULL)
        return BP_E_MEMORY;
    bp_release(memory, column->buckets, column->bucket_count, sizeof(uint32_t));
    column->buckets = buckets;
    column->bucket_count = room * 2;
    for (size_t i = 0; i < column->category_count; i++) {
        const char *category = categories[i];
        buckets[find_bucket(column, category, strlen(category))] = (uint32_t)i + 1;
    }
    return BP_OK;
}

bp_status bp_table_column_open_codes(bp_table *table, bp_table_column *column, bp_error *error)
{
    column->codes = bp_allocate(&table->allocator, table->rows, sizeof(uint32_t), error);
    if (column->codes == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < table->rows; i++)
        column->codes[i] = BP_MISSING;
    return BP_OK;
}

bp_status bp_table_column_code(bp_table *table, bp_table_column *column, const char *text,
                               size_t length, uint32_t *code, bp_error *error)
{
    if (column->category_count == column->category_room
        && grow_categories(&table->allocator, column, error) != BP_OK)
        return BP_E_MEMORY;
    size_t bucket = find_bucket(column, text, length);
    if (column->buckets[bucket] == 0) {
        char *copy = bp_copy_text(&table->allocator, text, length, error);
        if (copy == NULL)
            return BP_E_MEMORY;
        column->categories[column->category_count++] = copy;
        column->buckets[bucket] = (uint32_t)column->category_count;
    }
    *code = column->buckets[bucket] - 1;
    return BP_OK;
}

/* ---- Cells as they were written ----------------------------------------------------- */

static csv_cell cell_at(const bp_table *table, size_t row, size_t column)
{
    csv_cursor cursor = {
        .text = table->source.data, .size = table->source.size, .place = table->offsets[row]};
    csv_cell cell = bp_csv_next(&cursor, &table->dialect);
    for (size_t i = 0; i < column; i++)
        cell = bp_csv_next(&cursor, &table->dialect);
    return bp_csv_trim(cell);
}

bp_status bp_table_categorize(bp_table *table, size_t index, bp_error *error)
{
    bp_table_column *column = &table->column[index];
    if (column->kind == BP_COLUMN_CATEGORY)
        return BP_OK;
    bp_status status = bp_table_column_open_codes(table, column, error);
    for (size_t row = 0; row < table->rows && status == BP_OK; row++) {
        csv_cell cell = cell_at(table, row, index);
        if (!bp_csv_is_missing(&cell))
            status = bp_table_column_code(table, column, cell.text, cell.length,
                                          &column->codes[row], error);
    }
    if (status != BP_OK) { /* what was begun goes with the table; the column stays numbers */
        bp_release(&table->allocator, column->codes, table->rows, sizeof(uint32_t));
        column->codes = NULL;
        return status;
    }
    bp_release(&table->allocator, column->numbers, table->rows, bp_type_size(table->type));
    column->numbers = NULL;
    column->kind = BP_COLUMN_CATEGORY;
    return BP_OK;
}

void bp_table_byte_place(const bp_table *table, size_t byte, bp_error *error)
{
    size_t line = 1, start = 0;
    for (size_t i = 0; i < byte && i < table->source.size; i++) {
        if (table->source.data[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    snprintf(error->file, sizeof error->file, "%s", table->name);
    error->line = line;
    error->column = byte - start + 1;
}

void bp_table_place(const bp_table *table, size_t row, size_t column, bp_error *error)
{
    bp_table_byte_place(table, cell_at(table, row, column).place, error);
}
