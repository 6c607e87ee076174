/* zip.c: the directory of a ZIP archive, and what its members hold. */
#include "table/reading/zip.h"

#include "base/error.h"
#include "base/memory.h"
#include "table/reading/unpack.h"

#include <string.h>

#define END_SIZE 22 /* of the record that ends an archive, without its comment */
#define ENTRY_SIZE 46
#define LOCAL_SIZE 30
#define COMMENT_MOST 65535u

static uint64_t number(const char *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;)
        value = value << 8 | (unsigned char)bytes[i];
    return value;
}

static bp_status fail_zip(bp_error *error, const char *what)
{
    return bp_fail(error, BP_E_DATA, "the ZIP archive is damaged: %s", what);
}

/* ZIP64 puts its own ending record before the usual one, and a locator between. */
static bool read_zip64(bp_zip *zip, size_t end, uint64_t *start, uint64_t *size)
{
    if (end < 20 || memcmp(zip->bytes + end - 20, "PK\x06\x07", 4) != 0)
        return false;
    uint64_t at = number(zip->bytes + end - 20 + 8, 8);
    if (at > zip->size || zip->size - at < 56
        || memcmp(zip->bytes + (size_t)at, "PK\x06\x06", 4) != 0)
        return false;
    zip->left = number(zip->bytes + (size_t)at + 32, 8);
    *size = number(zip->bytes + (size_t)at + 40, 8);
    *start = number(zip->bytes + (size_t)at + 48, 8);
    return true;
}

bp_status bp_zip_open(bp_zip *zip, const char *bytes, size_t size, bp_error *error)
{
    *zip = (bp_zip){.bytes = bytes, .size = size};
    if (size < END_SIZE)
        return fail_zip(error, "it is cut short");
    size_t least = size > END_SIZE + COMMENT_MOST ? size - END_SIZE - COMMENT_MOST : 0;
    size_t end = size - END_SIZE;
    while (memcmp(bytes + end, "PK\x05\x06", 4) != 0)
        if (end-- == least)
            return fail_zip(error, "it has no directory; it is cut short");
    uint64_t directory_size = number(bytes + end + 12, 4), start = number(bytes + end + 16, 4);
    zip->left = number(bytes + end + 10, 2);
    if (start == 0xFFFFFFFFu || directory_size == 0xFFFFFFFFu || zip->left == 0xFFFFu)
        if (!read_zip64(zip, end, &start, &directory_size))
            return fail_zip(error, "its directory is nowhere");
    if (start > size || directory_size > size - start)
        return fail_zip(error, "its directory is beyond its end");
    zip->next = (size_t)start;
    zip->end = (size_t)(start + directory_size);
    return BP_OK;
}

/* Sizes of 64 bits stand in an extra field, those alone that did not fit. */
static void widen(const char *extra, size_t size, uint64_t *sizes[3])
{
    while (size >= 4) {
        size_t id = (size_t)number(extra, 2), length = (size_t)number(extra + 2, 2);
        if (length > size - 4)
            return;
        if (id == 1) {
            const char *at = extra + 4, *end = at + length;
            for (size_t i = 0; i < 3; i++)
                if (*sizes[i] == 0xFFFFFFFFu && end - at >= 8) {
                    *sizes[i] = number(at, 8);
                    at += 8;
                }
            return;
        }
        extra += 4 + length;
        size -= 4 + length;
    }
}

/* The member's bytes lie behind its local header. */
static bp_status place(const bp_zip *zip, bp_zip_member *member, uint64_t local, bp_error *error)
{
    if (local > zip->size || zip->size - local < LOCAL_SIZE
        || memcmp(zip->bytes + (size_t)local, "PK\x03\x04", 4) != 0)
        return fail_zip(error, "a member is not where the directory says");
    const char *header = zip->bytes + (size_t)local;
    uint64_t start = local + LOCAL_SIZE + number(header + 26, 2) + number(header + 28, 2);
    if (start > zip->size || member->packed_size > zip->size - start)
        return fail_zip(error, "a member is longer than the archive");
    member->packed = zip->bytes + (size_t)start;
    return BP_OK;
}

