/* parted.c: a group of which the first members read a subset of the inputs, as two plans on the
 * engine that is asked for. From outside all members have the parameters of the whole network. */
#include "base/cpu.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/pool.h"
#include "engine/engine_methods.h"
#include "net/subset.h"

#include <stdio.h>
#include <string.h>

#define PARTS 2  /* of the subset, of all inputs */
#define BLOCKS 3 /* at a time of one member */

typedef struct parted {
    bp_allocator allocator;
    const bp_net *net;
    bp_net *small;
    bp_type type;
    bp_subset subset;
    size_t *inputs; /* the subset's own */
    bp_plan *plans[PARTS];
    size_t few;           /* members of the subset */
    void *blocks[BLOCKS]; /* of the small network */
    void *scales;         /* [3][subset] */
    bp_pool *pool;        /* NULL: the caller alone goes from one to the other */
    bp_run *runs;         /* of the call at hand */
    bool evaluates;       /* it does not step */
} parted;

/* ---- Making ---------------------------------------------------------------------------------- */

static void close_parted(void *state)
{
    parted *p = state;
    bp_allocator memory = p->allocator;
    size_t size = bp_type_size(p->type);
    for (size_t i = 0; i < PARTS; i++)
        bp_plan_free(p->plans[i]);
    for (size_t i = 0; i < BLOCKS && p->small != NULL; i++)
        bp_release(&memory, p->blocks[i], bp_net_parameter_count(p->small), size);
    bp_release(&memory, p->scales, 3 * p->subset.count, size);
    bp_release(&memory, p->inputs, p->subset.count, sizeof(size_t));
    bp_net_free(p->small);
    bp_pool_free(p->pool);
    bp_release(&memory, p, 1, sizeof *p);
}

static bp_status check_subset(const bp_net *net, const bp_plan_options *options, bp_error *error)
{
    const bp_subset *subset = &options->subset;
    size_t inputs = bp_net_input_count(net);
    bool sound = options->subset_members < options->members && subset->count > 0;
    for (size_t i = 0; i < subset->count; i++)
        sound = sound && subset->inputs[i] < inputs
                && (i == 0 || subset->inputs[i] > subset->inputs[i - 1]);
    return sound ? BP_OK
                 : bp_fail(error, BP_E_ARGUMENT,
                           "a subset is of some members and of inputs in ascending order");
}

static bp_status take_room(parted *p, const bp_plan_options *options, bp_error *error)
{
    size_t size = bp_type_size(p->type), count = options->subset.count;
    p->inputs = bp_allocate(&p->allocator, count, sizeof(size_t), error);
    p->scales = bp_allocate(&p->allocator, 3 * count, size, error);
    if (p->inputs == NULL || p->scales == NULL)
        return BP_E_MEMORY;
    memcpy(p->inputs, options->subset.inputs, count * sizeof(size_t));
    p->subset.inputs = p->inputs;
    bp_status status = bp_subset_net(&p->small, p->net, count, &p->allocator, error);
    for (size_t i = 0; i < BLOCKS && status == BP_OK; i++) {
        p->blocks[i] = bp_allocate(&p->allocator, bp_net_parameter_count(p->small), size, error);
        status = p->blocks[i] != NULL ? BP_OK : BP_E_MEMORY;
    }
    return status;
}

/* Half of the threads for each part, but where there is one for both. */
static bp_status make_plans(parted *p, const bp_plan_options *options, bp_error *error)
{
    bp_plan_options part = *options;
    size_t processors = options->processors > 0 ? options->processors : bp_processors();
    size_t threads = options->threads > 0 ? options->threads : processors;
    bp_status status = BP_OK;
    if (threads > 1)
        status = bp_pool_new_for(&p->pool, options->threads > 0 ? 2 : 0, 2, &p->allocator, error);
    part.subset_members = 0;
    part.subset = (bp_subset){.count = 0};
    for (size_t i = 0; i < PARTS && status == BP_OK; i++) {
        size_t own = threads > 1 ? (threads + 1 - i) / 2 : 1;
        part.threads = options->threads > 0 || own == 1 ? own : 0;
        part.processors = own;
        part.members = i == 0 ? p->few : options->members - p->few;
        status = bp_plan_new(&p->plans[i], i == 0 ? p->small : p->net, &part, error);
    }
    return status;
}

