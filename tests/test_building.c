/* test_building.c: tables that no text stands behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing_allocator.h"
#include "table/building.h"

#include <math.h>
#include <string.h>

/* Two numbers and a letter a row: (0, 0.1, "a"), (1, 0.2, missing), ... */
static bp_status make(bp_table **table, bp_type type, const bp_allocator *allocator,
                      bp_error *error)
{
    void *whole = NULL, *tenths = NULL;
    uint32_t code = 0;
    bp_status status = bp_table_build(table, "made", 3, 3, type, allocator, error);
    if (status != BP_OK)
        return status;
    status = bp_table_build_name(*table, 0, "whole", 5, error);
    if (status == BP_OK)
        status = bp_table_build_name(*table, 1, "", 0, error);
    if (status == BP_OK)
        status = bp_table_build_name(*table, 2, "letter", 6, error);
    if (status == BP_OK)
        status = bp_table_build_numbers(*table, 0, &whole, error);
    if (status == BP_OK)
        status = bp_table_build_numbers(*table, 1, &tenths, error);
    if (status == BP_OK)
        status = bp_table_build_codes(*table, 2, error);
    if (status == BP_OK)
        status = bp_text_index_add(&(*table)->column[2].categories, &(*table)->allocator, "a", 1,
                                   &code, error);
    for (size_t row = 0; row < 3 && status == BP_OK; row++) {
        if (type == BP_F64) {
            ((double *)whole)[row] = (double)row;
            ((double *)tenths)[row] = row == 2 ? NAN : (double)(row + 1) / 10;
        } else {
            ((float *)whole)[row] = (float)row;
            ((float *)tenths)[row] = row == 2 ? NAN : (float)(row + 1) / 10;
        }
        (*table)->column[2].codes[row] = row == 1 ? BP_MISSING : code;
    }
    if (status != BP_OK) {
        bp_table_free(*table);
        *table = NULL;
    }
    return status;
}

static void cells_and_names(void **state)
{
    (void)state;
    bp_table *table = NULL;
    assert_int_equal(make(&table, BP_F64, NULL, NULL), BP_OK);
    assert_string_equal(bp_table_name(table), "made");
    assert_int_equal(bp_table_row_count(table), 3);
    assert_int_equal(bp_table_column_count(table), 3);
    assert_true(bp_table_has_header(table));
    assert_string_equal(bp_table_column_name(table, 1), "#2");
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_NUMBER);
    assert_int_equal(bp_table_column_kind(table, 2), BP_COLUMN_CATEGORY);
    assert_true(((const double *)bp_table_numbers(table, 0).data)[2] == 2);
    assert_int_equal(bp_table_codes(table, 2)[0], 0);
    assert_int_equal(bp_table_codes(table, 2)[1], BP_MISSING);
    bp_table_free(table);
}

/* Numbers become texts by their shortest form, in the table's own type. */
static void numbers_as_categories(void **state)
{
    (void)state;
    for (bp_type type = BP_F32; type <= BP_F64; type++) {
        bp_table *table = NULL;
        assert_int_equal(make(&table, type, NULL, NULL), BP_OK);
        assert_int_equal(bp_table_categorize(table, 1, NULL), BP_OK);
        assert_int_equal(bp_table_category_count(table, 1), 2);
        assert_string_equal(bp_table_category(table, 1, 0), "0.1");
        assert_string_equal(bp_table_category(table, 1, 1), "0.2");
        assert_int_equal(bp_table_codes(table, 1)[2], BP_MISSING);
        bp_table_free(table);
    }
}

static void a_place_is_a_row(void **state)
{
    (void)state;
    bp_table *table = NULL;
    bp_error error = {.status = BP_E_DATA, .line = 7, .column = 7};
    assert_int_equal(make(&table, BP_F64, NULL, NULL), BP_OK);
    bp_table_place(table, 1, 1, &error);
    assert_string_equal(error.file, "made");
    assert_int_equal(error.line, 2); /* rows are counted in place of lines */
    assert_int_equal(error.column, 0);
    assert_int_equal(error.status, BP_E_DATA);
    bp_table_free(table);
}

static void bad_names(void **state)
{
    (void)state;
    bp_table *table = NULL;
    bp_error error;
    assert_int_equal(bp_table_build(&table, "made", 1, 3, BP_F64, NULL, NULL), BP_OK);
    assert_int_equal(bp_table_build_name(table, 1, "x", 1, &error), BP_E_ARGUMENT);
    assert_int_equal(bp_table_build_name(table, 0, "x", 1, &error), BP_OK);
    assert_int_equal(bp_table_build_name(table, 1, "\xff", 1, &error), BP_E_DATA);
    assert_string_equal(error.message, "the name of column 2 is not UTF-8");
    assert_int_equal(bp_table_build_name(table, 1, "a\0b", 3, &error), BP_E_DATA);
    assert_int_equal(bp_table_build_name(table, 1, "x", 1, &error), BP_E_DATA);
    assert_string_equal(error.message, "columns 1 and 2 are both called \"x\"; rename one");
    assert_string_equal(error.file, "made");
    bp_table_free(table);
    assert_int_equal(bp_table_build(&table, "made", 0, 3, BP_F64, NULL, &error), BP_E_ARGUMENT);
    assert_null(table);
}

static void memory_runs_out(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_table *table = NULL;
        bp_error error;
        bp_status status = make(&table, BP_F64, &failing.allocator, &error);
        if (status == BP_OK)
            status = bp_table_categorize(table, 1, &error);
        bp_table_free(table);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
        assert_int_equal(status, BP_E_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_and_names),  cmocka_unit_test(numbers_as_categories),
        cmocka_unit_test(a_place_is_a_row), cmocka_unit_test(bad_names),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
