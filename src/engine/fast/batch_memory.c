/* batch_memory.c: where the numbers of the way `batch` lie, in one block. */
#include "base/error.h"
#include "base/memory.h"
#include "engine/fast/batch_engine.h"

#include <string.h>

/* Adds a * b * c to *total; false where that overflows. */
static bool extend(size_t *total, size_t a, size_t b, size_t c)
{
    size_t ab = 0, numbers = 0;
    return bp_multiply_size(a, b, &ab) && bp_multiply_size(ab, c, &numbers)
           && bp_add_size(*total, numbers, total);
}

static bool pad(size_t count, size_t to, size_t *padded)
{
    if (!bp_add_size(count, to - 1, padded))
        return false;
    *padded -= *padded % to;
    return true;
}

static size_t panels(const batch_engine *engine, size_t count)
{
    return (count - 1) / engine->kernels->panel + 1;
}

/* Gives a layer its places behind those of the layers before. */
static bool place_layer(batch_engine *engine, size_t l)
{
    batch_shape *shape = &engine->shape;
    batch_layer *layer = &shape->layers[l];
    const bp_layer *from = bp_net_layer(engine->net, l);
    const size_t panel = engine->kernels->panel, multiple = engine->kernels->lines;
    bool last = l + 1 == shape->layer_count;
    *layer = (batch_layer){.inputs = from->inputs,
                           .outputs = from->outputs,
                           .activation = from->activation,
                           .narrow = last && from->outputs <= BATCH_NARROW,
                           .weights = shape->block,
                           .transposed = shape->transposed,
                           .units = shape->units,
                           .sums = shape->sums,
                           .keeps_sums = last || bp_activation_is_by_sum(from->activation)};
    if (layer->narrow)
        layer->keeps_sums = false;
    size_t lines = layer->narrow ? layer->outputs : layer->inputs;
    size_t columns = layer->narrow ? layer->inputs : layer->outputs;
    if (!pad(lines, multiple, &layer->lines)
        || !pad(layer->outputs, multiple, &layer->transposed_lines)
        || !extend(&shape->block, panels(engine, columns), layer->lines, panel))
        return false;
    layer->biases = shape->block;
    if (!extend(&shape->block, panels(engine, layer->outputs), 1, panel)
        || !extend(&shape->units, panels(engine, layer->outputs), shape->rows, panel)
        || (layer->keeps_sums
            && !extend(&shape->sums, panels(engine, layer->outputs), shape->rows, panel)))
        return false;
    return l == 0 || layer->narrow
           || extend(&shape->transposed, panels(engine, layer->inputs), layer->transposed_lines,
                     panel);
}

/* Inputs, two layers' outputs and the last one's sums. */
#define SLENDER_VECTORS (BATCH_SLENDER_INPUTS + 3 * BATCH_SLENDER_UNITS)

static bool is_slender(const bp_net *net)
{
    for (size_t l = 0; l < bp_net_layer_count(net); l++)
        if (bp_net_layer(net, l)->outputs > BATCH_SLENDER_UNITS)
            return false;
    return bp_net_input_count(net) <= BATCH_SLENDER_INPUTS
           && bp_net_layer_count(net) <= BATCH_SLENDER_LAYERS;
}

static void describe_dropout(batch_engine *engine, const double *dropout)
{
    size_t masks = 0, layers = engine->shape.layer_count;
    for (size_t l = 0; l < layers; l++) {
        batch_layer *layer = &engine->shape.layers[l];
        layer->masks = masks;
        layer->keep = dropout != NULL && l + 1 < layers ? 1 - dropout[l + 1] : 1;
        masks += layer->outputs;
    }
}

/* What the rates of the layers are multiplied by. */
static void describe_rates(batch_engine *engine, const bp_rule *rule)
{
    const bool f32 = engine->type == BP_F32;
    for (size_t l = 0; l < engine->shape.layer_count; l++) {
        batch_layer *layer = &engine->shape.layers[l];
        double share = rule->layer_rates != NULL ? rule->layer_rates[l] : 1;
        double bias_share = rule->bias_rates != NULL ? rule->bias_rates[l] : share;
        layer->weight_rate = f32 ? (double)(float)share : share;
        layer->bias_rate = f32 ? (double)(float)bias_share : bias_share;
    }
    if (!engine->plain)
        bp_layout_describe(&engine->layout, engine->scratches[0].shares,
                           engine->scratches[0].weighs, rule);
}

