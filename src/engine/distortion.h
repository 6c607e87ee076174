/* distortion.h: images moved about while they are learned from: equations (35b) to (35d). */
#ifndef ENGINE_DISTORTION_H
#define ENGINE_DISTORTION_H

#include "base/random.h"

#include <backprop/engine.h>

/* Where a pixel of the new image comes from: its place (x, y), counted from the middle of the
 * image, stems from (across[0] x + across[1] y + across[2], down[0] x + down[1] y + down[2]), and
 * from what the fields add to that. */
typedef struct bp_motion {
    double across[3], down[3];
    const float *field_across, *field_down; /* [pixels], or NULL */
} bp_motion;

/* What is remembered and room for workers that distort at once. */
typedef struct bp_distorter bp_distorter;

bp_status bp_distortion_check(const bp_distortion *distortion, size_t inputs, bp_error *error);

/* NULL in *distorter where rows are no images. */
bp_status bp_distorter_new(bp_distorter **distorter, const bp_distortion *distortion,
                           size_t workers, const bp_allocator *allocator, bp_error *error);
void bp_distorter_free(bp_distorter *distorter);

/* The motion of the image in place `row` of a stream; its fields are the worker's, until the next.
 */
bp_motion bp_distorter_draw(bp_distorter *distorter, size_t worker, bp_stream stream, uint32_t row);

/* A row of `inputs` moved so; the worker's, until the next. */
const double *bp_distorter_move(bp_distorter *distorter, size_t worker, const bp_motion *motion,
                                const bp_matrix *inputs, size_t row);

#endif
