/* safetensors_write.c: tensors and metadata into one block in the safetensors format. */
#include "base/safetensors.h"

#include "base/error.h"
#include "base/little_endian.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <string.h>

#define LENGTH_SIZE 8 /* the header's length in front of it */
#define HEADER_MAX 100000000

/* A NaN may have any sign and payload; it is stored as this one. */
#define NAN_F32 0x7FC00000u
#define NAN_F64 0x7FF8000000000000u

/* ---- Checking --------------------------------------------------------------- */

static bool is_name(const char *text)
{
    return text != NULL && bp_utf8_is_valid(text, strlen(text));
}

static bool shape_fits(const bp_tensor *tensor)
{
    size_t count = 1;
    if (tensor->rank > BP_TENSOR_RANK_MAX)
        return false;
    for (size_t i = 0; i < tensor->rank; i++)
        if (!bp_multiply_size(count, tensor->shape[i], &count))
            return false;
    return count == tensor->count && (tensor->data != NULL || count == 0);
}

static bp_status check_tensors(const bp_tensor *tensors, size_t count, bp_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const bp_tensor *tensor = &tensors[i];
        if (!is_name(tensor->name) || strcmp(tensor->name, "__metadata__") == 0)
            return bp_fail(error, BP_E_ARGUMENT, "tensor %zu has no usable name", i);
        if ((tensor->type != BP_F32 && tensor->type != BP_F64) || !shape_fits(tensor))
            return bp_fail(error, BP_E_ARGUMENT, "tensor \"%s\" has no possible type or shape",
                           tensor->name);
        for (size_t j = 0; j < i; j++)
            if (strcmp(tensors[j].name, tensor->name) == 0)
                return bp_fail(error, BP_E_ARGUMENT, "two tensors are called \"%s\"", tensor->name);
    }
    return BP_OK;
}

static bp_status check_metadata(const bp_metadata *metadata, size_t count, bp_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_name(metadata[i].key) || !is_name(metadata[i].value))
            return bp_fail(error, BP_E_ARGUMENT, "metadata %zu is not UTF-8 text", i);
        for (size_t j = 0; j < i; j++)
            if (strcmp(metadata[j].key, metadata[i].key) == 0)
                return bp_fail(error, BP_E_ARGUMENT, "two metadata have the key \"%s\"",
                               metadata[i].key);
    }
    return BP_OK;
}

/* ---- The header ------------------------------------------------------------- */

static void write_metadata(bp_json *json, const bp_metadata *metadata, size_t count)
{
    if (count == 0)
        return;
    bp_json_key(json, "__metadata__");
    bp_json_object_begin(json);
    for (size_t i = 0; i < count; i++) {
        bp_json_key(json, metadata[i].key);
        bp_json_string(json, metadata[i].value);
    }
    bp_json_object_end(json);
}

static void write_entry(bp_json *json, const bp_tensor *tensor, size_t begin, size_t end)
{
    bp_json_key(json, tensor->name);
    bp_json_object_begin(json);
    bp_json_key(json, "dtype");
    bp_json_string(json, tensor->type == BP_F64 ? "F64" : "F32");
    bp_json_key(json, "shape");
    bp_json_array_begin(json);
    for (size_t i = 0; i < tensor->rank; i++)
        bp_json_integer(json, (int64_t)tensor->shape[i]);
    bp_json_array_end(json);
    bp_json_key(json, "data_offsets");
    bp_json_array_begin(json);
    bp_json_integer(json, (int64_t)begin);
    bp_json_integer(json, (int64_t)end);
    bp_json_array_end(json);
    bp_json_object_end(json);
}

/* The tensors of one type, placed from *end on; false where the sizes overflow. */
static bool write_entries(bp_json *json, const bp_tensor *tensors, size_t count, bp_type type,
                          size_t *end)
{
    for (size_t i = 0; i < count; i++) {
        if (tensors[i].type != type)
            continue;
        size_t begin = *end, size = 0;
        if (!bp_multiply_size(tensors[i].count, bp_type_size(type), &size)
            || !bp_add_size(begin, size, end) || *end > PTRDIFF_MAX)
            return false;
        write_entry(json, &tensors[i], begin, *end);
    }
    return true;
}

