/* safetensors_read.c: a container in memory, checked in every respect before anything of
 * it is used. */
#include "base/safetensors.h"

#include "base/error.h"
#include "base/little_endian.h"
#include "base/memory.h"
#include "base/sort.h"

#include <string.h>

#define LENGTH_SIZE 8 /* the header's length in front of it */
#define HEADER_MAX 100000000
#define METADATA "__metadata__"

struct bp_safetensors {
    bp_allocator allocator;
    bp_json_document *header; /* owns names and metadata */
    const bp_json_value *metadata;
    bp_tensor *tensors; /* by where their data begin */
    size_t tensor_count;
    size_t tensor_room;
    const unsigned char *data;
    size_t data_size;
    bool codes; /* U32 is let in */
};

/* ---- The header ------------------------------------------------------------- */

static bp_status read_header(bp_safetensors *container, const unsigned char *bytes, size_t size,
                             bp_error *error)
{
    if (size < LENGTH_SIZE)
        return bp_fail(error, BP_E_MODEL, "the file is too short to be a safetensors file");
    uint64_t length = bp_little_endian_read(bytes, LENGTH_SIZE);
    if (length > HEADER_MAX || length > size - LENGTH_SIZE)
        return bp_fail(error, BP_E_MODEL,
                       "not a safetensors file, or cut short: its header would not fit in it");
    const char *text = (const char *)bytes + LENGTH_SIZE;
    if (length == 0 || text[0] != '{')
        return bp_fail(error, BP_E_MODEL, "not a safetensors file: its header is not an object");
    container->data = bytes + LENGTH_SIZE + length;
    container->data_size = size - LENGTH_SIZE - (size_t)length;
    return bp_json_read(&container->header, text, (size_t)length, BP_E_MODEL, &container->allocator,
                        error);
}

static bp_status read_metadata(bp_safetensors *container, bp_error *error)
{
    const bp_json_value *root = bp_json_root(container->header);
    const bp_json_value *metadata = bp_json_get(root, METADATA);
    if (metadata == NULL)
        return BP_OK;
    if (bp_json_kind_of(metadata) != BP_JSON_OBJECT)
        return bp_fail(error, BP_E_MODEL, "the metadata of the file are not an object");
    for (size_t i = 0; i < bp_json_count(metadata); i++)
        if (bp_json_kind_of(bp_json_at(metadata, i)) != BP_JSON_STRING)
            return bp_fail(error, BP_E_MODEL, "the metadata \"%s\" are not a string",
                           bp_json_key_at(metadata, i));
    container->metadata = metadata;
    return BP_OK;
}

/* ---- One tensor ------------------------------------------------------------- */

static bp_status read_type(bp_tensor *tensor, bool codes, const bp_json_value *entry,
                           bp_error *error)
{
    const char *name = NULL;
    if (!bp_json_as_string(bp_json_get(entry, "dtype"), &name))
        return bp_fail(error, BP_E_MODEL, "tensor \"%.200s\" has no dtype", tensor->name);
    tensor->codes = codes && strcmp(name, "U32") == 0;
    if (strcmp(name, "F32") != 0 && strcmp(name, "F64") != 0 && !tensor->codes)
        return bp_fail(error, BP_E_MODEL,
                       "tensor \"%.200s\" has the dtype %.50s; only F32 and F64 are read",
                       tensor->name, name);
    tensor->type = strcmp(name, "F64") == 0 ? BP_F64 : BP_F32;
    return BP_OK;
}

static bp_status read_shape(bp_tensor *tensor, const bp_json_value *entry, bp_error *error)
{
    const bp_json_value *shape = bp_json_get(entry, "shape");
    if (bp_json_kind_of(shape) != BP_JSON_ARRAY)
        return bp_fail(error, BP_E_MODEL, "tensor \"%.200s\" has no shape", tensor->name);
    tensor->rank = bp_json_count(shape);
    if (tensor->rank > BP_TENSOR_RANK_MAX)
        return bp_fail(error, BP_E_MODEL, "tensor \"%.200s\" has more than %d dimensions",
                       tensor->name, BP_TENSOR_RANK_MAX);
    tensor->count = 1;
    for (size_t i = 0; i < tensor->rank; i++)
        if (!bp_json_as_size(bp_json_at(shape, i), &tensor->shape[i])
            || !bp_multiply_size(tensor->count, tensor->shape[i], &tensor->count))
            return bp_fail(error, BP_E_MODEL, "tensor \"%.200s\" has an impossible shape",
                           tensor->name);
    return BP_OK;
}

