/* tuned.c: who stands where after a search, and what is to be said of it. */
#include "tuned.h"

#include "report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Standings ------------------------------------------------------------------------------ */

static bool is_better(const struct tuned *tuned, double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(b) && !isnan(a);
    return bp_tuning_metric(tuned->tuning)->higher_is_better ? a > b : a < b;
}

/* Whoever came further stands before; of the same rung the better one, of equals the first drawn.
 */
static bool stands_before(const struct tuned *tuned, const struct standing *a,
                          const struct standing *b)
{
    if (a->rungs != b->rungs)
        return a->rungs > b->rungs;
    double one = a->scores[a->rungs - 1], two = b->scores[b->rungs - 1];
    return is_better(tuned, one, two)
           || (!is_better(tuned, two, one) && a->candidate < b->candidate);
}

static void sort(struct tuned *tuned)
{
    for (size_t i = 1; i < tuned->count; i++) {
        struct standing one = tuned->standings[i];
        size_t k = i;
        for (; k > 0 && stands_before(tuned, &one, &tuned->standings[k - 1]); k--)
            tuned->standings[k] = tuned->standings[k - 1];
        tuned->standings[k] = one;
    }
}

/* ---- The sentence ---------------------------------------------------------------------------- */

static void write_p(char text[32], double p)
{
    if (isnan(p))
        strcpy(text, "there is no test of it");
    else if (p < 0.001)
        strcpy(text, "p < 0.001");
    else
        snprintf(text, 32, "p = %.2g", p);
}

static void write_sentence(struct tuned *tuned)
{
    const bp_comparison *c = bp_tuning_comparison(tuned->tuning);
    const bp_metric *metric = bp_tuning_metric(tuned->tuning);
    const char *recipe = tuned->recipe;
    char p[32];
    if (c == NULL) {
        snprintf(tuned->sentence, TUNED_SENTENCE,
                 "%s is the best that was tried: it is used as it is", recipe);
        return;
    }
    write_p(p, c->p);
    if (bp_tuning_choice(tuned->tuning) != 0)
        snprintf(tuned->sentence, TUNED_SENTENCE,
                 "the best candidate is better than %s: %s %.4g, not %.4g (a difference of %.3g to "
                 "%.3g), %s",
                 recipe, metric->name, c->second, c->first, fmin(fabs(c->low), fabs(c->high)),
                 fmax(fabs(c->low), fabs(c->high)), p);
    else
        snprintf(tuned->sentence, TUNED_SENTENCE,
                 "%s is as good as the best candidate: %s %.4g, and %.4g of the candidate, %s; it "
                 "is used as it is",
                 recipe, metric->name, c->first, c->second, p);
}

bp_status tuned_make(struct tuned *tuned, bp_error *error)
{
    const bp_tuning *tuning = tuned->tuning;
    size_t count = bp_tuning_candidates(tuning);
    tuned->standings = calloc(count, sizeof *tuned->standings);
    if (tuned->standings == NULL)
        return fail(error, BP_E_MEMORY, "out of memory for the standings");
    tuned->count = count;
    tuned->recipe = bp_config_get(bp_tuning_config(tuning, 0), "recipe");
    for (size_t i = 0; i < count; i++)
        tuned->standings[i].candidate = i;
    for (size_t i = 0; i < bp_tuning_trials(tuning); i++) {
        bp_tune_trial trial = bp_tuning_trial(tuning, i);
        struct standing *one = &tuned->standings[trial.candidate];
        if (trial.rung == bp_tuning_rungs(tuning) || trial.rung >= TUNED_RUNGS)
            continue;
        one->scores[trial.rung] = trial.mean;
        one->rungs = trial.rung + 1;
    }
    sort(tuned);
    write_sentence(tuned);
    return BP_OK;
}

void tuned_release(struct tuned *tuned)
{
    free(tuned->standings);
    tuned->standings = NULL;
}

size_t tuned_epochs(const struct tuned *tuned, size_t rung)
{
    for (size_t i = 0; i < bp_tuning_trials(tuned->tuning); i++)
        if (bp_tuning_trial(tuned->tuning, i).rung == rung)
            return bp_tuning_trial(tuned->tuning, i).epochs;
    return 0;
}

size_t tuned_folds(const struct tuned *tuned)
{
    return bp_tuning_trial(tuned->tuning, 0).folds;
}

/* ---- Words of a command ------------------------------------------------------------------------
 */

/* A word that a shell reads as this text. */
static void print_word(struct output *out, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-+=./,:@%";
    if (text[0] != '\0' && text[strspn(text, plain)] == '\0') {
        output_text(out, text);
        return;
    }
    output_text(out, "'");
    for (; *text != '\0'; text++)
        if (*text == '\'')
            output_text(out, "'\\''");
        else
            output_bytes(out, text, 1);
    output_text(out, "'");
}

/* " --name value". */
static void print_option(struct output *out, const bp_option *option, const char *value)
{
    if (option->kind == BP_OPTION_SWITCH) {
        output_print(out, " --%s%s", strcmp(value, "no") == 0 ? "no-" : "", option->name);
        return;
    }
    output_print(out, " --%s%s", option->name, value[0] == '-' ? "=" : " ");
    print_word(out, value);
}

void tuned_print_settings(struct output *out, const struct tuned *tuned, size_t candidate)
{
    const char *name;
    const bp_config *config = bp_tuning_config(tuned->tuning, candidate);
    for (size_t i = 0; (name = bp_tuning_setting(tuned->tuning, candidate, i)) != NULL; i++)
        output_print(out, "%s--%s %s", i > 0 ? " " : "", name, bp_config_get(config, name));
}

void tuned_print_command(struct output *out, const struct tuned *tuned)
{
    const struct command *command = tuned->command;
    const bp_config *config = bp_tuning_config(tuned->tuning, bp_tuning_choice(tuned->tuning));
    output_text(out, "backprop train ");
    print_word(out, command->operands[0]);
    for (size_t i = 0; i < bp_option_count(); i++) {
        const bp_option *option = bp_option_at(i);
        if (bp_config_origin(config, option->name) == BP_FROM_CALLER
            && strcmp(option->group, "machine") != 0)
            print_option(out, option, bp_config_get(config, option->name));
    }
    output_text(out, " -o ");
    print_word(out, command->own[OWN_OUTPUT]);
}
