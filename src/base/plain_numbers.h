/* plain_numbers.h: the innermost loops of reading tables: where delimiters and line ends stand
 * in a text, and the plain decimals between them into numbers. Every instruction set gives the
 * same places and the same, nearest, numbers. */
#ifndef BASE_PLAIN_NUMBERS_H
#define BASE_PLAIN_NUMBERS_H

#include <backprop/base.h>

#include <stdint.h>

#define BP_PLACES_SPAN ((size_t)4096) /* bytes gone through at once */
#define BP_PLACES_ROOM (BP_PLACES_SPAN + 8)

/* Cell 0 is from `start` to text + ends[0], cell i from text + ends[i - 1] + 1 to text + ends[i].
 */
typedef struct bp_plain_run {
    const char *text, *start;
    const char *readable; /* bytes from here on may be read, up to the last cell's end */
    const uint32_t *ends; /* [count]; a byte that is no digit and no point stands at each */
    size_t count;
    char point;
} bp_plain_run;

/* Where in text[0 .. size), of at most BP_PLACES_SPAN bytes, `a` and `b` stand, into
 * list[BP_PLACES_ROOM]; how many there are. */
typedef size_t bp_plain_list(const char *text, size_t size, char a, char b, uint32_t *list);

typedef struct bp_plain_kernels {
    /* The same twice: quick where one byte in ten is a place, or where one in a hundred is. */
    bp_plain_list *list, *list_few;
    /* Numbers of the run's first cells, that of cell i to place[i stride], up to the first
     * cell that takes more than a plain look; how many they are. A float32 lies in the first
     * bytes of its place. */
    size_t (*read[BP_F64 + 1])(const bp_plain_run *run, double *place, size_t stride);
} bp_plain_kernels;

extern const bp_plain_kernels BP_PLAIN_SCALAR;
extern const bp_plain_kernels BP_PLAIN_AVX2; /* of x86-64 */

/* The quickest ones of this processor. */
const bp_plain_kernels *bp_plain_kernels_choose(void);

#endif
