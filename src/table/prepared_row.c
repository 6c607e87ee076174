/* prepared_row.c: rows of numbers as a network reads them, without a table. */
#include "table/prepared_row.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/prepared_value.h"

#include <math.h>

/* ---- What is known beforehand ---------------------------------------------- */

/* Sets the lanes; false where an input is not plain. */
static bool set_lanes(const bp_raw_rows *raw)
{
    const bp_preparation *p = raw->preparation;
    size_t lanes = raw->pieces * BP_PLAIN_LANES, i = 0;
    for (; i < lanes; i++) {
        const prepared_column *column = &p->inputs[i % p->input_count];
        if (!bp_plain_lane(&raw->lanes[i / BP_PLAIN_LANES], i % BP_PLAIN_LANES, p, column))
            return false;
    }
    return true;
}

bp_status bp_raw_rows_open(bp_raw_rows *raw, const bp_preparation *p, bp_type type,
                           const bp_allocator *memory, bp_error *error)
{
    *raw = (bp_raw_rows){.preparation = p, .type = type};
    raw->scratch = bp_allocate(memory, p->principal.from, sizeof(double), error);
    if (raw->scratch == NULL)
        return BP_E_MEMORY;
    if (p->principal.from > 0 || p->input_count == 0)
        return BP_OK;
    raw->span = p->input_count < BP_PLAIN_LANES ? BP_PLAIN_LANES / p->input_count : 1;
    raw->pieces = (p->input_count - 1) / BP_PLAIN_LANES + 1;
    raw->lanes = bp_allocate(memory, raw->pieces, sizeof *raw->lanes, error);
    if (raw->lanes == NULL)
        return BP_E_MEMORY;
    if (!set_lanes(raw)) {
        bp_release(memory, raw->lanes, raw->pieces, sizeof *raw->lanes);
        raw->lanes = NULL;
        raw->pieces = 0;
    }
    return BP_OK;
}

void bp_raw_rows_close(bp_raw_rows *raw, const bp_allocator *memory)
{
    if (raw->preparation == NULL)
        return;
    bp_release(memory, raw->scratch, raw->preparation->principal.from, sizeof(double));
    bp_release(memory, raw->lanes, raw->pieces, sizeof *raw->lanes);
    *raw = (bp_raw_rows){0};
}

/* ---- One number after another ----------------------------------------------- */

/* Where the next number of a row goes. */
typedef struct raw_place {
    bp_type type;
    void *numbers;
    size_t into;
} raw_place;

static bp_status fail_number(const prepared_column *column, double value, const char *what,
                             bp_status status, bp_error *error)
{
    char number[BP_NUMBER_SIZE];
    bp_number_write(value, number);
    return bp_fail(error, status, "%s%s (column %s)", number, what, column->name);
}

/* As apply_parts does with a cell, which a table would have rounded to its type. */
static bp_status apply_number(const bp_preparation *p, const prepared_column *column, double value,
                              bp_type cells, raw_place *d, bp_error *error)
{
    bool missing = isnan(value);
    if (column->kind == PREPARED_CATEGORY)
        return bp_fail(error, BP_E_ARGUMENT,
                       "the column %s is one of texts, for which no number can stand",
                       column->name);
    if (missing && p->gaps == BP_GAPS_ERROR)
        return bp_fail(error, BP_E_DATA, "the number is missing (column %s)", column->name);
    if (!missing && column->kind == PREPARED_BOOLEAN && value != 0 && value != 1)
        return fail_number(column, value, bp_prepared_refusal(PREPARED_BOOLEAN), BP_E_DATA, error);
    if (column->kind == PREPARED_NUMBER && cells == BP_F32)
        value = (double)(float)value;
    size_t stored =
        bp_prepared_parts(column, missing ? column->fill : value, d->type, d->numbers, d->into);
    if (stored == 0)
        return fail_number(column, value, " is too large once scaled", BP_E_DATA, error);
    if (column->indicator)
        bp_prepared_store(d->type, d->numbers, d->into + stored++, missing);
    d->into += stored;
    return BP_OK;
}

