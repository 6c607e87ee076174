/* preparation_fit.c: scaling, input categories and what stands for missing cells, fitted on
 * training rows alone. */
#include "base/error.h"
#include "base/memory.h"
#include "table/boolean_text.h"
#include "table/one_hot_targets.h"

#include <math.h>

/* What one call fits on. */
typedef struct fitting {
    bp_preparation *preparation;
    prepared_rows rows;
    double *values;  /* [chosen rows]: the cells of a column that are not missing, in order */
    double *derived; /* [chosen rows]: a part of them */
    bp_error *error;
} fitting;

static bp_status fail_column(const fitting *f, const prepared_column *column, const char *what)
{
    return bp_fail_at(f->error, BP_E_DATA, bp_table_name(f->rows.table), 0, 0, "%s (column %s)",
                      what, column->name);
}

/* ---- Cells ----------------------------------------------------------------- */

/* A cell as a number: NaN where it is missing. */
static double cell_value(const fitting *f, const prepared_column *column, const bp_matrix *numbers,
                         size_t row)
{
    const uint32_t *codes = bp_table_codes(f->rows.table, column->position);
    double value = NAN;
    if (codes == NULL)
        return bp_matrix_at(numbers, row, 0);
    if (codes[row] != BP_MISSING && column->kind == PREPARED_BOOLEAN)
        bp_boolean_read(bp_table_category(f->rows.table, column->position, codes[row]), &value);
    return value;
}

/* Gathers the values of a column; the first row where one is missing, or SIZE_MAX. */
static size_t gather(const fitting *f, const prepared_column *column, size_t *count)
{
    bp_matrix numbers = bp_table_numbers(f->rows.table, column->position);
    size_t missing = SIZE_MAX, rows = bp_table_row_count(f->rows.table);
    *count = 0;
    for (size_t row = 0; row < rows; row++) {
        if (!f->rows.chosen[row])
            continue;
        double value = cell_value(f, column, &numbers, row);
        if (!isnan(value))
            f->values[(*count)++] = value;
        else if (missing == SIZE_MAX)
            missing = row;
    }
    return missing;
}

/* ---- Parts ----------------------------------------------------------------- */

static bp_status fit_part(const fitting *f, prepared_column *column, prepared_part *part,
                          bp_scaling scaling, size_t count)
{
    for (size_t i = 0; i < count; i++)
        f->derived[i] = bp_date_part_of(part->part, f->values[i]);
    if (bp_date_part_turns(part->part))
        return BP_OK;
    bp_status status = bp_scaler_fit(&part->scaler, scaling, f->derived, count,
                                     &f->preparation->allocator, f->error);
    return status == BP_E_DATA
               ? fail_column(f, column, "the numbers are too far apart to be scaled")
               : status;
}

/* The parts of a date that are not the same in all rows, its seconds first. */
static size_t choose_parts(const fitting *f, size_t count, bp_date_part *parts)
{
    size_t chosen = 1;
    parts[0] = BP_PART_VALUE;
    for (int part = BP_PART_YEAR; part < BP_PART_COUNT; part++) {
        bool varies = false;
        for (size_t i = 1; i < count && !varies; i++)
            varies = bp_date_part_of((bp_date_part)part, f->values[i])
                     != bp_date_part_of((bp_date_part)part, f->values[0]);
        if (varies)
            parts[chosen++] = (bp_date_part)part;
    }
    return chosen;
}

static double fill_for(const fitting *f, const prepared_column *column, size_t count)
{
    bp_gaps gaps = f->preparation->gaps;
    if (gaps == BP_GAPS_MEDIAN)
        return bp_median_of(f->values, count);
    if (gaps == BP_GAPS_MODE)
        return bp_mode_of(f->values, count);
    bool mean = gaps == BP_GAPS_MEAN || (gaps == BP_GAPS_ZERO && column->kind == PREPARED_DATE);
    return mean ? bp_mean_of(f->values, count) : 0;
}

static bp_status fit_parts(const fitting *f, prepared_column *column, bp_scaling scaling,
                           size_t count)
{
    bp_date_part parts[BP_PART_COUNT] = {BP_PART_VALUE};
    size_t part_count = column->kind == PREPARED_DATE ? choose_parts(f, count, parts) : 1;
    bp_status status = bp_prepared_open_parts(f->preparation, column, part_count, f->error);
    for (size_t i = 0; i < part_count && status == BP_OK; i++) {
        column->parts[i].part = parts[i];
        status = fit_part(f, column, &column->parts[i],
                          column->kind == PREPARED_BOOLEAN ? BP_SCALING_NONE : scaling, count);
    }
    if (status == BP_OK) /* last: a median and a mode sort the values */
        column->fill = fill_for(f, column, count);
    return status;
}

