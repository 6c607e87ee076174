/* tune_show.c: a search as text, as JSON, and its trials as a table. */
#include "csv.h"
#include "decisions.h"
#include "json_fields.h"
#include "model_output.h"
#include "tuned.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TOP 10 /* candidates that are shown */

/* ---- Text --------------------------------------------------------------------------------------
 */

static void print_score(struct output *out, double score)
{
    char text[32] = "diverged";
    if (!isnan(score))
        snprintf(text, sizeof text, "%.5g", score);
    output_print(out, "  %-10s", text);
}

static void print_standing(struct output *out, const struct tuned *tuned, size_t place)
{
    const struct standing *one = &tuned->standings[place];
    output_print(out, "%4zu", place + 1);
    for (size_t rung = 0; rung < bp_tuning_rungs(tuned->tuning); rung++)
        if (rung < one->rungs)
            print_score(out, one->scores[rung]);
        else
            output_print(out, "  %-10s", "");
    output_text(out, "  ");
    if (one->candidate == 0)
        output_print(out, "%s as it is", tuned->recipe);
    else
        tuned_print_settings(out, tuned, one->candidate);
    output_text(out, "\n");
}

static void print_standings(struct output *out, const struct tuned *tuned)
{
    size_t shown = tuned->count < TOP ? tuned->count : TOP;
    output_text(out, "    ");
    for (size_t rung = 0; rung < bp_tuning_rungs(tuned->tuning); rung++) {
        char text[32];
        size_t epochs = tuned_epochs(tuned, rung);
        snprintf(text, sizeof text, "%zu epoch%s", epochs, epochs == 1 ? "" : "s");
        output_print(out, "  %-10s", text);
    }
    output_text(out, "\n");
    for (size_t i = 0; i < tuned->count; i++)
        if (i < shown || tuned->standings[i].candidate == 0)
            print_standing(out, tuned, i);
}

static void print_heading(struct output *out, const struct tuned *tuned)
{
    size_t folds = tuned_folds(tuned);
    print_label(out, "tried");
    output_print(out, "%zu candidates, by %s of the rows held out, %zu fold%s  (--metric)\n",
                 tuned->count, bp_tuning_metric(tuned->tuning)->name, folds, folds == 1 ? "" : "s");
    print_label(out, "budget");
    output_print(out, "%.0f steps, of which it took %.0f  (--budget-steps)\n\n",
                 bp_tuning_budget(tuned->tuning), ceil(bp_tuning_steps(tuned->tuning)));
}

/* What the two were compared by. */
static void print_compared(struct output *out, const struct tuned *tuned)
{
    size_t last = bp_tuning_trials(tuned->tuning) - 1;
    bp_tune_trial trial = bp_tuning_trial(tuned->tuning, last);
    print_label(out, "compared");
    if (trial.repeat > 0)
        output_print(out, "%zu times ", trial.repeat + 1);
    output_print(out, "%zu fold%s dealt anew, %zu network%s each\n", trial.folds,
                 trial.folds == 1 ? "" : "s", trial.networks, trial.networks == 1 ? "" : "s");
}

void tuned_print(struct output *out, const struct tuned *tuned)
{
    bool quiet = command_has(tuned->command, OWN_QUIET);
    if (!quiet) {
        print_heading(out, tuned);
        print_standings(out, tuned);
        output_text(out, "\n");
        if (bp_tuning_comparison(tuned->tuning) != NULL)
            print_compared(out, tuned);
        print_label(out, "model");
        output_print(out, "%s\n\n", model_output_name(tuned->command));
    }
    output_print(out, "%s\n", tuned->sentence);
    tuned_print_command(out, tuned);
    output_text(out, "\n");
}

/* ---- JSON --------------------------------------------------------------------------------------
 */

static void write_settings(bp_json *json, const struct tuned *tuned, size_t candidate)
{
    const char *name;
    bp_json_key(json, "options");
    bp_json_object_begin(json);
    for (size_t i = 0; (name = bp_tuning_setting(tuned->tuning, candidate, i)) != NULL; i++)
        json_text(json, name, bp_config_get(bp_tuning_config(tuned->tuning, candidate), name));
    bp_json_object_end(json);
}

/* The fields of a trial, in an object that is open. */
static void write_trial(bp_json *json, const struct tuned *tuned, const bp_tune_trial *trial)
{
    json_size(json, "candidate", trial->candidate);
    json_size(json, "rung", trial->rung);
    json_size(json, "repeat", trial->repeat);
    json_size(json, "epochs", trial->epochs);
    json_size(json, "networks", trial->networks);
    json_number(json, "steps", trial->steps);
    json_number(json, "mean", trial->mean);
    bp_json_key(json, "scores");
    bp_json_array_begin(json);
    for (size_t fold = 0; fold < trial->folds; fold++)
        bp_json_number(json, trial->scores[fold]);
    bp_json_array_end(json);
    write_settings(json, tuned, trial->candidate);
}

