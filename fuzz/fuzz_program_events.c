/* fuzz_program_events.c: any steps, tags and values as an event file: whole records with right
 * lengths and checksums, that hold each finite value with its tag. */
#include "fuzz.h"

#include "cli/event_file.h"

#include <math.h>

#define VALUES_MAX 6
#define TAG_SIZE 24
#define FILE_SIZE 4096

static uint64_t little_endian(const unsigned char *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

/* CRC-32C by long division, bit by bit from the front, masked. */
static uint32_t masked_checksum(const unsigned char *bytes, size_t size)
{
    uint32_t rest = 0xFFFFFFFFu;
    for (size_t bit = 0; bit < 8 * size; bit++) {
        uint32_t out = (rest ^ (uint32_t)(bytes[bit / 8] >> bit % 8)) & 1u;
        rest = rest >> 1 ^ (out ? 0x82F63B78u : 0);
    }
    rest = ~rest;
    return (rest >> 15 | rest << 17) + 0xA282EAD8u;
}

static void check_record(const unsigned char *bytes, size_t size, const struct event_value *values,
                         size_t count)
{
    FUZZ_CHECK(size >= 16);
    size_t length = (size_t)little_endian(bytes, 8);
    FUZZ_CHECK(length == size - 16);
    FUZZ_CHECK(little_endian(bytes + 8, 4) == masked_checksum(bytes, 8));
    FUZZ_CHECK(little_endian(bytes + 12 + length, 4) == masked_checksum(bytes + 12, length));
    for (size_t i = 0; i < count; i++) {
        unsigned char wanted[4];
        float value = (float)values[i].value;
        memcpy(wanted, &value, sizeof wanted);
        bool found = !isfinite(values[i].value);
        for (size_t at = 0; at + 4 <= length && !found; at++)
            found = memcmp(bytes + 12 + at, wanted, 4) == 0;
        FUZZ_CHECK(found);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = {data, size};
    struct event_value values[VALUES_MAX];
    char tags[VALUES_MAX][TAG_SIZE];
    static unsigned char file[FILE_SIZE];
    uint64_t step = 0;
    size_t count = 0;
    for (int i = 0; i < 7; i++)
        step = step << 8 | fuzz_choose(&input, 256);
    for (; input.size > 0 && count < VALUES_MAX; count++) {
        double value = 0;
        for (size_t i = 0; i < sizeof value && input.size > 0; i++)
            ((unsigned char *)&value)[i] = (unsigned char)fuzz_choose(&input, 256);
        char *tag = fuzz_text(&input, '\n');
        snprintf(tags[count], TAG_SIZE, "%s", tag);
        free(tag);
        values[count] = (struct event_value){tags[count], value};
    }
    struct event_file events = {.file = fmemopen(file, sizeof file, "wb")};
    FUZZ_CHECK(events.file != NULL);
    setbuf(events.file, NULL);
    FUZZ_CHECK(event_file_write(&events, (size_t)step, values, count, NULL));
    long end = ftell(events.file);
    event_file_close(&events, NULL);
    check_record(file, (size_t)end, values, count);
    return 0;
}
