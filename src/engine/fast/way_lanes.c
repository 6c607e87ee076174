/* way_lanes.c: the way `lanes`: a group of small networks, one in each lane of a vector.
 * Here are the layout, the rows' order and the masks; lanes_kernels_body.h computes. */
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "engine/fast/kernel_choice.h"
#include "engine/fast/lanes_kernels.h"
#include "engine/fast/layout.h"
#include "engine/fast/way.h"
#include "engine/samples.h"

#include <string.h>

#define LANES_UNITS 64 /* beyond this width one network at a time is quicker */

typedef struct lanes_engine {
    bp_allocator allocator;
    const bp_net *net;
    const lanes_kernels *kernels;
    bp_type type;
    size_t size; /* bytes of a number */
    bp_rule rule;
    bool plain; /* the rule; see bp_rule_is_plain */
    bool drops; /* some hidden outputs */
    bp_reduction reduction;
    size_t batch;
    bp_layout layout;
    lanes_shape shape;
    size_t member_count, pack_count;
    lanes_pack *packs;     /* [pack_count] */
    bp_rule_clock *clocks; /* [member_count] */
    bp_pool *pool;
    size_t workers;
    lanes_scratch *scratches; /* [workers] */
    void *shares, *weighs;    /* of the scratches, which share them */
    void *row;                /* [lanes][inputs]: rows of another type, converted */
    unsigned char *numbers;   /* all arrays of numbers, in one block */
    size_t bytes;             /* its size */
} lanes_engine;

/* ---- Layout ----------------------------------------------------------------------------- */

static void place_layers(lanes_engine *engine, const double *dropout)
{
    lanes_shape *shape = &engine->shape;
    for (size_t l = 0; l < shape->layer_count; l++) {
        const bp_layer *from = bp_net_layer(engine->net, l);
        shape->layers[l] = (lanes_layer){
            .inputs = from->inputs,
            .outputs = from->outputs,
            .activation = from->activation,
            .weights = from->weights,
            .biases = from->biases,
            .units = shape->units,
            .keeps_sums = l + 1 == shape->layer_count || bp_activation_is_by_sum(from->activation)};
        bool last = l + 1 == shape->layer_count;
        shape->layers[l].keep = dropout != NULL && !last ? 1 - dropout[l + 1] : 1;
        engine->drops = engine->drops || (dropout != NULL && !last);
        shape->units += from->outputs;
    }
}

static bool extend(size_t *total, size_t count, size_t each)
{
    size_t numbers = 0;
    return bp_multiply_size(count, each, &numbers) && bp_add_size(*total, numbers, total);
}

/* Bytes of all arrays: vectors of `lanes` numbers. */
static bool count_bytes(const lanes_engine *engine, size_t *bytes)
{
    const lanes_shape *shape = &engine->shape;
    size_t states = bp_rule_state_count(engine->rule.kind), vectors = 0;
    return extend(&vectors, engine->pack_count * (1 + states), shape->parameters)
           && extend(&vectors, engine->workers + (engine->plain ? 0 : 2), shape->parameters)
           && extend(&vectors, (engine->drops ? 6 : 4) * engine->workers, shape->units)
           && extend(&vectors, 2 * engine->workers, shape->outputs)
           && extend(&vectors, 2 * engine->workers + 1, shape->inputs)
           && bp_multiply_size(vectors, engine->kernels->lanes * engine->size, bytes);
}

static void *take(const lanes_engine *engine, unsigned char **numbers, size_t vectors)
{
    void *taken = *numbers;
    *numbers += vectors * engine->kernels->lanes * engine->size;
    return taken;
}

static void share_out_scratch(const lanes_engine *engine, lanes_scratch *scratch,
                              unsigned char **numbers)
{
    const lanes_shape *shape = &engine->shape;
    scratch->shares = engine->shares;
    scratch->weighs = engine->weighs;
    scratch->gradient = take(engine, numbers, shape->parameters);
    scratch->outputs = take(engine, numbers, shape->units);
    scratch->deltas = take(engine, numbers, shape->units);
    scratch->amounts = take(engine, numbers, shape->units);
    scratch->sums = take(engine, numbers, shape->units);
    for (size_t slot = 0; slot < 2; slot++) {
        scratch->masks[slot] = engine->drops ? take(engine, numbers, shape->units) : NULL;
        scratch->expected[slot] = take(engine, numbers, shape->outputs);
        scratch->inputs[slot] = take(engine, numbers, shape->inputs);
    }
}

