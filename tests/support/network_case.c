/* network_case.c: random networks and rows. */
#include "network_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Within -1..1. */
static double next_number(uint64_t *state)
{
    return (double)(next_random(state) >> 11) / 4503599627370496.0 - 1;
}

static void *room(size_t count, size_t size)
{
    void *made = calloc(count, size);
    if (made == NULL)
        abort();
    return made;
}

static void make_net(network_case *made)
{
    const network_shape *shape = &made->shape;
    bp_activation activations[NETWORK_CASE_DEPTH];
    for (size_t l = 0; l < shape->depth; l++)
        activations[l] = l + 1 < shape->depth ? shape->hidden : shape->output;
    if (bp_net_new_layers(&made->net, shape->depth, shape->widths, activations, shape->loss, NULL,
                          NULL)
        != BP_OK)
        abort();
    bp_loss_settings settings;
    bp_loss_settings_init(&settings);
    settings.smoothing = shape->smoothing;
    settings.focal = shape->focal;
    if (shape->quantile > 0)
        settings.quantile = shape->quantile;
    if (shape->huber_delta > 0)
        settings.huber_delta = shape->huber_delta;
    if (bp_net_set_loss_settings(made->net, &settings, NULL) != BP_OK)
        abort();
}

/* Weights shrink with the inputs of their layer, so that sums stay within a few units. */
static void fill_weights(network_case *made, uint64_t *state)
{
    for (size_t l = 0; l < made->shape.depth; l++) {
        const bp_layer *layer = bp_net_layer(made->net, l);
        double scale = 1.5 / sqrt((double)layer->inputs);
        for (size_t i = 0; i < layer->inputs * layer->outputs; i++)
            made->f32[layer->weights + i] = (float)(scale * next_number(state));
        for (size_t j = 0; j < layer->outputs; j++)
            made->f32[layer->biases + j] = (float)(0.5 * next_number(state));
    }
}

static void fill_rows(network_case *made, uint64_t *state)
{
    const network_shape *shape = &made->shape;
    size_t outputs = bp_net_output_count(made->net);
    float *number = made->f32 + made->parameter_count;
    for (size_t i = 0; i < shape->rows * bp_net_input_count(made->net); i++)
        *number++ = (float)next_number(state);
    for (size_t i = 0; i < shape->rows * outputs; i++)
        *number++ = (float)(0.5 + 0.5 * next_number(state));
    for (size_t i = 0; i < shape->rows; i++) {
        made->classes[i] = (uint32_t)(next_random(state) % (outputs > 1 ? outputs : 2));
        made->order[i] = i;
    }
    for (size_t i = shape->rows; i > 1; i--) {
        size_t other = next_random(state) % i, kept = made->order[i - 1];
        made->order[i - 1] = made->order[other];
        made->order[other] = kept;
    }
}

void network_case_init(network_case *made, const network_shape *shape, uint64_t seed)
{
    *made = (network_case){.shape = *shape};
    make_net(made);
    size_t inputs = bp_net_input_count(made->net), outputs = bp_net_output_count(made->net);
    made->parameter_count = bp_net_parameter_count(made->net);
    made->numbers = made->parameter_count + shape->rows * (inputs + outputs);
    made->f32 = room(made->numbers, sizeof(float));
    made->f64 = room(made->numbers, sizeof(double));
    made->classes = room(shape->rows, sizeof(uint32_t));
    made->order = room(shape->rows, sizeof(size_t));
    made->weights = room(shape->rows, sizeof(double));
    for (size_t i = 0; i < shape->rows; i++)
        made->weights[i] = 0.25 + (double)(i % 5) / 2;
    fill_weights(made, &seed);
    fill_rows(made, &seed);
    for (size_t i = 0; i < made->numbers; i++)
        made->f64[i] = made->f32[i];
    const uint32_t *classes = shape->classes ? made->classes : NULL;
    size_t first = made->parameter_count, second = first + shape->rows * inputs;
    const double *weights = shape->weighted ? made->weights : NULL;
    made->samples_f32 =
        (bp_samples){bp_matrix_f32(made->f32 + first, shape->rows, inputs), classes,
                     bp_matrix_f32(made->f32 + second, shape->rows, outputs), weights};
    made->samples_f64 =
        (bp_samples){bp_matrix_f64(made->f64 + first, shape->rows, inputs), classes,
                     bp_matrix_f64(made->f64 + second, shape->rows, outputs), weights};
    if (classes != NULL)
        made->samples_f32.targets.data = made->samples_f64.targets.data = NULL;
    made->parameters_f32 = made->f32;
    made->parameters_f64 = made->f64;
}

void network_case_free(network_case *made)
{
    bp_net_free(made->net);
    free(made->f32);
    free(made->f64);
    free(made->classes);
    free(made->order);
    free(made->weights);
}

const bp_samples *network_case_samples(const network_case *made, bp_type type)
{
    return type == BP_F32 ? &made->samples_f32 : &made->samples_f64;
}

const void *network_case_parameters(const network_case *made, bp_type type)
{
    return type == BP_F32 ? (const void *)made->parameters_f32 : made->parameters_f64;
}

double network_case_distance(const network_case *made, const double *a, const void *b, bp_type type)
{
    double worst = 0;
    for (size_t l = 0; l < made->shape.depth; l++) {
        const bp_layer *layer = bp_net_layer(made->net, l);
        size_t count = layer->outputs * (layer->inputs + 1);
        double largest = 0, apart = 0;
        for (size_t i = layer->weights; i < layer->weights + count; i++) {
            double other = type == BP_F32 ? (double)((const float *)b)[i] : ((const double *)b)[i];
            double difference = fabs(a[i] - other);
            if (!(difference <= apart))
                apart = difference;
            if (fabs(a[i]) > largest)
                largest = fabs(a[i]);
        }
        if (apart > 0 && largest == 0)
            worst = INFINITY;
        else if (largest > 0 && !(apart / largest <= worst))
            worst = apart / largest;
    }
    return worst;
}