static bp_status fit_pieces(const fitting *f, prepared_column *column, size_t count)
{
    const bp_preparation *p = f->preparation;
    if (column->kind != PREPARED_NUMBER || p->pieces == 0)
        return BP_OK;
    for (size_t i = 0; i < count; i++)
        f->derived[i] = bp_scaler_apply(&column->parts[0].scaler, f->values[i]);
    return bp_pieces_fit(&column->pieces, p->pieces, f->derived, count, &p->allocator, f->error);
}

/* ---- Columns --------------------------------------------------------------- */

/* Whether a column that lacks cells is told of, or refused. */
static bp_status note_gaps(const fitting *f, prepared_column *column, size_t missing)
{
    if (missing == SIZE_MAX)
        return BP_OK;
    column->indicator = f->preparation->gap_indicator;
    if (f->preparation->gaps != BP_GAPS_ERROR)
        return BP_OK;
    return bp_prepared_missing(f->rows.table, missing, column->position, ADVICE_INPUT, f->error);
}

static size_t first_missing_code(const fitting *f, size_t column)
{
    const uint32_t *codes = bp_table_codes(f->rows.table, column);
    size_t rows = bp_table_row_count(f->rows.table);
    for (size_t row = 0; row < rows; row++)
        if (f->rows.chosen[row] && codes[row] == BP_MISSING)
            return row;
    return SIZE_MAX;
}

/* Whether a column of two texts has them in the spellings of yes and no; one that was asked
 * to be boolean may have others. */
static bool reads_as_boolean(const bp_table *table, size_t column)
{
    double value = 0;
    for (size_t i = 0; i < bp_table_category_count(table, column); i++)
        if (!bp_boolean_read(bp_table_category(table, column, (uint32_t)i), &value))
            return false;
    return true;
}

static prepared_kind kind_of(const bp_table *table, size_t column)
{
    bp_column_kind kind = bp_table_column_kind(table, column);
    if (bp_table_codes(table, column) == NULL)
        return kind == BP_COLUMN_DATE ? PREPARED_DATE : PREPARED_NUMBER;
    return kind == BP_COLUMN_BOOLEAN && reads_as_boolean(table, column) ? PREPARED_BOOLEAN
                                                                        : PREPARED_CATEGORY;
}

static bp_status fit_input(const fitting *f, prepared_column *input)
{
    bp_preparation *p = f->preparation;
    size_t count = 0;
    input->kind = kind_of(f->rows.table, input->position);
    bool category = input->kind == PREPARED_CATEGORY;
    size_t missing = category ? first_missing_code(f, input->position) : gather(f, input, &count);
    bp_status status = note_gaps(f, input, missing);
    if (status != BP_OK)
        return status;
    if (category)
        return bp_prepared_categories(p, input, &f->rows, f->error);
    status = fit_parts(f, input, p->scaling, count);
    return status == BP_OK ? fit_pieces(f, input, count) : status;
}

static bp_status fit_target(const fitting *f, prepared_column *target)
{
    bool classes = f->preparation->task == BP_TASK_CLASSIFICATION;
    bool texts = bp_table_codes(f->rows.table, target->position) != NULL;
    bool one_hot = bp_one_hot(f->preparation);
    size_t count = 0, missing = SIZE_MAX;
    if (classes != texts && !one_hot)
        return fail_column(f, target,
                           classes ? "a target of classes holds numbers"
                                   : "a target of regression holds texts");
    missing =
        classes && !one_hot ? first_missing_code(f, target->position) : gather(f, target, &count);
    if (missing != SIZE_MAX)
        return bp_prepared_missing(f->rows.table, missing, target->position, ADVICE_TARGET,
                                   f->error);
    return classes ? BP_OK : fit_parts(f, target, f->preparation->target_scaling, count);
}

/* All columns of numbers get the smallest and the largest value of any. */
static bp_status share_range(const fitting *f)
{
    bp_preparation *p = f->preparation;
    const bp_scaler *least = NULL, *greatest = NULL;
    for (size_t i = 0; i < p->input_count; i++) {
        if (p->inputs[i].kind != PREPARED_NUMBER)
            continue;
        const bp_scaler *scaler = &p->inputs[i].parts[0].scaler;
        least = least == NULL || scaler->low < least->low ? scaler : least;
        greatest = greatest == NULL || scaler->high > greatest->high ? scaler : greatest;
    }
    if (least == NULL)
        return BP_OK;
    const double low = least->low, high = greatest->high;
    for (size_t i = 0; i < p->input_count; i++) {
        bp_scaler *scaler =
            p->inputs[i].kind == PREPARED_NUMBER ? &p->inputs[i].parts[0].scaler : NULL;
        if (scaler != NULL && !isfinite(high - low))
            return fail_column(f, &p->inputs[i], "the numbers are too far apart to be scaled");
        if (scaler != NULL) {
            scaler->low = low;
            scaler->high = high;
        }
    }
    return BP_OK;
}

