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

/* values[0 .. count) from a place of the matrix's data on, and zeros behind them up to a multiple
 * of eight; `narrow`: rounded to float32. */
void bp_plain_take(const bp_matrix *matrix, size_t place, size_t count, bool narrow,
                   double *values);

/* Lanes 0 .. count - 1, rounded up to eights, of values[] into numbers[] of that type. False where
 * a result is not finite. */
bool bp_plain_apply(const bp_plain_lanes *lanes, const double *values, size_t count, bp_type type,
                    void *numbers);

/* The same of a multiple of eight lanes, by each instruction set. */
typedef struct bp_plain_loops {
    bool (*f32)(const bp_plain_lanes *lanes, const double *values, size_t count, float *numbers);
    bool (*f64)(const bp_plain_lanes *lanes, const double *values, size_t count, double *numbers);
} bp_plain_loops;

extern const bp_plain_loops BP_PLAIN_LOOPS_BASELINE;
extern const bp_plain_loops BP_PLAIN_LOOPS_AVX2; /* of x86-64 */

#endif
