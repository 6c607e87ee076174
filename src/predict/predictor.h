/* predictor.h: what predictions.c needs of a predictor. */
#ifndef PREDICT_PREDICTOR_H
#define PREDICT_PREDICTOR_H

#include <backprop/predict.h>

const bp_model *bp_predictor_model(const bp_predictor *predictor);
bp_allocator bp_predictor_allocator(const bp_predictor *predictor);

/* The one that made sense of the answers. */
const bp_preparation *bp_predictions_preparation(const bp_predictions *predictions);

#endif
