/* prepared_value.h: one value of an input as the numbers that a network reads. */
#ifndef TABLE_PREPARED_VALUE_H
#define TABLE_PREPARED_VALUE_H

#include "table/prepared_columns.h"

#include <math.h>

/* Rounds once to the type; false where the type cannot hold the number. */
static inline bool bp_prepared_store(bp_type type, void *numbers, size_t place, double value)
{
    float narrow = (float)value;
    if (type == BP_F32)
        /* A number target has its numbers. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
        ((float *)numbers)[place] = narrow;
    else
        ((double *)numbers)[place] = value;
    return type == BP_F32 ? isfinite(narrow) : isfinite(value);
}

/* The numbers of one value at numbers[place...]; how many, 0 where one is too large. */
size_t bp_prepared_parts(const prepared_column *column, double value, bp_type type, void *numbers,
                         size_t place);

/* What is said behind a cell that such a column cannot have. */
const char *bp_prepared_refusal(prepared_kind kind);

#endif
