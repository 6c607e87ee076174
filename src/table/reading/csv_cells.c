/* csv_cells.c: cutting a delimited text (RFC 4180 and its relatives) into cells. */
#include "table/reading/csv_cells.h"

#include <string.h>

static bool at_line_end(const csv_cursor *cursor)
{
    if (cursor->place >= cursor->size)
        return true;
    char c = cursor->text[cursor->place];
    bool crlf =
        c == '\r' && cursor->place + 1 < cursor->size && cursor->text[cursor->place + 1] == '\n';
    return c == '\n' || crlf || (c == '\r' && cursor->place + 1 == cursor->size);
}

static void skip_line_end(csv_cursor *cursor)
{
    if (cursor->place < cursor->size && cursor->text[cursor->place] == '\r')
        cursor->place++;
    if (cursor->place < cursor->size && cursor->text[cursor->place] == '\n')
        cursor->place++;
}

static void skip_delimiters(csv_cursor *cursor, char delimiter)
{
    while (cursor->place < cursor->size && cursor->text[cursor->place] == delimiter)
        cursor->place++;
}

bool bp_csv_row_begin(csv_cursor *cursor, const csv_dialect *dialect)
{
    while (cursor->place < cursor->size) {
        size_t start = cursor->place;
        while (cursor->place < cursor->size
               && (cursor->text[cursor->place] == ' ' || cursor->text[cursor->place] == '\t'))
            cursor->place++;
        if (!at_line_end(cursor)) {
            cursor->place = start;
            if (dialect->merge)
                skip_delimiters(cursor, dialect->delimiter);
            cursor->row_ended = false;
            return true;
        }
        skip_line_end(cursor);
    }
    return false;
}

/* After a cell: over its delimiter, or to the end of the row. */
static void finish_cell(csv_cursor *cursor, const csv_dialect *dialect)
{
    if (!at_line_end(cursor)) {
        cursor->place++;
        if (!dialect->merge)
            return;
        skip_delimiters(cursor, dialect->delimiter);
        if (!at_line_end(cursor))
            return;
    }
    skip_line_end(cursor);
    cursor->row_ended = true;
}

static csv_cell quoted_cell(csv_cursor *cursor)
{
    size_t start = cursor->place++;
    csv_cell cell = {.text = cursor->text + cursor->place, .place = start, .quoted = true};
    while (cursor->place < cursor->size) {
        if (cursor->text[cursor->place] != '"') {
            cursor->place++;
        } else if (cursor->place + 1 < cursor->size && cursor->text[cursor->place + 1] == '"') {
            cursor->place += 2;
        } else {
            cell.closed = true;
            break;
        }
    }
    cell.length = (size_t)(cursor->text + cursor->place - cell.text);
    if (cell.closed)
        cursor->place++;
    return cell;
}

csv_cell bp_csv_next(csv_cursor *cursor, const csv_dialect *dialect)
{
    csv_cell cell;
    if (cursor->place < cursor->size && cursor->text[cursor->place] == '"') {
        cell = quoted_cell(cursor);
        while (!at_line_end(cursor) && cursor->text[cursor->place] != dialect->delimiter)
            cursor->place++; /* what follows a closing quote belongs to no cell */
    } else {
        size_t start = cursor->place;
        while (!at_line_end(cursor) && cursor->text[cursor->place] != dialect->delimiter)
            cursor->place++;
        cell = (csv_cell){.text = cursor->text + start,
                          .length = cursor->place - start,
                          .place = start,
                          .closed = true};
    }
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

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

csv_cell bp_csv_trim(csv_cell cell)
{
    if (cell.quoted)
        return cell;
    while (cell.length > 0 && is_blank(cell.text[0])) {
        cell.text++;
        cell.place++;
        cell.length--;
    }
    while (cell.length > 0 && is_blank(cell.text[cell.length - 1]))
        cell.length--;
    return cell;
}

bool bp_csv_is_missing(const csv_cell *cell)
{
    static const char *const markers[] = {"", "NA", "N/A", "NaN", "nan", "NULL", "null", "?", "-"};
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++)
        if (strlen(markers[i]) == cell->length && memcmp(markers[i], cell->text, cell->length) == 0)
            return true;
    return false;
}
