/* way_online.c: the way `online`: batch size 1, one row at a time, members one after
 * another. Here are the layout and the copies in and out; online_kernels_body.h computes. */
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "engine/fast/kernel_choice.h"
#include "engine/fast/layout.h"
#include "engine/fast/online_kernels.h"
#include "engine/fast/way.h"
#include "engine/samples.h"

#include <string.h>

typedef struct online_engine {
    bp_allocator allocator;
    const bp_net *net;
    const online_kernels *kernels;
    bp_type type;
    size_t size; /* bytes of a number */
    bp_rule rule;
    bool plain; /* the rule; see bp_rule_is_plain */
    bp_reduction reduction;
    online_shape shape;
    bp_layout layout;
    size_t member_count;
    online_member *members;
    online_scratch scratch;
    unsigned char *numbers; /* all arrays of numbers, in one block */
    size_t bytes;           /* its size */
} online_engine;

/* ---- Layout -------------------------------------------------------------------------- */

/* Adds rows * width to *total; false where that overflows. */
static bool extend(size_t *total, size_t rows, size_t width)
{
    size_t numbers = 0;
    return bp_multiply_size(rows, width, &numbers) && bp_add_size(*total, numbers, total);
}

static bool pad(size_t count, size_t to, size_t *padded)
{
    if (!bp_add_size(count, to - 1, padded))
        return false;
    *padded -= *padded % to;
    return true;
}

/* Gives a layer its places behind those of the layers before. */
static bool place_layer(online_shape *shape, online_layer *layer, const bp_layer *from,
                        size_t lanes, bool first, bool last)
{
    *layer = (online_layer){.inputs = from->inputs,
                            .outputs = from->outputs,
                            .activation = from->activation,
                            .units = shape->units,
                            .keeps_sums = last || bp_activation_is_by_sum(from->activation)};
    if (!pad(from->outputs, lanes, &layer->width) || !pad(from->inputs, lanes, &layer->input_width)
        || !pad(from->outputs, ONLINE_UNITS, &shape->last)
        || !bp_add_size(shape->units, shape->last, &shape->units))
        return false;
    layer->weights = shape->block;
    if (!extend(&shape->block, layer->inputs, layer->width))
        return false;
    layer->biases = shape->block;
    if (!bp_add_size(shape->block, layer->width, &shape->block))
        return false;
    layer->transposed = shape->block;
    return first || extend(&shape->block, layer->outputs, layer->input_width);
}

static bool place_layers(online_shape *shape, const bp_net *net, const double *dropout,
                         size_t lanes)
{
    size_t masks = 0;
    for (size_t l = 0; l < shape->layer_count; l++)
        if (!place_layer(shape, &shape->layers[l], bp_net_layer(net, l), lanes, l == 0,
                         l + 1 == shape->layer_count))
            return false;
    for (size_t l = 0; l < shape->layer_count; l++) {
        bool dropped = dropout != NULL && l + 1 < shape->layer_count;
        shape->layers[l].masks = masks;
        shape->layers[l].keep = dropped ? 1 - dropout[l + 1] : 1;
        masks += shape->layers[l].outputs;
    }
    return pad(shape->block, ONLINE_UNITS, &shape->block); /* whole cache lines */
}

/* Bytes of all arrays of numbers. */
static bool count_bytes(const online_engine *engine, size_t *bytes)
{
    const online_shape *shape = &engine->shape;
    size_t states = bp_rule_state_count(engine->rule.kind), inputs = 0, all = 0;
    return extend(&all, engine->member_count * (1 + states), shape->block)
           && extend(&all, 4, shape->units) && extend(&all, 3, shape->last)
           && pad(bp_net_input_count(engine->net), ONLINE_UNITS, &inputs)
           && bp_add_size(all, inputs, &all) && extend(&all, engine->plain ? 1 : 3, shape->block)
           && bp_multiply_size(all, engine->size, bytes);
}

static void *take(unsigned char **numbers, size_t count, size_t size)
{
    void *taken = *numbers;
    *numbers += count * size;
    return taken;
}

static void put(void *to, size_t to_place, const void *from, size_t from_place, size_t size)
{
    memcpy((unsigned char *)to + to_place * size, (const unsigned char *)from + from_place * size,
           size);
}

