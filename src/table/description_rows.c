/* description_rows.c: rows that are equal in some columns, found by hashing and compared. */
#include "base/matrix.h"
#include "base/memory.h"
#include "table/description.h"

#include <math.h>
#include <string.h>

/* A cell as a whole number: equal where cells are, missing ones too. */
static uint64_t cell_key(const bp_table *table, size_t row, size_t column)
{
    const uint32_t *codes = table->column[column].codes;
    if (codes != NULL)
        return codes[row];
    bp_matrix cells = bp_table_numbers(table, column);
    double value = bp_matrix_at(&cells, row, 0) + 0.0;
    uint64_t bits = UINT64_MAX;
    if (!isnan(value))
        memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t row_hash(const bp_table *table, const bool *marks, size_t row)
{
    uint64_t hash = 0x9E3779B97F4A7C15u;
    for (size_t column = 0; column < table->columns; column++) {
        if (!marks[column])
            continue;
        hash = (hash ^ cell_key(table, row, column)) * 0xBF58476D1CE4E5B9u;
        hash ^= hash >> 29;
    }
    return hash ^ hash >> 32;
}

static bool rows_equal(const bp_table *table, const bool *marks, size_t row, size_t other)
{
    for (size_t column = 0; column < table->columns; column++)
        if (marks[column] && cell_key(table, row, column) != cell_key(table, other, column))
            return false;
    return true;
}

/* How rows that are equal in the marked columns go together. */
struct groups {
    size_t repeats;   /* rows that have an earlier equal */
    size_t conflicts; /* of these, those with another target than the first */
};

/* Every row is looked up in `buckets` (first rows of their kind, plus 1). */
static struct groups group_rows(const bp_description *description, const bool *marks,
                                size_t *buckets, size_t bucket_count)
{
    const bp_table *table = description->table;
    struct groups groups = {0, 0};
    for (size_t row = 0; row < table->rows; row++) {
        size_t at = (size_t)row_hash(table, marks, row) & (bucket_count - 1);
        while (buckets[at] != 0 && !rows_equal(table, marks, row, buckets[at] - 1))
            at = (at + 1) & (bucket_count - 1);
        if (buckets[at] == 0) {
            buckets[at] = row + 1;
            continue;
        }
        groups.repeats++;
        groups.conflicts += cell_key(table, row, description->target)
                            != cell_key(table, buckets[at] - 1, description->target);
    }
    return groups;
}

static bp_status find_groups(struct groups *groups, const bp_description *description,
                             const bool *marks, bp_error *error)
{
    size_t count = 2;
    while (count / 2 < description->table->rows)
        count *= 2;
    size_t *buckets = bp_allocate(&description->allocator, count, sizeof *buckets, error);
    if (buckets == NULL)
        return BP_E_MEMORY;
    *groups = group_rows(description, marks, buckets, count);
    bp_release(&description->allocator, buckets, count, sizeof *buckets);
    return BP_OK;
}

/* Marks what a network would read; returns how many columns that are. */
static size_t mark_inputs(const bp_description *description, bool *marks)
{
    size_t inputs = 0;
    for (size_t column = 0; column < description->columns; column++) {
        bp_column_kind kind = description->table->column[column].kind;
        marks[column] = column != description->target && kind != BP_COLUMN_IDENTIFIER
                        && kind != BP_COLUMN_CONSTANT;
        inputs += marks[column];
    }
    return inputs;
}

bp_status bp_describe_rows(bp_description *description, bp_error *error)
{
    struct groups whole = {0, 0}, inputs = {0, 0};
    bool *marks = bp_allocate(&description->allocator, description->columns, sizeof *marks, error);
    if (marks == NULL)
        return BP_E_MEMORY;
    for (size_t column = 0; column < description->columns; column++)
        marks[column] = true;
    bp_status status = find_groups(&whole, description, marks, error);
    if (status == BP_OK && mark_inputs(description, marks) > 0)
        status = find_groups(&inputs, description, marks, error);
    bp_release(&description->allocator, marks, description->columns, sizeof *marks);
    description->duplicates = whole.repeats;
    description->conflicts = inputs.conflicts;
    return status;
}

bp_status bp_describe_determines(const bp_description *description, size_t column, bool *determines,
                                 bp_error *error)
{
    struct groups groups = {0, 0};
    bool *marks = bp_allocate(&description->allocator, description->columns, sizeof *marks, error);
    if (marks == NULL)
        return BP_E_MEMORY;
    marks[column] = true;
    bp_status status = find_groups(&groups, description, marks, error);
    bp_release(&description->allocator, marks, description->columns, sizeof *marks);
    *determines = status == BP_OK && groups.conflicts == 0;
    return status;
}
