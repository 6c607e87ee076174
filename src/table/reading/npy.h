/* npy.h: the matrix that an NPY file or a member of an NPZ archive holds. */
#ifndef READING_NPY_H
#define READING_NPY_H

#include "table/reading/numbers.h"

/* Whether bytes begin as NPY does. */
bool bp_npy_is(const char *bytes, size_t size);

/* Finds the matrix in them; NULL, or what is wrong. */
const char *bp_npy_header(const char *bytes, size_t size, bp_stored_matrix *matrix);

#endif
