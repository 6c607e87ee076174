/* json_words.c: the keys and values of a flat JSON object; see json_words.h. */
#include "table/reading/json_words.h"

#include "base/error.h"
#include "base/utf8.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(const bp_table *table, json_row *row)
{
    while (row->place < row->end && is_blank(table->source.data[row->place]))
        row->place++;
}

bool bp_json_row(const bp_table *table, size_t *next, json_row *row)
{
    const char *text = table->source.data;
    size_t size = table->source.size;
    while (*next < size) {
        const char *end = memchr(text + *next, '\n', size - *next);
        *row = (json_row){*next, end != NULL ? (size_t)(end - text) : size, false};
        *next = end != NULL ? row->end + 1 : size;
        skip_blanks(table, row);
        if (row->place < row->end)
            return true;
    }
    return false;
}

bp_status bp_json_refuse(const bp_table *table, size_t place, const char *message, bp_error *error)
{
    return bp_table_at(table, place, error, bp_fail(error, BP_E_DATA, "%s", message));
}

/* ---- Escapes --------------------------------------------------------------------- */

/* Four hexadecimal digits; false where they are not there. */
static bool read_hex(const char *text, size_t left, uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; i < 4; i++) {
        char c = (char)(i < left ? text[i] : '\0');
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 16;
        if (digit == 16)
            return false;
        *value = *value * 16 + digit;
    }
    return true;
}

/* The character behind \u at text[0..left), and how many bytes tell it, a pair of surrogates
 * taken as one; 0 where there is none that a text can hold. */
static size_t read_unicode(const char *text, size_t left, uint32_t *character)
{
    uint32_t low = 0;
    if (!read_hex(text + 2, left - 2, character) || *character == 0)
        return 0;
    if (*character < 0xD800 || *character > 0xDFFF)
        return 6;
    if (*character > 0xDBFF || left < 12 || text[6] != '\\' || text[7] != 'u'
        || !read_hex(text + 8, left - 8, &low) || low < 0xDC00 || low > 0xDFFF)
        return 0;
    *character = 0x10000 + ((*character - 0xD800) << 10) + (low - 0xDC00);
    return 12;
}

/* The same of any escape. */
static size_t read_escape(const char *text, size_t left, uint32_t *character)
{
    static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    if (left < 2)
        return 0;
    if (text[1] == 'u')
        return read_unicode(text, left, character);
    const char *name = text[1] != '\0' ? strchr(names, text[1]) : NULL;
    if (name == NULL)
        return 0;
    *character = (uint32_t)meanings[name - names];
    return 2;
}

/* The bytes that the word means at *at, which moves on; their number. */
static size_t next_piece(const json_word *word, size_t *at, char piece[BP_UTF8_SIZE])
{
    uint32_t character = 0;
    piece[0] = word->text[*at];
    if (piece[0] != '\\') {
        ++*at;
        return 1;
    }
    *at += read_escape(word->text + *at, word->length - *at, &character);
    return bp_utf8_write(character, piece);
}

size_t bp_json_plain(const json_word *word, char *buffer)
{
    char piece[BP_UTF8_SIZE];
    size_t used = 0;
    for (size_t at = 0; at < word->length;) {
        size_t bytes = next_piece(word, &at, piece);
        memcpy(buffer + used, piece, bytes);
        used += bytes;
    }
    return used;
}

bool bp_json_equals(const json_word *word, const char *text)
{
    char piece[BP_UTF8_SIZE];
    if (!word->escaped)
        return strlen(text) == word->length && memcmp(text, word->text, word->length) == 0;
    for (size_t at = 0; at < word->length;) {
        size_t bytes = next_piece(word, &at, piece);
        if (strncmp(text, piece, bytes) != 0)
            return false;
        text += bytes;
    }
    return *text == '\0';
}

/* ---- Words ----------------------------------------------------------------------- */

