/* amount_text.h: numbers as people write amounts. */
#ifndef READING_AMOUNT_TEXT_H
#define READING_AMOUNT_TEXT_H

#include "table/table.h"

/* $1,234.50 and 25 % and 1'234'567: a number with a currency before or behind it, or a percent sign
 * (which changes nothing), or with its thousands parted. As a literal of a sign, digits and
 * `decimal`, its decimal mark ('.' or ','); its length, 0 where text[0..length) is anything else, a
 * plain number too. `thousands`: 1,234 can be a thousand and more; 1,234,567 always is where commas
 * are not decimal. */
size_t bp_amount_literal(const char *text, size_t length, char decimal, bool thousands,
                         char literal[BP_LITERAL_LIMIT]);

/* bp_read_cell of that, as the table writes its numbers: BP_READ_TEXT where it is none, and in
 * forms that are no delimited text. */
bp_reading bp_amount_read(const bp_table *table, const char *text, size_t length, double *number);

#endif