static bp_status read_offsets(bp_tensor *tensor, const bp_safetensors *container,
                              const bp_json_value *entry, bp_error *error)
{
    const bp_json_value *offsets = bp_json_get(entry, "data_offsets");
    size_t begin = 0, end = 0, size = 0;
    if (bp_json_kind_of(offsets) != BP_JSON_ARRAY || bp_json_count(offsets) != 2
        || !bp_json_as_size(bp_json_at(offsets, 0), &begin)
        || !bp_json_as_size(bp_json_at(offsets, 1), &end))
        return bp_fail(error, BP_E_MODEL, "tensor \"%.200s\" has no data offsets", tensor->name);
    if (begin > end || end > container->data_size)
        return bp_fail(error, BP_E_MODEL, "the data of tensor \"%.200s\" lie outside the file",
                       tensor->name);
    if (!bp_multiply_size(tensor->count, bp_type_size(tensor->type), &size) || end - begin != size)
        return bp_fail(error, BP_E_MODEL, "tensor \"%.200s\" has a shape that its data do not have",
                       tensor->name);
    tensor->data = container->data + begin;
    return BP_OK;
}

static bp_status read_tensor(bp_tensor *tensor, const bp_safetensors *container,
                             const bp_json_value *entry, bp_error *error)
{
    if (bp_json_kind_of(entry) != BP_JSON_OBJECT || bp_json_count(entry) != 3)
        return bp_fail(error, BP_E_MODEL,
                       "tensor \"%.200s\" is not described by dtype, shape and data_offsets",
                       tensor->name);
    bp_status status = read_type(tensor, container->codes, entry, error);
    if (status == BP_OK)
        status = read_shape(tensor, entry, error);
    if (status == BP_OK)
        status = read_offsets(tensor, container, entry, error);
    return status;
}

/* ---- All tensors ------------------------------------------------------------ */

/* By data, those without any before those they touch, else in the order of the header,
 * which is that of the names' addresses. */
static int compare_places(const void *a, const void *b)
{
    const bp_tensor *left = a, *right = b;
    const unsigned char *left_data = left->data, *right_data = right->data;
    if (left_data != right_data)
        return left_data < right_data ? -1 : 1;
    if ((left->count == 0) != (right->count == 0))
        return left->count == 0 ? -1 : 1;
    return (left->name > right->name) - (left->name < right->name);
}

/* The data of all tensors, one after the other, are all that follows the header. */
static bp_status check_places(const bp_safetensors *container, bp_error *error)
{
    const unsigned char *end = container->data;
    for (size_t i = 0; i < container->tensor_count; i++) {
        const bp_tensor *tensor = &container->tensors[i];
        const unsigned char *begin = tensor->data;
        if (begin != end)
            return bp_fail(error, BP_E_MODEL, "the data of tensor \"%.200s\" %s", tensor->name,
                           begin < end ? "overlap those of another" : "begin after a hole");
        end = begin + tensor->count * bp_type_size(tensor->type);
    }
    if (end != container->data + container->data_size)
        return bp_fail(error, BP_E_MODEL, "the file has bytes at its end that belong to no tensor");
    return BP_OK;
}

