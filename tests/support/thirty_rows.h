/* thirty_rows.h: a small table with columns of every kind, and options in one text. */
#ifndef SUPPORT_THIRTY_ROWS_H
#define SUPPORT_THIRTY_ROWS_H

#include <backprop/recipe.h>

/* Two numbers, one with a gap, a category, a date, a number and a class: width, height, place,
 * day, share, kind. To be freed. */
char *thirty_rows_text(void);

/* The same, read. */
bp_status thirty_rows_table(bp_table **table, const bp_allocator *memory, bp_error *error);

/* Sets NAME=VALUE words with blanks between. */
bp_status config_set_words(bp_config *config, const char *words, bp_error *error);

/* The recipe plain on one thread with these. */
bp_status config_of_words(bp_config **config, const char *words, const bp_allocator *memory,
                          bp_error *error);

#endif
