/* model_load.c: a model from the bytes of its file, which are trusted in nothing. */
#include "base/error.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/safetensors.h"
#include "model/model.h"
#include "model/model_file.h"
#include "table/preparation.h"

#include <stdio.h>
#include <string.h>

#define LAYER_LIMIT 100000u
#define MEMBER_LIMIT 100000u

const char *const bp_note_metadata[BP_NOTE_COUNT] = {"backprop.recipe", "backprop.training",
                                                     "backprop.trials"};

static bp_status fail_model(bp_error *error, const char *what)
{
    return bp_fail(error, BP_E_MODEL, "not a model that can be read: %s", what);
}

/* A refusal by a lower layer becomes one of this file, its text kept. */
static bp_status as_model_error(bp_status status, bp_error *error)
{
    if (status == BP_OK || status == BP_E_MEMORY || status == BP_E_IO)
        return status;
    if (error != NULL)
        error->status = BP_E_MODEL;
    return BP_E_MODEL;
}

/* ---- The network ----------------------------------------------------------------- */

static bp_status read_layer(const bp_json_value *value, size_t *outputs, bp_activation *activation,
                            bp_error *error)
{
    const char *kind = NULL, *name = NULL;
    if (!bp_json_as_string(bp_json_get(value, "kind"), &kind))
        return fail_model(error, "a layer without a kind");
    if (strcmp(kind, "dense") != 0)
        return bp_fail(error, BP_E_MODEL,
                       "the model has a layer of kind \"%s\", which this version does not know",
                       kind);
    if (!bp_json_as_size(bp_json_get(value, "outputs"), outputs)
        || !bp_json_as_string(bp_json_get(value, "activation"), &name))
        return fail_model(error, "a layer without outputs or activation");
    return as_model_error(bp_activation_find(name, activation, error), error);
}

static bp_status read_layers(bp_net **net, const bp_json_value *layers, size_t inputs, bp_loss loss,
                             const bp_allocator *memory, bp_error *error)
{
    size_t count = bp_json_count(layers);
    size_t *widths = bp_allocate(memory, count + 1, sizeof *widths, error);
    bp_activation *activations = bp_allocate(memory, count, sizeof *activations, error);
    bp_status status = widths == NULL || activations == NULL ? BP_E_MEMORY : BP_OK;
    if (status == BP_OK)
        widths[0] = inputs;
    for (size_t i = 0; i < count && status == BP_OK; i++)
        status = read_layer(bp_json_at(layers, i), &widths[i + 1], &activations[i], error);
    if (status == BP_OK)
        status = as_model_error(
            bp_net_new_layers(net, count, widths, activations, loss, memory, error), error);
    bp_release(memory, activations, count, sizeof *activations);
    bp_release(memory, widths, count + 1, sizeof *widths);
    return status;
}

static bp_status read_net(bp_net **net, const bp_json_value *root, const bp_allocator *memory,
                          bp_error *error)
{
    const char *loss_name = NULL;
    size_t inputs = 0;
    bp_loss loss = BP_SQUARED_ERROR;
    const bp_json_value *layers = bp_json_get(root, "layers");
    if (!bp_json_as_string(bp_json_get(root, "loss"), &loss_name)
        || !bp_json_as_size(bp_json_get(root, "inputs"), &inputs)
        || bp_json_kind_of(layers) != BP_JSON_ARRAY || bp_json_count(layers) == 0
        || bp_json_count(layers) > LAYER_LIMIT)
        return fail_model(error, "its network lacks loss, inputs or layers");
    bp_status status = as_model_error(bp_loss_find(loss_name, &loss, error), error);
    return status == BP_OK ? read_layers(net, layers, inputs, loss, memory, error) : status;
}

/* ---- The tensors ------------------------------------------------------------------- */

static const bp_tensor *find_tensor(const bp_safetensors *container, size_t member, size_t layer,
                                    const char *what)
{
    char name[BP_TENSOR_NAME_SIZE];
    snprintf(name, sizeof name, BP_TENSOR_NAME, member, layer, what);
    return bp_safetensors_find(container, name);
}

