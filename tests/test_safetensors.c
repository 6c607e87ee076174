/* test_safetensors.c: model containers: exact bytes, round trips, hostile files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/safetensors.h"
#include "support/failing_allocator.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Making files ----------------------------------------------------------- */

/* A file of this header and so many zero bytes; the header may hold NULs. */
static unsigned char *make_file(const char *header, size_t header_length, size_t data_size,
                                size_t *size)
{
    *size = 8 + header_length + data_size;
    unsigned char *file = calloc(*size, 1);
    assert_non_null(file);
    for (size_t i = 0; i < 8; i++)
        file[i] = (unsigned char)((uint64_t)header_length >> 8 * i);
    memcpy(file + 8, header, header_length);
    return file;
}

/* Reads a copy of exact size and checks what must hold in any case. */
static bp_status read_file(bp_safetensors **container, const unsigned char *file, size_t size,
                           bp_error *error)
{
    failing_allocator failing;
    failing_allocator_init(&failing, 0);
    bp_safetensors *other = NULL;
    bp_status status = bp_safetensors_read(container, file, size, NULL, error);
    assert_int_equal(bp_safetensors_read(&other, file, size, &failing.allocator, NULL), status);
    assert_true(failing.peak_bytes <= 2048 + 48 * size);
    bp_safetensors_free(other);
    assert_true(failing_allocator_is_clean(&failing));
    assert_true((status == BP_OK) == (*container != NULL));
    assert_true(status == BP_OK || status == BP_E_MODEL);
    return status;
}

static void check_header(const char *header, size_t data_size, const char *message)
{
    size_t size = 0;
    unsigned char *file = make_file(header, strlen(header), data_size, &size);
    bp_safetensors *container = NULL;
    bp_error error = {.message = ""};
    bp_status status = read_file(&container, file, size, &error);
    if (message == NULL) {
        if (status != BP_OK)
            fail_msg("%s: %s", header, error.message);
    } else if (status == BP_OK || strstr(error.message, message) == NULL) {
        fail_msg("%s: \"%s\", not \"%s\"", header, error.message, message);
    }
    bp_safetensors_free(container);
    free(file);
}

/* ---- Bytes ------------------------------------------------------------------ */

static void test_exact_bytes(void **state)
{
    (void)state;
    static const float a[] = {1, -2};
    static const double b[] = {0.5};
    const bp_tensor tensors[] = {
        {.name = "a", .type = BP_F32, .rank = 1, .shape = {2}, .count = 2, .data = a},
        {.name = "b", .type = BP_F64, .rank = 0, .count = 1, .data = b},
    };
    const bp_metadata metadata[] = {{"k", "v\n"}, {"", ""}};
    static const char header[] = "{\"__metadata__\":{\"k\":\"v\\n\",\"\":\"\"},"
                                 "\"b\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]},"
                                 "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}";
    static const unsigned char data[] = {0, 0, 0,    0,    0, 0, 0xE0, 0x3F,
                                         0, 0, 0x80, 0x3F, 0, 0, 0,    0xC0};
    void *bytes = NULL;
    size_t size = 0;
    assert_int_equal(bp_safetensors_write(&bytes, &size, tensors, 2, metadata, 2, NULL, NULL),
                     BP_OK);
    const unsigned char *file = bytes;
    size_t padded = (sizeof header - 1 + 7) / 8 * 8;
    assert_int_equal(size, 8 + padded + sizeof data);
    assert_int_equal(file[0], padded);
    for (size_t i = 1; i < 8; i++)
        assert_int_equal(file[i], 0);
    assert_memory_equal(file + 8, header, sizeof header - 1);
    for (size_t i = sizeof header - 1; i < padded; i++)
        assert_int_equal(file[8 + i], ' ');
    assert_memory_equal(file + 8 + padded, data, sizeof data);
    free(bytes);
}

static void test_nothing_to_write(void **state)
{
    (void)state;
    void *bytes = NULL;
    size_t size = 0;
    assert_int_equal(bp_safetensors_write(&bytes, &size, NULL, 0, NULL, 0, NULL, NULL), BP_OK);
    assert_int_equal(size, 16);
    assert_memory_equal(bytes, "\x08\0\0\0\0\0\0\0{}      ", 16);
    bp_safetensors *container = NULL;
    assert_int_equal(bp_safetensors_read(&container, bytes, size, NULL, NULL), BP_OK);
    assert_int_equal(bp_safetensors_count(container), 0);
    assert_null(bp_safetensors_at(container, 0));
    assert_null(bp_safetensors_find(container, "a"));
    assert_null(bp_safetensors_metadata(container, "a"));
    bp_safetensors_free(container);
    bp_safetensors_free(NULL);
    free(bytes);
}

