/* principal.h: principal components: the directions in which rows differ most. */
#ifndef TABLE_PRINCIPAL_H
#define TABLE_PRINCIPAL_H

#include <backprop/base.h>

/* All zero is none. */
typedef struct bp_principal {
    size_t from, count; /* inputs and components */
    double *mean;       /* [from] */
    double *axes;       /* [count][from] */
} bp_principal;

/* The components of rows[row_count][width], centering the rows in place: `wanted` of them (all
 * where there are fewer), or below 1 as many as hold that share of the variance, at least one.
 * BP_E_DATA where the inputs are too large to be squared. */
bp_status bp_principal_fit(bp_principal *principal, double *rows, size_t row_count, size_t width,
                           double wanted, const bp_allocator *allocator, bp_error *error);

/* Room for `count` axes of `from` inputs, all zero. */
bp_status bp_principal_open(bp_principal *principal, size_t from, size_t count,
                            const bp_allocator *allocator, bp_error *error);
void bp_principal_release(bp_principal *principal, const bp_allocator *allocator);

/* Component `index` of a row: equation (18c). */
double bp_principal_at(const bp_principal *principal, const double *row, size_t index);

#endif