static void write_comparison(bp_json *json, const struct tuned *tuned)
{
    const bp_comparison *c = bp_tuning_comparison(tuned->tuning);
    bp_json_key(json, "comparison");
    if (c == NULL) {
        bp_json_null(json);
        return;
    }
    bp_json_object_begin(json);
    json_number(json, "recipe", c->first);
    json_number(json, "candidate", c->second);
    json_number(json, "difference", c->difference);
    json_number(json, "low", c->low);
    json_number(json, "high", c->high);
    json_size(json, "freedom", c->freedom);
    json_number(json, "p", c->p);
    bp_json_object_end(json);
}

static void write_command(bp_json *json, const struct tuned *tuned)
{
    struct output text;
    output_open_memory(&text);
    tuned_print_command(&text, tuned);
    json_text(json, "command", output_kept_text(&text, tuned->command->out));
    output_discard(&text);
}

void tuned_write(bp_json *json, const struct tuned *tuned)
{
    const bp_tuning *tuning = tuned->tuning;
    json_text(json, "metric", bp_tuning_metric(tuning)->name);
    json_number(json, "budget_steps", bp_tuning_budget(tuning));
    json_number(json, "steps", bp_tuning_steps(tuning));
    json_size(json, "rungs", bp_tuning_rungs(tuning));
    json_size(json, "candidates", bp_tuning_candidates(tuning));
    bp_json_key(json, "trials");
    bp_json_array_begin(json);
    for (size_t i = 0; i < bp_tuning_trials(tuning); i++) {
        bp_tune_trial trial = bp_tuning_trial(tuning, i);
        bp_json_object_begin(json);
        write_trial(json, tuned, &trial);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
    json_size(json, "best", bp_tuning_best(tuning));
    write_comparison(json, tuned);
    json_size(json, "choice", bp_tuning_choice(tuning));
    json_text(json, "sentence", tuned->sentence);
    write_command(json, tuned);
    bp_json_key(json, "options");
    bp_config_write(bp_tuning_config(tuning, bp_tuning_choice(tuning)), json);
}

/* ---- The log ------------------------------------------------------------------------------------
 */

static void log_number(struct output *out, double value)
{
    output_text(out, ",");
    if (isfinite(value))
        output_number(out, value);
}

/* Empty where it is as the recipe has it. */
static void log_settings(struct output *out, const struct tuned *tuned, size_t candidate)
{
    const bp_tune_row *row;
    for (size_t r = 0; (row = bp_tune_row_at(r)) != NULL; r++) {
        const char *name;
        output_text(out, ",");
        for (size_t i = 0; (name = bp_tuning_setting(tuned->tuning, candidate, i)) != NULL; i++)
            if (strcmp(name, row->option) == 0)
                csv_field(out, bp_config_get(bp_tuning_config(tuned->tuning, candidate), name));
    }
}

static void log_csv(struct output *out, const struct tuned *tuned)
{
    const bp_tune_row *row;
    output_text(out, "candidate,rung,repeat,epochs,networks,steps,mean");
    for (size_t r = 0; (row = bp_tune_row_at(r)) != NULL; r++)
        output_print(out, ",%s", row->option);
    output_text(out, "\n");
    for (size_t i = 0; i < bp_tuning_trials(tuned->tuning); i++) {
        bp_tune_trial trial = bp_tuning_trial(tuned->tuning, i);
        output_print(out, "%zu,%zu,%zu,%zu,%zu", trial.candidate, trial.rung, trial.repeat,
                     trial.epochs, trial.networks);
        log_number(out, trial.steps);
        log_number(out, trial.mean);
        log_settings(out, tuned, trial.candidate);
        output_text(out, "\n");
    }
}

static void log_line(struct output *out, const struct tuned *tuned, const bp_tune_trial *trial)
{
    bp_json *json = NULL;
    if (bp_json_new(&json, NULL, NULL) != BP_OK) {
        output_lacks_memory(out);
        return;
    }
    bp_json_object_begin(json);
    write_trial(json, tuned, trial);
    bp_json_object_end(json);
    output_json(out, json);
    bp_json_free(json);
}

void tuned_log(struct output *out, const struct tuned *tuned, bool lines)
{
    if (!lines) {
        log_csv(out, tuned);
        return;
    }
    for (size_t i = 0; i < bp_tuning_trials(tuned->tuning); i++) {
        bp_tune_trial trial = bp_tuning_trial(tuned->tuning, i);
        log_line(out, tuned, &trial);
    }
}
