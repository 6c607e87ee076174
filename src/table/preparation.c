/* preparation.c: the preparation as an object: its memory, what it tells, and the way
 * back from scaled targets. */
#include "table/preparation.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/names.h"
#include "table/prepared_columns.h"

#include <string.h>

void bp_preparation_options_init(bp_preparation_options *options)
{
    *options = (bp_preparation_options){.scaling = BP_SCALING_MINMAX,
                                        .target_scaling = BP_SCALING_AUTO,
                                        .gaps = BP_GAPS_MEAN,
                                        .gap_indicator = true,
                                        .category_limit = 200};
}

const char *bp_task_name(bp_task task)
{
    static const char *const names[] = {"auto", "classification", "regression"};
    return names[task];
}

#define GAPS_COUNT ((size_t)5)
static const char *const GAPS[GAPS_COUNT] = {"mean", "median", "mode", "zero", "error"};

const char *bp_gaps_name(bp_gaps gaps)
{
    return (size_t)gaps < GAPS_COUNT ? GAPS[gaps] : NULL;
}

bp_status bp_gaps_find(const char *name, bp_gaps *gaps, bp_error *error)
{
    size_t found = bp_name_find(name, GAPS, GAPS_COUNT, "way with missing cells", error);
    if (found == GAPS_COUNT)
        return BP_E_OPTION;
    *gaps = (bp_gaps)found;
    return BP_OK;
}

/* ---- Memory -------------------------------------------------------------- */

bp_status bp_preparation_make(bp_preparation **out, size_t input_room, size_t target_room,
                              size_t omitted_room, const bp_allocator *allocator, bp_error *error)
{
    bp_allocator memory = bp_allocator_or_default(allocator);
    bp_preparation *p = bp_allocate(&memory, 1, sizeof *p, error);
    if (p == NULL)
        return BP_E_MEMORY;
    p->allocator = memory;
    p->input_room = input_room;
    p->target_room = target_room;
    p->omitted_room = omitted_room;
    p->inputs = bp_allocate(&memory, input_room, sizeof(prepared_column), error);
    p->targets = bp_allocate(&memory, target_room, sizeof(prepared_column), error);
    p->omitted = bp_allocate(&memory, omitted_room, sizeof(omitted_column), error);
    if (p->inputs == NULL || p->targets == NULL || p->omitted == NULL) {
        bp_preparation_free(p);
        return BP_E_MEMORY;
    }
    *out = p;
    return BP_OK;
}

static void release_text(const bp_allocator *memory, char *text)
{
    if (text != NULL)
        bp_release(memory, text, strlen(text) + 1, 1);
}

void bp_prepared_clear(const bp_allocator *memory, prepared_column *column)
{
    for (size_t i = 0; i < column->category_count; i++)
        release_text(memory, column->categories[i]);
    bp_release(memory, column->categories, column->category_count, sizeof(char *));
    for (size_t i = 0; i < column->part_count; i++)
        bp_scaler_release(&column->parts[i].scaler, memory);
    bp_release(memory, column->parts, column->part_count, sizeof(prepared_part));
    bp_pieces_release(&column->pieces, memory);
    *column = (prepared_column){.name = column->name, .position = column->position};
}

bp_status bp_prepared_open_parts(const bp_preparation *p, prepared_column *column, size_t count,
                                 bp_error *error)
{
    column->parts = bp_allocate(&p->allocator, count, sizeof(prepared_part), error);
    column->part_count = column->parts != NULL ? count : 0;
    return column->parts != NULL ? BP_OK : BP_E_MEMORY;
}

static void release_columns(const bp_allocator *memory, prepared_column *columns, size_t count)
{
    for (size_t i = 0; i < count && columns != NULL; i++) {
        bp_prepared_clear(memory, &columns[i]);
        release_text(memory, columns[i].name);
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
    for (size_t i = 0; i < p->omitted_count; i++)
        /* There are as many as are counted. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
        release_text(&memory, p->omitted[i].name);
    bp_principal_release(&p->principal, &memory);
    bp_release(&memory, p->omitted, p->omitted_room, sizeof(omitted_column));
    bp_release(&memory, p, 1, sizeof *p);
}

/* ---- Widths -------------------------------------------------------------- */

size_t bp_prepared_places(const prepared_column *column)
{
    return column->category_count + (column->rare > 0) + column->indicator;
}

size_t bp_prepared_width(const bp_preparation *p, const prepared_column *column)
{
    size_t width = bp_pieces_count(&column->pieces) + column->indicator;
    if (column->kind == PREPARED_CATEGORY)
        return p->ordinal ? 1 : bp_prepared_places(column);
    for (size_t i = 0; i < column->part_count; i++)
        width += bp_date_part_turns(column->parts[i].part) ? 2 : 1;
    return width;
}

size_t bp_preparation_inputs_but_pieces(const bp_preparation *p, size_t *inputs)
{
    size_t count = 0, place = 0;
    for (size_t i = 0; i < p->width && p->principal.count > 0; i++)
        inputs[count++] = i;
    for (size_t i = 0; i < p->input_count && p->principal.count == 0; i++) {
        const prepared_column *column = &p->inputs[i];
        size_t width = bp_prepared_width(p, column), pieces = bp_pieces_count(&column->pieces);
        for (size_t k = 0; k < width; k++, place++)
            if (k < 1 || k > pieces) /* they are behind the number itself */
                inputs[count++] = place;
    }
    return count;
}

/* ---- Errors that fitting and applying share ------------------------------ */

bp_status bp_prepared_missing(const bp_table *table, size_t row, size_t column, const char *advice,
                              bp_error *error)
{
    bp_status status = bp_fail(error, BP_E_DATA, "the cell is missing (column %s); %s",
                               bp_table_column_name(table, column), advice);
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

size_t bp_preparation_rare_count(const bp_preparation *p, size_t input)
{
    return input < p->input_count ? p->inputs[input].rare : 0;
}

size_t bp_preparation_omitted_count(const bp_preparation *p)
{
    return p->omitted_count;
}

const char *bp_preparation_omitted_name(const bp_preparation *p, size_t index)
{
    return index < p->omitted_count ? p->omitted[index].name : NULL;
}

const char *bp_preparation_omitted_reason(const bp_preparation *p, size_t index)
{
    return index < p->omitted_count ? p->omitted[index].reason : NULL;
}

void bp_preparation_restore(const bp_preparation *p, double *values)
{
    for (size_t i = 0; i < p->target_count && p->task == BP_TASK_REGRESSION; i++)
        if (p->targets[i].part_count > 0) /* it is fitted */
            values[i] = bp_scaler_invert(&p->targets[i].parts[0].scaler, values[i]);
}
