/* verb_calibrate.c: `backprop calibrate MODEL FILE -o NEW`: how far answers can be believed. */
#include "calibrated.h"
#include "decisions.h"
#include "evaluated.h"
#include "model_output.h"
#include "report.h"
#include "verbs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a calibration is about; every pointer is freed by verb_calibrate. */
struct calibrating {
    struct command *command;
    bp_model *model;
    bp_table *table;
    bp_predictor *predictor;
    bp_predictions *predictions;
    bp_evaluation *before, *after; /* of classes */
};

/* ---- Answers before and after ---------------------------------------------------- */

static bp_status predict(struct calibrating *c, bp_error *error)
{
    bp_predictions_free(c->predictions);
    c->predictions = NULL;
    return bp_predict_table(&c->predictions, c->predictor, c->table, NULL,
                            bp_table_row_count(c->table), error);
}

static bp_status evaluate(struct calibrating *c, bp_evaluation **evaluation, bp_error *error)
{
    bp_evaluation_options options;
    bp_evaluation_options_init(&options);
    options.resamples = 0;
    if (bp_preparation_task(bp_model_preparation(c->model)) == BP_TASK_REGRESSION)
        return BP_OK;
    return bp_evaluate(evaluation, c->predictions, c->table, NULL, &options, error);
}

/* ---- The work -------------------------------------------------------------------- */

static bp_status open_model(struct calibrating *c, bp_error *error)
{
    const struct command *command = c->command;
    bp_predictor_options options;
    bp_predictor_options_init(&options);
    if (bp_config_origin(command->config, "engine") == BP_FROM_CALLER)
        options.engine = bp_config_get(command->config, "engine");
    options.threads = bp_config_threads(command->config);
    bp_status status = bp_model_load(&c->model, command->operands[0], NULL, error);
    if (status == BP_OK) /* what comes before is the network alone */
        status = bp_model_set_calibration(c->model, NULL, error);
    if (status == BP_OK)
        status = bp_predictor_new(&c->predictor, c->model, &options, error);
    if (status == BP_OK)
        status = bp_config_set(command->config, "precision", bp_type_name(bp_model_type(c->model)),
                               error);
    return status;
}

static bp_status open_table(struct calibrating *c, bp_error *error)
{
    bp_status status = bp_table_open(&c->table, c->command->operands[1], c->command->config, error);
    if (status != BP_OK)
        return status;
    const char *missing = missing_target(bp_model_preparation(c->model), c->table);
    if (missing != NULL)
        return fail_file(error, BP_E_DATA, bp_table_name(c->table),
                         "there is no column %s, so that answers cannot be compared with the truth",
                         missing);
    return drop_unlabeled(c->command, c->model, c->table, error);
}

static bp_status calibrate(struct calibrating *c, bp_error *error)
{
    const char *coverage = c->command->own[OWN_COVERAGE];
    bp_calibrate_options options;
    bp_calibrate_options_init(&options);
    if (coverage != NULL)
        bp_number_read(coverage, strlen(coverage), &options.coverage);
    options.threshold = c->command->own[OWN_THRESHOLD];
    bp_status status = predict(c, error);
    if (status == BP_OK && bp_predictions_count(c->predictions) > 0)
        status = evaluate(c, &c->before, error);
    if (status == BP_OK)
        status = bp_calibrate(c->model, c->predictions, c->table, NULL, &options, error);
    if (status == BP_OK)
        status = predict(c, error);
    if (status == BP_OK)
        status = evaluate(c, &c->after, error);
    return status;
}

/* ---- What is said of it ---------------------------------------------------------- */

static double score_of(const bp_evaluation *evaluation, const char *name)
{
    size_t m = 0;
    while (strcmp(bp_evaluation_metric(evaluation, m)->name, name) != 0)
        m++;
    return bp_evaluation_score(evaluation, m, 0);
}

static void print_score(struct output *out, const struct calibrating *c, const char *label,
                        const char *name)
{
    print_label(out, label);
    output_print(out, "%s %.5g, before %.5g\n", name, score_of(c->after, name),
                 score_of(c->before, name));
}

