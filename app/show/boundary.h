/* boundary.h: which class a model answers where, of two columns of numbers. */
#ifndef SHOW_BOUNDARY_H
#define SHOW_BOUNDARY_H

#include "cli/evaluated.h"

/* Whether it can be drawn: two inputs of numbers, and no more classes than there are colors. */
bool boundary_is_possible(const struct evaluated *evaluated);

/* The plane of both inputs, tinted by the class that is answered there, the stronger the surer;
 * the table's rows on it by their true class. */
void boundary_draw(struct output *out, const struct evaluated *evaluated);

#endif
