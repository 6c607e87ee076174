/* test_preparation_apply.c: rows of other tables: matched by name or position, cells of the
 * wrong kind, places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/tables.h"

/* Applying all rows of `text` fails with this error. */
static void check_apply_fails(const bp_preparation *preparation, const char *text, int header,
                              bool with_targets, size_t line, size_t column, const char *message)
{
    bp_table *table = table_of(text, header);
    bp_prepared *prepared = (bp_prepared *)&table;
    bp_error error = {.message = ""};
    assert_int_equal(bp_preparation_apply(preparation, table, NULL, bp_table_row_count(table),
                                          BP_F64, with_targets, &prepared, &error),
                     BP_E_DATA);
    assert_null(prepared);
    assert_error(&error, BP_E_DATA, line, column, message);
    assert_string_equal(error.file, "t.csv");
    assert_int_equal(bp_preparation_apply(preparation, table, NULL, bp_table_row_count(table),
                                          BP_F64, with_targets, &prepared, NULL),
                     BP_E_DATA);
    bp_table_free(table);
}

/* Scaled in float64 and rounded once, for rows in the order asked, repeats included. */
static void test_rows_and_types(void **state)
{
    (void)state;
    static const size_t rows[] = {2, 0, 2, 1};
    static const double cells[] = {0.3, 0.1, 0.7};
    bp_table *table = table_of("a,kind\n0.3,x\n0.1,y\n0.7,x\n", 1);
    bp_preparation *p = fitted_on(table, NULL, NULL, BP_TASK_AUTO);
    bp_prepared *prepared = NULL;
    assert_int_equal(bp_preparation_apply(p, table, rows, 4, BP_F32, true, &prepared, NULL), BP_OK);
    bp_samples samples = bp_prepared_samples(prepared);
    assert_int_equal(samples.inputs.type, BP_F32);
    assert_int_equal(samples.inputs.rows, 4);
    for (size_t i = 0; i < 4; i++) {
        float expected = (float)((cells[rows[i]] - 0.1) / (0.7 - 0.1));
        assert_true(((const float *)samples.inputs.data)[i] == expected);
        assert_int_equal(samples.classes[i], rows[i] == 1);
    }
    bp_prepared_free(prepared);
    bp_preparation_free(p);
    bp_table_free(table);
}

/* Fitted with missing cells refused. */
static bp_preparation *refusing(bp_table *table)
{
    bp_preparation *p = NULL;
    bp_preparation_options options;
    bp_preparation_options_init(&options);
    options.gaps = BP_GAPS_ERROR;
    assert_int_equal(bp_preparation_new(&p, table, &options, NULL), BP_OK);
    assert_int_equal(bp_preparation_fit(p, table, NULL, bp_table_row_count(table), NULL), BP_OK);
    return p;
}

/* Only what is asked for has to be there. */
static void test_missing(void **state)
{
    (void)state;
    bp_table *table = table_of("a,c,kind\n1,x,k\n2,y,l\n", 1);
    bp_preparation *p = refusing(table);
    check_apply_fails(p, "a,c,kind\n1,x,k\n-,x,k\n", 1, true, 3, 1, MISSING("a"));
    check_apply_fails(p, "a,c,kind\n1,x,k\n2,,k\n", 1, false, 3, 3, MISSING("c"));
    check_apply_fails(p, "a,c,kind\n1,x,k\n2,x,\n", 1, true, 3, 5, UNKNOWN("kind"));
    bp_table *other = table_of("a,c,kind\n1,x,k\n2,x,\n", 1);
    bp_prepared_free(apply_all(p, other, false)); /* nobody asked for the class */
    bp_table_free(other);
    bp_preparation_free(p);
    bp_table_free(table);
}

/* ---- Other tables -------------------------------------------------------- */

#define THREE "kind,a,b,c\nk,1,10,x\nl,3,30,y\n" /* the target first, and one dropped */

static bp_preparation *fitted_on_three(const char *text, int header)
{
    bp_table *table = table_of(text, header);
    bp_preparation *p = fitted_on(table, "#1", "#3", BP_TASK_AUTO);
    bp_table_free(table);
    return p;
}

