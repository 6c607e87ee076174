/* verb_train.c: `backprop train FILE -o MODEL`: a model file from a table. */
#include "decisions.h"
#include "model_output.h"
#include "report.h"
#include "scores.h"
#include "show/curves.h"
#include "show/svg.h"
#include "tried.h"
#include "verbs.h"
#include "watch.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What a training is about; every pointer is freed by `release`. */
struct training {
    struct command *command;
    const char *path; /* of the model file */
    bp_table *table;
    bp_preparation *preparation;
    bp_model *model;
    struct watch watch;
    struct scores scores; /* on the rows learned from */
    bool decisions_shown;
};

/* ---- Before any work -------------------------------------------------------- */

static bool is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

static bp_status check_output(const struct command *command, bp_error *error)
{
    bp_status status = model_output_check_beside(command, error);
    if (status != BP_OK)
        return status;
    status = model_output_check(command, (const char *const[]){"table"}, error);
    if (status != BP_OK)
        return status;
    const char *path = command->own[OWN_OUTPUT];
    if (command_has(command, OWN_PLOT)) {
        status = svg_check_path(command->own[OWN_PLOT], error);
        if (status != BP_OK)
            return status;
        if (is_standard(command->own[OWN_PLOT])
            && (is_standard(path) || command_has(command, OWN_JSON)))
            return fail(error, BP_E_ARGUMENT,
                        "--plot - would write into the same standard output; give it a file");
    }
    return BP_OK;
}

/* ---- Fitting and saving ----------------------------------------------------- */

static bool wants_notes(const struct command *command)
{
    return !command_has(command, OWN_QUIET) && !command_has(command, OWN_JSON);
}

/* What was decided is said once the data has proved good: an error stands alone. */
static void print_decisions(void *context)
{
    struct training *training = context;
    struct output notes;
    if (training->decisions_shown || !wants_notes(training->command))
        return;
    training->decisions_shown = true;
    output_open_notes(&notes);
    decisions_print(&notes, training->table, training->preparation, training->command->config);
    output_finish_notes(&notes);
}

static bp_status fit(struct training *training, bp_error *error)
{
    struct watch *watch = &training->watch;
    bp_status status = watch_begin(watch, training->command, error);
    if (status != BP_OK)
        return status;
    watch->progress.started = print_decisions;
    watch->progress.context = training;
    status = bp_fit_table(&training->model, training->table, NULL, 0, training->command->config,
                          &watch->observer, error);
    status = watch_end(watch, status, error);
    if (status == BP_OK)
        print_decisions(training);
    return status;
}

static bp_status score(struct training *training, bp_error *error)
{
    bp_predictor *predictor = NULL;
    bp_predictions *predictions = NULL;
    bp_predictor_options options;
    bp_predictor_options_init(&options);
    options.engine = bp_config_get(training->command->config, "engine");
    options.threads = bp_config_threads(training->command->config);
    bp_status status = bp_predictor_new(&predictor, training->model, &options, error);
    if (status == BP_OK)
        status = bp_predict_table(&predictions, predictor, training->table, NULL,
                                  bp_table_row_count(training->table), error);
    if (status == BP_OK)
        status =
            scores_make(&training->scores, training->model, training->table, predictions, error);
    bp_predictions_free(predictions);
    bp_predictor_free(predictor);
    return status;
}

/* ---- The summary ------------------------------------------------------------ */

/* "7-5-3 sigmoid", or each layer with its own activation where they differ. */
static void print_layers(struct output *out, const bp_net *net)
{
    size_t layers = bp_net_layer_count(net);
    bool same = true;
    for (size_t i = 1; i < layers; i++)
        same = same && bp_net_layer(net, i)->activation == bp_net_layer(net, 0)->activation;
    output_print(out, "%zu", bp_net_input_count(net));
    for (size_t i = 0; i < layers; i++) {
        const bp_layer *layer = bp_net_layer(net, i);
        output_print(out, same ? "-%zu" : ", %zu", layer->outputs);
        if (!same || i + 1 == layers)
            output_print(out, " %s", bp_activation_name(layer->activation));
    }
}

