/* samples.h: what every engine needs to know of bp_samples. */
#ifndef ENGINE_SAMPLES_H
#define ENGINE_SAMPLES_H

#include <backprop/net.h>

/* The i-th row of a set of rows. */
static inline size_t bp_row_at(const size_t *rows, size_t i)
{
    return rows != NULL ? rows[i] : i;
}

/* What an output should be for a row of its class, and for any other; equations (18) and
 * (4g): what smoothing takes is spread evenly over the classes, which are two where each
 * output is a question of its own. */
typedef struct bp_class_targets {
    double on, off;
} bp_class_targets;

static inline bp_class_targets bp_net_class_targets(const bp_net *net)
{
    const bp_layer *last = bp_net_layer(net, bp_net_layer_count(net) - 1);
    double smoothing = bp_net_loss_settings(net)->smoothing;
    double classes = last->activation == BP_SOFTMAX ? (double)last->outputs : 2;
    return (bp_class_targets){1 - smoothing + smoothing / classes, smoothing / classes};
}

/* One output is a number, several are a one-hot row. */
static inline bool bp_class_is_on(uint32_t class_index, size_t output, size_t outputs)
{
    return outputs == 1 ? class_index != 0 : class_index == output;
}

#endif
