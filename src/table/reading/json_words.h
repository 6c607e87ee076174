/* json_words.h: the keys and values of a flat JSON object on one line, as they stand in the
 * source, strictly by RFC 8259. */
#ifndef READING_JSON_WORDS_H
#define READING_JSON_WORDS_H

#include "table/table.h"

/* A key or a value; a string without its quotes, but with its escapes. */
typedef struct json_word {
    const char *text;
    size_t length;
    size_t place; /* in the source: of the quote, where it has one */
    bool string;
    bool escaped; /* a backslash is in it */
} json_word;

/* What is left of a row, in bytes of the source. */
typedef struct json_row {
    size_t place, end;
    bool begun; /* the brace is passed over */
} json_row;

/* The first line from byte *next on that is not blank, from its first byte that is no blank;
 * *next is then where the line below it begins. False: there is none. */
bool bp_json_row(const bp_table *table, size_t *next, json_row *row);

/* The next key of a row and its value, a string, a number or true, false or null; *more is
 * false, and both are left alone, behind the last. BP_E_DATA with the place of what is none. */
bp_status bp_json_pair(const bp_table *table, json_row *row, json_word *key, json_word *value,
                       bool *more, bp_error *error);

/* What the word means into buffer[word->length]; its length is returned. */
size_t bp_json_plain(const json_word *word, char *buffer);

/* Whether the word means this text. */
bool bp_json_equals(const json_word *word, const char *text);

/* BP_E_DATA with the place of a byte and a message without formats. */
bp_status bp_json_refuse(const bp_table *table, size_t place, const char *message, bp_error *error);

#endif
