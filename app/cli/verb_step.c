/* verb_step.c: `backprop step MODEL FILE --row N`: a row through the network as a person would
 * write it out. */
#include "step.h"

#include "report.h"
#include "verbs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_RATE 0.1

static double cell(const bp_matrix *matrix, size_t column)
{
    return ((const double *)matrix->data)[column];
}

static bp_status take_room(struct step *step, bp_error *error)
{
    size_t parameters = bp_net_parameter_count(step->net), units = bp_net_unit_count(step->net);
    step->before = calloc(parameters, sizeof(double));
    step->after = calloc(parameters, sizeof(double));
    step->inputs = calloc(bp_net_input_count(step->net), sizeof(double));
    step->sums = calloc(units, sizeof(double));
    step->outputs = calloc(units, sizeof(double));
    step->deltas = calloc(units, sizeof(double));
    step->errors = calloc(units, sizeof(double));
    step->expected = calloc(bp_net_output_count(step->net), sizeof(double));
    if (step->before == NULL || step->after == NULL || step->inputs == NULL || step->sums == NULL
        || step->outputs == NULL || step->deltas == NULL || step->errors == NULL
        || step->expected == NULL)
        return fail(error, BP_E_MEMORY, "out of memory for the step");
    return BP_OK;
}

static void free_room(struct step *step)
{
    double *all[] = {step->before,  step->after,  step->inputs, step->sums,
                     step->outputs, step->deltas, step->errors, step->expected};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
}

static void take_weights(struct step *step)
{
    const void *from = bp_model_parameters(step->model, 0);
    for (size_t i = 0; i < bp_net_parameter_count(step->net); i++)
        step->before[i] = bp_model_type(step->model) == BP_F32 ? (double)((const float *)from)[i]
                                                               : ((const double *)from)[i];
}

/* Inputs and targets as the network sees them. */
static bp_status take_row(struct step *step, bp_table *table, bp_error *error)
{
    const bp_preparation *preparation = bp_model_preparation(step->model);
    size_t row = step->row - 1, outputs = bp_net_output_count(step->net);
    bp_prepared *prepared = NULL;
    bp_status status =
        bp_preparation_apply(preparation, table, &row, 1, BP_F64, true, &prepared, error);
    if (status != BP_OK)
        return status;
    bp_samples samples = bp_prepared_samples(prepared);
    for (size_t i = 0; i < bp_net_input_count(step->net); i++)
        step->inputs[i] = cell(&samples.inputs, i);
    for (size_t k = 0; k < outputs; k++)
        step->expected[k] = samples.classes == NULL ? cell(&samples.targets, k)
                            : outputs == 1          ? samples.classes[0] != 0
                                                    : samples.classes[0] == k;
    if (samples.classes != NULL)
        snprintf(step->truth, sizeof step->truth, "%s",
                 bp_preparation_class_name(preparation, samples.classes[0]));
    bp_prepared_free(prepared);
    return BP_OK;
}

/* What the network answers, in the words of the table. */
static void name_answer(struct step *step)
{
    const bp_preparation *preparation = bp_model_preparation(step->model);
    size_t outputs = bp_net_output_count(step->net);
    const double *y = step->outputs + bp_net_unit_count(step->net) - outputs;
    double *numbers = step->errors; /* used as room, before it is filled */
    size_t best = outputs == 1 ? y[0] > 0.5 : 0;
    for (size_t k = 1; k < outputs; k++)
        best = y[k] > y[best] ? k : best;
    if (bp_preparation_class_count(preparation) > 0) {
        snprintf(step->answer, sizeof step->answer, "%s",
                 bp_preparation_class_name(preparation, (uint32_t)best));
        return;
    }
    for (size_t k = 0; k < outputs; k++)
        numbers[k] = y[k];
    bp_preparation_restore(preparation, numbers);
    bp_number_write(numbers[0], step->answer);
    for (size_t k = 0; k < outputs; k++)
        numbers[k] = step->expected[k];
    bp_preparation_restore(preparation, numbers);
    bp_number_write(numbers[0], step->truth);
}

/* Equations (5) and (6). */
static void find_errors(struct step *step)
{
    size_t layers = bp_net_layer_count(step->net), last = layers - 1;
    size_t at = bp_textbook_offset(step->net, last);
    bool plain =
        bp_net_loss(step->net) == BP_SQUARED_ERROR || bp_net_loss(step->net) == BP_CROSS_ENTROPY;
    for (size_t k = 0; k < bp_net_output_count(step->net); k++)
        step->errors[at + k] = plain ? step->expected[k] - step->outputs[at + k] : NAN;
    for (size_t l = last; l-- > 0;) {
        const bp_layer *next = bp_net_layer(step->net, l + 1);
        size_t here = bp_textbook_offset(step->net, l), there = here + next->inputs;
        for (size_t j = 0; j < next->inputs; j++) {
            double error = 0;
            for (size_t k = 0; k < next->outputs; k++)
                error +=
                    step->before[next->weights + k * next->inputs + j] * step->deltas[there + k];
            step->errors[here + j] = error;
        }
    }
}

static void compute(struct step *step)
{
    memcpy(step->after, step->before, bp_net_parameter_count(step->net) * sizeof(double));
    bp_textbook_forward(step->net, step->before, step->inputs, step->sums, step->outputs);
    bp_textbook_backward(step->net, step->before, step->sums, step->outputs, step->expected,
                         step->deltas);
    bp_textbook_update(step->net, step->after, step->inputs, step->outputs, step->deltas,
                       step->rate);
    step->loss = bp_textbook_loss(step->net, step->outputs, step->expected);
    name_answer(step);
    find_errors(step);
}

static bp_status choose_row(struct step *step, const struct command *command, const bp_table *table,
                            bp_error *error)
{
    double row = 1;
    size_t rows = bp_table_row_count(table);
    if (command_has(command, OWN_ROW))
        bp_number_read(command->own[OWN_ROW], strlen(command->own[OWN_ROW]), &row);
    step->row = (size_t)row;
    if (step->row > rows)
        return fail(error, BP_E_DATA, "there is no row %zu: the table has %zu", step->row, rows);
    return BP_OK;
}

static bp_status print(struct command *command, const struct step *step, bp_error *error)
{
    bp_json *json = NULL;
    if (!command_has(command, OWN_JSON)) {
        step_print(command->out, step);
        return BP_OK;
    }
    bp_status status = bp_json_new(&json, NULL, error);
    if (status != BP_OK)
        return status;
    step_write(json, step);
    output_json(command->out, json);
    bp_json_free(json);
    return BP_OK;
}

bp_status verb_step(struct command *command, bp_error *error)
{
    struct step step = {.rate = DEFAULT_RATE};
    const char *rate = bp_config_get(command->config, "learning-rate");
    bp_model *model = NULL;
    bp_table *table = NULL;
    bp_number_read(rate, strlen(rate), &step.rate); /* where it is no word */
    bp_status status = bp_model_load(&model, command->operands[0], NULL, error);
    if (status == BP_OK)
        status = bp_table_open(&table, command->operands[1], command->config, error);
    if (status == BP_OK)
        status = choose_row(&step, command, table, error);
    if (status == BP_OK) {
        step.model = model;
        step.net = bp_model_net(model);
        step.table = bp_table_name(table);
        status = take_room(&step, error);
    }
    if (status == BP_OK) {
        take_weights(&step);
        status = take_row(&step, table, error);
    }
    if (status == BP_OK) {
        compute(&step);
        status = print(command, &step, error);
    }
    free_room(&step);
    bp_table_free(table);
    bp_model_free(model);
    return status;
}
