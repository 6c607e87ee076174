/* files.c: whole files in, whole files out. */
#include "base/files.h"

#include "base/error.h"
#include "base/file_calls.h"
#include "base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FIRST_BLOCK 65536u /* bytes taken for a stream whose length is not known */
#define WORTH_EXPECTING ((size_t)1 << 20)

static bp_status fail_system(bp_error *error, bp_status status, const char *path,
                             const char *action, int number)
{
    return bp_fail_at(error, status, path, 0, 0, "cannot %s: %s", action, strerror(number));
}

/* A mapping is used only where a NUL follows the file's last byte inside its last page. */
static bool map_file(bp_file_bytes *bytes, int file, size_t size)
{
    if (size == 0 || size % bp_call_page_size() == 0)
        return false;
    void *mapping = bp_call_map(file, size);
    if (mapping == NULL)
        return false;
    bytes->data = mapping;
    bytes->size = size;
    bytes->block = mapping;
    bytes->block_size = size;
    bytes->mapped = true;
    return true;
}

/* Reads to the end into one growing block; `guess` is the size where it is known. */
static bp_status read_stream(bp_file_bytes *bytes, int file, size_t guess, const char *path,
                             bp_error *error)
{
    size_t capacity = guess < FIRST_BLOCK ? FIRST_BLOCK : guess + 1;
    size_t size = 0;
    char *block = bp_allocate(&bytes->allocator, capacity, 1, error);
    if (block == NULL)
        return BP_E_MEMORY;
    for (;;) {
        if (size + 1 >= capacity) { /* one byte is kept for the final NUL */
            char *larger = bp_resize(&bytes->allocator, block, capacity, capacity * 2, 1, error);
            if (larger == NULL) {
                bp_release(&bytes->allocator, block, capacity, 1);
                return BP_E_MEMORY;
            }
            block = larger;
            capacity *= 2;
        }
        long got = bp_call_read(file, block + size, capacity - size - 1);
        if (got < 0) {
            int number = errno;
            bp_release(&bytes->allocator, block, capacity, 1);
            return fail_system(error, BP_E_IO, path, "read", number);
        }
        if (got == 0)
            break;
        size += (size_t)got;
    }
    block[size] = '\0';
    bytes->data = block;
    bytes->size = size;
    bytes->block = block;
    bytes->block_size = capacity;
    return BP_OK;
}

bp_status bp_file_read(bp_file_bytes *bytes, const char *path, bp_status missing,
                       const bp_allocator *allocator, bp_error *error)
{
    *bytes = (bp_file_bytes){.allocator = bp_allocator_or_default(allocator)};
    if (strcmp(path, "-") == 0)
        return read_stream(bytes, 0, 0, path, error);
    int file = bp_call_open_read(path);
    if (file < 0)
        return fail_system(error, missing, path, "open", errno);
    bp_status status = BP_OK;
    size_t size = 0;
    if (bp_call_is_directory(file))
        status = fail_system(error, missing, path, "read", EISDIR);
    else if (!bp_call_regular_size(file, &size) || !map_file(bytes, file, size))
        status = read_stream(bytes, file, size, path, error);
    bp_call_close(file); /* a mapping stays */
    return status;
}

bp_status bp_file_flow_open(bp_file_flow *flow, const char *path, bp_status missing,
                            bp_error *error)
{
    *flow = (bp_file_flow){.path = path};
    if (strcmp(path, "-") == 0)
        return BP_OK;
    flow->file = bp_call_open_read(path);
    if (flow->file < 0)
        return fail_system(error, missing, path, "open", errno);
    size_t size = 0;
    flow->regular = bp_call_regular_size(flow->file, &size);
    if (!bp_call_is_directory(flow->file))
        return BP_OK;
    bp_file_flow_close(flow);
    return fail_system(error, missing, path, "read", EISDIR);
}

void bp_file_flow_close(bp_file_flow *flow)
{
    if (flow->file > 0)
        bp_call_close(flow->file);
    flow->file = -1;
}

bp_status bp_file_flow_read(const bp_file_flow *flow, char *room, size_t size, size_t *got,
                            bp_error *error)
{
    long count = bp_call_read(flow->file, room, size);
    *got = count > 0 ? (size_t)count : 0;
    return count < 0 ? fail_system(error, BP_E_IO, flow->path, "read", errno) : BP_OK;
}

bool bp_file_exists(const char *path)
{
    int file = bp_call_open_read(path);
    if (file < 0)
        return errno != ENOENT;
    bp_call_close(file);
    return true;
}

