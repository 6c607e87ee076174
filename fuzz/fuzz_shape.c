/* fuzz_shape.c: any text as the shape of a network, the first byte choosing the loss: refused
 * with a place, or layers that join, and that are the same when written and read again. */
#include "fuzz.h"

#include "support/failing_allocator.h"

#include <backprop/net.h>

static void check_layers(const bp_net *net)
{
    size_t place = 0, units = 0;
    for (size_t i = 0; i < bp_net_layer_count(net); i++) {
        const bp_layer *layer = bp_net_layer(net, i);
        size_t before = i == 0 ? bp_net_input_count(net) : bp_net_layer(net, i - 1)->outputs;
        FUZZ_CHECK(layer->inputs == before && layer->outputs > 0);
        FUZZ_CHECK(layer->weights == place);
        FUZZ_CHECK(layer->biases == place + layer->inputs * layer->outputs);
        FUZZ_CHECK(bp_activation_name(layer->activation) != NULL);
        place = layer->biases + layer->outputs;
        units += layer->outputs;
    }
    FUZZ_CHECK(place == bp_net_parameter_count(net) && units == bp_net_unit_count(net));
    FUZZ_CHECK(place <= SIZE_MAX / sizeof(double));
}

static void check_way_back(const bp_net *net)
{
    size_t layers = bp_net_layer_count(net), room = 32 + layers * 64, used = 0;
    char *text = malloc(room);
    FUZZ_CHECK(text != NULL);
    used = (size_t)snprintf(text, room, "%zu", bp_net_input_count(net));
    for (size_t i = 0; i < layers; i++)
        used +=
            (size_t)snprintf(text + used, room - used, ", %zu %s", bp_net_layer(net, i)->outputs,
                             bp_activation_name(bp_net_layer(net, i)->activation));
    bp_net *again = NULL;
    FUZZ_CHECK(bp_net_new(&again, text, bp_net_loss(net), NULL, NULL) == BP_OK);
    FUZZ_CHECK(bp_net_layer_count(again) == layers);
    for (size_t i = 0; i < layers; i++) {
        const bp_layer *a = bp_net_layer(net, i), *b = bp_net_layer(again, i);
        FUZZ_CHECK(a->inputs == b->inputs && a->outputs == b->outputs
                   && a->activation == b->activation);
    }
    bp_net_free(again);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    bp_loss loss = (bp_loss)fuzz_choose(&input, BP_LOSS_COUNT);
    char *text = fuzz_text(&input, '\0');
    bool utf8 = bp_utf8_is_valid(text, strlen(text));
    for (size_t n = 0; n <= 4; n++) { /* 0: no allocation fails */
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_net *net = NULL;
        bp_error error = {.status = BP_OK};
        bp_status status = bp_net_new(&net, text, loss, &failing.allocator, &error);
        FUZZ_CHECK(error.status == status && (status == BP_OK) == (net != NULL));
        FUZZ_CHECK((status == BP_E_MEMORY) == failing.refused);
        FUZZ_CHECK(failing.peak_bytes <= 1024 + 64 * strlen(text));
        if (status == BP_E_OPTION) {
            fuzz_check_message(&error, utf8);
            FUZZ_CHECK(error.column <= strlen(text) + 1);
        } else if (status == BP_OK && n == 0) {
            check_layers(net);
            check_way_back(net);
        }
        FUZZ_CHECK(status == BP_OK || status == BP_E_OPTION || status == BP_E_MEMORY);
        bp_net_free(net);
        FUZZ_CHECK(failing_allocator_is_clean(&failing));
    }
    free(text);
    return 0;
}
