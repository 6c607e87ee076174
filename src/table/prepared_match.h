/* prepared_match.h: which column of a table is the one that a preparation means. */
#ifndef TABLE_PREPARED_MATCH_H
#define TABLE_PREPARED_MATCH_H

#include "table/prepared_columns.h"
#include "table/reading/filling.h"

/* Where a column stands in a table; `index` counts the inputs. BP_E_DATA where it is not there. */
bp_status bp_prepared_find(const bp_preparation *preparation, const bp_table *table,
                           const prepared_column *column, bool target, size_t index, size_t *found,
                           bp_error *error);

/* How to read the columns that are there of those which a preparation knows; the modes of others
 * are left as they are. */
void bp_prepared_expect(const bp_preparation *preparation, const bp_table *table,
                        bp_fill_mode *modes);

/* As the table that it was made from has them. */
bp_date_order bp_prepared_date_order(const bp_preparation *preparation);

bool bp_prepared_is_input(const bp_preparation *preparation, const bp_table *table, size_t column);

#endif
