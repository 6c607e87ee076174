/* test_making.c: made-up tables are what their formulas say: radii, counts, means, and an
 * independent computation with the C library's functions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing_allocator.h"

#include <backprop/table.h>

#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846

static bp_table *made(const char *kind, size_t rows, double noise)
{
    bp_table *table = NULL;
    bp_error error;
    assert_int_equal(bp_table_make(&table, kind, rows, noise, 11, BP_F64, NULL, &error), BP_OK);
    assert_int_equal(bp_table_row_count(table), rows);
    return table;
}

static const double *numbers(const bp_table *table, size_t column)
{
    return bp_table_numbers(table, column).data;
}

static void near(double value, double wanted, double tolerance)
{
    assert_true(fabs(value - wanted) <= tolerance);
}

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

static void classes_are_even(void **state)
{
    (void)state;
    const char *kinds[] = {"xor", "moons", "circles", "spirals", "blobs", "checkerboard"};
    for (size_t k = 0; k < 6; k++) {
        bp_table *table = made(kinds[k], 1200, 0.3);
        size_t classes = strcmp(kinds[k], "blobs") == 0 ? 3 : 2, counts[3] = {0};
        assert_int_equal(bp_table_category_count(table, 2), classes);
        assert_string_equal(bp_table_column_name(table, 2), "class");
        assert_string_equal(bp_table_category(table, 2, 0), "a");
        for (size_t row = 0; row < 1200; row++)
            counts[bp_table_codes(table, 2)[row]]++;
        for (size_t c = 0; c < classes; c++)
            assert_in_range(counts[c], k == 5 ? 540 : 1200 / classes,
                            k == 5 ? 660 : 1200 / classes);
        bp_table_free(table);
    }
}

static void radii(void **state)
{
    (void)state;
    bp_table *table = made("circles", 101, 0);
    for (size_t row = 0; row < 101; row++)
        near(hypot(numbers(table, 0)[row], numbers(table, 1)[row]), row % 2 == 0 ? 1 : 0.5, 1e-15);
    bp_table_free(table);
    table = made("spirals", 100, 0);
    for (size_t row = 0; row < 100; row++)
        near(hypot(numbers(table, 0)[row], numbers(table, 1)[row]), 5 * (double)(row / 2) / 50,
             1e-14);
    bp_table_free(table);
    table = made("moons", 7, 0); /* make_moons: 4 points of one, 3 of the other */
    for (size_t row = 0; row < 7; row++) {
        double angle = PI * (double)(row / 2) / (row % 2 == 0 ? 3 : 2);
        near(numbers(table, 0)[row], row % 2 == 0 ? cos(angle) : 1 - cos(angle), 1e-15);
        near(numbers(table, 1)[row], row % 2 == 0 ? sin(angle) : 0.5 - sin(angle), 1e-15);
    }
    bp_table_free(table);
}

static void the_board(void **state)
{
    (void)state;
    bp_table *table = made("checkerboard", 5000, 0);
    for (size_t row = 0; row < 5000; row++) {
        double x = numbers(table, 0)[row], y = numbers(table, 1)[row];
        assert_true(x >= 0 && x < 4 && y >= 0 && y < 4);
        assert_int_equal(bp_table_codes(table, 2)[row], ((int)x + (int)y) % 2);
    }
    bp_table_free(table);
}

static void regressions(void **state)
{
    (void)state;
    bp_table *table = made("friedman", 20000, 0);
    const double *x[11];
    assert_int_equal(bp_table_column_count(table), 11);
    for (size_t i = 0; i < 11; i++)
        x[i] = numbers(table, i);
    for (size_t row = 0; row < 20000; row++)
        near(x[10][row],
             10 * sin(PI * x[0][row] * x[1][row]) + 20 * pow(x[2][row] - 0.5, 2) + 10 * x[3][row]
                 + 5 * x[4][row],
             1e-12);
    for (size_t i = 0; i < 10; i++)
        near(mean_of(x[i], 20000), 0.5, 0.01); /* 5 standard errors */
    bp_table_free(table);
    table = made("linear", 1000, 0);
    for (size_t row = 0; row < 1000; row++)
        near(numbers(table, 3)[row],
             1 + 2 * numbers(table, 0)[row] - 3 * numbers(table, 1)[row]
                 + numbers(table, 2)[row] / 2,
             1e-13);
    bp_table_free(table);
}

