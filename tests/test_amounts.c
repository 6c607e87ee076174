/* test_amounts.c: numbers as people write amounts, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "table/reading/amount_text.h"

#include "support/tables.h"

#include <stdlib.h>
#include <string.h>

typedef struct amount {
    const char *text, *points, *commas; /* the literal where '.' or ',' is decimal; "": none */
} amount;

static void check_literal(const char *text, char decimal, const char *expected)
{
    char literal[BP_LITERAL_LIMIT];
    size_t length = bp_amount_literal(text, strlen(text), decimal, decimal == '.', literal);
    if (length != strlen(expected) || memcmp(literal, expected, length) != 0)
        fail_msg("%s: \"%.*s\" in place of \"%s\"", text, (int)length, literal, expected);
}

static void test_literals(void **state)
{
    (void)state;
    static const amount amounts[] = {
        {"$5", "5", "5"},
        {"$1,234.50", "1234.50", ""},
        {"-$12", "-12", "-12"},
        {"$ -12.5", "-12.5", ""},
        {"+7%", "+7", "+7"},
        {"25.4%", "25.4", ""},
        {"25,4 %", "", "25,4"},
        {"12 \xE2\x82\xAC", "12", "12"},
        {"1.234,50 \xE2\x82\xAC", "", "1234,50"},
        {"\xC2\xA3"
         "1,000,000",
         "1000000", ""},
        {"1'234.5", "1234.5", ""},
        {"1\xE2\x80\x99"
         "234\xE2\x80\x99"
         "567",
         "1234567", "1234567"},
        {"1\xC2\xA0"
         "234,5",
         "", "1234,5"},
        {"12\xE2\x80\xAF"
         "345",
         "12345", "12345"},
        {"1,234", "1234", ""},
        {"1.234.567", "", "1234567"},
        {"-1,234,567.25", "-1234567.25", ""},
        /* plain numbers are read elsewhere */
        {"5", "", ""},
        {"-5.25", "", ""},
        {"1,5", "", ""},
        /* neither */
        {"", "", ""},
        {"$", "", ""},
        {"%", "", ""},
        {"$5%", "", ""},
        {"5%%", "", ""},
        {"$$5", "", ""},
        {"--5%", "", ""},
        {"1,23,456", "", ""},
        {"1,2345", "", ""},
        {"0,123,456", "", ""},
        {"1234,567,890", "", ""},
        {"1,234.567.890", "", ""},
        {"1,234'567", "", ""},
        {"1.2.3", "", ""},
        {"192.168.1.1", "", ""},
        {"1,", "", ""},
        {"1'", "", ""},
        {"1 234", "", ""},
        {"5 apples", "", ""},
        {"5%x", "", ""},
        {"1e3%", "", ""},
        {"2/25/2023", "", ""},
        {"1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", "", ""},
    };
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        check_literal(amounts[i].text, '.', amounts[i].points);
        check_literal(amounts[i].text, ',', amounts[i].commas);
    }
    char longest[2 * BP_LITERAL_LIMIT], literal[BP_LITERAL_LIMIT];
    memset(longest, '1', sizeof longest);
    longest[BP_LITERAL_LIMIT - 2] = '%';
    assert_int_equal(bp_amount_literal(longest, BP_LITERAL_LIMIT - 1, '.', true, literal),
                     BP_LITERAL_LIMIT - 2);
    longest[BP_LITERAL_LIMIT - 1] = '%';
    assert_int_equal(bp_amount_literal(longest, BP_LITERAL_LIMIT, '.', true, literal), 0);
}

static void check_column(const char *text, char decimal, const double *expected)
{
    bp_table *table = NULL;
    bp_error error;
    if (bp_table_read_memory(&table, text, strlen(text), NULL, &error) != BP_OK)
        fail_msg("%zu:%zu: %s", error.line, error.column, error.message);
    assert_int_equal(bp_table_decimal(table), decimal);
    const double *cells = bp_table_numbers(table, 0).data;
    assert_non_null(cells);
    for (size_t row = 0; row < bp_table_row_count(table); row++)
        assert_true(cells[row] == expected[row]);
    bp_table_free(table);
}

static void test_tables(void **state)
{
    (void)state;
    check_column("v,k\n\"$1,200\",a\n$7.50,b\n950,a\n", '.', (const double[]){1200, 7.5, 950});
    check_column("v,k\n\"1,234\",a\n12,b\n", '.', (const double[]){1234, 12});
    check_column("v;k\n25,4 %;a\n3 %;b\n", ',', (const double[]){25.4, 3});
    check_column("v;k\n1.234,50;a\n12,5;b\n", ',', (const double[]){1234.5, 12.5});
    check_column("v;k\n1'234.5;a\n12;b\n", '.', (const double[]){1234.5, 12});
    check_column("$5,a\n$6,b\n", '.', (const double[]){5, 6});       /* no header */
    check_column("5%,95%\n1,2\n3,4\n", '.', (const double[]){1, 3}); /* one */
}

/* What was written stays: a class of amounts is called so, and a place is told as ever. */
static void test_texts_stay(void **state)
{
    (void)state;
    bp_table *table = table_of("v,k\n\"$1,200\",a\n5%,b\n\"$1,200\",a\n", 1);
    char text[32];
    bp_error error;
    assert_int_equal(bp_table_cell_text(table, 0, 0, text, sizeof text), 6);
    assert_string_equal(text, "$1,200");
    assert_int_equal(bp_table_categorize(table, 0, &error), BP_OK);
    assert_int_equal(bp_table_category_count(table, 0), 2);
    assert_string_equal(bp_table_category(table, 0, 0), "$1,200");
    bp_table_free(table);
    bp_table_options options;
    bp_table_options_init(&options);
    static const char lines[] = "{\"v\":\"$5\"}\n{\"v\":\"$6\"}\n"; /* strings are texts */
    assert_int_equal(bp_table_read_memory(&table, lines, strlen(lines), &options, &error), BP_OK);
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_CATEGORY);
    bp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_literals),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_texts_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
