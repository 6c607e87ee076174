/* net.c: the description of a network: its layers and the places of their parameters. */
#include "base/error.h"
#include "base/memory.h"

#include <backprop/net.h>

#include <float.h>

struct bp_net {
    bp_allocator allocator;
    size_t layer_count;
    size_t parameter_count;
    size_t unit_count;
    bp_loss loss;
    bp_loss_settings loss_settings;
    bp_layer layers[];
};

static size_t net_size(size_t layer_count)
{
    return sizeof(bp_net) + layer_count * sizeof(bp_layer);
}

/* Gives layer its widths and its places behind `used` parameters; false on overflow. */
static bool place_layer(bp_layer *layer, size_t inputs, size_t outputs, bp_activation activation,
                        size_t *used)
{
    size_t weights = 0;
    *layer = (bp_layer){inputs, outputs, activation, *used, 0};
    return bp_multiply_size(inputs, outputs, &weights)
           && bp_add_size(*used, weights, &layer->biases)
           && bp_add_size(layer->biases, outputs, used);
}

static bp_status check_loss(bp_loss loss, bp_activation output, bp_error *error)
{
    if (loss == BP_CROSS_ENTROPY && output != BP_SOFTMAX && output != BP_SIGMOID)
        return bp_fail(error, BP_E_OPTION,
                       "the loss cross-entropy needs softmax or sigmoid outputs, not %s",
                       bp_activation_name(output));
    if (loss != BP_CROSS_ENTROPY && output == BP_SOFTMAX)
        return bp_fail(error, BP_E_OPTION, "softmax outputs need the loss cross-entropy, not %s",
                       bp_loss_name(loss));
    if (loss == BP_POISSON && output != BP_EXPONENTIAL)
        return bp_fail(error, BP_E_OPTION, "the loss poisson needs exponential outputs, not %s",
                       bp_activation_name(output));
    return BP_OK;
}

static bp_status check_shape(size_t layer_count, const size_t *widths,
                             const bp_activation *activations, bp_loss loss, bp_error *error)
{
    if (layer_count == 0)
        return bp_fail(error, BP_E_OPTION, "a network needs at least two widths: inputs, outputs");
    for (size_t i = 0; i <= layer_count; i++)
        if (widths[i] == 0)
            return bp_fail(error, BP_E_OPTION, "a layer of width 0 cannot be");
    for (size_t i = 0; i + 1 < layer_count; i++)
        if (activations[i] == BP_SOFTMAX)
            return bp_fail(error, BP_E_OPTION, "softmax is for the output layer only");
    return check_loss(loss, activations[layer_count - 1], error);
}

bp_status bp_net_new_layers(bp_net **out, size_t layer_count, const size_t *widths,
                            const bp_activation *activations, bp_loss loss,
                            const bp_allocator *allocator, bp_error *error)
{
    *out = NULL;
    bp_status status = check_shape(layer_count, widths, activations, loss, error);
    if (status != BP_OK)
        return status;
    if (layer_count > SIZE_MAX / sizeof(bp_layer) / 2)
        return bp_fail(error, BP_E_OPTION, "%zu layers are too many", layer_count);
    bp_allocator memory = bp_allocator_or_default(allocator);
    bp_net *net = bp_allocate(&memory, net_size(layer_count), 1, error);
    if (net == NULL)
        return BP_E_MEMORY;
    net->allocator = memory;
    net->layer_count = layer_count;
    net->loss = loss;
    bp_loss_settings_init(&net->loss_settings);
    for (size_t i = 0; i < layer_count; i++) {
        bool fits = place_layer(&net->layers[i], widths[i], widths[i + 1], activations[i],
                                &net->parameter_count)
                    && bp_add_size(net->unit_count, widths[i + 1], &net->unit_count);
        if (!fits || net->parameter_count > SIZE_MAX / sizeof(double)) {
            bp_net_free(net);
            return bp_fail(error, BP_E_OPTION, "the network has more weights than memory can hold");
        }
    }
    *out = net;
    return BP_OK;
}

void bp_net_free(bp_net *net)
{
    if (net == NULL)
        return;
    bp_allocator memory = net->allocator;
    bp_release(&memory, net, net_size(net->layer_count), 1);
}

size_t bp_net_input_count(const bp_net *net)
{
    return net->layers[0].inputs;
}

size_t bp_net_output_count(const bp_net *net)
{
    return net->layers[net->layer_count - 1].outputs;
}

size_t bp_net_layer_count(const bp_net *net)
{
    return net->layer_count;
}

const bp_layer *bp_net_layer(const bp_net *net, size_t layer)
{
    return layer < net->layer_count ? &net->layers[layer] : NULL;
}

size_t bp_net_parameter_count(const bp_net *net)
{
    return net->parameter_count;
}

size_t bp_net_unit_count(const bp_net *net)
{
    return net->unit_count;
}

bp_loss bp_net_loss(const bp_net *net)
{
    return net->loss;
}

void bp_loss_settings_init(bp_loss_settings *settings)
{
    *settings = (bp_loss_settings){.huber_delta = 1, .quantile = 0.5};
}

bp_status bp_net_set_loss_settings(bp_net *net, const bp_loss_settings *settings, bp_error *error)
{
    if (!(settings->huber_delta > 0 && settings->huber_delta <= DBL_MAX))
        return bp_fail(error, BP_E_OPTION, "huber-delta must be above 0");
    if (!(settings->quantile > 0 && settings->quantile < 1))
        return bp_fail(error, BP_E_OPTION, "the quantile must be between 0 and 1");
    if (!(settings->smoothing >= 0 && settings->smoothing < 1))
        return bp_fail(error, BP_E_OPTION, "label smoothing must be at least 0 and below 1");
    if (!(settings->focal >= 0 && settings->focal <= DBL_MAX))
        return bp_fail(error, BP_E_OPTION, "focal must be at least 0");
    if ((settings->smoothing > 0 || settings->focal > 0) && net->loss != BP_CROSS_ENTROPY)
        return bp_fail(error, BP_E_OPTION, "%s is for the loss cross-entropy, not for %s",
                       settings->smoothing > 0 ? "label smoothing" : "focal",
                       bp_loss_name(net->loss));
    net->loss_settings = *settings;
    return BP_OK;
}

const bp_loss_settings *bp_net_loss_settings(const bp_net *net)
{
    return &net->loss_settings;
}
