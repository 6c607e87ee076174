/* csv_read.c: a table from a delimited text: how it is delimited, where its rows are, whether
 * it has a header; then its columns are filled. */
#include "base/error.h"
#include "base/memory.h"
#include "table/reading/csv_fill.h"
#include "table/reading/csv_header.h"
#include "table/reading/csv_rows.h"
#include "table/reading/csv_sniff.h"

#include <stdio.h>
#include <string.h>

#define TRAILING_LINES 100u

/* ---- Columns -------------------------------------------------------------------- */

/* How many cells a line has, and whether the last is an empty one behind a delimiter. */
static size_t cut_line(const bp_table *table, size_t line, bool *ends_empty)
{
    csv_cursor cursor = bp_csv_at_line(table, line);
    size_t cells = 0;
    for (; !cursor.row_ended; cells++) {
        csv_cell cell = bp_csv_next(&cursor, table->dialect);
        *ends_empty = cells > 0 && cell.length == 0 && !cell.quoted;
    }
    return cells;
}

/* Every line ends with a delimiter, or every line but a header: behind it is no column. */
static bool has_trailing_delimiters(const bp_table *table)
{
    size_t lines = table->rows < TRAILING_LINES ? table->rows : TRAILING_LINES;
    bool top = false, empty = false;
    size_t first = cut_line(table, 0, &top);
    if (lines < 2 || table->dialect.merge)
        return false;
    for (size_t line = 1; line < lines; line++)
        if (cut_line(table, line, &empty) != first + (top ? 0 : 1) || !empty)
            return false;
    return true;
}

static bp_status count_columns(bp_table *table, int header, bp_error *error)
{
    table->dialect.trailing = has_trailing_delimiters(table);
    bp_status status = bp_csv_check_line(table, 0, &table->columns, error);
    if (status != BP_OK)
        return status;
    table->short_header = header != 0 && bp_csv_leaves_out_first(table);
    table->columns += table->short_header;
    table->column = bp_allocate(&table->allocator, table->columns, sizeof *table->column, error);
    return table->column != NULL ? BP_OK : BP_E_MEMORY;
}

/* ---- Header ----------------------------------------------------------------------- */

/* Takes the first line for a header or not, and samples the rows below it. */
static bp_status settle(bp_table *table, bp_filling *filling, bool header, size_t lines,
                        bp_error *error)
{
    table->header = header;
    table->rows = lines - (header ? 1 : 0);
    return bp_filling_sample(filling, error);
}

static bp_status decide_header(bp_table *table, bp_filling *filling, int asked, bp_error *error)
{
    size_t lines = table->rows;
    bool header = asked != 0;
    bp_status status = settle(table, filling, header, lines, error);
    if (status == BP_OK && asked < 0 && !table->short_header) {
        status = bp_csv_find_header(table, bp_filling_has_numbers(filling), &header, error);
        if (status == BP_OK && !header)
            status = settle(table, filling, false, lines, error);
    }
    if (status == BP_OK && table->rows == 0)
        status = bp_table_at(table, bp_csv_at_line(table, 0).place, error,
                             bp_fail(error, BP_E_DATA, "there are no rows below the header"));
    return status;
}

/* ---- The whole ---------------------------------------------------------------------- */

static bp_status fill_table(bp_table *table, const bp_table_options *options, bp_error *error)
{
    bp_filling filling;
    bp_status status = bp_filling_open(&filling, table, options, error);
    if (status == BP_OK)
        status = decide_header(table, &filling, options->header, error);
    if (status == BP_OK)
        status = bp_csv_name_columns(table, error);
    if (status == BP_OK)
        status = bp_filling_run(&filling, error);
    bp_filling_close(&filling);
    return status;
}

