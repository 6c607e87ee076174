/* test_description.c: a table described: figures against sums done otherwise, every edge of a
 * column, memory that runs out. */
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

static bp_table *read_text(const char *text)
{
    bp_table *table = NULL;
    bp_table_options options;
    bp_error error;
    bp_table_options_init(&options);
    options.keep_strays = true;
    assert_int_equal(bp_table_read_memory(&table, text, strlen(text), &options, &error), BP_OK);
    return table;
}

static bp_description *described(const bp_table *table)
{
    bp_description *description = NULL;
    assert_int_equal(bp_table_describe(&description, table, NULL, NULL, NULL), BP_OK);
    return description;
}

static void near(double value, double wanted)
{
    assert_true(fabs(value - wanted) <= 1e-14 * fmax(1, fabs(wanted)));
}

/* The figures by their definitions, sums done again here. */
static void figures(void **state)
{
    (void)state;
    bp_table *table = read_text("x,t\n-3,a\n1.5,b\n-0,a\nNA,a\n0,b\n12,a\n2,b\n");
    bp_description *description = described(table);
    const bp_column_summary *x = bp_description_column(description, 0);
    assert_int_equal(x->missing, 1);
    assert_int_equal(x->distinct, 5); /* -0 is 0 */
    near(x->least, -3);
    near(x->greatest, 12);
    near(x->median, 0.75);
    near(x->mean, 12.5 / 6);
    double square = 0, cube = 0;
    const double values[] = {-3, 1.5, 0, 0, 12, 2};
    for (size_t i = 0; i < 6; i++) {
        square += pow(values[i] - 12.5 / 6, 2);
        cube += pow(values[i] - 12.5 / 6, 3);
    }
    near(x->deviation, sqrt(square / 5));
    near(x->skew, cube / 6 / pow(square / 6, 1.5));
    size_t bars = 0;
    for (size_t i = 0; i < BP_BARS; i++)
        bars += x->bars[i];
    assert_int_equal(bars, 6);
    assert_int_equal(x->bars[0], 1);
    assert_int_equal(x->bars[3], 2); /* 0 is at 3.2 parts of 15/16 */
    assert_int_equal(x->bars[15], 1);
    assert_true(x->common_number[0] == 0 && x->common_rows[0] == 2);
    const bp_column_summary *t = bp_description_column(description, 1);
    assert_int_equal(t->distinct, 2);
    assert_true(isnan(t->mean));
    assert_string_equal(bp_table_category(table, 1, t->common[0]), "a");
    assert_int_equal(t->common_rows[0], 4);
    assert_int_equal(t->rarest_rows, 3);
    assert_null(bp_description_column(description, 2));
    bp_description_free(description);
    bp_table_free(table);
}

/* The largest and smallest numbers: nothing overflows. */
static void extremes(void **state)
{
    (void)state;
    bp_table *table = read_text("x,y\n1.7e308,5e-324\n-1.7e308,5e-324\n1.7e308,1e-323\n0,5e-324\n");
    bp_description *description = described(table);
    const bp_column_summary *x = bp_description_column(description, 0);
    assert_true(isfinite(x->mean) && isfinite(x->deviation) && isfinite(x->skew));
    near(x->mean / 1.7e308, 0.25);
    assert_int_equal(x->bars[0] + x->bars[8] + x->bars[7] + x->bars[15], 4);
    const bp_column_summary *y = bp_description_column(description, 1);
    assert_true(y->median == 5e-324);
    assert_int_equal(y->distinct, 2);
    bp_description_free(description);
    bp_table_free(table);
}

