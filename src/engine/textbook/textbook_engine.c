/* textbook_engine.c: the engine `textbook`: the method of textbook_rows.c behind the
 * engine interface. Float64, one thread, rows in order. */
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "engine/engine_methods.h"
#include "engine/samples.h"
#include "engine/textbook/textbook_rows.h"
#include "engine/textbook/textbook_rules.h"

#include <stdio.h>
#include <string.h>

typedef struct textbook {
    const bp_net *net;
    bp_allocator allocator;
    bp_rule rule;
    bool plain;          /* sgd with nothing beside it */
    bool scaled;         /* scales of inputs are learned */
    double *layer_rates; /* [layers]: rule.layer_rates, or 1 */
    double *bias_rates;  /* [layers]: rule.bias_rates, or the same */
    bp_reduction reduction;
    size_t batch;
    size_t member_count;
    textbook_member *members;
    double *numbers; /* all that follows and all members' arrays, in one block */
    size_t number_count;
    double *gradient; /* [parameter_count] */
    double *row;      /* [inputs] */
    double *sums;     /* [units] */
    double *kept;     /* [units] outputs before dropout */
    double *outputs;  /* [units] */
    double *deltas;   /* [units] */
    double *expected; /* [outputs] */
} textbook;

/* ---- Memory ------------------------------------------------------------------ */

/* Parameters of the first layer. */
static size_t first_layer(const bp_net *net)
{
    const bp_layer *layer = bp_net_layer(net, 0);
    return layer->inputs * layer->outputs + layer->outputs;
}

/* Numbers that the plan needs; false where the sum overflows. */
static bool count_numbers(const bp_net *net, size_t members, size_t states, bool scaled,
                          size_t *count)
{
    size_t parameters = bp_net_parameter_count(net), per_member = 0, all = 0;
    size_t scales = 0;
    size_t scratch[] = {parameters,
                        bp_net_input_count(net),
                        bp_net_unit_count(net),
                        bp_net_unit_count(net),
                        bp_net_unit_count(net),
                        bp_net_unit_count(net),
                        bp_net_output_count(net),
                        bp_net_layer_count(net),
                        bp_net_layer_count(net)};
    if (scaled && !bp_multiply_size(bp_net_input_count(net), 3, &scales))
        return false;
    if (!bp_multiply_size(parameters, 1 + states, &per_member)
        || !bp_add_size(per_member, scaled ? first_layer(net) : 0, &per_member)
        || !bp_add_size(per_member, scales, &per_member)
        || !bp_multiply_size(per_member, members, &all))
        return false;
    for (size_t i = 0; i < sizeof scratch / sizeof *scratch; i++)
        if (!bp_add_size(all, scratch[i], &all))
            return false;
    *count = all;
    return true;
}

static double *take(double **numbers, size_t count)
{
    double *taken = *numbers;
    *numbers += count;
    return taken;
}

static void share_out(textbook *engine)
{
    const bp_net *net = engine->net;
    size_t parameters = bp_net_parameter_count(net);
    size_t states = bp_rule_state_count(engine->rule.kind);
    double *numbers = engine->numbers;
    engine->gradient = take(&numbers, parameters);
    engine->row = take(&numbers, bp_net_input_count(net));
    engine->sums = take(&numbers, bp_net_unit_count(net));
    engine->kept = take(&numbers, bp_net_unit_count(net));
    engine->outputs = take(&numbers, bp_net_unit_count(net));
    engine->deltas = take(&numbers, bp_net_unit_count(net));
    engine->expected = take(&numbers, bp_net_output_count(net));
    engine->layer_rates = take(&numbers, bp_net_layer_count(net));
    engine->bias_rates = take(&numbers, bp_net_layer_count(net));
    for (size_t l = 0; l < bp_net_layer_count(net); l++) {
        const double *weights = engine->rule.layer_rates, *biases = engine->rule.bias_rates;
        engine->layer_rates[l] = weights != NULL ? weights[l] : 1;
        engine->bias_rates[l] = biases != NULL ? biases[l] : engine->layer_rates[l];
    }
    engine->rule.layer_rates = engine->layer_rates; /* no longer the caller's */
    engine->rule.bias_rates = engine->bias_rates;
    for (size_t m = 0; m < engine->member_count; m++) {
        textbook_member *member = &engine->members[m];
        member->parameters = take(&numbers, parameters);
        member->first = states > 0 ? take(&numbers, parameters) : NULL;
        member->second = states > 1 ? take(&numbers, parameters) : NULL;
        member->source = engine->scaled ? take(&numbers, first_layer(net)) : NULL;
        member->scales = engine->scaled ? take(&numbers, 3 * bp_net_input_count(net)) : NULL;
        textbook_reset_clock(member);
    }
}