static bp_status read_rows(bp_table *table, const bp_table_options *options, bp_error *error)
{
    bp_status status = bp_csv_find_rows(table, options, error);
    if (status == BP_OK && table->rows == 0)
        status = bp_table_at(table, 0, error, bp_fail(error, BP_E_DATA, "the file is empty"));
    if (status == BP_OK)
        status = count_columns(table, options->header, error);
    if (status == BP_OK)
        status = fill_table(table, options, error);
    return status;
}

/* Rows below columns that are known. */
static bp_status read_more_rows(bp_table *table, const bp_table_options *options, bp_error *error)
{
    table->columns = table->names.count;
    table->column = bp_allocate(&table->allocator, table->columns, sizeof *table->column, error);
    bp_status status = table->column != NULL ? BP_OK : BP_E_MEMORY;
    if (status == BP_OK)
        status = bp_csv_find_rows(table, options, error);
    if (status != BP_OK)
        return status;
    table->rows -= table->header;
    if (table->rows == 0)
        return BP_OK;
    bp_filling filling;
    status = bp_filling_open(&filling, table, options, error);
    if (status == BP_OK)
        status = bp_filling_run(&filling, error);
    bp_filling_close(&filling);
    return status;
}

/* The first doubled tab may stand below the lines by which the dialect was chosen. */
static bp_status read_by_tabs(bp_table *table, const bp_table_options *options, bp_error *error)
{
    bool more = table->rows_before > 0;
    bp_status (*read)(bp_table *, const bp_table_options *, bp_error *) =
        more ? read_more_rows : read_rows;
    bp_error first = {0}, trial = {0};
    bp_status status = read(table, options, &first);
    if (status == BP_E_DATA && table->dialect.delimiter == '\t' && !table->dialect.merge) {
        table->dialect.merge = true;
        bp_table_forget_rows(table);
        if (!more)
            bp_text_index_release(&table->names, &table->allocator);
        bp_status merged = read(table, options, &trial);
        if (merged != BP_E_DATA) {
            first = trial;
            status = merged;
        }
    }
    if (status != BP_OK && error != NULL)
        *error = first;
    return status;
}

static void describe_form(bp_table *table)
{
    static const struct {
        char delimiter;
        const char *name;
    } names[] = {{',', "comma"}, {';', "semicolon"}, {'\t', "tab"}, {'|', "bar"}, {' ', "blanks"}};
    char own[] = {'"', table->dialect.delimiter, '"', '\0'};
    const char *name = own;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].delimiter == table->dialect.delimiter)
            name = names[i].name;
    snprintf(table->form, sizeof table->form, "csv, %s%s%s%s",
             table->dialect.merge ? "runs of " : "", name,
             table->dialect.merge && name != own && table->dialect.delimiter != ' ' ? "s" : "",
             !table->header        ? ", no header line"
             : table->short_header ? ", a header line but for the first column"
                                   : ", a header line");
    size_t used = strlen(table->form);
    snprintf(table->form + used, sizeof table->form - used, "%s%s",
             table->decimal_comma ? ", decimal commas" : "",
             table->date_order == BP_DATES_DAY_FIRST     ? ", dates by day first"
             : table->date_order == BP_DATES_MONTH_FIRST ? ", dates by month first"
                                                         : "");
}

/* Where the rows begin: behind a header. */
static size_t find_head(const bp_table *table)
{
    csv_cursor cursor = bp_csv_at_line(table, 0);
    if (!table->header)
        return table->text_start;
    bp_csv_skip_row(&cursor, table->dialect);
    return cursor.place;
}

/* Behind lines that are none of the table, whatever they hold; how many of them there are. */
static size_t pass_lines(const bp_table *table, size_t lines, size_t *place)
{
    size_t size = table->source.size, passed = 0;
    for (*place = bp_source_start(table); passed < lines; passed++) {
        const char *end =
            *place < size ? memchr(table->source.data + *place, '\n', size - *place) : NULL;
        if (end == NULL)
            break;
        *place = (size_t)(end - table->source.data) + 1;
    }
    return passed;
}

