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

/* A comment ends with its line, whatever it holds. */
static bool skip_comment(csv_cursor *cursor, csv_dialect dialect)
{
    const char *here = cursor->text + cursor->place;
    if (dialect.comment == '\0' || cursor->place == cursor->size || here[0] != dialect.comment)
        return false;
    const char *end = memchr(here, '\n', cursor->size - cursor->place);
    cursor->place = end != NULL ? (size_t)(end - cursor->text) + 1 : cursor->size;
    return true;
}

/* The start of a row is found again from itself: where delimiters are merged, a comment may stand
 * behind some, since these are no part of a row. */
bool bp_csv_row_begin(csv_cursor *cursor, csv_dialect dialect)
{
    while (cursor->place < cursor->size) {
        size_t start = cursor->place;
        if (dialect.merge)
            skip_delimiters(cursor, dialect);
        if (skip_comment(cursor, dialect))
            continue;
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
        if (dialect.merge)
            skip_delimiters(cursor, dialect);
        bool ends = dialect.merge || dialect.trailing;
        if (!ends || !at_line_end(cursor))
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
        const char *quote =
            memchr(cursor->text + cursor->place, dialect.quote, cursor->size - cursor->place);
        if (quote == NULL) {
            cursor->place = cursor->size;
            cell.length = cursor->size - start;
            return cell;
        }
        cursor->place = (size_t)(quote - cursor->text) + 1;
        if (cursor->place < cursor->size && cursor->text[cursor->place] == dialect.quote)
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
    bool quoted = cursor->place < cursor->size && cursor->text[cursor->place] == dialect.quote;
    csv_cell cell = quoted ? quoted_cell(cursor, dialect) : plain_cell(cursor, dialect);
    finish_cell(cursor, dialect);
    return cell;
}

size_t bp_csv_unquote(const char *text, size_t length, char quote, char *buffer)
{
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        buffer[used++] = text[i];
        if (text[i] == quote)
            i++;
    }
    return used;
}
