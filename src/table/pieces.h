/* pieces.h: a number as how far it has come through each piece of its range: the piecewise-linear
 * encoding of Gorishniy, Rubachev, Babenko 2022 (arXiv:2203.05556). */
#ifndef TABLE_PIECES_H
#define TABLE_PIECES_H

#include <backprop/base.h>

/* Of a column at most so many. */
#define BP_PIECES_LIMIT ((size_t)1024)

/* The pieces of a column, between neighboring knots; without knots there are none. */
typedef struct bp_pieces {
    double *knots; /* [knot_count], ascending, of numbers that are scaled */
    size_t knot_count;
    double origin; /* where all pieces are 0: the median */
} bp_pieces;

/* Equation (18d): `most` pieces of as many values each, fewer where values are equal, and none
 * where one would be left. Leaves values[0..count) in ascending order. */
bp_status bp_pieces_fit(bp_pieces *pieces, size_t most, double *values, size_t count,
                        const bp_allocator *allocator, bp_error *error);
bp_status bp_pieces_open(bp_pieces *pieces, size_t knots, const bp_allocator *allocator,
                         bp_error *error);
void bp_pieces_release(bp_pieces *pieces, const bp_allocator *allocator);

size_t bp_pieces_count(const bp_pieces *pieces);

/* The number of a piece, from -1 to 1, for a number that is scaled. */
double bp_pieces_at(const bp_pieces *pieces, size_t piece, double scaled);

/* Whether what was read from a file could have been fitted. */
bool bp_pieces_are_sound(const bp_pieces *pieces);

#endif
