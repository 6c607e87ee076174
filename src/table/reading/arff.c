/* arff.c: tables in ARFF, Weka's form: columns are declared by name and type, rows follow,
 * dense or sparse. What is declared holds; nothing is guessed. */
#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "table/column_kinds.h"
#include "table/reading/arff_header.h"

#include <stdio.h>
#include <string.h>

/* ---- Rows --------------------------------------------------------------------------- */

/* One worker's way through the rows. */
typedef struct arff_rows {
    bp_filler *filler;
    const bp_table *table;
    arff_token *omitted; /* [columns]; NULL before the first sparse row */
    size_t row;
    size_t row_place; /* of its first byte */
} arff_rows;

/* The line of a row; *next is then behind it. */
static arff_line line_of(const bp_table *table, size_t row, size_t *next)
{
    bp_row_mark mark = bp_row_marks_find(&table->marks, row);
    arff_line line = {0};
    *next = mark.place;
    for (size_t i = mark.row; i <= row; i++)
        bp_arff_line(table, next, &line);
    return line;
}

/* What an escaped word means, in the filler's scratch. */
static bp_status resolve(bp_filler *f, const arff_token *token, bp_cell *cell, bp_error *error)
{
    char *room = bp_fill_scratch(f, token->length, error);
    if (room == NULL)
        return BP_E_MEMORY;
    cell->text = room;
    cell->length = bp_arff_plain(token, room);
    return BP_OK;
}

static bp_status put(bp_filler *f, size_t row, size_t column, const arff_token *token,
                     bp_error *error)
{
    bp_cell cell = {.text = token->text, .length = token->length, .place = token->place};
    if (f->modes[column] == BP_FILL_SKIP)
        return BP_OK;
    if (token->length == 0 || bp_arff_is(token, "?")) {
        bp_fill_missing(f, row, column);
        return BP_OK;
    }
    bp_status status = token->escaped ? resolve(f, token, &cell, error) : BP_OK;
    return status == BP_OK ? bp_fill_cell(f, row, column, &cell) : status;
}

/* Between two values, or behind the last: a comma, blanks or both; a weight is refused. */
static bp_status pass_comma(const bp_table *table, arff_line *line, bool *comma, bp_error *error)
{
    bp_arff_skip_blanks(table, line);
    size_t place = line->place;
    *comma = bp_arff_take(table, line, ',');
    bp_arff_skip_blanks(table, line);
    if (line->place < line->end && table->source.data[line->place] == '{')
        return bp_arff_refuse(table, line->place,
                              "weights of rows are not understood; remove this one and make it a "
                              "column, if need be",
                              error);
    if (*comma && bp_arff_at_end(table, line))
        return bp_arff_refuse(table, place,
                              "no value follows this comma; write ? where it is missing", error);
    return BP_OK;
}

static bp_status take_value(const bp_table *table, arff_line *line, const char *ends,
                            arff_token *token, bp_error *error)
{
    bp_status status = bp_arff_token(table, line, ends, token, error);
    if (status == BP_OK && token->length == 0 && !token->quoted)
        return bp_arff_refuse(table, token->place,
                              "a value is expected here; write ? where it is missing", error);
    return status;
}

static bp_status fill_dense(const arff_rows *rows, arff_line line, bp_error *error)
{
    const bp_table *table = rows->table;
    size_t count = 0;
    bool comma = false;
    for (; !bp_arff_at_end(table, &line); count++) {
        arff_token token;
        bp_status status = take_value(table, &line, ",", &token, error);
        if (status == BP_OK && count < table->columns)
            status = put(rows->filler, rows->row, count, &token, error);
        if (status == BP_OK)
            status = pass_comma(table, &line, &comma, error);
        if (status != BP_OK)
            return status;
    }
    if (count == table->columns)
        return BP_OK;
    return bp_table_at(table, rows->row_place, error,
                       bp_fail(error, BP_E_DATA, "%zu value%s where %zu attribute%s declared",
                               count, count == 1 ? "" : "s", table->columns,
                               table->columns == 1 ? " is" : "s are"));
}

