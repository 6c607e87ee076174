/* test_csv_kinds.c: what columns are found to be, what they are told to be, and dates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/failing_allocator.h"
#include "support/tables.h"
#include "table/reading/date_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Dates -------------------------------------------------------------------- */

static void test_dates(void **state)
{
    (void)state;
    /* seconds by `date -u -d TEXT +%s` */
    static const struct {
        const char *text;
        double seconds;
    } dates[] = {{"1970-01-01", 0},
                 {"1969-12-31", -86400},
                 {"2000-02-29", 951782400},
                 {"1900-03-01", -2203891200},
                 {"0001-01-01", -62135596800},
                 {"9999-12-31T23:59:59Z", 253402300799},
                 {"2024-02-29 12:34", 1709210040},
                 {"2024-02-29T12:34:56.75", 1709210096.75},
                 {"2024-02-29T12:34:56+02:00", 1709202896},
                 {"2024-02-29T12:34:56-0130", 1709215496},
                 {"2024-02-29T12:34:56+14", 1709159696}};
    static const char *const others[] = {"",
                                         "2024",
                                         "2024-1-1",
                                         "2023-02-29",
                                         "2100-02-29",
                                         "2024-13-01",
                                         "2024-00-10",
                                         "2024-01-32",
                                         "0000-01-01",
                                         "2024/01-01",
                                         "2024.01.01",
                                         "01-01-2024",
                                         "2024-01-01T",
                                         "2024-01-01T24:00",
                                         "2024-01-01 12",
                                         "2024-01-01T12:60",
                                         "2024-01-01T12:34:60",
                                         "2024-01-01T12:34:56.",
                                         "2024-01-01T12:34+15:00",
                                         "2024-01-01T12:34 Z",
                                         "2024-01-01x"};
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        double seconds = -1;
        for (int order = BP_DATES_ISO; order < BP_DATES_COUNT; order++) {
            assert_true(
                bp_date_read(dates[i].text, strlen(dates[i].text), (bp_date_order)order, &seconds));
            assert_true(seconds == dates[i].seconds);
        }
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        double seconds = -1;
        assert_false(bp_date_read(others[i], strlen(others[i]), BP_DATES_ISO, &seconds));
        assert_true(seconds == -1);
    }
}

/* Day 1 of a month that is the second of January by the other order, and so on. */
static void test_orders_of_dates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double days, months; /* seconds by each order; -1: it is no date */
    } dates[] = {{"29/02/2024", 1709164800, -1},
                 {"2/29/2024", -1, 1709164800},
                 {"01.02.1970", 31 * 86400, 86400},
                 {"1-2-1970", 31 * 86400, 86400},
                 {"1/2/1970 9:05", 31 * 86400 + 32700, 86400 + 32700},
                 {"1/2/1970 12:00 AM", 31 * 86400, 86400},
                 {"1/2/1970 12:30:15 pm", 31 * 86400 + 45015, 86400 + 45015},
                 {"1/2/1970 1:00PM", 31 * 86400 + 46800, 86400 + 46800},
                 {"1/2/1970T13:00+01:00", 31 * 86400 + 43200, 86400 + 43200},
                 {"1/2/1970 13:00 PM", -1, -1},
                 {"1/2/1970 0:00 AM", -1, -1},
                 {"29/02/2023", -1, -1},
                 {"31/04/2024", -1, -1},
                 {"13/13/2024", -1, -1},
                 {"1/2-1970", -1, -1},
                 {"1 2 1970", -1, -1},
                 {"1/2/70", -1, -1},
                 {"001/2/1970", -1, -1},
                 {"1/2/19701", -1, -1},
                 {"1/2/", -1, -1}};
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        const char *text = dates[i].text;
        double days = -1, months = -1, iso = -1;
        bool by_day = bp_date_read(text, strlen(text), BP_DATES_DAY_FIRST, &days);
        bool by_month = bp_date_read(text, strlen(text), BP_DATES_MONTH_FIRST, &months);
        assert_true(by_day == (dates[i].days >= 0) && days == dates[i].days);
        assert_true(by_month == (dates[i].months >= 0) && months == dates[i].months);
        assert_false(bp_date_read(text, strlen(text), BP_DATES_ISO, &iso));
    }
}

