/* normals.h: uniform numbers into standard normal ones, many at once. */
#ifndef BASE_NORMALS_H
#define BASE_NORMALS_H

#include <stddef.h>

/* numbers[i] = bp_probit(numbers[i]): the same bits by every instruction set. */
void bp_probit_all_scalar(double *numbers, size_t count);
void bp_probit_all_avx2(double *numbers, size_t count); /* of x86-64 */

#endif
