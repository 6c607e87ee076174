/* test_forms_of_numbers.c: NPY, IDX and LIBSVM: what other programs wrote is read as they meant
 * it, and what is broken is one error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing_allocator.h"

#include <backprop/table.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bp_status read_bytes(bp_table **table, const char *bytes, size_t size, const char *format,
                            bp_error *error)
{
    bp_table_options options;
    bp_table_options_init(&options);
    options.name = "t";
    options.format = format;
    options.size_limit = 1000000000;
    return bp_table_read_memory(table, bytes, size, &options, error);
}

static bp_table *read_good(const char *bytes, size_t size)
{
    bp_table *table = NULL;
    bp_error error;
    if (read_bytes(&table, bytes, size, NULL, &error) != BP_OK)
        fail_msg("%zu:%zu: %s", error.line, error.column, error.message);
    return table;
}

static void check_bad(const char *bytes, size_t size, const char *format, size_t line,
                      size_t column, const char *message)
{
    bp_table *table = NULL;
    bp_error error = {.status = BP_OK};
    assert_int_equal(read_bytes(&table, bytes, size, format, &error), BP_E_DATA);
    assert_null(table);
    assert_string_equal(error.message, message);
    assert_int_equal(error.line, line);
    assert_int_equal(error.column, column);
}

static double cell(const bp_table *table, size_t row, size_t column)
{
    assert_non_null(bp_table_numbers(table, column).data);
    return ((const double *)bp_table_numbers(table, column).data)[row];
}

/* ---- NPY --------------------------------------------------------------------------- */

/* As numpy.save wrote it: its header, the numbers behind it. */
static size_t make_npy(char *bytes, const char *header, const void *numbers, size_t size)
{
    size_t length = strlen(header);
    memcpy(bytes, "\x93NUMPY\x01\x00", 8);
    bytes[8] = (char)(length & 0xFF);
    bytes[9] = (char)(length >> 8);
    memcpy(bytes + 10, header, length);
    memcpy(bytes + 10 + length, numbers, size);
    return 10 + length + size;
}

static void check_npy(const char *header, const void *numbers, size_t size, size_t rows,
                      size_t columns, const double *expected)
{
    char bytes[512];
    bp_table *table = read_good(bytes, make_npy(bytes, header, numbers, size));
    assert_int_equal(bp_table_row_count(table), rows);
    assert_int_equal(bp_table_column_count(table), columns);
    assert_false(bp_table_has_header(table));
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < columns; i++)
            assert_true(cell(table, row, i) == expected[row * columns + i]);
    bp_table_free(table);
}

static void test_npy(void **state)
{
    (void)state;
    check_npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }          \n",
              "\x01\x00\x02\x00\xFF\xFF\x04\x00\x05\x00\x00\x80", 12, 2, 3,
              (const double[]){1, 2, -1, 4, 5, -32768});
    check_npy("{'descr': '>u2', 'fortran_order': True, 'shape': (2, 3), }\n",
              "\x00\x01\x00\x04\x00\x02\x00\x05\x00\x03\xFF\xFF", 12, 2, 3,
              (const double[]){1, 2, 3, 4, 5, 65535});
    check_npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }\n", "\x00\x7F\xFF", 3, 3,
              1, (const double[]){0, 127, 255});
    check_npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }\n",
              "\x00\x00\xC0\x3F\x00\x00\x20\xC1", 8, 1, 2, (const double[]){1.5, -10});
    check_npy("{'shape': (1, 1, 2), 'fortran_order': False, 'descr': '>f8'}\n",
              "\x3F\xF8\x00\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00\x00", 16, 1, 2,
              (const double[]){1.5, -2});
    check_npy("{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }\n",
              "\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8, 1, 1, (const double[]){-2});
}

