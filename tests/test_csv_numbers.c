/* test_csv_numbers.c: cells of tables against the C library's reader, in both types, by any
 * number of threads; and what else may stand for a number or for none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "support/tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Against strtod and strtof --------------------------------------------------- */

enum { ROWS = 25000, COLUMNS = 8, CELL = 40 };

typedef struct numbers {
    char cells[ROWS][COLUMNS][CELL];
    char text[ROWS * COLUMNS * (CELL + 1)];
    size_t size;
} numbers;

static uint64_t draw(bp_stream stream, uint32_t *place, uint64_t n)
{
    return bp_stream_below(stream, (*place)++, n);
}

static void add_digits(bp_stream stream, uint32_t *place, char *cell, size_t count)
{
    size_t length = strlen(cell);
    for (size_t i = 0; i < count; i++)
        cell[length + i] = (char)('0' + draw(stream, place, 10));
    cell[length + count] = '\0';
}

/* As people and programs write them, and as only a test does. */
static void make_number(bp_stream stream, uint32_t *place, char *cell)
{
    static const char *const signs[] = {"", "", "", "-", "+"};
    static const char *const hard[] = {"9007199254740993",
                                       "9007199254740992.5",
                                       "0.5000000298023224",
                                       "16777217",
                                       "1.00000005960464477540",
                                       "1.000000178813934326171875",
                                       "2.2250738585072011e-308",
                                       "4.9406564584124654e-324",
                                       "1.1754943508222875e-38",
                                       "0.00000000000000000001",
                                       "8388609.5",
                                       "123456789.12345679",
                                       "3.4028235e38",
                                       "1e-45",
                                       "0",
                                       "-0.0",
                                       "00012.50",
                                       "1.",
                                       ".5",
                                       "7e-2",
                                       "1E3"};
    if (draw(stream, place, 50) == 0) {
        strcpy(cell, hard[draw(stream, place, sizeof hard / sizeof hard[0])]);
        return;
    }
    strcpy(cell, signs[draw(stream, place, 5)]);
    size_t whole = draw(stream, place, 10) == 0 ? draw(stream, place, 18) : draw(stream, place, 4);
    add_digits(stream, place, cell, whole + 1);
    if (draw(stream, place, 8) == 0)
        return;
    strcat(cell, ".");
    add_digits(stream, place, cell,
               draw(stream, place, 6) == 0 ? draw(stream, place, 16) : draw(stream, place, 9));
    if (draw(stream, place, 20) == 0)
        sprintf(cell + strlen(cell), "e%d", (int)draw(stream, place, 58) - 40);
}

static void make_table(numbers *n, uint64_t seed)
{
    n->size = 0;
    for (uint32_t row = 0; row < ROWS; row++) {
        bp_stream stream = bp_stream_new(seed, BP_PURPOSE_SHUFFLE, row, 0, 0);
        uint32_t place = 0;
        for (size_t i = 0; i < COLUMNS; i++) {
            make_number(stream, &place, n->cells[row][i]);
            n->size +=
                (size_t)sprintf(n->text + n->size, "%s%s", i > 0 ? "," : "", n->cells[row][i]);
        }
        n->size += (size_t)sprintf(n->text + n->size, "%s", row % 3 == 0 ? "\r\n" : "\n");
    }
}

static void check_cells(const numbers *n, const bp_table *table, bp_type type)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        const void *cells = bp_table_numbers(table, i).data;
        for (size_t row = 0; row < ROWS; row++) {
            const char *text = n->cells[row][i];
            double wide = strtod(text, NULL);
            float narrow = strtof(text, NULL);
            int different = type == BP_F64
                                ? memcmp((const double *)cells + row, &wide, sizeof wide)
                                : memcmp((const float *)cells + row, &narrow, sizeof narrow);
            if (different != 0)
                fail_msg("%s is read as another number", text);
        }
    }
}

static void test_cells_are_what_strtod_reads(void **state)
{
    (void)state;
    static numbers n;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        make_table(&n, seed);
        for (int type = BP_F32; type <= BP_F64; type++) {
            bp_table_options options;
            bp_table_options_init(&options);
            options.type = (bp_type)type;
            options.header = 0;
            options.threads = (size_t)seed;
            options.kinds = "#1-#8=number";
            bp_table *table = NULL;
            bp_error error;
            if (bp_table_read_memory(&table, n.text, n.size, &options, &error) != BP_OK)
                fail_msg("%zu:%zu: %s", error.line, error.column, error.message);
            assert_int_equal(bp_table_row_count(table), ROWS);
            check_cells(&n, table, (bp_type)type);
            bp_table_free(table);
        }
    }
}

/* ---- From a file, block by block ------------------------------------------------- */

