/* unpack_gzip.c: gzip, RFC 1952, by zlib where the build has it. */
#include "table/reading/unpack.h"

#include "base/error.h"
#include "base/memory.h"

#ifndef BACKPROP_HAS_ZLIB

bp_status bp_unpack_gzip(bp_unpacked *out, const char *bytes, size_t size, bp_error *error)
{
    (void)out;
    (void)bytes;
    (void)size;
    return bp_fail(error, BP_E_DATA,
                   "the file is compressed by gzip, which this build cannot read; decompress it "
                   "first");
}

bp_status bp_inflate(char *to, size_t room, const char *bytes, size_t size,
                     const bp_allocator *allocator, bp_error *error)
{
    (void)to;
    (void)room;
    (void)bytes;
    (void)size;
    (void)allocator;
    return bp_fail(error, BP_E_DATA,
                   "the archive is compressed, which this build cannot read; save it with "
                   "numpy.savez");
}

#else

#include <zlib.h>

#define WINDOW_OF_GZIP (15 + 16) /* the largest window, in gzip's wrapping */
#define PIECE ((size_t)1 << 30)  /* zlib counts bytes in 32 bits */

/* zlib does not tell sizes when it frees: each block begins with its own. */
static voidpf take(voidpf context, uInt count, uInt size)
{
    size_t bytes = (size_t)count * size + 16;
    size_t *block = bp_resize(context, NULL, 0, bytes, 1, NULL);
    if (block == NULL)
        return Z_NULL;
    *block = bytes;
    return (unsigned char *)block + 16;
}

static void give_back(voidpf context, voidpf pointer)
{
    size_t *block = (size_t *)((unsigned char *)pointer - 16);
    bp_release(context, block, *block, 1);
}

/* What is left of the bytes, as far as zlib counts. */
static void feed(z_stream *stream, const unsigned char *end)
{
    size_t left = (size_t)(end - stream->next_in);
    stream->avail_in = (uInt)(left < PIECE ? left : PIECE);
}

static bp_status fail(int result, const z_stream *stream, bp_error *error)
{
    if (result == Z_MEM_ERROR)
        return bp_fail_memory(error, 0);
    if (result == Z_BUF_ERROR)
        return bp_fail(error, BP_E_DATA, "the compressed file is cut short");
    return bp_fail(error, BP_E_DATA, "the compressed file is damaged (%s)",
                   stream->msg != NULL ? stream->msg : "gzip");
}

/* One member after another; zeros behind the last are padding. */
static bp_status unpack(bp_unpacked *out, z_stream *stream, const unsigned char *end,
                        bp_error *error)
{
    for (;;) {
        size_t room = 0;
        bp_status status = bp_unpacked_grow(out, &room, error);
        if (status != BP_OK)
            return status;
        room = room < PIECE ? room : PIECE;
        feed(stream, end);
        stream->next_out = (unsigned char *)out->data + out->size;
        stream->avail_out = (uInt)room;
        int result = inflate(stream, Z_NO_FLUSH);
        out->size += room - stream->avail_out;
        if (result == Z_STREAM_END) {
            while (stream->next_in < end && *stream->next_in == 0)
                stream->next_in++;
            if (stream->next_in == end)
                return BP_OK;
            result = inflateReset(stream);
        }
        if (result != Z_OK)
            return fail(result, stream, error);
    }
}

bp_status bp_inflate(char *to, size_t room, const char *bytes, size_t size,
                     const bp_allocator *allocator, bp_error *error)
{
    bp_allocator memory = *allocator;
    z_stream stream = {.zalloc = take, .zfree = give_back, .opaque = &memory};
    const unsigned char *end = (const unsigned char *)bytes + size;
    stream.next_in = (z_const Bytef *)(uintptr_t)bytes;
    stream.next_out = (unsigned char *)to;
    if (inflateInit2(&stream, -15) != Z_OK) /* no wrapping */
        return bp_fail_memory(error, 0);
    int result = Z_OK;
    unsigned char one; /* where nothing is to come there may still be an end to read */
    while (result == Z_OK) {
        size_t left = room - (size_t)(stream.next_out - (unsigned char *)to);
        feed(&stream, end);
        stream.avail_out = (uInt)(left < PIECE ? left : PIECE);
        if (left == 0) {
            unsigned char *last = stream.next_out;
            stream.next_out = &one;
            stream.avail_out = 1;
            result = inflate(&stream, Z_NO_FLUSH);
            bool more = stream.avail_out == 0;
            stream.next_out = last;
            if (more || result != Z_STREAM_END)
                result = Z_DATA_ERROR;
        } else {
            result = inflate(&stream, Z_NO_FLUSH);
        }
    }
    bool whole = stream.next_out == (unsigned char *)to + room;
    bp_status status = BP_OK;
    if (result != Z_STREAM_END)
        status = fail(result, &stream, error);
    else if (!whole)
        status = bp_fail(error, BP_E_DATA, "the compressed file is shorter than it says");
    inflateEnd(&stream);
    return status;
}

bp_status bp_unpack_gzip(bp_unpacked *out, const char *bytes, size_t size, bp_error *error)
{
    z_stream stream = {.zalloc = take, .zfree = give_back, .opaque = &out->allocator};
    const unsigned char *begin = (const unsigned char *)bytes;
    stream.next_in = (z_const Bytef *)begin;
    if (inflateInit2(&stream, WINDOW_OF_GZIP) != Z_OK)
        return bp_fail_memory(error, 0);
    bp_status status = unpack(out, &stream, begin + size, error);
    inflateEnd(&stream);
    return status;
}

#endif
