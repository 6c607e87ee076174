/* test_npz.c: archives of NumPy, written here byte by byte: read as they are meant, refused
 * where they are broken. */
#include "support/failing_allocator.h"

#include <backprop/table.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROOM 8192

/* An archive on its way: members, then the directory. */
typedef struct archive {
    char bytes[ROOM], directory[2048];
    size_t size, directory_size, count;
} archive;

static char *put(char *to, unsigned long long value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        *to++ = (char)(i < sizeof value ? value >> (8 * i) : 0);
    return to;
}

static uint32_t checksum(const char *bytes, size_t size)
{
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < size; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (0xEDB88320u & (0u - (crc & 1)));
    }
    return ~crc;
}

/* Stored (method 0), or deflated (8) as one block that is not compressed. */
static void add_member(archive *a, const char *name, const char *data, size_t size, int method)
{
    size_t name_size = strlen(name), packed = method == 8 ? size + 5 : size, local = a->size;
    uint32_t crc = checksum(data, size);
    char *at = a->bytes + a->size;
    memcpy(at, "PK\x03\x04\x14\0\0\0", 8);
    at = put(at + 8, (unsigned)method, 2);
    at = put(at, 0, 4);
    at = put(at, crc, 4);
    at = put(at, packed, 4);
    at = put(at, size, 4);
    at = put(at, name_size, 2);
    at = put(at, 0, 2);
    memcpy(at, name, name_size);
    at += name_size;
    if (method == 8) {
        *at++ = 1;
        at = put(at, size, 2);
        at = put(at, ~size & 0xFFFF, 2);
    }
    memcpy(at, data, size);
    a->size = (size_t)(at + size - a->bytes);
    at = a->directory + a->directory_size;
    memcpy(at, "PK\x01\x02\x14\0\x14\0\0\0", 10);
    at = put(at + 10, (unsigned)method, 2);
    at = put(at, 0, 4);
    at = put(at, crc, 4);
    at = put(at, packed, 4);
    at = put(at, size, 4);
    at = put(at, name_size, 2);
    at = put(at, 0, 12);
    at = put(at, local, 4);
    memcpy(at, name, name_size);
    a->directory_size = (size_t)(at + name_size - a->directory);
    a->count++;
}

static void finish(archive *a)
{
    size_t start = a->size;
    memcpy(a->bytes + a->size, a->directory, a->directory_size);
    char *at = a->bytes + a->size + a->directory_size;
    memcpy(at, "PK\x05\x06\0\0\0\0", 8);
    at = put(at + 8, a->count, 2);
    at = put(at, a->count, 2);
    at = put(at, a->directory_size, 4);
    at = put(at, start, 4);
    at = put(at, 0, 2);
    a->size = (size_t)(at - a->bytes);
}

static size_t make_npy(char *bytes, const char *shape, const double *numbers, size_t count)
{
    char header[128];
    int length = snprintf(header, sizeof header,
                          "{'descr': '<f8', 'fortran_order': False, 'shape': %s, }\n", shape);
    memcpy(bytes, "\x93NUMPY\x01\x00", 8);
    put(bytes + 8, (unsigned)length, 2);
    memcpy(bytes + 10, header, (size_t)length);
    for (size_t i = 0; i < count; i++) {
        unsigned long long bits;
        memcpy(&bits, &numbers[i], sizeof bits);
        put(bytes + 10 + length + 8 * i, bits, 8);
    }
    return 10 + (size_t)length + 8 * count;
}

/* x (3 x 2), y (3), z (2): the last has other rows. */
static void make_archive(archive *a, int method, bool with_z)
{
    static const double x[] = {1, 2, 3, 4, 5, 6}, y[] = {0.5, -1, 7}, z[] = {8, 9};
    char bytes[512];
    *a = (archive){.size = 0};
    add_member(a, "x.npy", bytes, make_npy(bytes, "(3, 2)", x, 6), method);
    add_member(a, "y.npy", bytes, make_npy(bytes, "(3,)", y, 3), method);
    if (with_z)
        add_member(a, "z.npy", bytes, make_npy(bytes, "(2,)", z, 2), method);
    finish(a);
}

static bp_status read_archive(bp_table **table, const archive *a, const char *query,
                              const bp_allocator *allocator, bp_error *error)
{
    bp_table_options options;
    bp_table_options_init(&options);
    options.name = "t";
    options.query = query;
    options.size_limit = 1000000;
    options.allocator = allocator;
    return bp_table_read_memory(table, a->bytes, a->size, &options, error);
}

static double cell(const bp_table *table, size_t row, size_t column)
{
    return ((const double *)bp_table_numbers(table, column).data)[row];
}

static bool can_inflate(void)
{
    return strstr(bp_build_info(), "zlib") != NULL;
}

