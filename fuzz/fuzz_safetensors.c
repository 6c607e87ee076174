/* fuzz_safetensors.c: any bytes as a container: bounded memory, no leak, tensors that lie
 * within the bytes, and the same tensors after writing and reading them again. */
#include "fuzz.h"

#include "base/safetensors.h"
#include "support/failing_allocator.h"

#include <string.h>

static void *native_numbers(const bp_tensor *tensor)
{
    size_t size = tensor->count * bp_type_size(tensor->type);
    void *numbers = malloc(size > 0 ? size : 1);
    FUZZ_CHECK(numbers != NULL);
    bp_tensor_copy(tensor, tensor->type, numbers);
    return numbers;
}

static void check_inside(const bp_tensor *tensor, const uint8_t *data, size_t size)
{
    const uint8_t *begin = tensor->data;
    FUZZ_CHECK(begin >= data && begin <= data + size);
    FUZZ_CHECK(tensor->count <= (size_t)(data + size - begin) / bp_type_size(tensor->type));
    FUZZ_CHECK(tensor->rank <= BP_TENSOR_RANK_MAX);
}

static void check_same(const bp_safetensors *container, const bp_tensor *expected, size_t count)
{
    FUZZ_CHECK(bp_safetensors_count(container) == count);
    for (size_t i = 0; i < count; i++) {
        const bp_tensor *tensor = bp_safetensors_find(container, expected[i].name);
        FUZZ_CHECK(tensor != NULL && tensor->type == expected[i].type
                   && tensor->rank == expected[i].rank && tensor->count == expected[i].count);
        FUZZ_CHECK(memcmp(tensor->shape, expected[i].shape, sizeof tensor->shape) == 0);
    }
}

static void check_way_back(const bp_safetensors *container)
{
    size_t count = bp_safetensors_count(container);
    bp_tensor *tensors = calloc(count + 1, sizeof *tensors);
    FUZZ_CHECK(tensors != NULL);
    for (size_t i = 0; i < count; i++) {
        tensors[i] = *bp_safetensors_at(container, i);
        tensors[i].data = native_numbers(&tensors[i]);
    }
    void *bytes = NULL;
    size_t size = 0;
    bp_safetensors *again = NULL;
    FUZZ_CHECK(bp_safetensors_write(&bytes, &size, tensors, count, NULL, 0, NULL, NULL) == BP_OK);
    FUZZ_CHECK(bp_safetensors_read(&again, bytes, size, NULL, NULL) == BP_OK);
    check_same(again, tensors, count);
    bp_safetensors_free(again);
    free(bytes);
    for (size_t i = 0; i < count; i++)
        free((void *)(uintptr_t)tensors[i].data);
    free(tensors);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t n = 0; n <= 7; n++) { /* 0: no allocation fails */
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_safetensors *container = NULL;
        bp_error error = {.status = BP_OK};
        bp_status status = bp_safetensors_read(&container, data, size, &failing.allocator, &error);
        FUZZ_CHECK(error.status == status && (status == BP_OK) == (container != NULL));
        FUZZ_CHECK(status == BP_OK || status == (failing.refused ? BP_E_MEMORY : BP_E_MODEL));
        FUZZ_CHECK(failing.peak_bytes <= 2048 + 48 * size);
        for (size_t i = 0; status == BP_OK && i < bp_safetensors_count(container); i++)
            check_inside(bp_safetensors_at(container, i), data, size);
        if (status == BP_OK && n == 0)
            check_way_back(container);
        bp_safetensors_free(container);
        FUZZ_CHECK(failing_allocator_is_clean(&failing));
    }
    return 0;
}
