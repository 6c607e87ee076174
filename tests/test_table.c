/* test_table.c: what a table holds once it is read: cells, names, places, categories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/matrix.h"
#include "support/failing_allocator.h"
#include "table/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(literal) (literal), sizeof(literal) - 1

static bp_table *read_text(const char *text, size_t size, const bp_table_options *options)
{
    bp_error error;
    bp_table *table = NULL;
    if (bp_table_read_memory(&table, text, size, options, &error) != BP_OK)
        fail_msg("%s:%zu:%zu: %s", error.file, error.line, error.column, error.message);
    return table;
}

static double number_at(const bp_table *table, size_t row, size_t column)
{
    bp_matrix cells = bp_table_numbers(table, column);
    assert_null(bp_table_codes(table, column));
    assert_non_null(cells.data);
    assert_int_equal(cells.rows, bp_table_row_count(table));
    assert_int_equal(cells.columns, 1);
    return bp_matrix_at(&cells, row, 0);
}

/* The text of a cell of a column of texts, NULL where it is missing. */
static const char *text_at(const bp_table *table, size_t row, size_t column)
{
    assert_non_null(bp_table_codes(table, column));
    return bp_table_category(table, column, bp_table_codes(table, column)[row]);
}

static void check_place(const bp_table *table, size_t row, size_t column, size_t line, size_t byte)
{
    bp_error error = {.status = BP_E_DATA, .message = "kept"};
    bp_table_place(table, row, column, &error);
    assert_int_equal(error.line, line);
    assert_int_equal(error.column, byte);
    assert_string_equal(error.file, bp_table_name(table));
    assert_int_equal(error.status, BP_E_DATA);
    assert_string_equal(error.message, "kept");
}

/* ---- The wheat seeds --------------------------------------------------------- */

enum { WHEAT_ROWS = 210, WHEAT_COLUMNS = 8 };

typedef struct wheat {
    char lines[WHEAT_ROWS][80]; /* as the file has them, without its header */
    double cells[WHEAT_ROWS][WHEAT_COLUMNS];
} wheat;

/* The file read by the C library, which knows nothing of tables. */
static void setup_wheat(wheat *seeds)
{
    FILE *file = fopen("data/wheat-seeds.csv", "r");
    assert_non_null(file);
    char header[256];
    assert_non_null(fgets(header, sizeof header, file));
    assert_memory_equal(header, "area,perimeter,", 15);
    for (int row = 0; row < WHEAT_ROWS; row++) {
        assert_non_null(fgets(seeds->lines[row], sizeof seeds->lines[row], file));
        seeds->lines[row][strcspn(seeds->lines[row], "\n")] = '\0';
        char *at = seeds->lines[row];
        for (int i = 0; i < WHEAT_COLUMNS; i++, at += *at == ',')
            seeds->cells[row][i] = strtod(at, &at);
    }
    fclose(file);
}

static void check_wheat(const bp_table *table, const wheat *seeds)
{
    assert_int_equal(bp_table_row_count(table), WHEAT_ROWS);
    assert_int_equal(bp_table_column_count(table), WHEAT_COLUMNS);
    for (size_t row = 0; row < WHEAT_ROWS; row++)
        for (size_t i = 0; i < WHEAT_COLUMNS; i++)
            assert_true(number_at(table, row, i) == seeds->cells[row][i]);
}

static void test_the_wheat_seeds(void **state)
{
    (void)state;
    static wheat seeds;
    setup_wheat(&seeds);
    bp_table *table = NULL;
    assert_int_equal(bp_table_read(&table, "data/wheat-seeds.csv", NULL, NULL), BP_OK);
    check_wheat(table, &seeds);
    assert_true(bp_table_has_header(table));
    assert_string_equal(bp_table_name(table), "data/wheat-seeds.csv");
    assert_string_equal(bp_table_column_name(table, 7), "variety");
    bp_table_free(table);
}

/* The wheat seeds as they were published: tabs, some of them doubled from row `first` on. */
static void check_doubled_tabs(const wheat *seeds, size_t first)
{
    static char text[WHEAT_ROWS * 160];
    size_t size = 0, doubled = 0;
    for (size_t row = 0; row < WHEAT_ROWS; row++) {
        for (const char *at = seeds->lines[row]; *at != '\0'; at++) {
            bool twice = *at == ',' && row >= first && (row * 7 + size) % 13 == 0;
            text[size++] = *at == ',' ? '\t' : *at;
            if (twice)
                text[size++] = '\t';
            doubled += twice;
        }
        text[size++] = '\n';
    }
    assert_true(doubled > 3);
    bp_table *table = read_text(text, size, NULL);
    check_wheat(table, seeds);
    assert_false(bp_table_has_header(table));
    assert_string_equal(bp_table_column_name(table, 7), "#8");
    bp_table_free(table);
}

