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

/* The two JSON texts that describe the model, then the notes it has. */
static size_t list_metadata(const bp_model *model, const char *preparation, const char *net,
                            bp_metadata metadata[BP_METADATA_MAX])
{
    size_t count = 0;
    metadata[count++] = (bp_metadata){"format", BP_MODEL_FORMAT};
    metadata[count++] = (bp_metadata){"backprop.version", BP_MODEL_VERSION};
    metadata[count++] = (bp_metadata){"backprop.preparation", preparation};
    metadata[count++] = (bp_metadata){"backprop.net", net};
    for (size_t i = 0; i < BP_NOTE_COUNT; i++)
        if (model->notes[i] != NULL)
            metadata[count++] = (bp_metadata){bp_note_metadata[i], model->notes[i]};
    return count;
}

static bp_status write_container(const bp_model *model, const char *preparation, const char *net,
                                 void **bytes, size_t *size, bp_error *error)
{
    size_t room = 2 * bp_net_layer_count(model->net) * model->members;
    const bp_allocator *memory = &model->allocator;
    tensor_list list = {0};
    list.tensors = bp_allocate(memory, room, sizeof *list.tensors, error);
    list.names = bp_allocate(memory, room, sizeof *list.names, error);
    bp_status status = BP_E_MEMORY;
    if (list.tensors != NULL && list.names != NULL) {
        bp_metadata metadata[BP_METADATA_MAX];
        size_t count = list_metadata(model, preparation, net, metadata);
        list_tensors(&list, model);
        status = bp_safetensors_write(bytes, size, list.tensors, list.count, metadata, count,
                                      memory, error);
    }
    bp_release(memory, list.names, room, sizeof *list.names);
    bp_release(memory, list.tensors, room, sizeof *list.tensors);
    return status;
}

bp_status bp_model_save_memory(const bp_model *model, void **bytes, size_t *size, bp_error *error)
{
    *bytes = NULL;
    *size = 0;
    bp_json *preparation = NULL, *net = NULL;
    bp_status status = bp_json_new(&preparation, &model->allocator, error);
    if (status == BP_OK)
        status = bp_json_new(&net, &model->allocator, error);
    if (status == BP_OK) {
        bp_preparation_write(model->preparation, preparation);
        write_net(model->net, net);
        const char *preparation_text = bp_json_text(preparation, NULL);
        const char *net_text = bp_json_text(net, NULL);
        if (preparation_text == NULL || net_text == NULL)
            status = bp_fail(error, BP_E_MEMORY, "out of memory while the model was written");
        else
            status = write_container(model, preparation_text, net_text, bytes, size, error);
    }
    bp_json_free(net);
    bp_json_free(preparation);
    return status;
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
