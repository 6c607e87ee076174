/* lesson_json.c: the tutorial's numbers at full precision, with the keys of
 * tests/oracle/tutorial.json. */
#include "cv_scores.h"
#include "json_fields.h"
#include "lesson_show.h"

#include <stdio.h>

static void write_list(bp_json *json, const double *values, size_t count)
{
    bp_json_array_begin(json);
    for (size_t i = 0; i < count; i++)
        bp_json_number(json, values[i]);
    bp_json_array_end(json);
}

static void write_numbers(bp_json *json, const char *key, const double *values, size_t count)
{
    bp_json_key(json, key);
    write_list(json, values, count);
}

/* A list of layers, each a list of neurons, each its weights and then its bias. */
static void write_weights(bp_json *json, const bp_net *net, const double *parameters)
{
    bp_json_key(json, "weights_bias_last");
    bp_json_array_begin(json);
    for (size_t l = 0; l < bp_net_layer_count(net); l++) {
        const bp_layer *layer = bp_net_layer(net, l);
        bp_json_array_begin(json);
        for (size_t j = 0; j < layer->outputs; j++) {
            bp_json_array_begin(json);
            for (size_t i = 0; i < layer->inputs; i++)
                bp_json_number(json, parameters[layer->weights + j * layer->inputs + i]);
            bp_json_number(json, parameters[layer->biases + j]);
            bp_json_array_end(json);
        }
        bp_json_array_end(json);
    }
    bp_json_array_end(json);
}

/* A number for each neuron, as one list a layer. */
static void write_units(bp_json *json, const char *key, const bp_net *net, const double *values)
{
    bp_json_key(json, key);
    bp_json_array_begin(json);
    for (size_t l = 0; l < bp_net_layer_count(net); l++)
        write_list(json, values + bp_textbook_offset(net, l), bp_net_layer(net, l)->outputs);
    bp_json_array_end(json);
}

static void write_initialize(bp_json *json, const struct lesson *lesson)
{
    bp_json_key(json, "initialize");
    bp_json_object_begin(json);
    json_size(json, "seed", LESSON_SEED);
    json_size(json, "inputs", LESSON_INPUTS);
    json_size(json, "hidden", SMALL_HIDDEN);
    json_size(json, "outputs", LESSON_OUTPUTS);
    write_weights(json, lesson->small, lesson->weights);
    bp_json_object_end(json);
}

static void write_forward(bp_json *json, const struct lesson *lesson)
{
    bp_json_key(json, "forward");
    bp_json_object_begin(json);
    write_numbers(json, "row", lesson->forward_row, LESSON_INPUTS);
    write_numbers(json, "outputs", lesson->outputs + bp_textbook_offset(lesson->small, 1),
                  LESSON_OUTPUTS);
    bp_json_object_end(json);
}

static void write_backward(bp_json *json, const struct lesson *lesson)
{
    bp_json_key(json, "backward");
    bp_json_object_begin(json);
    write_units(json, "neuron_outputs", lesson->small, lesson->given_outputs);
    write_numbers(json, "expected", lesson->expected, LESSON_OUTPUTS);
    write_units(json, "deltas", lesson->small, lesson->deltas);
    bp_json_object_end(json);
}

static void write_dataset(bp_json *json)
{
    bp_json_key(json, "dataset");
    bp_json_array_begin(json);
    for (size_t row = 0; row < TRAINED_ROWS; row++) {
        bp_json_array_begin(json);
        for (size_t i = 0; i < LESSON_INPUTS; i++)
            bp_json_number(json, lesson_rows[row][i]);
        bp_json_integer(json, lesson_classes[row]);
        bp_json_array_end(json);
    }
    bp_json_array_end(json);
}

