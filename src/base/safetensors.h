/* safetensors.h: the container of model files and of tables: 8 bytes little-endian header length N,
 * N bytes of JSON, then raw little-endian tensors, row-major. Reading trusts nothing. */
#ifndef BASE_SAFETENSORS_H
#define BASE_SAFETENSORS_H

#include <backprop/base.h>

#define BP_TENSOR_RANK_MAX 8

typedef struct bp_tensor {
    const char *name;
    bp_type type; /* F32 or F64; other dtypes are refused by name */
    bool codes;   /* U32, whole numbers, in place of F32: the type is BP_F32, for its size */
    size_t rank;
    size_t shape[BP_TENSOR_RANK_MAX];
    size_t count;     /* product of the shape */
    const void *data; /* writing: native numbers, borrowed. Reading: raw
                       * little-endian bytes in the file, perhaps unaligned */
} bp_tensor;

typedef struct bp_metadata {
    const char *key;
    const char *value;
} bp_metadata;

/* Writes a container into one block of memory, owned by the caller and released with
 * bp_release(allocator, *bytes, *size, 1). Tensors are stored by type (wider first),
 * then in the order given; metadata in the order given; the header is padded with
 * spaces to a multiple of 8. */
bp_status bp_safetensors_write(void **bytes, size_t *size, const bp_tensor *tensors,
                               size_t tensor_count, const bp_metadata *metadata,
                               size_t metadata_count, const bp_allocator *allocator,
                               bp_error *error);

/* The same into a file, as a stream: nothing is copied but the header. It never is as long
 * as a number of whole pages, so that bp_file_read can map it. */
bp_status bp_safetensors_write_file(const char *path, const bp_tensor *tensors, size_t tensor_count,
                                    const bp_metadata *metadata, size_t metadata_count,
                                    const bp_allocator *allocator, bp_error *error);

typedef struct bp_safetensors bp_safetensors;

/* Reads a container that lies in memory, which must outlive it. Checked: the header
 * length (at most 100,000,000 and within the file), strict JSON, string metadata,
 * dtypes, shapes whose products do not overflow, offsets without holes or overlaps
 * that end where the file ends. All refusals are BP_E_MODEL. */
bp_status bp_safetensors_read(bp_safetensors **container, const void *bytes, size_t size,
                              const bp_allocator *allocator, bp_error *error);

/* The same, where tensors of codes are read too; the other call refuses them. */
bp_status bp_safetensors_read_codes(bp_safetensors **container, const void *bytes, size_t size,
                                    const bp_allocator *allocator, bp_error *error);
void bp_safetensors_free(bp_safetensors *container);
size_t bp_safetensors_count(const bp_safetensors *container);
const bp_tensor *bp_safetensors_at(const bp_safetensors *container, size_t index);
const bp_tensor *bp_safetensors_find(const bp_safetensors *container, const char *name);
const char *bp_safetensors_metadata(const bp_safetensors *container, const char *key);

/* Copies a read tensor's numbers into native float32 or float64 (converting between). */
void bp_tensor_copy(const bp_tensor *tensor, bp_type type, void *numbers);

/* The same for a tensor of codes. */
void bp_tensor_copy_codes(const bp_tensor *tensor, uint32_t *codes);

#endif
