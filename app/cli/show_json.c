/* show_json.c: a model with every number at full precision. */
#include "calibrated.h"
#include "json_fields.h"
#include "show.h"

#include <math.h>

/* Where the column has such a number. */
static void write_known(bp_json *json, const char *key, double value)
{
    if (!isfinite(value))
        return;
    bp_json_key(json, key);
    bp_json_number(json, value);
}

typedef size_t number_name(const bp_preparation *preparation, size_t number, char *text,
                           size_t size);

/* The whole name of a number of a row. */
static void write_name(bp_json *json, const struct shown *shown, number_name *name, size_t number)
{
    name(shown->preparation, number, shown->name, shown->name_size);
    bp_json_string(json, shown->name);
}

/* ---- Columns ------------------------------------------------------------------ */

static void write_column(bp_json *json, const bp_prepared_column *column)
{
    bool scaled = column->kind == BP_COLUMN_NUMBER || column->kind == BP_COLUMN_DATE;
    json_text(json, "name", column->name);
    json_size(json, "position", column->position + 1);
    json_text(json, "kind", bp_column_kind_name(column->kind));
    if (scaled)
        json_text(json, "scaling", bp_scaling_name(column->scaling));
    write_known(json, "min", column->low);
    write_known(json, "max", column->high);
    write_known(json, "center", column->center);
    write_known(json, "spread", column->spread);
    write_known(json, "fill", column->fill);
}

static void write_categories(bp_json *json, const struct shown *shown, size_t input,
                             const bp_prepared_column *column)
{
    bp_json_key(json, "categories");
    bp_json_array_begin(json);
    for (size_t i = 0; i < column->category_count; i++)
        bp_json_string(json, bp_preparation_category_name(shown->preparation, input, i));
    bp_json_array_end(json);
    json_size(json, "rare", column->rare);
    bp_json_key(json, "ordinal");
    bp_json_boolean(json, column->ordinal);
}

static void write_numbers_of(bp_json *json, const struct shown *shown,
                             const bp_prepared_column *column)
{
    bp_json_key(json, "numbers");
    bp_json_array_begin(json);
    for (size_t i = 0; i < column->width; i++)
        write_name(json, shown, bp_preparation_number_name, column->first + i);
    bp_json_array_end(json);
}

