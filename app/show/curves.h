/* curves.h: how a training went, as a picture. */
#ifndef SHOW_CURVES_H
#define SHOW_CURVES_H

#include "cli/watch.h"

/* Losses of the rows learned from and of those held out, the best epoch, and below them the
 * learning rate where it moved. */
void curves_draw(struct output *out, const struct watch *watch, const char *title);

#endif