static void print_scores(struct output *out, const struct calibrating *c)
{
    const bp_calibration *calibration = bp_model_calibration(c->model);
    print_score(out, c, "scores", "log-loss");
    print_score(out, c, "", "calibration-error");
    if (isnan(calibration->threshold))
        return;
    print_score(out, c, "", "balanced-accuracy");
    print_score(out, c, "", "f1");
    print_score(out, c, "", "mcc");
}

/* Where all rows say the same, the temperature says little. */
static void print_doubts(struct output *out, const struct calibrating *c)
{
    double temperature = bp_model_calibration(c->model)->temperature;
    if (score_of(c->before, "accuracy") == 1) {
        print_label(out, "");
        output_text(out, "all rows are answered right: a wrong one that is made up bounds it\n");
    } else if (temperature == 100) {
        print_label(out, "");
        output_text(out, "the highest there is: the answers tell nothing about these rows\n");
    }
}

static void print_summary(const struct calibrating *c)
{
    struct output notes;
    output_open_notes(&notes);
    if (bp_model_learned_from(c->model, c->table)) {
        print_label(&notes, "learned from");
        output_text(&notes, "these very rows: answers to others are worse than this promises;\n");
        print_label(&notes, "");
        output_text(&notes, "calibrate with rows that were held out\n");
    }
    calibrated_print(&notes, c->model);
    if (c->after != NULL) {
        print_doubts(&notes, c);
        print_label(&notes, "sets");
        output_print(&notes, "%.4g classes each, on average\n", score_of(c->after, "set-size"));
        print_scores(&notes, c);
    }
    print_label(&notes, "model");
    output_print(&notes, "%s\n", model_output_name(c->command));
    output_finish_notes(&notes);
}

static void write_scores(bp_json *json, const char *key, const bp_evaluation *evaluation)
{
    bp_json_key(json, key);
    bp_json_object_begin(json);
    for (size_t m = 0; bp_evaluation_metric(evaluation, m) != NULL; m++) {
        bp_json_key(json, bp_evaluation_metric(evaluation, m)->name);
        bp_json_number(json, bp_evaluation_score(evaluation, m, 0));
    }
    bp_json_object_end(json);
}

static void write_document(bp_json *json, const struct calibrating *c)
{
    bp_json_object_begin(json);
    bp_json_key(json, "schema");
    bp_json_string(json, "backprop.calibrate/1");
    bp_json_key(json, "model");
    bp_json_string(json, c->command->own[OWN_OUTPUT]);
    bp_json_key(json, "learned_from_these_rows");
    bp_json_boolean(json, bp_model_learned_from(c->model, c->table));
    bp_json_key(json, "calibration");
    calibrated_write(json, c->model);
    if (c->after != NULL) {
        bp_json_key(json, "set_size");
        bp_json_number(json, score_of(c->after, "set-size"));
        write_scores(json, "before", c->before);
        write_scores(json, "after", c->after);
    }
    bp_json_object_end(json);
}

static bp_status tell(const struct calibrating *c, bp_error *error)
{
    if (!command_has(c->command, OWN_JSON)) {
        if (!command_has(c->command, OWN_QUIET))
            print_summary(c);
        return BP_OK;
    }
    bp_json *json = NULL;
    bp_status status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    write_document(json, c);
    output_json(c->command->out, json);
    bp_json_free(json);
    return BP_OK;
}

/* ---- The verb -------------------------------------------------------------------- */

static bp_status check(const struct command *command, bp_error *error)
{
    static const char *const names[] = {"model", "table"};
    if (strcmp(command->operands[0], "-") == 0 && strcmp(command->operands[1], "-") == 0)
        return fail(error, BP_E_ARGUMENT, "MODEL and FILE cannot both be standard input");
    return model_output_check(command, names, error);
}

bp_status verb_calibrate(struct command *command, bp_error *error)
{
    struct calibrating c = {.command = command};
    bp_status status = check(command, error);
    if (status == BP_OK)
        status = open_model(&c, error);
    if (status == BP_OK)
        status = open_table(&c, error);
    if (status == BP_OK)
        status = calibrate(&c, error);
    if (status == BP_OK)
        status = model_output_save(command, c.model, error);
    if (status == BP_OK)
        status = tell(&c, error);
    bp_evaluation_free(c.after);
    bp_evaluation_free(c.before);
    bp_predictions_free(c.predictions);
    bp_predictor_free(c.predictor);
    bp_table_free(c.table);
    bp_model_free(c.model);
    return status;
}
