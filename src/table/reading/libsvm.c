/* libsvm.c: the sparse lines of LIBSVM and SVMlight: a label, then index:value in ascending
 * order; what is not named is 0. # begins a comment, qid:n is passed over. Indices begin
 * with 1, or with 0 where some line has that. */
#include "base/error.h"
#include "table/building.h"
#include "table/reading/reading.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SNIFFED 65536u /* bytes by which the form is recognized */

/* The text, token by token. */
typedef struct svm_cursor {
    const char *text, *end;
    const char *token; /* of the line, without blanks */
    size_t length;
} svm_cursor;

typedef struct svm_size {
    size_t rows, features; /* the largest index, plus 1 where 0 is one */
    bool from_zero;
} svm_size;

/* The next token of the line; false at its end. */
static bool next_token(svm_cursor *c)
{
    while (c->text < c->end && (*c->text == ' ' || *c->text == '\t' || *c->text == '\r'))
        c->text++;
    c->token = c->text;
    if (c->text == c->end || *c->text == '\n' || *c->text == '#')
        return false;
    while (c->text < c->end && strchr(" \t\r\n#", *c->text) == NULL)
        c->text++;
    c->length = (size_t)(c->text - c->token);
    return c->length > 0; /* a NUL ends a line as well: it is refused by who counts */
}

static void next_line(svm_cursor *c)
{
    const char *end = memchr(c->text, '\n', (size_t)(c->end - c->text));
    c->text = end != NULL ? end + 1 : c->end;
}

/* index:value; false where the token is none. */
static bool read_pair(const svm_cursor *c, size_t *index, const char **value, size_t *length)
{
    const char *colon = memchr(c->token, ':', c->length);
    if (colon == NULL || colon == c->token)
        return false;
    *index = 0;
    for (const char *at = c->token; at < colon; at++) {
        if (*at < '0' || *at > '9' || *index > UINT32_MAX)
            return false;
        *index = *index * 10 + (size_t)(*at - '0');
    }
    *value = colon + 1;
    *length = c->length - (size_t)(colon + 1 - c->token);
    return true;
}

static bool is_query(const svm_cursor *c)
{
    return c->length > 4 && memcmp(c->token, "qid:", 4) == 0;
}

static bp_status fail_token(const bp_table *table, const svm_cursor *c, const char *what,
                            bp_error *error)
{
    char text[BP_EXCERPT_SIZE];
    bp_excerpt(c->token, c->length, text);
    return bp_table_at(table, (size_t)(c->token - table->source.data), error,
                       bp_fail(error, BP_E_DATA, "\"%s\" is %s", text, what));
}

static bp_status fail_number(const bp_table *table, const svm_cursor *c, bp_reading reading,
                             bp_error *error)
{
    return fail_token(table, c,
                      reading == BP_READ_TOO_LARGE ? "too large a number" : "not a number", error);
}

/* The pairs of a line, in ascending order; `visit` may be NULL. */
static bp_status walk_pairs(const bp_table *table, svm_cursor *c, svm_size *size, size_t row,
                            bp_error *error, bool store)
{
    size_t before = SIZE_MAX, index = 0, length = 0;
    const char *text = NULL;
    for (bool first = true; next_token(c); first = false) {
        double value = 0;
        if (first && is_query(c))
            continue;
        if (!read_pair(c, &index, &text, &length))
            return fail_token(table, c, "not INDEX:VALUE, as in 3:0.5", error);
        if (before != SIZE_MAX && index <= before)
            return fail_token(table, c, "out of order: indices ascend in a line", error);
        before = index;
        bp_reading reading = bp_read_cell(table, text, length, &value);
        if (reading != BP_READ_NUMBER)
            return fail_number(table, c, reading, error);
        size_t column = index + (size->from_zero ? 1 : 0); /* behind the label */
        if (!store) {
            size->from_zero = size->from_zero || index == 0;
            size->features = index > size->features ? index : size->features;
        } else if (table->type == BP_F64) {
            ((double *)table->column[column].numbers)[row] = value;
        } else {
            ((float *)table->column[column].numbers)[row] = (float)value;
        }
    }
    return BP_OK;
}

