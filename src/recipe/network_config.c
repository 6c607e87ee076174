/* network_config.c: layers, loss and first weights from options, and again from a model's record.
 */
#include "recipe/network_config.h"

#include "base/error.h"
#include "base/memory.h"
#include "net/initialize.h"
#include "net/subset.h"
#include "recipe/config.h"
#include "recipe/number_list.h"
#include "recipe/piece_members.h"

#include <string.h>

#define LAYER_LIMIT 1000

/* ---- The network -------------------------------------------------------------------- */

/* The next activation of a list, which repeats its last name for further layers. */
static bp_status next_activation(const char **list, bp_activation *activation, bp_error *error)
{
    char name[32] = {0};
    size_t length = strcspn(*list, ",");
    memcpy(name, *list, length < sizeof name ? length : sizeof name - 1);
    if ((*list)[length] == ',')
        *list += length + 1;
    return bp_activation_find(name, activation, error);
}

static bp_status output_layer(const bp_config *config, bool classes, bp_activation *activation,
                              bp_loss *loss, bp_error *error)
{
    const char *name = bp_config_get(config, "output-activation");
    *loss = BP_SQUARED_ERROR;
    if (bp_config_is(config, "loss", "likelihood"))
        *loss = classes ? BP_CROSS_ENTROPY : BP_SQUARED_ERROR;
    else if (!bp_config_is(config, "loss", "auto"))
        bp_loss_find(bp_config_get(config, "loss"), loss, NULL);
    if (*loss == BP_CROSS_ENTROPY && !classes)
        return bp_fail(error, BP_E_OPTION,
                       "the loss cross-entropy is for classes and this is a regression; use "
                       "--loss squared-error, or --task classification");
    if (strcmp(name, "softmax") == 0 && !classes)
        return bp_fail(error, BP_E_OPTION,
                       "softmax outputs are for classes and this is a regression; use "
                       "--output-activation linear, or --task classification");
    if (strcmp(name, "auto") != 0)
        return bp_activation_find(name, activation, error);
    *activation = *loss == BP_POISSON         ? BP_EXPONENTIAL
                  : !classes                  ? BP_LINEAR
                  : *loss == BP_CROSS_ENTROPY ? BP_SOFTMAX
                                              : BP_SIGMOID;
    return BP_OK;
}

static bp_status set_loss(bp_net *net, const bp_config *config, bp_error *error)
{
    bp_loss_settings settings;
    bp_loss_settings_init(&settings);
    settings.huber_delta = bp_config_number(config, "huber-delta");
    settings.quantile = bp_config_number(config, "quantile");
    settings.smoothing = bp_config_number(config, "label-smoothing");
    settings.focal = bp_config_number(config, "focal");
    return bp_net_set_loss_settings(net, &settings, error);
}

bp_status bp_config_net(bp_net **net, const bp_config *config, const bp_preparation *preparation,
                        bp_error *error)
{
    size_t widths[LAYER_LIMIT + 2] = {bp_preparation_width(preparation)}, layers = 0;
    bp_activation activations[LAYER_LIMIT + 1];
    bp_loss loss = BP_SQUARED_ERROR;
    const char *hidden = bp_config_get(config, "hidden");
    const char *names = bp_config_get(config, "activation");
    bp_status status = BP_OK;
    *net = NULL;
    while (hidden[0] != '\0' && status == BP_OK) {
        size_t length = strcspn(hidden, ",");
        double width = 0;
        if (layers == LAYER_LIMIT)
            return bp_fail(error, BP_E_OPTION, "more than %d hidden layers", LAYER_LIMIT);
        bp_number_read(hidden, length, &width);
        widths[layers + 1] = (size_t)width;
        status = next_activation(&names, &activations[layers++], error);
        hidden += length + (hidden[length] == ',');
    }
    if (status == BP_OK)
        status = output_layer(config, bp_preparation_class_count(preparation) > 0,
                              &activations[layers], &loss, error);
    if (status != BP_OK)
        return status;
    widths[layers + 1] = bp_preparation_output_count(preparation);
    status = bp_net_new_layers(net, layers + 1, widths, activations, loss,
                               bp_config_allocator(config), error);
    if (status == BP_OK)
        status = set_loss(*net, config, error);
    if (status != BP_OK) {
        bp_net_free(*net);
        *net = NULL;
    }
    return status;
}