static void textbook_close(void *state)
{
    textbook *engine = state;
    bp_allocator allocator = engine->allocator;
    bp_release(&allocator, engine->numbers, engine->number_count, sizeof(double));
    bp_release(&allocator, engine->members, engine->member_count, sizeof(textbook_member));
    bp_release(&allocator, engine, 1, sizeof(textbook));
}

static bp_status textbook_open(void **state, const bp_net *net, const bp_plan_options *options,
                               char description[BP_DESCRIPTION_SIZE], bp_error *error)
{
    *state = NULL;
    if (options->type != BP_F64)
        return bp_fail(error, BP_E_OPTION, "the textbook engine computes in f64 alone");
    bp_allocator allocator = bp_allocator_or_default(options->allocator);
    textbook *engine = bp_allocate(&allocator, 1, sizeof *engine, error);
    if (engine == NULL)
        return BP_E_MEMORY;
    *engine = (textbook){.net = net,
                         .allocator = allocator,
                         .rule = options->rule,
                         .plain = textbook_is_plain(&options->rule),
                         .scaled = bp_rule_learns_scales(&options->rule, bp_net_layer_count(net)),
                         .reduction = options->reduction,
                         .batch = options->batch,
                         .member_count = options->members};
    size_t states = bp_rule_state_count(options->rule.kind);
    if (!count_numbers(net, options->members, states, engine->scaled, &engine->number_count)) {
        engine->number_count = SIZE_MAX; /* refused by the allocation below */
    }
    engine->numbers = bp_allocate(&allocator, engine->number_count, sizeof(double), error);
    if (engine->numbers != NULL)
        engine->members = bp_allocate(&allocator, options->members, sizeof(textbook_member), error);
    if (engine->members == NULL) {
        textbook_close(engine);
        return BP_E_MEMORY;
    }
    share_out(engine);
    snprintf(description, BP_DESCRIPTION_SIZE, "textbook f64");
    *state = engine;
    return BP_OK;
}

static void textbook_set_parameters(void *state, size_t member, const void *parameters)
{
    textbook *engine = state;
    textbook_member *into = &engine->members[member];
    size_t count = bp_net_parameter_count(engine->net), size = count * sizeof(double);
    memcpy(into->parameters, parameters, size);
    for (size_t i = 0; i < count && into->first != NULL; i++)
        into->first[i] = 0;
    for (size_t i = 0; i < count && into->second != NULL; i++)
        into->second[i] = 0;
    if (engine->scaled) { /* the first layer's weights at scales of 1 */
        size_t inputs = bp_net_input_count(engine->net);
        memcpy(into->source, into->parameters, first_layer(engine->net) * sizeof(double));
        for (size_t i = 0; i < 3 * inputs; i++)
            into->scales[i] = i < inputs ? 1 : 0;
    }
    textbook_reset_clock(into);
}

static void textbook_get_parameters(const void *state, size_t member, void *parameters)
{
    const textbook *engine = state;
    memcpy(parameters, engine->members[member].parameters,
           bp_net_parameter_count(engine->net) * sizeof(double));
}

static void textbook_swap_parameters(void *state, size_t member, void *parameters)
{
    textbook *engine = state;
    double *mine = engine->members[member].parameters, *other = parameters;
    for (size_t i = 0; i < bp_net_parameter_count(engine->net); i++) {
        double kept = mine[i];
        mine[i] = other[i];
        other[i] = kept;
    }
}

static void copy_numbers(double *to, const double *from, size_t count)
{
    if (to != NULL && from != NULL)
        memcpy(to, from, count * sizeof(double));
}

