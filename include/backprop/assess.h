/* assess.h: how good a recipe is on rows that it has not seen. */
#ifndef BACKPROP_ASSESS_H
#define BACKPROP_ASSESS_H

#include <backprop/metric.h>
#include <backprop/predict.h>
#include <backprop/recipe.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- A model on rows whose truth is known ------------------------------------ */

/* Answers beside the truth, what every metric of the task says of them, and how far that would
 * move had other rows been drawn. */
typedef struct bp_evaluation bp_evaluation;

typedef struct bp_evaluation_options {
    size_t resamples; /* of the bootstrap; 0: no intervals */
    double level;     /* of the intervals, above 0, below 1 */
    uint64_t seed;
    size_t threads; /* that resample at once; 0: as many as there are processors */
} bp_evaluation_options;

/* 1,000 resamples, intervals of 95 %, seed 1, threads 0. */
BP_API void bp_evaluation_options_init(bp_evaluation_options *options);

/* Evaluates answers (at least 1) to rows of a table (NULL: the first ones), those that were
 * predicted, which must have the targets. The interval of a metric is that of the percentile
 * bootstrap, equation (37); the same bits for any number of threads. NULL options are the defaults.
 * Its memory is from the predictor's allocator.
 * Errors: as of bp_preparation_truth. */
BP_API bp_status bp_evaluate(bp_evaluation **evaluation, const bp_predictions *predictions,
                             bp_table *table, const size_t *rows,
                             const bp_evaluation_options *options, bp_error *error);
BP_API void bp_evaluation_free(bp_evaluation *evaluation);

BP_API bp_task bp_evaluation_task(const bp_evaluation *evaluation);
BP_API size_t bp_evaluation_targets(const bp_evaluation *evaluation); /* 1 of classes */

/* The answers of a target, for the functions of metric.h; borrowed. */
BP_API const bp_answers *bp_evaluation_answers(const bp_evaluation *evaluation, size_t target);

/* The metrics of the task in order, NULL past the last, those of BP_COVERAGE_MAP behind the others:
 * of a calibrated model how often its sets or intervals have the truth, and how large they are; of
 * numbers learned by the loss quantile how many truths are not above them. The score of a target,
 * and the ends of its interval: NaN where there are none, or where the metric is not defined. */
BP_API const bp_metric *bp_evaluation_metric(const bp_evaluation *evaluation, size_t metric);
BP_API double bp_evaluation_score(const bp_evaluation *evaluation, size_t metric, size_t target);
BP_API double bp_evaluation_low(const bp_evaluation *evaluation, size_t metric, size_t target);
BP_API double bp_evaluation_high(const bp_evaluation *evaluation, size_t metric, size_t target);

/* What a score was to come to: the coverage of the calibration, the quantile of the loss; NaN where
 * nothing was asked for, or the record of it is lost. */
BP_API double bp_evaluation_asked(const bp_evaluation *evaluation, size_t metric);

/* ---- How far a model's answers can be believed -------------------------------- */

typedef struct bp_calibrate_options {
    double coverage;       /* of sets of classes or intervals, above 0, below 1 */
    const char *threshold; /* of two classes: what its best threshold is wanted for: "f1", "mcc",
                            * "balanced-accuracy", "youden", "cost=FP:FN"; NULL: none */
} bp_calibrate_options;

/* A coverage of 0.9, no threshold. */
BP_API void bp_calibrate_options_init(bp_calibrate_options *options);

/* Gives the model the calibration (model.h) that its answers to rows of a table (NULL: the first
 * ones) call for. They must be those that were predicted, have the targets, and be rows that the
 * model has not learned from, or it promises too much. First the temperature (60), the same bits
 * for the same rows; then the quantiles (61); then the threshold (63) of the probabilities at
 * that temperature. NULL options are the defaults. BP_E_DATA: the rows are too few for the
 * coverage, or of one class alone where a threshold is wanted. On failure the model is as it was.
 */
BP_API bp_status bp_calibrate(bp_model *model, const bp_predictions *predictions, bp_table *table,
                              const size_t *rows, const bp_calibrate_options *options,
                              bp_error *error);