static void side_by_side(void **state)
{
    (void)state;
    for (int method = 0; method <= (can_inflate() ? 8 : 0); method += 8) {
        archive a;
        bp_table *table = NULL;
        bp_error error;
        make_archive(&a, method, false);
        if (read_archive(&table, &a, NULL, NULL, &error) != BP_OK)
            fail_msg("%s", error.message);
        assert_int_equal(bp_table_row_count(table), 3);
        assert_int_equal(bp_table_column_count(table), 3);
        assert_string_equal(bp_table_column_name(table, 0), "x.0");
        assert_string_equal(bp_table_column_name(table, 1), "x.1");
        assert_string_equal(bp_table_column_name(table, 2), "y");
        assert_true(cell(table, 2, 1) == 6 && cell(table, 1, 2) == -1);
        assert_string_equal(bp_table_form(table), "npz, 2 arrays");
        bp_table_free(table);
        make_archive(&a, method, true);
        assert_int_equal(read_archive(&table, &a, "y,x", NULL, NULL), BP_OK);
        assert_string_equal(bp_table_column_name(table, 0), "y");
        assert_true(cell(table, 0, 0) == 0.5 && cell(table, 0, 2) == 2);
        bp_table_free(table);
    }
}

static void refuse(const archive *a, const char *query, bp_status status, const char *message)
{
    bp_table *table = NULL;
    bp_error error = {.status = BP_OK};
    assert_int_equal(read_archive(&table, a, query, NULL, &error), status);
    assert_null(table);
    if (strcmp(error.message, message) != 0)
        fail_msg("it says: %s", error.message);
}

static void refusals(void **state)
{
    (void)state;
    archive a;
    make_archive(&a, 0, true);
    refuse(&a, NULL, BP_E_DATA,
           "the arrays have different numbers of rows: x (3 x 2), y (3 x 1), z (2 x 1); say which "
           "to read, as --query x");
    refuse(&a, "x,w", BP_E_OPTION,
           "the archive has no array \"w\"; it has x (3 x 2), y (3 x 1), z (2 x 1)");
    refuse(&a, "x,x", BP_E_OPTION, "--query names \"x\" twice");
    a.bytes[a.size - 22 - a.directory_size + 8] = 1; /* a flag of the first member */
    refuse(&a, "x", BP_E_DATA, "the ZIP archive is encrypted");
    make_archive(&a, 0, false);
    a.bytes[30 + 5 + 100] ^= 1;
    refuse(&a, NULL, BP_E_DATA, "the ZIP archive is damaged: a member's checksum is wrong");
    make_archive(&a, 12, false);
    refuse(&a, NULL, BP_E_DATA,
           "the ZIP archive is packed by method 12, which is not known here; save it with "
           "numpy.savez_compressed");
    a = (archive){.size = 0};
    add_member(&a, "x.npy", "no matrix at all", 16, 0);
    finish(&a);
    refuse(&a, NULL, BP_E_DATA, "array x: it is no NPY file");
    a = (archive){.size = 0};
    add_member(&a, "content.xml", "<x/>", 4, 0);
    finish(&a);
    refuse(&a, NULL, BP_E_DATA,
           "the file is a ZIP archive or a spreadsheet; save the table as CSV");
}

/* Cut anywhere, or with any byte changed: an answer or one error, no more. */
static void damaged(void **state)
{
    (void)state;
    for (int method = 0; method <= (can_inflate() ? 8 : 0); method += 8) {
        archive a, broken;
        make_archive(&a, method, false);
        for (size_t cut = 31; cut < a.size; cut++) {
            bp_table *table = NULL;
            broken = a;
            broken.size = cut;
            assert_int_equal(read_archive(&table, &broken, NULL, NULL, NULL), BP_E_DATA);
        }
        for (size_t i = 0; i < a.size; i++)
            for (int change = 1; change < 256; change = change * 2 + 1) {
                bp_table *table = NULL;
                broken = a;
                broken.bytes[i] = (char)(broken.bytes[i] ^ change);
                read_archive(&table, &broken, NULL, NULL, NULL);
                bp_table_free(table);
            }
    }
}

static void memory(void **state)
{
    (void)state;
    archive a;
    make_archive(&a, can_inflate() ? 8 : 0, false);
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        bp_table *table = NULL;
        failing_allocator_init(&failing, n);
        bp_status status = read_archive(&table, &a, NULL, &failing.allocator, NULL);
        bp_table_free(table);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
        assert_int_equal(status, BP_E_MEMORY);
        assert_null(status == BP_OK ? NULL : table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(side_by_side), cmocka_unit_test(refusals),
                                       cmocka_unit_test(damaged), cmocka_unit_test(memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
