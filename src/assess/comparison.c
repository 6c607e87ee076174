/* comparison.c: two recipes on the same folds, by the corrected resampled t-test (50). */
#include "assess/comparison.h"

#include "base/error.h"
#include "base/student.h"

#include <math.h>
#include <string.h>

/* ---- The same rows and truth ------------------------------------------------------ */

static bp_status check_folds(const bp_validation *a, const bp_validation *b, bp_error *error)
{
    const bp_split *one = bp_validation_split(a), *two = bp_validation_split(b);
    size_t folds = bp_split_count(one);
    if (folds != bp_split_count(two))
        return bp_fail(error, BP_E_ARGUMENT,
                       "the two cannot be compared: one has %zu folds, the other %zu", folds,
                       bp_split_count(two));
    for (size_t fold = 0; fold < folds; fold++) {
        size_t count = 0, other = 0;
        const size_t *rows = bp_split_tests(one, fold, &count);
        const size_t *others = bp_split_tests(two, fold, &other);
        if (count != other || memcmp(rows, others, count * sizeof *rows) != 0
            || bp_split_training(one, fold, NULL) != bp_split_training(two, fold, NULL))
            return bp_fail(error, BP_E_ARGUMENT,
                           "the two cannot be compared: fold %zu has other rows in one than in the "
                           "other",
                           fold + 1);
    }
    return BP_OK;
}

static bool have_same_truth(const bp_validation *a, const bp_validation *b)
{
    if (bp_validation_task(a) != bp_validation_task(b)
        || bp_validation_targets(a) != bp_validation_targets(b))
        return false;
    for (size_t t = 0; t < bp_validation_targets(a); t++) {
        bp_answers one = bp_validation_answers(a, t, false);
        bp_answers two = bp_validation_answers(b, t, false);
        if (one.classes != two.classes
            || (one.classes > 0
                    ? memcmp(one.actual_classes, two.actual_classes, one.count * sizeof(uint32_t))
                    : memcmp(one.actual, two.actual, one.count * sizeof(double)))
                   != 0)
            return false;
    }
    return true;
}

static bp_status check(const bp_validation *a, const bp_validation *b, size_t metric, double level,
                       bp_error *error)
{
    bp_status status = check_folds(a, b, error);
    if (status != BP_OK)
        return status;
    if (!have_same_truth(a, b))
        return bp_fail(error, BP_E_ARGUMENT,
                       "the two cannot be compared: they do not predict the same");
    if (bp_validation_folds(a) < 2)
        return bp_fail(error, BP_E_ARGUMENT,
                       "a comparison needs at least 2 folds, and there is one");
    if (bp_validation_metric(a, metric) == NULL)
        return bp_fail(error, BP_E_ARGUMENT, "there is no metric %zu", metric);
    if (!(level > 0 && level < 1))
        return bp_fail(error, BP_E_ARGUMENT, "the level lies between 0 and 1");
    return BP_OK;
}

/* ---- The test ------------------------------------------------------------------------ */

/* Rows held out for each one learned from, over all folds. */
double bp_split_held_out_share(const bp_split *split)
{
    double tests = 0, training = 0;
    for (size_t fold = 0; fold < bp_split_count(split); fold++) {
        size_t count = 0;
        bp_split_tests(split, fold, &count);
        tests += (double)count;
        training += (double)bp_split_training(split, fold, NULL);
    }
    return tests / training;
}

/* Of scores fold by fold. */
static void measure_differences(bp_comparison *c, const double *first, const double *second,
                                size_t folds)
{
    double sums[2] = {0, 0}, sum = 0, squares = 0;
    for (size_t fold = 0; fold < folds; fold++) {
        sums[0] += first[fold];
        sums[1] += second[fold];
        sum += second[fold] - first[fold];
    }
    c->first = sums[0] / (double)folds;
    c->second = sums[1] / (double)folds;
    c->difference = sum / (double)folds;
    for (size_t fold = 0; fold < folds; fold++) {
        double distance = second[fold] - first[fold] - c->difference;
        squares += distance * distance;
    }
    c->deviation = sqrt(squares / (double)(folds - 1));
}

void bp_compare_scores(bp_comparison *c, const double *first, const double *second, size_t folds,
                       double held_out_share, double level)
{
    measure_differences(c, first, second, folds);
    c->error = c->deviation * sqrt(1 / (double)folds + held_out_share);
    c->freedom = folds - 1;
    if (c->difference == 0)
        c->statistic = 0;
    else if (c->error == 0) /* every fold differs by the same: p is 0 */
        c->statistic = copysign(INFINITY, c->difference);
    else
        c->statistic = c->difference / c->error;
    c->p = bp_student_tails(c->statistic, c->freedom);
    double reach = c->error * bp_student_within(level, c->freedom);
    c->low = c->difference - reach;
    c->high = c->difference + reach;
}

/* A metric's scores lie side by side, fold by fold. */
bp_status bp_compare(bp_comparison *c, const bp_validation *a, const bp_validation *b,
                     size_t metric, double level, bp_error *error)
{
    bp_status status = check(a, b, metric, level, error);
    if (status == BP_OK)
        bp_compare_scores(c, bp_validation_scores(a, metric), bp_validation_scores(b, metric),
                          bp_validation_folds(a), bp_split_held_out_share(bp_validation_split(a)),
                          level);
    return status;
}
