/* gradients.c: integrated gradients, equation (38a), by the textbook's equations. */
#include "base/error.h"
#include "base/math.h"
#include "base/matrix.h"
#include "base/memory.h"
#include "explain/explainer.h"

#include <float.h>
#include <math.h>

#define NODES 64         /* of one piece of the way */
#define MOST_PIECES 64   /* and so many pieces */
#define GAP_ALLOWED 1e-4 /* of the values' sizes together */
#define PI 3.14159265358979323846

/* Room for a way from the baseline to a row: its numbers and the networks along it. */
typedef struct way {
    const bp_explainer *e;
    const bp_net *net;
    size_t answer, width, units, parameters, members;
    double *room; /* all that follows */
    size_t room_count;
    double *weights;            /* [members][parameters] */
    double *row, *baseline;     /* [width] */
    double *point;              /* [width] between the two */
    double *gradient, *total;   /* [width] */
    double *read, *slopes;      /* [inputs of the network]: components, and slopes by them */
    double *sums, *units_out;   /* [members][units] */
    double *deltas;             /* [units] */
    double *mean, *shares;      /* [outputs] */
    double *answers;            /* [answers] */
    double nodes[NODES];        /* in 0..1 */
    double node_weights[NODES]; /* which sum to 1 */
} way;

/* ---- Room --------------------------------------------------------------------------- */

static double *cut(double **room, size_t count)
{
    double *part = *room;
    *room += count;
    return part;
}

static bp_status take_room(way *w, bp_error *error)
{
    size_t weights = 0, units = 0,
           rest = 5 * w->width + 2 * bp_net_input_count(w->net) + w->units + 2 * w->e->outputs
                  + w->e->answers;
    if (!bp_multiply_size(w->members, w->parameters, &weights)
        || !bp_multiply_size(2 * w->members, w->units, &units)
        || !bp_add_size(weights, units, &w->room_count)
        || !bp_add_size(w->room_count, rest, &w->room_count))
        return bp_fail_memory(error, SIZE_MAX);
    w->room = bp_allocate(&w->e->allocator, w->room_count, sizeof(double), error);
    if (w->room == NULL)
        return BP_E_MEMORY;
    double *room = w->room;
    w->weights = cut(&room, weights);
    w->sums = cut(&room, units / 2);
    w->units_out = cut(&room, units / 2);
    w->row = cut(&room, w->width);
    w->baseline = cut(&room, w->width);
    w->point = cut(&room, w->width);
    w->gradient = cut(&room, w->width);
    w->total = cut(&room, w->width);
    w->read = cut(&room, bp_net_input_count(w->net));
    w->slopes = cut(&room, bp_net_input_count(w->net));
    w->deltas = cut(&room, w->units);
    w->mean = cut(&room, w->e->outputs);
    w->shares = cut(&room, w->e->outputs);
    w->answers = cut(&room, w->e->answers);
    return BP_OK;
}