/* Common values come in order of their rows, first ones first among equals. */
static void common_values(void **state)
{
    (void)state;
    char text[4096] = "x,t\n";
    for (int value = 0; value < 12; value++)
        for (int times = 0; times <= value % 5; times++)
            sprintf(text + strlen(text), "w%d,%d\n", value, value);
    bp_table *table = read_text(text);
    bp_description *description = described(table);
    const int wanted[BP_COMMON] = {4, 9, 3, 8, 2, 7, 1, 6};
    for (size_t column = 0; column < 2; column++) {
        const bp_column_summary *summary = bp_description_column(description, column);
        assert_int_equal(summary->distinct, 12);
        assert_int_equal(summary->common_count, BP_COMMON);
        assert_int_equal(summary->rarest_rows, 1);
        if (column == 1)
            for (size_t i = 0; i < BP_COMMON; i++)
                assert_true(summary->common_number[i] == wanted[i]);
        for (size_t i = 0; i < BP_COMMON; i++)
            assert_int_equal(summary->common_rows[i], wanted[i] % 5 + 1);
    }
    bp_description_free(description);
    bp_table_free(table);
}

/* Sorted by bytes against a sort by comparison: negative, tiny, repeated numbers. */
static void medians(void **state)
{
    (void)state;
    for (size_t count = 1; count < 300; count += 7) {
        char text[16384] = "x,y\n";
        double values[300];
        uint32_t random = (uint32_t)count;
        for (size_t i = 0; i < count; i++) {
            random = random * 1664525u + 1013904223u;
            values[i] = ((double)(random >> 8) - 8e6) * (i % 3 == 0 ? 1e-3 : 1e-9);
            sprintf(text + strlen(text), "%.17g,1\n", values[i]);
        }
        for (size_t i = 1; i < count; i++)
            for (size_t j = i; j > 0 && values[j] < values[j - 1]; j--) {
                double value = values[j];
                values[j] = values[j - 1];
                values[j - 1] = value;
            }
        bp_table *table = read_text(text);
        bp_description *description = described(table);
        const bp_column_summary *x = bp_description_column(description, 0);
        assert_true(x->least == values[0] && x->greatest == values[count - 1]);
        near(x->median, (values[(count - 1) / 2] + values[count / 2]) / 2);
        bp_description_free(description);
        bp_table_free(table);
    }
}

static void repeats(void **state)
{
    (void)state;
    bp_table *table = read_text("a,b,t\n1,x,p\n1,x,p\n1,x,q\nNA,x,p\nNA,x,q\n2,y,p\n1,x,p\n");
    bp_description *description = described(table);
    assert_int_equal(bp_description_duplicates(description), 2);
    assert_int_equal(bp_description_conflicts(description), 2);
    bp_description_free(description);
    assert_int_equal(bp_table_describe(&description, table, "c", NULL, NULL), BP_E_OPTION);
    assert_null(description);
    bp_table_free(table);
}

static void memory_runs_out(void **state)
{
    (void)state;
    bp_table *table = read_text("same,hint,t\n1,yes,p\n1,no,q\n1,yes,p\n1,yes,p\n1,yes,p\n1,yes,p\n"
                                "1,yes,p\n1,yes,p\n1,yes,p\n1,yes,p\n1,yes,p\n1,yes,p\n1,yes,p\n"
                                "1,yes,p\n1,yes,p\n1,yes,p\n1,yes,p\n1,yes,p\n1,yes,p\n1,yes,p\n");
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        bp_description *description = NULL;
        failing_allocator_init(&failing, n);
        bp_status status = bp_table_describe(&description, table, "t", &failing.allocator, NULL);
        assert_int_equal(status == BP_OK, description != NULL);
        if (status == BP_OK) {
            assert_string_equal(bp_description_finding(description, 0)->name, "constant");
            assert_string_equal(bp_description_finding(description, 1)->name, "leak");
        }
        bp_description_free(description);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
        assert_int_equal(status, BP_E_MEMORY);
    }
    bp_description_free(NULL);
    bp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures), cmocka_unit_test(extremes), cmocka_unit_test(common_values),
        cmocka_unit_test(medians), cmocka_unit_test(repeats),  cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