static void share_out(lanes_engine *engine)
{
    const lanes_shape *shape = &engine->shape;
    size_t states = bp_rule_state_count(engine->rule.kind);
    unsigned char *numbers = engine->numbers;
    for (size_t p = 0; p < engine->pack_count; p++) {
        lanes_pack *pack = &engine->packs[p];
        pack->weights = take(engine, &numbers, shape->parameters);
        pack->first = states > 0 ? take(engine, &numbers, shape->parameters) : NULL;
        pack->second = states > 1 ? take(engine, &numbers, shape->parameters) : NULL;
    }
    for (size_t m = 0; m < engine->member_count; m++)
        bp_rule_clock_reset(&engine->clocks[m]);
    if (!engine->plain) {
        engine->shares = take(engine, &numbers, shape->parameters);
        engine->weighs = take(engine, &numbers, shape->parameters);
    }
    for (size_t w = 0; w < engine->workers; w++)
        share_out_scratch(engine, &engine->scratches[w], &numbers);
    engine->row = take(engine, &numbers, shape->inputs);
}

/* A block from a lane's first number on. */
static void *from_lane(const lanes_engine *engine, void *vectors, size_t lane)
{
    return (unsigned char *)vectors + lane * engine->size;
}

/* Where the layers' numbers stand, for layout.c, in a block from a lane's first one on. */
static void describe_layout(lanes_engine *engine)
{
    const size_t lanes = engine->kernels->lanes;
    engine->layout.layer_count = engine->shape.layer_count;
    engine->layout.type = engine->type;
    for (size_t l = 0; l < engine->shape.layer_count; l++) {
        const bp_layer *source = bp_net_layer(engine->net, l);
        engine->layout.layers[l] = (bp_layout_layer){.inputs = source->inputs,
                                                     .outputs = source->outputs,
                                                     .source_weights = source->weights,
                                                     .source_biases = source->biases,
                                                     .weights = source->weights * lanes,
                                                     .unit_panel = source->outputs,
                                                     .per_unit = source->inputs * lanes,
                                                     .input_panel = source->inputs,
                                                     .per_input = lanes,
                                                     .biases = source->biases * lanes,
                                                     .per_bias = lanes};
    }
}

static void lanes_close(void *state)
{
    lanes_engine *engine = state;
    bp_allocator allocator = engine->allocator;
    bp_release_aligned(&allocator, engine->numbers, engine->bytes);
    bp_release(&allocator, engine->clocks, engine->member_count, sizeof *engine->clocks);
    bp_release(&allocator, engine->scratches, engine->workers, sizeof *engine->scratches);
    bp_release(&allocator, engine->packs, engine->pack_count, sizeof *engine->packs);
    bp_release(&allocator, engine->layout.layers, engine->shape.layer_count,
               sizeof *engine->layout.layers);
    bp_release(&allocator, engine->shape.layers, engine->shape.layer_count,
               sizeof *engine->shape.layers);
    bp_release(&allocator, engine, 1, sizeof *engine);
}

static bp_status take_memory(lanes_engine *engine, const double *dropout, bp_error *error)
{
    const bp_allocator *allocator = &engine->allocator;
    size_t bytes = 0;
    engine->shape.layers =
        bp_allocate(allocator, engine->shape.layer_count, sizeof *engine->shape.layers, error);
    engine->layout.layers =
        bp_allocate(allocator, engine->shape.layer_count, sizeof *engine->layout.layers, error);
    engine->packs = bp_allocate(allocator, engine->pack_count, sizeof *engine->packs, error);
    engine->clocks = bp_allocate(allocator, engine->member_count, sizeof *engine->clocks, error);
    engine->scratches = bp_allocate(allocator, engine->workers, sizeof *engine->scratches, error);
    if (engine->shape.layers == NULL || engine->layout.layers == NULL || engine->packs == NULL
        || engine->clocks == NULL || engine->scratches == NULL)
        return BP_E_MEMORY;
    place_layers(engine, dropout);
    if (!count_bytes(engine, &bytes))
        return bp_fail_memory(error, SIZE_MAX);
    engine->numbers = bp_allocate_aligned(allocator, bytes, error);
    if (engine->numbers == NULL)
        return BP_E_MEMORY;
    engine->bytes = bytes;
    return BP_OK;
}

