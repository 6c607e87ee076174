/* split_names.c: a column that names the split: train and test, or folds. */
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "table/split.h"

#include <string.h>

typedef enum role { ROLE_TRAIN, ROLE_TEST, ROLE_VALID, ROLE_NONE, ROLE_COUNT } role;

/* What a cell says, in any case. */
static role role_of(const bp_table *table, size_t row, size_t column)
{
    static const struct {
        const char *word;
        role role;
    } words[] = {{"train", ROLE_TRAIN}, {"training", ROLE_TRAIN}, {"test", ROLE_TEST},
                 {"valid", ROLE_VALID}, {"val", ROLE_VALID},      {"validation", ROLE_VALID}};
    const uint32_t *codes = bp_table_codes(table, column);
    if (codes == NULL)
        return ROLE_NONE;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bp_same_letters(bp_table_category(table, column, codes[row]), words[i].word))
            return words[i].role;
    return ROLE_NONE;
}

/* Train and test rows; valid ones are the test where there is no other, and else in neither. */
static bp_status check_roles(const bp_table *table, size_t column, const size_t counts[ROLE_COUNT],
                             bp_error *error)
{
    const char *name = bp_table_column_name(table, column);
    if (counts[ROLE_NONE] > 0)
        return bp_fail_at(error, BP_E_OPTION, bp_table_name(table), 0, 0,
                          "the column %s has both the words train, test or valid and other cells: "
                          "it takes those words alone, or names of folds alone",
                          name);
    if (counts[ROLE_TRAIN] == 0)
        return bp_fail_at(error, BP_E_OPTION, bp_table_name(table), 0, 0,
                          "no row is for training: the column %s says train nowhere", name);
    if (counts[ROLE_TEST] + counts[ROLE_VALID] == 0)
        return bp_fail_at(error, BP_E_OPTION, bp_table_name(table), 0, 0,
                          "no row is held out: the column %s says train everywhere", name);
    return BP_OK;
}

/* What a column of names gives: the rows in their order, and a block each. */
typedef struct named {
    bool ordered;
    size_t blocks;
    size_t *order, *block; /* [count] */
    uint32_t *codes;       /* [count] */
} named;

/* Every cell is read before its role is asked for, so that none is missing by then. */
static bp_status read_names(named *n, const bp_table *table, size_t column, const size_t *rows,
                            size_t count, const bp_allocator *memory, bp_error *error)
{
    size_t counts[ROLE_COUNT] = {0};
    bp_status status =
        bp_split_codes(table, column, rows, count, memory, n->codes, &n->blocks, error);
    if (status != BP_OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        n->order[i] = i;
        n->block[i] = role_of(table, rows != NULL ? rows[i] : i, column);
        counts[n->block[i]]++;
    }
    n->ordered = counts[ROLE_NONE] < count;
    role held_out = counts[ROLE_TEST] > 0 ? ROLE_TEST : ROLE_VALID;
    for (size_t i = 0; i < count; i++)
        if (!n->ordered)
            n->block[i] = n->codes[i];
        else if (n->block[i] != ROLE_TRAIN)
            n->block[i] = n->block[i] == held_out ? 1 : BP_NO_BLOCK;
    if (n->ordered) {
        n->blocks = 2;
        return check_roles(table, column, counts, error);
    }
    if (n->blocks < 2)
        return bp_fail_at(error, BP_E_OPTION, bp_table_name(table), 0, 0,
                          "the column %s names fewer than 2 folds",
                          bp_table_column_name(table, column));
    return BP_OK;
}

bp_status bp_split_names(bp_split **out, const bp_table *table, size_t column, const size_t *rows,
                         size_t count, const bp_allocator *allocator, bp_error *error)
{
    *out = NULL;
    bp_allocator memory = bp_allocator_or_default(allocator);
    named n = {.order = bp_allocate(&memory, count, sizeof(size_t), error)};
    if (n.order != NULL)
        n.block = bp_allocate(&memory, count, sizeof(size_t), error);
    if (n.block != NULL)
        n.codes = bp_allocate(&memory, count, sizeof(uint32_t), error);
    bp_status status = BP_E_MEMORY;
    if (n.codes != NULL)
        status = read_names(&n, table, column, rows, count, &memory, error);
    if (status == BP_OK)
        status = bp_split_make(out, BP_SPLIT_NAMES, n.ordered, count, n.blocks, 1, &memory, error);
    if (status == BP_OK)
        bp_split_fill(*out, 0, n.order, n.block);
    bp_release(&memory, n.codes, count, sizeof(uint32_t));
    bp_release(&memory, n.block, count, sizeof(size_t));
    bp_release(&memory, n.order, count, sizeof(size_t));
    return status;
}