static void test_doubled_tabs(void **state)
{
    (void)state;
    static wheat seeds;
    setup_wheat(&seeds);
    check_doubled_tabs(&seeds, 0);
    check_doubled_tabs(&seeds, 7);
    check_doubled_tabs(&seeds, 150); /* below what the delimiter is chosen by */
}

/* ---- Cells ------------------------------------------------------------------- */

static void test_quoted_cells(void **state)
{
    (void)state;
    static const char text[] = "id,\"the \"\"text\"\"\",\"two\nlines\"\r\n"
                               "1,\"a,b\",\"x\r\ny\"\r\n"
                               "\"2\",  \"say \"\"hi\"\"\"  , \" kept \"\r\n"
                               "3,\"\",\"\"\"\"\r\n"
                               "4,it's 5\" long, \" \"\r\n";
    bp_table *table = read_text(TEXT(text), NULL);
    assert_int_equal(bp_table_row_count(table), 4);
    assert_int_equal(bp_table_column_count(table), 3);
    assert_string_equal(bp_table_column_name(table, 1), "the \"text\"");
    assert_string_equal(bp_table_column_name(table, 2), "two\nlines");
    assert_null(bp_table_column_name(table, 3));
    for (size_t row = 0; row < 4; row++)
        assert_true(number_at(table, row, 0) == (double)(row + 1));
    assert_string_equal(text_at(table, 0, 1), "a,b");
    assert_string_equal(text_at(table, 0, 2), "x\r\ny");
    assert_string_equal(text_at(table, 1, 1), "say \"hi\"");
    assert_string_equal(text_at(table, 1, 2), " kept ");
    assert_null(text_at(table, 2, 1));
    assert_string_equal(text_at(table, 2, 2), "\"");
    assert_string_equal(text_at(table, 3, 1), "it's 5\" long");
    assert_string_equal(text_at(table, 3, 2), " ");
    check_place(table, 0, 0, 3, 1);
    check_place(table, 0, 2, 3, 9);
    check_place(table, 1, 0, 5, 1);
    check_place(table, 1, 1, 5, 7);
    check_place(table, 3, 2, 7, 17);
    bp_table_free(table);
}

static void test_missing_cells(void **state)
{
    (void)state;
    static const char text[] = "v,t\n"
                               "1,a\n,\n  ,  \nNA,NA\nN/A,N/A\nNaN,NaN\nnan,nan\nNULL,NULL\n"
                               "null,null\n?, ? \n-,-\n\"\",\"NA\"\n2,inf\n";
    bp_table *table = read_text(TEXT(text), NULL);
    assert_int_equal(bp_table_row_count(table), 13);
    for (size_t row = 1; row < 12; row++) {
        assert_true(isnan(number_at(table, row, 0)));
        assert_int_equal(bp_table_codes(table, 1)[row], BP_MISSING);
    }
    assert_true(number_at(table, 12, 0) == 2);
    assert_int_equal(bp_table_category_count(table, 1), 2);
    assert_string_equal(text_at(table, 0, 1), "a");
    assert_string_equal(text_at(table, 12, 1), "inf");
    bp_table_free(table);
}

static void test_a_column_of_nothing(void **state)
{
    (void)state;
    bp_table *table = read_text(TEXT("a,b\n1,\n2,NA\n"), NULL);
    assert_true(isnan(number_at(table, 0, 1)) && isnan(number_at(table, 1, 1)));
    bp_table_free(table);
}

/* One text among `rows` rows of numbers; the kind that the column then has. */
static bp_status read_one_text(size_t rows, bp_column_kind *kind)
{
    char text[4096] = "a,b\n";
    for (size_t i = 0; i < rows; i++)
        strcat(text, i == 3 ? "1,x\n" : "1,2\n");
    bp_table *table = NULL;
    bp_status status = bp_table_read_memory(&table, text, strlen(text), NULL, NULL);
    if (status == BP_OK)
        *kind = bp_table_column_kind(table, 1);
    bp_table_free(table);
    return status;
}