static bp_status check_tensor(const bp_tensor *tensor, bp_type type, size_t rank, size_t rows,
                              size_t columns, size_t layer, bp_error *error)
{
    bool fits = tensor != NULL && tensor->type == type && tensor->rank == rank
                && tensor->shape[0] == rows && (rank == 1 || tensor->shape[1] == columns);
    if (fits)
        return BP_OK;
    return bp_fail(error, BP_E_MODEL,
                   "not a model that can be read: the tensors of layer %zu are missing or have "
                   "another shape than its network",
                   layer);
}

static bp_status read_member(bp_model *model, const bp_safetensors *container, size_t member,
                             bp_error *error)
{
    unsigned char *parameters = model->parameters + member * model->member_size;
    size_t size = bp_type_size(model->type);
    for (size_t i = 0; i < bp_net_layer_count(model->net); i++) {
        const bp_layer *layer = bp_net_layer(model->net, i);
        const bp_tensor *weight = find_tensor(container, member, i, "weight");
        const bp_tensor *bias = find_tensor(container, member, i, "bias");
        bp_status status =
            check_tensor(weight, model->type, 2, layer->outputs, layer->inputs, i, error);
        if (status == BP_OK)
            status = check_tensor(bias, model->type, 1, layer->outputs, 0, i, error);
        if (status != BP_OK)
            return status;
        bp_tensor_copy(weight, model->type, parameters + layer->weights * size);
        bp_tensor_copy(bias, model->type, parameters + layer->biases * size);
    }
    return BP_OK;
}

/* The members that the file's tensors make, and their number type; false where the
 * count of tensors fits no whole number of networks. */
static bool count_members(const bp_safetensors *container, const bp_net *net, size_t *members,
                          bp_type *type)
{
    size_t each = 2 * bp_net_layer_count(net), all = bp_safetensors_count(container);
    const bp_tensor *first = find_tensor(container, 0, 0, "weight");
    if (first == NULL || all == 0 || all % each != 0 || all / each > MEMBER_LIMIT)
        return false;
    *type = first->type;
    *members = all / each;
    return true;
}

/* A corrupt header may claim a network far larger than the file that should hold it. */
static bool net_fits_file(const bp_safetensors *container, const bp_net *net)
{
    size_t numbers = 0;
    for (size_t i = 0; i < bp_safetensors_count(container); i++)
        numbers += bp_safetensors_at(container, i)->count;
    return bp_net_parameter_count(net) <= numbers;
}

/* ---- The whole ---------------------------------------------------------------------- */

static bp_status read_part(bp_json_document **document, const bp_safetensors *container,
                           const char *key, const bp_allocator *memory, bp_error *error)
{
    const char *text = bp_safetensors_metadata(container, key);
    if (text == NULL)
        return bp_fail(error, BP_E_MODEL, "not a model that can be read: it has no %s", key);
    bp_status status = bp_json_read(document, text, strlen(text), BP_E_MODEL, memory, error);
    if (status != BP_OK && error != NULL)
        error->line = error->column = 0; /* a place inside the header helps nobody */
    return status;
}

static bp_status read_notes(bp_model *model, const bp_safetensors *container, bp_error *error)
{
    bp_status status = BP_OK;
    for (size_t i = 0; i < BP_NOTE_COUNT && status == BP_OK; i++) {
        const char *note = bp_safetensors_metadata(container, bp_note_metadata[i]);
        if (note != NULL)
            status = bp_model_set_note(model, bp_note_keys[i], note, error);
    }
    return status;
}

