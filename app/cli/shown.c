/* shown.c: what is told of a model is told by these. */
#include "show.h"

#include "report.h"

#include <stdio.h>
#include <stdlib.h>
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

const bp_json_value *shown_trials(const struct shown *shown)
{
    return shown->trials != NULL ? bp_json_root(shown->trials) : NULL;
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

/* What numbers are called can be as long as cells are. */
static bp_status take_name(struct shown *shown, bp_error *error)
{
    size_t longest = 0, length = 0;
    for (size_t i = 0; (length = bp_preparation_feature_name(shown->preparation, i, NULL, 0)) > 0;
         i++)
        longest = length > longest ? length : longest;
    for (size_t i = 0; (length = bp_preparation_number_name(shown->preparation, i, NULL, 0)) > 0;
         i++)
        longest = length > longest ? length : longest;
    shown->name_size = longest + 1;
    shown->name = malloc(shown->name_size);
    return shown->name != NULL ? BP_OK : fail(error, BP_E_MEMORY, "out of memory for the names");
}

bp_status shown_open(struct shown *shown, const char *path, const bp_model *model, bp_error *error)
{
    *shown = (struct shown){.path = path, .model = model};
    shown->preparation = bp_model_preparation(model);
    shown->net = bp_model_net(model);
    bp_status status = read_note(&shown->recipe, shown, "recipe", error);
    if (status == BP_OK)
        status = read_note(&shown->training, shown, "training", error);
    if (status == BP_OK)
        status = read_note(&shown->trials, shown, "trials", error);
    return status == BP_OK ? take_name(shown, error) : status;
}

void shown_close(struct shown *shown)
{
    bp_json_document_free(shown->trials);
    bp_json_document_free(shown->training);
    bp_json_document_free(shown->recipe);
    free(shown->name);
}
