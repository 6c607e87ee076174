/* noise.c: masks and noisy copies of rows. Every number follows from its place (seed, member,
 * epoch, row in the epoch, layer, unit), so that neither engines, threads nor groups shift it. */
#include "engine/noise.h"

#include "base/error.h"
#include "base/math.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "base/random.h"
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
    size_t rows, inputs, outputs, hidden, members, layers;
    double *dropout; /* [layers] */
    double noise;
    bool touches_inputs;
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

static bool is_wanted(const bp_net *net, const bp_plan_options *options)
{
    bool wanted = options->input_noise > 0;
    for (size_t l = 0; l < bp_net_layer_count(net) && options->dropout != NULL; l++)
        wanted = wanted || options->dropout[l] > 0;
    return wanted;
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
    maker->touches_inputs = maker->noise > 0 || maker->dropout[0] > 0;
    bp_status status = BP_OK;
    for (size_t m = 0; m < maker->members && status == BP_OK; m++)
        status = take_rows(maker, &maker->members_rows[m], error);
    return status;
}

bp_status bp_noise_maker_new(bp_noise_maker **out, const bp_net *net,
                             const bp_plan_options *options, bp_error *error)
{
    *out = NULL;
    if (!is_wanted(net, options))
        return BP_OK;
    bp_allocator memory = bp_allocator_or_default(options->allocator);
    bp_noise_maker *maker = bp_allocate(&memory, 1, sizeof *maker, error);
    if (maker == NULL)
        return BP_E_MEMORY;
    size_t outputs = bp_net_output_count(net), batch = options->batch;
    *maker = (bp_noise_maker){.allocator = memory,
                              .net = net,
                              .type = options->type,
                              .rows = batch < ROWS ? ROWS / batch * batch : batch,
                              .inputs = bp_net_input_count(net),
                              .outputs = outputs,
                              .hidden = bp_net_unit_count(net) - outputs,
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

static void make_masks(bp_noise_maker *maker, noisy_rows *r, bp_stream stream, size_t first,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t place = i * maker->hidden;
        for (size_t l = 0; l + 1 < maker->layers; l++) {
            size_t units = bp_net_layer(maker->net, l)->outputs;
            draw_masks(maker, stream, (uint32_t)(first + i), (uint32_t)l + 1, maker->dropout[l + 1],
                       r->masks, place, units);
            place += units;
        }
    }
}

/* Equation (35a), then the mask of layer 0. */
static void make_inputs(bp_noise_maker *maker, noisy_rows *r, const bp_run *run, size_t start,
                        size_t count)
{
    const bp_noise *at = &run->noise;
    bp_stream noise =
        bp_stream_new(at->seed, BP_PURPOSE_DROPOUT, at->member, at->epoch, NOISE_STEP);
    bp_stream drops = bp_stream_new(at->seed, BP_PURPOSE_DROPOUT, at->member, at->epoch, 0);
    double share = maker->dropout[0], kept = 1 / (1 - share);
    uint64_t edge = (uint64_t)(share * 4294967296.0);
    uint32_t words[4] = {0, 0, 0, 0};
    for (size_t i = 0; i < count; i++) {
        size_t row = bp_row_at(run->rows, start + i);
        uint32_t place = (uint32_t)(at->first + start + i);
        for (size_t c = 0; c < maker->inputs; c++) {
            double x = bp_matrix_at(&run->samples->inputs, row, c);
            if (maker->noise > 0) {
                double u = bp_stream_uniform(noise, place, 0, (uint32_t)c, 0);
                x = x + maker->noise * bp_probit(u + 0x1p-54);
            }
            if (share > 0 && c % 4 == 0)
                bp_stream_words(drops, place, 0, (uint32_t)(c / 4), 0, words);
            if (share > 0)
                x = words[c % 4] < edge ? 0 : x * kept;
            put(maker, r->inputs, i * maker->inputs + c, x);
        }
    }
}

static void copy_targets(bp_noise_maker *maker, noisy_rows *r, const bp_run *run, size_t start,
                         size_t count)
{
    const bp_samples *from = run->samples;
    for (size_t i = 0; i < count; i++) {
        size_t row = bp_row_at(run->rows, start + i);
        if (from->weights != NULL)
            r->weights[i] = from->weights[row];
        if (from->classes != NULL)
            r->classes[i] = from->classes[row];
        for (size_t k = 0; k < maker->outputs && from->classes == NULL; k++)
            put(maker, r->targets, i * maker->outputs + k, bp_matrix_at(&from->targets, row, k));
    }
    r->samples =
        (bp_samples){.inputs = {r->inputs, maker->type, count, maker->inputs, maker->inputs},
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
    bp_stream stream = bp_stream_new(at->seed, BP_PURPOSE_DROPOUT, at->member, at->epoch, 0);
    make_masks(maker, r, stream, at->first + start, count);
    *made = *run;
    made->count = count;
    made->masks = maker->hidden > 0 ? r->masks : NULL;
    made->loss = 0;
    if (maker->touches_inputs) {
        make_inputs(maker, r, run, start, count);
        copy_targets(maker, r, run, start, count);
        made->samples = &r->samples;
        made->rows = NULL;
        return;
    }
    for (size_t i = 0; i < count && run->rows == NULL; i++)
        r->numbers[i] = start + i;
    made->rows = run->rows != NULL ? run->rows + start : r->numbers;
}
