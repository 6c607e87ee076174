/* preparation_fit.c: scaling and input categories, fitted on training rows alone. */
#include "base/error.h"
#include "base/memory.h"
#include "table/prepared_columns.h"

#include <math.h>

/* What one call fits on. */
typedef struct fitting {
    bp_preparation *preparation;
    const bp_table *table;
    const size_t *rows; /* [count], or NULL for the first `count` */
    size_t count;
    const bool *chosen; /* [rows of the table]: the same rows as marks */
    bp_error *error;
} fitting;

static size_t row_of(const fitting *f, size_t i)
{
    return f->rows != NULL ? f->rows[i] : i;
}

static bp_status fail_column(const fitting *f, const prepared_column *column, const char *what)
{
    return bp_fail_at(f->error, BP_E_DATA, bp_table_name(f->table), 0, 0, "%s (column %s)", what,
                      column->name);
}

static bp_status fit_number(const fitting *f, prepared_column *into)
{
    if (bp_table_codes(f->table, into->position) != NULL)
        return fail_column(f, into, "a target of regression holds texts");
    bp_matrix cells = bp_table_numbers(f->table, into->position);
    into->low = INFINITY;
    into->high = -INFINITY;
    for (size_t i = 0; i < f->count; i++) {
        double value = bp_matrix_at(&cells, row_of(f, i), 0);
        if (isnan(value))
            return bp_prepared_missing(f->table, row_of(f, i), into->position, f->error);
        into->low = value < into->low ? value : into->low;
        into->high = value > into->high ? value : into->high;
    }
    if (f->preparation->scaling == BP_SCALING_MINMAX && !isfinite(into->high - into->low))
        return fail_column(f, into, "the numbers are too far apart to be scaled");
    return BP_OK;
}

static bp_status check_codes(const fitting *f, const prepared_column *column)
{
    const uint32_t *codes = bp_table_codes(f->table, column->position);
    if (codes == NULL)
        return fail_column(f, column, "a target of classes holds numbers");
    for (size_t i = 0; i < f->count; i++)
        if (codes[row_of(f, i)] == BP_MISSING)
            return bp_prepared_missing(f->table, row_of(f, i), column->position, f->error);
    return BP_OK;
}

static bp_status fit_category(const fitting *f, prepared_column *into)
{
    bp_status status = check_codes(f, into);
    if (status != BP_OK)
        return status;
    return bp_prepared_categories(f->preparation, into, f->table, into->position, f->chosen,
                                  f->error);
}

static bp_status fit_columns(const fitting *f, size_t *width)
{
    bp_preparation *p = f->preparation;
    bp_status status = BP_OK;
    for (size_t i = 0; i < p->input_count && status == BP_OK; i++) {
        prepared_column *input = &p->inputs[i];
        input->category = bp_table_codes(f->table, input->position) != NULL;
        status = input->category ? fit_category(f, input) : fit_number(f, input);
        *width += input->category ? input->category_count : 1;
    }
    for (size_t i = 0; i < p->target_count && status == BP_OK; i++)
        status = p->task == BP_TASK_REGRESSION ? fit_number(f, &p->targets[i])
                                               : check_codes(f, &p->targets[i]);
    return status;
}

bp_status bp_preparation_fit(bp_preparation *p, const bp_table *table, const size_t *rows,
                             size_t count, bp_error *error)
{
    p->width = 0;
    if (count == 0)
        return bp_fail(error, BP_E_DATA, "there are no rows to prepare");
    if (bp_table_column_count(table) != p->table_columns)
        return bp_fail_at(error, BP_E_ARGUMENT, bp_table_name(table), 0, 0,
                          "the preparation was made from a table of %zu columns, this one has %zu",
                          p->table_columns, bp_table_column_count(table));
    bp_status status = bp_prepared_rows_check(table, rows, count, error);
    if (status != BP_OK)
        return status;
    size_t all = bp_table_row_count(table), width = 0;
    bool *chosen = bp_allocate(&p->allocator, all, sizeof(bool), error);
    if (chosen == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < count; i++)
        chosen[rows != NULL ? rows[i] : i] = true;
    fitting f = {p, table, rows, count, chosen, error};
    status = fit_columns(&f, &width);
    if (status == BP_OK)
        p->width = width;
    bp_release(&p->allocator, chosen, all, sizeof(bool));
    return status;
}