/* ---- A recipe on rows that it has not learned from ---------------------------- */

/* The scores of cross-validation, equation (20): one a fold for each metric of the task,
 * beside those of the zero rule (22): the most common class, or the mean, of the rows
 * learned from. A fold is a part of a split (bp_split), whatever way the rows are dealt. */
typedef struct bp_validation bp_validation;

/* Deals the rows as --folds, --repeats, --stratify, --group, --time, --split and
 * --test-fraction say, and for each part fits everything (scaling included, unless
 * --scale-on all) on its training rows and scores it. Options that contradict one another
 * or the table are BP_E_OPTION before anything is fitted. The table is not const: see
 * bp_preparation_new. */
BP_API bp_status bp_cross_validate(bp_validation **validation, bp_table *table,
                                   const bp_config *config, const bp_observer *observer,
                                   bp_error *error);
BP_API void bp_validation_free(bp_validation *validation);

BP_API bp_task bp_validation_task(const bp_validation *validation);
BP_API size_t bp_validation_folds(const bp_validation *validation);
BP_API size_t bp_validation_rows(const bp_validation *validation, size_t fold); /* held out */

/* How the rows were dealt, borrowed; and what should be known about it, NULL: nothing. */
BP_API const bp_split *bp_validation_split(const bp_validation *validation);
BP_API const char *bp_validation_note(const bp_validation *validation);

/* A row that was held out: of the table, from 0, and the fold. */
typedef struct bp_held_out {
    size_t row, fold;
} bp_held_out;

/* The rows held out, fold after fold, once for each time; and in the same order the truth of a
 * target beside the answers of the models that had not seen it, or those of the zero rule.
 * Classes are one target, with the codes of bp_config_preparation. Borrowed. */
BP_API const bp_held_out *bp_validation_held_out(const bp_validation *validation, size_t *count);
BP_API size_t bp_validation_targets(const bp_validation *validation);
BP_API bp_answers bp_validation_answers(const bp_validation *validation, size_t target,
                                        bool baseline);

/* The metrics in order, NULL past the last; scores by fold, of several targets the mean.
 * `baseline` asks for the zero rule's. */
BP_API const bp_metric *bp_validation_metric(const bp_validation *validation, size_t metric);
BP_API double bp_validation_score(const bp_validation *validation, size_t metric, size_t fold,
                                  bool baseline);

/* The arithmetic mean over folds, and the sample standard deviation (NaN of a single one). */
BP_API double bp_validation_mean(const bp_validation *validation, size_t metric, bool baseline);
BP_API double bp_validation_deviation(const bp_validation *validation, size_t metric,
                                      bool baseline);

/* The score of all held-out rows together, as if they were one fold: what to look at where
 * folds are single rows. */
BP_API double bp_validation_pooled(const bp_validation *validation, size_t metric, bool baseline);

/* What was computed with, for people: the plan's description. */
BP_API const char *bp_validation_description(const bp_validation *validation);

/* ---- Two recipes on the same rows ---------------------------------------------- */

/* A second recipe beside a first by one metric, both scored on the same folds: the corrected
 * resampled t-test, equation (50). NaN where the metric is not defined in each fold. */
typedef struct bp_comparison {
    double first, second; /* means over folds */
    double difference;    /* mean of second - first */
    double deviation;     /* sample standard deviation of the differences */
    double error;         /* standard error of their mean, corrected */
    double statistic;     /* t: difference / error, 0 where there is no difference */
    size_t freedom;       /* degrees of it: folds - 1 */
    double low, high;     /* interval of the difference */
    double p;             /* of such a difference, or a larger one, where there is none */
} bp_comparison;

/* `metric` is an index of bp_validation_metric, `level` that of the interval, above 0, below 1.
 * BP_E_ARGUMENT where folds, rows or truth of the two are not the same, or where there are fewer
 * than 2 folds. The test is meant for folds of shuffled rows, best in repeats. */
BP_API bp_status bp_compare(bp_comparison *comparison, const bp_validation *first,
                            const bp_validation *second, size_t metric, double level,
                            bp_error *error);

#ifdef __cplusplus
}
#endif
#endif
