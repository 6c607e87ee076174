/* csv_read.c: a table from a delimited text: rows counted and checked, kinds found out,
 * columns filled. */
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "table/reading/csv_sniff.h"
#include "table/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What a column's cells are so far. */
typedef struct tally {
    size_t numbers;
    size_t others;      /* neither numbers nor missing */
    size_t first_other; /* byte of the first of them */
    size_t other_length;
} tally;

/* A column of which at least this share of its cells are numbers is a number column. */
#define NUMBER_SHARE 0.95

static bp_status fail_byte(const bp_table *table, size_t byte, bp_error *error, const char *text)
{
    bp_status status = bp_fail(error, BP_E_DATA, "%s", text);
    if (error != NULL)
        bp_table_byte_place(table, byte, error);
    return status;
}

static bool cell_number(const bp_table *table, const csv_cell *cell, double *number)
{
    if (table->type == BP_F64)
        return bp_number_read(cell->text, cell->length, number) && isfinite(*number);
    float narrow = 0;
    if (!bp_number_read_f32(cell->text, cell->length, &narrow) || !isfinite(narrow))
        return false;
    *number = (double)narrow;
    return true;
}

/* ---- First pass: rows ----------------------------------------------------------- */

static bp_status check_text(const bp_table *table, bp_error *error)
{
    const char *text = table->source.data;
    size_t size = table->source.size;
    if (size >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
        return fail_byte(table, 0, error, "the text is UTF-16; save it as UTF-8");
    const char *nul = size > 0 ? memchr(text, '\0', size) : NULL;
    if (nul != NULL)
        return fail_byte(table, (size_t)(nul - text), error, "a NUL byte: this is not a text file");
    return BP_OK;
}

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

static bp_status fail_ragged(const bp_table *table, size_t place, size_t cells, bp_error *error)
{
    bp_status status =
        bp_fail(error, BP_E_DATA, "%zu fields where the first line has %zu", cells, table->columns);
    if (error != NULL)
        bp_table_byte_place(table, place, error);
    return status;
}

/* Counts the cells of one row, checking its quotes. */
static bp_status scan_row(const bp_table *table, csv_cursor *cursor, size_t *cells, bp_error *error)
{
    *cells = 0;
    while (!cursor->row_ended) {
        csv_cell cell = bp_csv_next(cursor, &table->dialect);
        if (!cell.closed)
            return fail_byte(table, cell.place, error, "the quote opened here is never closed");
        ++*cells;
    }
    return BP_OK;
}

static bp_status find_rows(bp_table *table, size_t start, bp_error *error)
{
    csv_cursor cursor = {table->source.data, table->source.size, start, false};
    while (bp_csv_row_begin(&cursor, &table->dialect)) {
        size_t offset = cursor.place, cells = 0;
        bp_status status = scan_row(table, &cursor, &cells, error);
        if (status == BP_OK && table->rows == 0)
            table->columns = cells;
        else if (status == BP_OK && cells != table->columns)
            status = fail_ragged(table, offset, cells, error);
        if (status == BP_OK)
            status = add_row(table, offset, error);
        if (status != BP_OK)
            return status;
    }
    if (table->rows == 0)
        return fail_byte(table, 0, error, "the file is empty");
    return BP_OK;
}

/* ---- Second pass: kinds and header ------------------------------------------------- */

static void tally_row(const bp_table *table, size_t row, tally *tallies)
{
    csv_cursor cursor = {table->source.data, table->source.size, table->offsets[row], false};
    for (size_t i = 0; i < table->columns; i++) {
        csv_cell cell = bp_csv_trim(bp_csv_next(&cursor, &table->dialect));
        double number = 0;
        if (bp_csv_is_missing(&cell))
            continue;
        if (cell_number(table, &cell, &number)) {
            tallies[i].numbers++;
        } else if (tallies[i].others++ == 0) {
            tallies[i].first_other = cell.place;
            tallies[i].other_length = cell.length;
        }
    }
}

/* Whether a row's cells are all texts, no two alike. */
static bool could_name_columns(const bp_table *table, size_t row)
{
    csv_cursor cursor = {table->source.data, table->source.size, table->offsets[row], false};
    for (size_t i = 0; i < table->columns; i++) {
        csv_cell cell = bp_csv_trim(bp_csv_next(&cursor, &table->dialect));
        double number = 0;
        if (cell_number(table, &cell, &number) || (cell.length > 0 && bp_csv_is_missing(&cell)))
            return false;
    }
    return true;
}

/* In a table of texts alone the first line is a header where none of its cells stands
 * again below in its column. */
static bool stands_again(const bp_table *table)
{
    for (size_t row = 1; row < table->rows; row++) {
        csv_cursor top = {table->source.data, table->source.size, table->offsets[0], false};
        csv_cursor here = {table->source.data, table->source.size, table->offsets[row], false};
        for (size_t i = 0; i < table->columns; i++) {
            csv_cell a = bp_csv_trim(bp_csv_next(&top, &table->dialect));
            csv_cell b = bp_csv_trim(bp_csv_next(&here, &table->dialect));
            if (a.length == b.length && memcmp(a.text, b.text, a.length) == 0)
                return true;
        }
    }
    return false;
}

static bool decide_header(const bp_table *table, const tally *below, int asked)
{
    if (asked >= 0)
        return asked != 0;
    if (!could_name_columns(table, 0))
        return false;
    for (size_t i = 0; i < table->columns; i++)
        if (below[i].numbers > 0)
            return true;
    return !stands_again(table);
}

/* ---- Names -------------------------------------------------------------------------- */

static bp_status name_column(bp_table *table, size_t index, const csv_cell *cell, bp_error *error)
{
    char number[32];
    bp_table_column *column = &table->column[index];
    if (cell == NULL || cell->length == 0) {
        int length = snprintf(number, sizeof number, "#%zu", index + 1);
        column->name = bp_copy_text(&table->allocator, number, (size_t)length, error);
        return column->name != NULL ? BP_OK : BP_E_MEMORY;
    }
    if (!bp_utf8_is_valid(cell->text, cell->length))
        return fail_byte(table, cell->place, error, "the name of this column is not UTF-8");
    column->name = bp_copy_text(&table->allocator, cell->text, cell->length, error);
    if (column->name == NULL)
        return BP_E_MEMORY;
    if (cell->quoted) {
        char *copy = column->name; /* shorter by the doubled quotes: copied once more */
        size_t length = bp_csv_unquote(cell, copy);
        column->name = bp_copy_text(&table->allocator, copy, length, error);
        bp_release(&table->allocator, copy, cell->length + 1, 1);
        return column->name != NULL ? BP_OK : BP_E_MEMORY;
    }
    return BP_OK;
}

static bp_status check_duplicates(const bp_table *table, size_t index, size_t place,
                                  bp_error *error)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(table->column[i].name, table->column[index].name) != 0)
            continue;
        bp_status status =
            bp_fail(error, BP_E_DATA, "columns %zu and %zu are both called \"%s\"; rename one",
                    i + 1, index + 1, table->column[index].name);
        if (error != NULL)
            bp_table_byte_place(table, place, error);
        return status;
    }
    return BP_OK;
}