void bp_file_release(bp_file_bytes *bytes)
{
    if (bytes->mapped)
        bp_call_unmap(bytes->block, bytes->block_size);
    else
        bp_release(&bytes->allocator, bytes->block, bytes->block_size, 1);
    *bytes = (bp_file_bytes){.allocator = bytes->allocator};
}

/* ---- Writing ------------------------------------------------------------------------------ */

#define WRITERS 100 /* of one file at once */
#define TRIES 100   /* where another process tidies up at the same moment, each time anew */

static bool name_temporary(char name[BP_PATH_SIZE], const char *path, int number)
{
    int length = snprintf(name, BP_PATH_SIZE, "%s.backprop-%d.tmp", path, number);
    return length > 0 && length < BP_PATH_SIZE;
}

/* Makes the temporary file and locks it, which tells others that its writer lives; a dead
 * writer's gives way. False where the name is taken. */
static bool take_temporary(bp_file_writer *writer)
{
    for (int tries = 0; tries < TRIES; tries++) {
        writer->file = bp_call_open_new(writer->temporary);
        if (writer->file >= 0 && bp_call_lock(writer->file))
            return true;
        if (writer->file >= 0) { /* another took it for a dead one's before it was locked */
            bp_call_close(writer->file);
            writer->file = -1;
        } else if (errno != EEXIST) {
            return true;
        } else if (bp_call_remove_unlocked(writer->temporary) != 0 && errno != ENOENT) {
            break;
        }
    }
    errno = EEXIST;
    return false;
}

/* What several killed writers left: all but the first stand behind the one that is taken. */
static void tidy_up(const char *path, int number)
{
    char name[BP_PATH_SIZE];
    while (number < WRITERS && name_temporary(name, path, number)
           && (bp_call_remove_unlocked(name) == 0 || errno == EEXIST))
        number++;
}

bp_status bp_file_writer_open(bp_file_writer *writer, const char *path, bp_error *error)
{
    *writer = (bp_file_writer){.path = path, .file = -1};
    int number = 0;
    for (; number < WRITERS; number++) {
        if (!name_temporary(writer->temporary, path, number))
            return fail_system(error, BP_E_IO, path, "write", ENAMETOOLONG);
        if (take_temporary(writer))
            break;
    }
    if (writer->file < 0)
        return fail_system(error, BP_E_IO, path, "write", errno);
    tidy_up(path, number + 1);
    return BP_OK;
}

bool bp_file_writer_append(bp_file_writer *writer, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    while (size > 0 && writer->number == 0) {
        long put = bp_call_write(writer->file, bytes, size);
        if (put <= 0) {
            writer->number = put < 0 ? errno : ENOSPC;
            break;
        }
        bytes += put;
        size -= (size_t)put;
    }
    return writer->number == 0;
}

/* Closed last: the lock goes with it. What is on the disk closing cannot lose. */
bp_status bp_file_writer_commit(bp_file_writer *writer, bp_error *error)
{
    int number = writer->number;
    if (number == 0 && bp_call_sync(writer->file) != 0)
        number = errno;
    if (number == 0 && bp_call_rename(writer->temporary, writer->path) != 0)
        number = errno;
    if (number != 0)
        bp_call_remove(writer->temporary);
    bp_call_close(writer->file);
    return number == 0 ? BP_OK : fail_system(error, BP_E_IO, writer->path, "write", number);
}

void bp_file_writer_abort(bp_file_writer *writer)
{
    bp_call_remove(writer->temporary);
    bp_call_close(writer->file);
}

bp_status bp_file_write(const char *path, const void *data, size_t size, bp_error *error)
{
    bp_file_writer writer;
    bp_status status = bp_file_writer_open(&writer, path, error);
    if (status != BP_OK)
        return status;
    bp_file_writer_append(&writer, data, size);
    return bp_file_writer_commit(&writer, error);
}

void bp_memory_expect(void *block, size_t size, bool write)
{
    if (size >= WORTH_EXPECTING)
        bp_call_populate(block, size, write);
}

size_t bp_memory_available(void)
{
    static const char key[] = "MemAvailable:";
    char text[1024] = "";
    int file = bp_call_open_read("/proc/meminfo");
    if (file < 0)
        return SIZE_MAX;
    long length = bp_call_read(file, text, sizeof text - 1);
    bp_call_close(file);
    const char *line = length > 0 ? strstr(text, key) : NULL;
    if (line == NULL)
        return SIZE_MAX;
    size_t kilobytes = 0;
    for (line += strlen(key); *line == ' '; line++)
        ;
    for (; *line >= '0' && *line <= '9'; line++)
        kilobytes = kilobytes * 10 + (size_t)(*line - '0');
    return kilobytes * 1024;
}