static bp_status read_calibration(bp_model *model, const bp_safetensors *container,
                                  const bp_allocator *memory, bp_error *error)
{
    bp_json_document *document = NULL;
    if (bp_safetensors_metadata(container, BP_CALIBRATION_KEY) == NULL)
        return BP_OK;
    bp_status status = read_part(&document, container, BP_CALIBRATION_KEY, memory, error);
    if (status == BP_OK)
        status = as_model_error(bp_calibration_read(model, bp_json_root(document), error), error);
    bp_json_document_free(document);
    return status;
}

/* Takes over preparation and net, also on failure. */
static bp_status assemble(bp_model **out, bp_preparation *preparation, bp_net *net,
                          const bp_safetensors *container, const bp_allocator *memory,
                          bp_error *error)
{
    size_t members = 0;
    bp_type type = BP_F32;
    bp_model *model = NULL;
    bp_status status = BP_OK;
    if (!count_members(container, net, &members, &type) || !net_fits_file(container, net))
        status = fail_model(error, "its tensors do not fit its network");
    if (status == BP_OK)
        status = as_model_error(
            bp_model_new(&model, preparation, net, type, members, memory, error), error);
    if (status != BP_OK) {
        bp_net_free(net);
        bp_preparation_free(preparation);
        return status;
    }
    for (size_t m = 0; m < members && status == BP_OK; m++)
        status = read_member(model, container, m, error);
    if (status == BP_OK)
        status = read_notes(model, container, error);
    if (status == BP_OK)
        status = read_calibration(model, container, memory, error);
    if (status != BP_OK) {
        bp_model_free(model);
        return status;
    }
    *out = model;
    return BP_OK;
}

static bp_status read_model(bp_model **model, const bp_safetensors *container,
                            const bp_allocator *memory, bp_error *error)
{
    const char *format = bp_safetensors_metadata(container, "format");
    const char *version = bp_safetensors_metadata(container, "backprop.version");
    if (format == NULL || strcmp(format, BP_MODEL_FORMAT) != 0 || version == NULL)
        return fail_model(error, "a safetensors file, but not one that backprop wrote");
    if (strcmp(version, BP_MODEL_VERSION) != 0)
        return bp_fail(error, BP_E_MODEL,
                       "the model has format version %.20s; this program reads %s", version,
                       BP_MODEL_VERSION);
    bp_json_document *preparation_json = NULL, *net_json = NULL;
    bp_preparation *preparation = NULL;
    bp_net *net = NULL;
    bp_status status =
        read_part(&preparation_json, container, "backprop.preparation", memory, error);
    if (status == BP_OK)
        status = read_part(&net_json, container, "backprop.net", memory, error);
    if (status == BP_OK)
        status = bp_preparation_read(&preparation, bp_json_root(preparation_json), memory, error);
    if (status == BP_OK)
        status = read_net(&net, bp_json_root(net_json), memory, error);
    bp_json_document_free(net_json);
    bp_json_document_free(preparation_json);
    if (status != BP_OK) {
        bp_preparation_free(preparation);
        return status;
    }
    return assemble(model, preparation, net, container, memory, error);
}

bp_status bp_model_load_memory(bp_model **model, const void *bytes, size_t size, const char *name,
                               const bp_allocator *allocator, bp_error *error)
{
    *model = NULL;
    bp_allocator memory = bp_allocator_or_default(allocator);
    bp_safetensors *container = NULL;
    bp_status status = bp_safetensors_read(&container, bytes, size, &memory, error);
    if (status == BP_OK)
        status = read_model(model, container, &memory, error);
    bp_safetensors_free(container);
    if (status != BP_OK && error != NULL)
        snprintf(error->file, sizeof error->file, "%s", name);
    return status;
}

bp_status bp_model_load(bp_model **model, const char *path, const bp_allocator *allocator,
                        bp_error *error)
{
    *model = NULL;
    bp_file_bytes bytes;
    bp_status status = bp_file_read(&bytes, path, BP_E_MODEL, allocator, error);
    if (status != BP_OK)
        return status;
    status = bp_model_load_memory(model, bytes.data, bytes.size, path, allocator, error);
    bp_file_release(&bytes);
    return status;
}