bp_status bp_zip_next(bp_zip *zip, bp_zip_member *member, bool *found, bp_error *error)
{
    *found = zip->left > 0;
    if (!*found)
        return BP_OK;
    const char *entry = zip->bytes + zip->next;
    if (zip->end - zip->next < ENTRY_SIZE || memcmp(entry, "PK\x01\x02", 4) != 0)
        return fail_zip(error, "its directory is cut short");
    size_t name = (size_t)number(entry + 28, 2), extra = (size_t)number(entry + 30, 2);
    size_t comment = (size_t)number(entry + 32, 2);
    if (name + extra + comment > zip->end - zip->next - ENTRY_SIZE)
        return fail_zip(error, "its directory is cut short");
    uint64_t local = number(entry + 42, 4);
    *member = (bp_zip_member){.name = entry + ENTRY_SIZE,
                              .name_size = name,
                              .method = (unsigned)number(entry + 10, 2),
                              .crc = (uint32_t)number(entry + 16, 4),
                              .packed_size = number(entry + 20, 4),
                              .size = number(entry + 24, 4)};
    uint64_t *sizes[3] = {&member->size, &member->packed_size, &local};
    widen(entry + ENTRY_SIZE + name, extra, sizes);
    zip->next += ENTRY_SIZE + name + extra + comment;
    zip->left--;
    if (number(entry + 8, 2) & 1)
        return bp_fail(error, BP_E_DATA, "the ZIP archive is encrypted");
    return place(zip, member, local, error);
}

/* CRC-32 of IEEE 802.3, four bits at a time. */
static uint32_t checksum(const char *bytes, uint64_t size)
{
    static const uint32_t parts[16] = {0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC,
                                       0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
                                       0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
                                       0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C};
    uint32_t crc = 0xFFFFFFFFu;
    for (uint64_t i = 0; i < size; i++) {
        crc ^= (unsigned char)bytes[i];
        crc = crc >> 4 ^ parts[crc & 15];
        crc = crc >> 4 ^ parts[crc & 15];
    }
    return ~crc;
}

static bp_status inflate_member(const bp_zip_member *member, uint64_t limit,
                                const bp_allocator *allocator, char **block, bp_error *error)
{
    if (member->size > limit)
        return bp_fail(error, BP_E_DATA,
                       "the file unpacks to more than %llu bytes; if it is to be trusted, raise "
                       "--size-limit",
                       (unsigned long long)limit);
    if (member->size >= PTRDIFF_MAX)
        return bp_fail_memory(error, SIZE_MAX);
    *block = bp_allocate(allocator, (size_t)member->size + 1, 1, error);
    if (*block == NULL)
        return BP_E_MEMORY;
    bp_status status = bp_inflate(*block, (size_t)member->size, member->packed,
                                  (size_t)member->packed_size, allocator, error);
    if (status != BP_OK) {
        bp_release(allocator, *block, (size_t)member->size + 1, 1);
        *block = NULL;
    }
    return status;
}

bp_status bp_zip_extract(const bp_zip_member *member, uint64_t limit, const bp_allocator *allocator,
                         const char **bytes, char **block, bp_error *error)
{
    bp_status status = BP_OK;
    *block = NULL;
    if (member->method == 8)
        status = inflate_member(member, limit, allocator, block, error);
    else if (member->method != 0)
        return bp_fail(error, BP_E_DATA,
                       "the ZIP archive is packed by method %u, which is not known here; save it "
                       "with numpy.savez_compressed",
                       member->method);
    else if (member->size != member->packed_size)
        return fail_zip(error, "a member has two sizes");
    if (status != BP_OK)
        return status;
    *bytes = *block != NULL ? *block : member->packed;
    if (checksum(*bytes, member->size) == member->crc)
        return BP_OK;
    if (*block != NULL)
        bp_release(allocator, *block, (size_t)member->size + 1, 1);
    *block = NULL;
    return fail_zip(error, "a member's checksum is wrong");
}