static void test_nineteen_of_twenty_make_a_number_column(void **state)
{
    (void)state;
    bp_column_kind kind = BP_COLUMN_NUMBER;
    assert_int_equal(read_one_text(19, &kind), BP_OK);
    assert_int_equal(kind, BP_COLUMN_CATEGORY);
    assert_int_equal(read_one_text(20, &kind), BP_E_DATA);
    assert_int_equal(read_one_text(200, &kind), BP_E_DATA);
}

static void test_float32_cells_are_rounded_once(void **state)
{
    (void)state;
    /* just above the middle of 1 and its successor: by way of a double it would be 1 */
    static const char text[] = "a,b\n1.00000005960464477540,0.1\n-0.0,1e-50\n";
    bp_table_options options;
    bp_table_options_init(&options);
    options.type = BP_F32;
    bp_table *table = read_text(TEXT(text), &options);
    assert_int_equal(bp_table_numbers(table, 0).type, BP_F32);
    const float *a = bp_table_numbers(table, 0).data, *b = bp_table_numbers(table, 1).data;
    assert_true(a[0] == 1.00000011920928955078125f);
    assert_true(b[0] == 0.1f);
    assert_true(a[1] == 0 && signbit(a[1]) && b[1] == 0);
    bp_table_free(table);
}

static void test_the_text_is_copied(void **state)
{
    (void)state;
    char text[] = "a,b\n1,x\n22,y\n";
    bp_table *table = read_text(text, sizeof text - 1, NULL);
    memset(text, 'z', sizeof text);
    check_place(table, 1, 1, 3, 4);
    assert_int_equal(bp_table_categorize(table, 0, NULL), BP_OK);
    assert_string_equal(text_at(table, 1, 0), "22");
    size_t size = 0;
    assert_memory_equal(bp_table_source(table, &size), "a,b\n1,x\n22,y\n", 13);
    assert_int_equal(size, 13);
    assert_string_equal(bp_table_name(table), "memory");
    bp_table_free(table);
}

/* ---- Columns by name --------------------------------------------------------- */

static void check_column(const bp_table *table, const char *reference, size_t expected)
{
    size_t column = 99;
    assert_int_equal(bp_table_find_column(table, reference, &column, NULL), BP_OK);
    assert_int_equal(column, expected);
}

static void check_no_column(const bp_table *table, const char *reference, const char *message)
{
    size_t column = 99;
    bp_error error;
    assert_int_equal(bp_table_find_column(table, reference, &column, &error), BP_E_OPTION);
    assert_int_equal(column, 99);
    assert_string_equal(error.message, message);
    assert_string_equal(error.file, bp_table_name(table));
}

