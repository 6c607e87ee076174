/* model_save.c: a model as the bytes of its file; the format is told in
 * docs/model-file.md. */
#include "base/error.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/safetensors.h"
#include "model/model.h"
#include "model/model_file.h"
#include "table/preparation.h"

#include <stdio.h>

/* Two tensors a layer and member: weight [outputs, inputs] and bias [outputs]. */
typedef struct tensor_list {
    bp_tensor *tensors;
    char (*names)[BP_TENSOR_NAME_SIZE];
    size_t count;
} tensor_list;

static void write_net(const bp_net *net, bp_json *json)
{
    bp_json_object_begin(json);
    bp_json_key(json, "loss");
    bp_json_string(json, bp_loss_name(bp_net_loss(net)));
    bp_json_key(json, "inputs");
    bp_json_integer(json, (int64_t)bp_net_input_count(net));
    bp_json_key(json, "layers");
    bp_json_array_begin(json);
    for (size_t i = 0; i < bp_net_layer_count(net); i++) {
        const bp_layer *layer = bp_net_layer(net, i);
        bp_json_object_begin(json);
        bp_json_key(json, "kind");
        bp_json_string(json, "dense");
        bp_json_key(json, "outputs");
        bp_json_integer(json, (int64_t)layer->outputs);
        bp_json_key(json, "activation");
        bp_json_string(json, bp_activation_name(layer->activation));
        bp_json_object_end(json);
    }
    bp_json_array_end(json);
    bp_json_object_end(json);
}

static void add_tensor(tensor_list *list, const bp_model *model, size_t member, size_t layer,
                       const char *what, size_t offset)
{
    const bp_layer *dense = bp_net_layer(model->net, layer);
    bool weight = what[0] == 'w';
    bp_tensor *tensor = &list->tensors[list->count];
    char *name = list->names[list->count++];
    snprintf(name, BP_TENSOR_NAME_SIZE, BP_TENSOR_NAME, member, layer, what);
    const unsigned char *parameters = bp_model_parameters(model, member);
    *tensor = (bp_tensor){.name = name,
                          .type = model->type,
                          .rank = weight ? 2 : 1,
                          .shape = {dense->outputs, weight ? dense->inputs : 0},
                          .count = dense->outputs * (weight ? dense->inputs : 1),
                          .data = parameters + offset * bp_type_size(model->type)};
}

static void list_tensors(tensor_list *list, const bp_model *model)
{
    for (size_t m = 0; m < model->members; m++) {
        for (size_t i = 0; i < bp_net_layer_count(model->net); i++) {
            const bp_layer *layer = bp_net_layer(model->net, i);
            add_tensor(list, model, m, i, "weight", layer->weights);
            add_tensor(list, model, m, i, "bias", layer->biases);
        }
    }
}

/* The JSON texts that describe the model; the last is NULL where it is not calibrated. */
typedef struct descriptions {
    bp_json *preparation, *net, *calibration;
} descriptions;

/* What describes the model, the notes it has, and its calibration; false where memory for a
 * text was out. */
static bool list_metadata(const bp_model *model, const descriptions *texts,
                          bp_metadata metadata[BP_METADATA_MAX], size_t *count)
{
    size_t n = 0;
    metadata[n++] = (bp_metadata){"format", BP_MODEL_FORMAT};
    metadata[n++] = (bp_metadata){"backprop.version", BP_MODEL_VERSION};
    metadata[n++] = (bp_metadata){"backprop.preparation", bp_json_text(texts->preparation, NULL)};
    metadata[n++] = (bp_metadata){"backprop.net", bp_json_text(texts->net, NULL)};
    for (size_t i = 0; i < BP_NOTE_COUNT; i++)
        if (model->notes[i] != NULL)
            metadata[n++] = (bp_metadata){bp_note_metadata[i], model->notes[i]};
    if (texts->calibration != NULL)
        metadata[n++] = (bp_metadata){BP_CALIBRATION_KEY, bp_json_text(texts->calibration, NULL)};
    *count = n;
    while (n > 0 && metadata[n - 1].value != NULL)
        n--;
    return n == 0;
}

