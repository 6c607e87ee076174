/* class_metrics.c: how good classes are, by counting: equations (21) to (21e). */
#include "metric/metric_rows.h"

#include <math.h>

/* Equation (21): the share of right answers; NaN of none. */
double bp_metric_accuracy(const bp_answers *answers)
{
    size_t right = 0;
    for (size_t i = 0; i < answers->count; i++)
        right += answers->actual_classes[i] == answers->predicted_classes[i];
    return bp_metric_mean((double)right, answers);
}

void bp_answers_confusion(const bp_answers *answers, size_t *counts)
{
    for (size_t i = 0; i < answers->classes * answers->classes; i++)
        counts[i] = 0;
    for (size_t i = 0; i < answers->count; i++)
        counts[answers->actual_classes[i] * answers->classes + answers->predicted_classes[i]]++;
}

/* ---- Classes one by one ------------------------------------------------------------------- */

/* Rows of each class, rows answered as it, and both, in the room: [classes] each. */
typedef struct class_counts {
    double *actual, *predicted, *right;
} class_counts;

static class_counts count_classes(const bp_answers *answers)
{
    size_t n = answers->classes;
    class_counts c = {answers->room, answers->room + n, answers->room + 2 * n};
    for (size_t k = 0; k < 3 * n; k++)
        answers->room[k] = 0;
    for (size_t i = 0; i < answers->count; i++) {
        uint32_t actual = answers->actual_classes[i], predicted = answers->predicted_classes[i];
        c.actual[actual] += 1;
        c.predicted[predicted] += 1;
        c.right[actual] += actual == predicted;
    }
    return c;
}

static double share(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

static double precision_of(const class_counts *c, size_t k)
{
    return share(c->right[k], c->predicted[k]);
}

static double recall_of(const class_counts *c, size_t k)
{
    return share(c->right[k], c->actual[k]);
}

static double f1_of(const class_counts *c, size_t k)
{
    return share(2 * c->right[k], c->actual[k] + c->predicted[k]);
}

/* The mean over the classes that are, or are answered; of true ones alone where `actual`. */
static double mean_over_classes(const bp_answers *answers,
                                double (*of)(const class_counts *c, size_t k), bool actual)
{
    double sum = 0, classes = 0;
    if (answers->count == 0 || answers->room == NULL)
        return NAN;
    class_counts c = count_classes(answers);
    for (size_t k = 0; k < answers->classes; k++)
        if (c.actual[k] > 0 || (c.predicted[k] > 0 && !actual)) {
            sum += of(&c, k);
            classes += 1;
        }
    return sum / classes;
}

double bp_metric_balanced_accuracy(const bp_answers *answers)
{
    return mean_over_classes(answers, recall_of, true);
}

double bp_metric_precision(const bp_answers *answers)
{
    return mean_over_classes(answers, precision_of, false);
}

double bp_metric_recall(const bp_answers *answers)
{
    return mean_over_classes(answers, recall_of, false);
}

double bp_metric_f1(const bp_answers *answers)
{
    return mean_over_classes(answers, f1_of, false);
}

double bp_metric_f1_weighted(const bp_answers *answers)
{
    double sum = 0;
    if (answers->count == 0 || answers->room == NULL)
        return NAN;
    class_counts c = count_classes(answers);
    for (size_t k = 0; k < answers->classes; k++)
        sum += c.actual[k] * f1_of(&c, k);
    return bp_metric_mean(sum, answers);
}

void bp_answers_class_scores(const bp_answers *answers, bp_class_score *scores)
{
    for (size_t k = 0; k < answers->classes; k++)
        scores[k] = (bp_class_score){.actual = 0};
    for (size_t i = 0; i < answers->count; i++) {
        uint32_t actual = answers->actual_classes[i], predicted = answers->predicted_classes[i];
        scores[actual].actual++;
        scores[predicted].predicted++;
        scores[actual].right += actual == predicted;
    }
    for (size_t k = 0; k < answers->classes; k++) {
        bp_class_score *s = &scores[k];
        double right = (double)s->right, all = (double)s->actual + (double)s->predicted;
        s->precision = s->predicted > 0 ? right / (double)s->predicted : NAN;
        s->recall = s->actual > 0 ? right / (double)s->actual : NAN;
        s->f1 = all > 0 ? 2 * right / all : NAN;
    }
}

/* ---- Agreement beyond chance ---------------------------------------------------------------- */

/* Sums over classes: of right answers, of rows times answers, of the squares of both. */
typedef struct agreement {
    double right, products, actual, predicted;
} agreement;

static agreement sum_agreement(const bp_answers *answers)
{
    agreement sums = {0, 0, 0, 0};
    class_counts c = count_classes(answers);
    for (size_t k = 0; k < answers->classes; k++) {
        sums.right += c.right[k];
        sums.products += c.actual[k] * c.predicted[k];
        sums.actual += c.actual[k] * c.actual[k];
        sums.predicted += c.predicted[k] * c.predicted[k];
    }
    return sums;
}

/* Equation (21d); 0 where all rows are, or are answered as, one class. */
double bp_metric_mcc(const bp_answers *answers)
{
    double n = (double)answers->count;
    if (answers->count == 0 || answers->room == NULL)
        return NAN;
    agreement a = sum_agreement(answers);
    double spread = sqrt(n * n - a.actual) * sqrt(n * n - a.predicted);
    return spread > 0 ? (a.right * n - a.products) / spread : 0;
}

/* Equation (21e); NaN where chance alone agrees on everything. */
double bp_metric_kappa(const bp_answers *answers)
{
    double n = (double)answers->count;
    if (answers->count == 0 || answers->room == NULL)
        return NAN;
    agreement a = sum_agreement(answers);
    double chance = a.products / (n * n);
    return chance < 1 ? (a.right / n - chance) / (1 - chance) : NAN;
}
