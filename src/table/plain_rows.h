/* plain_rows.h: many numbers at once to which nothing is done but to fill in what is missing and
 * to scale them in a straight line: what most inputs are. The bits are those of
 * bp_scaler_apply. */
#ifndef TABLE_PLAIN_ROWS_H
#define TABLE_PLAIN_ROWS_H

#include "table/prepared_columns.h"

#define BP_PLAIN_LANES 64u /* numbers that are taken together */

/* (x - offset) / unit, x being `fill` where it is missing. */
typedef struct bp_plain_lanes {
    double offset[BP_PLAIN_LANES], unit[BP_PLAIN_LANES], fill[BP_PLAIN_LANES];
} bp_plain_lanes;

/* Sets one lane to what is done to the numbers of an input; false where that is more. A missing
 * number that is refused stays NaN. */
bool bp_plain_lane(bp_plain_lanes *lanes, size_t lane, const bp_preparation *preparation,
                   const prepared_column *column);

/* All lanes do as this one does. */
void bp_plain_spread(bp_plain_lanes *lanes, size_t lane);

/* Room for as many numbers of either type. */
typedef union bp_plain_numbers {
    float f32[BP_PLAIN_LANES];
    double f64[BP_PLAIN_LANES];
} bp_plain_numbers;

/* Lanes 0 .. count - 1, rounded up to eights, of values[] into numbers[] of that type. False where a
 * result is not finite. */
bool bp_plain_apply(const bp_plain_lanes *lanes, const double *values, size_t count, bp_type type,
                    void *numbers);

#endif