static bp_status write_container(const bp_model *model, const bp_metadata *metadata, size_t count,
                                 void **bytes, size_t *size, bp_error *error)
{
    size_t room = 2 * bp_net_layer_count(model->net) * model->members;
    const bp_allocator *memory = &model->allocator;
    tensor_list list = {0};
    list.tensors = bp_allocate(memory, room, sizeof *list.tensors, error);
    list.names = bp_allocate(memory, room, sizeof *list.names, error);
    bp_status status = BP_E_MEMORY;
    if (list.tensors != NULL && list.names != NULL) {
        list_tensors(&list, model);
        status = bp_safetensors_write(bytes, size, list.tensors, list.count, metadata, count,
                                      memory, error);
    }
    bp_release(memory, list.names, room, sizeof *list.names);
    bp_release(memory, list.tensors, room, sizeof *list.tensors);
    return status;
}

static bp_status describe(const bp_model *model, descriptions *texts, bp_error *error)
{
    bp_status status = bp_json_new(&texts->preparation, &model->allocator, error);
    if (status == BP_OK)
        status = bp_json_new(&texts->net, &model->allocator, error);
    if (status == BP_OK && bp_model_calibration(model) != NULL)
        status = bp_json_new(&texts->calibration, &model->allocator, error);
    if (status != BP_OK)
        return status;
    bp_preparation_write(model->preparation, texts->preparation);
    write_net(model->net, texts->net);
    if (texts->calibration != NULL)
        bp_calibration_write(model, texts->calibration);
    return BP_OK;
}

/* A container of `model`, or of what describes it alone. */
static bp_status save(const bp_model *model, bool weights, void **bytes, size_t *size,
                      bp_error *error)
{
    *bytes = NULL;
    *size = 0;
    descriptions texts = {NULL, NULL, NULL};
    bp_metadata metadata[BP_METADATA_MAX];
    size_t count = 0;
    bp_status status = describe(model, &texts, error);
    if (status == BP_OK && !list_metadata(model, &texts, metadata, &count))
        status = bp_fail(error, BP_E_MEMORY, "out of memory while the model was written");
    if (status == BP_OK && weights)
        status = write_container(model, metadata, count, bytes, size, error);
    else if (status == BP_OK)
        status =
            bp_safetensors_write(bytes, size, NULL, 0, metadata, count, &model->allocator, error);
    bp_json_free(texts.calibration);
    bp_json_free(texts.net);
    bp_json_free(texts.preparation);
    return status;
}

bp_status bp_model_check_description(const bp_model *model, bp_error *error)
{
    void *bytes = NULL;
    size_t size = 0;
    bp_status status = save(model, false, &bytes, &size, error);
    bp_model_release_memory(model, bytes, size);
    if (status != BP_E_ARGUMENT)
        return status;
    return bp_fail(error, BP_E_DATA,
                   "no model file holds the names of %zu inputs and %zu classes; drop columns, or "
                   "choose another target",
                   bp_preparation_input_count(model->preparation),
                   bp_preparation_class_count(model->preparation));
}

bp_status bp_model_save_memory(const bp_model *model, void **bytes, size_t *size, bp_error *error)
{
    return save(model, true, bytes, size, error);
}

void bp_model_release_memory(const bp_model *model, void *bytes, size_t size)
{
    bp_release(&model->allocator, bytes, size, 1);
}

bp_status bp_model_save(const bp_model *model, const char *path, bp_error *error)
{
    void *bytes = NULL;
    size_t size = 0;
    bp_status status = bp_model_save_memory(model, &bytes, &size, error);
    if (status == BP_OK)
        status = bp_file_write(path, bytes, size, error);
    bp_model_release_memory(model, bytes, size);
    return status;
}