static bp_status name_columns(bp_table *table, bp_error *error)
{
    csv_cursor cursor = {table->source.data, table->source.size, table->offsets[0], false};
    bp_status status = BP_OK;
    for (size_t i = 0; i < table->columns && status == BP_OK; i++) {
        csv_cell cell = bp_csv_trim(bp_csv_next(&cursor, &table->dialect));
        status = name_column(table, i, table->header ? &cell : NULL, error);
        if (status == BP_OK && table->columns <= 4096) /* quadratic */
            status = check_duplicates(table, i, cell.place, error);
    }
    return status;
}

/* ---- Third pass: cells ----------------------------------------------------------------- */

static bp_status fail_word(const bp_table *table, size_t index, const tally *cells, bp_error *error)
{
    bp_status status =
        bp_fail(error, BP_E_DATA, "\"%.*s\" is not a number (column %s); correct it, or write NA",
                (int)(cells->other_length < 40 ? cells->other_length : 40),
                table->source.data + cells->first_other, table->column[index].name);
    if (error != NULL)
        bp_table_byte_place(table, cells->first_other, error);
    return status;
}

static bp_status open_column(bp_table *table, size_t index, const tally *cells, bp_error *error)
{
    bp_table_column *column = &table->column[index];
    size_t all = cells->numbers + cells->others;
    if (cells->others > 0 && (double)cells->numbers < NUMBER_SHARE * (double)all) {
        column->kind = BP_COLUMN_CATEGORY;
        return bp_table_column_open_codes(table, column, error);
    }
    column->kind = BP_COLUMN_NUMBER;
    if (cells->others > 0)
        return fail_word(table, index, cells, error);
    column->numbers = bp_allocate(&table->allocator, table->rows, bp_type_size(table->type), error);
    return column->numbers != NULL ? BP_OK : BP_E_MEMORY;
}

static bp_status store_text(bp_table *table, bp_table_column *column, size_t row,
                            const csv_cell *cell, bp_error *error)
{
    if (!bp_utf8_is_valid(cell->text, cell->length))
        return fail_byte(table, cell->place, error, "the text is not UTF-8; convert the file");
    if (!cell->quoted)
        return bp_table_column_code(table, column, cell->text, cell->length, &column->codes[row],
                                    error);
    char *text = bp_allocate(&table->allocator, cell->length + 1, 1, error);
    if (text == NULL)
        return BP_E_MEMORY;
    size_t length = bp_csv_unquote(cell, text);
    bp_status status =
        bp_table_column_code(table, column, text, length, &column->codes[row], error);
    bp_release(&table->allocator, text, cell->length + 1, 1);
    return status;
}

