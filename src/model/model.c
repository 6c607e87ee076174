/* model.c: the model in memory. */
#include "model/model.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

bp_status bp_model_new(bp_model **out, bp_preparation *preparation, bp_net *net, bp_type type,
                       size_t members, const bp_allocator *allocator, bp_error *error)
{
    *out = NULL;
    if (bp_preparation_width(preparation) != bp_net_input_count(net))
        return bp_fail(error, BP_E_ARGUMENT, "%zu prepared numbers for a network of %zu inputs",
                       bp_preparation_width(preparation), bp_net_input_count(net));
    if (bp_preparation_output_count(preparation) != bp_net_output_count(net)
        && !(bp_preparation_class_count(preparation) == 2 && bp_net_output_count(net) == 1))
        return bp_fail(error, BP_E_ARGUMENT, "%zu answers for a network of %zu outputs",
                       bp_preparation_output_count(preparation), bp_net_output_count(net));
    if (members == 0)
        return bp_fail(error, BP_E_ARGUMENT, "a model needs at least one member network");
    bp_allocator memory = bp_allocator_or_default(allocator);
    bp_model *model = bp_allocate(&memory, 1, sizeof *model, error);
    if (model == NULL)
        return BP_E_MEMORY;
    model->allocator = memory;
    model->type = type;
    model->members = members;
    model->member_size = bp_net_parameter_count(net) * bp_type_size(type);
    model->parameters = bp_allocate(&memory, members, model->member_size, error);
    if (model->parameters == NULL) {
        bp_release(&memory, model, 1, sizeof *model);
        return BP_E_MEMORY;
    }
    model->preparation = preparation;
    model->net = net;
    *out = model;
    return BP_OK;
}

void bp_model_free(bp_model *model)
{
    if (model == NULL)
        return;
    bp_allocator memory = model->allocator;
    bp_model_set_calibration(model, NULL, NULL);
    for (size_t i = 0; i < BP_NOTE_COUNT; i++)
        if (model->notes[i] != NULL)
            bp_release(&memory, model->notes[i], strlen(model->notes[i]) + 1, 1);
    bp_release(&memory, model->parameters, model->members, model->member_size);
    bp_preparation_free(model->preparation);
    bp_net_free(model->net);
    bp_release(&memory, model, 1, sizeof *model);
}

const bp_preparation *bp_model_preparation(const bp_model *model)
{
    return model->preparation;
}

const bp_net *bp_model_net(const bp_model *model)
{
    return model->net;
}

bp_type bp_model_type(const bp_model *model)
{
    return model->type;
}

size_t bp_model_members(const bp_model *model)
{
    return model->members;
}

const void *bp_model_parameters(const bp_model *model, size_t member)
{
    return model->parameters + member * model->member_size;
}

void bp_model_set_parameters(bp_model *model, size_t member, const void *parameters)
{
    memcpy(model->parameters + member * model->member_size, parameters, model->member_size);
}

const char *const bp_note_keys[BP_NOTE_COUNT] = {"recipe", "training", "trials"};

static size_t note_index(const char *key)
{
    size_t i = 0;
    while (i < BP_NOTE_COUNT && strcmp(key, bp_note_keys[i]) != 0)
        i++;
    return i;
}

bp_status bp_model_set_note(bp_model *model, const char *key, const char *json, bp_error *error)
{
    size_t i = note_index(key);
    if (i == BP_NOTE_COUNT)
        return bp_fail(error, BP_E_ARGUMENT, "a model has no note \"%s\"", key);
    char *copy = bp_copy_text(&model->allocator, json, strlen(json), error);
    if (copy == NULL)
        return BP_E_MEMORY;
    if (model->notes[i] != NULL)
        bp_release(&model->allocator, model->notes[i], strlen(model->notes[i]) + 1, 1);
    model->notes[i] = copy;
    return BP_OK;
}

const char *bp_model_note(const bp_model *model, const char *key)
{
    size_t i = note_index(key);
    return i < BP_NOTE_COUNT ? model->notes[i] : NULL;
}
