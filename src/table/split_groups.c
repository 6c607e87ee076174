/* split_groups.c: whole groups dealt: none has rows both to learn from and held out. */
#include "base/memory.h"
#include "base/sort.h"
#include "table/split.h"

/* So many rows in a group, or in a fold so far. */
typedef struct pile {
    size_t rows, number;
} pile;

static int largest_first(const void *a, const void *b)
{
    const pile *left = a, *right = b;
    if (left->rows != right->rows)
        return left->rows > right->rows ? -1 : 1;
    return (left->number > right->number) - (left->number < right->number);
}

typedef struct group_room {
    pile *groups;          /* [group_count] */
    pile *folds;           /* [folds]: a heap, the smallest first */
    size_t fold_count;     /* one where a share is held out once */
    size_t *shuffled;      /* [group_count] */
    size_t *of_group;      /* [group_count]: its block */
    size_t *order, *block; /* [count]: what bp_split_fill is given */
} group_room;

static void close_room(group_room *room, const bp_allocator *memory, const bp_dealing *d)
{
    bp_release(memory, room->block, d->count, sizeof(size_t));
    bp_release(memory, room->order, d->count, sizeof(size_t));
    bp_release(memory, room->of_group, d->group_count, sizeof(size_t));
    bp_release(memory, room->shuffled, d->group_count, sizeof(size_t));
    bp_release(memory, room->folds, room->fold_count, sizeof(pile));
    bp_release(memory, room->groups, d->group_count, sizeof(pile));
}

static bp_status open_room(group_room *room, const bp_allocator *memory, const bp_dealing *d,
                           size_t folds, bp_error *error)
{
    *room = (group_room){.fold_count = folds};
    room->groups = bp_allocate(memory, d->group_count, sizeof(pile), error);
    if (room->groups != NULL)
        room->folds = bp_allocate(memory, folds, sizeof(pile), error);
    if (room->folds != NULL)
        room->shuffled = bp_allocate(memory, d->group_count, sizeof(size_t), error);
    if (room->shuffled != NULL)
        room->of_group = bp_allocate(memory, d->group_count, sizeof(size_t), error);
    if (room->of_group != NULL)
        room->order = bp_allocate(memory, d->count, sizeof(size_t), error);
    if (room->order != NULL)
        room->block = bp_allocate(memory, d->count, sizeof(size_t), error);
    if (room->block == NULL) {
        close_room(room, memory, d);
        return BP_E_MEMORY;
    }
    for (size_t i = 0; i < d->group_count; i++)
        room->groups[i].number = i;
    for (size_t i = 0; i < d->count; i++) {
        room->groups[d->groups[i]].rows++;
        room->order[i] = i;
    }
    return BP_OK;
}

/* Puts the rows, in their order, where their groups went. */
static void fill(bp_split *split, size_t repeat, group_room *room, const bp_dealing *d)
{
    for (size_t i = 0; i < d->count; i++)
        room->block[i] = room->of_group[d->groups[i]];
    bp_split_fill(split, repeat, room->order, room->block);
}

/* Equal folds: the first is the smaller. */
static bool smaller(const pile *a, const pile *b)
{
    return a->rows != b->rows ? a->rows < b->rows : a->number < b->number;
}

/* Lets the first fold, which has grown, sink to its place in the heap. */
static void sink(pile *folds, size_t count)
{
    for (size_t at = 0, child = 1; child < count; at = child, child = 2 * at + 1) {
        if (child + 1 < count && smaller(&folds[child + 1], &folds[child]))
            child++;
        if (!smaller(&folds[child], &folds[at]))
            return;
        pile moved = folds[at];
        folds[at] = folds[child];
        folds[child] = moved;
    }
}

/* Equation (29): the largest group first, each to the fold that is smallest by then. */
static void deal_folds(group_room *room, const bp_dealing *d)
{
    bp_sort(room->groups, d->group_count, sizeof(pile), largest_first);
    for (size_t fold = 0; fold < room->fold_count; fold++)
        room->folds[fold].number = fold;
    for (size_t i = 0; i < d->group_count; i++) {
        room->of_group[room->groups[i].number] = room->folds[0].number;
        room->folds[0].rows += room->groups[i].rows;
        sink(room->folds, room->fold_count);
    }
}

/* Shuffled groups are held out as long as they fit into the share; where none fits, the
 * smallest is. Block 1 is the one held out. */
static void deal_share(group_room *room, const bp_dealing *d, size_t share, size_t repeat)
{
    size_t held_out = 0, smallest = 0;
    for (size_t i = 0; i < d->group_count; i++)
        room->shuffled[i] = i;
    bp_stream_shuffle(bp_stream_new(d->seed, BP_PURPOSE_SPLIT, (uint32_t)repeat, 0, 0),
                      room->shuffled, d->group_count);
    for (size_t i = 0; i < d->group_count; i++) {
        size_t group = room->shuffled[i], rows = room->groups[group].rows;
        room->of_group[group] = rows <= share - held_out ? 1 : 0;
        if (room->of_group[group] == 1)
            held_out += rows;
        if (rows < room->groups[smallest].rows)
            smallest = group;
    }
    if (held_out == 0)
        room->of_group[smallest] = 1;
}

bp_status bp_split_groups(bp_split **out, const bp_dealing *d, size_t folds, bp_error *error)
{
    *out = NULL;
    bp_split *split = NULL;
    group_room room;
    bp_status status = bp_split_check_folds(folds, d->group_count, "groups", error);
    if (status == BP_OK)
        status =
            bp_split_make(&split, BP_SPLIT_GROUPS, false, d->count, folds, 1, d->allocator, error);
    if (status == BP_OK)
        status = open_room(&room, &split->allocator, d, folds, error);
    if (status != BP_OK) {
        bp_split_free(split);
        return status;
    }
    deal_folds(&room, d);
    fill(split, 0, &room, d);
    close_room(&room, &split->allocator, d);
    *out = split;
    return BP_OK;
}

bp_status bp_split_groups_once(bp_split **out, const bp_dealing *d, double fraction,
                               bp_error *error)
{
    *out = NULL;
    bp_split *split = NULL;
    group_room room;
    bp_status status = bp_split_check_share(d->group_count, "groups", error);
    if (status == BP_OK)
        status = bp_split_make(&split, BP_SPLIT_GROUPS, true, d->count, 2, d->repeats, d->allocator,
                               error);
    if (status == BP_OK)
        status = open_room(&room, &split->allocator, d, 1, error);
    if (status != BP_OK) {
        bp_split_free(split);
        return status;
    }
    for (size_t repeat = 0; repeat < d->repeats; repeat++) {
        deal_share(&room, d, bp_split_share(d->count, fraction), repeat);
        fill(split, repeat, &room, d);
    }
    close_room(&room, &split->allocator, d);
    *out = split;
    return BP_OK;
}
