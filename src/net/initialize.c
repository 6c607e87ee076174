/* initialize.c: initial weights, equation (24). */
#include "net/initialize.h"

#include "base/math.h"

#include <math.h>

#define RUN 256 /* numbers drawn at once */

/* How numbers are spread: evenly from low to high, or with mean `low` and deviation `high`. */
typedef struct spread {
    bool gaussian;
    bool biases; /* drawn too; else 0 */
    double low, high;
    double bias_high; /* `high` of the biases */
} spread;

void bp_initialization_init(bp_initialization *initialization)
{
    *initialization = (bp_initialization){.initializer = BP_GLOROT_UNIFORM,
                                          .low = 0,
                                          .high = 1,
                                          .generator = BP_PHILOX,
                                          .seed = 1,
                                          .member = 0};
}

static spread uniform_within(double variance_times_three)
{
    double limit = sqrt(variance_times_three);
    return (spread){.low = -limit, .high = limit};
}

static spread gaussian_of(double variance)
{
    return (spread){.gaussian = true, .low = 0, .high = sqrt(variance)};
}

static spread spread_of(const bp_initialization *initialization, const bp_layer *layer, bool last)
{
    double n_in = (double)layer->inputs, n_out = (double)layer->outputs;
    bp_initializer initializer = initialization->initializer;
    if (initializer == BP_AUTO_INITIALIZER)
        initializer = bp_activation_initializer(layer->activation);
    switch (initializer) {
    case BP_UNIFORM:
        return (spread){.biases = true,
                        .low = initialization->low,
                        .high = initialization->high,
                        .bias_high = initialization->high};
    case BP_NORMAL:
        return (spread){.gaussian = true,
                        .biases = true,
                        .high = initialization->high,
                        .bias_high = initialization->high};
    case BP_GLOROT_UNIFORM: return uniform_within(6 / (n_in + n_out));
    case BP_GLOROT_NORMAL: return gaussian_of(2 / (n_in + n_out));
    case BP_HE_UNIFORM: return uniform_within(6 / n_in);
    case BP_HE_NORMAL: return gaussian_of(2 / n_in);
    case BP_LECUN_UNIFORM: return uniform_within(3 / n_in);
    case BP_LECUN_NORMAL: return gaussian_of(1 / n_in);
    case BP_ORTHOGONAL: return gaussian_of(1);
    case BP_NEURAL_TANGENT:
        if (last)
            break;
        return (spread){.gaussian = true, .biases = true, .high = sqrt(1 / n_in), .bias_high = 1};
    case BP_AUTO_INITIALIZER:
    case BP_ZEROS:
    case BP_INITIALIZER_COUNT: break;
    }
    return (spread){.low = 0, .high = 0};
}

/* Where a layer's random numbers come from: a stream in order, or places of a seed. */
typedef struct source {
    bp_mersenne *mersenne; /* NULL: philox */
    bp_stream stream;
    uint32_t layer;
} source;

