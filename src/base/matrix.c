/* matrix.c: number types and views of dense arrays. */
#include "base/matrix.h"

const char *bp_type_name(bp_type type)
{
    return type == BP_F32 ? "f32" : "f64";
}

size_t bp_type_size(bp_type type)
{
    return type == BP_F32 ? sizeof(float) : sizeof(double);
}

bp_matrix bp_matrix_f32(const float *data, size_t rows, size_t columns)
{
    return (bp_matrix){data, BP_F32, rows, columns, columns};
}

bp_matrix bp_matrix_f64(const double *data, size_t rows, size_t columns)
{
    return (bp_matrix){data, BP_F64, rows, columns, columns};
}

bp_matrix_out bp_matrix_out_f32(float *data, size_t rows, size_t columns)
{
    return (bp_matrix_out){data, BP_F32, rows, columns, columns};
}

bp_matrix_out bp_matrix_out_f64(double *data, size_t rows, size_t columns)
{
    return (bp_matrix_out){data, BP_F64, rows, columns, columns};
}
