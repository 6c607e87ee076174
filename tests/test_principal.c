/* test_principal.c: principal components against numpy's eigenvectors, their edges, and in a
 * preparation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/matrix.h"
#include "base/memory.h"
#include "support/failing_allocator.h"
#include "support/tables.h"
#include "table/principal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS ((size_t)12)
#define WIDTH ((size_t)4)

static void fill(double rows[ROWS * WIDTH])
{
    for (size_t i = 0; i < ROWS; i++) {
        double a = (double)(i * 37 % 11);
        rows[i * WIDTH] = a - 5;
        rows[i * WIDTH + 1] = (double)(i * i * 13 % 17) / 4;
        rows[i * WIDTH + 2] = (double)(i * 7 % 5) + a * 0.5;
        rows[i * WIDTH + 3] = (double)(i % 3) * 2;
    }
}

static bp_principal fitted(double wanted)
{
    double rows[ROWS * WIDTH];
    bp_principal principal = {0};
    bp_allocator memory = bp_allocator_or_default(NULL);
    fill(rows);
    assert_int_equal(bp_principal_fit(&principal, rows, ROWS, WIDTH, wanted, &memory, NULL), BP_OK);
    return principal;
}

static void release(bp_principal *principal)
{
    bp_allocator memory = bp_allocator_or_default(NULL);
    bp_principal_release(principal, &memory);
}

static void check_close(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-13))
        fail_msg("%.17g is not %.17g", actual, expected);
}

/* numpy 1.24, linalg.eigh, each axis with its largest part positive. */
static void test_oracle(void **state)
{
    (void)state;
    static const double axes[] = {
        0.8217679164139813,   -0.03976372480103951, 0.4870627710814144,  0.2930634654286761,
        0.023412538412855184, 0.8352569989087649,   0.3040100337803192,  -0.4575756748122434,
        -0.4473201019803157,  -0.35707778705329163, 0.8083690094352355,  -0.1376216732282402,
        -0.35221310447229254, 0.4162451752957571,   0.12995114840615812, 0.828129568430517};
    static const double row7[] = {2.5686187364456483, 0.8201906724836331, 1.7275530271389057,
                                  -0.16871788542801783};
    double rows[ROWS * WIDTH];
    bp_principal principal = fitted(9); /* more than there are: all */
    assert_int_equal(principal.count, WIDTH);
    fill(rows);
    for (size_t i = 0; i < WIDTH * WIDTH; i++)
        check_close(principal.axes[i], axes[i]);
    for (size_t i = 0; i < WIDTH; i++)
        check_close(bp_principal_at(&principal, rows + 7 * WIDTH, i), row7[i]);
    release(&principal);
}

/* The shares are 0.7647, 0.8681, 0.9403 and 1. */
static void test_count(void **state)
{
    (void)state;
    static const double wanted[][2] = {{1, 1},     {2, 2},     {4, 4},     {0.01, 1},
                                       {0.764, 1}, {0.765, 2}, {0.868, 2}, {0.95, 4}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        bp_principal principal = fitted(wanted[i][0]);
        assert_int_equal(principal.count, (size_t)wanted[i][1]);
        release(&principal);
    }
}

static void test_edges(void **state)
{
    (void)state;
    double same[] = {1, 2, 1, 2}, large[] = {1e200, 0, -1e200, 0}, *wide = NULL;
    bp_allocator memory = bp_allocator_or_default(NULL);
    bp_principal principal = {0};
    bp_error error = {.message = ""};
    assert_int_equal(bp_principal_fit(&principal, same, 2, 2, 0.9, &memory, NULL), BP_OK);
    assert_int_equal(principal.count, 1); /* no variance: any axis holds all of it */
    assert_true(bp_principal_at(&principal, principal.mean, 0) == 0);
    release(&principal);
    assert_int_equal(bp_principal_fit(&principal, large, 2, 2, 1, &memory, &error), BP_E_DATA);
    assert_string_equal(error.message,
                        "the inputs are too large for principal components; scale them");
    /* too wide for any memory, found before a row is looked at */
    assert_int_equal(bp_principal_fit(&principal, wide, 0, (size_t)1 << 33, 1, &memory, &error),
                     BP_E_MEMORY);
    assert_null(principal.axes);
}

