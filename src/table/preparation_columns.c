/* preparation_columns.c: which columns are inputs and targets, what task it is, what the
 * classes are called. */
#include "base/error.h"
#include "base/memory.h"
#include "table/column_kinds.h"
#include "table/one_hot_targets.h"

#include <math.h>
#include <string.h>

#define CLASS_LIMIT 20 /* distinct integers that are still classes */

/* ---- Columns ------------------------------------------------------------- */

static bp_status add_column(bp_preparation *p, prepared_column *into, const bp_table *table,
                            size_t position, bp_error *error)
{
    const char *name = bp_table_column_name(table, position);
    into->position = position;
    into->name = bp_copy_text(&p->allocator, name, strlen(name), error);
    return into->name != NULL ? BP_OK : BP_E_MEMORY;
}

/* What lists of columns ask for: a mark a column. */
typedef struct wishes {
    bool *targets, *drops, *keeps;
} wishes;

static bp_status omit_column(bp_preparation *p, const bp_table *table, size_t position,
                             const char *reason, bp_error *error)
{
    const char *name = bp_table_column_name(table, position);
    omitted_column *into = &p->omitted[p->omitted_count];
    into->name = bp_copy_text(&p->allocator, name, strlen(name), error);
    if (into->name == NULL)
        return BP_E_MEMORY;
    into->reason = reason;
    p->omitted_count++;
    return BP_OK;
}

/* Why a column that is no target is no input either; NULL where it is one. */
static const char *reason_to_omit(const bp_table *table, const wishes *w, size_t column)
{
    bp_column_kind kind = bp_table_column_kind(table, column);
    if (w->drops[column])
        return "dropped";
    if ((kind == BP_COLUMN_IDENTIFIER || kind == BP_COLUMN_CONSTANT) && !w->keeps[column])
        return bp_column_kind_name(kind);
    return NULL;
}

static bp_status choose_column(bp_preparation *p, const bp_table *table, const wishes *w,
                               size_t column, bp_error *error)
{
    const char *reason = reason_to_omit(table, w, column);
    if (w->drops[column] && (w->targets[column] || w->keeps[column]))
        return bp_fail(error, BP_E_OPTION, "the column %s is both %s and dropped",
                       bp_table_column_name(table, column), w->targets[column] ? "target" : "kept");
    if (w->targets[column])
        return add_column(p, &p->targets[p->target_count++], table, column, error);
    if (reason != NULL)
        return omit_column(p, table, column, reason, error);
    return add_column(p, &p->inputs[p->input_count++], table, column, error);
}

