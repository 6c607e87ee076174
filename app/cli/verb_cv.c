/* verb_cv.c: `backprop cv FILE`: the scores of cross-validation. */
#include "cv_answers.h"
#include "cv_scores.h"
#include "cv_split.h"
#include "decisions.h"
#include "progress.h"
#include "verbs.h"

/* ---- Text ------------------------------------------------------------------- */

static void print_file(struct output *out, const char *path, const bp_validation *validation)
{
    size_t count = 0;
    bp_validation_held_out(validation, &count);
    print_label(out, "answers");
    output_name(out, path);
    output_print(out, ": %zu rows held out  (--output)\n", count);
}

static void print_text(const struct command *command, const bp_table *table,
                       const bp_preparation *preparation, const bp_validation *validation)
{
    struct output *out = command->out;
    if (!command_has(command, OWN_QUIET)) {
        decisions_print(out, table, preparation, command->config);
        print_label(out, "engine");
        output_print(out, "%s  (--engine)\n", bp_validation_description(validation));
        cv_print_split(out, table, validation, command->config);
        if (command_has(command, OWN_OUTPUT))
            print_file(out, command->own[OWN_OUTPUT], validation);
        output_text(out, "\n");
    }
    cv_print_scores(out, validation, command_has(command, OWN_QUIET));
}

/* ---- JSON ------------------------------------------------------------------- */

static void write_document(bp_json *json, const struct command *command, const bp_table *table,
                           const bp_preparation *preparation, const bp_validation *validation)
{
    bp_json_object_begin(json);
    bp_json_key(json, "schema");
    bp_json_string(json, "backprop.cv/1");
    decisions_write(json, table, preparation);
    bp_json_key(json, "engine");
    bp_json_string(json, bp_validation_description(validation));
    cv_write_split(json, table, validation, command->config);
    cv_write_metrics(json, validation);
    bp_json_key(json, "options");
    bp_config_write(command->config, json);
    bp_json_object_end(json);
}

static bp_status print_json(const struct command *command, const bp_table *table,
                            const bp_preparation *preparation, const bp_validation *validation,
                            bp_error *error)
{
    bp_json *json = NULL;
    bp_status status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    write_document(json, command, table, preparation, validation);
    output_json(command->out, json);
    bp_json_free(json);
    return BP_OK;
}

/* ---- The verb --------------------------------------------------------------- */

static bp_status validate(struct command *command, bp_table *table,
                          const bp_preparation *preparation, bp_error *error)
{
    bp_validation *validation = NULL;
    struct progress progress;
    progress_begin(&progress, command);
    bp_status status =
        bp_cross_validate(&validation, table, command->config, &progress.observer, error);
    progress_end(&progress);
    if (status != BP_OK)
        return status;
    if (command_has(command, OWN_OUTPUT))
        status = cv_write_answers(command->own[OWN_OUTPUT], preparation, validation, error);
    if (status == BP_OK && command_has(command, OWN_JSON))
        status = print_json(command, table, preparation, validation, error);
    else if (status == BP_OK)
        print_text(command, table, preparation, validation);
    bp_validation_free(validation);
    return status;
}

bp_status verb_cv(struct command *command, bp_error *error)
{
    bp_table *table = NULL;
    bp_preparation *preparation = NULL;
    bp_status status = cv_check_output(command, error);
    if (status == BP_OK)
        status = bp_table_open(&table, command->operands[0], command->config, error);
    if (status == BP_OK)
        status = bp_config_preparation(&preparation, table, command->config, error);
    if (status == BP_OK)
        status = validate(command, table, preparation, error);
    bp_preparation_free(preparation);
    bp_table_free(table);
    return status;
}