static void print_engine(struct output *out, const struct training *training)
{
    print_label(out, "engine");
    output_print(out, "%s %s  (--engine, --precision)\n",
                 bp_config_get(training->command->config, "engine"),
                 bp_type_name(bp_model_type(training->model)));
}

/* How many epochs it took, and which one's weights were kept. */
static void print_epochs(struct output *out, const struct watch *watch, const bp_config *config)
{
    const struct epoch *last =
        watch->epoch_count > 0 ? &watch->epochs[watch->epoch_count - 1] : NULL;
    if (last != NULL && last->number < watch->total)
        output_print(out, "stopped after %zu of %zu epochs", last->number, watch->total);
    else
        output_print(out, "%s epochs", bp_config_get(config, "epochs"));
    output_print(out, " of batches of %s, seed %s  (--epochs, --batch, --seed)\n",
                 bp_config_get(config, "batch"), bp_config_get(config, "seed"));
    if (last == NULL || !isfinite(last->validation_loss))
        return;
    bool several = strcmp(bp_config_get(config, "members"), "1") != 0;
    bool shared = bp_config_get(config, "valid-file")[0] != '\0';
    print_label(out, "held out");
    if (several) /* each has an epoch of its own */
        output_print(out, "%s rows by each network  (--valid, --keep-best)\n",
                     shared ? "the same" : "other");
    else
        output_print(out, "best after epoch %zu  (--valid, --patience, --stop-on)\n",
                     watch->best_epoch);
}

/* What keeps a model from being calibrated, which its note tells. */
static void print_uncalibrated(struct output *out, const bp_model *model)
{
    const char *note = bp_model_note(model, "training");
    if (note == NULL || strstr(note, "\"not_calibrated\"") == NULL)
        return;
    print_label(out, "calibration");
    output_text(out, "none: answers to rows held out are no numbers  (--temper)\n");
}

static void print_summary(const struct training *training)
{
    const bp_net *net = bp_model_net(training->model);
    const bp_config *config = training->command->config;
    struct output notes;
    output_open_notes(&notes);
    decisions_print_rare(&notes, bp_model_preparation(training->model));
    print_label(&notes, "network");
    print_layers(&notes, net);
    output_print(&notes, ", %zu parameters  (--hidden, --activation)\n",
                 bp_net_parameter_count(net));
    if (bp_model_members(training->model) > 1) {
        print_label(&notes, "members");
        output_print(&notes, "%zu such networks, whose answers are averaged  (--members)\n",
                     bp_model_members(training->model));
    }
    print_label(&notes, "loss");
    output_print(&notes, "%s  (--loss)\n", bp_loss_name(bp_net_loss(net)));
    print_engine(&notes, training);
    print_label(&notes, "training");
    print_epochs(&notes, &training->watch, config);
    tried_print(&notes, training->model);
    print_uncalibrated(&notes, training->model);
    print_label(&notes, "fit");
    scores_print(&notes, &training->scores);
    output_text(&notes, "\n");
    print_label(&notes, "");
    output_text(&notes, "on the rows learned from; backprop cv scores unseen rows\n");
    print_label(&notes, "model");
    output_print(&notes, "%s\n", model_output_name(training->command));
    output_finish_notes(&notes);
}

