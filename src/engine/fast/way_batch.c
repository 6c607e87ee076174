/* way_batch.c: the way `batch`: many rows at a time, as products of matrices, members one
 * after another. Here are the layout, the order of the kernels over a chunk of rows and
 * the copies in and out; batch_kernels_body.h computes. */
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "engine/fast/batch_kernels.h"
#include "engine/fast/kernel_choice.h"
#include "engine/fast/layout.h"
#include "engine/fast/way.h"
#include "engine/samples.h"

#include <string.h>

/* Rows that go through the network at a time: a larger batch adds its gradient up over
 * several chunks, which gives the same bits. */
#define CHUNK_ROWS 256

typedef struct batch_engine {
    bp_allocator allocator;
    const bp_net *net;
    const batch_kernels *kernels;
    bp_type type;
    size_t size; /* bytes of a number */
    bp_rule rule;
    bool plain; /* the rule; see bp_rule_is_plain */
    bp_reduction reduction;
    bp_layout layout;
    size_t batch, chunk; /* rows a step and rows a chunk */
    batch_shape shape;
    size_t member_count;
    batch_member *members;
    batch_scratch scratch;
    bp_pool *pool;
    size_t workers;
    void *inputs;           /* [chunk][inputs] rows of another type, converted */
    unsigned char *numbers; /* all arrays of numbers, in one block */
    size_t bytes;           /* its size */
} batch_engine;

/* ---- Layout -------------------------------------------------------------------------- */

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
    *all = 0;
    for (size_t m = 0; m < engine->member_count * (1 + states); m++)
        if (!reserve(all, 1, shape->block))
            return false;
    for (size_t i = 0; i < (engine->plain ? 1 : 3); i++)
        if (!reserve(all, 1, shape->block))
            return false;
    return reserve(all, 1, shape->inputs) && reserve(all, 1, shape->units)
           && reserve(all, 1, shape->units) && reserve(all, 1, shape->sums)
           && reserve(all, 1, shape->transposed) && reserve(all, rows, last->outputs)
           && reserve(all, 1, rows) && reserve(all, 1, shape->last)
           && reserve(all, engine->workers, shape->desk)
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