static void check_match(const bp_preparation *p, const char *text, int header, bool targets)
{
    static const double expected[] = {0.5, 0, 1, 1, 1, 0};
    static const uint32_t classes[] = {1, 0};
    bp_table *table = table_of(text, header);
    assert_int_equal(bp_preparation_has_targets(p, table), targets);
    bp_prepared *prepared = apply_all(p, table, targets);
    assert_inputs(prepared, expected, 3);
    if (targets)
        assert_memory_equal(bp_prepared_samples(prepared).classes, classes, sizeof classes);
    bp_prepared_free(prepared);
    bp_table_free(table);
}

static void test_matching(void **state)
{
    (void)state;
    bp_preparation *named = fitted_on_three(THREE, 1);
    check_match(named, "kind,a,b,c\nl,2,0,y\nk,3,0,x\n", 1, true);
    check_match(named, "more,c,a,kind\n1,y,2,l\n2,x,3,k\n", 1, true);
    check_match(named, "c,a\ny,2\nx,3\n", 1, false);
    check_match(named, "l,2,0,y\nk,3,0,x\n", 0, true);
    check_match(named, "l,2,0,y,7\nk,3,0,x,8\n", 0, true);
    check_match(named, "2,y\n3,x\n", 0, false);
    bp_preparation_free(named);
    bp_preparation *numbered = fitted_on_three("k,1,10,x\nl,3,30,y\n", 0);
    check_match(numbered, "kind,a,b,c\nl,2,0,y\nk,3,0,x\n", 1, true);
    check_match(numbered, "any,name\n2,y\n3,x\n", 1, false);
    check_match(numbered, "2,y\n3,x\n", 0, false);
    bp_preparation_free(numbered);
}

static void test_not_matching(void **state)
{
    (void)state;
    const char *count = "the table has no column \"a\", which the model needs: without column "
                        "names there must be 4 columns, or the 2 inputs alone, not 3";
    bp_preparation *p = fitted_on_three(THREE, 1);
    check_apply_fails(p, "kind,a\nk,1\n", 1, false, 0, 0,
                      "the table has no column \"c\", which the model needs");
    check_apply_fails(p, "c,a\nx,1\n", 1, true, 0, 0,
                      "the table has no column \"kind\", which the model needs");
    check_apply_fails(p, "1,x\n", 0, true, 0, 0,
                      "the table has no column \"kind\", which the model needs");
    check_apply_fails(p, "1,10,x\n", 0, false, 0, 0, count);
    check_apply_fails(p, "k,1,x\n", 0, true, 0, 0, count);
    bp_preparation_free(p);
}

/* ---- Cells of the wrong kind --------------------------------------------- */

static void test_wrong_cells(void **state)
{
    (void)state;
    bp_preparation *p = fitted_on_three(THREE, 1);
    check_apply_fails(p, "a,c\n1,x\n2,x\nabc,y\n,y\n", 1, false, 4, 1,
                      "\"abc\" is not a number (column a)");
    check_apply_fails(p, "a,c\n1,x\n,x\nabc,y\n", 1, false, 4, 1,
                      "\"abc\" is not a number (column a)");
    check_apply_fails(p, "a,c\n1e999,x\nabc,y\n", 1, false, 2, 1,
                      "\"1e999\" is not a number (column a)");
    check_apply_fails(p, "a,c,kind\n1,x,k\n1,y,K\n", 1, true, 3, 5,
                      "the class \"K\" was not seen in training (column kind)");
    check_apply_fails(p, "a,c,kind\n1,x,7\n1,y,8\n", 1, true, 2, 5,
                      "the class \"7\" was not seen in training (column kind)");
    /* 61 bytes, of which the 60th begins a character: it is left out whole */
    check_apply_fails(p,
                      "a,c\n01234567890123456789012345678901234567890123456789012345678\xc3\xa4,x"
                      "\n",
                      1, false, 2, 1,
                      "\"01234567890123456789012345678901234567890123456789012345678\" is not a "
                      "number (column a)");
    check_apply_fails(p,
                      "a,c\n0123456789012345678901234567890123456789012345678901234567\xc3\xa4\xc3"
                      "\xa4,x\n",
                      1, false, 2, 1,
                      "\"0123456789012345678901234567890123456789012345678901234567\xc3\xa4\" is "
                      "not a number (column a)");
    bp_preparation_free(p);
}