static void share_out(online_engine *engine)
{
    const online_shape *shape = &engine->shape;
    online_scratch *scratch = &engine->scratch;
    size_t states = bp_rule_state_count(engine->rule.kind), size = engine->size;
    unsigned char *numbers = engine->numbers;
    for (size_t m = 0; m < engine->member_count; m++) {
        online_member *member = &engine->members[m];
        member->weights = take(&numbers, shape->block, size);
        member->first = states > 0 ? take(&numbers, shape->block, size) : NULL;
        member->second = states > 1 ? take(&numbers, shape->block, size) : NULL;
        bp_rule_clock_reset(&member->clock);
    }
    scratch->gradient = take(&numbers, shape->block, size);
    scratch->shares = engine->plain ? NULL : take(&numbers, shape->block, size);
    scratch->weighs = engine->plain ? NULL : take(&numbers, shape->block, size);
    scratch->outputs = take(&numbers, shape->units, size);
    scratch->deltas = take(&numbers, shape->units, size);
    scratch->amounts = take(&numbers, shape->units, size);
    scratch->sums = take(&numbers, shape->units, size);
    scratch->expected = take(&numbers, shape->last, size);
    scratch->terms = take(&numbers, shape->last, size);
    scratch->used = take(&numbers, shape->last, size);
    scratch->row = numbers;
    const float one_f32 = 1;
    const double one_f64 = 1;
    for (size_t k = 0; k < bp_net_output_count(engine->net); k++)
        put(scratch->used, k, size == 4 ? (const void *)&one_f32 : &one_f64, 0, size);
}

/* Where the layers' numbers stand, for layout.c. */
static void describe_layout(online_engine *engine)
{
    engine->layout.layer_count = engine->shape.layer_count;
    engine->layout.type = engine->type;
    for (size_t l = 0; l < engine->shape.layer_count; l++) {
        const online_layer *layer = &engine->shape.layers[l];
        const bp_layer *source = bp_net_layer(engine->net, l);
        engine->layout.layers[l] = (bp_layout_layer){.inputs = layer->inputs,
                                                     .outputs = layer->outputs,
                                                     .source_weights = source->weights,
                                                     .source_biases = source->biases,
                                                     .weights = layer->weights,
                                                     .unit_panel = layer->outputs,
                                                     .per_unit = 1,
                                                     .input_panel = layer->inputs,
                                                     .per_input = layer->width,
                                                     .biases = layer->biases,
                                                     .per_bias = 1,
                                                     .twice = l > 0,
                                                     .second = layer->transposed,
                                                     .second_unit = layer->input_width};
    }
}

static void online_close(void *state)
{
    online_engine *engine = state;
    bp_allocator allocator = engine->allocator;
    bp_release_aligned(&allocator, engine->numbers, engine->bytes);
    bp_release(&allocator, engine->members, engine->member_count, sizeof *engine->members);
    bp_release(&allocator, engine->layout.layers, engine->shape.layer_count,
               sizeof *engine->layout.layers);
    bp_release(&allocator, engine->shape.layers, engine->shape.layer_count,
               sizeof *engine->shape.layers);
    bp_release(&allocator, engine, 1, sizeof *engine);
}

static bp_status take_memory(online_engine *engine, const double *dropout, bp_error *error)
{
    engine->shape.layers = bp_allocate(&engine->allocator, engine->shape.layer_count,
                                       sizeof *engine->shape.layers, error);
    engine->layout.layers = bp_allocate(&engine->allocator, engine->shape.layer_count,
                                        sizeof *engine->layout.layers, error);
    engine->members =
        bp_allocate(&engine->allocator, engine->member_count, sizeof *engine->members, error);
    if (engine->shape.layers == NULL || engine->layout.layers == NULL || engine->members == NULL)
        return BP_E_MEMORY;
    size_t bytes = 0;
    if (!place_layers(&engine->shape, engine->net, dropout, engine->kernels->lanes)
        || !count_bytes(engine, &bytes))
        return bp_fail_memory(error, SIZE_MAX);
    engine->numbers = bp_allocate_aligned(&engine->allocator, bytes, error);
    if (engine->numbers == NULL)
        return BP_E_MEMORY;
    engine->bytes = bytes;
    return BP_OK;
}

static bp_status online_open(void **state, const bp_net *net, const bp_plan_options *options,
                             bp_isa isa, bp_pool *pool, bp_error *error)
{
    (void)pool;
    *state = NULL;
    bp_allocator allocator = bp_allocator_or_default(options->allocator);
    online_engine *engine = bp_allocate(&allocator, 1, sizeof *engine, error);
    if (engine == NULL)
        return BP_E_MEMORY;
    *engine = (online_engine){.allocator = allocator,
                              .net = net,
                              .kernels = BP_CHOOSE_KERNELS(bp_online, isa, options->type),
                              .type = options->type,
                              .size = bp_type_size(options->type),
                              .rule = options->rule,
                              .plain = bp_rule_is_plain(&options->rule),
                              .reduction = options->reduction,
                              .shape = {.layer_count = bp_net_layer_count(net),
                                        .objective = bp_objective_of(net, options->type)},
                              .member_count = options->members};
    bp_status status = take_memory(engine, options->dropout, error);
    if (status != BP_OK) {
        online_close(engine);
        return status;
    }
    share_out(engine);
    describe_layout(engine);
    if (!engine->plain)
        bp_layout_describe(&engine->layout, engine->scratch.shares, engine->scratch.weighs,
                           &options->rule);
    engine->rule.layer_rates = engine->rule.bias_rates = NULL; /* the caller's */
    *state = engine;
    return BP_OK;
}

