/* explainer.c: rows prepared once, changed by columns and answered in blocks. */
#include "explain/explainer.h"

#include "base/error.h"
#include "base/memory.h"
#include "predict/probabilities.h"
#include "table/preparation.h"
#include "table/prepared_value.h"

#include <string.h>

void bp_explainer_options_init(bp_explainer_options *options)
{
    *options = (bp_explainer_options){.seed = 1};
}

/* Of a row of components. */
static size_t read_size(const bp_explainer *e)
{
    return e->principal != NULL ? e->principal->count * bp_type_size(bp_model_type(e->model)) : 0;
}

void bp_explainer_free(bp_explainer *e)
{
    if (e == NULL)
        return;
    bp_allocator memory = e->allocator;
    size_t size = e->numbers.columns * bp_type_size(e->numbers.type);
    bp_release(&memory, e->block_answers, BP_EXPLAIN_BLOCK, e->answers * sizeof(double));
    bp_release(&memory, e->block_outputs, BP_EXPLAIN_BLOCK, e->outputs * sizeof(double));
    bp_release(&memory, e->read, BP_EXPLAIN_BLOCK, read_size(e));
    bp_release(&memory, e->block, BP_EXPLAIN_BLOCK, size);
    bp_prepared_free(e->prepared);
    bp_predictor_free(e->predictor);
    bp_release(&memory, e->rows, e->count, sizeof(size_t));
    bp_release(&memory, e, 1, sizeof *e);
}

static bp_status take_rows(bp_explainer *e, const size_t *rows, bp_error *error)
{
    e->rows = bp_allocate(&e->allocator, e->count, sizeof(size_t), error);
    if (e->rows == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < e->count; i++)
        e->rows[i] = rows != NULL ? rows[i] : i;
    return BP_OK;
}

static bp_status take_blocks(bp_explainer *e, bp_error *error)
{
    size_t size = e->numbers.columns * bp_type_size(e->numbers.type);
    e->block = bp_allocate(&e->allocator, BP_EXPLAIN_BLOCK, size, error);
    e->block_outputs =
        bp_allocate(&e->allocator, BP_EXPLAIN_BLOCK, e->outputs * sizeof(double), error);
    e->block_answers =
        bp_allocate(&e->allocator, BP_EXPLAIN_BLOCK, e->answers * sizeof(double), error);
    if (e->principal != NULL)
        e->read = bp_allocate(&e->allocator, BP_EXPLAIN_BLOCK, read_size(e), error);
    bool whole = e->block != NULL && e->block_outputs != NULL && e->block_answers != NULL
                 && (e->principal == NULL || e->read != NULL);
    return whole ? BP_OK : BP_E_MEMORY;
}

/* Equation (18c) of a row of the columns' numbers, to place `at` of what the network reads; false
 * where a component is too large. */
static bool read_components(const bp_explainer *e, size_t at, const void *row)
{
    bool fits = true;
    for (size_t k = 0; k < e->principal->count; k++)
        fits = bp_prepared_store(bp_model_type(e->model), e->read, at * e->principal->count + k,
                                 bp_principal_at(e->principal, row, k))
               && fits;
    return fits;
}

/* As for a prediction, rows whose components are too large are refused. */
static bp_status check_components(const bp_explainer *e, bp_error *error)
{
    for (size_t i = 0; i < e->count && e->principal != NULL; i++)
        if (!read_components(e, 0, explain_row(e, i)))
            return bp_fail_at(error, BP_E_DATA, bp_table_name(e->table), 0, 0,
                              "the principal components of row %zu are too large as %s",
                              e->rows[i] + 1, bp_type_name(bp_model_type(e->model)));
    return BP_OK;
}

static bp_status open_explainer(bp_explainer *e, const size_t *rows,
                                const bp_explainer_options *options, bp_error *error)
{
    bp_predictor_options how;
    bp_predictor_options_init(&how);
    how.engine = options->engine;
    how.threads = options->threads;
    how.allocator = options->allocator;
    bp_status status = take_rows(e, rows, error);
    if (status == BP_OK)
        status = bp_predictor_new(&e->predictor, e->model, &how, error);
    if (status == BP_OK)
        status = bp_preparation_apply_columns(e->preparation, e->table, e->rows, e->count,
                                              bp_model_type(e->model), &e->prepared, error);
    if (status != BP_OK)
        return status;
    e->numbers = bp_prepared_samples(e->prepared).inputs;
    status = take_blocks(e, error);
    return status == BP_OK ? check_components(e, error) : status;
}

