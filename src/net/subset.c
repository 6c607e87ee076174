/* subset.c: the same network on fewer inputs, its weights spread over all of them. */
#include "net/subset.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

static bp_status make(bp_net **small, const bp_net *net, size_t *widths, bp_activation *activations,
                      const bp_allocator *allocator, bp_error *error)
{
    size_t layers = bp_net_layer_count(net);
    for (size_t l = 0; l < layers; l++) {
        widths[l + 1] = bp_net_layer(net, l)->outputs;
        activations[l] = bp_net_layer(net, l)->activation;
    }
    bp_status status =
        bp_net_new_layers(small, layers, widths, activations, bp_net_loss(net), allocator, error);
    if (status != BP_OK)
        return status;
    status = bp_net_set_loss_settings(*small, bp_net_loss_settings(net), error);
    if (status != BP_OK) {
        bp_net_free(*small);
        *small = NULL;
    }
    return status;
}

bp_status bp_subset_net(bp_net **small, const bp_net *net, size_t inputs,
                        const bp_allocator *allocator, bp_error *error)
{
    bp_allocator memory = bp_allocator_or_default(allocator);
    size_t layers = bp_net_layer_count(net);
    size_t *widths = bp_allocate(&memory, layers + 1, sizeof *widths, error);
    bp_activation *activations = bp_allocate(&memory, layers, sizeof *activations, error);
    bp_status status = BP_E_MEMORY;
    *small = NULL;
    if (widths != NULL && activations != NULL) {
        widths[0] = inputs;
        status = make(small, net, widths, activations, &memory, error);
    }
    bp_release(&memory, widths, layers + 1, sizeof *widths);
    bp_release(&memory, activations, layers, sizeof *activations);
    return status;
}

static void copy_number(bp_type type, void *to, size_t place, const void *from, size_t of)
{
    if (type == BP_F32)
        ((float *)to)[place] = ((const float *)from)[of];
    else
        ((double *)to)[place] = ((const double *)from)[of];
}

/* What is behind the first layer's weights is the same in both. */
void bp_subset_spread(const bp_subset *subset, const bp_net *net, bp_type type, size_t numbers,
                      const void *small, void *block)
{
    const bp_layer *first = bp_net_layer(net, 0);
    size_t size = bp_type_size(type), weights = first->outputs * first->inputs;
    memset(block, 0, weights * size);
    for (size_t o = 0; o < first->outputs; o++)
        for (size_t i = 0; i < subset->count; i++)
            copy_number(type, block, o * first->inputs + subset->inputs[i], small,
                        o * subset->count + i);
    memcpy((char *)block + weights * size,
           (const char *)small + first->outputs * subset->count * size, (numbers - weights) * size);
}

void bp_subset_gather(const bp_subset *subset, const bp_net *net, bp_type type, size_t numbers,
                      const void *block, void *small)
{
    const bp_layer *first = bp_net_layer(net, 0);
    size_t size = bp_type_size(type), weights = first->outputs * first->inputs;
    for (size_t o = 0; o < first->outputs; o++)
        for (size_t i = 0; i < subset->count; i++)
            copy_number(type, small, o * subset->count + i, block,
                        o * first->inputs + subset->inputs[i]);
    memcpy((char *)small + first->outputs * subset->count * size,
           (const char *)block + weights * size, (numbers - weights) * size);
}

void bp_subset_rows(const bp_subset *subset, const bp_matrix *rows, void *small)
{
    for (size_t r = 0; r < rows->rows; r++)
        for (size_t i = 0; i < subset->count; i++)
            copy_number(rows->type, small, r * subset->count + i, rows->data,
                        r * rows->row_stride + subset->inputs[i]);
}
