/* prepared_columns.c: the preparation as an object. */
#include "table/prepared_columns.h"

#include "base/memory.h"

#include <string.h>

bp_status bp_preparation_make(bp_preparation **out, size_t columns, const bp_allocator *allocator,
                              bp_error *error)
{
    bp_allocator memory = bp_allocator_or_default(allocator);
    bp_preparation *p = bp_allocate(&memory, 1, sizeof *p, error);
    if (p == NULL)
        return BP_E_MEMORY;
    p->allocator = memory;
    p->table_columns = columns;
    p->inputs = bp_allocate(&memory, columns, sizeof(prepared_column), error);
    p->targets = bp_allocate(&memory, columns, sizeof(prepared_column), error);
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
    release_columns(&memory, p->inputs, p->table_columns);
    release_columns(&memory, p->targets, p->table_columns);
    bp_release(&memory, p, 1, sizeof *p);
}

/* Copies the categories whose mark is set. */
static bp_status copy_marked(bp_preparation *p, prepared_column *into, const bp_table *table,
                             size_t column, const bool *marks, bp_error *error)
{
    size_t all = bp_table_category_count(table, column), count = 0, used = 0;
    for (size_t i = 0; i < all; i++)
        count += marks[i];
    release_categories(&p->allocator, into);
    into->categories = bp_allocate(&p->allocator, count, sizeof(char *), error);
    if (into->categories == NULL)
        return BP_E_MEMORY;
    into->category_count = count;
    for (size_t i = 0; i < all; i++) {
        if (!marks[i])
            continue;
        const char *text = bp_table_category(table, column, (uint32_t)i);
        into->categories[used] = bp_copy_text(&p->allocator, text, strlen(text), error);
        if (into->categories[used++] == NULL)
            return BP_E_MEMORY;
    }
    return BP_OK;
}

bp_status bp_prepared_categories_of(bp_preparation *p, prepared_column *into, const bp_table *table,
                                    size_t column, const size_t *rows, size_t count,
                                    bp_error *error)
{
    const uint32_t *codes = bp_table_codes(table, column);
    size_t all = bp_table_category_count(table, column);
    bool *marks = bp_allocate(&p->allocator, all, sizeof(bool), error);
    if (marks == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < count; i++) {
        uint32_t code = codes[rows != NULL ? rows[i] : i];
        if (code != BP_MISSING)
            marks[code] = true;
    }
    bp_status status = copy_marked(p, into, table, column, marks, error);
    bp_release(&p->allocator, marks, all, sizeof(bool));
    return status;
}

bp_status bp_prepared_categories(bp_preparation *p, prepared_column *into, const bp_table *table,
                                 size_t column, bp_error *error)
{
    return bp_prepared_categories_of(p, into, table, column, NULL, bp_table_row_count(table),
                                     error);
}

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
