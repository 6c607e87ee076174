/* verb_predict.c: `backprop predict MODEL FILE`: an answer for every row. */
#include "decisions.h"
#include "report.h"
#include "scores.h"
#include "verbs.h"

#include <string.h>

/* What a prediction is about; every pointer is freed by verb_predict. */
struct answering {
    struct command *command;
    bp_model *model;
    bp_table *table;
    bp_predictor *predictor;
    bp_predictions *predictions;
};

/* ---- Before any work -------------------------------------------------------- */

static bp_status check_files(const struct command *command, bp_error *error)
{
    const char *path = command->own[OWN_OUTPUT];
    if (strcmp(command->operands[0], "-") == 0 && strcmp(command->operands[1], "-") == 0)
        return fail(error, BP_E_ARGUMENT, "MODEL and FILE cannot both be standard input");
    if (path == NULL || output_is_stream(path))
        return BP_OK;
    for (size_t i = 0; i < 2 && !command_has(command, OWN_FORCE); i++)
        if (same_file(path, command->operands[i]))
            return fail_file(error, BP_E_ARGUMENT, path,
                             "this is the %s itself; use another name or --force",
                             i == 0 ? "model" : "table");
    return output_check(path, error);
}

/* ---- Answers ---------------------------------------------------------------- */

/* A class's name as it was written; quoted as CSV only where it has a line break in it,
 * since an answer is one line. */
static void print_class(struct output *out, const char *name)
{
    if (strpbrk(name, "\r\n") == NULL) {
        output_text(out, name);
        return;
    }
    output_text(out, "\"");
    for (; *name != '\0'; name++)
        output_bytes(out, *name == '"' ? "\"\"" : name, *name == '"' ? 2 : 1);
    output_text(out, "\"");
}

static void print_text(struct output *out, const bp_predictions *predictions)
{
    bp_matrix outputs = bp_predictions_outputs(predictions);
    const double *values = outputs.data;
    for (size_t row = 0; row < bp_predictions_count(predictions); row++) {
        const char *name = bp_predictions_class_name(predictions, row);
        if (name != NULL)
            print_class(out, name);
        else
            output_numbers(out, values + row * outputs.row_stride, outputs.columns, ",");
        output_text(out, "\n");
    }
}

/* What an output is called: its class, or its target. */
static const char *answer_name(const bp_preparation *preparation, size_t index)
{
    if (bp_preparation_class_count(preparation) > 0)
        return bp_preparation_class_name(preparation, (uint32_t)index);
    return bp_preparation_target_name(preparation, index);
}

static void write_row(bp_json *json, const struct answering *answering, size_t row)
{
    const bp_preparation *preparation = bp_model_preparation(answering->model);
    bp_matrix outputs = bp_predictions_outputs(answering->predictions);
    const double *values = (const double *)outputs.data + row * outputs.row_stride;
    const char *name = bp_predictions_class_name(answering->predictions, row);
    bp_json_object_begin(json);
    bp_json_key(json, "row");
    bp_json_integer(json, (int64_t)row + 1);
    if (name != NULL) {
        bp_json_key(json, "class");
        bp_json_string(json, name);
    }
    bp_json_key(json, "outputs");
    bp_json_object_begin(json);
    for (size_t i = 0; i < outputs.columns; i++) {
        bp_json_key(json, answer_name(preparation, i));
        bp_json_number(json, values[i]);
    }
    bp_json_object_end(json);
    bp_json_object_end(json);
}

static bp_status print_json(struct output *out, const struct answering *answering, bp_error *error)
{
    for (size_t row = 0; row < bp_predictions_count(answering->predictions); row++) {
        bp_json *json = NULL;
        bp_status status = bp_json_new(&json, NULL, error);
        if (status != BP_OK)
            return status;
        write_row(json, answering, row);
        output_json(out, json);
        bp_json_free(json);
    }
    return BP_OK;
}