static bp_status store_row(bp_table *table, size_t row, bp_error *error)
{
    csv_cursor cursor = {table->source.data, table->source.size, table->offsets[row], false};
    bp_status status = BP_OK;
    for (size_t i = 0; i < table->columns && status == BP_OK; i++) {
        bp_table_column *column = &table->column[i];
        csv_cell cell = bp_csv_trim(bp_csv_next(&cursor, &table->dialect));
        bool missing = bp_csv_is_missing(&cell);
        if (column->kind == BP_COLUMN_CATEGORY) {
            if (!missing)
                status = store_text(table, column, row, &cell, error);
            continue;
        }
        double number = NAN;
        if (!missing)
            cell_number(table, &cell, &number);
        if (table->type == BP_F64)
            ((double *)column->numbers)[row] = number;
        else
            ((float *)column->numbers)[row] = (float)number;
    }
    return status;
}

static bp_status fill_table(bp_table *table, tally *tallies, int header, bp_error *error)
{
    for (size_t row = 1; row < table->rows; row++)
        tally_row(table, row, tallies);
    table->header = decide_header(table, tallies, header);
    if (!table->header)
        tally_row(table, 0, tallies);
    bp_status status = name_columns(table, error);
    if (status == BP_OK && table->header && table->rows == 1)
        status = fail_byte(table, table->offsets[0], error, "there are no rows below the header");
    if (status == BP_OK && table->header) {
        table->rows--;
        memmove(table->offsets, table->offsets + 1, table->rows * sizeof(size_t));
    }
    for (size_t i = 0; i < table->columns && status == BP_OK; i++)
        status = open_column(table, i, &tallies[i], error);
    for (size_t row = 0; row < table->rows && status == BP_OK; row++)
        status = store_row(table, row, error);
    return status;
}

static bp_status read_text(bp_table *table, const bp_table_options *options, bp_error *error)
{
    bp_status status = check_text(table, error);
    if (status != BP_OK)
        return status;
    size_t start = 0;
    if (table->source.size >= 3 && memcmp(table->source.data, "\xef\xbb\xbf", 3) == 0)
        start = 3; /* UTF-8 byte order mark */
    table->dialect =
        bp_csv_sniff(table->source.data + start, table->source.size - start, options->delimiter);
    status = find_rows(table, start, error);
    if (status != BP_OK)
        return status;
    tally *tallies = bp_allocate(&table->allocator, table->columns, sizeof *tallies, error);
    table->column = bp_allocate(&table->allocator, table->columns, sizeof *table->column, error);
    status = BP_E_MEMORY;
    if (tallies != NULL && table->column != NULL)
        status = fill_table(table, tallies, options->header, error);
    bp_release(&table->allocator, tallies, table->columns, sizeof *tallies);
    return status;
}

/* ---- Entry points ---------------------------------------------------------------------- */

static bp_status make_table(bp_table **out, const char *name, const bp_table_options *options,
                            bp_error *error)
{
    bp_allocator memory = bp_allocator_or_default(options->allocator);
    bp_table *table = bp_allocate(&memory, 1, sizeof *table, error);
    if (table == NULL)
        return BP_E_MEMORY;
    table->allocator = memory;
    table->source.allocator = memory;
    table->type = options->type;
    const char *called = options->name != NULL ? options->name : name;
    table->name = bp_copy_text(&memory, called, strlen(called), error);
    if (table->name == NULL) {
        bp_table_free(table);
        return BP_E_MEMORY;
    }
    *out = table;
    return BP_OK;
}

static bp_status finish(bp_table **out, bp_table *table, bp_status status,
                        const bp_table_options *options, bp_error *error)
{
    if (status == BP_OK)
        status = read_text(table, options, error);
    if (status != BP_OK) {
        bp_table_free(table);
        return status;
    }
    *out = table;
    return BP_OK;
}

bp_status bp_table_read(bp_table **out, const char *path, const bp_table_options *options,
                        bp_error *error)
{
    *out = NULL;
    bp_table_options defaults;
    bp_table_options_init(&defaults);
    options = options != NULL ? options : &defaults;
    bp_table *table = NULL;
    bp_status status = make_table(&table, path, options, error);
    if (status != BP_OK)
        return status;
    status = bp_file_read(&table->source, path, BP_E_DATA, options->allocator, error);
    return finish(out, table, status, options, error);
}

bp_status bp_table_read_memory(bp_table **out, const char *text, size_t size,
                               const bp_table_options *options, bp_error *error)
{
    *out = NULL;
    bp_table_options defaults;
    bp_table_options_init(&defaults);
    options = options != NULL ? options : &defaults;
    bp_table *table = NULL;
    bp_status status = make_table(&table, "memory", options, error);
    if (status != BP_OK)
        return status;
    char *copy = bp_copy_text(&table->allocator, text, size, error);
    if (copy == NULL) {
        status = BP_E_MEMORY;
    } else {
        table->source.block = copy;
        table->source.data = copy;
        table->source.size = size;
        table->source.block_size = size + 1;
    }
    return finish(out, table, status, options, error);
}