/* ---- First weights ------------------------------------------------------------------- */

static bool same_layers(const bp_net *a, const bp_net *b)
{
    if (bp_net_layer_count(a) != bp_net_layer_count(b))
        return false;
    for (size_t l = 0; l < bp_net_layer_count(a); l++)
        if (bp_net_layer(a, l)->inputs != bp_net_layer(b, l)->inputs
            || bp_net_layer(a, l)->outputs != bp_net_layer(b, l)->outputs)
            return false;
    return true;
}

/* Weights of another model, whose preparation may differ: a place to begin. */
static bp_status take_weights(const bp_model *model, size_t member, const char *path,
                              void *parameters, const bp_allocator *memory, bp_error *error)
{
    bp_model *other = NULL;
    bp_status status = bp_model_load(&other, path, memory, error);
    if (status != BP_OK)
        return status;
    size_t count = bp_net_parameter_count(bp_model_net(model));
    if (!same_layers(bp_model_net(model), bp_model_net(other))) {
        status = bp_fail(error, BP_E_OPTION,
                         "the layers of the model in --initial-model are not those asked for "
                         "(--hidden) or the data differ");
    } else {
        const void *from = bp_model_parameters(other, member % bp_model_members(other));
        for (size_t i = 0; i < count; i++) {
            double w = bp_model_type(other) == BP_F32 ? (double)((const float *)from)[i]
                                                      : ((const double *)from)[i];
            if (bp_model_type(model) == BP_F32)
                ((float *)parameters)[i] = (float)w;
            else
                ((double *)parameters)[i] = w;
        }
    }
    bp_model_free(other);
    return status;
}

/* In the model's type, whatever the options say: those of a file may be anything. */
static bp_status draw_weights(const bp_net *net, bp_type type, size_t member,
                              const bp_config *config, bp_mersenne *mersenne, void *parameters,
                              bp_error *error)
{
    double biases[LAYER_LIMIT + 1];
    bp_initialization how;
    bp_initialization_init(&how);
    bp_status status =
        bp_initializer_find(bp_config_get(config, "initializer"), &how.initializer, error);
    if (status == BP_OK)
        status = bp_config_numbers(config, "initial-bias", bp_net_layer_count(net), biases, error);
    if (status != BP_OK)
        return status;
    how.low = bp_config_number(config, "initial-low");
    how.high = bp_config_number(config, "initial-high");
    how.seed = (uint64_t)bp_config_number(config, "seed");
    how.generator = bp_config_is(config, "generator", "mersenne") ? BP_MERSENNE : BP_PHILOX;
    how.biases = biases;
    how.member = (uint32_t)member;
    if (how.generator == BP_MERSENNE)
        bp_net_initialize_from(net, &how, mersenne, type, parameters);
    else
        bp_net_initialize(net, &how, type, parameters);
    return BP_OK;
}

/* What first weights are drawn for: the model's network, or that of members which read a subset of
 * its inputs. */
typedef struct first_weights {
    bp_piece_members members;
    bp_net *small;    /* of the subset; NULL: none */
    void *parameters; /* a block */
    void *drawn;      /* one of the small network */
} first_weights;

static bp_status open_first(first_weights *first, const bp_model *model, const bp_config *config,
                            bp_error *error)
{
    const bp_allocator *memory = bp_config_allocator(config);
    const bp_net *net = bp_model_net(model);
    size_t size = bp_type_size(bp_model_type(model));
    *first = (first_weights){.small = NULL};
    first->parameters = bp_allocate(memory, bp_net_parameter_count(net), size, error);
    if (first->parameters == NULL)
        return BP_E_MEMORY;
    bp_status status =
        bp_piece_members_open(&first->members, config, bp_model_preparation(model), error);
    if (status != BP_OK || first->members.without == 0)
        return status;
    status = bp_subset_net(&first->small, net, first->members.subset.count, memory, error);
    if (status != BP_OK)
        return status;
    first->drawn = bp_allocate(memory, bp_net_parameter_count(first->small), size, error);
    return first->drawn != NULL ? BP_OK : BP_E_MEMORY;
}