static bp_status print_answers(const struct answering *answering, struct output *out,
                               bp_error *error)
{
    if (command_has(answering->command, OWN_JSON))
        return print_json(out, answering, error);
    print_text(out, answering->predictions);
    return BP_OK;
}

static bp_status deliver(const struct answering *answering, bp_error *error)
{
    const char *path = answering->command->own[OWN_OUTPUT];
    if (path == NULL || strcmp(path, "-") == 0)
        return print_answers(answering, answering->command->out, error);
    struct output file;
    bp_status status = output_open(&file, path, error);
    if (status != BP_OK)
        return status;
    status = print_answers(answering, &file, error);
    if (status == BP_OK)
        return output_finish(&file, error);
    output_discard(&file);
    return status;
}

/* ---- The note --------------------------------------------------------------- */

/* Whether the table has columns of the targets' names. */
static bool names_targets(const struct answering *answering)
{
    const bp_preparation *preparation = bp_model_preparation(answering->model);
    size_t column;
    for (size_t i = 0; i < bp_preparation_target_count(preparation); i++)
        if (bp_table_find_column(answering->table, bp_preparation_target_name(preparation, i),
                                 &column, NULL)
            != BP_OK)
            return false;
    return bp_table_has_header(answering->table);
}

/* Where the table has the target too, how good the answers are; where it has and cannot
 * be used, why. */
static void note_scores(const struct answering *answering)
{
    struct scores scores;
    struct output notes;
    bp_error why;
    bp_status status =
        scores_make(&scores, answering->model, answering->table, answering->predictions, &why);
    if (status != BP_OK && !names_targets(answering))
        return;
    output_open_notes(&notes);
    if (status == BP_OK) {
        scores_print(&notes, &scores);
        output_print(&notes, " on the %zu rows of %s, which has the target\n",
                     bp_predictions_count(answering->predictions), bp_table_name(answering->table));
    } else {
        output_print(&notes, "not scored: %s", why.file);
        if (why.line > 0)
            output_print(&notes, ":%zu:%zu", why.line, why.column);
        output_print(&notes, "%s%s\n", why.file[0] != '\0' ? ": " : "", why.message);
    }
    output_finish_notes(&notes);
    scores_free(&scores);
}

/* ---- The verb --------------------------------------------------------------- */

static bp_status predict(struct answering *answering, bp_error *error)
{
    const bp_config *config = answering->command->config;
    bp_predictor_options options;
    bp_predictor_options_init(&options);
    if (bp_config_origin(config, "engine") == BP_FROM_CALLER)
        options.engine = bp_config_get(config, "engine");
    options.threads = bp_config_threads(config);
    bp_status status = bp_predictor_new(&answering->predictor, answering->model, &options, error);
    if (status != BP_OK)
        return status;
    return bp_predict_table(&answering->predictions, answering->predictor, answering->table, NULL,
                            bp_table_row_count(answering->table), error);
}

/* The model comes first: its number type is the one to read the table in. */
static bp_status run(struct answering *answering, bp_error *error)
{
    const struct command *command = answering->command;
    bp_status status = bp_model_load(&answering->model, command->operands[0], NULL, error);
    if (status == BP_OK)
        status = bp_config_set(command->config, "precision",
                               bp_type_name(bp_model_type(answering->model)), error);
    if (status == BP_OK)
        status = bp_table_open(&answering->table, command->operands[1], command->config, error);
    if (status == BP_OK)
        status = predict(answering, error);
    if (status == BP_OK)
        status = deliver(answering, error);
    if (status == BP_OK && !command_has(command, OWN_QUIET))
        note_scores(answering);
    return status;
}

bp_status verb_predict(struct command *command, bp_error *error)
{
    struct answering answering = {.command = command};
    bp_status status = check_files(command, error);
    if (status == BP_OK)
        status = run(&answering, error);
    bp_predictions_free(answering.predictions);
    bp_predictor_free(answering.predictor);
    bp_table_free(answering.table);
    bp_model_free(answering.model);
    return status;
}