static bp_status read_tensors(bp_safetensors *container, bp_error *error)
{
    const bp_json_value *root = bp_json_root(container->header);
    container->tensor_room = bp_json_count(root);
    container->tensors = bp_allocate(&container->allocator, container->tensor_room,
                                     sizeof *container->tensors, error);
    if (container->tensors == NULL)
        return BP_E_MEMORY;
    for (size_t i = 0; i < container->tensor_room; i++) {
        const char *name = bp_json_key_at(root, i);
        if (strcmp(name, METADATA) == 0)
            continue;
        bp_tensor *tensor = &container->tensors[container->tensor_count++];
        tensor->name = name;
        bp_status status = read_tensor(tensor, container, bp_json_at(root, i), error);
        if (status != BP_OK)
            return status;
    }
    bp_sort(container->tensors, container->tensor_count, sizeof *container->tensors,
            compare_places);
    return check_places(container, error);
}

/* ---- The calls -------------------------------------------------------------- */

static bp_status read_container(bp_safetensors **container, const void *bytes, size_t size,
                                bool codes, const bp_allocator *allocator, bp_error *error)
{
    *container = NULL;
    bp_allocator own = bp_allocator_or_default(allocator);
    bp_safetensors *result = bp_allocate(&own, 1, sizeof *result, error);
    if (result == NULL)
        return BP_E_MEMORY;
    result->allocator = own;
    result->codes = codes;
    bp_status status = read_header(result, bytes, size, error);
    if (status == BP_OK)
        status = read_metadata(result, error);
    if (status == BP_OK)
        status = read_tensors(result, error);
    if (status != BP_OK) {
        bp_safetensors_free(result);
        return status;
    }
    *container = result;
    return BP_OK;
}

bp_status bp_safetensors_read(bp_safetensors **container, const void *bytes, size_t size,
                              const bp_allocator *allocator, bp_error *error)
{
    return read_container(container, bytes, size, false, allocator, error);
}

bp_status bp_safetensors_read_codes(bp_safetensors **container, const void *bytes, size_t size,
                                    const bp_allocator *allocator, bp_error *error)
{
    return read_container(container, bytes, size, true, allocator, error);
}

void bp_safetensors_free(bp_safetensors *container)
{
    if (container == NULL)
        return;
    bp_allocator allocator = container->allocator;
    bp_release(&allocator, container->tensors, container->tensor_room, sizeof *container->tensors);
    bp_json_document_free(container->header);
    bp_release(&allocator, container, 1, sizeof *container);
}

size_t bp_safetensors_count(const bp_safetensors *container)
{
    return container->tensor_count;
}

const bp_tensor *bp_safetensors_at(const bp_safetensors *container, size_t index)
{
    return index < container->tensor_count ? &container->tensors[index] : NULL;
}

const bp_tensor *bp_safetensors_find(const bp_safetensors *container, const char *name)
{
    for (size_t i = 0; i < container->tensor_count; i++)
        if (strcmp(container->tensors[i].name, name) == 0)
            return &container->tensors[i];
    return NULL;
}

const char *bp_safetensors_metadata(const bp_safetensors *container, const char *key)
{
    const char *value = NULL;
    return bp_json_as_string(bp_json_get(container->metadata, key), &value) ? value : NULL;
}

/* ---- Numbers ---------------------------------------------------------------- */

static double read_f64(const unsigned char *bytes)
{
    uint64_t bits = bp_little_endian_read(bytes, 8);
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static float read_f32(const unsigned char *bytes)
{
    uint32_t bits = (uint32_t)bp_little_endian_read(bytes, 4);
    float number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

void bp_tensor_copy(const bp_tensor *tensor, bp_type type, void *numbers)
{
    const unsigned char *bytes = tensor->data;
    bool wide = tensor->type == BP_F64;
    for (size_t i = 0; i < tensor->count; i++) {
        if (type == BP_F64)
            ((double *)numbers)[i] =
                wide ? read_f64(bytes + 8 * i) : (double)read_f32(bytes + 4 * i);
        else
            ((float *)numbers)[i] = wide ? (float)read_f64(bytes + 8 * i) : read_f32(bytes + 4 * i);
    }
}

void bp_tensor_copy_codes(const bp_tensor *tensor, uint32_t *codes)
{
    const unsigned char *bytes = tensor->data;
    for (size_t i = 0; i < tensor->count; i++)
        codes[i] = (uint32_t)bp_little_endian_read(bytes + 4 * i, 4);
}