static void close_first(first_weights *first, const bp_model *model, const bp_config *config)
{
    const bp_allocator *memory = bp_config_allocator(config);
    size_t size = bp_type_size(bp_model_type(model));
    if (first->small != NULL)
        bp_release(memory, first->drawn, bp_net_parameter_count(first->small), size);
    bp_release(memory, first->parameters, bp_net_parameter_count(bp_model_net(model)), size);
    bp_piece_members_close(&first->members, config);
    bp_net_free(first->small);
}

/* Into first->parameters. */
static bp_status begin_member(first_weights *first, const bp_model *model, size_t member,
                              const bp_config *config, bp_mersenne *mersenne, bp_error *error)
{
    const bp_net *net = bp_model_net(model);
    bp_type type = bp_model_type(model);
    const char *path = bp_config_get(config, "initial-model");
    if (path[0] != '\0')
        return take_weights(model, member, path, first->parameters, bp_config_allocator(config),
                            error);
    if (member >= first->members.without)
        return draw_weights(net, type, member, config, mersenne, first->parameters, error);
    bp_status status =
        draw_weights(first->small, type, member, config, mersenne, first->drawn, error);
    if (status == BP_OK)
        bp_subset_spread(&first->members.subset, net, type, bp_net_parameter_count(net),
                         first->drawn, first->parameters);
    return status;
}

bp_status bp_config_initialize(bp_model *model, const bp_config *config, bp_mersenne *mersenne,
                               bp_error *error)
{
    first_weights first;
    bp_mersenne own; /* of members that follow one another */
    if (mersenne == NULL) {
        bp_mersenne_seed(&own, (uint64_t)bp_config_number(config, "seed"));
        mersenne = &own;
    }
    bp_status status = open_first(&first, model, config, error);
    for (size_t m = 0; m < bp_model_members(model) && status == BP_OK; m++) {
        status = begin_member(&first, model, m, config, mersenne, error);
        if (status == BP_OK)
            bp_model_set_parameters(model, m, first.parameters);
    }
    close_first(&first, model, config);
    return status;
}

/* ---- Again ---------------------------------------------------------------------------- */

static bp_status copy_model(bp_model **copy, const bp_model *model, const bp_allocator *memory,
                            bp_error *error)
{
    void *bytes = NULL;
    size_t size = 0;
    bp_status status = bp_model_save_memory(model, &bytes, &size, error);
    if (status != BP_OK)
        return status;
    status = bp_model_load_memory(copy, bytes, size, NULL, memory, error);
    bp_model_release_memory(model, bytes, size);
    return status;
}

/* A model's own file has what it takes to draw its first weights, but for another model's. */
static bp_status check_origin(const bp_config *config, bp_error *error)
{
    const char *path = bp_config_get(config, "initial-model");
    if (path[0] == '\0')
        return BP_OK;
    return bp_fail(error, BP_E_UNSUPPORTED,
                   "its networks began with the weights of the model %s (--initial-model), which "
                   "are not in this one",
                   path);
}

bp_status bp_model_untrained(bp_model **untrained, const bp_model *model,
                             const bp_allocator *allocator, bp_error *error)
{
    bp_config *config = NULL;
    *untrained = NULL;
    bp_status status = bp_config_of_model(&config, model, allocator, error);
    if (status == BP_OK)
        status = check_origin(config, error);
    if (status == BP_OK)
        status = copy_model(untrained, model, allocator, error);
    if (status == BP_OK)
        status = bp_model_set_calibration(*untrained, NULL, error);
    if (status == BP_OK)
        status = bp_config_initialize(*untrained, config, NULL, error);
    bp_config_free(config);
    if (status != BP_OK) {
        bp_model_free(*untrained);
        *untrained = NULL;
    }
    return status;
}
