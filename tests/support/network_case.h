/* network_case.h: a random network with rows to learn from, in both number types, for
 * tests that hold one way of computing against another. */
#ifndef SUPPORT_NETWORK_CASE_H
#define SUPPORT_NETWORK_CASE_H

#include <backprop/engine.h>

#define NETWORK_CASE_DEPTH 4

/* What to make: `widths` has depth + 1 entries; hidden layers share an activation. */
typedef struct network_shape {
    size_t depth;
    size_t widths[NETWORK_CASE_DEPTH + 1];
    bp_activation hidden, output;
    bp_loss loss;
    bool classes; /* class targets instead of a matrix */
    size_t rows;
    bool weighted; /* rows have weights */
    double smoothing, focal;
    double quantile, huber_delta; /* 0: as they are by default */
} network_shape;

typedef struct network_case {
    network_shape shape;
    bp_net *net;
    size_t parameter_count;
    float *f32;  /* every number of the case, rounded to float32 */
    double *f64; /* the same numbers */
    uint32_t *classes;
    size_t *order;   /* [rows] a permutation */
    double *weights; /* [rows] exact in float32 */
    bp_samples samples_f32, samples_f64;
    const float *parameters_f32; /* [parameter_count] */
    const double *parameters_f64;
    size_t numbers; /* in f32 and in f64 */
} network_case;

/* Numbers of the case follow from `seed`. Exits the test where memory is out. */
void network_case_init(network_case *made, const network_shape *shape, uint64_t seed);
void network_case_free(network_case *made);

const bp_samples *network_case_samples(const network_case *made, bp_type type);
const void *network_case_parameters(const network_case *made, bp_type type);

/* The largest |a - b| over a layer's weights and biases by the largest |a| there; the
 * largest of all layers. NaN anywhere gives NaN. */
double network_case_distance(const network_case *made, const double *a, const void *b,
                             bp_type type);

#endif
