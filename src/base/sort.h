/* sort.h: sorting in place, without memory of its own and with the same result
 * everywhere, which qsort does not promise. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>

/* Not stable. `compare` is as qsort's: negative where a comes before b. */
void bp_sort(void *list, size_t count, size_t size, int (*compare)(const void *a, const void *b));

/* Numbers, ascending; none is NaN. */
void bp_sort_numbers(double *numbers, size_t count);

#endif
