/* test_json_lines.c: JSON Lines: keys that come and go, strings, and what is wrong with it. */
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
    options.name = "t.jsonl";
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

/* ---- What is understood ----------------------------------------------------------------- */

static void test_rows(void **state)
{
    (void)state;
    bp_table *table = read_well("\xEF\xBB\xBF{\"n\":1.5,\"t\":\"red\",\"b\":true}\r\n"
                                "\r\n  { \"b\" : false , \"n\":\t-2E+1 }  \r\n"
                                "{\"d\":\"2024-01-01\",\"n\":0.25e-1,\"t\":\"NA\",\"b\":null}\n"
                                "{\"t\":\"\",\"n\":null}\n{}\n"
                                "{\"t\":\"red\",\"d\":\"2024-01-02\"}");
    static const char *const names[] = {"n", "t", "b", "d"};
    static const double numbers[] = {1.5, -20, 0.025};
    static const char *const texts[] = {"red", "(missing)", "NA", "(missing)", "(missing)", "red"};
    static const char *const flags[] = {"true", "false", "(missing)"};
    assert_string_equal(bp_table_form(table), "jsonl, 4 keys");
    assert_int_equal(bp_table_row_count(table), 6);
    assert_int_equal(bp_table_column_count(table), 4);
    assert_true(bp_table_has_header(table));
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(bp_table_column_name(table, i), names[i]);
    for (size_t row = 0; row < 6; row++) {
        assert_true(row < 3 ? number(table, row, 0) == numbers[row] : isnan(number(table, row, 0)));
        assert_string_equal(text_of(table, row, 1), texts[row]);
        assert_string_equal(text_of(table, row, 2), flags[row < 2 ? row : 2]);
    }
    assert_int_equal(bp_table_column_kind(table, 2), BP_COLUMN_BOOLEAN);
    assert_int_equal(bp_table_column_kind(table, 3), BP_COLUMN_DATE);
    assert_true(isnan(number(table, 0, 3)) && number(table, 2, 3) == 1704067200);
    bp_error place = {0};
    bp_table_place(table, 1, 0, &place);
    assert_true(place.line == 3 && place.column == 24);
    bp_table_place(table, 1, 1, &place); /* left out: the row's own place */
    assert_true(place.line == 3 && place.column == 3);
    bp_table_free(table);
}

static void test_escapes(void **state)
{
    (void)state;
    bp_table *table = read_well("{\"a\\u0062\\\"\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"}\n"
                                "{\"ab\\\"\":\"\\uD83D\\ude00\"}\n"
                                "{\"\\u0061b\\u0022\":\"\xC3\xA9{,}:\"}\n");
    assert_int_equal(bp_table_column_count(table), 1);
    assert_string_equal(bp_table_column_name(table, 0), "ab\"");
    assert_string_equal(text_of(table, 0, 0), "\"\\/\b\f\n\r\t\xC3\xA9");
    assert_string_equal(text_of(table, 1, 0), "\xF0\x9F\x98\x80");
    assert_string_equal(text_of(table, 2, 0), "\xC3\xA9{,}:");
    char cell[16];
    bp_table_cell_text(table, 1, 0, cell, sizeof cell); /* as it was written */
    assert_string_equal(cell, "\\uD83D\\ude00");
    bp_table_free(table);
}

static void test_kinds_are_told(void **state)
{
    (void)state;
    static const char text[] = "{\"zip\":\"01010\",\"n\":1.50}\n{\"zip\":\"2020\",\"n\":2}\n";
    bp_table *table = read_well(text);
    assert_true(number(table, 0, 0) == 1010);
    assert_int_equal(bp_table_categorize(table, 1, NULL), BP_OK);
    assert_string_equal(text_of(table, 0, 1), "1.50");
    bp_table_free(table);
    assert_int_equal(read_with(&table, text, "zip=category", NULL), BP_OK);
    assert_string_equal(text_of(table, 0, 0), "01010");
    bp_table_free(table);
}