static bp_status prepare_row(const bp_raw_rows *raw, const bp_matrix *values, size_t row,
                             void *numbers, size_t place, bp_error *error)
{
    const bp_preparation *p = raw->preparation;
    bool components = p->principal.from > 0;
    raw_place d = {raw->type, numbers, place};
    if (components)
        d = (raw_place){BP_F64, raw->scratch, 0};
    for (size_t i = 0; i < p->input_count; i++) {
        double value = bp_matrix_at(values, row, i);
        bp_status status = apply_number(p, &p->inputs[i], value, raw->type, &d, error);
        if (status != BP_OK)
            return status;
    }
    for (size_t k = 0; k < p->width && components; k++)
        if (!bp_prepared_store(raw->type, numbers, place + k,
                               bp_principal_at(&p->principal, raw->scratch, k)))
            return bp_fail(error, BP_E_DATA, "the principal components are too large as %s",
                           bp_type_name(raw->type));
    return BP_OK;
}

/* ---- Many numbers at once ----------------------------------------------------- */

static void *place_in(const bp_raw_rows *raw, void *numbers, size_t place)
{
    return (char *)numbers + place * bp_type_size(raw->type);
}

#define FEW 16u /* numbers for which vectors would wait longer than they save */

/* Numbers one by one: what was just stored is not loaded again as part of a vector. */
static bool prepare_few(const bp_raw_rows *raw, const bp_matrix *values, size_t place, size_t count,
                        void *numbers)
{
    const bp_plain_lanes *lanes = raw->lanes;
    bool well = true;
    for (size_t i = 0; i < count; i++) {
        double value = bp_matrix_at(values, 0, place + i);
        value = raw->type == BP_F32 ? (double)(float)value : value;
        value = isnan(value) ? lanes->fill[i] : value;
        value = (value - lanes->offset[i]) / lanes->unit[i];
        well = bp_prepared_store(raw->type, numbers, i, value) && well;
    }
    return well;
}

/* A piece of one row, or of rows that lie one behind the other. */
static bool prepare_piece(const bp_raw_rows *raw, const bp_plain_lanes *lanes,
                          const bp_matrix *values, size_t place, size_t count, void *numbers)
{
    double room[BP_PLAIN_LANES];
    bp_plain_take(values, place, count, raw->type == BP_F32, room);
    return bp_plain_apply(lanes, room, count, raw->type, numbers);
}

/* The rows of one piece, or one row of several; false where a number asks for more. */
static bool prepare_span(const bp_raw_rows *raw, const bp_matrix *values, size_t row, size_t rows,
                         void *numbers)
{
    size_t inputs = raw->preparation->input_count, place = row * values->row_stride;
    bool well = true;
    if (raw->pieces == 1 && rows * inputs < FEW)
        return prepare_few(raw, values, place, inputs * rows, numbers);
    if (raw->pieces == 1)
        return prepare_piece(raw, raw->lanes, values, place, rows * inputs, numbers);
    for (size_t k = 0, at = 0; k < raw->pieces; k++, at += BP_PLAIN_LANES) {
        size_t left = inputs - at, count = left < BP_PLAIN_LANES ? left : BP_PLAIN_LANES;
        well = prepare_piece(raw, &raw->lanes[k], values, place + at, count,
                             place_in(raw, numbers, at))
               && well;
    }
    return well;
}

bp_status bp_raw_rows_prepare(const bp_raw_rows *raw, const bp_matrix *values, size_t first,
                              size_t count, void *numbers, size_t *done, bp_error *error)
{
    size_t width = raw->preparation->width;
    bool together = values->row_stride == raw->preparation->input_count;
    bp_status status = BP_OK;
    for (*done = 0; *done < count && status == BP_OK;) {
        size_t left = count - *done, span = together && raw->span < left ? raw->span : left;
        span = together ? span : 1;
        void *into = place_in(raw, numbers, *done * width);
        if (raw->pieces > 0 && prepare_span(raw, values, first + *done, span, into)) {
            *done += span;
            continue;
        }
        size_t end = raw->pieces > 0 ? *done + span : count;
        while (*done < end && status == BP_OK) {
            status = prepare_row(raw, values, first + *done, numbers, *done * width, error);
            *done += status == BP_OK;
        }
    }
    return status;
}
