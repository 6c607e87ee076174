/* one_hot_targets.c: classes told by several columns, one each. */
#include "table/one_hot_targets.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/boolean_text.h"

#include <math.h>
#include <string.h>

#define NO_TRUTH (-1.0) /* a text that is neither yes nor no */

bool bp_one_hot(const bp_preparation *p)
{
    return p->task == BP_TASK_CLASSIFICATION && p->target_count > 1;
}

static bp_status fail_row(const bp_table *table, size_t row, size_t column, size_t ones,
                          bp_error *error)
{
    static const char law[] = "of several targets that are classes each row has exactly one";
    bp_status status =
        ones == 0 ? bp_fail(error, BP_E_DATA, "none of the row's targets is 1; %s", law)
                  : bp_fail(error, BP_E_DATA, "%zu of the row's targets are 1; %s", ones, law);
    if (error != NULL)
        bp_table_place(table, row, column, error);
    return status;
}

static bp_status fail_value(const bp_table *table, size_t row, size_t column, bp_error *error)
{
    bp_status status = bp_fail(error, BP_E_DATA,
                               "the cell is neither 0 nor 1, as several targets that are classes "
                               "have to be (column %s)",
                               bp_table_column_name(table, column));
    if (error != NULL)
        bp_table_place(table, row, column, error);
    return status;
}

bp_status bp_one_hot_class(const bp_table *table, size_t row, const size_t *columns,
                           const double *values, size_t count, uint32_t *found, bp_error *error)
{
    size_t ones = 0;
    for (size_t i = 0; i < count; i++) {
        if (values[i] != 0 && values[i] != 1)
            return fail_value(table, row, columns[i], error);
        ones += values[i] == 1;
        *found = values[i] == 1 ? (uint32_t)i : *found;
    }
    return ones == 1 ? BP_OK : fail_row(table, row, columns[0], ones, error);
}

static double value_at(const bp_table *table, size_t column, size_t row)
{
    const uint32_t *codes = bp_table_codes(table, column);
    bp_matrix cells = bp_table_numbers(table, column);
    double value = NO_TRUTH;
    if (codes == NULL)
        return bp_matrix_at(&cells, row, 0);
    if (codes[row] == BP_MISSING)
        return NAN;
    bp_boolean_read(bp_table_category(table, column, codes[row]), &value);
    return value;
}

/* Whether a row misses none of these cells; they are put into `values`. */
static bool gather_row(const bp_table *table, size_t row, const size_t *columns, size_t count,
                       double *values)
{
    bool whole = true;
    for (size_t i = 0; i < count; i++) {
        values[i] = value_at(table, columns[i], row);
        whole = whole && !isnan(values[i]);
    }
    return whole;
}

static bp_status check_rows(const bp_table *table, const size_t *columns, size_t count,
                            double *values, bp_error *error)
{
    size_t rows = bp_table_row_count(table), whole = 0;
    for (size_t row = 0; row < rows; row++) {
        uint32_t found = 0;
        if (!gather_row(table, row, columns, count, values))
            continue;
        bp_status status = bp_one_hot_class(table, row, columns, values, count, &found, error);
        if (status != BP_OK)
            return status;
        whole++;
    }
    return whole > 0 ? BP_OK
                     : bp_fail_at(error, BP_E_DATA, bp_table_name(table), 0, 0,
                                  "no row has all of the targets");
}

bp_status bp_one_hot_check(const bp_preparation *p, const bp_table *table, bp_error *error)
{
    size_t count = p->target_count;
    size_t *columns = bp_allocate(&p->allocator, count, sizeof *columns, error);
    double *values = bp_allocate(&p->allocator, count, sizeof *values, error);
    bp_status status = columns != NULL && values != NULL ? BP_OK : BP_E_MEMORY;
    for (size_t i = 0; i < count && status == BP_OK; i++)
        columns[i] = p->targets[i].position;
    if (status == BP_OK)
        status = check_rows(table, columns, count, values, error);
    bp_release(&p->allocator, columns, count, sizeof *columns);
    bp_release(&p->allocator, values, count, sizeof *values);
    return status;
}

bp_status bp_one_hot_open(bp_preparation *p, bp_error *error)
{
    prepared_column *first = &p->targets[0];
    first->categories = bp_allocate(&p->allocator, p->target_count, sizeof(char *), error);
    if (first->categories == NULL)
        return BP_E_MEMORY;
    first->category_count = p->target_count;
    for (size_t i = 0; i < p->target_count; i++) {
        const char *name = p->targets[i].name;
        p->targets[i].kind = PREPARED_BOOLEAN;
        first->categories[i] = bp_copy_text(&p->allocator, name, strlen(name), error);
        if (first->categories[i] == NULL)
            return BP_E_MEMORY;
    }
    return BP_OK;
}