/* ---- Round trips ------------------------------------------------------------ */

#define WIDE_COUNT 24
#define NARROW_COUNT 10

static double wide[WIDE_COUNT];
static float narrow[NARROW_COUNT];

static const bp_tensor TENSORS[] = {
    {.name = "net.0.layer.0.weight",
     .type = BP_F32,
     .rank = 2,
     .shape = {2, 5},
     .count = 10,
     .data = narrow},
    {.name = "nothing", .type = BP_F32, .rank = 2, .shape = {0, 3}, .count = 0},
    {.name = "\xC3\xA9\"\\",
     .type = BP_F64,
     .rank = 3,
     .shape = {2, 3, 4},
     .count = 24,
     .data = wide},
    {.name = "one", .type = BP_F64, .rank = 0, .count = 1, .data = wide},
    {.name = "",
     .type = BP_F32,
     .rank = 8,
     .shape = {1, 1, 1, 1, 1, 1, 1, 2},
     .count = 2,
     .data = narrow},
};
#define TENSOR_COUNT (sizeof TENSORS / sizeof TENSORS[0])

static const bp_metadata METADATA[] = {{"schema", "{\"a\":[1,2]}"},
                                       {"recipe", "auto\t\xE2\x82\xAC"}};
#define METADATA_COUNT (sizeof METADATA / sizeof METADATA[0])

static void fill_numbers(void)
{
    for (size_t i = 0; i < WIDE_COUNT; i++)
        wide[i] = ldexp((double)i - 3.1, (int)i * 40 - 500);
    for (size_t i = 0; i < NARROW_COUNT; i++)
        narrow[i] = ldexpf((float)i - 3.1F, (int)i * 20 - 100);
    wide[1] = -0.0;
    wide[2] = -(double)INFINITY;
    narrow[1] = -0.0F;
    narrow[2] = INFINITY;
}

static void *write_sample(size_t *size)
{
    void *bytes = NULL;
    bp_error error;
    fill_numbers();
    if (bp_safetensors_write(&bytes, size, TENSORS, TENSOR_COUNT, METADATA, METADATA_COUNT, NULL,
                             &error)
        != BP_OK)
        fail_msg("%s", error.message);
    return bytes;
}

static void check_sample(const bp_safetensors *container)
{
    static const size_t ORDER[] = {2, 3, 0, 1, 4}; /* wider first */
    assert_int_equal(bp_safetensors_count(container), TENSOR_COUNT);
    for (size_t i = 0; i < TENSOR_COUNT; i++) {
        const bp_tensor *expected = &TENSORS[ORDER[i]];
        const bp_tensor *tensor = bp_safetensors_at(container, i);
        assert_ptr_equal(bp_safetensors_find(container, expected->name), tensor);
        assert_string_equal(tensor->name, expected->name);
        assert_int_equal(tensor->type, expected->type);
        assert_int_equal(tensor->count, expected->count);
        assert_int_equal(tensor->rank, expected->rank);
        for (size_t d = 0; d < tensor->rank; d++)
            assert_int_equal(tensor->shape[d], expected->shape[d]);
        double numbers[WIDE_COUNT];
        bp_tensor_copy(tensor, tensor->type, numbers);
        if (tensor->count > 0)
            assert_memory_equal(numbers, expected->data,
                                tensor->count * bp_type_size(tensor->type));
    }
    assert_null(bp_safetensors_at(container, TENSOR_COUNT));
    for (size_t i = 0; i < METADATA_COUNT; i++)
        assert_string_equal(bp_safetensors_metadata(container, METADATA[i].key), METADATA[i].value);
    assert_null(bp_safetensors_metadata(container, "none"));
    assert_null(bp_safetensors_find(container, "__metadata__"));
}

static void test_round_trip(void **state)
{
    (void)state;
    size_t size = 0;
    unsigned char *bytes = write_sample(&size);
    for (size_t shift = 0; shift < 8; shift++) { /* at any address */
        unsigned char *moved = malloc(size + shift);
        assert_non_null(moved);
        memcpy(moved + shift, bytes, size);
        bp_safetensors *container = NULL;
        assert_int_equal(read_file(&container, moved + shift, size, NULL), BP_OK);
        check_sample(container);
        bp_safetensors_free(container);
        free(moved);
    }
    free(bytes);
}

