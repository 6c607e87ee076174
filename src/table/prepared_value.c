/* prepared_value.c: one value of an input as the numbers that a network reads. */
#include "table/prepared_value.h"

const char *bp_prepared_refusal(prepared_kind kind)
{
    static const char *const refusals[PREPARED_KIND_COUNT] = {
        [PREPARED_NUMBER] = " is not a number",
        [PREPARED_BOOLEAN] = " is neither yes nor no",
        [PREPARED_DATE] = " is not a date as in 2024-02-29"};
    return refusals[kind];
}

/* Most are a number as it is. */
static size_t store_number(const prepared_column *column, double value, bp_type type, void *numbers,
                           size_t place)
{
    double scaled = bp_scaler_apply(&column->parts[0].scaler, value);
    size_t pieces = bp_pieces_count(&column->pieces);
    if (!bp_prepared_store(type, numbers, place, scaled))
        return 0;
    for (size_t i = 0; i < pieces; i++)
        bp_prepared_store(type, numbers, ++place, bp_pieces_at(&column->pieces, i, scaled));
    return 1 + pieces;
}

size_t bp_prepared_parts(const prepared_column *column, double value, bp_type type, void *numbers,
                         size_t place)
{
    size_t start = place;
    if (column->kind != PREPARED_DATE)
        return store_number(column, value, type, numbers, place);
    for (size_t i = 0; i < column->part_count; i++) {
        const prepared_part *part = &column->parts[i];
        double share = bp_date_part_of(part->part, value), circle[2];
        if (bp_date_part_turns(part->part)) {
            bp_date_circle(share, circle);
            bp_prepared_store(type, numbers, place++, circle[0]);
            bp_prepared_store(type, numbers, place++, circle[1]);
        } else if (!bp_prepared_store(type, numbers, place++,
                                      bp_scaler_apply(&part->scaler, share))) {
            return 0;
        }
    }
    return place - start;
}
