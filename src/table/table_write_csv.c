/* table_write_csv.c: a table as CSV of RFC 4180, which reads back as the same cells. */
#include "base/error.h"
#include "base/matrix.h"
#include "table/table_write.h"

#include <math.h>
#include <string.h>

#define BUFFER_SIZE 65536u

/* Text on its way into a file, gathered into large pieces. */
typedef struct csv_out {
    bp_file_writer file;
    size_t used;
    char buffer[BUFFER_SIZE];
} csv_out;

static void flush(csv_out *out)
{
    bp_file_writer_append(&out->file, out->buffer, out->used);
    out->used = 0;
}

static void put(csv_out *out, const char *text, size_t length)
{
    if (length > BUFFER_SIZE - out->used)
        flush(out);
    if (length > BUFFER_SIZE) {
        bp_file_writer_append(&out->file, text, length);
        return;
    }
    memcpy(out->buffer + out->used, text, length);
    out->used += length;
}

/* What could be taken for structure is quoted: other delimiters too, since a reader guesses. */
static bool needs_quotes(const char *text, size_t length)
{
    return length == 0 || strpbrk(text, ",;|\t\"'\r\n") != NULL || text[0] == ' '
           || text[length - 1] == ' ' || strncmp(text, "\xEF\xBB\xBF", 3) == 0;
}

/* What stands first in a file could be taken for the sign of another form: "@relation", "1 1:2", a
 * comment of theirs, or bytes that are no text. */
static bool is_like_a_sign(const char *name)
{
    for (const char *c = name; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20)
            return true;
    return strpbrk(name, "@:{") != NULL || name[0] == '#' || name[0] == '%';
}

static void put_quoted(csv_out *out, const char *text)
{
    put(out, "\"", 1);
    for (const char *quote; (quote = strchr(text, '"')) != NULL; text = quote + 1) {
        put(out, text, (size_t)(quote - text));
        put(out, "\"\"", 2);
    }
    put(out, text, strlen(text));
    put(out, "\"", 1);
}

static void put_text(csv_out *out, const char *text)
{
    size_t length = strlen(text);
    if (needs_quotes(text, length))
        put_quoted(out, text);
    else
        put(out, text, length);
}

/* A line must not be blank, which readers skip. */
static void put_missing(csv_out *out, const bp_table *table)
{
    if (table->columns == 1)
        put(out, "\"\"", 2);
}

static bp_status put_number(csv_out *out, const bp_table *table, size_t row, size_t column,
                            bp_error *error)
{
    bp_matrix cells = bp_table_numbers(table, column);
    double value = bp_matrix_at(&cells, row, 0);
    char text[BP_DATE_SIZE];
    if (isnan(value)) {
        put_missing(out, table);
        return BP_OK;
    }
    size_t length = bp_table_number_text(table, row, column, text);
    if (length == 0)
        return bp_table_at_cell(
            table, row, column, error,
            bp_fail(error, BP_E_DATA, "the column %s has a cell that CSV cannot hold: %s",
                    table->names.texts[column],
                    isfinite(value) ? "a date outside the years 1 to 9999" : "an infinity"));
    put(out, text, length);
    return BP_OK;
}

static bp_status put_cell(csv_out *out, const bp_table *table, size_t row, size_t column,
                          bp_error *error)
{
    const bp_table_column *cells = &table->column[column];
    if (cells->codes == NULL)
        return put_number(out, table, row, column, error);
    if (cells->codes[row] == BP_MISSING)
        put_missing(out, table);
    else
        put_text(out, cells->categories.texts[cells->codes[row]]);
    return BP_OK;
}

static bp_status put_rows(csv_out *out, const bp_table *table, bp_error *error)
{
    for (size_t i = 0; i < table->columns; i++) {
        put(out, ",", i > 0);
        if (i == 0 && is_like_a_sign(table->names.texts[i]))
            put_quoted(out, table->names.texts[i]);
        else
            put_text(out, table->names.texts[i]);
    }
    put(out, "\n", 1);
    for (size_t row = 0; row < table->rows && out->file.number == 0; row++) {
        for (size_t i = 0; i < table->columns; i++) {
            put(out, ",", i > 0);
            bp_status status = put_cell(out, table, row, i, error);
            if (status != BP_OK)
                return status;
        }
        put(out, "\n", 1);
    }
    flush(out);
    return BP_OK;
}

bp_status bp_table_write_csv(const bp_table *table, const char *path, bp_error *error)
{
    csv_out out = {.used = 0};
    bp_status status = bp_file_writer_open(&out.file, path, error);
    if (status != BP_OK)
        return status;
    status = put_rows(&out, table, error);
    if (status == BP_OK)
        return bp_file_writer_commit(&out.file, error);
    bp_file_writer_abort(&out.file);
    return status;
}