static bool place_layers(batch_engine *engine)
{
    batch_shape *shape = &engine->shape;
    const size_t panel = engine->kernels->panel, outputs = bp_net_output_count(engine->net);
    if (!pad(engine->chunk, engine->kernels->lines, &shape->rows))
        return false;
    shape->slender = is_slender(engine->net);
    for (size_t l = 0; l < shape->layer_count; l++)
        if (!place_layer(engine, l))
            return false;
    const batch_layer *last = &shape->layers[shape->layer_count - 1];
    if (bp_rule_learns_scales(&engine->rule, shape->layer_count))
        shape->scaled = shape->layers[1].weights; /* the first layer lies before */
    return extend(&shape->inputs, panels(engine, bp_net_input_count(engine->net)), shape->rows,
                  panel)
           && pad(outputs, BATCH_NARROW, &shape->last)
           && extend(&shape->desk, shape->slender ? SLENDER_VECTORS : 0, engine->kernels->lanes, 1)
           && (last->narrow ? extend(&shape->desk, panels(engine, last->inputs), panel,
                                     engine->kernels->lanes)
                            : extend(&shape->desk, 4, shape->last, 1));
}

/* Arrays start at whole cache lines. */
static bool reserve(size_t *total, size_t count, size_t each)
{
    return extend(total, count, each, 1) && pad(*total, 64 / sizeof(float), total);
}

/* Numbers of all arrays, in the order of share_out. */
static bool count_numbers(const batch_engine *engine, size_t *all)
{
    const batch_shape *shape = &engine->shape;
    const batch_layer *last = &shape->layers[shape->layer_count - 1];
    const size_t states = bp_rule_state_count(engine->rule.kind), rows = shape->rows;
    const size_t blocks =
        engine->member_count * (1 + states) + engine->scratch_count + (engine->plain ? 0 : 2);
    *all = 0;
    for (size_t i = 0; i < blocks; i++)
        if (!reserve(all, 1, shape->block))
            return false;
    for (size_t m = 0; m < engine->member_count && shape->scaled > 0; m++)
        if (!reserve(all, 1, shape->scaled) || !reserve(all, 3, bp_net_input_count(engine->net)))
            return false;
    for (size_t i = 0; i < engine->scratch_count; i++)
        if (!reserve(all, 1, shape->inputs) || !reserve(all, 1, shape->units)
            || !reserve(all, 1, shape->units) || !reserve(all, 1, shape->sums)
            || !reserve(all, 1, shape->transposed) || !reserve(all, 1, rows)
            || !reserve(all, i == 0 ? engine->workers : 1, shape->desk))
            return false;
    return reserve(all, rows, last->outputs) && reserve(all, 1, shape->last)
           && reserve(all, rows, bp_net_input_count(engine->net));
}

static void *take(const batch_engine *engine, unsigned char **numbers, size_t count)
{
    void *taken = *numbers;
    size_t multiple = 64 / sizeof(float);
    *numbers += (count + multiple - 1) / multiple * multiple * engine->size;
    return taken;
}

static void put(void *to, size_t to_place, const void *from, size_t from_place, size_t size)
{
    memcpy((unsigned char *)to + to_place * size, (const unsigned char *)from + from_place * size,
           size);
}

/* What a worker alone writes to; all at once write to the first. */
static void share_out_scratch(batch_engine *engine, size_t index, unsigned char **numbers)
{
    const batch_shape *shape = &engine->shape;
    engine->scratches[index] = (batch_scratch){
        .gradient = take(engine, numbers, shape->block),
        .inputs = take(engine, numbers, shape->inputs),
        .outputs = take(engine, numbers, shape->units),
        .deltas = take(engine, numbers, shape->units),
        .sums = take(engine, numbers, shape->sums),
        .transposed = take(engine, numbers, shape->transposed),
        .losses = take(engine, numbers, shape->rows),
        .desks = take(engine, numbers, (index == 0 ? engine->workers : 1) * shape->desk)};
}

