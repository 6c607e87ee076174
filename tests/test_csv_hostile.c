/* test_csv_hostile.c: files that no one should have to read: each gives rows or one error with
 * its place, soon, and takes no more memory than its size explains. */
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

typedef struct hostile {
    failing_allocator memory;
    bp_table *table;
    bp_error error;
    bp_status status;
} hostile;

/* What is read is held to `times` the text's size and some kilobytes. */
static void read_hostile(hostile *h, const char *text, size_t size, double times)
{
    bp_table_options options;
    bp_table_options_init(&options);
    failing_allocator_init(&h->memory, 0);
    options.name = "t.csv";
    options.allocator = &h->memory.allocator;
    h->error = (bp_error){.status = BP_OK};
    h->status = bp_table_read_memory(&h->table, text, size, &options, &h->error);
    assert_true((h->status == BP_OK) == (h->table != NULL));
    assert_true((double)h->memory.peak_bytes <= (double)size * (1 + times) + 600e3);
}

static void done(hostile *h)
{
    bp_table_free(h->table);
    assert_true(failing_allocator_is_clean(&h->memory));
}

static void check_error(const char *text, size_t size, size_t line, size_t column,
                        const char *message)
{
    hostile h;
    read_hostile(&h, text, size, 200);
    assert_int_equal(h.status, BP_E_DATA);
    assert_string_equal(h.error.message, message);
    assert_string_equal(h.error.file, "t.csv");
    assert_int_equal(h.error.line, line);
    assert_int_equal(h.error.column, column);
    done(&h);
}

#define CHECK_ERROR(text, line, column, message)                                                   \
    check_error(text, sizeof(text) - 1, line, column, message)

/* ---- Much of everything -------------------------------------------------------------- */

static void test_a_million_columns(void **state)
{
    (void)state;
    enum { COLUMNS = 1000000 };
    char *text = malloc(COLUMNS * 2 * 3 + 1);
    size_t size = 0;
    for (size_t row = 0; row < 3; row++)
        for (size_t i = 0; i < COLUMNS; i++) {
            text[size++] = (char)('1' + (i + row) % 9);
            text[size++] = i + 1 < COLUMNS ? ',' : '\n';
        }
    hostile h;
    read_hostile(&h, text, size, 200); /* a column takes about a kilobyte of its own */
    assert_int_equal(h.status, BP_OK);
    assert_int_equal(bp_table_column_count(h.table), COLUMNS);
    assert_int_equal(bp_table_row_count(h.table), 3);
    assert_true(((const double *)bp_table_numbers(h.table, COLUMNS - 1).data)[2] == 3);
    size_t column = 0;
    assert_int_equal(bp_table_find_column(h.table, "#999999", &column, NULL), BP_OK);
    assert_int_equal(column, COLUMNS - 2);
    done(&h);
    free(text);
}

static void test_an_endless_line(void **state)
{
    (void)state;
    const size_t size = (size_t)64 << 20;
    char *text = malloc(size);
    memset(text, 'x', size);
    hostile h;
    read_hostile(&h, text, size, 2);
    assert_int_equal(h.status, BP_E_DATA);
    assert_string_equal(h.error.message, "there are no rows below the header");
    done(&h);
    memset(text, '7', size);
    read_hostile(&h, text, size, 2);
    assert_int_equal(h.status, BP_E_DATA); /* too large a number */
    assert_int_equal(h.error.line, 1);
    done(&h);
    text[0] = '"';
    read_hostile(&h, text, size, 2);
    assert_int_equal(h.status, BP_E_DATA);
    assert_string_equal(h.error.message, "the quote that opens here is never closed");
    done(&h);
    free(text);
}

static void test_a_million_empty_lines(void **state)
{
    (void)state;
    const size_t size = 1000000;
    char *text = malloc(size + 4);
    memset(text, '\n', size);
    memcpy(text + size, "1,2\n", 4);
    hostile h;
    read_hostile(&h, text, size + 4, 2);
    assert_int_equal(h.status, BP_OK);
    bp_table_place(h.table, 0, 1, &h.error);
    assert_int_equal(h.error.line, size + 1);
    assert_int_equal(h.error.column, 3);
    done(&h);
    free(text);
}

