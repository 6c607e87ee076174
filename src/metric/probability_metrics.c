/* probability_metrics.c: how good probabilities of classes are, equations (21f) to (21k). */
#include "metric/metric_rows.h"

#include "base/math.h"
#include "base/sort.h"

#include <float.h>
#include <math.h>

static bool knows_probabilities(const bp_answers *answers)
{
    return answers->count > 0 && answers->probabilities != NULL;
}

static double probability(const bp_answers *answers, size_t row, size_t k)
{
    return answers->probabilities[row * answers->classes + k];
}

/* Equation (21f); a probability below 2^-52 counts as that. */
double bp_metric_log_loss(const bp_answers *answers)
{
    double sum = 0;
    if (!knows_probabilities(answers))
        return NAN;
    for (size_t i = 0; i < answers->count; i++) {
        double p = probability(answers, i, answers->actual_classes[i]);
        sum -= bp_log(p > DBL_EPSILON ? p : DBL_EPSILON);
    }
    return bp_metric_mean(sum, answers);
}

/* Equation (21g). */
double bp_metric_brier(const bp_answers *answers)
{
    double sum = 0;
    size_t first = answers->classes == 2; /* the other error is the same */
    if (!knows_probabilities(answers))
        return NAN;
    for (size_t i = 0; i < answers->count; i++)
        for (size_t k = first; k < answers->classes; k++) {
            double error = probability(answers, i, k) - (answers->actual_classes[i] == k);
            sum += error * error;
        }
    return bp_metric_mean(sum, answers);
}

/* ---- Areas ----------------------------------------------------------------------------------- */

/* One answer: how sure of the class it is, and whether it is the class. */
typedef struct guess {
    double sure, is;
} guess;

static int compare(const void *a, const void *b)
{
    const guess *x = a, *y = b;
    return x->sure > y->sure ? -1 : x->sure < y->sure;
}

/* All answers with regard to one class, the surest first, in the room; how many are it. */
static double order_guesses(const bp_answers *answers, size_t k)
{
    guess *guesses = (guess *)answers->room;
    double positive = 0;
    for (size_t i = 0; i < answers->count; i++) {
        guesses[i] = (guess){probability(answers, i, k), answers->actual_classes[i] == k};
        positive += guesses[i].is;
    }
    bp_sort(guesses, answers->count, sizeof *guesses, compare);
    return positive;
}

/* Where a threshold falls: the end of the answers as sure as number i. */
static size_t end_of_equals(const bp_answers *answers, size_t i)
{
    const guess *guesses = (const guess *)answers->room;
    size_t end = i;
    while (end < answers->count && !(guesses[end].sure < guesses[i].sure))
        end++;
    return end;
}

static double found_between(const bp_answers *answers, size_t i, size_t end)
{
    const guess *guesses = (const guess *)answers->room;
    double found = 0;
    for (; i < end; i++)
        found += guesses[i].is;
    return found;
}

/* Equation (21i), twice the pairs in order and once those alike; NaN without both kinds. */
static double area_of(const bp_answers *answers, size_t k)
{
    double positive = order_guesses(answers, k), negative = (double)answers->count - positive;
    double found = 0, area = 0;
    for (size_t i = 0, end; i < answers->count; i = end) {
        end = end_of_equals(answers, i);
        double here = found_between(answers, i, end), others = (double)(end - i) - here;
        area += others * (found + here / 2);
        found += here;
    }
    return positive > 0 && negative > 0 ? area / (positive * negative) : NAN;
}

/* Equation (21j); NaN without a row of the class. */
static double average_precision_of(const bp_answers *answers, size_t k)
{
    double positive = order_guesses(answers, k), found = 0, sum = 0;
    for (size_t i = 0, end; i < answers->count; i = end) {
        end = end_of_equals(answers, i);
        double here = found_between(answers, i, end);
        found += here;
        sum += here * (found / (double)end);
    }
    return positive > 0 ? sum / positive : NAN;
}

/* Of two classes, that of the second; else the mean over the classes for which it is defined. */
static double mean_of(const bp_answers *answers, double (*of)(const bp_answers *, size_t))
{
    double sum = 0, classes = 0;
    if (!knows_probabilities(answers) || answers->room == NULL)
        return NAN;
    for (size_t k = answers->classes == 2; k < answers->classes; k++) {
        double value = of(answers, k);
        if (!isnan(value)) {
            sum += value;
            classes += 1;
        }
    }
    return classes > 0 ? sum / classes : NAN;
}

double bp_metric_roc_auc(const bp_answers *answers)
{
    return mean_of(answers, area_of);
}

double bp_metric_pr_auc(const bp_answers *answers)
{
    return mean_of(answers, average_precision_of);
}

static size_t draw_curve(const bp_answers *answers, uint32_t k, double *across, double *up,
                         bool roc)
{
    if (!knows_probabilities(answers) || answers->room == NULL)
        return 0;
    double positive = order_guesses(answers, k), negative = (double)answers->count - positive;
    double found = 0;
    size_t points = 0;
    if (positive == 0 || negative == 0)
        return 0;
    across[points] = 0;
    up[points++] = roc ? 0 : 1;
    for (size_t i = 0, end; i < answers->count; i = end) {
        end = end_of_equals(answers, i);
        found += found_between(answers, i, end);
        across[points] = roc ? ((double)end - found) / negative : found / positive;
        up[points++] = roc ? found / positive : found / (double)end;
    }
    return points;
}

size_t bp_answers_roc(const bp_answers *answers, uint32_t class_code, double *across, double *up)
{
    return draw_curve(answers, class_code, across, up, true);
}

size_t bp_answers_precision_recall(const bp_answers *answers, uint32_t class_code, double *across,
                                   double *up)
{
    return draw_curve(answers, class_code, across, up, false);
}

/* ---- Calibration ------------------------------------------------------------------------------
 */

void bp_answers_calibration(const bp_answers *answers, bp_calibration_bin bins[BP_CALIBRATION_BINS])
{
    for (size_t b = 0; b < BP_CALIBRATION_BINS; b++)
        bins[b] = (bp_calibration_bin){0, 0, 0};
    for (size_t i = 0; i < answers->count && answers->probabilities != NULL; i++) {
        double p = probability(answers, i, answers->predicted_classes[i]);
        double place = p * BP_CALIBRATION_BINS;
        size_t b = place >= BP_CALIBRATION_BINS - 1 ? BP_CALIBRATION_BINS - 1
                   : place > 0                      ? (size_t)place
                                                    : 0;
        bins[b].count++;
        bins[b].probability += p;
        bins[b].right += answers->actual_classes[i] == answers->predicted_classes[i];
    }
    for (size_t b = 0; b < BP_CALIBRATION_BINS; b++)
        if (bins[b].count > 0) {
            bins[b].probability /= (double)bins[b].count;
            bins[b].right /= (double)bins[b].count;
        }
}

/* Equation (21k). */
double bp_metric_calibration_error(const bp_answers *answers)
{
    bp_calibration_bin bins[BP_CALIBRATION_BINS];
    double sum = 0;
    if (!knows_probabilities(answers))
        return NAN;
    bp_answers_calibration(answers, bins);
    for (size_t b = 0; b < BP_CALIBRATION_BINS; b++)
        sum += (double)bins[b].count * fabs(bins[b].right - bins[b].probability);
    return bp_metric_mean(sum, answers);
}
