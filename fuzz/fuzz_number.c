/* fuzz_number.c: any text as a number: agreement with the C library (whose locale is "C"
 * here), and the way back. */
#include "fuzz.h"

#include <backprop/base.h>

#include <string.h>

static void check_f64(const char *text, double value)
{
    double expected = strtod(text, NULL);
    FUZZ_CHECK(memcmp(&value, &expected, sizeof value) == 0);
    if (value - value != 0)
        return;
    char written[BP_NUMBER_SIZE];
    double back = 0;
    size_t length = bp_number_write(value, written);
    FUZZ_CHECK(length == strlen(written) && length < BP_NUMBER_SIZE);
    FUZZ_CHECK(bp_number_read(written, length, &back));
    FUZZ_CHECK(memcmp(&value, &back, sizeof value) == 0);
}

static void check_f32(const char *text, float value)
{
    float expected = strtof(text, NULL);
    FUZZ_CHECK(memcmp(&value, &expected, sizeof value) == 0);
    if (value - value != 0)
        return;
    char written[BP_NUMBER_SIZE];
    float back = 0;
    size_t length = bp_number_write_f32(value, written);
    FUZZ_CHECK(length == strlen(written) && length < BP_NUMBER_SIZE);
    FUZZ_CHECK(bp_number_read_f32(written, length, &back));
    FUZZ_CHECK(memcmp(&value, &back, sizeof value) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    double value = 77;
    float value_f32 = 77;
    bool read = bp_number_read((const char *)data, size, &value);
    FUZZ_CHECK(bp_number_read_f32((const char *)data, size, &value_f32) == read);
    if (!read) {
        FUZZ_CHECK(value == 77 && value_f32 == 77);
        return 0;
    }
    char *text = malloc(size + 1);
    FUZZ_CHECK(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    check_f64(text, value);
    check_f32(text, value_f32);
    free(text);
    return 0;
}
