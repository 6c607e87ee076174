/* verb_show.c: `backprop show MODEL`: what is in a model file. */
#include "decisions.h"
#include "report.h"
#include "show.h"
#include "show/diagram.h"
#include "show/svg.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

/* ---- What it is told by ------------------------------------------------------- */

const char *shown_output_name(const struct shown *shown, size_t output)
{
    size_t classes = bp_preparation_class_count(shown->preparation);
    if (classes == 0)
        return bp_preparation_target_name(shown->preparation, output);
    if (bp_net_output_count(shown->net) == 1)
        output = classes - 1;
    return bp_preparation_class_name(shown->preparation, (uint32_t)output);
}

void shown_source_name(const struct shown *shown, size_t layer, size_t source,
                       char name[SHOWN_NAME_SIZE])
{
    if (layer == 0)
        bp_preparation_feature_name(shown->preparation, source, name, SHOWN_NAME_SIZE);
    else
        snprintf(name, SHOWN_NAME_SIZE, "neuron %zu", source + 1);
}

void shown_unit_name(const struct shown *shown, size_t layer, size_t unit,
                     char name[SHOWN_NAME_SIZE])
{
    if (layer + 1 < bp_net_layer_count(shown->net))
        snprintf(name, SHOWN_NAME_SIZE, "neuron %zu", unit + 1);
    else
        snprintf(name, SHOWN_NAME_SIZE, "%s", shown_output_name(shown, unit));
}

double shown_parameter(const struct shown *shown, size_t member, size_t place)
{
    const void *parameters = bp_model_parameters(shown->model, member);
    return bp_model_type(shown->model) == BP_F32 ? (double)((const float *)parameters)[place]
                                                 : ((const double *)parameters)[place];
}

const bp_json_value *shown_recipe(const struct shown *shown)
{
    return shown->recipe != NULL ? bp_json_root(shown->recipe) : NULL;
}

const bp_json_value *shown_training(const struct shown *shown)
{
    return shown->training != NULL ? bp_json_root(shown->training) : NULL;
}

/* ---- Opening ------------------------------------------------------------------ */

/* A note as a tree. It is a record that predicting does not need, so that a damaged one comes
 * to light only here. */
static bp_status read_note(bp_json_document **document, const struct shown *shown, const char *key,
                           bp_error *error)
{
    const char *text = bp_model_note(shown->model, key);
    if (text == NULL)
        return BP_OK;
    bp_status status = bp_json_read(document, text, strlen(text), BP_E_MODEL, NULL, error);
    if (status == BP_OK && bp_json_kind_of(bp_json_root(*document)) != BP_JSON_OBJECT)
        status = BP_E_MODEL;
    if (status == BP_E_MODEL)
        return fail_file(error, status, shown->path,
                         "not a model that can be read: its record of the %s is damaged", key);
    return status;
}

static bp_status open_model(struct shown *shown, bp_error *error)
{
    bp_status status = bp_model_load(&shown->model, shown->path, NULL, error);
    if (status != BP_OK)
        return status;
    shown->preparation = bp_model_preparation(shown->model);
    shown->net = bp_model_net(shown->model);
    status = read_note(&shown->recipe, shown, "recipe", error);
    return status == BP_OK ? read_note(&shown->training, shown, "training", error) : status;
}

/* ---- Answering ---------------------------------------------------------------- */

static bool is_standard(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

static bp_status print_json(struct output *out, const struct shown *shown, bp_error *error)
{
    bp_json *json = NULL;
    bp_status status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    show_write(json, shown);
    output_json(out, json);
    bp_json_free(json);
    return BP_OK;
}

static bp_status plot(struct command *command, const struct shown *shown, bp_error *error)
{
    const char *path = command->own[OWN_PLOT];
    struct output picture;
    if (is_standard(path)) {
        diagram_draw(command->out, shown);
        return BP_OK;
    }
    bp_status status = output_open(&picture, path, error);
    if (status != BP_OK)
        return status;
    diagram_draw(&picture, shown);
    return output_finish(&picture, error);
}

static bp_status check_plot(const struct command *command, bp_error *error)
{
    const char *path = command->own[OWN_PLOT];
    if (path == NULL)
        return BP_OK;
    if (is_standard(path) && command_has(command, OWN_JSON))
        return fail(error, BP_E_ARGUMENT,
                    "--plot - would write into the same standard output; give it a file");
    if (same_file(path, command->operands[0]))
        return fail_file(error, BP_E_ARGUMENT, path, "this is the model itself; use another name");
    return svg_check_path(path, error);
}

static bp_status answer(struct command *command, const struct shown *shown, bp_error *error)
{
    bp_status status = BP_OK;
    if (command_has(command, OWN_PLOT))
        status = plot(command, shown, error);
    if (status != BP_OK || is_standard(command->own[OWN_PLOT]))
        return status; /* the picture is the answer */
    if (command_has(command, OWN_JSON))
        return print_json(command->out, shown, error);
    show_print(command->out, shown);
    if (shown->weights)
        show_print_weights(command->out, shown);
    return BP_OK;
}

bp_status verb_show(struct command *command, bp_error *error)
{
    struct shown shown = {.path = command->operands[0],
                          .weights = command_has(command, OWN_WEIGHTS)};
    bp_status status = check_plot(command, error);
    if (status == BP_OK)
        status = open_model(&shown, error);
    if (status == BP_OK)
        status = answer(command, &shown, error);
    bp_json_document_free(shown.training);
    bp_json_document_free(shown.recipe);
    bp_model_free(shown.model);
    return status;
}
