/* zip.h: the members of a ZIP archive (APPNOTE 6.3: stored or deflated, ZIP64), found by its
 * central directory. Every offset and size is checked against the archive. */
#ifndef READING_ZIP_H
#define READING_ZIP_H

#include <backprop/base.h>

typedef struct bp_zip_member {
    const char *name; /* [name_size], in the archive */
    size_t name_size;
    unsigned method;
    uint32_t crc;
    const char *packed; /* [packed_size], in the archive */
    uint64_t packed_size, size;
} bp_zip_member;

typedef struct bp_zip {
    const char *bytes;
    size_t size;
    size_t next; /* of the directory */
    size_t end;  /* of the directory */
    uint64_t left;
} bp_zip;

/* Finds the directory. Errors are BP_E_DATA. */
bp_status bp_zip_open(bp_zip *zip, const char *bytes, size_t size, bp_error *error);

/* The next member; *found is false behind the last. */
bp_status bp_zip_next(bp_zip *zip, bp_zip_member *member, bool *found, bp_error *error);

/* A member's bytes: where they stand in the archive, or unpacked into a block of member->size
 * bytes that is the caller's (*block; NULL for stored ones). Its checksum is checked. */
bp_status bp_zip_extract(const bp_zip_member *member, uint64_t limit, const bp_allocator *allocator,
                         const char **bytes, char **block, bp_error *error);

#endif
