/* noise.c: masks and changed copies of rows: images moved about, noise, numbers lost. Every number
 * follows from its place (seed, member, epoch, row in the epoch, layer, unit), so that neither
 * engines, threads nor groups shift it. */
#include "engine/noise.h"

#include "base/cpu.h"
#include "base/error.h"
#include "base/math.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "base/pool.h"
#include "base/random.h"
#include "engine/distortion.h"
#include "engine/samples.h"

#include <string.h>

#define ROWS 256
#define MARGIN 64    /* numbers behind the masks, which vectors may touch */
#define NOISE_STEP 1 /* of the stream: dropout's is 0 */

/* What a member's rows are copied to. */
typedef struct noisy_rows {
    void *inputs;  /* [rows][inputs] of the plan's type */
    void *targets; /* [rows][outputs] likewise */
    uint32_t *classes;
    double *weights;
    size_t *numbers; /* [rows] of rows that are told by no list */
    void *masks;     /* [rows][hidden units], and a margin */
    bp_samples samples;
} noisy_rows;

struct bp_noise_maker {
    bp_allocator allocator;
    const bp_net *net;
    bp_type type;
    size_t rows, inputs, outputs, members, layers;
    size_t hidden;   /* units that have masks: all, or 0 */
    double *dropout; /* [layers] */
    double noise;
    bool touches_inputs;
    bp_distorter *distorter;  /* NULL: rows are no images */
    bp_pool *pool;            /* of those who move images; NULL: the caller alone */
    noisy_rows *members_rows; /* [members] */
};

static void free_rows(const bp_noise_maker *maker, noisy_rows *r)
{
    const bp_allocator *memory = &maker->allocator;
    size_t size = bp_type_size(maker->type);
    bp_release(memory, r->inputs, maker->rows, maker->inputs * size);
    bp_release(memory, r->targets, maker->rows, maker->outputs * size);
    bp_release(memory, r->classes, maker->rows, sizeof(uint32_t));
    bp_release(memory, r->weights, maker->rows, sizeof(double));
    bp_release(memory, r->numbers, maker->rows, sizeof(size_t));
    bp_release(memory, r->masks, maker->rows * maker->hidden + MARGIN, size);
}

void bp_noise_maker_free(bp_noise_maker *maker)
{
    if (maker == NULL)
        return;
    bp_allocator memory = maker->allocator;
    for (size_t m = 0; m < maker->members && maker->members_rows != NULL; m++)
        free_rows(maker, &maker->members_rows[m]);
    bp_release(&memory, maker->members_rows, maker->members, sizeof *maker->members_rows);
    bp_release(&memory, maker->dropout, maker->layers, sizeof(double));
    bp_distorter_free(maker->distorter);
    bp_pool_free(maker->pool);
    bp_release(&memory, maker, 1, sizeof *maker);
}

static bp_status take_rows(const bp_noise_maker *maker, noisy_rows *r, bp_error *error)
{
    const bp_allocator *memory = &maker->allocator;
    size_t size = bp_type_size(maker->type);
    size_t masks = 0;
    if (!bp_multiply_size(maker->rows, maker->hidden, &masks)
        || !bp_add_size(masks, MARGIN, &masks))
        return bp_fail_memory(error, SIZE_MAX);
    r->masks = bp_allocate(memory, masks, size, error);
    r->numbers = bp_allocate(memory, maker->rows, sizeof(size_t), error);
    if (r->masks == NULL || r->numbers == NULL)
        return BP_E_MEMORY;
    if (!maker->touches_inputs)
        return BP_OK;
    r->inputs = bp_allocate(memory, maker->rows, maker->inputs * size, error);
    r->targets = bp_allocate(memory, maker->rows, maker->outputs * size, error);
    r->classes = bp_allocate(memory, maker->rows, sizeof(uint32_t), error);
    r->weights = bp_allocate(memory, maker->rows, sizeof(double), error);
    bool all = r->inputs != NULL && r->targets != NULL && r->classes != NULL && r->weights != NULL;
    return all ? BP_OK : BP_E_MEMORY;
}

/* Whether a layer from this one on loses what goes into it. */
static bool drops_from(size_t layer, const bp_net *net, const bp_plan_options *options)
{
    bool drops = false;
    for (size_t l = layer; l < bp_net_layer_count(net) && options->dropout != NULL; l++)
        drops = drops || options->dropout[l] > 0;
    return drops;
}

