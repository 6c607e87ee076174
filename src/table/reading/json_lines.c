/* json_lines.c: tables in JSON Lines: a flat object a line; its keys are the columns. null
 * and a key that is left out mean a missing cell; true, false and strings are texts, which
 * are numbers or dates where they read as such, as everywhere. */
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "table/reading/filling.h"
#include "table/reading/json_words.h"

#include <stdio.h>
#include <string.h>

#define SCHEMA_ROWS 20480u /* rows in which a key must stand first */

/* ---- Rows --------------------------------------------------------------------------- */

/* A row; *next is then behind it. */
static json_row row_of(const bp_table *table, size_t index, size_t *next)
{
    bp_row_mark mark = bp_row_marks_find(&table->marks, index);
    json_row row = {0};
    *next = mark.place;
    for (size_t i = mark.row; i <= index; i++)
        bp_json_row(table, next, &row);
    return row;
}

/* What a word means, in the filler's scratch where it has escapes. */
static bp_status resolve(bp_filler *f, const json_word *word, bp_cell *cell, bp_error *error)
{
    *cell = (bp_cell){.text = word->text, .length = word->length, .place = word->place};
    if (!word->escaped)
        return BP_OK;
    char *room = bp_fill_scratch(f, word->length, error);
    if (room == NULL)
        return BP_E_MEMORY;
    cell->text = room;
    cell->length = bp_json_plain(word, room);
    return BP_OK;
}

static bp_status fail_key(const bp_table *table, const json_word *key, const bp_cell *plain,
                          const char *what, bp_error *error)
{
    char text[BP_EXCERPT_SIZE];
    bp_excerpt(plain->text, plain->length, text);
    return bp_table_at(table, key->place, error,
                       bp_fail(error, BP_E_DATA, "the key \"%s\" %s", text, what));
}

/* The column of a key, most often `next`, the one behind that of the key before. */
static bp_status find_key(bp_filler *f, const json_word *key, size_t next, size_t *column,
                          bp_error *error)
{
    bp_cell plain;
    *column = next;
    if (next < f->table->columns && bp_json_equals(key, f->table->names.texts[next]))
        return BP_OK;
    bp_status status = resolve(f, key, &plain, error);
    if (status != BP_OK)
        return status;
    uint32_t found = bp_text_index_find(&f->table->names, plain.text, plain.length);
    if (found == BP_NO_TEXT)
        return fail_key(f->table, key, &plain,
                        "stands in none of the first 20480 rows; name it there, with null, or "
                        "leave it out",
                        error);
    *column = found;
    return BP_OK;
}

static bp_status put(bp_filler *f, size_t row, size_t column, const json_word *value,
                     bp_error *error)
{
    bp_cell cell;
    if (f->modes[column] == BP_FILL_SKIP)
        return BP_OK;
    if (!value->string && value->text[0] == 'n') {
        bp_fill_missing(f, row, column);
        return BP_OK;
    }
    bp_status status = resolve(f, value, &cell, error);
    return status == BP_OK ? bp_fill_cell(f, row, column, &cell) : status;
}

/* seen[column] is the number of the last row, plus 1, that has the column's key. */
static bp_status fill_row(bp_filler *f, json_row line, size_t row, size_t *seen, bp_error *error)
{
    size_t columns = f->table->columns, column = 0, next = 0;
    json_word key, value;
    for (bool more = true;; next = column + 1) {
        bp_status status = bp_json_pair(f->table, &line, &key, &value, &more, error);
        if (status == BP_OK && !more)
            break;
        if (status == BP_OK)
            status = find_key(f, &key, next, &column, error);
        if (status == BP_OK && seen[column] == row + 1)
            status = fail_key(f->table, &key, &(bp_cell){.text = key.text, .length = key.length},
                              "stands twice in this row", error);
        if (status == BP_OK)
            status = put(f, row, column, &value, error);
        if (status != BP_OK)
            return status;
        seen[column] = row + 1;
    }
    for (size_t i = 0; i < columns; i++)
        if (seen[i] != row + 1 && f->modes[i] != BP_FILL_SKIP)
            bp_fill_missing(f, row, i);
    return BP_OK;
}

static bp_status fill_json(bp_filler *f, size_t first, size_t end, bp_error *error)
{
    const bp_allocator *memory = &f->table->allocator;
    size_t next = 0, *seen = bp_allocate(memory, f->table->columns, sizeof *seen, error);
    bp_status status = seen != NULL ? BP_OK : BP_E_MEMORY;
    for (size_t row = first; row < end && status == BP_OK; row++) {
        json_row line = {0};
        if (row == first)
            line = row_of(f->table, row, &next);
        else
            bp_json_row(f->table, &next, &line);
        bp_fill_row(f, row);
        status = fill_row(f, line, row, seen, error);
    }
    bp_release(memory, seen, f->table->columns, sizeof *seen);
    return status;
}

