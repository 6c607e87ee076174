/* unpack_zstd.c: Zstandard, RFC 8878, by libzstd where the build has it. */
#include "table/reading/unpack.h"

#include "base/error.h"

#ifndef BACKPROP_HAS_ZSTD

bp_status bp_unpack_zstd(bp_unpacked *out, const char *bytes, size_t size, bp_error *error)
{
    (void)out;
    (void)bytes;
    (void)size;
    return bp_fail(error, BP_E_DATA,
                   "the file is compressed by zstd, which this build cannot read; decompress it "
                   "first");
}

#else

#include <zstd.h>
#include <zstd_errors.h>

static bp_status unpack(bp_unpacked *out, ZSTD_DStream *stream, ZSTD_inBuffer *in, bp_error *error)
{
    size_t ahead = 1; /* 0 where a frame is complete */
    for (;;) {
        size_t room = 0, before = in->pos;
        bp_status status = bp_unpacked_grow(out, &room, error);
        if (status != BP_OK)
            return status;
        ZSTD_outBuffer to = {out->data + out->size, room, 0};
        ahead = ZSTD_decompressStream(stream, &to, in);
        out->size += to.pos;
        if (ZSTD_isError(ahead) && ZSTD_getErrorCode(ahead) == ZSTD_error_memory_allocation)
            return bp_fail_memory(error, 0);
        if (ZSTD_isError(ahead))
            return bp_fail(error, BP_E_DATA, "the compressed file is damaged (%s)",
                           ZSTD_getErrorName(ahead));
        if (in->pos == in->size && ahead == 0)
            return BP_OK;
        if (in->pos == before && to.pos == 0)
            return bp_fail(error, BP_E_DATA, "the compressed file is cut short");
    }
}

/* libzstd takes some memory of its own, beside the caller's allocator. */
bp_status bp_unpack_zstd(bp_unpacked *out, const char *bytes, size_t size, bp_error *error)
{
    ZSTD_DStream *stream = ZSTD_createDStream();
    if (stream == NULL)
        return bp_fail_memory(error, 0);
    ZSTD_inBuffer in = {bytes, size, 0};
    bp_status status = unpack(out, stream, &in, error);
    ZSTD_freeDStream(stream);
    return status;
}

#endif