static bp_status open_parted(void **state, const bp_net *net, const bp_plan_options *options,
                             char description[BP_DESCRIPTION_SIZE], bp_error *error)
{
    bp_status status = check_subset(net, options, error);
    if (status != BP_OK)
        return status;
    bp_allocator memory = bp_allocator_or_default(options->allocator);
    parted *p = bp_allocate(&memory, 1, sizeof *p, error);
    if (p == NULL)
        return BP_E_MEMORY;
    p->allocator = memory;
    p->net = net;
    p->type = options->type;
    p->few = options->subset_members;
    p->subset.count = options->subset.count;
    status = take_room(p, options, error);
    if (status == BP_OK)
        status = make_plans(p, options, error);
    if (status != BP_OK) {
        close_parted(p);
        return status;
    }
    snprintf(description, BP_DESCRIPTION_SIZE, "%.90s%s", bp_plan_description(p->plans[1]),
             bp_pool_workers(p->pool) > 1 ? " in each of two groups" : ", two groups");
    *state = p;
    return BP_OK;
}

/* ---- Parameters ------------------------------------------------------------------------------ */

/* The plan of a member, and its number there. */
typedef struct part_member {
    bp_plan *plan;
    size_t member;
    bool few; /* of the subset */
} part_member;

static part_member member_of(const parted *p, size_t member)
{
    bool few = member < p->few;
    return (part_member){p->plans[few ? 0 : 1], few ? member : member - p->few, few};
}

static void gather(const parted *p, const void *block, void *small)
{
    bp_subset_gather(&p->subset, p->net, p->type, bp_net_parameter_count(p->net), block, small);
}

static void spread(const parted *p, const void *small, void *block)
{
    bp_subset_spread(&p->subset, p->net, p->type, bp_net_parameter_count(p->net), small, block);
}

static void set_parameters(void *state, size_t member, const void *parameters)
{
    const parted *p = state;
    part_member at = member_of(p, member);
    if (at.few)
        gather(p, parameters, p->blocks[0]);
    bp_plan_set_parameters(at.plan, at.member, at.few ? p->blocks[0] : parameters);
}

static void get_parameters(const void *state, size_t member, void *parameters)
{
    const parted *p = state;
    part_member at = member_of(p, member);
    bp_plan_get_parameters(at.plan, at.member, at.few ? p->blocks[0] : parameters);
    if (at.few)
        spread(p, p->blocks[0], parameters);
}

static void swap_parameters(void *state, size_t member, void *parameters)
{
    const parted *p = state;
    part_member at = member_of(p, member);
    if (at.few)
        gather(p, parameters, p->blocks[0]);
    bp_plan_swap_parameters(at.plan, at.member, at.few ? p->blocks[0] : parameters);
    if (at.few)
        spread(p, p->blocks[0], parameters);
}

/* The numbers of the first layer. */
static size_t source_count(const parted *p)
{
    const bp_layer *first = bp_net_layer(p->net, 0);
    return first->outputs * (first->inputs + 1);
}

/* The same state, its blocks those of the small network. */
static bp_plan_state small_state(const parted *p, const bp_plan_state *kept)
{
    bp_plan_state small = *kept;
    small.first = kept->first != NULL ? p->blocks[0] : NULL;
    small.second = kept->second != NULL ? p->blocks[1] : NULL;
    small.source = kept->source != NULL ? p->blocks[2] : NULL;
    small.scales = kept->scales != NULL ? p->scales : NULL;
    return small;
}

static void copy_scale(bp_type type, void *to, size_t place, const void *from, size_t of)
{
    size_t size = bp_type_size(type);
    memcpy((char *)to + place * size, (const char *)from + of * size, size);
}

/* Scales of inputs that are not read are 1 and their rule's numbers 0, as at the beginning. */
static void spread_scales(const parted *p, void *scales)
{
    size_t inputs = bp_net_input_count(p->net), count = p->subset.count;
    memset(scales, 0, 3 * inputs * bp_type_size(p->type));
    for (size_t i = 0; i < inputs; i++)
        if (p->type == BP_F32)
            ((float *)scales)[i] = 1;
        else
            ((double *)scales)[i] = 1;
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < count; i++)
            copy_scale(p->type, scales, k * inputs + p->inputs[i], p->scales, k * count + i);
}

