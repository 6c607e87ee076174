/* row_marks.h: where some rows start in a text, so that any row is found by passing over a
 * few. */
#ifndef READING_ROW_MARKS_H
#define READING_ROW_MARKS_H

#include <backprop/base.h>

#define BP_MARK_STRIDE 64 /* rows between marks, at most */

typedef struct bp_row_mark {
    size_t row, place;
} bp_row_mark;

/* All zero is none. Rows ascend. */
typedef struct bp_row_marks {
    bp_row_mark *marks; /* [room], `count` in use */
    size_t count, room;
} bp_row_marks;

bp_status bp_row_marks_add(bp_row_marks *marks, size_t row, size_t place,
                           const bp_allocator *allocator, bp_error *error);

/* The last mark at or before a row; there must be one. */
bp_row_mark bp_row_marks_find(const bp_row_marks *marks, size_t row);

void bp_row_marks_release(bp_row_marks *marks, const bp_allocator *allocator);

#endif
