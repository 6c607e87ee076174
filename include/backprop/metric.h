/* metric.h: how good answers are. Equations (21) to (21k), (23) to (23b) and (62a) of
 * docs/equations.md. */
#ifndef BACKPROP_METRIC_H
#define BACKPROP_METRIC_H

#include <backprop/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a metric looks at: `count` answers beside the truth, as classes or as numbers. What
 * is NULL is not known: the metrics that need it are NaN. */
typedef struct bp_answers {
    size_t count;

    /* Classification: codes below `classes`, and of every answer a probability a class,
     * [count][classes], each row of which sums to 1. */
    size_t classes;
    const uint32_t *actual_classes, *predicted_classes;
    const double *probabilities;

    const double *actual, *predicted; /* regression */

    /* What a calibrated model says beside an answer (predict.h), one number a row: 1 where the
     * set of classes, or the interval around the number, has the truth, else 0; and how many
     * classes the set has, or how wide the interval is. */
    const double *covered, *breadth;

    double *room; /* bp_answers_room(count, classes) numbers to work in */
} bp_answers;

/* How many numbers a metric may need to work in; at most 2 count + 3 classes. */
BP_API size_t bp_answers_room(size_t count, size_t classes);

/* Name, help, whether it is of classification (else of regression), whether higher is better,
 * whether it needs probabilities, the function. Averages over classes are even ones ("macro")
 * over the classes that occur, unless told otherwise. */
#define BP_METRIC_MAP(X)                                                                           \
    X(accuracy, "accuracy", "the share of rows whose class is right", 1, 1, 0)                     \
    X(balanced_accuracy, "balanced-accuracy", "the mean over classes of the share found", 1, 1, 0) \
    X(precision, "precision", "of what is answered as a class, the share that is it; mean", 1, 1,  \
      0)                                                                                           \
    X(recall, "recall", "of what is a class, the share answered as it; mean over classes", 1, 1,   \
      0)                                                                                           \
    X(f1, "f1", "harmonic mean of precision and recall; mean over classes", 1, 1, 0)               \
    X(f1_weighted, "f1-weighted", "the same, classes weighted by their rows", 1, 1, 0)             \
    X(mcc, "mcc", "Matthews' correlation of answers and truth", 1, 1, 0)                           \
    X(kappa, "kappa", "Cohen's kappa: agreement beyond chance", 1, 1, 0)                           \
    X(log_loss, "log-loss", "mean of -log of the true class's probability", 1, 0, 1)               \
    X(brier, "brier", "mean squared error of the probabilities", 1, 0, 1)                          \
    X(roc_auc, "roc-auc", "area under the ROC curve; mean over classes, each against the rest", 1, \
      1, 1)                                                                                        \
    X(pr_auc, "pr-auc", "average precision, likewise", 1, 1, 1)                                    \
    X(calibration_error, "calibration-error",                                                      \
      "how far probabilities are from the shares that come true, in 15 bins", 1, 0, 1)             \
    X(rmse, "rmse", "root of the mean squared error", 0, 0, 0)                                     \
    X(mae, "mae", "mean absolute error", 0, 0, 0)                                                  \
    X(r2, "r2", "share of the variance explained: 1 - squared error / variance", 0, 1, 0)          \
    X(median_error, "median-error", "median of the absolute errors", 0, 0, 0)                      \
    X(mape, "mape", "mean absolute error as a share of the truth", 0, 0, 0)

#define BP_METRIC_ONE(...) +1
enum { BP_METRIC_COUNT = 0 BP_METRIC_MAP(BP_METRIC_ONE) };

typedef struct bp_metric {
    const char *name; /* "accuracy" */
    const char *help;
    bool classification; /* else of regression */
    bool higher_is_better;
    bool needs_probabilities;
    double (*compute)(const bp_answers *answers); /* NaN for no answers, or where it is not
                                                   * defined: an area with one class alone */
} bp_metric;

/* What is measured of answers that say how far they can be believed, (62a): rows as above. They
 * are of single models (bp_evaluate), and of those alone that say such a thing. */
#define BP_COVERAGE_MAP(X)                                                                         \
    X(set_coverage, "set-coverage", "the share of rows whose set of classes has the truth", 1, 1,  \
      0)                                                                                           \
    X(set_size, "set-size", "classes in a set; mean", 1, 0, 0)                                     \
    X(interval_coverage, "interval-coverage", "the share of rows whose interval has the truth", 0, \
      1, 0)                                                                                        \
    X(interval_width, "interval-width", "from one end of an interval to the other; mean", 0, 0, 0) \
    X(quantile_coverage, "quantile-coverage", "the share of rows whose truth is not above", 0, 1, 0)

enum { BP_COVERAGE_COUNT = 0 BP_COVERAGE_MAP(BP_METRIC_ONE) };
#undef BP_METRIC_ONE

/* The metrics by index, in the order of the list; NULL past the last. */
BP_API const bp_metric *bp_metric_at(size_t index);
BP_API const bp_metric *bp_metric_find(const char *name);

/* The same of the other list. */
BP_API const bp_metric *bp_coverage_at(size_t index);
BP_API const bp_metric *bp_coverage_find(const char *name);

/* How many rows of each class got each answer: counts[actual * classes + predicted]. */
BP_API void bp_answers_confusion(const bp_answers *answers, size_t *counts);

/* How it stands with one class, equations (21a) to (21c); NaN where no row is, or is answered
 * as, the class. */
typedef struct bp_class_score {
    size_t actual, predicted, right; /* rows of the class, rows answered as it, and both */
    double precision, recall, f1;    /* f1 is 0 where nothing is right */
} bp_class_score;

BP_API void bp_answers_class_scores(const bp_answers *answers, bp_class_score *scores);

/* A curve of one class against the rest, from the surest answers to the least sure:
 * `across` and `up` get at most count + 1 points, room for which the caller has; returned is
 * how many. ROC: the share of the others (across) and of the class (up) that a threshold lets
 * through, equation (21i); precision and recall: recall across, precision up, (21j). 0 where
 * probabilities are not known or the class, or the rest, has no row. */
BP_API size_t bp_answers_roc(const bp_answers *answers, uint32_t class_code, double *across,
                             double *up);
BP_API size_t bp_answers_precision_recall(const bp_answers *answers, uint32_t class_code,
                                          double *across, double *up);

/* One bin of (21k): how many answers, their mean probability and the share that is right. */
#define BP_CALIBRATION_BINS 15
typedef struct bp_calibration_bin {
    size_t count;
    double probability, right;
} bp_calibration_bin;

BP_API void bp_answers_calibration(const bp_answers *answers,
                                   bp_calibration_bin bins[BP_CALIBRATION_BINS]);

#ifdef __cplusplus
}
#endif
#endif