/* Some hundred kilobytes of lines of every kind; the quotes, where asked for, come late. */
static size_t write_lines(char *text, bool quotes)
{
    enum { LINES = 9000, LONG_LINE = 4000 };
    size_t used = 0;
    for (size_t row = 0; row < LINES; row++) {
        if (row % 400 == 0)
            used += (size_t)sprintf(text + used, "# of its own, \"quoted\n\n");
        used += (size_t)sprintf(text + used, "%zu.%03zu,%s,", row, row % 1000,
                                row % 7 == 0 ? "" : "-0.25");
        if (row == LONG_LINE) { /* longer than a block */
            memset(text + used, 'w', 70000);
            used += 70000;
        }
        used += (size_t)sprintf(text + used, quotes && row > 8000 ? "\"a\nb%zu\"%s" : "c%zu%s",
                                row % 5, row % 3 == 0 ? "\r\n" : "\n");
    }
    return used;
}

static void assert_same_tables(const bp_table *a, const bp_table *b)
{
    size_t rows = bp_table_row_count(a);
    assert_int_equal(rows, bp_table_row_count(b));
    for (size_t i = 0; i < 2; i++)
        assert_memory_equal(bp_table_numbers(a, i).data, bp_table_numbers(b, i).data,
                            rows * sizeof(double));
    assert_memory_equal(bp_table_codes(a, 2), bp_table_codes(b, 2), rows * sizeof(uint32_t));
    assert_int_equal(bp_table_category_count(a, 2), bp_table_category_count(b, 2));
    for (uint32_t code = 0; code < bp_table_category_count(a, 2); code++)
        assert_string_equal(bp_table_category(a, 2, code), bp_table_category(b, 2, code));
}

static void test_files_are_read_as_memory_is(void **state)
{
    (void)state;
    static char text[1 << 20];
    for (size_t trial = 0; trial < 6; trial++) {
        const char path[] = "test_csv_numbers.tmp.csv";
        bp_table_options options;
        bp_table *file_table = NULL, *table = NULL;
        bp_error error;
        size_t size = write_lines(text, trial % 2 == 1);
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(text, 1, size, file), size);
        assert_int_equal(fclose(file), 0);
        bp_table_options_init(&options);
        options.header = 0;
        options.comment = '#';
        options.threads = 1 + trial / 2;
        bp_status status = bp_table_read(&file_table, path, &options, &error);
        remove(path);
        assert_int_equal(status, BP_OK);
        assert_int_equal(bp_table_read_memory(&table, text, size, &options, &error), BP_OK);
        assert_int_equal(bp_table_row_count(table), 9000);
        assert_same_tables(file_table, table);
        bp_table_free(table);
        bp_table_free(file_table);
    }
}

/* ---- Threads ------------------------------------------------------------------------ */

static char *mixed_table(size_t rows, const char *odd, size_t odd_row)
{
    static const char *const colors[] = {"red", "\"dark\nred\"", "green", "", "NA", "blue\"ish"};
    char *text = malloc(rows * 64);
    size_t used = (size_t)sprintf(text, "n,color,day\n");
    for (size_t row = 0; row < rows; row++)
        used += (size_t)sprintf(text + used, "%s,%s,2024-01-%02zu\n",
                                row == odd_row  ? odd
                                : row % 11 == 0 ? ""
                                                : "1.5",
                                colors[row * row % 6], row % 28 + 1);
    return text;
}

static bp_table *read_by(const char *text, size_t threads, bp_error *error)
{
    bp_table_options options;
    bp_table_options_init(&options);
    options.name = "t.csv";
    options.threads = threads;
    bp_table *table = NULL;
    bp_table_read_memory(&table, text, strlen(text), &options, error);
    return table;
}

static void test_threads_make_no_difference(void **state)
{
    (void)state;
    enum { MIXED = 3000 };
    bp_error error;
    char *text = mixed_table(MIXED, "2.5", 17);
    bp_table *one = read_by(text, 1, &error);
    for (size_t threads = 2; threads <= 7; threads++) {
        bp_table *many = read_by(text, threads, &error);
        assert_int_equal(bp_table_row_count(many), MIXED);
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(bp_table_column_kind(one, i), bp_table_column_kind(many, i));
            if (bp_table_codes(one, i) == NULL) {
                assert_memory_equal(bp_table_numbers(one, i).data, bp_table_numbers(many, i).data,
                                    MIXED * sizeof(double));
                continue;
            }
            assert_memory_equal(bp_table_codes(one, i), bp_table_codes(many, i),
                                MIXED * sizeof(uint32_t));
            for (uint32_t code = 0; code < bp_table_category_count(one, i); code++)
                assert_string_equal(bp_table_category(one, i, code),
                                    bp_table_category(many, i, code));
        }
        bp_table_free(many);
    }
    bp_table_free(one);
    free(text);
}

