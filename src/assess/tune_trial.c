/* tune_trial.c: one cross-validation of a search. */
#include "assess/comparison.h"
#include "assess/tuning.h"

#include "base/error.h"
#include "base/memory.h"
#include "recipe/config.h"

#include <math.h>

#define STEP 1e6       /* weights that learn from a row */
#define GROUP 32       /* folds that validation.c trains at once */
#define SEEDS 0x1p53   /* how many there are */
#define SAVES 100      /* of a checkpoint at most, however short trials are */
#define HELD_OUT "0.2" /* once, of many rows */

static bp_status set_number(bp_config *config, const char *name, double value, bp_error *error)
{
    char text[BP_NUMBER_SIZE];
    bp_number_write(value, text);
    return bp_config_set(config, name, text, error);
}

/* The comparison's folds are those of other seeds. */
static double seed_of(const bp_config *config, size_t repeat)
{
    double seed = bp_config_number(config, "seed") + 1 + (double)repeat;
    return seed < SEEDS ? seed : seed - SEEDS;
}

bp_status tune_trial_config(bp_config **config, const bp_tuning *t, size_t candidate, size_t epochs,
                            size_t networks, bool fresh, size_t repeat, bp_error *error)
{
    const bp_config *search = t->candidates[candidate].search;
    bp_status status = bp_config_copy(config, search, error);
    if (status == BP_OK && epochs > 0)
        status = set_number(*config, "epochs", (double)epochs, error);
    if (status == BP_OK && !t->members_fixed && networks != t->members)
        status = set_number(*config, "members", (double)networks, error);
    if (status == BP_OK && t->once && !fresh)
        status = bp_config_set(*config, "test-fraction", HELD_OUT, error);
    if (status == BP_OK && fresh)
        status = set_number(*config, "seed", seed_of(search, repeat), error);
    return status;
}

double tune_steps(const bp_tuning *t, const tune_deal *deal, size_t candidate, size_t epochs,
                  size_t networks)
{
    return deal->learned * (double)epochs * (double)networks * t->candidates[candidate].weights
           / STEP;
}

/* ---- How far it is --------------------------------------------------------------------------- */

/* Turns the epochs of a trial into steps of the search for the observer. */
typedef struct counter {
    const bp_tuning *tuning;
    double steps;     /* of the trial */
    size_t fits;      /* one after another in it */
    size_t fit, last; /* which one it is, and the epochs of it that were told last */
} counter;

static double best_so_far(const bp_tuning *t)
{
    double best = (double)NAN;
    for (size_t i = 0; i < t->trial_count; i++) {
        double mean = t->trials[i].mean;
        if (t->trials[i].rung < t->rungs
            && (isnan(best) || (t->metric->higher_is_better ? mean > best : mean < best)))
            best = mean;
    }
    return best;
}

static bool notify(void *context, const bp_progress *state)
{
    counter *c = context;
    const bp_tuning *t = c->tuning;
    if (t->observer == NULL || t->observer->notify == NULL)
        return true;
    if (state->done <= c->last && c->fit + 1 < c->fits)
        c->fit++;
    c->last = state->done;
    double share = ((double)c->fit + (double)state->done / (double)state->total) / (double)c->fits;
    double done = t->taken + c->steps * share;
    const bp_progress told = {.phase = "tune",
                              .members = 1,
                              .done = (size_t)done,
                              .total = (size_t)t->budget,
                              .loss = (double)NAN,
                              .validation_loss = best_so_far(t),
                              .judged = (double)NAN};
    return t->observer->notify(t->observer->context, &told);
}

/* ---- A trial --------------------------------------------------------------------------------- */

/* An infinity is no more than NaN here, and a checkpoint has but one word for both. */
static double finite(double score)
{
    return isfinite(score) ? score : (double)NAN;
}

static bp_status validate(const bp_tuning *t, const bp_tune_trial *trial, double *scores,
                          bp_error *error)
{
    bool fresh = trial->rung == t->rungs;
    counter count = {.tuning = t,
                     .steps = trial->steps,
                     .fits = trial->networks > 1 ? trial->folds : (trial->folds - 1) / GROUP + 1};
    const bp_observer observer = {notify, &count};
    bp_config *config = NULL;
    bp_validation *validation = NULL;
    bp_status status = tune_trial_config(&config, t, trial->candidate, fresh ? 0 : trial->epochs,
                                         trial->networks, fresh, trial->repeat, error);
    if (status == BP_OK)
        status = bp_cross_validate(&validation, t->table, config, &observer, error);
    for (size_t fold = 0; fold < trial->folds; fold++)
        scores[fold] = status == BP_OK
                           ? finite(bp_validation_scores(validation, t->metric_index)[fold])
                           : (double)NAN;
    bp_validation_free(validation);
    bp_config_free(config);
    if (status == BP_E_STOPPED)
        return bp_fail(error, BP_E_STOPPED, "stopped after %zu trials", t->trial_count);
    return status == BP_E_DIVERGED ? BP_OK : status;
}

static bp_status make_room(bp_tuning *t, bp_error *error)
{
    if (t->trial_count < t->trial_room)
        return BP_OK;
    size_t room = t->trial_room > 0 ? 2 * t->trial_room : 64;
    bp_tune_trial *more =
        bp_resize(&t->allocator, t->trials, t->trial_room, room, sizeof *more, error);
    if (more == NULL)
        return BP_E_MEMORY;
    t->trials = more;
    t->trial_room = room;
    return BP_OK;
}

static double mean_of(const double *scores, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += scores[i];
    return sum / (double)count;
}

bp_status tune_measure(bp_tuning *t, bp_tune_trial trial, double *mean, bp_error *error)
{
    bool known = false;
    bp_status status = make_room(t, error);
    if (status != BP_OK)
        return status;
    double *scores = bp_allocate(&t->allocator, trial.folds, sizeof *scores, error);
    if (scores == NULL)
        return BP_E_MEMORY;
    status = tune_record_scores(t, t->trial_count, scores, trial.folds, &known, error);
    if (status == BP_OK && !known)
        status = validate(t, &trial, scores, error);
    if (status != BP_OK) {
        bp_release(&t->allocator, scores, trial.folds, sizeof *scores);
        return status;
    }
    trial.scores = scores;
    *mean = trial.mean = mean_of(scores, trial.folds);
    t->trials[t->trial_count++] = trial;
    t->taken += trial.steps;
    if (known)
        t->saved = t->taken;
    return t->taken - t->saved < t->budget / SAVES ? BP_OK : tune_save(t, error);
}

bp_status tune_save(bp_tuning *t, bp_error *error)
{
    if (t->checkpoint == NULL || t->saved == t->taken)
        return BP_OK;
    t->saved = t->taken;
    return tune_record_write(t, error);
}
