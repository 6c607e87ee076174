/* diagram.h: a network as a picture: layers as columns of circles, weights as lines. */
#ifndef SHOW_DIAGRAM_H
#define SHOW_DIAGRAM_H

#include "cli/show.h"

/* The model's first network; where there is shown->initial, as it was before training beside it.
 * What its inputs and outputs mean stands beside them; a line is as
 * thick as its weight is large and has the color of its sign, and so has a unit's tint, which is
 * its bias. Of wide layers the first and last units are drawn, of deep networks the first and
 * last layers. */
void diagram_draw(struct output *out, const struct shown *shown);

#endif
