/* arff_tokens.h: the lines of an ARFF file and the words in them: the one place that knows its
 * comments, quotes and escapes. */
#ifndef READING_ARFF_TOKENS_H
#define READING_ARFF_TOKENS_H

#include "table/table.h"

/* What is left of a line, in bytes of the source. */
typedef struct arff_line {
    size_t place, end;
} arff_line;

/* A word without its quotes, but with the escapes in it still as they were written. */
typedef struct arff_token {
    const char *text;
    size_t length;
    size_t place; /* in the source: of the quote, where it has one */
    bool quoted;
    bool escaped; /* a backslash is in it */
} arff_token;

/* The first line from byte *next on that is neither blank nor a comment, from its first byte
 * that is no blank; *next is then where the line below it begins. False: there is none. */
bool bp_arff_line(const bp_table *table, size_t *next, arff_line *line);

/* Moves over blanks. */
void bp_arff_skip_blanks(const bp_table *table, arff_line *line);

/* Whether nothing but blanks and a comment is left. */
bool bp_arff_at_end(const bp_table *table, arff_line *line);

/* Whether the next byte is this one, which is then passed over. */
bool bp_arff_take(const bp_table *table, arff_line *line, char byte);

/* The next word: between quotes, or up to a blank or one of the bytes `ends`; of length 0
 * without quotes where there is none. BP_E_DATA where its quote is not closed. */
bp_status bp_arff_token(const bp_table *table, arff_line *line, const char *ends, arff_token *token,
                        bp_error *error);

/* Whether the word is this lower-case one, in any case and without quotes. */
bool bp_arff_is(const arff_token *token, const char *word);

/* What the word means into buffer[token->length]; its length is returned. */
size_t bp_arff_plain(const arff_token *token, char *buffer);

/* BP_E_DATA with the place of a byte and a message without formats. */
bp_status bp_arff_refuse(const bp_table *table, size_t place, const char *message, bp_error *error);

#endif