static void share_out(batch_engine *engine)
{
    const batch_shape *shape = &engine->shape;
    const batch_layer *last = &shape->layers[shape->layer_count - 1];
    batch_scratch *scratch = &engine->scratch;
    const size_t states = bp_rule_state_count(engine->rule.kind), rows = shape->rows;
    unsigned char *numbers = engine->numbers;
    for (size_t m = 0; m < engine->member_count; m++) {
        batch_member *member = &engine->members[m];
        member->weights = take(engine, &numbers, shape->block);
        member->first = states > 0 ? take(engine, &numbers, shape->block) : NULL;
        member->second = states > 1 ? take(engine, &numbers, shape->block) : NULL;
        bp_rule_clock_reset(&member->clock);
    }
    scratch->gradient = take(engine, &numbers, shape->block);
    scratch->shares = engine->plain ? NULL : take(engine, &numbers, shape->block);
    scratch->weighs = engine->plain ? NULL : take(engine, &numbers, shape->block);
    scratch->inputs = take(engine, &numbers, shape->inputs);
    scratch->outputs = take(engine, &numbers, shape->units);
    scratch->deltas = take(engine, &numbers, shape->units);
    scratch->sums = take(engine, &numbers, shape->sums);
    scratch->transposed = take(engine, &numbers, shape->transposed);
    scratch->answers = take(engine, &numbers, rows * last->outputs);
    scratch->losses = take(engine, &numbers, rows);
    scratch->used = take(engine, &numbers, shape->last);
    scratch->desks = take(engine, &numbers, engine->workers * shape->desk);
    engine->inputs = take(engine, &numbers, rows * bp_net_input_count(engine->net));
    const float one_f32 = 1;
    const double one_f64 = 1;
    for (size_t k = 0; k < last->outputs; k++)
        put(scratch->used, k, engine->size == 4 ? (const void *)&one_f32 : &one_f64, 0,
            engine->size);
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

static void batch_close(void *state)
{
    batch_engine *engine = state;
    bp_allocator allocator = engine->allocator;
    bp_release_aligned(&allocator, engine->numbers, engine->bytes);
    bp_release(&allocator, engine->members, engine->member_count, sizeof *engine->members);
    bp_release(&allocator, engine->layout.layers, engine->shape.layer_count,
               sizeof *engine->layout.layers);
    bp_release(&allocator, engine->shape.layers, engine->shape.layer_count,
               sizeof *engine->shape.layers);
    bp_release(&allocator, engine, 1, sizeof *engine);
}

static bp_status take_memory(batch_engine *engine, bp_error *error)
{
    engine->shape.layers = bp_allocate(&engine->allocator, engine->shape.layer_count,
                                       sizeof *engine->shape.layers, error);
    engine->layout.layers = bp_allocate(&engine->allocator, engine->shape.layer_count,
                                        sizeof *engine->layout.layers, error);
    engine->members =
        bp_allocate(&engine->allocator, engine->member_count, sizeof *engine->members, error);
    if (engine->shape.layers == NULL || engine->layout.layers == NULL || engine->members == NULL)
        return BP_E_MEMORY;
    size_t numbers = 0, bytes = 0;
    if (!place_layers(engine) || !count_numbers(engine, &numbers)
        || !bp_multiply_size(numbers, engine->size, &bytes))
        return bp_fail_memory(error, SIZE_MAX);
    engine->numbers = bp_allocate_aligned(&engine->allocator, bytes, error);
    if (engine->numbers == NULL)
        return BP_E_MEMORY;
    engine->bytes = bytes;
    return BP_OK;
}

static bp_status batch_open(void **state, const bp_net *net, const bp_plan_options *options,
                            bp_isa isa, bp_pool *pool, bp_error *error)
{
    *state = NULL;
    bp_allocator allocator = bp_allocator_or_default(options->allocator);
    batch_engine *engine = bp_allocate(&allocator, 1, sizeof *engine, error);
    if (engine == NULL)
        return BP_E_MEMORY;
    *engine = (batch_engine){.allocator = allocator,
                             .net = net,
                             .kernels = BP_CHOOSE_KERNELS(bp_batch, isa, options->type),
                             .type = options->type,
                             .size = bp_type_size(options->type),
                             .rule = options->rule,
                             .plain = bp_rule_is_plain(&options->rule),
                             .reduction = options->reduction,
                             .batch = options->batch,
                             .chunk = options->batch < CHUNK_ROWS ? options->batch : CHUNK_ROWS,
                             .shape = {.layer_count = bp_net_layer_count(net),
                                       .objective = bp_objective_of(net, options->type)},
                             .member_count = options->members,
                             .pool = pool,
                             .workers = bp_pool_workers(pool)};
    bp_status status = take_memory(engine, error);
    if (status != BP_OK) {
        batch_close(engine);
        return status;
    }
    share_out(engine);
    describe_layout(engine);
    describe_dropout(engine, options->dropout);
    if (!engine->plain)
        bp_layout_describe(&engine->layout, engine->scratch.shares, engine->scratch.weighs,
                           &options->rule);
    engine->rule.layer_rates = engine->rule.bias_rates = NULL; /* the caller's */
    *state = engine;
    return BP_OK;
}

static const char *batch_refuse(const bp_net *net, const bp_plan_options *options)
{
    (void)net;
    return options->batch > 1 ? NULL : "the way batch is for batches of more than one row";
}

/* ---- Weights in and out ---------------------------------------------------------------- */

static void batch_set_parameters(void *state, size_t member, const void *parameters)
{
    batch_engine *engine = state;
    batch_member *into = &engine->members[member];
    size_t bytes = engine->shape.block * engine->size;
    bp_layout_pack(&engine->layout, into->weights, parameters);
    if (into->first != NULL)
        memset(into->first, 0, bytes);
    if (into->second != NULL)
        memset(into->second, 0, bytes);
    bp_rule_clock_reset(&into->clock);
}

static void batch_get_parameters(const void *state, size_t member, void *parameters)
{
    const batch_engine *engine = state;
    bp_layout_unpack(&engine->layout, engine->members[member].weights, parameters);
}

static void batch_swap_parameters(void *state, size_t member, void *parameters)
{
    batch_engine *engine = state;
    bp_layout_swap(&engine->layout, engine->members[member].weights, parameters);
}

static void batch_get_state(const void *state, size_t member, bp_plan_state *kept)
{
    const batch_engine *engine = state;
    const batch_member *from = &engine->members[member];
    bp_layout_get_state(&engine->layout, from->first, from->second, &from->clock, kept);
}

static void batch_set_state(void *state, size_t member, const bp_plan_state *kept)
{
    batch_engine *engine = state;
    batch_member *to = &engine->members[member];
    bp_layout_set_state(&engine->layout, to->first, to->second, &to->clock, kept);
}

/* ---- Passes over a chunk ------------------------------------------------------------------- */

/* What the workers do over a chunk, all the same and each its share. */
typedef struct batch_task {
    const batch_engine *engine;
    batch_pass pass;
    bp_rule_kind kind; /* BP_RULE_COUNT: the gradient is added up */
    const bp_rule_factors *factors;
} batch_task;

static batch_task task_over(batch_engine *engine, size_t member, batch_rows rows, bp_rule_kind kind,
                            const bp_rule_factors *factors)
{
    return (batch_task){.engine = engine,
                        .pass = {.shape = &engine->shape,
                                 .scratch = &engine->scratch,
                                 .member = &engine->members[member],
                                 .rows = rows},
                        .kind = kind,
                        .factors = factors};
}

static batch_pass pass_of(const batch_task *task, size_t worker, size_t workers)
{
    batch_pass pass = task->pass;
    pass.worker = worker;
    pass.workers = workers;
    return pass;
}

/* Rows in and through the layers; narrow ones are left to what comes next. */
static void forward_chunk(const batch_engine *engine, const batch_pass *pass)
{
    const batch_shape *shape = pass->shape;
    engine->kernels->gather(pass);
    bp_pool_barrier(engine->pool);
    for (size_t l = 0; l < shape->layer_count; l++) {
        if (shape->layers[l].narrow)
            continue;
        engine->kernels->forward(pass, l);
        bp_pool_barrier(engine->pool);
    }
}

/* Errors go back with the weights as they are; then all layers change. */
static void learn_share(void *context, size_t worker, size_t workers)
{
    const batch_task *task = context;
    const batch_engine *engine = task->engine;
    const batch_shape *shape = &engine->shape;
    const batch_pass pass = pass_of(task, worker, workers);
    forward_chunk(engine, &pass);
    engine->kernels->finish(&pass);
    for (size_t l = 1; l < shape->layer_count; l++)
        if (!shape->layers[l].narrow)
            engine->kernels->turn(&pass, l);
    bp_pool_barrier(engine->pool);
    for (size_t l = shape->layer_count - 1; l > 0; l--) {
        engine->kernels->backward(&pass, l);
        bp_pool_barrier(engine->pool);
    }
    for (size_t l = shape->layer_count; l-- > 0;)
        engine->kernels->update(&pass, l, task->kind, task->factors);
}

static void evaluate_share(void *context, size_t worker, size_t workers)
{
    const batch_task *task = context;
    const batch_pass pass = pass_of(task, worker, workers);
    forward_chunk(task->engine, &pass);
    task->engine->kernels->finish(&pass);
}

static void apply_share(void *context, size_t worker, size_t workers)
{
    const batch_task *task = context;
    const batch_pass pass = pass_of(task, worker, workers);
    if (task->engine->plain)
        task->engine->kernels->apply(&pass, task->kind, task->factors);
    else
        task->engine->kernels->spend(&pass, task->kind, task->factors);
}

static void answer_share(void *context, size_t worker, size_t workers)
{
    const batch_task *task = context;
    const batch_pass pass = pass_of(task, worker, workers);
    if (task->engine->shape.slender) {
        task->engine->kernels->slender(&pass);
        return;
    }
    forward_chunk(task->engine, &pass);
    task->engine->kernels->answer(&pass);
}

/* The rows' losses, added in order. */
static void add_losses(const batch_engine *engine, size_t rows, double *loss)
{
    for (size_t i = 0; i < rows; i++)
        *loss += engine->type == BP_F32 ? (double)((const float *)engine->scratch.losses)[i]
                                        : ((const double *)engine->scratch.losses)[i];
}

static batch_rows view_rows(const bp_samples *samples, const size_t *rows)
{
    return (batch_rows){.inputs = samples->inputs.data,
                        .input_stride = samples->inputs.row_stride,
                        .classes = samples->classes,
                        .targets = samples->targets.data,
                        .target_stride = samples->targets.row_stride,
                        .weights = samples->weights,
                        .rows = rows};
}

/* Does a share over `count` rows from `first` on, chunk by chunk, and adds their losses:
 * learn_share adds the gradient to scratch.gradient. */
static void go_through(batch_engine *engine, void (*share)(void *, size_t, size_t), size_t member,
                       batch_rows rows, size_t count, double *loss)
{
    const size_t end = rows.first + count;
    for (; rows.first < end; rows.first += rows.count) {
        rows.count = end - rows.first < engine->chunk ? end - rows.first : engine->chunk;
        rows.following = end - rows.first - rows.count;
        batch_task task = task_over(engine, member, rows, BP_RULE_COUNT, NULL);
        bp_pool_run(engine->pool, share, &task);
        add_losses(engine, rows.count, loss);
    }
}

static void next_factors(batch_engine *engine, size_t member, size_t rows, const bp_run *run,
                         bp_rule_factors *factors)
{
    bp_rule_factors_next(factors, &engine->members[member].clock, &engine->rule, engine->type,
                         engine->reduction, rows, run->rate, run->momentum);
}

/* Applies scratch.gradient. */
static void spend(batch_engine *engine, size_t member, bp_rule_factors *factors)
{
    const bp_rule *rule = &engine->rule;
    if (rule->clip_norm > 0)
        factors->scale =
            bp_rule_clipped_scale(rule, engine->type, factors->scale,
                                  bp_layout_norm(&engine->layout, engine->scratch.gradient));
    batch_task task = task_over(engine, member, (batch_rows){.count = 0}, rule->kind, factors);
    bp_pool_run(engine->pool, apply_share, &task);
    if (rule->max_norm > 0)
        bp_layout_limit(&engine->layout, engine->members[member].weights, rule->max_norm);
}

static void learn_batch(batch_engine *engine, size_t member, batch_rows rows, size_t count,
                        bp_run *run)
{
    bp_rule_factors factors;
    next_factors(engine, member, count, run, &factors);
    rows.count = count;
    if (count <= engine->chunk && engine->plain) {
        batch_task task = task_over(engine, member, rows, engine->rule.kind, &factors);
        bp_pool_run(engine->pool, learn_share, &task);
        add_losses(engine, count, &run->loss);
        return;
    }
    memset(engine->scratch.gradient, 0, engine->shape.block * engine->size);
    go_through(engine, learn_share, member, rows, count, &run->loss);
    spend(engine, member, &factors);
}

static void batch_step(void *state, bp_run *runs)
{
    batch_engine *engine = state;
    for (size_t m = 0; m < engine->member_count; m++) {
        bp_run *run = &runs[m];
        run->loss = 0;
        if (run->count == 0)
            continue;
        batch_rows rows = view_rows(run->samples, run->rows);
        rows.masks = run->masks;
        rows.mask_stride = bp_net_unit_count(engine->net) - bp_net_output_count(engine->net);
        for (; rows.first < run->count; rows.first += engine->batch) {
            size_t left = run->count - rows.first;
            rows.following = left > engine->batch ? left - engine->batch : 0;
            learn_batch(engine, m, rows, left < engine->batch ? left : engine->batch, run);
            if (left <= engine->batch)
                break; /* or the next start might overflow */
        }
    }
}

static void batch_evaluate(void *state, bp_run *runs)
{
    batch_engine *engine = state;
    for (size_t m = 0; m < engine->member_count; m++) {
        runs[m].loss = 0;
        if (runs[m].count > 0)
            go_through(engine, evaluate_share, m, view_rows(runs[m].samples, runs[m].rows),
                       runs[m].count, &runs[m].loss);
    }
}

static void batch_gradient(void *state, size_t member, const bp_samples *samples,
                           const size_t *rows, size_t count, void *gradient, double *loss)
{
    batch_engine *engine = state;
    *loss = 0;
    memset(engine->scratch.gradient, 0, engine->shape.block * engine->size);
    go_through(engine, learn_share, member, view_rows(samples, rows), count, loss);
    bp_layout_unpack(&engine->layout, engine->scratch.gradient, gradient);
}

static void batch_apply(void *state, size_t member, const void *gradient, size_t count, double rate)
{
    batch_engine *engine = state;
    const bp_run run = {.rate = rate};
    bp_rule_factors factors;
    next_factors(engine, member, count, &run, &factors);
    bp_layout_pack(&engine->layout, engine->scratch.gradient, gradient);
    spend(engine, member, &factors);
}

/* ---- Forward ------------------------------------------------------------------------------- */

/* Rows of another type, converted, as a view in order. */
static void convert_rows(batch_engine *engine, const bp_matrix *inputs, batch_rows *rows)
{
    const size_t width = bp_net_input_count(engine->net);
    bp_matrix_out copy = {engine->inputs, engine->type, rows->count, width, width};
    for (size_t i = 0; i < rows->count; i++)
        for (size_t c = 0; c < width; c++)
            bp_matrix_set(&copy, i, c,
                          bp_matrix_at(inputs, bp_row_at(rows->rows, rows->first + i), c));
    rows->inputs = engine->inputs;
    rows->input_stride = width;
    rows->rows = NULL;
    rows->first = 0;
    rows->following = 0;
}

static void convert_answers(const batch_engine *engine, size_t count, const bp_matrix_out *outputs,
                            size_t start)
{
    const size_t width = bp_net_output_count(engine->net);
    const bp_matrix answers = {engine->scratch.answers, engine->type, count, width, width};
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < width; k++)
            bp_matrix_set(outputs, start + i, k, bp_matrix_at(&answers, i, k));
}