/* ---- Sparse rows -------------------------------------------------------------------- */

static bp_status list_omitted(arff_rows *rows, bp_error *error)
{
    const bp_table *table = rows->table;
    size_t next = table->text_start;
    bool more = true;
    bp_status status = BP_OK;
    rows->omitted = bp_allocate(&table->allocator, table->columns, sizeof *rows->omitted, error);
    if (rows->omitted == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < table->columns && status == BP_OK; i++) {
        arff_attribute attribute;
        status = bp_arff_attribute(table, &next, &attribute, &more, error);
        rows->omitted[i] = attribute.omitted;
    }
    return status;
}

/* The index before a value: of a column from `least` on. */
static bp_status take_index(const bp_table *table, arff_line *line, size_t least, size_t *index,
                            bp_error *error)
{
    const char *text = table->source.data;
    size_t place = line->place;
    *index = 0;
    while (line->place < line->end && text[line->place] >= '0' && text[line->place] <= '9'
           && *index < table->columns)
        *index = *index * 10 + (size_t)(text[line->place++] - '0');
    if (line->place == place
        || (line->place < line->end && *index < table->columns && text[line->place] != ' '
            && text[line->place] != '\t'))
        return bp_arff_refuse(table, place,
                              "an index and a value with a blank between them are expected here",
                              error);
    if (*index >= table->columns)
        return bp_table_at(table, place, error,
                           bp_fail(error, BP_E_DATA,
                                   "there is no attribute of this index: they are counted from 0 "
                                   "to %zu",
                                   table->columns - 1));
    if (*index < least)
        return bp_arff_refuse(table, place, "the indices of a row must ascend", error);
    bp_arff_skip_blanks(table, line);
    return BP_OK;
}

/* The columns from `from` to `end` - 1, which the row leaves out. */
static bp_status put_omitted(const arff_rows *rows, size_t from, size_t end, bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t i = from; i < end && status == BP_OK; i++) {
        arff_token token = rows->omitted[i];
        token.place = rows->row_place;
        status = put(rows->filler, rows->row, i, &token, error);
    }
    return status;
}

/* The next "index value" of a sparse row; *more is false behind its brace. */
static bp_status take_pair(const bp_table *table, arff_line *line, size_t least, size_t *index,
                           arff_token *token, bool *more, bp_error *error)
{
    bp_arff_skip_blanks(table, line);
    *more = !bp_arff_take(table, line, '}');
    if (!*more) {
        bool comma = false;
        bp_status status = pass_comma(table, line, &comma, error);
        if (status == BP_OK && !bp_arff_at_end(table, line))
            status =
                bp_arff_refuse(table, line->place, "nothing is expected behind the brace", error);
        return status;
    }
    if (line->place == line->end)
        return bp_arff_refuse(table, line->end, "the row's closing brace is missing", error);
    bp_status status = take_index(table, line, least, index, error);
    if (status == BP_OK)
        status = take_value(table, line, ",}", token, error);
    bp_arff_skip_blanks(table, line);
    if (status == BP_OK)
        bp_arff_take(table, line, ',');
    return status;
}

static bp_status fill_sparse(arff_rows *rows, arff_line line, bp_error *error)
{
    size_t from = 0;
    bp_status status = rows->omitted == NULL ? list_omitted(rows, error) : BP_OK;
    line.place++; /* the brace */
    for (bool more = true; more && status == BP_OK;) {
        size_t index = rows->table->columns;
        arff_token token;
        status = take_pair(rows->table, &line, from, &index, &token, &more, error);
        if (status == BP_OK)
            status = put_omitted(rows, from, index, error);
        if (status == BP_OK && more)
            status = put(rows->filler, rows->row, index, &token, error);
        from = index + 1;
    }
    return status;
}

