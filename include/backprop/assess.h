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
    double statistic;     /* t: difference / error, 0 where there is no difference, infinite
                           * where all folds differ by the same */
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

/* ---- Searching for a better recipe --------------------------------------------- */

/* How an option is drawn. */
typedef enum bp_tune_kind {
    BP_TUNE_CHOICE, /* one of `choices`, all alike */
    BP_TUNE_RANGE,  /* from low to high, its logarithm evenly */
    BP_TUNE_FACTOR  /* what the recipe comes to, times a number drawn so; whole where the option is
                     */
} bp_tune_kind;

/* A row of the search space: an option that is searched where the caller has not set it. A
 * candidate has what the recipe says in half of the rows, on average. */
typedef struct bp_tune_row {
    const char *option;
    bp_tune_kind kind;
    const char *choices; /* bars between */
    double low, high;
    const char *task; /* for classification or regression alone; NULL: for both */
} bp_tune_row;

/* The rows by index, NULL past the last. docs/recipes.md has them with their sources. */
BP_API const bp_tune_row *bp_tune_row_at(size_t index);

typedef struct bp_tune_options {
    double steps; /* how much work, above 0 and at most 2^53: a step is what a million weights take
                   * to learn from one row, a network counting as 1,000 weights more than it has; 0:
                   * as many as the search that the checkpoint is of, where that is resumed */
    const char *metric; /* of the task, which judges; NULL: log-loss of classes, rmse of numbers,
                         * which is what training makes small */
} bp_tune_options;

/* A search by successive halving (55) over what a config leaves open. Candidate 0 is the config as
 * it is; the others are drawn by its seed. On each rung those left are trained for three times as
 * many epochs as on the one before, up to the recipe's, each time afresh, one network where the
 * caller has not set `members`, and scored on rows held out: by the folds that the config's caller
 * asks for, else by 5, of more than 5,000 rows by a fifth held out once. A third goes on, and
 * candidate 0 in any case. The best of the last rung is then compared with candidate 0 by
 * cross-validation on folds dealt anew. About half of the steps are the search's; what they buy is
 * decided before it is spent, so that nothing depends on how long anything takes: same table,
 * config and steps, same result, whatever the threads.
 *
 * The config's options `checkpoint` and `resume` are the search's: scores are written to that
 * file as they become known (those of less than a hundredth of the steps together), and a search
 * that goes on from it ends as one that was never stopped.
 *
 * BP_E_OPTION, before anything is fitted: there are too few steps (the message says how many it
 * takes), nothing is left to search, the metric is of the other task, a checkpoint is of another
 * search. A candidate that diverges is the worst, and no error. */
typedef struct bp_tuning bp_tuning;

BP_API bp_status bp_tune(bp_tuning **tuning, bp_table *table, const bp_config *config,
                         const bp_tune_options *options, const bp_observer *observer,
                         bp_error *error);
BP_API void bp_tuning_free(bp_tuning *tuning);

/* Trains a candidate of the search (0: the config as it is; the others as they are drawn) for some
 * epochs as a rung does, at most those of the first rung, and tells how many steps that took, 0
 * where there is no such candidate: for one who has a clock and wants to know how many a time is.
 */
BP_API bp_status bp_tune_probe(double *steps, bp_table *table, const bp_config *config,
                               size_t candidate, size_t epochs, const bp_observer *observer,
                               bp_error *error);

BP_API const bp_metric *bp_tuning_metric(const bp_tuning *tuning);
BP_API size_t bp_tuning_rungs(const bp_tuning *tuning);
BP_API size_t bp_tuning_candidates(const bp_tuning *tuning);
BP_API double bp_tuning_budget(const bp_tuning *tuning); /* steps that it was given */
BP_API double bp_tuning_steps(const bp_tuning *tuning);  /* that it took, the final fit's too */

/* What a candidate is: the config that bp_fit_table makes its model of. It is one for `train`: the
 * columns of --group and --split are dropped from the inputs, and how rows were dealt for scores is
 * not in it. And the setting `index` that it has beside candidate 0's: its option, NULL past the
 * last. Borrowed. */
BP_API const bp_config *bp_tuning_config(const bp_tuning *tuning, size_t candidate);
BP_API const char *bp_tuning_setting(const bp_tuning *tuning, size_t candidate, size_t index);

/* One cross-validation of the search, in order. */
typedef struct bp_tune_trial {
    size_t candidate;
    size_t rung;   /* from 0; the comparison's is bp_tuning_rungs */
    size_t repeat; /* of the comparison, from 0 */
    size_t epochs;
    size_t networks; /* of each model */
    size_t folds;
    const double *scores; /* [folds] */
    double mean;          /* NaN where it diverged or the metric is not defined */
    double steps;
} bp_tune_trial;

BP_API size_t bp_tuning_trials(const bp_tuning *tuning);
BP_API bp_tune_trial bp_tuning_trial(const bp_tuning *tuning, size_t index);

/* The best of the last rung; it beside candidate 0 (the first) in the end, NULL where they are the
 * same one; and which candidate to use: the best where the comparison shows that it is better
 * (p < 0.05), else 0. */
BP_API size_t bp_tuning_best(const bp_tuning *tuning);
BP_API const bp_comparison *bp_tuning_comparison(const bp_tuning *tuning);
BP_API size_t bp_tuning_choice(const bp_tuning *tuning);

#ifdef __cplusplus
}
#endif
#endif
