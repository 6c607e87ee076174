/* test_arff.c: ARFF as Weka and others write it, dense and sparse, and what is wrong with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing_allocator.h"

#include <backprop/table.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

static bp_status read_with(bp_table **table, const char *text, const char *kinds, bp_error *error)
{
    bp_table_options options;
    bp_table_options_init(&options);
    options.kinds = kinds;
    return bp_table_read_memory(table, text, strlen(text), &options, error);
}

static bp_table *read_well(const char *text)
{
    bp_table *table = NULL;
    bp_error error = {.message = ""};
    if (read_with(&table, text, NULL, &error) != BP_OK)
        fail_msg("%zu:%zu: %s", error.line, error.column, error.message);
    return table;
}

static double number(const bp_table *table, size_t row, size_t column)
{
    bp_matrix cells = bp_table_numbers(table, column);
    assert_non_null(cells.data);
    return ((const double *)cells.data)[row];
}

static const char *text_of(const bp_table *table, size_t row, size_t column)
{
    uint32_t code = bp_table_codes(table, column)[row];
    return code == BP_MISSING ? "(missing)" : bp_table_category(table, column, code);
}

/* ---- Dialects ----------------------------------------------------------------------- */

static void test_dense_rows(void **state)
{
    (void)state;
    bp_table *table = read_well("\xEF\xBB\xBF% a comment\r\n\r\n"
                                "@RELATION 'of all' % more\r\n"
                                "@attribute Width  REAL\r\n"
                                "\t@Attribute 'it\\'s a, name' integer [0,9] \r\n"
                                "@ATTRIBUTE color{red, 'dark blue' ,\"a\\\"b\",-} % colors\r\n"
                                "@attribute day DATE\r\n"
                                "@attribute at date \"yyyy-MM-dd HH:mm:ss\"\r\n"
                                "@attribute odd date 'dd.MM.yyyy'\r\n"
                                "@attribute words string\r\n"
                                "@DATA\r\n"
                                "1.5, 2,red,2024-01-01,'2024-02-29 12:34:00',01.02.2003,'?'\r\n"
                                "% between\r\n\r\n"
                                "?\t-3e1\t'dark blue' ?\t ? ? \"a\\\\b\\tc\" % behind\r\n"
                                " 7 ,8,\"a\\\"b\",\"2024-01-01T10:00:00\",?,?,''\r\n"
                                "7,8,-,?,?,?,?");
    assert_string_equal(bp_table_form(table), "arff, 7 attributes");
    assert_int_equal(bp_table_row_count(table), 4);
    assert_int_equal(bp_table_column_count(table), 7);
    assert_true(bp_table_has_header(table));
    assert_string_equal(bp_table_column_name(table, 0), "Width");
    assert_string_equal(bp_table_column_name(table, 1), "it's a, name");
    assert_string_equal(bp_table_column_name(table, 2), "color");
    assert_true(number(table, 0, 0) == 1.5 && isnan(number(table, 1, 0)));
    assert_true(number(table, 0, 1) == 2 && number(table, 1, 1) == -30);
    assert_string_equal(text_of(table, 0, 2), "red");
    assert_string_equal(text_of(table, 1, 2), "dark blue");
    assert_string_equal(text_of(table, 2, 2), "a\"b");
    assert_string_equal(text_of(table, 3, 2), "-"); /* missing in delimited text, not here */
    assert_int_equal(bp_table_column_kind(table, 3), BP_COLUMN_DATE);
    assert_true(number(table, 0, 3) == 1704067200 && number(table, 2, 3) == 1704103200);
    assert_true(number(table, 0, 4) == 1709210040 && isnan(number(table, 3, 4)));
    assert_string_equal(text_of(table, 0, 5), "01.02.2003");
    assert_string_equal(text_of(table, 0, 6), "?"); /* quoted, it is a text */
    assert_string_equal(text_of(table, 1, 6), "a\\b\tc");
    assert_string_equal(text_of(table, 2, 6), "(missing)");
    bp_table_free(table);
}

