/* prepared_match.c: which column of a table is the one that a preparation means. */
#include "table/prepared_match.h"

#include "base/error.h"
#include "table/one_hot_targets.h"

#include <string.h>

static bool is_called(const bp_table *table, size_t column, const char *name)
{
    return strcmp(bp_table_column_name(table, column), name) == 0;
}

static bool locate_name(const bp_table *table, const prepared_column *column, size_t *found)
{
    size_t columns = bp_table_column_count(table);
    *found = column->position; /* where it mostly is: no search among many columns */
    if (*found < columns && is_called(table, *found, column->name))
        return true;
    for (*found = 0; *found < columns; ++*found)
        if (is_called(table, *found, column->name))
            return true;
    return false;
}

static bool by_name(const bp_preparation *p, const bp_table *table)
{
    return p->header && bp_table_has_header(table);
}

/* Where a column stands in the other table: by name, or by position where either has no
 * header. `index` counts the inputs, for a table of inputs alone. With any other number
 * of columns nobody could say which is which. */
static bool locate(const bp_preparation *p, const bp_table *table, const prepared_column *column,
                   bool target, size_t index, size_t *found)
{
    if (by_name(p, table))
        return locate_name(table, column, found);
    size_t columns = bp_table_column_count(table);
    bool whole = columns >= p->table_columns;
    *found = whole ? column->position : index;
    return whole || (!target && columns == p->input_count);
}

bool bp_preparation_has_targets(const bp_preparation *p, const bp_table *table)
{
    size_t found = 0;
    for (size_t i = 0; i < p->target_count; i++)
        if (!locate(p, table, &p->targets[i], true, i, &found))
            return false;
    return true;
}

bp_status bp_prepared_find(const bp_preparation *p, const bp_table *table,
                           const prepared_column *column, bool target, size_t index, size_t *found,
                           bp_error *error)
{
    const char *name = bp_table_name(table);
    if (locate(p, table, column, target, index, found))
        return BP_OK;
    if (target || by_name(p, table))
        return bp_fail_at(error, BP_E_DATA, name, 0, 0,
                          "the table has no column \"%s\", which the model needs", column->name);
    return bp_fail_at(error, BP_E_DATA, name, 0, 0,
                      "the table has no column \"%s\", which the model needs: without column "
                      "names there must be %zu columns, or the %zu inputs alone, not %zu",
                      column->name, p->table_columns, p->input_count, bp_table_column_count(table));
}

bp_status bp_preparation_mark_columns(const bp_preparation *p, const bp_table *table, bool *marks,
                                      bp_error *error)
{
    size_t found = 0;
    for (size_t i = 0; i < p->input_count; i++) {
        bp_status status = bp_prepared_find(p, table, &p->inputs[i], false, i, &found, error);
        if (status != BP_OK)
            return status;
        marks[found] = true;
    }
    for (size_t i = 0; i < p->target_count; i++)
        if (locate(p, table, &p->targets[i], true, i, &found))
            marks[found] = true;
    return BP_OK;
}

/* Yes and no are texts, and numbers too. */
static bp_fill_mode mode_of(const prepared_column *column)
{
    return column->kind == PREPARED_NUMBER ? BP_FILL_NUMBER
           : column->kind == PREPARED_DATE ? BP_FILL_DATE
                                           : BP_FILL_TEXT;
}

void bp_prepared_expect(const bp_preparation *p, const bp_table *table, bp_fill_mode *modes)
{
    bool classes = p->task == BP_TASK_CLASSIFICATION && !bp_one_hot(p);
    size_t found = 0;
    for (size_t i = 0; i < p->target_count; i++)
        if (locate(p, table, &p->targets[i], true, i, &found))
            modes[found] = classes ? BP_FILL_TEXT : mode_of(&p->targets[i]);
    for (size_t i = 0; i < p->input_count; i++)
        if (locate(p, table, &p->inputs[i], false, i, &found))
            modes[found] = mode_of(&p->inputs[i]);
}

bp_date_order bp_prepared_date_order(const bp_preparation *p)
{
    return p->date_order;
}

bool bp_prepared_is_input(const bp_preparation *p, const bp_table *table, size_t column)
{
    size_t found = 0;
    for (size_t i = 0; i < p->input_count; i++)
        if (locate(p, table, &p->inputs[i], false, i, &found) && found == column)
            return true;
    return false;
}

bp_status bp_preparation_find_input(const bp_preparation *p, const bp_table *table, size_t input,
                                    size_t *column, bp_error *error)
{
    if (input >= p->input_count)
        return bp_fail(error, BP_E_ARGUMENT, "the model has %zu inputs", p->input_count);
    return bp_prepared_find(p, table, &p->inputs[input], false, input, column, error);
}
