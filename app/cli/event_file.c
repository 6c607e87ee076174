/* event_file.c: TFRecord framing (https://www.tensorflow.org/tutorials/load_data/tfrecord) around
 * Event messages: wall_time = 1, step = 2, file_version = 3, summary = 5; a summary's value = 1
 * has tag = 1, simple_value = 2 and metadata = 9, whose plugin_data = 1 has plugin_name = 1. */
#include "event_file.h"

#include "report.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_SIZE 1024

/* Protocol buffers' wire types: a tag is field * 8 + type. */
enum { VARINT, EIGHT_BYTES, BYTES, FOUR_BYTES = 5 };

struct message {
    unsigned char bytes[MESSAGE_SIZE];
    size_t size;
};

static void add_bytes(struct message *message, const void *bytes, size_t size)
{
    if (size > MESSAGE_SIZE - message->size)
        return;
    memcpy(message->bytes + message->size, bytes, size);
    message->size += size;
}

static void add_little_endian(struct message *message, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)(value >> (8 * i));
        add_bytes(message, &byte, 1);
    }
}

static void add_varint(struct message *message, uint64_t value)
{
    for (; value >= 128; value >>= 7) {
        unsigned char byte = (unsigned char)(value | 128);
        add_bytes(message, &byte, 1);
    }
    unsigned char last = (unsigned char)value;
    add_bytes(message, &last, 1);
}

static void add_tag(struct message *message, unsigned field, unsigned type)
{
    add_varint(message, field * 8 + type);
}

static void add_block(struct message *message, unsigned field, const void *bytes, size_t size)
{
    add_tag(message, field, BYTES);
    add_varint(message, size);
    add_bytes(message, bytes, size);
}

static void add_double(struct message *message, unsigned field, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    add_tag(message, field, EIGHT_BYTES);
    add_little_endian(message, bits, 8);
}

static void add_float(struct message *message, unsigned field, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    add_tag(message, field, FOUR_BYTES);
    add_little_endian(message, bits, 4);
}

/* CRC-32C (Castagnoli), masked as TFRecord asks. */
static uint32_t checksum(const unsigned char *bytes, size_t size)
{
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0x82F63B78u & (0u - (crc & 1u)));
    }
    crc = ~crc;
    return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

static bool write_record(struct event_file *events, const struct message *message)
{
    struct message head = {.size = 0}, foot = {.size = 0};
    add_little_endian(&head, message->size, 8);
    add_little_endian(&head, checksum(head.bytes, 8), 4);
    add_little_endian(&foot, checksum(message->bytes, message->size), 4);
    return fwrite(head.bytes, 1, head.size, events->file) == head.size
           && fwrite(message->bytes, 1, message->size, events->file) == message->size
           && fwrite(foot.bytes, 1, foot.size, events->file) == foot.size
           && fflush(events->file) == 0;
}

static double now(void)
{
    struct timespec time = {0};
    clock_gettime(CLOCK_REALTIME, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bp_status fail_write(const struct event_file *events, bp_error *error)
{
    return fail_file(error, BP_E_IO, events->path, "cannot write: %s", strerror(errno));
}

bp_status event_file_open(struct event_file *events, const char *folder, bp_error *error)
{
    static const char version[] = "brain.Event:2";
    struct message message = {.size = 0};
    *events = (struct event_file){.file = NULL};
    if (folder == NULL)
        return BP_OK;
    double time = now();
    int length =
        snprintf(events->path, sizeof events->path, "%s/events.out.tfevents.%010.0f.backprop.%ld.0",
                 folder, floor(time), (long)getpid());
    if (length >= (int)sizeof events->path)
        return fail(error, BP_E_IO, "the folder of --tensorboard has too long a name");
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return fail_file(error, BP_E_IO, folder, "cannot make this folder: %s", strerror(errno));
    events->file = fopen(events->path, "wb");
    if (events->file == NULL)
        return fail_write(events, error);
    add_double(&message, 1, time);
    add_block(&message, 3, version, sizeof version - 1);
    return write_record(events, &message) ? BP_OK : fail_write(events, error);
}

static void add_value(struct message *summary, const struct event_value *value)
{
    struct message one = {.size = 0}, plugin = {.size = 0}, metadata = {.size = 0};
    if (!isfinite(value->value))
        return;
    add_block(&one, 1, value->tag, strlen(value->tag));
    add_float(&one, 2, (float)value->value);
    add_block(&plugin, 1, "scalars", 7);
    add_block(&metadata, 1, plugin.bytes, plugin.size);
    add_block(&one, 9, metadata.bytes, metadata.size);
    add_block(summary, 1, one.bytes, one.size);
}

bool event_file_write(struct event_file *events, size_t step, const struct event_value *values,
                      size_t count, bp_error *error)
{
    struct message event = {.size = 0}, summary = {.size = 0};
    if (events->file == NULL)
        return true;
    for (size_t i = 0; i < count; i++)
        add_value(&summary, &values[i]);
    add_double(&event, 1, now());
    add_tag(&event, 2, VARINT);
    add_varint(&event, step);
    add_block(&event, 5, summary.bytes, summary.size);
    if (write_record(events, &event))
        return true;
    fail_write(events, error);
    return false;
}

bp_status event_file_close(struct event_file *events, bp_error *error)
{
    bool closed = events->file == NULL || fclose(events->file) == 0;
    events->file = NULL;
    return closed ? BP_OK : fail_write(events, error);
}