static void textbook_get_state(const void *state, size_t member, bp_plan_state *kept)
{
    const textbook *engine = state;
    const textbook_member *from = &engine->members[member];
    size_t parameters = bp_net_parameter_count(engine->net);
    copy_numbers(kept->first, from->first, parameters);
    copy_numbers(kept->second, from->second, parameters);
    copy_numbers(kept->source, from->source, first_layer(engine->net));
    copy_numbers(kept->scales, from->scales, 3 * bp_net_input_count(engine->net));
    kept->beta1_power = from->beta1_power;
    kept->beta2_power = from->beta2_power;
    kept->moved = from->moved;
}

static void textbook_set_state(void *state, size_t member, const bp_plan_state *kept)
{
    textbook *engine = state;
    textbook_member *to = &engine->members[member];
    size_t parameters = bp_net_parameter_count(engine->net);
    copy_numbers(to->first, kept->first, parameters);
    copy_numbers(to->second, kept->second, parameters);
    copy_numbers(to->source, kept->source, first_layer(engine->net));
    copy_numbers(to->scales, kept->scales, 3 * bp_net_input_count(engine->net));
    to->beta1_power = kept->beta1_power;
    to->beta2_power = kept->beta2_power;
    to->moved = kept->moved;
}

/* ---- Rows ------------------------------------------------------------------------ */

static void read_row(textbook *engine, const bp_matrix *inputs, size_t row)
{
    for (size_t i = 0; i < bp_net_input_count(engine->net); i++)
        engine->row[i] = bp_matrix_at(inputs, row, i);
}

static void read_expected(textbook *engine, const bp_samples *samples, size_t row)
{
    size_t outputs = bp_net_output_count(engine->net);
    bp_class_targets class = bp_net_class_targets(engine->net);
    for (size_t j = 0; j < outputs; j++) {
        if (samples->classes == NULL)
            engine->expected[j] = bp_matrix_at(&samples->targets, row, j);
        else
            engine->expected[j] =
                bp_class_is_on(samples->classes[row], j, outputs) ? class.on : class.off;
    }
}

/* The masks of the i-th row of a run. */
static const double *masks_of(const textbook *engine, const bp_run *run, size_t i)
{
    size_t hidden = bp_net_unit_count(engine->net) - bp_net_output_count(engine->net);
    return run->masks != NULL ? (const double *)run->masks + i * hidden : NULL;
}

/* Outputs and deltas of one row; returns its loss. */
static double pass(textbook *engine, const double *parameters, const bp_samples *samples,
                   size_t row, const double *masks)
{
    read_row(engine, &samples->inputs, row);
    read_expected(engine, samples, row);
    textbook_masked_forward(engine->net, parameters, engine->row, masks, engine->sums, engine->kept,
                            engine->outputs);
    textbook_masked_backward(engine->net, parameters, masks, engine->sums, engine->kept,
                             engine->expected, engine->deltas);
    double loss = bp_textbook_loss(engine->net, engine->outputs, engine->expected);
    if (samples->weights == NULL)
        return loss;
    for (size_t j = 0; j < bp_net_unit_count(engine->net); j++)
        engine->deltas[j] = samples->weights[row] * engine->deltas[j];
    return samples->weights[row] * loss;
}

static void textbook_forward(void *state, size_t member, const bp_matrix *inputs,
                             const size_t *rows, size_t count, const bp_matrix_out *outputs)
{
    textbook *engine = state;
    size_t width = bp_net_output_count(engine->net);
    const double *last = engine->outputs + bp_net_unit_count(engine->net) - width;
    for (size_t i = 0; i < count; i++) {
        read_row(engine, inputs, bp_row_at(rows, i));
        bp_textbook_forward(engine->net, engine->members[member].parameters, engine->row, NULL,
                            engine->outputs);
        for (size_t j = 0; j < width; j++)
            bp_matrix_set(outputs, i, j, last[j]);
    }
}

/* ---- Gradients --------------------------------------------------------------------- */

/* Equation (10): adds one row's dLoss/dparameter, -delta times the input, to `gradient`. */
static void add_gradient(const textbook *engine, double *gradient)
{
    const double *inputs = engine->row, *deltas = engine->deltas;
    const double *outputs = engine->outputs;
    for (size_t l = 0; l < bp_net_layer_count(engine->net); l++) {
        const bp_layer *layer = bp_net_layer(engine->net, l);
        for (size_t j = 0; j < layer->outputs; j++) {
            double *weights = gradient + layer->weights + j * layer->inputs;
            for (size_t i = 0; i < layer->inputs; i++)
                weights[i] = weights[i] - deltas[j] * inputs[i];
            gradient[layer->biases + j] = gradient[layer->biases + j] - deltas[j];
        }
        inputs = outputs;
        outputs += layer->outputs;
        deltas += layer->outputs;
    }
}

