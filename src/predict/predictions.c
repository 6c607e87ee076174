/* predictions.c: answers for the rows of a table. */
#include "base/error.h"
#include "base/memory.h"
#include "predict/predictor.h"
#include "predict/probabilities.h"

#include <math.h>

struct bp_predictions {
    bp_allocator allocator;
    const bp_model *model;
    const bp_preparation *preparation; /* the model's */
    size_t count;
    size_t width;
    double *outputs;   /* [count][width] */
    uint32_t *classes; /* [count]; NULL in regression */
};

static bp_status make_predictions(bp_predictions **out, const bp_model *model, size_t count,
                                  const bp_allocator *memory, bp_error *error)
{
    const bp_preparation *preparation = bp_model_preparation(model);
    size_t width = bp_net_output_count(bp_model_net(model));
    bp_predictions *predictions = bp_allocate(memory, 1, sizeof *predictions, error);
    if (predictions == NULL)
        return BP_E_MEMORY;
    predictions->allocator = *memory;
    predictions->model = model;
    predictions->preparation = preparation;
    predictions->count = count;
    predictions->width = width;
    /* All of it will be written: nothing is wiped. */
    predictions->outputs = bp_resize(memory, NULL, 0, count, width * sizeof(double), error);
    bool classes = bp_preparation_class_count(preparation) > 0;
    if (classes)
        predictions->classes = bp_resize(memory, NULL, 0, count, sizeof(uint32_t), error);
    if (predictions->outputs == NULL || (classes && predictions->classes == NULL)) {
        bp_predictions_free(predictions);
        return BP_E_MEMORY;
    }
    *out = predictions;
    return BP_OK;
}

/* Prepared rows at a time: they stay in the cache, and their memory is used again. */
#define BLOCK_ROWS 4096u

static void answer(bp_predictions *predictions, bp_predictor *predictor, size_t start,
                   const bp_matrix *inputs)
{
    size_t width = predictions->width;
    double *first = predictions->outputs + start * width;
    bp_matrix_out outputs = bp_matrix_out_f64(first, inputs->rows, width);
    bp_predictor_outputs(predictor, inputs, NULL, inputs->rows, &outputs);
    if (predictions->classes != NULL)
        bp_predictor_classes(predictor, first, inputs->rows, predictions->classes + start);
    for (size_t i = 0; i < inputs->rows && predictions->classes == NULL; i++)
        bp_preparation_restore(predictions->preparation, first + i * width);
}

/* Rows start .. start + count - 1, `numbers` being room for their numbers. */
static bp_status answer_block(bp_predictions *predictions, bp_predictor *predictor, bp_table *table,
                              const size_t *rows, size_t *numbers, size_t start, size_t count,
                              bp_error *error)
{
    bp_prepared *prepared = NULL;
    for (size_t i = 0; i < count; i++)
        numbers[i] = rows != NULL ? rows[start + i] : start + i;
    bp_status status =
        bp_preparation_apply(predictions->preparation, table, numbers, count,
                             bp_model_type(bp_predictor_model(predictor)), false, &prepared, error);
    if (status != BP_OK)
        return status;
    bp_samples samples = bp_prepared_samples(prepared);
    answer(predictions, predictor, start, &samples.inputs);
    bp_prepared_free(prepared);
    return BP_OK;
}

static bp_status answer_blocks(bp_predictions *predictions, bp_predictor *predictor,
                               bp_table *table, const size_t *rows, bp_error *error)
{
    size_t most = predictions->count < BLOCK_ROWS ? predictions->count : BLOCK_ROWS;
    size_t *numbers = bp_allocate(&predictions->allocator, most, sizeof(size_t), error);
    bp_status status = numbers != NULL ? BP_OK : BP_E_MEMORY;
    for (size_t start = 0; start < predictions->count && status == BP_OK; start += most) {
        size_t left = predictions->count - start;
        status = answer_block(predictions, predictor, table, rows, numbers, start,
                              left < most ? left : most, error);
    }
    bp_release(&predictions->allocator, numbers, most, sizeof(size_t));
    return status;
}

bp_status bp_predict_table(bp_predictions **out, bp_predictor *predictor, bp_table *table,
                           const size_t *rows, size_t count, bp_error *error)
{
    *out = NULL;
    const bp_model *model = bp_predictor_model(predictor);
    bp_predictions *predictions = NULL;
    bp_allocator memory = bp_predictor_allocator(predictor);
    bp_status status = make_predictions(&predictions, model, count, &memory, error);
    if (status != BP_OK)
        return status;
    status = answer_blocks(predictions, predictor, table, rows, error);
    if (status == BP_OK)
        *out = predictions;
    else
        bp_predictions_free(predictions);
    return status;
}

void bp_predictions_free(bp_predictions *predictions)
{
    if (predictions == NULL)
        return;
    bp_allocator memory = predictions->allocator;
    bp_release(&memory, predictions->classes, predictions->count, sizeof(uint32_t));
    bp_release(&memory, predictions->outputs, predictions->count,
               predictions->width * sizeof(double));
    bp_release(&memory, predictions, 1, sizeof *predictions);
}

size_t bp_predictions_count(const bp_predictions *predictions)
{
    return predictions->count;
}

const bp_model *bp_predictions_model(const bp_predictions *predictions)
{
    return predictions->model;
}

const bp_preparation *bp_predictions_preparation(const bp_predictions *predictions)
{
    return predictions->preparation;
}

bp_allocator bp_predictions_allocator(const bp_predictions *predictions)
{
    return predictions->allocator;
}

bp_matrix bp_predictions_outputs(const bp_predictions *predictions)
{
    return bp_matrix_f64(predictions->outputs, predictions->count, predictions->width);
}

const uint32_t *bp_predictions_classes(const bp_predictions *predictions)
{
    return predictions->classes;
}

const char *bp_predictions_class_name(const bp_predictions *predictions, size_t row)
{
    if (predictions->classes == NULL)
        return NULL;
    return bp_preparation_class_name(predictions->preparation, predictions->classes[row]);
}

void bp_predictions_probabilities(const bp_predictions *predictions, size_t row,
                                  double *probabilities)
{
    bp_model_probabilities(predictions->model, predictions->outputs + row * predictions->width,
                           probabilities);
}

void bp_predictions_raw_probabilities(const bp_predictions *predictions, size_t row,
                                      double *probabilities)
{
    bp_probabilities_of(predictions->outputs + row * predictions->width, predictions->width,
                        probabilities, bp_preparation_class_count(predictions->preparation));
}

/* ---- Coverage, equation (62) ------------------------------------------------------ */

/* The temperature was fitted to the rows of the calibration, so that sets do without it: of
 * rows like those they then hold the truth as often as promised. */
size_t bp_predictions_set(const bp_predictions *predictions, size_t row, double *room,
                          uint32_t *set)
{
    const bp_calibration *calibration = bp_model_calibration(predictions->model);
    size_t classes = bp_preparation_class_count(predictions->preparation), count = 0;
    if (calibration == NULL)
        return 0;
    bp_predictions_raw_probabilities(predictions, row, room);
    for (size_t k = 0; k < classes; k++)
        if (1 - room[k] <= calibration->quantiles[0])
            set[count++] = (uint32_t)k;
    return count;
}

void bp_predictions_interval(const bp_predictions *predictions, size_t row, size_t target,
                             double *low, double *high)
{
    const bp_calibration *calibration = bp_model_calibration(predictions->model);
    double middle = predictions->outputs[row * predictions->width + target];
    double width = calibration != NULL ? calibration->quantiles[target] : (double)NAN;
    *low = middle - width;
    *high = middle + width;
}
