/* split_time.c: rows dealt in the order of time: no part learns from what comes later. */
#include "base/error.h"
#include "base/memory.h"
#include "base/sort.h"
#include "table/split.h"

typedef struct moment {
    double time;
    size_t row;
} moment;

/* Rows of one time stay in the order of the table. */
static int earlier(const void *a, const void *b)
{
    const moment *left = a, *right = b;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    return (left->row > right->row) - (left->row < right->row);
}

typedef struct time_room {
    moment *moments;       /* [count] */
    size_t *order, *block; /* [count]: what bp_split_fill is given */
} time_room;

static void close_room(time_room *room, const bp_allocator *memory, size_t count)
{
    bp_release(memory, room->block, count, sizeof(size_t));
    bp_release(memory, room->order, count, sizeof(size_t));
    bp_release(memory, room->moments, count, sizeof(moment));
}

/* With the rows in the order of time. */
static bp_status open_room(time_room *room, const bp_allocator *memory, const bp_dealing *d,
                           bp_error *error)
{
    *room = (time_room){.moments = bp_allocate(memory, d->count, sizeof(moment), error)};
    if (room->moments != NULL)
        room->order = bp_allocate(memory, d->count, sizeof(size_t), error);
    if (room->order != NULL)
        room->block = bp_allocate(memory, d->count, sizeof(size_t), error);
    if (room->block == NULL) {
        close_room(room, memory, d->count);
        return BP_E_MEMORY;
    }
    for (size_t i = 0; i < d->count; i++)
        room->moments[i] = (moment){d->times != NULL ? d->times[i] : (double)i, i};
    if (d->times != NULL)
        bp_sort(room->moments, d->count, sizeof(moment), earlier);
    for (size_t i = 0; i < d->count; i++)
        room->order[i] = room->moments[i].row;
    return BP_OK;
}

/* Whether a row has the first of a new time. */
static bool is_new(const time_room *room, size_t i)
{
    return i == 0 || room->moments[i].time != room->moments[i - 1].time;
}

static size_t count_times(const time_room *room, size_t count)
{
    size_t times = 0;
    for (size_t i = 0; i < count; i++)
        times += is_new(room, i) ? 1 : 0;
    return times;
}

/* Where a block would begin if no two rows had one time: floor(block count / blocks). */
static size_t even_start(size_t count, size_t blocks, size_t block)
{
    return block * (count / blocks) + block * (count % blocks) / blocks;
}

/* Equation (30). A block begins with the first new time at or after its place, or where the
 * times left are just enough for one each. A share (0: none) is the last block of two. */
static void deal_times(const time_room *room, size_t count, size_t blocks, size_t share)
{
    size_t block = 0, left = count_times(room, count);
    for (size_t i = 0; i < count; i++) {
        if (is_new(room, i)) {
            size_t start = share > 0 ? count - share : even_start(count, blocks, block + 1);
            if (i > 0 && block + 1 < blocks && (i >= start || left == blocks - 1 - block))
                block++;
            left--;
        }
        room->block[i] = block;
    }
}

/* Into so many blocks; 0: one for each time. */
static bp_status deal(bp_split **out, const time_room *room, const bp_dealing *d, size_t blocks,
                      size_t share, bp_error *error)
{
    size_t times = count_times(room, d->count);
    blocks = blocks == 0 ? times : blocks;
    if (times < blocks || blocks < 2)
        return bp_fail(error, BP_E_OPTION,
                       "%zu fold%s in the order of time take%s %zu different times; there %s %zu",
                       blocks < 2 ? 1 : blocks - 1, blocks <= 2 ? "" : "s", blocks <= 2 ? "s" : "",
                       blocks < 2 ? 2 : blocks, times == 1 ? "is" : "are", times);
    bp_status status =
        bp_split_make(out, BP_SPLIT_TIME, true, d->count, blocks, 1, d->allocator, error);
    if (status != BP_OK)
        return status;
    deal_times(room, d->count, blocks, share);
    bp_split_fill(*out, 0, room->order, room->block);
    return BP_OK;
}

static bp_status split_times(bp_split **out, const bp_dealing *d, size_t blocks, size_t share,
                             bp_error *error)
{
    bp_allocator memory = bp_allocator_or_default(d->allocator);
    time_room room;
    *out = NULL;
    bp_status status = open_room(&room, &memory, d, error);
    if (status != BP_OK)
        return status;
    status = deal(out, &room, d, blocks, share, error);
    close_room(&room, &memory, d->count);
    return status;
}

bp_status bp_split_times(bp_split **out, const bp_dealing *d, size_t folds, bp_error *error)
{
    *out = NULL;
    if (folds == BP_LEAVE_ONE_OUT)
        return split_times(out, d, 0, 0, error);
    if (folds < 1)
        return bp_fail(error, BP_E_OPTION, "there must be 1 fold at least");
    return split_times(out, d, folds + 1, 0, error);
}

bp_status bp_split_times_once(bp_split **out, const bp_dealing *d, double fraction, bp_error *error)
{
    *out = NULL;
    bp_status status = bp_split_check_share(d->count, "rows", error);
    return status == BP_OK ? split_times(out, d, 2, bp_split_share(d->count, fraction), error)
                           : status;
}