static bp_date_order order_of(const char *text, bp_column_kind kind)
{
    bp_table *table = table_of(text, 1);
    bp_date_order order = bp_table_date_order(table);
    assert_int_equal(bp_table_column_kind(table, 0), kind);
    bp_table_free(table);
    return order;
}

/* By dates that only one order has; where there are none of those, or of both, they are texts. */
static void test_order_is_found(void **state)
{
    (void)state;
    assert_int_equal(order_of("d,x\n01/02/2024,1\n13/02/2024,2\n", BP_COLUMN_DATE),
                     BP_DATES_DAY_FIRST);
    assert_int_equal(order_of("d,x\n1/2/2024,1\n2/13/2024,2\n", BP_COLUMN_DATE),
                     BP_DATES_MONTH_FIRST);
    assert_int_equal(order_of("d,x\n01.02.2024 9:05,1\n13.02.2024 10:00,2\n", BP_COLUMN_DATE),
                     BP_DATES_DAY_FIRST);
    assert_int_equal(order_of("d,x\n2024/1/2,1\n2024/2/13,2\n", BP_COLUMN_DATE), BP_DATES_ISO);
    assert_int_equal(order_of("d,x\n01/02/2024,1\n03/02/2024,2\n", BP_COLUMN_CATEGORY),
                     BP_DATES_ISO);
    assert_int_equal(order_of("d,x\n13/02/2024,1\n02/13/2024,2\n", BP_COLUMN_CATEGORY),
                     BP_DATES_ISO);
    /* Late evidence counts, if dates come early. */
    char text[4096] = "d,x\n";
    size_t used = strlen(text);
    for (int i = 0; i < 200; i++)
        used += (size_t)sprintf(text + used, "%d/%d/2024,%d\n", i == 180 ? 31 : i % 12 + 1,
                                i % 12 + 1, i % 7);
    assert_int_equal(order_of(text, BP_COLUMN_DATE), BP_DATES_DAY_FIRST);
}

/* ---- Found out ------------------------------------------------------------------- */

/* A table of one column beside another, of cells parted by bars; "*20" at the end repeats
 * them so many times. */
static bp_column_kind kind_of(const char *name, const char *cells, size_t times)
{
    static char text[65536];
    size_t used = (size_t)sprintf(text, "%s,other\n", name);
    for (size_t n = 0, row = 0; n < times; n++)
        for (const char *at = cells; *at != '\0'; row++) {
            size_t length = strcspn(at, "|");
            used += (size_t)sprintf(text + used, "%.*s,%zu\n", (int)length, at, row % 7);
            at += length + (at[length] == '|');
        }
    bp_table *table = table_of(text, 1);
    bp_column_kind kind = bp_table_column_kind(table, 0);
    bool texts = kind == BP_COLUMN_CATEGORY || kind == BP_COLUMN_BOOLEAN;
    if (texts || kind == BP_COLUMN_NUMBER || kind == BP_COLUMN_DATE)
        assert_true(texts == (bp_table_codes(table, 0) != NULL));
    bp_table_free(table);
    return kind;
}

static const char *numbered(int first, int step, const char *form)
{
    static char cells[4096];
    size_t used = 0;
    for (int i = 0; i < 25; i++)
        used += (size_t)sprintf(cells + used, "%s", i > 0 ? "|" : ""),
            used += (size_t)sprintf(cells + used, form, first + i * step);
    return cells;
}

static void test_kinds_are_found(void **state)
{
    (void)state;
    assert_int_equal(kind_of("x", "1|2.5|NA|-3e2", 1), BP_COLUMN_NUMBER);
    assert_int_equal(kind_of("x", "red|green|red", 1), BP_COLUMN_CATEGORY);
    assert_int_equal(kind_of("x", "yes|no|yes", 1), BP_COLUMN_BOOLEAN);
    assert_int_equal(kind_of("x", "TRUE|false||TRUE", 1), BP_COLUMN_BOOLEAN);
    assert_int_equal(kind_of("x", "true|no", 4), BP_COLUMN_CATEGORY);
    assert_int_equal(kind_of("x", "yes|no|maybe", 1), BP_COLUMN_CATEGORY);
    assert_int_equal(kind_of("x", "2024-01-01|?|2024-01-02T10:00", 1), BP_COLUMN_DATE);
    assert_int_equal(kind_of("x", "7|7.0|7e0", 3), BP_COLUMN_CONSTANT);
    assert_int_equal(kind_of("x", "seven|seven", 3), BP_COLUMN_CONSTANT);
    assert_int_equal(kind_of("x", "NA||?", 3), BP_COLUMN_CONSTANT);
    assert_int_equal(kind_of("x", "7||7", 3), BP_COLUMN_NUMBER); /* being there tells something */
    assert_int_equal(kind_of("x", "seven||seven", 3), BP_COLUMN_CATEGORY);
}

