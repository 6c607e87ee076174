/* column_kinds.h: what a column is: as it was asked for, or found out from its cells. */
#ifndef TABLE_COLUMN_KINDS_H
#define TABLE_COLUMN_KINDS_H

#include "table/reading/filling.h"

#define BP_IDENTIFIER_ROWS 20u /* fewer cells may all differ by chance */

/* Reads a list "zip=category,#3=number": for each column that it names its kind and the mode
 * of filling that this needs; other columns' are left alone. */
bp_status bp_kinds_ask(const bp_table *table, const char *list, bp_column_kind *kinds,
                       bp_fill_mode *modes, bp_error *error);

/* Gives a filled column the kind that was asked for, or says why it cannot be that. */
bp_status bp_kinds_check(bp_table *table, size_t column, bp_column_kind kind, bp_error *error);

/* Finds out what a filled column of numbers, dates or texts is; `wide`: whole numbers that
 * were kept as texts are among it. */
void bp_kinds_find(bp_table *table, size_t column, bool wide);

#endif