bp_status bp_explainer_new(bp_explainer **out, const bp_model *model, bp_table *table,
                           const size_t *rows, size_t count, const bp_explainer_options *options,
                           bp_error *error)
{
    *out = NULL;
    bp_explainer_options defaults;
    bp_explainer_options_init(&defaults);
    options = options != NULL ? options : &defaults;
    const bp_preparation *preparation = bp_model_preparation(model);
    if (count == 0)
        return bp_fail(error, BP_E_DATA, "there are no rows to explain the model by");
    bp_allocator memory = bp_allocator_or_default(options->allocator);
    bp_explainer *e = bp_allocate(&memory, 1, sizeof *e, error);
    if (e == NULL)
        return BP_E_MEMORY;
    *e = (bp_explainer){.allocator = memory,
                        .model = model,
                        .preparation = preparation,
                        .principal = bp_preparation_principal(preparation),
                        .table = table,
                        .count = count,
                        .inputs = bp_preparation_input_count(preparation),
                        .answers = bp_preparation_output_count(preparation),
                        .outputs = bp_net_output_count(bp_model_net(model)),
                        .classes = bp_preparation_class_count(preparation) > 0,
                        .seed = options->seed};
    bp_status status = open_explainer(e, rows, options, error);
    if (status == BP_OK)
        *out = e;
    else
        bp_explainer_free(e);
    return status;
}

/* ---- Rows and blocks -------------------------------------------------------------- */

static size_t number_size(const bp_explainer *e)
{
    return bp_type_size(e->numbers.type);
}

explain_column explain_column_of(const bp_explainer *e, size_t input)
{
    bp_prepared_column column = {.width = 0};
    bp_preparation_input_column(e->preparation, input, &column);
    return (explain_column){column.first, column.width};
}

const void *explain_row(const bp_explainer *e, size_t row)
{
    return (const unsigned char *)e->numbers.data + row * e->numbers.row_stride * number_size(e);
}

static unsigned char *block_row(const bp_explainer *e, size_t at)
{
    return e->block + at * e->numbers.columns * number_size(e);
}

void explain_set(bp_explainer *e, size_t at, const void *row)
{
    memcpy(block_row(e, at), row, e->numbers.columns * number_size(e));
}

void explain_put(bp_explainer *e, size_t at, size_t row)
{
    explain_set(e, at, explain_row(e, row));
}

void explain_copy(bp_explainer *e, size_t at, size_t from)
{
    memcpy(block_row(e, at), block_row(e, from), e->numbers.columns * number_size(e));
}

void explain_replace(bp_explainer *e, size_t at, explain_column column, const void *from)
{
    size_t offset = column.first * number_size(e);
    memcpy(block_row(e, at) + offset, (const unsigned char *)from + offset,
           column.width * number_size(e));
}

/* ---- Answers ------------------------------------------------------------------------ */

void explain_outputs(const bp_explainer *e, const double *outputs, double *answers)
{
    if (e->classes) {
        bp_probabilities_of(outputs, e->outputs, answers, e->answers);
        return;
    }
    memcpy(answers, outputs, e->answers * sizeof(double));
    bp_preparation_restore(e->preparation, answers);
}

void explain_block(bp_explainer *e, size_t count, uint32_t *classes)
{
    bp_matrix inputs = e->numbers;
    inputs.data = e->block;
    inputs.rows = count;
    inputs.row_stride = inputs.columns;
    if (e->principal != NULL) {
        for (size_t i = 0; i < count; i++)
            read_components(e, i, block_row(e, i));
        inputs = (bp_matrix){e->read, bp_model_type(e->model), count, e->principal->count,
                             e->principal->count};
    }
    bp_matrix_out outputs = bp_matrix_out_f64(e->block_outputs, count, e->outputs);
    bp_predictor_outputs(e->predictor, &inputs, NULL, count, &outputs);
    for (size_t i = 0; i < count; i++) {
        const double *row = e->block_outputs + i * e->outputs;
        explain_outputs(e, row, e->block_answers + i * e->answers);
        if (classes != NULL)
            classes[i] = bp_predictor_class(e->predictor, row);
    }
}

bp_status explain_check(const bp_explainer *e, size_t row, size_t answer, bp_error *error)
{
    if (row >= e->count)
        return bp_fail(error, BP_E_ARGUMENT, "there is no row %zu among %zu", row, e->count);
    if (answer >= e->answers)
        return bp_fail(error, BP_E_ARGUMENT, "there is no answer %zu among %zu", answer,
                       e->answers);
    return BP_OK;
}

uint32_t bp_explainer_answer(bp_explainer *e, size_t row, double *answers)
{
    uint32_t code = 0;
    explain_put(e, 0, row);
    explain_block(e, 1, &code);
    memcpy(answers, e->block_answers, e->answers * sizeof(double));
    return e->classes ? code : 0;
}