static void test_identifiers_are_found(void **state)
{
    (void)state;
    assert_int_equal(kind_of("code", numbered(10, 1, "n%d"), 1), BP_COLUMN_IDENTIFIER);
    assert_int_equal(kind_of("code", numbered(10, 1, "n%d"), 2), BP_COLUMN_CATEGORY);
    assert_int_equal(kind_of("code", "a|b|c|d|e|f", 1), BP_COLUMN_CATEGORY); /* few may differ */
    assert_int_equal(kind_of("id", numbered(1, 1, "%d"), 1), BP_COLUMN_IDENTIFIER);
    assert_int_equal(kind_of("PassengerId", numbered(100, 3, "%d"), 1), BP_COLUMN_IDENTIFIER);
    assert_int_equal(kind_of("user_id", numbered(5, 2, "%d"), 1), BP_COLUMN_IDENTIFIER);
    assert_int_equal(kind_of("year", numbered(1990, 1, "%d"), 1), BP_COLUMN_NUMBER);
    assert_int_equal(kind_of("paid", numbered(1, 1, "%d"), 1), BP_COLUMN_NUMBER);
    assert_int_equal(kind_of("id", numbered(1, 1, "%d"), 2), BP_COLUMN_NUMBER);
    assert_int_equal(kind_of("id", numbered(1, -1, "%d"), 1), BP_COLUMN_IDENTIFIER); /* any order */
    assert_int_equal(kind_of("", numbered(30, -1, "%d"), 1), BP_COLUMN_IDENTIFIER);
    assert_int_equal(kind_of("Unnamed: 0", numbered(30, -1, "%d"), 1), BP_COLUMN_IDENTIFIER);
    assert_int_equal(kind_of("no", numbered(1, 1, "%d"), 1), BP_COLUMN_IDENTIFIER);
    assert_int_equal(kind_of("no", numbered(30, -1, "%d"), 1), BP_COLUMN_NUMBER);
    assert_int_equal(kind_of("id", "5|3|9|2|NA|7|1", 4), BP_COLUMN_NUMBER);
    assert_int_equal(kind_of("id", numbered(1, 1, "%d.5"), 1), BP_COLUMN_NUMBER);
}

/* Whole numbers beyond 2^53 would run together as numbers. */
static void test_wide_numbers_stay_texts(void **state)
{
    (void)state;
    bp_table *table = table_of("id,v\n9007199254740993,1\n9007199254740992,2\n"
                               "-9007199254740993,3\n9007199254740993,4\n",
                               1);
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_IDENTIFIER);
    assert_int_equal(bp_table_category_count(table, 0), 3);
    assert_string_equal(bp_table_category(table, 0, 0), "9007199254740993");
    bp_table_free(table);
    table = table_of("x,v\n9007199254740993,1\n9.5e30,2\n7,3\n1e17,4\n", 1);
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_NUMBER);
    bp_table_free(table);
}

/* ---- Told ------------------------------------------------------------------------- */

static bp_status read_with_kinds(bp_table **table, const char *text, const char *kinds,
                                 bp_error *error)
{
    bp_table_options options;
    bp_table_options_init(&options);
    options.name = "t.csv";
    options.kinds = kinds;
    return bp_table_read_memory(table, text, strlen(text), &options, error);
}

