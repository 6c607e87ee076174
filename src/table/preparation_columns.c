/* preparation_columns.c: which columns are inputs and targets, what task it is, what the
 * classes are called. */
#include "base/error.h"
#include "base/memory.h"
#include "table/prepared_columns.h"

#include <math.h>
#include <string.h>

#define CLASS_LIMIT 20 /* distinct integers that are still classes */
#define NAME_LIMIT 256

/* ---- Columns ------------------------------------------------------------- */

/* Marks the columns of a list "a,b" in `marks`; NULL or "" is none. */
static bp_status mark_columns(const bp_table *table, const char *list, bool *marks, bp_error *error)
{
    while (list != NULL && list[0] != '\0') {
        char name[NAME_LIMIT] = {0};
        size_t length = strcspn(list, ","), column = 0;
        if (length >= NAME_LIMIT)
            return bp_fail(error, BP_E_OPTION, "a column name of %zu bytes is too long", length);
        memcpy(name, list, length);
        bp_status status = bp_table_find_column(table, name, &column, error);
        if (status != BP_OK)
            return status;
        marks[column] = true;
        list += length + (list[length] == ',');
    }
    return BP_OK;
}

static bp_status add_column(bp_preparation *p, prepared_column *into, const bp_table *table,
                            size_t position, bp_error *error)
{
    const char *name = bp_table_column_name(table, position);
    into->position = position;
    into->name = bp_copy_text(&p->allocator, name, strlen(name), error);
    return into->name != NULL ? BP_OK : BP_E_MEMORY;
}

static bp_status choose_columns(bp_preparation *p, const bp_table *table, const bool *targets,
                                const bool *drops, bp_error *error)
{
    for (size_t i = 0; i < p->table_columns; i++) {
        if (targets[i] && drops[i])
            return bp_fail(error, BP_E_OPTION, "the column %s is both target and dropped",
                           bp_table_column_name(table, i));
        if (!targets[i] && drops[i])
            continue;
        bp_status status = targets[i]
                               ? add_column(p, &p->targets[p->target_count++], table, i, error)
                               : add_column(p, &p->inputs[p->input_count++], table, i, error);
        if (status != BP_OK)
            return status;
    }
    if (p->input_count == 0)
        return bp_fail_at(error, BP_E_DATA, bp_table_name(table), 0, 0,
                          "no column is left as an input");
    return BP_OK;
}

/* ---- The task ------------------------------------------------------------ */

static bool few_integers(const bp_table *table, size_t column)
{
    bp_matrix cells = bp_table_numbers(table, column);
    double seen[CLASS_LIMIT];
    size_t distinct = 0;
    for (size_t row = 0; row < cells.rows; row++) {
        double value = bp_matrix_at(&cells, row, 0);
        if (isnan(value))
            continue;
        if (value != floor(value))
            return false;
        size_t i = 0;
        while (i < distinct && seen[i] != value)
            i++;
        if (i == distinct && distinct == CLASS_LIMIT)
            return false;
        if (i == distinct)
            seen[distinct++] = value;
    }
    return distinct > 0;
}

static bp_status decide_classes(bp_preparation *p, bp_table *table, bp_error *error)
{
    prepared_column *target = &p->targets[0];
    if (p->target_count > 1)
        return bp_fail(error, BP_E_OPTION, "classification has one target column, not %zu",
                       p->target_count);
    bp_status status = bp_table_categorize(table, target->position, error);
    if (status == BP_OK)
        status = bp_prepared_categories(p, target, table, target->position, NULL, error);
    if (status == BP_OK && target->category_count < 2)
        status = bp_fail_at(error, BP_E_DATA, bp_table_name(table), 0, 0,
                            "the target %s has fewer than two classes", target->name);
    return status;
}

static bp_status check_numbers(const bp_preparation *p, const bp_table *table, bp_error *error)
{
    for (size_t i = 0; i < p->target_count; i++)
        if (bp_table_codes(table, p->targets[i].position) != NULL)
            return bp_fail_at(error, BP_E_OPTION, bp_table_name(table), 0, 0,
                              "the target %s is text, which regression cannot predict; use "
                              "--task classification or another target",
                              p->targets[i].name);
    return BP_OK;
}

static bp_status decide_task(bp_preparation *p, bp_table *table, bp_task asked, bp_error *error)
{
    size_t column = p->targets[0].position;
    bool text = bp_table_codes(table, column) != NULL;
    p->task = asked;
    if (asked == BP_TASK_AUTO)
        p->task = p->target_count == 1 && (text || few_integers(table, column))
                      ? BP_TASK_CLASSIFICATION
                      : BP_TASK_REGRESSION;
    return p->task == BP_TASK_CLASSIFICATION ? decide_classes(p, table, error)
                                             : check_numbers(p, table, error);
}

static bp_status decide(bp_preparation *p, bp_table *table, const bp_preparation_options *options,
                        bp_error *error)
{
    size_t columns = p->table_columns;
    bool *marks = bp_allocate(&p->allocator, 2 * columns, sizeof(bool), error);
    if (marks == NULL)
        return BP_E_MEMORY;
    bp_status status = mark_columns(table, options->target, marks, error);
    if (options->target == NULL || options->target[0] == '\0')
        marks[columns - 1] = true;
    if (status == BP_OK)
        status = mark_columns(table, options->drop, marks + columns, error);
    if (status == BP_OK)
        status = choose_columns(p, table, marks, marks + columns, error);
    if (status == BP_OK)
        status = decide_task(p, table, options->task, error);
    bp_release(&p->allocator, marks, 2 * columns, sizeof(bool));
    return status;
}

bp_status bp_preparation_new(bp_preparation **out, bp_table *table,
                             const bp_preparation_options *options, bp_error *error)
{
    bp_preparation_options defaults;
    bp_preparation_options_init(&defaults);
    options = options != NULL ? options : &defaults;
    *out = NULL;
    bp_preparation *p = NULL;
    size_t columns = bp_table_column_count(table);
    bp_status status = bp_preparation_make(&p, columns, columns, options->allocator, error);
    if (status != BP_OK)
        return status;
    p->table_columns = columns;
    p->scaling = options->scaling;
    p->header = bp_table_has_header(table);
    status = decide(p, table, options, error);
    if (status != BP_OK) {
        bp_preparation_free(p);
        return status;
    }
    *out = p;
    return BP_OK;
}