/* ---- The data --------------------------------------------------------------- */

static uint64_t stored_bits(const unsigned char *number, bp_type type)
{
    if (type == BP_F64) {
        uint64_t bits;
        memcpy(&bits, number, sizeof bits);
        return (bits & INT64_MAX) > (uint64_t)0x7FF << 52 ? NAN_F64 : bits;
    }
    uint32_t bits;
    memcpy(&bits, number, sizeof bits);
    return (bits & INT32_MAX) > (uint32_t)0xFF << 23 ? NAN_F32 : bits;
}

static unsigned char *write_data(unsigned char *out, const bp_tensor *tensors, size_t count,
                                 bp_type type)
{
    size_t size = bp_type_size(type);
    for (size_t i = 0; i < count; i++) {
        if (tensors[i].type != type)
            continue;
        const unsigned char *numbers = tensors[i].data;
        for (size_t n = 0; n < tensors[i].count; n++, out += size)
            bp_little_endian_write(out, size, stored_bits(numbers + n * size, type));
    }
    return out;
}

/* ---- The file --------------------------------------------------------------- */

typedef struct contents {
    const bp_tensor *tensors;
    size_t tensor_count;
    const bp_metadata *metadata;
    size_t metadata_count;
} contents;

static bp_status assemble(void **bytes, size_t *size, const contents *what, const char *header,
                          size_t header_length, size_t data_size, const bp_allocator *allocator,
                          bp_error *error)
{
    size_t padded = (header_length + 7) / 8 * 8;
    size_t total = 0;
    if (!bp_add_size(LENGTH_SIZE + padded, data_size, &total))
        return bp_fail_memory(error, SIZE_MAX);
    unsigned char *block = bp_allocate(allocator, total, 1, error);
    if (block == NULL)
        return BP_E_MEMORY;
    bp_little_endian_write(block, LENGTH_SIZE, padded);
    memset(block + LENGTH_SIZE, ' ', padded);
    memcpy(block + LENGTH_SIZE, header, header_length);
    unsigned char *data = block + LENGTH_SIZE + padded;
    data = write_data(data, what->tensors, what->tensor_count, BP_F64);
    write_data(data, what->tensors, what->tensor_count, BP_F32);
    *bytes = block;
    *size = total;
    return BP_OK;
}

static bp_status write_with(bp_json *json, void **bytes, size_t *size, const contents *what,
                            const bp_allocator *allocator, bp_error *error)
{
    size_t end = 0;
    bp_json_object_begin(json);
    write_metadata(json, what->metadata, what->metadata_count);
    if (!write_entries(json, what->tensors, what->tensor_count, BP_F64, &end)
        || !write_entries(json, what->tensors, what->tensor_count, BP_F32, &end))
        return bp_fail_memory(error, SIZE_MAX);
    bp_json_object_end(json);
    size_t length = 0;
    const char *header = bp_json_text(json, &length);
    if (header == NULL)
        return bp_fail(error, BP_E_MEMORY, "out of memory for the header of the file");
    if (length > HEADER_MAX - 8)
        return bp_fail(error, BP_E_ARGUMENT, "the header of the file would be too long");
    return assemble(bytes, size, what, header, length, end, allocator, error);
}

bp_status bp_safetensors_write(void **bytes, size_t *size, const bp_tensor *tensors,
                               size_t tensor_count, const bp_metadata *metadata,
                               size_t metadata_count, const bp_allocator *allocator,
                               bp_error *error)
{
    *bytes = NULL;
    *size = 0;
    bp_allocator own = bp_allocator_or_default(allocator);
    contents what = {tensors, tensor_count, metadata, metadata_count};
    bp_status status = check_tensors(tensors, tensor_count, error);
    if (status == BP_OK)
        status = check_metadata(metadata, metadata_count, error);
    bp_json *json = NULL;
    if (status == BP_OK)
        status = bp_json_new(&json, &own, error);
    if (status == BP_OK)
        status = write_with(json, bytes, size, &what, &own, error);
    bp_json_free(json);
    return status;
}