static void batch_forward(void *state, size_t member, const bp_matrix *inputs, const size_t *rows,
                          size_t count, const bp_matrix_out *outputs)
{
    batch_engine *engine = state;
    const bool straight = outputs->type == engine->type;
    /* A slender network needs no room for a chunk unless something is converted. */
    const bool at_once = engine->shape.slender && straight && inputs->type == engine->type;
    const size_t most = at_once ? count : engine->chunk;
    for (size_t start = 0; start < count; start += most) {
        batch_rows view = {.inputs = inputs->data,
                           .input_stride = inputs->row_stride,
                           .rows = rows,
                           .first = start,
                           .count = count - start < most ? count - start : most};
        view.following = count - start - view.count;
        if (inputs->type != engine->type)
            convert_rows(engine, inputs, &view);
        batch_task task = task_over(engine, member, view, BP_RULE_COUNT, NULL);
        task.pass.answers =
            straight ? (unsigned char *)outputs->data + start * outputs->row_stride * engine->size
                     : engine->scratch.answers;
        task.pass.answer_stride = straight ? outputs->row_stride : bp_net_output_count(engine->net);
        bp_pool_run(engine->pool, answer_share, &task);
        if (!straight)
            convert_answers(engine, view.count, outputs, start);
    }
}

static const bp_engine_methods batch_methods = {.name = "batch",
                                                .close = batch_close,
                                                .set_parameters = batch_set_parameters,
                                                .get_parameters = batch_get_parameters,
                                                .swap_parameters = batch_swap_parameters,
                                                .get_state = batch_get_state,
                                                .set_state = batch_set_state,
                                                .evaluate = batch_evaluate,
                                                .forward = batch_forward,
                                                .step = batch_step,
                                                .gradient = batch_gradient,
                                                .apply = batch_apply};

const bp_way bp_way_batch = {.name = "batch",
                             .refuse = batch_refuse,
                             .threaded = true,
                             .open = batch_open,
                             .methods = &batch_methods};
