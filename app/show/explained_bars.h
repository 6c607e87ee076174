/* explained_bars.h: the parts of explained_picture.h that show columns side by side. */
#ifndef SHOW_EXPLAINED_BARS_H
#define SHOW_EXPLAINED_BARS_H

#include "cli/explain.h"

/* A bar for each of the first columns, with its interval. */
void explained_draw_bars(struct output *out, const struct explained *explained, const char *title);

/* `side` by `side` pixels, tinted by how much each matters and to which side. */
void explained_draw_image(struct output *out, const struct explained *explained, size_t side,
                          const char *title);

#endif
