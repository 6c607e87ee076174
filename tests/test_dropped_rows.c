/* test_dropped_rows.c: rows without a target are dropped from a table, whatever its form, and what
 * is left knows where it was read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <backprop/recipe.h>

#include "support/failing_allocator.h"
#include "support/tables.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char TEXT[] = "a,b,kind\n1,u,x\n2,v,\n3,u,y\n,w,NA\n5,v,x\n6,u,\n7,?,y\n";

static void check_cell(const bp_table *table, size_t row, size_t column, const char *expected)
{
    char text[64];
    bp_table_cell_text(table, row, column, text, sizeof text);
    assert_string_equal(text, expected);
}

static bp_preparation *drop(bp_table *table, const char *target, bp_task task)
{
    bp_error error;
    bp_preparation *p = preparation_of(table, target, NULL, task);
    if (bp_preparation_drop_unlabeled(p, table, &error) != BP_OK)
        fail_msg("%s", error.message);
    return p;
}

static void test_classes(void **state)
{
    (void)state;
    bp_table *table = table_of(TEXT, 1);
    bp_preparation *p = drop(table, NULL, BP_TASK_AUTO);
    static const size_t left[] = {0, 2, 4, 6};
    assert_int_equal(bp_table_row_count(table), 4);
    assert_int_equal(bp_table_dropped(table), 3);
    const double *a = bp_table_numbers(table, 0).data;
    const uint32_t *kind = bp_table_codes(table, 2);
    for (size_t row = 0; row < 4; row++) {
        assert_int_equal(bp_table_row_read(table, row), left[row]);
        assert_true(a[row] == (double)(left[row] + 1));
        assert_int_equal(kind[row], row == 0 || row == 2 ? 0 : 1);
    }
    check_cell(table, 3, 1, "?");
    assert_int_equal(bp_table_codes(table, 1)[3], BP_MISSING);
    check_cell(table, 2, 0, "5");
    bp_error error = {.status = BP_E_DATA};
    bp_table_place(table, 2, 1, &error);
    assert_int_equal(error.line, 6);
    assert_int_equal(error.column, 3);
    /* Numbers become categories by their texts, of the rows that are left. */
    assert_int_equal(bp_table_categorize(table, 0, &error), BP_OK);
    for (size_t row = 0; row < 4; row++)
        assert_true(atof(bp_table_category(table, 0, bp_table_codes(table, 0)[row]))
                    == (double)(left[row] + 1));
    bp_preparation_free(p);
    bp_table_free(table);
}

/* One target after another: what is dropped adds up. */
static void test_again(void **state)
{
    (void)state;
    bp_table *table = table_of(TEXT, 1);
    bp_preparation *first = drop(table, "b", BP_TASK_AUTO);
    assert_int_equal(bp_table_dropped(table), 1);
    bp_preparation *second = drop(table, "a", BP_TASK_REGRESSION);
    assert_int_equal(bp_table_dropped(table), 2);
    bp_preparation *third = drop(table, "kind", BP_TASK_AUTO);
    assert_int_equal(bp_table_dropped(table), 4);
    assert_int_equal(bp_table_row_read(table, 2), 4);
    check_cell(table, 2, 0, "5");
    bp_preparation_free(third);
    bp_preparation_free(second);
    bp_preparation_free(first);
    bp_table_free(table);
}

static void test_nothing_to_drop(void **state)
{
    (void)state;
    bp_table *table = table_of("a,kind\n1,x\n,y\n", 1);
    bp_preparation *p = drop(table, NULL, BP_TASK_AUTO);
    assert_int_equal(bp_table_dropped(table), 0);
    assert_int_equal(bp_table_row_read(table, 1), 1);
    bp_preparation_free(p);
    bp_table_free(table);
}

static void test_nothing_left(void **state)
{
    (void)state;
    bp_table *table = table_of(TEXT, 1), *other = table_of("a,b,kind\n1,u,\n2,v,NA\n", 1);
    bp_preparation *p = preparation_of(table, NULL, NULL, BP_TASK_AUTO);
    bp_error error;
    assert_int_equal(bp_preparation_drop_unlabeled(p, other, &error), BP_E_DATA);
    assert_string_equal(error.message, "no row has the target kind: all its cells are missing");
    assert_int_equal(bp_table_row_count(other), 2);
    bp_table_free(other);
    other = table_of("a,b\n1,u\n2,v\n", 1);
    assert_int_equal(bp_preparation_drop_unlabeled(p, other, &error), BP_E_DATA);
    assert_string_equal(error.message, "the table has no column \"kind\", which the model needs");
    bp_table_free(other);
    bp_preparation_free(p);
    bp_table_free(table);
}

