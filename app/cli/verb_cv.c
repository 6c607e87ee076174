/* verb_cv.c: `backprop cv FILE`: the scores of cross-validation, or of two recipes side by side. */
#include "cv_answers.h"
#include "cv_compare.h"
#include "cv_scores.h"
#include "cv_second.h"
#include "cv_split.h"
#include "decisions.h"
#include "progress.h"
#include "report.h"
#include "verbs.h"

/* What is scored; every pointer is freed by verb_cv. */
struct scoring {
    struct command *command;
    struct second second; /* where --compare is given */
    bp_table *table;
    bp_preparation *preparation;
    bp_validation *validation, *other; /* of the second */
    struct compared compared;
};

/* ---- Text ------------------------------------------------------------------- */

static void print_file(struct output *out, const char *path, const bp_validation *validation)
{
    size_t count = 0;
    bp_validation_held_out(validation, &count);
    print_label(out, "answers");
    output_name(out, path);
    output_print(out, ": %zu rows held out  (--output)\n", count);
}

static void print_second(struct output *out, const struct compared *compared)
{
    print_label(out, "second");
    output_name(out, compared->options);
    output_text(out, "  (--compare)\n");
    print_label(out, "its engine");
    output_print(out, "%s\n", bp_validation_description(compared->second));
}

/* The options as they are for the rows of the first fold; each fold has its own. */
static void print_options(const struct scoring *scoring)
{
    const bp_config *config = scoring->command->config;
    struct output *out = scoring->command->out;
    size_t held_out = bp_validation_rows(scoring->validation, 0);
    size_t rows = bp_table_row_count(scoring->table);
    bp_config *settled = NULL;
    if (bp_config_settle(&settled, config, scoring->preparation, rows - held_out, NULL) == BP_OK)
        config = settled;
    decisions_print(out, scoring->table, scoring->preparation, config);
    decisions_print_training(out, config);
    bp_config_free(settled);
}

static void print_heading(const struct scoring *scoring)
{
    const struct command *command = scoring->command;
    struct output *out = command->out;
    print_options(scoring);
    print_label(out, "engine");
    output_print(out, "%s  (--engine)\n", bp_validation_description(scoring->validation));
    cv_print_split(out, scoring->table, scoring->validation, command->config);
    if (command_has(command, OWN_OUTPUT))
        print_file(out, command->own[OWN_OUTPUT], scoring->validation);
    if (scoring->other != NULL)
        print_second(out, &scoring->compared);
    output_text(out, "\n");
}

static void print_text(const struct scoring *scoring)
{
    bool quiet = command_has(scoring->command, OWN_QUIET);
    if (!quiet)
        print_heading(scoring);
    if (scoring->other != NULL)
        compared_print(scoring->command->out, &scoring->compared);
    else
        cv_print_scores(scoring->command->out, scoring->validation, quiet);
}

/* ---- JSON ------------------------------------------------------------------- */

static void write_document(bp_json *json, const struct scoring *scoring)
{
    const bp_config *config = scoring->command->config;
    bp_json_object_begin(json);
    bp_json_key(json, "schema");
    bp_json_string(json, "backprop.cv/1");
    decisions_write(json, scoring->table, scoring->preparation);
    bp_json_key(json, "engine");
    bp_json_string(json, bp_validation_description(scoring->validation));
    cv_write_split(json, scoring->table, scoring->validation, config);
    cv_write_metrics(json, scoring->validation);
    if (scoring->other != NULL)
        compared_write(json, &scoring->compared);
    bp_json_key(json, "options");
    bp_config_write(config, json);
    bp_json_object_end(json);
}

static bp_status print_json(const struct scoring *scoring, bp_error *error)
{
    bp_json *json = NULL;
    bp_status status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    write_document(json, scoring);
    output_json(scoring->command->out, json);
    bp_json_free(json);
    return BP_OK;
}

/* ---- The verb --------------------------------------------------------------- */

static bp_status validate(bp_validation **validation, const struct scoring *scoring,
                          const bp_config *config, bp_error *error)
{
    struct progress progress;
    progress_begin(&progress, scoring->command);
    bp_status status =
        bp_cross_validate(validation, scoring->table, config, &progress.observer, error);
    progress_end(&progress);
    return status;
}

static bp_status compare(struct scoring *scoring, bp_error *error)
{
    const bp_config *config = scoring->second.command.config;
    bp_status status = validate(&scoring->other, scoring, config, error);
    if (status != BP_OK)
        return status;
    scoring->compared = (struct compared){.first = scoring->validation,
                                          .second = scoring->other,
                                          .options = scoring->command->own[OWN_COMPARE],
                                          .config = config};
    return compared_make(&scoring->compared, error);
}

/* Before any work. */
static bp_status check(struct scoring *scoring, bp_error *error)
{
    const struct command *command = scoring->command;
    if (!command_has(command, OWN_COMPARE))
        return cv_check_output(command, error);
    if (command_has(command, OWN_OUTPUT))
        return fail(error, BP_E_OPTION,
                    "--output is for the answers of one recipe: leave out --compare");
    return second_read(&scoring->second, command, error);
}

static bp_status score(struct scoring *scoring, bp_error *error)
{
    const struct command *command = scoring->command;
    bp_status status = validate(&scoring->validation, scoring, command->config, error);
    if (status == BP_OK && command_has(command, OWN_COMPARE))
        status = compare(scoring, error);
    if (status == BP_OK && command_has(command, OWN_OUTPUT))
        status = cv_write_answers(command->own[OWN_OUTPUT], scoring->table, scoring->preparation,
                                  scoring->validation, error);
    if (status != BP_OK)
        return status;
    if (command_has(command, OWN_JSON))
        return print_json(scoring, error);
    print_text(scoring);
    return BP_OK;
}

bp_status verb_cv(struct command *command, bp_error *error)
{
    struct scoring scoring = {.command = command};
    bp_status status = check(&scoring, error);
    if (status == BP_OK)
        status = bp_table_open(&scoring.table, command->operands[0], command->config, error);
    if (status == BP_OK)
        status = bp_config_preparation(&scoring.preparation, scoring.table, command->config, error);
    if (status == BP_OK)
        status =
            bp_config_drop_unlabeled(command->config, scoring.preparation, scoring.table, error);
    if (status == BP_OK)
        status = score(&scoring, error);
    bp_validation_free(scoring.other);
    bp_validation_free(scoring.validation);
    bp_preparation_free(scoring.preparation);
    bp_table_free(scoring.table);
    second_release(&scoring.second);
    return status;
}