static void test_copies_convert(void **state)
{
    (void)state;
    size_t size = 0;
    void *bytes = write_sample(&size);
    bp_safetensors *container = NULL;
    assert_int_equal(bp_safetensors_read(&container, bytes, size, NULL, NULL), BP_OK);
    float as_f32[WIDE_COUNT];
    double as_f64[NARROW_COUNT];
    bp_tensor_copy(bp_safetensors_find(container, TENSORS[2].name), BP_F32, as_f32);
    bp_tensor_copy(bp_safetensors_find(container, TENSORS[0].name), BP_F64, as_f64);
    for (size_t i = 0; i < WIDE_COUNT; i++)
        assert_true(as_f32[i] == (float)wide[i]);
    for (size_t i = 0; i < NARROW_COUNT; i++)
        assert_true(as_f64[i] == (double)narrow[i]);
    bp_safetensors_free(container);
    free(bytes);
}

/* The same bytes for any NaN. */
static void test_nan_is_stored_as_one(void **state)
{
    (void)state;
    const uint32_t bits_f32[] = {0x7F800001, 0xFFFFFFFF, 0x7FC00000, 0xFF800000};
    const uint64_t bits_f64[] = {0x7FF0000000000001, 0xFFFFFFFFFFFFFFFF, 0x7FF8000000000000,
                                 0xFFF0000000000000};
    const bp_tensor tensors[] = {
        {.name = "a", .type = BP_F32, .rank = 1, .shape = {4}, .count = 4, .data = bits_f32},
        {.name = "b", .type = BP_F64, .rank = 1, .shape = {4}, .count = 4, .data = bits_f64},
    };
    void *bytes = NULL;
    size_t size = 0;
    assert_int_equal(bp_safetensors_write(&bytes, &size, tensors, 2, NULL, 0, NULL, NULL), BP_OK);
    const unsigned char *data = (const unsigned char *)bytes + size - 48;
    for (size_t i = 0; i < 3; i++) {
        assert_memory_equal(data + 8 * i, "\0\0\0\0\0\0\xF8\x7F", 8);
        assert_memory_equal(data + 32 + 4 * i, "\0\0\xC0\x7F", 4);
    }
    assert_memory_equal(data + 24, "\0\0\0\0\0\0\xF0\xFF", 8);
    assert_memory_equal(data + 44, "\0\0\x80\xFF", 4);
    free(bytes);
}

static void check_not_written(bp_tensor first, bp_tensor second, bp_metadata metadata)
{
    const bp_tensor tensors[] = {first, second};
    const bp_metadata both[] = {{"k", "v"}, metadata};
    void *bytes = NULL;
    size_t size = 77;
    bp_error error = {.status = BP_OK};
    assert_int_equal(bp_safetensors_write(&bytes, &size, tensors, 2, both, 2, NULL, &error),
                     BP_E_ARGUMENT);
    assert_int_equal(error.status, BP_E_ARGUMENT);
    assert_null(bytes);
    assert_int_equal(size, 0);
}

static void test_what_cannot_be_written(void **state)
{
    (void)state;
    const float x[] = {1, 2};
    const bp_tensor good = {.name = "a", .rank = 1, .shape = {2}, .count = 2, .data = x};
    const bp_metadata fine = {"l", "w"};
    bp_tensor bad = good;
    check_not_written(good, bad, fine); /* the same name */
    bad.name = NULL;
    check_not_written(good, bad, fine);
    bad.name = "__metadata__";
    check_not_written(good, bad, fine);
    bad.name = "\xFF";
    check_not_written(good, bad, fine);
    bad.name = "b";
    bad.shape[0] = 3;
    check_not_written(good, bad, fine);
    bad.shape[0] = 2;
    bad.rank = 9;
    check_not_written(good, bad, fine);
    bad.rank = 1;
    bad.data = NULL;
    check_not_written(good, bad, fine);
    bad = good;
    bad.name = "b";
    check_not_written(good, bad, (bp_metadata){"k", "w"});
    check_not_written(good, bad, (bp_metadata){"l", "\xC3"});
    check_not_written(good, bad, (bp_metadata){NULL, "w"});
    check_not_written(good, bad, (bp_metadata){"l", NULL});
}

/* ---- Hostile files ---------------------------------------------------------- */