static void test_kinds_are_told(void **state)
{
    (void)state;
    static const char text[] = "zip,a_1,a_2,day,flag\n"
                               "1010,1,2,2024-01-01,0\n02020,3,4,2024-01-02,1\n1010,5,6,,1\n";
    bp_table *table = NULL;
    bp_error error;
    bp_status status = read_with_kinds(
        &table, text, "zip=category,a_?=category,#3=number,day=category,flag=boolean", &error);
    assert_int_equal(status, BP_OK);
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_CATEGORY);
    assert_string_equal(bp_table_category(table, 0, 1), "02020");
    assert_int_equal(bp_table_column_kind(table, 1), BP_COLUMN_CATEGORY);
    assert_int_equal(bp_table_column_kind(table, 2), BP_COLUMN_NUMBER); /* the later word holds */
    assert_string_equal(bp_table_category(table, 3, 0), "2024-01-01");
    assert_int_equal(bp_table_column_kind(table, 4), BP_COLUMN_BOOLEAN);
    bp_table_free(table);
}

static void check_refused(const char *text, const char *kinds, bp_status status, size_t line,
                          size_t column, const char *message)
{
    bp_table *table = NULL;
    bp_error error = {.status = BP_OK};
    assert_int_equal(read_with_kinds(&table, text, kinds, &error), status);
    assert_null(table);
    assert_string_equal(error.message, message);
    assert_int_equal(error.line, line);
    assert_int_equal(error.column, column);
}

static void test_kinds_that_cannot_be(void **state)
{
    (void)state;
    static const char text[] = "area,color\n1,red\n2,green\n3,blue\n";
    check_refused(text, "area=colour", BP_E_OPTION, 0, 0,
                  "\"colour\" is no kind of column; use number, category, boolean, date, "
                  "identifier or constant");
    check_refused(text, "area=numbr", BP_E_OPTION, 0, 0,
                  "\"numbr\" is no kind of column; did you mean number? there are number, "
                  "category, boolean, date, identifier or constant");
    check_refused(text, "area", BP_E_OPTION, 0, 0,
                  "\"area\" is not COLUMN=KIND, as in zip=category");
    check_refused(text, "aera=number", BP_E_OPTION, 0, 0,
                  "unknown column \"aera\"; did you mean \"area\"?");
    check_refused(text, "color=number", BP_E_DATA, 2, 3,
                  "\"red\" is not a number (column color); correct it, write NA where it is "
                  "missing, or use --categorical color");
    check_refused(text, "area=date", BP_E_DATA, 2, 1,
                  "\"1\" is not a date (column area); correct it, write NA where it is missing, "
                  "or use --categorical area");
    check_refused(text, "color=boolean", BP_E_DATA, 0, 0,
                  "the column color is no boolean: it has 3 different texts");
}

/* ---- Columns by lists ---------------------------------------------------------------- */

static void check_selected(const bp_table *table, const char *list, const char *expected)
{
    bool marks[8] = {false};
    assert_int_equal(bp_table_select_columns(table, list, marks, NULL), BP_OK);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(marks[i], expected[i] == 'x');
}