static void test_npy_that_is_broken(void **state)
{
    (void)state;
    static const char *const plain = "the NPY file holds no plain numbers (integers or floats of "
                                     "1 to 8 bytes); save it with astype('f8')";
    static const char *const length = "the NPY file has another length than its shape says";
    static const struct {
        const char *header, *message;
    } broken[] = {
        {"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n", NULL},
        {"{'descr': '<U3', 'fortran_order': False, 'shape': (1,), }\n", NULL},
        {"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }\n", NULL},
        {"{'descr': '<f8', 'fortran_order': False}\n", NULL},
        {"{'descr': '<f8', 'shape': (1,)", NULL},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }\n", "length"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }\n",
         "length"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }\n", NULL},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 5), }\n",
         "the NPY file holds no numbers"},
    };
    char bytes[512];
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        size_t size = make_npy(bytes, broken[i].header, "\0\0\0\0\0\0\0\0", 8);
        const char *message = broken[i].message == NULL                  ? plain
                              : strcmp(broken[i].message, "length") == 0 ? length
                                                                         : broken[i].message;
        check_bad(bytes, size, NULL, 1, 1, message);
    }
    check_bad("\x93NUMPY\x01\x00\x50\x00{'descr'", 18, NULL, 1, 1, "the NPY file is cut short");
    check_bad("\x93NUMPY\x09\x00\x01\x00{}  ", 14, NULL, 1, 1,
              "this version of NPY is not known here; save it as version 1");
    size_t size = make_npy(bytes, "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n",
                           "\0\0\0\0\0\0\xF0\x7F", 8);
    check_bad(bytes, size, NULL, 1, 0, "a number of row 1 is infinite or too large (column #1)");
}

/* ---- IDX ------------------------------------------------------------------------------ */

static void test_idx(void **state)
{
    (void)state;
    static const char images[] = "\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x02\x01\xFF\x03\x80";
    bp_table *table = read_good(images, sizeof images - 1);
    assert_int_equal(bp_table_row_count(table), 2);
    assert_int_equal(bp_table_column_count(table), 2);
    assert_string_equal(bp_table_column_name(table, 1), "p1");
    assert_true(cell(table, 0, 1) == 255 && cell(table, 1, 0) == 3 && cell(table, 1, 1) == 128);
    bp_table_free(table);
    static const char labels[] = "\0\0\x0C\x01\0\0\0\x02\xFF\xFF\xFF\xFE\0\0\x01\x00";
    table = read_good(labels, sizeof labels - 1);
    assert_string_equal(bp_table_column_name(table, 0), "label");
    assert_true(cell(table, 0, 0) == -2 && cell(table, 1, 0) == 256);
    bp_table_free(table);
}

