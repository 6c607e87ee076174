/* explain.h: what a model looks at. Equations (38) to (39a) of docs/equations.md. */
#ifndef BACKPROP_EXPLAIN_H
#define BACKPROP_EXPLAIN_H

#include <backprop/metric.h>
#include <backprop/predict.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Everything here speaks of columns as the table has them, not of the numbers that a network
 * reads: a category's numbers go together. What is explained are a model's answers: of classes
 * their probabilities, equation (36); in regression the targets in their own units. Where a network
 * reads principal components, in which the columns are mixed, rows are changed, and slopes are
 * taken, by the columns before. */

/* ---- The explainer ------------------------------------------------------------ */

/* A model beside rows of a table, prepared once. */
typedef struct bp_explainer bp_explainer;

typedef struct bp_explainer_options {
    uint64_t seed;      /* of all that is shuffled or drawn */
    const char *engine; /* this and threads as of bp_predictor_options */
    size_t threads;
    const bp_allocator *allocator;
} bp_explainer_options;

/* Seed 1, the model's engine. */
BP_API void bp_explainer_options_init(bp_explainer_options *options);

/* Prepares rows (NULL: the first `count`, at least one) of a table, which need not have the
 * targets. Model and table must outlive the explainer; rows below are its own, from 0 to
 * `count`. One thread uses it at a time. */
BP_API bp_status bp_explainer_new(bp_explainer **explainer, const bp_model *model, bp_table *table,
                                  const size_t *rows, size_t count,
                                  const bp_explainer_options *options, bp_error *error);
BP_API void bp_explainer_free(bp_explainer *explainer);

/* What the model answers to one row: answers[bp_preparation_output_count], and the code of its
 * class (0 in regression), which is returned. */
BP_API uint32_t bp_explainer_answer(bp_explainer *explainer, size_t row, double *answers);

/* ---- Which columns matter ------------------------------------------------------- */

/* By how much a score is worse when a column's cells are shuffled among the rows (permutation
 * importance: Breiman 2001; Fisher, Rudin, Dominici 2019), equation (39). Above 0: the model
 * relies on the column; exactly 0 where it ignores it. */
typedef struct bp_importance {
    double mean, deviation; /* over the repeats; the sample's deviation, NaN of a single one */
    double low, high;       /* 95 % interval of the mean, by Student's t; NaN of a single one */
} bp_importance;

/* Shuffles each input `repeats` times: importances[bp_preparation_input_count], and in *score
 * what the rows score as they are; with several targets their mean. NULL metric: accuracy, or
 * r2. `observer` is told after each column, `done` counting them. The table must have the
 * targets. Errors: BP_E_OPTION where the metric is not of the model's task; BP_E_DATA where it
 * is not defined on these rows, or as of bp_preparation_truth; BP_E_STOPPED. */
BP_API bp_status bp_explain_importance(bp_explainer *explainer, const bp_metric *metric,
                                       size_t repeats, const bp_observer *observer, double *score,
                                       bp_importance *importances, bp_error *error);

/* ---- How answers depend on one column ------------------------------------------- */

/* Partial dependence (Friedman 2001), equation (39a): the mean of the answers when every row is
 * given the same cell in one column, for a grid of cells. A grid of numbers or dates is at most
 * `points` quantiles of the rows' own, from the least to the greatest, missing cells left out;
 * of categories it is all places, of booleans no and yes. `curves` asks for single rows too
 * (individual conditional expectation: Goldstein and others 2015), drawn from all by the seed. */
typedef struct bp_dependence bp_dependence;

BP_API bp_status bp_explain_dependence(bp_dependence **dependence, bp_explainer *explainer,
                                       size_t input, size_t points, size_t curves, bp_error *error);
BP_API void bp_dependence_free(bp_dependence *dependence);
BP_API size_t bp_dependence_points(const bp_dependence *dependence);
BP_API size_t bp_dependence_curves(const bp_dependence *dependence); /* at most the rows */

/* A cell of the grid: a number (of a date: seconds), NaN of categories; and a category's or
 * boolean's text, borrowed from the model, NULL of numbers. "any other" are the rare and the
 * unknown, "missing" the missing cell where training rows lack cells. */
BP_API double bp_dependence_value(const bp_dependence *dependence, size_t point);
BP_API const char *bp_dependence_text(const bp_dependence *dependence, size_t point);

/* The mean answer at a point; that of one row, and which row it is. */
BP_API double bp_dependence_mean(const bp_dependence *dependence, size_t point, size_t answer);
BP_API double bp_dependence_curve(const bp_dependence *dependence, size_t curve, size_t point,
                                  size_t answer);
BP_API size_t bp_dependence_row(const bp_dependence *dependence, size_t curve);

/* ---- Why one row is answered as it is -------------------------------------------- */

/* Both ways below deal the distance of a row's answer from a baseline out to its columns. */
typedef struct bp_attribution {
    double answer;   /* to the row */
    double baseline; /* to what it is compared with */
    double gap;      /* the columns' shares together, less answer - baseline: how far the method
                      * is from complete */
    size_t steps;    /* gradients, or permutations, that it took */
} bp_attribution;

/* Integrated gradients (Sundararajan, Taly, Yan 2017), equation (38a): against the mean of the
 * explainer's rows as a network reads them. values[bp_preparation_input_count] of one answer (a
 * class, or a target). In float64 by the textbook's equations, whatever engine answers; by 64
 * Gauss-Legendre nodes, then twice as many and so on up to 4,096 until the gap is below 1e-4 of
 * the values' sizes together. Where (36) jumps, outputs being all below 0, a gap stays. */
BP_API bp_status bp_explain_gradients(bp_explainer *explainer, size_t row, size_t answer,
                                      double *values, bp_attribution *attribution, bp_error *error);

/* Shapley values by sampling (Strumbelj and Kononenko 2014), equation (38b): what a column adds
 * to the answer when it takes the row's cell after others have, in random orders, starting from
 * other rows; each order is gone through backward too. `samples` orders (made even, at least
 * 4); errors[] are the standard errors of values[], both of bp_preparation_input_count. The
 * baseline is the mean answer to the rows started from, which take turns in shuffled order: where
 * there are more of them than samples / 2, not all are. */
BP_API bp_status bp_explain_shapley(bp_explainer *explainer, size_t row, size_t answer,
                                    size_t samples, double *values, double *errors,
                                    bp_attribution *attribution, bp_error *error);

/* The same from a row of which nothing is known: each walk begins where every cell is missing, and
 * is filled as the preparation fills such cells. The values of a row do not depend on what other
 * rows the explainer has, and vary over orders alone, so that few samples do: `samples` times the
 * columns and one more answers are computed. BP_E_UNSUPPORTED where missing cells are refused. */
BP_API bp_status bp_explain_from_missing(bp_explainer *explainer, size_t row, size_t answer,
                                         size_t samples, double *values, double *errors,
                                         bp_attribution *attribution, bp_error *error);

#ifdef __cplusplus
}
#endif
#endif
