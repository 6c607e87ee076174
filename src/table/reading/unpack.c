/* unpack.c: compressed sources, known by their first bytes. */
#include "table/reading/unpack.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

#define FIRST_ROOM ((size_t)1 << 16)

static const struct {
    const char *bytes;
    size_t size;
    bp_status (*unpack)(bp_unpacked *out, const char *bytes, size_t size, bp_error *error);
} PACKERS[] = {
    {"\x1F\x8B", 2, bp_unpack_gzip},
    {"\x28\xB5\x2F\xFD", 4, bp_unpack_zstd},
};

bp_status bp_unpacked_grow(bp_unpacked *out, size_t *free_bytes, bp_error *error)
{
    if (out->size >= out->limit)
        return bp_fail(error, BP_E_DATA,
                       "the file unpacks to more than %llu bytes; if it is to be trusted, raise "
                       "--size-limit",
                       (unsigned long long)out->limit);
    if (out->size + 1 >= out->room) { /* one byte is kept for the final NUL */
        size_t room = out->room > 0 ? out->room * 2 : FIRST_ROOM;
        char *grown = bp_resize(&out->allocator, out->data, out->room, room, 1, error);
        if (grown == NULL)
            return BP_E_MEMORY;
        out->data = grown;
        out->room = room;
    }
    uint64_t allowed = out->limit - out->size;
    *free_bytes = out->room - out->size - 1;
    if (*free_bytes > allowed)
        *free_bytes = (size_t)allowed;
    return BP_OK;
}

void bp_unpacked_replace(bp_file_bytes *source, const bp_unpacked *out)
{
    bp_file_release(source);
    out->data[out->size] = '\0';
    source->data = source->block = out->data;
    source->size = out->size;
    source->block_size = out->room;
    source->mapped = false;
}

bool bp_is_packed(const char *bytes, size_t size)
{
    for (size_t i = 0; i < sizeof PACKERS / sizeof PACKERS[0]; i++)
        if (size >= PACKERS[i].size && memcmp(bytes, PACKERS[i].bytes, PACKERS[i].size) == 0)
            return true;
    return false;
}

bp_status bp_unpack(bp_file_bytes *source, uint64_t limit, bp_error *error)
{
    for (size_t i = 0; i < sizeof PACKERS / sizeof PACKERS[0]; i++) {
        if (source->size < PACKERS[i].size
            || memcmp(source->data, PACKERS[i].bytes, PACKERS[i].size) != 0)
            continue;
        bp_unpacked out = {.allocator = source->allocator, .limit = limit};
        size_t free_bytes = 0;
        if (limit == 0)
            out.limit = bp_memory_available() / 2;
        bp_status status = bp_unpacked_grow(&out, &free_bytes, error);
        if (status == BP_OK)
            status = PACKERS[i].unpack(&out, source->data, source->size, error);
        if (status == BP_OK)
            bp_unpacked_replace(source, &out);
        else
            bp_release(&out.allocator, out.data, out.room, 1);
        return status;
    }
    return BP_OK;
}
