/* way_batch.c: the way `batch`: many rows at a time, as products of matrices. Members take
 * turns, or as many as there are workers go on at once. Here are the order of the kernels
 * over a chunk of rows and the copies in and out; batch_kernels_body.h computes. */
#include "base/error.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "engine/fast/batch_engine.h"
#include "engine/fast/kernel_choice.h"
#include "engine/fast/way.h"
#include "engine/samples.h"

#include <string.h>

static void batch_close(void *state)
{
    batch_engine *engine = state;
    bp_allocator allocator = engine->allocator;
    batch_release_memory(engine);
    bp_release(&allocator, engine, 1, sizeof *engine);
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
                             .fused = bp_rule_is_fused(&options->rule),
                             .reduction = options->reduction,
                             .batch = options->batch,
                             .chunk = options->batch < CHUNK_ROWS ? options->batch : CHUNK_ROWS,
                             .shape = {.layer_count = bp_net_layer_count(net),
                                       .objective = bp_objective_of(net, options->type)},
                             .member_count = options->members,
                             .pool = pool,
                             .workers = bp_pool_workers(pool)};
    engine->scratch_count = engine->workers <= engine->member_count ? engine->workers : 1;
    bp_status status = batch_take_memory(engine, options, error);
    if (status != BP_OK) {
        batch_close(engine);
        return status;
    }
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

/* The first layer's own weights are what they come to, at scales of 1. */
static void begin_scales(const batch_engine *engine, batch_member *member)
{
    const size_t inputs = bp_net_input_count(engine->net);
    memcpy(member->source, member->weights, engine->shape.scaled * engine->size);
    memset(member->scales, 0, 3 * inputs * engine->size);
    for (size_t i = 0; i < inputs; i++)
        if (engine->type == BP_F32)
            ((float *)member->scales)[i] = 1;
        else
            ((double *)member->scales)[i] = 1;
}

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
    if (into->source != NULL)
        begin_scales(engine, into);
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
    if (from->source == NULL || kept->source == NULL)
        return;
    bp_layout first = engine->layout;
    first.layer_count = 1;
    bp_layout_unpack(&first, from->source, kept->source);
    memcpy(kept->scales, from->scales, 3 * bp_net_input_count(engine->net) * engine->size);
}

static void batch_set_state(void *state, size_t member, const bp_plan_state *kept)
{
    batch_engine *engine = state;
    batch_member *to = &engine->members[member];
    bp_layout_set_state(&engine->layout, to->first, to->second, &to->clock, kept);
    if (to->source == NULL || kept->source == NULL)
        return;
    bp_layout first = engine->layout;
    first.layer_count = 1;
    bp_layout_pack(&first, to->source, kept->source);
    memcpy(to->scales, kept->scales, 3 * bp_net_input_count(engine->net) * engine->size);
}

/* ---- Passes over a chunk ------------------------------------------------------------------- */

/* Who computes: all workers of the pool together, or one that has a member to itself. */
typedef struct batch_crew {
    bp_pool *pool; /* NULL: one worker */
    const batch_scratch *scratch;
} batch_crew;

static batch_crew everyone(const batch_engine *engine)
{
    return (batch_crew){engine->pool, &engine->scratches[0]};
}

/* What the workers of a crew do over a chunk, all the same and each its share. */
typedef struct batch_task {
    const batch_engine *engine;
    bp_pool *pool;
    batch_pass pass;
    bp_rule_kind kind; /* BP_RULE_COUNT: the gradient is added up */
    const bp_rule_factors *factors;
} batch_task;