static bp_status choose_columns(bp_preparation *p, const bp_table *table, const wishes *w,
                                bp_error *error)
{
    bool by_kind = false;
    bp_status status = BP_OK;
    for (size_t i = 0; i < p->table_columns && status == BP_OK; i++)
        status = choose_column(p, table, w, i, error);
    if (status != BP_OK || p->input_count > 0)
        return status;
    for (size_t i = 0; i < p->omitted_count; i++)
        by_kind = by_kind || strcmp(p->omitted[i].reason, "dropped") != 0;
    return bp_fail_at(
        error, BP_E_DATA, bp_table_name(table), 0, 0, "no column is left as an input%s",
        by_kind ? ": identifiers and constants are none unless they are kept (--keep)" : "");
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

static bp_status fail_classes(const bp_table *table, const prepared_column *target, bp_error *error)
{
    const uint32_t *codes = bp_table_codes(table, target->position);
    size_t missing = 0;
    for (size_t row = 0; row < bp_table_row_count(table); row++)
        missing += codes[row] == BP_MISSING;
    if (missing == 0)
        return bp_fail_at(error, BP_E_DATA, bp_table_name(table), 0, 0,
                          "the target %s has fewer than two classes", target->name);
    return bp_fail_at(error, BP_E_DATA, bp_table_name(table), 0, 0,
                      "the target %s has fewer than two classes, and %zu missing cell%s; what "
                      "counts as missing is said by --missing-markers",
                      target->name, missing, missing == 1 ? "" : "s");
}

static bp_status decide_classes(bp_preparation *p, bp_table *table, bp_error *error)
{
    prepared_column *target = &p->targets[0];
    if (p->target_count > 1)
        return bp_one_hot_open(p, error);
    bp_status status = bp_table_categorize(table, target->position, error);
    if (status == BP_OK)
        status = bp_prepared_classes(p, target, table, error);
    if (status == BP_OK && target->category_count < 2)
        status = fail_classes(table, target, error);
    return status;
}

static bp_status check_numbers(const bp_preparation *p, const bp_table *table, bp_error *error)
{
    for (size_t i = 0; i < p->target_count; i++) {
        size_t column = p->targets[i].position;
        bool text = bp_table_codes(table, column) != NULL;
        if (text || bp_table_column_kind(table, column) == BP_COLUMN_DATE)
            return bp_fail_at(error, BP_E_OPTION, bp_table_name(table), 0, 0,
                              "the target %s is %s, which regression cannot predict; use "
                              "--task classification or another target",
                              p->targets[i].name, text ? "text" : "a date");
    }
    return BP_OK;
}

/* Whether the targets look like classes; several do where each row is of one of them. */
static bp_status look_like_classes(const bp_preparation *p, const bp_table *table, bool *classes,
                                   bp_error *error)
{
    size_t column = p->targets[0].position;
    *classes = p->target_count == 1
               && (bp_table_codes(table, column) != NULL || few_integers(table, column));
    if (p->target_count == 1)
        return BP_OK;
    bp_error reason; /* why they are none is of no interest */
    bp_status status = bp_one_hot_check(p, table, &reason);
    *classes = status == BP_OK;
    if (status != BP_OK && status != BP_E_DATA && error != NULL)
        *error = reason;
    return status == BP_E_DATA ? BP_OK : status;
}

/* Texts of which more differ than half of the rows tell rows apart: hours of learning them would
 * answer nothing. Of a few rows that may be chance. */
static bp_status check_classes(const bp_preparation *p, const bp_table *table, bp_error *error)
{
    size_t column = p->targets[0].position, rows = bp_table_row_count(table);
    size_t distinct = bp_table_category_count(table, column);
    if (bp_table_codes(table, column) == NULL || rows < BP_IDENTIFIER_ROWS || distinct <= rows / 2)
        return BP_OK;
    return bp_fail_at(error, BP_E_DATA, bp_table_name(table), 0, 0,
                      "the target %s tells rows apart: %zu different texts in %zu rows; choose "
                      "another by --target, or say --task classification",
                      p->targets[0].name, distinct, rows);
}

static bp_status decide_task(bp_preparation *p, bp_table *table, bp_task asked, bp_error *error)
{
    bool classes = asked == BP_TASK_CLASSIFICATION;
    bp_status status = BP_OK;
    if (asked == BP_TASK_AUTO)
        status = look_like_classes(p, table, &classes, error);
    if (status == BP_OK && asked == BP_TASK_AUTO && classes && p->target_count == 1)
        status = check_classes(p, table, error);
    else if (classes && p->target_count > 1)
        status = bp_one_hot_check(p, table, error);
    if (status != BP_OK)
        return status;
    p->task = classes ? BP_TASK_CLASSIFICATION : BP_TASK_REGRESSION;
    return p->task == BP_TASK_CLASSIFICATION ? decide_classes(p, table, error)
                                             : check_numbers(p, table, error);
}

static bp_status decide(bp_preparation *p, bp_table *table, const bp_preparation_options *options,
                        bp_error *error)
{
    size_t columns = p->table_columns;
    bool *marks = bp_allocate(&p->allocator, columns, 3 * sizeof(bool), error);
    if (marks == NULL)
        return BP_E_MEMORY;
    wishes w = {marks, marks + columns, marks + 2 * columns};
    bp_status status = bp_table_select_columns(table, options->target, w.targets, error);
    if (options->target == NULL || options->target[0] == '\0')
        w.targets[columns - 1] = true;
    if (status == BP_OK)
        status = bp_table_select_columns(table, options->drop, w.drops, error);
    if (status == BP_OK)
        status = bp_table_select_columns(table, options->keep, w.keeps, error);
    bool all = options->keep != NULL && strcmp(options->keep, "*") == 0;
    for (size_t i = 0; i < columns && all; i++)
        w.keeps[i] = !w.drops[i];
    if (status == BP_OK)
        status = choose_columns(p, table, &w, error);
    if (status == BP_OK)
        status = decide_task(p, table, options->task, error);
    bp_release(&p->allocator, marks, columns, 3 * sizeof(bool));
    return status;
}

/* The settings of the options; BP_E_OPTION where targets could not be brought back. */
static bp_status take_settings(bp_preparation *p, const bp_preparation_options *options,
                               bp_error *error)
{
    bool inverts = bp_scaling_inverts(options->scaling) && options->scaling != BP_SCALING_LOG;
    bool common = options->scaling == BP_SCALING_COMMON; /* of inputs */
    p->scaling = options->scaling;
    p->target_scaling = options->target_scaling;
    if (p->target_scaling == BP_SCALING_AUTO)
        p->target_scaling = common ? BP_SCALING_MINMAX : inverts ? p->scaling : BP_SCALING_STANDARD;
    if (!bp_scaling_inverts(p->target_scaling))
        return bp_fail(error, BP_E_OPTION,
                       "targets cannot be scaled by %s, which has no way back; there are none, "
                       "minmax, standard and log",
                       bp_scaling_name(p->target_scaling));
    if (!(options->components >= 0) || options->components > 1e9
        || (options->components > 1 && options->components != floor(options->components)))
        return bp_fail(error, BP_E_OPTION,
                       "principal components are a whole number of them, or a share of the "
                       "variance between 0 and 1");
    if (options->pieces > BP_PIECES_LIMIT)
        return bp_fail(error, BP_E_OPTION, "a column has at most %zu pieces", BP_PIECES_LIMIT);
    p->pieces = options->pieces;
    p->components = options->components;
    p->gaps = options->gaps;
    p->gap_indicator = options->gap_indicator;
    p->ordinal = options->ordinal;
    p->rare = options->rare;
    p->category_limit = options->category_limit;
    return BP_OK;
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
    bp_status status =
        bp_preparation_make(&p, columns, columns, columns, options->allocator, error);
    if (status != BP_OK)
        return status;
    p->table_columns = columns;
    p->header = bp_table_has_header(table);
    p->date_order = bp_table_date_order(table);
    status = take_settings(p, options, error);
    if (status == BP_OK)
        status = decide(p, table, options, error);
    if (status != BP_OK) {
        bp_preparation_free(p);
        return status;
    }
    *out = p;
    return BP_OK;
}