static void test_sparse_rows(void **state)
{
    (void)state;
    bp_table *table = read_well("@relation r\n@attribute n numeric\n@attribute c {'b\\'s',x}\n"
                                "@attribute d date yyyy-MM-dd\n@attribute s string\n"
                                "@attribute m numeric\n@data\n"
                                "{0 5, 1 x,2 2024-01-01, 3 'a b' ,4 ?}\n"
                                "{}\n"
                                "  { 1\tx }  % comment\n"
                                "1,x,?,b,2\n");
    assert_int_equal(bp_table_row_count(table), 4);
    static const double numbers[] = {5, 0, 0, 1};
    static const char *const texts[] = {"x", "b's", "x", "x"};
    static const char *const words[] = {"a b", "(missing)", "(missing)", "b"};
    for (size_t row = 0; row < 4; row++) {
        assert_true(number(table, row, 0) == numbers[row]);
        assert_string_equal(text_of(table, row, 1), texts[row]);
        assert_string_equal(text_of(table, row, 3), words[row]);
    }
    assert_true(number(table, 0, 2) == 1704067200 && number(table, 1, 2) == 0);
    assert_true(isnan(number(table, 3, 2)));
    assert_true(isnan(number(table, 0, 4)) && number(table, 1, 4) == 0);
    char cell[16];
    bp_table_cell_text(table, 0, 3, cell, sizeof cell);
    assert_string_equal(cell, "a b");
    bp_table_cell_text(table, 2, 0, cell, sizeof cell);
    assert_string_equal(cell, "0");
    bp_error place = {0};
    bp_table_place(table, 0, 3, &place);
    assert_true(place.line == 8 && place.column == 27);
    bp_table_place(table, 2, 2, &place); /* left out: the row's own place */
    assert_true(place.line == 10 && place.column == 3);
    assert_int_equal(bp_table_categorize(table, 0, NULL), BP_OK);
    assert_string_equal(text_of(table, 1, 0), "0");
    bp_table_free(table);
}

static const char DECLARED[] = "@relation r\n@attribute n numeric\n@attribute c {b,x}\n"
                               "@attribute s string\n@data\n1,b,7\n1,b,8\n1,b,7\n";

/* Constants and numbers in texts stay what they are declared to be. */
static void test_declared_types_hold(void **state)
{
    (void)state;
    bp_table *table = read_well(DECLARED);
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_NUMBER);
    assert_int_equal(bp_table_column_kind(table, 1), BP_COLUMN_CATEGORY);
    assert_int_equal(bp_table_column_kind(table, 2), BP_COLUMN_CATEGORY);
    assert_string_equal(text_of(table, 1, 2), "8");
    bp_table_free(table);
    assert_int_equal(read_with(&table, DECLARED, "n=category,s=number,c=identifier", NULL), BP_OK);
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_CATEGORY);
    assert_int_equal(bp_table_column_kind(table, 1), BP_COLUMN_IDENTIFIER);
    assert_true(number(table, 1, 2) == 8);
    bp_table_free(table);
}

/* Texts that tell rows apart are found to be no input. */
static void test_kinds_of_texts_are_found(void **state)
{
    (void)state;
    char text[2048] = "@relation r\n@attribute s string\n@attribute t string\n@data\n";
    for (int i = 0; i < 30; i++)
        sprintf(text + strlen(text), "n%d,%s\n", i, i % 2 ? "yes" : "no");
    bp_table *table = read_well(text);
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_IDENTIFIER);
    assert_int_equal(bp_table_column_kind(table, 1), BP_COLUMN_BOOLEAN);
    bp_table_free(table);
    assert_int_equal(read_with(&table, text, "s=category", NULL), BP_OK);
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_CATEGORY);
    bp_table_free(table);
}

/* Rows between the marks are found again, and threads give what one gives. */
static void test_many_rows(void **state)
{
    (void)state;
    enum { ROWS = 1000 };
    static char text[ROWS * 24];
    size_t used = (size_t)sprintf(text, "@relation r\n@attribute n real\n@attribute c {a,b,c}\n"
                                        "@data\n");
    for (int i = 0; i < ROWS; i++)
        used += (size_t)sprintf(text + used, i % 3 ? "%d,%c\n%%\n" : "{0 %d,1 %c}\n", i,
                                "abc"[i * 7 % 3]);
    bp_table_options options;
    bp_table_options_init(&options);
    for (options.threads = 1; options.threads < 5; options.threads++) {
        bp_table *table = NULL;
        char cell[8], expected[8];
        assert_int_equal(bp_table_read_memory(&table, text, used, &options, NULL), BP_OK);
        for (size_t row = 0; row < ROWS; row++) {
            assert_true(number(table, row, 0) == (double)row);
            sprintf(expected, "%c", "abc"[row * 7 % 3]);
            assert_string_equal(text_of(table, row, 1), expected);
            bp_table_cell_text(table, row, 1, cell, sizeof cell);
            assert_string_equal(cell, expected);
        }
        bp_table_free(table);
    }
}