/* Rows between the marks are found again, and threads give what one gives; a key may come as
 * late as row 20480 and no later. */
static void test_many_rows(void **state)
{
    (void)state;
    enum { ROWS = 20481 };
    static char text[ROWS * 32];
    size_t used = 0;
    for (int i = 0; i < ROWS; i++)
        used += (size_t)sprintf(text + used,
                                i + 2 == ROWS ? "{\"n\":%d,\"last\":%d}\n"
                                : i % 2       ? "{\"n\":%d,\"c\":%d}\n\n"
                                              : "{\"c\":%d,\"n\":%d}\n",
                                i, i);
    bp_table_options options;
    bp_table_options_init(&options);
    for (options.threads = 1; options.threads < 4; options.threads++) {
        bp_table *table = NULL;
        char cell[8], expected[8];
        assert_int_equal(bp_table_read_memory(&table, text, used, &options, NULL), BP_OK);
        assert_int_equal(bp_table_column_count(table), 3);
        for (size_t row = 0; row < ROWS; row++)
            assert_true(number(table, row, 1) == (double)row);
        for (size_t row = 0; row < 300; row++) {
            sprintf(expected, "%zu", row);
            bp_table_cell_text(table, row, 0, cell, sizeof cell);
            assert_string_equal(cell, expected);
        }
        assert_true(number(table, ROWS - 2, 2) == ROWS - 2 && isnan(number(table, 0, 2)));
        bp_table_free(table);
    }
    used += (size_t)sprintf(text + used, " {\"late\":1}\n");
    bp_table *table = NULL;
    bp_error error;
    assert_int_equal(bp_table_read_memory(&table, text, used, NULL, &error), BP_E_DATA);
    assert_string_equal(error.message, "the key \"late\" stands in none of the first 20480 rows; "
                                       "name it there, with null, or leave it out");
    assert_true(error.line == ROWS + ROWS / 2 && error.column == 3);
}

static const char *form_of(const char *name, const char *text)
{
    static char form[64];
    bp_table_options options;
    bp_table_options_init(&options);
    options.name = name;
    bp_table *table = NULL;
    if (bp_table_read_memory(&table, text, strlen(text), &options, NULL) != BP_OK)
        return "none";
    strcpy(form, bp_table_form(table));
    form[strcspn(form, ",")] = '\0';
    bp_table_free(table);
    return form;
}

static void test_recognition(void **state)
{
    (void)state;
    assert_string_equal(form_of("t", "\n {\"a\":1}\n{}\n"), "jsonl");
    assert_string_equal(form_of("t", "{a},b\nx,1\ny,2\n"), "csv");
    assert_string_equal(form_of("t", "{\"a\":1},b\nx,1\ny,2\n"), "csv");
    assert_string_equal(form_of("t", "{},b\nx,1\ny,2\n"), "csv");
    assert_string_equal(form_of("t.ndjson", "{}\n{\"a\":1}\n"), "jsonl");
    assert_string_equal(form_of("t.jsonl", "a,b\n1,2\n2,3\n"), "csv");
}

/* ---- What is wrong -------------------------------------------------------------------------- */

#define ROW "{\"a\":1,\"b\":\"x\"}\n"