/* Of several mistakes the first in the file is told. */
static void test_threads_tell_the_same_error(void **state)
{
    (void)state;
    static const char *const odds[] = {"1,2", "\"x\"y", "abc", "1e999", "\"never closed"};
    for (size_t i = 0; i < sizeof odds / sizeof odds[0]; i++) {
        char *text = mixed_table(3000, odds[i], 2000);
        char *late = strstr(text + strlen(text) * 9 / 10, "\n1.5");
        memcpy(late + 1, "1 5", 3); /* a mistake further down */
        bp_error one = {.line = 0}, many = {.line = 0};
        assert_null(read_by(text, 1, &one));
        assert_true(one.line > 2000 && one.line < 4000);
        for (size_t threads = 2; threads <= 5; threads++) {
            assert_null(read_by(text, threads, &many));
            assert_string_equal(one.message, many.message);
            assert_int_equal(one.line, many.line);
            assert_int_equal(one.column, many.column);
        }
        free(text);
    }
}

/* ---- How numbers and their lack may be written --------------------------------------- */

static void check_column(const bp_table_options *options, const char *text, const double *expected)
{
    bp_table *table = NULL;
    bp_error error;
    if (bp_table_read_memory(&table, text, strlen(text), options, &error) != BP_OK)
        fail_msg("%zu:%zu: %s", error.line, error.column, error.message);
    const double *cells = bp_table_numbers(table, 0).data;
    assert_non_null(cells);
    for (size_t row = 0; row < bp_table_row_count(table); row++)
        assert_true(cells[row] == expected[row] || (isnan(cells[row]) && isnan(expected[row])));
    bp_table_free(table);
}

static void test_decimal_commas(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    options.decimal = ',';
    check_column(&options, "x;y\n1,5;a\n-2;b\n,25;a\n3,125e2;b\n",
                 (const double[]){1.5, -2, 0.25, 312.5});
    check_column(&options, "1,5\n2,5\n", (const double[]){1.5, 2.5});
    bp_table *table = NULL;
    bp_error error;
    static const char text[] = "x;y\n1,5;a\n2.5;b\n";
    options.kinds = "x=number";
    assert_int_equal(bp_table_read_memory(&table, text, strlen(text), &options, &error), BP_E_DATA);
    assert_int_equal(error.line, 3);
}

static void check_decimal(const char *text, char decimal)
{
    bp_table *table = NULL;
    assert_int_equal(bp_table_read_memory(&table, text, strlen(text), NULL, NULL), BP_OK);
    assert_int_equal(bp_table_decimal(table), decimal);
    bp_table_free(table);
}

/* Found out where cells are not parted by commas, and where nothing speaks against it. */
static void test_decimal_commas_found(void **state)
{
    (void)state;
    static const char rows[] = "1;x\n2;y\n3;x\n4;y\n5;x\n6;y\n7;x\n8;y\n9;x\n";
    bp_table_options options;
    char text[128];
    bp_table_options_init(&options);
    check_column(&options, "x;y\n1,5;a\n-2;b\n,25;a\n3,125e2;b\n",
                 (const double[]){1.5, -2, 0.25, 312.5});
    check_column(&options, "x\ty\n1,5\ta\nNA\tb\n0,125\ta\n", (const double[]){1.5, NAN, 0.125});
    check_decimal("\"1,5\";x\n2;y\n", ',');
    check_decimal("-0,125;x\n1,500;y\n", ',');
    check_decimal("1234,125;x\n2;y\n", ',');
    check_decimal("x;y\n1,5;2.5\n2,5;3.5\n", '.');
    check_decimal("x;y\n1,234;a\n12,500;b\n", '.');           /* maybe thousands */
    check_decimal("x;y\n1,234;a\n1,234,500;b\n1,5;a\n", '.'); /* certainly */
    check_decimal("x;tags\n1;1,2\n2;1, 2,3\n", '.');
    check_decimal("x;tags\n1;a,b\n2;,\n", '.');
    check_decimal("x,y\n\"1,5\",a\n\"2,5\",b\n", '.');
    check_decimal("{\"x\":1.5}\n", '.');
    snprintf(text, sizeof text, "%s10;x\n11;1,5\n", rows); /* a remark */
    check_decimal(text, '.');
    check_decimal("a;1,5\nb;x\nc;2,5\nd;y\n", ',');
    snprintf(text, sizeof text, "%s10;x\n11,5;x\n", rows); /* one number among many */
    check_decimal(text, ',');
    char *late = malloc(20000);
    assert_non_null(late);
    size_t length = 0;
    for (int row = 1; row <= 1000; row++)
        length += (size_t)snprintf(late + length, 20000 - length, "%d%s;x\n", row,
                                   row == 900 ? ",5" : "");
    check_decimal(late, ',');
    free(late);
    options.decimal = '.';
    bp_table *table = NULL;
    assert_int_equal(bp_table_read_memory(&table, "1,5;x\n2,5;y\n", 12, &options, NULL), BP_OK);
    assert_int_equal(bp_table_column_kind(table, 0), BP_COLUMN_CATEGORY);
    bp_table_free(table);
    options.decimal = ';';
    bp_error error;
    assert_int_equal(bp_table_read_memory(&table, "1;2\n", 4, &options, &error), BP_E_OPTION);
    assert_string_equal(error.message, "numbers have a decimal point or comma, not ;");
    options.decimal = '.';
    options.dates = BP_DATES_COUNT;
    assert_int_equal(bp_table_read_memory(&table, "1;2\n", 4, &options, &error), BP_E_ARGUMENT);
    assert_string_equal(error.message, "there is no order of dates 4");
}