static void test_recognition(void **state)
{
    (void)state;
    bp_table *table = read_well("@relative,b\nx,1\ny,2\n");
    assert_memory_equal(bp_table_form(table), "csv", 3);
    bp_table_free(table);
    table = read_well("% a\n\n  @ReLation\n@attribute a real\n@data\n1\n");
    assert_string_equal(bp_table_form(table), "arff, 1 attribute");
    bp_table_free(table);
}

/* ---- What is wrong --------------------------------------------------------------------- */

#define HEAD "@relation r\n@attribute n numeric\n@attribute c {a,b}\n@data\n"

static void test_errors_have_places(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t line, column;
        const char *message;
    } cases[] = {
        {"@relation r\n@attribute n numeric\n1\n", 3, 1, "@relation, @attribute or @data is"},
        {"@relation r\n@attribute n numeric\n", 3, 1, "the file ends before a line @data"},
        {"@relation r\n@data\n1\n", 3, 1, "no @attribute is declared before @data"},
        {"@relation r\n@attribute\n@data\n", 2, 11, "the name of the attribute is expected"},
        {"@relation r\n@attribute '' real\n@data\n1\n", 2, 12, "the name of the attribute is e"},
        {"@relation r\n@attribute a\n@data\n", 2, 13, "an attribute is numeric, real, integer"},
        {"@relation r\n@attribute a relational\n", 2, 14, "an attribute is numeric, real, in"},
        {"@relation r\n@attribute a real x\n", 2, 19, "nothing is expected here, behind the"},
        {"@relation r\n@attribute a {x,y} {2}\n", 2, 20, "nothing is expected here, behind the"},
        {"@relation r\n@attribute a {x,y\n}\n", 2, 14, "the brace that opens here is not closed"},
        {"@relation r\n@attribute a {x,,y}\n", 2, 17, "a value is expected here"},
        {"@relation r\n@attribute a {x,}\n", 2, 17, "a value is expected here"},
        {"@relation r\n@attribute 'a real\n", 2, 12, "the quote that opens here is not closed"},
        {"@relation r\n@attribute a\xFF real\n@data\n1\n", 2, 12, "the name of this attribute is"},
        {"@relation r\n@attribute a real\n@attribute 'a' real\n@data\n1,2\n", 3, 12,
         "attributes 1 and 2 are both called \"a\"; rename one"},
        {"@relation r\n@attribute a real\n@data 1\n", 3, 7, "rows begin on the line below @data"},
        {HEAD "% none\n", 5, 1, "there are no rows below @data"},
        {HEAD "1,a\n2\n", 6, 1, "1 value where 2 attributes are declared"},
        {HEAD "1,a\n  2,b,3 % x\n", 6, 3, "3 values where 2 attributes are declared"},
        {HEAD "1,a\n2,\n", 6, 2, "no value follows this comma; write ? where it is missing"},
        {HEAD "1,a\n,b\n", 6, 1, "a value is expected here; write ? where it is missing"},
        {HEAD "1,a\n2,'b\n", 6, 3, "the quote that opens here is not closed on its line"},
        {HEAD "1,a\n2,'b'c\n", 6, 6, "text after a closing quote"},
        {HEAD "1,a\n2,b,{5}\n", 6, 5, "weights of rows are not understood; remove this one"},
        {HEAD "1,a\n{0 2}, {5}\n", 6, 8, "weights of rows are not understood; remove this one"},
        {HEAD "1,a\nx,b\n", 6, 1, "\"x\" is not a number (column n)"},
        {HEAD "1,a\n{0 x}\n", 6, 4, "\"x\" is not a number (column n)"},
        {HEAD "1,a\n1e999,b\n", 6, 1, "\"1e999\" is too large a number (column n)"},
        {HEAD "1,a\n2, c\n", 6, 4,
         "\"c\" is none of the values that are declared for c; correct it or add it to them"},
        {HEAD "1,a\n2,\xFF\n", 6, 3, "this text is not UTF-8; save the file as UTF-8"},
        {HEAD "1,a\n{2 1}\n", 6, 2, "there is no attribute of this index: they are counted from 0"},
        {HEAD "1,a\n{99999999999999999999999 1}\n", 6, 2, "there is no attribute of this index"},
        {HEAD "1,a\n{1 a,0 1}\n", 6, 6, "the indices of a row must ascend"},
        {HEAD "1,a\n{1 a,1 b}\n", 6, 6, "the indices of a row must ascend"},
        {HEAD "1,a\n{0 1\n", 6, 5, "the row's closing brace is missing"},
        {HEAD "1,a\n{0}\n", 6, 2, "an index and a value with a blank between them are expected"},
        {HEAD "1,a\n{a 0}\n", 6, 2, "an index and a value with a blank between them are expected"},
        {HEAD "1,a\n{0 }\n", 6, 4, "a value is expected here; write ? where it is missing"},
        {HEAD "1,a\n{0 1} 2\n", 6, 7, "nothing is expected behind the brace"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bp_table *table = NULL;
        bp_error error = {.status = BP_OK};
        bp_status status = read_with(&table, cases[i].text, NULL, &error);
        assert_null(table);
        if (status != BP_E_DATA || error.line != cases[i].line || error.column != cases[i].column
            || strncmp(error.message, cases[i].message, strlen(cases[i].message)) != 0)
            fail_msg("case %zu: %zu:%zu: %s", i, error.line, error.column, error.message);
    }
}