/* ---- The whole ------------------------------------------------------------- */

static bp_status fit_columns(const fitting *f, size_t *width)
{
    bp_preparation *p = f->preparation;
    bp_status status = BP_OK;
    for (size_t i = 0; i < p->input_count && status == BP_OK; i++) {
        bp_prepared_clear(&p->allocator, &p->inputs[i]);
        status = fit_input(f, &p->inputs[i]);
        p->inputs[i].first = *width;
        *width += bp_prepared_width(p, &p->inputs[i]);
    }
    if (status == BP_OK && p->scaling == BP_SCALING_COMMON)
        status = share_range(f);
    for (size_t i = 0; i < p->target_count && status == BP_OK; i++) {
        if (p->task == BP_TASK_REGRESSION)
            bp_prepared_clear(&p->allocator, &p->targets[i]);
        status = fit_target(f, &p->targets[i]);
    }
    if (status == BP_OK && *width == 0)
        return bp_fail_at(f->error, BP_E_DATA, bp_table_name(f->rows.table), 0, 0,
                          "every cell of the inputs is missing in the rows to learn from");
    return status;
}

/* Principal components of the rows in the table's order, which the width then counts. */
static bp_status fit_principal(const fitting *f, size_t *order, double *numbers, size_t *width)
{
    bp_preparation *p = f->preparation;
    size_t rows = bp_table_row_count(f->rows.table), count = 0;
    for (size_t row = 0; row < rows; row++)
        if (f->rows.chosen[row])
            order[count++] = row;
    bp_status status = bp_prepared_raw(p, f->rows.table, order, count, *width, numbers, f->error);
    if (status == BP_OK)
        status = bp_principal_fit(&p->principal, numbers, count, *width, p->components,
                                  &p->allocator, f->error);
    *width = p->principal.count;
    return status;
}

/* The same with room for it: `count` rows at most. */
static bp_status fit_components(const fitting *f, size_t count, size_t *width)
{
    const bp_allocator *memory = &f->preparation->allocator;
    size_t before = *width, row_size = before * sizeof(double);
    size_t *order = bp_allocate(memory, count, sizeof *order, f->error);
    double *numbers = bp_allocate(memory, count, row_size, f->error);
    bp_status status = BP_E_MEMORY;
    if (order != NULL && numbers != NULL)
        status = fit_principal(f, order, numbers, width);
    bp_release(memory, order, count, sizeof *order);
    bp_release(memory, numbers, count, row_size);
    return status;
}

static bp_status fit_rows(bp_preparation *p, const bp_table *table, const size_t *rows,
                          size_t count, bp_error *error)
{
    const bp_allocator *memory = &p->allocator;
    size_t all = bp_table_row_count(table), width = 0;
    bool *chosen = bp_allocate(memory, all, sizeof(bool), error);
    double *values = bp_allocate(memory, count, 2 * sizeof(double), error);
    bp_status status = BP_E_MEMORY;
    if (chosen != NULL && values != NULL) {
        for (size_t i = 0; i < count; i++)
            chosen[rows != NULL ? rows[i] : i] = true;
        fitting f = {p, {table, chosen}, values, values + count, error};
        status = fit_columns(&f, &width);
        if (status == BP_OK && p->components > 0)
            status = fit_components(&f, count, &width);
    }
    if (status == BP_OK)
        p->width = width;
    bp_release(memory, values, count, 2 * sizeof(double));
    bp_release(memory, chosen, all, sizeof(bool));
    return status;
}

bp_status bp_preparation_fit(bp_preparation *p, const bp_table *table, const size_t *rows,
                             size_t count, bp_error *error)
{
    p->width = 0;
    bp_principal_release(&p->principal, &p->allocator);
    if (count == 0)
        return bp_fail(error, BP_E_DATA, "there are no rows to prepare");
    if (bp_table_column_count(table) != p->table_columns)
        return bp_fail_at(error, BP_E_ARGUMENT, bp_table_name(table), 0, 0,
                          "the preparation was made from a table of %zu columns, this one has %zu",
                          p->table_columns, bp_table_column_count(table));
    bp_status status = bp_prepared_rows_check(table, rows, count, error);
    return status == BP_OK ? fit_rows(p, table, rows, count, error) : status;
}