/* A first line by which spreadsheets tell the delimiter. */
static void test_separator_lines(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    check_column(&options, "sep=;\nx;y\n1;a\n2;b\n", (const double[]){1, 2});
    check_column(&options, "\xEF\xBB\xBFsep=,\r\nx,y\r\n1,a;b;c\r\n2,b\r\n",
                 (const double[]){1, 2});
    check_column(&options, "sep=:\nx:y\n1:a\n2:b\n", (const double[]){1, 2});
    check_column(&options, "sep=\t\nx\ty\n1,5\ta\n2,5\tb\n", (const double[]){1.5, 2.5});
    options.delimiter = ';'; /* told otherwise */
    check_column(&options, "sep=,\nx;y\n1;a\n2;b\n", (const double[]){1, 2});
    options.delimiter = '\0';
    options.skip_lines = 1;
    check_column(&options, "by hand\nsep=;\nx;y\n1;a\n2;b\n", (const double[]){1, 2});
    bp_table *table = NULL;
    bp_error error;
    static const char wrong[] = "sep=;\nx;y\n1;a\n2;b;c\n";
    options.skip_lines = 0;
    assert_int_equal(bp_table_read_memory(&table, wrong, strlen(wrong), &options, &error),
                     BP_E_DATA);
    assert_int_equal(error.line, 4);
    assert_int_equal(bp_table_read_memory(&table, "sep=;\n", 6, &options, &error), BP_E_DATA);
    assert_int_equal(bp_table_read_memory(&table, "sep=;", 5, &options, &error), BP_E_DATA);
    static const char names[] = "sep=x\n1\n2\n"; /* no such line */
    assert_int_equal(bp_table_read_memory(&table, names, strlen(names), &options, NULL), BP_OK);
    assert_string_equal(bp_table_column_name(table, 0), "sep=x");
    bp_table_free(table);
}

static void test_comments(void **state)
{
    (void)state;
    bp_table_options options;
    bp_table_options_init(&options);
    options.comment = '#';
    check_column(&options, "# made by hand, \"mostly\nx,y\n#0,0,0\n1,2\n# end\n3,4#\n#",
                 (const double[]){1, 3});
    options.comment = '%';
    check_column(&options, "%x\n%\n 1 2\n%3 4\n5 6\n", (const double[]){1, 5});
    check_column(&options, " %x\n 1 2\n \t%3 4\n5 6\n", (const double[]){1, 5});
}

static void test_markers_of_missing_cells(void **state)
{
    (void)state;
    const double nan = NAN;
    bp_table_options options;
    bp_table_options_init(&options);
    check_column(&options, "x,y\n1,a\nNA,a\nN/A,b\nNaN,b\nnan,b\nNULL,b\nnull,b\n?,b\n-,b\n,b\n",
                 (const double[]){1, nan, nan, nan, nan, nan, nan, nan, nan, nan});
    options.missing = "-999,none";
    check_column(&options, "x,y\n1,a\n-999,a\nnone,a\n,b\n", (const double[]){1, nan, nan, nan});
    options.kinds = "x=number";
    bp_table *table = NULL;
    assert_int_equal(bp_table_read_memory(&table, "x\n1\nNA\n", 7, &options, NULL), BP_E_DATA);
    options.missing = "";
    check_column(&options, "x,y\n1,a\n,b\n", (const double[]){1, nan});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_are_what_strtod_reads),
        cmocka_unit_test(test_files_are_read_as_memory_is),
        cmocka_unit_test(test_threads_make_no_difference),
        cmocka_unit_test(test_threads_tell_the_same_error),
        cmocka_unit_test(test_decimal_commas),
        cmocka_unit_test(test_decimal_commas_found),
        cmocka_unit_test(test_separator_lines),
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_markers_of_missing_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
