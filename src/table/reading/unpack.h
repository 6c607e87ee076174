/* unpack.h: compressed sources, unpacked whole before they are read. A way of packing is one
 * function in one file, and one row in the list of unpack.c. */
#ifndef READING_UNPACK_H
#define READING_UNPACK_H

#include "base/files.h"

/* What has been unpacked so far; never more than `limit` bytes. */
typedef struct bp_unpacked {
    bp_allocator allocator;
    char *data; /* [room] */
    size_t size, room;
    uint64_t limit;
} bp_unpacked;

/* Room for at least one byte more behind `size`, and how much there is; BP_E_DATA where the
 * limit is reached. */
bp_status bp_unpacked_grow(bp_unpacked *out, size_t *free_bytes, bp_error *error);

/* Unpack a whole source; without the library behind it, BP_E_DATA that says so. */
bp_status bp_unpack_gzip(bp_unpacked *out, const char *bytes, size_t size, bp_error *error);
bp_status bp_unpack_zstd(bp_unpacked *out, const char *bytes, size_t size, bp_error *error);

/* Deflate alone, RFC 1951, as ZIP has it: exactly `room` bytes, else BP_E_DATA. */
bp_status bp_inflate(char *to, size_t room, const char *bytes, size_t size,
                     const bp_allocator *allocator, bp_error *error);

/* What was unpacked becomes the source. */
void bp_unpacked_replace(bp_file_bytes *source, const bp_unpacked *out);

/* Whether a source begins as a packed one does. */
bool bp_is_packed(const char *bytes, size_t size);

/* Replaces a source that begins as a packed one does by what it holds. `limit`: bytes that it
 * may unpack to; 0: half of the memory that is free. */
bp_status bp_unpack(bp_file_bytes *source, uint64_t limit, bp_error *error);

#endif
