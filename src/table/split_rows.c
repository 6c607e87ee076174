/* split_rows.c: rows dealt one by one, by chance: folds, and shares held out once. */
#include "base/error.h"
#include "base/memory.h"
#include "table/split.h"

#include <math.h>
#include <string.h>

bp_status bp_split_check_folds(size_t folds, size_t count, const char *things, bp_error *error)
{
    if (folds < 2)
        return bp_fail(error, BP_E_OPTION, "cross-validation needs at least 2 folds");
    if (folds > count)
        return bp_fail(error, BP_E_OPTION, "%zu folds cannot be made of %zu %s", folds, count,
                       things);
    return BP_OK;
}

size_t bp_split_share(size_t count, double fraction)
{
    size_t share = (size_t)floor(fraction * (double)count + 0.5);
    if (share >= count)
        share = count - 1;
    return share > 0 ? share : 1;
}

bp_status bp_split_check_share(size_t count, const char *things, bp_error *error)
{
    if (count < 2)
        return bp_fail(error, BP_E_OPTION, "of %zu %s none can be held out: it takes 2 at least",
                       count, things);
    return BP_OK;
}

/* ---- One repeat ---------------------------------------------------------------- */

/* The room that dealing needs; every list has `count` entries, `begins` class_count + 1. */
typedef struct deal_room {
    size_t *order, *block; /* what bp_split_fill is given */
    size_t *by_class;      /* places in `order`, class after class */
    size_t *begins;
} deal_room;

static void close_room(deal_room *room, const bp_allocator *memory, const bp_dealing *d)
{
    bp_release(memory, room->begins, d->class_count + 1, sizeof(size_t));
    bp_release(memory, room->by_class, d->count, sizeof(size_t));
    bp_release(memory, room->block, d->count, sizeof(size_t));
    bp_release(memory, room->order, d->count, sizeof(size_t));
}

static bp_status open_room(deal_room *room, const bp_allocator *memory, const bp_dealing *d,
                           bp_error *error)
{
    *room = (deal_room){.order = bp_allocate(memory, d->count, sizeof(size_t), error)};
    if (room->order != NULL)
        room->block = bp_allocate(memory, d->count, sizeof(size_t), error);
    if (room->block != NULL)
        room->by_class = bp_allocate(memory, d->count, sizeof(size_t), error);
    if (room->by_class != NULL)
        room->begins = bp_allocate(memory, d->class_count + 1, sizeof(size_t), error);
    if (room->begins != NULL)
        return BP_OK;
    close_room(room, memory, d);
    return BP_E_MEMORY;
}

/* The rows in the random order of a repeat; by_class has their places, class after class. */
static void shuffle(deal_room *room, const bp_dealing *d, bp_purpose purpose, size_t repeat)
{
    size_t count = d->count;
    for (size_t i = 0; i < count; i++)
        room->order[i] = room->by_class[i] = i;
    bp_stream_shuffle(bp_stream_new(d->seed, purpose, (uint32_t)repeat, 0, 0), room->order, count);
    if (d->classes == NULL)
        return;
    memset(room->begins, 0, (d->class_count + 1) * sizeof(size_t));
    for (size_t i = 0; i < count; i++)
        room->begins[d->classes[i] + 1]++;
    for (size_t k = 1; k <= d->class_count; k++)
        room->begins[k] += room->begins[k - 1];
    for (size_t i = 0; i < count; i++)
        room->by_class[room->begins[d->classes[room->order[i]]]++] = i;
}

/* Equation (20): the first rows of the shuffled ones are the first fold, and so on. */
static void deal_chunks(deal_room *room, const bp_dealing *d, size_t folds)
{
    size_t at = 0;
    for (size_t fold = 0; fold < folds; fold++) {
        size_t size = d->count / folds + (fold < d->count % folds ? 1 : 0);
        for (size_t i = 0; i < size; i++)
            room->block[at++] = fold;
    }
}

/* Equation (27): class after class, row after row to the next fold, so that neither a class
 * nor the whole differs by more than one from fold to fold. */
static void deal_classes(deal_room *room, const bp_dealing *d, size_t folds)
{
    for (size_t i = 0; i < d->count; i++)
        room->block[room->by_class[i]] = i % folds;
}

/* Equation (28): every time that the sum of `share` passes a multiple of the row count, the
 * row is held out: evenly along by_class, `share` in all. Block 1 is the one held out. */
static void deal_share(deal_room *room, const bp_dealing *d, size_t share)
{
    size_t sum = d->count / 2;
    for (size_t i = 0; i < d->count; i++) {
        bool out = d->classes == NULL ? i < share : sum >= d->count - share;
        sum = sum >= d->count - share ? sum - (d->count - share) : sum + share;
        room->block[room->by_class[i]] = out ? 1 : 0;
    }
}

/* ---- All of them --------------------------------------------------------------- */

/* Into folds, or where there are none, `share` rows held out. */
static bp_status deal_rows(bp_split **out, const bp_dealing *d, size_t folds, size_t share,
                           bp_error *error)
{
    bool once = folds == 0;
    bp_split *split = NULL;
    deal_room room;
    bp_status status = bp_split_make(&split, BP_SPLIT_ROWS, once, d->count, once ? 2 : folds,
                                     d->repeats, d->allocator, error);
    if (status == BP_OK)
        status = open_room(&room, &split->allocator, d, error);
    if (status != BP_OK) {
        bp_split_free(split);
        return status;
    }
    for (size_t repeat = 0; repeat < d->repeats; repeat++) {
        shuffle(&room, d, once ? BP_PURPOSE_SPLIT : BP_PURPOSE_FOLDS, repeat);
        if (once)
            deal_share(&room, d, share);
        else if (d->classes == NULL)
            deal_chunks(&room, d, folds);
        else
            deal_classes(&room, d, folds);
        bp_split_fill(split, repeat, room.order, room.block);
    }
    close_room(&room, &split->allocator, d);
    *out = split;
    return BP_OK;
}

bp_status bp_split_rows(bp_split **out, const bp_dealing *d, size_t folds, bp_error *error)
{
    *out = NULL;
    bp_status status = bp_split_check_folds(folds, d->count, "rows", error);
    return status == BP_OK ? deal_rows(out, d, folds, 0, error) : status;
}

bp_status bp_split_rows_once(bp_split **out, const bp_dealing *d, double fraction, bp_error *error)
{
    *out = NULL;
    bp_status status = bp_split_check_share(d->count, "rows", error);
    return status == BP_OK ? deal_rows(out, d, 0, bp_split_share(d->count, fraction), error)
                           : status;
}

bp_status bp_split_leave_one_out(bp_split **out, const bp_dealing *d, bp_error *error)
{
    *out = NULL;
    bp_status status = bp_split_check_share(d->count, "rows", error);
    if (status == BP_OK)
        status =
            bp_split_make(out, BP_SPLIT_ROWS, false, d->count, d->count, 1, d->allocator, error);
    if (status != BP_OK)
        return status;
    for (size_t i = 0; i < d->count; i++)
        (*out)->rows[i] = (*out)->starts[i] = i;
    (*out)->starts[d->count] = d->count;
    return BP_OK;
}