/* Escapes stay as they were written; of a key that is left out the row's place is told. */
static bp_cell json_cell(const bp_table *table, bp_cell_walk *walk, size_t row, size_t column)
{
    (void)walk; /* rows are short, or sparse */
    size_t next = 0;
    json_row line = row_of(table, row, &next);
    bp_cell cell = {.text = "", .place = line.place};
    json_word key, value;
    bool more = true;
    while (bp_json_pair(table, &line, &key, &value, &more, NULL) == BP_OK && more)
        if (bp_json_equals(&key, table->names.texts[column]))
            return (bp_cell){.text = value.text, .length = value.length, .place = value.place};
    return cell;
}

/* ---- Columns ------------------------------------------------------------------------- */

static bp_status add_name(bp_table *table, const json_word *key, bp_error *error)
{
    const bp_allocator *memory = &table->allocator;
    uint32_t number = 0;
    if (key->length == 0)
        return bp_json_refuse(table, key->place, "an empty key cannot name a column", error);
    if (!bp_utf8_is_valid(key->text, key->length))
        return bp_json_refuse(table, key->place, "this key is not UTF-8; save the file as UTF-8",
                              error);
    if (!key->escaped)
        return bp_text_index_add(&table->names, memory, key->text, key->length, &number, error);
    char *plain = bp_allocate(memory, key->length, 1, error);
    if (plain == NULL)
        return BP_E_MEMORY;
    size_t length = bp_json_plain(key, plain);
    bp_status status = bp_text_index_add(&table->names, memory, plain, length, &number, error);
    bp_release(memory, plain, key->length, 1);
    return status;
}

static bp_status add_names(bp_table *table, json_row row, bp_error *error)
{
    json_word key, value;
    bp_status status = BP_OK;
    for (bool more = true; more && status == BP_OK;) {
        status = bp_json_pair(table, &row, &key, &value, &more, error);
        if (status == BP_OK && more)
            status = add_name(table, &key, error);
    }
    return status;
}

/* Counts and marks the rows; the first ones name the columns. */
static bp_status find_rows(bp_table *table, bp_error *error)
{
    json_row row;
    bp_status status = BP_OK;
    for (size_t next = table->text_start; status == BP_OK && bp_json_row(table, &next, &row);) {
        if (table->rows % BP_MARK_STRIDE == 0)
            status =
                bp_row_marks_add(&table->marks, table->rows, row.place, &table->allocator, error);
        if (status == BP_OK && table->rows_before + table->rows < SCHEMA_ROWS)
            status = add_names(table, row, error);
        table->rows++;
    }
    if (status == BP_OK && table->rows == 0 && table->rows_before == 0)
        return bp_json_refuse(table, table->text_start, "the file is empty", error);
    if (status == BP_OK && table->names.count == 0)
        return bp_json_refuse(table, table->text_start, "no row has a key", error);
    return status;
}

static bp_status read_json(bp_table *table, const bp_table_options *options, bp_error *error)
{
    table->text_start = table->head = bp_source_start(table);
    table->header = true;
    table->decimal_comma = false; /* numbers of JSON have points */
    if (options->missing == NULL) /* null alone is missing here */
        bp_text_index_release(&table->missing, &table->allocator);
    bp_status status = find_rows(table, error);
    if (status != BP_OK)
        return status;
    table->columns = table->names.count; /* those of earlier blocks too */
    table->column = bp_allocate(&table->allocator, table->columns, sizeof *table->column, error);
    if (table->column == NULL)
        return BP_E_MEMORY;
    snprintf(table->form, sizeof table->form, "jsonl, %zu key%s", table->columns,
             table->columns == 1 ? "" : "s");
    status = bp_source_check_cells(table, options, error);
    return status == BP_OK ? bp_fill_table(table, options, error) : status;
}

/* ---- Recognition ------------------------------------------------------------------------ */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), wanted = strlen(end);
    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

static bool recognize_json(const bp_table *table)
{
    size_t next = bp_source_start(table), pairs = 0;
    json_row row;
    json_word key, value;
    bool more = true;
    if (!bp_json_row(table, &next, &row) || table->source.data[row.place] != '{')
        return false;
    if (ends_with(table->name, ".jsonl") || ends_with(table->name, ".ndjson"))
        return true;
    bp_status status = BP_OK;
    for (; more && status == BP_OK; pairs++)
        status = bp_json_pair(table, &row, &key, &value, &more, NULL);
    return status == BP_OK && pairs > 1;
}

const bp_format BP_FORMAT_JSON_LINES = {.name = "jsonl",
                                        .help = "JSON Lines: a flat object a line, keys for names",
                                        .recognize = recognize_json,
                                        .read = read_json,
                                        .more = read_json,
                                        .cut = bp_cut_lines,
                                        .grows = true,
                                        .fill = fill_json,
                                        .concurrent = true,
                                        .cell = json_cell};
