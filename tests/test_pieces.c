/* test_pieces.c: numbers as where they lie in the pieces of their range, against (18d) by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/tables.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bp_preparation *with_pieces(bp_table *table, size_t pieces, bp_scaling scaling)
{
    bp_preparation *p = NULL;
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.pieces = pieces;
    options.scaling = scaling;
    assert_int_equal(bp_preparation_new(&p, table, &options, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(p, table, NULL, bp_table_row_count(table), NULL), BP_OK);
    return p;
}

static void check_inputs(const char *fitted, size_t pieces, const char *asked,
                         const double *expected, size_t width)
{
    bp_table *table = table_of(fitted, 1), *rows = table_of(asked, 1);
    bp_preparation *p = with_pieces(table, pieces, BP_SCALING_NONE);
    bp_prepared *prepared = apply_all(p, rows, false);
    assert_inputs(prepared, expected, width);
    bp_prepared_free(prepared);
    bp_preparation_free(p);
    bp_table_free(rows);
    bp_table_free(table);
}

/* Nine values: the quartiles are 2, 4, 6 and the median is 4. */
static const char NINE[] = "a,k\n3,x\n0,y\n1,x\n2,y\n4,x\n5,y\n8,x\n7,y\n6,x\n";

static void test_by_hand(void **state)
{
    (void)state;
    static const double expected[][5] = {{5, 0, 0, 0.5, 0},
                                         {1, -0.5, -1, 0, 0},
                                         {4, 0, 0, 0, 0},
                                         {-3, -1, -1, 0, 0},
                                         {100, 0, 0, 1, 1}};
    check_inputs(NINE, 4, "a,k\n5,x\n1,y\n4,x\n-3,y\n100,x\n", expected[0], 5);
}

/* Ten values are 0, and three are not: two stay beside these, and the knots are 0, 0, 4, 6, 8. */
static void test_mostly_equal(void **state)
{
    (void)state;
    static const double expected[][4] = {
        {0, 0, 0, 0}, {1, 0.25, 0, 0}, {5, 1, 0.5, 0}, {8, 1, 1, 1}, {-1, 0, 0, 0}};
    check_inputs("a,k\n0,x\n0,y\n4,x\n0,y\n0,x\n0,y\n8,x\n0,y\n0,x\n6,y\n0,x\n0,y\n0,x\n", 4,
                 "a,k\n0,x\n1,y\n5,x\n8,y\n-1,x\n", expected[0], 4);
}

/* Equal values make no knot twice; two values, or pieces of less than two, make none. */
static void check_width(const char *text, size_t pieces, size_t width)
{
    bp_table *table = table_of(text, 1);
    bp_preparation *p = with_pieces(table, pieces, BP_SCALING_MINMAX);
    assert_int_equal(bp_preparation_width(p), width);
    bp_preparation_free(p);
    bp_table_free(table);
}

static void test_widths(void **state)
{
    (void)state;
    check_width(NINE, 0, 1);
    check_width(NINE, 1, 1);
    check_width(NINE, 2, 3);
    check_width(NINE, 8, 9);
    check_width(NINE, 1000, 1001);
    check_width("a,k\n1,x\n1,y\n1,x\n2,y\n3,x\n4,y\n5,x\n", 4, 4); /* 1, 1, 2, 3.5, 5 */
    check_width("a,k\n1,x\n1,y\n1,x\n1,y\n1,x\n1,y\n1,x\n1,y\n2,x\n3,y\n", 4, 5); /* of 1, 2, 3 */
    check_width("a,k\n0,x\n1,y\n1,x\n0,y\n1,x\n", 4, 1);
    check_width("a,b,k\n0,yes,x\n1,no,y\n2,yes,x\n3,no,y\n5,no,x\n", 2, 4); /* of numbers alone */
}

/* A cell that is missing lies where what stands for it lies, and is told of behind the pieces. */
static void test_gaps_and_names(void **state)
{
    (void)state;
    static const char *const names[] = {"a",         "a: piece 1", "a: piece 2",
                                        "a missing", "c = u",      "c = v"};
    bp_table *table = table_of("a,c,k\n0,u,x\n1,v,y\n2,u,x\n5,v,y\n,u,x\n", 1);
    bp_preparation *p = with_pieces(table, 2, BP_SCALING_NONE);
    bp_prepared *prepared = apply_all(p, table, false);
    bp_samples samples = bp_prepared_samples(prepared);
    const double *rows = samples.inputs.data;
    assert_int_equal(samples.inputs.columns, 6);
    /* knots 0, 1.5, 5 around the median 1.5; the mean 2 stands for what is missing */
    assert_true(rows[4 * 6] == 2 && rows[4 * 6 + 1] == 0);
    assert_true(fabs(rows[4 * 6 + 2] - 0.5 / 3.5) < 1e-15);
    assert_true(rows[4 * 6 + 3] == 1 && rows[3] == 0);
    assert_true(rows[0] == 0 && rows[1] == -1 && rows[2] == 0);
    assert_true(rows[3 * 6] == 5 && rows[3 * 6 + 1] == 0 && rows[3 * 6 + 2] == 1);
    for (size_t i = 0; i < 6; i++) {
        char name[40];
        assert_int_equal(bp_preparation_feature_name(p, i, name, sizeof name), strlen(names[i]));
        assert_string_equal(name, names[i]);
    }
    bp_prepared_column column;
    assert_true(bp_preparation_input_column(p, 1, &column));
    assert_int_equal(column.first, 4);
    bp_prepared_free(prepared);
    bp_preparation_free(p);
    bp_table_free(table);
}

/* By every scaling each piece goes up by one from the first knot to the last, whatever is asked. */
static void test_each_scaling(void **state)
{
    (void)state;
    for (bp_scaling scaling = BP_SCALING_NONE; scaling <= BP_SCALING_COMMON; scaling++) {
        bp_table *table = table_of(NINE, 1), *ends = table_of("a,k\n-1e300,x\n1e300,y\n", 1);
        bp_preparation *p = with_pieces(table, 3, scaling);
        bp_prepared *prepared = NULL;
        assert_int_equal(bp_preparation_apply(p, ends, NULL, 2, BP_F64, false, &prepared, NULL),
                         BP_OK);
        const double *rows = bp_prepared_samples(prepared).inputs.data;
        for (size_t i = 1; i <= 3; i++)
            assert_true(fabs(rows[4 + i] - rows[i] - 1) < 1e-15);
        bp_prepared_free(prepared);
        bp_preparation_free(p);
        bp_table_free(ends);
        bp_table_free(table);
    }
}

static void test_too_many(void **state)
{
    (void)state;
    bp_table *table = table_of(NINE, 1);
    bp_preparation *p = NULL;
    bp_error error = {.message = ""};
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.pieces = 1025;
    assert_int_equal(bp_preparation_new(&p, table, &options, &error), BP_E_OPTION);
    assert_string_equal(error.message, "a column has at most 1024 pieces");
    bp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),      cmocka_unit_test(test_widths),
        cmocka_unit_test(test_mostly_equal), cmocka_unit_test(test_gaps_and_names),
        cmocka_unit_test(test_each_scaling), cmocka_unit_test(test_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