/* Where the table starts. */
static bp_status skip_lines(bp_table *table, size_t lines, bp_error *error)
{
    size_t place = 0;
    if (pass_lines(table, lines, &place) < lines)
        return bp_table_at(table, place, error,
                           bp_fail(error, BP_E_DATA,
                                   "%zu line%s to be skipped, and the file ends here", lines,
                                   lines == 1 ? " is" : "s are"));
    table->text_start = place;
    return BP_OK;
}

/* How long a first line "sep=;" is, by which spreadsheets tell the delimiter; 0: it is none. */
static size_t separator_line(const char *text, size_t size)
{
    static const char word[] = "sep=";
    size_t length = sizeof word; /* with the delimiter */
    if (size <= length || memcmp(text, word, length - 1) != 0
        || strchr(",;|:~^\t ", text[length - 1]) == NULL || text[length - 1] == '\0')
        return 0;
    if (text[length] == '\r')
        length++;
    return length < size && text[length] == '\n' ? length + 1 : 0;
}

/* The dialect of what begins at *place, which goes behind such a line. */
static csv_dialect dialect_at(const char *text, size_t size, size_t *place,
                              const bp_table_options *options)
{
    bp_table_options told = *options;
    size_t line = separator_line(text + *place, size - *place);
    if (line > 0 && told.delimiter == '\0')
        told.delimiter = text[*place + sizeof "sep=" - 1];
    *place += line;
    return bp_csv_sniff(text + *place, size - *place, &told);
}

static bp_status read_csv(bp_table *table, const bp_table_options *options, bp_error *error)
{
    bp_status status = skip_lines(table, options->skip_lines, error);
    if (status != BP_OK)
        return status;
    table->dialect =
        dialect_at(table->source.data, table->source.size, &table->text_start, options);
    table->decimal_comma = table->dialect.decimal == ',';
    if (table->dialect.dates != BP_DATES_AUTO)
        table->date_order = table->dialect.dates;
    status = read_by_tabs(table, options, error);
    if (status != BP_OK)
        return status;
    describe_form(table);
    table->head = find_head(table);
    return BP_OK;
}

/* A row that begins in a line without quotes ends with it; any other where its last cell does. */
static size_t cut_csv(const bp_table *table, const bp_table_options *options, size_t place,
                      size_t size)
{
    csv_dialect dialect = table->dialect;
    if (place == 0) {
        if (pass_lines(table, options->skip_lines, &place) < options->skip_lines || place >= size)
            return 0;
        dialect = dialect_at(table->source.data, size, &place, options);
    }
    csv_cursor cursor = {.text = table->source.data, .size = size, .place = place};
    if (memchr(cursor.text + place, dialect.quote, size - place) == NULL)
        return bp_cut_lines(table, options, place, size);
    size_t end = place;
    for (bool closed = true; bp_csv_row_begin(&cursor, dialect); end = cursor.place) {
        const char *here = cursor.text + cursor.place;
        const char *line = memchr(here, '\n', size - cursor.place);
        if (line == NULL)
            break;
        if (memchr(here, dialect.quote, (size_t)(line - here)) == NULL)
            cursor.place = (size_t)(line - cursor.text) + 1;
        else
            while (!cursor.row_ended)
                closed = bp_csv_next(&cursor, dialect).closed && closed;
        if (!closed || cursor.text[cursor.place - 1] != '\n')
            break;
    }
    return end;
}

static bool recognize_csv(const bp_table *table)
{
    (void)table;
    return true;
}

const bp_format BP_FORMAT_CSV = {
    .name = "csv",
    .help = "delimited text: comma, semicolon, tab, bar or blanks between the cells",
    .recognize = recognize_csv,
    .read = read_csv,
    .more = read_by_tabs,
    .cut = cut_csv,
    .fill = bp_csv_fill,
    .concurrent = true,
    .cell = bp_csv_cell};