/* From the opening quote to behind the closing one. */
static bp_status take_string(const bp_table *table, json_row *row, json_word *word, bp_error *error)
{
    const char *text = table->source.data;
    size_t start = row->place, at = start + 1;
    bool escaped = false;
    while (at < row->end && text[at] != '"') {
        uint32_t character = 0;
        size_t bytes = text[at] == '\\' ? read_escape(text + at, row->end - at, &character) : 1;
        if (bytes == 0)
            return bp_json_refuse(table, at, "this escape means no character", error);
        if ((unsigned char)text[at] < 0x20)
            return bp_json_refuse(table, at, "a control character in a string; write it as \\u00..",
                                  error);
        escaped = escaped || bytes > 1;
        at += bytes;
    }
    if (at >= row->end)
        return bp_json_refuse(table, start, "the quote that opens here is not closed on its line",
                              error);
    *word = (json_word){text + start + 1, at - start - 1, start, true, escaped};
    row->place = at + 1;
    return BP_OK;
}

static size_t count_digits(const char *text, size_t length)
{
    size_t count = 0;
    while (count < length && text[count] >= '0' && text[count] <= '9')
        count++;
    return count;
}

/* A sign, an integer without leading zeros, a fraction, an exponent. */
static bool is_number(const char *text, size_t length)
{
    size_t at = length > 0 && text[0] == '-', digits = count_digits(text + at, length - at);
    if (digits == 0 || (digits > 1 && text[at] == '0'))
        return false;
    at += digits;
    if (at < length && text[at] == '.') {
        digits = count_digits(text + at + 1, length - at - 1);
        at += digits + 1;
        if (digits == 0)
            return false;
    }
    if (at < length && (text[at] == 'e' || text[at] == 'E')) {
        at++;
        at += at < length && (text[at] == '+' || text[at] == '-');
        digits = count_digits(text + at, length - at);
        at += digits;
        if (digits == 0)
            return false;
    }
    return at == length;
}

static bool is_literal(const json_word *word)
{
    return bp_json_equals(word, "true") || bp_json_equals(word, "false")
           || bp_json_equals(word, "null");
}

static bp_status take_value(const bp_table *table, json_row *row, json_word *word, bp_error *error)
{
    const char *text = table->source.data;
    size_t start = row->place, at = start;
    char first = (char)(start < row->end ? text[start] : '\0');
    if (first == '"')
        return take_string(table, row, word, error);
    if (first == '{' || first == '[')
        return bp_json_refuse(table, start,
                              "objects and arrays within a row are not understood; give each of "
                              "their values a key of its own",
                              error);
    while (at < row->end && text[at] != ',' && text[at] != '}' && !is_blank(text[at]))
        at++;
    *word = (json_word){text + start, at - start, start, false, false};
    row->place = at;
    if (is_literal(word) || is_number(word->text, word->length))
        return BP_OK;
    return bp_json_refuse(table, start, "a number, a string, true, false or null is expected here",
                          error);
}

/* ---- Pairs ------------------------------------------------------------------------- */

static bp_status expect(const bp_table *table, json_row *row, char byte, const char *message,
                        bp_error *error)
{
    skip_blanks(table, row);
    if (row->place >= row->end || table->source.data[row->place] != byte)
        return bp_json_refuse(table, row->place, message, error);
    row->place++;
    skip_blanks(table, row);
    return BP_OK;
}

/* Whether the row ends here; what follows its brace is left to be seen. */
static bool take_brace(const bp_table *table, json_row *row)
{
    bool there = row->place < row->end && table->source.data[row->place] == '}';
    row->place += there;
    skip_blanks(table, row);
    return there;
}

bp_status bp_json_pair(const bp_table *table, json_row *row, json_word *key, json_word *value,
                       bool *more, bp_error *error)
{
    bool first = !row->begun;
    bp_status status = BP_OK;
    if (first)
        status = expect(table, row, '{', "a row is an object: { is expected here", error);
    if (status != BP_OK)
        return status;
    row->begun = true;
    skip_blanks(table, row);
    *more = !take_brace(table, row);
    if (!*more)
        return row->place == row->end
                   ? BP_OK
                   : bp_json_refuse(table, row->place, "a line holds one object and nothing else",
                                    error);
    if (!first)
        status = expect(table, row, ',', "a comma or } is expected here", error);
    if (status == BP_OK && (row->place >= row->end || table->source.data[row->place] != '"'))
        status =
            bp_json_refuse(table, row->place, "a key in double quotes is expected here", error);
    if (status == BP_OK)
        status = take_string(table, row, key, error);
    if (status == BP_OK)
        status = expect(table, row, ':', "a colon is expected here, behind the key", error);
    return status == BP_OK ? take_value(table, row, value, error) : status;
}