static bp_status lanes_open(void **state, const bp_net *net, const bp_plan_options *options,
                            bp_isa isa, bp_pool *pool, bp_error *error)
{
    *state = NULL;
    bp_allocator allocator = bp_allocator_or_default(options->allocator);
    lanes_engine *engine = bp_allocate(&allocator, 1, sizeof *engine, error);
    if (engine == NULL)
        return BP_E_MEMORY;
    *engine = (lanes_engine){.allocator = allocator,
                             .net = net,
                             .kernels = BP_CHOOSE_KERNELS(bp_lanes, isa, options->type),
                             .type = options->type,
                             .size = bp_type_size(options->type),
                             .rule = options->rule,
                             .plain = bp_rule_is_plain(&options->rule),
                             .reduction = options->reduction,
                             .batch = options->batch,
                             .shape = {.layer_count = bp_net_layer_count(net),
                                       .objective = bp_objective_of(net, options->type),
                                       .parameters = bp_net_parameter_count(net),
                                       .inputs = bp_net_input_count(net),
                                       .outputs = bp_net_output_count(net)},
                             .member_count = options->members,
                             .pool = pool,
                             .workers = bp_pool_workers(pool)};
    engine->pack_count = (options->members - 1) / engine->kernels->lanes + 1;
    bp_status status = take_memory(engine, options->dropout, error);
    if (status != BP_OK) {
        lanes_close(engine);
        return status;
    }
    share_out(engine);
    describe_layout(engine);
    for (size_t lane = 0; lane < engine->kernels->lanes && !engine->plain; lane++)
        bp_layout_describe(&engine->layout, from_lane(engine, engine->shares, lane),
                           from_lane(engine, engine->weighs, lane), &options->rule);
    engine->rule.layer_rates = engine->rule.bias_rates = NULL; /* the caller's */
    *state = engine;
    return BP_OK;
}

static const char *lanes_refuse(const bp_net *net, const bp_plan_options *options)
{
    if (bp_rule_learns_scales(&options->rule, bp_net_layer_count(net)))
        return "scales of inputs are learned by batches of more than one row";
    if (options->members == 1)
        return "the way lanes computes groups of networks alone";
    for (size_t l = 0; l < bp_net_layer_count(net); l++)
        if (bp_net_layer(net, l)->outputs > LANES_UNITS)
            return "the way lanes is for small networks";
    return NULL;
}

/* ---- One network of a pack --------------------------------------------------------------------
 */

static void wipe_lane(const lanes_engine *engine, void *vectors, size_t lane)
{
    size_t lanes = engine->kernels->lanes;
    for (size_t i = 0; i < engine->shape.parameters && vectors != NULL; i++)
        memset((unsigned char *)vectors + (i * lanes + lane) * engine->size, 0, engine->size);
}

static void lanes_set_parameters(void *state, size_t member, const void *parameters)
{
    lanes_engine *engine = state;
    size_t lane = member % engine->kernels->lanes;
    lanes_pack *pack = &engine->packs[member / engine->kernels->lanes];
    bp_layout_pack(&engine->layout, from_lane(engine, pack->weights, lane), parameters);
    wipe_lane(engine, pack->first, lane);
    wipe_lane(engine, pack->second, lane);
    bp_rule_clock_reset(&engine->clocks[member]);
}

static void lanes_get_parameters(const void *state, size_t member, void *parameters)
{
    const lanes_engine *engine = state;
    const lanes_pack *pack = &engine->packs[member / engine->kernels->lanes];
    bp_layout_unpack(&engine->layout,
                     from_lane(engine, pack->weights, member % engine->kernels->lanes), parameters);
}

static void lanes_swap_parameters(void *state, size_t member, void *parameters)
{
    lanes_engine *engine = state;
    const lanes_pack *pack = &engine->packs[member / engine->kernels->lanes];
    bp_layout_swap(&engine->layout,
                   from_lane(engine, pack->weights, member % engine->kernels->lanes), parameters);
}

/* A lane of a block that a rule may not have. */
static void *lane_or_null(const lanes_engine *engine, void *vectors, size_t member)
{
    return vectors != NULL ? from_lane(engine, vectors, member % engine->kernels->lanes) : NULL;
}

