/* split.h: a split as blocks of rows, and the ways of dealing rows into them. */
#ifndef TABLE_SPLIT_H
#define TABLE_SPLIT_H

#include "base/random.h"

#include <backprop/table.h>

/* Each repeat deals the rows into `blocks` blocks. Where `ordered`, the first block is never
 * held out, and a part learns from the blocks before its own; elsewhere from all others. */
struct bp_split {
    bp_allocator allocator;
    bp_split_unit unit;
    bool ordered, stratified;
    size_t row_count, blocks, repeats;
    size_t *rows;   /* [repeats][row_count], block after block */
    size_t *starts; /* [repeats][blocks + 1], of `rows` from the repeat's own on */
};

#define BP_NO_BLOCK SIZE_MAX /* of a row that is in no part */

/* A split without rows yet; BP_E_MEMORY. */
bp_status bp_split_make(bp_split **split, bp_split_unit unit, bool ordered, size_t row_count,
                        size_t blocks, size_t repeats, const bp_allocator *allocator,
                        bp_error *error);

/* Puts the rows of order[row_count] into the blocks of a repeat, in this order:
 * order[i] into block[i]. */
void bp_split_fill(bp_split *split, size_t repeat, const size_t *order, const size_t *block);

/* ---- Dealing: rows are 0 .. count - 1 here ------------------------------------------- */

/* What is dealt: for each of `count` rows a class (NULL: no matter), a group, a time. */
typedef struct bp_dealing {
    size_t count, repeats;
    uint64_t seed;
    const uint32_t *classes; /* below class_count */
    size_t class_count;
    const uint32_t *groups; /* below group_count */
    size_t group_count;
    const double *times; /* NULL: the order of the rows */
    const bp_allocator *allocator;
} bp_dealing;

bp_status bp_split_leave_one_out(bp_split **split, const bp_dealing *dealing, bp_error *error);
bp_status bp_split_rows(bp_split **split, const bp_dealing *dealing, size_t folds, bp_error *error);
bp_status bp_split_rows_once(bp_split **split, const bp_dealing *dealing, double fraction,
                             bp_error *error);
bp_status bp_split_groups(bp_split **split, const bp_dealing *dealing, size_t folds,
                          bp_error *error);
bp_status bp_split_groups_once(bp_split **split, const bp_dealing *dealing, double fraction,
                               bp_error *error);
bp_status bp_split_times(bp_split **split, const bp_dealing *dealing, size_t folds,
                         bp_error *error);
bp_status bp_split_times_once(bp_split **split, const bp_dealing *dealing, double fraction,
                              bp_error *error);

/* The tutorial's: fold size = rows / folds, rounded down; each fold in turn takes out row
 * number randrange(rows left) of the list of rows left, which keeps its order. Rows left over
 * are in no fold. */
bp_status bp_split_tutorial(bp_split **split, size_t row_count, size_t folds, bp_mersenne *mersenne,
                            const bp_allocator *allocator, bp_error *error);

/* Errors of folds that cannot be: fewer than two, or more than there are `things` ("rows"). */
bp_status bp_split_check_folds(size_t folds, size_t count, const char *things, bp_error *error);

/* Of fewer than two things none can be held out. */
bp_status bp_split_check_share(size_t count, const char *things, bp_error *error);

/* How many of `count` are held out: the nearest whole number, at least 1, at most count - 1. */
size_t bp_split_share(size_t count, double fraction);

/* ---- Columns ------------------------------------------------------------------------- */

/* Numbers the distinct cells of a column from 0 over rows[count] (NULL: the first): texts as
 * they first come, numbers by size. A missing cell is BP_E_DATA with its place. */
bp_status bp_split_codes(const bp_table *table, size_t column, const size_t *rows, size_t count,
                         const bp_allocator *allocator, uint32_t *codes, size_t *distinct,
                         bp_error *error);

/* Numbers the distinct ones of some values from 0, by size; none is NaN. */
bp_status bp_split_number(const double *values, size_t count, const bp_allocator *memory,
                          uint32_t *codes, size_t *distinct, bp_error *error);

/* The cells of a column of numbers; the same errors, and BP_E_OPTION for a column of texts. */
bp_status bp_split_read_times(const bp_table *table, size_t column, const size_t *rows,
                              size_t count, double *times, bp_error *error);

/* What a column of names says. */
bp_status bp_split_names(bp_split **split, const bp_table *table, size_t column, const size_t *rows,
                         size_t count, const bp_allocator *allocator, bp_error *error);

#endif