static bp_status fill_arff(bp_filler *f, size_t first, size_t end, bp_error *error)
{
    arff_rows rows = {.filler = f, .table = f->table};
    size_t next = 0;
    bp_status status = BP_OK;
    for (size_t row = first; row < end && status == BP_OK; row++) {
        arff_line line = {0};
        if (row == first)
            line = line_of(f->table, row, &next);
        else
            bp_arff_line(f->table, &next, &line);
        rows.row = row;
        rows.row_place = line.place;
        bp_fill_row(f, row);
        status = f->table->source.data[line.place] == '{' ? fill_sparse(&rows, line, error)
                                                          : fill_dense(&rows, line, error);
    }
    bp_release(&f->table->allocator, rows.omitted, f->table->columns, sizeof *rows.omitted);
    return status;
}

/* ---- One cell again ------------------------------------------------------------------- */

static bp_cell omitted_cell(const bp_table *table, size_t column, size_t place)
{
    arff_attribute attribute = {.type = ARFF_NUMBER};
    size_t next = table->text_start;
    bool more = true;
    for (size_t i = 0; i <= column; i++)
        bp_arff_attribute(table, &next, &attribute, &more, NULL);
    return (bp_cell){
        .text = attribute.omitted.text, .length = attribute.omitted.length, .place = place};
}

/* Escapes stay as they were written. */
static bp_cell arff_cell(const bp_table *table, bp_cell_walk *walk, size_t row, size_t column)
{
    (void)walk; /* rows are short, or sparse */
    size_t next = 0, index = 0;
    arff_line line = line_of(table, row, &next);
    arff_token token = {0};
    size_t place = line.place;
    bool more = true;
    if (bp_arff_take(table, &line, '{')) {
        while (take_pair(table, &line, 0, &index, &token, &more, NULL) == BP_OK && more
               && index < column) {
        }
        if (!more || index != column)
            return omitted_cell(table, column, place);
    } else {
        for (size_t i = 0; i <= column; i++) {
            bp_arff_token(table, &line, ",", &token, NULL);
            pass_comma(table, &line, &more, NULL);
        }
    }
    return (bp_cell){.text = token.text, .length = token.length, .place = token.place};
}

/* ---- Columns ------------------------------------------------------------------------------ */

static bp_status count_columns(bp_table *table, size_t *data, bp_error *error)
{
    arff_attribute attribute;
    size_t columns = 0;
    bool more = true;
    for (*data = table->text_start; more;) {
        bp_status status = bp_arff_attribute(table, data, &attribute, &more, error);
        if (status != BP_OK)
            return status;
        columns += more;
    }
    if (columns == 0)
        return bp_arff_refuse(table, *data, "no @attribute is declared before @data", error);
    table->column = bp_allocate(&table->allocator, columns, sizeof *table->column, error);
    table->columns = table->column != NULL ? columns : 0;
    return table->column != NULL ? BP_OK : BP_E_MEMORY;
}

/* Numbers a word's meaning in an index of texts. */
static bp_status add_text(const bp_table *table, bp_text_index *texts, const arff_token *token,
                          uint32_t *number, bp_error *error)
{
    if (!token->escaped)
        return bp_text_index_add(texts, &table->allocator, token->text, token->length, number,
                                 error);
    char *plain = bp_allocate(&table->allocator, token->length, 1, error);
    if (plain == NULL)
        return BP_E_MEMORY;
    size_t length = bp_arff_plain(token, plain);
    bp_status status = bp_text_index_add(texts, &table->allocator, plain, length, number, error);
    bp_release(&table->allocator, plain, token->length, 1);
    return status;
}