static batch_task task_over(batch_engine *engine, batch_crew crew, size_t member, batch_rows rows,
                            bp_rule_kind kind, const bp_rule_factors *factors)
{
    return (batch_task){.engine = engine,
                        .pool = crew.pool,
                        .pass = {.shape = &engine->shape,
                                 .scratch = crew.scratch,
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
static void forward_chunk(const batch_task *task, const batch_pass *pass)
{
    const batch_shape *shape = pass->shape;
    const batch_kernels *kernels = task->engine->kernels;
    kernels->gather(pass);
    bp_pool_barrier(task->pool);
    for (size_t l = 0; l < shape->layer_count; l++) {
        if (shape->layers[l].narrow)
            continue;
        kernels->forward(pass, l);
        bp_pool_barrier(task->pool);
    }
}

/* Errors go back with the weights as they are; then all layers change. */
static void learn_share(void *context, size_t worker, size_t workers)
{
    const batch_task *task = context;
    const batch_shape *shape = task->pass.shape;
    const batch_kernels *kernels = task->engine->kernels;
    const batch_pass pass = pass_of(task, worker, workers);
    forward_chunk(task, &pass);
    kernels->finish(&pass);
    for (size_t l = 1; l < shape->layer_count; l++)
        if (!shape->layers[l].narrow)
            kernels->turn(&pass, l);
    bp_pool_barrier(task->pool);
    for (size_t l = shape->layer_count - 1; l > 0; l--) {
        kernels->backward(&pass, l);
        bp_pool_barrier(task->pool);
    }
    const bool scaled = shape->scaled > 0 && task->kind != BP_RULE_COUNT;
    for (size_t l = shape->layer_count; l-- > 0;)
        kernels->update(&pass, l, scaled && l == 0 ? BP_RULE_COUNT : task->kind, task->factors);
    if (scaled) { /* takes the whole gradient of an input's weights */
        bp_pool_barrier(task->pool);
        kernels->scale(&pass, task->kind, task->factors);
    }
}

static void evaluate_share(void *context, size_t worker, size_t workers)
{
    const batch_task *task = context;
    const batch_pass pass = pass_of(task, worker, workers);
    forward_chunk(task, &pass);
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
    if (task->engine->shape.scaled > 0)
        task->engine->kernels->scale(&pass, task->kind, task->factors);
}

static void answer_share(void *context, size_t worker, size_t workers)
{
    const batch_task *task = context;
    const batch_pass pass = pass_of(task, worker, workers);
    if (task->engine->shape.slender) {
        task->engine->kernels->slender(&pass);
        return;
    }
    forward_chunk(task, &pass);
    task->engine->kernels->answer(&pass);
}

/* The rows' losses, added in order. */
static void add_losses(bp_type type, const void *losses, size_t rows, double *loss)
{
    for (size_t i = 0; i < rows; i++)
        *loss += type == BP_F32 ? (double)((const float *)losses)[i] : ((const double *)losses)[i];
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
static void go_through(batch_engine *engine, batch_crew crew, bp_pool_task share, size_t member,
                       batch_rows rows, size_t count, double *loss)
{
    const size_t end = rows.first + count;
    for (; rows.first < end; rows.first += rows.count) {
        rows.count = end - rows.first < engine->chunk ? end - rows.first : engine->chunk;
        rows.following = end - rows.first - rows.count;
        batch_task task = task_over(engine, crew, member, rows, BP_RULE_COUNT, NULL);
        bp_pool_run(crew.pool, share, &task);
        add_losses(engine->type, crew.scratch->losses, rows.count, loss);
    }
}

static void next_factors(batch_engine *engine, size_t member, size_t rows, const bp_run *run,
                         bp_rule_factors *factors)
{
    bp_rule_factors_next(factors, &engine->members[member].clock, &engine->rule, engine->type,
                         engine->reduction, rows, run->rate, run->momentum);
}

/* Applies scratch.gradient. */
static void spend(batch_engine *engine, batch_crew crew, size_t member, bp_rule_factors *factors)
{
    const bp_rule *rule = &engine->rule;
    if (rule->clip_norm > 0)
        factors->scale =
            bp_rule_clipped_scale(rule, engine->type, factors->scale,
                                  bp_layout_norm(&engine->layout, crew.scratch->gradient));
    batch_task task =
        task_over(engine, crew, member, (batch_rows){.count = 0}, rule->kind, factors);
    bp_pool_run(crew.pool, apply_share, &task);
    if (rule->max_norm > 0)
        bp_layout_limit(&engine->layout, engine->members[member].weights, rule->max_norm);
}

static void learn_batch(batch_engine *engine, batch_crew crew, size_t member, batch_rows rows,
                        size_t count, bp_run *run)
{
    bp_rule_factors factors;
    next_factors(engine, member, count, run, &factors);
    rows.count = count;
    if (count <= engine->chunk && engine->fused) {
        batch_task task = task_over(engine, crew, member, rows, engine->rule.kind, &factors);
        memset(crew.scratch->gradient, 0, engine->shape.scaled * engine->size);
        bp_pool_run(crew.pool, learn_share, &task);
        add_losses(engine->type, crew.scratch->losses, count, &run->loss);
        return;
    }
    memset(crew.scratch->gradient, 0, engine->shape.block * engine->size);
    go_through(engine, crew, learn_share, member, rows, count, &run->loss);
    spend(engine, crew, member, &factors);
}

static void step_member(batch_engine *engine, batch_crew crew, size_t member, bp_run *run)
{
    batch_rows rows = view_rows(run->samples, run->rows);
    rows.masks = run->masks;
    rows.mask_stride = bp_net_unit_count(engine->net) - bp_net_output_count(engine->net);
    for (; rows.first < run->count; rows.first += engine->batch) {
        size_t left = run->count - rows.first;
        rows.following = left > engine->batch ? left - engine->batch : 0;
        learn_batch(engine, crew, member, rows, left < engine->batch ? left : engine->batch, run);
        if (left <= engine->batch)
            break; /* or the next start might overflow */
    }
}

static void evaluate_member(batch_engine *engine, batch_crew crew, size_t member, bp_run *run)
{
    go_through(engine, crew, evaluate_share, member, view_rows(run->samples, run->rows), run->count,
               &run->loss);
}

/* What is done for each member that has rows. */
typedef struct batch_round {
    batch_engine *engine;
    void (*each)(batch_engine *engine, batch_crew crew, size_t member, bp_run *run);
    bp_run *runs;
    size_t alone; /* members that have a worker to themselves */
} batch_round;

/* A worker's members, one after another: of those with rows each workers-th. */
static void round_share(void *context, size_t worker, size_t workers)
{
    const batch_round *all = context;
    size_t turn = 0;
    for (size_t m = 0; m < all->engine->member_count && turn < all->alone; m++) {
        const batch_crew crew = {NULL, &all->engine->scratches[worker]};
        if (all->runs[m].count > 0 && turn++ % workers == worker)
            all->each(all->engine, crew, m, &all->runs[m]);
    }
}

/* Workers that share a member out wait for one another many times a batch, so that each is given
 * members of its own as long as there is one for all; the rest they do together. */
static void go_round(batch_round all)
{
    batch_engine *engine = all.engine;
    size_t busy = 0, turn = 0;
    for (size_t m = 0; m < engine->member_count; m++) {
        all.runs[m].loss = 0;
        busy += all.runs[m].count > 0;
    }
    all.alone = engine->scratch_count > 1 ? busy / engine->workers * engine->workers : 0;
    if (all.alone > 0)
        bp_pool_run(engine->pool, round_share, &all);
    for (size_t m = 0; m < engine->member_count; m++)
        if (all.runs[m].count > 0 && turn++ >= all.alone)
            all.each(engine, everyone(engine), m, &all.runs[m]);
}

static void batch_step(void *state, bp_run *runs)
{
    go_round((batch_round){.engine = state, .each = step_member, .runs = runs});
}

static void batch_evaluate(void *state, bp_run *runs)
{
    go_round((batch_round){.engine = state, .each = evaluate_member, .runs = runs});
}

static void batch_gradient(void *state, size_t member, const bp_samples *samples,
                           const size_t *rows, size_t count, void *gradient, double *loss)
{
    batch_engine *engine = state;
    const batch_crew crew = everyone(engine);
    *loss = 0;
    memset(crew.scratch->gradient, 0, engine->shape.block * engine->size);
    go_through(engine, crew, learn_share, member, view_rows(samples, rows), count, loss);
    bp_layout_unpack(&engine->layout, crew.scratch->gradient, gradient);
}

static void batch_apply(void *state, size_t member, const void *gradient, size_t count, double rate)
{
    batch_engine *engine = state;
    const bp_run run = {.rate = rate};
    bp_rule_factors factors;
    next_factors(engine, member, count, &run, &factors);
    bp_layout_pack(&engine->layout, engine->scratches[0].gradient, gradient);
    spend(engine, everyone(engine), member, &factors);
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
    const bp_matrix answers = {engine->answers, engine->type, count, width, width};
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
        batch_task task = task_over(engine, everyone(engine), member, view, BP_RULE_COUNT, NULL);
        task.pass.answers =
            straight ? (unsigned char *)outputs->data + start * outputs->row_stride * engine->size
                     : engine->answers;
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
