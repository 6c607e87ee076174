/* matrix.h: one number of a matrix, whatever its type. For edges, not for kernels. */
#ifndef BASE_MATRIX_H
#define BASE_MATRIX_H

#include <backprop/base.h>

double bp_matrix_at(const bp_matrix *matrix, size_t row, size_t column);
void bp_matrix_set(const bp_matrix_out *matrix, size_t row, size_t column, double value);

#endif