static void write_epoch_lines(bp_json *json, const struct lesson *lesson)
{
    char line[80];
    bp_json_key(json, "printed");
    bp_json_array_begin(json);
    for (size_t epoch = 0; epoch < TRAINED_EPOCHS; epoch++) {
        snprintf(line, sizeof line, ">epoch=%zu, lrate=%.3f, error=%.3f", epoch, TRAINED_RATE,
                 lesson->errors[epoch]);
        bp_json_string(json, line);
    }
    bp_json_array_end(json);
}

static void write_train(bp_json *json, const struct lesson *lesson)
{
    bp_json_key(json, "train");
    bp_json_object_begin(json);
    json_size(json, "seed", LESSON_SEED);
    write_dataset(json);
    json_size(json, "hidden", TRAINED_HIDDEN);
    bp_json_key(json, "learning_rate");
    bp_json_number(json, TRAINED_RATE);
    json_size(json, "epochs", TRAINED_EPOCHS);
    write_numbers(json, "sum_squared_error_per_epoch", lesson->errors, TRAINED_EPOCHS);
    write_epoch_lines(json, lesson);
    write_weights(json, lesson->net, lesson->trained);
    bp_json_object_end(json);
}

static void write_predict(bp_json *json, const struct lesson *lesson)
{
    bp_json_key(json, "predict");
    bp_json_array_begin(json);
    for (size_t row = 0; row < TRAINED_ROWS; row++) {
        bp_json_array_begin(json);
        bp_json_integer(json, lesson_classes[row]);
        bp_json_integer(json, lesson->predicted[row]);
        bp_json_array_end(json);
    }
    bp_json_array_end(json);
}

static void write_class_order(bp_json *json, const bp_preparation *preparation)
{
    bp_json_key(json, "class_order");
    bp_json_array_begin(json);
    for (size_t i = 0; i < bp_preparation_class_count(preparation); i++)
        bp_json_string(json, bp_preparation_class_name(preparation, (uint32_t)i));
    bp_json_array_end(json);
}

/* A mean at full precision, and as the tutorial printed it. */
static void write_mean(bp_json *json, const char *key, const char *printed_key, double mean)
{
    char text[32];
    snprintf(text, sizeof text, "%.3f%%", mean);
    bp_json_key(json, key);
    bp_json_number(json, mean);
    bp_json_key(json, printed_key);
    bp_json_string(json, text);
}

static void write_wheat(bp_json *json, const struct lesson *lesson)
{
    const bp_validation *validation = lesson->validation;
    if (validation == NULL)
        return;
    bp_json_key(json, "wheat");
    bp_json_object_begin(json);
    json_size(json, "seed", LESSON_SEED);
    json_size(json, "folds", bp_validation_folds(validation));
    json_size(json, "fold_size", bp_validation_rows(validation, 0));
    json_size(json, "hidden", WHEAT_HIDDEN);
    bp_json_key(json, "learning_rate");
    bp_json_number(json, WHEAT_RATE);
    json_size(json, "epochs", WHEAT_EPOCHS);
    write_class_order(json, lesson->preparation);
    cv_write_percents(json, "scores_percent", validation, 0, false);
    write_mean(json, "mean_percent", "printed_mean", cv_mean_percent(validation, 0, false));
    cv_write_percents(json, "zero_rule_scores_percent", validation, 0, true);
    write_mean(json, "zero_rule_mean_percent", "zero_rule_printed",
               cv_mean_percent(validation, 0, true));
    bp_json_object_end(json);
}

void lesson_write(bp_json *json, const struct lesson *lesson, size_t section)
{
    static void (*const sections[LESSON_SECTIONS])(bp_json *, const struct lesson *) = {
        write_initialize, write_forward, write_backward, write_train, write_predict, write_wheat,
    };
    bp_json_object_begin(json);
    bp_json_key(json, "schema");
    bp_json_string(json, "backprop.tutorial/1");
    for (size_t i = 1; i <= LESSON_SECTIONS; i++)
        if (section == 0 || section == i)
            sections[i - 1](json, lesson);
    bp_json_object_end(json);
}