/* Every line opens a quote that the next one closes. */
static void test_quotes_over_lines(void **state)
{
    (void)state;
    enum { LINES = 100000 };
    char *text = malloc(LINES * 4);
    size_t size = 0;
    for (size_t i = 0; i < LINES; i++)
        size += (size_t)sprintf(text + size, i % 2 == 0 ? "a,\"" : "b\"\n");
    hostile h;
    read_hostile(&h, text, size, 30);
    assert_int_equal(h.status, BP_OK);
    assert_int_equal(bp_table_row_count(h.table), LINES / 2);
    done(&h);
    free(text);
}

/* ---- Broken in one place ----------------------------------------------------------------- */

static void test_places_of_what_is_broken(void **state)
{
    (void)state;
    CHECK_ERROR("a,b\n1,2\n3", 3, 1, "1 field where the first line has 2"); /* cut off */
    CHECK_ERROR("a,b\n1,2\n3,4,5\n", 3, 1, "3 fields where the first line has 2");
    CHECK_ERROR("a,b\n1,2\n3,\0\n", 3, 3,
                "a NUL byte: this is no UTF-8 text; save the table as CSV in UTF-8");
    CHECK_ERROR("a,b\nx,2\n\xFF\xFE,4\nz,5\n", 3, 1,
                "this text is not UTF-8; save the file as UTF-8");
    CHECK_ERROR("a,a\xC3\n1,2\n", 1, 3,
                "the name of column 2 is not UTF-8; save the file as UTF-8");
    CHECK_ERROR("a,b,a\n1,2,3\n", 1, 5, "columns 1 and 3 are both called \"a\"; rename one");
    CHECK_ERROR("a,b\n1,\"2\n3,4\n5,6\n", 2, 3, "the quote that opens here is never closed");
    CHECK_ERROR("a,b\r\n1,2\r3,4\r\n", 2, 4,
                "a carriage return without a line feed; save the file with line ends of LF or "
                "CRLF");
    CHECK_ERROR("v\n1\n1e400\n", 3, 1,
                "\"1e400\" is too large a number (column v); correct it, write NA where it is "
                "missing, or use --categorical v");
}

static void test_line_ends_may_be_mixed(void **state)
{
    (void)state;
    static const char text[] = "a,b\r\n1,2\n3,4\r\n\r\n\n5,6";
    hostile h;
    read_hostile(&h, text, sizeof text - 1, 200);
    assert_int_equal(h.status, BP_OK);
    assert_int_equal(bp_table_row_count(h.table), 3);
    assert_true(((const double *)bp_table_numbers(h.table, 1).data)[2] == 6);
    done(&h);
}

/* Hexadecimal is no number here, whatever strtod thinks. */
static void test_hex_is_text(void **state)
{
    (void)state;
    static const char text[] = "v,w\n0x10,1\n0x1p3,2\n0x11,3\n";
    hostile h;
    read_hostile(&h, text, sizeof text - 1, 200);
    assert_int_equal(h.status, BP_OK);
    assert_non_null(bp_table_codes(h.table, 0));
    assert_string_equal(bp_table_category(h.table, 0, 1), "0x1p3");
    done(&h);
}

/* Cut at any byte, a table is rows or an error within the text. */
static void test_cut_at_any_byte(void **state)
{
    (void)state;
    static const char text[] = "\xEF\xBB\xBFname;\"va\"\"l\";day\r\n\"a;\r\n\"\"b\"; 1.5e3 ;"
                               "2024-01-01\r\nc;NA;2024-01-02 10:00\r\n\xC3\xA9;-7;\r\n";
    for (size_t size = 0; size < sizeof text; size++) {
        hostile h;
        read_hostile(&h, text, size, 200);
        if (h.status != BP_OK) {
            assert_int_equal(h.status, BP_E_DATA);
            assert_true(h.error.line >= 1 && h.error.line <= 6);
        }
        done(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_million_columns),
        cmocka_unit_test(test_an_endless_line),
        cmocka_unit_test(test_a_million_empty_lines),
        cmocka_unit_test(test_quotes_over_lines),
        cmocka_unit_test(test_places_of_what_is_broken),
        cmocka_unit_test(test_line_ends_may_be_mixed),
        cmocka_unit_test(test_hex_is_text),
        cmocka_unit_test(test_cut_at_any_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