static const char *online_refuse(const bp_net *net, const bp_plan_options *options)
{
    if (options->batch != 1)
        return "the way online computes batches of one row alone";
    return bp_rule_learns_scales(&options->rule, bp_net_layer_count(net))
               ? "scales of inputs are learned by batches of more than one row"
               : NULL;
}

/* ---- Weights in and out ---------------------------------------------------------------- */

static void online_set_parameters(void *state, size_t member, const void *parameters)
{
    online_engine *engine = state;
    online_member *into = &engine->members[member];
    size_t bytes = engine->shape.block * engine->size;
    bp_layout_pack(&engine->layout, into->weights, parameters);
    if (into->first != NULL)
        memset(into->first, 0, bytes);
    if (into->second != NULL)
        memset(into->second, 0, bytes);
    bp_rule_clock_reset(&into->clock);
}

static void online_get_parameters(const void *state, size_t member, void *parameters)
{
    const online_engine *engine = state;
    bp_layout_unpack(&engine->layout, engine->members[member].weights, parameters);
}

static void online_swap_parameters(void *state, size_t member, void *parameters)
{
    online_engine *engine = state;
    bp_layout_swap(&engine->layout, engine->members[member].weights, parameters);
}

static void online_get_state(const void *state, size_t member, bp_plan_state *kept)
{
    const online_engine *engine = state;
    const online_member *from = &engine->members[member];
    bp_layout_get_state(&engine->layout, from->first, from->second, &from->clock, kept);
}

static void online_set_state(void *state, size_t member, const bp_plan_state *kept)
{
    online_engine *engine = state;
    online_member *to = &engine->members[member];
    bp_layout_set_state(&engine->layout, to->first, to->second, &to->clock, kept);
}

/* ---- Rows -------------------------------------------------------------------------------- */

static const void *number_at(const void *data, size_t place, size_t size)
{
    return (const unsigned char *)data + place * size;
}

/* A row in the plan's type: where it stands, or a converted copy. */
static const void *typed_row(const online_engine *engine, const bp_matrix *inputs, size_t row)
{
    if (inputs->type == engine->type)
        return number_at(inputs->data, row * inputs->row_stride, engine->size);
    bp_matrix_out copy = {engine->scratch.row, engine->type, 1, inputs->columns, inputs->columns};
    for (size_t i = 0; i < bp_net_input_count(engine->net); i++)
        bp_matrix_set(&copy, 0, i, bp_matrix_at(inputs, row, i));
    return engine->scratch.row;
}

/* A layer is narrow more often than not: a loop beats a call of memcpy. */
static void copy_outputs(const online_engine *engine, const bp_matrix_out *outputs, size_t row)
{
    const online_layer *last = &engine->shape.layers[engine->shape.layer_count - 1];
    size_t start = row * outputs->row_stride;
    if (engine->type == BP_F32 && outputs->type == BP_F32) {
        const float *from = (const float *)engine->scratch.outputs + last->units;
        float *to = (float *)outputs->data + start;
        for (size_t k = 0; k < last->outputs; k++)
            to[k] = from[k];
    } else if (engine->type == BP_F64 && outputs->type == BP_F64) {
        const double *from = (const double *)engine->scratch.outputs + last->units;
        double *to = (double *)outputs->data + start;
        for (size_t k = 0; k < last->outputs; k++)
            to[k] = from[k];
    } else {
        bp_matrix from = {engine->scratch.outputs, engine->type, 1, 0, 0};
        for (size_t k = 0; k < last->outputs; k++)
            bp_matrix_set(outputs, row, k, bp_matrix_at(&from, 0, last->units + k));
    }
}

static void online_forward(void *state, size_t member, const bp_matrix *inputs, const size_t *rows,
                           size_t count, const bp_matrix_out *outputs)
{
    online_engine *engine = state;
    for (size_t i = 0; i < count; i++) {
        const void *row = typed_row(engine, inputs, bp_row_at(rows, i));
        engine->kernels->forward(&engine->shape, &engine->members[member], &engine->scratch, row);
        copy_outputs(engine, outputs, i);
    }
}

static online_rows view_rows(const bp_samples *samples, const size_t *rows, size_t count)
{
    return (online_rows){.inputs = samples->inputs.data,
                         .input_stride = samples->inputs.row_stride,
                         .classes = samples->classes,
                         .targets = samples->targets.data,
                         .target_stride = samples->targets.row_stride,
                         .weights = samples->weights,
                         .rows = rows,
                         .count = count};
}