/* Moving an image takes as long as handing work over. */
static bp_status take_distorter(bp_noise_maker *maker, const bp_plan_options *options,
                                bp_error *error)
{
    size_t threads = options->threads > 0 ? options->threads : bp_processors();
    if (options->distortion.height == 0)
        return BP_OK;
    bp_status status =
        threads > 1 ? bp_pool_new(&maker->pool, threads, &maker->allocator, error) : BP_OK;
    return status == BP_OK ? bp_distorter_new(&maker->distorter, &options->distortion, threads,
                                              &maker->allocator, error)
                           : status;
}

static bp_status fill(bp_noise_maker *maker, const bp_plan_options *options, bp_error *error)
{
    maker->dropout = bp_allocate(&maker->allocator, maker->layers, sizeof(double), error);
    maker->members_rows =
        bp_allocate(&maker->allocator, maker->members, sizeof *maker->members_rows, error);
    if (maker->dropout == NULL || maker->members_rows == NULL)
        return BP_E_MEMORY;
    for (size_t l = 0; l < maker->layers && options->dropout != NULL; l++)
        maker->dropout[l] = options->dropout[l];
    bp_status status = take_distorter(maker, options, error);
    maker->touches_inputs = maker->noise > 0 || maker->dropout[0] > 0 || maker->distorter != NULL;
    for (size_t m = 0; m < maker->members && status == BP_OK; m++)
        status = take_rows(maker, &maker->members_rows[m], error);
    return status;
}

bp_status bp_noise_maker_new(bp_noise_maker **out, const bp_net *net,
                             const bp_plan_options *options, bp_error *error)
{
    *out = NULL;
    if (!drops_from(0, net, options) && options->input_noise <= 0
        && options->distortion.height == 0)
        return BP_OK;
    bp_allocator memory = bp_allocator_or_default(options->allocator);
    bp_noise_maker *maker = bp_allocate(&memory, 1, sizeof *maker, error);
    if (maker == NULL)
        return BP_E_MEMORY;
    size_t outputs = bp_net_output_count(net), batch = options->batch;
    *maker = (bp_noise_maker){
        .allocator = memory,
        .net = net,
        .type = options->type,
        .rows = batch < ROWS ? ROWS / batch * batch : batch,
        .inputs = bp_net_input_count(net),
        .outputs = outputs,
        .hidden = drops_from(1, net, options) ? bp_net_unit_count(net) - outputs : 0,
        .members = options->members,
        .layers = bp_net_layer_count(net),
        .noise = options->input_noise};
    bp_status status = fill(maker, options, error);
    if (status != BP_OK) {
        bp_noise_maker_free(maker);
        return status;
    }
    *out = maker;
    return BP_OK;
}

size_t bp_noise_rows(const bp_noise_maker *maker)
{
    return maker->rows;
}

/* ---- Numbers ------------------------------------------------------------------------------------
 */

static void put(const bp_noise_maker *maker, void *numbers, size_t place, double value)
{
    if (maker->type == BP_F32)
        ((float *)numbers)[place] = (float)value;
    else
        ((double *)numbers)[place] = value;
}

/* Equation (35): 0 with probability `share`, else 1 / (1 - share), for `count` units; four to a
 * draw. `numbers` is multiplied by them, or set to them. */
static void draw_masks(const bp_noise_maker *maker, bp_stream stream, uint32_t row, uint32_t layer,
                       double share, void *numbers, size_t start, size_t count)
{
    double kept = 1 / (1 - share);
    uint64_t edge = (uint64_t)(share * 4294967296.0);
    uint32_t words[4] = {0};
    for (size_t u = 0; u < count; u++) {
        if (u % 4 == 0 && share > 0)
            bp_stream_words(stream, row, layer, (uint32_t)(u / 4), 0, words);
        put(maker, numbers, start + u, share > 0 && words[u % 4] < edge ? 0 : share > 0 ? kept : 1);
    }
}

/* Rows `start` to start + count of a run, on their way into r. */
typedef struct making {
    bp_noise_maker *maker;
    noisy_rows *r;
    const bp_run *run;
    size_t start, count;
    bp_stream drops, noise, motions;
} making;

static void make_masks(const making *m, size_t i)
{
    const bp_noise_maker *maker = m->maker;
    size_t place = i * maker->hidden;
    for (size_t l = 0; l + 1 < maker->layers && maker->hidden > 0; l++) {
        size_t units = bp_net_layer(maker->net, l)->outputs;
        draw_masks(maker, m->drops, (uint32_t)(m->run->noise.first + m->start + i), (uint32_t)l + 1,
                   maker->dropout[l + 1], m->r->masks, place, units);
        place += units;
    }
}