static void lanes_get_state(const void *state, size_t member, bp_plan_state *kept)
{
    const lanes_engine *engine = state;
    const lanes_pack *pack = &engine->packs[member / engine->kernels->lanes];
    bp_layout_get_state(&engine->layout, lane_or_null(engine, pack->first, member),
                        lane_or_null(engine, pack->second, member), &engine->clocks[member], kept);
}

static void lanes_set_state(void *state, size_t member, const bp_plan_state *kept)
{
    lanes_engine *engine = state;
    const lanes_pack *pack = &engine->packs[member / engine->kernels->lanes];
    bp_layout_set_state(&engine->layout, lane_or_null(engine, pack->first, member),
                        lane_or_null(engine, pack->second, member), &engine->clocks[member], kept);
}

/* ---- Steps
 * ---------------------------------------------------------------------------------------- */

/* The numbers of the next application in one lane. */
static void next_factors(lanes_engine *engine, size_t member, size_t lane, bp_reduction reduction,
                         size_t rows, const bp_run *run, lanes_factors *factors)
{
    bp_rule_factors_next(&factors->lane[lane], &engine->clocks[member], &engine->rule, engine->type,
                         reduction, rows, run->rate, run->momentum);
}

/* Applies a scratch's gradient to the active lanes. */
static void spend(const lanes_engine *engine, const lanes_pack *pack, const lanes_scratch *scratch,
                  const lanes_work *work, lanes_factors *factors)
{
    const bp_rule *rule = &engine->rule;
    if (engine->plain) {
        engine->kernels->apply(&engine->shape, pack, scratch, work, rule->kind, factors);
        return;
    }
    for (size_t lane = 0; lane < engine->kernels->lanes && rule->clip_norm > 0; lane++)
        if (work->active[lane])
            factors->lane[lane].scale = bp_rule_clipped_scale(
                rule, engine->type, factors->lane[lane].scale,
                bp_layout_norm(&engine->layout, from_lane(engine, scratch->gradient, lane)));
    engine->kernels->spend(&engine->shape, pack, scratch, work, rule->kind, factors);
    for (size_t lane = 0; lane < engine->kernels->lanes && rule->max_norm > 0; lane++)
        if (work->active[lane])
            bp_layout_limit(&engine->layout, from_lane(engine, pack->weights, lane),
                            rule->max_norm);
}

/* Marks the lanes with more than `done` rows; returns how many rows the shortest of them
 * has, 0 where there is none. */
static size_t activate_lanes(const lanes_engine *engine, const size_t *counts, size_t done,
                             lanes_work *work)
{
    size_t shortest = 0;
    work->masked = false;
    for (size_t lane = 0; lane < engine->kernels->lanes; lane++) {
        work->active[lane] = counts[lane] > done;
        if (!work->active[lane])
            work->masked = true;
        else if (shortest == 0 || counts[lane] < shortest)
            shortest = counts[lane];
    }
    return shortest;
}

/* One pack's share of a step. */
typedef struct lanes_share {
    size_t first_member, members;
    const lanes_pack *pack;
    const lanes_scratch *scratch;
    const bp_run *runs; /* of its members */
    size_t counts[LANES_MAX];
    lanes_rows rows[LANES_MAX];
    lanes_work work;
} lanes_share;

static void learn_online(lanes_engine *engine, lanes_share *share)
{
    lanes_work *work = &share->work;
    lanes_factors factors = {.lane = {{.step = 0}}};
    size_t end = 0;
    for (size_t done = 0; (end = activate_lanes(engine, share->counts, done, work)) > 0;) {
        if (engine->rule.kind == BP_ADAM) /* its numbers change with every row */
            end = done + 1;
        for (size_t lane = 0; lane < share->members; lane++)
            if (work->active[lane])
                next_factors(engine, share->first_member + lane, lane, BP_SUM, 1,
                             &share->runs[lane], &factors);
        work->first = done;
        work->end = end;
        engine->kernels->learn(&engine->shape, share->pack, share->scratch, work, engine->rule.kind,
                               &factors);
        done = end;
    }
}

static void add_batch(lanes_engine *engine, lanes_share *share, size_t start, const size_t *ends)
{
    lanes_work *work = &share->work;
    size_t bytes = engine->shape.parameters * engine->kernels->lanes * engine->size, end = 0;
    memset(share->scratch->gradient, 0, bytes);
    for (size_t done = start; (end = activate_lanes(engine, ends, done, work)) > 0; done = end) {
        work->first = done;
        work->end = end;
        engine->kernels->gradient(&engine->shape, share->pack, share->scratch, work);
    }
}