static void share_out(batch_engine *engine)
{
    const batch_shape *shape = &engine->shape;
    const batch_layer *last = &shape->layers[shape->layer_count - 1];
    const size_t states = bp_rule_state_count(engine->rule.kind), rows = shape->rows;
    unsigned char *numbers = engine->numbers;
    for (size_t m = 0; m < engine->member_count; m++) {
        batch_member *member = &engine->members[m];
        member->weights = take(engine, &numbers, shape->block);
        member->first = states > 0 ? take(engine, &numbers, shape->block) : NULL;
        member->second = states > 1 ? take(engine, &numbers, shape->block) : NULL;
        if (shape->scaled > 0) {
            member->source = take(engine, &numbers, shape->scaled);
            member->scales = take(engine, &numbers, 3 * bp_net_input_count(engine->net));
        }
        bp_rule_clock_reset(&member->clock);
    }
    for (size_t i = 0; i < engine->scratch_count; i++)
        share_out_scratch(engine, i, &numbers);
    void *shares = engine->plain ? NULL : take(engine, &numbers, shape->block);
    void *weighs = engine->plain ? NULL : take(engine, &numbers, shape->block);
    engine->answers = take(engine, &numbers, rows * last->outputs);
    void *used = take(engine, &numbers, shape->last);
    for (size_t i = 0; i < engine->scratch_count; i++) {
        engine->scratches[i].shares = shares;
        engine->scratches[i].weighs = weighs;
        engine->scratches[i].used = used;
    }
    engine->inputs = take(engine, &numbers, rows * bp_net_input_count(engine->net));
    const float one_f32 = 1;
    const double one_f64 = 1;
    for (size_t k = 0; k < last->outputs; k++)
        put(used, k, engine->size == 4 ? (const void *)&one_f32 : &one_f64, 0, engine->size);
}

/* Where the layers' numbers stand, for layout.c. */
static void describe_layout(batch_engine *engine)
{
    const size_t panel = engine->kernels->panel;
    engine->layout.layer_count = engine->shape.layer_count;
    engine->layout.type = engine->type;
    for (size_t l = 0; l < engine->shape.layer_count; l++) {
        const batch_layer *layer = &engine->shape.layers[l];
        const bp_layer *source = bp_net_layer(engine->net, l);
        bp_layout_layer *to = &engine->layout.layers[l];
        *to = (bp_layout_layer){.inputs = layer->inputs,
                                .outputs = layer->outputs,
                                .source_weights = source->weights,
                                .source_biases = source->biases,
                                .weights = layer->weights,
                                .unit_panel = panel,
                                .per_unit_panel = layer->lines * panel,
                                .per_unit = 1,
                                .input_panel = layer->inputs,
                                .per_input = panel,
                                .biases = layer->biases,
                                .per_bias = 1};
        if (layer->narrow) { /* the other way round */
            to->unit_panel = layer->outputs;
            to->per_unit = panel;
            to->input_panel = panel;
            to->per_input_panel = layer->lines * panel;
            to->per_input = 1;
        }
    }
}

void batch_release_memory(batch_engine *engine)
{
    bp_allocator allocator = engine->allocator;
    bp_release_aligned(&allocator, engine->numbers, engine->bytes);
    bp_release(&allocator, engine->members, engine->member_count, sizeof *engine->members);
    bp_release(&allocator, engine->layout.layers, engine->shape.layer_count,
               sizeof *engine->layout.layers);
    bp_release(&allocator, engine->shape.layers, engine->shape.layer_count,
               sizeof *engine->shape.layers);
    bp_release(&allocator, engine->scratches, engine->scratch_count, sizeof *engine->scratches);
}

bp_status batch_take_memory(batch_engine *engine, const bp_plan_options *options, bp_error *error)
{
    engine->shape.layers = bp_allocate(&engine->allocator, engine->shape.layer_count,
                                       sizeof *engine->shape.layers, error);
    engine->layout.layers = bp_allocate(&engine->allocator, engine->shape.layer_count,
                                        sizeof *engine->layout.layers, error);
    engine->members =
        bp_allocate(&engine->allocator, engine->member_count, sizeof *engine->members, error);
    engine->scratches =
        bp_allocate(&engine->allocator, engine->scratch_count, sizeof *engine->scratches, error);
    if (engine->shape.layers == NULL || engine->layout.layers == NULL || engine->members == NULL
        || engine->scratches == NULL)
        return BP_E_MEMORY;
    size_t numbers = 0, bytes = 0;
    if (!place_layers(engine) || !count_numbers(engine, &numbers)
        || !bp_multiply_size(numbers, engine->size, &bytes))
        return bp_fail_memory(error, SIZE_MAX);
    engine->numbers = bp_allocate_aligned(&engine->allocator, bytes, error);
    if (engine->numbers == NULL)
        return BP_E_MEMORY;
    engine->bytes = bytes;
    share_out(engine);
    describe_layout(engine);
    describe_dropout(engine, options->dropout);
    describe_rates(engine, &options->rule);
    return BP_OK;
}