static void write_network(bp_json *json, const bp_net *net)
{
    bp_json_key(json, "network");
    bp_json_object_begin(json);
    bp_json_key(json, "inputs");
    bp_json_integer(json, (int64_t)bp_net_input_count(net));
    bp_json_key(json, "layers");
    bp_json_array_begin(json);
    for (size_t i = 0; i < bp_net_layer_count(net); i++) {
        bp_json_object_begin(json);
        bp_json_key(json, "outputs");
        bp_json_integer(json, (int64_t)bp_net_layer(net, i)->outputs);
        bp_json_key(json, "activation");
        bp_json_string(json, bp_activation_name(bp_net_layer(net, i)->activation));
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
    bp_json_key(json, "parameters");
    bp_json_integer(json, (int64_t)bp_net_parameter_count(net));
    bp_json_key(json, "loss");
    bp_json_string(json, bp_loss_name(bp_net_loss(net)));
    bp_json_object_end(json);
}

static void write_document(bp_json *json, const struct training *training)
{
    bp_json_object_begin(json);
    bp_json_key(json, "schema");
    bp_json_string(json, "backprop.train/1");
    bp_json_key(json, "model");
    bp_json_string(json, training->path);
    decisions_write(json, training->table, training->preparation);
    write_network(json, bp_model_net(training->model));
    bp_json_key(json, "type");
    bp_json_string(json, bp_type_name(bp_model_type(training->model)));
    scores_write(json, &training->scores);
    bp_json_key(json, "options");
    bp_config_write(training->command->config, json);
    bp_json_object_end(json);
}

/* How it went, where a picture of it is asked for. */
static bp_status plot(const struct training *training, bp_error *error)
{
    const char *path = training->command->own[OWN_PLOT];
    char title[512];
    struct output picture;
    if (path == NULL)
        return BP_OK;
    struct output *out = is_standard(path) ? training->command->out : &picture;
    if (out == &picture && output_open(&picture, path, error) != BP_OK)
        return error->status;
    const char *name = bp_table_name(training->table), *slash = strrchr(name, '/');
    snprintf(title, sizeof title, "Training on %s", slash != NULL ? slash + 1 : name);
    curves_draw(out, &training->watch, title);
    return out == &picture ? output_finish(&picture, error) : BP_OK;
}

static bp_status report(const struct training *training, bp_error *error)
{
    if (!command_has(training->command, OWN_JSON)) {
        if (!command_has(training->command, OWN_QUIET))
            print_summary(training);
        return BP_OK;
    }
    bp_json *json = NULL;
    bp_status status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    write_document(json, training);
    output_json(training->command->out, json);
    bp_json_free(json);
    return BP_OK;
}

/* ---- The verb --------------------------------------------------------------- */

/* What the recipe leaves to the table is told and written as what it comes to. */
static bp_status settle(struct training *training, bp_error *error)
{
    struct command *command = training->command;
    bp_config *settled = NULL;
    bp_status status = bp_config_settle(&settled, command->config, training->preparation,
                                        bp_table_row_count(training->table), error);
    if (status != BP_OK)
        return status;
    bp_config_free(command->config);
    command->config = settled;
    return BP_OK;
}

static bp_status run(struct training *training, bp_error *error)
{
    const struct command *command = training->command;
    bp_status status =
        bp_table_open(&training->table, command->operands[0], command->config, error);
    if (status == BP_OK)
        status =
            bp_config_preparation(&training->preparation, training->table, command->config, error);
    if (status == BP_OK)
        status = bp_config_drop_unlabeled(command->config, training->preparation, training->table,
                                          error);
    if (status == BP_OK)
        status = settle(training, error);
    if (status == BP_OK)
        status = fit(training, error);
    if (status == BP_OK)
        status = score(training, error);
    if (status == BP_OK)
        status = model_output_save(command, training->model, error);
    if (status == BP_OK)
        status = plot(training, error);
    return status == BP_OK ? report(training, error) : status;
}

bp_status verb_train(struct command *command, bp_error *error)
{
    struct training training = {.command = command, .path = command->own[OWN_OUTPUT]};
    bp_status status = check_output(command, error);
    if (status == BP_OK)
        status = run(&training, error);
    watch_free(&training.watch);
    scores_free(&training.scores);
    bp_model_free(training.model);
    bp_preparation_free(training.preparation);
    bp_table_free(training.table);
    return status;
}