static bp_status name_column(bp_table *table, size_t index, const arff_token *name, bp_error *error)
{
    uint32_t first = 0;
    if (name->length == 0)
        return bp_arff_refuse(table, name->place, "the name of the attribute is empty", error);
    if (!bp_utf8_is_valid(name->text, name->length))
        return bp_arff_refuse(table, name->place,
                              "the name of this attribute is not UTF-8; save the file as UTF-8",
                              error);
    bp_status status = add_text(table, &table->names, name, &first, error);
    if (status != BP_OK || first == index)
        return status;
    char text[BP_EXCERPT_SIZE];
    bp_excerpt(table->names.texts[first], strlen(table->names.texts[first]), text);
    return bp_table_at(table, name->place, error,
                       bp_fail(error, BP_E_DATA,
                               "attributes %zu and %zu are both called \"%s\"; rename one",
                               (size_t)first + 1, index + 1, text));
}

static bp_status name_columns(bp_table *table, arff_attribute *attributes, bp_error *error)
{
    size_t next = table->text_start;
    bool more = true;
    bp_status status = BP_OK;
    for (size_t i = 0; i < table->columns && status == BP_OK; i++) {
        status = bp_arff_attribute(table, &next, &attributes[i], &more, error);
        if (status == BP_OK)
            status = name_column(table, i, &attributes[i].name, error);
    }
    return status;
}

static bp_status find_rows(bp_table *table, size_t data, bp_error *error)
{
    arff_line line;
    bp_status status = BP_OK;
    for (size_t next = data; status == BP_OK && bp_arff_line(table, &next, &line);) {
        if (table->rows % BP_MARK_STRIDE == 0)
            status =
                bp_row_marks_add(&table->marks, table->rows, line.place, &table->allocator, error);
        table->rows++;
    }
    if (status == BP_OK && table->rows == 0 && table->rows_before == 0)
        status = bp_arff_refuse(table, data, "there are no rows below @data", error);
    return status;
}

/* ---- Declared types --------------------------------------------------------------------- */

/* What the caller asks for comes before what the file declares, which is left with its type. */
static bp_status declare(bp_filling *filling, const arff_attribute *attributes, bool *declared,
                         bp_error *error)
{
    static const bp_fill_mode modes[] = {[ARFF_NUMBER] = BP_FILL_NUMBER,
                                         [ARFF_TEXT] = BP_FILL_TEXT,
                                         [ARFF_DATE] = BP_FILL_DATE,
                                         [ARFF_NOMINAL] = BP_FILL_TEXT};
    static const bp_column_kind kinds[] = {[ARFF_NUMBER] = BP_COLUMN_NUMBER,
                                           [ARFF_TEXT] = BP_COLUMN_CATEGORY,
                                           [ARFF_DATE] = BP_COLUMN_DATE,
                                           [ARFF_NOMINAL] = BP_COLUMN_CATEGORY};
    bp_status status = bp_kinds_ask(filling->table, filling->options->kinds, filling->kinds,
                                    filling->asked, error);
    for (size_t i = 0; i < filling->table->columns && status == BP_OK; i++) {
        declared[i] = filling->asked[i] == BP_FILL_SAMPLE;
        if (declared[i]) {
            filling->asked[i] = modes[attributes[i].type];
            filling->kinds[i] = kinds[attributes[i].type];
        }
    }
    return status;
}

static bp_status fail_undeclared(const bp_table *table, size_t column, uint32_t code,
                                 bp_error *error)
{
    const bp_table_column *c = &table->column[column];
    char text[BP_EXCERPT_SIZE];
    size_t row = 0;
    while (c->codes[row] != code)
        row++;
    bp_excerpt(c->categories.texts[code], strlen(c->categories.texts[code]), text);
    return bp_table_at_cell(table, row, column, error,
                            bp_fail(error, BP_E_DATA,
                                    "\"%s\" is none of the values that are declared for %s; "
                                    "correct it or add it to them",
                                    text, table->names.texts[column]));
}

/* Every value of a nominal column is one of those between its braces. */
static bp_status check_nominal(const bp_table *table, size_t column, arff_line values,
                               bp_error *error)
{
    const bp_text_index *found = &table->column[column].categories;
    bp_text_index known = {0};
    arff_token value;
    uint32_t number = 0;
    bp_status status = BP_OK;
    while (status == BP_OK && bp_arff_value(table, &values, &value))
        status = add_text(table, &known, &value, &number, error);
    for (uint32_t i = 0; i < found->count && status == BP_OK; i++)
        if (bp_text_index_find(&known, found->texts[i], strlen(found->texts[i])) == BP_NO_TEXT)
            status = fail_undeclared(table, column, i, error);
    bp_text_index_release(&known, &table->allocator);
    return status;
}

