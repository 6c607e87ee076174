/* predictions.c: answers for the rows of a table. */
#include "base/error.h"
#include "base/memory.h"
#include "predict/predictor.h"

struct bp_predictions {
    bp_allocator allocator;
    const bp_preparation *preparation;
    size_t count;
    size_t width;
    double *outputs;   /* [count][width] */
    uint32_t *classes; /* [count]; NULL in regression */
};

static bp_status make_predictions(bp_predictions **out, const bp_preparation *preparation,
                                  size_t count, size_t width, const bp_allocator *memory,
                                  bp_error *error)
{
    bp_predictions *predictions = bp_allocate(memory, 1, sizeof *predictions, error);
    if (predictions == NULL)
        return BP_E_MEMORY;
    predictions->allocator = *memory;
    predictions->preparation = preparation;
    predictions->count = count;
    predictions->width = width;
    predictions->outputs = bp_allocate(memory, count, width * sizeof(double), error);
    bool classes = bp_preparation_class_count(preparation) > 0;
    if (classes)
        predictions->classes = bp_allocate(memory, count, sizeof(uint32_t), error);
    if (predictions->outputs == NULL || (classes && predictions->classes == NULL)) {
        bp_predictions_free(predictions);
        return BP_E_MEMORY;
    }
    *out = predictions;
    return BP_OK;
}

static void answer(bp_predictions *predictions, bp_predictor *predictor, const bp_matrix *inputs)
{
    bp_matrix_out outputs =
        bp_matrix_out_f64(predictions->outputs, predictions->count, predictions->width);
    bp_predictor_outputs(predictor, inputs, NULL, predictions->count, &outputs);
    for (size_t i = 0; i < predictions->count; i++) {
        double *row = predictions->outputs + i * predictions->width;
        if (predictions->classes != NULL)
            predictions->classes[i] = bp_predictor_class(predictor, row);
        else
            bp_preparation_restore(predictions->preparation, row);
    }
}

bp_status bp_predict_table(bp_predictions **out, bp_predictor *predictor, bp_table *table,
                           const size_t *rows, size_t count, bp_error *error)
{
    *out = NULL;
    const bp_model *model = bp_predictor_model(predictor);
    const bp_preparation *preparation = bp_model_preparation(model);
    bp_prepared *prepared = NULL;
    bp_predictions *predictions = NULL;
    bp_status status = bp_preparation_apply(preparation, table, rows, count, bp_model_type(model),
                                            false, &prepared, error);
    if (status != BP_OK)
        return status;
    bp_allocator memory = bp_predictor_allocator(predictor);
    status = make_predictions(&predictions, preparation, count,
                              bp_net_output_count(bp_model_net(model)), &memory, error);
    if (status == BP_OK) {
        bp_samples samples = bp_prepared_samples(prepared);
        answer(predictions, predictor, &samples.inputs);
        *out = predictions;
    }
    bp_prepared_free(prepared);
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
