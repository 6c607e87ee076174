/* predict.h: rows in, answers out. */
#ifndef BACKPROP_PREDICT_H
#define BACKPROP_PREDICT_H

#include <backprop/engine.h>
#include <backprop/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A model ready to answer. The model must outlive it; each thread has its own. */
typedef struct bp_predictor bp_predictor;

typedef struct bp_predictor_options {
    const char *engine; /* NULL: textbook for a model of BP_F64, else fast */
    size_t threads;     /* as of bp_plan_options */
    const bp_allocator *allocator;
} bp_predictor_options;

BP_API void bp_predictor_options_init(bp_predictor_options *options);

BP_API bp_status bp_predictor_new(bp_predictor **predictor, const bp_model *model,
                                  const bp_predictor_options *options, bp_error *error);
BP_API void bp_predictor_free(bp_predictor *predictor);

/* Outputs for rows that are prepared already (bp_preparation_width numbers each),
 * averaged over the members in float64 in member order: row i of `outputs` is for
 * rows[i]. Regression outputs are still scaled. Allocates nothing. */
BP_API void bp_predictor_outputs(bp_predictor *predictor, const bp_matrix *inputs,
                                 const size_t *rows, size_t count, const bp_matrix_out *outputs);

/* The class that a row of outputs means: the largest, the first among equals; with one
 * output and two classes, the second where it is above 0.5. Where the model's calibration has a
 * threshold, the second of two classes where its probability is above that, equation (63). */
BP_API uint32_t bp_predictor_class(const bp_predictor *predictor, const double *outputs);

/* Classification: what a row of outputs says of each class: probabilities[classes], which sum to
 * 1, equation (36): softmax outputs as they are, a single output p as 1 - p and p, others in
 * proportion; then at the temperature of the model's calibration, equation (60). */
BP_API void bp_predictor_probabilities(const bp_predictor *predictor, const double *outputs,
                                       double *probabilities);

/* The answer to one row without a table: numbers[bp_preparation_input_count], one an input column
 * (booleans 0 or 1, dates seconds since 1970, NaN: missing), to outputs as a row of
 * bp_predictions_outputs. Allocates nothing. BP_E_ARGUMENT: an input is a column of texts;
 * BP_E_DATA: a number is missing where that is refused, or too large. */
BP_API bp_status bp_predict_row(bp_predictor *predictor, const double *numbers, double *outputs,
                                bp_error *error);

/* The answers to many rows at once, each to the bit that of bp_predict_row: numbers[rows][input
 * count], float64 or float32, to outputs[rows][output count] and, of classification,
 * bp_predictor_class of each to classes[rows]; either may be NULL. Quickest where the rows of
 * `numbers` lie one behind the other. Allocates nothing. Where a row is refused, the rows before
 * it are answered, and error->line is its number, from 1. */
BP_API bp_status bp_predict_rows(bp_predictor *predictor, const bp_matrix *numbers, double *outputs,
                                 uint32_t *classes, bp_error *error);

/* Answers for rows of a table. */
typedef struct bp_predictions bp_predictions;

/* Prepares the rows (NULL: the first `count`) as the model's preparation says and
 * predicts them. The table need not have the target. */
BP_API bp_status bp_predict_table(bp_predictions **predictions, bp_predictor *predictor,
                                  bp_table *table, const size_t *rows, size_t count,
                                  bp_error *error);
BP_API void bp_predictions_free(bp_predictions *predictions);
BP_API size_t bp_predictions_count(const bp_predictions *predictions);

/* Float64, one row an answer: a number a class, or a value a target in its own units. */
BP_API bp_matrix bp_predictions_outputs(const bp_predictions *predictions);

/* Classification: class codes, and the name of one answer's class; else NULL. */
BP_API const uint32_t *bp_predictions_classes(const bp_predictions *predictions);
BP_API const char *bp_predictions_class_name(const bp_predictions *predictions, size_t row);

/* Classification: what one answer says of each class: as bp_predictor_probabilities. */
BP_API void bp_predictions_probabilities(const bp_predictions *predictions, size_t row,
                                         double *probabilities);

/* ---- With the coverage of the model's calibration, equation (62) --------------- */

/* Classification: the set of classes that one answer leaves open: their codes, ascending, in
 * set[classes]; returned is how many, which can be 0: all are less probable than the truth was in
 * nearly all rows of the calibration; or there is none. Of `room` [classes] numbers are
 * overwritten. */
BP_API size_t bp_predictions_set(const bp_predictions *predictions, size_t row, double *room,
                                 uint32_t *set);

/* Regression: the interval around one answer's number; NaN where there is no calibration. */
BP_API void bp_predictions_interval(const bp_predictions *predictions, size_t row, size_t target,
                                    double *low, double *high);

#ifdef __cplusplus
}
#endif
#endif
