/* csv_header.c: whether the first row names the columns, and what they are called. */
#include "table/reading/csv_header.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "table/reading/amount_text.h"
#include "table/reading/csv_rows.h"
#include "table/reading/date_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAMED_ROWS 100u /* in which names of rows are looked for */

/* Cell `column` of line 0, where `cursor` is: of a column without a name an empty one. */
static csv_cell next_name(const bp_table *table, csv_cursor *cursor, size_t column)
{
    if (table->short_header && column == 0)
        return (csv_cell){.text = cursor->text + cursor->place, .place = cursor->place};
    return bp_csv_next(cursor, table->dialect);
}

/* Whether the first row's cells are all texts; a name may be empty. */
static bool all_texts(const bp_table *table)
{
    csv_cursor cursor = bp_csv_at_line(table, 0);
    while (!cursor.row_ended) {
        csv_cell cell = bp_csv_next(&cursor, table->dialect);
        double number = 0;
        if (cell.length > 0 && bp_table_is_missing(table, cell.text, cell.length))
            return false;
        bool share = cell.length > 0 && cell.text[cell.length - 1] == '%'; /* "95%" may be a name */
        if (bp_read_cell(table, cell.text, cell.length, &number) != BP_READ_TEXT
            || bp_date_read(cell.text, cell.length, BP_DATES_ISO, &number)
            || (!share && bp_amount_read(table, cell.text, cell.length, &number) != BP_READ_TEXT))
            return false;
    }
    return true;
}

/* How many cells a row has, and the first of them. */
static size_t cut_row(csv_cursor *cursor, csv_dialect dialect, csv_cell *first)
{
    size_t cells = 1;
    for (*first = bp_csv_next(cursor, dialect); !cursor->row_ended; cells++)
        bp_csv_next(cursor, dialect);
    return cells;
}

/* Whether the last of some cells, one below the other, may be a row's name beside them. */
static bool names_row(const csv_cell *cells, size_t count)
{
    const csv_cell *name = &cells[count - 1];
    double number = 0, above = 0;
    for (size_t i = 0; i + 1 < count; i++)
        if (cells[i].length == name->length && memcmp(cells[i].text, name->text, name->length) == 0)
            return false;
    if (name->quoted || !bp_number_read(name->text, name->length, &number))
        return name->length > 0;
    if (count == 1)
        return number == floor(number);
    return bp_number_read(name[-1].text, name[-1].length, &above) && number == above + 1;
}

bool bp_csv_leaves_out_first(const bp_table *table)
{
    csv_cursor cursor = bp_csv_at_line(table, 0);
    csv_cell cells[NAMED_ROWS];
    size_t rows = 0, names = cut_row(&cursor, table->dialect, &cells[0]);
    if (names < 2 || !all_texts(table))
        return false;
    while (rows < NAMED_ROWS && bp_csv_row_begin(&cursor, table->dialect))
        if (cut_row(&cursor, table->dialect, &cells[rows++]) != names + 1
            || !names_row(cells, rows))
            return false;
    return rows > 1;
}

/* Whether a cell of the first row stands again below in its column. */
static bool stands_again(const bp_table *table)
{
    csv_cursor here = bp_csv_at_line(table, 0);
    bp_csv_skip_row(&here, table->dialect);
    while (bp_csv_row_begin(&here, table->dialect)) {
        csv_cursor top = bp_csv_at_line(table, 0);
        while (!top.row_ended && !here.row_ended) {
            csv_cell a = bp_csv_next(&top, table->dialect);
            csv_cell b = bp_csv_next(&here, table->dialect);
            if (a.length == b.length && memcmp(a.text, b.text, a.length) == 0)
                return true;
        }
        while (!here.row_ended)
            bp_csv_next(&here, table->dialect);
    }
    return false;
}

/* The name that a cell gives, undoubled; `index` numbers it among the names so far. */
static bp_status add_name(bp_text_index *names, const bp_allocator *memory, const csv_cell *cell,
                          char quote, uint32_t *index, bp_error *error)
{
    if (!cell->quoted)
        return bp_text_index_add(names, memory, cell->text, cell->length, index, error);
    char *text = bp_allocate(memory, cell->length, 1, error);
    if (text == NULL)
        return BP_E_MEMORY;
    size_t length = bp_csv_unquote(cell->text, cell->length, quote, text);
    bp_status status = bp_text_index_add(names, memory, text, length, index, error);
    bp_release(memory, text, cell->length, 1);
    return status;
}

/* Whether two cells of the first row are alike. */
static bp_status repeats_itself(const bp_table *table, bool *repeats, bp_error *error)
{
    csv_cursor cursor = bp_csv_at_line(table, 0);
    bp_text_index seen = {0};
    bp_status status = BP_OK;
    *repeats = false;
    for (size_t i = 0; i < table->columns && status == BP_OK && !*repeats; i++) {
        csv_cell cell = bp_csv_next(&cursor, table->dialect);
        uint32_t number = 0;
        status = add_name(&seen, &table->allocator, &cell, table->dialect.quote, &number, error);
        *repeats = status == BP_OK && number != i;
    }
    bp_text_index_release(&seen, &table->allocator);
    return status;
}

bp_status bp_csv_find_header(const bp_table *table, bool numbers_below, bool *header,
                             bp_error *error)
{
    *header = all_texts(table);
    if (!*header || numbers_below)
        return BP_OK;
    bool repeats = false;
    bp_status status = repeats_itself(table, &repeats, error);
    *header = !repeats && !stands_again(table);
    return status;
}

static bp_status name_column(bp_table *table, size_t index, const csv_cell *cell, bp_error *error)
{
    char number[32];
    csv_cell named = *cell;
    if (!table->header || cell->length == 0) {
        int length = snprintf(number, sizeof number, "#%zu", index + 1);
        named = (csv_cell){.text = number, .length = (size_t)length};
    }
    if (!bp_utf8_is_valid(named.text, named.length))
        return bp_table_at(table, cell->place, error,
                           bp_fail(error, BP_E_DATA,
                                   "the name of column %zu is not UTF-8; save the file as UTF-8",
                                   index + 1));
    uint32_t first = 0;
    bp_status status =
        add_name(&table->names, &table->allocator, &named, table->dialect.quote, &first, error);
    if (status != BP_OK || first == index)
        return status;
    char name[BP_EXCERPT_SIZE];
    bp_excerpt(table->names.texts[first], strlen(table->names.texts[first]), name);
    return bp_table_at(table, cell->place, error,
                       bp_fail(error, BP_E_DATA,
                               "columns %zu and %zu are both called \"%s\"; rename one",
                               (size_t)first + 1, index + 1, name));
}

bp_status bp_csv_name_columns(bp_table *table, bp_error *error)
{
    csv_cursor cursor = bp_csv_at_line(table, 0);
    bp_status status = BP_OK;
    for (size_t i = 0; i < table->columns && status == BP_OK; i++) {
        csv_cell cell = next_name(table, &cursor, i);
        status = name_column(table, i, &cell, error);
    }
    return status;
}
