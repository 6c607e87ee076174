/* safetensors_write.c: tensors and metadata in the safetensors format, into one block or into
 * a file. */
#include "base/safetensors.h"

#include "base/error.h"
#include "base/files.h"
#include "base/little_endian.h"
#include "base/memory.h"
#include "base/utf8.h"

#include <string.h>

#define LENGTH_SIZE 8 /* the header's length in front of it */
#define HEADER_MAX 100000000
#define PAGE 4096    /* divides the page size of every machine */
#define CHUNK 65536u /* bytes written to a file at once */

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
        if ((tensor->type != BP_F32 && (tensor->type != BP_F64 || tensor->codes))
            || !shape_fits(tensor))
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
    bp_json_string(json, tensor->codes ? "U32" : tensor->type == BP_F64 ? "F64" : "F32");
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

static uint64_t stored_bits(const unsigned char *number, const bp_tensor *tensor)
{
    if (tensor->type == BP_F64) {
        uint64_t bits;
        memcpy(&bits, number, sizeof bits);
        return (bits & INT64_MAX) > (uint64_t)0x7FF << 52 ? NAN_F64 : bits;
    }
    uint32_t bits;
    memcpy(&bits, number, sizeof bits);
    return !tensor->codes && (bits & INT32_MAX) > (uint32_t)0xFF << 23 ? NAN_F32 : bits;
}

/* Numbers first .. end - 1 of a tensor; what follows them in `out`. */
static unsigned char *store(unsigned char *out, const bp_tensor *tensor, size_t first, size_t end)
{
    size_t size = bp_type_size(tensor->type);
    const unsigned char *numbers = tensor->data;
    for (size_t n = first; n < end; n++, out += size)
        bp_little_endian_write(out, size, stored_bits(numbers + n * size, tensor));
    return out;
}

static void append_tensor(bp_file_writer *writer, const bp_tensor *tensor)
{
    unsigned char chunk[CHUNK];
    size_t most = CHUNK / bp_type_size(tensor->type);
    for (size_t first = 0; first < tensor->count; first += most) {
        size_t left = tensor->count - first;
        unsigned char *end = store(chunk, tensor, first, first + (left < most ? left : most));
        if (!bp_file_writer_append(writer, chunk, (size_t)(end - chunk)))
            return;
    }
}

/* ---- The file --------------------------------------------------------------- */

typedef struct contents {
    const bp_tensor *tensors;
    size_t tensor_count;
    const bp_metadata *metadata;
    size_t metadata_count;
} contents;

static const bp_type BY_WIDTH[] = {BP_F64, BP_F32};

static bp_status write_header(bp_json *json, const contents *what, size_t *data_size,
                              bp_error *error)
{
    size_t length = 0;
    *data_size = 0;
    bp_json_object_begin(json);
    write_metadata(json, what->metadata, what->metadata_count);
    for (size_t w = 0; w < 2; w++)
        if (!write_entries(json, what->tensors, what->tensor_count, BY_WIDTH[w], data_size))
            return bp_fail_memory(error, SIZE_MAX);
    bp_json_object_end(json);
    if (bp_json_text(json, &length) == NULL)
        return bp_fail(error, BP_E_MEMORY, "out of memory for the header of the file");
    if (length > HEADER_MAX - 16)
        return bp_fail(error, BP_E_ARGUMENT, "the header of the file would be too long");
    return BP_OK;
}

/* The header with its length in front and spaces behind, `room` bytes in all. */
static void store_header(unsigned char *out, const bp_json *json, size_t room)
{
    size_t length = 0;
    const char *text = bp_json_text(json, &length);
    bp_little_endian_write(out, LENGTH_SIZE, room - LENGTH_SIZE);
    memset(out + LENGTH_SIZE, ' ', room - LENGTH_SIZE);
    memcpy(out + LENGTH_SIZE, text, length);
}

static size_t header_size(const bp_json *json)
{
    size_t length = 0;
    bp_json_text(json, &length);
    return LENGTH_SIZE + (length + 7) / 8 * 8;
}

static bp_status check(const contents *what, bp_error *error)
{
    bp_status status = check_tensors(what->tensors, what->tensor_count, error);
    return status == BP_OK ? check_metadata(what->metadata, what->metadata_count, error) : status;
}

static bp_status write_block(bp_json *json, void **bytes, size_t *size, const contents *what,
                             const bp_allocator *allocator, bp_error *error)
{
    size_t data_size = 0, total = 0;
    bp_status status = write_header(json, what, &data_size, error);
    if (status != BP_OK)
        return status;
    size_t header = header_size(json);
    if (!bp_add_size(header, data_size, &total))
        return bp_fail_memory(error, SIZE_MAX);
    unsigned char *block = bp_allocate(allocator, total, 1, error);
    if (block == NULL)
        return BP_E_MEMORY;
    store_header(block, json, header);
    unsigned char *out = block + header;
    for (size_t w = 0; w < 2; w++)
        for (size_t i = 0; i < what->tensor_count; i++)
            if (what->tensors[i].type == BY_WIDTH[w])
                out = store(out, &what->tensors[i], 0, what->tensors[i].count);
    *bytes = block;
    *size = total;
    return BP_OK;
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
    bp_json *json = NULL;
    bp_status status = check(&what, error);
    if (status == BP_OK)
        status = bp_json_new(&json, &own, error);
    if (status == BP_OK)
        status = write_block(json, bytes, size, &what, &own, error);
    bp_json_free(json);
    return status;
}

static bp_status write_stream(const char *path, const bp_json *json, size_t header,
                              const contents *what, const bp_allocator *allocator, bp_error *error)
{
    bp_file_writer writer;
    unsigned char *front = bp_allocate(allocator, header, 1, error);
    if (front == NULL)
        return BP_E_MEMORY;
    store_header(front, json, header);
    bp_status status = bp_file_writer_open(&writer, path, error);
    if (status == BP_OK) {
        bp_file_writer_append(&writer, front, header);
        for (size_t w = 0; w < 2; w++)
            for (size_t i = 0; i < what->tensor_count; i++)
                if (what->tensors[i].type == BY_WIDTH[w])
                    append_tensor(&writer, &what->tensors[i]);
        status = bp_file_writer_commit(&writer, error);
    }
    bp_release(allocator, front, header, 1);
    return status;
}

bp_status bp_safetensors_write_file(const char *path, const bp_tensor *tensors, size_t tensor_count,
                                    const bp_metadata *metadata, size_t metadata_count,
                                    const bp_allocator *allocator, bp_error *error)
{
    bp_allocator own = bp_allocator_or_default(allocator);
    contents what = {tensors, tensor_count, metadata, metadata_count};
    bp_json *json = NULL;
    size_t data_size = 0;
    bp_status status = check(&what, error);
    if (status == BP_OK)
        status = bp_json_new(&json, &own, error);
    if (status == BP_OK)
        status = write_header(json, &what, &data_size, error);
    if (status == BP_OK) {
        size_t header = header_size(json);
        header += (header + data_size) % PAGE == 0 ? 8 : 0;
        status = write_stream(path, json, header, &what, &own, error);
    }
    bp_json_free(json);
    return status;
}