/* ---- In a preparation -------------------------------------------------------- */

#define TABLE "a,c,y\n1,red,1.5\n2,blue,2\n4,red,3\n,green,4\n5,blue,7\n"

static bp_status prepare(bp_preparation **p, bp_table *table, double wanted,
                         const bp_allocator *allocator, bp_error *error)
{
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.components = wanted;
    options.allocator = allocator;
    *p = NULL;
    bp_status status = bp_preparation_new(p, table, &options, error);
    for (int i = 0; i < 2 && status == BP_OK; i++) /* a second fit lets go of the first */
        status = bp_preparation_fit(*p, table, NULL, 4, error);
    return status;
}

/* The components of the training rows are uncorrelated and ordered; held-out rows follow. */
static void test_preparation(void **state)
{
    (void)state;
    bp_preparation *p = NULL;
    bp_table *table = table_of(TABLE, 1);
    assert_int_equal(prepare(&p, table, 3, NULL, NULL), BP_OK);
    assert_int_equal(bp_preparation_width(p), 3);
    bp_prepared *prepared = apply_all(p, table, true);
    bp_matrix inputs = bp_prepared_samples(prepared).inputs;
    assert_int_equal(inputs.columns, 3);
    assert_int_equal(inputs.rows, 5);
    double before = INFINITY;
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k <= i; k++) {
            double sum = 0;
            for (size_t row = 0; row < 4; row++)
                sum += bp_matrix_at(&inputs, row, i) * bp_matrix_at(&inputs, row, k);
            if (k < i)
                check_close(sum, 0);
            else
                assert_true(sum <= before);
            before = k == i ? sum : before;
        }
    }
    bp_prepared_free(prepared);
    bp_preparation_free(p);
    bp_table_free(table);
}

static void test_held_out_rows_change_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {TABLE, "a,c,y\n1,red,1.5\n2,blue,2\n4,red,3\n,green,4\n"
                                               "1e9,NA,-7\n"};
    char *json[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++) {
        bp_preparation *p = NULL;
        bp_table *table = table_of(texts[i], 1);
        assert_int_equal(prepare(&p, table, 0.9, NULL, NULL), BP_OK);
        json[i] = json_of(p);
        bp_preparation_free(p);
        bp_table_free(table);
    }
    assert_non_null(strstr(json[0], "\"components\":{\"mean\":["));
    assert_string_equal(json[0], json[1]);
    free(json[0]);
    free(json[1]);
}

static void test_refused(void **state)
{
    (void)state;
    static const double wrong[] = {-1, 1.5, 1e10, NAN, INFINITY};
    bp_table *table = table_of(TABLE, 1);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        bp_preparation *p = NULL;
        bp_error error = {.message = ""};
        assert_int_equal(prepare(&p, table, wrong[i], NULL, &error), BP_E_OPTION);
        assert_error(&error, BP_E_OPTION, 0, 0,
                     "principal components are a whole number of them, or a share of the "
                     "variance between 0 and 1");
    }
    bp_table_free(table);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    bp_table *table = table_of(TABLE, 1);
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        bp_preparation *p = NULL;
        bp_prepared *prepared = NULL;
        failing_allocator_init(&failing, n);
        bp_status status = prepare(&p, table, 2, &failing.allocator, NULL);
        if (status == BP_OK)
            status = bp_preparation_apply(p, table, NULL, 5, BP_F32, true, &prepared, NULL);
        assert_int_equal(status, failing.refused ? BP_E_MEMORY : BP_OK);
        bp_prepared_free(prepared);
        bp_preparation_free(p);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
    }
    bp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_oracle),
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_preparation),
        cmocka_unit_test(test_held_out_rows_change_nothing),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