#define F32(shape, from, to)                                                                       \
    "{\"dtype\":\"F32\",\"shape\":[" shape "],\"data_offsets\":[" from "," to "]}"

static void test_good_headers(void **state)
{
    (void)state;
    check_header("{}", 0, NULL);
    check_header("{}      ", 0, NULL);
    check_header("{\"__metadata__\":{}}", 0, NULL);
    check_header("{\"a\":" F32("", "0", "4") "}", 4, NULL);
    check_header("{\"a\":" F32("2", "4", "12") ",\"b\":" F32("1", "0", "4") "}", 12, NULL);
    check_header("{\"a\":" F32("0", "4", "4") ",\"b\":" F32("1", "0", "4") "}", 4, NULL);
    check_header("{\"b\":" F32("1", "0", "4") ",\"a\":" F32("0", "0", "0") "}", 4, NULL);
    check_header("{\"a\":" F32("0,9007199254740992", "0", "0") "}", 0, NULL);
    check_header("{\"a\":{\"data_offsets\":[0,8],\"shape\":[1],\"dtype\":\"F64\"}}", 8, NULL);
}

static void test_bad_headers(void **state)
{
    (void)state;
    check_header("", 0, "not an object");
    check_header(" {}", 0, "not an object");
    check_header("[]", 0, "not an object");
    check_header("{", 0, "expected a string");
    check_header("{}x", 0, "something follows");
    check_header("{}", 1, "belong to no tensor");
    check_header("{\"__metadata__\":[]}", 0, "not an object");
    check_header("{\"__metadata__\":{\"a\":1}}", 0, "not a string");
    check_header("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", 0, "twice");
    check_header("{\"a\":" F32("1", "0", "4") ",\"a\":" F32("1", "4", "8") "}", 8, "twice");
    check_header("{\"a\":1}", 0, "not described");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", 4, "not described");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4],\"x\":0}}", 4,
                 "not described");
    check_header("{\"a\":{\"x\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 4, "no dtype");
    check_header("{\"a\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[0,2]}}", 2, "BF16");
    check_header("{\"a\":{\"dtype\":\"F32\",\"x\":[],\"data_offsets\":[0,4]}}", 4, "no shape");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}", 4, "no shape");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"x\":[0,4]}}", 4, "no data offsets");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0]}}", 4,
                 "no data offsets");
    check_header("{\"a\":" F32("1", "0", "4,4") "}", 4, "no data offsets");
    check_header("{\"a\":" F32("1", "-4", "0") "}", 4, "no data offsets");
    check_header("{\"a\":" F32("1", "0", "4.5") "}", 4, "no data offsets");
    check_header("{\"a\":" F32("1,1,1,1,1,1,1,1,1", "0", "4") "}", 4, "dimensions");
    check_header("{\"a\":" F32("-1", "0", "4") "}", 4, "impossible");
    check_header("{\"a\":" F32("0.5", "0", "4") "}", 4, "impossible");
    check_header("{\"a\":" F32("\"1\"", "0", "4") "}", 4, "impossible");
    check_header("{\"a\":" F32("4294967296,4294967296", "0", "0") "}", 0, "impossible");
    check_header("{\"a\":" F32("4294967296,1073741824", "0", "0") "}", 0, "shape");
    check_header("{\"a\":" F32("9007199254740992,2048", "0", "0") "}", 0, "impossible");
    check_header("{\"a\":" F32("1", "0", "8") "}", 8, "data do not have");
    check_header("{\"a\":" F32("1", "4", "0") "}", 4, "outside");
    check_header("{\"a\":" F32("1", "0", "4") "}", 3, "outside");
    check_header("{\"a\":" F32("1", "0", "4") "}", 5, "belong to no tensor");
    check_header("{\"a\":" F32("1", "9007199254740988", "9007199254740992") "}", 4, "outside");
    check_header("{\"a\":" F32("1", "4", "8") "}", 8, "hole");
    check_header("{\"a\":" F32("1", "0", "4") ",\"b\":" F32("1", "5", "9") "}", 9, "hole");
    check_header("{\"a\":" F32("1", "0", "4") ",\"b\":" F32("1", "2", "6") "}", 6, "overlap");
    check_header("{\"a\":" F32("1", "0", "4") ",\"b\":" F32("1", "0", "4") "}", 4, "overlap");
    check_header("{\"a\":" F32("2", "0", "8") ",\"b\":" F32("0", "4", "4") "}", 8, "overlap");
}