/* What is mapped is copied, and the file stays as it is. */
static void test_mapped(void **state)
{
    (void)state;
    char path[] = "/tmp/test_dropped_rows-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    bp_table *table = table_of(TEXT, 1), *mapped = NULL;
    assert_int_equal(bp_table_write(table, path, "safetensors", NULL), BP_OK);
    for (int time = 0; time < 2; time++) {
        assert_int_equal(bp_table_read(&mapped, path, NULL, NULL), BP_OK);
        assert_int_equal(bp_table_row_count(mapped), 7);
        bp_preparation *p = drop(mapped, NULL, BP_TASK_AUTO);
        assert_int_equal(bp_table_dropped(mapped), 3);
        check_cell(mapped, 2, 0, "5");
        check_cell(mapped, 2, 1, "v");
        check_cell(mapped, 2, 2, "x");
        bp_error error = {.status = BP_E_DATA};
        bp_table_place(mapped, 2, 0, &error);
        assert_int_equal(error.line, 5); /* rows count as lines */
        assert_int_equal(bp_table_categorize(mapped, 0, &error), BP_OK);
        check_cell(mapped, 2, 0, "5");
        bp_preparation_free(p);
        bp_table_free(mapped);
    }
    bp_table_free(table);
    unlink(path);
}

/* Whichever allocation fails, the table is what it was or has lost its rows, and nothing leaks. */
static void test_out_of_memory(void **state)
{
    (void)state;
    bool done = false;
    for (size_t n = 1; !done; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, 0);
        bp_table_options options;
        bp_table_options_init(&options);
        options.allocator = &failing.allocator;
        bp_table *table = NULL;
        bp_error error;
        assert_int_equal(bp_table_read_memory(&table, TEXT, strlen(TEXT), &options, &error), BP_OK);
        bp_preparation *p = preparation_of(table, NULL, NULL, BP_TASK_AUTO);
        failing.fail_at = failing.requests + n;
        bp_status status = bp_preparation_drop_unlabeled(p, table, &error);
        if (status == BP_OK)
            status = bp_table_categorize(table, 0, &error);
        done = status == BP_OK;
        if (!done)
            assert_int_equal(status, BP_E_MEMORY);
        assert_int_equal(bp_table_row_count(table) + bp_table_dropped(table), 7);
        check_cell(table, 0, 0, "1");
        bp_preparation_free(p);
        bp_table_free(table);
        assert_true(failing_allocator_is_clean(&failing));
    }
}

/* By the option, and where there are targets at all. */
static void test_option(void **state)
{
    (void)state;
    bp_table *table = table_of(TEXT, 1), *inputs = table_of("a,b\n1,u\n2,v\n", 1);
    bp_preparation *p = preparation_of(table, NULL, NULL, BP_TASK_AUTO);
    bp_config *config = NULL;
    bp_error error;
    assert_int_equal(bp_config_new(&config, "plain", NULL, &error), BP_OK);
    assert_int_equal(bp_config_drop_unlabeled(config, p, inputs, &error), BP_OK);
    assert_int_equal(bp_config_set(config, "missing-target", "error", &error), BP_OK);
    assert_int_equal(bp_config_drop_unlabeled(config, p, table, &error), BP_OK);
    assert_int_equal(bp_table_dropped(table), 0);
    assert_int_equal(bp_preparation_fit(p, table, NULL, 7, &error), BP_E_DATA);
    assert_error(&error, BP_E_DATA, 3, 5, UNKNOWN("kind"));
    assert_int_equal(bp_config_set(config, "missing-target", "drop", &error), BP_OK);
    assert_int_equal(bp_config_drop_unlabeled(config, p, table, &error), BP_OK);
    assert_int_equal(bp_table_dropped(table), 3);
    assert_int_equal(bp_preparation_fit(p, table, NULL, 4, &error), BP_OK);
    bp_config_free(config);
    bp_preparation_free(p);
    bp_table_free(inputs);
    bp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),         cmocka_unit_test(test_again),
        cmocka_unit_test(test_nothing_to_drop), cmocka_unit_test(test_nothing_left),
        cmocka_unit_test(test_mapped),          cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