static void test_errors_have_places(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t line, column;
        const char *message;
    } cases[] = {
        {ROW "[1]\n", 2, 1, "a row is an object: { is expected here"},
        {ROW "{\"a\":[1]}\n", 2, 6, "objects and arrays within a row are not understood"},
        {ROW "{\"a\":1,\"b\": {}}\n", 2, 13, "objects and arrays within a row are not und"},
        {ROW "{\"a\":1\n", 2, 7, "a comma or } is expected here"},
        {ROW "{\"a\":1 \"b\":2}\n", 2, 8, "a comma or } is expected here"},
        {ROW "{\"a\":1,}\n", 2, 8, "a key in double quotes is expected here"},
        {ROW "{a:1}\n", 2, 2, "a key in double quotes is expected here"},
        {ROW "{\"a\" 1}\n", 2, 6, "a colon is expected here, behind the key"},
        {ROW "{\"a\":}\n", 2, 6, "a number, a string, true, false or null is expected here"},
        {ROW "{\"a\":NaN}\n", 2, 6, "a number, a string, true, false or null is expected"},
        {ROW "{\"a\":'x'}\n", 2, 6, "a number, a string, true, false or null is expected"},
        {ROW "{\"a\":01}\n", 2, 6, "a number, a string, true, false or null is expected h"},
        {ROW "{\"a\":+1}\n", 2, 6, "a number, a string, true, false or null is expected h"},
        {ROW "{\"a\":1.}\n", 2, 6, "a number, a string, true, false or null is expected h"},
        {ROW "{\"a\":1e}\n", 2, 6, "a number, a string, true, false or null is expected h"},
        {ROW "{\"a\":nul}\n", 2, 6, "a number, a string, true, false or null is expected h"},
        {ROW "{\"a\":1} 2\n", 2, 9, "a line holds one object and nothing else"},
        {ROW "{\"b\":\"x}\n", 2, 6, "the quote that opens here is not closed on its line"},
        {ROW "{\"b\":\"\\x\"}\n", 2, 7, "this escape means no character"},
        {ROW "{\"b\":\"\\u12g4\"}\n", 2, 7, "this escape means no character"},
        {ROW "{\"b\":\"\\u0000\"}\n", 2, 7, "this escape means no character"},
        {ROW "{\"b\":\"\\udc00\"}\n", 2, 7, "this escape means no character"},
        {ROW "{\"b\":\"\\ud800\\u0041\"}\n", 2, 7, "this escape means no character"},
        {ROW "{\"b\":\"x\ty\"}\n", 2, 8, "a control character in a string; write it as \\u00.."},
        {ROW "{\"\":1}\n", 2, 2, "an empty key cannot name a column"},
        {ROW "{\"\xFF\":1}\n", 2, 2, "this key is not UTF-8; save the file as UTF-8"},
        {ROW "{\"b\":\"\xFF\"}\n", 2, 6, "this text is not UTF-8; save the file as UTF-8"},
        {ROW "{\"a\":1,\"b\":\"y\",\"a\":2}\n", 2, 16, "the key \"a\" stands twice in this row"},
        {ROW "{\"a\":1e999}\n", 2, 6, "\"1e999\" is too large a number (column a)"},
        {"{}\n{}\n", 1, 1, "no row has a key"},
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

/* Few bytes may ask for many cells. */
static void test_a_limit_of_cells(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":1}\n{\"b\":1}\n{\"c\":1}\n{\"d\":1}\n";
    bp_table_options options;
    bp_table_options_init(&options);
    bp_table *table = NULL;
    bp_error error;
    options.size_limit = 1151; /* 4 (4 * 8 + 256) = 1152 */
    assert_int_equal(bp_table_read_memory(&table, text, sizeof text - 1, &options, &error),
                     BP_E_DATA);
    assert_string_equal(error.message, "4 rows of 4 columns take more than 1151 bytes; if the file "
                                       "is to be trusted, raise --size-limit");
    options.size_limit = 1152;
    assert_int_equal(bp_table_read_memory(&table, text, sizeof text - 1, &options, &error), BP_OK);
    bp_table_free(table);
}

/* ---- Memory ------------------------------------------------------------------------------- */

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    static const char text[] = "{\"a\\\"\":1,\"t\":\"x\"}\n{\"t\":\"\\\"\",\"a\\\"\":2}\n"
                               "{\"s\":\"2024-01-01\"}\n";
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
            assert_string_equal(text_of(table, 1, 1), "\"");
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
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_kinds_are_told),
        cmocka_unit_test(test_many_rows),
        cmocka_unit_test(test_recognition),
        cmocka_unit_test(test_errors_have_places),
        cmocka_unit_test(test_a_limit_of_cells),
        cmocka_unit_test(test_every_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