static void test_bad_lengths(void **state)
{
    (void)state;
    static const struct {
        unsigned char bytes[10];
        size_t size;
    } FILES[] = {
        {{0}, 0},
        {{2, 0, 0, 0, 0, 0, 0}, 7},
        {{0, 0, 0, 0, 0, 0, 0, 0}, 8},
        {{3, 0, 0, 0, 0, 0, 0, 0, '{', '}'}, 10},
        {{2, 0, 0, 0, 0, 0, 0, 0, '{'}, 9},
        {{255, 255, 255, 255, 255, 255, 255, 255, '{', '}'}, 10},
        {{2, 0, 0, 0, 1, 0, 0, 0, '{', '}'}, 10},
        {{2, 0, 0, 0, 0, 0, 0, 128, '{', '}'}, 10},
    };
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        bp_safetensors *container = NULL;
        assert_int_equal(read_file(&container, FILES[i].bytes, FILES[i].size, NULL), BP_E_MODEL);
    }
    size_t size = 0; /* a header one byte too long, though it is there */
    char *spaces = malloc(100000001);
    assert_non_null(spaces);
    memset(spaces, ' ', 100000001);
    memcpy(spaces, "{}", 2);
    unsigned char *file = make_file(spaces, 100000001, 0, &size);
    bp_safetensors *container = NULL;
    assert_int_equal(bp_safetensors_read(&container, file, size, NULL, NULL), BP_E_MODEL);
    free(file);
    free(spaces);
}

static void test_damaged_files(void **state)
{
    (void)state;
    size_t size = 0;
    unsigned char *bytes = write_sample(&size);
    unsigned char *copy = malloc(size);
    assert_non_null(copy);
    for (size_t length = 0; length < size; length++) {
        unsigned char *cut = malloc(length > 0 ? length : 1);
        assert_non_null(cut);
        memcpy(cut, bytes, length);
        bp_safetensors *container = NULL;
        assert_int_equal(read_file(&container, cut, length, NULL), BP_E_MODEL);
        free(cut);
    }
    for (size_t place = 0; place < size; place++)
        for (int byte = 0; byte < 256; byte += byte < 128 ? 3 : 31) {
            memcpy(copy, bytes, size);
            copy[place] = (unsigned char)byte;
            bp_safetensors *container = NULL;
            double numbers[WIDE_COUNT];
            if (read_file(&container, copy, size, NULL) == BP_OK)
                for (size_t i = 0; i < bp_safetensors_count(container); i++)
                    if (bp_safetensors_at(container, i)->count <= WIDE_COUNT)
                        bp_tensor_copy(bp_safetensors_at(container, i), BP_F64, numbers);
            bp_safetensors_free(container);
        }
    free(copy);
    free(bytes);
}

/* ---- Memory ----------------------------------------------------------------- */

static void test_writing_with_failing_memory(void **state)
{
    (void)state;
    fill_numbers();
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        void *bytes = NULL;
        size_t size = 0;
        bp_error error = {.status = BP_OK};
        bp_status status = bp_safetensors_write(&bytes, &size, TENSORS, TENSOR_COUNT, METADATA,
                                                METADATA_COUNT, &failing.allocator, &error);
        assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
        assert_int_equal(error.status, status);
        assert_true((status == BP_OK) == (bytes != NULL));
        bp_release(&failing.allocator, bytes, size, 1);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
    }
}

static void test_reading_with_failing_memory(void **state)
{
    (void)state;
    size_t size = 0;
    void *bytes = write_sample(&size);
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_safetensors *container = NULL;
        bp_error error = {.status = BP_OK};
        bp_status status = bp_safetensors_read(&container, bytes, size, &failing.allocator, &error);
        assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
        assert_int_equal(error.status, status);
        assert_true((status == BP_OK) == (container != NULL));
        bp_safetensors_free(container);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact_bytes),
        cmocka_unit_test(test_nothing_to_write),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_copies_convert),
        cmocka_unit_test(test_nan_is_stored_as_one),
        cmocka_unit_test(test_what_cannot_be_written),
        cmocka_unit_test(test_good_headers),
        cmocka_unit_test(test_bad_headers),
        cmocka_unit_test(test_bad_lengths),
        cmocka_unit_test(test_damaged_files),
        cmocka_unit_test(test_writing_with_failing_memory),
        cmocka_unit_test(test_reading_with_failing_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