static void test_idx_that_is_broken(void **state)
{
    (void)state;
    static const char *const length = "the IDX file has another length than its sizes say";
    check_bad("\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x02\x01\xFF\x03", 19, NULL, 1, 1, length);
    check_bad("\0\0\x08\x03\0\0\0\x02\0\0\0\x01", 12, NULL, 1, 1, length);
    check_bad("\0\0\x08\x02\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 12, NULL, 1, 1, length);
    check_bad("\0\0\x08\x01\0\0\0\0", 8, NULL, 1, 1, length);
}

/* The 10,000 images that everybody has, and their labels beside them. */
static void test_mnist(void **state)
{
    (void)state;
    static const size_t counts[] = {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009};
    const char *data = getenv("BACKPROP_DATA");
    char path[1024];
    size_t seen[10] = {0};
    bp_error error;
    bp_table *table = NULL;
    if (data == NULL || data[0] == '\0' || strstr(bp_build_info(), "zlib") == NULL) {
        print_message("left out: BACKPROP_DATA is not set, or there is no zlib\n");
        return;
    }
    snprintf(path, sizeof path, "%s/mnist/t10k-images-idx3-ubyte.gz", data);
    if (bp_table_read(&table, path, NULL, &error) != BP_OK)
        fail_msg("%s: %s", error.file, error.message);
    assert_int_equal(bp_table_row_count(table), 10000);
    assert_int_equal(bp_table_column_count(table), 785);
    assert_string_equal(bp_table_column_name(table, 784), "label");
    for (size_t row = 0; row < 10000; row++)
        seen[(size_t)cell(table, row, 784)]++;
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(seen[i], counts[i]);
    bp_table_free(table);
}

/* ---- LIBSVM ------------------------------------------------------------------------------ */

static void check_svm(const char *text, const char *names, const double *expected)
{
    bp_table *table = read_good(text, strlen(text));
    size_t columns = bp_table_column_count(table), rows = bp_table_row_count(table);
    char all[256] = "";
    for (size_t i = 0; i < columns; i++) {
        strcat(all, i > 0 ? " " : "");
        strcat(all, bp_table_column_name(table, i));
        for (size_t row = 0; row < rows; row++)
            assert_true(cell(table, row, i) == expected[row * columns + i]);
    }
    assert_string_equal(all, names);
    bp_table_free(table);
}

static void test_libsvm(void **state)
{
    (void)state;
    check_svm("1 1:0.5 3:2\n-1 2:1e1 # comment 7:7\n\n# none\n1\n", "label f1 f2 f3",
              (const double[]){1, 0.5, 0, 2, -1, 0, 10, 0, 1, 0, 0, 0});
    check_svm("0 0:1 2:3\r\n2 1:4", "label f0 f1 f2", (const double[]){0, 1, 0, 3, 2, 0, 4, 0});
    check_svm("+1 qid:7 1:-1\n3.5 qid:7 1:+2\n", "label f1", (const double[]){1, -1, 3.5, 2});
}

static void test_libsvm_that_is_broken(void **state)
{
    (void)state;
    check_bad("1 1:1\n2 x:1\n", 12, NULL, 2, 3, "\"x:1\" is not INDEX:VALUE, as in 3:0.5");
    check_bad("1 1:1\n2 1:a\n", 12, NULL, 2, 3, "\"1:a\" is not a number");
    check_bad("1 1:1\n2 2:1 2:3\n", 16, NULL, 2, 7,
              "\"2:3\" is out of order: indices ascend in a line");
    check_bad("1 1:1\n2 1:1e999\n", 16, NULL, 2, 3, "\"1:1e999\" is too large a number");
    check_bad("1 1:1\n1,2 2:1\n", 14, NULL, 2, 1, "\"1,2\" is not a number");
    check_bad("1 1:1\n2 99999999999999999999:1\n", 31, NULL, 2, 3,
              "\"99999999999999999999:1\" is not INDEX:VALUE, as in 3:0.5");
    check_bad("# only\n", 7, "libsvm", 1, 1, "the file is empty");
    /* few bytes, an absurd table: told before any memory is taken */
    check_bad("1 4294967295:1\n2 1:1\n3 4294967294:1\n", 36, NULL, 1, 1,
              "3 rows of 4294967296 columns take more than 1000000000 bytes; if the file is to be "
              "trusted, raise --size-limit");
}

/* ---- Memory ------------------------------------------------------------------------------- */

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
    } sources[] = {{"1 1:0.5 3:2\n-1 2:1\n", 19},
                   {"\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x02\x01\xFF\x03\x80", 20},
                   {"\x93NUMPY\x01\x00\x3A\x00"
                    "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }\n\x01\x02\x03",
                    71}};
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        bp_status status = BP_E_MEMORY;
        for (unsigned long n = 1; status != BP_OK; n++) {
            failing_allocator failing;
            failing_allocator_init(&failing, n);
            bp_table_options options;
            bp_table_options_init(&options);
            options.allocator = &failing.allocator;
            options.kinds = "#1=category";
            bp_table *table = NULL;
            status =
                bp_table_read_memory(&table, sources[i].bytes, sources[i].size, &options, NULL);
            assert_true(status == BP_OK || status == BP_E_MEMORY);
            assert_true((status == BP_OK) == (table != NULL));
            bp_table_free(table);
            assert_true(failing_allocator_is_clean(&failing));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_npy),
        cmocka_unit_test(test_npy_that_is_broken),
        cmocka_unit_test(test_idx),
        cmocka_unit_test(test_idx_that_is_broken),
        cmocka_unit_test(test_mnist),
        cmocka_unit_test(test_libsvm),
        cmocka_unit_test(test_libsvm_that_is_broken),
        cmocka_unit_test(test_every_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
