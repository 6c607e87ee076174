/* preparation.c: the preparation as an object: its memory, what it tells, and the way
 * back from scaled targets. */
#include "base/error.h"
#include "base/memory.h"
#include "table/prepared_columns.h"

#include <string.h>

void bp_preparation_options_init(bp_preparation_options *options)
{
    *options = (bp_preparation_options){.scaling = BP_SCALING_MINMAX};
}

const char *bp_task_name(bp_task task)
{
    static const char *const names[] = {"auto", "classification", "regression"};
    return names[task];
}

/* ---- Memory -------------------------------------------------------------- */

bp_status bp_preparation_make(bp_preparation **out, size_t input_room, size_t target_room,
                              const bp_allocator *allocator, bp_error *error)
{
    bp_allocator memory = bp_allocator_or_default(allocator);
    bp_preparation *p = bp_allocate(&memory, 1, sizeof *p, error);
    if (p == NULL)
        return BP_E_MEMORY;
    p->allocator = memory;
    p->input_room = input_room;
    p->target_room = target_room;
    p->inputs = bp_allocate(&memory, input_room, sizeof(prepared_column), error);
    p->targets = bp_allocate(&memory, target_room, sizeof(prepared_column), error);
    if (p->inputs == NULL || p->targets == NULL) {
        bp_preparation_free(p);
        return BP_E_MEMORY;
    }
    *out = p;
    return BP_OK;
}

static void release_categories(const bp_allocator *memory, prepared_column *column)
{
    for (size_t i = 0; i < column->category_count; i++)
        if (column->categories[i] != NULL)
            bp_release(memory, column->categories[i], strlen(column->categories[i]) + 1, 1);
    bp_release(memory, column->categories, column->category_count, sizeof(char *));
    column->categories = NULL;
    column->category_count = 0;
}

static void release_columns(const bp_allocator *memory, prepared_column *columns, size_t count)
{
    for (size_t i = 0; i < count && columns != NULL; i++) {
        if (columns[i].name != NULL)
            bp_release(memory, columns[i].name, strlen(columns[i].name) + 1, 1);
        release_categories(memory, &columns[i]);
    }
    bp_release(memory, columns, count, sizeof(prepared_column));
}

void bp_preparation_free(bp_preparation *p)
{
    if (p == NULL)
        return;
    bp_allocator memory = p->allocator;
    release_columns(&memory, p->inputs, p->input_room);
    release_columns(&memory, p->targets, p->target_room);
    bp_release(&memory, p, 1, sizeof *p);
}

/* Marks the categories that stand in chosen rows, and counts them. */
static size_t mark_categories(const bp_table *table, size_t column, const bool *chosen, bool *marks)
{
    const uint32_t *codes = bp_table_codes(table, column);
    size_t rows = bp_table_row_count(table), count = 0;
    for (size_t row = 0; row < rows; row++) {
        if ((chosen != NULL && !chosen[row]) || codes[row] == BP_MISSING)
            continue;
        count += !marks[codes[row]];
        marks[codes[row]] = true;
    }
    return count;
}

/* Copies each marked category where it first stands in a chosen row. Not in the order of
 * the table's codes: those tell of the other rows too. */
static bp_status copy_categories(const bp_preparation *p, prepared_column *into,
                                 const bp_table *table, size_t column, const bool *chosen,
                                 bool *marks, bp_error *error)
{
    const uint32_t *codes = bp_table_codes(table, column);
    for (size_t row = 0, used = 0; used < into->category_count; row++) {
        if ((chosen != NULL && !chosen[row]) || codes[row] == BP_MISSING || !marks[codes[row]])
            continue;
        marks[codes[row]] = false;
        const char *text = bp_table_category(table, column, codes[row]);
        into->categories[used] = bp_copy_text(&p->allocator, text, strlen(text), error);
        if (into->categories[used++] == NULL)
            return BP_E_MEMORY;
    }
    return BP_OK;
}

bp_status bp_prepared_categories(const bp_preparation *p, prepared_column *into,
                                 const bp_table *table, size_t column, const bool *chosen,
                                 bp_error *error)
{
    size_t all = bp_table_category_count(table, column);
    release_categories(&p->allocator, into);
    bool *marks = bp_allocate(&p->allocator, all, sizeof(bool), error);
    if (marks == NULL)
        return BP_E_MEMORY;
    size_t count = mark_categories(table, column, chosen, marks);
    into->categories = bp_allocate(&p->allocator, count, sizeof(char *), error);
    into->category_count = into->categories != NULL ? count : 0;
    bp_status status = into->categories == NULL
                           ? BP_E_MEMORY
                           : copy_categories(p, into, table, column, chosen, marks, error);
    bp_release(&p->allocator, marks, all, sizeof(bool));
    return status;
}

/* ---- Errors that fitting and applying share ------------------------------ */

bp_status bp_prepared_missing(const bp_table *table, size_t row, size_t column, bp_error *error)
{
    bp_status status = bp_fail(error, BP_E_DATA,
                               "the cell is missing (column %s); missing values are not handled "
                               "yet: remove the row or drop the column",
                               bp_table_column_name(table, column));
    if (error != NULL)
        bp_table_place(table, row, column, error);
    return status;
}

bp_status bp_prepared_rows_check(const bp_table *table, const size_t *rows, size_t count,
                                 bp_error *error)
{
    size_t all = bp_table_row_count(table);
    bool fit = rows != NULL || count <= all;
    for (size_t i = 0; rows != NULL && i < count && fit; i++)
        fit = rows[i] < all;
    if (fit)
        return BP_OK;
    return bp_fail_at(error, BP_E_ARGUMENT, bp_table_name(table), 0, 0,
                      "rows beyond the last of the table's %zu were asked for", all);
}

/* ---- What it tells ------------------------------------------------------- */

bp_task bp_preparation_task(const bp_preparation *p)
{
    return p->task;
}

size_t bp_preparation_input_count(const bp_preparation *p)
{
    return p->input_count;
}

size_t bp_preparation_width(const bp_preparation *p)
{
    return p->width;
}

size_t bp_preparation_target_count(const bp_preparation *p)
{
    return p->target_count;
}

size_t bp_preparation_class_count(const bp_preparation *p)
{
    return p->task == BP_TASK_CLASSIFICATION ? p->targets[0].category_count : 0;
}

size_t bp_preparation_output_count(const bp_preparation *p)
{
    return p->task == BP_TASK_CLASSIFICATION ? p->targets[0].category_count : p->target_count;
}

const char *bp_preparation_input_name(const bp_preparation *p, size_t input)
{
    return input < p->input_count ? p->inputs[input].name : NULL;
}

const char *bp_preparation_target_name(const bp_preparation *p, size_t target)
{
    return target < p->target_count ? p->targets[target].name : NULL;
}

const char *bp_preparation_class_name(const bp_preparation *p, uint32_t code)
{
    return code < bp_preparation_class_count(p) ? p->targets[0].categories[code] : NULL;
}

void bp_preparation_restore(const bp_preparation *p, double *values)
{
    for (size_t i = 0; i < p->target_count && p->scaling == BP_SCALING_MINMAX; i++) {
        const prepared_column *target = &p->targets[i];
        values[i] = values[i] * (target->high - target->low) + target->low; /* equation (17) */
    }
}