/* What the noise adds has its deviation and mean 0, and is another in each column. */
static void the_noise(void **state)
{
    (void)state;
    bp_table *table = made("xor", 20000, 0.5), *still = made("xor", 20000, 0);
    double square = 0, product = 0, sum = 0;
    for (size_t row = 0; row < 20000; row++) {
        double a = numbers(table, 0)[row] - numbers(still, 0)[row];
        double b = numbers(table, 1)[row] - numbers(still, 1)[row];
        sum += a;
        square += a * a;
        product += a * b;
    }
    near(sum / 20000, 0, 0.018);
    near(sqrt(square / 20000), 0.5, 0.0125);
    near(product / 20000, 0, 0.009);
    bp_table_free(table);
    bp_table_free(still);
    table = made("sine", 20000, 0.5);
    square = 0;
    for (size_t row = 0; row < 20000; row++)
        square += pow(numbers(table, 1)[row] - sin(numbers(table, 0)[row]), 2);
    near(sqrt(square / 20000), 0.5, 0.0125);
    bp_table_free(table);
}

/* A row does not depend on how many there are, and float32 is float64 rounded once. */
static void places(void **state)
{
    (void)state;
    bp_table *few = made("blobs", 10, 1), *many = made("blobs", 100, 1), *single = NULL;
    assert_int_equal(bp_table_make(&single, "blobs", 10, 1, 11, BP_F32, NULL, NULL), BP_OK);
    for (size_t row = 0; row < 10; row++) {
        assert_true(numbers(few, 0)[row] == numbers(many, 0)[row]);
        assert_true((float)numbers(few, 1)[row]
                    == ((const float *)bp_table_numbers(single, 1).data)[row]);
    }
    bp_table_free(few);
    bp_table_free(many);
    bp_table_free(single);
}

static void refusals(void **state)
{
    (void)state;
    bp_table *table = NULL;
    bp_error error;
    assert_int_equal(bp_table_make(&table, "moon", 5, 0, 1, BP_F64, NULL, &error), BP_E_OPTION);
    assert_string_equal(error.message, "unknown kind of table \"moon\"; did you mean \"moons\"?");
    assert_int_equal(bp_table_make(&table, "moons", 0, 0, 1, BP_F64, NULL, &error), BP_E_ARGUMENT);
    assert_int_equal(bp_table_make(&table, "moons", 5, -1, 1, BP_F64, NULL, &error), BP_E_ARGUMENT);
    assert_int_equal(bp_table_make(&table, "moons", 5, NAN, 1, BP_F64, NULL, &error),
                     BP_E_ARGUMENT);
    assert_int_equal(bp_table_make(&table, "moons", 5, INFINITY, 1, BP_F64, NULL, NULL),
                     BP_E_ARGUMENT);
    assert_null(table);
}

static void every_kind_and_refusal_of_memory(void **state)
{
    (void)state;
    for (size_t k = 0; bp_made_name(k) != NULL; k++) {
        assert_true(strlen(bp_made_help(k)) > 10);
        for (size_t n = 1;; n++) {
            failing_allocator failing;
            bp_table *table = NULL;
            failing_allocator_init(&failing, n);
            bp_status status =
                bp_table_make(&table, bp_made_name(k), 1, 0.5, 1, BP_F64, &failing.allocator, NULL);
            assert_int_equal(status == BP_OK, table != NULL);
            bp_table_free(table);
            assert_true(failing_allocator_is_clean(&failing));
            if (!failing.refused)
                break;
            assert_int_equal(status, BP_E_MEMORY);
        }
    }
    assert_null(bp_made_help(1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_are_even), cmocka_unit_test(radii),
        cmocka_unit_test(the_board),        cmocka_unit_test(regressions),
        cmocka_unit_test(the_noise),        cmocka_unit_test(places),
        cmocka_unit_test(refusals),         cmocka_unit_test(every_kind_and_refusal_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
