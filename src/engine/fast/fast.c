/* fast.c: the engine `fast`: picks a way of computing for a plan and passes calls on. */
#include "base/error.h"
#include "base/memory.h"
#include "engine/fast/way.h"

#include <stdio.h>

/* In the order in which they are tried. */
static const bp_way *const ways[] = {&bp_way_lanes, &bp_way_batch, &bp_way_online};

#define WAY_COUNT (sizeof ways / sizeof *ways)

typedef struct fast_engine {
    bp_allocator allocator;
    bp_pool *pool; /* NULL: the caller computes alone */
    const bp_engine_methods *way;
    void *state;
} fast_engine;

/* The first way that does not refuse, or NULL with the last refusal's reason. */
static const bp_way *choose_way(const bp_net *net, const bp_plan_options *options,
                                const char **reason)
{
    /* It is an array of pointers. NOLINTNEXTLINE(bugprone-sizeof-expression) */
    for (size_t i = 0; i < WAY_COUNT; i++) {
        *reason = ways[i]->refuse(net, options);
        if (*reason == NULL)
            return ways[i];
    }
    return NULL;
}

/* A row of a small net fills no AVX-512 vector, and the narrower ones answer sooner
 * (7-5-3 on Zen 4: 48 ns a row against 52). The bits are the same. */
#define SMALL_UNITS 8

static bp_isa isa_for(const bp_way *way, const bp_net *net, bp_isa isa)
{
    if (isa != BP_ISA_AVX512 || way != &bp_way_online || bp_isa_is_forced())
        return isa;
    for (size_t i = 0; i < bp_net_layer_count(net); i++)
        if (bp_net_layer(net, i)->outputs > SMALL_UNITS)
            return isa;
    return BP_ISA_AVX2;
}

/* What pays for handing work to another thread and waiting for it, some ten times a batch. */
#define MULTIPLICATIONS_A_THREAD 2e6
#define CHUNK 256.0       /* rows; a larger batch goes through in such pieces */
#define LEAST_EPOCH 100.0 /* rows */

/* Threads for a plan: as many as were asked for, or as many as its batches deserve and the
 * machine has. */
static size_t threads_for(const bp_way *way, const bp_net *net, const bp_plan_options *options)
{
    if (!way->threaded)
        return 1;
    if (options->threads > 0)
        return options->threads;
    double rows = options->batch < (size_t)CHUNK ? (double)options->batch : CHUNK;
    if (way == &bp_way_lanes) /* hands over once a step, which is an epoch, for all members */
        rows = LEAST_EPOCH * (double)options->members;
    double work = 3 * rows * (double)bp_net_parameter_count(net) / MULTIPLICATIONS_A_THREAD;
    size_t processors = options->processors > 0 ? options->processors : bp_processors();
    return work < 2 ? 1 : work < (double)processors ? (size_t)work : processors;
}

static bp_status open_way(fast_engine *engine, const bp_way *way, const bp_net *net,
                          const bp_plan_options *options, bp_isa isa, bp_error *error)
{
    size_t threads = threads_for(way, net, options);
    bp_status status = BP_OK;
    if (threads > 1)
        status =
            bp_pool_new_for(&engine->pool, options->threads, threads, options->allocator, error);
    if (status == BP_OK)
        status = way->open(&engine->state, net, options, isa, engine->pool, error);
    if (status != BP_OK)
        bp_pool_free(engine->pool);
    return status;
}

static bp_status fast_open(void **state, const bp_net *net, const bp_plan_options *options,
                           char description[BP_DESCRIPTION_SIZE], bp_error *error)
{
    *state = NULL;
    bp_isa isa = BP_ISA_SCALAR;
    const char *reason = NULL;
    bp_status status = bp_isa_choose(&isa, error);
    if (status != BP_OK)
        return status;
    const bp_way *way = choose_way(net, options, &reason);
    if (way == NULL)
        return bp_fail(error, BP_E_OPTION, "%s; the engine textbook does it", reason);
    isa = isa_for(way, net, isa);
    bp_allocator allocator = bp_allocator_or_default(options->allocator);
    fast_engine *engine = bp_allocate(&allocator, 1, sizeof *engine, error);
    if (engine == NULL)
        return BP_E_MEMORY;
    *engine = (fast_engine){.allocator = allocator, .way = way->methods};
    status = open_way(engine, way, net, options, isa, error);
    if (status != BP_OK) {
        bp_release(&allocator, engine, 1, sizeof *engine);
        return status;
    }
    size_t threads = bp_pool_workers(engine->pool);
    snprintf(description, BP_DESCRIPTION_SIZE, "fast %s %s %s, %zu thread%s",
             bp_type_name(options->type), way->name, bp_isa_name(isa), threads,
             threads == 1 ? "" : "s");
    *state = engine;
    return BP_OK;
}

static void fast_close(void *state)
{
    fast_engine *engine = state;
    bp_allocator allocator = engine->allocator;
    engine->way->close(engine->state);
    bp_pool_free(engine->pool);
    bp_release(&allocator, engine, 1, sizeof *engine);
}

static void fast_set_parameters(void *state, size_t member, const void *parameters)
{
    fast_engine *engine = state;
    engine->way->set_parameters(engine->state, member, parameters);
}

static void fast_get_parameters(const void *state, size_t member, void *parameters)
{
    const fast_engine *engine = state;
    engine->way->get_parameters(engine->state, member, parameters);
}

static void fast_swap_parameters(void *state, size_t member, void *parameters)
{
    fast_engine *engine = state;
    engine->way->swap_parameters(engine->state, member, parameters);
}

static void fast_get_state(const void *state, size_t member, bp_plan_state *kept)
{
    const fast_engine *engine = state;
    engine->way->get_state(engine->state, member, kept);
}

static void fast_set_state(void *state, size_t member, const bp_plan_state *kept)
{
    fast_engine *engine = state;
    engine->way->set_state(engine->state, member, kept);
}

static void fast_evaluate(void *state, bp_run *runs)
{
    fast_engine *engine = state;
    engine->way->evaluate(engine->state, runs);
}

static void fast_forward(void *state, size_t member, const bp_matrix *inputs, const size_t *rows,
                         size_t count, const bp_matrix_out *outputs)
{
    fast_engine *engine = state;
    engine->way->forward(engine->state, member, inputs, rows, count, outputs);
}

static void fast_step(void *state, bp_run *runs)
{
    fast_engine *engine = state;
    engine->way->step(engine->state, runs);
}

static void fast_gradient(void *state, size_t member, const bp_samples *samples, const size_t *rows,
                          size_t count, void *gradient, double *loss)
{
    fast_engine *engine = state;
    engine->way->gradient(engine->state, member, samples, rows, count, gradient, loss);
}

static void fast_apply(void *state, size_t member, const void *gradient, size_t count, double rate)
{
    fast_engine *engine = state;
    engine->way->apply(engine->state, member, gradient, count, rate);
}

const bp_engine_methods bp_fast_engine = {
    .name = "fast",
    .help = "vectors, float32 or float64, the same bits on every processor",
    .open = fast_open,
    .close = fast_close,
    .set_parameters = fast_set_parameters,
    .get_parameters = fast_get_parameters,
    .swap_parameters = fast_swap_parameters,
    .get_state = fast_get_state,
    .set_state = fast_set_state,
    .evaluate = fast_evaluate,
    .forward = fast_forward,
    .step = fast_step,
    .gradient = fast_gradient,
    .apply = fast_apply,
};
