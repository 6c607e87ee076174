/* verb_tune.c: `backprop tune FILE -o MODEL`: a search for better options, and the model. */
#include "decisions.h"
#include "model_output.h"
#include "picture.h"
#include "progress.h"
#include "report.h"
#include "show/tuning_picture.h"
#include "tuned.h"
#include "verbs.h"
#include "watch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEASURED_SECONDS 0.5  /* long enough to tell the speed by */
#define MEASURED_SHARE 0.05   /* of the budget, which is long enough too */
#define MEASURED_CANDIDATES 7 /* beside the recipe's */

/* What a search is about; every pointer is freed by verb_tune. */
struct searching {
    struct command *command;
    bp_table *table;
    bp_preparation *preparation;
    bp_tuning *tuning;
    bp_model *model;
    double steps; /* 0: those of the checkpoint */
    bool decisions_shown;
};

static const char *option_of(const struct searching *s, const char *name)
{
    return bp_config_get(s->command->config, name);
}

static bool is_standard(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

/* ---- Before any work ----------------------------------------------------------------------------
 */

static bp_status check_files(const struct command *command, bp_error *error)
{
    const char *checkpoint = bp_config_get(command->config, "checkpoint");
    bp_status status = model_output_check_beside(command, error);
    if (status == BP_OK)
        status = model_output_check(command, (const char *const[]){"table"}, error);
    if (status == BP_OK)
        status = picture_check(command, error);
    if (status == BP_OK && checkpoint[0] != '\0')
        status = output_check(checkpoint, error);
    if (status == BP_OK && command_has(command, OWN_LOG))
        status = output_check(command->own[OWN_LOG], error);
    if (status != BP_OK)
        return status;
    if (is_standard(command->own[OWN_OUTPUT]) && picture_is_answer(command))
        return fail(error, BP_E_ARGUMENT,
                    "--plot - would write into the same standard output; give it a file");
    return BP_OK;
}

static bp_status check_budget(const struct command *command, bp_error *error)
{
    const char *time = command->own[OWN_BUDGET];
    bool steps = command_has(command, OWN_BUDGET_STEPS);
    if ((time != NULL) == steps)
        return fail(error, BP_E_OPTION,
                    steps ? "--budget and --budget-steps both say how much work there is: give one "
                            "of them"
                          : "tune needs a budget: --budget 5m, or --budget-steps N");
    if (time != NULL && !(seconds_of(time) > 0))
        return fail(error, BP_E_OPTION, "--budget takes a time, as 30s, 5m or 2h, not \"%s\"",
                    time);
    return BP_OK;
}

/* ---- Steps
 * ---------------------------------------------------------------------------------------- */

static bool wants_notes(const struct searching *s)
{
    return !command_has(s->command, OWN_QUIET) && !command_has(s->command, OWN_JSON);
}

/* What was decided is said once the data has proved good: an error stands alone. */
static void print_decisions(void *context)
{
    struct searching *s = context;
    struct output notes;
    if (s->decisions_shown || !wants_notes(s))
        return;
    s->decisions_shown = true;
    output_open_notes(&notes);
    decisions_print(&notes, s->table, s->preparation, s->command->config);
    if (command_has(s->command, OWN_BUDGET) && s->steps > 0) {
        print_label(&notes, "budget");
        output_print(&notes, "%s, which at the speed measured is --budget-steps %.0f\n",
                     s->command->own[OWN_BUDGET], s->steps);
    }
    output_finish_notes(&notes);
}

/* To two digits, downward. */
static double rounded(double steps)
{
    double unit = pow(10, floor(log10(steps)) - 1);
    return steps < 100 ? fmax(floor(steps), 1) : floor(steps / unit) * unit;
}

/* What probes took. */
struct speed {
    double steps, seconds;
};

static bp_status probe(struct speed *taken, const struct searching *s, size_t candidate,
                       size_t epochs, const bp_observer *observer, bp_error *error)
{
    struct timespec begun;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    bp_status status = bp_tune_probe(&taken->steps, s->table, s->command->config, candidate, epochs,
                                     observer, error);
    taken->seconds = fmax(seconds_since(&begun), 1e-6);
    return status;
}

/* Candidate 0 for ever more epochs, until that takes long enough or is what the first rung takes:
 * how many those are, and the fastest of the probes, so that one that was held up does not tell. */
static bp_status find_epochs(struct speed *fastest, size_t *epochs, double most,
                             const struct searching *s, const bp_observer *observer,
                             bp_error *error)
{
    struct speed before = {0}, taken;
    double total = 0;
    *fastest = (struct speed){.seconds = 1};
    for (*epochs = 1;; *epochs *= 2) {
        bp_status status = probe(&taken, s, 0, *epochs, observer, error);
        if (status != BP_OK)
            return status;
        total += taken.seconds;
        if (taken.steps / taken.seconds > fastest->steps / fastest->seconds)
            *fastest = taken;
        if (total >= most || taken.seconds >= MEASURED_SECONDS || taken.steps <= before.steps)
            return BP_OK;
        before = taken;
    }
}

/* How many steps a time is: the only place where a clock counts. What candidates take in the first
 * rung tells, other shapes than the recipe's among them. */
static bp_status measure(struct searching *s, double seconds, bp_error *error)
{
    struct progress progress; /* of which Ctrl-C alone matters here */
    struct speed sum, taken;
    size_t epochs = 0;
    double most = MEASURED_SHARE * seconds / 2; /* of either part */
    progress_begin(&progress, s->command);
    progress.shown = false;
    bp_status status = find_epochs(&sum, &epochs, most, s, &progress.observer, error);
    double drawn = 0;
    for (size_t i = 1; i <= MEASURED_CANDIDATES && drawn < most && status == BP_OK; i++) {
        status = probe(&taken, s, i, epochs, &progress.observer, error);
        if (status == BP_OK && taken.steps > 0) {
            sum.steps += taken.steps;
            sum.seconds += taken.seconds;
        }
        drawn += taken.seconds;
    }
    progress_end(&progress);
    if (status == BP_OK)
        s->steps = rounded(sum.steps / sum.seconds * seconds);
    return status;
}

/* A time that is resumed is what it was turned into at first. */
static bp_status find_steps(struct searching *s, bp_error *error)
{
    const char *checkpoint = option_of(s, "checkpoint");
    if (command_has(s->command, OWN_BUDGET_STEPS)) {
        s->steps = strtod(s->command->own[OWN_BUDGET_STEPS], NULL);
        return BP_OK;
    }
    FILE *kept = strcmp(option_of(s, "resume"), "yes") == 0 && checkpoint[0] != '\0'
                     ? fopen(checkpoint, "r")
                     : NULL;
    if (kept == NULL)
        return measure(s, seconds_of(s->command->own[OWN_BUDGET]), error);
    fclose(kept);
    return BP_OK;
}

/* ---- Search and fit
 * --------------------------------------------------------------------------------- */

static void add_advice(const struct searching *s, bp_error *error)
{
    size_t used = strlen(error->message);
    if (option_of(s, "checkpoint")[0] != '\0')
        snprintf(error->message + used, sizeof error->message - used,
                 "; the same command with --resume goes on");
}

static bp_status search(struct searching *s, bp_error *error)
{
    struct progress progress;
    const bp_tune_options options = {.steps = s->steps, .metric = s->command->own[OWN_METRIC]};
    progress_begin(&progress, s->command);
    progress.started = print_decisions;
    progress.context = s;
    bp_status status =
        bp_tune(&s->tuning, s->table, s->command->config, &options, &progress.observer, error);
    progress_end(&progress);
    if (status == BP_E_STOPPED)
        add_advice(s, error);
    return status;
}

static bp_status fit(struct searching *s, bp_error *error)
{
    struct progress progress;
    const bp_config *config = bp_tuning_config(s->tuning, bp_tuning_choice(s->tuning));
    print_decisions(s);
    progress_begin(&progress, s->command);
    bp_status status =
        bp_fit_table(&s->model, s->table, NULL, 0, config, &progress.observer, error);
    progress_end(&progress);
    if (status == BP_E_STOPPED)
        add_advice(s, error);
    return status;
}

/* ---- What came of it
 * ----------------------------------------------------------------------------------- */

static bp_status write_log(const struct tuned *tuned, bp_error *error)
{
    const char *path = tuned->command->own[OWN_LOG];
    struct output log;
    if (path == NULL)
        return BP_OK;
    const char *ending = strrchr(path, '.');
    bool lines =
        ending != NULL && (strcmp(ending, ".jsonl") == 0 || strcmp(ending, ".ndjson") == 0);
    bp_status status = output_open(&log, path, error);
    if (status != BP_OK)
        return status;
    tuned_log(&log, tuned, lines);
    return output_finish(&log, error);
}

static bp_status print_json(const struct searching *s, const struct tuned *tuned, bp_error *error)
{
    bp_json *json = NULL;
    bp_status status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    bp_json_object_begin(json);
    bp_json_key(json, "schema");
    bp_json_string(json, "backprop.tune/1");
    bp_json_key(json, "model");
    bp_json_string(json, s->command->own[OWN_OUTPUT]);
    decisions_write(json, s->table, s->preparation);
    tuned_write(json, tuned);
    bp_json_object_end(json);
    output_json(s->command->out, json);
    bp_json_free(json);
    return BP_OK;
}

/* Beside a model or a picture on standard output it is a note. */
static bp_status report(const struct searching *s, const struct tuned *tuned, bp_error *error)
{
    struct output notes;
    if (command_has(s->command, OWN_JSON))
        return print_json(s, tuned, error);
    if (!is_standard(s->command->own[OWN_OUTPUT]) && !picture_is_answer(s->command)) {
        tuned_print(s->command->out, tuned);
        return BP_OK;
    }
    output_open_notes(&notes);
    tuned_print(&notes, tuned);
    output_finish_notes(&notes);
    return BP_OK;
}

static void draw(struct output *out, const void *what)
{
    tuning_draw(out, what);
}

static bp_status finish(const struct searching *s, bp_error *error)
{
    struct tuned tuned = {.command = s->command, .tuning = s->tuning};
    bp_status status = tuned_make(&tuned, error);
    if (status == BP_OK)
        status = model_output_save(s->command, s->model, error);
    if (status == BP_OK)
        status = write_log(&tuned, error);
    if (status == BP_OK)
        status = picture_write(s->command, draw, &tuned, error);
    if (status == BP_OK)
        status = report(s, &tuned, error);
    tuned_release(&tuned);
    return status;
}

static bp_status run(struct searching *s, bp_error *error)
{
    const struct command *command = s->command;
    bp_status status = bp_table_open(&s->table, command->operands[0], command->config, error);
    if (status == BP_OK)
        status = bp_config_preparation(&s->preparation, s->table, command->config, error);
    if (status == BP_OK)
        status = bp_config_drop_unlabeled(command->config, s->preparation, s->table, error);
    if (status == BP_OK)
        status = find_steps(s, error);
    if (status == BP_OK)
        status = search(s, error);
    if (status == BP_OK)
        status = fit(s, error);
    return status == BP_OK ? finish(s, error) : status;
}

bp_status verb_tune(struct command *command, bp_error *error)
{
    struct searching searching = {.command = command};
    bp_status status = check_budget(command, error);
    if (status == BP_OK)
        status = check_files(command, error);
    if (status == BP_OK)
        status = run(&searching, error);
    bp_model_free(searching.model);
    bp_tuning_free(searching.tuning);
    bp_preparation_free(searching.preparation);
    bp_table_free(searching.table);
    return status;
}
