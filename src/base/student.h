/* student.h: Student's t distribution, equation (51). */
#ifndef BASE_STUDENT_H
#define BASE_STUDENT_H

#include <stddef.h>

/* How probable it is that a number of `freedom` (at least 1) degrees of freedom is as far from 0
 * as `t`, to either side. */
double bp_student_tails(double t, size_t freedom);

/* The t within which, to either side of 0, the share `level` lies; above 0, below 1. */
double bp_student_within(double level, size_t freedom);

#endif
