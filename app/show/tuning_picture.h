/* tuning_picture.h: a search as a picture. */
#ifndef SHOW_TUNING_PICTURE_H
#define SHOW_TUNING_PICTURE_H

#include "cli/tuned.h"

/* A curve for each candidate, its scores over the rungs; the recipe's and the best one's stand out.
 */
void tuning_draw(struct output *out, const struct tuned *tuned);

#endif
