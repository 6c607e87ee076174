/* threshold.c: from which probability on the second of two classes is the answer, so that a
 * metric is the best, equation (63). */
#include "assess/calibrate.h"
#include "base/error.h"
#include "base/names.h"
#include "base/sort.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- Criteria -------------------------------------------------------------------- */

/* Rows by what they are and how they are answered; "positive" is the second class. */
typedef struct tally {
    double true_positive, false_positive, false_negative, true_negative;
} tally;

typedef double criterion_score(const tally *t, const bp_criterion *criterion);

/* Equation (21c): the mean of both classes. */
static double f1(const tally *t, const bp_criterion *criterion)
{
    double wrong = t->false_positive + t->false_negative;
    (void)criterion;
    return (2 * t->true_positive / (2 * t->true_positive + wrong)
            + 2 * t->true_negative / (2 * t->true_negative + wrong))
           / 2;
}

/* Equation (21d) of two classes. */
static double mcc(const tally *t, const bp_criterion *criterion)
{
    double root =
        sqrt(t->true_positive + t->false_positive) * sqrt(t->true_positive + t->false_negative)
        * sqrt(t->true_negative + t->false_positive) * sqrt(t->true_negative + t->false_negative);
    (void)criterion;
    if (root == 0)
        return 0;
    return (t->true_positive * t->true_negative - t->false_positive * t->false_negative) / root;
}

/* Youden's index: how far the shares found of both classes are from those of chance. */
static double youden(const tally *t, const bp_criterion *criterion)
{
    (void)criterion;
    return t->true_positive / (t->true_positive + t->false_negative)
           + t->true_negative / (t->true_negative + t->false_positive) - 1;
}

static double balanced_accuracy(const tally *t, const bp_criterion *criterion)
{
    return (youden(t, criterion) + 1) / 2;
}

static double cost(const tally *t, const bp_criterion *criterion)
{
    return -(criterion->false_positive * t->false_positive
             + criterion->false_negative * t->false_negative);
}

#define CRITERIA 5 /* the last is the one with numbers */
static const char *const names[CRITERIA] = {"f1", "mcc", "balanced-accuracy", "youden",
                                            "cost=FP:FN"};
static criterion_score *const scores[CRITERIA] = {f1, mcc, balanced_accuracy, youden, cost};

static bool read_cost(const char *text, size_t length, double *value)
{
    return bp_number_read(text, length, value) && *value >= 0 && *value <= DBL_MAX;
}

/* What follows "cost=": what each wrong second class costs, and each wrong first one. */
static bp_status read_costs(bp_criterion *criterion, const char *text, bp_error *error)
{
    const char *colon = strchr(text, ':');
    if (colon != NULL && read_cost(text, (size_t)(colon - text), &criterion->false_positive)
        && read_cost(colon + 1, strlen(colon + 1), &criterion->false_negative)
        && criterion->false_positive + criterion->false_negative > 0)
        return BP_OK;
    return bp_fail(error, BP_E_OPTION,
                   "--threshold cost=FP:FN takes what a false second class costs and what a "
                   "false first one, as in cost=1:5");
}

bp_status bp_criterion_read(bp_criterion *criterion, const char *text, bp_error *error)
{
    *criterion = (bp_criterion){.kind = CRITERIA - 1};
    if (strlen(text) >= BP_CRITERION_SIZE)
        return bp_fail(error, BP_E_OPTION, "--threshold takes at most %d characters",
                       BP_CRITERION_SIZE - 1);
    if (strncmp(text, "cost=", 5) == 0)
        return read_costs(criterion, text + 5, error);
    criterion->kind = bp_name_find(text, names, CRITERIA, "value of --threshold", error);
    return criterion->kind < CRITERIA ? BP_OK : BP_E_OPTION;
}

/* ---- The best -------------------------------------------------------------------- */

typedef struct found_threshold {
    double threshold, score;
} found_threshold;

static int compare(const void *a, const void *b)
{
    const bp_sure_row *x = a, *y = b;
    return x->probability > y->probability ? -1 : x->probability < y->probability;
}

/* The one that a threshold halfway between two probabilities makes; of equally good ones that
 * which is nearest to 1/2. */
static void consider(found_threshold *best, const tally *t, const bp_criterion *criterion,
                     double above, double below)
{
    double threshold = below + (above - below) / 2;
    double score = scores[criterion->kind](t, criterion);
    threshold = threshold < above ? threshold : below; /* neighbors have nothing between them */
    if (score > best->score
        || (!(score < best->score) && fabs(threshold - 0.5) < fabs(best->threshold - 0.5))) {
        best->threshold = threshold;
        best->score = score;
    }
}

/* From a threshold above all rows down to one below them, past equal ones at once. */
double bp_best_threshold(bp_sure_row *rows, size_t count, const bp_criterion *criterion)
{
    tally t = {0, 0, 0, 0};
    bp_sort(rows, count, sizeof *rows, compare);
    for (size_t i = 0; i < count; i++)
        *(rows[i].second ? &t.false_negative : &t.true_negative) += 1;
    found_threshold best = {1, -INFINITY};
    double above = rows[0].probability;
    consider(&best, &t, criterion, 1, above);
    for (size_t i = 0; i < count; i++) {
        bool second = rows[i].second;
        *(second ? &t.true_positive : &t.false_positive) += 1;
        *(second ? &t.false_negative : &t.true_negative) -= 1;
        above = rows[i].probability;
        double below = i + 1 < count ? rows[i + 1].probability : 0;
        if (below < above)
            consider(&best, &t, criterion, above, below);
    }
    return best.threshold;
}
