/* csv_cells.c: cutting a delimited text (RFC 4180 and its relatives) into cells. */
#include "table/reading/csv_cells.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_delimiter(char c, csv_dialect dialect)
{
    return c == dialect.delimiter || (dialect.delimiter == ' ' && c == '\t');
}

/* Blanks mean nothing around a cell, but for those that part cells. */
static bool is_padding(char c, csv_dialect dialect)
{
    return is_blank(c) && !is_delimiter(c, dialect);
}

/* LF, CRLF, or the text's end, before which a CR may stand alone. */
static bool at_line_end(const csv_cursor *cursor)
{
    const char *here = cursor->text + cursor->place;
    size_t left = cursor->size - cursor->place;
    return left == 0 || here[0] == '\n' || (here[0] == '\r' && (left == 1 || here[1] == '\n'));
}

static void skip_line_end(csv_cursor *cursor)
{
    if (cursor->place < cursor->size && cursor->text[cursor->place] == '\r')
        cursor->place++;
    if (cursor->place < cursor->size && cursor->text[cursor->place] == '\n')
        cursor->place++;
}

static void skip_delimiters(csv_cursor *cursor, csv_dialect dialect)
{
    while (cursor->place < cursor->size && is_delimiter(cursor->text[cursor->place], dialect))
        cursor->place++;
}

static void skip_padding(csv_cursor *cursor, csv_dialect dialect)
{
    while (cursor->place < cursor->size && is_padding(cursor->text[cursor->place], dialect))
        cursor->place++;
}

static bool at_cell_end(const csv_cursor *cursor, csv_dialect dialect)
{
    return at_line_end(cursor) || is_delimiter(cursor->text[cursor->place], dialect);
}

bool bp_csv_row_begin(csv_cursor *cursor, csv_dialect dialect)
{
    while (cursor->place < cursor->size) {
        size_t start = cursor->place;
        if (dialect.merge)
            skip_delimiters(cursor, dialect);
        size_t row = cursor->place;
        skip_padding(cursor, dialect);
        if (!at_line_end(cursor)) {
            cursor->place = dialect.merge ? row : start;
            cursor->row_ended = false;
            return true;
        }
        skip_line_end(cursor);
    }
    return false;
}

/* After a cell: over its delimiter, or to the end of the row. */
static void finish_cell(csv_cursor *cursor, csv_dialect dialect)
{
    if (!at_line_end(cursor)) {
        cursor->place++;
        if (!dialect.merge)
            return;
        skip_delimiters(cursor, dialect);
        if (!at_line_end(cursor))
            return;
    }
    skip_line_end(cursor);
    cursor->row_ended = true;
}

static csv_cell quoted_cell(csv_cursor *cursor, csv_dialect dialect)
{
    csv_cell cell = {.place = cursor->place++, .quoted = true};
    size_t start = cursor->place;
    cell.text = cursor->text + start;
    while (cursor->place < cursor->size && !cell.closed) {
        const char *quote = memchr(cursor->text + cursor->place, '"', cursor->size - cursor->place);
        if (quote == NULL) {
            cursor->place = cursor->size;
            cell.length = cursor->size - start;
            return cell;
        }
        cursor->place = (size_t)(quote - cursor->text) + 1;
        if (cursor->place < cursor->size && cursor->text[cursor->place] == '"')
            cursor->place++;
        else
            cell.closed = true;
    }
    cell.length = cursor->place - start - (cell.closed ? 1 : 0);
    skip_padding(cursor, dialect);
    if (!at_cell_end(cursor, dialect))
        cell.stray = cursor->place;
    while (!at_cell_end(cursor, dialect))
        cursor->place++;
    return cell;
}

static csv_cell plain_cell(csv_cursor *cursor, csv_dialect dialect)
{
    size_t start = cursor->place;
    while (!at_cell_end(cursor, dialect))
        cursor->place++;
    size_t length = cursor->place - start;
    while (length > 0 && is_blank(cursor->text[start + length - 1]))
        length--;
    return (csv_cell){
        .text = cursor->text + start, .length = length, .place = start, .closed = true};
}

csv_cell bp_csv_next(csv_cursor *cursor, csv_dialect dialect)
{
    skip_padding(cursor, dialect);
    bool quoted = cursor->place < cursor->size && cursor->text[cursor->place] == '"';
    csv_cell cell = quoted ? quoted_cell(cursor, dialect) : plain_cell(cursor, dialect);
    finish_cell(cursor, dialect);
    return cell;
}

size_t bp_csv_unquote(const csv_cell *cell, char *buffer)
{
    size_t length = 0;
    for (size_t i = 0; i < cell->length; i++) {
        buffer[length++] = cell->text[i];
        if (cell->quoted && cell->text[i] == '"')
            i++;
    }
    return length;
}

bool bp_csv_is_missing(const csv_cell *cell)
{
    static const char *const markers[] = {"NA", "N/A", "NaN", "nan", "NULL", "null", "?", "-"};
    if (cell->length == 0 || cell->length > 4)
        return cell->length == 0;
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++)
        if (strlen(markers[i]) == cell->length && memcmp(markers[i], cell->text, cell->length) == 0)
            return true;
    return false;
}
