/* scaling.h: bringing a column of numbers to a common size, and back. */
#ifndef TABLE_SCALING_H
#define TABLE_SCALING_H

#include <backprop/table.h>

/* What one column's training rows told. */
typedef struct bp_scaler {
    bp_scaling scaling;
    double low, high;      /* smallest and largest; 0 where no cell was there */
    double center, spread; /* of STANDARD and LOG mean and deviation, of ROBUST median and unit */
    double *knots;         /* [knot_count], ascending: of QUANTILE */
    size_t knot_count;
} bp_scaler;

#define BP_KNOT_LIMIT ((size_t)1000)

/* Fits the scaling to values[0..count), none of them missing, in the order of their rows; they
 * may be left in another order. BP_E_DATA (without a message: the caller knows the column)
 * where they are too far apart. */
bp_status bp_scaler_fit(bp_scaler *scaler, bp_scaling scaling, double *values, size_t count,
                        const bp_allocator *allocator, bp_error *error);
void bp_scaler_release(bp_scaler *scaler, const bp_allocator *allocator);

/* Equations (16), (16a) to (16d); and their inverse (17), of NONE, MINMAX, STANDARD and LOG. */
double bp_scaler_apply(const bp_scaler *scaler, double value);
double bp_scaler_invert(const bp_scaler *scaler, double value);
bool bp_scaling_inverts(bp_scaling scaling);

/* Whether it goes by a center and a spread. */
bool bp_scaling_has_center(bp_scaling scaling);

/* Whether bp_scaler_apply is (value - *offset) / *unit, to the bit. */
bool bp_scaler_line(const bp_scaler *scaler, double *offset, double *unit);

/* Whether what was read from a file could have been fitted. */
bool bp_scaler_is_sound(const bp_scaler *scaler);

/* The mean of values[0..count), summed in order; 0 where there are none. */
double bp_mean_of(const double *values, size_t count);

/* Equation (16c): the quantile of ascending values, between its neighbors in proportion. */
double bp_quantile_at(const double *sorted, size_t count, double share);

/* From the first quartile to the third; 0 where there are no values. */
double bp_quartile_distance(const double *sorted, size_t count);

/* The median; puts the values in ascending order. 0 where there are none. */
double bp_median_of(double *values, size_t count);

/* The most frequent value, the least among equals; likewise. */
double bp_mode_of(double *values, size_t count);

#endif
