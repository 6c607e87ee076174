/* predictor.h: what predictions.c and assess need of a predictor and its answers. */
#ifndef PREDICT_PREDICTOR_H
#define PREDICT_PREDICTOR_H

#include <backprop/predict.h>

const bp_model *bp_predictor_model(const bp_predictor *predictor);
bp_allocator bp_predictor_allocator(const bp_predictor *predictor);

/* bp_predictor_class of many rows: outputs[count][outputs of a row]. */
void bp_predictor_classes(const bp_predictor *predictor, const double *outputs, size_t count,
                          uint32_t *classes);

/* bp_predictor_probabilities of a model. */
void bp_model_probabilities(const bp_model *model, const double *outputs, double *probabilities);

/* The model that answered, and its preparation, that made sense of the answers. */
const bp_model *bp_predictions_model(const bp_predictions *predictions);
const bp_preparation *bp_predictions_preparation(const bp_predictions *predictions);
bp_allocator bp_predictions_allocator(const bp_predictions *predictions);

/* Equation (36) alone, before any temperature. */
void bp_predictions_raw_probabilities(const bp_predictions *predictions, size_t row,
                                      double *probabilities);

#endif
