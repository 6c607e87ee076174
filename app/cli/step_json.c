/* step_json.c: a step with every number at full precision. */
#include "step.h"

static void write_numbers(bp_json *json, const char *key, const double *numbers, size_t count)
{
    bp_json_key(json, key);
    bp_json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        bp_json_number(json, numbers[i]);
    bp_json_array_end(json);
}

static void write_neuron(bp_json *json, const struct step *step, size_t l, size_t j)
{
    const bp_layer *layer = bp_net_layer(step->net, l);
    size_t unit = bp_textbook_offset(step->net, l) + j, bias = layer->biases + j;
    size_t weights = layer->weights + j * layer->inputs;
    const struct {
        const char *key;
        double value;
    } numbers[] = {{"z", step->sums[unit]},
                   {"y", step->outputs[unit]},
                   {"error", step->errors[unit]},
                   {"delta", step->deltas[unit]},
                   {"bias_before", step->before[bias]},
                   {"bias_after", step->after[bias]}};
    bp_json_object_begin(json);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        bp_json_key(json, numbers[i].key);
        bp_json_number(json, numbers[i].value);
    }
    write_numbers(json, "weights_before", step->before + weights, layer->inputs);
    write_numbers(json, "weights_after", step->after + weights, layer->inputs);
    bp_json_object_end(json);
}

static void write_layer(bp_json *json, const struct step *step, size_t l)
{
    const bp_layer *layer = bp_net_layer(step->net, l);
    bp_json_object_begin(json);
    bp_json_key(json, "activation");
    bp_json_string(json, bp_activation_name(layer->activation));
    bp_json_key(json, "neurons");
    bp_json_array_begin(json);
    for (size_t j = 0; j < layer->outputs; j++)
        write_neuron(json, step, l, j);
    bp_json_array_end(json);
    bp_json_object_end(json);
}

void step_write(bp_json *json, const struct step *step)
{
    bp_json_object_begin(json);
    bp_json_key(json, "schema");
    bp_json_string(json, "backprop.step/1");
    bp_json_key(json, "table");
    bp_json_string(json, step->table);
    bp_json_key(json, "row");
    bp_json_integer(json, (int64_t)step->row);
    bp_json_key(json, "learning_rate");
    bp_json_number(json, step->rate);
    write_numbers(json, "inputs", step->inputs, bp_net_input_count(step->net));
    write_numbers(json, "expected", step->expected, bp_net_output_count(step->net));
    bp_json_key(json, "answer");
    bp_json_string(json, step->answer);
    bp_json_key(json, "truth");
    bp_json_string(json, step->truth);
    bp_json_key(json, "loss_name");
    bp_json_string(json, bp_loss_name(bp_net_loss(step->net)));
    bp_json_key(json, "loss");
    bp_json_number(json, step->loss);
    bp_json_key(json, "layers");
    bp_json_array_begin(json);
    for (size_t l = 0; l < bp_net_layer_count(step->net); l++)
        write_layer(json, step, l);
    bp_json_array_end(json);
    bp_json_object_end(json);
}
