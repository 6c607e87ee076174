/* verb_predict.c: `backprop predict MODEL FILE`: an answer for every row. */
#include "answers.h"
#include "calibrated.h"
#include "decisions.h"
#include "report.h"
#include "score_sums.h"
#include "verbs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a prediction is about; every pointer but `table` is freed by verb_predict. */
struct answering {
    struct command *command;
    bp_model *model;
    bp_table_stream *stream;
    bp_table *table; /* its block at hand */
    bp_predictor *predictor;
    bp_predictions *predictions; /* of the block */
    struct answers answers;
    struct score_sums sums;
    bool told, scored;   /* notes are wanted; every row so far could be scored */
    bp_error not_scored; /* else why not */
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

/* What is asked for beside the answers, and what of a model it takes. */
static const struct beside {
    enum own_option option;
    const char *name;
    bool classes, calibration;
} BESIDE[] = {{OWN_TOP, "top", true, false},
              {OWN_PROBA, "proba", true, false},
              {OWN_SETS, "sets", true, true},
              {OWN_INTERVALS, "intervals", false, true}};

static bp_status check_model(const struct command *command, const bp_model *model, bp_error *error)
{
    bool classes = bp_preparation_task(bp_model_preparation(model)) == BP_TASK_CLASSIFICATION;
    for (size_t i = 0; i < sizeof BESIDE / sizeof *BESIDE; i++) {
        const struct beside *beside = &BESIDE[i];
        if (!command_has(command, beside->option))
            continue;
        if (beside->classes != classes)
            return fail_file(error, BP_E_OPTION, command->operands[0],
                             "--%s is about %s, and this model predicts %s", beside->name,
                             classes ? "numbers" : "classes", classes ? "classes" : "numbers");
        if (beside->calibration && bp_model_calibration(model) == NULL)
            return fail_file(error, BP_E_OPTION, command->operands[0],
                             "--%s takes a calibrated model; backprop calibrate makes one",
                             beside->name);
    }
    if (command_has(command, OWN_WHY)
        && bp_preparation_gaps(bp_model_preparation(model)) == BP_GAPS_ERROR)
        return fail_file(error, BP_E_OPTION, command->operands[0],
                         "--why compares each row with one of missing cells, which this model "
                         "refuses (--missing error); backprop explain --row compares with others");
    return BP_OK;
}

/* ---- Notes ------------------------------------------------------------------ */

#define NAMES_SHOWN 10

/* The columns that are not marked, the first of them by name. */
static void print_ignored(struct output *notes, const bp_table *table, const bool *used,
                          size_t count)
{
    size_t shown = 0;
    output_print(notes, "ignored %zu column%s of ", count, count == 1 ? "" : "s");
    output_name(notes, bp_table_name(table));
    output_text(notes, " that the model does not use: ");
    for (size_t i = 0; i < bp_table_column_count(table) && shown < NAMES_SHOWN; i++) {
        if (used[i])
            continue;
        output_text(notes, shown++ > 0 ? ", " : "");
        output_name(notes, bp_table_column_name(table, i));
    }
    if (count > shown)
        output_print(notes, " and %zu more", count - shown);
    output_text(notes, "\n");
}

/* Which columns are neither inputs nor targets. */
static bp_status note_ignored(const struct answering *answering, bp_error *error)
{
    const bp_table *table = answering->table;
    size_t columns = bp_table_column_count(table), ignored = 0;
    bool *used = calloc(columns, sizeof *used);
    if (used == NULL)
        return fail(error, BP_E_MEMORY, "out of memory for the columns");
    bp_status status =
        bp_preparation_mark_columns(bp_model_preparation(answering->model), table, used, error);
    for (size_t i = 0; i < columns && status == BP_OK; i++)
        ignored += !used[i];
    if (ignored > 0) {
        struct output notes;
        output_open_notes(&notes);
        print_ignored(&notes, table, used, ignored);
        output_finish_notes(&notes);
    }
    free(used);
    return status;
}

/* By which threshold classes are told apart, where the more probable one is not the answer. */
static void note_threshold(const bp_model *model)
{
    const bp_calibration *calibration = bp_model_calibration(model);
    struct output notes;
    if (calibration == NULL || isnan(calibration->threshold))
        return;
    output_open_notes(&notes);
    output_text(&notes, "the answer is ");
    calibrated_print_threshold(&notes, model);
    output_text(&notes, "\n");
    output_finish_notes(&notes);
}

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

/* Scores the block, as long as every row can be. */
static void score_block(struct answering *answering)
{
    if (!answering->scored)
        return;
    bp_status status = score_sums_add(&answering->sums, answering->table, answering->predictions,
                                      &answering->not_scored);
    answering->scored = status == BP_OK;
    answering->told = answering->told && (status == BP_OK || names_targets(answering));
}

static void print_scores(struct output *notes, const struct answering *answering, const char *table)
{
    struct scores scores;
    if (score_sums_end(&answering->sums, &scores, NULL) != BP_OK)
        return;
    scores_print(notes, &scores);
    output_print(notes, " on the %zu rows of %s, which has the target\n", answering->sums.rows,
                 table);
    scores_free(&scores);
}

/* Where the table has the target too, how good the answers are; where it has and cannot
 * be used, why. */
static void note_scores(const struct answering *answering, const char *table)
{
    const bp_error *why = &answering->not_scored;
    struct output notes;
    output_open_notes(&notes);
    if (answering->scored) {
        print_scores(&notes, answering, table);
    } else {
        output_print(&notes, "not scored: %s", why->file);
        if (why->line > 0)
            output_print(&notes, ":%zu:%zu", why->line, why->column);
        output_print(&notes, "%s%s\n", why->file[0] != '\0' ? ": " : "", why->message);
    }
    output_finish_notes(&notes);
}

/* ---- Blocks ----------------------------------------------------------------- */

/* The block's rows prepared again, to be changed column by column. */
static bp_status open_explainer(struct answering *answering, bp_error *error)
{
    const bp_config *config = answering->command->config;
    size_t rows = bp_table_row_count(answering->table);
    bp_explainer_options options;
    bp_explainer_options_init(&options);
    if (bp_config_origin(config, "engine") == BP_FROM_CALLER)
        options.engine = bp_config_get(config, "engine");
    options.threads = bp_config_threads(config);
    if (answering->answers.why == 0 || rows == 0)
        return BP_OK;
    return bp_explainer_new(&answering->answers.explainer, answering->model, answering->table, NULL,
                            rows, &options, error);
}

static bp_status print_block(struct answering *answering, struct output *out, bp_error *error)
{
    struct answers *answers = &answering->answers;
    answers->table = answering->table;
    answers->predictions = answering->predictions;
    bp_status status = command_has(answering->command, OWN_JSON)
                           ? answers_print_json(answers, out, error)
                           : answers_print_text(answers, out, error);
    answers_next_block(answers);
    if (!bp_table_stream_is_last(answering->stream)) /* the next rows may be long in coming */
        output_flush(out);
    return status;
}

/* Notes that stand before all answers. */
static bp_status note_before(const struct answering *answering, bp_error *error)
{
    bp_status status = note_ignored(answering, error);
    if (status == BP_OK)
        note_threshold(answering->model);
    return status;
}

static bp_status answer_block(struct answering *answering, struct output *out, bp_error *error)
{
    bool quiet = command_has(answering->command, OWN_QUIET);
    bp_status status =
        bp_predict_table(&answering->predictions, answering->predictor, answering->table, NULL,
                         bp_table_row_count(answering->table), error);
    if (status == BP_OK && !quiet && answering->answers.rows_before == 0)
        status = note_before(answering, error);
    if (status == BP_OK && !quiet)
        score_block(answering);
    if (status == BP_OK)
        status = open_explainer(answering, error);
    if (status == BP_OK)
        status = print_block(answering, out, error);
    bp_explainer_free(answering->answers.explainer);
    answering->answers.explainer = NULL;
    bp_predictions_free(answering->predictions);
    answering->predictions = NULL;
    return status;
}

static bp_status answer_blocks(struct answering *answering, struct output *out, bp_error *error)
{
    bp_status status = bp_table_stream_next(answering->stream, &answering->table, error);
    while (status == BP_OK && answering->table != NULL && out->failure.status == BP_OK) {
        status = answer_block(answering, out, error);
        if (status == BP_OK)
            status = bp_table_stream_next(answering->stream, &answering->table, error);
    }
    return status;
}

/* Answers on standard output, or into a file that is there when all of them are. */
static bp_status deliver(struct answering *answering, bp_error *error)
{
    const char *path = answering->command->own[OWN_OUTPUT];
    if (path == NULL || strcmp(path, "-") == 0)
        return answer_blocks(answering, answering->command->out, error);
    struct output file;
    bp_status status = output_open(&file, path, error);
    if (status != BP_OK)
        return status;
    status = answer_blocks(answering, &file, error);
    if (status == BP_OK)
        return output_finish(&file, error);
    output_discard(&file);
    return status;
}

/* ---- The verb --------------------------------------------------------------- */

static bp_status open_predictor(struct answering *answering, bp_error *error)
{
    const bp_config *config = answering->command->config;
    bp_predictor_options options;
    bp_predictor_options_init(&options);
    if (bp_config_origin(config, "engine") == BP_FROM_CALLER)
        options.engine = bp_config_get(config, "engine");
    options.threads = bp_config_threads(config);
    return bp_predictor_new(&answering->predictor, answering->model, &options, error);
}

static bp_status prepare_answers(struct answering *answering, bp_error *error)
{
    const struct command *command = answering->command;
    double top = 0, why = 0;
    if (command_has(command, OWN_TOP))
        bp_number_read(command->own[OWN_TOP], strlen(command->own[OWN_TOP]), &top);
    if (command_has(command, OWN_WHY))
        bp_number_read(command->own[OWN_WHY], strlen(command->own[OWN_WHY]), &why);
    answering->answers = (struct answers){.preparation = bp_model_preparation(answering->model),
                                          .append = command_has(command, OWN_APPEND),
                                          .intervals = command_has(command, OWN_INTERVALS),
                                          .sets = command_has(command, OWN_SETS),
                                          .proba = command_has(command, OWN_PROBA),
                                          .top = (size_t)top,
                                          .why = (size_t)why};
    answering->scored = true;
    answering->told = !command_has(command, OWN_QUIET);
    bp_status status = answers_prepare(&answering->answers, error);
    return status == BP_OK ? score_sums_begin(&answering->sums, answering->model, error) : status;
}

/* Columns that the model does not use are read where they are printed. */
static bp_status open_stream(struct answering *answering, bp_error *error)
{
    const struct command *command = answering->command;
    return bp_table_open_stream(&answering->stream, command->operands[1], command->config,
                                bp_model_preparation(answering->model),
                                !command_has(command, OWN_APPEND), error);
}

static const char *table_name(const struct command *command)
{
    return strcmp(command->operands[1], "-") == 0 ? "standard input" : command->operands[1];
}

static bp_status run(struct answering *answering, bp_error *error)
{
    const struct command *command = answering->command;
    bp_status status = bp_model_load(&answering->model, command->operands[0], NULL, error);
    if (status == BP_OK)
        status = check_model(command, answering->model, error);
    if (status == BP_OK)
        status = open_stream(answering, error);
    if (status == BP_OK)
        status = open_predictor(answering, error);
    if (status == BP_OK)
        status = prepare_answers(answering, error);
    if (status == BP_OK)
        status = deliver(answering, error);
    if (status == BP_OK && answering->told)
        note_scores(answering, table_name(command));
    return status;
}

bp_status verb_predict(struct command *command, bp_error *error)
{
    struct answering answering = {.command = command};
    bp_status status = check_files(command, error);
    if (status == BP_OK)
        status = run(&answering, error);
    score_sums_free(&answering.sums);
    answers_release(&answering.answers);
    bp_predictions_free(answering.predictions);
    bp_predictor_free(answering.predictor);
    bp_table_stream_free(answering.stream);
    bp_model_free(answering.model);
    return status;
}