static void test_columns_are_selected(void **state)
{
    (void)state;
    bp_table *table = table_of("id,a_1,a_2,b*,a_10,z\n1,2,3,4,5,6\n2,3,4,5,6,7\n", 1);
    bool marks[6];
    bp_error error;
    check_selected(table, NULL, "......");
    check_selected(table, "", "......");
    check_selected(table, "id,z", "x....x");
    check_selected(table, "a_*", ".xx.x.");
    check_selected(table, "a_?", ".xx...");
    check_selected(table, "*1*", ".x..x.");
    check_selected(table, "b*", "...x.."); /* a name comes before a pattern */
    check_selected(table, "#2-#4,#6", ".xxx.x");
    check_selected(table, "*", "xxxxxx");
    static const char *const unknown[] = {"a_11", "c*", "#0", "#7", "#4-#2", "#1-#9", "#1-", "#"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        assert_int_equal(bp_table_select_columns(table, unknown[i], marks, &error), BP_E_OPTION);
    bp_table_free(table);
}

/* ---- Strays ----------------------------------------------------------------------------- */

static void test_strays_are_kept_where_asked(void **state)
{
    (void)state;
    char text[4096] = "v,w\n";
    for (int i = 0; i < 60; i++)
        sprintf(text + strlen(text), "%s,%s\n", i == 7 || i == 50 ? "x" : "1",
                i == 50      ? "1e999"
                : i % 2 == 0 ? "3"
                             : "4");
    bp_table_options options;
    bp_table_options_init(&options);
    options.keep_strays = true;
    bp_table *table = NULL;
    size_t row = 0, column = 0;
    assert_int_equal(bp_table_read_memory(&table, text, strlen(text), &options, NULL), BP_OK);
    assert_int_equal(bp_table_stray_count(table), 3);
    static const size_t places[][2] = {{7, 0}, {50, 0}, {50, 1}};
    for (size_t i = 0; i < 3; i++) {
        assert_true(bp_table_stray(table, i, &row, &column));
        assert_int_equal(row, places[i][0]);
        assert_int_equal(column, places[i][1]);
        bp_matrix cells = bp_table_numbers(table, column);
        assert_true(isnan(((const double *)cells.data)[row]));
    }
    assert_false(bp_table_stray(table, 3, &row, &column));
    char cell[4];
    bp_table_cell_text(table, 50, 1, cell, sizeof cell);
    assert_string_equal(cell, "1e9");
    bp_table_free(table);
}

/* A column that turns out to be of texts has no strays, and those of others are counted once. */
static void test_strays_of_a_column_filled_again(void **state)
{
    (void)state;
    static char text[65536];
    strcpy(text, "late,v\n");
    for (int i = 0; i < 2000; i++)
        sprintf(text + strlen(text), "%s,%s\n", i < 1200 ? "1" : "t", i == 1500 ? "odd" : "2");
    bp_table_options options;
    bp_table_options_init(&options);
    options.keep_strays = true;
    bp_table *table = NULL;
    size_t row = 0, column = 0;
    assert_int_equal(bp_table_read_memory(&table, text, strlen(text), &options, NULL), BP_OK);
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_CATEGORY);
    assert_int_equal(bp_table_codes(table, 0)[1999], 1);
    assert_int_equal(bp_table_stray_count(table), 1);
    assert_true(bp_table_stray(table, 0, &row, &column) && row == 1500 && column == 1);
    bp_table_free(table);
}

/* ---- Memory ------------------------------------------------------------------------------ */

/* Dates are float64 whatever the table's type, also where all are the same. */
static void test_constant_dates(void **state)
{
    (void)state;
    static const char text[] = "day,v\n2024-02-29,1\n2024-02-29,2\n2024-02-29,3\n";
    bp_table_options options;
    failing_allocator counting;
    failing_allocator_init(&counting, 0);
    bp_table_options_init(&options);
    options.type = BP_F32;
    options.allocator = &counting.allocator;
    bp_table *table = NULL;
    assert_int_equal(bp_table_read_memory(&table, text, sizeof text - 1, &options, NULL), BP_OK);
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_CONSTANT);
    bp_matrix days = bp_table_numbers(table, 0);
    assert_int_equal(days.type, BP_F64);
    assert_true(((const double *)days.data)[2] == 1709164800);
    assert_int_equal(bp_table_numbers(table, 1).type, BP_F32);
    bp_table_free(table);
    assert_true(failing_allocator_is_clean(&counting));
}

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    static const char text[] = "n,t,d,b\n1,\"a\"\"b\",2024-01-01,yes\n2,c,2024-01-02,no\n,,,\n";
    for (unsigned long n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_table_options options;
        bp_table_options_init(&options);
        options.allocator = &failing.allocator;
        options.kinds = "b=category";
        options.keep_strays = true;
        bp_table *table = NULL;
        bp_error error;
        bp_status status = bp_table_read_memory(&table, text, sizeof text - 1, &options, &error);
        if (status == BP_OK)
            assert_string_equal(bp_table_category(table, 1, 0), "a\"b");
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
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_orders_of_dates),
        cmocka_unit_test(test_order_is_found),
        cmocka_unit_test(test_kinds_are_found),
        cmocka_unit_test(test_identifiers_are_found),
        cmocka_unit_test(test_wide_numbers_stay_texts),
        cmocka_unit_test(test_kinds_are_told),
        cmocka_unit_test(test_kinds_that_cannot_be),
        cmocka_unit_test(test_columns_are_selected),
        cmocka_unit_test(test_strays_are_kept_where_asked),
        cmocka_unit_test(test_strays_of_a_column_filled_again),
        cmocka_unit_test(test_constant_dates),
        cmocka_unit_test(test_every_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