/* Texts of a float32 table are rounded as its number columns are. */
static void test_narrow_table(void **state)
{
    (void)state;
    static const char text[] = "a,c\n1.1,x\nabc,x\n1e39,x\n";
    static const size_t first = 0, last = 2;
    bp_table *table = NULL;
    bp_table_options options;
    bp_error error = {.message = ""};
    bp_prepared *prepared = NULL;
    bp_preparation *p = fitted_on_three(THREE, 1);
    bp_table_options_init(&options);
    options.name = "t.csv";
    options.type = BP_F32;
    assert_int_equal(bp_table_read_memory(&table, text, sizeof text - 1, &options, NULL), BP_OK);
    assert_int_equal(bp_preparation_apply(p, table, &first, 1, BP_F64, false, &prepared, NULL),
                     BP_OK);
    const double *inputs = bp_prepared_samples(prepared).inputs.data;
    assert_true(inputs[0] == ((double)1.1f - 1) / 2);
    bp_prepared_free(prepared);
    assert_int_equal(bp_preparation_apply(p, table, &last, 1, BP_F64, false, &prepared, &error),
                     BP_E_DATA);
    assert_error(&error, BP_E_DATA, 4, 1, "\"1e39\" is not a number (column a)");
    bp_table_free(table);
    bp_preparation_free(p);
}

/* Nothing infinite comes out. */
static void test_too_large(void **state)
{
    (void)state;
    bp_preparation *p = NULL;
    bp_table *table = table_of("a,y\n1e-300,1.5\n2e-300,2\n", 1);
    p = fitted_on(table, NULL, NULL, BP_TASK_AUTO);
    check_apply_fails(p, "a,y\n1e-300,1\n1e300,1\n", 1, false, 3, 1,
                      "1e+300 is too large as f64 once scaled (column a)");
    bp_preparation_free(p);
    bp_table_free(table);
    table = table_of("a,kind\n0,x\n1,y\n1e39,x\n", 1);
    p = preparation_of(table, NULL, NULL, BP_TASK_AUTO);
    bp_prepared *prepared = NULL;
    bp_error error = {.message = ""};
    assert_int_equal(bp_preparation_fit(p, table, NULL, 2, NULL), BP_OK);
    assert_int_equal(bp_preparation_apply(p, table, NULL, 3, BP_F64, true, &prepared, NULL), BP_OK);
    bp_prepared_free(prepared);
    assert_int_equal(bp_preparation_apply(p, table, NULL, 3, BP_F32, true, &prepared, &error),
                     BP_E_DATA);
    assert_error(&error, BP_E_DATA, 4, 1, "1e+39 is too large as f32 once scaled (column a)");
    bp_preparation_free(p);
    bp_table_free(table);
}

/* A column of another kind in the other table is read cell by cell: numbers among texts,
 * numbers as categories; rows that are not asked for do not matter. */
static void test_other_kinds(void **state)
{
    (void)state;
    static const size_t rows[] = {0, 2};
    static const double expected[] = {0.5, 0, 0, 0, 0, 0};
    bp_preparation *p = fitted_on_three(THREE, 1);
    bp_table *table = table_of("a,c\n2,5\nabc,6\n1,7\n", 1);
    bp_prepared *prepared = NULL;
    assert_int_equal(bp_preparation_apply(p, table, rows, 2, BP_F64, false, &prepared, NULL),
                     BP_OK);
    assert_inputs(prepared, expected, 3);
    bp_prepared_free(prepared);
    bp_table_free(table);
    bp_preparation_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_and_types), cmocka_unit_test(test_missing),
        cmocka_unit_test(test_matching),       cmocka_unit_test(test_not_matching),
        cmocka_unit_test(test_wrong_cells),    cmocka_unit_test(test_other_kinds),
        cmocka_unit_test(test_too_large),      cmocka_unit_test(test_narrow_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
