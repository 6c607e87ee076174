/* row_marks.c: marks of rows, found by halving. */
#include "table/reading/row_marks.h"

#include "base/memory.h"

#define ROOM_AT_FIRST 64u

bp_status bp_row_marks_add(bp_row_marks *marks, size_t row, size_t place,
                           const bp_allocator *allocator, bp_error *error)
{
    if (marks->count == marks->room) {
        size_t room = marks->room > 0 ? marks->room * 2 : ROOM_AT_FIRST;
        bp_row_mark *grown =
            bp_resize(allocator, marks->marks, marks->room, room, sizeof *grown, error);
        if (grown == NULL)
            return BP_E_MEMORY;
        marks->marks = grown;
        marks->room = room;
    }
    marks->marks[marks->count++] = (bp_row_mark){row, place};
    return BP_OK;
}

bp_row_mark bp_row_marks_find(const bp_row_marks *marks, size_t row)
{
    size_t low = 0, high = marks->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (marks->marks[middle].row <= row)
            low = middle;
        else
            high = middle;
    }
    return marks->marks[low];
}

void bp_row_marks_release(bp_row_marks *marks, const bp_allocator *allocator)
{
    bp_release(allocator, marks->marks, marks->room, sizeof *marks->marks);
    *marks = (bp_row_marks){0};
}