/* numbers[i]: index first + i of a neuron, before it is spread; n_in is its bias. */
static void draw(const source *from, const spread *how, size_t neuron, size_t first,
                 double *numbers, size_t count)
{
    if (from->mersenne == NULL && how->gaussian) {
        bp_stream_normals(from->stream, 0, from->layer, (uint32_t)neuron, (uint32_t)first, numbers,
                          count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        double u = from->mersenne != NULL
                       ? bp_mersenne_random(from->mersenne)
                       : bp_stream_uniform(from->stream, 0, from->layer, (uint32_t)neuron,
                                           (uint32_t)(first + i));
        numbers[i] = how->gaussian ? bp_probit(u + 0x1p-54) : u;
    }
}

static double spread_out(const spread *how, double number, double high)
{
    return fma(how->gaussian ? high : high - how->low, number, how->low);
}

static void store(bp_type type, void *parameters, size_t place, double value)
{
    if (type == BP_F32)
        ((float *)parameters)[place] = (float)value;
    else
        ((double *)parameters)[place] = value;
}

/* ---- Orthonormal weights --------------------------------------------------------------------- */

/* The weights of a layer as vectors that shall be orthonormal: the neurons' rows, or the
 * inputs' columns where those are fewer. */
typedef struct vectors {
    bp_type type;
    void *parameters;
    size_t start, count, per_vector, length, per_number;
} vectors;

static double vector_at(const vectors *v, size_t i, size_t k)
{
    size_t place = v->start + i * v->per_vector + k * v->per_number;
    return v->type == BP_F32 ? (double)((const float *)v->parameters)[place]
                             : ((const double *)v->parameters)[place];
}

static double dot(const vectors *v, size_t i, size_t j)
{
    double sum = 0;
    for (size_t k = 0; k < v->length; k++)
        sum = fma(vector_at(v, i, k), vector_at(v, j, k), sum);
    return sum;
}

/* Vector i = factor vector i + other vector j. */
static void combine(const vectors *v, size_t i, double factor, size_t j, double other)
{
    for (size_t k = 0; k < v->length; k++)
        store(v->type, v->parameters, v->start + i * v->per_vector + k * v->per_number,
              fma(other, vector_at(v, j, k), factor * vector_at(v, i, k)));
}

/* Gram and Schmidt's method, each vector gone through twice: Kahan's "twice is enough". */
static void orthonormalize(const bp_layer *layer, bp_type type, void *parameters)
{
    bool rows = layer->outputs <= layer->inputs;
    const vectors v = {.type = type,
                       .parameters = parameters,
                       .start = layer->weights,
                       .count = rows ? layer->outputs : layer->inputs,
                       .per_vector = rows ? layer->inputs : 1,
                       .length = rows ? layer->inputs : layer->outputs,
                       .per_number = rows ? 1 : layer->inputs};
    for (size_t i = 0; i < v.count; i++) {
        for (int pass = 0; pass < 2; pass++)
            for (size_t j = 0; j < i; j++)
                combine(&v, i, 1, j, -dot(&v, i, j));
        double norm = sqrt(dot(&v, i, i));
        combine(&v, i, norm > 0 ? 1 / norm : 0, i, 0);
    }
}

static void initialize_layer(const bp_layer *layer, const spread *how, const source *from,
                             double bias, bp_type type, void *parameters)
{
    double numbers[RUN];
    for (size_t neuron = 0; neuron < layer->outputs; neuron++) {
        size_t weights = layer->weights + neuron * layer->inputs;
        for (size_t input = 0; input < layer->inputs; input += RUN) {
            size_t count = layer->inputs - input < RUN ? layer->inputs - input : RUN;
            draw(from, how, neuron, input, numbers, count);
            for (size_t i = 0; i < count; i++)
                store(type, parameters, weights + input + i,
                      spread_out(how, numbers[i], how->high));
        }
        if (how->biases) {
            draw(from, how, neuron, layer->inputs, numbers, 1);
            bias = spread_out(how, numbers[0], how->bias_high);
        }
        store(type, parameters, layer->biases + neuron, bias);
    }
}

static void initialize(const bp_net *net, const bp_initialization *initialization,
                       bp_mersenne *mersenne, bp_type type, void *parameters)
{
    source from = {.mersenne = mersenne,
                   .stream = bp_stream_new(initialization->seed, BP_PURPOSE_WEIGHTS,
                                           initialization->member, 0, 0)};
    for (size_t i = 0; i < bp_net_layer_count(net); i++) {
        const bp_layer *layer = bp_net_layer(net, i);
        spread how = spread_of(initialization, layer, i + 1 == bp_net_layer_count(net));
        from.layer = (uint32_t)i;
        double bias = initialization->biases != NULL ? initialization->biases[i] : 0;
        initialize_layer(layer, &how, &from, bias, type, parameters);
        if (initialization->initializer == BP_ORTHOGONAL)
            orthonormalize(layer, type, parameters);
    }
}

void bp_net_initialize_from(const bp_net *net, const bp_initialization *initialization,
                            bp_mersenne *mersenne, bp_type type, void *parameters)
{
    initialize(net, initialization, mersenne, type, parameters);
}

void bp_net_initialize(const bp_net *net, const bp_initialization *initialization, bp_type type,
                       void *parameters)
{
    if (initialization->generator == BP_MERSENNE) {
        bp_mersenne mersenne;
        bp_mersenne_seed(&mersenne, initialization->seed);
        initialize(net, initialization, &mersenne, type, parameters);
    } else {
        initialize(net, initialization, NULL, type, parameters);
    }
}