static void take_weights(way *w)
{
    const bp_model *model = w->e->model;
    for (size_t m = 0; m < w->members; m++) {
        bp_matrix from = {bp_model_parameters(model, m), bp_model_type(model), 1, w->parameters,
                          w->parameters};
        for (size_t i = 0; i < w->parameters; i++)
            /* take_room has been here. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
            w->weights[m * w->parameters + i] = bp_matrix_at(&from, 0, i);
    }
}

/* The row, and the mean of all. */
static void take_ends(way *w, size_t row)
{
    const bp_matrix *numbers = &w->e->numbers;
    for (size_t i = 0; i < w->width; i++)
        /* take_room has been here. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
        w->row[i] = bp_matrix_at(numbers, row, i);
    for (size_t r = 0; r < w->e->count; r++)
        for (size_t i = 0; i < w->width; i++)
            w->baseline[i] += bp_matrix_at(numbers, r, i);
    for (size_t i = 0; i < w->width; i++)
        w->baseline[i] /= (double)w->e->count;
}

/* The roots of the Legendre polynomial P of that many nodes by Newton's method, and the weights
 * 2 / ((1 - z^2) P'(z)^2), brought from -1..1 to 0..1. */
static void find_nodes(way *w)
{
    for (size_t i = 0; i < NODES; i++) {
        double z = bp_cos(PI * ((double)i + 0.75) / (NODES + 0.5)), slope = 1;
        for (int turn = 0; turn < 8; turn++) {
            double p = 1, before = 0;
            for (size_t n = 1; n <= NODES; n++) {
                double next = ((2 * (double)n - 1) * z * p - ((double)n - 1) * before) / (double)n;
                before = p;
                p = next;
            }
            slope = NODES * (z * p - before) / (z * z - 1);
            z -= p / slope;
        }
        w->nodes[i] = (1 - z) / 2;
        w->node_weights[i] = 1 / ((1 - z * z) * slope * slope);
    }
}

/* ---- The answer and its slope ----------------------------------------------------------- */

/* What the network reads of the columns' numbers: they themselves, or their components (18c). */
static const double *read_at(way *w, const double *at)
{
    const bp_principal *principal = w->e->principal;
    if (principal == NULL)
        return at;
    for (size_t k = 0; k < principal->count; k++)
        w->read[k] = bp_principal_at(principal, at, k);
    return w->read;
}

/* The slopes by the columns' numbers from those by what the network reads, (38). */
static const double *slopes_of_columns(way *w)
{
    const bp_principal *principal = w->e->principal;
    if (principal == NULL)
        return w->slopes;
    for (size_t i = 0; i < w->width; i++) {
        w->gradient[i] = 0;
        for (size_t k = 0; k < principal->count; k++)
            w->gradient[i] += principal->axes[k * principal->from + i] * w->slopes[k];
    }
    return w->gradient;
}

/* The answer at `at`: outputs are averaged over the members before they are read. */
static double answer_at(way *w, const double *at)
{
    size_t last = w->units - w->e->outputs;
    const double *read = read_at(w, at);
    for (size_t k = 0; k < w->e->outputs; k++)
        w->mean[k] = 0;
    for (size_t m = 0; m < w->members; m++) {
        double *outputs = w->units_out + m * w->units;
        bp_textbook_forward(w->net, w->weights + m * w->parameters, read, w->sums + m * w->units,
                            outputs);
        for (size_t k = 0; k < w->e->outputs; k++)
            w->mean[k] += outputs[last + k];
    }
    for (size_t k = 0; k < w->e->outputs; k++)
        w->mean[k] /= (double)w->members;
    explain_outputs(w->e, w->mean, w->answers);
    return w->answers[w->answer];
}

/* How much a target in its own units moves with its scaled number: the slope of (17). */
static double restored_slope(const way *w)
{
    bp_prepared_column column = {.scaling = BP_SCALING_NONE};
    bp_preparation_target_column(w->e->preparation, w->answer, &column);
    switch (column.scaling) {
    case BP_SCALING_MINMAX:
    case BP_SCALING_COMMON: return column.high - column.low;
    case BP_SCALING_STANDARD: return column.spread;
    case BP_SCALING_LOG: return column.spread * (fabs(w->answers[w->answer]) + 1);
    default: return 1;
    }
}

/* The slopes of the answer by the mean outputs, where answer_at left them; those of a
 * probability by (36), which does not move with outputs that it keeps within bounds. */
static void find_shares(way *w)
{
    size_t outputs = w->e->outputs;
    double sum = 0;
    for (size_t k = 0; k < outputs; k++) {
        w->shares[k] = 0;
        sum += w->mean[k] > 0 ? w->mean[k] : 0;
    }
    if (!w->e->classes)
        w->shares[w->answer] = restored_slope(w);
    else if (outputs == 1)
        w->shares[0] = w->mean[0] > 0 && w->mean[0] < 1 ? w->answer == 1 ? 1 : -1 : 0;
    else if (sum > 0 && sum <= DBL_MAX)
        for (size_t k = 0; k < outputs; k++)
            if (w->mean[k] > 0)
                w->shares[k] = ((k == w->answer) - w->answers[w->answer]) / sum;
    for (size_t k = 0; k < outputs; k++)
        w->shares[k] /= (double)w->members;
}

/* Adds the gradient of the answer at `point`, times `weight`, to the total. */
static void add_gradient(way *w, double weight)
{
    answer_at(w, w->point);
    find_shares(w);
    for (size_t m = 0; m < w->members; m++) {
        bp_textbook_input_gradient(w->net, w->weights + m * w->parameters, w->sums + m * w->units,
                                   w->units_out + m * w->units, w->shares, w->deltas, w->slopes);
        const double *gradient = slopes_of_columns(w);
        for (size_t i = 0; i < w->width; i++)
            w->total[i] += weight * gradient[i];
    }
}

/* ---- The integral ------------------------------------------------------------------------ */

/* The way in `pieces`, each by its nodes; shares by column into `values`. */
static void integrate(way *w, size_t pieces, double *values)
{
    for (size_t i = 0; i < w->width; i++)
        w->total[i] = 0;
    for (size_t piece = 0; piece < pieces; piece++)
        for (size_t n = 0; n < NODES; n++) {
            double share = ((double)piece + w->nodes[n]) / (double)pieces;
            for (size_t i = 0; i < w->width; i++)
                w->point[i] = w->baseline[i] + share * (w->row[i] - w->baseline[i]);
            add_gradient(w, w->node_weights[n] / (double)pieces);
        }
    for (size_t input = 0; input < w->e->inputs; input++) {
        explain_column column = explain_column_of(w->e, input);
        values[input] = 0;
        for (size_t i = column.first; i < column.first + column.width; i++)
            values[input] += (w->row[i] - w->baseline[i]) * w->total[i];
    }
}

static void go(way *w, double *values, bp_attribution *told)
{
    told->answer = answer_at(w, w->row);
    told->baseline = answer_at(w, w->baseline);
    for (size_t pieces = 1; pieces <= MOST_PIECES; pieces *= 2) {
        double sum = 0, size = 0;
        integrate(w, pieces, values);
        for (size_t input = 0; input < w->e->inputs; input++) {
            sum += values[input];
            size += fabs(values[input]);
        }
        told->gap = sum - (told->answer - told->baseline);
        told->steps = pieces * NODES;
        if (fabs(told->gap) <= GAP_ALLOWED * size)
            return;
    }
}

bp_status bp_explain_gradients(bp_explainer *e, size_t row, size_t answer, double *values,
                               bp_attribution *attribution, bp_error *error)
{
    bp_status status = explain_check(e, row, answer, error);
    if (status != BP_OK)
        return status;
    const bp_net *net = bp_model_net(e->model);
    way w = {.e = e,
             .net = net,
             .answer = answer,
             .width = e->numbers.columns,
             .units = bp_net_unit_count(net),
             .parameters = bp_net_parameter_count(net),
             .members = bp_model_members(e->model)};
    status = take_room(&w, error);
    if (status != BP_OK)
        return status;
    take_weights(&w);
    take_ends(&w, row);
    find_nodes(&w);
    go(&w, values, attribution);
    bp_release(&e->allocator, w.room, w.room_count, sizeof(double));
    return BP_OK;
}