/* Texts may be anything, which is found out; those of a nominal column are known. */
static bp_status settle(bp_table *table, const arff_attribute *attributes, const bool *declared,
                        bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t i = 0; i < table->columns && status == BP_OK; i++) {
        if (declared[i] && attributes[i].type == ARFF_TEXT)
            bp_kinds_find(table, i, false);
        else if (declared[i] && attributes[i].type == ARFF_NOMINAL)
            status = check_nominal(table, i, attributes[i].values, error);
    }
    return status;
}

/* ---- The whole ------------------------------------------------------------------------------ */

static bp_status fill_table(bp_table *table, const bp_table_options *options,
                            const arff_attribute *attributes, bool *declared, bp_error *error)
{
    bp_filling filling;
    bp_status status = bp_filling_open(&filling, table, options, error);
    if (status == BP_OK)
        status = declare(&filling, attributes, declared, error);
    if (status == BP_OK)
        status = bp_filling_run(&filling, error);
    bp_filling_close(&filling);
    return status == BP_OK ? settle(table, attributes, declared, error) : status;
}

static bp_status read_columns(bp_table *table, const bp_table_options *options, size_t data,
                              bp_error *error)
{
    const bp_allocator *memory = &table->allocator;
    arff_attribute *attributes = bp_allocate(memory, table->columns, sizeof *attributes, error);
    bool *declared = bp_allocate(memory, table->columns, sizeof *declared, error);
    bp_status status = attributes != NULL && declared != NULL ? BP_OK : BP_E_MEMORY;
    if (status == BP_OK)
        status = name_columns(table, attributes, error);
    if (status == BP_OK)
        status = find_rows(table, data, error);
    if (status == BP_OK)
        status = bp_source_check_cells(table, options, error);
    if (status == BP_OK)
        status = fill_table(table, options, attributes, declared, error);
    bp_release(memory, attributes, table->columns, sizeof *attributes);
    bp_release(memory, declared, table->columns, sizeof *declared);
    return status;
}

static bp_status read_arff(bp_table *table, const bp_table_options *options, bp_error *error)
{
    const char *nul = memchr(table->source.data, '\0', table->source.size);
    size_t data = 0;
    table->text_start = bp_source_start(table);
    table->header = true;
    table->decimal_comma = false; /* commas part values */
    if (options->missing == NULL) /* ? alone is missing here */
        bp_text_index_release(&table->missing, &table->allocator);
    if (nul != NULL)
        return bp_arff_refuse(table, (size_t)(nul - table->source.data),
                              "a NUL byte: this is no UTF-8 text; save the file as UTF-8", error);
    bp_status status = count_columns(table, &data, error);
    table->head = data;
    if (status == BP_OK)
        status = read_columns(table, options, data, error);
    snprintf(table->form, sizeof table->form, "arff, %zu attribute%s", table->columns,
             table->columns == 1 ? "" : "s");
    return status;
}

static bool recognize_arff(const bp_table *table)
{
    size_t next = bp_source_start(table);
    arff_line line;
    arff_token word;
    return bp_arff_line(table, &next, &line)
           && bp_arff_token(table, &line, "", &word, NULL) == BP_OK
           && bp_arff_is(&word, "@relation");
}

const bp_format BP_FORMAT_ARFF = {.name = "arff",
                                  .help = "Weka's form: declared attributes, dense or sparse rows",
                                  .recognize = recognize_arff,
                                  .read = read_arff,
                                  .more = read_arff,
                                  .cut = bp_cut_lines,
                                  .fill = fill_arff,
                                  .concurrent = true,
                                  .cell = arff_cell};
