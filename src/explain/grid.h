/* grid.h: the cells that a column is given one after another. */
#ifndef EXPLAIN_GRID_H
#define EXPLAIN_GRID_H

#include "explain/explainer.h"

/* Owns its memory but for the texts. */
typedef struct explain_grid {
    bp_allocator allocator;
    size_t row_size;      /* in bytes */
    size_t count, room;   /* points, and what there is room for */
    double *values;       /* [count] NaN of categories */
    const char **texts;   /* [count] NULL of numbers */
    unsigned char *cells; /* [count] prepared rows, of which only the column's numbers count */
} explain_grid;

/* To be released also where it fails. */
bp_status explain_grid_make(explain_grid *grid, bp_explainer *explainer, size_t input,
                            size_t points, bp_error *error);
void explain_grid_release(explain_grid *grid);

/* A point's cell as a row to replace a column from. */
const void *explain_grid_cell(const explain_grid *grid, size_t point);

#endif
