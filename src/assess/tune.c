/* tune.c: a search by successive halving, and what it finds beside what there was, equation (55).
 */
#include "assess/comparison.h"
#include "assess/tune_open.h"

#include "base/error.h"
#include "base/memory.h"
#include "recipe/config.h"
#include "recipe/split_config.h"

#include <math.h>

#define ETA 3
#define MOST 243  /* candidates */
#define MISSES 99 /* draws of what is there already, after which nothing new is expected */
#define SHARE 0.5 /* of the steps that is the search's */
#define LEVEL 0.95
#define LEAST_SCORES 5 /* of each of the two that are compared */
#define MOST_REPEATS 10

/* ---- Candidates ----------------------------------------------------------------------------- */

/* Steps of the fit to all rows. */
static double final_steps(const bp_tuning *t, size_t candidate)
{
    const tune_deal all = {.learned = (double)t->rows};
    return tune_steps(t, &all, candidate, t->epochs, t->members);
}

static size_t networks_of(const bp_tuning *t)
{
    return t->members_fixed ? t->members : 1;
}

static double rung_steps(const bp_tuning *t, size_t candidate, size_t rung)
{
    return tune_steps(t, &t->search, candidate, t->rung_epochs[rung], networks_of(t));
}

static size_t least_repeats(const bp_tuning *t)
{
    return bp_config_split_is_fixed(t->candidates[0].search)
               ? 1
               : (LEAST_SCORES - 1) / t->fresh.folds + 1;
}

/* Both recipes on fresh folds once. */
static double repeat_steps(const bp_tuning *t, size_t best, size_t networks)
{
    return tune_steps(t, &t->fresh, 0, t->epochs, networks)
           + tune_steps(t, &t->fresh, best, t->epochs, networks);
}

/* What a search of two candidates takes, and the two beside one another in the end. */
static bp_status check_budget(const bp_tuning *t, bp_error *error)
{
    char text[BP_NUMBER_SIZE], times[BP_NUMBER_SIZE];
    double last = rung_steps(t, 0, t->rungs - 1) + rung_steps(t, 1, t->rungs - 1);
    double searching = (double)t->rungs * last;
    double comparing = (double)least_repeats(t) * repeat_steps(t, 1, networks_of(t));
    double least = final_steps(t, 0) + (searching > comparing ? searching : comparing) / SHARE;
    if (t->budget >= least)
        return BP_OK;
    bp_number_write(ceil(least), text);
    bp_number_write(ceil(least / t->budget), times);
    return bp_fail(error, BP_E_OPTION,
                   "the budget is too small for this table: it takes --budget-steps %s, which is "
                   "%s times as much, or fewer --epochs or narrower --hidden",
                   text, times);
}

/* As many as the first rung's share of the steps pays for. */
static bp_status draw_candidates(tune_opening *o, double share, bp_error *error)
{
    bp_tuning *t = o->tuning;
    double taken = rung_steps(t, 0, 0);
    size_t misses = 0;
    for (uint32_t draw = 0; t->candidate_count < MOST && misses < MISSES; draw++) {
        bool new = false;
        bp_status status = tune_open_draw(o, draw, &new, error);
        if (status != BP_OK)
            return status;
        misses = new ? 0 : misses + 1;
        if (!new)
            continue;
        size_t last = t->candidate_count - 1;
        taken += rung_steps(t, last, 0);
        if (last == 1)
            status = check_budget(t, error);
        if (status != BP_OK)
            return status;
        if (last > 1 && taken > share) {
            tune_open_undo(t);
            break;
        }
    }
    if (t->candidate_count < 2)
        return bp_fail(error, BP_E_OPTION,
                       "there is nothing to search: every option of the search space is set");
    return BP_OK;
}

/* ---- Rungs ------------------------------------------------------------------------------------
 */

/* Who is still in it, the best first. */
typedef struct field {
    size_t count;
    size_t candidates[MOST];
} field;

static bool is_better(const bp_tuning *t, double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(b) && !isnan(a);
    return t->metric->higher_is_better ? a > b : a < b;
}

/* Of equals the first drawn comes first. */
static void sort_field(const bp_tuning *t, field *f)
{
    for (size_t i = 1; i < f->count; i++) {
        size_t one = f->candidates[i], k = i;
        for (; k > 0; k--) {
            size_t before = f->candidates[k - 1];
            double a = t->candidates[one].score, b = t->candidates[before].score;
            if (!is_better(t, a, b) && (is_better(t, b, a) || before < one))
                break;
            f->candidates[k] = before;
        }
        f->candidates[k] = one;
    }
}

