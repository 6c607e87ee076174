/* matrix.h: one number of a matrix, whatever its type. For edges, not for kernels. */
#ifndef BASE_MATRIX_H
#define BASE_MATRIX_H

#include <backprop/base.h>

static inline double bp_matrix_at(const bp_matrix *matrix, size_t row, size_t column)
{
    size_t place = row * matrix->row_stride + column;
    if (matrix->type == BP_F32)
        return (double)((const float *)matrix->data)[place];
    return ((const double *)matrix->data)[place];
}

static inline void bp_matrix_set(const bp_matrix_out *matrix, size_t row, size_t column,
                                 double value)
{
    size_t place = row * matrix->row_stride + column;
    if (matrix->type == BP_F32)
        ((float *)matrix->data)[place] = (float)value;
    else
        ((double *)matrix->data)[place] = value;
}

#endif
