/* description.h: the parts of a description, for the files description*.c alone. */
#ifndef TABLE_DESCRIPTION_H
#define TABLE_DESCRIPTION_H

#include "table/table.h"

struct bp_description {
    bp_allocator allocator;
    const bp_table *table;
    size_t columns, target;
    bp_column_summary *summary; /* [columns] */
    size_t duplicates, conflicts;
    bp_finding *findings; /* [finding_room] */
    size_t finding_count, finding_room;
};

/* Summarizes every column. */
bp_status bp_describe_columns(bp_description *description, bp_error *error);

/* Counts duplicates and conflicts. */
bp_status bp_describe_rows(bp_description *description, bp_error *error);

/* Whether equal cells of a column always go with equal cells of the target. */
bp_status bp_describe_determines(const bp_description *description, size_t column, bool *determines,
                                 bp_error *error);

/* Finds what one should know; columns and rows are described. */
bp_status bp_describe_findings(bp_description *description, bp_error *error);

#endif
