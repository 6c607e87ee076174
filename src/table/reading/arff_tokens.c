/* arff_tokens.c: the lines and words of an ARFF file; see arff_tokens.h. */
#include "table/reading/arff_tokens.h"

#include "base/error.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

void bp_arff_skip_blanks(const bp_table *table, arff_line *line)
{
    while (line->place < line->end && is_blank(table->source.data[line->place]))
        line->place++;
}

bool bp_arff_at_end(const bp_table *table, arff_line *line)
{
    bp_arff_skip_blanks(table, line);
    return line->place == line->end || table->source.data[line->place] == '%';
}

bool bp_arff_line(const bp_table *table, size_t *next, arff_line *line)
{
    const char *text = table->source.data;
    size_t size = table->source.size;
    while (*next < size) {
        const char *end = memchr(text + *next, '\n', size - *next);
        *line = (arff_line){*next, end != NULL ? (size_t)(end - text) : size};
        *next = end != NULL ? line->end + 1 : size;
        if (!bp_arff_at_end(table, line))
            return true;
    }
    return false;
}

bool bp_arff_take(const bp_table *table, arff_line *line, char byte)
{
    bool there = line->place < line->end && table->source.data[line->place] == byte;
    line->place += there;
    return there;
}

bp_status bp_arff_refuse(const bp_table *table, size_t place, const char *message, bp_error *error)
{
    return bp_table_at(table, place, error, bp_fail(error, BP_E_DATA, "%s", message));
}

static bp_status take_quoted(const bp_table *table, arff_line *line, arff_token *token,
                             bp_error *error)
{
    const char *text = table->source.data;
    size_t start = line->place, at = start + 1;
    for (; at < line->end && text[at] != text[start]; at++) {
        bool escape = text[at] == '\\' && at + 1 < line->end;
        token->escaped = token->escaped || escape;
        at += escape;
    }
    if (at >= line->end)
        return bp_arff_refuse(table, start,
                              "the quote that opens here is not closed on its line; a quote "
                              "inside a quoted value is written \\' or \\\"",
                              error);
    token->text = text + start + 1;
    token->length = at - start - 1;
    token->quoted = true;
    line->place = at + 1;
    return BP_OK;
}

/* strchr finds the NUL, too. */
static bool ends_word(char c, const char *ends)
{
    return is_blank(c) || (c != '\0' && strchr(ends, c) != NULL);
}

bp_status bp_arff_token(const bp_table *table, arff_line *line, const char *ends, arff_token *token,
                        bp_error *error)
{
    const char *text = table->source.data;
    size_t start = line->place, at = start;
    *token = (arff_token){.text = text + start, .place = start};
    if (at < line->end && (text[at] == '\'' || text[at] == '"')) {
        bp_status status = take_quoted(table, line, token, error);
        if (status != BP_OK || line->place == line->end || text[line->place] == '%'
            || ends_word(text[line->place], ends))
            return status;
        return bp_arff_refuse(table, line->place,
                              "text after a closing quote; a quote inside a quoted value is "
                              "written \\' or \\\"",
                              error);
    }
    for (; at < line->end && !ends_word(text[at], ends); at++)
        token->escaped = token->escaped || text[at] == '\\';
    token->length = at - start;
    line->place = at;
    return BP_OK;
}

bool bp_arff_is(const arff_token *token, const char *word)
{
    if (token->quoted || token->length != strlen(word))
        return false;
    for (size_t i = 0; i < token->length; i++) {
        char c = token->text[i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != word[i])
            return false;
    }
    return true;
}

size_t bp_arff_plain(const arff_token *token, char *buffer)
{
    size_t used = 0;
    for (size_t i = 0; i < token->length; i++) {
        char c = token->text[i];
        if (c == '\\' && i + 1 < token->length) {
            c = token->text[++i];
            c = (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c);
        }
        buffer[used++] = c;
    }
    return used;
}