/* Equations (35b) to (35d), then (35a), then the mask of layer 0. */
static void make_inputs(const making *m, size_t worker, size_t i)
{
    const bp_noise_maker *maker = m->maker;
    const bp_matrix *inputs = &m->run->samples->inputs;
    size_t row = bp_row_at(m->run->rows, m->start + i);
    uint32_t place = (uint32_t)(m->run->noise.first + m->start + i), words[4] = {0, 0, 0, 0};
    double share = maker->dropout[0], kept = 1 / (1 - share);
    uint64_t edge = (uint64_t)(share * 4294967296.0);
    const double *moved = NULL;
    if (maker->distorter != NULL) {
        bp_motion motion = bp_distorter_draw(maker->distorter, worker, m->motions, place);
        moved = bp_distorter_move(maker->distorter, worker, &motion, inputs, row);
    }
    for (size_t c = 0; c < maker->inputs; c++) {
        double x = moved != NULL ? moved[c] : bp_matrix_at(inputs, row, c);
        if (maker->noise > 0) {
            double u = bp_stream_uniform(m->noise, place, 0, (uint32_t)c, 0);
            x = x + maker->noise * bp_probit(u + 0x1p-54);
        }
        if (share > 0 && c % 4 == 0)
            bp_stream_words(m->drops, place, 0, (uint32_t)(c / 4), 0, words);
        if (share > 0)
            x = words[c % 4] < edge ? 0 : x * kept;
        put(maker, m->r->inputs, i * maker->inputs + c, x);
    }
}

static void copy_targets(const making *m, size_t i)
{
    const bp_noise_maker *maker = m->maker;
    const bp_samples *from = m->run->samples;
    size_t row = bp_row_at(m->run->rows, m->start + i);
    if (from->weights != NULL)
        m->r->weights[i] = from->weights[row];
    if (from->classes != NULL)
        m->r->classes[i] = from->classes[row];
    for (size_t k = 0; k < maker->outputs && from->classes == NULL; k++)
        put(maker, m->r->targets, i * maker->outputs + k, bp_matrix_at(&from->targets, row, k));
}

/* A worker's share of the rows. */
static void make_rows(void *context, size_t worker, size_t workers)
{
    const making *m = context;
    size_t end = m->count * (worker + 1) / workers;
    for (size_t i = m->count * worker / workers; i < end; i++) {
        make_masks(m, i);
        if (m->maker->touches_inputs) {
            make_inputs(m, worker, i);
            copy_targets(m, i);
        }
    }
}

static bp_samples samples_of(const bp_noise_maker *maker, const noisy_rows *r,
                             const bp_samples *from, size_t count)
{
    return (bp_samples){.inputs = {r->inputs, maker->type, count, maker->inputs, maker->inputs},
                        .targets = {from->classes == NULL ? r->targets : NULL, maker->type, count,
                                    maker->outputs, maker->outputs},
                        .classes = from->classes != NULL ? r->classes : NULL,
                        .weights = from->weights != NULL ? r->weights : NULL};
}

void bp_noise_make(bp_noise_maker *maker, size_t member, const bp_run *run, size_t start,
                   size_t count, bp_run *made)
{
    noisy_rows *r = &maker->members_rows[member];
    const bp_noise *at = &run->noise;
    making m = {.maker = maker, .r = r, .run = run, .start = start, .count = count};
    m.drops = bp_stream_new(at->seed, BP_PURPOSE_DROPOUT, at->member, at->epoch, 0);
    m.noise = bp_stream_new(at->seed, BP_PURPOSE_DROPOUT, at->member, at->epoch, NOISE_STEP);
    m.motions = bp_stream_new(at->seed, BP_PURPOSE_DISTORTION, at->member, at->epoch, 0);
    bp_pool_run(maker->pool, make_rows, &m);
    *made = *run;
    made->count = count;
    made->masks = maker->hidden > 0 ? r->masks : NULL;
    made->loss = 0;
    if (maker->touches_inputs) {
        r->samples = samples_of(maker, r, run->samples, count);
        made->samples = &r->samples;
        made->rows = NULL;
        return;
    }
    for (size_t i = 0; i < count && run->rows == NULL; i++)
        r->numbers[i] = start + i;
    made->rows = run->rows != NULL ? run->rows + start : r->numbers;
}