static void gather_scales(const parted *p, const void *scales)
{
    size_t inputs = bp_net_input_count(p->net), count = p->subset.count;
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < count; i++)
            copy_scale(p->type, p->scales, k * count + i, scales, k * inputs + p->inputs[i]);
}

static void get_state(const void *state, size_t member, bp_plan_state *kept)
{
    const parted *p = state;
    part_member at = member_of(p, member);
    if (!at.few) {
        bp_plan_get_state(at.plan, at.member, kept);
        return;
    }
    bp_plan_state small = small_state(p, kept);
    bp_plan_get_state(at.plan, at.member, &small);
    if (kept->first != NULL)
        spread(p, small.first, kept->first);
    if (kept->second != NULL)
        spread(p, small.second, kept->second);
    if (kept->source != NULL)
        bp_subset_spread(&p->subset, p->net, p->type, source_count(p), small.source, kept->source);
    if (kept->scales != NULL)
        spread_scales(p, kept->scales);
    kept->beta1_power = small.beta1_power;
    kept->beta2_power = small.beta2_power;
    kept->moved = small.moved;
}

static void set_state(void *state, size_t member, const bp_plan_state *kept)
{
    const parted *p = state;
    part_member at = member_of(p, member);
    if (!at.few) {
        bp_plan_set_state(at.plan, at.member, kept);
        return;
    }
    bp_plan_state small = small_state(p, kept);
    if (kept->first != NULL)
        gather(p, kept->first, small.first);
    if (kept->second != NULL)
        gather(p, kept->second, small.second);
    if (kept->source != NULL)
        bp_subset_gather(&p->subset, p->net, p->type, source_count(p), kept->source, small.source);
    if (kept->scales != NULL)
        gather_scales(p, kept->scales);
    bp_plan_set_state(at.plan, at.member, &small);
}

/* ---- Computing ------------------------------------------------------------------------------- */

static void forward(void *state, size_t member, const bp_matrix *inputs, const size_t *rows,
                    size_t count, const bp_matrix_out *outputs)
{
    part_member at = member_of(state, member);
    bp_plan_forward(at.plan, at.member, inputs, rows, count, outputs);
}

/* What a worker does: its part, or both. */
static void do_part(void *context, size_t worker, size_t workers)
{
    const parted *p = context;
    for (size_t i = worker; i < PARTS; i += workers) {
        bp_run *runs = p->runs + (i == 0 ? 0 : p->few);
        if (p->evaluates)
            bp_plan_evaluate(p->plans[i], runs);
        else
            bp_plan_step(p->plans[i], runs);
    }
}

static void run_parts(parted *p, bp_run *runs, bool evaluates)
{
    p->runs = runs;
    p->evaluates = evaluates;
    bp_pool_run(p->pool, do_part, p);
}

static void step(void *state, bp_run *runs)
{
    run_parts(state, runs, false);
}

static void evaluate(void *state, bp_run *runs)
{
    run_parts(state, runs, true);
}

static void gradient_of(void *state, size_t member, const bp_samples *samples, const size_t *rows,
                        size_t count, void *gradient, double *loss)
{
    const parted *p = state;
    part_member at = member_of(p, member);
    bp_plan_gradient(at.plan, at.member, samples, rows, count, at.few ? p->blocks[0] : gradient,
                     loss);
    if (at.few)
        spread(p, p->blocks[0], gradient);
}

static void apply(void *state, size_t member, const void *gradient, size_t count, double rate)
{
    const parted *p = state;
    part_member at = member_of(p, member);
    if (at.few)
        gather(p, gradient, p->blocks[0]);
    bp_plan_apply(at.plan, at.member, at.few ? p->blocks[0] : gradient, count, rate);
}

const bp_engine_methods bp_parted_engine = {
    .name = "parted",
    .help = "two plans of the engine that is asked for",
    .open = open_parted,
    .close = close_parted,
    .set_parameters = set_parameters,
    .get_parameters = get_parameters,
    .swap_parameters = swap_parameters,
    .get_state = get_state,
    .set_state = set_state,
    .forward = forward,
    .step = step,
    .evaluate = evaluate,
    .gradient = gradient_of,
    .apply = apply,
};