/* The run's rows with its masks. */
static online_rows view_run(const online_engine *engine, const bp_run *run)
{
    online_rows rows = view_rows(run->samples, run->rows, run->count);
    rows.masks = run->masks;
    rows.mask_stride = bp_net_unit_count(engine->net) - bp_net_output_count(engine->net);
    return rows;
}

/* Applies scratch.gradient, summed over `rows` rows. */
static void spend(online_engine *engine, online_member *member, bp_reduction reduction, size_t rows,
                  double rate, double momentum)
{
    bp_rule_factors factors;
    const bp_rule *rule = &engine->rule;
    bp_rule_factors_next(&factors, &member->clock, rule, engine->type, reduction, rows, rate,
                         momentum);
    if (engine->plain) {
        engine->kernels->apply(&engine->shape, member, &engine->scratch, rule->kind, &factors);
        return;
    }
    if (rule->clip_norm > 0)
        factors.scale =
            bp_rule_clipped_scale(rule, engine->type, factors.scale,
                                  bp_layout_norm(&engine->layout, engine->scratch.gradient));
    engine->kernels->spend(&engine->shape, member, &engine->scratch, rule->kind, &factors);
    if (rule->max_norm > 0)
        bp_layout_limit(&engine->layout, member->weights, rule->max_norm);
}

/* The gradient in both places of every weight, as the kernels that apply it want it. */
static double sum_up(online_engine *engine, size_t member, const online_rows *rows)
{
    memset(engine->scratch.gradient, 0, engine->shape.block * engine->size);
    return engine->kernels->gradient(&engine->shape, &engine->members[member], &engine->scratch,
                                     rows);
}

/* Row by row with a rule that takes the whole gradient. */
static void learn_by_gradients(online_engine *engine, size_t member, bp_run *run)
{
    const online_rows all = view_run(engine, run);
    for (size_t i = 0; i < run->count; i++) {
        size_t row = bp_row_at(run->rows, i);
        online_rows one = all;
        one.count = 1;
        one.rows = &row;
        if (all.masks != NULL)
            one.masks = number_at(all.masks, i * all.mask_stride, engine->size);
        run->loss += sum_up(engine, member, &one);
        bp_layout_twice(&engine->layout, engine->scratch.gradient);
        spend(engine, &engine->members[member], BP_SUM, 1, run->rate, run->momentum);
    }
}

static void online_step(void *state, bp_run *runs)
{
    online_engine *engine = state;
    for (size_t m = 0; m < engine->member_count; m++) {
        bp_run *run = &runs[m];
        run->loss = 0;
        if (run->count == 0)
            continue;
        if (!engine->plain) {
            learn_by_gradients(engine, m, run);
            continue;
        }
        online_rows rows = view_run(engine, run);
        run->loss =
            engine->kernels->train(&engine->shape, &engine->members[m], &engine->scratch, &rows,
                                   &engine->rule, engine->type, run->rate, run->momentum);
    }
}

static void online_evaluate(void *state, bp_run *runs)
{
    online_engine *engine = state;
    for (size_t m = 0; m < engine->member_count; m++) {
        bp_run *run = &runs[m];
        run->loss = 0;
        if (run->count == 0)
            continue;
        online_rows rows = view_rows(run->samples, run->rows, run->count);
        run->loss =
            engine->kernels->evaluate(&engine->shape, &engine->members[m], &engine->scratch, &rows);
    }
}

static void online_gradient(void *state, size_t member, const bp_samples *samples,
                            const size_t *rows, size_t count, void *gradient, double *loss)
{
    online_engine *engine = state;
    online_rows view = view_rows(samples, rows, count);
    *loss = sum_up(engine, member, &view);
    bp_layout_unpack(&engine->layout, engine->scratch.gradient, gradient);
}

static void online_apply(void *state, size_t member, const void *gradient, size_t count,
                         double rate)
{
    online_engine *engine = state;
    bp_layout_pack(&engine->layout, engine->scratch.gradient, gradient);
    spend(engine, &engine->members[member], engine->reduction, count, rate, 0);
}

static const bp_engine_methods online_methods = {.name = "online",
                                                 .close = online_close,
                                                 .set_parameters = online_set_parameters,
                                                 .get_parameters = online_get_parameters,
                                                 .swap_parameters = online_swap_parameters,
                                                 .get_state = online_get_state,
                                                 .set_state = online_set_state,
                                                 .evaluate = online_evaluate,
                                                 .forward = online_forward,
                                                 .step = online_step,
                                                 .gradient = online_gradient,
                                                 .apply = online_apply};

const bp_way bp_way_online = {
    .name = "online", .refuse = online_refuse, .open = online_open, .methods = &online_methods};
