/* files.h: the only door to files. Everything above it goes through these calls;
 * they go through file_calls.h. */
#ifndef BASE_FILES_H
#define BASE_FILES_H

#include <backprop/base.h>

/* The bytes of a file, or of standard input for "-". Mapped where that is possible,
 * else read; always followed by at least one readable NUL byte. */
typedef struct bp_file_bytes {
    const char *data;
    size_t size;
    void *block; /* what to give back: a mapping or an allocation */
    size_t block_size;
    bool mapped;
    bp_allocator allocator;
} bp_file_bytes;

/* A file that is not there or may not be opened is `missing` (BP_E_DATA for tables,
 * BP_E_MODEL for models) with what to do; trouble while reading is BP_E_IO. */
bp_status bp_file_read(bp_file_bytes *bytes, const char *path, bp_status missing,
                       const bp_allocator *allocator, bp_error *error);
void bp_file_release(bp_file_bytes *bytes);

/* A file, or standard input, that is read from its start to its end, as it comes. */
typedef struct bp_file_flow {
    const char *path; /* borrowed */
    int file;
    bool regular; /* it can be opened again */
} bp_file_flow;

/* Errors as of bp_file_read. What was opened is closed by bp_file_flow_close. */
bp_status bp_file_flow_open(bp_file_flow *flow, const char *path, bp_status missing,
                            bp_error *error);
void bp_file_flow_close(bp_file_flow *flow);

/* Waits for some bytes, at most `size` (above 0), and puts what came into room[size]; *got is 0 at
 * the end. */
bp_status bp_file_flow_read(const bp_file_flow *flow, char *room, size_t size, size_t *got,
                            bp_error *error);

/* False where there is no file of that name: whatever else may be wrong with it, reading it
 * tells. */
bool bp_file_exists(const char *path);

/* A bp_file_writer that is given all of it at once. */
bp_status bp_file_write(const char *path, const void *data, size_t size, bp_error *error);

/* A hint that a large block is about to be written, or a mapping to be read, from end to end:
 * its pages come at once instead of one by one, which takes many times as long. */
void bp_memory_expect(void *block, size_t size, bool write);

/* Bytes of memory that could be taken now without hurting another program, as Linux
 * reckons; SIZE_MAX where the system does not say. */
size_t bp_memory_available(void);

#endif