/* The best third goes on as far as the share pays for it: candidate 0 and the best other one in any
 * case. */
static void keep_best(const bp_tuning *t, field *f, size_t rung, double share)
{
    size_t wanted = (f->count - 1) / ETA + 1, kept = 0;
    double taken = rung_steps(t, 0, rung);
    field next = {.count = 1}; /* candidate 0 */
    for (size_t i = 0; i < f->count && (kept < wanted || next.count < 2); i++, kept++) {
        size_t one = f->candidates[i];
        double steps = rung_steps(t, one, rung);
        if (one == 0)
            continue;
        if (next.count > 1 && taken + steps > share)
            break;
        taken += steps;
        next.candidates[next.count++] = one;
    }
    *f = next;
}

static bp_status climb(bp_tuning *t, double share, bp_error *error)
{
    field f = {.count = t->candidate_count};
    bp_status status = BP_OK;
    for (size_t i = 0; i < f.count; i++)
        f.candidates[i] = i;
    for (size_t rung = 0; rung < t->rungs && status == BP_OK; rung++) {
        if (rung > 0)
            keep_best(t, &f, rung, (share - t->taken) / (double)(t->rungs - rung));
        for (size_t i = 0; i < f.count && status == BP_OK; i++) {
            const bp_tune_trial trial = {.candidate = f.candidates[i],
                                         .rung = rung,
                                         .epochs = t->rung_epochs[rung],
                                         .networks = networks_of(t),
                                         .folds = t->search.folds,
                                         .steps = rung_steps(t, f.candidates[i], rung)};
            status = tune_measure(t, trial, &t->candidates[f.candidates[i]].score, error);
        }
        sort_field(t, &f);
    }
    t->best = f.candidates[0];
    return status;
}

/* ---- The best beside candidate 0 ----------------------------------------------------------------
 */

/* All networks of a model where the steps pay for it, else one; and as many repeats as are paid. */
static size_t choose_repeats(const bp_tuning *t, size_t *networks)
{
    double left = t->budget - t->taken - final_steps(t, t->best);
    size_t least = least_repeats(t), repeats = least;
    *networks = t->members;
    if (left < (double)least * repeat_steps(t, t->best, *networks))
        *networks = networks_of(t);
    double paid = floor(left / repeat_steps(t, t->best, *networks));
    if (!bp_config_split_is_fixed(t->candidates[0].search) && paid > (double)least)
        repeats = paid < MOST_REPEATS ? (size_t)paid : MOST_REPEATS;
    return repeats;
}

static bp_status measure_both(bp_tuning *t, size_t repeats, size_t networks, bp_error *error)
{
    bp_status status = BP_OK;
    double mean = 0;
    for (size_t i = 0; i < 2 * repeats && status == BP_OK; i++) {
        size_t candidate = i % 2 == 0 ? 0 : t->best;
        const bp_tune_trial trial = {.candidate = candidate,
                                     .rung = t->rungs,
                                     .repeat = i / 2,
                                     .epochs = t->epochs,
                                     .networks = networks,
                                     .folds = t->fresh.folds,
                                     .steps =
                                         tune_steps(t, &t->fresh, candidate, t->epochs, networks)};
        status = tune_measure(t, trial, &mean, error);
    }
    return status;
}

/* Of one fold alone no more is known than the scores. */
static void judge(bp_tuning *t, const double *scores, size_t count)
{
    bp_comparison *c = &t->comparison;
    const double *second = scores + count, nan = (double)NAN;
    *c = (bp_comparison){.first = scores[0], .second = second[0], .p = nan, .low = nan};
    c->difference = c->second - c->first;
    c->deviation = c->error = c->statistic = c->high = nan;
    if (count > 1)
        bp_compare_scores(c, scores, second, count, t->fresh.share, LEVEL);
    bool better = is_better(t, c->second, c->first);
    if (better && (c->p < 1 - LEVEL || isnan(c->first)))
        t->choice = t->best;
    t->compared = true;
}