static void test_a_nul_byte(void **state)
{
    (void)state;
    static const char text[] = HEAD "1,a\n2,\0b\n";
    bp_table *table = NULL;
    bp_error error;
    assert_int_equal(bp_table_read_memory(&table, text, sizeof text - 1, NULL, &error), BP_E_DATA);
    assert_true(error.line == 6 && error.column == 3);
}

/* Few bytes may ask for many cells. */
static void test_a_limit_of_cells(void **state)
{
    (void)state;
    static const char text[] = HEAD "{}\n{}\n{}\n";
    bp_table_options options;
    bp_table_options_init(&options);
    bp_table *table = NULL;
    bp_error error;
    options.size_limit = 559; /* 2 (3 * 8 + 256) = 560 */
    assert_int_equal(bp_table_read_memory(&table, text, sizeof text - 1, &options, &error),
                     BP_E_DATA);
    assert_string_equal(error.message, "3 rows of 2 columns take more than 559 bytes; if the file "
                                       "is to be trusted, raise --size-limit");
    options.size_limit = 560;
    assert_int_equal(bp_table_read_memory(&table, text, sizeof text - 1, &options, &error), BP_OK);
    bp_table_free(table);
}

/* ---- Memory ------------------------------------------------------------------------------ */

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    static const char text[] = "@relation r\n@attribute 'a\\'' real\n@attribute c {'b\\'',x}\n"
                               "@attribute s string\n@data\n{0 5}\n1,x,'a\\'b'\n{1 x,2 'c'}\n";
    for (unsigned long n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_table_options options;
        bp_table_options_init(&options);
        options.allocator = &failing.allocator;
        options.kinds = "s=category";
        bp_table *table = NULL;
        bp_error error;
        bp_status status = bp_table_read_memory(&table, text, sizeof text - 1, &options, &error);
        if (status == BP_OK)
            assert_string_equal(text_of(table, 1, 2), "a'b");
        else
            assert_int_equal(status, BP_E_MEMORY);
        assert_true((status == BP_OK) == (table != NULL));
        bp_table_free(table);
        assert_true(failing_allocator_is_clean(&failing));
        if (status == BP_OK)
            return;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dense_rows),
        cmocka_unit_test(test_sparse_rows),
        cmocka_unit_test(test_declared_types_hold),
        cmocka_unit_test(test_kinds_of_texts_are_found),
        cmocka_unit_test(test_many_rows),
        cmocka_unit_test(test_recognition),
        cmocka_unit_test(test_errors_have_places),
        cmocka_unit_test(test_a_nul_byte),
        cmocka_unit_test(test_a_limit_of_cells),
        cmocka_unit_test(test_every_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