static void write_inputs(bp_json *json, const struct shown *shown)
{
    bp_prepared_column column;
    bp_json_key(json, "columns");
    bp_json_array_begin(json);
    for (size_t i = 0; bp_preparation_input_column(shown->preparation, i, &column); i++) {
        bp_json_object_begin(json);
        write_column(json, &column);
        if (column.kind == BP_COLUMN_CATEGORY)
            write_categories(json, shown, i, &column);
        bp_json_key(json, "indicator");
        bp_json_boolean(json, column.indicator);
        json_size(json, "first", column.first + 1);
        write_numbers_of(json, shown, &column);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
}

static void write_targets(bp_json *json, const struct shown *shown)
{
    bp_prepared_column column;
    size_t classes = bp_preparation_class_count(shown->preparation);
    bp_json_key(json, "targets");
    bp_json_array_begin(json);
    for (size_t i = 0; bp_preparation_target_column(shown->preparation, i, &column); i++) {
        bp_json_object_begin(json);
        write_column(json, &column);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
    if (classes == 0)
        return;
    bp_json_key(json, "classes");
    bp_json_array_begin(json);
    for (size_t i = 0; i < classes; i++)
        bp_json_string(json, bp_preparation_class_name(shown->preparation, (uint32_t)i));
    bp_json_array_end(json);
}

/* ---- The network -------------------------------------------------------------- */

/* What it reads and what it answers, in order. */
static void write_ends(bp_json *json, const struct shown *shown)
{
    json_size(json, "components", bp_preparation_component_count(shown->preparation));
    bp_json_key(json, "inputs");
    bp_json_array_begin(json);
    for (size_t i = 0; i < bp_net_input_count(shown->net); i++)
        write_name(json, shown, bp_preparation_feature_name, i);
    bp_json_array_end(json);
    bp_json_key(json, "outputs");
    bp_json_array_begin(json);
    for (size_t i = 0; i < bp_net_output_count(shown->net); i++)
        bp_json_string(json, shown_output_name(shown, i));
    bp_json_array_end(json);
}

static void write_network(bp_json *json, const struct shown *shown)
{
    const bp_net *net = shown->net;
    bp_json_key(json, "network");
    bp_json_object_begin(json);
    bp_json_key(json, "layers");
    bp_json_array_begin(json);
    for (size_t l = 0; l < bp_net_layer_count(net); l++) {
        const bp_layer *layer = bp_net_layer(net, l);
        bp_json_object_begin(json);
        json_size(json, "inputs", layer->inputs);
        json_size(json, "outputs", layer->outputs);
        json_text(json, "activation", bp_activation_name(layer->activation));
        json_size(json, "parameters", (layer->inputs + 1) * layer->outputs);
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
    json_size(json, "parameters", bp_net_parameter_count(net));
    json_text(json, "loss", bp_loss_name(bp_net_loss(net)));
    bp_json_object_end(json);
}

/* In the shortest form that its own type reads back. */
static void write_parameters(bp_json *json, const struct shown *shown, size_t member, size_t from,
                             size_t count)
{
    bool narrow = bp_model_type(shown->model) == BP_F32;
    bp_json_array_begin(json);
    for (size_t i = from; i < from + count; i++) {
        double value = shown_parameter(shown, member, i);
        if (narrow)
            bp_json_number_f32(json, (float)value);
        else
            bp_json_number(json, value);
    }
    bp_json_array_end(json);
}

static void write_layer_weights(bp_json *json, const struct shown *shown, size_t member,
                                const bp_layer *layer)
{
    bp_json_object_begin(json);
    bp_json_key(json, "weights");
    bp_json_array_begin(json);
    for (size_t j = 0; j < layer->outputs; j++)
        write_parameters(json, shown, member, layer->weights + j * layer->inputs, layer->inputs);
    bp_json_array_end(json);
    bp_json_key(json, "biases");
    write_parameters(json, shown, member, layer->biases, layer->outputs);
    bp_json_object_end(json);
}

/* A list of networks, each a list of layers. */
static void write_weights(bp_json *json, const char *key, const struct shown *shown)
{
    bp_json_key(json, key);
    bp_json_array_begin(json);
    for (size_t m = 0; m < bp_model_members(shown->model); m++) {
        bp_json_array_begin(json);
        for (size_t l = 0; l < bp_net_layer_count(shown->net); l++)
            write_layer_weights(json, shown, m, bp_net_layer(shown->net, l));
        bp_json_array_end(json);
    }
    bp_json_array_end(json);
}

/* ---- The records -------------------------------------------------------------- */

#define DEEPEST 8 /* records have two levels; what lies below these nobody wrote */

/* A tree as it was read. */
static void write_value(bp_json *json, const bp_json_value *value, int level)
{
    const char *text = "";
    double number = 0;
    bool truth = false;
    bool object = bp_json_kind_of(value) == BP_JSON_OBJECT;
    switch (bp_json_kind_of(value)) {
    case BP_JSON_NULL: bp_json_null(json); return;
    case BP_JSON_BOOLEAN:
        bp_json_as_boolean(value, &truth);
        bp_json_boolean(json, truth);
        return;
    case BP_JSON_NUMBER:
        bp_json_as_number(value, &number);
        bp_json_number(json, number);
        return;
    case BP_JSON_STRING:
        bp_json_as_string(value, &text);
        bp_json_string(json, text);
        return;
    case BP_JSON_ARRAY:
    case BP_JSON_OBJECT: break;
    }
    object ? bp_json_object_begin(json) : bp_json_array_begin(json);
    for (size_t i = 0; i < bp_json_count(value) && level < DEEPEST; i++) {
        if (object)
            bp_json_key(json, bp_json_key_at(value, i));
        write_value(json, bp_json_at(value, i), level + 1);
    }
    object ? bp_json_object_end(json) : bp_json_array_end(json);
}

void show_write(bp_json *json, const struct shown *shown)
{
    bp_json_object_begin(json);
    json_text(json, "schema", "backprop.show/1");
    json_text(json, "model", shown->path);
    json_text(json, "task", bp_task_name(bp_preparation_task(shown->preparation)));
    write_targets(json, shown);
    json_text(json, "missing", bp_gaps_name(bp_preparation_gaps(shown->preparation)));
    write_inputs(json, shown);
    write_ends(json, shown);
    write_network(json, shown);
    json_size(json, "members", bp_model_members(shown->model));
    json_text(json, "type", bp_type_name(bp_model_type(shown->model)));
    bp_json_key(json, "options");
    write_value(json, shown_recipe(shown), 0);
    bp_json_key(json, "training");
    write_value(json, shown_training(shown), 0);
    bp_json_key(json, "trials");
    write_value(json, shown_trials(shown), 0);
    bp_json_key(json, "calibration");
    calibrated_write(json, shown->model);
    if (shown->weights && shown->initial != NULL)
        write_weights(json, "initial_networks", shown->initial);
    if (shown->weights)
        write_weights(json, "networks", shown);
    bp_json_object_end(json);
}