static bp_status compare(bp_tuning *t, bp_error *error)
{
    size_t networks = 0, repeats = choose_repeats(t, &networks), first = t->trial_count;
    size_t folds = t->fresh.folds, count = folds * repeats;
    bp_status status = measure_both(t, repeats, networks, error);
    if (status != BP_OK)
        return status;
    double *scores = bp_allocate(&t->allocator, 2 * count, sizeof(double), error);
    if (scores == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < 2 * repeats; i++)
        for (size_t fold = 0; fold < folds; fold++)
            scores[i % 2 * count + i / 2 * folds + fold] = t->trials[first + i].scores[fold];
    judge(t, scores, count);
    bp_release(&t->allocator, scores, 2 * count, sizeof(double));
    return BP_OK;
}

/* ---- The calls
 * ----------------------------------------------------------------------------------- */

/* The budget, and where scores are kept. */
static bp_status begin(bp_tuning *t, const bp_config *config, double steps, bp_error *error)
{
    const char *checkpoint = bp_config_get(config, "checkpoint");
    bp_status status = BP_OK;
    t->budget = steps;
    t->checkpoint = checkpoint[0] != '\0' ? checkpoint : NULL;
    if (t->checkpoint != NULL && bp_config_is(config, "resume", "yes"))
        status = tune_record_open(t, error);
    if (status == BP_OK && !tune_is_budget(t->budget))
        return bp_fail(error, BP_E_ARGUMENT,
                       "the steps of a search must be a number above 0, at most 2^53");
    return status;
}

static bp_status search(tune_opening *o, const bp_config *config, bp_error *error)
{
    bp_tuning *t = o->tuning;
    double share = (t->budget - final_steps(t, 0)) * SHARE;
    bp_status status = draw_candidates(o, share / (double)t->rungs, error);
    if (status == BP_OK && t->checkpoint != NULL)
        status = tune_record_note(t, config, error);
    if (status == BP_OK)
        status = tune_record_check(t, error);
    if (status == BP_OK)
        status = climb(t, share, error);
    if (status == BP_OK && t->best != 0)
        status = compare(t, error);
    if (status == BP_OK || status == BP_E_STOPPED) {
        bp_status saved = tune_save(t, error);
        status = saved != BP_OK ? saved : status;
    }
    if (status == BP_OK)
        t->taken += final_steps(t, t->choice);
    return status;
}

bp_status bp_tune(bp_tuning **out, bp_table *table, const bp_config *config,
                  const bp_tune_options *options, const bp_observer *observer, bp_error *error)
{
    tune_opening opening;
    *out = NULL;
    bp_status status = tune_open(&opening, table, config, options->metric, error);
    bp_tuning *tuning = opening.tuning;
    if (status == BP_OK)
        status = begin(tuning, config, options->steps, error);
    if (status == BP_OK) {
        tuning->observer = observer;
        status = search(&opening, config, error);
    }
    tune_open_end(&opening);
    if (status != BP_OK) {
        bp_tuning_free(tuning);
        return status;
    }
    tuning->observer = NULL;
    tuning->checkpoint = NULL;
    *out = tuning;
    return BP_OK;
}

/* Adds candidates as a search does, until there is this one, where it can be one of a search:
 * `candidate_count` tells. */
static bp_status draw_up_to(tune_opening *o, size_t candidate, bp_error *error)
{
    const bp_tuning *t = o->tuning;
    bp_status status = BP_OK;
    size_t misses = 0;
    for (uint32_t draw = 0;
         candidate < MOST && t->candidate_count <= candidate && misses < MISSES && status == BP_OK;
         draw++) {
        bool new = false;
        status = tune_open_draw(o, draw, &new, error);
        misses = new ? 0 : misses + 1;
    }
    return status;
}

bp_status bp_tune_probe(double *steps, bp_table *table, const bp_config *config, size_t candidate,
                        size_t epochs, const bp_observer *observer, bp_error *error)
{
    tune_opening opening;
    double mean = 0;
    *steps = 0;
    bp_status status = tune_open(&opening, table, config, NULL, error);
    bp_tuning *t = opening.tuning;
    if (status == BP_OK)
        status = draw_up_to(&opening, candidate, error);
    if (status == BP_OK && candidate < t->candidate_count) {
        t->observer = observer;
        if (epochs > t->rung_epochs[0])
            epochs = t->rung_epochs[0];
        *steps = tune_steps(t, &t->search, candidate, epochs, networks_of(t));
        const bp_tune_trial trial = {.candidate = candidate,
                                     .epochs = epochs,
                                     .networks = networks_of(t),
                                     .folds = t->search.folds,
                                     .steps = *steps};
        status = tune_measure(t, trial, &mean, error);
    }
    tune_open_end(&opening);
    bp_tuning_free(t);
    return status;
}