static void test_columns_are_found(void **state)
{
    (void)state;
    bp_table *table = read_text(TEXT("area,,variety,#9\n1,2,3,4\n"), NULL);
    check_column(table, "area", 0);
    check_column(table, "#2", 1);
    check_column(table, "variety", 2);
    check_column(table, "#9", 3);
    check_column(table, "#1", 0);
    check_column(table, "#004", 3);
    check_no_column(table, "variaty", "unknown column \"variaty\"; did you mean \"variety\"?");
    check_no_column(table, "AREA", "unknown column \"AREA\"; did you mean \"area\"?");
    check_no_column(table, "xyzzy",
                    "unknown column \"xyzzy\"; there are 4 columns, \"area\" to \"#9\"");
    size_t column = 0;
    static const char *const wrong[] = {"",     "#",   "#0",  "#5",  "#1.0",
                                        "#1e0", "#+1", "# 1", "#-1", "#99999999999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(bp_table_find_column(table, wrong[i], &column, NULL), BP_E_OPTION);
    bp_table_free(table);
}

/* ---- Categories -------------------------------------------------------------- */

static void test_numbers_become_categories(void **state)
{
    (void)state;
    bp_table *table = read_text(TEXT("a,b\n 2,1\n2.0,1\nNA,1\n\"2\" ,1\n7,1\n"), NULL);
    assert_null(bp_table_codes(table, 0));
    assert_int_equal(bp_table_category_count(table, 0), 0);
    assert_null(bp_table_category(table, 0, 0));
    assert_int_equal(bp_table_categorize(table, 0, NULL), BP_OK);
    assert_int_equal(bp_table_categorize(table, 0, NULL), BP_OK);
    static const uint32_t codes[] = {0, 1, BP_MISSING, 0, 2};
    assert_memory_equal(bp_table_codes(table, 0), codes, sizeof codes);
    assert_string_equal(bp_table_category(table, 0, 0), "2");
    assert_string_equal(bp_table_category(table, 0, 1), "2.0");
    assert_string_equal(bp_table_category(table, 0, 2), "7");
    assert_null(bp_table_category(table, 0, 3));
    assert_null(bp_table_category(table, 0, BP_MISSING));
    assert_null(bp_table_numbers(table, 0).data);
    assert_true(number_at(table, 4, 1) == 1);
    bp_table_free(table);
}

static void test_many_categories(void **state)
{
    (void)state;
    enum { ROWS = 60000, DISTINCT = 50000 };
    char *text = malloc(ROWS * 16 + 16);
    assert_non_null(text);
    size_t size = (size_t)sprintf(text, "n,word\n");
    for (int i = 0; i < ROWS; i++)
        size += (size_t)sprintf(text + size, "1,w%d\n", i % DISTINCT);
    bp_table *table = read_text(text, size, NULL);
    assert_int_equal(bp_table_category_count(table, 1), DISTINCT);
    for (uint32_t i = 0; i < ROWS; i++)
        assert_int_equal(bp_table_codes(table, 1)[i], i % DISTINCT);
    assert_string_equal(bp_table_category(table, 1, 49999), "w49999");
    bp_table_free(table);
    free(text);
}

/* ---- Every allocation fails once ----------------------------------------------- */

static const char MIXED[] = "id,\"na\"\"me\",,size\n1,\"a \"\"b\"\"\",x,2\n2,,y,3\n1,c,z,NA\n";

static void test_allocation_failures(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_table_options options;
        bp_table_options_init(&options);
        options.allocator = &failing.allocator;
        bp_table *table = NULL;
        bp_error error = {.status = BP_OK};
        bp_status status = bp_table_read_memory(&table, TEXT(MIXED), &options, &error);
        if (status == BP_OK)
            status = bp_table_categorize(table, 0, &error);
        if (table != NULL && status != BP_OK) { /* the column is what it was */
            assert_int_equal(bp_table_category_count(table, 0), 0);
            assert_true(number_at(table, 1, 0) == 2);
            assert_int_equal(bp_table_categorize(table, 0, NULL), BP_OK);
            assert_string_equal(text_at(table, 1, 0), "2");
        }
        bp_table_free(table);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
        assert_int_equal(status, BP_E_MEMORY);
        assert_int_equal(error.status, BP_E_MEMORY);
    }
}

/* Texts alone, where finding the header takes memory of its own; doubled tabs late. */
static void check_failures_of(const char *text, size_t size)
{
    for (size_t n = 1;; n++) {
        failing_allocator failing;
        failing_allocator_init(&failing, n);
        bp_table_options options;
        bp_table_options_init(&options);
        options.allocator = &failing.allocator;
        bp_table *table = NULL;
        bp_error error = {.status = BP_OK};
        bp_status status = bp_table_read_memory(&table, text, size, &options, &error);
        bp_table_free(table);
        assert_true(failing_allocator_is_clean(&failing));
        if (!failing.refused)
            break;
        assert_int_equal(status, BP_E_MEMORY);
        assert_int_equal(error.status, BP_E_MEMORY);
    }
}

static void test_more_allocation_failures(void **state)
{
    (void)state;
    check_failures_of(TEXT("\"a\",b\nx,y\nz,y\n"));
    char text[4096] = "";
    for (int i = 0; i < 600; i++)
        strcat(text, i == 500 ? "1\t\t2\n" : "1\t2\n");
    check_failures_of(text, strlen(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_wheat_seeds),
        cmocka_unit_test(test_doubled_tabs),
        cmocka_unit_test(test_quoted_cells),
        cmocka_unit_test(test_missing_cells),
        cmocka_unit_test(test_a_column_of_nothing),
        cmocka_unit_test(test_nineteen_of_twenty_make_a_number_column),
        cmocka_unit_test(test_float32_cells_are_rounded_once),
        cmocka_unit_test(test_the_text_is_copied),
        cmocka_unit_test(test_columns_are_found),
        cmocka_unit_test(test_numbers_become_categories),
        cmocka_unit_test(test_many_categories),
        cmocka_unit_test(test_allocation_failures),
        cmocka_unit_test(test_more_allocation_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
