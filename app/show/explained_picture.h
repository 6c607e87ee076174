/* explained_picture.h: what a model looks at, as a picture. */
#ifndef SHOW_EXPLAINED_PICTURE_H
#define SHOW_EXPLAINED_PICTURE_H

#include "cli/explain.h"

/* Of columns and of a row: a bar for each column, those that matter most; or, where the inputs
 * are a square of at least 8 by 8 columns of numbers, an image whose pixels they are. Of one
 * column: its dependence as curves, of categories as points. */
void explained_draw(struct output *out, const struct explained *explained);

#endif
