/* split.c: a split as an object: blocks of rows, and the parts that they make. */
#include "table/split.h"

#include "base/memory.h"

#include <string.h>

bp_status bp_split_make(bp_split **out, bp_split_unit unit, bool ordered, size_t row_count,
                        size_t blocks, size_t repeats, const bp_allocator *allocator,
                        bp_error *error)
{
    *out = NULL;
    bp_allocator memory = bp_allocator_or_default(allocator);
    bp_split *split = bp_allocate(&memory, 1, sizeof *split, error);
    if (split == NULL)
        return BP_E_MEMORY;
    *split = (bp_split){.allocator = memory,
                        .unit = unit,
                        .ordered = ordered,
                        .row_count = row_count,
                        .blocks = blocks,
                        .repeats = repeats};
    split->rows = bp_allocate(&memory, repeats, row_count * sizeof(size_t), error);
    if (split->rows != NULL)
        split->starts = bp_allocate(&memory, repeats, (blocks + 1) * sizeof(size_t), error);
    if (split->starts == NULL) {
        bp_split_free(split);
        return BP_E_MEMORY;
    }
    *out = split;
    return BP_OK;
}

void bp_split_free(bp_split *split)
{
    if (split == NULL)
        return;
    bp_allocator memory = split->allocator;
    bp_release(&memory, split->starts, split->repeats, (split->blocks + 1) * sizeof(size_t));
    bp_release(&memory, split->rows, split->repeats, split->row_count * sizeof(size_t));
    bp_release(&memory, split, 1, sizeof *split);
}

/* A counting sort: starts[b + 1] counts block b, then says where it begins, and has moved to
 * its end when the last row is placed. */
void bp_split_fill(bp_split *split, size_t repeat, const size_t *order, const size_t *block)
{
    size_t *rows = split->rows + repeat * split->row_count, begin = 0;
    size_t *starts = split->starts + repeat * (split->blocks + 1);
    for (size_t i = 0; i < split->row_count; i++)
        if (block[i] != BP_NO_BLOCK)
            starts[block[i] + 1]++;
    for (size_t b = 1; b <= split->blocks; b++) {
        size_t count = starts[b];
        starts[b] = begin;
        begin += count;
    }
    for (size_t i = 0; i < split->row_count; i++)
        if (block[i] != BP_NO_BLOCK)
            rows[starts[block[i] + 1]++] = order[i];
}

const char *bp_split_unit_name(bp_split_unit unit)
{
    static const char *const names[BP_SPLIT_UNIT_COUNT] = {"rows", "groups", "time", "names"};
    return (size_t)unit < BP_SPLIT_UNIT_COUNT ? names[unit] : "unknown";
}

bp_split_unit bp_split_unit_of(const bp_split *split)
{
    return split->unit;
}

bool bp_split_is_stratified(const bp_split *split)
{
    return split->stratified;
}

size_t bp_split_repeats(const bp_split *split)
{
    return split->repeats;
}

/* ---- Parts ------------------------------------------------------------------- */

static size_t parts_each(const bp_split *split)
{
    return split->blocks - (split->ordered ? 1 : 0);
}

size_t bp_split_count(const bp_split *split)
{
    return split->repeats * parts_each(split);
}

/* The block that a part holds out. */
static size_t held_out(const bp_split *split, size_t part)
{
    return part % parts_each(split) + (split->ordered ? 1 : 0);
}

const size_t *bp_split_tests(const bp_split *split, size_t part, size_t *count)
{
    size_t repeat = part / parts_each(split), block = held_out(split, part);
    const size_t *starts = split->starts + repeat * (split->blocks + 1);
    *count = starts[block + 1] - starts[block];
    return split->rows + repeat * split->row_count + starts[block];
}

/* What stands before the rows held out, and unless it is ordered, what stands behind. */
size_t bp_split_training(const bp_split *split, size_t part, size_t *training)
{
    size_t repeat = part / parts_each(split), count = 0;
    const size_t *first = split->rows + repeat * split->row_count;
    const size_t *tests = bp_split_tests(split, part, &count), *behind = tests + count;
    size_t end = split->starts[repeat * (split->blocks + 1) + split->blocks];
    size_t before = (size_t)(tests - first);
    size_t after = split->ordered ? 0 : end - before - count;
    if (training != NULL) {
        memcpy(training, first, before * sizeof(size_t));
        memcpy(training + before, behind, after * sizeof(size_t));
    }
    return before + after;
}