static bp_status walk(bp_table *table, svm_size *size, bool store, bp_error *error)
{
    svm_cursor c = {.text = table->source.data + table->text_start,
                    .end = table->source.data + table->source.size};
    size_t row = 0;
    bp_status status = BP_OK;
    for (; c.text < c.end && status == BP_OK; next_line(&c)) {
        double label = 0;
        if (!next_token(&c)) {
            if (c.text < c.end && *c.text == '\0')
                return bp_table_at(table, (size_t)(c.text - table->source.data), error,
                                   bp_fail(error, BP_E_DATA, "a NUL byte: this is no text"));
            continue;
        }
        bp_reading reading = bp_read_cell(table, c.token, c.length, &label);
        if (reading != BP_READ_NUMBER)
            return fail_number(table, &c, reading, error);
        if (store && table->type == BP_F64)
            ((double *)table->column[0].numbers)[row] = label;
        else if (store)
            ((float *)table->column[0].numbers)[row] = (float)label;
        status = walk_pairs(table, &c, size, row, error, store);
        row++;
    }
    size->rows = row;
    return status;
}

static bp_status open_columns(bp_table *table, const svm_size *size, bp_error *error)
{
    bp_status status = bp_table_build_columns(table, size->rows, size->features + 1, error);
    for (size_t i = 0; i <= size->features && status == BP_OK; i++) {
        char name[32] = "label";
        void *numbers = NULL;
        if (i > 0)
            snprintf(name, sizeof name, "f%zu", i - (size->from_zero ? 1 : 0));
        status = bp_table_build_name(table, i, name, strlen(name), error);
        if (status == BP_OK)
            status = bp_table_build_numbers(table, i, &numbers, error);
    }
    return status;
}

/* What earlier blocks had, whose names are there still. */
static svm_size known_size(bp_table *table)
{
    svm_size size = {.rows = 0};
    size_t names = table->names.count;
    if (names > 1) {
        size.from_zero = strcmp(table->names.texts[1], "f0") == 0;
        size.features = names - 1 - size.from_zero;
    }
    bp_text_index_release(&table->names, &table->allocator);
    return size;
}

static bp_status read_libsvm(bp_table *table, const bp_table_options *options, bp_error *error)
{
    svm_size size = known_size(table);
    bp_status status = walk(table, &size, false, error);
    if (status == BP_OK && size.rows == 0 && table->rows_before == 0)
        status = bp_table_at(table, 0, error, bp_fail(error, BP_E_DATA, "the file is empty"));
    size.features += size.from_zero ? 1 : 0;
    table->rows = size.rows;
    table->columns = size.features + 1;
    if (status == BP_OK) /* few numbers may stand for many zeros */
        status = bp_source_check_cells(table, options, error);
    if (status == BP_OK)
        status = open_columns(table, &size, error);
    if (status == BP_OK)
        status = walk(table, &size, true, error);
    if (status == BP_OK)
        status = bp_table_build_kinds(table, options->kinds, error);
    if (status == BP_OK)
        snprintf(table->form, sizeof table->form, "libsvm, indices from %d", !size.from_zero);
    return status;
}

/* The first line is a number and pairs behind it. */
static bool recognize_libsvm(const bp_table *table)
{
    size_t size = table->source.size < SNIFFED ? table->source.size : SNIFFED, index, length;
    svm_cursor c = {.text = table->source.data, .end = table->source.data + size};
    const char *value = NULL;
    double number = 0;
    bool token = next_token(&c);
    for (; !token && c.text < c.end; token = next_token(&c))
        next_line(&c);
    if (!token || !bp_number_read(c.token, c.length, &number) || !next_token(&c))
        return false;
    if (is_query(&c) && !next_token(&c))
        return false;
    return read_pair(&c, &index, &value, &length) && bp_number_read(value, length, &number);
}

const bp_format BP_FORMAT_LIBSVM = {.name = "libsvm",
                                    .help = "sparse lines of LIBSVM or SVMlight: label 3:0.5 ...",
                                    .recognize = recognize_libsvm,
                                    .read = read_libsvm,
                                    .more = read_libsvm,
                                    .cut = bp_cut_lines,
                                    .grows = true};