/* The gradient of rows start to start + count, and their losses added to *loss. */
static void sum_gradient(textbook *engine, size_t member, const bp_run *run, size_t start,
                         size_t count, double *gradient, double *loss)
{
    for (size_t i = 0; i < bp_net_parameter_count(engine->net); i++)
        gradient[i] = 0;
    for (size_t i = start; i < start + count; i++) {
        *loss += pass(engine, engine->members[member].parameters, run->samples,
                      bp_row_at(run->rows, i), masks_of(engine, run, i));
        add_gradient(engine, gradient);
    }
}

static void textbook_gradient(void *state, size_t member, const bp_samples *samples,
                              const size_t *rows, size_t count, void *gradient, double *loss)
{
    *loss = 0;
    const bp_run run = {.samples = samples, .rows = rows, .count = count};
    sum_gradient(state, member, &run, 0, count, gradient, loss);
}

/* ---- Updates ----------------------------------------------------------------------- */

/* Applies a gradient summed over `count` rows. */
static void apply(textbook *engine, size_t member, const double *gradient, size_t count,
                  const bp_run *run)
{
    textbook_update update = {.net = engine->net,
                              .rule = engine->rule,
                              .gradient = gradient,
                              .scale = engine->reduction == BP_MEAN ? 1 / (double)count : 1,
                              .rate = run->rate};
    if (run->momentum > 0)
        update.rule.momentum = update.rule.beta1 = run->momentum;
    textbook_apply_rule(&update, &engine->members[member]);
}

static void textbook_apply(void *state, size_t member, const void *gradient, size_t count,
                           double rate)
{
    const bp_run run = {.rate = rate};
    apply(state, member, gradient, count, &run);
}

/* ---- Steps --------------------------------------------------------------------------- */

/* Online: each row's update comes before the next row's forward pass. */
static void step_online(textbook *engine, textbook_member *member, bp_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        run->loss += pass(engine, member->parameters, run->samples, bp_row_at(run->rows, i),
                          masks_of(engine, run, i));
        bp_textbook_update(engine->net, member->parameters, engine->row, engine->outputs,
                           engine->deltas, run->rate);
    }
}

static void step_batches(textbook *engine, size_t member, bp_run *run)
{
    for (size_t start = 0; start < run->count; start += engine->batch) {
        size_t left = run->count - start, count = left < engine->batch ? left : engine->batch;
        sum_gradient(engine, member, run, start, count, engine->gradient, &run->loss);
        apply(engine, member, engine->gradient, count, run);
    }
}

static void textbook_evaluate(void *state, bp_run *runs)
{
    textbook *engine = state;
    for (size_t m = 0; m < engine->member_count; m++) {
        runs[m].loss = 0;
        for (size_t i = 0; i < runs[m].count; i++)
            runs[m].loss += pass(engine, engine->members[m].parameters, runs[m].samples,
                                 bp_row_at(runs[m].rows, i), NULL);
    }
}

static void textbook_step(void *state, bp_run *runs)
{
    textbook *engine = state;
    for (size_t m = 0; m < engine->member_count; m++) {
        runs[m].loss = 0;
        if (engine->batch == 1 && engine->plain)
            step_online(engine, &engine->members[m], &runs[m]);
        else
            step_batches(engine, m, &runs[m]);
    }
}

const bp_engine_methods bp_textbook_engine = {
    .name = "textbook",
    .help = "the equations in order, float64, plain and slow: the reference",
    .open = textbook_open,
    .close = textbook_close,
    .set_parameters = textbook_set_parameters,
    .get_parameters = textbook_get_parameters,
    .swap_parameters = textbook_swap_parameters,
    .get_state = textbook_get_state,
    .set_state = textbook_set_state,
    .evaluate = textbook_evaluate,
    .forward = textbook_forward,
    .step = textbook_step,
    .gradient = textbook_gradient,
    .apply = textbook_apply,
};