static void learn_batches(lanes_engine *engine, lanes_share *share)
{
    lanes_factors factors = {.lane = {{.step = 0}}};
    size_t longest = 0;
    for (size_t lane = 0; lane < share->members; lane++)
        longest = share->counts[lane] > longest ? share->counts[lane] : longest;
    for (size_t start = 0; start < longest;) {
        size_t ends[LANES_MAX] = {0}, batch = engine->batch;
        size_t next = longest - start > batch ? start + batch : longest;
        for (size_t lane = 0; lane < share->members; lane++) {
            size_t count = share->counts[lane];
            ends[lane] = count < next ? count : next;
            if (count > start)
                next_factors(engine, share->first_member + lane, lane,
                             engine->batch == 1 ? BP_SUM : engine->reduction, ends[lane] - start,
                             &share->runs[lane], &factors);
        }
        add_batch(engine, share, start, ends);
        activate_lanes(engine, ends, start, &share->work);
        spend(engine, share->pack, share->scratch, &share->work, &factors);
        start = next;
    }
}

static lanes_rows view_rows(const bp_samples *samples, const size_t *rows)
{
    return (lanes_rows){.inputs = samples->inputs.data,
                        .input_stride = samples->inputs.row_stride,
                        .classes = samples->classes,
                        .targets = samples->targets.data,
                        .target_stride = samples->targets.row_stride,
                        .weights = samples->weights,
                        .rows = rows};
}

/* Adds up the losses (and a gradient that nobody asks for) of whole runs, all lanes at once. */
static void evaluate_rows(lanes_engine *engine, lanes_share *share)
{
    add_batch(engine, share, 0, share->counts);
}

static void learn_rows(lanes_engine *engine, lanes_share *share)
{
    if (engine->batch == 1 && engine->plain)
        learn_online(engine, share);
    else
        learn_batches(engine, share);
}

typedef void (*lanes_job)(lanes_engine *engine, lanes_share *share);

static void do_pack(lanes_engine *engine, lanes_job job, size_t p, const lanes_scratch *scratch,
                    bp_run *runs)
{
    size_t lanes = engine->kernels->lanes, first = p * lanes, left = engine->member_count - first;
    lanes_share share = {.first_member = first,
                         .members = left < lanes ? left : lanes,
                         .pack = &engine->packs[p],
                         .scratch = scratch,
                         .runs = runs + first};
    share.work.rows = share.rows;
    for (size_t lane = 0; lane < share.members; lane++) {
        const bp_run *run = &runs[first + lane];
        share.counts[lane] = run->count;
        if (run->count > 0)
            share.rows[lane] = view_rows(run->samples, run->rows);
        share.rows[lane].masks = run->masks;
    }
    job(engine, &share);
    for (size_t lane = 0; lane < share.members; lane++)
        runs[first + lane].loss = share.work.losses[lane];
}

typedef struct lanes_task {
    lanes_engine *engine;
    lanes_job job;
    bp_run *runs;
} lanes_task;

/* Each worker takes every so many-th pack. */
static void do_share(void *context, size_t worker, size_t workers)
{
    const lanes_task *task = context;
    for (size_t p = worker; p < task->engine->pack_count; p += workers)
        do_pack(task->engine, task->job, p, &task->engine->scratches[worker], task->runs);
}

static void lanes_step(void *state, bp_run *runs)
{
    lanes_engine *engine = state;
    lanes_task task = {engine, learn_rows, runs};
    bp_pool_run(engine->pool, do_share, &task);
}

static void lanes_evaluate(void *state, bp_run *runs)
{
    lanes_engine *engine = state;
    lanes_task task = {engine, evaluate_rows, runs};
    bp_pool_run(engine->pool, do_share, &task);
}

static void lanes_gradient(void *state, size_t member, const bp_samples *samples,
                           const size_t *rows, size_t count, void *gradient, double *loss)
{
    lanes_engine *engine = state;
    size_t lanes = engine->kernels->lanes, lane = member % lanes;
    lanes_share share = {.pack = &engine->packs[member / lanes], .scratch = engine->scratches};
    size_t ends[LANES_MAX] = {0};
    ends[lane] = count;
    share.rows[lane] = view_rows(samples, rows);
    share.work.rows = share.rows;
    add_batch(engine, &share, 0, ends);
    bp_layout_unpack(&engine->layout, from_lane(engine, engine->scratches->gradient, lane),
                     gradient);
    *loss = share.work.losses[lane];
}

static void lanes_apply(void *state, size_t member, const void *gradient, size_t count, double rate)
{
    lanes_engine *engine = state;
    size_t lanes = engine->kernels->lanes, lane = member % lanes;
    lanes_work work = {.masked = true};
    lanes_factors factors = {.lane = {{.step = 0}}};
    work.active[lane] = true;
    const bp_run run = {.rate = rate};
    next_factors(engine, member, lane, engine->reduction, count, &run, &factors);
    bp_layout_pack(&engine->layout, from_lane(engine, engine->scratches->gradient, lane), gradient);
    spend(engine, &engine->packs[member / lanes], engine->scratches, &work, &factors);
}

/* ---- Forward
 * ------------------------------------------------------------------------------------------ */

/* A row in the plan's type: where it stands, or a converted copy in place `slot`. */
static const void *typed_row(const lanes_engine *engine, const bp_matrix *inputs, size_t row,
                             size_t slot)
{
    size_t width = engine->shape.inputs;
    if (inputs->type == engine->type)
        return (const unsigned char *)inputs->data + row * inputs->row_stride * engine->size;
    bp_matrix_out copy = {engine->row, engine->type, engine->kernels->lanes, width, width};
    for (size_t i = 0; i < width; i++)
        bp_matrix_set(&copy, slot, i, bp_matrix_at(inputs, row, i));
    return (const unsigned char *)engine->row + slot * width * engine->size;
}

/* The outputs of n rows, lanes of the units from `unit` on, to rows `start` and on. */
static void copy_outputs(const lanes_engine *engine, size_t unit, size_t n,
                         const bp_matrix_out *outputs, size_t start)
{
    size_t lanes = engine->kernels->lanes, width = engine->shape.outputs;
    const bp_matrix from = {engine->scratches->outputs, engine->type, engine->shape.units, lanes,
                            lanes};
    if (engine->type == BP_F32 && outputs->type == BP_F32) { /* what is asked most often */
        const float *y = (const float *)engine->scratches->outputs + unit * lanes;
        float *to = (float *)outputs->data + start * outputs->row_stride;
        for (size_t i = 0; i < n; i++, to += outputs->row_stride)
            for (size_t k = 0; k < width; k++)
                to[k] = y[k * lanes + i];
        return;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < width; k++)
            bp_matrix_set(outputs, start + i, k, bp_matrix_at(&from, unit + k, i));
}

static void lanes_forward(void *state, size_t member, const bp_matrix *inputs, const size_t *rows,
                          size_t count, const bp_matrix_out *outputs)
{
    lanes_engine *engine = state;
    size_t lanes = engine->kernels->lanes;
    size_t last = engine->shape.layers[engine->shape.layer_count - 1].units;
    for (size_t start = 0; start < count; start += lanes) {
        const void *block[LANES_MAX];
        size_t left = count - start, n = left < lanes ? left : lanes;
        for (size_t i = 0; i < n; i++)
            block[i] = typed_row(engine, inputs, bp_row_at(rows, start + i), i);
        /* There are lanes. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
        engine->kernels->forward(&engine->shape, &engine->packs[member / lanes], member % lanes,
                                 engine->scratches, block, n);
        copy_outputs(engine, last, n, outputs, start);
    }
}

static const bp_engine_methods lanes_methods = {.close = lanes_close,
                                                .set_parameters = lanes_set_parameters,
                                                .get_parameters = lanes_get_parameters,
                                                .swap_parameters = lanes_swap_parameters,
                                                .get_state = lanes_get_state,
                                                .set_state = lanes_set_state,
                                                .evaluate = lanes_evaluate,
                                                .forward = lanes_forward,
                                                .step = lanes_step,
                                                .gradient = lanes_gradient,
                                                .apply = lanes_apply};

const bp_way bp_way_lanes = {.name = "lanes",
                             .refuse = lanes_refuse,
                             .threaded = true,
                             .open = lanes_open,
                             .methods = &lanes_methods};
